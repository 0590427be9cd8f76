#include "abuse.h"
#include "harness.h"

#include "base/bytes.h"
#include "wire/x224.h"

/* TPKT 19 bytes; LI 14; CR; refs 0; class 0; RDP_NEG_REQ, flags 0, length 8, protocols 0xB */
static const uint8_t smallest_cr[] = {0x03, 0x00, 0x00, 0x13, 0x0E, 0xE0, 0x00, 0x00, 0x00, 0x00,
                                      0x00, 0x01, 0x00, 0x08, 0x00, 0x0B, 0x00, 0x00, 0x00};

/* TPKT 19 bytes; LI 14; CC; refs 0, 0x1234; RDP_NEG_RSP, flags 0x1F, length 8, HYBRID_EX */
static const uint8_t good_cc[] = {0x03, 0x00, 0x00, 0x13, 0x0E, 0xD0, 0x00, 0x00, 0x12, 0x34,
                                  0x00, 0x02, 0x1F, 0x08, 0x00, 0x08, 0x00, 0x00, 0x00};

static bool read_cc(const void *bytes, size_t n, struct x224_cc *cc, struct flaw *flaw)
{
	struct cur c = cur_over(bytes, n, flaw);

	return x224_read_cc(&c, cc);
}

static bool read_cr(const void *bytes, size_t n, struct x224_cr *cr)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);

	return x224_read_cr(&c, cr);
}

static void framing(void **state)
{
	(void)state;
	assert_int_equal(tpkt_length(smallest_cr, 0), 0);
	assert_int_equal(tpkt_length(smallest_cr, 3), 0);
	assert_int_equal(tpkt_length(smallest_cr, 4), 19);
	assert_true(tpkt_length((const uint8_t *)"H", 1) == TPKT_NOT_TPKT);
	assert_true(tpkt_length((const uint8_t *)"\x03\x01", 2) == TPKT_NOT_TPKT);
	/* too short to be a packet: never 0, which would be waited for without end */
	assert_int_equal(tpkt_length((const uint8_t *)"\x03\0\0\x02", 4), 4);
}

static void request_is_written_as_the_specification_shows(void **state)
{
	(void)state;
	struct buf out = {0};
	struct x224_cr cr = {.has_neg = true, .protocols = 0x0B}, again;

	x224_put_cr(&out, &cr);
	assert_int_equal(out.n, sizeof smallest_cr);
	assert_memory_equal(out.bytes, smallest_cr, out.n);
	assert_true(read_cr(out.bytes, out.n, &again));
	assert_true(again.has_neg);
	assert_int_equal(again.protocols, 0x0B);
	buf_fini(&out);
}

static void request_with_token_and_correlation(void **state)
{
	(void)state;
	static const char token[] = "Cookie: msts=3640205228.15629.0000";
	struct buf out = {0};
	struct x224_cr again, cr = {.has_neg = true,
	                            .has_correlation = true,
	                            .token = (const uint8_t *)token,
	                            .n_token = sizeof token - 1,
	                            .protocols = 3,
	                            .correlation = {1, 2, 3}};

	x224_put_cr(&out, &cr);
	assert_true(read_cr(out.bytes, out.n, &again));
	assert_false(again.is_cookie);
	assert_int_equal(again.n_token, sizeof token - 1);
	assert_memory_equal(again.token, token, again.n_token);
	assert_true(again.has_correlation && again.flags == NEG_REQ_CORRELATION_INFO);
	assert_memory_equal(again.correlation, cr.correlation, 16);
	buf_fini(&out);
}

/* Windows XP asked so: a cookie and no RDP_NEG_REQ. */
static void request_with_a_cookie_only(void **state)
{
	(void)state;
	struct buf out = {0};
	struct x224_cr again,
	    cr = {.token = (const uint8_t *)"Cookie: mstshash=A70067", .n_token = 23};

	x224_put_cr(&out, &cr);
	assert_true(read_cr(out.bytes, out.n, &again));
	assert_true(again.is_cookie && !again.has_neg);
	buf_fini(&out);
}

