/*
 * probe - a live host, questioned as a client would, without credentials.
 *
 * One connection goes as far as a client without credentials can; beside it run the few
 * measures that every host is asked. Then the probe is idle, and its owner decides which of
 * the measures that are left could still change the verdict.
 *
 * Method  doc/probing.md
 * Output  findings, as soon as they are known; what was not looked for gives none
 * Limits  PROBE_AT_ONCE connections at a time and PROBE_CONNECTIONS in a run to the RDP port;
 *         a host known to wedge is asked one question at a time
 * Owns    all connections; probe_fini ends them. Everything lives in the arena of the findings
 */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "probe/measures.h"
#include "probe/target.h"

#define PROBE_AT_ONCE     3
#define PROBE_CONNECTIONS 24
#define PROBE_ROADS_MAX   6 /* addresses that are tried */

struct probe_options {
	const struct target *target;
	const struct client_profile *profile;
	bool is_full;       /* every measure, whether the verdict needs it or not */
	enum stage_id last; /* the last stage to test; 0: as far as possible */
	int64_t limit_us;   /* of the whole run, which its owner keeps; 0: none */
	const struct attempt_tap *tap;
};

struct probe;
typedef void probe_idle(void *context); /* nothing is under way any more */

struct probe *probe_new(struct net *net, const struct probe_options *options,
                        struct findings *found, probe_idle *idle, void *context);
void probe_start(struct probe *p);

/* Measures that fit the circumstances and were not made yet, the most telling first. */
size_t probe_open_measures(const struct probe *p, const struct measure **out, size_t n_most);

/* False when it cannot be made any more: too many connections, or stopped. */
bool probe_measure(struct probe *p, const struct measure *m);

/* Ends what is under way; what was waited for long enough is said, the rest is not tested. */
void probe_stop(struct probe *p);
void probe_fini(struct probe *p);

struct probe_span {
	int64_t begun_us, took_us; /* monotonic since the start; begun -1: not reached */
};

struct probe_facts {
	struct net_address addresses[NET_ADDRESSES_MAX]; /* in the order of the system */
	size_t n_addresses;
	bool has_address;           /* one was chosen, and so is a route */
	struct net_address address; /* that the client would use */
	struct net_route route;
	size_t n_connections; /* to the host, other ports too */
	size_t n_echoes;      /* ICMP echo requests to the host */
	uint16_t ports[64];   /* our own, for whoever reads the host's log */
	size_t n_ports;
	struct probe_span spans[STAGE_COUNT];
	const char *waiting_for; /* in words; NULL: nothing */
};
void probe_facts(const struct probe *p, struct probe_facts *out);

#endif
