#include "harness.h"

#include <stdlib.h>

#include "os/net.h"

static const struct {
	const char *text, *printed; /* NULL: no literal */
} literals[] = {
    {"192.0.2.7", "192.0.2.7"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"2001:db8::7", "2001:db8::7"},
    {"2001:DB8:0:0:0:0:0:7", "2001:db8::7"},
    {"::1", "::1"},
    {"::", "::"},
    {"::ffff:192.0.2.7", "192.0.2.7"},
    {"fe80::1%1", "fe80::1%lo"},
    {"fe80::1%4000000000", "fe80::1%4000000000"},
    {"", NULL},
    {"host", NULL},
    {"192.0.2", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.07", NULL},
    {"192.0.2.7 ", NULL},
    {" 192.0.2.7", NULL},
    {"192.0.2.7:3389", NULL},
    {"0x7f.1", NULL},
    {"[::1]", NULL},
    {":::", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"fe80::1%", NULL},
    {"fe80::1%no-such-interface", NULL},
    {"fe80::1%0", NULL},
    {"fe80::1%1x", NULL},
    {"fe80::1%99999999999999999999", NULL},
    {"%lo", NULL},
    {"192.0.2.7%lo", NULL},
    {"11111111111111111111111111111111111111111111111111111111111111111111111111111111", NULL},
};

static void literals_are_told_from_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
		char text[NET_ADDRESS_TEXT_MAX];
		struct net_address a;

		assert_int_equal(net_address_parse(literals[i].text, &a),
		                 literals[i].printed != NULL);
		if (!literals[i].printed || strstr(literals[i].printed, "%lo"))
			continue; /* the loopback interface has other names elsewhere */
		net_address_text(&a, text);
		assert_string_equal(text, literals[i].printed);
	}
}

/* What is printed is read again, and no cut of it reads beyond its end or changes the output. */
static void what_is_printed_is_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
		char text[NET_ADDRESS_TEXT_MAX];
		struct net_address a, b;

		if (!net_address_parse(literals[i].text, &a))
			continue;
		net_address_text(&a, text);
		assert_true(net_address_parse(text, &b));
		assert_memory_equal(&a, &b, sizeof a);
	}
}

static void every_cut_is_safe(void **state)
{
	(void)state;
	static const char longest[] = "fe80:1111:2222:3333:4444:5555:6666:7777%4000000000";

	for (size_t n = 0; n < sizeof longest; n++) {
		char *cut = malloc(n + 1); /* its own memory, so that a sanitizer sees an overrun */
		struct net_address a = {.port = 7};

		assert_non_null(cut);
		memcpy(cut, longest, n);
		cut[n] = 0;
		if (!net_address_parse(cut, &a))
			assert_int_equal(a.port, 7);
		free(cut);
	}
}

static void ports_are_set_apart(void **state)
{
	(void)state;
	char text[NET_ADDRESS_TEXT_MAX];
	struct net_address a;

	net_address_parse("192.0.2.7", &a);
	a.port = 3389;
	net_address_port_text(&a, text);
	assert_string_equal(text, "192.0.2.7:3389");
	net_address_parse("2001:db8::7", &a);
	a.port = 65535;
	net_address_port_text(&a, text);
	assert_string_equal(text, "[2001:db8::7]:65535");
}

static const struct {
	const char *text;
	bool is_loopback, is_private;
} kinds[] = {
    {"127.0.0.1", true, false},
    {"127.255.255.255", true, false},
    {"128.0.0.1", false, false},
    {"::1", true, false},
    {"::2", false, false},
    {"::ffff:127.0.0.1", true, false},
    {"10.0.0.0", false, true},
    {"10.255.255.255", false, true},
    {"9.255.255.255", false, false},
    {"11.0.0.0", false, false},
    {"172.15.255.255", false, false},
    {"172.16.0.0", false, true},
    {"172.31.255.255", false, true},
    {"172.32.0.0", false, false},
    {"192.167.255.255", false, false},
    {"192.168.0.0", false, true},
    {"192.169.0.0", false, false},
    {"100.63.255.255", false, false},
    {"100.64.0.0", false, true},
    {"100.127.255.255", false, true},
    {"100.128.0.0", false, false},
    {"169.254.1.1", false, true},
    {"169.255.0.0", false, false},
    {"fbff::1", false, false},
    {"fc00::", false, true},
    {"fdff::1", false, true},
    {"fe00::1", false, false},
    {"fe80::1", false, true},
    {"febf::1", false, true},
    {"fec0::1", false, false},
    {"2001:db8::1", false, false},
    {"192.0.2.7", false, false},
};

static void kinds_are_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct net_address a;

		assert_true(net_address_parse(kinds[i].text, &a));
		assert_int_equal(net_address_is_loopback(&a), kinds[i].is_loopback);
		assert_int_equal(net_address_is_private(&a), kinds[i].is_private);
	}
}

static void sameness_is_not_of_ports(void **state)
{
	(void)state;
	struct net_address a, b;

	net_address_parse("fe80::1%1", &a);
	net_address_parse("fe80::1", &b);
	b.port = 9;
	assert_true(net_address_same(&a, &b));
	b.scope = 2;
	assert_false(net_address_same(&a, &b));
	net_address_parse("192.0.2.7", &b);
	assert_false(net_address_same(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(literals_are_told_from_names),
	    cmocka_unit_test(what_is_printed_is_read_again),
	    cmocka_unit_test(every_cut_is_safe),
	    cmocka_unit_test(ports_are_set_apart),
	    cmocka_unit_test(kinds_are_known),
	    cmocka_unit_test(sameness_is_not_of_ports),
	};

	return RUN(tests);
}
