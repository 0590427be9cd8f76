/*
 * What a registry says of Remote Desktop: one row for each rule, on hives and on exports; with
 * "real" as argument, real hives and the table of their values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "os/hive.h"
#include "read/reg_export.h"
#include "read/settings.h"
#include "real_logs.h"
#include "volume_make.h"

static struct arena arena;
static struct complaints complaints;
static struct findings found;

static struct evidence evidence(void)
{
	complaints = (struct complaints){.arena = &arena, .unit = "byte"};
	found = (struct findings){.arena = &arena};
	return (struct evidence){
	    .arena = &arena, .name = "x", .found = &found, .complaints = &complaints};
}

static const struct finding *find(enum finding_id id)
{
	for (size_t i = 0; i < found.n; i++)
		if (found.at[i].id == id)
			return &found.at[i];
	return NULL;
}

#define HEAD "Windows Registry Editor Version 5.00\n"
#define HKLM "HKEY_LOCAL_MACHINE\\"
#define CS   "[" HKLM "SYSTEM\\ControlSet002\\"
#define TS   CS "Control\\Terminal Server"
#define TCP  TS "\\WinStations\\RDP-Tcp]\n"
#define SOFT "[" HKLM "SOFTWARE\\"
#define NT   SOFT "Microsoft\\Windows NT\\CurrentVersion"
#define POL  SOFT "Policies\\Microsoft\\Windows NT\\Terminal Services]\n"
#define USER "[HKEY_CURRENT_USER\\Software\\Microsoft\\Terminal Server Client"
#define FW   CS "Services\\SharedAccess\\Parameters\\FirewallPolicy\\"
#define RULE FW "FirewallRules]\n\"r\"=\"v2.30|"

/* Which control set is in use; the other one holds what would be wrong. */
static const char select_two
    [] = "[" HKLM "SYSTEM\\Select]\n\"Current\"=dword:2\n"
         "[" HKLM
         "SYSTEM\\ControlSet001\\Control\\Terminal Server]\n\"fDenyTSConnections\"=dword:1\n";

static struct settings_host known;

static void judge_source(const char *text, enum settings_role role, bool is_whole)
{
	static const struct {
		const char *prefix;
		enum hive_kind kind;
	} roots[] = {{HKLM "SYSTEM", HIVE_SYSTEM},
	             {HKLM "SOFTWARE", HIVE_SOFTWARE},
	             {HKLM "SECURITY", HIVE_SECURITY},
	             {HKLM "SAM", HIVE_SAM},
	             {"HKEY_CURRENT_USER", HIVE_USER}};
	struct evidence ev = evidence();
	struct settings *s = settings_new(&arena, ORIGIN_HIVE);
	const char *whole = arena_printf(&arena, "%s%s%s", HEAD, select_two, text);
	struct reg_source *source = reg_export_open(whole, strlen(whole), &ev);

	assert_non_null(source);
	assert_int_equal(complaints.n, 0);
	source->is_whole = is_whole;
	settings_set_role(s, role);
	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
		if (strstr(text, roots[i].prefix) || i == 0)
			settings_take(s, source, roots[i].prefix, roots[i].kind, &ev);
	settings_conclude(s, &ev);
	known = *settings_host(s);
}

static void judge_export(const char *text, enum settings_role role)
{
	judge_source(text, role, false);
}

struct rule {
	const char *text;
	enum finding_id id;
	enum { SEEN_SO, ABSENT_SO, NOT_TOLD } state;
	int64_t number;
	const char *says; /* text of the finding, or a part of it; NULL: not compared */
};

