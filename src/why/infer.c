#include "why/infer.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "why/offers.h"
#include "why/posterior.h"
#include "why/progress.h"
#include "why/strength.h"

#define LISTED_MAX   12
#define LISTED_LEAST 0.005
#define SET_MAX      6
#define ALSO_MAX     3

static const char *const state_names[] = {
    [VERDICT_CAUSE] = "cause",
    [VERDICT_HEALTHY] = "healthy",
    [VERDICT_UNCERTAIN] = "uncertain",
    [VERDICT_UNTESTED] = "untested",
};
static const char *const reason_names[REASON_COUNT] = {
    [REASON_NONE] = "none",
    [REASON_CODE_ONLY] = "code-only",
    [REASON_NOT_REPRODUCED] = "not-reproduced",
    [REASON_INTERMITTENT] = "intermittent",
    [REASON_SEVERAL] = "several-causes",
    [REASON_WARNING_ONLY] = "warning-only",
    [REASON_UNEXPLAINED] = "unexplained",
    [REASON_NOT_FAR_ENOUGH] = "not-far-enough",
    [REASON_LOCAL] = "local",
    [REASON_NO_EVIDENCE] = "no-evidence",
};
static const char *const status_names[] = {
    [STAGE_PASS] = "pass",       [STAGE_WARN] = "warn",      [STAGE_FAIL] = "fail",
    [STAGE_SKIPPED] = "skipped", [STAGE_UNUSED] = "skipped", [STAGE_NOT_TESTED] = "not_tested",
};

const char *verdict_state_name(enum verdict_state state)
{
	return state_names[state];
}

const char *verdict_reason_name(enum verdict_reason reason)
{
	return reason_names[reason];
}

const char *stage_status_name(enum stage_status status)
{
	return status_names[status];
}

/* What one run of the inference works on. */
struct run {
	const struct findings *set;
	struct evidence_index index;
	struct posterior p;     /* cautious: it decides */
	struct posterior shown; /* calibrated: it is printed */
	struct progress progress;
	struct arena *arena;
	int top; /* the representative of the most probable family; -1: none has mass */
};

/* --- ranking --- */

static int best_representative(const struct posterior *p)
{
	int best = -1;

	for (size_t i = 0; i < p->n; i++)
		if (p->parent[i] < 0 && p->mass[i] > 0 && (best < 0 || p->mass[i] > p->mass[best]))
			best = (int)i;
	return best < 0 ? -1 : posterior_representative(p, best);
}

static bool has_strong_evidence(const struct weight *w)
{
	for (size_t i = 0; i < w->n_items; i++)
		if (w->items[i].is_match && w->items[i].strength >= STRONG)
			return true;
	return false;
}

static bool has_evidence_for(const struct weight *w)
{
	for (size_t i = 0; i < w->n_items; i++)
		if (w->items[i].is_match && w->items[i].log_ratio > 0)
			return true;
	return false;
}

/* A piece of evidence that speaks for one of two causes and not in the same way for the other. */
static bool has_evidence_beyond(const struct weight *a, const struct weight *b)
{
	for (size_t i = 0; i < a->n_items; i++) {
		bool is_shared = false;

		for (size_t k = 0; k < b->n_items; k++)
			is_shared |= strcmp(a->items[i].key, b->items[k].key) == 0 &&
			             (a->items[i].log_ratio > 0) == (b->items[k].log_ratio > 0);
		if (!is_shared)
			return true;
	}
	return false;
}

static bool is_inseparable(const struct weight *a, const struct weight *b)
{
	return has_evidence_for(b) && !has_evidence_beyond(a, b) && !has_evidence_beyond(b, a);
}

