/*
 * Recordings made here: every order, loss and ending of connections, and what is told of them.
 */
#include "recording_scenes.h"

#include "wire/rdpudp.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- TCP --- */

static void fragments(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) {
		struct maker m = {.link = 1, .is_v6 = how & 1};
		struct buf b = {0};
		struct got got;

		maker_begin(&m);
		maker_handshake(&m);
		maker_request(&b, 1, true);
		maker_tcp_fragments(&m, C2S, b.bytes, b.n, 16, how & 2);
		buf_fini(&b);
		b = (struct buf){0};
		maker_failure(&b, 5);
		say(&m, S2C, &b);
		assert_int_equal(find(only(&m, &got), F_NEG_FAILURE_CODE)->number, 5);
		assert_string_equal(got.attempts.at[0].account, "somebody");
		done(&got);
		maker_fini(&m);
	}
}

/* The request in three segments of 20 bytes, in every order, with repetition and overlap, around
 * the place where sequence numbers begin again. */
static void every_order(void **state)
{
	(void)state;
	static const int orders[][5] = {
	    {0, 1, 2, 2, 0}, {2, 1, 0, 1, 1}, {1, 2, 0, 0, 2}, {2, 0, 1, 1, 0}, {1, 0, 2, 2, 2}};

	for (size_t i = 0; i < COUNT(orders) * 2; i++) {
		struct maker m = {.link = 101, .seq = {UINT32_MAX - 20, UINT32_MAX - 4}};
		struct buf b = {0}, answer = {0};
		size_t longer = i % 2 ? 7 : 0; /* each reaches into the next */
		struct got got;
		uint32_t seq;

		maker_begin(&m);
		maker_handshake(&m);
		maker_request(&b, 3, true);
		seq = m.seq[C2S];
		for (int k = 0; k < 5; k++) {
			size_t at = (size_t)orders[i / 2][k] * 15,
			       n = at < 30 ? 15 + longer : b.n - at;

			maker_tcp_at(&m, C2S, DATA, seq + (uint32_t)at, b.bytes + at, n);
			maker_wait(&m, 2000);
		}
		m.seq[C2S] += (uint32_t)b.n;
		buf_fini(&b);
		maker_confirm(&answer, 2);
		say(&m, S2C, &answer);
		assert_int_equal(find(only(&m, &got), F_NEG_OFFERED)->number, 3);
		assert_int_equal(find(&got.attempts.at[0], F_NEG_SELECTED)->number, 2);
		assert_string_equal(got.attempts.at[0].account, "somebody");
		assert_true(is_seen(&got.attempts.at[0], F_PATH_RETRANSMITTED));
		done(&got);
		maker_fini(&m);
	}
}

static void recorded_twice(void **state)
{
	(void)state;
	for (int has_no_ids = 0; has_no_ids < 2; has_no_ids++) {
		struct maker m = {.link = 1, .is_twice = true, .has_no_ids = has_no_ids};
		struct got got;

		maker_begin(&m);
		make_failure(&m);
		is_failure_5(only(&m, &got), false);
		done(&got);
		maker_fini(&m);
	}
}

/* What the recorder missed and the client acknowledged is no loss, and hides nothing behind it. */
static void gap_in_the_recording(void **state)
{
	(void)state;
	struct maker m = {.link = 1};
	struct got got;

	maker_begin(&m);
	make_tls(&m, 1);
	m.seq[S2C] += 1305; /* a whole record */
	make_session(&m);
	maker_tcp(&m, C2S, TCP_FIN | TCP_ACK, NULL, 0);
	assert_int_equal(only(&m, &got)->reached, STAGE_SESSION);
	assert_false(is_seen(&got.attempts.at[0], F_PATH_LARGE_PACKETS_LOST));
	assert_false(got.attempts.at[0].is_failure);
	done(&got);
	maker_fini(&m);
}

