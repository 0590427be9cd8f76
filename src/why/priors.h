/*
 * priors - what to suspect before anything was measured, by the class of the client's code.
 *
 * Source  expert order: the documented meaning of the codes, then the order in which public
 *         reports and Microsoft's own articles name causes. Not frequencies: nobody counts
 *         them. A weight falls as 1/rank, so only the order carries information.
 * Shape   several suspects may share a rank
 */
#ifndef WHY_PRIORS_H
#define WHY_PRIORS_H

#include "why/cause.h"
#include "why/code_class.h"

struct suspect {
	int rank; /* 1 is first */
	const char *cause;
	const char *says; /* why it stands there, without a full stop */
};

struct suspect_list {
	const struct suspect *rows;
	size_t n;
};

/* Most probable first; empty for CLASS_NONE. */
struct suspect_list suspects_of(enum code_class c);

/* How often a cause is met at all: 4 common, 2 occasional, 1 rare. */
int cause_commonness(const char *id);

/*
 * The share of each cause among all causes, for a class of code; sums to 1 over p[0 ..
 * cause_count()-1]. *can[i] says whether the cause can produce such a code at all.
 */
void priors_fill(enum code_class c, double *p, bool *can);

#endif
