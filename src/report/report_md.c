/*
 * report_md - the report as Markdown, for tickets and wikis: the words of the screen.
 *
 * Outside text stands in code spans alone, where no renderer looks for links, HTML, mentions
 * or numbers of tickets; everything else is words of ours, escaped all the same.
 *
 * Spec    CommonMark 0.30 2.4 (escapes), 4.5 (fences), 6.1 (code spans); GFM 4.10 (tables)
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/parts.h"
#include "report/words.h"

#define STEP_INDENT "   "

/* --- pieces --- */

/* Words of ours. */
static void put_plain(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			buf_puts(out, "&lt;");
		else if (*s == '>')
			buf_puts(out, "&gt;");
		else if (*s == '&')
			buf_puts(out, "&amp;");
		else if (*s == '\n')
			buf_putc(out, ' ');
		else if (strchr("\\`*_[]|~#", *s))
			buf_printf(out, "\\%c", *s);
		else
			buf_putc(out, *s);
	}
}

static size_t longest_ticks(const char *s)
{
	size_t most = 0, n = 0;

	for (; *s; s++) {
		n = *s == '`' ? n + 1 : 0;
		most = n > most ? n : most;
	}
	return most;
}

static void put_ticks(struct buf *out, size_t n)
{
	while (n--)
		buf_putc(out, '`');
}

/* Outside text: in a code span whose fence is longer than any run of backticks in it. */
static void put_code_span(struct buf *out, const char *outside)
{
	char s[4 * (TEXT_SHOWN_MAX + 4)];
	size_t ticks;
	const char *pad;

	text_harmless(outside, s, sizeof s);
	if (!*s)
		return;
	ticks = longest_ticks(s) + 1;
	pad = s[0] == '`' || s[0] == ' ' || s[strlen(s) - 1] == '`' ? " " : "";
	put_ticks(out, ticks);
	buf_printf(out, "%s%s%s", pad, s, pad);
	put_ticks(out, ticks);
}

static void put_fence(struct buf *out, size_t ticks, const char *language)
{
	buf_puts(out, STEP_INDENT);
	put_ticks(out, ticks);
	buf_printf(out, "%s\n", language ? language : "");
}

/* Below an item of a list; commands hold outside values only where those are fit for one. */
static void put_command(struct buf *out, const char *command, enum shell shell,
                        const struct run_frame *frame)
{
	struct buf filled = {0};

	report_command(&filled, command, frame);

	const char *text = filled.bytes ? filled.bytes : "";
	size_t ticks = longest_ticks(text) < 3 ? 3 : longest_ticks(text) + 1;

	buf_putc(out, '\n');
	put_fence(out, ticks, shell_id(shell));
	buf_puts(out, STEP_INDENT);
	for (; *text; text++) {
		buf_putc(out, *text);
		if (*text == '\n')
			buf_puts(out, STEP_INDENT);
	}
	buf_putc(out, '\n');
	put_fence(out, ticks, NULL);
	buf_putc(out, '\n');
	buf_fini(&filled);
}

static void put_item(struct buf *out, const char *mark, const char *words)
{
	buf_puts(out, mark);
	put_plain(out, words);
	buf_putc(out, '\n');
}

static void put_paragraph(struct buf *out, const char *words)
{
	put_plain(out, words);
	buf_puts(out, "\n\n");
}

static void put_heading(struct buf *out, const char *words)
{
	put_item(out, "\n## ", words);
	buf_putc(out, '\n');
}

/* "**not tested:** " */
static void put_label(struct buf *out, const char *label)
{
	buf_printf(out, "- **%s:** ", label);
}

static void put_labelled(struct buf *out, const char *label, const char *words)
{
	put_label(out, label);
	put_item(out, "", words);
}

/* --- the verdict --- */

static void put_headline(struct buf *out, const struct diagnosis *d, const struct run_frame *frame)
{
	char sure[96];

	buf_puts(out, "# ");
	put_code_span(out, frame->input);
	put_item(out, ": ", state_words(d));
	sure_words(d, ", ", sure);
	buf_putc(out, '\n');
	if (*sure)
		buf_printf(out, "**%s**\n\n", sure + 2);
}

static void put_verdict(struct buf *out, const struct diagnosis *d)
{
	char words[WORDS_MAX];

	if (!d->n_set || d->state != VERDICT_CAUSE) {
		put_paragraph(out, d->text);
		return;
	}
	put_paragraph(out, SET_WORDS);
	for (size_t i = 0; i < d->n_set; i++) {
		cause_words(d->set[i], words);
		buf_printf(out, "- **%d %%** ", percent(d->p_set[i]));
		put_item(out, "", words);
	}
	buf_putc(out, '\n');
}

/* --- the stages --- */

static const char *result_words(enum stage_status status)
{
	static const char *const words[] = {
	    [STAGE_PASS] = "✓ passed",     [STAGE_WARN] = "! passed, with something odd",
	    [STAGE_FAIL] = "✗ failed",     [STAGE_SKIPPED] = "– not reached",
	    [STAGE_UNUSED] = "– not used", [STAGE_NOT_TESTED] = "– not tested"};

	return words[status];
}

