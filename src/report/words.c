#include "report/words.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

int percent(double p)
{
	int n = (int)(p * 100 + 0.5);

	return n > 99 ? 99 : n;
}

const char *side_words(enum whose whose)
{
	return whose == WHOSE_OPEN ? "either" : whose_name(whose);
}

const char *state_words(const struct diagnosis *d)
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

void sure_words(const struct diagnosis *d, const char *before, char out[96])
{
	size_t n;

	out[0] = '\0';
	if (d->whose != WHOSE_OPEN && d->state != VERDICT_UNTESTED && d->state != VERDICT_HEALTHY)
		snprintf(out, 96, "%s%s side", before, whose_name(d->whose));
	n = strlen(out);
	if (d->state == VERDICT_CAUSE)
		snprintf(out + n, 96 - n, "%s%d %% sure", before, percent(d->confidence));
}

/* --- causes --- */

void cause_words(const struct cause *cause, char out[WORDS_MAX])
{
	snprintf(out, WORDS_MAX, "%s (%s, %s side)", cause->title, cause->id,
	         side_words(cause->whose));
}

bool rest_words(const struct diagnosis *d, char out[WORDS_MAX])
{
	if (percent(d->p_healthy) <= 0 && percent(d->p_unknown) <= 0)
		return false;
	snprintf(out, WORDS_MAX, "%d %%  %s, %d %%  something not in the catalogue",
	         percent(d->p_healthy),
	         code_class_is_failure(d->code_class) ? "gone or elsewhere" : "nothing wrong",
	         percent(d->p_unknown));
	return true;
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

static bool is_parent_of_verdict(const struct diagnosis *d, const struct cause *cause)
{
	return d->cause && d->cause->refines && strcmp(d->cause->refines, cause->id) == 0;
}

size_t other_causes(const struct diagnosis *d, const struct candidate *argued,
                    const struct candidate *out[OTHERS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_causes && n < OTHERS_MAX; i++) {
		const struct candidate *c = &d->causes[i];

		if (c != argued && !is_in_verdict(d, c->cause) && percent(c->p) >= 1 &&
		    !is_parent_of_verdict(d, c->cause))
			out[n++] = c;
	}
	return n;
}

static const struct candidate *candidate_for(const struct diagnosis *d, const struct cause *cause)
{
	for (size_t i = 0; i < d->n_causes; i++)
		if (d->causes[i].cause == cause)
			return &d->causes[i];
	return d->n_causes ? &d->causes[0] : NULL;
}

#define ARGUED_LEAST 0.10

const struct candidate *argued_candidate(const struct diagnosis *d)
{
	const struct candidate *c = candidate_for(d, d->cause);

	if (!c || d->state == VERDICT_HEALTHY || d->reason == REASON_NO_EVIDENCE)
		return NULL;
	return d->cause || c->p >= ARGUED_LEAST ? c : NULL;
}

/* --- attempts --- */

static size_t put_outside(char *out, size_t at, size_t n, const char *before, const char *outside)
{
	char shown[OUTSIDE_MAX];

	if (!outside || !*outside || at >= n)
		return at;
	text_harmless(outside, shown, sizeof shown);
	return at + (size_t)snprintf(out + at, n - at, "%s%s", before, shown);
}

void attempt_words(const struct attempt *a, struct attempt_words *out)
{
	size_t n = 0;
	const char *made_good = a->is_recovered ? "; made good by another try" : "";

	*out = (struct attempt_words){.when = ""};
	if (a->began_us || a->ended_us) /* whole seconds are enough for a person */
		moment_text((a->began_us ? a->began_us : a->ended_us) / 1000000 * 1000000,
		            out->when);
	n = put_outside(out->who, n, sizeof out->who, "", a->client);
	n = put_outside(out->who, n, sizeof out->who, n ? " to " : "to ", a->host);
	put_outside(out->who, n, sizeof out->who, " as ", a->account);
	put_outside(out->where, 0, sizeof out->where, "", a->where);
	snprintf(out->how, sizeof out->how, "%s: %s%s%s", stage_name(a->reached),
	         a->ended ? a->ended : "no end was seen", made_good,
	         a->is_ours ? "; made by rdpwhy" : "");
}

static bool is_beside(const struct attempt *a, const struct attempt *chosen)
{
	return !chosen || a == chosen || !chosen->host ||
	       (a->host && strcmp(a->host, chosen->host) == 0);
}

#define ATTEMPTS_USUAL 5

size_t shown_attempts(const struct run_frame *frame, enum detail detail,
                      const struct attempt *out[ATTEMPTS_SHOWN])
{
	size_t most = detail == DETAIL_FINDINGS ? ATTEMPTS_SHOWN : ATTEMPTS_USUAL, n = 0;
	size_t i = frame->attempts ? frame->attempts->n : 0;

	while (i-- && n < most)
		if (is_beside(&frame->attempts->at[i], frame->chosen))
			out[n++] = &frame->attempts->at[i];
	for (size_t k = 0; k < n / 2; k++) {
		const struct attempt *last = out[n - 1 - k];

		out[n - 1 - k] = out[k];
		out[k] = last;
	}
	return n;
}

bool attempts_words(const struct run_frame *frame, char out[160])
{
	size_t n = frame->attempts ? frame->attempts->n + frame->attempts->n_left_out : 0;

	if (n > 1 && frame->n_hosts > 1)
		snprintf(out, 160,
		         "%zu at %zu hosts, this is about one; --host, --jsonl for others", n,
		         frame->n_hosts);
	else if (n > 1)
		snprintf(out, 160, "%zu in the evidence; the verdict is about one of them", n);
	return n > 1;
}

/* --- findings --- */

void argument_words(const struct argument *a, struct argument_words *out)
{
	*out = (struct argument_words){.says = a->says, .is_aged = a->is_aged};
	if (!a->finding)
		return;
	out->origin = origin_name(a->finding->origin);
	if (!a->was_absent)
		finding_value_text(a->finding, out->value, sizeof out->value);
	if (a->finding->where)
		text_harmless(a->finding->where, out->where, sizeof out->where);
}

void finding_words(const struct finding *f, struct finding_words *out)
{
	*out = (struct finding_words){.name = finding_defs[f->id].name,
	                              .state = f->state == FINDING_ABSENT ? "absent" : "seen",
	                              .origin = origin_name(f->origin)};
	if (f->effect != EFFECT_NONE)
		out->effect = effect_name(f->effect);
	if (f->state != FINDING_ABSENT)
		finding_value_text(f, out->value, sizeof out->value);
	if (f->where)
		text_harmless(f->where, out->where, sizeof out->where);
	if (f->when_us)
		moment_text(f->when_us, out->when);
}

/* The same code may be given in a file and with --code. */
static bool is_among(const struct finding *const *shown, size_t n, const struct finding *f)
{
	for (size_t i = 0; i < n; i++)
		if (shown[i]->id == f->id && shown[i]->number == f->number)
			return true;
	return false;
}

size_t client_codes(const struct diagnosis *d, const struct finding *out[CODES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < d->findings->n && n < CODES_MAX; i++) {
		const struct finding *f = &d->findings->at[i];

		if (f->origin == ORIGIN_USER && finding_is_client_code(f->id) &&
		    !is_among(out, n, f))
			out[n++] = f;
	}
	return n;
}

bool stopped_words(const struct diagnosis *d, char out[OUTSIDE_MAX])
{
	for (size_t i = 0; i < d->findings->n; i++) {
		const struct finding *f = &d->findings->at[i];

		if (f->id != F_RUN_STOPPED_EARLY || f->state != FINDING_SEEN)
			continue;
		text_harmless(f->text ? f->text : "", out, OUTSIDE_MAX);
		return true;
	}
	return false;
}

/* --- stages --- */

static bool is_shown_stage(const struct stage_result *s)
{
	if (s->status == STAGE_NOT_TESTED || s->id == STAGE_PATH)
		return s->n_findings && s->status != STAGE_NOT_TESTED;
	for (size_t i = 0; i < s->n_findings; i++)
		if (s->findings[i]->origin != ORIGIN_USER)
			return true;
	return s->id < STAGE_CAPTURE;
}

size_t shown_stages(const struct diagnosis *d, const struct stage_result *out[STAGE_COUNT])
{
	bool has_skipped = false;
	size_t n = 0;

	for (size_t i = 0; i < d->n_stages && n < STAGE_COUNT; i++) {
		const struct stage_result *s = &d->stages[i];

		if (!is_shown_stage(s) || (has_skipped && s->status == STAGE_SKIPPED))
			continue;
		has_skipped |= s->status == STAGE_SKIPPED;
		out[n++] = s;
	}
	return n;
}

void time_words(const struct run_frame *frame, enum stage_id id, char out[24])
{
	const struct stage_time *t = frame->vantage ? &frame->vantage->times[id] : NULL;

	out[0] = '\0';
	if (t && t->is_known)
		snprintf(out, 24, " %d ms", (int)((t->duration_us + 500) / 1000));
}

/* --- what to do --- */

const char *fixes_title(const struct diagnosis *d)
{
	return d->state == VERDICT_CAUSE ? "Fix, safest first"
	                                 : "Fixes of what is most probable, safest first";
}

void fix_words(const struct fix *fix, char out[WORDS_MAX])
{
	snprintf(out, WORDS_MAX, "%s, on the %s side: %s%s, %d minute%s%s%s", fix->title,
	         place_name(fix->where), risk_name(fix->risk), fix->temporary ? ", temporary" : "",
	         fix->minutes, fix->minutes == 1 ? "" : "s",
	         fix->restart == RESTART_NONE ? "" : ", restart: ",
	         fix->restart == RESTART_NONE ? "" : restart_name(fix->restart));
}

void step_words(const struct fix_step *step, char out[WORDS_MAX])
{
	static const char *const hints[] = {
	    [NO_SHELL] = "", [POWERSHELL] = " (PowerShell)", [CMD] = " (cmd)", [SH] = " (sh)"};

	snprintf(out, WORDS_MAX, "%s%s%s", step->says, hints[step->shell],
	         step->command ? ":" : "");
}

void check_words(const struct check *check, char out[WORDS_MAX])
{
	snprintf(out, WORDS_MAX, "%s side, %d min: %s", place_name(check->where), check->minutes,
	         check->says);
}

#define CHECKS_MAX 4

size_t n_offered_checks(const struct diagnosis *d)
{
	if (d->state == VERDICT_HEALTHY || (d->state == VERDICT_CAUSE && !d->n_set))
		return 0;
	return d->n_checks < CHECKS_MAX ? d->n_checks : CHECKS_MAX;
}

/* --- the demo --- */

/* A client's failure code forbids "healthy": then nothing wrong is "not reproduced". */
static bool is_found_well(const struct diagnosis *d)
{
	return d->state == VERDICT_HEALTHY || d->reason == REASON_NOT_REPRODUCED;
}

bool is_planted_named(const struct diagnosis *d, const struct run_demo *demo)
{
	if (!demo->cause)
		return is_found_well(d);
	if (d->state != VERDICT_CAUSE)
		return false;
	if (d->cause && strcmp(d->cause->id, demo->cause) == 0)
		return true;
	for (size_t i = 0; i < d->n_set; i++)
		if (strcmp(d->set[i]->id, demo->cause) == 0)
			return true;
	return false;
}

void demo_words(const struct diagnosis *d, const struct run_demo *demo, char out[WORDS_MAX])
{
	bool is_named = is_planted_named(d, demo);

	if (!demo->cause)
		snprintf(out, WORDS_MAX,
		         is_named ? "yes: nothing was planted, and nothing found"
		                  : "no: nothing was planted");
	else if (!is_named && d->state == VERDICT_UNCERTAIN && d->n_causes &&
	         strcmp(d->causes[0].cause->id, demo->cause) == 0)
		snprintf(out, WORDS_MAX,
		         "no: %s was planted, and the answer puts it first but is not certain",
		         demo->cause);
	else if (!is_named)
		snprintf(out, WORDS_MAX, "no: %s was planted, and the answer does not name it",
		         demo->cause);
	else if (d->n_set)
		snprintf(out, WORDS_MAX,
		         "yes: %s is one of the %zu causes that nothing seen from outside "
		         "separates",
		         demo->cause, d->n_set);
	else
		snprintf(out, WORDS_MAX, "yes: the answer is %s", demo->cause);
}
