#include "why/offers.h"

#include <math.h>

#include "why/strength.h"

/*
 * Expected entropy after asking for one finding. Causes with a row on it split by that row's
 * class; all others share the mean of what their rows say of "not the cause", so that their
 * part of the entropy is known in closed form.
 */
struct split {
	double seen_mass, seen_plogp; /* of the causes with a row */
	double absent_mass, absent_plogp;
	double rest_mass, rest_plogp; /* of everything else, before the answer */
	double other_sum;
	int rows;
};

static double plogp(double p)
{
	return p > 0 ? p * log2(p) : 0;
}

static const struct evidence_row *row_on(const struct cause *cause, enum finding_id id)
{
	const struct evidence_row *best = NULL;

	for (size_t i = 0; i < EVIDENCE_MAX && cause->evidence[i].finding; i++) {
		const struct evidence_row *row = &cause->evidence[i];

		if (row->finding == id && (!best || row->strength > best->strength))
			best = row;
	}
	return best;
}

static void split_by(struct split *s, double p, const struct evidence_row *row)
{
	struct likelihood l = strength_likelihood(row->strength);

	s->seen_mass += p * l.given_cause;
	s->seen_plogp += plogp(p * l.given_cause);
	s->absent_mass += p * (1 - l.given_cause);
	s->absent_plogp += plogp(p * (1 - l.given_cause));
	s->rest_mass -= p;
	s->rest_plogp -= plogp(p);
	s->other_sum += l.given_other;
	s->rows++;
}

/* -sum q log q of one answer, unnormalised, where all of the rest is scaled by factor. */
static double answer_entropy(double mass, double sum_plogp, const struct split *s, double factor)
{
	double rest = s->rest_mass > 0 ? s->rest_mass : 0, total = mass + factor * rest;
	double sum = sum_plogp + factor * s->rest_plogp + (factor > 0 ? rest * plogp(factor) : 0);

	return total > 0 ? total * log2(total) - sum : 0;
}

static double entropy(const struct posterior *p)
{
	double sum = plogp(p->healthy) + plogp(p->unknown);

	for (size_t i = 0; i < p->n; i++)
		sum += plogp(p->own[i]);
	return -sum;
}

static double gain_of(const struct posterior *p, enum finding_id id, double now)
{
	struct split s = {.rest_mass = 1, .rest_plogp = -now};

	for (size_t i = 0; i < p->n; i++) {
		const struct evidence_row *row = row_on(cause_at(i), id);

		if (row && p->own[i] > 0)
			split_by(&s, p->own[i], row);
	}
	if (!s.rows)
		return 0;

	double other = s.other_sum / s.rows;
	double after = answer_entropy(s.seen_mass, s.seen_plogp, &s, other) +
	               answer_entropy(s.absent_mass, s.absent_plogp, &s, 1 - other);

	return now > after ? now - after : 0;
}

/* How far the connection came and where it stopped: what lies before and behind is known. */
struct reach {
	enum stage_id passed, stopped;
};

static struct reach reach_of(const struct findings *set)
{
	struct reach r = {.passed = STAGE_UNKNOWN, .stopped = STAGE_COUNT};

	for (size_t i = 0; i < set->n; i++) {
		const struct finding_def *def = &finding_defs[set->at[i].id];

		if (set->at[i].state != FINDING_SEEN)
			continue;
		if (def->passes && def->stage > r.passed)
			r.passed = def->stage;
		if (set->at[i].effect == EFFECT_BLOCKS && def->stage < r.stopped)
			r.stopped = def->stage;
	}
	return r;
}

static bool is_known(const struct findings *set, const struct reach *reach, enum finding_id id)
{
	const struct finding_def *def = &finding_defs[id];

	/* A stage that was passed did not block, and one behind a stop was not passed. */
	if (def->effect == EFFECT_BLOCKS && def->stage <= reach->passed)
		return true;
	if (def->passes && (def->stage >= reach->stopped || def->stage <= reach->passed))
		return true;
	return findings_have(set, id);
}

static double gain_of_all(const struct posterior *p, const enum finding_id *ids, size_t n,
                          const struct findings *set, const struct reach *reach, double now)
{
	double gain = 0;

	for (size_t k = 0; k < n && ids[k]; k++)
		if (!is_known(set, reach, ids[k]))
			gain += gain_of(p, ids[k], now);
	return gain < now ? gain : now;
}

double offer_gain(const struct posterior *p, const struct findings *set, const enum finding_id *ids,
                  size_t n)
{
	struct reach reach = reach_of(set);

	return gain_of_all(p, ids, n, set, &reach, entropy(p));
}

static double worth(const struct offered_check *c)
{
	return c->gain_bits / (c->check->minutes > 0 ? c->check->minutes : 1);
}

static size_t insert_check(struct offered_check *out, size_t n, struct offered_check c)
{
	size_t at = n;

	while (at > 0 && worth(&c) > worth(&out[at - 1]))
		at--;
	if (at == OFFERED_CHECKS_MAX)
		return n;
	if (n < OFFERED_CHECKS_MAX)
		n++;
	for (size_t i = n - 1; i > at; i--)
		out[i] = out[i - 1];
	out[at] = c;
	return n;
}

#define LEAST_GAIN_BITS 0.01

size_t offer_checks(const struct posterior *p, const struct findings *set,
                    struct offered_check out[OFFERED_CHECKS_MAX])
{
	struct reach reach = reach_of(set);
	double now = entropy(p);
	size_t n = 0;

	for (size_t i = 0; i < check_count(); i++) {
		struct offered_check c = {.check = check_at(i),
		                          .gain_bits = gain_of_all(p, check_at(i)->findings,
		                                                   CHECK_FINDINGS_MAX, set, &reach,
		                                                   now)};

		if (c.gain_bits >= LEAST_GAIN_BITS)
			n = insert_check(out, n, c);
	}
	return n;
}

struct valued_fix {
	struct offered_fix offer;
	double value; /* probability of helping per minute */
};

static bool comes_before(const struct valued_fix *a, const struct valued_fix *b)
{
	if (a->offer.fix->risk != b->offer.fix->risk)
		return a->offer.fix->risk < b->offer.fix->risk;
	return a->value > b->value;
}

static size_t insert_fix(struct valued_fix *fixes, size_t n, struct valued_fix f)
{
	for (size_t i = 0; i < n; i++)
		if (fixes[i].offer.fix == f.offer.fix)
			return n;

	size_t at = n < OFFERED_FIXES_MAX ? n++ : n;

	if (at == OFFERED_FIXES_MAX) {
		if (!comes_before(&f, &fixes[at - 1]))
			return n;
		at--;
	}
	for (; at > 0 && comes_before(&f, &fixes[at - 1]); at--)
		fixes[at] = fixes[at - 1];
	fixes[at] = f;
	return n;
}

size_t offer_fixes(const struct cause *const *causes, const double *p, size_t n,
                   struct offered_fix out[OFFERED_FIXES_MAX])
{
	struct valued_fix fixes[OFFERED_FIXES_MAX];
	size_t n_fixes = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < FIXES_MAX && causes[i]->fixes[k]; k++) {
			const struct fix *fix = causes[i]->fixes[k];
			int minutes = fix->minutes > 0 ? fix->minutes : 1;
			struct valued_fix f = {.offer = {.fix = fix, .cause = causes[i]},
			                       .value = p[i] / minutes};

			n_fixes = insert_fix(fixes, n_fixes, f);
		}
	}
	for (size_t i = 0; i < n_fixes; i++)
		out[i] = fixes[i].offer;
	return n_fixes;
}
