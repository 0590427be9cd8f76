#include "why/posterior.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "why/priors.h"
#include "why/strength.h"

static enum effect worst_effect(const struct evidence_index *x)
{
	enum effect worst = EFFECT_NONE;

	for (size_t i = 0; i < x->set->n; i++) {
		const struct finding *f = &x->set->at[i];

		if (f->state == FINDING_SEEN && !x->is_out[i] && f->effect > worst)
			worst = f->effect;
	}
	return worst;
}

/* One of the repeated connections failed: then it is neither healthy nor gone. */
static bool is_seen_failing(const struct evidence_index *x)
{
	for (int i = x->first[F_RUN_REPRODUCED]; i >= 0; i = x->next[i])
		if (x->set->at[i].state == FINDING_SEEN && x->set->at[i].number > 0)
			return true;
	return false;
}

/* What the run was like, as far as it bears on every cause. */
struct outline {
	enum effect worst;
	bool is_failing;    /* a repeated connection failed */
	bool is_untroubled; /* no failure was shown, and all that can be tested was passed */
};

static bool is_explained_by(const struct weight *w, enum effect worst)
{
	return worst == EFFECT_BLOCKS ? w->explains_block : w->explains_hindrance;
}

/* How far a cause fits what hinders, or that nothing does. */
static double fit_to(const struct outline *o, const struct weight *w)
{
	if (o->worst != EFFECT_NONE && is_explained_by(w, o->worst))
		return 1;
	if (o->worst == EFFECT_BLOCKS || (o->worst == EFFECT_MAY_BLOCK && o->is_failing))
		return UNEXPLAINED_BLOCK;
	if (o->is_untroubled && !w->is_supported)
		return UNTROUBLED;
	return o->worst == EFFECT_MAY_BLOCK ? UNEXPLAINED_MAY_BLOCK : 1;
}

/* At least one moderate piece of evidence, whatever speaks against it taken off. */
static bool is_well_explained(const struct posterior *p, enum effect worst)
{
	struct likelihood moderate = strength_likelihood(MODERATE);
	double least = log(moderate.given_cause / moderate.given_other);

	for (size_t i = 0; i < p->n; i++)
		if (p->own[i] > 0 && p->weight[i].log_ratio >= least - 1e-9 &&
		    is_explained_by(&p->weight[i], worst))
			return true;
	return false;
}

static void fill_parents(struct posterior *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *above = cause_at(i)->refines;

		p->parent[i] = above ? (int)cause_index(above) : -1;
	}
}

static void sum_families(struct posterior *p)
{
	for (size_t i = 0; i < p->n; i++)
		p->mass[i] = 0;
	for (size_t i = 0; i < p->n; i++)
		for (int k = (int)i; k >= 0; k = p->parent[k])
			p->mass[k] += p->own[i];
}

int posterior_root(const struct posterior *p, int i)
{
	while (p->parent[i] >= 0)
		i = p->parent[i];
	return i;
}

static bool is_separated_by_own_evidence(const struct weight *w)
{
	for (size_t i = 0; i < w->n_items; i++) {
		const struct item *item = &w->items[i];

		if (item->is_own && item->is_match && item->strength >= STRONG)
			return true;
	}
	return false;
}

static bool is_below(const struct posterior *p, int i, int above)
{
	while (i >= 0 && i != above)
		i = p->parent[i];
	return i == above;
}

/* Evidence of its own, or of a refinement of it, tells a refinement from its parent. */
static bool is_separated(const struct posterior *p, int at)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->own[i] > 0 && is_below(p, (int)i, at) &&
		    is_separated_by_own_evidence(&p->weight[i]))
			return true;
	return false;
}

/* The refinement that evidence makes stand for its parent, or -1. */
static int refinement_of(const struct posterior *p, int parent)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->parent[i] == parent && p->mass[i] >= CAUSE_NAMED * p->mass[parent] &&
		    is_separated(p, (int)i))
			return (int)i;
	return -1;
}

int posterior_representative(const struct posterior *p, int root)
{
	int at = root;

	for (int next = refinement_of(p, at); next >= 0; next = refinement_of(p, at))
		at = next;
	return at;
}

#define CEILING_SLACK 1e-12

static double family_ceiling(const struct posterior *p, int root)
{
	double ceiling = p->weight[root].ceiling, most = p->own[root];

	for (size_t i = 0; i < p->n; i++) {
		if (posterior_root(p, (int)i) == root && p->own[i] > most) {
			most = p->own[i];
			ceiling = p->weight[i].ceiling;
		}
	}
	return ceiling;
}

static void lower_family(struct posterior *p, int root, double share)
{
	for (size_t i = 0; i < p->n; i++)
		if (posterior_root(p, (int)i) == root)
			p->own[i] *= share;
}

static void scale_others(struct posterior *p, const bool *is_held, double factor)
{
	for (size_t i = 0; i < p->n; i++)
		if (!is_held[posterior_root(p, (int)i)])
			p->own[i] *= factor;
	p->healthy *= factor;
	p->unknown *= factor;
}