static void put_stages(struct buf *out, const struct diagnosis *d, const struct run_frame *frame)
{
	const struct stage_result *shown[STAGE_COUNT];
	size_t n = shown_stages(d, shown);
	char took[24];

	if (!n)
		return;
	buf_puts(out, "| stage | result | time |\n|---|---|---:|\n");
	for (size_t i = 0; i < n; i++) {
		time_words(frame, shown[i]->id, took);
		buf_printf(out, "| %s | %s |%s |\n", stage_name(shown[i]->id),
		           result_words(shown[i]->status), took);
	}
}

/* --- the reasons --- */

static void put_codes(struct buf *out, const struct diagnosis *d)
{
	const struct finding *shown[CODES_MAX];
	size_t n = client_codes(d, shown);

	for (size_t i = 0; i < n; i++) {
		struct finding_words w;

		finding_words(shown[i], &w);
		put_label(out, "client code");
		put_code_span(out, w.value);
		buf_printf(out, "%s%s\n", *w.when ? ", " : "", w.when);
	}
}

/* "; log, `System.evtx #5021`" */
static void put_origin(struct buf *out, const char *origin, const char *where)
{
	buf_puts(out, origin);
	if (*where)
		buf_puts(out, ", ");
	put_code_span(out, where);
}

static void put_argument(struct buf *out, const char *label, const struct argument *a)
{
	struct argument_words w;

	argument_words(a, &w);
	put_label(out, label);
	put_plain(out, w.says);
	if (w.origin) {
		buf_puts(out, " (");
		put_code_span(out, w.value);
		buf_puts(out, *w.value ? "; " : "");
		put_origin(out, w.origin, w.where);
		buf_printf(out, "%s)", w.is_aged ? "; " AGED_WORDS : "");
	}
	buf_putc(out, '\n');
}

static void put_candidate(struct buf *out, const struct diagnosis *d, const struct candidate *c)
{
	if (!d->cause)
		buf_printf(out, "- **first:** %s, %d %%\n", c->cause->id, percent(c->p));
	for (size_t i = 0; i < c->n_for; i++)
		put_argument(out, "for", &c->arguments_for[i]);
	for (size_t i = 0; i < c->n_against; i++)
		put_argument(out, "against", &c->arguments_against[i]);
	if (c->n_for && !c->n_against)
		put_labelled(out, "against", "nothing");
}

static void put_also(struct buf *out, const struct diagnosis *d)
{
	char words[WORDS_MAX];

	for (size_t i = 0; i < d->n_also; i++) {
		cause_words(d->also[i], words);
		put_labelled(out, "also", words);
	}
}

static void put_not_tested(struct buf *out, const struct diagnosis *d)
{
	if (!d->n_not_tested)
		return;
	put_label(out, "not tested");
	for (size_t i = 0; i < d->n_not_tested; i++) {
		buf_puts(out, i ? ", " : "");
		put_plain(out, d->not_tested[i]);
	}
	buf_putc(out, '\n');
}

static void put_others(struct buf *out, const struct diagnosis *d, const struct candidate *argued)
{
	const struct candidate *others[OTHERS_MAX];
	size_t n = other_causes(d, argued, others);
	char words[WORDS_MAX];

	for (size_t i = 0; i < n; i++) {
		cause_words(others[i]->cause, words);
		put_label(out, "else");
		buf_printf(out, "%d %% ", percent(others[i]->p));
		put_item(out, "", words);
	}
	if (rest_words(d, words))
		put_labelled(out, "else", words);
}

static void put_warnings(struct buf *out, const struct run_frame *frame)
{
	for (size_t i = 0; i < frame->n_warnings; i++) {
		put_label(out, "left out");
		put_code_span(out, frame->warnings[i]);
		buf_putc(out, '\n');
	}
}

static void put_attempt(struct buf *out, const struct attempt *a, const struct run_frame *frame)
{
	struct attempt_words w;

	attempt_words(a, &w);
	put_label(out, a == frame->chosen && frame->attempts->n > 1 ? "this attempt" : "attempt");
	if (*w.when)
		buf_printf(out, "%s ", w.when);
	put_code_span(out, w.who);
	buf_putc(out, ' ');
	put_plain(out, w.how);
	buf_putc(out, ' ');
	put_code_span(out, w.where);
	buf_putc(out, '\n');
}

static void put_attempts(struct buf *out, const struct run_frame *frame, enum detail detail)
{
	const struct attempt *shown[ATTEMPTS_SHOWN];
	size_t n = shown_attempts(frame, detail, shown);
	char words[160];

	if (attempts_words(frame, words))
		put_labelled(out, "attempts", words);
	for (size_t i = 0; i < n; i++)
		put_attempt(out, shown[i], frame);
}

static void put_reasons(struct buf *out, const struct diagnosis *d, const struct run_frame *frame,
                        enum detail detail)
{
	const struct candidate *argued = argued_candidate(d);
	char stopped[OUTSIDE_MAX];

