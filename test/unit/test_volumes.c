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

#include "volume_make.h"

static const char *program;

#define CS       "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\"
#define TS       CS "Control\\Terminal Server"
#define TCP      TS "\\WinStations\\RDP-Tcp]\n"
#define SOFT     "[HKEY_LOCAL_MACHINE\\SOFTWARE\\"
#define NT       SOFT "Microsoft\\Windows NT\\CurrentVersion"
#define POLICY   SOFT "Policies\\Microsoft\\Windows NT\\Terminal Services]\n"
#define SYSTEM   SOFT "Microsoft\\Windows\\CurrentVersion\\Policies\\System"
#define SERVICE  CS "Services\\"
#define RULES    SERVICE "SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]\n"
#define PROTOCOL CS "Control\\SecurityProviders\\SCHANNEL\\Protocols\\"
#define CBS      SOFT "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing"
#define RDP_RULE "\"RemoteDesktop-UserMode-In-TCP\"=\"v2.30|Action="

#define CORE_LOG "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx"
#define RCM_LOG  "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx"
#define LSM_LOG  "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx"
#define RDPCORE  "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define RCM      "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define LSM      "Microsoft-Windows-TerminalServices-LocalSessionManager"
#define AUDIT    "Microsoft-Windows-Security-Auditing"

/* A client that arrives, and what the host's logs have of it up to authentication. */
#define ARRIVES                                                                                    \
	{CORE_LOG, RDPCORE, 131, true, false, {"ConnType", "TCP", "ClientIP", "192.0.2.1:50000"}}, \
	    {RCM_LOG, RCM, 261, true, true, {"listenerName", "RDP-Tcp"}},                          \
	    {CORE_LOG, RDPCORE, 65, true, false, {"ConnectionName", "RDP-Tcp#1"}},                 \
	{                                                                                          \
		CORE_LOG, RDPCORE, 141, true, false,                                               \
		{                                                                                  \
			"InstanceID", "#1"                                                         \
		}                                                                                  \
	}
#define HANGS_UP                                                                                   \
	{CORE_LOG, RDPCORE, 102, true, false, {NULL}},                                             \
	{                                                                                          \
		CORE_LOG, RDPCORE, 103, true, false,                                               \
		{                                                                                  \
			"ReasonCode", "#14"                                                        \
		}                                                                                  \
	}
#define REFUSED(sub)                                                                               \
	{                                                                                          \
		"Security.evtx", AUDIT, 4625, false, false,                                        \
		{                                                                                  \
			"LogonType", "#3", "TargetUserName", "alice", "IpAddress", "192.0.2.1",    \
			    "Status", "0xc000006d", "SubStatus", sub                               \
		}                                                                                  \
	}

struct scenario {
	const char *name;
	const char *cause; /* that stands first; NULL: none is named */
	struct volume_plan plan;
};

