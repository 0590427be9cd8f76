/*
 * Recordings made here: every form of file and link, and every damage.
 */
#include "recording_scenes.h"

#include "abuse.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- files and links --- */

static void every_form_and_order(void **state)
{
	(void)state;
	for (int form = MAKE_PCAP; form <= MAKE_PCAPNG; form++) {
		for (int how = 0; how < 4; how++) {
			struct maker m = {.form = (enum maker_form)form,
			                  .is_big_endian = how & 1,
			                  .is_v6 = how & 2,
			                  .link = 1};
			struct got got;

			maker_begin(&m);
			make_failure(&m);
			is_failure_5(only(&m, &got), m.is_v6);
			assert_int_equal(got.attempts.at[0].began_us, MAKER_BEGAN_US);
			assert_int_equal(got.complaints.n, 0);
			done(&got);
			/* Byte by byte it is the same. */
			read_how(m.out.bytes, m.out.n, &(struct reading){.piece = 1}, &got);
			is_failure_5(&got.attempts.at[0], m.is_v6);
			done(&got);
			maker_fini(&m);
		}
	}
}

static void every_link(void **state)
{
	(void)state;
	static const uint32_t links[] = {0,       1,       9,       12,      50,     101,
	                                 108,     113,     228,     229,     276,    0x10001,
	                                 0x20001, 0x30001, 0x40001, 0x50001, 0x60001};

	for (size_t i = 0; i < COUNT(links) * 2; i++) {
		struct maker m = {.link = links[i / 2], .is_v6 = i % 2};
		struct got got;

		if ((m.link == 228 && m.is_v6) || (m.link == 229 && !m.is_v6))
			continue;
		maker_begin(&m);
		make_failure(&m);
		is_failure_5(only(&m, &got), m.is_v6);
		done(&got);
		maker_fini(&m);
	}
}

static void every_resolution(void **state)
{
	(void)state;
	static const uint8_t resolutions[] = {0, 6, 7, 9, 0x80 | 20, 0x80 | 30};

	for (size_t i = 0; i < COUNT(resolutions) * 2; i++) {
		struct maker m = {.form = MAKE_PCAPNG,
		                  .link = 1,
		                  .resolution = resolutions[i / 2],
		                  .is_big_endian = i & 1,
		                  .offset_s = i & 1 ? -7200 : 3600};
		struct got got;
		int64_t off;

		maker_begin(&m);
		make_failure(&m);
		is_failure_5(only(&m, &got), false);
		off = got.attempts.at[0].began_us - MAKER_BEGAN_US;
		assert_true(off >= -1 && off <= 1);
		done(&got);
		maker_fini(&m);
	}
}

static void put_simple(struct maker *m, const struct buf *frame)
{
	struct buf body = {0};
	uint8_t n[4] = {(uint8_t)frame->n, (uint8_t)(frame->n >> 8)};

	buf_put(&body, n, 4);
	buf_put(&body, frame->bytes, frame->n);
	maker_block(m, 3, body.bytes, body.n);
	buf_fini(&body);
}

/* Two sections of different order, several interfaces, and blocks that hold no packet. */
static void many_blocks(void **state)
{
	(void)state;
	struct maker m = {.form = MAKE_PCAPNG, .link = 147}, rest;
	struct got got;
	static const uint8_t lost[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	                               5, 0, 8, 0, 7, 0, 0, 0, 0, 0, 0, 0};

	maker_begin(&m);
	maker_block(&m, 4, "\0\0\0\0", 4);
	maker_block(&m, 0x0BAD, "anybody", 7);
	maker_block(&m, 5, lost, sizeof lost);
	maker_frame(&m, "of an unknown link", 18);
	rest = (struct maker){.form = MAKE_PCAPNG, .link = 1, .is_big_endian = true};
	maker_begin(&rest);
	make_failure(&rest);
	buf_put(&m.out, rest.out.bytes, rest.out.n);
	read_made(&m, &got);
	assert_int_equal(got.attempts.n, 1);
	assert_string_equal(got.attempts.at[0].where, "x.pcap frame 2");
	assert_int_equal(got.complaints.n, 2);
	assert_non_null(strstr(got.complaints.kept[0].says, "lost 7 packets"));
	assert_non_null(strstr(got.complaints.kept[1].says, "link type 147"));
	done(&got);
	maker_fini(&m);
	maker_fini(&rest);
}

/* A packet without a time, and the packet block that is no longer written. */
static void old_and_simple_blocks(void **state)
{
	(void)state;
	struct maker from = {.link = 101}, m = {.form = MAKE_PCAPNG, .link = 101};
	struct got got;
	size_t at = 24;

	maker_begin(&from);
	make_failure(&from);
	maker_begin(&m);
	for (int i = 0; at < from.out.n; i++) {
		const uint8_t *p = (const uint8_t *)from.out.bytes + at;
		struct buf frame = {.bytes = from.out.bytes + at + 16,
		                    .n = p[8] | (size_t)p[9] << 8};
		struct buf old = {0};

		if (i % 2) {
			put_simple(&m, &frame);
		} else {
			static const uint8_t head[12];

			buf_put(&old, head, 12);
			buf_put(&old, p + 8, 8);
			buf_put(&old, frame.bytes, frame.n);
			maker_block(&m, 2, old.bytes, old.n);
		}
		buf_fini(&old);
		at += 16 + frame.n;
	}
	read_made(&m, &got);
	assert_int_equal(got.attempts.n, 1);
	assert_int_equal(find(&got.attempts.at[0], F_NEG_FAILURE_CODE)->number, 5);
	done(&got);
	maker_fini(&m);
	maker_fini(&from);
}