static void confirm_round_trip(void **state)
{
	(void)state;
	struct buf out = {0};
	struct flaw flaw;
	struct x224_cc cc = {.src_ref = 0x1234, .kind = NEG_RSP, .flags = 0x1F, .value = 8}, again;

	x224_put_cc(&out, &cc);
	assert_int_equal(out.n, sizeof good_cc);
	assert_memory_equal(out.bytes, good_cc, out.n);
	assert_true(read_cc(out.bytes, out.n, &again, &flaw));
	assert_int_equal(again.value, 8);
	assert_int_equal(again.flags, 0x1F);
	assert_int_equal(again.n_extra, 0);
	buf_fini(&out);
}

static void confirm_without_data(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {3, 0, 0, 11, 6, 0xD0, 0, 0, 0x12, 0x34, 0};
	struct x224_cc cc;
	struct flaw flaw;

	assert_true(read_cc(bytes, sizeof bytes, &cc, &flaw));
	assert_int_equal(cc.kind, NEG_NONE);
}

/* Each flaw names its field and where it stands. */
static void flaws_are_named(void **state)
{
	(void)state;
	static const struct {
		size_t at;
		uint8_t value;
		const char *what;
	} cases[] = {
	    {3, 3, "tpktHeader.length"},  {5, 0xE0, "x224Ccf.code"}, {11, 9, "rdpNegData.type"},
	    {13, 1, "rdpNegData.length"}, {4, 3, "x224Ccf.srcRef"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t bytes[sizeof good_cc];
		struct x224_cc cc;
		struct flaw flaw;

		memcpy(bytes, good_cc, sizeof bytes);
		bytes[cases[i].at] = cases[i].value;
		assert_false(read_cc(bytes, sizeof bytes, &cc, &flaw));
		assert_string_equal(flaw.what, cases[i].what);
		if (cases[i].at > 4)
			assert_int_equal(flaw.at, cases[i].at);
	}
}

static void bytes_behind_the_confirm_are_counted(void **state)
{
	(void)state;
	uint8_t bytes[sizeof good_cc + 3] = {0};
	struct x224_cc cc;
	struct flaw flaw;

	memcpy(bytes, good_cc, sizeof good_cc);
	bytes[3] = sizeof bytes;
	assert_true(read_cc(bytes, sizeof bytes, &cc, &flaw));
	assert_int_equal(cc.n_extra, 3);
}

static void data_round_trip(void **state)
{
	(void)state;
	struct buf out = {0};
	struct flaw flaw;
	struct cur body, c;

	x224_put_data(&out, "body", 4);
	c = cur_over(out.bytes, out.n, &flaw);
	assert_true(x224_read_data(&c, &body));
	assert_int_equal(cur_left(&body), 4);
	assert_memory_equal(body.p, "body", 4);
	buf_fini(&out);
}

static void read_all(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw), body;
	struct x224_cr cr;
	struct x224_cc cc;

	tpkt_length(bytes, n);
	x224_read_cr(&c, &cr);
	c = cur_over(bytes, n, &flaw);
	assert_true(x224_read_cc(&c, &cc) == !flaw.what);
	assert_true(!flaw.what || flaw.at <= n);
	c = cur_over(bytes, n, &flaw);
	x224_read_data(&c, &body);
}

static void survives_abuse(void **state)
{
	(void)state;
	struct buf out = {0};
	struct x224_cr cr = {.has_neg = true,
	                     .has_correlation = true,
	                     .token = (const uint8_t *)"Cookie: mstshash=a",
	                     .n_token = 18};

	x224_put_cr(&out, &cr);
	abuse(out.bytes, out.n, read_all);
	abuse(good_cc, sizeof good_cc, read_all);
	abuse("\x03\0\0\x09\x02\xF0\x80\x21\x80", 9, read_all);
	buf_fini(&out);
}

static void truncated_confirms_are_flawed(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof good_cc; n++) {
		struct x224_cc cc;
		struct flaw flaw;

		assert_false(read_cc(good_cc, n, &cc, &flaw));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(framing),
	    cmocka_unit_test(request_is_written_as_the_specification_shows),
	    cmocka_unit_test(request_with_token_and_correlation),
	    cmocka_unit_test(request_with_a_cookie_only),
	    cmocka_unit_test(confirm_round_trip),
	    cmocka_unit_test(confirm_without_data),
	    cmocka_unit_test(flaws_are_named),
	    cmocka_unit_test(bytes_behind_the_confirm_are_counted),
	    cmocka_unit_test(data_round_trip),
	    cmocka_unit_test(survives_abuse),
	    cmocka_unit_test(truncated_confirms_are_flawed),
	};

	return RUN(tests);
}
