/* What a person may type as the target. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/text.h"
#include "probe/target.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* 26 + 10 + 26 + 1 */
#define LABEL_63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"
#define NAME_253                                                                                   \
	LABEL_63 "." LABEL_63 "." LABEL_63 "."                                                     \
	         "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxy"

static bool parse(const char *text, struct target *t, char *why, size_t n)
{
	struct buf complaint = {0};
	bool is_good = target_parse(text, t, &complaint);

	snprintf(why, n, "%s", complaint.bytes ? complaint.bytes : "");
	buf_fini(&complaint);
	return is_good;
}

/* --- good ones --- */

static const struct good {
	const char *text, *ascii;
	uint16_t port; /* 0: the usual one */
	const char *address;
	bool is_illegal;
} goods[] = {
    {"host7", "host7"},
    {"host7.example.test", "host7.example.test"},
    {"HOST7.Example.Test", "HOST7.Example.Test"},
    {"host7:3390", "host7", 3390},
    {"host7:1", "host7", 1},
    {"host7:65535", "host7", 65535},
    {"host7:03389", "host7", 3389},
    {"host7.example.test.", "host7.example.test"},
    {"host7.example.test.:13389", "host7.example.test", 13389},
    {"host_7", "host_7"},
    {"_host", "_host"},
    {"7", "7"},
    {"host-7", "host-7"},
    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
    /* literals */
    {"192.0.2.7", "192.0.2.7", 0, "192.0.2.7"},
    {"192.0.2.7:3390", "192.0.2.7", 3390, "192.0.2.7"},
    {"::1", "::1", 0, "::1"},
    {"2001:db8::7", "2001:db8::7", 0, "2001:db8::7"},
    {"2001:DB8:0:0::7", "2001:DB8:0:0::7", 0, "2001:db8::7"},
    {"[2001:db8::7]", "2001:db8::7", 0, "2001:db8::7"},
    {"[2001:db8::7]:3390", "2001:db8::7", 3390, "2001:db8::7"},
    {"::ffff:192.0.2.7", "::ffff:192.0.2.7", 0, NULL},
    {"[fe80::1%lo]:3389", "fe80::1%lo", 3389, "fe80::1%lo"},
    {"fe80::1%lo", "fe80::1%lo", 0, "fe80::1%lo"},
    /* other scripts */
    {"b\xc3\xbc"
     "cher.example",
     "xn--bcher-kva.example"},
    {"B\xc3\x9c"
     "CHER.example",
     "xn--bcher-kva.example"},
    {"bu\xcc\x88"
     "cher.example",
     "xn--bcher-kva.example"}, /* decomposed */
    {"stra\xc3\x9f"
     "e.example",
     "xn--strae-oqa.example"},
    {"\xce\xb4\xce\xbf\xce\xba\xce\xb9\xce\xbc\xce\xae.example", "xn--jxalpdlp.example"},
    {"\xd0\xbf\xd1\x80\xd0\xb8\xd0\xbc\xd0\xb5\xd1\x80.example:3390", "xn--e1afmkfd.example", 3390},
    {"\xe4\xbe\x8b\xe5\xad\x90.example", "xn--fsqu00a.example"},
    {"\xe4\xbe\x8b\xe5\xad\x90\xe3\x80\x82"
     "example",
     "xn--fsqu00a.example"}, /* U+3002 */
    {"\xd9\x85\xd8\xab\xd8\xa7\xd9\x84.example", "xn--mgbh0fb.example"},
    /* no host name, and marked */
    {"host 7", "host 7", 0, NULL, true},
    {"host$7", "host$7", 0, NULL, true},
    {"a..b", "a..b", 0, NULL, true},
    {".a", ".a", 0, NULL, true},
    {".", ".", 0, NULL, true},
    {"..", ".", 0, NULL, true},
    {"-host", "-host", 0, NULL, true},
    {"host/path", "host/path", 0, NULL, true},
    {"user@host", "user@host", 0, NULL, true},
    {"192.0.2.7/24", "192.0.2.7/24", 0, NULL, true},
    {"host\x1b[31m", "host\x1b[31m", 0, NULL, true},
    {"host\n", "host\n", 0, NULL, true},
    {"host\xff\xfe", "", 0, NULL, true},
    {"\xc3", "", 0, NULL, true},
    {"a\xe2\x80\xae"
     "b.example",
     "", 0, NULL, true}, /* U+202E */
    {"$(reboot)", "$(reboot)", 0, NULL, true},
};

static void good_targets_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(goods); i++) {
		const struct good *g = &goods[i];
		char why[256];
		struct net_address address;
		struct target t;

		if (!parse(g->text, &t, why, sizeof why))
			fail_msg("%s: %s", g->text, why);
		if (strcmp(t.ascii, g->ascii) != 0)
			fail_msg("%s: %s, expected %s", g->text, t.ascii, g->ascii);
		assert_int_equal(t.port, g->port ? g->port : RDP_PORT);
		if (t.is_illegal != g->is_illegal)
			fail_msg("%s: legal? %d", g->text, !t.is_illegal);
		if (!g->address)
			continue;
		assert_true(t.is_literal);
		assert_int_equal(t.address.port, t.port);
		assert_true(net_address_parse(g->address, &address));
		assert_true(net_address_same(&t.address, &address));
		assert_int_equal(t.address.scope, address.scope);
	}
}