	buf_putc(out, '\n');
	put_codes(out, d);
	put_attempts(out, frame, detail);
	if (argued)
		put_candidate(out, d, argued);
	put_also(out, d);
	if (stopped_words(d, stopped)) {
		put_label(out, "ended early");
		put_code_span(out, stopped);
		buf_putc(out, '\n');
	}
	put_not_tested(out, d);
	if (d->state != VERDICT_UNTESTED)
		put_others(out, d, argued);
	put_warnings(out, frame);
	if (frame->is_redacted)
		put_labelled(out, "redacted", REDACTED_WORDS);
}

/* --- findings --- */

static void put_findings(struct buf *out, const struct diagnosis *d)
{
	put_heading(out, "Findings");
	for (size_t i = 0; i < d->findings->n; i++) {
		struct finding_words w;

		finding_words(&d->findings->at[i], &w);
		put_item(out, "- ", w.name);
		out->n--; /* goes on in the same line */
		buf_printf(out, ": %s%s", w.state, *w.value ? " " : "");
		put_code_span(out, w.value);
		buf_puts(out, " (");
		put_origin(out, w.origin, w.where);
		buf_printf(out, "%s%s%s%s)\n", *w.when ? ", " : "", w.when, w.effect ? ", " : "",
		           w.effect ? w.effect : "");
	}
}

/* --- what to do --- */

static void put_steps(struct buf *out, const struct fix_step *steps, size_t n,
                      const struct run_frame *frame)
{
	char words[WORDS_MAX];

	for (size_t i = 0; i < n && steps[i].says; i++) {
		step_words(&steps[i], words);
		buf_printf(out, "%zu. ", i + 1);
		put_item(out, "", words);
		if (steps[i].command)
			put_command(out, steps[i].command, steps[i].shell, frame);
	}
}

static void put_whole_fix(struct buf *out, size_t number, const struct fix *fix,
                          const struct run_frame *frame)
{
	char words[WORDS_MAX];

	fix_words(fix, words);
	buf_printf(out, "### %zu. ", number);
	put_item(out, "", words);
	buf_putc(out, '\n');
	if (fix->condition)
		put_labelled(out, "if", fix->condition);
	if (fix->weakens)
		put_labelled(out, "costs", fix->weakens);
	buf_puts(out, fix->condition || fix->weakens ? "\n" : "");
	put_steps(out, fix->steps, STEPS_MAX, frame);
	buf_puts(out, "\n**Undo**\n\n");
	put_steps(out, fix->undo, UNDO_MAX, frame);
	if (fix->undo_says)
		put_paragraph(out, fix->undo_says);
	buf_putc(out, '\n');
}

static void put_fixes(struct buf *out, const struct diagnosis *d, const struct run_frame *frame)
{
	if (!d->n_fixes)
		return;
	put_heading(out, fixes_title(d));
	for (size_t i = 0; i < d->n_fixes; i++)
		put_whole_fix(out, i + 1, d->fixes[i].fix, frame);
}

static void put_checks(struct buf *out, const struct diagnosis *d, const struct run_frame *frame)
{
	size_t n = n_offered_checks(d);
	char words[WORDS_MAX];

	if (!n)
		return;
	put_heading(out, "Measure next");
	for (size_t i = 0; i < n; i++) {
		check_words(d->checks[i].check, words);
		buf_printf(out, "%zu. ", i + 1);
		put_item(out, "", words);
		if (d->checks[i].check->command)
			put_command(out, d->checks[i].check->command, NO_SHELL, frame);
	}
}

/* --- the demo --- */

static void put_planted(struct buf *out, const struct run_demo *demo)
{
	buf_printf(out, "**Planted:** %s: ", demo->scenario);
	put_plain(out, demo->says);
	buf_printf(out, "%s%s\n\n", demo->cause ? "; cause " : "", demo->cause ? demo->cause : "");
}

static void put_demo_end(struct buf *out, const struct diagnosis *d, const struct run_demo *demo)
{
	char words[WORDS_MAX];

	demo_words(d, demo, words);
	buf_puts(out, "\n**Named:** ");
	put_item(out, "", words);
}

static void put_rest(struct buf *out, const struct diagnosis *d, const struct run_frame *frame,
                     enum detail detail)
{
	put_stages(out, d, frame);
	put_reasons(out, d, frame, detail);
	if (detail == DETAIL_FINDINGS)
		put_findings(out, d);
	put_fixes(out, d, frame);
	put_checks(out, d, frame);
	put_heading(out, "Tell them");
	put_item(out, "> ", d->tell);
}

void report_md(struct buf *out, const struct diagnosis *d, const struct run_frame *frame,
               enum detail detail)
{
	if (frame->demo)
		put_planted(out, frame->demo);
	put_headline(out, d, frame);
	put_verdict(out, d);
	if (detail != DETAIL_QUIET)
		put_rest(out, d, frame, detail);
	if (frame->demo)
		put_demo_end(out, d, frame->demo);
}
