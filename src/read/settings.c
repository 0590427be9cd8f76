#include "read/settings_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const hive_names[HIVE_KIND_COUNT] = {
    [HIVE_UNKNOWN] = "hive",      [HIVE_SYSTEM] = "SYSTEM", [HIVE_SOFTWARE] = "SOFTWARE",
    [HIVE_SECURITY] = "SECURITY", [HIVE_SAM] = "SAM",       [HIVE_USER] = "NTUSER"};

/* --- what a hive is --- */

static bool stop_at_first(void *context, const char *name)
{
	(void)name;
	*(bool *)context = true;
	return false;
}

static enum reg_answer key_answer(struct reg_source *source, const char *path)
{
	bool has_any = false;

	return source->ops->subkeys(source, path, stop_at_first, &has_any);
}

enum hive_kind hive_kind_of(struct reg_source *source)
{
	static const struct {
		const char *key;
		enum hive_kind kind;
	} marks[] = {{"Select", HIVE_SYSTEM},
	             {"ControlSet001", HIVE_SYSTEM},
	             {"Microsoft\\Windows NT\\CurrentVersion", HIVE_SOFTWARE},
	             {"Policies\\Microsoft", HIVE_SOFTWARE},
	             {"Microsoft\\Cryptography", HIVE_SOFTWARE},
	             {"Policy\\Accounts", HIVE_SECURITY},
	             {"Policy\\PolAcDmS", HIVE_SECURITY},
	             {"SAM\\Domains", HIVE_SAM},
	             {"Control Panel", HIVE_USER},
	             {"Software\\Microsoft\\Terminal Server Client", HIVE_USER},
	             {"Software\\Microsoft\\Windows\\CurrentVersion", HIVE_USER}};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (key_answer(source, marks[i].key) == REG_FOUND)
			return marks[i].kind;
	return HIVE_UNKNOWN;
}

/* --- asking --- */

static const char *joined(struct settings *s, const char *a, const char *b)
{
	return *a && *b ? arena_printf(s->arena, "%s\\%s", a, b) : *a ? a : b;
}

#define CURRENT "CurrentControlSet"

/* The path inside a hive: the control set in use stands for the current one. */
static const char *inner_path(struct settings *s, const struct hive_place *h, const char *key)
{
	if (h->control[0] && strncmp(key, CURRENT, strlen(CURRENT)) == 0)
		return arena_printf(s->arena, "%s%s", h->control, key + strlen(CURRENT));
	return key;
}

const char *where_of(struct settings *s, enum hive_kind kind, const char *key, const char *name)
{
	const struct hive_place *h = &s->hives[kind][0];

	return arena_printf(s->arena, "%s %s%s%s", hive_names[kind],
	                    s->n_hives[kind] ? inner_path(s, h, key) : key, *name ? " " : "", name);
}

static enum reg_answer ask_one(struct settings *s, const struct hive_place *h, const char *key,
                               const char *name, struct reg_value *value)
{
	const char *path = joined(s, h->prefix, inner_path(s, h, key));
	enum reg_answer answer = h->source->ops->value(h->source, path, name, value);

	if (answer == REG_ABSENT && h->is_part && key_answer(h->source, path) != REG_FOUND)
		return REG_UNREADABLE;
	return answer;
}

struct asked ask(struct settings *s, enum hive_kind kind, const char *key, const char *name)
{
	struct asked a = {.answer = REG_UNREADABLE};

	for (size_t i = 0; i < s->n_hives[kind] && a.answer != REG_FOUND; i++) {
		enum reg_answer one = ask_one(s, &s->hives[kind][i], key, name, &a.value);

		if (one != REG_UNREADABLE)
			a.answer = one;
	}
	if (s->n_hives[kind])
		a.where = where_of(s, kind, key, name);
	return a;
}

enum reg_answer ask_key(struct settings *s, enum hive_kind kind, const char *key)
{
	enum reg_answer answer = REG_UNREADABLE;

	for (size_t i = 0; i < s->n_hives[kind] && answer != REG_FOUND; i++) {
		const struct hive_place *h = &s->hives[kind][i];
		enum reg_answer one = key_answer(h->source,
		                                 joined(s, h->prefix, inner_path(s, h, key)));

		if (one == REG_FOUND || (one == REG_ABSENT && !h->is_part))
			answer = one;
	}
	return answer;
}