/* Causes that nothing observed separates from the top one; it stands first. */
static size_t fill_set(const struct run *r, const struct cause **set)
{
	const struct posterior *p = &r->p;
	size_t n = 1;

	set[0] = cause_at((size_t)r->top);
	if (!has_evidence_for(&p->weight[r->top]))
		return 1;
	for (size_t i = 0; i < p->n && n < SET_MAX; i++) {
		if (p->parent[i] >= 0 || (int)i == posterior_root(p, r->top) ||
		    p->mass[i] < SET_MEMBER_LEAST)
			continue;

		int member = posterior_representative(p, (int)i);

		if (is_inseparable(&p->weight[r->top], &p->weight[member]))
			set[n++] = cause_at((size_t)member);
	}
	return n;
}

static double mass_of(const struct posterior *p, const struct cause *cause)
{
	return p->mass[cause_index(cause->id)];
}

/* --- candidates and their arguments --- */

static struct argument argument_of(const struct item *item, const struct run *r)
{
	return (struct argument){
	    .finding = &r->set->at[item->finding],
	    .says = item->is_match
	                ? item->row->says
	                : arena_printf(r->arena, "looked for and not seen: %s", item->row->says),
	    .strength = item->strength,
	    .was_absent = !item->is_match,
	    .is_aged = r->index.is_aged[item->finding],
	};
}

static int weight_class(const struct argument *a)
{
	return a->strength < 0 ? -a->strength : a->strength;
}

static void sort_arguments(struct argument *a, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k > 0 && weight_class(&a[k]) > weight_class(&a[k - 1]); k--) {
			struct argument swap = a[k];

			a[k] = a[k - 1];
			a[k - 1] = swap;
		}
}

static struct candidate candidate_of(const struct run *r, size_t i, enum code_class code_class)
{
	const struct weight *w = &r->p.weight[i];
	struct argument *pro = arena_new(r->arena, ITEMS_MAX * sizeof *pro);
	struct argument *con = arena_new(r->arena, (ITEMS_MAX + 1) * sizeof *con);
	struct candidate c = {.cause = cause_at(i),
	                      .p = r->shown.mass[i],
	                      .arguments_for = pro,
	                      .arguments_against = con};

	for (size_t k = 0; k < w->n_items; k++) {
		struct argument a = argument_of(&w->items[k], r);

		if (w->items[k].log_ratio > 0 && w->items[k].is_match)
			pro[c.n_for++] = a;
		else if (w->items[k].log_ratio < 0)
			con[c.n_against++] = a;
	}
	sort_arguments(pro, c.n_for);
	sort_arguments(con, c.n_against);
	c.is_impossible_by_code = code_class_is_failure(code_class) && !r->p.can[i];
	if (c.is_impossible_by_code)
		con[c.n_against++] = (struct argument){
		    .says = arena_printf(r->arena, "the client's code needs %s",
		                         code_class_def(code_class)->needs),
		    .strength = -MODERATE};
	return c;
}

/* A refinement that evidence separates stands before its parents, the rest by mass. */
static double *ranks(const struct run *r)
{
	double *rank = arena_new(r->arena, r->p.n * sizeof *rank);

	for (size_t i = 0; i < r->p.n; i++)
		rank[i] = r->p.mass[i];
	for (size_t i = 0; i < r->p.n; i++) {
		int member = r->p.parent[i] < 0 ? posterior_representative(&r->p, (int)i) : (int)i;

		if (member != (int)i)
			rank[member] = r->p.mass[i] * (1 + 1e-9);
	}
	return rank;
}

