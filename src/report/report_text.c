#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/parts.h"
#include "report/words.h"

#define FOR_AT      15
#define FIXES_SHOWN 1 /* in full; the others by a line each */

static enum ink state_ink(enum verdict_state state)
{
	static const enum ink inks[] = {[VERDICT_CAUSE] = INK_BAD,
	                                [VERDICT_HEALTHY] = INK_GOOD,
	                                [VERDICT_UNCERTAIN] = INK_CAUTION,
	                                [VERDICT_UNTESTED] = INK_CAUTION};

	return inks[state];
}

static void put_headline(struct page *p, const struct diagnosis *d, const struct run_frame *frame)
{
	char input[80], sure[96];

	text_harmless(frame->input, input, sizeof input);
	sure_words(d, "   ", sure);

	size_t rest = 3 + text_columns(state_words(d)) + text_columns(sure);

	page_ink(p, INK_BOLD);
	page_put(p, input);
	page_ink(p, INK_PLAIN);
	if (text_columns(input) + rest > (size_t)p->width) {
		page_line(p, "");
		page_put(p, "  ");
	} else {
		page_put(p, "   ");
	}
	page_ink(p, state_ink(d->state));
	page_put(p, state_words(d));
	page_ink(p, INK_PLAIN);
	page_line(p, sure);
}

/* "tls x failed": one stage and how it went, never broken over lines. */
static void put_stage(struct page *p, const struct stage_result *s, const struct run_frame *frame,
                      int *at)
{
	const char *mark = page_mark(p, "–", "-"), *words = "";
	char text[96], took[24];

	if (s->status == STAGE_PASS)
		mark = page_mark(p, "✓", "ok");
	else if (s->status == STAGE_WARN)
		mark = "!";
	else if (s->status == STAGE_FAIL)
		mark = page_mark(p, "✗", "x"), words = " failed";
	else if (s->status == STAGE_SKIPPED)
		words = " not reached";
	else if (s->status == STAGE_UNUSED)
		words = " not used";
	time_words(frame, s->id, took);
	snprintf(text, sizeof text, "%s %s%s%s", stage_name(s->id), mark, words, took);

	int columns = (int)text_columns(text);

	if (*at > 2 && *at + 3 + columns > p->width) {
		page_line(p, "");
		*at = 0;
	}
	page_put(p, *at ? "   " : "  ");
	page_ink(p, s->status == STAGE_FAIL ? INK_BAD : INK_PLAIN);
	page_put(p, text);
	page_ink(p, INK_PLAIN);
	*at += columns + (*at ? 3 : 2);
}

static void put_stages(struct page *p, const struct diagnosis *d, const struct run_frame *frame)
{
	const struct stage_result *shown[STAGE_COUNT];
	size_t n = shown_stages(d, shown);
	int at = 0;

	page_blank(p);
	for (size_t i = 0; i < n; i++)
		put_stage(p, shown[i], frame, &at);
	if (at)
		page_line(p, "");
}

/* "event 36870 ... (0x8009030D SEC_E_UNKNOWN_CREDENTIALS; log, System.evtx #5021)" */
static void put_argument(struct page *p, const char *label, const struct argument *a)
{
	struct argument_words w;
	char words[1024];

	argument_words(a, &w);
	if (w.origin)
		snprintf(words, sizeof words, "%s (%s%s%s%s%s%s)", w.says, w.value,
		         *w.value ? "; " : "", w.origin, *w.where ? ", " : "", w.where,
		         w.is_aged ? "; " AGED_WORDS : "");
	else
		snprintf(words, sizeof words, "%s", w.says);
	page_item(p, 2, label, INK_FAINT, FOR_AT, words);
}

static void put_arguments(struct page *p, const struct candidate *c)
{
	for (size_t i = 0; i < c->n_for; i++)
		put_argument(p, i ? "" : "for", &c->arguments_for[i]);
	for (size_t i = 0; i < c->n_against; i++)
		put_argument(p, i ? "" : "against", &c->arguments_against[i]);
	if (!c->n_against)
		page_item(p, 2, "against", INK_FAINT, FOR_AT, "nothing");
}