static const struct rule rules[] = {
    {TS "]\n\"fDenyTSConnections\"=dword:0\n", F_HOST_RDP_OFF, ABSENT_SO, 0, NULL},
    {TS "]\n\"fDenyTSConnections\"=dword:1\n", F_HOST_RDP_OFF, SEEN_SO, 0, "local"},
    {TS "]\n\"x\"=dword:1\n", F_HOST_RDP_OFF, NOT_TOLD, 0, NULL},
    {TS "]\n\"fDenyTSConnections\"=dword:0\n" POL "\"fDenyTSConnections\"=dword:1\n",
     F_HOST_RDP_OFF, SEEN_SO, 0, "policy"},
    {TS "]\n\"fDenyTSConnections\"=dword:1\n" POL "\"fDenyTSConnections\"=dword:0\n",
     F_HOST_RDP_OFF, ABSENT_SO, 0, NULL},
    {TS "]\n\"fDenyTSConnections\"=dword:1\n" POL "\"fDenyTSConnections\"=dword:0\n",
     F_HOST_POLICY_DIFFERS, SEEN_SO, 0, "fDenyTSConnections: policy 0, local 1"},
    {TS "]\n\"fDenyTSConnections\"=\"1\"\n", F_HOST_RDP_OFF, NOT_TOLD, 0, NULL},
    {TS "]\n\"fDenyTSConnections\"=\"1\"\n", F_HOST_SETTING_TYPE, SEEN_SO, 0,
     "fDenyTSConnections is REG_SZ, expected REG_DWORD"},
    {TS "]\n\"TSEnabled\"=dword:0\n", F_HOST_LISTENER_OFF, SEEN_SO, 0, "TSEnabled"},
    {TS "]\n\"TSServerDrainMode\"=dword:1\n", F_HOST_DRAIN_MODE, SEEN_SO, 1, NULL},
    {TS "]\n\"fSingleSessionPerUser\"=dword:0\n", F_HOST_SETTING, SEEN_SO, 0,
     "fSingleSessionPerUser 0"},
    {TS "]\n\"fSingleSessionPerUser\"=dword:1\n", F_HOST_SETTING, NOT_TOLD, 0, NULL},
    {TCP "\"fLogonDisabled\"=dword:1\n", F_HOST_LISTENER_OFF, SEEN_SO, 0, "fLogonDisabled"},
    {TCP "\"PortNumber\"=dword:d3e\n", F_HOST_PORT, SEEN_SO, 3390, NULL},
    {TCP "\"PortNumber\"=dword:d3e\n", F_HOST_LISTENER_DAMAGED, SEEN_SO, 0,
     "LoadableProtocol_Object is missing"},
    {TCP "\"PortNumber\"=dword:0\n", F_HOST_PORT, NOT_TOLD, 0, NULL},
    {TCP "\"LanAdapter\"=dword:0\n", F_HOST_BOUND_TO_ADAPTER, ABSENT_SO, 0, NULL},
    {TCP "\"MaxInstanceCount\"=dword:ffffffff\n", F_HOST_SESSION_CAP, NOT_TOLD, 0, NULL},
    {TCP "\"MaxInstanceCount\"=dword:3\n", F_HOST_SESSION_CAP, SEEN_SO, 3, NULL},
    {TCP "\"SecurityLayer\"=dword:2\n" POL "\"SecurityLayer\"=dword:0\n", F_HOST_SECURITY_LAYER,
     SEEN_SO, 0, NULL},
    {TCP "\"MinEncryptionLevel\"=dword:4\n", F_HOST_FIPS, SEEN_SO, 0, NULL},
    {TCP "\"MaxIdleTime\"=dword:ea60\n\"fInheritMaxIdleTime\"=dword:1\n", F_HOST_TIME_LIMIT,
     NOT_TOLD, 0, NULL},
    {TCP "\"MaxIdleTime\"=dword:ea60\n\"fInheritMaxIdleTime\"=dword:0\n", F_HOST_TIME_LIMIT,
     SEEN_SO, 0, "MaxIdleTime 1 min"},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|\"\n", F_HOST_FIREWALL_BLOCKS,
     ABSENT_SO, 0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3000-4000|\"\n", F_HOST_FIREWALL_BLOCKS,
     ABSENT_SO, 0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=443|LPort=3389|\"\n",
     F_HOST_FIREWALL_BLOCKS, ABSENT_SO, 0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=3389|\"\n", F_HOST_FIREWALL_BLOCKS,
     SEEN_SO, 0, "no active rule"},
    {RULE "Action=Allow|Active=TRUE|Dir=Out|Protocol=6|LPort=3389|\"\n", F_HOST_FIREWALL_BLOCKS,
     SEEN_SO, 0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|App=c:\\\\other.exe|\"\n",
     F_HOST_FIREWALL_BLOCKS, SEEN_SO, 0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=System|\"\n", F_HOST_FIREWALL_BLOCKS,
     SEEN_SO, 0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|AppPkgId=S-1-15-2|\"\n", F_HOST_FIREWALL_BLOCKS, SEEN_SO,
     0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|RA4=192.0.2.0/24|\"\n",
     F_HOST_FIREWALL_REMOTE_LIMITED, SEEN_SO, 0, "192.0.2.0/24"},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Profile=Private|\"\n",
     F_HOST_FIREWALL_PROFILE_LIMITED, SEEN_SO, 0, "Private"},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|\"\n"
          "\"b\"=\"v2.30|Action=Block|Active=TRUE|Dir=In|\"\n",
     F_HOST_FIREWALL_BLOCKS, SEEN_SO, 0, "the rule b blocks it"},
    {RULE "Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|\"\n" FW
          "DomainProfile]\n\"EnableFirewall\"=dword:0\n" FW
          "StandardProfile]\n\"EnableFirewall\"=dword:0\n" FW
          "PublicProfile]\n\"EnableFirewall\"=dword:0\n",
     F_HOST_FIREWALL_BLOCKS, ABSENT_SO, 0, NULL},
    {RULE "Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|\"\n" FW
          "PublicProfile]\n\"DoNotAllowExceptions\"=dword:1\n",
     F_HOST_FIREWALL_PROFILE_LIMITED, SEEN_SO, 0, "Domain, Private"},
    {RULE "Action=Allow|Active=FALSE|Dir=In|Protocol=6|LPort=3389|\"\n" SOFT
          "Policies\\Microsoft\\WindowsFirewall\\FirewallRules]\n"
          "\"p\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|\"\n",
     F_HOST_FIREWALL_BLOCKS, ABSENT_SO, 0, NULL},
    {CS "Services\\TermService]\n\"Start\"=dword:4\n", F_HOST_TERMSERVICE, SEEN_SO, 0, "disabled"},
    {CS "Services\\TermService\\Parameters]\n\"ServiceDll\"=\"c:\\\\x\\\\termsrv.dll\"\n",
     F_HOST_TERMSRV_PATCHED, SEEN_SO, 0, "c:\\x\\termsrv.dll"},
    {CS "Services\\TermService\\Parameters]\n"
        "\"ServiceDll\"=\"%systemroot%\\\\SYSTEM32\\\\TermSrv.dll\"\n",
     F_HOST_TERMSRV_PATCHED, ABSENT_SO, 0, NULL},
    {CS "Services\\TermService]\n\"ObjectName\"=\"NT AUTHORITY\\\\Network Service\"\n",
     F_HOST_SERVICE_CHANGED, NOT_TOLD, 0, NULL},
    {CS "Services\\KeyIso]\n\"Start\"=dword:4\n", F_HOST_SUPPORT_SERVICE, SEEN_SO, 0, "KeyIso"},
    {CS "Control\\Lsa]\n\"DisableRestrictedAdmin\"=dword:0\n", F_HOST_RESTRICTED_ADMIN_OFF,
     ABSENT_SO, 0, NULL},
    {CS "Control\\Lsa]\n\"x\"=dword:0\n", F_HOST_RESTRICTED_ADMIN_OFF, SEEN_SO, 0, NULL},
    {CS "Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.0\\Server]\n"
        "\"Enabled\"=dword:0\n",
     F_HOST_TLS_OFF, SEEN_SO, 0, "TLS 1.0"},
    {CS "Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.0\\Server]\n"
        "\"Enabled\"=dword:0\n",
     F_HOST_TLS_ALL_OFF, ABSENT_SO, 0, NULL},
    {CS "Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server]\n"
        "\"Enabled\"=dword:ffffffff\n",
     F_HOST_TLS_OFF, NOT_TOLD, 0, NULL},
    {CS "Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Client]\n"
        "\"Enabled\"=dword:0\n",
     F_HOST_TLS_OFF, NOT_TOLD, 0, NULL},
    {NT "]\n\"EditionID\"=\"CoreSingleLanguage\"\n", F_HOST_EDITION_CANNOT_HOST, SEEN_SO, 0,
     "CoreSingleLanguage"},
    {NT "]\n\"EditionID\"=\"ServerDatacenter\"\n", F_HOST_EDITION_CANNOT_HOST, ABSENT_SO, 0, NULL},
    {NT "]\n\"CurrentBuildNumber\"=\"14393\"\n\"UBR\"=dword:8c8\n", F_HOST_UNPATCHED_CREDSSP,
     ABSENT_SO, 0, NULL},
    {NT "]\n\"CurrentBuildNumber\"=\"14393\"\n\"UBR\"=dword:8c7\n", F_HOST_UNPATCHED_CREDSSP,
     SEEN_SO, 0, NULL},
    {NT "\\NetworkList\\Profiles\\{1}]\n\"Category\"=dword:0\n"
        "\"DateLastConnected\"=hex:e7,07,01,00,00,00,01,00,00,00,00,00,00,00,00,00\n" NT
        "\\NetworkList\\Profiles\\{2}]\n\"Category\"=dword:2\n"
        "\"DateLastConnected\"=hex:e8,07,01,00,00,00,01,00,00,00,00,00,00,00,00,00\n",
     F_HOST_NETWORK_CATEGORY, SEEN_SO, 0, "domain"},
    {SOFT "Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters]\n"
          "\"AllowEncryptionOracle\"=dword:2\n",
     F_HOST_ORACLE_POLICY, SEEN_SO, 2, NULL},
    {"[" HKLM "SECURITY\\Policy\\Accounts\\S-1-5-32-555\\ActSysAc]\n@=hex(0):00,08,00,00\n",
     F_ACCOUNT_RIGHT_DENIED, SEEN_SO, 0, "remote-interactive"},
    {"[" HKLM "SECURITY\\Policy\\Accounts\\S-1-5-32-546\\ActSysAc]\n@=hex(0):c1,08,00,00\n"
     "[" HKLM "SECURITY\\Policy\\Accounts\\S-1-5-32-544\\ActSysAc]\n@=hex(0):07,04,00,00\n",
     F_ACCOUNT_RIGHT_DENIED, NOT_TOLD, 0, NULL},
    {"[" HKLM "SECURITY\\Policy\\PolAcDmS]\n@=hex(0):01,02,00,00,00,00,00,05,15,00,00,00,07,00,00,"
     "00\n",
     F_HOST_MACHINE_SID, SEEN_SO, 0, "S-1-5-21-7"},
    {POL "\"AuthenticationLevel\"=dword:1\n", F_CLIENT_AUTHENTICATION_LEVEL, NOT_TOLD, 0, NULL},
};