void each_subkey(struct settings *s, enum hive_kind kind, const char *key,
                 bool (*each)(void *context, const char *name), void *context)
{
	for (size_t i = 0; i < s->n_hives[kind]; i++) {
		const struct hive_place *h = &s->hives[kind][i];

		h->source->ops->subkeys(h->source, joined(s, h->prefix, inner_path(s, h, key)),
		                        each, context);
	}
}

void each_value(struct settings *s, enum hive_kind kind, const char *key,
                bool (*each)(void *context, const struct reg_value *value), void *context)
{
	for (size_t i = 0; i < s->n_hives[kind]; i++) {
		const struct hive_place *h = &s->hives[kind][i];

		h->source->ops->values(h->source, joined(s, h->prefix, inner_path(s, h, key)), each,
		                       context);
	}
}

bool number_of(const struct asked *a, uint32_t *number)
{
	if (a->answer != REG_FOUND || a->value.type != REG_TYPE_DWORD || a->value.n < 4)
		return false;

	const uint8_t *p = a->value.bytes;

	*number = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	return true;
}

bool ask_number(struct settings *s, enum hive_kind kind, const char *key, const char *name,
                uint32_t *number, const char **where)
{
	struct asked a = ask(s, kind, key, name);

	if (where)
		*where = a.where;
	return number_of(&a, number);
}

#define TEXT_BYTES_MAX 8192

static void put_unit(struct buf *out, uint32_t c)
{
	if (c >= 0x80)
		buf_putc(out, (char)(c >= 0x800 ? 0xE0 | c >> 12 : 0xC0 | c >> 6));
	if (c >= 0x800)
		buf_putc(out, (char)(0x80 | (c >> 6 & 0x3F)));
	buf_putc(out, (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c));
}

/* Units of UTF-16 up to a zero; what lies beyond the first plane becomes U+FFFD. */
static size_t put_text(struct buf *out, const uint8_t *p, size_t n)
{
	size_t i = 0;

	for (; i + 1 < n && i < TEXT_BYTES_MAX; i += 2) {
		uint32_t c = p[i] | (uint32_t)p[i + 1] << 8;

		if (!c)
			break;
		put_unit(out, (c & 0xF800) == 0xD800 ? 0xFFFD : c);
	}
	return i + 2;
}

static bool is_text(uint32_t type)
{
	return type == REG_TYPE_SZ || type == REG_TYPE_EXPAND_SZ || type == REG_TYPE_MULTI_SZ;
}

size_t texts_of(struct settings *s, const struct reg_value *value, const char **out, size_t n_most)
{
	size_t n = 0;

	for (size_t at = 0; at + 1 < value->n && n < n_most;) {
		struct buf text = {0};

		at += put_text(&text, value->bytes + at, value->n - at);
		if (text.n)
			out[n++] = arena_copy(s->arena, text.bytes, text.n);
		buf_fini(&text);
	}
	return n;
}

const char *text_of(struct settings *s, const struct reg_value *value)
{
	const char *text = "";

	if (!is_text(value->type))
		return NULL;
	texts_of(s, value, &text, 1);
	return text;
}

const char *ask_text(struct settings *s, enum hive_kind kind, const char *key, const char *name,
                     const char **where)
{
	struct asked a = ask(s, kind, key, name);

	if (where)
		*where = a.where;
	return a.answer == REG_FOUND ? text_of(s, &a.value) : NULL;
}

/* --- telling --- */

static void tell(struct settings *s, enum finding_id id, enum finding_state state, int64_t number,
                 const char *text, const char *where)
{
	struct finding f = finding_of(id, s->origin);

	if (finding_defs[id].of_client || finding_defs[id].stage == STAGE_CLIENT_CONFIG
	        ? !s->is_client
	        : !s->is_host)
		return;
	f.state = state;
	f.number = number;
	f.text = text;
	f.where = where;
	findings_add(s->found, &f);
}

void tell_fact(struct settings *s, enum finding_id id, const char *where)
{
	tell(s, id, FINDING_SEEN, 0, NULL, where);
}