static void put_others(struct page *p, const struct diagnosis *d, const struct candidate *argued)
{
	const struct candidate *others[OTHERS_MAX];
	size_t n = other_causes(d, argued, others);
	char cause[WORDS_MAX], words[WORDS_MAX + 16];

	for (size_t i = 0; i < n; i++) {
		cause_words(others[i]->cause, cause);
		snprintf(words, sizeof words, "%d %%  %s", percent(others[i]->p), cause);
		page_item(p, 2, i ? "" : "else", INK_FAINT, FOR_AT, words);
	}
	if (rest_words(d, cause))
		page_item(p, 2, n ? "" : "else", INK_FAINT, FOR_AT, cause);
}

/* For which client, from where and with how much: what a live answer rests on. */
static void put_vantage(struct page *p, const struct run_frame *frame)
{
	const struct run_vantage *v = frame->vantage;
	struct buf line = {0};

	if (!v)
		return;
	buf_printf(&line, "for %s", frame->profile ? frame->profile : CLIENT_PROFILE);
	if (v->source)
		buf_printf(&line, ", from %s%s%s%s", v->source, v->interface ? " on " : "",
		           v->interface ? v->interface : "", v->is_tunnel ? ", a tunnel" : "");
	buf_printf(&line, ", with %zu connection%s", v->n_connections,
	           v->n_connections == 1 ? "" : "s");
	if (v->n_echoes)
		buf_printf(&line, " and %zu ICMP echo%s", v->n_echoes,
		           v->n_echoes == 1 ? "" : "es");
	page_item(p, 2, "measured", INK_FAINT, FOR_AT, line.bytes);
	buf_fini(&line);
}

/* Files are named where there is time to read: with -v, or when it is the only attempt. */
static void put_attempt(struct page *p, const char *label, const struct attempt *a,
                        const struct run_frame *frame, bool has_place)
{
	struct attempt_words w;
	char words[2048];

	attempt_words(a, &w);
	has_place = has_place && *w.where;
	snprintf(words, sizeof words, "%s%s%s%s  %s%s%s%s", w.when, *w.when ? "  " : "", w.who,
	         a == frame->chosen && frame->attempts->n > 1 ? "  (this one)" : "", w.how,
	         has_place ? " (" : "", has_place ? w.where : "", has_place ? ")" : "");
	page_item(p, 2, label, INK_FAINT, FOR_AT, words);
}

static void put_attempts(struct page *p, const struct run_frame *frame, enum detail detail)
{
	const struct attempt *shown[ATTEMPTS_SHOWN];
	size_t n = shown_attempts(frame, detail, shown);
	char words[160];
	bool is_many = attempts_words(frame, words);

	if (is_many)
		page_item(p, 2, "attempts", INK_FAINT, FOR_AT, words);
	for (size_t i = 0; i < n; i++)
		put_attempt(p, is_many ? "" : "attempt", shown[i], frame,
		            detail == DETAIL_FINDINGS || !is_many);
}

/* "firewall rules (no answer in time)": where the reason begins; NULL: there is none. */
static const char *reason_in(const char *gap)
{
	const char *open = strchr(gap, '(');

	return open && open > gap + 1 && gap[strlen(gap) - 1] == ')' ? open : NULL;
}

/* Those that share a reason, from the first of them on: "no answer in time: services, sessions". */
static void put_gaps(struct page *p, const struct diagnosis *d, size_t first, const char *label)
{
	const char *reason = reason_in(d->not_tested[first]);
	struct buf line = {0};

	buf_printf(&line, "%.*s:", (int)strlen(reason) - 2, reason + 1);
	for (size_t i = first; i < d->n_not_tested; i++) {
		const char *other = reason_in(d->not_tested[i]);

		if (other && strcmp(other, reason) == 0)
			buf_printf(&line, "%s %.*s", i > first ? "," : "",
			           (int)(other - d->not_tested[i]) - 1, d->not_tested[i]);
	}
	page_item(p, 2, label, INK_FAINT, FOR_AT, line.bytes);
	buf_fini(&line);
}

