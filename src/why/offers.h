/*
 * offers - what to do: checks by expected information per minute, fixes safest first.
 */
#ifndef WHY_OFFERS_H
#define WHY_OFFERS_H

#include "why/posterior.h"

#define OFFERED_CHECKS_MAX 6
#define OFFERED_FIXES_MAX  8

/* Checks that could still tell causes apart, best first. */
size_t offer_checks(const struct posterior *p, const struct findings *set,
                    struct offered_check out[OFFERED_CHECKS_MAX]);

/* What the answers to these findings could still tell, in bits. */
double offer_gain(const struct posterior *p, const struct findings *set, const enum finding_id *ids,
                  size_t n);

/* Fixes of the given causes, safest first, then by probability per minute. */
size_t offer_fixes(const struct cause *const *causes, const double *p, size_t n,
                   struct offered_fix out[OFFERED_FIXES_MAX]);

#endif
