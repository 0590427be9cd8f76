#include "read/answers_file.h"

#include <jansson.h>
#include <string.h>

#include "base/moment.h"
#include "base/text.h"

#define UNKNOWN_SAID 64

struct reader {
	struct answers *out;
	struct answers_head *head;
	struct complaints *complaints;
	size_t line;
	bool has_head, is_full;
	size_t n_rows;
	const char *unknown[UNKNOWN_SAID]; /* topics and columns that were complained of */
	size_t n_unknown;
};

/* An outside word, shortened and made harmless, to stand in a complaint. */
static const char *shown(struct reader *r, const char *s)
{
	char out[64];

	text_harmless(s, out, sizeof out);
	return arena_copy(r->out->arena, out, strlen(out));
}

/* False when that was said already: one complaint each is enough. */
static bool is_new(struct reader *r, const char *word)
{
	for (size_t i = 0; i < r->n_unknown; i++)
		if (strcmp(r->unknown[i], word) == 0)
			return false;
	if (r->n_unknown == UNKNOWN_SAID)
		return false;
	r->unknown[r->n_unknown++] = word;
	return true;
}

/* --- one row --- */

static const char *text_member(struct reader *r, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return NULL;
	if (!json_is_string(value)) {
		complain(r->complaints, r->line, "\"%s\" is no string; it is left out", key);
		return NULL;
	}
	return json_string_value(value);
}

static uint32_t error_member(struct reader *r, json_t *object)
{
	json_t *value = json_object_get(object, "error");
	json_int_t number = json_integer_value(value);

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || number < 0 || number > UINT32_MAX) {
		complain(r->complaints, r->line, "\"error\" is no number of 32 bits");
		return 0;
	}
	return (uint32_t)number;
}

static void take_problem(struct reader *r, enum topic topic, json_t *object)
{
	const char *word = text_member(r, object, "could_not");
	enum answer_status status;

	if (!word)
		return;
	if (!answer_status_by_name(word, &status) || status == ANSWER_ROW) {
		complain(r->complaints, r->line, "\"could_not\" is \"%s\", which is not known",
		         shown(r, word));
		status = ANSWER_FAILED;
	}
	answers_could_not(r->out, topic, status, error_member(r, object),
	                  text_member(r, object, "says"));
	r->n_rows++;
}

static const struct topic_column *column_of(enum topic topic, const char *name)
{
	const struct topic_column *columns = topic_def(topic)->columns;

	for (size_t i = 0; columns[i].name; i++)
		if (strcmp(columns[i].name, name) == 0)
			return &columns[i];
	return NULL;
}

static void complain_of_column(struct reader *r, enum topic topic, const char *name)
{
	const char *word = arena_printf(r->out->arena, "%s.%s", topic_def(topic)->name,
	                                shown(r, name));

	if (is_new(r, word))
		complain(r->complaints, r->line, "unknown column %s; it is left out", word);
}

static void take_cell(struct reader *r, struct answer *row, const char *name, json_t *value)
{
	const struct topic_column *column = column_of(row->topic, name);

	if (!column)
		complain_of_column(r, row->topic, name);
	else if (json_is_null(value))
		return;
	else if (column->is_number && json_is_integer(value))
		answer_set_number(row, column->name, json_integer_value(value));
	else if (!column->is_number && json_is_string(value))
		answer_set_text(r->out, row, column->name, json_string_value(value));
	else
		complain(r->complaints, r->line, "%s.%s is no %s; it is left out",
		         topic_def(row->topic)->name, column->name,
		         column->is_number ? "integer" : "string");
}

static void take_cells(struct reader *r, enum topic topic, json_t *object)
{
	struct answer *row = answers_row(r->out, topic);
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		if (strcmp(name, "topic") != 0)
			take_cell(r, row, name, value);
	}
	r->n_rows++;
}

