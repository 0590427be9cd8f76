/* What was asked of a registry, kept and asked again: the same answers, and no secrets. */
#include "harness.h"

#include <stdio.h>

#include "abuse.h"
#include "base/bytes.h"
#include "read/reg_export.h"
#include "read/reg_record.h"
#include "read/settings.h"

static struct arena arena;
static struct complaints complaints;
static struct findings found;

static struct evidence evidence(void)
{
	complaints = (struct complaints){.arena = &arena, .unit = "byte"};
	found = (struct findings){.arena = &arena};
	return (struct evidence){
	    .arena = &arena, .name = "x.reg", .found = &found, .complaints = &complaints};
}

#define HEAD "Windows Registry Editor Version 5.00\r\n\r\n"
#define A    "HKEY_LOCAL_MACHINE\\SYSTEM\\A"

/* A whole registry: what is not in the text does not exist. */
static struct reg_source *registry_of(const char *text)
{
	struct evidence ev = evidence();
	struct reg_source *s = reg_export_open(text, strlen(text), &ev);

	assert_non_null(s);
	assert_int_equal(complaints.n, 0);
	s->is_whole = true;
	return s;
}

static struct reg_source *read_again(struct reg_source *record, struct buf *file)
{
	struct evidence ev = evidence();
	struct reg_source *again;

	reg_record_put(record, file);
	assert_true(reg_export_recognises((const uint8_t *)file->bytes, file->n));
	again = reg_export_open(file->bytes, file->n, &ev);
	assert_non_null(again);
	assert_int_equal(complaints.n, 0);
	assert_true(again->is_whole);
	return again;
}

static const char sample[] = HEAD
    "[" A "]\r\n"
    "\"Number\"=dword:0000000a\r\n"
    "\"Text\"=\"a \\\"b\\\" c:\\\\d \xC3\xA4 \xF0\x9F\x98\x80\"\r\n"
    "@=\"default\"\r\n"
    "\"Bytes\"=hex:00,01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,10,11,12,13,14,15,16,17,"
    "18,19,1a,1b,1c,1d,1e,1f\r\n"
    "\"Empty\"=hex:\r\n"
    "\"List\"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n"
    "\"Short\"=hex(4):01\r\n"
    "\"NoEnd\"=hex(1):61,00\r\n"
    "\"Line\"=hex(1):61,00,0a,00,62,00,00,00\r\n"
    "\"Half\"=hex(1):00,d8,00,00\r\n"
    "\"Quad\"=hex(b):01,02,03,04,05,06,07,08\r\n"
    "[" A "\\B]\r\n"
    "\"x\"=dword:1\r\n"
    "[" A "\\C]\r\n";

static bool go_on(void *context, const char *name)
{
	(void)context;
	(void)name;
	return true;
}

static bool list_name(void *context, const char *name)
{
	buf_printf(context, "%s;", name);
	return true;
}

static bool list_value(void *context, const struct reg_value *v)
{
	buf_printf(context, "%s %u:", v->name, (unsigned)v->type);
	for (size_t i = 0; i < v->n; i++)
		buf_printf(context, "%02x", v->bytes[i]);
	buf_putc(context, ';');
	return true;
}

static void expect_listed(struct reg_source *a, struct reg_source *b, const char *path)
{
	struct buf x = {0}, y = {0};

	assert_int_equal(a->ops->values(a, path, list_value, &x),
	                 b->ops->values(b, path, list_value, &y));
	assert_int_equal(a->ops->subkeys(a, path, list_name, &x),
	                 b->ops->subkeys(b, path, list_name, &y));
	buf_putc(&x, '\0');
	buf_putc(&y, '\0');
	assert_string_equal(x.bytes, y.bytes);
	buf_fini(&x);
	buf_fini(&y);
}

static void every_kind_of_value_comes_back(void **state)
{
	(void)state;
	struct reg_source *real = registry_of(sample), *record = reg_record_over(real, &arena);
	struct buf ignored = {0}, file = {0};
	struct reg_source *again;

	record->ops->values(record, A, list_value, &ignored);
	record->ops->subkeys(record, A, go_on, NULL);
	again = read_again(record, &file);
	expect_listed(real, again, A);
	buf_fini(&ignored);
	buf_fini(&file);
}