/* --- bad ones --- */

static void bad_targets_get_one_line(void **state)
{
	(void)state;
	static const char *const bads[] = {
	    "",
	    ":3389",
	    "host7:",
	    "host7:0",
	    "host7:65536",
	    "host7:99999999999999999999",
	    "host7:33x9",
	    "host7:-1",
	    "host7: 3389",
	    "host7:+3389",
	    "192.0.2.7:",
	    "[",
	    "[]",
	    "[]:3389",
	    "[::1",
	    "[::1]3389",
	    "[::1]:",
	    "[::1]:0",
	    "[::1]]",
	    "[192.0.2.7]",
	    "[host7]:3389",
	    "[::1%nosuchinterface0]:3389x",
	    "host7:3389:3390",
	    "2001:db8::7::1",
	    "2001:db8:::7",
	    "rdp://host7:3389",
	    LABEL_63 "x",
	    "a." LABEL_63 "x.example",
	    NAME_253 "x",
	    NAME_253 "." LABEL_63,
	    "\x1b]0;owned\x07:99999",
	};

	for (size_t i = 0; i < COUNT(bads); i++) {
		char why[512];
		struct target t;

		if (parse(bads[i], &t, why, sizeof why))
			fail_msg("%s is taken", bads[i]);
		assert_non_null(strstr(why, "expected"));
		assert_null(strchr(why, '\n'));
		assert_null(strchr(why, '\x1b'));
	}
}

static void the_longest_name_is_taken(void **state)
{
	(void)state;
	char why[256];
	struct target t;

	assert_int_equal(strlen(LABEL_63), 63);
	assert_int_equal(strlen(NAME_253), 253);
	assert_true(parse(NAME_253, &t, why, sizeof why));
	assert_false(t.is_illegal);
	assert_true(parse(NAME_253 ".:3390", &t, why, sizeof why));
	assert_string_equal(t.ascii, NAME_253);
	assert_int_equal(t.port, 3390);
}

/* --- abuse --- */

static void check_shape(const char *text)
{
	char why[1024];
	struct target t;

	if (!parse(text, &t, why, sizeof why)) {
		assert_true(*why);
		return;
	}
	assert_true(t.port >= 1);
	assert_true(memchr(t.name, 0, sizeof t.name) != NULL);
	assert_true(memchr(t.ascii, 0, sizeof t.ascii) != NULL);
	assert_true(*t.name);
	assert_true(*t.ascii || t.is_illegal);
	assert_true(strlen(t.ascii) <= 253);
	target_is_internal(&t);
}

/* In memory of exactly its size. */
static void try(const char *bytes, size_t n)
{
	char *text = malloc(n + 1);

	if (!text)
		abort();
	memcpy(text, bytes, n);
	text[n] = '\0';
	check_shape(text);
	free(text);
}

static void hostile_bytes_do_no_harm(void **state)
{
	(void)state;
	char text[600];

	for (size_t i = 0; i < COUNT(goods); i++) {
		size_t n = strlen(goods[i].text);

		for (size_t k = 0; k <= n; k++)
			try(goods[i].text, k);
		memcpy(text, goods[i].text, n);
		for (size_t k = 0; k < n; k++)
			for (int bit = 0; bit < 8; bit++) {
				text[k] ^= (char)(1 << bit);
				try(text, n);
				text[k] ^= (char)(1 << bit);
			}
	}
	for (int c = 1; c < 256; c++) {
		memset(text, c, sizeof text);
		for (size_t n = 1; n < sizeof text; n += 61)
			try(text, n);
	}
}

static void internal_names_are_known(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_internal;
	} rows[] = {
	    {"host7", true},         {"host7.local", true},    {"host7.LOCAL.", true},
	    {"host7.corp", true},    {"a.home.arpa", true},    {"host7.example.com", false},
	    {"192.0.2.7", false},    {"::1", false},           {"notlocal.example", false},
	    {"host7.xlocal", false}, {"local.example", false}, {"host7.lan:3390", true},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char why[256];
		struct target t;

		assert_true(parse(rows[i].text, &t, why, sizeof why));
		if (target_is_internal(&t) != rows[i].is_internal)
			fail_msg("%s", rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(good_targets_are_taken_apart),
	    cmocka_unit_test(bad_targets_get_one_line),
	    cmocka_unit_test(the_longest_name_is_taken),
	    cmocka_unit_test(hostile_bytes_do_no_harm),
	    cmocka_unit_test(internal_names_are_known),
	};

	return RUN(tests);
}
