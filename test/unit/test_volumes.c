/*
 * A Windows volume in which one thing is wrong is diagnosed: `rdpwhy host --root` names that cause
 * or stands it first. A healthy one has no cause named.
 *
 *     test_volumes PROGRAM
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "volume_scenes.h"

static const char *program;

#define TS "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server"

static json_t *report_of(const char *dir)
{
	char command[1024];
	json_error_t error;
	FILE *pipe;
	json_t *report;

	snprintf(command, sizeof command, "'%s' host --root '%s' --json 2>&1", program, dir);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	report = json_loadf(pipe, 0, &error);
	pclose(pipe);
	if (!report)
		fail_msg("%s: no JSON: %s", command, error.text);
	return report;
}

static const char *first_cause(json_t *report)
{
	json_t *first = json_array_get(json_object_get(report, "causes"), 0);
	const char *id = json_string_value(json_object_get(first, "id"));

	return id ? id : "(none)";
}

/* What is less than certain may stand behind the cause that it refines. */
static bool stands_first(json_t *report, const char *cause)
{
	size_t i;
	json_t *c;

	json_array_foreach(json_object_get(report, "causes"), i, c)
	{
		const char *id = json_string_value(json_object_get(c, "id"));
		const char *refines = json_string_value(json_object_get(c, "refines"));

		if (id && strcmp(id, cause) == 0)
			return i == 0 ||
			       (i == 1 && refines && strcmp(refines, first_cause(report)) == 0);
	}
	return false;
}

static void print_seen(json_t *report)
{
	size_t i;
	json_t *f;

	json_array_foreach(json_object_get(report, "findings"), i, f)
	{
		const char *state = json_string_value(json_object_get(f, "state"));

		if (state && strcmp(state, "seen") == 0) {
			char *value = json_dumps(json_object_get(f, "value"), JSON_ENCODE_ANY);

			print_message("#   %s %s\n", json_string_value(json_object_get(f, "name")),
			              value ? value : "");
			free(value);
		}
	}
}

static bool judge(const struct volume_scene *s, json_t *report)
{
	json_t *verdict = json_object_get(report, "verdict");
	const char *state = json_string_value(json_object_get(verdict, "state"));
	bool is_right = s->cause ? stands_first(report, s->cause) : strcmp(state, "cause") != 0;

	print_message("# %-28s %-10s %-40s p %.2f\n", s->name, state, first_cause(report),
	              json_number_value(json_object_get(
	                  json_array_get(json_object_get(report, "causes"), 0), "p")));
	if (!is_right) {
		print_message("# not right: expected %s\n", s->cause ? s->cause : "no cause");
		print_seen(report);
	}
	return is_right;
}

static bool is_diagnosed(const struct volume_scene *s)
{
	char dir[] = "/tmp/rdpwhy-volume-XXXXXX";
	json_t *report;
	bool is_right;

	assert_non_null(mkdtemp(dir));
	assert_true(volume_make(dir, &s->plan));
	report = report_of(dir);
	is_right = judge(s, report);
	json_decref(report);
	volume_remove(dir);
	return is_right;
}

static void each_fault_is_found(void **state)
{
	(void)state;
	size_t n_wrong = 0;

	for (size_t i = 0; i < n_volume_scenes; i++)
		n_wrong += !is_diagnosed(&volume_scenes[i]);
	assert_int_equal(n_wrong, 0);
}

/* --- volumes that want to harm --- */

struct answer {
	int status;
	char said[8192]; /* standard error */
	json_t *report;  /* NULL: none */
};

static struct answer answer_of(const char *dir, const char *options)
{
	struct answer a = {0};
	char command[1024], path[] = "/tmp/rdpwhy-said-XXXXXX";
	int fd = mkstemp(path);
	FILE *pipe;
	ssize_t n;