static bool is_as_said(const struct rule *r)
{
	const struct finding *f = find(r->id);

	if (!f || r->state == NOT_TOLD)
		return !f && r->state == NOT_TOLD;
	if ((f->state == FINDING_SEEN) != (r->state == SEEN_SO) || f->number != r->number)
		return false;
	return !r->says || (f->text && strstr(f->text, r->says));
}

static void each_rule_speaks(void **state)
{
	(void)state;
	size_t n_wrong = 0;

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		judge_export(rules[i].text, SETTINGS_OF_EITHER);
		if (is_as_said(&rules[i]))
			continue;
		n_wrong++;
		print_message("# row %zu: %s\n%s\n", i, finding_defs[rules[i].id].name,
		              rules[i].text);
	}
	assert_int_equal(n_wrong, 0);
}

static void a_place_names_hive_key_and_value(void **state)
{
	(void)state;
	judge_export(TS "]\n\"fDenyTSConnections\"=dword:1\n", SETTINGS_OF_HOST);
	assert_string_equal(find(F_HOST_RDP_OFF)->where,
	                    "SYSTEM ControlSet002\\Control\\Terminal Server fDenyTSConnections");
	assert_int_equal(find(F_HOST_RDP_OFF)->origin, ORIGIN_HIVE);
}