static void large_packets_are_lost(void **state)
{
	(void)state;
	for (int where = 0; where < 2; where++) { /* seen where they are sent, or where they lack */
		struct maker m = {.link = 1};
		struct buf b = {0};
		struct got got;
		uint32_t seq;

		maker_begin(&m);
		make_tls(&m, 2);
		say_sealed(&m, C2S, 80);
		seq = m.seq[S2C];
		maker_sealed(&b, 1400);
		for (int i = 0; i < 5 && where == 0; i++) {
			maker_tcp_at(&m, S2C, DATA, seq, b.bytes, b.n);
			maker_wait(&m, 1000000);
		}
		m.seq[S2C] += 1405;
		if (where == 1)
			say_sealed(&m, S2C, 60);
		m.seq[S2C] = seq;
		maker_wait(&m, 5000000);
		maker_tcp(&m, C2S, TCP_FIN | TCP_ACK, NULL, 0);
		assert_true(is_seen(only(&m, &got), F_PATH_LARGE_PACKETS_LOST));
		buf_fini(&b);
		done(&got);
		maker_fini(&m);
	}
}

static void ports_used_again(void **state)
{
	(void)state;
	struct maker m = {.link = 1};
	struct got got;

	maker_begin(&m);
	make_failure(&m);
	maker_wait(&m, 2000000);
	m.seq[C2S] += 77777;
	m.seq[S2C] += 77777;
	make_tls(&m, 1);
	make_session(&m);
	read_made(&m, &got);
	assert_int_equal(got.attempts.n, 2);
	assert_true(got.attempts.at[0].is_failure && got.attempts.at[0].is_recovered);
	assert_int_equal(got.attempts.at[1].reached, STAGE_SESSION);
	assert_null(got.attempts.at[1].ended);
	done(&got);
	maker_fini(&m);
}

static void from_the_middle(void **state)
{
	(void)state;
	struct maker m = {.link = 1};
	struct got got;

	maker_begin(&m);
	make_session(&m);
	assert_int_equal(only(&m, &got)->reached, STAGE_SESSION);
	assert_false(is_seen(&got.attempts.at[0], F_NEG_NOT_RDP));
	done(&got);
	maker_fini(&m);
}

/* --- in the clear --- */

static void say_bytes(struct maker *m, enum direction dir, const void *bytes, size_t n)
{
	maker_tcp(m, dir, DATA, bytes, n);
}

#define SAY(m, dir, ...)                                                                           \
	say_bytes((m), (dir), (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}))

static void make_standard(struct maker *m)
{
	struct buf b = {0};

	maker_handshake(m);
	maker_request(&b, 0, true);
	say(m, C2S, &b);
	maker_confirm(&b, 0);
	say(m, S2C, &b);
	SAY(m, C2S, 3, 0, 0, 14, 2, 0xF0, 0x80, 0x7F, 0x65, 0x82, 0, 3, 4, 1);
	SAY(m, S2C, 3, 0, 0, 15, 2, 0xF0, 0x80, 0x7F, 0x66, 0x82, 0, 3, 0x0A, 1, 0);
}

/* A host that says why, and then hangs up. */
static void told_why(void **state)
{
	(void)state;
	struct maker m = {.link = 1};
	struct got got;
	const struct attempt *a;

	maker_begin(&m);
	make_standard(&m);
	SAY(&m, S2C, 3, 0, 0, 40, 2, 0xF0, 0x80, 0x68, 0, 1, 3, 0xEB, 0x70, 26, 0, 0, 0, 0, 22, 0,
	    0x17, 0, 0xEA, 3, 0xEA, 3, 1, 0, 0, 1, 8, 0, 0x2F, 0, 0, 0, 9, 0, 0, 0);
	SAY(&m, S2C, 3, 0, 0, 9, 2, 0xF0, 0x80, 0x20, 0x80);
	maker_tcp(&m, S2C, TCP_FIN | TCP_ACK, NULL, 0);
	a = only(&m, &got);
	assert_int_equal(find(a, F_SETTINGS_ERRINFO)->number, 9);
	assert_int_equal(a->reached, STAGE_SETTINGS);
	assert_string_equal(a->ended, "closed by the host");
	assert_true(a->is_failure);
	done(&got);
	maker_fini(&m);
}

