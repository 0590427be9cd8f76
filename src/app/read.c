/*
 * read - diagnose from evidence alone. The kind of a file is recognised by its content.
 */
#include <string.h>

#include "app/commands.h"
#include "app/output.h"
#include "base/arena.h"
#include "base/text.h"
#include "os/os.h"
#include "read/findings_file.h"

#define WARNINGS_MAX 64

struct reading {
	const struct options *options;
	struct arena *arena;
	struct findings findings;
	size_t n_usable; /* files that gave something */
	const char *warnings[WARNINGS_MAX];
	size_t n_warnings; /* kept */
};

static void warn(struct reading *r, const char *says)
{
	output_message("%s", says);
	if (r->n_warnings < WARNINGS_MAX)
		r->warnings[r->n_warnings++] = says;
}

static const char *shown_path(struct reading *r, const char *path)
{
	char out[160];

	text_harmless(path, out, sizeof out);
	return arena_copy(r->arena, out, strlen(out));
}

static void warn_of_complaints(struct reading *r, const char *path, const struct findings_read *got)
{
	size_t kept = got->n_complaints < COMPLAINTS_KEPT_MAX ? got->n_complaints
	                                                      : COMPLAINTS_KEPT_MAX;
	const char *unit = got->is_report ? "finding" : "line";

	for (size_t i = 0; i < kept; i++)
		warn(r, arena_printf(r->arena, "%s: %s %zu: %s", path, unit,
		                     got->complaints[i].line, got->complaints[i].says));
	if (got->n_complaints > kept)
		warn(r, arena_printf(r->arena, "%s: and %zu more", path, got->n_complaints - kept));
}

/* What was given and could not be used is a fact of the run. */
static void note_unusable(struct reading *r, const char *path)
{
	struct finding f = finding_of(F_RUN_INPUT_UNUSABLE, ORIGIN_FILE);

	f.text = path;
	findings_add(&r->findings, &f);
}

static void read_file(struct reading *r, const char *given)
{
	const char *path = shown_path(r, strcmp(given, "-") == 0 ? "standard input" : given);
	struct buf bytes = {0};
	enum status st = os_read_all(given, FINDINGS_BYTES_MAX, &bytes);

	if (st < 0) {
		warn(r, arena_printf(r->arena, "%s: %s", path, os_why()));
		note_unusable(r, path);
		buf_fini(&bytes);
		return;
	}

	struct findings_read got = findings_file_read(bytes.bytes ? bytes.bytes : "", bytes.n,
	                                              &r->findings);

	if (got.is_recognised)
		r->n_usable++;
	if (!bytes.n)
		warn(r, arena_printf(r->arena,
		                     "%s: empty; expected findings, one JSON object a line", path));
	else if (got.is_recognised || got.is_damaged_report)
		warn_of_complaints(r, path, &got);
	else
		warn(r, arena_printf(
		            r->arena,
		            "%s: not recognised; expected findings, one JSON object a line, or a "
		            "saved report%s%s",
		            path, got.n_complaints ? "; line 1: " : "",
		            got.n_complaints ? got.complaints[0].says : ""));
	buf_fini(&bytes);
}

/* False after a message when --code is no code. */
static bool take_code(struct reading *r, struct code_question *question)
{
	const char *code = r->options->code;
	struct dialog d = dialog_read(code, strlen(code));

	if (d.flaw) {
		output_message("--code: byte %zu: %s", d.flaw_at, d.flaw);
		return false;
	}
	if (d.kind == DIALOG_NOTHING) {
		output_message("--code: no code in it; expected A[/B], for example 0x904/0x7");
		return false;
	}
	if (d.has_more) {
		output_message(
		    "--code: more than one code or dialog, the next at byte %zu; expected one",
		    d.more_at);
		return false;
	}
	*question = question_of(&d);
	if (!code_findings(question, &r->findings))
		warn(r, arena_printf(
		            r->arena,
		            "--code: 0x%X is in no table of client codes; it tells nothing here",
		            (unsigned)question->readings[0]));
	return true;
}

static int exit_status_of(const struct diagnosis *d)
{
	static const int statuses[] = {[VERDICT_CAUSE] = EXIT_CAUSE_NAMED,
	                               [VERDICT_HEALTHY] = EXIT_NOTHING_WRONG,
	                               [VERDICT_UNCERTAIN] = EXIT_UNCERTAIN,
	                               [VERDICT_UNTESTED] = EXIT_UNTESTED};

	return statuses[d->state];
}

static int diagnose(struct reading *r, const struct code_question *question, int64_t started_us)
{
	struct buf out = {0};
	int64_t began = os_monotonic_us();
	struct diagnosis d = infer(&r->findings, started_us, r->arena);
	struct run_frame frame = {
	    .version = program_version,
	    .input = r->options->n_operands
	                 ? output_joined(r->options->operands, r->options->n_operands, r->arena)
	                 : "(no file)",
	    .options = r->options->code ? "--code" : "",
	    .id = arena_printf(r->arena, "%llx-%llx", (unsigned long long)started_us,
	                       (unsigned long long)began),
	    .started_us = started_us,
	    .duration_us = os_monotonic_us() - began,
	    .code = r->options->code ? question : NULL,
	    .warnings = r->warnings,
	    .n_warnings = r->n_warnings,
	};

	if (r->options->is_json) {
		report_json(&out, &d, &frame);
	} else {
		struct page page = output_page(&out, r->options);
		enum detail detail = r->options->is_quiet    ? DETAIL_QUIET
		                     : r->options->verbosity ? DETAIL_FINDINGS
		                                             : DETAIL_USUAL;

		report_text(&page, &d, &frame, detail);
	}

	int status = output_result(&out, exit_status_of(&d));

	buf_fini(&out);
	return status;
}

static size_t operands_equal_to(const struct options *options, const char *word)
{
	size_t n = 0;

	for (size_t i = 0; i < options->n_operands; i++)
		n += strcmp(options->operands[i], word) == 0;
	return n;
}

int run_read(const struct options *options)
{
	struct arena arena = {0};
	struct reading r = {.options = options, .arena = &arena, .findings = {.arena = &arena}};
	struct code_question question = {0};
	int64_t started_us = os_now_us();
	int status = EXIT_USAGE;

	if (!options->n_operands && !options->code) {
		output_message("read: no file; expected findings or a saved report, or --code");
		return EXIT_USAGE;
	}
	if (operands_equal_to(options, "-") > 1) {
		output_message("read: standard input is named more than once; expected one -");
		return EXIT_USAGE;
	}
	if (!options->code || take_code(&r, &question)) {
		for (size_t i = 0; i < options->n_operands; i++)
			read_file(&r, options->operands[i]);
		if (r.n_usable || options->code)
			status = diagnose(&r, &question, started_us);
	}
	arena_fini(&arena);
	return status;
}