static const struct scenario scenarios[] = {
    {"healthy", NULL, {0}},
    {"home", "windows-edition-cannot-host", {.registry = NT "]\n\"EditionID\"=\"Core\"\n"}},
    {"off", "listener-disabled", {.registry = TS "]\n\"fDenyTSConnections\"=dword:1\n"}},
    {"off by policy", "listener-disabled", {.registry = POLICY "\"fDenyTSConnections\"=dword:1\n"}},
    {"listener off", "listener-disabled", {.registry = TCP "\"fEnableWinStation\"=dword:0\n"}},
    {"rule not active",
     "host-firewall-blocks",
     {.registry = RULES RDP_RULE "Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|\"\n"}},
    {"rule that blocks",
     "host-firewall-blocks",
     {.registry = RULES
      "\"x\"=\"v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3000-4000|\"\n"}},
    {"local rules not merged",
     "host-firewall-blocks",
     {.registry = SOFT "Policies\\Microsoft\\WindowsFirewall\\DomainProfile]\n"
                       "\"AllowLocalPolicyMerge\"=dword:0\n" SOFT
                       "Policies\\Microsoft\\WindowsFirewall\\PrivateProfile]\n"
                       "\"AllowLocalPolicyMerge\"=dword:0\n" SOFT
                       "Policies\\Microsoft\\WindowsFirewall\\PublicProfile]\n"
                       "\"AllowLocalPolicyMerge\"=dword:0\n"}},
    {"public network",
     "network-profile-public",
     {.registry = RULES RDP_RULE "Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|"
                                 "Profile=Private|LPort=3389|\"\n" NT
                                 "\\NetworkList\\Profiles\\{1}]\n\"Category\"=dword:0\n"}},
    {"other port",
     "rdp-port-changed",
     {.registry = TCP "\"PortNumber\"=dword:d3e\n" RULES
                      "\"x\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3390|\"\n"}},
    {"port proxy",
     "nat-or-gateway-misroute",
     {.registry = SERVICE "PortProxy\\v4tov4\\tcp]\n\"*/3389\"=\"192.0.2.9/3389\"\n"}},
    {"service disabled",
     "termservice-stopped",
     {.registry = SERVICE "TermService]\n\"Start\"=dword:4\n"}},
    {"service account",
     "termservice-stopped",
     {.registry = SERVICE "TermService]\n\"ObjectName\"=\".\\\\somebody\"\n"}},
    {"service library gone", "termservice-stopped", {.remove = {"Windows/System32/termsrv.dll"}}},
    {"certificates not made",
     "rdp-support-service-broken",
     {.registry = SERVICE "SessionEnv]\n\"Start\"=dword:4\n"}},
    {"key service off",
     "rdp-support-service-broken",
     {.registry = SERVICE "KeyIso]\n\"Start\"=dword:4\n"}},
    {"listener without class",
     "rdp-tcp-listener-corrupt",
     {.registry = TCP "\"LoadableProtocol_Object\"=-\n"}},
    {"listener of Windows 7",
     "rdp-tcp-listener-corrupt",
     {.registry = TCP "\"LoadableProtocol_Object\"=\"{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}\"\n"}},
    {"no listener",
     "rdp-tcp-listener-corrupt",
     {.registry = "[-HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server\\"
                  "WinStations\\RDP-Tcp]\n"}},
    {"driver gone",
     "rdp-tcp-listener-corrupt",
     {.remove = {"Windows/System32/drivers/rdpbus.sys"}}},
    {"one adapter", "listener-bound-to-one-adapter", {.registry = TCP "\"LanAdapter\"=dword:2\n"}},
    {"no right on stations", "winstations-permissions", {.rights_lack_users = true}},
    {"denied on stations", "winstations-permissions", {.rights_deny = true}},
    {"set-up",
     "setup-or-oobe-in-progress",
     {.registry = "[HKEY_LOCAL_MACHINE\\SYSTEM\\Setup]\n\"OOBEInProgress\"=dword:1\n"}},
    {"restart due",
     "pending-reboot-or-servicing",
     {.registry = CBS "\\RebootPending]\n\"x\"=dword:1\n"}},
    {"bad update",
     "windows-update-regression",
     {.registry = CBS "\\Packages\\Package_for_KB5073379~1]\n\"CurrentState\"=dword:70\n"}},
    {"bad build",
     "windows-update-regression",
     {.registry = NT "]\n\"CurrentBuildNumber\"=\"17763\"\n\"UBR\"=dword:182d\n",
      .termsrv_build = 17763}},
    {"policy against setting",
     "group-policy-overrides-local-setting",
     {.registry = POLICY "\"UserAuthentication\"=dword:0\n"}},
    {"wrapper",
     "third-party-termsrv-patch",
     {.registry = SERVICE "TermService\\Parameters]\n"
                          "\"ServiceDll\"=\"%ProgramFiles%\\\\RDP Wrapper\\\\rdpwrap.dll\"\n"}},
    {"library of another build", "third-party-termsrv-patch", {.termsrv_build = 17763}},
    {"expired", "rdp-certificate-expired", {.certificate_from = -220, .certificate_to = -40}},
    {"chosen one gone",
     "rdp-certificate-binding-broken",
     {.registry = TCP "\"SSLCertificateSHA1Hash\"=hex:01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,"
                      "0f,10,11,12,13,14\n"}},
    {"key file gone", "machinekeys-inaccessible", {.remove = {VOLUME_KEY_FILE}}},
    {"keys emptied",
     "machinekeys-inaccessible",
     {.remove = {VOLUME_KEY_FILE, VOLUME_CHOSEN_KEY,
                 VOLUME_KEYS "/6de9cb26d2b98c01ec4e9e8b34824aa2_" VOLUME_MACHINE_GUID,
                 VOLUME_KEYS}}},
    {"chosen key empty",
     "custom-certificate-key-denied",
     {.is_certificate_chosen = true, .empty = {VOLUME_CHOSEN_KEY}}},
    {"template",
     "certificate-template-failure",
     {.registry = POLICY "\"CertTemplateName\"=\"RemoteDesktopComputer\"\n"}},
    {"native security",
     "security-layer-mismatch",
     {.registry = TCP "\"SecurityLayer\"=dword:0\n\"UserAuthentication\"=dword:0\n"}},
    {"fips",
     "encryption-level-fips",
     {.registry = CS "Control\\Lsa\\FipsAlgorithmPolicy]\n\"Enabled\"=dword:1\n"}},
    {"no TLS 1.2",
     "tls-version-mismatch",
     {.registry = PROTOCOL "TLS 1.2\\Server]\n\"Enabled\"=dword:0\n"}},
    {"few suites",
     "cipher-mismatch",
     {.registry = SOFT "Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002]\n"
                       "\"Functions\"=\"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\"\n"}},
    {"no TLS",
     "schannel-disabled",
     {.registry = PROTOCOL "TLS 1.0\\Server]\n\"Enabled\"=dword:0\n" PROTOCOL
                           "TLS 1.1\\Server]\n\"Enabled\"=dword:0\n" PROTOCOL
                           "TLS 1.2\\Server]\n\"Enabled\"=dword:0\n"}},
    {"public name server",
     "nla-cannot-reach-dc",
     {.registry = SERVICE "Tcpip\\Parameters]\n\"Domain\"=\"corp.example\"\n" SERVICE
                          "Tcpip\\Parameters\\Interfaces\\{1}]\n\"NameServer\"=\"8.8.8.8\"\n"}},
    {"not patched since 2018",
     "credssp-encryption-oracle",
     {.registry = NT "]\n\"CurrentBuildNumber\"=\"14393\"\n\"UBR\"=dword:7b\n",
      .termsrv_build = 14393}},
    {"account disabled", "account-disabled-or-expired", {.account_is_disabled = true}},
    {"account expired", "account-disabled-or-expired", {.account_is_expired = true}},
    {"no password", "account-restriction-blank-password", {.account_is_blank = true}},
    {"no member", "not-in-remote-desktop-users", {.account_is_no_member = true}},
    {"right denied", "logon-right-denied", {.users_rights = 0x800}},
    {"NTLM refused",
     "ntlm-blocked-by-policy",
     {.registry = CS "Control\\Lsa\\MSV1_0]\n\"RestrictReceivingNTLMTraffic\"=dword:2\n"}},
    {"smart card", "smartcard-policy", {.registry = SYSTEM "]\n\"scforceoption\"=dword:1\n"}},
    {"prompts",
     "credential-delegation-blocked",
     {.registry = TCP "\"fPromptForPassword\"=dword:1\n"}},
    {"no session", "session-limit", {.registry = TCP "\"MaxInstanceCount\"=dword:0\n"}},
    {"drain", "drain-mode", {.registry = TS "]\n\"TSServerDrainMode\"=dword:2\n"}},
    {"logons disabled",
     "drain-mode",
     {.registry = NT "\\Winlogon]\n\"WinStationsDisabled\"=\"1\"\n"}},
    {"time limit", "session-time-limit", {.registry = POLICY "\"MaxIdleTime\"=dword:dbba0\n"}},
    {"licensing mode",
     "licensing-grace-expired",
     {.registry = TS "\\RCM\\Licensing Core]\n\"LicensingMode\"=dword:5\n" TS
                     "]\n\"TSAppCompat\"=dword:1\n" CS
                     "Control\\ProductOptions]\n\"ProductType\"=\"ServerNT\"\n"}},
    {"licence certificate",
     "host-license-certificate-corrupt",
     {.registry = TS "\\RCM]\n\"X509 Certificate\"=hex:00\n"}},
    {"profile empty", "user-profile-corrupt", {.empty = {"Users/alice/NTUSER.DAT"}}},
    {"profile gone", "user-profile-corrupt", {.remove = {"Users/alice/NTUSER.DAT"}}},
    {"profile set aside",
     "user-profile-corrupt",
     {.registry = NT "\\ProfileList\\S-1-5-21-1-2-3-1001.bak]\n\"State\"=dword:8000\n"}},
    {"other shell",
     "session-black-screen",
     {.registry = NT "\\Winlogon]\n\"Shell\"=\"kiosk.exe\"\n"}},
    {"wrong password",
     "credentials-wrong",
     {.events = {ARRIVES,
                 {CORE_LOG, RDPCORE, 140, true, false, {"IPString", "192.0.2.1"}},
                 REFUSED("0xc000006a"),
                 HANGS_UP}}},
    {"locked", "account-locked", {.events = {ARRIVES, REFUSED("0xc0000234"), HANGS_UP}}},
    {"password expired",
     "password-expired",
     {.events = {ARRIVES, REFUSED("0xc0000071"), HANGS_UP}}},
    {"key refused",
     "machinekeys-inaccessible",
     {.events = {ARRIVES,
                 {"System.evtx",
                  "Schannel",
                  36870,
                  false,
                  false,
                  {"CallerProcessImageName", "svchost.exe", "Type", "server", "ErrorCode",
                   "0x8009030d"}},
                 HANGS_UP}}},
    {"no certificate made",
     "machinekeys-inaccessible",
     {.events = {{"System.evtx", RCM, 1057, false, false, {"", "0x80090016"}}}}},
    {"grace over",
     "licensing-grace-expired",
     {.events = {ARRIVES, {"System.evtx", RCM, 1128, false, false, {NULL}}, HANGS_UP}}},
    {"profile not loaded",
     "user-profile-corrupt",
     {.events = {{"Application.evtx",
                  "Microsoft-Windows-User Profiles Service",
                  1508,
                  false,
                  false,
                  {"Detail", "The process cannot access the file", "File", "NTUSER.DAT"}}}}},
    {"broker sends elsewhere",
     "connection-broker-redirect-unreachable",
     {.registry = TS "\\ClusterSettings]\n\"SessionDirectoryRedirectionIP\"=\"192.0.2.99\"\n"}},
};

#define N_SCENARIOS (sizeof scenarios / sizeof *scenarios)

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

static bool judge(const struct scenario *s, json_t *report)
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

static bool is_diagnosed(const struct scenario *s)
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

	for (size_t i = 0; i < N_SCENARIOS; i++)
		n_wrong += !is_diagnosed(&scenarios[i]);
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