/* Graphics in the fast-path, and at the end the person leaves. */
static void the_person_leaves(void **state)
{
	(void)state;
	for (int is_lost = 0; is_lost < 2; is_lost++) { /* also where the framing was lost */
		static const uint8_t picture[600] = {0, 0x82, 0x58};
		struct maker m = {.link = 1};
		struct got got;
		const struct attempt *a;

		maker_begin(&m);
		make_standard(&m);
		for (int i = 0; i < 8; i++) {
			say_bytes(&m, S2C, picture, sizeof picture);
			SAY(&m, C2S, 4, 4, 1, 2);
		}
		if (is_lost) {
			m.seq[S2C] += 100;
			maker_tcp(&m, S2C, DATA, picture + 3, 300);
			SAY(&m, C2S, 4, 4, 1, 2);
			maker_wait(&m, 3000000);
		}
		SAY(&m, S2C, 3, 0, 0, 9, 2, 0xF0, 0x80, 0x21, 0x80);
		maker_tcp(&m, C2S, TCP_FIN | TCP_ACK, NULL, 0);
		maker_tcp(&m, S2C, TCP_RST | TCP_ACK, NULL, 0);
		a = only(&m, &got);
		assert_int_equal(a->reached, STAGE_SESSION);
		assert_memory_equal(a->ended, "the person left", 15);
		assert_true(is_seen(a, F_SESSION_STARTED));
		assert_false(is_seen(a, F_SESSION_DROPPED));
		assert_false(a->is_failure);
		done(&got);
		maker_fini(&m);
	}
}

static void a_session_dies(void **state)
{
	(void)state;
	for (int how = 0; how < 2; how++) { /* nobody answers any more; or the host resets */
		struct maker m = {.link = 1};
		struct buf b = {0};
		struct got got;
		const struct attempt *a;

		maker_begin(&m);
		make_tls(&m, 8);
		make_session(&m);
		maker_tcp(&m, S2C, TCP_ACK, NULL, 0);
		maker_sealed(&b, 60);
		for (int i = 0; i < 5 && how == 0; i++) {
			maker_tcp_at(&m, C2S, DATA, m.seq[C2S], b.bytes, b.n);
			maker_wait(&m, 4000000);
		}
		if (how == 1)
			maker_tcp(&m, S2C, TCP_RST | TCP_ACK, NULL, 0);
		a = only(&m, &got);
		assert_true(is_seen(a, F_SESSION_STARTED));
		assert_true(is_seen(a, F_SESSION_DROPPED));
		assert_false(a->is_failure);
		assert_memory_equal(a->ended, how ? "reset by the host" : "the host fell silent",
		                    17);
		buf_fini(&b);
		done(&got);
		maker_fini(&m);
	}
}

/* --- who ended it --- */

static void whose_reset(void **state)
{
	(void)state;
	for (int how = 0; how < 3; how++) { /* the host's, one by its TTL, one by its number */
		struct maker m = {.link = 1};
		struct buf b = {0};
		struct got got;

		maker_begin(&m);
		make_tls(&m, 1);
		maker_client_hello(&b);
		if (how == 1)
			m.ttl[S2C] = 250;
		if (how == 2)
			m.id[S2C] += 20000;
		maker_tcp(&m, S2C, TCP_RST, NULL, 0);
		assert_string_equal(only(&m, &got)->ended,
		                    how ? "reset by a device on the way" : "reset by the host");
		assert_int_equal(is_seen(&got.attempts.at[0], F_TLS_RESET_IS_FOREIGN), how != 0);
		assert_true(got.attempts.at[0].is_failure);
		buf_fini(&b);
		done(&got);
		maker_fini(&m);
	}
}

static void closed_after_hello(void **state)
{
	(void)state;
	struct maker m = {.link = 1};
	struct buf b = {0};
	struct got got;

	maker_begin(&m);
	maker_handshake(&m);
	say_request(&m);
	maker_confirm(&b, 1);
	say(&m, S2C, &b);
	maker_client_hello(&b);
	say(&m, C2S, &b);
	maker_tcp(&m, S2C, TCP_FIN | TCP_ACK, NULL, 0);
	assert_string_equal(find(only(&m, &got), F_TLS_CLOSED_AFTER_HELLO)->text, "fin");
	assert_string_equal(got.attempts.at[0].ended, "closed by the host");
	assert_int_equal(got.attempts.at[0].reached, STAGE_TLS);
	done(&got);
	maker_fini(&m);
}

