/*
 * checks - what to measure next, and what it is worth.
 *
 * Source  the commands are those with which the findings are made; minutes are ours
 * Method  expected gain in bits over the present probabilities, from the same evidence
 *         classes as the inference; ordered by gain per minute
 */
#ifndef WHY_CHECKS_H
#define WHY_CHECKS_H

#include "why/cause.h"

#define CHECK_FINDINGS_MAX 16

struct check {
	const char *id;
	const char *says;    /* imperative, without a full stop */
	const char *command; /* NULL: something to look at or to ask */
	enum place where;
	int minutes;
	enum finding_id findings[CHECK_FINDINGS_MAX]; /* what it would answer */
};

size_t check_count(void);
const struct check *check_at(size_t i);

struct offered_check {
	const struct check *check;
	double gain_bits;
};

#endif