void tell_number(struct settings *s, enum finding_id id, int64_t number, const char *where)
{
	tell(s, id, FINDING_SEEN, number, NULL, where);
}

void tell_text(struct settings *s, enum finding_id id, const char *text, const char *where)
{
	tell(s, id, FINDING_SEEN, 0, text, where);
}

void tell_absent(struct settings *s, enum finding_id id, const char *where)
{
	tell(s, id, FINDING_ABSENT, 0, NULL, where);
}

/* --- policy and local setting --- */

struct effective effective_of(struct settings *s, const char *local_key, const char *name)
{
	uint32_t policy, local;
	const char *policy_where, *local_where;
	bool has_policy = ask_number(s, HIVE_SOFTWARE, KEY_POLICY, name, &policy, &policy_where);
	bool has_local = ask_number(s, HIVE_SYSTEM, local_key, name, &local, &local_where);
	struct effective e = {.is_known = has_policy || has_local,
	                      .is_policy = has_policy,
	                      .number = has_policy  ? policy
	                                : has_local ? local
	                                            : 0,
	                      .where = has_policy ? policy_where : local_where};

	if (has_policy && has_local && policy != local)
		tell_text(s, F_HOST_POLICY_DIFFERS,
		          arena_printf(s->arena, "%s: policy %u, local %u; the policy wins", name,
		                       (unsigned)policy, (unsigned)local),
		          policy_where);
	return e;
}

/* --- taking --- */

struct settings *settings_new(struct arena *arena, enum origin origin)
{
	struct settings *s = arena_new(arena, sizeof *s);

	*s = (struct settings){.arena = arena, .origin = origin, .ubr = -1};
	return s;
}

void settings_set_role(struct settings *s, enum settings_role role)
{
	s->role = role;
}

void settings_set_now(struct settings *s, int64_t now_us)
{
	s->now_us = now_us;
	s->is_now_given = true;
}

/* A running computer has the set in use under a name of its own; in a hive, Select names it. */
static void find_control_set(struct settings *s, struct hive_place *h)
{
	struct reg_value value;
	struct asked a = {.answer = REG_ABSENT};
	uint32_t number = 1;

	if (key_answer(h->source, joined(s, h->prefix, CURRENT)) == REG_FOUND) {
		memcpy(h->control, CURRENT, sizeof CURRENT);
		return;
	}
	a.answer = h->source->ops->value(h->source, joined(s, h->prefix, "Select"), "Current",
	                                 &value);
	a.value = value;
	number_of(&a, &number);
	snprintf(h->control, sizeof h->control, "ControlSet%03u", (unsigned)(number % 1000));
}

/* Windows 10 leaves the time of a hive empty: then that of keys which each start writes to. */
static int64_t time_of(struct settings *s, const struct hive_place *h)
{
	static const char *const keys[] = {
	    CURRENT "\\Control\\Windows", CURRENT "\\Control\\Session Manager",
	    CURRENT "\\Services\\Tcpip\\Parameters", "Microsoft\\Windows NT\\CurrentVersion",
	    "Microsoft\\Windows NT\\CurrentVersion\\Winlogon"};
	int64_t latest = h->source->ops->written_us(h->source, "");

	if (latest)
		return latest;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *path = joined(s, h->prefix, inner_path(s, h, keys[i]));
		int64_t written = h->source->ops->written_us(h->source, path);

		latest = written > latest ? written : latest;
	}
	return latest;
}

void settings_take(struct settings *s, struct reg_source *source, const char *prefix,
                   enum hive_kind kind, struct evidence *ev)
{
	struct hive_place *h;
	int64_t written;

	if (kind == HIVE_UNKNOWN) {
		complain_of_all(ev->complaints, "a hive without a key that rdpwhy knows");
		return;
	}
	if (s->n_hives[kind] == SOURCES_OF_KIND_MAX) {
		complain_of_all(ev->complaints, "more than %d of %s", SOURCES_OF_KIND_MAX,
		                hive_names[kind]);
		return;
	}
	h = &s->hives[kind][s->n_hives[kind]++];
	*h = (struct hive_place){.source = source,
	                         .prefix = arena_copy(s->arena, prefix, strlen(prefix)),
	                         .is_part = *prefix && !source->is_whole};
	if (kind == HIVE_SYSTEM)
		find_control_set(s, h);
	written = time_of(s, h);
	if (written > s->now_us && !s->is_now_given)
		s->now_us = written;
	if (source->note) {
		struct finding f = finding_of(F_HOST_VALUES_OLD, s->origin);

		complain_of_all(ev->complaints, "%s", source->note);
		f.text = hive_names[kind];
		f.where = source->name;
		findings_add(ev->found, &f);
	}
}