/* Silence is judged only when somebody waited long enough. */
static void silence(void **state)
{
	(void)state;
	static const struct {
		int64_t wait_us;
		bool has_left, is_silent;
	} cases[] = {{1000000, true, false}, {4000000, true, true}, {0, false, false}};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct maker m = {.link = 1};
		struct got got;

		maker_begin(&m);
		maker_handshake(&m);
		say_request(&m);
		maker_wait(&m, cases[i].wait_us);
		if (cases[i].has_left)
			maker_tcp(&m, C2S, TCP_FIN | TCP_ACK, NULL, 0);
		assert_int_equal(is_seen(only(&m, &got), F_NEG_SILENT), cases[i].is_silent);
		assert_int_equal(got.attempts.at[0].is_failure, cases[i].has_left);
		done(&got);
		maker_fini(&m);
	}
}

/* Only one side recorded, or the request missing: nobody is accused of what was not seen. */
static void one_side_alone(void **state)
{
	(void)state;
	for (int how = 0; how < 3; how++) {
		struct maker m = {.link = 1};
		struct buf b = {0};
		struct got got;
		const struct attempt *a;

		maker_begin(&m);
		if (how != 2)
			maker_tcp(&m, how ? S2C : C2S, how ? TCP_SYN | TCP_ACK : TCP_SYN, NULL, 0);
		else
			maker_handshake(&m);
		m.seq[how ? C2S : S2C] += how != 2;
		maker_request(&b, 3, true);
		if (how == 0)
			maker_tcp(&m, C2S, DATA, b.bytes, b.n);
		else
			m.seq[C2S] += (uint32_t)b.n;
		buf_fini(&b);
		b = (struct buf){0};
		maker_confirm(&b, 2);
		if (how == 1)
			maker_tcp(&m, S2C, DATA, b.bytes, b.n);
		else
			m.seq[S2C] += (uint32_t)b.n;
		buf_fini(&b);
		maker_wait(&m, 6000000);
		maker_tcp(&m, how ? S2C : C2S, TCP_FIN | TCP_ACK, NULL, 0);
		a = only(&m, &got);
		assert_false(is_seen(a, F_TCP_SILENT));
		assert_false(is_seen(a, F_NEG_SILENT));
		assert_false(is_seen(a, F_NEG_NOT_REQUESTED));
		assert_false(is_seen(a, F_NEG_CLOSED));
		assert_false(is_seen(a, F_TCP_CLOSED_ON_ACCEPT));
		assert_int_equal(got.complaints.n, how != 2);
		done(&got);
		maker_fini(&m);
	}
}

/* --- no connection --- */

enum answer { NOTHING_SOON, NOTHING_LATE, REFUSAL, REFUSAL_BY_OTHER, ICMP };

static const struct {
	enum answer answer;
	bool is_v6;
	uint8_t type, code;
	enum finding_id id;
	const char *ended;
} unconnected[] = {
    {.answer = NOTHING_SOON},
    {.answer = NOTHING_LATE, .id = F_TCP_SILENT, .ended = "no answer to the SYN"},
    {.answer = REFUSAL, .id = F_TCP_REFUSED, .ended = "refused"},
    {.answer = REFUSAL_BY_OTHER,
     .id = F_TCP_REFUSED_BY_OTHER,
     .ended = "refused by a device on the way"},
    {.answer = ICMP,
     .type = 3,
     .code = 13,
     .id = F_TCP_PROHIBITED,
     .ended = "prohibited by a router"},
    {.answer = ICMP,
     .type = 3,
     .code = 1,
     .id = F_TCP_UNREACHABLE,
     .ended = "a router found no way"},
    {.answer = ICMP,
     .is_v6 = true,
     .type = 1,
     .code = 1,
     .id = F_TCP_PROHIBITED,
     .ended = "prohibited by a router"},
    {.answer = ICMP,
     .is_v6 = true,
     .type = 1,
     .code = 3,
     .id = F_TCP_UNREACHABLE,
     .ended = "a router found no way"},
};

