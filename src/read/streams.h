/*
 * streams - the TCP connections of a recording that are or may be RDP, their bytes in order.
 *
 * Of all others nothing is kept: a packet of another port costs a look at its first bytes. A
 * connection is followed from its SYN when it goes to a port of Remote Desktop, and on any port
 * from the segment on that begins with an X.224 Connection Request.
 *
 * Spec    RFC 9293 3; RFC 1323 for windows that wrap
 * Input   packets in any order, some missing, repeated, overlapping or recorded twice
 * Output  bytes in order, gaps of the recording, endings; each stream once more when it is over
 * Limits  STREAMS_MAX open at a time, STREAM_WAITING_MAX bytes of each that wait for a missing
 *         piece, WAITING_MAX of all; beyond that the oldest is concluded early and counted
 * Owns    the streams; what the listener hangs on `talk` is his
 */
#ifndef READ_STREAMS_H
#define READ_STREAMS_H

#include "read/packet.h"
#include "stage/stage.h"

#define STREAMS_MAX        65536
#define STREAM_WAITING_MAX ((size_t)512 * 1024)
#define WAITING_MAX        ((size_t)64 * 1024 * 1024)
#define TTLS_KEPT          4
#define PACKETS_COMPARED   4

struct endpoint {
	uint8_t address[16];
	uint16_t port;
	bool is_v6;
};

struct segment; /* waits for what comes before it */

struct stream_side {
	uint32_t first_seq, next, highest, acked, fin_seq;
	bool has_seq, has_syn, has_ack, has_fin, has_ended, is_zero;
	uint32_t n_syn, n_packets, n_data, n_again, n_zero, n_gaps;
	uint64_t n_bytes;
	int64_t last_data_us;
	struct segment *waiting;
	size_t n_waiting;

	/* A large segment that is sent again and again. */
	uint32_t large_seq, large_end, n_large;
	int64_t large_us;

	/* What the packets of this side look like, to tell others that are sent in its name. */
	uint8_t ttls[TTLS_KEPT], n_ttls;
	uint16_t last_id, n_id_steps, n_id_jumps;
	int64_t last_us;
	struct {
		uint32_t seq, ack;
		uint16_t id, n;
		uint8_t flags;
		int64_t when_us;
	} recent[PACKETS_COMPARED];
	uint8_t at_recent;
};

/* An ICMP message that answers a packet of the client, or one of the host. */
struct stream_icmp {
	bool is_there, is_v6;
	uint8_t type, code;
	struct endpoint router;
	int64_t when_us;
};

struct stream {
	struct stream *next; /* in its bucket */
	struct stream *newer, *older;
	uint32_t hash;
	struct endpoint end[2]; /* by direction of what it sends: C2S the client, S2C the host */
	struct stream_side side[2];
	uint64_t number; /* of its first packet */
	int64_t began_us, last_us, syn_us, last_syn_us, answered_us, established_us, closed_us;
	uint32_t n_duplicates;
	bool is_ignored;   /* 3389 is the client's port */
	bool is_candidate; /* found by content, and not certain yet */
	bool is_closed;
	bool is_refused, is_reset[2], is_foreign_reset[2];
	bool is_refused_by_other;
	bool is_asked_udp, is_answered_udp;
	int64_t asked_udp_us;
	struct stream_icmp unreachable, too_big;
	void *talk;
};

struct streams_listener {
	void (*bytes)(void *context, struct stream *s, enum direction dir, const uint8_t *bytes,
	              size_t n, int64_t when_us);
	void (*gap)(void *context, struct stream *s, enum direction dir, uint32_t n);
	void (*ended)(void *context, struct stream *s, enum direction who, enum ending how,
	              int64_t when_us);
	void (*over)(void *context, struct stream *s);
	void *context;
};

struct streams;
struct streams *streams_new(const struct streams_listener *listener, uint16_t port);
void streams_free(struct streams *all);

/* Connections to this port are of Remote Desktop whatever they hold; 0, and there is none yet. */
void streams_port(struct streams *all, uint16_t port);

void streams_packet(struct streams *all, const struct packet *p, int64_t when_us, uint64_t number);

/* Every stream that is still open is over. */
void streams_finish(struct streams *all);

/* The latest stream between two addresses, or NULL; ports are not compared. */
struct stream *streams_between(struct streams *all, const struct endpoint *client,
                               const struct endpoint *host);

int64_t streams_now(const struct streams *all);       /* the latest time in the recording */
uint64_t streams_given_up(const struct streams *all); /* concluded early for want of room */

bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b);
struct endpoint endpoint_of(const struct packet *p, bool is_source);

/* A whole X.224 Connection Request of RDP, and not of another protocol over TPKT. */
bool is_rdp_request(const uint8_t *bytes, size_t n);

/* Hash of two ends in either order. */
uint32_t ends_hash(const uint8_t *a, const uint8_t *b, bool is_v6, uint16_t port_a,
                   uint16_t port_b);

#endif