const struct settings_host *settings_host(const struct settings *s)
{
	return &s->host;
}

/* --- the rows --- */

#define NO_ONE  INT64_MIN
#define SEVEN   0
#define EIGHT   1
#define TEN     2
#define N_KINDS 3

struct setting {
	enum hive_kind hive;
	const char *key, *name;
	enum reg_type type;
	int64_t
	    usual[N_KINDS]; /* what Windows 7, 8.1 and 10 set; NO_ONE: nothing known, or absent */
	const char *source; /* where the type and the usual value were read */
};

#define HIVES_READ "hives of Windows 7, 8.1 and 10"
#define TEMPLATE   "TerminalServer.admx"
#define ALIKE(n)                                                                                   \
	{                                                                                          \
		n, n, n                                                                            \
	}
#define UNKNOWN ALIKE(NO_ONE)
#define SYS(k, n, t, u)                                                                            \
	{                                                                                          \
		HIVE_SYSTEM, k, n, REG_TYPE_##t, u, HIVES_READ                                     \
	}
#define POL(n, t)                                                                                  \
	{                                                                                          \
		HIVE_SOFTWARE, KEY_POLICY, n, REG_TYPE_##t, UNKNOWN, TEMPLATE                      \
	}
#define SOFT(k, n, t, from)                                                                        \
	{                                                                                          \
		HIVE_SOFTWARE, k, n, REG_TYPE_##t, UNKNOWN, from                                   \
	}

#define KEY_LSA   "CurrentControlSet\\Control\\Lsa"
#define KEY_TCPIP "CurrentControlSet\\Services\\Tcpip\\Parameters"
#define KEY_NT    "Microsoft\\Windows NT\\CurrentVersion"

#define P3(a, b, c)                                                                                \
	{                                                                                          \
		a, b, c                                                                            \
	}

