/*
 * strength - what a class of evidence is worth, as two probabilities each.
 *
 *   class          P(seen | cause)   P(seen | not the cause)
 *   WEAK                0.4                0.2
 *   MODERATE            0.6                0.07
 *   STRONG              0.8                0.04
 *   DECISIVE            0.99               0.0005
 *   CODE_DECIDES        0.99               0.0005   at most 0.90 when nothing else is known
 *   REFUTES             0.002              0.5
 *   -WEAK ... -STRONG   the two exchanged
 *
 * Source  expert judgement; MODERATE, UNEXPLAINED_BLOCK, UNTROUBLED and UNKNOWN_IF_EXPLAINED
 *         were fitted by the accuracy benchmark (doc/accuracy.md). No row has numbers of its own,
 * so a change here is a change everywhere
 */
#ifndef WHY_STRENGTH_H
#define WHY_STRENGTH_H

#include "why/cause.h"

struct likelihood {
	double given_cause, given_other; /* of being seen, when it is looked for */
};

struct likelihood strength_likelihood(int strength);
const char *strength_name(int strength); /* "strong"; of the absolute class */

/* True for a value of enum strength, or the negative of WEAK, MODERATE, STRONG. */
bool strength_is_class(int strength);

/* Prior mass beside the causes, and limits on how sure anything may be. */
#define PRIOR_HEALTHY        0.50 /* no failure code given */
#define PRIOR_NOT_REPRODUCED 0.10 /* a failure code given: gone, elsewhere or not tested */
#define PRIOR_UNKNOWN        0.05
#define PRIOR_UNKNOWN_FAILED 0.10
#define PRIOR_OF_CLASS       0.90 /* the rest is the prior without a code */

#define HEALTHY_IF_BLOCKED   0.0005 /* factor on healthy when something blocks */
#define HEALTHY_IF_MAY_BLOCK 0.2

/* Factor on a cause that speaks to nothing of what blocks. */
#define UNEXPLAINED_BLOCK 0.01

/* The same where something may block; as healthy. */
#define UNEXPLAINED_MAY_BLOCK HEALTHY_IF_MAY_BLOCK

/*
 * Factor on a cause that nothing but weak evidence speaks for, where no failure was shown and all
 * was passed: one that speaks for no fault knows no better than that nothing is wrong.
 */
#define UNTROUBLED 0.02

/* Factor on "not in the catalogue" in what is printed, where a cause explains what hinders. */
#define UNKNOWN_IF_EXPLAINED 0.05

#define CEILING_OUTSIDE    0.95 /* without decisive evidence, seen from outside only */
#define CEILING_CODE_ALONE 0.90

#define CAUSE_NAMED      0.80 /* from here on a cause is named */
#define NOT_NAMED_MOST   0.79 /* so that no page says more than the verdict */
#define SIDE_NAMED       0.90
#define SET_MEMBER_LEAST 0.05

/* Older than this before the failure, evidence of an event counts as WEAK. */
#define STALE_AFTER_US (30LL * 24 * 3600 * 1000000)

#endif