static bool is_first_of_reason(const struct diagnosis *d, size_t at)
{
	const char *reason = reason_in(d->not_tested[at]);

	for (size_t i = 0; reason && i < at; i++) {
		const char *other = reason_in(d->not_tested[i]);

		if (other && strcmp(other, reason) == 0)
			return false;
	}
	return reason != NULL;
}

static void put_not_tested(struct page *p, const struct diagnosis *d)
{
	struct buf line = {0};
	const char *label = "not looked";

	for (size_t i = 0; i < d->n_not_tested; i++)
		if (!reason_in(d->not_tested[i]))
			buf_printf(&line, "%s%s", line.n ? ", " : "", d->not_tested[i]);
	if (line.n)
		page_item(p, 2, "not tested", INK_FAINT, FOR_AT, line.bytes);
	buf_fini(&line);
	for (size_t i = 0; i < d->n_not_tested; i++) {
		if (!is_first_of_reason(d, i))
			continue;
		put_gaps(p, d, i, label);
		label = "";
	}
}

/* A run that was ended early says what it still waited for. */
static void put_stopped(struct page *p, const struct diagnosis *d)
{
	char words[OUTSIDE_MAX];

	if (stopped_words(d, words))
		page_item(p, 2, "ended early", INK_CAUTION, FOR_AT, words);
}

static void put_also(struct page *p, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_also; i++) {
		char words[512];

		snprintf(words, sizeof words, "%s (%s)", d->also[i]->title, d->also[i]->id);
		page_item(p, 2, i ? "" : "also", INK_CAUTION, FOR_AT, words);
	}
}

static void put_code(struct page *p, const struct diagnosis *d)
{
	const struct finding *shown[CODES_MAX];
	size_t n = client_codes(d, shown);

	for (size_t i = 0; i < n; i++) {
		struct finding_words w;
		char words[WORDS_MAX];

		finding_words(shown[i], &w);
		snprintf(words, sizeof words, "%s%s%s", w.value, *w.when ? ", " : "", w.when);
		page_item(p, 2, i ? "" : "client code", INK_FAINT, FOR_AT, words);
	}
}

static void put_finding(struct page *p, const struct finding *f)
{
	struct finding_words w;
	char words[1024];

	finding_words(f, &w);
	snprintf(words, sizeof words, "%s%s%s  (%s%s%s%s%s%s%s)", w.state, *w.value ? ": " : "",
	         w.value, w.origin, *w.where ? ", " : "", w.where, *w.when ? ", " : "", w.when,
	         w.effect ? ", " : "", w.effect ? w.effect : "");
	page_item(p, 2, w.name, INK_PLAIN, 32, words);
}

static void put_findings(struct page *p, const struct diagnosis *d)
{
	page_heading(p, "Findings");
	for (size_t i = 0; i < d->findings->n; i++)
		put_finding(p, &d->findings->at[i]);
}

static void put_fixes(struct page *p, const struct diagnosis *d, const struct run_frame *frame)
{
	if (!d->n_fixes)
		return;
	page_heading(p, fixes_title(d));
	for (size_t i = 0; i < d->n_fixes && i < FIXES_SHOWN; i++)
		put_fix(p, (int)i + 1, d->fixes[i].fix, frame);
	for (size_t i = FIXES_SHOWN; i < d->n_fixes; i++) {
		char label[16], words[256];

		snprintf(label, sizeof label, "%d", (int)i + 1);
		snprintf(words, sizeof words, "%s: %s, %d min; rdpwhy explain %s",
		         d->fixes[i].fix->title, risk_name(d->fixes[i].fix->risk),
		         d->fixes[i].fix->minutes, d->fixes[i].fix->id);
		page_item(p, 2, label, INK_PLAIN, 7, words);
	}
}