static void list_candidates(struct diagnosis *d, const struct run *r)
{
	const double *rank = ranks(r);
	size_t *order = arena_new(r->arena, r->p.n * sizeof *order), n = 0;

	for (size_t i = 0; i < r->p.n; i++) {
		size_t at = i;

		for (; at > 0 && rank[i] > rank[order[at - 1]]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	while (n < r->p.n && n < LISTED_MAX && rank[order[n]] >= LISTED_LEAST)
		n++;

	struct candidate *list = arena_new(r->arena, (n + 1) * sizeof *list);

	for (size_t i = 0; i < n; i++)
		list[i] = candidate_of(r, order[i], d->code_class);
	d->causes = list;
	d->n_causes = n;
}

/* --- whose side --- */

static void add_side(struct diagnosis *d, enum whose whose, double p)
{
	size_t i = 0;

	while (i < d->n_sides && d->sides[i].whose != whose)
		i++;
	if (i == d->n_sides)
		d->sides[d->n_sides++] = (struct side){.whose = whose};
	d->sides[i].p += p;
	for (; i > 0 && d->sides[i].p > d->sides[i - 1].p; i--) {
		struct side swap = d->sides[i];

		d->sides[i] = d->sides[i - 1];
		d->sides[i - 1] = swap;
	}
}

/* A named cause or set is taken for true and its sides are summed; else all causes are. */
static void fill_sides(struct diagnosis *d, const struct run *r, const struct cause **set,
                       size_t n_set)
{
	bool is_named = d->state == VERDICT_CAUSE;
	double all = 0;

	for (size_t k = 0; is_named && k < n_set; k++)
		all += mass_of(&r->shown, set[k]);
	for (size_t k = 0; is_named && k < n_set; k++)
		add_side(d, r->p.weight[cause_index(set[k]->id)].whose,
		         mass_of(&r->shown, set[k]) / all);
	for (size_t i = 0; !is_named && i < r->p.n; i++)
		if (r->shown.own[i] > 0)
			add_side(d, r->p.weight[i].whose, r->shown.own[i]);
	d->whose = d->n_sides && d->sides[0].p >= SIDE_NAMED ? d->sides[0].whose : WHOSE_OPEN;
}

/* --- verdict --- */

static int64_t number_of(const struct findings *set, enum finding_id id, int64_t otherwise)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id && set->at[i].state == FINDING_SEEN)
			otherwise = set->at[i].number;
	return otherwise;
}

/* A code that no table knows is no orderly end either: the person saw something fail. */
static bool is_failure_shown(const struct diagnosis *d, const struct findings *set)
{
	if (d->code_class != CLASS_NONE)
		return code_class_is_failure(d->code_class);
	for (size_t i = 0; i < set->n; i++)
		if (finding_is_client_code(set->at[i].id) && set->at[i].state == FINDING_SEEN &&
		    set->at[i].number != 0)
			return true;
	return false;
}

static bool is_hindered(const struct findings *set, const struct evidence_index *x)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].state == FINDING_SEEN && !x->is_out[i] &&
		    set->at[i].effect != EFFECT_NONE)
			return true;
	return false;
}

/*
 * At least one strong finding, or a code that decides by itself; and where nothing but the
 * client was looked at, something that fails: a file of a cloud desktop alone is no fault.
 */
static bool may_be_named(const struct diagnosis *d, const struct run *r, double p)
{
	return r->top >= 0 && p >= CAUSE_NAMED && has_strong_evidence(&r->p.weight[r->top]) &&
	       (r->progress.has_contact || is_failure_shown(d, r->set) ||
	        is_hindered(r->set, &r->index));
}

/* What a bare fact about the host makes of a cause, such as the program that answers, is not
   stronger than a connection that was repeated and passed. */
static bool is_clean(const struct run *r)
{
	return r->progress.is_complete && !is_hindered(r->set, &r->index);
}

/* Strong evidence of what is still less probable than that nothing is wrong tells nothing yet. */
static bool is_first_likely(const struct run *r)
{
	return r->top >= 0 && has_strong_evidence(&r->p.weight[r->top]) &&
	       r->p.mass[r->top] >= r->p.healthy;
}

static enum verdict_reason reason_of_uncertain(const struct diagnosis *d, const struct run *r)
{
	bool failed = is_failure_shown(d, r->set);
	int64_t reproduced = number_of(r->set, F_RUN_REPRODUCED, -1);

