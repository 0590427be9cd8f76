#include <stdio.h>
#include <string.h>

#include "base/moment.h"
#include "base/text.h"
#include "finding/finding.h"
#include "report/parts.h"
#include "why/strength.h"

#define FOR_AT      15
#define CAUSES_MAX  5
#define FIXES_SHOWN 1 /* in full; the others by a line each */

/* Whole percentages; nothing that was inferred is ever wholly sure. */
static int percent(double p)
{
	int n = (int)(p * 100 + 0.5);

	return n > 99 ? 99 : n;
}

static const char *state_words(const struct diagnosis *d)
{
	switch (d->state) {
	case VERDICT_HEALTHY:
		return "nothing wrong found";
	case VERDICT_UNTESTED:
		return "not tested";
	case VERDICT_CAUSE:
		return d->n_set ? "one of several causes" : "cause found";
	case VERDICT_UNCERTAIN:
		break;
	}
	return "not certain";
}

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
	char input[80], sure[96] = "";

	text_harmless(frame->input, input, sizeof input);
	if (d->whose != WHOSE_OPEN && d->state != VERDICT_UNTESTED && d->state != VERDICT_HEALTHY)
		snprintf(sure, sizeof sure, "   %s side", whose_name(d->whose));
	if (d->state == VERDICT_CAUSE)
		snprintf(sure + strlen(sure), sizeof sure - strlen(sure), "   %d %% sure",
		         percent(d->confidence));
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

static bool is_shown_stage(const struct stage_result *s)
{
	if (s->status == STAGE_NOT_TESTED || s->id == STAGE_PATH)
		return s->n_findings && s->status != STAGE_NOT_TESTED;
	for (size_t i = 0; i < s->n_findings; i++)
		if (s->findings[i]->origin != ORIGIN_USER)
			return true;
	return s->id < STAGE_CAPTURE;
}

