#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include "os/time_status.h"

static const char english[] = "Leap Indicator: 0(no warning)\r\n"
                              "Stratum: 4 (secondary reference - syncd by (S)NTP)\r\n"
                              "Precision: -23 (119.209ns per tick)\r\n"
                              "Root Delay: 0.0312500s\r\n"
                              "Root Dispersion: 0.0468750s\r\n"
                              "ReferenceId: 0xC0000207 (source IP:  192.0.2.7)\r\n"
                              "Last Successful Sync Time: 11/21/2026 8:00:00 PM\r\n"
                              "Source: dc1.example.com \r\n"
                              "Poll Interval: 10 (1024s)\r\n"
                              "\r\n"
                              "Phase Offset: -0.0001239s\r\n"
                              "ClockRate: 0.0156250s\r\n"
                              "State Machine: 2 (Sync)\r\n"
                              "Time Source Flags: 0 (None)\r\n"
                              "Server Role: 0 (None)\r\n"
                              "Last Sync Error: 0 (The command completed successfully.)\r\n"
                              "Time since Last Good Sync Time: 512.3456789s\r\n";

static const char german[] = "Sprungindikator: 3(nicht synchronisiert)\n"
                             "Stratum: 0 (nicht angegeben)\n"
                             "Pr\303\244zision: -23 (119.209ns pro Tick)\n"
                             "Stammverz\303\266gerung: 0.0000000s\n"
                             "Stammabweichung: 0.0000000s\n"
                             "Referenz-ID: 0x00000000 (nicht angegeben)\n"
                             "Letzte erfolgr. Synchronisierungszeit: nicht angegeben\n"
                             "Quelle: Local CMOS Clock\n"
                             "Abrufintervall: 6 (64s)\n";

static const char
    stopped[] = "The following error occurred: The service has not been started. (0x80070426)\r\n";

static struct time_status read_text(const char *text)
{
	return time_status_read(text, strlen(text));
}

static void a_good_answer_is_read_whole(void **state)
{
	struct time_status t = read_text(english);

	(void)state;
	assert_true(t.is_known);
	assert_true(t.is_synced);
	assert_int_equal(t.stratum, 4);
	assert_string_equal(t.source, "dc1.example.com");
	assert_true(t.has_offset);
	assert_int_equal(t.offset_us, -123);
	assert_true(t.has_age);
	assert_int_equal(t.age_us, 512345678);
	assert_int_equal(t.error, 0);
}

static void another_language_and_no_source_are_read(void **state)
{
	struct time_status t = read_text(german);

	(void)state;
	assert_true(t.is_known);
	assert_false(t.is_synced);
	assert_int_equal(t.stratum, 0);
	assert_string_equal(t.source, "Local CMOS Clock");
	assert_false(t.has_offset);
	assert_false(t.has_age);
}

static void a_clock_that_follows_itself_is_not_synchronized(void **state)
{
	struct time_status t = read_text("a: 0(x)\nb: 1 (x)\nc: -6 (x)\nd: 0.0s\ne: 10.0s\n"
	                                 "f: 0x4C4F434C (\"LOCL\")\n");

	(void)state;
	assert_true(t.is_known);
	assert_false(t.is_synced);
	assert_int_equal(t.stratum, 1);
}

static void an_error_in_words_gives_its_number(void **state)
{
	(void)state;
	assert_false(read_text(stopped).is_known);
	assert_int_equal(read_text(stopped).error, 0x80070426);
	assert_int_equal(read_text("").error, 0);
	assert_int_equal(read_text("nothing of use (0x00000005)").error, 0);
}

static void check_any(const char *text, size_t n)
{
	char *copy = malloc(n ? n : 1); /* its end is guarded where a sanitizer watches */
	struct time_status t;

	assert_non_null(copy);
	memcpy(copy, text, n);
	t = time_status_read(copy, n);
	assert_true(strlen(t.source) < TIME_SOURCE_MAX);
	assert_true(!t.is_known || (t.stratum >= 0 && t.stratum <= 16));
	assert_true(!t.has_age || t.age_us >= 0);
	free(copy);
}

static void cuts_and_flipped_bits_do_no_harm(void **state)
{
	(void)state;
	for (size_t n = 0; n <= strlen(english); n++)
		check_any(english, n);
	for (size_t n = 0; n <= strlen(stopped); n++)
		check_any(stopped, n);
	for (size_t i = 0; i < 8 * strlen(english); i++) {
		char text[sizeof english];

		memcpy(text, english, sizeof text);
		text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
		check_any(text, sizeof text - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_good_answer_is_read_whole),
	    cmocka_unit_test(another_language_and_no_source_are_read),
	    cmocka_unit_test(a_clock_that_follows_itself_is_not_synchronized),
	    cmocka_unit_test(an_error_in_words_gives_its_number),
	    cmocka_unit_test(cuts_and_flipped_bits_do_no_harm),
	};

	return RUN(tests);
}
