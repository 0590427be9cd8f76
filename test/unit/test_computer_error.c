#include "harness.h"

#include "os/computer_error.h"

static void numbers_of_every_kind_have_a_status(void **state)
{
	(void)state;
	static const struct {
		uint32_t error;
		enum answer_status status;
	} cases[] = {
	    {5, ANSWER_NO_RIGHTS},          /* Win32 */
	    {0x80070005, ANSWER_NO_RIGHTS}, /* the same as HRESULT */
	    {0xC0000022, ANSWER_NO_RIGHTS}, /* the same as NTSTATUS */
	    {0x80041003, ANSWER_NO_RIGHTS}, /* WMI */
	    {2, ANSWER_MISSING},            /* a file, a key */
	    {0x80070002, ANSWER_MISSING},
	    {1060, ANSWER_MISSING},       /* a service */
	    {1722, ANSWER_MISSING},       /* nobody listens to RPC */
	    {15007, ANSWER_MISSING},      /* a channel */
	    {0x80040154, ANSWER_MISSING}, /* a class of COM */
	    {1168, ANSWER_NOTHING},
	    {0x80092004, ANSWER_NOTHING},
	    {50, ANSWER_UNSUPPORTED},
	    {120, ANSWER_UNSUPPORTED},
	    {0x80004001, ANSWER_UNSUPPORTED},
	    {258, ANSWER_TOO_LATE},
	    {1460, ANSWER_TOO_LATE},
	    {0, ANSWER_FAILED}, /* failed without a word */
	    {87, ANSWER_FAILED},
	    {0x80070057, ANSWER_FAILED},
	    {0xC0070005, ANSWER_FAILED}, /* no HRESULT of Win32 */
	    {0x80090016, ANSWER_FAILED}, /* a key that is gone is told by key_error */
	    {0xFFFFFFFF, ANSWER_FAILED},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(computer_error_status(cases[i].error), cases[i].status);
}

static void no_error_is_a_row(void **state)
{
	(void)state;
	for (uint32_t low = 0; low < 0x10000; low++) {
		assert_int_not_equal(computer_error_status(low), ANSWER_ROW);
		assert_int_equal(computer_error_status(0x80070000 | low),
		                 computer_error_status(low));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_of_every_kind_have_a_status),
	    cmocka_unit_test(no_error_is_a_row),
	};

	return RUN(tests);
}
