#include "why/weigh.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "why/strength.h"

bool evidence_matches(const struct evidence_row *row, const struct finding *f)
{
	int64_t n = f->number;
	bool is_equal = row->word ? f->text && strcmp(f->text, row->word) == 0 : n == row->value;

	if (f->state != FINDING_SEEN)
		return false;
	switch (row->test) {
	case SEEN:
		return true;
	case IS:
		return is_equal;
	case IS_NOT:
		return !is_equal;
	case HAS:
		return (n & row->value) == row->value;
	case LACKS:
		return (n & row->value) == 0;
	case AT_LEAST:
		return n >= row->value;
	case AT_MOST:
		return n <= row->value;
	case BEYOND:
		return n >= row->value || n <= -row->value;
	}
	return false;
}

static bool is_event(const struct finding *f)
{
	return f->origin == ORIGIN_LOG || f->origin == ORIGIN_CAPTURE;
}

/* The moment that the question is about: the dialog's, else the newest finding's, else now. */
static int64_t moment(const struct findings *set, int64_t now_us)
{
	int64_t shown = 0, newest = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct finding *f = &set->at[i];

		if (f->when_us > newest)
			newest = f->when_us;
		if (f->origin == ORIGIN_USER && finding_defs[f->id].type == T_CODE &&
		    f->when_us > shown)
			shown = f->when_us;
	}
	return shown ? shown : newest ? newest : now_us;
}

/* The latest time at which each kind of finding was seen; 0: never, or undated. */
static int64_t *latest_seen(const struct findings *set, struct arena *arena)
{
	int64_t *latest = arena_new(arena, F_COUNT * sizeof *latest);

	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].state == FINDING_SEEN && set->at[i].when_us > latest[set->at[i].id])
			latest[set->at[i].id] = set->at[i].when_us;
	return latest;
}

static bool is_undone(const int64_t *latest, const struct finding *f)
{
	enum finding_id by = finding_defs[f->id].undone_by;

	return by != F_NONE && f->when_us && latest[by] > f->when_us;
}

static const char *key_of(const struct finding *f)
{
	const struct finding_def *def = &finding_defs[f->id];

	return f->group ? f->group : def->group ? def->group : def->name;
}

struct evidence_index evidence_index(const struct findings *set, int64_t now_us,
                                     struct arena *arena)
{
	struct evidence_index x = {
	    .set = set,
	    .first = arena_new(arena, F_COUNT * sizeof *x.first),
	    .next = arena_new(arena, (set->n + 1) * sizeof *x.next),
	    .key = arena_new(arena, (set->n + 1) * sizeof *x.key),
	    .is_out = arena_new(arena, (set->n + 1) * sizeof *x.is_out),
	    .is_aged = arena_new(arena, (set->n + 1) * sizeof *x.is_aged),
	};
	int64_t at = moment(set, now_us), *latest = latest_seen(set, arena);

	for (int id = 0; id < F_COUNT; id++)
		x.first[id] = -1;
	for (size_t i = 0; i < set->n; i++) {
		const struct finding *f = &set->at[i];

		x.next[i] = x.first[f->id];
		x.first[f->id] = (int)i;
		x.key[i] = key_of(f);
		x.is_out[i] = is_undone(latest, f) ||
		              (finding_defs[f->id].of_client && f->origin == ORIGIN_PROBE);
		x.is_aged[i] = is_event(f) && (!f->when_us || at - f->when_us > STALE_AFTER_US);
	}
	return x;
}

static double log_ratio(int strength, bool is_match)
{
	struct likelihood l = strength_likelihood(strength);

	return is_match ? log(l.given_cause / l.given_other)
	                : log((1 - l.given_cause) / (1 - l.given_other));
}

static int aged(int strength)
{
	return strength > 0 ? WEAK : -WEAK;
}

/* A total order on findings that does not depend on where they stand in the set. */
static int order(const struct finding *a, const struct finding *b)
{
	if (a->when_us != b->when_us)
		return a->when_us < b->when_us ? -1 : 1;
	return strcmp(a->where ? a->where : "", b->where ? b->where : "");
}

/*
 * Which of two pieces of one evidence counts: what is there before what is not, then what a
 * refinement itself holds against what it inherits, then the stronger, then what speaks for.
 */
static bool is_stronger(const struct item *a, const struct item *b, const struct findings *set)
{
	if (a->is_match != b->is_match)
		return a->is_match;
	if (a->is_own != b->is_own && (a->log_ratio < 0) != (b->log_ratio < 0))
		return a->is_own ? a->log_ratio < 0 : b->log_ratio > 0;
	if (fabs(a->log_ratio) != fabs(b->log_ratio))
		return fabs(a->log_ratio) > fabs(b->log_ratio);
	if (a->log_ratio != b->log_ratio)
		return a->log_ratio > b->log_ratio;
	return a->row == b->row && order(&set->at[a->finding], &set->at[b->finding]) < 0;
}

