/* Security descriptors: owner, entries, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "read/rights.h"

/* owner S-1-5-18; allows 0x121 to S-1-5-32-555, denies 0x1 to S-1-5-20, and something to children
 */
static const uint8_t sample[] = {
    1, 0, 4,  0x80, 20,   0, 0, 0, 0,  0, 0, 0, 0, 0, 0, 0, 32, 0, 0,  0, /* head */
    1, 1, 0,  0,    0,    0, 0, 5, 18, 0, 0, 0,                           /* owner */
    2, 0, 72, 0,    3,    0, 0, 0,                                        /* ACL */
    0, 0, 24, 0,    0x21, 1, 0, 0, 1,  2, 0, 0, 0, 0, 0, 5, 32, 0, 0,  0, 0x2b, 2,
    0, 0, 1,  0,    20,   0, 1, 0, 0,  0, 1, 1, 0, 0, 0, 0, 0,  5, 20, 0, 0,    0,
    0, 8, 20, 0,    0xff, 0, 0, 0, 1,  1, 0, 0, 0, 0, 0, 5, 20, 0, 0,  0,
};

static void a_descriptor_is_read(void **state)
{
	(void)state;
	struct rights r;
	struct flaw flaw = {0};

	assert_true(rights_read(sample, sizeof sample, &r, &flaw));
	assert_string_equal(r.owner, "S-1-5-18");
	assert_true(r.has_list);
	assert_int_equal(r.n, 3);
	assert_string_equal(r.at[0].sid, "S-1-5-32-555");
	assert_int_equal(rights_granted(&r, "S-1-5-32-555"), 0x121);
	assert_int_equal(rights_granted(&r, "S-1-5-20"), 0);
	assert_int_equal(rights_denied(&r, "S-1-5-20"), 1);
	assert_true(r.at[2].is_for_children);
}

static void without_a_list_all_is_allowed(void **state)
{
	(void)state;
	uint8_t none[20] = {1, 0, 0, 0x80};
	struct rights r;
	struct flaw flaw = {0};

	assert_true(rights_read(none, sizeof none, &r, &flaw));
	assert_false(r.has_list);
	assert_string_equal(r.owner, "");
}

static void damage_is_a_flaw(void **state)
{
	(void)state;
	uint8_t copy[sizeof sample];
	struct rights r;

	for (size_t n = 0; n < sizeof sample; n++) {
		struct flaw flaw = {0};

		assert_false(rights_read(sample, n, &r, &flaw));
		assert_non_null(flaw.what);
	}
	memcpy(copy, sample, sizeof copy);
	for (size_t bit = 0; bit < sizeof copy * 8; bit++) {
		struct flaw flaw = {0};

		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		rights_read(copy, sizeof copy, &r, &flaw);
		assert_true(r.n <= 3);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_descriptor_is_read),
	    cmocka_unit_test(without_a_list_all_is_allowed),
	    cmocka_unit_test(damage_is_a_flaw),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
