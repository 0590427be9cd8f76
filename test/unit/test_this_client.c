#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/this_client.h"
#include "evtx_make.h"
#include "os/computer.h"
#include "os/os.h"
#include "read/reg_export.h"
#include "verdict.h"

#define RDPCLIENT "Microsoft-Windows-TerminalServices-ClientActiveXCore"
#define CHANNEL   "Microsoft-Windows-TerminalServices-RDPClient/Operational"
#define A         "{F420DD64-0102-0304-0506-0708090A0B0C}"
#define NOON      1700000000000000

/* --- a computer that is Windows, in memory --- */

static struct {
	bool is_windows;
	const char *registry;             /* text of an export; NULL: there is none */
	const char *target;               /* of the one stored credential; NULL: there is none */
	enum answer_status no_credential; /* unless ANSWER_ROW, why there is no answer */
	const char *log;                  /* path; NULL: there is none */
	int n_asked;
} fake;

static struct arena fake_arena;

bool computer_is_windows(void)
{
	return fake.is_windows;
}

void computer_ask(struct answers *out, uint64_t topics, const struct computer_question *question,
                  int64_t within_us)
{
	assert_true(topics >> TOPIC_CREDENTIAL & 1);
	assert_true(within_us > 0 && within_us < THIS_CLIENT_US);
	assert_non_null(question->name);
	fake.n_asked++;
	if (fake.no_credential != ANSWER_ROW)
		answers_could_not(out, TOPIC_CREDENTIAL, fake.no_credential, 0, NULL);
	else
		answer_set_text(out, answers_row(out, TOPIC_CREDENTIAL), "target", fake.target);
}

struct reg_source *computer_registry(void)
{
	struct complaints complaints = {.arena = &fake_arena, .unit = "line"};
	struct evidence ev = {.arena = &fake_arena, .name = "registry", .complaints = &complaints};
	struct reg_source *source;

	if (!fake.registry)
		return NULL;
	source = reg_export_open(fake.registry, strlen(fake.registry), &ev);
	assert_non_null(source);
	source->is_whole = true;
	return source;
}

const char *computer_system_drive(void)
{
	return "C:\\";
}

void computer_leave(int status)
{
	(void)status;
}

struct os_file *computer_log(const char *channel, int64_t since_us, enum answer_status *status,
                             uint32_t *error)
{
	assert_string_equal(channel, CHANNEL);
	assert_true(since_us > 0);
	*status = ANSWER_MISSING;
	*error = 15007;
	return fake.log ? os_open(fake.log) : NULL;
}

/* --- runs --- */

struct run {
	struct arena arena;
	struct options options;
	struct dossier e;
};

static struct run *begin(void)
{
	struct run *r = calloc(1, sizeof *r);

	assert_non_null(r);
	memset(&fake, 0, sizeof fake);
	fake.is_windows = true;
	fake.no_credential = ANSWER_NOTHING;
	dossier_begin(&r->e, &r->options, &r->arena, NOON);
	r->e.files.attempts.arena = &r->arena;
	return r;
}

static void end(struct run *r)
{
	dossier_end(&r->e);
	arena_fini(&r->arena);
	arena_fini(&fake_arena);
	free(r);
}

static const struct finding *found(const struct run *r, enum finding_id id,
                                   enum finding_state state)
{
	for (size_t i = 0; i < r->e.findings.n; i++)
		if (r->e.findings.at[i].id == id && r->e.findings.at[i].state == state)
			return &r->e.findings.at[i];
	return NULL;
}

#define SEEN(r, id)   found(r, id, FINDING_SEEN)
#define ABSENT(r, id) found(r, id, FINDING_ABSENT)

/* A host that is well as far as can be seen without an account. */
static void add_healthy(struct run *r)
{
	ADD(&r->e.findings, F_NAME_RESOLVED, ORIGIN_PROBE, 1, NULL);
	ADD(&r->e.findings, F_TCP_CONNECTED, ORIGIN_PROBE, 0, NULL);
	ADD(&r->e.findings, F_NEG_SELECTED, ORIGIN_PROBE, 2, NULL);
	ADD(&r->e.findings, F_TLS_COMPLETED, ORIGIN_PROBE, 0, NULL);
	ADD(&r->e.findings, F_NLA_CHALLENGE, ORIGIN_PROBE, 0, NULL);
}

