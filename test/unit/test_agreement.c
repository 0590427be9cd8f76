/*
 * One fault in every kind of evidence: a recording of it, what the host logged, and what stands on
 * its disk. Whatever is at hand, alone or together, no other cause is named; with all of it the
 * fault stands first.
 *
 *     test_agreement PROGRAM
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture_maker.h"
#include "volume_make.h"

static const char *program;

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };
enum { VIEW_RECORDING = 1, VIEW_LOG = 2, VIEW_DISK = 4, VIEWS_ALL = 7 };

/* --- what travels --- */

static void say(struct maker *m, enum direction dir, struct buf *bytes)
{
	maker_tcp(m, dir, PSH | ACK, bytes->bytes, bytes->n);
	maker_wait(m, 20000);
	buf_fini(bytes);
}

static void asks(struct maker *m)
{
	struct buf bytes = {0};

	maker_handshake(m);
	maker_request(&bytes, 3, false);
	say(m, C2S, &bytes);
}

static void refused(struct maker *m)
{
	for (int i = 0; i < 2; i++, maker_wait(m, 500000)) {
		maker_tcp(m, C2S, SYN, NULL, 0);
		maker_wait(m, 20000);
		maker_tcp(m, S2C, RST | ACK, NULL, 0);
		m->client_port++;
	}
}

static void unanswered(struct maker *m)
{
	uint32_t seq = m->seq[C2S];

	for (int i = 0; i < 5; i++) {
		maker_tcp_at(m, C2S, SYN, seq, NULL, 0);
		maker_wait(m, INT64_C(1000000) << i);
	}
	m->client_port++;
	maker_tcp_at(m, C2S, SYN, seq, NULL, 0);
	maker_wait(m, 30000000);
	maker_udp(m, S2C, "\x01", 1); /* the recording goes on */
}

static void reset_at_hello(struct maker *m)
{
	struct buf bytes = {0};

	asks(m);
	maker_confirm(&bytes, 2);
	say(m, S2C, &bytes);
	maker_client_hello(&bytes);
	say(m, C2S, &bytes);
	maker_tcp(m, S2C, RST | ACK, NULL, 0);
}

static void tls_not_allowed(struct maker *m)
{
	struct buf bytes = {0};

	asks(m);
	maker_failure(&bytes, 2);
	say(m, S2C, &bytes);
	maker_tcp(m, S2C, FIN | ACK, NULL, 0);
	maker_tcp(m, C2S, FIN | ACK, NULL, 0);
}

/* --- the faults --- */

#define CS       "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\"
#define TS       CS "Control\\Terminal Server"
#define RULES    CS "Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]\n"
#define PROTOCOL CS "Control\\SecurityProviders\\SCHANNEL\\Protocols\\"
#define SERVER   "\\Server]\n\"Enabled\"=dword:0\n"

#define CORE_LOG "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx"
#define CORE     "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define RCM_LOG  "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx"
#define RCM      "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define CALLER   "CallerProcessImageName", "svchost.exe"

#define EVENT(file, provider, id, ...)                                                             \
	{                                                                                          \
		file, provider, id, true, false,                                                   \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define ARRIVED EVENT(CORE_LOG, CORE, 131, "ConnType", "TCP", "ClientIP", "192.0.2.1:50000")
#define TAKEN                                                                                      \
	{                                                                                          \
		RCM_LOG, RCM, 261, true, true,                                                     \
		{                                                                                  \
			"listenerName", "RDP-Tcp"                                                  \
		}                                                                                  \
	}
#define GONE EVENT(CORE_LOG, CORE, 103, "ReasonCode", "#14")
#define SCHANNEL(id, ...)                                                                          \
	{                                                                                          \
		"System.evtx", "Schannel", id, false, false,                                       \
		{                                                                                  \
			CALLER, __VA_ARGS__                                                        \
		}                                                                                  \
	}

struct fault {
	const char *cause;
	void (*travels)(struct maker *m);
	struct volume_plan disk;       /* its registry and files; no events */
	struct volume_event events[6]; /* none: nothing is logged of it */
};

static const struct fault faults[] = {
    {"machinekeys-inaccessible",
     reset_at_hello,
     {.remove = {VOLUME_KEY_FILE}},
     {ARRIVED, TAKEN, SCHANNEL(36870, "Type", "server", "ErrorCode", "0x8009030d"), GONE}},
    {"schannel-disabled",
     reset_at_hello,
     {.registry = PROTOCOL "TLS 1.0" SERVER PROTOCOL "TLS 1.1" SERVER PROTOCOL "TLS 1.2" SERVER},
     {ARRIVED, TAKEN, SCHANNEL(36871, "Type", "server", "ErrorState", "10013"), GONE}},
    {"listener-disabled", refused, {.registry = TS "]\n\"fDenyTSConnections\"=dword:1\n"}, {{0}}},
    {"host-firewall-blocks",
     unanswered,
     {.registry = RULES "\"RemoteDesktop-UserMode-In-TCP\"=\"v2.30|Action=Allow|Active=FALSE|"
                        "Dir=In|Protocol=6|LPort=3389|\"\n"},
     {{0}}},
    {"security-layer-mismatch",
     tls_not_allowed,
     {.registry = TS "\\WinStations\\RDP-Tcp]\n\"SecurityLayer\"=dword:0\n"
                     "\"UserAuthentication\"=dword:0\n"},
     {ARRIVED, TAKEN, GONE}},
};
#define N_FAULTS (sizeof faults / sizeof *faults)

/* --- the evidence --- */

static void write_file(const char *path, const struct buf *bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes->bytes, 1, bytes->n, f), bytes->n);
	fclose(f);
}

