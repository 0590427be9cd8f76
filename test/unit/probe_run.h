/*
 * probe_run - the whole probe against a network in memory, as `rdpwhy HOST` runs it: with its
 * questions and its time limit, and in virtual time.
 *
 * The host is host7.example.test at 192.0.2.7:3389 until the test says otherwise; a scenario
 * of the lab may play it.
 */
#ifndef TEST_UNIT_PROBE_RUN_H
#define TEST_UNIT_PROBE_RUN_H

#include "base/arena.h"
#include "lab/server.h"
#include "net_fake.h"
#include "probe/probe.h"
#include "why/infer.h"

#define RUN_HOST    "host7.example.test"
#define RUN_WALL_US INT64_C(1800000000000000)

struct probe_run {
	struct net *net;
	struct lab *lab;
	struct arena arena;
	struct findings found;
	struct target target;
	struct probe_options options;
	struct probe *probe;
	struct net_timer *deadline;
	const struct measure *(*ask)(struct probe_run *r); /* NULL: as the program asks */
	unsigned n_asked;
	bool is_unjudged; /* nothing is inferred at the end */
	int64_t timeout_us, began_us, took_us;
	bool was_idle, was_stopped; /* how it ended */
	struct probe_facts facts;
	struct diagnosis d;
};

struct net_address run_address(const char *text); /* with port 3389 */

void probe_run_init(struct probe_run *r, const char *host);
void probe_run_name(struct probe_run *r, const char *const *addresses, size_t n);
void probe_run_play(struct probe_run *r, const struct scenario *s, const char *address);
/* To the end, and infers. From here on the run must stay where it is. */
void probe_run_go(struct probe_run *r);
void probe_run_fini(struct probe_run *r);

/* The first of a kind, seen or absent; NULL: it was not looked for. */
const struct finding *run_find(const struct probe_run *r, enum finding_id id);
bool run_saw(const struct probe_run *r, enum finding_id id);

#endif
