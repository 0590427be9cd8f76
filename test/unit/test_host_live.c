/*
 * `rdpwhy host` on a computer that is made up: what is wrong with it is named as it is from its
 * disk, what cannot be looked at stops nothing, and a bundle of it read elsewhere says the same.
 *
 *     test_host_live PROGRAM
 */
#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "computer_fake.h"
#include "os/archive.h"
#include "volume_scenes.h"

static const char *program;

struct run {
	int status;
	json_t *report; /* NULL: none */
	char said[8192];
};

static void take_said(struct run *r, const struct buf *said)
{
	snprintf(r->said, sizeof r->said, "%s", said->bytes ? said->bytes : "");
}

static struct run run_live(struct computer_fake *fake, const struct options *options)
{
	struct buf out = {0}, said = {0};
	struct run r = {.status = computer_fake_run(fake, options, &out, &said)};

	r.report = json_loadb(out.bytes, out.n, 0, NULL);
	take_said(&r, &said);
	buf_fini(&out);
	buf_fini(&said);
	return r;
}

static struct run run_read(const char *path)
{
	struct run r = {0};
	struct buf said = {0};
	char command[1024], err[] = "/tmp/rdpwhy-said-XXXXXX";
	int fd = mkstemp(err);
	FILE *pipe;

	snprintf(command, sizeof command, "'%s' read '%s' --json 2>%s", program, path, err);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	r.report = json_loadf(pipe, 0, NULL);
	r.status = WEXITSTATUS(pclose(pipe));
	os_read_all(err, 8000, &said);
	buf_putc(&said, '\0');
	take_said(&r, &said);
	buf_fini(&said);
	close(fd);
	unlink(err);
	return r;
}

static json_t *reported_cause(const struct run *r, size_t i)
{
	return json_array_get(json_object_get(r->report, "causes"), i);
}