	if (!r->progress.has_observation)
		return REASON_CODE_ONLY;
	if (reproduced > 0 && reproduced < number_of(r->set, F_RUN_REPEATS, 0))
		return REASON_INTERMITTENT;
	if (r->p.is_blocked)
		return r->top >= 0 && r->p.weight[r->top].explains_block ? REASON_SEVERAL
		                                                         : REASON_UNEXPLAINED;
	if (failed && is_clean(r) && reproduced == 0)
		return REASON_NOT_REPRODUCED;
	if (is_first_likely(r))
		return r->p.weight[r->top].ceiling < CAUSE_NAMED ? REASON_WARNING_ONLY
		                                                 : REASON_SEVERAL;
	if (failed && r->progress.is_complete)
		return REASON_NOT_REPRODUCED;
	return r->progress.is_complete || failed || is_hindered(r->set, &r->index)
	           ? REASON_SEVERAL
	           : REASON_NOT_FAR_ENOUGH;
}

static void decide(struct diagnosis *d, const struct run *r, double p_set)
{
	bool is_named = may_be_named(d, r, p_set);

	if (r->progress.local && !r->progress.has_contact) {
		d->state = VERDICT_UNTESTED;
		d->reason = REASON_LOCAL;
		d->cause = is_named ? cause_at((size_t)r->top) : NULL;
	} else if (is_named) {
		d->state = VERDICT_CAUSE;
		d->cause = cause_at((size_t)r->top);
	} else if (!r->progress.has_observation && d->code_class == CLASS_NONE) {
		d->state = VERDICT_UNTESTED;
		d->reason = REASON_NO_EVIDENCE;
	} else if (!is_failure_shown(d, r->set) && is_clean(r) && p_set <= r->p.healthy) {
		d->state = VERDICT_HEALTHY;
	} else {
		d->state = VERDICT_UNCERTAIN;
		d->reason = reason_of_uncertain(d, r);
	}
}

static double confidence_of(const struct diagnosis *d, double p_set)
{
	if (d->state == VERDICT_HEALTHY)
		return d->p_healthy;
	return d->state == VERDICT_UNTESTED && !d->cause ? 0 : p_set;
}

static double sum_of(const struct posterior *p, const struct cause *const *causes, size_t n)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		sum += mass_of(p, causes[k]);
	return sum;
}

/*
 * What was decided is told with the probabilities that are meant for people. What was not named
 * for want of probability stays below what would name it.
 */
static void tell_probabilities(struct diagnosis *d, struct run *r, const struct cause **members,
                               size_t n)
{
	double *p = arena_new(r->arena, SET_MAX * sizeof *p), p_set;

	r->shown = posterior_to_print(&r->p, r->arena);
	p_set = sum_of(&r->shown, members, n);
	if (!d->cause && may_be_named(d, r, p_set))
		posterior_lower(&r->shown, members, n, p_set, NOT_NAMED_MOST, r->arena);
	d->p_healthy = r->shown.healthy;
	d->p_unknown = r->shown.unknown;
	for (size_t k = 0; k < n; k++)
		p[k] = mass_of(&r->shown, members[k]);
	if (d->n_set)
		d->p_set = p;
	d->confidence = confidence_of(d, sum_of(&r->shown, members, n));
}

/* --- a second fault --- */

static void exclude_family(bool *is_excluded, const struct posterior *p, const struct cause *cause)
{
	int root = posterior_root(p, (int)cause_index(cause->id));

	for (size_t i = 0; i < p->n; i++)
		if (posterior_root(p, (int)i) == root)
			is_excluded[i] = true;
}

/* Findings that speak for the cause are explained by it and set aside, with their groups. */
static void set_aside(struct evidence_index *x, const struct weight *w)
{
	for (size_t k = 0; k < w->n_items; k++) {
		if (!w->items[k].is_match || w->items[k].log_ratio <= 0)
			continue;
		for (size_t i = 0; i < x->set->n; i++)
			if (strcmp(x->key[i], w->items[k].key) == 0)
				x->is_out[i] = true;
	}
}

