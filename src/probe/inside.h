/*
 * inside - what the files of the probe share: reach (names, addresses, the way to the
 * port), measures under way, and conclusions over several connections.
 */
#ifndef PROBE_INSIDE_H
#define PROBE_INSIDE_H

#include "probe/probe.h"

#define ATTEMPTS_MAX (PROBE_CONNECTIONS + 2 * PROBE_ROADS_MAX + 2 * MEASURE_PORTS_MAX)
#define JOBS_MAX     64

/* One address and how it answered. Two sockets knock, so that one lost SYN proves nothing. */
struct road {
	struct net_address to;
	struct attempt *knocks[2];
	struct attempt *up; /* the one that is connected */
	bool is_over;       /* nothing more will be known */
	bool is_worrying;
	const struct attempt_state *failed; /* the knock that says why; NULL: no answer */
};

/* A measure that waits for its turn. */
struct job {
	const struct measure *measure;
	uint16_t port;
};

/* What a measure found is first put aside. */
enum keeping {
	MADE_OPEN, /* not over, or not judged yet */
	MADE_KEPT,
	MADE_VOID, /* it gave up before the first connection had its answer: asked again */
};

struct made {
	struct attempt *attempt;
	enum keeping keeping;
	const struct measure *measure; /* NULL: a road */
	struct findings *into;
	enum journey_place known; /* where the first connection was when this one began */
};

struct probe {
	struct net *net;
	struct probe_options options;
	struct findings *found;
	probe_idle *idle;
	void *context;

	struct net_lookup *lookup, *control, *reverse;
	struct net_timer *name_timer, *knock_timer, *pump_timer, *idle_timer;
	int64_t begun_us, named_us;
	bool is_stopped;

	struct road roads[PROBE_ROADS_MAX];
	size_t n_roads;
	int primary; /* -1: none yet */
	struct attempt *main;
	struct net_address addresses[NET_ADDRESSES_MAX];
	size_t n_addresses;
	struct net_route route;

	struct made made[ATTEMPTS_MAX];
	size_t n_made;
	struct job jobs[JOBS_MAX];
	size_t n_jobs, next_job;
	bool is_taken[32]; /* measures that were begun, by their place in the table */
	int64_t last_end_us;
	unsigned concluded; /* by row of the table in conclude.c */
	size_t n_weighed;   /* connections of which path.loss tells; 0: not told yet */
	size_t loss_at;     /* its place among the findings */

	struct net_lookup *echo;   /* under way */
	struct net_address echoed; /* to whom */
	size_t n_echoes;           /* requests that were sent */
};

/* reach */
void reach_begin(struct probe *p);
void reach_told(struct probe *p, struct road *road, struct attempt *a, enum attempt_event event);
bool reach_is_busy(const struct probe *p);
void reach_stop(struct probe *p);

/* echo */
void echo_begin(struct probe *p, const struct net_address *to);
void echo_stop(struct probe *p);

/* probe */
void probe_talk_over(struct probe *p, struct road *road);
void probe_note_circumstances(struct probe *p);
enum journey_place probe_last_place(const struct probe *p); /* 0: as far as possible */
void probe_settle(struct probe *p); /* tells idle when nothing is under way */
struct attempt *probe_make(struct probe *p, const struct attempt_plan *plan,
                           const struct measure *measure);
unsigned probe_circumstances(const struct probe *p);

/* To the RDP port of the address that is questioned: other addresses have their own. */
bool probe_is_to_port(const struct probe *p, const struct made *made);

/* conclusions */
void conclude(struct probe *p);
bool conclude_suspects_loss(const struct probe *p); /* an answer was late; more would tell */

/* findings of the probe itself */
struct finding probe_found(const struct probe *p, enum finding_id id, const char *where);
void probe_tell(struct probe *p, enum finding_id id, enum finding_state state, const char *where);
void probe_tell_number(struct probe *p, enum finding_id id, int64_t number, const char *where);
void probe_tell_text(struct probe *p, enum finding_id id, const char *text, const char *where);

#endif