static const char *member(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const char *state_of(const struct run *r)
{
	return member(json_object_get(r->report, "verdict"), "state");
}

static bool stands_first(const struct run *r, const char *cause)
{
	const char *first = member(reported_cause(r, 0), "id");

	return strcmp(first, cause) == 0 ||
	       (strcmp(member(reported_cause(r, 1), "id"), cause) == 0 &&
	        strcmp(member(reported_cause(r, 1), "refines"), first) == 0);
}

/* --- a computer --- */

static char dir[64], bundle[96];

static void make(const struct volume_plan *plan)
{
	snprintf(dir, sizeof dir, "/tmp/rdpwhy-computer-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_true(volume_make(dir, plan));
	snprintf(bundle, sizeof bundle, "%s.zip", dir);
}

static void unmake(void)
{
	volume_remove(dir);
	unlink(bundle);
}

/* Findings as texts, in an order of their own: where they were read does not count. */
static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **texts_of(const struct run *r, size_t *n)
{
	json_t *findings = json_object_get(r->report, "findings"), *f;
	size_t i;
	char **texts = calloc(json_array_size(findings) + 1, sizeof *texts);

	*n = 0;
	json_array_foreach(findings, i, f)
	{
		json_object_del(f, "id");
		texts[(*n)++] = json_dumps(f, JSON_SORT_KEYS);
	}
	qsort(texts, *n, sizeof *texts, by_text);
	return texts;
}

static size_t print_difference(const struct run *live, const struct run *read)
{
	size_t n_live, n_read, i = 0, k = 0, n_different = 0;
	char **a = texts_of(live, &n_live), **b = texts_of(read, &n_read);

	while (i < n_live || k < n_read) {
		int order = i == n_live ? 1 : k == n_read ? -1 : strcmp(a[i], b[k]);

		if (order) {
			print_message("# %s only: %s\n", order < 0 ? "live" : "bundle",
			              order < 0 ? a[i] : b[k]);
			n_different++;
		}
		i += order <= 0;
		k += order >= 0;
	}
	for (i = 0; i < n_live; i++)
		free(a[i]);
	for (k = 0; k < n_read; k++)
		free(b[k]);
	free(a);
	free(b);
	return n_different;
}

static bool is_same_verdict(const struct run *live, const struct run *read)
{
	json_t *a = json_object_get(live->report, "verdict");
	json_t *b = json_object_get(read->report, "verdict");

	return live->status == read->status && a && json_equal(a, b);
}

/* --- every volume as a computer --- */

/* Hashes lie in SAM, which is not read of a computer that is alive. */
static bool is_of_sam(const struct volume_plan *p)
{
	return p->account_is_blank || p->account_is_disabled || p->account_is_expired ||
	       p->account_is_no_member;
}

static bool judge_scene(const struct volume_scene *s)
{
	struct computer_fake fake = {.dir = dir};
	struct options options = {.bundle = bundle};
	struct run live, read;
	size_t n_different;
	bool is_right, is_same;

	make(&s->plan);
	live = run_live(&fake, &options);
	read = run_read(bundle);
	is_right = s->cause ? stands_first(&live, s->cause) || is_of_sam(&s->plan)
	                    : strcmp(state_of(&live), "cause") != 0;
	is_same = is_same_verdict(&live, &read);
	if (!is_right)
		print_message("# %s: %s %s\n%s", s->name, state_of(&live),
		              member(reported_cause(&live, 0), "id"), live.said);
	if (!is_same) {
		print_message("# %s: bundle %s\n%s\n# live   ", s->name, read.said,
		              json_dumps(json_object_get(read.report, "verdict"), JSON_SORT_KEYS));
		print_message("%s\n",
		              json_dumps(json_object_get(live.report, "verdict"), JSON_SORT_KEYS));
	}
	n_different = print_difference(&live, &read);
	json_decref(live.report);
	json_decref(read.report);
	unmake();
	return is_right && is_same && !n_different;
}

static void each_fault_is_found_live_and_in_its_bundle(void **state)
{
	(void)state;
	size_t n_wrong = 0;

	for (size_t i = 0; i < n_volume_scenes; i++)
		n_wrong += !judge_scene(&volume_scenes[i]);
	assert_int_equal(n_wrong, 0);
}

/* --- what cannot be looked at --- */

#define TS "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server"

static const struct volume_plan off = {.registry = TS "]\n\"fDenyTSConnections\"=dword:1\n"};

static void not_told(struct answers *out, const struct computer_question *question)
{
	assert_int_equal(question->port, 3389);
	answers_could_not(out, TOPIC_RIGHT, ANSWER_NO_RIGHTS, 5, "LsaOpenPolicy");
	answers_could_not(out, TOPIC_LICENSING, ANSWER_NO_RIGHTS, 5, NULL);
}

static void without_rights_it_does_what_it_can(void **state)
{
	(void)state;
	struct computer_fake fake = {
	    .dir = dir, .answers = not_told, .denied = "Security", .is_security_denied = true};
	struct options options = {.bundle = bundle};
	struct run live, read;

	make(&off);
	live = run_live(&fake, &options);
	read = run_read(bundle);
	assert_int_equal(live.status, 1);
	assert_true(stands_first(&live, "listener-disabled"));
	assert_non_null(
	    strstr(live.said, "needs an administrator: user rights, licensing, event logs\n"));
	assert_true(is_same_verdict(&live, &read));
	assert_int_equal(print_difference(&live, &read), 0);
	json_decref(live.report);
	json_decref(read.report);
	unmake();
}

static bool is_not_tested(const struct run *r, const char *what)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(json_object_get(r->report, "verdict"), "not_tested"), i,
	                   one)
	{
		if (strcmp(json_string_value(one), what) == 0)
			return true;
	}
	return false;
}