static void find_also(struct diagnosis *d, const struct run *first, const struct cause **set,
                      size_t n_set)
{
	struct run r = *first;
	const struct cause **also = arena_new(r.arena, ALSO_MAX * sizeof *also);
	bool *is_excluded = arena_new(r.arena, r.p.n * sizeof *is_excluded);
	double *p = arena_new(r.arena, ALSO_MAX * sizeof *p);
	bool *is_out = arena_new(r.arena, (r.set->n + 1) * sizeof *is_out);
	struct question question = {.is_excluded = is_excluded};

	memcpy(is_out, r.index.is_out, r.set->n * sizeof *is_out);
	r.index.is_out = is_out; /* what is set aside here stays in the first run */
	d->also = also;
	d->p_also = p;
	for (size_t k = 0; k < n_set; k++) {
		exclude_family(is_excluded, &first->p, set[k]);
		set_aside(&r.index, &first->p.weight[cause_index(set[k]->id)]);
	}
	while (d->n_also < ALSO_MAX) {
		r.p = posterior(&r.index, &question, r.arena);
		r.top = best_representative(&r.p);
		if (r.top < 0 || !may_be_named(d, &r, r.p.mass[r.top]))
			return;
		r.shown = posterior_to_print(&r.p, r.arena);
		p[d->n_also] = r.shown.mass[r.top];
		also[d->n_also++] = cause_at((size_t)r.top);
		exclude_family(is_excluded, &r.p, cause_at((size_t)r.top));
		set_aside(&r.index, &r.p.weight[r.top]);
	}
}

/* --- words --- */

static const char *text_of_set(const struct diagnosis *d, struct arena *arena)
{
	const char *text = "One of these, which nothing seen so far separates:";

	for (size_t i = 0; i < d->n_set; i++)
		text = arena_printf(arena, "%s %s", text, d->set[i]->title);
	return text;
}

static const char *text_of_cause(const struct diagnosis *d, const struct run *r)
{
	const char *text = d->n_set ? text_of_set(d, r->arena) : d->cause->title;

	if (code_class_is_failure(d->code_class) && !r->p.can[r->top])
		text = arena_printf(r->arena,
		                    "%s The client's code and the measurement describe different "
		                    "moments: that code needs %s.",
		                    text, code_class_def(d->code_class)->needs);
	return text;
}

/* " (0 of 4 further tries failed)", where it was tried again. */
static const char *tries_words(const struct run *r)
{
	int repeats = (int)number_of(r->set, F_RUN_REPEATS, 0);

	if (!repeats)
		return "";
	return arena_printf(r->arena, " (%d of %d further tries failed)",
	                    (int)number_of(r->set, F_RUN_REPRODUCED, 0), repeats);
}

static const char *text_of_uncertain(const struct diagnosis *d, const struct run *r)
{
	const char *top = d->n_set      ? text_of_set(d, r->arena)
	                  : r->top >= 0 ? cause_at((size_t)r->top)->title
	                                : "";

	switch (d->reason) {
	case REASON_CODE_ONLY:
		return arena_printf(r->arena,
		                    "The code alone names no cause, and nothing was measured. %s",
		                    code_class_def(d->code_class)->says);
	case REASON_NOT_REPRODUCED:
		return arena_printf(r->arena,
		                    "Nothing stops the connection from here, now, up to the "
		                    "stage %s%s. So the failure lies in what was not tested, "
		                    "only on that client or its path, comes and goes, or is gone.",
		                    stage_name(r->progress.last_passed), tries_words(r));
	case REASON_INTERMITTENT:
		return arena_printf(
		    r->arena,
		    "It comes and goes: %d of %d repeated tries failed. Most probable: %s",
		    (int)number_of(r->set, F_RUN_REPRODUCED, 0),
		    (int)number_of(r->set, F_RUN_REPEATS, 0), top);
	case REASON_WARNING_ONLY:
		return arena_printf(r->arena,
		                    "%s The connection gets past it from here; a client that "
		                    "must verify or obey it is refused.",
		                    top);
	case REASON_UNEXPLAINED:
		return "Something stops the connection that no cause of the catalogue explains.";
	case REASON_NOT_FAR_ENOUGH:
		return r->progress.is_live
		           ? "Nothing wrong was seen, but the tests did not go as far as they could."
		           : "Nothing wrong was seen, but the evidence does not go as far as it "
		             "could.";
	default:
		return arena_printf(r->arena, "Not certain. Most probable: %s", top);
	}
}

