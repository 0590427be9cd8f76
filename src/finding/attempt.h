/*
 * attempt - one try to connect, as a recording or a log shows it, with the findings that belong
 * to it alone. A verdict concerns one attempt of one host: the last one, or the one nearest
 * to the moment at which the client showed its code.
 *
 * Owns    a set copies what it keeps, into its arena and, behind ATTEMPTS_MAX of them, into one
 *         of its own that attempts_fini frees: memory stays bounded whatever is added
 * Units   times in microseconds since 1970-01-01 UTC, 0 when unknown
 * Limits  ATTEMPTS_MAX are kept, the newest; what is left out is counted
 */
#ifndef FINDING_ATTEMPT_H
#define FINDING_ATTEMPT_H

#include "finding/finding.h"

#define ATTEMPTS_MAX     4096
#define ATTEMPT_APART_US 120000000LL /* clocks of one try may differ by so much */

struct attempt {
	enum origin origin;   /* ORIGIN_CAPTURE, ORIGIN_LOG or ORIGIN_FILE (a saved report) */
	const char *host;     /* who was called: "192.0.2.7:3389", or a computer name; NULL */
	const char *client;   /* who called; NULL: not said */
	const char *account;  /* as in the evidence; NULL: not said */
	const char *activity; /* activity id of Windows' logs; NULL: none */
	const char *where;    /* "tuesday.pcap tcp#3", "RdpCoreTS.evtx #5021-5063" */
	int64_t began_us, ended_us;
	enum stage_id reached; /* the last stage that something was seen of */
	const char *ended;     /* how, in words of ours: "reset by the host"; NULL: still open */
	bool is_failure;       /* it ended before anybody could work */
	bool is_recovered;     /* a failure that a fallback of the same client made good */
	bool is_ours;          /* made by a probe of ours: left out of every verdict */
	struct findings found;
};

struct attempts {
	struct arena *arena;
	struct attempt *at; /* oldest first after attempts_sort */
	size_t n, cap;
	size_t n_left_out;
	struct arena *own; /* NULL until there were too many */
};

void attempts_fini(struct attempts *set);

/* Appends a copy, texts and findings included. */
void attempts_add(struct attempts *set, const struct attempt *a);

/*
 * By time, then host, then place: the order does not depend on how they were gathered. What is
 * too much is left out.
 */
void attempts_sort(struct attempts *set);

/*
 * The attempt that a verdict is about: of `host` when that is not NULL, nearest to when_us when
 * that is not 0, else the last one. Never one of ours. NULL: none.
 */
const struct attempt *attempts_choose(const struct attempts *set, const char *host,
                                      int64_t when_us);

/* True when two attempts of different origin are one: the same client at about the same time. */
bool attempts_are_one(const struct attempt *a, const struct attempt *b);

/* Distinct hosts in the order of their first attempt, n_most of them at most. */
size_t attempts_hosts(const struct attempts *set, const char **out, size_t n_most);

#endif