/* "tls x failed": one stage and how it went, never broken over lines. */
static void put_stage(struct page *p, const struct stage_result *s, int *at)
{
	const char *mark = page_mark(p, "–", "-"), *words = "";
	char text[96];

	if (s->status == STAGE_PASS)
		mark = page_mark(p, "✓", "ok");
	else if (s->status == STAGE_WARN)
		mark = "!";
	else if (s->status == STAGE_FAIL)
		mark = page_mark(p, "✗", "x"), words = " failed";
	else if (s->status == STAGE_SKIPPED)
		words = " not reached";
	snprintf(text, sizeof text, "%s %s%s", stage_name(s->id), mark, words);

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

static void put_stages(struct page *p, const struct diagnosis *d)
{
	int at = 0;

	bool has_skipped = false;

	page_blank(p);
	for (size_t i = 0; i < d->n_stages; i++) {
		const struct stage_result *s = &d->stages[i];

		/* Of the stages behind a failure the first one says it for all. */
		if (!is_shown_stage(s) || (has_skipped && s->status == STAGE_SKIPPED))
			continue;
		has_skipped |= s->status == STAGE_SKIPPED;
		put_stage(p, s, &at);
	}
	if (at)
		page_line(p, "");
}

/* "event 36870 ... (0x8009030D SEC_E_UNKNOWN_CREDENTIALS; log, System.evtx #5021)" */
static void put_argument(struct page *p, const char *label, const struct argument *a)
{
	char words[1024], value[320] = "", where[320] = "";

	if (a->finding && !a->was_absent)
		finding_value_text(a->finding, value, sizeof value);
	if (a->finding && a->finding->where)
		text_harmless(a->finding->where, where, sizeof where);
	if (a->finding)
		snprintf(words, sizeof words, "%s (%s%s%s%s%s%s)", a->says, value,
		         *value ? "; " : "", origin_name(a->finding->origin), *where ? ", " : "",
		         where, a->is_aged ? "; old or undated, counts as weak" : "");
	else
		snprintf(words, sizeof words, "%s", a->says);
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

static bool is_in_verdict(const struct diagnosis *d, const struct cause *cause)
{
	if (cause == d->cause)
		return true;
	for (size_t i = 0; i < d->n_set; i++)
		if (d->set[i] == cause)
			return true;
	return false;
}

static void put_others(struct page *p, const struct diagnosis *d,
                       const struct candidate *shown_above)
{
	size_t shown = 0;

	for (size_t i = 0; i < d->n_causes && shown < CAUSES_MAX; i++) {
		const struct candidate *c = &d->causes[i];
		char words[512];

		if (c == shown_above || is_in_verdict(d, c->cause) || percent(c->p) < 1 ||
		    (d->cause && d->cause->refines && strcmp(d->cause->refines, c->cause->id) == 0))
			continue;
		snprintf(words, sizeof words, "%d %%  %s (%s, %s side)", percent(c->p),
		         c->cause->title, c->cause->id, side_words(c->cause->whose));
		page_item(p, 2, shown++ ? "" : "else", INK_FAINT, FOR_AT, words);
	}
	if (percent(d->p_healthy) > 0 || percent(d->p_unknown) > 0) {
		char words[160];

		snprintf(words, sizeof words, "%d %%  %s, %d %%  something not in the catalogue",
		         percent(d->p_healthy),
		         code_class_is_failure(d->code_class) ? "gone or elsewhere"
		                                              : "nothing wrong",
		         percent(d->p_unknown));
		page_item(p, 2, shown ? "" : "else", INK_FAINT, FOR_AT, words);
	}
}

static void put_not_tested(struct page *p, const struct diagnosis *d)
{
	struct buf line = {0};

	for (size_t i = 0; i < d->n_not_tested; i++)
		buf_printf(&line, "%s%s", i ? ", " : "", d->not_tested[i]);
	if (line.n)
		page_item(p, 2, "not tested", INK_FAINT, FOR_AT, line.bytes);
	buf_fini(&line);
}

static void put_also(struct page *p, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_also; i++) {
		char words[512];

		snprintf(words, sizeof words, "%s (%s)", d->also[i]->title, d->also[i]->id);
		page_item(p, 2, i ? "" : "also", INK_CAUTION, FOR_AT, words);
	}
}

static const struct candidate *candidate_for(const struct diagnosis *d, const struct cause *cause)
{
	for (size_t i = 0; i < d->n_causes; i++)
		if (d->causes[i].cause == cause)
			return &d->causes[i];
	return d->n_causes ? &d->causes[0] : NULL;
}

#define CODES_SHOWN 4

/* The same code may be given in a file and with --code. */
static bool is_among(const struct finding *const *shown, size_t n, const struct finding *f)
{
	for (size_t i = 0; i < n; i++)
		if (shown[i]->id == f->id && shown[i]->number == f->number)
			return true;
	return false;
}

static void put_code(struct page *p, const struct diagnosis *d)
{
	const struct finding *shown[CODES_SHOWN];
	size_t n = 0;

	for (size_t i = 0; i < d->findings->n && n < CODES_SHOWN; i++) {
		const struct finding *f = &d->findings->at[i];
		char value[320], words[512], when[MOMENT_TEXT_MAX] = "";

		if (f->origin != ORIGIN_USER || !finding_is_client_code(f->id) ||
		    is_among(shown, n, f))
			continue;
		finding_value_text(f, value, sizeof value);
		if (f->when_us)
			moment_text(f->when_us, when);
		snprintf(words, sizeof words, "%s%s%s", value, *when ? ", " : "", when);
		page_item(p, 2, n ? "" : "client code", INK_FAINT, FOR_AT, words);
		shown[n++] = f;
	}
}

static void put_findings(struct page *p, const struct diagnosis *d)
{
	page_heading(p, "Findings");
	for (size_t i = 0; i < d->findings->n; i++) {
		const struct finding *f = &d->findings->at[i];
		char value[320], where[320] = "", when[MOMENT_TEXT_MAX] = "", words[1024];

		finding_value_text(f, value, sizeof value);
		if (f->where)
			text_harmless(f->where, where, sizeof where);
		if (f->when_us)
			moment_text(f->when_us, when);
		snprintf(words, sizeof words, "%s%s%s  (%s%s%s%s%s%s%s)",
		         f->state == FINDING_ABSENT ? "absent" : "seen", *value ? ": " : "",
		         f->state == FINDING_ABSENT ? "" : value, origin_name(f->origin),
		         *where ? ", " : "", where, *when ? ", " : "", when,
		         f->effect == EFFECT_NONE ? "" : ", ",
		         f->effect == EFFECT_NONE ? "" : effect_name(f->effect));
		page_item(p, 2, finding_defs[f->id].name, INK_PLAIN, 32, words);
	}
}

static void put_fixes(struct page *p, const struct diagnosis *d, const struct run_frame *frame)
{
	if (!d->n_fixes)
		return;
	page_heading(p, d->state == VERDICT_CAUSE ? "Fix, safest first"
	                                          : "Fixes of what is most probable, safest first");
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
	bool is_settled = d->state == VERDICT_HEALTHY || (d->state == VERDICT_CAUSE && !d->n_set);
	size_t n = is_settled ? 0 : d->n_checks;

	if (!n)
		return;
	page_heading(p, "Measure next");
	for (size_t i = 0; i < n && i < 4; i++)
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

#define ARGUED_LEAST 0.10

/* The candidate whose reasons are shown; none where all are about equally improbable. */
static const struct candidate *candidate_worth_arguing(const struct diagnosis *d)
{
	const struct candidate *c = candidate_for(d, d->cause);

	if (!c || d->state == VERDICT_HEALTHY || d->reason == REASON_NO_EVIDENCE)
		return NULL;
	return d->cause || c->p >= ARGUED_LEAST ? c : NULL;
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
	char label[16], words[512];

	if (!d->n_set || d->state != VERDICT_CAUSE) {
		page_text(p, 2, d->text);
		return;
	}
	page_text(p, 2, "One of these, which nothing seen so far separates:");
	for (size_t i = 0; i < d->n_set; i++) {
		const struct cause *c = d->set[i];

		snprintf(label, sizeof label, "%2d %%", percent(d->p_set[i]));
		snprintf(words, sizeof words, "%s (%s, %s side)", c->title, c->id,
		         side_words(c->whose));
		page_item(p, 2, label, INK_BOLD, 8, words);
	}
}

void report_text(struct page *p, const struct diagnosis *d, const struct run_frame *frame,
                 enum detail detail)
{
	const struct candidate *first = candidate_worth_arguing(d);

	put_headline(p, d, frame);
	page_blank(p);
	put_verdict(p, d);
	if (detail == DETAIL_QUIET)
		return;
	put_stages(p, d);
	page_blank(p);
	put_code(p, d);
	if (first)
		put_candidate(p, d, first);
	put_also(p, d);
	put_not_tested(p, d);
	if (d->state != VERDICT_UNTESTED)
		put_others(p, d, first);
	put_warnings(p, frame);
	if (detail == DETAIL_FINDINGS)
		put_findings(p, d);
	put_fixes(p, d, frame);
	put_checks(p, d, frame);
	page_blank(p);
	page_item(p, 0, "Tell them", INK_BOLD, 11, d->tell);
}