static const char *verdict_text(const struct diagnosis *d, const struct run *r)
{
	switch (d->state) {
	case VERDICT_CAUSE:
		return text_of_cause(d, r);
	case VERDICT_HEALTHY:
		return arena_printf(r->arena, "Nothing wrong was found up to the stage %s.",
		                    stage_name(r->progress.last_passed));
	case VERDICT_UNTESTED:
		if (!r->progress.local)
			return "There is no evidence about a Remote Desktop connection here.";
		return arena_printf(r->arena, "It could not be tested from this computer: %s.",
		                    finding_defs[r->progress.local->id].means);
	case VERDICT_UNCERTAIN:
		break;
	}
	return text_of_uncertain(d, r);
}

static const char *verdict_tell(const struct diagnosis *d, const struct run *r)
{
	if (d->cause)
		return d->cause->tell;
	if (d->state == VERDICT_HEALTHY && !r->progress.is_live)
		return arena_printf(
		    r->arena,
		    "In this evidence the connection works up to the stage %s; if it "
		    "fails now, please try again while recording.",
		    stage_name(r->progress.last_passed));
	if (d->state == VERDICT_HEALTHY)
		return "From here the host answers a Remote Desktop client as it should, as far "
		       "as can be tested without signing in.";
	if (d->state == VERDICT_UNTESTED)
		return "I could not test it from here.";
	if (d->reason == REASON_NOT_REPRODUCED)
		return "From here, now, the connection works as far as I can test without "
		       "signing in; please tell me what the host logged at the time of the error.";
	if (d->n_checks)
		return arena_printf(r->arena,
		                    "The cause is not certain yet; the next thing to do is to %s.",
		                    d->checks[0].check->says);
	return "Something is wrong and the cause is not certain yet.";
}

static void add_not_tested(struct diagnosis *d, const char *words)
{
	for (size_t i = 0; i < d->n_not_tested; i++)
		if (strcmp(d->not_tested[i], words) == 0)
			return;
	if (*words && d->n_not_tested < NOT_TESTED_MAX)
		d->not_tested[d->n_not_tested++] = words;
}

/* Some of its words may come from outside. */
static void add_not_looked(struct diagnosis *d, const char *text, struct arena *arena)
{
	char words[160];

	text_harmless(text, words, sizeof words);
	add_not_tested(d, arena_copy(arena, words, strlen(words)));
}

static void fill_not_tested(struct diagnosis *d, const struct progress *progress,
                            struct arena *arena)
{
	static const enum stage_id asked[] = {STAGE_NAME,   STAGE_TCP, STAGE_NEGOTIATION,
	                                      STAGE_TLS,    STAGE_NLA, STAGE_LICENSING,
	                                      STAGE_SESSION};

	if (progress->last_passed != STAGE_SESSION)
		d->not_tested[d->n_not_tested++] = "credentials";
	if (d->state == VERDICT_HEALTHY && !progress->is_live)
		d->not_tested[d->n_not_tested++] = "the host as it is now";
	for (size_t k = 0; k < sizeof asked / sizeof *asked; k++)
		for (size_t i = 0; i < d->n_stages; i++)
			if (d->stages[i].id == asked[k] &&
			    (d->stages[i].status == STAGE_NOT_TESTED ||
			     d->stages[i].status == STAGE_SKIPPED))
				d->not_tested[d->n_not_tested++] = stage_name(asked[k]);
	for (size_t i = 0; i < d->findings->n; i++) {
		const struct finding *f = &d->findings->at[i];

		if (finding_defs[f->id].incomplete && f->state == FINDING_SEEN)
			add_not_tested(d, finding_defs[f->id].incomplete);
		if (f->id == F_HOST_NOT_LOOKED && f->state == FINDING_SEEN && f->text)
			add_not_looked(d, f->text, arena);
	}
}

