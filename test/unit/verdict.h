/*
 * verdict - what is inferred from the findings of a computer and of one connection.
 */
#ifndef TEST_UNIT_VERDICT_H
#define TEST_UNIT_VERDICT_H

#include "finding/finding.h"

/* The cause that is named, or else the state of the verdict: "healthy", "uncertain" ... */
const char *verdict_of(const struct findings *general, const struct findings *of_attempt,
                       struct arena *arena);

#endif