static void take_row(struct reader *r, json_t *object)
{
	const char *name = text_member(r, object, "topic");
	enum topic topic;

	if (!name) {
		complain(r->complaints, r->line, "no \"topic\"; the line is left out");
		return;
	}
	if (!topic_by_name(name, &topic)) {
		const char *word = shown(r, name);

		if (is_new(r, word))
			complain(r->complaints, r->line, "unknown topic \"%s\"; it is left out",
			         word);
		return;
	}
	if (r->n_rows == ANSWER_ROWS_MAX) {
		complain(r->complaints, r->line, "more than %d rows; the rest is left out",
		         ANSWER_ROWS_MAX);
		r->is_full = true;
	} else if (json_object_get(object, "could_not")) {
		take_problem(r, topic, object);
	} else {
		take_cells(r, topic, object);
	}
}

/* --- the file --- */

static void take_head(struct reader *r, json_t *object)
{
	const char *kind = text_member(r, object, "rdpwhy");
	const char *when = text_member(r, object, "when");
	const char *program = text_member(r, object, "program");

	r->has_head = true;
	if (kind && strcmp(kind, ANSWERS_KIND) != 0)
		complain(r->complaints, r->line, "\"%s\"; expected \"" ANSWERS_KIND "\"",
		         shown(r, kind));
	if (when && !moment_parse(when, &r->head->when_us))
		complain(r->complaints, r->line,
		         "\"when\" is \"%s\"; expected a time like 2026-07-02T13:02:03Z",
		         shown(r, when));
	if (program)
		r->head->program = shown(r, program);
}

static bool is_blank(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr(" \t\r", s[i]) || !s[i])
			return false;
	return true;
}

static void take_line(struct reader *r, const char *s, size_t n)
{
	json_error_t error;
	json_t *object;

	if (is_blank(s, n))
		return;
	if (n > ANSWERS_LINE_MAX) {
		complain(r->complaints, r->line, "longer than %zu bytes; it is left out",
		         ANSWERS_LINE_MAX);
		return;
	}
	object = json_loadb(s, n, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(object))
		complain(r->complaints, r->line, "no JSON object; the line is left out");
	else if (!r->has_head && json_object_get(object, "rdpwhy"))
		take_head(r, object);
	else
		take_row(r, object);
	json_decref(object);
}

static void take_lines(struct reader *r, const char *bytes, size_t n)
{
	for (size_t at = 0; at < n && !r->is_full;) {
		const char *end = memchr(bytes + at, '\n', n - at);
		size_t length = end ? (size_t)(end - (bytes + at)) : n - at;

		r->line++;
		take_line(r, bytes + at, length);
		at += length + 1;
	}
}

static size_t mark_of(const char *bytes, size_t n)
{
	return n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

bool answers_file_read(const char *bytes, size_t n, struct answers *out, struct answers_head *head,
                       struct complaints *complaints)
{
	struct reader r = {.out = out, .head = head, .complaints = complaints};
	size_t mark = mark_of(bytes, n);

	*head = (struct answers_head){0};
	complaints->unit = "line";
	if (n > ANSWERS_BYTES_MAX) {
		complain_of_all(complaints, "larger than 64 MiB; no file of answers is");
		return false;
	}
	take_lines(&r, bytes + mark, n - mark);
	return r.n_rows > 0;
}

#define HEAD_LOOKED_AT 512

/* A byte pattern in the beginning of the first line. */
static bool holds(const char *line, size_t n, const char *what)
{
	size_t k = strlen(what);

	for (size_t i = 0; i + k <= n; i++)
		if (memcmp(line + i, what, k) == 0)
			return true;
	return false;
}

bool answers_file_recognises(const uint8_t *head, size_t n)
{
	const char *p = (const char *)head;
	size_t at = mark_of(p, n), length;
	const char *end;

	while (at < n && p[at] && strchr(" \t\r\n", p[at]))
		at++;
	n -= at;
	end = memchr(p + at, '\n', n);
	length = end ? (size_t)(end - (p + at)) : n;
	length = length < HEAD_LOOKED_AT ? length : HEAD_LOOKED_AT;
	return length && p[at] == '{' && holds(p + at, length, "\"rdpwhy\"") &&
	       holds(p + at, length, "\"" ANSWERS_KIND_START);
}
