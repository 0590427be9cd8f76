#include "app/dossier.h"

#include <string.h>

#include "app/output.h"
#include "os/os.h"
#include "report/redact.h"
#include "report/words.h"
#include "stage/profile.h"

#define HOSTS_MAX 256

static void warn(void *context, const char *says)
{
	struct dossier *e = context;

	output_message("%s", e->redactor ? redact_text(e->redactor, says) : says);
	if (e->n_warnings < WARNINGS_MAX)
		e->warnings[e->n_warnings++] = says;
}

/* What is wrong with a text that should be one code; NULL: nothing. */
static const char *flaw_of(struct dossier *e, const struct dialog *d)
{
	if (d->flaw)
		return arena_printf(e->arena, "byte %zu: %s", d->flaw_at, d->flaw);
	if (d->kind == DIALOG_NOTHING)
		return "no code in it; expected A[/B], for example 0x904/0x7";
	if (d->has_more)
		return arena_printf(e->arena,
		                    "more than one code or dialog, the next at byte %zu; "
		                    "expected one",
		                    d->more_at);
	return NULL;
}

/* False when no table knows the code. */
static bool take_question(struct dossier *e, const struct dialog *d)
{
	e->has_code = true;
	e->question = question_of(d);
	return code_findings(&e->question, &e->findings);
}

bool dossier_take_this_code(struct dossier *e, const char *code)
{
	struct dialog d;
	const char *flaw;

	if (!code)
		return true;
	d = dialog_read(code, strlen(code));
	flaw = flaw_of(e, &d);
	if (flaw)
		output_message("--code: %s", flaw);
	else if (!take_question(e, &d))
		warn(e, arena_printf(
		            e->arena,
		            "--code: 0x%X is in no table of client codes; it tells nothing here",
		            (unsigned)e->question.readings[0]));
	return !flaw;
}

/* A dialog that was saved as a file; what --code says goes before it. */
static bool take_dialog(void *context, const struct dialog *d)
{
	struct dossier *e = context;

	if (flaw_of(e, d))
		return false;
	if (e->has_code)
		return true;
	e->has_code = take_question(e, d);
	return e->has_code;
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

void dossier_read_files(struct dossier *e, const char *const *paths, size_t n)
{
	files_read(&e->files, paths, n);
	files_conclude(&e->files);
}

bool dossier_take_from(struct dossier *e)
{
	size_t n = e->options->n_from, before = e->files.n_usable;

	if (!n)
		return true;
	dossier_read_files(e, e->options->from, n);
	return e->files.n_usable - before == n;
}

/* --- which attempt the verdict is about --- */

static bool is_of_interest(const struct attempt *a)
{
	return a->is_failure && !a->is_recovered && !a->is_ours;
}

/* Of several hosts, without a word of the person, the one that failed last. */
static const char *host_of_interest(const struct dossier *e)
{
	const struct attempts *set = &e->files.attempts;
	const char *host = NULL;

	if (e->question.when_us)
		return NULL;
	for (size_t i = 0; i < set->n; i++) {
		const struct attempt *a = &set->at[i];

		if (a->host && is_of_interest(a) && attempts_choose(set, a->host, 0) == a)
			host = a->host;
	}
	return host;
}

static const struct attempt *chosen_for(const struct dossier *e, const char *host)
{
	return attempts_choose(&e->files.attempts, host ? host : host_of_interest(e),
	                       e->question.when_us);
}

static void add_all(struct findings *set, const struct findings *more)
{
	for (size_t i = 0; i < more->n; i++)
		findings_add(set, &more->at[i]);
}

/* What holds at large, the chosen attempt, and the same try as other evidence shows it. */
static struct findings weighed(struct dossier *e, const struct attempt *chosen)
{
	struct findings set = {.arena = e->arena};
	const struct attempts *all = &e->files.attempts;

	add_all(&set, &e->findings);
	if (!chosen)
		return set;
	add_all(&set, &chosen->found);
	for (size_t i = 0; i < all->n; i++)
		if (attempts_are_one(&all->at[i], chosen))
			add_all(&set, &all->at[i].found);
	return set;
}

/* --- the report --- */

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
	frame->is_one_line = e->options->is_jsonl;
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

	if (e->options->is_json || e->options->is_jsonl)
		report_json(out, d, frame);
	else if (e->options->is_md)
		report_md(out, d, frame, detail_of(e->options));
	else
		report_text(&page, d, frame, detail_of(e->options));
}