static void no_connection(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(unconnected); i++) {
		struct maker m = {.link = 1, .is_v6 = unconnected[i].is_v6};
		enum answer answer = unconnected[i].answer;
		struct got got;
		const struct attempt *a;

		maker_begin(&m);
		if (answer == REFUSAL_BY_OTHER) { /* the host answers on another port */
			m.host_port = 445;
			maker_handshake(&m);
			m.host_port = 3389;
			m.ttl[S2C] = 254;
		}
		maker_tcp(&m, C2S, TCP_SYN, NULL, 0);
		if (answer == REFUSAL || answer == REFUSAL_BY_OTHER)
			maker_tcp(&m, S2C, TCP_RST | TCP_ACK, NULL, 0);
		else if (answer == ICMP)
			maker_icmp(&m, unconnected[i].type, unconnected[i].code);
		maker_wait(&m, answer == NOTHING_SOON ? 500000 : 4000000);
		m.client_port = 999;
		m.host_port = 998;
		maker_udp(&m, C2S, "x", 1); /* the recording goes on */
		a = only(&m, &got);
		assert_int_equal(a->reached, STAGE_TCP);
		assert_int_equal(a->is_failure, answer != NOTHING_SOON);
		assert_int_equal(!a->ended, !unconnected[i].ended);
		if (a->ended)
			assert_string_equal(a->ended, unconnected[i].ended);
		if (unconnected[i].id)
			assert_true(is_seen(a, unconnected[i].id));
		done(&got);
		maker_fini(&m);
	}
}

static void too_big(void **state)
{
	(void)state;
	struct maker m = {.link = 1};
	struct got got;

	maker_begin(&m);
	maker_handshake(&m);
	say_request(&m);
	maker_icmp(&m, 3, 4);
	assert_true(is_seen(only(&m, &got), F_PATH_LARGE_PACKETS_LOST));
	done(&got);
	maker_fini(&m);
}

/* --- sealed CredSSP --- */

static const struct {
	const char *says;
	int records[8]; /* of the client positive, of the host negative */
	enum direction ender;
	unsigned how;
	enum finding_id id, not_id;
	const char *text;
} exchanges[] = {
    {"left with the credentials",
     {81, -286, 567, -83},
     C2S,
     TCP_FIN,
     F_NLA_CREDENTIALS_PASSED,
     F_NLA_AUTHENTICATE_REFUSED,
     NULL},
    {"went on",
     {81, -286, 567, -83, 100, -28},
     C2S,
     TCP_FIN,
     F_NLA_CREDENTIALS_PASSED,
     F_NLA_EARLY_AUTH,
     NULL},
    {"an error",
     {81, -286, 567, -41},
     S2C,
     TCP_FIN,
     F_NLA_AUTHENTICATE_REFUSED,
     F_NLA_CREDENTIALS_PASSED,
     "error"},
    {"a close",
     {81, -286, 567},
     S2C,
     TCP_FIN,
     F_NLA_AUTHENTICATE_REFUSED,
     F_NLA_CREDENTIALS_PASSED,
     "fin"},
    {"a close at once", {81}, S2C, TCP_RST, F_NLA_CLOSED, F_NLA_AUTHENTICATE_REFUSED, "rst"},
    {"the client's own end", {81}, C2S, TCP_RST, F_TLS_COMPLETED, F_NLA_CLOSED, NULL},
};

static void sealed_credssp(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(exchanges); i++) {
		struct maker m = {.link = 1};
		struct got got;
		const struct attempt *a;

		maker_begin(&m);
		make_tls(&m, 8);
		for (int k = 0; exchanges[i].records[k]; k++) {
			int n = exchanges[i].records[k];

			say_sealed(&m, n > 0 ? C2S : S2C, (size_t)(n > 0 ? n : -n));
		}
		maker_tcp(&m, exchanges[i].ender, exchanges[i].how | TCP_ACK, NULL, 0);
		a = only(&m, &got);
		assert_int_equal(a->reached, STAGE_NLA);
		assert_true(is_seen(a, exchanges[i].id));
		assert_false(is_seen(a, exchanges[i].not_id));
		if (exchanges[i].text)
			assert_string_equal(find(a, exchanges[i].id)->text, exchanges[i].text);
		done(&got);
		maker_fini(&m);
	}
}

/* --- what is RDP --- */

