/*
 * weigh - how much each cause gains and loses by the findings: the arithmetic under infer.
 *
 * Input   findings, indexed once; later findings that undo earlier ones are left out
 * Output  per cause a sum of log likelihood ratios and the arguments it came from
 * Owns    nothing; the index lives in the arena
 */
#ifndef WHY_WEIGH_H
#define WHY_WEIGH_H

#include "why/infer.h"

struct evidence_index {
	const struct findings *set;
	int *first, *next; /* chains of findings by id; -1 ends */
	const char **key;  /* what makes findings one piece of evidence */
	bool *is_out;      /* undone by a later finding, set aside, or of our own making */
	bool *is_aged;
};

struct evidence_index evidence_index(const struct findings *set, int64_t now_us,
                                     struct arena *arena);

/* One piece of evidence as it counts for one cause. */
struct item {
	const char *key;
	const struct evidence_row *row;
	int finding; /* index into the set */
	double log_ratio;
	int strength;
	bool is_match; /* false: looked for and not so */
	bool is_own;   /* of the row itself and not inherited from its parent */
};

#define ITEMS_MAX (3 * EVIDENCE_MAX)

struct weight {
	double log_ratio;        /* sum over the items */
	double ceiling;          /* 1: none */
	double at_most;          /* the lowest limit that a row set */
	bool is_lifted;          /* a row removes that limit */
	bool explains_block;     /* something that blocks speaks for the cause */
	bool explains_hindrance; /* something that blocks or may block does */
	bool is_supported;       /* something seen does that is no ordinary circumstance */
	enum whose whose;
	const struct item *items;
	size_t n_items;
};

/* blame: also count rows that speak about the blame for this failure only. */
struct weight weigh(const struct cause *cause, const struct evidence_index *index, bool blame,
                    struct arena *arena);

/* True when the finding satisfies the row's test. */
bool evidence_matches(const struct evidence_row *row, const struct finding *f);

#endif