/* The diagnosis is made of what is shown, so that a saved report gives the same one. */
static void redact(struct dossier *e, struct findings *set, struct run_frame *frame)
{
	redact_learn(e->redactor, set, frame);
	*frame = redact_frame(e->redactor, frame);
	*set = redact_findings(e->redactor, set);
}

static int status_of(const struct diagnosis *d, const struct run_frame *frame)
{
	if (frame->demo)
		return is_planted_named(d, frame->demo) ? EXIT_NOTHING_WRONG : EXIT_OUR_FAULT;
	return exit_status_of(d);
}

static int put_one(struct dossier *e, struct buf *out, struct run_frame frame, const char *host)
{
	const struct attempt *chosen = chosen_for(e, host);
	struct findings set = weighed(e, chosen);
	int64_t began = os_monotonic_us();
	struct diagnosis d;

	frame.chosen = chosen;
	if (e->redactor)
		redact(e, &set, &frame);
	d = infer(&set, e->files.now_us, e->arena);
	frame.duration_us += os_monotonic_us() - began;
	put_report(e, out, &d, &frame);
	if (e->keep)
		e->keep(e->keep_context, &d, &frame);
	e->keep = NULL;
	return status_of(&d, &frame);
}

/* One report a line for each host; without any, one for the evidence as such. */
static int put_each_host(struct dossier *e, struct buf *out, const struct run_frame *frame)
{
	const char *hosts[HOSTS_MAX];
	size_t n = attempts_hosts(&e->files.attempts, hosts, HOSTS_MAX);
	int worst = EXIT_NOTHING_WRONG;

	if (n == 0)
		return put_one(e, out, *frame, NULL);
	for (size_t i = 0; i < n; i++) {
		int status = put_one(e, out, *frame, hosts[i]);

		worst = status > worst ? status : worst;
	}
	return worst;
}

int dossier_report(struct dossier *e, struct run_frame *frame)
{
	const char *hosts[HOSTS_MAX];
	struct buf out = {0};
	int status;

	fill_frame(e, frame);
	frame->attempts = e->files.attempts.n ? &e->files.attempts : NULL;
	frame->n_hosts = attempts_hosts(&e->files.attempts, hosts, HOSTS_MAX);
	if (e->options->is_jsonl)
		status = put_each_host(e, &out, frame);
	else
		status = put_one(e, &out, *frame, e->options->host);
	status = output_result(&out, status);
	buf_fini(&out);
	return status;
}

void dossier_keep_report(struct dossier *e,
                         void (*keep)(void *context, const struct diagnosis *d,
                                      const struct run_frame *frame),
                         void *context)
{
	e->keep = keep;
	e->keep_context = context;
}

void dossier_begin(struct dossier *e, const struct options *options, struct arena *arena,
                   int64_t started_us)
{
	*e = (struct dossier){.options = options,
	                      .arena = arena,
	                      .findings = {.arena = arena},
	                      .started_us = started_us,
	                      .redactor = options->is_redacted ? redact_begin(arena) : NULL};
	e->files = (struct files){.arena = arena,
	                          .found = &e->findings,
	                          .profile = options->profile ? options->profile : profile_at(0),
	                          .now_us = started_us,
	                          .warn = warn,
	                          .take_dialog = take_dialog,
	                          .context = e};
}

void dossier_end(struct dossier *e)
{
	files_end(&e->files);
}