static void absence_comes_back_and_the_rest_is_unknown(void **state)
{
	(void)state;
	static const struct {
		const char *path, *name;
		bool is_asked;
		enum reg_answer answer;
	} rows[] = {
	    {A, "Number", true, REG_FOUND},
	    {A, "Missing", true, REG_ABSENT},
	    {A "\\B", "y", true, REG_ABSENT},
	    {A "\\None", "y", true, REG_ABSENT},
	    {A, "Text", false, REG_UNREADABLE},          /* it was there, and nobody asked */
	    {A "\\None\\Below", "y", false, REG_ABSENT}, /* it cannot be */
	    {A "\\None", "other", false, REG_ABSENT},
	    {A "\\C", "y", false, REG_UNREADABLE},
	};
	struct reg_source *record = reg_record_over(registry_of(sample), &arena), *again;
	struct reg_value value;
	struct buf file = {0};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].is_asked)
			assert_int_equal(
			    record->ops->value(record, rows[i].path, rows[i].name, &value),
			    rows[i].answer);
	again = read_again(record, &file);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(again->ops->value(again, rows[i].path, rows[i].name, &value),
		                 rows[i].answer);
	assert_int_equal(again->ops->subkeys(again, A "\\None", go_on, NULL), REG_ABSENT);
	assert_int_equal(again->ops->subkeys(again, A "\\B", go_on, NULL), REG_FOUND);
	assert_int_equal(again->ops->subkeys(again, A "\\C", go_on, NULL), REG_UNREADABLE);
	buf_fini(&file);
}

/* --- secrets --- */

static const char secrets[] = HEAD
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon]\r\n"
    "\"DefaultPassword\"=\"hunter2\"\r\n\"AutoAdminLogon\"=\"1\"\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\A]\r\n\"DisablePasswordSaving\"=dword:1\r\n"
    "[HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\Secrets\\L$X\\CurrVal]\r\n@=\"hunter2\"\r\n"
    "[HKEY_LOCAL_MACHINE\\SECURITY\\Cache]\r\n\"NL$1\"=\"hunter2\"\r\n"
    "[HKEY_LOCAL_MACHINE\\SAM\\SAM\\Domains\\Account]\r\n\"F\"=\"hunter2\"\r\n"
    "[HKEY_LOCAL_MACHINE\\SAM\\SAM\\Domains\\Account\\Users\\000001F4]\r\n"
    "\"V\"=\"hunter2\"\r\n\"F\"=hex:01\r\n";

static void ask_all(struct reg_source *record, const char *path, const char *name)
{
	struct reg_value value;
	struct buf ignored = {0};

	assert_int_equal(record->ops->value(record, path, name, &value), REG_FOUND);
	record->ops->values(record, path, list_value, &ignored);
	buf_fini(&ignored);
}

#define HKLM "HKEY_LOCAL_MACHINE\\"

static void secrets_are_not_kept(void **state)
{
	(void)state;
	static const struct {
		const char *path, *name;
		enum reg_answer kept;
	} rows[] = {
	    {HKLM "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "DefaultPassword",
	     REG_UNREADABLE},
	    {HKLM "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", "AutoAdminLogon",
	     REG_FOUND},
	    {HKLM "SYSTEM\\A", "DisablePasswordSaving", REG_FOUND},
	    {HKLM "SECURITY\\Policy\\Secrets\\L$X\\CurrVal", "", REG_UNREADABLE},
	    {HKLM "security\\cache", "NL$1", REG_UNREADABLE},
	    {HKLM "SAM\\SAM\\Domains\\Account", "F", REG_UNREADABLE},
	    {HKLM "SAM\\SAM\\Domains\\Account\\Users\\000001F4", "V", REG_UNREADABLE},
	    {HKLM "SAM\\SAM\\Domains\\Account\\Users\\000001F4", "F", REG_FOUND},
	};
	struct reg_source *record = reg_record_over(registry_of(secrets), &arena), *again;
	struct buf file = {0};
	struct reg_value value;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ask_all(record, rows[i].path, rows[i].name);
	again = read_again(record, &file);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(again->ops->value(again, rows[i].path, rows[i].name, &value),
		                 rows[i].kept);
	for (size_t i = 0; i + 14 <= file.n; i++) /* in UTF-16 */
		assert_memory_not_equal(file.bytes + i, "h\0u\0n\0t\0e\0r\0002", 14);
	buf_fini(&file);
}

