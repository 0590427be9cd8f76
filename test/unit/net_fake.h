/*
 * net_fake - net.h with the whole network in memory and a clock of its own.
 *
 * Link test/unit/net_fake.c instead of the system's net. Listeners and connections of one net
 * reach each other; what stands between them, a test sets beforehand. Time passes only while
 * net_run waits, and then at once. net_run returns when nothing is left that can happen: a silent
 * host or a name that is never answered is no event, so set a timer as a client would.
 *
 * Everything given is copied. The same calls give the same callbacks in the same order.
 */
#ifndef TEST_UNIT_NET_FAKE_H
#define TEST_UNIT_NET_FAKE_H

#include "base/bytes.h"
#include "os/net.h"

enum fake_way {
	FAKE_OPEN,        /* as a listener there decides; without one: refused */
	FAKE_ACCEPTS,     /* connects to nobody: swallows all; down.end at byte 0 works */
	FAKE_REFUSED,     /* RST, though a listener may be there */
	FAKE_SILENT,      /* no answer at all */
	FAKE_UNREACHABLE, /* ICMP of `router`, if it is set; else without any */
	FAKE_PROHIBITED,  /* the same */
	FAKE_NO_ROUTE,    /* these are known at once */
	FAKE_NOT_PERMITTED,
	FAKE_LOCAL,
	FAKE_TIMED_OUT, /* after fails_after_us */
};

enum fake_end { FAKE_NO_END, FAKE_FIN, FAKE_RST, FAKE_BROKEN };

/* Writes what arrives in place of the bytes that stand at `at` of the stream. */
typedef void fake_spoil(void *context, size_t at, const uint8_t *bytes, size_t n, struct buf *out);

/* One direction of a connection. Counts are of the stream's bytes. */
struct fake_stream {
	size_t cut; /* segments of so many bytes; 0: as sent, 64 KiB at most */
	bool loses; /* lets lose_after bytes through, then nothing, no end either */
	size_t lose_after;
	enum fake_end end; /* end_after bytes, then this to the receiver; RST: to both */
	size_t end_after;
	size_t narrow;         /* a segment of more bytes is lost, and with it all that follows */
	unsigned percent_lost; /* of the segments; they come later, as TCP repeats them */
	unsigned jitter_us;    /* each segment is late by less than this, as luck has it */
	fake_spoil *spoil;
	void *spoil_context;
};

/* How it is to connect to an address; a later call for the same one replaces it. */
struct fake_path {
	struct net_address to; /* port 0: every port that has no path of its own */
	enum fake_way way;
	int64_t latency_us; /* one way; 0: the net's */
	int64_t fails_after_us;
	bool has_router;
	struct net_address router;
	int icmp_type, icmp_code;    /* 0, 0: as fits `way` */
	struct fake_stream up, down; /* from and to the side that connects */
	int syn_retransmits, retransmits, ttl;
	uint16_t segment;
	unsigned percent_syn_lost;
	bool has_no_counts; /* the system does not tell the round trip */
	unsigned busy_us;   /* that a connection is there is noticed late, by less than this */
	unsigned every; /* only each so-many-th connection is such; the others are OPEN and sound */
};
void net_fake_path(struct net *net, const struct fake_path *path);
void net_fake_luck(struct net *net, uint64_t seed);         /* of what is lost by percent */
size_t net_fake_lost(const struct net *net);                /* how often that happened so far */
void net_fake_latency(struct net *net, int64_t one_way_us); /* 500 until set */

/*
 * How an ICMP echo to this address ends, after one round trip; silence after the asker's own time.
 * Until set: loopback answers, everybody else is silent.
 */
void net_fake_echo(struct net *net, const struct net_address *to,
                   const struct net_echo_answer *answer);

struct fake_name {
	const char *name;        /* compared without case */
	struct net_names answer; /* name_server and detail must outlive the net */
	int64_t delay_us;
	bool is_never;
};
/* A name that was not set is LOOKUP_NOT_FOUND; literals are found as themselves. */
void net_fake_name(struct net *net, const struct fake_name *name);
/* name NULL: it is never answered */
void net_fake_reverse(struct net *net, const struct net_address *a, const char *name);

/* NULL: to every address that has no route of its own; until set: by eth0 from 192.0.2.100. */
void net_fake_route(struct net *net, const struct net_address *to, const struct net_route *route);
void net_fake_state(struct net *net, const struct net_state *state); /* until set: all is well */
void net_fake_interrupt_at(struct net *net, int64_t at_us);
void net_fake_wall(struct net *net, int64_t wall_us); /* what net_wall_us says now */

/* What went to one address and port, from the side that connects. */
struct fake_traffic {
	size_t n_now, n_most, n_all; /* connections: at present, at a time, in all */
	size_t n_up;                 /* that were established */
	bool has_gap;
	int64_t least_gap_us; /* from the end of an established one to the next connect */
};
struct fake_traffic net_fake_traffic(const struct net *net, const struct net_address *to);

/* What somebody would record beside the side that connects. */
struct fake_packet {
	enum { FAKE_SYN, FAKE_SYN_ACK, FAKE_DATA, FAKE_END } kind;
	bool is_up;
	size_t connection; /* counted from 1 */
	struct net_address client, host;
	const uint8_t *bytes;
	size_t n;
	enum net_end how;
	const struct net_failure *why; /* FAKE_END of what never came about */
	int64_t wall_us;
};
typedef void fake_tap(void *context, const struct fake_packet *packet);
void net_fake_tap(struct net *net, fake_tap *tap, void *context);

/* Nets, timers, connections, listeners, look-ups and events that were made and not freed. */
size_t net_fake_live(void);

#endif
