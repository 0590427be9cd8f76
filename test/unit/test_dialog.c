#include "harness.h"

#include "base/moment.h"
#include "read/dialog.h"

static struct dialog read_text(const char *text)
{
	return dialog_read(text, strlen(text));
}

static void numbers_in_every_notation(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum notation notation;
		uint32_t value, as_hex;
	} cases[] = {
	    {"0x904", WRITTEN_HEX, 0x904, 0},
	    {"0X904", WRITTEN_HEX, 0x904, 0},
	    {"0x00000904", WRITTEN_HEX, 0x904, 0},
	    {"0x0000000000000904", WRITTEN_HEX, 0x904, 0},
	    {"2308", WRITTEN_DIGITS, 2308, 0x2308},
	    {"904", WRITTEN_DIGITS, 904, 0x904},
	    {" 516 ", WRITTEN_DIGITS, 516, 0x516},
	    {"3221225581", WRITTEN_DIGITS, 0xC000006D, 0},
	    {"c000006d", WRITTEN_LETTERS, 0xC000006D, 0},
	    {"B09", WRITTEN_LETTERS, 0xB09, 0},
	    {"0xC000006D", WRITTEN_HEX, 0xC000006D, 0},
	    {"-2146893044", WRITTEN_NEGATIVE, 0x8009030C, 0},
	    {"\xEF\xBC\x90\xEF\xBD\x98\xEF\xBC\x99\xEF\xBC\x90\xEF\xBC\x94", WRITTEN_HEX, 0x904, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dialog d = read_text(cases[i].text);

		assert_null(d.flaw);
		assert_int_equal(d.kind, DIALOG_CODE);
		assert_int_equal(d.code.notation, cases[i].notation);
		assert_int_equal(d.code.value, cases[i].value);
		if (cases[i].as_hex)
			assert_int_equal(d.code.as_hex, cases[i].as_hex);
	}
}

static void pairs_however_they_are_joined(void **state)
{
	(void)state;
	static const char *const pairs[] = {"0x904/0x7",  "0x904 0x7", "0x904 / 0x7",
	                                    "0x904, 0x7", "0x904/7",   "code 0x904 extended 0x7"};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct dialog d = read_text(pairs[i]);

		assert_int_equal(d.kind, DIALOG_PAIR);
		assert_int_equal(d.code.value, 0x904);
		assert_int_equal(d.extended.value, 7);
		assert_false(d.has_more);
	}

	struct dialog digits = read_text("2308/7");

	assert_int_equal(digits.kind, DIALOG_PAIR);
	assert_int_equal(digits.code.value, 2308);
}

/* The shape is the same in every language; the words are not looked at. */
static void dialogs_in_many_languages(void **state)
{
	(void)state;
	static const char *const dialogs[] = {
	    "[Window Title]\nRemote Desktop Connection\n\n[Content]\nThis computer can't connect "
	    "to the "
	    "remote computer.\n\n[^] Hide details  [OK]\n\n[Expanded Information]\nError code: "
	    "0x904\n"
	    "Extended error code: 0x7\nTimestamp (UTC): 07/02/26 01:02:03 PM\n",
	    "Fehlercode: 0x904\r\nErweiterter Fehlercode: 0x7\r\nZeitstempel (UTC): 07/02/26 "
	    "01:02:03 "
	    "PM\r\n",
	    "\xE9\x94\x99\xE8\xAF\xAF\xE4\xBB\xA3\xE7\xA0\x81\xEF\xBC\x9A 0x904\n"
	    "\xE6\x89\xA9\xE5\xB1\x95\xE9\x94\x99\xE8\xAF\xAF\xE4\xBB\xA3\xE7\xA0\x81\xEF\xBC\x9A "
	    "0x7\n"
	    "\xE6\x97\xB6\xE9\x97\xB4\xE6\x88\xB3 (UTC)\xEF\xBC\x9A 07/02/26 01:02:03 PM\n",
	    "C\xC3\xB3"
	    "digo de error: 0x904\nC\xC3\xB3"
	    "digo de error extendido: 0x7\nMarca de tiempo "
	    "(UTC): 07/02/26 01:02:03 PM",
	    "\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC\xE3\x82\xB3\xE3\x83\xBC\xE3\x83\x89:0x904 "
	    "\xE6\x8B\xA1\xE5\xBC\xB5:0x7 (UTC): 07/02/26 01:02:03 PM",
	    "\xE2\x80\x8F\xD8\xB1\xD9\x85\xD8\xB2: 0x904\n\xE2\x80\x8F\xD8\xB1\xD9\x85\xD8\xB2: "
	    "0x7\n"
	    "07/02/26 01:02:03 PM",
	    "Error code: 0x904\nExtended error code: 0x7\nTimestamp (UTC): 07/02/26 01:02:03 PM\n"
	    "Activity ID: e1c08c6b-b08c-4c30-8d66-c7c1a2c90000\n",
	};
	int64_t when;

	assert_true(moment_parse("2026-07-02T13:02:03Z", &when));
	for (size_t i = 0; i < sizeof dialogs / sizeof *dialogs; i++) {
		struct dialog d = read_text(dialogs[i]);

		assert_null(d.flaw);
		assert_int_equal(d.kind, DIALOG_PAIR);
		assert_int_equal(d.code.value, 0x904);
		assert_int_equal(d.extended.value, 7);
		assert_true(d.when_us == when);
		assert_false(d.has_more);
		assert_true(d.is_prose);
	}
}