static const char policies[] =
    "Windows Registry Editor Version 5.00\r\n"
    "\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n"
    "\"Current\"=dword:00000001\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\SecurityProviders\\SCHANNEL\\Protocols"
    "\\TLS 1.2\\Client]\r\n"
    "\"Enabled\"=dword:00000000\r\n"
    "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server]\r\n"
    "\"fDenyTSConnections\"=dword:00000001\r\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services]\r\n"
    "\"PromptForCredsOnClient\"=dword:00000001\r\n"
    "\"AuthenticationLevel\"=dword:00000002\r\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation]\r\n"
    "\"DenySavedCredentials\"=dword:00000001\r\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation"
    "\\DenySavedCredentials]\r\n"
    "\"1\"=\"TERMSRV/*\"\r\n"
    "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP"
    "\\Parameters]\r\n"
    "\"AllowEncryptionOracle\"=dword:00000002\r\n"
    "[HKEY_CURRENT_USER\\Software\\Microsoft\\Terminal Server Client\\Servers\\host7]\r\n"
    "\"UsernameHint\"=\"EXAMPLE\\\\anna\"\r\n"
    "[HKEY_CURRENT_USER\\Software\\Microsoft\\Terminal Server Client\\Servers\\other8]\r\n"
    "\"UsernameHint\"=\"EXAMPLE\\\\anna\"\r\n";

static void another_system_gives_nothing(void **state)
{
	struct run *r = begin();

	(void)state;
	fake.is_windows = false;
	fake.registry = policies;
	this_client_take(&r->e, "host7", false);
	assert_int_equal(r->e.findings.n, 0);
	assert_int_equal(fake.n_asked, 0);
	end(r);
}

static void settings_count_when_something_fails(void **state)
{
	struct run *r = begin();

	(void)state;
	fake.registry = policies;
	ADD(&r->e.findings, F_TLS_ALERT, ORIGIN_PROBE, 70, NULL);
	this_client_take(&r->e, "host7", false);
	assert_non_null(SEEN(r, F_CLIENT_POLICY));
	assert_non_null(SEEN(r, F_CLIENT_DELEGATION_DENIED));
	assert_non_null(SEEN(r, F_CLIENT_TLS_MODERN_OFF));
	assert_int_equal(SEEN(r, F_CLIENT_ORACLE_POLICY)->number, 2);
	assert_int_equal(SEEN(r, F_CLIENT_AUTHENTICATION_LEVEL)->number, 2);
	assert_int_equal(SEEN(r, F_CLIENT_POLICY)->origin, ORIGIN_HOST);
	for (size_t i = 0; i < r->e.findings.n; i++) /* this computer is not the host */
		assert_int_not_equal(finding_defs[r->e.findings.at[i].id].stage, STAGE_HOST_CONFIG);
	end(r);
}

static void settings_alone_are_shown_and_blame_nobody(void **state)
{
	struct run *r = begin();
	const struct findings none = {.arena = &r->arena};

	(void)state;
	fake.registry = policies;
	add_healthy(r);
	this_client_take(&r->e, "host7", false);
	assert_null(SEEN(r, F_CLIENT_POLICY));
	assert_null(SEEN(r, F_CLIENT_DELEGATION_DENIED));
	assert_null(SEEN(r, F_CLIENT_TLS_MODERN_OFF));
	assert_non_null(SEEN(r, F_CLIENT_SETTING));
	assert_string_equal(verdict_of(&r->e.findings, &none, &r->arena), "healthy");
	end(r);
}

static void of_known_hosts_only_this_one_is_told(void **state)
{
	struct run *r = begin();
	size_t n = 0;

	(void)state;
	fake.registry = policies;
	this_client_take(&r->e, "HOST7", false);
	for (size_t i = 0; i < r->e.findings.n; i++)
		n += r->e.findings.at[i].id == F_CLIENT_KNOWN_HOST;
	assert_int_equal(n, 1);
	assert_string_equal(SEEN(r, F_CLIENT_KNOWN_HOST)->text, "host7, as EXAMPLE\\anna");
	end(r);
}

