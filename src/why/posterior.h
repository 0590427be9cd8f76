/*
 * posterior - probabilities over the catalogue, "healthy" and "not in the catalogue".
 *
 * Output  the masses of the roots, healthy and unknown sum to 1; a refinement's mass is
 *         part of its parent's
 * Owns    nothing; arrays live in the arena
 */
#ifndef WHY_POSTERIOR_H
#define WHY_POSTERIOR_H

#include "why/weigh.h"

struct posterior {
	size_t n; /* causes, as cause_at counts them */
	struct weight *weight;
	double *own;  /* mass of the row without its refinements */
	double *mass; /* with them */
	int *parent;  /* -1: a root */
	bool *can;    /* the class of the code can come from it */
	double healthy, unknown;
	bool is_blocked;   /* something seen blocks */
	bool is_explained; /* a cause that evidence speaks for explains what hinders */
};

struct question {
	enum code_class code_class;
	bool blame;              /* who is to blame for this failure, not what else is wrong */
	const bool *is_excluded; /* per cause; NULL: none */
	bool is_passed;          /* everything that can be tested was passed */
};

/* The cautious one, with the whole prior of what is not in the catalogue: it decides. */
struct posterior posterior(const struct evidence_index *index, const struct question *question,
                           struct arena *arena);

/* The same with what is not in the catalogue as rare as the benchmark found it: for people. */
struct posterior posterior_to_print(const struct posterior *cautious, struct arena *arena);

/* Causes of different families hold `from` together; they keep `to` of it. */
void posterior_lower(struct posterior *p, const struct cause *const *causes, size_t n, double from,
                     double to, struct arena *arena);

/* The root above a cause, which may be the cause itself. */
int posterior_root(const struct posterior *p, int i);

/* The member of a family that stands for it: a refinement when evidence separates it. */
int posterior_representative(const struct posterior *p, int root);

#endif
