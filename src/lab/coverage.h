/*
 * coverage - where a cause is reproduced, when not by a host of this lab or not only by one.
 *
 * One row says how one cause is made to happen: by a network of namespaces, by the files of a
 * host or a client, by a scenario in the eyes of another client, later by a stage that is not
 * built, or why by nobody. With the causes of the scenarios these rows cover the catalogue;
 * test_coverage walks both.
 *
 * Owns    nothing: rows are static
 */
#ifndef LAB_COVERAGE_H
#define LAB_COVERAGE_H

#include <stddef.h>

#include "finding/finding.h"

enum player {
	BY_SCENARIO,     /* .with: a scenario whose row names another cause, or none */
	BY_NETWORK,      /* .with: a row of test/interop/network.py */
	BY_HOST_STATE,   /* .finding, in a Windows volume: hives, key files, profiles */
	BY_HOST_LOG,     /* .finding, in an event log of the host, the gateway or the broker */
	BY_CLIENT_STATE, /* .finding, in the client's registry, its logs or an .rdp file */
	BY_CODE,         /* .finding, and .with: what the client shows */
	BY_STAGE,        /* .with: a scenario of a stage that is not built yet */
	BY_NOBODY,       /* .with: why not from one machine */
	PLAYER_COUNT,
};

struct coverage {
	const char *cause;
	enum player by;
	const char *with; /* a name, or words; NULL: the finding says it all */
	enum finding_id
	    finding; /* what the fixture shows and the cause's rows read; F_NONE: none */
};

const struct coverage *coverage_at(size_t i); /* NULL behind the last; in order of causes */

/* The next row of a cause behind `last`, or its first one for NULL; NULL: there is none. */
const struct coverage *coverage_next(const char *cause, const struct coverage *last);

const char *player_name(enum player by); /* "network", as in the JSON */
const char *player_says(enum player by);

#endif
