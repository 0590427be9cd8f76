/*
 * recording_scenes - pieces of conversations for recordings that tests make.
 */
#ifndef TEST_UNIT_RECORDING_SCENES_H
#define TEST_UNIT_RECORDING_SCENES_H

#include "harness.h"

#include "capture_maker.h"
#include "recording_run.h"

#define DATA (TCP_PSH | TCP_ACK)

static inline void read_made(struct maker *m, struct got *got)
{
	read_how(m->out.bytes, m->out.n, &(struct reading){0}, got);
}

static inline const struct attempt *only(struct maker *m, struct got *got)
{
	read_made(m, got);
	assert_int_equal(got->attempts.n, 1);
	return &got->attempts.at[0];
}

static inline void say(struct maker *m, enum direction dir, struct buf *what)
{
	maker_tcp(m, dir, DATA, what->bytes, what->n);
	buf_fini(what);
	*what = (struct buf){0};
}

static inline void say_request(struct maker *m)
{
	struct buf b = {0};

	maker_request(&b, 3, true);
	say(m, C2S, &b);
}

/* A host that wants NLA from a client without it, and what both do then. */
static inline void make_failure(struct maker *m)
{
	struct buf b = {0};

	maker_handshake(m);
	maker_request(&b, 1, true);
	say(m, C2S, &b);
	maker_failure(&b, 5);
	say(m, S2C, &b);
	maker_tcp(m, C2S, TCP_FIN | TCP_ACK, NULL, 0);
	maker_tcp(m, S2C, TCP_RST | TCP_ACK, NULL, 0);
}

static inline void is_failure_5(const struct attempt *a, bool is_v6)
{
	assert_string_equal(a->host, is_v6 ? "[2001:db8::7]:3389" : "192.0.2.7:3389");
	assert_string_equal(a->client, is_v6 ? "[2001:db8::1]:50000" : "192.0.2.1:50000");
	assert_string_equal(a->account, "somebody");
	assert_string_equal(a->where, "x.pcap frame 1");
	assert_string_equal(a->ended,
	                    "refused with HYBRID_REQUIRED_BY_SERVER, closed by the client");
	assert_int_equal(a->reached, STAGE_NEGOTIATION);
	assert_true(a->is_failure);
	assert_false(a->is_recovered);
	assert_int_equal(find(a, F_NEG_FAILURE_CODE)->number, 5);
	assert_int_equal(find(a, F_NEG_OFFERED)->number, 1);
	assert_int_equal(find(a, F_PATH_RTT)->number, 20);
	assert_true(is_seen(a, F_TCP_CONNECTED));
	assert_false(is_seen(a, F_PATH_RETRANSMITTED));
	assert_false(is_seen(a, F_TCP_RESET_IS_FOREIGN));
}

/* TLS up to the sealed records. */
static inline void make_tls(struct maker *m, uint32_t selected)
{
	static const uint8_t change[] = {20, 3, 3, 0, 1, 1},
	                     finished[] = {22, 3, 3, 0, 4, 1, 2, 3, 4};
	struct buf b = {0};

	maker_handshake(m);
	maker_request(&b, 0x0B, false);
	say(m, C2S, &b);
	maker_confirm(&b, selected);
	say(m, S2C, &b);
	maker_client_hello(&b);
	say(m, C2S, &b);
	maker_server_hello(&b);
	say(m, S2C, &b);
	for (int dir = C2S; dir <= S2C; dir++) {
		maker_tcp(m, (enum direction)dir, DATA, change, sizeof change);
		maker_tcp(m, (enum direction)dir, DATA, finished, sizeof finished);
	}
}

static inline void say_sealed(struct maker *m, enum direction dir, size_t n)
{
	struct buf b = {0};

	maker_sealed(&b, n);
	say(m, dir, &b);
}

static inline void make_session(struct maker *m)
{
	for (int i = 0; i < 12; i++) {
		say_sealed(m, C2S, 60);
		say_sealed(m, S2C, 1300);
		say_sealed(m, S2C, 1300);
	}
}

#endif