static const struct setting settings_table[] = {
    SYS(KEY_TS, "fDenyTSConnections", DWORD, UNKNOWN),
    SYS(KEY_TS, "TSEnabled", DWORD, UNKNOWN),
    SYS(KEY_TS, "TSServerDrainMode", DWORD, UNKNOWN),
    SYS(KEY_TS, "TSUserEnabled", DWORD, ALIKE(0)),
    SYS(KEY_TS, "fSingleSessionPerUser", DWORD, ALIKE(1)),
    SYS(KEY_TS, "fDenyChildConnections", DWORD, P3(NO_ONE, NO_ONE, 0)),
    SYS(KEY_TS, "StartRCM", DWORD, ALIKE(0)),
    SYS(KEY_TS, "RCDependentServices", MULTI_SZ, UNKNOWN),
    SYS(KEY_TS, "GlassSessionId", DWORD, UNKNOWN),
    SYS(KEY_TS, "InstanceID", SZ, UNKNOWN),
    SYS(KEY_TS "\\RCM\\Licensing Core", "LicensingMode", DWORD, UNKNOWN),
    SYS(KEY_TS "\\RCM", "Certificate", BINARY, UNKNOWN),
    SYS(KEY_TS "\\RCM", "CertificateOld", BINARY, UNKNOWN),
    SYS(KEY_TS "\\RCM", "X509 Certificate", BINARY, UNKNOWN),
    SYS(KEY_TS "\\RCM", "X509 Certificate2", BINARY, UNKNOWN),
    SYS(KEY_TS "\\ClusterSettings", "SessionDirectoryActive", DWORD, UNKNOWN),
    SYS(KEY_TS "\\ClusterSettings", "SessionDirectoryLocation", SZ, UNKNOWN),
    SYS(KEY_TS "\\ClusterSettings", "SessionDirectoryClusterName", SZ, UNKNOWN),
    SYS(KEY_TS "\\ClusterSettings", "SessionDirectoryRedirectionIP", SZ, UNKNOWN),
    SYS(KEY_STATIONS, "DefaultSecurity", BINARY, UNKNOWN),
    SYS(KEY_STATIONS, "ConsoleSecurity", BINARY, UNKNOWN),
    SYS(KEY_STATIONS, "SelfSignedCertificate", BINARY, UNKNOWN),
    SYS(KEY_STATIONS, "SelfSignedCertStore", SZ, UNKNOWN),
    SYS(KEY_STATIONS, "Flags", DWORD, ALIKE(1)),
    SYS(KEY_LISTENER, "fEnableWinStation", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "fLogonDisabled", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "PortNumber", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "LanAdapter", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "MaxInstanceCount", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "UserAuthentication", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "SecurityLayer", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "MinEncryptionLevel", DWORD, ALIKE(2)),
    SYS(KEY_LISTENER, "fAllowSecProtocolNegotiation", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "SSLCertificateSHA1Hash", BINARY, UNKNOWN),
    SYS(KEY_LISTENER, "SelectTransport", DWORD, P3(NO_ONE, 2, 2)),
    SYS(KEY_LISTENER, "SelectNetworkDetect", DWORD, P3(NO_ONE, 1, 1)),
    SYS(KEY_LISTENER, "KeepAliveTimeout", DWORD, ALIKE(0)),
    SYS(KEY_LISTENER, "MaxIdleTime", DWORD, ALIKE(0)),
    SYS(KEY_LISTENER, "MaxConnectionTime", DWORD, ALIKE(0)),
    SYS(KEY_LISTENER, "MaxDisconnectionTime", DWORD, ALIKE(0)),
    SYS(KEY_LISTENER, "fPromptForPassword", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "fDisableEncryption", DWORD, ALIKE(1)),
    SYS(KEY_LISTENER, "fQueryUserConfigFromLocalMachine", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "LoadableProtocol_Object", SZ, UNKNOWN),
    SYS(KEY_LISTENER, "WdName", SZ, UNKNOWN),
    SYS(KEY_LISTENER, "WdPrefix", SZ, UNKNOWN),
    SYS(KEY_LISTENER, "PdName", SZ, UNKNOWN),
    SYS(KEY_LISTENER, "PdDLL", SZ, UNKNOWN),
    SYS(KEY_LISTENER, "CfgDll", SZ, UNKNOWN),
    SYS(KEY_LISTENER, "WdFlag", DWORD, ALIKE(0x36)),
    SYS(KEY_LISTENER, "WebSocketListenerPort", DWORD, UNKNOWN),
    SYS(KEY_LISTENER, "WebSocketTlsListenerPort", DWORD, UNKNOWN),
    POL("fDenyTSConnections", DWORD),
    POL("UserAuthentication", DWORD),
    POL("SecurityLayer", DWORD),
    POL("MinEncryptionLevel", DWORD),
    POL("CertTemplateName", SZ),
    POL("MaxInstanceCount", DWORD),
    POL("fSingleSessionPerUser", DWORD),
    POL("KeepAliveEnable", DWORD),
    POL("KeepAliveInterval", DWORD),
    POL("MaxIdleTime", DWORD),
    POL("MaxConnectionTime", DWORD),
    POL("MaxDisconnectionTime", DWORD),
    POL("fResetBroken", DWORD),
    POL("LicensingMode", DWORD),
    POL("LicenseServers", SZ),
    POL("SelectTransport", DWORD),
    POL("SelectNetworkDetect", DWORD),
    POL("fPromptForPassword", DWORD),
    POL("fEncryptRPCTraffic", DWORD),
    POL("fEnableWddmDriver", DWORD),
    POL("bEnumerateHWBeforeSW", DWORD),
    POL("AVC444ModePreferred", DWORD),
    POL("AVCHardwareEncodePreferred", DWORD),
    POL("SessionDirectoryActive", DWORD),
    POL("SessionDirectoryLocation", SZ),
    POL("SessionDirectoryClusterName", SZ),
    POL("SessionDirectoryExposeServerIP", DWORD),
    POL("AuthenticationLevel", DWORD),
    POL("PromptForCredsOnClient", DWORD),
    POL("DisablePasswordSaving", DWORD),
    POL("AllowSignedFiles", DWORD),
    POL("AllowUnsignedFiles", DWORD),
    POL("TrustedCertThumbprints", SZ),
    SOFT(KEY_POLICY "\\Client", "fClientDisableUDP", DWORD, TEMPLATE),
    SOFT(KEY_POLICY "\\Client", "fUsbRedirectionEnableMode", DWORD, TEMPLATE),
    SOFT(KEY_POLICY "\\Client", "EnableHardwareMode", DWORD, TEMPLATE),
    SYS(KEY_LSA, "LimitBlankPasswordUse", DWORD, ALIKE(1)),
    SYS(KEY_LSA, "DisableRestrictedAdmin", DWORD, UNKNOWN),
    SYS(KEY_LSA, "LmCompatibilityLevel", DWORD, UNKNOWN),
    SYS(KEY_LSA, "disabledomaincreds", DWORD, ALIKE(0)),
    SYS(KEY_LSA, "Security Packages", MULTI_SZ, UNKNOWN),
    SYS(KEY_LSA "\\FipsAlgorithmPolicy", "Enabled", DWORD, UNKNOWN),
    SYS(KEY_LSA "\\MSV1_0", "RestrictSendingNTLMTraffic", DWORD, UNKNOWN),
    SYS(KEY_LSA "\\MSV1_0", "RestrictReceivingNTLMTraffic", DWORD, UNKNOWN),
    SYS("CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL", "EventLogging", DWORD, ALIKE(1)),
    SYS("CurrentControlSet\\Control\\Cryptography\\Configuration\\Local\\SSL\\00010002",
        "Functions", MULTI_SZ, UNKNOWN),
    SYS(KEY_TCPIP, "Hostname", SZ, UNKNOWN),
    SYS(KEY_TCPIP, "Domain", SZ, UNKNOWN),
    SYS(KEY_TCPIP, "NameServer", SZ, UNKNOWN),
    SYS(KEY_TCPIP, "DhcpNameServer", SZ, UNKNOWN),
    SYS(KEY_TCPIP, "TcpTimedWaitDelay", DWORD, UNKNOWN),
    SYS(KEY_TCPIP, "MaxUserPort", DWORD, UNKNOWN),
    SYS(KEY_TCPIP, "EnablePMTUDiscovery", DWORD, UNKNOWN),
    SYS("Setup", "SystemSetupInProgress", DWORD, UNKNOWN),
    SYS("Setup", "SetupType", DWORD, UNKNOWN),
    SYS("Setup", "SetupPhase", DWORD, UNKNOWN),
    SYS("Setup", "OOBEInProgress", DWORD, UNKNOWN),
    SYS("Setup", "CmdLine", SZ, UNKNOWN),
    SYS("CurrentControlSet\\Control\\Session Manager", "PendingFileRenameOperations", MULTI_SZ,
        UNKNOWN),
    SYS("CurrentControlSet\\Control\\ComputerName\\ComputerName", "ComputerName", SZ, UNKNOWN),
    SYS("CurrentControlSet\\Control\\ProductOptions", "ProductType", SZ, UNKNOWN),
    SOFT(KEY_NT, "EditionID", SZ, "SOFTWARE of Windows 10"),
    SOFT(KEY_NT, "CurrentBuildNumber", SZ, "SOFTWARE of Windows 10"),
    SOFT(KEY_NT, "UBR", DWORD, "SOFTWARE of Windows 10"),
    SOFT("Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters",
         "AllowEncryptionOracle", DWORD, "KB4093492"),
    SOFT("Policies\\Microsoft\\Windows\\CredentialsDelegation", "RestrictedRemoteAdministration",
         DWORD, "CredSsp.admx"),
    SOFT("Policies\\Microsoft\\Windows\\CredentialsDelegation",
         "RestrictedRemoteAdministrationType", DWORD, "CredSsp.admx"),
    SOFT("Microsoft\\Cryptography", "MachineGuid", SZ, "SOFTWARE of Windows 10"),
    SOFT(KEY_NT "\\Winlogon", "Shell", SZ, "SOFTWARE of Windows 10"),
    SOFT(KEY_NT "\\Winlogon", "Userinit", SZ, "SOFTWARE of Windows 10"),
    SOFT(KEY_NT "\\Winlogon", "WinStationsDisabled", SZ, "SOFTWARE of Windows 10"),
    SOFT("Microsoft\\Windows\\CurrentVersion\\Policies\\System", "scforceoption", DWORD,
         "security option"),
    SOFT("Microsoft\\Windows\\CurrentVersion\\Policies\\System", "LocalAccountTokenFilterPolicy",
         DWORD, "security option"),
    SOFT("Microsoft\\Windows NT\\CurrentVersion\\TerminalServerGateway\\Config\\Core",
         "EnforceChannelBinding", DWORD, "gateway settings"),
};