/* --- offers --- */

#define FIX_CAUSES_MAX   4
#define FIX_LEAST_CHANCE 0.10

/* Fixes of what is named and of what is wrong besides; of the most probable causes otherwise. */
static void fill_fixes(struct diagnosis *d, const struct run *r, const struct cause **set,
                       size_t n_set)
{
	const struct cause *causes[SET_MAX + ALSO_MAX + FIX_CAUSES_MAX];
	double p[SET_MAX + ALSO_MAX + FIX_CAUSES_MAX];
	size_t n = 0;

	if (d->cause) {
		for (size_t k = 0; k < n_set; k++, n++) {
			causes[n] = set[k];
			p[n] = mass_of(&r->shown, set[k]);
		}
		for (size_t k = 0; k < d->n_also; k++, n++) {
			causes[n] = d->also[k];
			p[n] = d->p_also[k];
		}
	} else if (d->state == VERDICT_UNCERTAIN && d->reason != REASON_CODE_ONLY) {
		for (size_t i = 0; i < d->n_causes && n < FIX_CAUSES_MAX; i++) {
			if (d->causes[i].p < FIX_LEAST_CHANCE || !d->causes[i].n_for)
				continue;
			causes[n] = d->causes[i].cause;
			p[n++] = d->causes[i].p;
		}
	}

	struct offered_fix *fixes = arena_new(r->arena, OFFERED_FIXES_MAX * sizeof *fixes);

	d->n_fixes = offer_fixes(causes, p, n, fixes);
	d->fixes = fixes;
}

static void fill_checks(struct diagnosis *d, const struct run *r)
{
	struct offered_check *checks = arena_new(r->arena, OFFERED_CHECKS_MAX * sizeof *checks);

	d->checks = checks;
	d->n_checks = offer_checks(&r->p, r->set, checks);
}

struct diagnosis infer(const struct findings *given, int64_t now_us, struct arena *arena)
{
	struct findings *set = arena_new(arena, sizeof *set);

	*set = findings_sorted(given, arena);

	struct diagnosis d = {.findings = set, .code_class = code_class_of_findings(set)};
	struct question question = {.code_class = d.code_class, .blame = true};
	struct run r = {.set = set, .index = evidence_index(set, now_us, arena), .arena = arena};
	const struct cause **members = arena_new(arena, SET_MAX * sizeof *members);
	size_t n_members = 0;
	double p_set;

	r.progress = progress_of(&r.index, arena);
	question.is_passed = r.progress.is_complete;
	r.p = posterior(&r.index, &question, arena);
	r.top = best_representative(&r.p);
	d.stages = r.progress.stages;
	d.n_stages = r.progress.n_stages;
	if (r.top >= 0)
		n_members = fill_set(&r, members);
	p_set = sum_of(&r.p, members, n_members);
	if (n_members > 1 && !(r.progress.local && !r.progress.has_contact)) {
		d.set = members;
		d.n_set = n_members;
	}

	decide(&d, &r, p_set);
	tell_probabilities(&d, &r, members, n_members);
	fill_sides(&d, &r, members, n_members);
	list_candidates(&d, &r);
	fill_checks(&d, &r);
	if (d.cause)
		find_also(&d, &r, members, n_members);
	fill_fixes(&d, &r, members, n_members);
	fill_not_tested(&d, &r.progress, arena);
	d.text = verdict_text(&d, &r);
	d.tell = verdict_tell(&d, &r);

	struct posterior *kept = arena_new(arena, 2 * sizeof *kept);

	kept[0] = r.p;
	kept[1] = r.shown;
	d.posterior = &kept[0];
	d.shown = &kept[1];
	return d;
}

double infer_gain(const struct diagnosis *d, const enum finding_id *ids, size_t n)
{
	return offer_gain(d->posterior, d->findings, ids, n);
}