static void put_checks(struct page *p, const struct diagnosis *d, const struct run_frame *frame)
{
	size_t n = n_offered_checks(d);

	if (!n)
		return;
	page_heading(p, "Measure next");
	for (size_t i = 0; i < n; i++)
		put_check(p, (int)i + 1, d->checks[i].check, frame);
}

static void put_warnings(struct page *p, const struct run_frame *frame)
{
	char words[96];

	if (!frame->n_warnings)
		return;
	snprintf(words, sizeof words, "%zu thing%s in the input, named on standard error",
	         frame->n_warnings, frame->n_warnings == 1 ? "" : "s");
	page_item(p, 2, "left out", INK_CAUTION, FOR_AT, words);
}

static void put_candidate(struct page *p, const struct diagnosis *d, const struct candidate *c)
{
	char words[256];

	if (!d->cause) {
		snprintf(words, sizeof words, "%s, %d %%", c->cause->id, percent(c->p));
		page_item(p, 2, "first", INK_FAINT, FOR_AT, words);
	}
	if (c->n_for || c->n_against)
		put_arguments(p, c);
}

/* A set is shown as a list, each with its share. */
static void put_verdict(struct page *p, const struct diagnosis *d)
{
	char label[16], words[WORDS_MAX];

	if (!d->n_set || d->state != VERDICT_CAUSE) {
		page_text(p, 2, d->text);
		return;
	}
	page_text(p, 2, SET_WORDS);
	for (size_t i = 0; i < d->n_set; i++) {
		snprintf(label, sizeof label, "%2d %%", percent(d->p_set[i]));
		cause_words(d->set[i], words);
		page_item(p, 2, label, INK_BOLD, 8, words);
	}
}

static void put_planted(struct page *p, const struct run_demo *demo)
{
	char words[WORDS_MAX];

	snprintf(words, sizeof words, "%s: %s%s%s", demo->scenario, demo->says,
	         demo->cause ? "; cause " : "", demo->cause ? demo->cause : "");
	page_item(p, 0, "Planted", INK_BOLD, 11, words);
	page_blank(p);
}

static void put_demo_end(struct page *p, const struct diagnosis *d, const struct run_demo *demo)
{
	char words[WORDS_MAX];

	demo_words(d, demo, words);
	page_blank(p);
	page_item(p, 0, "Named", INK_BOLD, 11, words);
}

static void put_report(struct page *p, const struct diagnosis *d, const struct run_frame *frame,
                       enum detail detail)
{
	const struct candidate *first = argued_candidate(d);

	put_headline(p, d, frame);
	page_blank(p);
	put_verdict(p, d);
	if (detail == DETAIL_QUIET)
		return;
	put_stages(p, d, frame);
	page_blank(p);
	put_code(p, d);
	put_attempts(p, frame, detail);
	if (first)
		put_candidate(p, d, first);
	put_also(p, d);
	put_stopped(p, d);
	put_not_tested(p, d);
	put_vantage(p, frame);
	if (d->state != VERDICT_UNTESTED)
		put_others(p, d, first);
	put_warnings(p, frame);
	if (frame->is_redacted)
		page_item(p, 2, "redacted", INK_FAINT, FOR_AT, REDACTED_WORDS);
	if (detail == DETAIL_FINDINGS)
		put_findings(p, d);
	put_fixes(p, d, frame);
	put_checks(p, d, frame);
	page_blank(p);
	page_item(p, 0, "Tell them", INK_BOLD, 11, d->tell);
}

void report_text(struct page *p, const struct diagnosis *d, const struct run_frame *frame,
                 enum detail detail)
{
	if (frame->demo)
		put_planted(p, frame->demo);
	put_report(p, d, frame, detail);
	if (frame->demo)
		put_demo_end(p, d, frame->demo);
}