/* An export holds a part: what is not in it may be there all the same. */
static void an_export_is_silent_of_what_it_lacks(void **state)
{
	(void)state;
	judge_export(TS "]\n\"fDenyTSConnections\"=dword:0\n", SETTINGS_OF_HOST);
	assert_null(find(F_HOST_RESTRICTED_ADMIN_OFF));
	assert_null(find(F_HOST_PENDING_REBOOT));
	assert_null(find(F_HOST_EDITION_CANNOT_HOST));
	assert_null(find(F_HOST_REMOTE_TOOL));
	assert_null(find(F_HOST_LISTENER_DAMAGED));
}

/* The registry of this computer is asked below prefixes too, and lacks what it lacks. */
static void a_whole_registry_lacks_what_it_does_not_hold(void **state)
{
	(void)state;
	static const char text[] = CS "Services\\Other]\n\"Start\"=dword:3\n";

	judge_source(text, SETTINGS_OF_HOST, false);
	assert_null(find(F_HOST_SERVICE_CHANGED));
	judge_source(text, SETTINGS_OF_HOST, true);
	assert_string_equal(find(F_HOST_SERVICE_CHANGED)->text, "TermService");
}

static void a_client_is_told_of_as_a_client(void **state)
{
	(void)state;
	static const char text[] = POL
	    "\"AuthenticationLevel\"=dword:1\n\"AllowUnsignedFiles\"=dword:0\n" SOFT
	    "Policies\\Microsoft\\Windows NT\\Terminal Services\\Client]\n"
	    "\"fClientDisableUDP\"=dword:1\n" SOFT
	    "Policies\\Microsoft\\Windows\\CredentialsDelegation]\n"
	    "\"DenySavedCredentials\"=dword:1\n\"RestrictedRemoteAdministration\"=dword:1\n"
	    "\"RestrictedRemoteAdministrationType\"=dword:2\n" SOFT
	    "Policies\\Microsoft\\Windows\\CredentialsDelegation\\DenySavedCredentials]\n"
	    "\"1\"=\"TERMSRV/*\"\n" USER "]\n\"RDGClientTransport\"=dword:1\n" USER
	    "\\Servers\\pc-17]\n\"UsernameHint\"=\"CORP\\\\alice\"\n\"CertHash\"=hex:01\n";

	judge_export(text, SETTINGS_OF_CLIENT);
	assert_int_equal(find(F_CLIENT_AUTHENTICATION_LEVEL)->number, 1);
	assert_string_equal(find(F_CLIENT_POLICY)->text, "AllowUnsignedFiles 0");
	assert_non_null(find(F_CLIENT_UDP_OFF));
	assert_string_equal(find(F_CLIENT_DELEGATION_DENIED)->text, "DenySavedCredentials");
	assert_non_null(find(F_CLIENT_REMOTE_GUARD));
	assert_string_equal(find(F_CLIENT_SETTING)->text, "RDGClientTransport 1");
	assert_string_equal(find(F_CLIENT_KNOWN_HOST)->text,
	                    "pc-17, as CORP\\alice, certificate remembered");
	for (size_t i = 0; i < found.n; i++)
		assert_string_not_equal(finding_defs[found.at[i].id].name, "host.rdp_off");
}