static void timestamps_in_other_orders(void **state)
{
	(void)state;
	static const char *const same[] = {"0x904 13.07.2026 13:02:03", "0x904 2026-07-13 13:02:03",
	                                   "0x904 2026-07-13T13:02:03", "0x904 07/13/26 1:02:03 PM",
	                                   "0x904 13/07/2026 01:02:03 pm"};
	int64_t when;

	assert_true(moment_parse("2026-07-13T13:02:03Z", &when));
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct dialog d = read_text(same[i]);

		assert_int_equal(d.kind, DIALOG_CODE);
		assert_true(d.when_us == when);
	}
	assert_true(read_text("0x904 99/99/99 99:99:99").when_us == 0);
	assert_true(read_text("0x904 13:02").when_us == 0);
}

static void a_status_in_the_message_is_no_part_of_the_pair(void **state)
{
	(void)state;
	struct dialog d = read_text(
	    "An authentication error has occurred (Code: 0x80080005).\n\n"
	    "Remote computer: 10.0.0.5\n\nError code: 0x0\n"
	    "Extended error code: 0x0\nTimestamp (UTC): 01/21/26 10:53:14 AM");

	assert_int_equal(d.kind, DIALOG_PAIR);
	assert_int_equal(d.code.value, 0);
	assert_true(d.has_status);
	assert_int_equal(d.status.value, 0x80080005);
	assert_false(d.has_more);
	assert_true(d.when_us != 0);
}

static void a_second_dialog_is_said_with_its_place(void **state)
{
	(void)state;
	const char *two = "Error code: 0x904\nExtended error code: 0x7\n\n"
	                  "Error code: 0x204\nExtended error code: 0x0\n";
	struct dialog d = read_text(two);

	assert_int_equal(d.kind, DIALOG_PAIR);
	assert_int_equal(d.code.value, 0x904);
	assert_true(d.has_more);
	assert_int_equal(d.more.value, 0x204);
	assert_memory_equal(two + d.more_at, "0x204", 5);

	d = read_text("Error code: 0x904\nExtended error code: 0x7\n\n"
	              "Error code: 0x904\nExtended error code: 0x7\n");
	assert_false(d.has_more);
}

static void what_is_wrong_is_said_with_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {
	    {"0x90x", 0},
	    {"0x", 0},
	    {"error 0x800004005 here", 6},
	    {"99999999999", 0},
	    {"-9999999999", 0},
	    {"a\033[31m0x904", 1},
	    {"\xC3\xA4 0x123456789", 3},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dialog d = read_text(cases[i].text);

		assert_non_null(d.flaw);
		assert_int_equal(d.flaw_at, cases[i].at);
	}
	assert_int_equal(read_text("").kind, DIALOG_NOTHING);
	assert_int_equal(read_text("no code here").kind, DIALOG_NOTHING);
	assert_int_equal(read_text("10.0.0.5 at 10:53 on 2026-01-21").kind, DIALOG_NOTHING);
}

static void over_long_and_binary_input_is_refused(void **state)
{
	(void)state;
	static char big[DIALOG_BYTES_MAX + 10];
	struct dialog d;

	memset(big, 'x', sizeof big);
	d = dialog_read(big, sizeof big);
	assert_non_null(d.flaw);
	d = dialog_read(big, DIALOG_BYTES_MAX);
	assert_null(d.flaw);
	d = dialog_read("a\0b", 3);
	assert_non_null(d.flaw);
	assert_int_equal(d.flaw_at, 1);
	d = dialog_read("\xFF\xFE\x30\x00", 4);
	assert_non_null(d.flaw);
}

/* Every cut and every flipped bit of a dialog is read without harm; sanitizers watch. */
static void cuts_and_flips_do_no_harm(void **state)
{
	(void)state;
	char text[] = "Fehlercode: 0x904\nErweitert: 0x7\n(UTC): 07/02/26 01:02:03 PM\n"
	              "e1c08c6b-b08c-4c30-8d66-c7c1a2c90000 -2147467259 \xEF\xBC\x90\xEF\xBD\x98";
	size_t n = sizeof text - 1;

	for (size_t cut = 0; cut <= n; cut++)
		dialog_read(text, cut);
	for (size_t bit = 0; bit < n * 8; bit++) {
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
		dialog_read(text, n);
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_in_every_notation),
	    cmocka_unit_test(pairs_however_they_are_joined),
	    cmocka_unit_test(dialogs_in_many_languages),
	    cmocka_unit_test(timestamps_in_other_orders),
	    cmocka_unit_test(a_status_in_the_message_is_no_part_of_the_pair),
	    cmocka_unit_test(a_second_dialog_is_said_with_its_place),
	    cmocka_unit_test(what_is_wrong_is_said_with_its_place),
	    cmocka_unit_test(over_long_and_binary_input_is_refused),
	    cmocka_unit_test(cuts_and_flips_do_no_harm),
	};

	return RUN(tests);
}
