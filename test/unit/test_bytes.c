#include "harness.h"

#include "base/bytes.h"

static void reads_both_orders(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
	                                12, 13, 14, 15, 16, 17, 18, 19, 20, 21};
	struct flaw flaw;
	struct cur c = cur_over(bytes, sizeof bytes, &flaw);

	assert_int_equal(cur_u8(&c, "a"), 1);
	assert_int_equal(cur_u16be(&c, "b"), 0x0203);
	assert_int_equal(cur_u16le(&c, "c"), 0x0504);
	assert_int_equal(cur_u32be(&c, "d"), 0x06070809);
	assert_int_equal(cur_u32le(&c, "e"), 0x0D0C0B0A);
	assert_true(cur_u64le(&c, "f") == UINT64_C(0x1514131211100F0E));
	assert_true(cur_ok(&c));
	assert_int_equal(cur_left(&c), 0);
}

static void latches_the_first_flaw(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {1, 2, 3};
	struct flaw flaw;
	struct cur c = cur_over(bytes, sizeof bytes, &flaw);

	cur_u16be(&c, "fits");
	assert_int_equal(cur_u16be(&c, "does not fit"), 0);
	assert_int_equal(cur_u8(&c, "would fit, but comes after the flaw"), 0);
	assert_string_equal(flaw.what, "does not fit");
	assert_int_equal(flaw.at, 2);
	assert_int_equal(cur_left(&c), 0);
}

static void child_cannot_leave_its_length(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {1, 2, 3, 4};
	struct flaw flaw;
	struct cur c = cur_over(bytes, sizeof bytes, &flaw);
	struct cur child = cur_sub(&c, 2, "child");

	assert_int_equal(cur_u8(&child, "a"), 1);
	assert_int_equal(cur_u16be(&child, "b"), 0);
	assert_string_equal(flaw.what, "b");
	assert_int_equal(flaw.at, 1);
	assert_false(cur_ok(&c));
}

static void child_longer_than_its_parent_is_a_flaw(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {1, 2};
	struct flaw flaw;
	struct cur c = cur_over(bytes, sizeof bytes, &flaw);
	struct cur child = cur_sub(&c, 3, "length");

	assert_int_equal(cur_u8(&child, "a"), 0);
	assert_string_equal(flaw.what, "length");
}

static void nothing_is_a_cursor_too(void **state)
{
	(void)state;
	struct flaw flaw;
	struct cur c = cur_over(NULL, 0, &flaw);

	assert_int_equal(cur_left(&c), 0);
	assert_int_equal(cur_u8(&c, "a"), 0);
	assert_string_equal(flaw.what, "a");
}

static void buffer_grows_and_stays_a_string(void **state)
{
	(void)state;
	struct buf b = {0};

	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "%04d ", i);
	buf_putc(&b, '!');
	assert_int_equal(b.n, 5000 * 5 + 1);
	assert_int_equal(strlen(b.bytes), b.n);
	assert_memory_equal(b.bytes + b.n - 6, "4999 !", 6);
	buf_fini(&b);
	assert_null(b.bytes);
}

static void arena_gives_zeroed_aligned_blocks(void **state)
{
	(void)state;
	struct arena a = {0};

	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_new(&a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xFF, n);
	}
	assert_non_null(arena_new(&a, 1000000));
	assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
	assert_string_equal(arena_copy(&a, "abcdef", 3), "abc");
	arena_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_both_orders),
	    cmocka_unit_test(latches_the_first_flaw),
	    cmocka_unit_test(child_cannot_leave_its_length),
	    cmocka_unit_test(child_longer_than_its_parent_is_a_flaw),
	    cmocka_unit_test(nothing_is_a_cursor_too),
	    cmocka_unit_test(buffer_grows_and_stays_a_string),
	    cmocka_unit_test(arena_gives_zeroed_aligned_blocks),
	};

	return RUN(tests);
}