static void hives_are_known_by_their_keys(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum hive_kind kind;
	} rows[] = {{"[R\\Select]\n\"Current\"=dword:1\n", HIVE_SYSTEM},
	            {"[R\\Microsoft\\Windows NT\\CurrentVersion]\n", HIVE_SOFTWARE},
	            {"[R\\Policy\\Accounts]\n", HIVE_SECURITY},
	            {"[R\\SAM\\Domains]\n", HIVE_SAM},
	            {"[R\\Control Panel]\n", HIVE_USER},
	            {"[R\\x]\n", HIVE_UNKNOWN}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf hive = {0};
		struct reg_source *source;

		assert_true(hive_make(rows[i].text, "R", &hive));
		source = hive_open(&hive, "x", NULL);
		assert_non_null(source);
		assert_int_equal(hive_kind_of(source), rows[i].kind);
		source->ops->close(source);
		buf_fini(&hive);
	}
}

/* --- real hives --- */

static struct reg_source *real_source(const char *name)
{
	char path[300];
	struct log_bytes file;
	struct buf bytes = {0};
	struct reg_source *source;

	snprintf(path, sizeof path, "hives/%s", name);
	assert_true(log_load(path, &file));
	buf_put(&bytes, file.bytes, file.n);
	log_free(&file);
	source = hive_open(&bytes, "SYSTEM", NULL);
	assert_non_null(source);
	buf_fini(&bytes);
	return source;
}