/* The items of one cause while they are gathered. */
struct gathered {
	struct item items[ITEMS_MAX];
	size_t n;
};

static void take(struct gathered *w, const struct item *item, const struct findings *set)
{
	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->items[i].key, item->key) == 0) {
			if (is_stronger(item, &w->items[i], set))
				w->items[i] = *item;
			return;
		}
	}
	if (w->n < ITEMS_MAX)
		w->items[w->n++] = *item;
}

static bool is_from_outside(const struct finding *f)
{
	return f->origin == ORIGIN_PROBE || f->origin == ORIGIN_CAPTURE;
}

/*
 * What is seen from outside and hinders nobody, such as a tunnel or the program that answers,
 * says where a fault could be. That there is one takes strong evidence.
 */
static bool is_support(const struct item *item, const struct finding *f)
{
	bool is_circumstance = is_from_outside(f) && f->effect == EFFECT_NONE;

	return item->strength >= (is_circumstance ? STRONG : MODERATE);
}

static void note_match(struct weight *w, const struct evidence_row *row, const struct item *item,
                       const struct finding *f)
{
	double log_ratio = item->log_ratio;

	w->is_lifted |= row->lifts;
	if (row->at_most > 0 && row->at_most < w->at_most)
		w->at_most = row->at_most;
	if (row->whose != WHOSE_OPEN)
		w->whose = row->whose;
	w->explains_block |= log_ratio > 0 && f->effect == EFFECT_BLOCKS;
	w->explains_hindrance |= log_ratio > 0 && f->effect != EFFECT_NONE;
	w->is_supported |= is_support(item, f);
}

static void weigh_row(struct weight *w, struct gathered *g, const struct evidence_row *row,
                      bool is_own, const struct evidence_index *x)
{
	for (int i = x->first[row->finding]; i >= 0; i = x->next[i]) {
		bool is_match = evidence_matches(row, &x->set->at[i]);

		if (x->is_out[i] || (!is_match && row->one_way))
			continue;

		int strength = x->is_aged[i] ? aged(row->strength) : row->strength;
		struct item item = {.key = x->key[i],
		                    .row = row,
		                    .finding = i,
		                    .log_ratio = log_ratio(strength, is_match),
		                    .strength = strength,
		                    .is_match = is_match,
		                    .is_own = is_own};

		take(g, &item, x->set);
		if (is_match)
			note_match(w, row, &item, &x->set->at[i]);
	}
}

/* How sure the items may make anybody: doc/diagnosis.md, Ceilings. */
static double ceiling(const struct weight *w, const struct evidence_index *x)
{
	bool outside = true, decisive = false, beside_code = false, by_code = false;
	double limit = w->is_lifted ? 1 : w->at_most;

	for (size_t i = 0; i < w->n_items; i++) {
		const struct item *item = &w->items[i];

		if (!item->is_match || item->log_ratio <= 0)
			continue;
		if (item->strength == CODE_DECIDES) {
			by_code = true;
			continue;
		}
		beside_code = true;
		decisive |= item->strength == DECISIVE;
		outside &= is_from_outside(&x->set->at[item->finding]);
	}
	if (by_code && !beside_code)
		return fmin(limit, CEILING_CODE_ALONE);
	return outside && !decisive && !by_code ? fmin(limit, CEILING_OUTSIDE) : limit;
}

struct weight weigh(const struct cause *cause, const struct evidence_index *index, bool blame,
                    struct arena *arena)
{
	struct weight w = {.whose = cause->whose, .at_most = 1};
	struct gathered g;

	g.n = 0;
	for (const struct cause *c = cause; c; c = c->refines ? cause_by_id(c->refines) : NULL) {
		for (size_t i = 0; i < EVIDENCE_MAX && c->evidence[i].finding; i++)
			if (blame || !c->evidence[i].blame_only)
				weigh_row(&w, &g, &c->evidence[i], c == cause, index);
	}
	for (size_t i = 0; i < g.n; i++)
		w.log_ratio += g.items[i].log_ratio;

	struct item *items = arena_new(arena, g.n * sizeof *items);

	if (g.n)
		memcpy(items, g.items, g.n * sizeof *items);
	w.items = items;
	w.n_items = g.n;
	w.ceiling = ceiling(&w, index);
	return w;
}