static const char *type_name(uint32_t type)
{
	static const char *const names[] = {"REG_NONE",
	                                    "REG_SZ",
	                                    "REG_EXPAND_SZ",
	                                    "REG_BINARY",
	                                    "REG_DWORD",
	                                    "REG_DWORD_BIG_ENDIAN",
	                                    "REG_LINK",
	                                    "REG_MULTI_SZ",
	                                    "REG_RESOURCE_LIST",
	                                    "REG_FULL_RESOURCE_DESCRIPTOR",
	                                    "REG_RESOURCE_REQUIREMENTS_LIST",
	                                    "REG_QWORD"};

	return type < sizeof names / sizeof *names ? names[type] : "an unknown type";
}

/* REG_SZ and REG_EXPAND_SZ do the same work, and lists are written as one or as several texts. */
static bool is_same_type(uint32_t a, uint32_t b)
{
	return a == b || (is_text(a) && is_text(b));
}

static bool is_usual(const struct settings *s, const struct setting *row, uint32_t number)
{
	int generation = settings_generation(s);
	bool is_known = false;

	for (int i = 0; i < N_KINDS; i++) {
		static const int generations[] = {[SEVEN] = 7, [EIGHT] = 8, [TEN] = 10};

		if (row->usual[i] == NO_ONE || (generation && generations[i] != generation))
			continue;
		if (row->usual[i] == (int64_t)number)
			return true;
		is_known = true;
	}
	return !is_known;
}

