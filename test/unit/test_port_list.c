#include "harness.h"

#include "os/port_list.h"

static void a_list_names_ports_and_ranges(void **state)
{
	(void)state;
	static const struct {
		const char *list;
		uint16_t port;
		bool has;
	} cases[] = {
	    {"3389", 3389, true},
	    {"3389", 338, false},
	    {"33890", 3389, false},
	    {"80, 3389", 3389, true},
	    {"80,3380-3399", 3389, true},
	    {"3380-3388", 3389, false},
	    {"1-65535", 65535, true},
	    {"*", 3389, true},
	    {"RPC,RPC-EPMap,IPHTTPS", 3389, false},
	    {"RPC,3389", 3389, true},
	    {"", 3389, false},
	    {",,", 0, false},
	    {"-", 0, false},
	    {"3389-", 3389, false},
	    {"-3389", 3389, false},
	    {"68925", 3389, false}, /* 3389 and 65536 */
	    {"99999999999999999999", 3389, false},
	    {"3389x", 3389, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (port_list_has(cases[i].list, cases[i].port) != cases[i].has)
			print_message("# %s %u\n", cases[i].list, (unsigned)cases[i].port);
		assert_int_equal(port_list_has(cases[i].list, cases[i].port), cases[i].has);
	}
}

static void no_list_is_every_port(void **state)
{
	(void)state;
	assert_true(port_list_is_all(NULL));
	assert_true(port_list_is_all(""));
	assert_true(port_list_is_all("*"));
	assert_false(port_list_is_all("3389"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_names_ports_and_ranges),
	    cmocka_unit_test(no_list_is_every_port),
	};

	return RUN(tests);
}