	snprintf(command, sizeof command, "'%s' host --root '%s' --json %s 2>%s", program, dir,
	         options, path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	a.report = json_loadf(pipe, 0, NULL);
	a.status = WEXITSTATUS(pclose(pipe));
	n = read(fd, a.said, sizeof a.said - 1);
	a.said[n > 0 ? n : 0] = '\0';
	close(fd);
	unlink(path);
	return a;
}

static char dir[64];

static int make_one(void **state)
{
	static const struct volume_plan off = {.registry = TS
	                                       "]\n\"fDenyTSConnections\"=dword:1\n"};

	(void)state;
	snprintf(dir, sizeof dir, "/tmp/rdpwhy-volume-XXXXXX");
	return mkdtemp(dir) && volume_make(dir, &off) ? 0 : -1;
}

static int remove_it(void **state)
{
	(void)state;
	volume_remove(dir);
	return 0;
}

static const char *below(const char *path)
{
	static char out[512];

	snprintf(out, sizeof out, "%s/%s", dir, path);
	return out;
}

static void expect_said(const struct answer *a, const char *path, const char *what)
{
	char line[512];

	snprintf(line, sizeof line, "rdpwhy: %s/%s: %s", dir, path, what);
	if (!strstr(a->said, line))
		fail_msg("expected \"%s\" in\n%s", line, a->said);
}

static void links_lead_nowhere(void **state)
{
	(void)state;
	static const char *const traps[] = {"Windows/System32/config/SECURITY",
	                                    "Windows/System32/config/SAM.LOG1",
	                                    "Windows/System32/winevt/Logs/System.evtx", "Users"};
	struct answer a;

	assert_int_equal(unlink(below(traps[0])), 0);
	volume_remove(below("Users"));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(symlink("/etc/passwd", below(traps[i])), 0);
	assert_int_equal(symlink("../../../../../../etc", below("Users")), 0);
	a = answer_of(dir, "");
	for (size_t i = 0; i < 4; i++)
		expect_said(&a, traps[i], "a link that leads out of the volume; not followed");
	assert_int_equal(a.status, 1);
	assert_string_equal(first_cause(a.report), "listener-disabled");
	json_decref(a.report);
}

static void links_within_are_followed(void **state)
{
	(void)state;
	struct answer a;
	char from[512];

	snprintf(from, sizeof from, "%s", below("Windows/System32/config/SYSTEM"));
	assert_int_equal(rename(from, below("kept")), 0);
	assert_int_equal(symlink("../../../kept", from), 0);
	a = answer_of(dir, "");
	assert_string_equal(first_cause(a.report), "listener-disabled");
	json_decref(a.report);
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	struct answer a;

	assert_int_equal(unlink(below("Windows/System32/config/SECURITY")), 0);
	assert_int_equal(mkfifo(below("Windows/System32/config/SECURITY"), 0600), 0);
	assert_int_equal(unlink(below("Windows/System32/config/SAM")), 0);
	assert_int_equal(mkdir(below("Windows/System32/config/SAM"), 0700), 0);
	a = answer_of(dir, "");
	expect_said(&a, "Windows/System32/config/SECURITY", "no regular file; not read");
	expect_said(&a, "Windows/System32/config/SAM", "no regular file; not read");
	assert_int_equal(a.status, 1);
	json_decref(a.report);
}

static void any_letter_case_will_do(void **state)
{
	(void)state;
	struct answer a;
	char from[512];

	snprintf(from, sizeof from, "%s", below("Windows/System32/config/SYSTEM"));
	assert_int_equal(rename(from, below("Windows/System32/config/system")), 0);
	snprintf(from, sizeof from, "%s", below("Windows/System32"));
	assert_int_equal(rename(from, below("Windows/SYSTEM32")), 0);
	snprintf(from, sizeof from, "%s", below("Windows"));
	assert_int_equal(rename(from, below("WINDOWS")), 0);
	a = answer_of(dir, "");
	assert_string_equal(a.said, "");
	assert_string_equal(first_cause(a.report), "listener-disabled");
	json_decref(a.report);
}

static void write_rubbish(const char *path, size_t n)
{
	FILE *f = fopen(below(path), "wb");

	assert_non_null(f);
	fputs(n ? "regf" : "", f);
	for (size_t i = 4; i < n; i++)
		fputc((int)(i * 7919 >> 3 & 0xff), f);
	fclose(f);
}

static void rubbish_is_told_and_the_rest_is_used(void **state)
{
	(void)state;
	struct answer a;

	write_rubbish("Windows/System32/config/SOFTWARE", 20000);
	write_rubbish("Windows/System32/config/SYSTEM.LOG1", 5000);
	write_rubbish("Windows/System32/config/SAM", 100);
	write_rubbish("Windows/System32/winevt/Logs/Security.evtx", 70000);
	a = answer_of(dir, "");
	expect_said(&a, "Windows/System32/config/SOFTWARE",
	            "no registry hive whose root can be read");
	assert_int_equal(a.status, 1);
	assert_string_equal(first_cause(a.report), "listener-disabled");
	json_decref(a.report);
}

static void what_is_no_volume_is_said(void **state)
{
	(void)state;
	static const struct {
		const char *root, *says;
	} rows[] = {{"/tmp/no such folder", "No such file"},
	            {"/dev/null", "Not a directory"},
	            {"/proc/self", "no registry of Windows in it"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct answer a = answer_of(rows[i].root, "");

		assert_int_equal(a.status, 64);
		assert_null(a.report);
		assert_non_null(strstr(a.said, rows[i].says));
	}
}

static void names_are_hidden_when_asked(void **state)
{
	(void)state;
	struct answer a = answer_of(dir, "--redact");
	char *text = json_dumps(a.report, 0);

	assert_null(strstr(text, "PC-17"));
	assert_null(strstr(text, "alice"));
	assert_null(strstr(text, VOLUME_MACHINE_GUID));
	free(text);
	json_decref(a.report);
}

/* A report of it beside the volume says the same twice, and the verdict is the same. */
static void a_saved_report_beside_it_changes_nothing(void **state)
{
	(void)state;
	struct answer a = answer_of(dir, ""), b;
	char option[600];

	assert_int_equal(json_dump_file(a.report, below("report.json"), 0), 0);
	snprintf(option, sizeof option, "--from '%s'", below("report.json"));
	b = answer_of(dir, option);
	assert_int_equal(b.status, 1);
	assert_string_equal(first_cause(b.report), first_cause(a.report));
	json_decref(a.report);
	json_decref(b.report);
}

#define ON_VOLUME(f) cmocka_unit_test_setup_teardown(f, make_one, remove_it)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_is_found),
	    ON_VOLUME(links_lead_nowhere),
	    ON_VOLUME(links_within_are_followed),
	    ON_VOLUME(what_is_no_file_is_refused),
	    ON_VOLUME(any_letter_case_will_do),
	    ON_VOLUME(rubbish_is_told_and_the_rest_is_used),
	    ON_VOLUME(names_are_hidden_when_asked),
	    ON_VOLUME(a_saved_report_beside_it_changes_nothing),
	    cmocka_unit_test(what_is_no_volume_is_said),
	};

	if (argc < 2)
		return 64;
	program = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("volumes", tests, NULL, NULL);
}
