#include "app/output.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "os/os.h"

#ifndef RDPWHY_VERSION
#define RDPWHY_VERSION "unknown"
#endif

const char program_version[] = RDPWHY_VERSION;

#define STDOUT 1
#define STDERR 2

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* no-color.org and bixense.com/clicolors; the option wins over both. */
static bool wants_color(const struct options *options)
{
	const char *force = getenv("CLICOLOR_FORCE"), *term = getenv("TERM");

	if (options->color != COLOR_AUTO)
		return options->color == COLOR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return os_is_terminal(STDOUT) && !(term && strcmp(term, "dumb") == 0);
}

static int columns_given(const char *text)
{
	long n = strtol(text, NULL, 10);

	return n < 0 ? 0 : n > PAGE_WIDTH_MOST ? PAGE_WIDTH_MOST : (int)n;
}

static int page_width(void)
{
	const char *given = getenv("COLUMNS");
	int width = os_terminal_columns(STDOUT);

	if (!width && given)
		width = columns_given(given);
	if (width <= 0)
		width = PAGE_WIDTH_USUAL;
	if (width > PAGE_WIDTH_MOST)
		width = PAGE_WIDTH_MOST;
	return width < PAGE_WIDTH_LEAST ? PAGE_WIDTH_LEAST : width;
}

struct page output_page(struct buf *out, const struct options *options)
{
	return (struct page){.out = out,
	                     .width = page_width(),
	                     .has_color = wants_color(options),
	                     .is_ascii = !os_is_utf8()};
}

int output_result(const struct buf *out, int exit_status)
{
	/* A pipe that the reader closed ends quietly, with the status of the answer. */
	if (out->n && os_write_all(STDOUT, out->bytes, out->n) == STATUS_CANNOT_WRITE) {
		output_message("standard output: %s", os_why());
		return EXIT_OUR_FAULT;
	}
	return exit_status;
}

void output_message(const char *format, ...)
{
	struct buf text = {0};
	va_list args;

	buf_puts(&text, "rdpwhy: ");
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	buf_putc(&text, '\n');
	os_write_all(STDERR, text.bytes, text.n);
	buf_fini(&text);
}

const char *output_joined(const char *const *words, size_t n, struct arena *arena)
{
	struct buf text = {0};

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_putc(&text, ' ');
		buf_puts(&text, words[i]);
	}

	const char *kept = arena_copy(arena, text.bytes ? text.bytes : "", text.n);

	buf_fini(&text);
	return kept;
}

static size_t readings_of(const struct code_number *number, uint32_t out[2])
{
	size_t n = 0;

	if (number->notation != WRITTEN_DIGITS) {
		out[n++] = number->value;
		return n;
	}
	if (number->is_decimal)
		out[n++] = number->value;
	if (number->is_hex && (!n || number->as_hex != out[0]))
		out[n++] = number->as_hex;
	return n;
}

struct code_question question_of(const struct dialog *d)
{
	struct code_question q = {.when_us = d->when_us};

	if (d->kind != DIALOG_NOTHING)
		q.n_readings = readings_of(&d->code, q.readings);
	if (d->kind == DIALOG_PAIR) {
		q.has_extended = true;
		q.n_extended = readings_of(&d->extended, q.extended);
	}
	if (d->has_status && !d->has_status_only) {
		/* "Error code: 0x0" beside a status says nothing: the status is the code. */
		bool is_empty = !d->code.value && (d->kind != DIALOG_PAIR || !d->extended.value);

		if (is_empty)
			q = (struct code_question){
			    .when_us = d->when_us, .readings = {d->status.value}, .n_readings = 1};
		q.has_status = !is_empty;
		q.status = is_empty ? 0 : d->status.value;
	}
	return q;
}