static void look_at_row(struct settings *s, const struct setting *row)
{
	struct asked a = ask(s, row->hive, row->key, row->name);
	uint32_t number;

	if (a.answer != REG_FOUND)
		return;
	if (!is_same_type(a.value.type, row->type))
		tell_text(s, F_HOST_SETTING_TYPE,
		          arena_printf(s->arena, "%s is %s, expected %s", row->name,
		                       type_name(a.value.type), type_name(row->type)),
		          a.where);
	else if (number_of(&a, &number) && !is_usual(s, row, number))
		tell_text(s, F_HOST_SETTING,
		          arena_printf(s->arena, "%s %u", row->name, (unsigned)number), a.where);
}

void settings_rows(struct settings *s)
{
	for (size_t i = 0; i < sizeof settings_table / sizeof *settings_table; i++)
		look_at_row(s, &settings_table[i]);
}

int settings_generation(const struct settings *s)
{
	if (!s->host.build)
		return 0;
	return s->host.build < 9200 ? 7 : s->host.build < 10240 ? 8 : 10;
}

/* In this order; a client that is in use has no time for what is told of hosts alone. */
static const struct {
	void (*look)(struct settings *s);
	bool is_of_host;
} parts[] = {
    {settings_identity, false},    {settings_rows, true},     {settings_listener, false},
    {settings_firewall, true},     {settings_services, true}, {settings_tls, false},
    {settings_certificates, true}, {settings_state, false},   {settings_accounts, true},
    {settings_client, false},
};

void settings_conclude(struct settings *s, struct evidence *ev)
{
	bool has_system = s->n_hives[HIVE_SYSTEM] != 0;

	s->found = ev->found;
	s->complaints = ev->complaints;
	s->is_host = s->role != SETTINGS_OF_CLIENT;
	s->is_client = s->role == SETTINGS_OF_CLIENT ||
	               (s->role == SETTINGS_OF_EITHER && !has_system);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (s->is_host || !parts[i].is_of_host)
			parts[i].look(s);
}