static void known_by_content(void **state)
{
	(void)state;
	static const uint8_t s7[] = {3,    0, 0, 22, 17,   0xE0, 0, 0, 0,    1, 0,
	                             0xC1, 2, 1, 0,  0xC2, 2,    1, 2, 0xC0, 1, 10};
	struct maker m = {.link = 1, .host_port = 8443};
	struct got got;
	struct buf b = {0};

	maker_begin(&m);
	make_failure(&m);
	assert_string_equal(only(&m, &got)->host, "192.0.2.7:8443");
	assert_int_equal(find(&got.attempts.at[0], F_PATH_RTT)->number, 20);
	done(&got);
	maker_fini(&m);

	m = (struct maker){.link = 1, .host_port = 8443}; /* cut in its first bytes */
	maker_begin(&m);
	maker_handshake(&m);
	maker_request(&b, 3, true);
	maker_tcp(&m, C2S, DATA, b.bytes, 3);
	maker_tcp(&m, C2S, DATA, b.bytes + 3, b.n - 3);
	assert_string_equal(only(&m, &got)->account, "somebody");
	buf_fini(&b);
	done(&got);
	maker_fini(&m);

	m = (struct maker){.link = 1, .host_port = 8102};
	maker_begin(&m);
	maker_handshake(&m);
	maker_tcp(&m, C2S, DATA, s7, sizeof s7);
	read_made(&m, &got);
	assert_int_equal(got.attempts.n, 0);
	done(&got);
	maker_fini(&m);

	m = (struct maker){.link = 1, .client_port = 3389, .host_port = 32770};
	maker_begin(&m);
	maker_tcp(&m, C2S, TCP_SYN, NULL, 0);
	maker_tcp(&m, S2C, TCP_RST | TCP_ACK, NULL, 0);
	read_made(&m, &got);
	assert_int_equal(got.attempts.n, 0);
	done(&got);
	maker_fini(&m);
}

static void over_udp(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) { /* answered or not; alone or beside TCP */
		struct maker m = {.link = 1};
		struct rdpudp_syn syn = {.source_ack = UINT32_MAX,
		                         .flags = RDPUDP_SYN | RDPUDP_SYNEX,
		                         .first_seq = 77,
		                         .mtu_up = 1232,
		                         .mtu_down = 1232,
		                         .version = 2};
		struct buf b = {0};
		struct got got;
		const struct attempt *a;

		maker_begin(&m);
		if (how & 2)
			make_tls(&m, 1);
		rdpudp_put_syn(&b, &syn);
		m.client_port = 50002;
		maker_udp(&m, C2S, b.bytes, b.n);
		buf_fini(&b);
		b = (struct buf){0};
		syn.source_ack = 77;
		syn.flags |= RDPUDP_ACK;
		rdpudp_put_syn(&b, &syn);
		maker_wait(&m, 4000000);
		if (how & 1)
			maker_udp(&m, S2C, b.bytes, b.n);
		else
			maker_udp(&m, S2C, "other bytes", 11);
		a = only(&m, &got);
		assert_int_equal(is_seen(a, F_UDP_ANSWERED), how & 1);
		assert_int_equal(is_seen(a, F_UDP_SILENT), !(how & 1));
		assert_int_equal(a->reached, how & 2 ? STAGE_TLS : STAGE_UDP);
		assert_false(a->is_failure);
		buf_fini(&b);
		done(&got);
		maker_fini(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fragments),
	    cmocka_unit_test(every_order),
	    cmocka_unit_test(recorded_twice),
	    cmocka_unit_test(gap_in_the_recording),
	    cmocka_unit_test(large_packets_are_lost),
	    cmocka_unit_test(ports_used_again),
	    cmocka_unit_test(from_the_middle),
	    cmocka_unit_test(told_why),
	    cmocka_unit_test(the_person_leaves),
	    cmocka_unit_test(a_session_dies),
	    cmocka_unit_test(whose_reset),
	    cmocka_unit_test(closed_after_hello),
	    cmocka_unit_test(silence),
	    cmocka_unit_test(one_side_alone),
	    cmocka_unit_test(no_connection),
	    cmocka_unit_test(too_big),
	    cmocka_unit_test(sealed_credssp),
	    cmocka_unit_test(known_by_content),
	    cmocka_unit_test(over_udp),
	};

	return RUN(tests);
}