/* --- limits and damage --- */

/* A scan fills nothing: the newest attempts stay, the others are counted. */
static void scan(void **state)
{
	(void)state;
	const size_t n = 150000;
	struct maker m = {.link = 101};
	struct got got;

	maker_begin(&m);
	for (size_t i = 0; i < n; i++) {
		m.client_port = (uint16_t)(1024 + i % 60000);
		m.seq[C2S] = (uint32_t)i * 3000;
		maker_tcp_at(&m, C2S, TCP_SYN, m.seq[C2S], NULL, 0);
	}
	read_made(&m, &got);
	assert_int_equal(got.attempts.n, ATTEMPTS_MAX);
	assert_int_equal(got.attempts.n + got.attempts.n_left_out, n);
	done(&got);
	maker_fini(&m);
}

static void damaged_record(void **state)
{
	(void)state;
	for (int form = MAKE_PCAP; form <= MAKE_PCAPNG; form++) {
		struct maker m = {.form = (enum maker_form)form, .link = 1};
		struct got got;
		size_t at;

		maker_begin(&m);
		m.client_port = 40000;
		maker_handshake(&m);
		at = m.out.n;
		maker_frame(&m, "whatever, it is lost.......", 24);
		memset(m.out.bytes + at + (form == MAKE_PCAPNG ? 4 : 8), 0xFF, 4);
		m.client_port = 50000;
		m.seq[C2S] = m.seq[S2C] = 5000;
		make_failure(&m);
		read_made(&m, &got);
		assert_int_equal(got.complaints.n, 1);
		assert_int_equal(got.complaints.kept[0].at, at + (form == MAKE_PCAPNG ? 4 : 0));
		assert_int_equal(got.attempts.n, 2);
		assert_true(is_seen(&got.attempts.at[1], F_NEG_FAILURE_CODE) ||
		            is_seen(&got.attempts.at[0], F_NEG_FAILURE_CODE));
		done(&got);
		maker_fini(&m);
	}
}

static void no_capture(void **state)
{
	(void)state;
	static const char *const files[] = {"", "x", "MZ and more of it", "\xD4\xC3\xB2\xA1\x02",
	                                    "\x0A\x0D\x0D\x0A\x1C\0\0\0ABCD----"};

	for (size_t i = 0; i < COUNT(files); i++) {
		struct got got;

		read_how(files[i], i == 4 ? 16 : strlen(files[i]), &(struct reading){0}, &got);
		assert_int_equal(got.attempts.n, 0);
		assert_true(got.complaints.n > 0);
		done(&got);
	}
}

static void read_and_forget(const uint8_t *bytes, size_t n)
{
	struct got got;

	read_how(bytes, n, &(struct reading){0}, &got);
	for (size_t i = 0; i < got.attempts.n; i++)
		assert_non_null(got.attempts.at[i].host);
	done(&got);
}

static void every_damage(void **state)
{
	(void)state;
	for (int form = MAKE_PCAP; form <= MAKE_PCAPNG; form += MAKE_PCAPNG) {
		struct maker m = {.form = (enum maker_form)form, .link = 1};
		struct buf b = {0};

		maker_begin(&m);
		maker_handshake(&m);
		maker_request(&b, 1, true);
		maker_tcp_fragments(&m, C2S, b.bytes, b.n, 32, false);
		buf_fini(&b);
		b = (struct buf){0};
		maker_confirm(&b, 1);
		say(&m, S2C, &b);
		maker_client_hello(&b);
		say(&m, C2S, &b);
		maker_server_hello(&b);
		say(&m, S2C, &b);
		maker_icmp(&m, 3, 13);
		maker_tcp(&m, S2C, TCP_FIN | TCP_ACK, NULL, 0);
		abuse(m.out.bytes, m.out.n, read_and_forget);
		maker_fini(&m);
	}
}

/* Recorded in part: the sizes are still true. */
static void short_snaps(void **state)
{
	(void)state;
	struct maker m = {.link = 1, .snap = 96};
	struct got got;

	maker_begin(&m);
	make_tls(&m, 1);
	make_session(&m);
	assert_int_equal(only(&m, &got)->reached, STAGE_SESSION);
	done(&got);
	maker_fini(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_form_and_order),  cmocka_unit_test(every_link),
	    cmocka_unit_test(every_resolution),      cmocka_unit_test(many_blocks),
	    cmocka_unit_test(old_and_simple_blocks), cmocka_unit_test(scan),
	    cmocka_unit_test(damaged_record),        cmocka_unit_test(no_capture),
	    cmocka_unit_test(every_damage),          cmocka_unit_test(short_snaps),
	};

	return RUN(tests);
}