static void credentials_are_for_this_host_or_absent(void **state)
{
	static const struct {
		const char *target;
		enum answer_status no;
		bool is_seen, is_absent;
	} cases[] = {
	    {"TERMSRV/host7", ANSWER_ROW, true, false},
	    {"termsrv/HOST7", ANSWER_ROW, true, false},
	    {"TERMSRV/host77", ANSWER_ROW, false, true},
	    {"TERMSRV/", ANSWER_ROW, false, true},
	    {NULL, ANSWER_ROW, false, true},
	    {NULL, ANSWER_NOTHING, false, true},
	    {NULL, ANSWER_TOO_LATE, false, false},
	    {NULL, ANSWER_NO_RIGHTS, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run *r = begin();

		fake.target = cases[i].target;
		fake.no_credential = cases[i].no;
		this_client_take(&r->e, "host7", false);
		assert_int_equal(SEEN(r, F_CLIENT_SAVED_CREDENTIALS) != NULL, cases[i].is_seen);
		assert_int_equal(ABSENT(r, F_CLIENT_SAVED_CREDENTIALS) != NULL, cases[i].is_absent);
		end(r);
	}
}

/* --- files --- */

/* A folder in the place of Documents; reg wants its path with doubled backslashes. */
static void default_rdp_tells_how_but_not_where(void **state)
{
	char folder[] = "/tmp/this_client_XXXXXX", path[80], registry[400];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	/* here the name of the file holds the backslash that parts it from the folder elsewhere */
	snprintf(path, sizeof path, "%s/Documents\\Default.rdp", folder);
	snprintf(
	    registry, sizeof registry,
	    "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\"
	    "Windows\\CurrentVersion\\Explorer\\Shell Folders]\r\n\"Personal\"=\"%s/Documents\"\r\n",
	    folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("full address:s:other8\r\nenablecredsspsupport:i:0\r\nauthentication level:i:0\r\n"
	      "signature:s:x\r\n",
	      file);
	fclose(file);
	for (int has_file = 0; has_file < 2; has_file++) {
		struct run *r = begin();

		fake.registry = registry;
		this_client_take(&r->e, "host7", has_file);
		assert_int_equal(SEEN(r, F_CLIENT_NLA_OFF) != NULL, !has_file);
		assert_int_equal(SEEN(r, F_CLIENT_AUTHENTICATION_LEVEL) != NULL, !has_file);
		assert_null(SEEN(r, F_CLIENT_RDP_FILE_TARGET_DIFFERS));
		assert_null(SEEN(r, F_CLIENT_RDP_FILE_SIGNATURE));
		end(r);
	}
	unlink(path);
	rmdir(folder);
}

static void write_log(char path[], const char *host, const char *reason)
{
	struct evtx_maker m = {.computer = "LAPTOP3"};
	struct buf log;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	evtx_make_event(&m, RDPCLIENT, CHANNEL, 1024, NOON - 60000000, A, "Name", "Server Name",
	                "Value", host, NULL);
	evtx_make_event(&m, RDPCLIENT, CHANNEL, 1026, NOON - 50000000, A, "Name",
	                "Disconnect Reason", "Value", reason, NULL);
	log = evtx_make_end(&m);
	assert_int_equal(write(fd, log.bytes, log.n), log.n);
	close(fd);
	buf_fini(&log);
}

static void the_last_try_to_this_host_counts(void **state)
{
	static const struct {
		const char *host;
		bool has_code, counts;
	} cases[] = {{"host7", false, true},
	             {"host7.example", false, true},
	             {"other8", false, false},
	             {"host7", true, false}}; /* the person said what was shown */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run *r = begin();
		char path[] = "/tmp/this_client_XXXXXX";

		write_log(path, cases[i].host, "#2308");
		fake.log = path;
		r->e.has_code = cases[i].has_code;
		add_healthy(r);
		this_client_take(&r->e, "host7", false);
		assert_int_equal(r->e.files.attempts.n, cases[i].counts);
		unlink(path);
		end(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(another_system_gives_nothing),
	    cmocka_unit_test(settings_count_when_something_fails),
	    cmocka_unit_test(settings_alone_are_shown_and_blame_nobody),
	    cmocka_unit_test(of_known_hosts_only_this_one_is_told),
	    cmocka_unit_test(credentials_are_for_this_host_or_absent),
	    cmocka_unit_test(default_rdp_tells_how_but_not_where),
	    cmocka_unit_test(the_last_try_to_this_host_counts),
	};

	return RUN(tests);
}
