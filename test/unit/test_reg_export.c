/* Exports of a registry: both forms, every kind of line, and damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "read/reg_export.h"

static struct arena arena;
static struct complaints complaints;

static struct reg_source *opened(const void *bytes, size_t n)
{
	struct evidence ev = {.arena = &arena, .name = "x.reg", .complaints = &complaints};

	complaints = (struct complaints){.arena = &arena, .unit = "byte"};
	return reg_export_open(bytes, n, &ev);
}

static struct reg_source *opened_text(const char *text)
{
	return opened(text, strlen(text));
}

#define HEAD "Windows Registry Editor Version 5.00\r\n\r\n"

static const char sample[] = HEAD "; a comment\r\n"
                                  "[HKEY_LOCAL_MACHINE\\SYSTEM\\A]\r\n"
                                  "\"Number\"=dword:0000000a\r\n"
                                  "\"Text\"=\"a \\\"b\\\" c:\\\\d\"\r\n"
                                  "@=\"default\"\r\n"
                                  "\"Bytes\"=hex:01,02,\\\r\n"
                                  "  03,04\r\n"
                                  "\"List\"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n"
                                  "\"Gone\"=-\r\n"
                                  "\r\n"
                                  "[HKEY_LOCAL_MACHINE\\SYSTEM\\A\\B C\\D]\r\n"
                                  "\"x\"=dword:1\r\n"
                                  "[-HKEY_LOCAL_MACHINE\\SYSTEM\\A\\Old]\r\n"
                                  "[HKEY_LOCAL_MACHINE\\SYSTEM\\AB]\r\n";

#define A "HKEY_LOCAL_MACHINE\\SYSTEM\\A"

static struct reg_value value_of(struct reg_source *s, const char *path, const char *name)
{
	struct reg_value value = {0};

	assert_int_equal(s->ops->value(s, path, name, &value), REG_FOUND);
	return value;
}

static bool note(void *context, const char *name)
{
	buf_printf(context, "%s;", name);
	return true;
}

static bool note_value(void *context, const struct reg_value *value)
{
	return note(context, value->name);
}

static void check_sample(struct reg_source *s)
{
	struct reg_value v = value_of(s, A, "number");
	struct buf names = {0};

	assert_int_equal(v.type, REG_TYPE_DWORD);
	assert_memory_equal(v.bytes, "\x0a\0\0\0", 4);
	v = value_of(s, "hkey_local_machine\\system\\a", "TEXT");
	assert_int_equal(v.type, REG_TYPE_SZ);
	assert_int_equal(v.n, 2 * (sizeof "a \"b\" c:\\d"));
	assert_memory_equal(v.bytes, "a\0 \0\"\0b\0", 8);
	v = value_of(s, A, "");
	assert_memory_equal(v.bytes, "d\0e\0", 4);
	v = value_of(s, A, "Bytes");
	assert_int_equal(v.type, REG_TYPE_BINARY);
	assert_int_equal(v.n, 4);
	assert_memory_equal(v.bytes, "\1\2\3\4", 4);
	v = value_of(s, A, "List");
	assert_int_equal(v.type, REG_TYPE_MULTI_SZ);
	assert_int_equal(v.n, 10);
	assert_int_equal(s->ops->value(s, A, "Gone", &v), REG_ABSENT);
	assert_int_equal(s->ops->value(s, A "\\Old", "x", &v), REG_ABSENT);
	assert_int_equal(s->ops->subkeys(s, A, note, &names), REG_FOUND);
	assert_string_equal(names.bytes, "B C;");
	names.n = 0;
	assert_int_equal(s->ops->values(s, A, note_value, &names), REG_FOUND);
	assert_string_equal(names.bytes, "Number;Text;;Bytes;List;");
	assert_int_equal(s->ops->subkeys(s, A "\\Old", note, &names), REG_ABSENT);
	assert_int_equal(s->ops->subkeys(s, "HKEY_LOCAL_MACHINE", note, &names), REG_FOUND);
	assert_int_equal(complaints.n, 0);
	s->ops->close(s);
	buf_fini(&names);
}

static void plain_text_is_read(void **state)
{
	(void)state;
	check_sample(opened_text(sample));
}

static void wide_text_is_read(void **state)
{
	(void)state;
	struct buf wide = {0};

	buf_put(&wide, "\xFF\xFE", 2);
	for (const char *p = sample; *p; p++) {
		buf_putc(&wide, *p);
		buf_putc(&wide, 0);
	}
	assert_true(reg_export_recognises((const uint8_t *)wide.bytes, wide.n));
	check_sample(opened(wide.bytes, wide.n));
	buf_fini(&wide);
}

static void the_old_form_has_narrow_texts(void **state)
{
	(void)state;
	struct reg_source *s = opened_text("REGEDIT4\n[K]\n\"t\"=hex(2):61,62,00\n\"b\"=hex:61,62\n"
	                                   "\"u\"=\"\xe9\"\n");
	struct reg_value v = value_of(s, "K", "t");

	assert_int_equal(v.type, REG_TYPE_EXPAND_SZ);
	assert_int_equal(v.n, 6);
	assert_memory_equal(v.bytes, "a\0b\0\0\0", 6);
	assert_int_equal(value_of(s, "K", "b").n, 2);
	assert_memory_equal(value_of(s, "K", "u").bytes, "\xe9\0\0\0", 4);
}

static void the_last_word_counts(void **state)
{
	(void)state;
	struct reg_source *s = opened_text(
	    HEAD "[K]\n\"a\"=dword:1\n\"b\"=dword:1\n[L\\M]\n\"c\"=dword:1\n"
	         "[K]\n\"a\"=dword:2\n\"b\"=-\n[-L]\n[L]\n\"d\"=dword:1\n");
	struct reg_value v = value_of(s, "K", "a");
	struct buf names = {0};

	assert_int_equal(v.bytes[0], 2);
	assert_int_equal(s->ops->value(s, "K", "b", &v), REG_ABSENT);
	assert_int_equal(s->ops->value(s, "L\\M", "c", &v), REG_ABSENT);
	assert_int_equal(s->ops->value(s, "L", "d", &v), REG_FOUND);
	s->ops->values(s, "K", note_value, &names);
	assert_string_equal(names.bytes, "a;");
	buf_fini(&names);
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t line;
	} rows[] = {
	    {HEAD "[K\n", 3},
	    {HEAD "[K]\nrubbish\n", 4},
	    {HEAD "[K]\n\"a\"=dword:xyz\n", 4},
	    {HEAD "[K]\n\"a\"=wort\n", 4},
	    {HEAD "\"a\"=dword:1\n", 3},
	    {HEAD "[K]\n\"a\"=hex:1,zz\n", 4},
	    {HEAD "[K]\n\"a=dword:1\n", 4},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_non_null(opened_text(rows[i].text));
		assert_int_equal(complaints.n, 1);
		assert_string_equal(complaints.unit, "line");
		assert_int_equal(complaints.kept[0].at, rows[i].line);
	}
	assert_null(opened_text("something else"));
	assert_null(opened("", 0));
}

static void touch(const char *bytes, size_t n)
{
	struct reg_source *s = opened(bytes, n);
	struct buf names = {0};
	struct reg_value v;

	if (!s)
		return;
	s->ops->value(s, A, "List", &v);
	s->ops->values(s, A, note_value, &names);
	s->ops->subkeys(s, "HKEY_LOCAL_MACHINE\\SYSTEM", note, &names);
	s->ops->subkeys(s, "", note, &names);
	buf_fini(&names);
}

static void damage_does_no_harm(void **state)
{
	(void)state;
	char copy[sizeof sample];

	for (size_t n = 0; n < sizeof sample; n++)
		touch(sample, n);
	memcpy(copy, sample, sizeof copy);
	for (size_t bit = 0; bit < (sizeof sample - 1) * 8; bit++) {
		copy[bit / 8] ^= (char)(1 << bit % 8);
		touch(copy, sizeof sample - 1);
		copy[bit / 8] ^= (char)(1 << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_text_is_read),
	    cmocka_unit_test(wide_text_is_read),
	    cmocka_unit_test(the_old_form_has_narrow_texts),
	    cmocka_unit_test(the_last_word_counts),
	    cmocka_unit_test(what_is_wrong_is_told_with_its_line),
	    cmocka_unit_test(damage_does_no_harm),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_fini(&arena);
	return failed;
}