/*
 * What is taken away from some goes to healthy where nothing blocks. Where something does, the
 * doubt is about the others, each as far as it is probable.
 */
static void give_to_others(struct posterior *p, const bool *is_held, double surplus)
{
	double others = p->healthy + p->unknown;

	for (size_t i = 0; i < p->n; i++)
		if (!is_held[posterior_root(p, (int)i)])
			others += p->own[i];
	if (!p->is_blocked)
		p->healthy += surplus;
	else if (others > 0)
		scale_others(p, is_held, (others + surplus) / others);
	else
		p->unknown += surplus;
	sum_families(p);
}

/* What one loses may lift another over its own. */
static void apply_ceilings(struct posterior *p, struct arena *arena)
{
	bool *is_held = arena_new(arena, (p->n + 1) * sizeof *is_held);
	double surplus;

	do {
		surplus = 0;
		for (size_t i = 0; i < p->n; i++) {
			double ceiling = p->parent[i] < 0 ? family_ceiling(p, (int)i) : 1;

			if (p->parent[i] >= 0 || p->mass[i] <= ceiling + CEILING_SLACK)
				continue;
			surplus += p->mass[i] - ceiling;
			is_held[i] = true;
			lower_family(p, (int)i, ceiling / p->mass[i]);
		}
		if (surplus > 0)
			give_to_others(p, is_held, surplus);
	} while (surplus > 0);
}

static void normalise(struct posterior *p)
{
	double sum = p->healthy + p->unknown;

	for (size_t i = 0; i < p->n; i++)
		sum += p->own[i];
	for (size_t i = 0; i < p->n; i++)
		p->own[i] /= sum;
	p->healthy /= sum;
	p->unknown /= sum;
}

struct posterior posterior(const struct evidence_index *index, const struct question *question,
                           struct arena *arena)
{
	size_t n = cause_count();
	struct posterior p = {
	    .n = n,
	    .weight = arena_new(arena, n * sizeof *p.weight),
	    .own = arena_new(arena, n * sizeof *p.own),
	    .mass = arena_new(arena, n * sizeof *p.mass),
	    .parent = arena_new(arena, n * sizeof *p.parent),
	    .can = arena_new(arena, n * sizeof *p.can),
	};
	bool failed = code_class_is_failure(question->code_class);
	struct outline o = {.worst = worst_effect(index),
	                    .is_failing = is_seen_failing(index),
	                    .is_untroubled = !failed && question->is_passed};

	p.is_blocked = o.worst == EFFECT_BLOCKS;
	p.healthy = failed ? PRIOR_NOT_REPRODUCED : PRIOR_HEALTHY;
	p.unknown = failed ? PRIOR_UNKNOWN_FAILED : PRIOR_UNKNOWN;

	double of_causes = 1 - p.healthy - p.unknown;

	priors_fill(question->code_class, p.own, p.can);
	fill_parents(&p);
	for (size_t i = 0; i < n; i++) {
		if (question->is_excluded && question->is_excluded[i]) {
			p.own[i] = 0;
			continue;
		}
		p.weight[i] = weigh(cause_at(i), index, question->blame, arena);
		p.own[i] *= of_causes * exp(p.weight[i].log_ratio) * fit_to(&o, &p.weight[i]);
	}
	p.is_explained = is_well_explained(&p, o.worst);
	if (o.worst == EFFECT_BLOCKS || o.is_failing)
		p.healthy *= HEALTHY_IF_BLOCKED;
	else if (o.worst == EFFECT_MAY_BLOCK)
		p.healthy *= HEALTHY_IF_MAY_BLOCK;
	else if (o.is_untroubled)
		p.unknown *= UNTROUBLED;
	normalise(&p);
	sum_families(&p);
	apply_ceilings(&p, arena);
	return p;
}

struct posterior posterior_to_print(const struct posterior *cautious, struct arena *arena)
{
	struct posterior p = *cautious;

	p.own = arena_new(arena, p.n * sizeof *p.own);
	p.mass = arena_new(arena, p.n * sizeof *p.mass);
	memcpy(p.own, cautious->own, p.n * sizeof *p.own);
	if (p.is_explained)
		p.unknown *= UNKNOWN_IF_EXPLAINED;
	normalise(&p);
	sum_families(&p);
	apply_ceilings(&p, arena);
	return p;
}

void posterior_lower(struct posterior *p, const struct cause *const *causes, size_t n, double from,
                     double to, struct arena *arena)
{
	bool *is_held = arena_new(arena, (p->n + 1) * sizeof *is_held);

	for (size_t k = 0; k < n; k++) {
		int root = posterior_root(p, (int)cause_index(causes[k]->id));

		is_held[root] = true;
		lower_family(p, root, to / from);
	}
	give_to_others(p, is_held, from - to);
}
