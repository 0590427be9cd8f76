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
     {.registry = CBS "\\Packages\\Package_for_KB5074109~1]\n\"CurrentState\"=dword:70\n"}},
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

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_fault_is_found)};

	if (argc < 2)
		return 64;
	program = argv[1];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("volumes", tests, NULL, NULL);
}