static void what_answers_too_late_is_left_behind(void **state)
{
	(void)state;
	struct computer_fake fake = {.dir = dir, .slow_us = 20000000};
	int64_t began = os_monotonic_us();
	struct run live;

	make(&off);
	live = run_live(&fake, NULL);
	assert_true(os_monotonic_us() - began < 10000000);
	assert_int_equal(live.status, 1);
	assert_true(stands_first(&live, "listener-disabled"));
	assert_true(is_not_tested(&live, "services (no answer in time)"));
	json_decref(live.report);
	unmake();
}

/* --- what only the running computer knows --- */

#define HEAD "{\"rdpwhy\":\"answers/1\",\"when\":\"2026-11-02T09:14:03Z\"}\n"

static const struct {
	const char *cause, *lines;
} answered[] = {
    {"termservice-stopped",
     HEAD "{\"topic\":\"service\",\"name\":\"TermService\",\"state\":\"stopped\","
          "\"start\":\"disabled\",\"exit\":1077}\n"},
    {"port-conflict",
     HEAD "{\"topic\":\"service\",\"name\":\"TermService\",\"state\":\"running\","
          "\"start\":\"manual\",\"pid\":900}\n"
          "{\"topic\":\"listener\",\"protocol\":\"tcp\",\"address\":\"0.0.0.0\",\"port\":3389,"
          "\"pid\":4711,\"process\":\"nginx.exe\"}\n"},
    {"host-firewall-blocks",
     HEAD "{\"topic\":\"firewall_profile\",\"profile\":\"domain\",\"is_active\":1,\"is_enabled\":1,"
          "\"blocks_all\":0,\"default_in\":\"block\"}\n"
          "{\"topic\":\"firewall_rule\",\"name\":\"no RDP\",\"is_enabled\":1,\"action\":\"block\","
          "\"profiles\":\"all\",\"protocol\":6,\"ports\":\"3389\",\"origin\":\"policy\"}\n"},
};

static void what_runs_now_is_found_live_and_in_its_bundle(void **state)
{
	(void)state;
	static const struct volume_plan healthy = {0};
	struct options options = {.bundle = bundle};

	make(&healthy);
	for (size_t i = 0; i < sizeof answered / sizeof *answered; i++) {
		struct computer_fake fake = {.dir = dir, .lines = answered[i].lines};
		struct run live = run_live(&fake, &options), read = run_read(bundle);

		if (!stands_first(&live, answered[i].cause))
			fail_msg("expected %s, got %s %s", answered[i].cause, state_of(&live),
			         member(reported_cause(&live, 0), "id"));
		assert_true(is_same_verdict(&live, &read));
		assert_int_equal(print_difference(&live, &read), 0);
		json_decref(live.report);
		json_decref(read.report);
	}
	unmake();
}

/* --- its own port --- */

