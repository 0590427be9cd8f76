#include "app/dossier.h"

#include <string.h>

#include "app/output.h"
#include "base/text.h"
#include "os/os.h"
#include "read/findings_file.h"
#include "report/redact.h"
#include "report/words.h"

static void warn(struct dossier *e, const char *says)
{
	output_message("%s", e->redactor ? redact_text(e->redactor, says) : says);
	if (e->n_warnings < WARNINGS_MAX)
		e->warnings[e->n_warnings++] = says;
}

static const char *shown_path(struct dossier *e, const char *path)
{
	char out[160];

	text_harmless(path, out, sizeof out);
	return arena_copy(e->arena, out, strlen(out));
}

static void warn_of_complaints(struct dossier *e, const char *path, const struct findings_read *got)
{
	size_t kept = got->n_complaints < COMPLAINTS_KEPT_MAX ? got->n_complaints
	                                                      : COMPLAINTS_KEPT_MAX;
	const char *unit = got->is_report ? "finding" : "line";

	for (size_t i = 0; i < kept; i++)
		warn(e, arena_printf(e->arena, "%s: %s %zu: %s", path, unit,
		                     got->complaints[i].line, got->complaints[i].says));
	if (got->n_complaints > kept)
		warn(e, arena_printf(e->arena, "%s: and %zu more", path, got->n_complaints - kept));
}

/* What was given and could not be used is a fact of the run. */
static void note_unusable(struct dossier *e, const char *path)
{
	struct finding f = finding_of(F_RUN_INPUT_UNUSABLE, ORIGIN_FILE);

	f.text = path;
	findings_add(&e->findings, &f);
}

void dossier_read_file(struct dossier *e, const char *given)
{
	const char *path = shown_path(e, strcmp(given, "-") == 0 ? "standard input" : given);
	struct buf bytes = {0};
	enum status st = os_read_all(given, FINDINGS_BYTES_MAX, &bytes);

	if (st < 0) {
		warn(e, arena_printf(e->arena, "%s: %s", path, os_why()));
		note_unusable(e, path);
		buf_fini(&bytes);
		return;
	}

	struct findings_read got = findings_file_read(bytes.bytes ? bytes.bytes : "", bytes.n,
	                                              &e->findings);

	if (got.is_recognised)
		e->n_usable++;
	if (!bytes.n)
		warn(e, arena_printf(e->arena,
		                     "%s: empty; expected findings, one JSON object a line", path));
	else if (got.is_recognised || got.is_damaged_report)
		warn_of_complaints(e, path, &got);
	else
		warn(e, arena_printf(
		            e->arena,
		            "%s: not recognised; expected findings, one JSON object a line, or a "
		            "saved report%s%s",
		            path, got.n_complaints ? "; line 1: " : "",
		            got.n_complaints ? got.complaints[0].says : ""));
	buf_fini(&bytes);
}

bool dossier_take_this_code(struct dossier *e, const char *code)
{
	struct dialog d;

	if (!code)
		return true;
	e->has_code = true;
	d = dialog_read(code, strlen(code));

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
	e->question = question_of(&d);
	if (!code_findings(&e->question, &e->findings))
		warn(e, arena_printf(
		            e->arena,
		            "--code: 0x%X is in no table of client codes; it tells nothing here",
		            (unsigned)e->question.readings[0]));
	return true;
}

bool dossier_take_code(struct dossier *e)
{
	return dossier_take_this_code(e, e->options->code);
}

static int exit_status_of(const struct diagnosis *d)
{
	static const int statuses[] = {[VERDICT_CAUSE] = EXIT_CAUSE_NAMED,
	                               [VERDICT_HEALTHY] = EXIT_NOTHING_WRONG,
	                               [VERDICT_UNCERTAIN] = EXIT_UNCERTAIN,
	                               [VERDICT_UNTESTED] = EXIT_UNTESTED};

	return statuses[d->state];
}

bool dossier_take_from(struct dossier *e)
{
	for (size_t i = 0; i < e->options->n_from; i++) {
		size_t before = e->n_usable;

		dossier_read_file(e, e->options->from[i]);
		if (e->n_usable == before)
			return false;
	}
	return true;
}

static void fill_frame(const struct dossier *e, struct run_frame *frame)
{
	frame->version = program_version;
	frame->options = e->has_code ? "--code" : "";
	frame->id = arena_printf(e->arena, "%llx-%llx", (unsigned long long)e->started_us,
	                         (unsigned long long)os_monotonic_us());
	frame->started_us = e->started_us;
	frame->code = e->has_code ? &e->question : NULL;
	frame->warnings = e->warnings;
	frame->n_warnings = e->n_warnings;
}

static enum detail detail_of(const struct options *o)
{
	if (o->is_quiet)
		return DETAIL_QUIET;
	return o->verbosity ? DETAIL_FINDINGS : DETAIL_USUAL;
}

static void put_report(const struct dossier *e, struct buf *out, const struct diagnosis *d,
                       const struct run_frame *frame)
{
	struct page page = output_page(out, e->options);

	if (e->options->is_json)
		report_json(out, d, frame);
	else if (e->options->is_md)
		report_md(out, d, frame, detail_of(e->options));
	else
		report_text(&page, d, frame, detail_of(e->options));
}

/* The diagnosis is made of what is shown, so that a saved report gives the same one. */
static void redact(struct dossier *e, struct run_frame *frame)
{
	redact_learn(e->redactor, &e->findings, frame);
	*frame = redact_frame(e->redactor, frame);
	e->findings = redact_findings(e->redactor, &e->findings);
}

static int status_of(const struct diagnosis *d, const struct run_frame *frame)
{
	if (frame->demo)
		return is_planted_named(d, frame->demo) ? EXIT_NOTHING_WRONG : EXIT_OUR_FAULT;
	return exit_status_of(d);
}

int dossier_report(struct dossier *e, struct run_frame *frame)
{
	struct buf out = {0};
	int64_t began = os_monotonic_us();
	struct diagnosis d;
	int status;

	fill_frame(e, frame);
	if (e->redactor)
		redact(e, frame);
	d = infer(&e->findings, e->started_us, e->arena);
	frame->duration_us += os_monotonic_us() - began;
	put_report(e, &out, &d, frame);
	status = output_result(&out, status_of(&d, frame));
	buf_fini(&out);
	return status;
}

void dossier_begin(struct dossier *e, const struct options *options, struct arena *arena,
                   int64_t started_us)
{
	*e = (struct dossier){.options = options,
	                      .arena = arena,
	                      .findings = {.arena = arena},
	                      .started_us = started_us,
	                      .redactor = options->is_redacted ? redact_begin(arena) : NULL};
}