static void judge_real(const char *name)
{
	struct evidence ev = evidence();
	struct settings *s = settings_new(&arena, ORIGIN_HIVE);
	struct reg_source *source = real_source(name);

	assert_int_equal(hive_kind_of(source), HIVE_SYSTEM);
	settings_take(s, source, "", HIVE_SYSTEM, &ev);
	settings_conclude(s, &ev);
	known = *settings_host(s);
	source->ops->close(source);
}

static void check_all(const struct rule *rows, size_t n)
{
	size_t n_wrong = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_as_said(&rows[i]))
			continue;
		n_wrong++;
		print_message("# not so: %s\n", finding_defs[rows[i].id].name);
	}
	assert_int_equal(n_wrong, 0);
}

static void windows_7_with_remote_desktop_on(void **state)
{
	(void)state;
	static const struct rule rows[] = {
	    {"", F_HOST_RDP_OFF, ABSENT_SO, 0, NULL},
	    {"", F_HOST_LISTENER_OFF, ABSENT_SO, 0, NULL},
	    {"", F_HOST_LISTENER_DAMAGED, ABSENT_SO, 0, NULL},
	    {"", F_HOST_WINSTATIONS_RIGHTS, ABSENT_SO, 0, NULL},
	    {"", F_HOST_NLA_REQUIRED, ABSENT_SO, 0, NULL},
	    {"", F_HOST_SECURITY_LAYER, SEEN_SO, 1, NULL},
	    {"", F_HOST_PORT, SEEN_SO, 3389, NULL},
	    {"", F_HOST_FIREWALL_BLOCKS, ABSENT_SO, 0, NULL},
	    {"", F_HOST_FIREWALL_PROFILE_LIMITED, SEEN_SO, 0, "Domain, Private"},
	    {"", F_HOST_TERMSERVICE, NOT_TOLD, 0, NULL},
	    {"", F_HOST_SERVICE_CHANGED, NOT_TOLD, 0, NULL},
	    {"", F_HOST_TERMSRV_PATCHED, ABSENT_SO, 0, NULL},
	    {"", F_HOST_SETTING_TYPE, NOT_TOLD, 0, NULL},
	    {"", F_HOST_SETTING, NOT_TOLD, 0, NULL},
	    {"", F_HOST_CIPHER_POLICY, NOT_TOLD, 0, NULL},
	    {"", F_HOST_SETUP_RUNNING, ABSENT_SO, 0, NULL},
	};

	judge_real("SYSTEM-win7-rdp-on.xz");
	check_all(rows, sizeof rows / sizeof *rows);
}

static void windows_10_with_remote_desktop_off(void **state)
{
	(void)state;
	static const struct rule rows[] = {
	    {"", F_HOST_RDP_OFF, SEEN_SO, 0, "local"},
	    {"", F_HOST_LISTENER_OFF, ABSENT_SO, 0, NULL},
	    {"", F_HOST_LISTENER_DAMAGED, ABSENT_SO, 0, NULL},
	    {"", F_HOST_WINSTATIONS_RIGHTS, ABSENT_SO, 0, NULL},
	    {"", F_HOST_NLA_REQUIRED, SEEN_SO, 0, NULL},
	    {"", F_HOST_SECURITY_LAYER, SEEN_SO, 2, NULL},
	    {"", F_HOST_PORT, SEEN_SO, 3389, NULL},
	    {"", F_HOST_FIREWALL_BLOCKS, SEEN_SO, 0, "RemoteDesktop-UserMode-In-TCP is not active"},
	    {"", F_HOST_SERVICE_CHANGED, NOT_TOLD, 0, NULL},
	    {"", F_HOST_SUPPORT_SERVICE, NOT_TOLD, 0, NULL},
	    {"", F_HOST_SETTING_TYPE, NOT_TOLD, 0, NULL},
	    {"", F_HOST_SETTING, NOT_TOLD, 0, NULL},
	    {"", F_HOST_CIPHER_POLICY, NOT_TOLD, 0, NULL},
	};

	judge_real("SYSTEM-win10-1903-dirty-no-logs.xz");
	check_all(rows, sizeof rows / sizeof *rows);
}