static int listening(uint16_t *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static const char *state_of_finding(const struct run *r, const char *name)
{
	size_t i;
	json_t *f;

	json_array_foreach(json_object_get(r->report, "findings"), i, f)
	{
		if (strcmp(member(f, "name"), name) == 0)
			return member(f, "state");
	}
	return "not looked for";
}

static void it_calls_its_own_port(void **state)
{
	(void)state;
	struct computer_fake fake = {.dir = dir, .calls_itself = true};
	struct volume_plan plan = {0};
	struct run live;
	char registry[256];
	uint16_t port;
	int fd = listening(&port);

	snprintf(registry, sizeof registry, TS "\\WinStations\\RDP-Tcp]\n\"PortNumber\"=dword:%x\n",
	         port);
	plan.registry = registry;
	make(&plan);
	live = run_live(&fake, NULL);
	assert_string_equal(state_of_finding(&live, "host.loopback_works"), "seen");
	assert_string_equal(state_of_finding(&live, "tls.works_locally"), "not looked for");
	json_decref(live.report);
	close(fd);
	live = run_live(&fake, NULL);
	assert_string_equal(state_of_finding(&live, "host.loopback_works"), "absent");
	json_decref(live.report);
	unmake();
}

/* --- the file --- */

static int write_bundle(void)
{
	struct computer_fake fake = {.dir = dir};
	struct options options = {.bundle = bundle};
	struct run live = run_live(&fake, &options);

	json_decref(live.report);
	return live.status;
}

static void put_file(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void only_a_bundle_is_overwritten(void **state)
{
	(void)state;
	char part[128];
	struct stat st;

	make(&off);
	put_file(bundle, "mine", 4);
	assert_int_equal(write_bundle(), 64);
	assert_int_equal(stat(bundle, &st), 0);
	assert_int_equal(st.st_size, 4);
	unlink(bundle);
	umask(0);
	assert_int_equal(write_bundle(), 1);
	assert_int_equal(write_bundle(), 1);
	assert_int_equal(stat(bundle, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(part, sizeof part, "%s.part", bundle);
	assert_int_not_equal(stat(part, &st), 0);
	unmake();
}

static void a_bundle_that_is_cut_is_told(void **state)
{
	(void)state;
	struct buf file = {0};
	struct run read;

	make(&off);
	assert_int_equal(write_bundle(), 1);
	assert_int_equal(os_read_all(bundle, 1 << 24, &file), STATUS_OK);
	put_file(bundle, file.bytes, file.n / 2);
	read = run_read(bundle);
	assert_int_equal(read.status, 64);
	assert_non_null(strstr(read.said, "a zip archive that is cut off"));
	buf_fini(&file);
	unmake();
}

static bool holds(const struct buf *all, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= all->n; i++)
		if (strncasecmp(all->bytes + i, text, n) == 0)
			return true;
	return false;
}

static void unpack_into(struct buf *out)
{
	struct buf file = {0};
	const char *why = NULL;
	struct archive *a;

	assert_int_equal(os_read_all(bundle, 1 << 24, &file), STATUS_OK);
	a = archive_open(file.bytes, file.n, &why);
	assert_non_null(a);
	for (size_t i = 0; i < archive_count(a); i++) {
		struct archive_stream *s = archive_stream(a, i, &why);
		struct archive_member about;
		char piece[4096];
		int64_t n;

		assert_true(archive_look(a, i, &about));
		buf_puts(out, about.name);
		while ((n = archive_read(s, piece, sizeof piece, &why)) > 0)
			buf_put(out, piece, (size_t)n);
		archive_stream_close(s);
	}
	archive_close(a);
	buf_fini(&file);
}

static void a_redacted_bundle_names_nobody(void **state)
{
	(void)state;
	static const char *const names[] = {"PC-17", "alice", VOLUME_MACHINE_GUID, "registry.reg\r",
	                                    "ElfFile"};
	struct computer_fake fake = {.dir = dir};
	struct options options = {.bundle = bundle, .is_redacted = true};
	struct buf all = {0};
	struct run live, read;

	make(&off);
	live = run_live(&fake, &options);
	unpack_into(&all);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (holds(&all, names[i]))
			fail_msg("%s is in it", names[i]);
	assert_true(holds(&all, "\"redacted\": true"));
	assert_true(holds(&all, "it cannot be redacted"));
	read = run_read(bundle);
	assert_int_equal(read.status, live.status);
	assert_true(stands_first(&read, "listener-disabled"));
	json_decref(live.report);
	json_decref(read.report);
	buf_fini(&all);
	unmake();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_is_found_live_and_in_its_bundle),
	    cmocka_unit_test(without_rights_it_does_what_it_can),
	    cmocka_unit_test(what_answers_too_late_is_left_behind),
	    cmocka_unit_test(what_runs_now_is_found_live_and_in_its_bundle),
	    cmocka_unit_test(it_calls_its_own_port),
	    cmocka_unit_test(only_a_bundle_is_overwritten),
	    cmocka_unit_test(a_bundle_that_is_cut_is_told),
	    cmocka_unit_test(a_redacted_bundle_names_nobody),
	};

	if (argc < 2)
		return 64;
	program = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("host_live", tests, NULL, NULL);
}
