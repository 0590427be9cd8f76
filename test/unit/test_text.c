#include "harness.h"

#include "base/bytes.h"
#include "base/json.h"
#include "base/moment.h"
#include "base/text.h"

static void outside_text_is_made_harmless(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"pc-17.corp.example", "pc-17.corp.example"},
	    {"x\033[31mred", "x\xEF\xBF\xBD[31mred"},
	    {"a\nb\tc", "a\xEF\xBF\xBD"
	                "b\xEF\xBF\xBD"
	                "c"},
	    {"\xE2\x80\xAE"
	     "evil",
	     "\xEF\xBF\xBD"
	     "evil"}, /* right-to-left override */
	    {"\xFF\xC0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
	    {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
	    {"Z\xC3\xBCrich \xE6\x9D\xB1", "Z\xC3\xBCrich \xE6\x9D\xB1"},
	    {"", ""},
	};
	char out[200];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		text_harmless(cases[i].in, out, sizeof out);
		assert_string_equal(out, cases[i].out);
	}
}

static void long_text_is_cut_between_characters(void **state)
{
	(void)state;
	char in[2000], out[1200], small[10];

	for (size_t i = 0; i + 2 < sizeof in; i += 2)
		memcpy(in + i, "\xC3\xA4", 2);
	in[sizeof in - 2] = '\0';
	text_harmless(in, out, sizeof out);
	assert_int_equal(text_columns(out), TEXT_SHOWN_MAX + 3);
	text_harmless(in, small, sizeof small);
	assert_string_equal(small, "\xC3\xA4\xC3\xA4\xC3\xA4...");
	text_harmless(in, small, 1);
	assert_string_equal(small, "");
}

static void commands_take_plain_values_only(void **state)
{
	(void)state;
	assert_true(text_fits_command("pc-17.corp.example:3389"));
	assert_true(text_fits_command("2001:db8::7"));
	assert_false(text_fits_command("x; calc"));
	assert_false(text_fits_command("-x"));
	assert_false(text_fits_command("$(id)"));
	assert_false(text_fits_command("a b"));
	assert_false(text_fits_command(""));
	assert_false(text_fits_command("Z\xC3\xBCrich"));
}

static void columns_are_counted_as_terminals_do(void **state)
{
	(void)state;
	assert_int_equal(text_columns("abc"), 3);
	assert_int_equal(text_columns("\xE2\x9C\x93"), 1);
	assert_int_equal(text_columns("\xE9\x94\x99\xE8\xAF\xAF"), 4);
	assert_int_equal(text_columns("e\xCC\x81"), 1);
}

static void nearest_word_is_found_or_none(void **state)
{
	(void)state;
	struct nearest near = nearest_to("tls.complted");

	nearest_offer(&near, "tls.closed_after_hello");
	nearest_offer(&near, "tls.completed");
	nearest_offer(&near, "tcp.connected");
	assert_string_equal(near.word, "tls.completed");
	near = nearest_to("zzzz");
	nearest_offer(&near, "tls.completed");
	assert_null(near.word);
}

static void words_of_a_question_are_found(void **state)
{
	(void)state;
	assert_int_equal(text_words_found("expired certificate", "rdp-certificate-expired"), 2);
	assert_int_equal(text_words_found("is it NLA?", "The client lacks nla"), 1);
	assert_int_equal(text_words_found("", "x"), 0);
	assert_int_equal(text_words_found("a b c", "a b c"), 0);
}

static void json_is_escaped_and_valid_utf8(void **state)
{
	(void)state;
	struct buf b = {0};
	struct json j = json_into(&b, false);

	json_begin_object(&j);
	json_key_string(&j, "a\"b", "c\\d\n\x01\xFFz");
	json_key(&j, "list");
	json_begin_array(&j);
	json_put_integer(&j, -5);
	json_put_bool(&j, true);
	json_put_null(&j);
	json_begin_array(&j);
	json_end_array(&j);
	json_end_array(&j);
	json_key_probability(&j, "p", 0.12345);
	json_key_string(&j, "none", NULL);
	json_key_if_string(&j, "left out", NULL);
	json_end_object(&j);
	assert_string_equal(b.bytes,
	                    "{\"a\\\"b\":\"c\\\\d\\n\\u0001\xEF\xBF\xBDz\",\"list\":[-5,true,"
	                    "null,[]],\"p\":0.1235,\"none\":null}");
	buf_fini(&b);
}