/* --- settings over it --- */

#define CS   "[" HKLM "SYSTEM\\ControlSet001\\"
#define TS   CS "Control\\Terminal Server"
#define SOFT "[" HKLM "SOFTWARE\\"

static const char computer[] = HEAD
    "[" HKLM "SYSTEM\\Select]\r\n\"Current\"=dword:1\r\n" TS "]\r\n"
    "\"fDenyTSConnections\"=dword:1\r\n" TS "\\WinStations\\RDP-Tcp]\r\n"
    "\"PortNumber\"=dword:00000d3e\r\n\"SecurityLayer\"=dword:0\r\n" CS
    "Services\\TermService]\r\n\"Start\"=dword:4\r\n" CS
    "Control\\ComputerName\\ComputerName]\r\n\"ComputerName\"=\"PC-17\"\r\n" SOFT
    "Policies\\Microsoft\\Windows NT\\Terminal Services]\r\n\"UserAuthentication\"=dword:1\r\n" SOFT
    "Microsoft\\Windows NT\\CurrentVersion]\r\n\"CurrentBuildNumber\"=\"19045\"\r\n";

static struct findings judge(struct reg_source *source)
{
	struct evidence ev = evidence();
	struct settings *s = settings_new(&arena, ORIGIN_HOST);

	settings_set_role(s, SETTINGS_OF_HOST);
	settings_set_now(s, 1700000000000000);
	settings_take(s, source, HKLM "SYSTEM", HIVE_SYSTEM, &ev);
	settings_take(s, source, HKLM "SOFTWARE", HIVE_SOFTWARE, &ev);
	settings_take(s, source, HKLM "SECURITY", HIVE_SECURITY, &ev);
	settings_conclude(s, &ev);
	return found;
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void settings_say_the_same_over_it(void **state)
{
	(void)state;
	struct reg_source *record = reg_record_over(registry_of(computer), &arena);
	struct findings direct = judge(record), second;
	struct buf file = {0};

	second = judge(read_again(record, &file));
	assert_true(direct.n > 10);
	assert_int_equal(direct.n, second.n);
	for (size_t i = 0; i < direct.n; i++) {
		const struct finding *a = &direct.at[i], *b = &second.at[i];

		assert_int_equal(a->id, b->id);
		assert_int_equal(a->state, b->state);
		assert_int_equal(a->number, b->number);
		assert_true(is_same(a->text, b->text) && is_same(a->where, b->where));
	}
	buf_fini(&file);
}

static void read_hostile(const uint8_t *bytes, size_t n)
{
	struct arena own = {0};
	struct complaints c = {.arena = &own, .unit = "byte"};
	struct evidence ev = {.arena = &own, .name = "x", .found = &found, .complaints = &c};
	struct reg_source *s = reg_export_open(bytes, n, &ev);
	struct reg_value value;

	if (s) {
		s->ops->value(s, A "\\None\\Below", "y", &value);
		s->ops->value(s, A, "Missing", &value);
		s->ops->subkeys(s, A, go_on, NULL);
		s->ops->written_us(s, A);
	}
	arena_fini(&own);
}

static void any_damage_is_survived(void **state)
{
	(void)state;
	static const char small[] = HEAD ";rdpwhy recording 1\r\n[" A "]\r\n;written 17\r\n"
	                                 ";all values\r\n;all keys\r\n\"x\"=dword:1\r\n"
	                                 ";absent \"Missing\"\r\n;unreadable @\r\n"
	                                 ";absent [" A "\\None]\r\n;unreadable [" A "\\No]\r\n";

	abuse(small, sizeof small - 1, read_hostile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kind_of_value_comes_back),
	    cmocka_unit_test(absence_comes_back_and_the_rest_is_unknown),
	    cmocka_unit_test(secrets_are_not_kept),
	    cmocka_unit_test(settings_say_the_same_over_it),
	    cmocka_unit_test(any_damage_is_survived),
	};

	return RUN(tests);
}