static void put_text(struct buf *out, const struct reg_value *v, const char *between)
{
	for (size_t i = 0; i + 1 < v->n; i += 2) {
		if (v->bytes[i + 1])
			buf_putc(out, '?');
		else if (v->bytes[i])
			buf_putc(out, (char)v->bytes[i]);
		else if (v->type != REG_TYPE_MULTI_SZ)
			return; /* some hold rubbish behind their end */
		else if (i + 3 < v->n && v->bytes[i + 2])
			buf_puts(out, between);
	}
}

/* The value as the table writes it. */
static void put_value(struct buf *out, const struct reg_value *v)
{
	uint8_t sum[32];
	unsigned int n;

	switch (v->type) {
	case REG_TYPE_DWORD:
		buf_printf(out, "%u",
		           (unsigned)(v->bytes[0] | v->bytes[1] << 8 | v->bytes[2] << 16 |
		                      (unsigned)v->bytes[3] << 24));
		break;
	case REG_TYPE_BINARY:
		EVP_Digest(v->bytes, v->n, sum, &n, EVP_sha256(), NULL);
		buf_printf(out, "%zu bytes sha256 ", v->n);
		for (int i = 0; i < 8; i++)
			buf_printf(out, "%02x", sum[i]);
		break;
	default:
		put_text(out, v, " ; ");
		break;
	}
}

static void each_value_of_the_table_is_read(void **state)
{
	(void)state;
	struct table t;
	struct reg_source *source = NULL;
	const char *file = "";
	size_t n_wrong = 0, n_compared = 0;

	assert_true(table_load("truth/hive-values.tsv", &t));
	for (size_t i = 0; i < t.n_rows; i++) {
		char **row = t.rows[i];
		struct reg_value v;
		struct buf text = {0};

		if (strcmp(file, row[0]) != 0) {
			if (source)
				source->ops->close(source);
			file = row[0];
			source = real_source(strchr(file, '/') + 1);
		}
		if (!row[3] || strncmp(row[3], "REG_", 4) != 0)
			continue;
		n_compared++;
		if (source->ops->value(source, row[1],
		                       strcmp(row[2], "(default)") == 0 ? "" : row[2],
		                       &v) == REG_FOUND)
			put_value(&text, &v);
		if (strcmp(text.n ? text.bytes : "", row[4] ? row[4] : "") != 0) {
			n_wrong++;
			print_message("# %s %s: \"%s\", expected \"%s\"\n", row[1], row[2],
			              text.n ? text.bytes : "", row[4]);
		}
		buf_fini(&text);
	}
	if (source)
		source->ops->close(source);
	print_message("# %zu values compared\n", n_compared);
	assert_int_equal(n_wrong, 0);
	assert_true(n_compared > 500);
	table_free(&t);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_rule_speaks),
	    cmocka_unit_test(a_place_names_hive_key_and_value),
	    cmocka_unit_test(an_export_is_silent_of_what_it_lacks),
	    cmocka_unit_test(a_whole_registry_lacks_what_it_does_not_hold),
	    cmocka_unit_test(a_client_is_told_of_as_a_client),
	    cmocka_unit_test(hives_are_known_by_their_keys),
	};
	const struct CMUnitTest real[] = {
	    cmocka_unit_test(windows_7_with_remote_desktop_on),
	    cmocka_unit_test(windows_10_with_remote_desktop_off),
	    cmocka_unit_test(each_value_of_the_table_is_read),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc > 1 && strcmp(argv[1], "real") == 0) {
		struct log_bytes there;

		if (!log_load("truth/hive-files.tsv", &there)) {
			puts("1..0 # SKIP the real hives are not here");
			return 0;
		}
		log_free(&there);
		failed = cmocka_run_group_tests(real, NULL, NULL);
	} else {
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	}
	arena_fini(&arena);
	return failed;
}