/* The events of a volume are ten minutes old, so what travelled is too. */
static void record(const struct fault *fault, const char *path)
{
	struct maker m = {.form = MAKE_PCAP, .link = 1};

	maker_begin(&m);
	m.now_us = ((int64_t)time(NULL) - 600) * 1000000;
	fault->travels(&m);
	write_file(path, &m.out);
	maker_fini(&m);
}

/* Of a disk that is not looked at only the logs are kept. */
static void make_disk(const struct fault *fault, unsigned views, const char *dir)
{
	static const struct volume_plan healthy;
	struct volume_plan plan = views & VIEW_DISK ? fault->disk : healthy;

	if (views & VIEW_LOG)
		memcpy(plan.events, fault->events, sizeof fault->events);
	assert_true(volume_make(dir, &plan));
}

static json_t *ask(const char *dir, const char *capture, unsigned views)
{
	char command[1024];
	json_error_t error;
	json_t *report;
	FILE *pipe;

	if (views & VIEW_DISK)
		snprintf(command, sizeof command, "'%s' host --root '%s' %s%s --json", program, dir,
		         views & VIEW_RECORDING ? "--from " : "",
		         views & VIEW_RECORDING ? capture : "");
	else
		snprintf(command, sizeof command, "'%s' read %s %s%s --json 2>&1", program,
		         views & VIEW_RECORDING ? capture : "", views & VIEW_LOG ? dir : "",
		         views & VIEW_LOG ? "/Windows/System32/winevt/Logs" : "");
	pipe = popen(command, "r");
	assert_non_null(pipe);
	report = json_loadf(pipe, 0, &error);
	pclose(pipe);
	if (!report)
		fail_msg("%s: no JSON: %s", command, error.text);
	return report;
}

/* --- judgement --- */

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* The cause itself, the one that it describes more closely, or a set with it. */
static bool is_named(json_t *report, const char *cause)
{
	json_t *verdict = json_object_get(report, "verdict"), *c;
	const char *named = text_of(verdict, "cause");
	size_t i;

	json_array_foreach(json_object_get(verdict, "set"), i,
	                   c) if (strcmp(json_string_value(c), cause) == 0) return true;
	json_array_foreach(json_object_get(report, "causes"), i, c)
	{
		if (strcmp(text_of(c, "id"), cause) == 0 &&
		    strcmp(text_of(c, "refines"), named) == 0)
			return true;
	}
	return strcmp(named, cause) == 0;
}

static bool stands_first(json_t *report, const char *cause)
{
	json_t *first = json_array_get(json_object_get(report, "causes"), 0);
	json_t *second = json_array_get(json_object_get(report, "causes"), 1);

	return strcmp(text_of(first, "id"), cause) == 0 ||
	       (strcmp(text_of(second, "id"), cause) == 0 &&
	        strcmp(text_of(second, "refines"), text_of(first, "id")) == 0);
}

static bool agrees(const struct fault *fault, unsigned views)
{
	char dir[] = "/tmp/rdpwhy-agree-XXXXXX", capture[64];
	json_t *report, *verdict;
	const char *state;
	bool is_right;

	assert_non_null(mkdtemp(dir));
	snprintf(capture, sizeof capture, "%s.pcap", dir);
	record(fault, capture);
	make_disk(fault, views, dir);
	report = ask(dir, capture, views);
	verdict = json_object_get(report, "verdict");
	state = text_of(verdict, "state");
	is_right = strcmp(state, "healthy") != 0 &&
	           (strcmp(state, "cause") != 0 || is_named(report, fault->cause));
	if (views == VIEWS_ALL || !fault->events[0].log)
		is_right = is_right && (views != VIEWS_ALL || stands_first(report, fault->cause));
	print_message("# %-26s %s%s%s %-9s %s%s\n", fault->cause,
	              views & VIEW_RECORDING ? "recording " : "", views & VIEW_LOG ? "log " : "",
	              views & VIEW_DISK ? "disk" : "", state,
	              text_of(json_array_get(json_object_get(report, "causes"), 0), "id"),
	              is_right ? "" : "   <- not right");
	json_decref(report);
	volume_remove(dir);
	unlink(capture);
	return is_right;
}

static void no_view_contradicts_another(void **state)
{
	(void)state;
	size_t n_wrong = 0;

	for (size_t i = 0; i < N_FAULTS; i++)
		for (unsigned views = 1; views <= VIEWS_ALL; views++)
			if (faults[i].events[0].log || views == VIEW_RECORDING || views & VIEW_DISK)
				n_wrong += !agrees(&faults[i], views);
	assert_int_equal(n_wrong, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_view_contradicts_another)};

	if (argc < 2)
		return 64;
	program = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("agreement", tests, NULL, NULL);
}
