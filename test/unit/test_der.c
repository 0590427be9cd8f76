#include "harness.h"

#include "wire/der.h"

static struct cur over(const uint8_t *bytes, size_t n, struct flaw *flaw)
{
	return cur_over(bytes, n, flaw);
}

static void lengths_are_framed(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[6];
		size_t n, length;
	} cases[] = {
	    {{0}, 0, 0},
	    {{0x30}, 1, 0},
	    {{0x30, 0x00}, 2, 2},
	    {{0x30, 0x7F}, 2, 129},
	    {{0x31, 0x7F}, 2, DER_NO_ELEMENT},
	    {{0x30, 0x80}, 2, DER_NO_ELEMENT}, /* indefinite */
	    {{0x30, 0x85, 0, 0, 0, 0}, 6, DER_NO_ELEMENT},
	    {{0x30, 0x82, 0x01}, 3, 0},
	    {{0x30, 0x82, 0x01, 0x02}, 4, 4 + 0x102},
	    {{0x30, 0x81, 0x05}, 3, 3 + 5}, /* longer than needed, as BER may be */
	    {{0x30, 0x84, 0x00, 0x01, 0x00, 0x00}, 6, 6 + 0x10000},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_true(der_length(cases[i].bytes, cases[i].n, DER_SEQUENCE) ==
		            cases[i].length);
}

static void integers_have_a_sign(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[12];
		size_t n;
		int64_t value;
		bool is_sound;
	} cases[] = {
	    {{2, 1, 0x06}, 3, 6, true},
	    {{2, 1, 0xFF}, 3, -1, true},
	    {{2, 4, 0xC0, 0x00, 0x00, 0x6D}, 6, -1073741715, true},
	    {{2, 5, 0x00, 0xC0, 0x00, 0x00, 0x6D}, 7, 0xC000006D, true},
	    {{2, 8, 0x80, 0, 0, 0, 0, 0, 0, 0}, 10, INT64_MIN, true},
	    {{2, 0}, 2, 0, false},
	    {{2, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 11, 0, false},
	    {{4, 1, 6}, 3, 0, false},
	    {{2, 2, 6}, 3, 0, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct flaw flaw;
		struct cur c = over(cases[i].bytes, cases[i].n, &flaw);

		assert_true(der_integer(&c, DER_INTEGER, "x") == cases[i].value);
		assert_int_equal(cur_ok(&c), cases[i].is_sound);
	}
}

static void integers_are_written_shortest(void **state)
{
	(void)state;
	static const int64_t values[] = {0,         1,          127,       128,      -1,
	                                 -128,      -129,       255,       256,      INT32_MIN,
	                                 INT32_MAX, UINT32_MAX, INT64_MIN, INT64_MAX};
	static const size_t lengths[] = {1, 1, 1, 2, 1, 1, 2, 2, 2, 4, 4, 5, 8, 8};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct buf out = {0};
		struct flaw flaw;

		der_put_integer(&out, DER_INTEGER, values[i]);
		assert_int_equal(out.n, 2 + lengths[i]);

		struct cur c = cur_over(out.bytes, out.n, &flaw);

		assert_true(der_integer(&c, DER_INTEGER, "x") == values[i]);
		buf_fini(&out);
	}
}

static void reserved_lengths_nest_at_every_size(void **state)
{
	(void)state;
	static const size_t sizes[] = {0,    1,    0x7B,  0x7C,   0x7D,   0x7F,
	                               0x80, 0xFF, 0x100, 0xFFFF, 0x10000};
	static uint8_t body[0x10000];

	memset(body, 0x5A, sizeof body);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct buf out = {0};
		struct flaw flaw;
		size_t outer = der_open(&out, DER_SEQUENCE), inner = der_open(&out, DER_CONTEXT(1));

		der_put(&out, DER_OCTET_STRING, body, sizes[i]);
		der_close(&out, inner);
		der_close(&out, outer);
		assert_true(der_length((uint8_t *)out.bytes, out.n, DER_SEQUENCE) == out.n);

		struct cur c = cur_over(out.bytes, out.n, &flaw);
		struct cur a = der_body(&c, DER_SEQUENCE, "a");
		struct cur b = der_body(&a, DER_CONTEXT(1), "b");
		struct octets o = der_octets(&b, DER_OCTET_STRING, "o");

		assert_true(cur_ok(&c));
		assert_int_equal(o.n, sizes[i]);
		assert_memory_equal(o.at, body, o.n);
		assert_int_equal(cur_left(&a) + cur_left(&b) + cur_left(&c), 0);
		buf_fini(&out);
	}
}

static void what_is_refused(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[8];
		size_t n;
	} cases[] = {
	    {{0}, 0},
	    {{0x30}, 1},
	    {{0x30, 0x80, 0, 0}, 4},          /* indefinite */
	    {{0x30, 0x85, 0, 0, 0, 0, 0}, 7}, /* five bytes of length */
	    {{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}, 6},
	    {{0x30, 0x01}, 2},
	    {{0x3F, 0x01, 0x00}, 3}, /* a tag of several bytes */
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct flaw flaw;
		struct cur c = over(cases[i].bytes, cases[i].n, &flaw);
		uint8_t tag;

		der_any(&c, &tag, "x");
		assert_false(cur_ok(&c));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lengths_are_framed),
	    cmocka_unit_test(integers_have_a_sign),
	    cmocka_unit_test(integers_are_written_shortest),
	    cmocka_unit_test(reserved_lengths_nest_at_every_size),
	    cmocka_unit_test(what_is_refused),
	};

	return RUN(tests);
}
