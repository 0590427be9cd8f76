/*
 * questions - what to ask a host next, once the probe is idle: as long as the verdict is open
 * and an answer could change it.
 *
 * Input   the findings so far, and how long the run has lasted
 * Output  the measure that promises most, or NULL: the verdict stands
 * Method  doc/probing.md; the gain is expected information about the cause, in bits
 * Owns    nothing; the diagnosis lives in the arena of the findings
 */
#ifndef APP_QUESTIONS_H
#define APP_QUESTIONS_H

#include "finding/finding.h"
#include "probe/probe.h"

struct asking {
	bool is_full;       /* ask everything that fits, whatever it may tell */
	int64_t spent_us;   /* since the run began */
	int64_t started_us; /* wall clock: dates the evidence */
};

const struct measure *question_next(const struct probe *p, const struct findings *found,
                                    const struct asking *asking);

#endif