static void moments_survive_the_round_trip(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"2026-07-02T13:02:03Z", "2026-07-02T13:02:03Z"},
	    {"2026-07-02 13:02:03+02:00", "2026-07-02T11:02:03Z"},
	    {"2026-07-02t13:02:03.25-01:30", "2026-07-02T14:32:03.250000Z"},
	    {"2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z"},
	    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
	    {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
	};
	static const char *const wrong[] = {"",
	                                    "2026-07-02",
	                                    "2026-02-30T00:00:00Z",
	                                    "yesterday",
	                                    "2026-07-02T13:02:03",
	                                    "2026-07-02T25:00:00Z",
	                                    "2026-07-02T13:02:03Zx",
	                                    "1969-12-31T00:00:00Z",
	                                    "2026-07-02T13:02:03+99:99",
	                                    "9999-12-31T23:59:59-23:59"};
	char text[MOMENT_TEXT_MAX];
	int64_t us;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(moment_parse(cases[i].in, &us));
		moment_text(us, text);
		assert_string_equal(text, cases[i].out);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(moment_parse(wrong[i], &us));
}

static void characters_of_utf16_are_put_together(void **state)
{
	(void)state;
	static const uint8_t little[] = "A\0\xE4\0\xAC\x20\x3D\xD8\x00\xDE";
	static const uint8_t big[] = "\0A\0\xE4\x20\xAC\xD8\x3D\xDE\x00";
	static const uint32_t wanted[] = {'A', 0xE4, 0x20AC, 0x1F600};
	static const uint8_t halves[] = "\x3D\xD8"
	                                "A\0\x00\xDE\x3D\xD8";
	static const uint32_t broken[] = {0xFFFD, 'A', 0xFFFD, 0xFFFD};
	size_t at = 0, from = 0, cut = 0;

	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(utf16_next(little, 10, false, &at), wanted[i]);
		assert_int_equal(utf16_next(big, 10, true, &from), wanted[i]);
	}
	assert_int_equal(at, 10);
	for (at = 0, from = 0; at < 8; from++)
		assert_int_equal(utf16_next(halves, 8, false, &at), broken[from]);
	assert_int_equal(utf16_next(little, 1, false, &cut), 0xFFFD);
	assert_int_equal(cut, 2);
}

static void paths_of_either_kind_are_taken_apart(void **state)
{
	(void)state;
	static const struct {
		const char *path, *name;
	} names[] = {
	    {"a.rdp", "a.rdp"},
	    {"/x/a.rdp", "a.rdp"},
	    {"C:\\x\\a.rdp", "a.rdp"},
	    {"C:a.rdp", "a.rdp"},
	    {"C:/x/a.rdp", "a.rdp"},
	    {"\\\\s\\t\\a", "a"},
	    {"x/", ""},
	    {"", ""},
	    {"1:2", "1:2"},
	};
	static const struct {
		const char *folder, *separator;
	} folders[] = {{"x", "/"},      {"/x/", ""},     {"D:\\", ""},
	               {"D:\\x", "\\"}, {"a/b\\c", "/"}, {"", "/"}};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_string_equal(text_base_name(names[i].path), names[i].name);
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		assert_string_equal(text_separator(folders[i].folder), folders[i].separator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(outside_text_is_made_harmless),
	    cmocka_unit_test(long_text_is_cut_between_characters),
	    cmocka_unit_test(commands_take_plain_values_only),
	    cmocka_unit_test(columns_are_counted_as_terminals_do),
	    cmocka_unit_test(nearest_word_is_found_or_none),
	    cmocka_unit_test(words_of_a_question_are_found),
	    cmocka_unit_test(json_is_escaped_and_valid_utf8),
	    cmocka_unit_test(characters_of_utf16_are_put_together),
	    cmocka_unit_test(paths_of_either_kind_are_taken_apart),
	    cmocka_unit_test(moments_survive_the_round_trip),
	};

	return RUN(tests);
}
