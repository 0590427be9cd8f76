/*
 * settings_listener - the switch, the listener and its limits, and what the policies say of them.
 */
#include <string.h>

#include "base/text.h"
#include "read/rights.h"
#include "read/settings_inside.h"

/* --- on or off --- */

static void look_at_switch(struct settings *s)
{
	struct effective e = effective_of(s, KEY_TS, "fDenyTSConnections");

	if (!e.is_known)
		return;
	if (e.number)
		tell_text(s, F_HOST_RDP_OFF, e.is_policy ? "policy" : "local", e.where);
	else
		tell_absent(s, F_HOST_RDP_OFF, e.where);
}

static void look_at_listener_off(struct settings *s)
{
	static const struct {
		const char *key, *name;
		bool is_off_when_set; /* 1 switches off; else 0 does */
	} rows[] = {{KEY_TS, "TSEnabled", false},
	            {KEY_LISTENER, "fEnableWinStation", false},
	            {KEY_LISTENER, "fLogonDisabled", true}};
	bool is_off = false, is_known = false;
	const char *where = NULL;
	uint32_t number;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!ask_number(s, HIVE_SYSTEM, rows[i].key, rows[i].name, &number, &where))
			continue;
		is_known = true;
		if ((number != 0) != rows[i].is_off_when_set)
			continue;
		is_off = true;
		tell_text(s, F_HOST_LISTENER_OFF, rows[i].name, where);
	}
	if (is_known && !is_off)
		tell_absent(s, F_HOST_LISTENER_OFF, where_of(s, HIVE_SYSTEM, KEY_LISTENER, ""));
}

static void look_at_drain(struct settings *s)
{
	struct asked a = ask(s, HIVE_SYSTEM, KEY_TS, "TSServerDrainMode");
	const char *where, *disabled;
	uint32_t number = 0;

	if (number_of(&a, &number) && number)
		tell_number(s, F_HOST_DRAIN_MODE, number, a.where);
	else if (a.answer != REG_UNREADABLE)
		tell_absent(s, F_HOST_DRAIN_MODE, a.where);
	disabled = ask_text(s, HIVE_SOFTWARE, "Microsoft\\Windows NT\\CurrentVersion\\Winlogon",
	                    "WinStationsDisabled", &where);
	if (disabled && strcmp(disabled, "1") == 0) /* change logon /disable: until it is undone */
		tell_number(s, F_HOST_DRAIN_MODE, 2, where);
}

/* --- the listener itself --- */

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (text_same(text, *words))
			return true;
	return false;
}

static const struct {
	const char *name;
	const char *healthy[4]; /* of any generation */
} listener_texts[] = {
    {"LoadableProtocol_Object",
     {"{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}", "{5828227c-20cf-4408-b73f-73ab70b8849f}"}},
    {"WdPrefix", {"RDP"}},
    {"PdName", {"tcp"}},
    {"PdDLL", {"tdtcp"}},
    {"WdName", {"Microsoft RDP 7.1", "Microsoft RDP 8.0"}},
};

/* The class that carries the protocol changed with Windows 8. */
static bool is_of_other_generation(const struct settings *s, const char *class)
{
	int generation = settings_generation(s);

	return (generation == 7 && text_same(class, listener_texts[0].healthy[1])) ||
	       (generation > 7 && text_same(class, listener_texts[0].healthy[0]));
}

static size_t look_at_listener_texts(struct settings *s)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof listener_texts / sizeof *listener_texts; i++) {
		const char *name = listener_texts[i].name;
		struct asked a = ask(s, HIVE_SYSTEM, KEY_LISTENER, name);
		const char *text = a.answer == REG_FOUND ? text_of(s, &a.value) : NULL;
		bool is_wrong = a.answer == REG_ABSENT ||
		                (a.answer == REG_FOUND &&
		                 (!text || !is_one_of(text, listener_texts[i].healthy) ||
		                  (i == 0 && is_of_other_generation(s, text))));

		if (!is_wrong)
			continue;
		n++;
		tell_text(s, F_HOST_LISTENER_DAMAGED,
		          a.answer == REG_ABSENT ? arena_printf(s->arena, "%s is missing", name)
		                                 : arena_printf(s->arena, "%s is %s", name,
		                                                text && *text ? text : "no text"),
		          a.where);
	}
	return n;
}

/* Keys without which the listener cannot be loaded, and the listener's own. */
static size_t look_for_keys(struct settings *s)
{
	static const char *const keys[] = {KEY_LISTENER, KEY_TS "\\Wds\\rdpwd"};
	size_t n = 0;

	if (ask_key(s, HIVE_SYSTEM, KEY_TS) != REG_FOUND)
		return 0;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (ask_key(s, HIVE_SYSTEM, keys[i]) != REG_ABSENT)
			continue;
		n++;
		tell_text(
		    s, F_HOST_LISTENER_DAMAGED,
		    arena_printf(s->arena, "the key %s is missing", strrchr(keys[i], '\\') + 1),
		    where_of(s, HIVE_SYSTEM, keys[i], ""));
	}
	return n;
}

static void look_at_listener(struct settings *s)
{
	size_t n = look_for_keys(s);
	uint32_t port;
	const char *where;

	if (ask_key(s, HIVE_SYSTEM, KEY_LISTENER) != REG_FOUND)
		return;
	n += look_at_listener_texts(s);
	if (ask_number(s, HIVE_SYSTEM, KEY_LISTENER, "PortNumber", &port, &where) && port &&
	    port <= UINT16_MAX) {
		s->host.port = (int)port;
		tell_number(s, F_HOST_PORT, port, where);
	} else if (ask(s, HIVE_SYSTEM, KEY_LISTENER, "PortNumber").answer == REG_FOUND) {
		n++;
		tell_text(s, F_HOST_LISTENER_DAMAGED, "PortNumber is no port", where);
	}
	if (!n)
		tell_absent(s, F_HOST_LISTENER_DAMAGED, where_of(s, HIVE_SYSTEM, KEY_LISTENER, ""));
}

/* --- single values of policy or listener --- */

static void tell_or_not(struct settings *s, enum finding_id id, const struct effective *e,
                        bool is_so)
{
	if (!e->is_known)
		return;
	if (is_so)
		tell_fact(s, id, e->where);
	else
		tell_absent(s, id, e->where);
}

static void look_at_adapter(struct settings *s)
{
	uint32_t number;
	const char *where;

	if (!ask_number(s, HIVE_SYSTEM, KEY_LISTENER, "LanAdapter", &number, &where))
		return;
	if (number)
		tell_fact(s, F_HOST_BOUND_TO_ADAPTER, where);
	else
		tell_absent(s, F_HOST_BOUND_TO_ADAPTER, where);
}

#define UNLIMITED_BY_POLICY 999999

static void look_at_security(struct settings *s)
{
	struct effective nla = effective_of(s, KEY_LISTENER, "UserAuthentication");
	struct effective layer = effective_of(s, KEY_LISTENER, "SecurityLayer");
	struct effective level = effective_of(s, KEY_LISTENER, "MinEncryptionLevel");
	struct effective prompt = effective_of(s, KEY_LISTENER, "fPromptForPassword");
	struct effective most = effective_of(s, KEY_LISTENER, "MaxInstanceCount");
	struct effective transport = effective_of(s, KEY_LISTENER, "SelectTransport");
	uint32_t fips = 0, negotiates;
	const char *where;

	tell_or_not(s, F_HOST_NLA_REQUIRED, &nla, nla.number == 1);
	tell_or_not(s, F_HOST_PROMPTS_ALWAYS, &prompt, prompt.number == 1);
	if (layer.is_known)
		tell_number(s, F_HOST_SECURITY_LAYER, layer.number, layer.where);
	if (transport.is_known)
		tell_number(s, F_HOST_TRANSPORT, transport.number, transport.where);
	if (most.is_known && most.number < UNLIMITED_BY_POLICY)
		tell_number(s, F_HOST_SESSION_CAP, most.number, most.where);
	if (ask_number(s, HIVE_SYSTEM, KEY_LISTENER, "fAllowSecProtocolNegotiation", &negotiates,
	               &where) &&
	    !negotiates)
		tell_fact(s, F_HOST_NEGOTIATION_OFF, where);
	if (ask_number(s, HIVE_SYSTEM, "CurrentControlSet\\Control\\Lsa\\FipsAlgorithmPolicy",
	               "Enabled", &fips, &where) &&
	    fips)
		tell_fact(s, F_HOST_FIPS, where);
	else if (level.is_known && level.number == 4)
		tell_fact(s, F_HOST_FIPS, level.where);
	else if (level.is_known)
		tell_absent(s, F_HOST_FIPS, level.where);
	effective_of(s, KEY_TS, "fSingleSessionPerUser");
}

/* A limit of the listener counts only where it is not inherited from the account. */
static void look_at_time_limits(struct settings *s)
{
	static const struct {
		const char *name, *inherits;
	} rows[] = {{"MaxIdleTime", "fInheritMaxIdleTime"},
	            {"MaxConnectionTime", "fInheritMaxSessionTime"},
	            {"MaxDisconnectionTime", "fInheritMaxDisconnectionTime"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct effective e = effective_of(s, KEY_LISTENER, rows[i].name);
		uint32_t inherits = 0;

		if (!e.is_policy)
			ask_number(s, HIVE_SYSTEM, KEY_LISTENER, rows[i].inherits, &inherits, NULL);
		if (e.is_known && e.number && !inherits)
			tell_text(s, F_HOST_TIME_LIMIT,
			          arena_printf(s->arena, "%s %u min", rows[i].name,
			                       (unsigned)(e.number / 60000)),
			          e.where);
	}
}

/* --- rights on WinStations --- */

#define REMOTE_DESKTOP_USERS "S-1-5-32-555"
#define WINSTATION_LOGON     0x20
#define WINSTATION_CONNECT   0x100

static const char *fault_of_rights(struct settings *s, const struct reg_value *value)
{
	struct rights rights;
	struct flaw flaw = {0};
	uint32_t needed = WINSTATION_LOGON | WINSTATION_CONNECT;

	if (!rights_read(value->bytes, value->n, &rights, &flaw))
		return "cannot be read";
	if (!rights.has_list)
		return NULL;
	for (size_t i = 0; i < rights.n; i++)
		if (rights.at[i].is_denied)
			return arena_printf(s->arena, "denies 0x%X to %s",
			                    (unsigned)rights.at[i].mask, rights.at[i].sid);
	if ((rights_granted(&rights, REMOTE_DESKTOP_USERS) & needed) != needed)
		return "does not let Remote Desktop Users log on";
	return NULL;
}

static void look_at_rights(struct settings *s)
{
	static const char *const names[] = {"DefaultSecurity", "ConsoleSecurity"};
	size_t n_read = 0, n_faults = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct asked a = ask(s, HIVE_SYSTEM, KEY_STATIONS, names[i]);
		const char *fault;

		if (a.answer != REG_FOUND)
			continue;
		n_read++;
		fault = fault_of_rights(s, &a.value);
		n_faults += fault != NULL;
		if (fault)
			tell_text(s, F_HOST_WINSTATIONS_RIGHTS,
			          arena_printf(s->arena, "%s %s", names[i], fault), a.where);
	}
	if (n_read && !n_faults)
		tell_absent(s, F_HOST_WINSTATIONS_RIGHTS,
		            where_of(s, HIVE_SYSTEM, KEY_STATIONS, names[0]));
}

/* --- licensing --- */

#define KEY_LICENSING KEY_TS "\\RCM\\Licensing Core"

/* Windows sets 1 on a desktop, which means administration only and is no fault. */
static void look_at_licensing(struct settings *s)
{
	struct effective mode = effective_of(s, KEY_LICENSING, "LicensingMode");
	struct asked certificate = ask(s, HIVE_SYSTEM, KEY_TS "\\RCM", "X509 Certificate");
	uint32_t is_role = 0;
	const char *where;
	bool has_role = ask_number(s, HIVE_SYSTEM, KEY_TS, "TSAppCompat", &is_role, &where);

	if (has_role && is_role)
		tell_fact(s, F_HOST_RDS_ROLE, where);
	else if (s->is_client_windows)
		tell_absent(s, F_HOST_RDS_ROLE,
		            where_of(s, HIVE_SYSTEM, "CurrentControlSet\\Control\\ProductOptions",
		                     "ProductType"));
	if (mode.is_known)
		tell_number(s, F_HOST_LICENSING_MODE, mode.number, mode.where);
	if (certificate.answer == REG_FOUND &&
	    (certificate.value.type != REG_TYPE_BINARY || certificate.value.n < 16))
		tell_fact(s, F_HOST_LICENSE_CERTIFICATE_DAMAGED, certificate.where);
}

/* --- where a broker sends people --- */

struct addresses {
	struct settings *s;
	const char *wanted;
	bool has_any, is_found;
};

static void look_at_address(struct addresses *a, const char *key, const char *name)
{
	struct asked answer = ask(a->s, HIVE_SYSTEM, key, name);
	const char *texts[16];
	size_t n = answer.answer == REG_FOUND ? texts_of(a->s, &answer.value, texts, 16) : 0;

	for (size_t i = 0; i < n; i++) {
		a->has_any |= strcmp(texts[i], "0.0.0.0") != 0;
		a->is_found |= strcmp(texts[i], a->wanted) == 0;
	}
}

#define KEY_INTERFACES "CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces"

static bool look_at_interface(void *context, const char *name)
{
	struct addresses *a = context;
	const char *key = arena_printf(a->s->arena, KEY_INTERFACES "\\%s", name);

	look_at_address(a, key, "IPAddress");
	look_at_address(a, key, "DhcpIPAddress");
	return true;
}

static void look_at_redirection(struct settings *s)
{
	const char *where, *address = ask_text(s, HIVE_SYSTEM, KEY_TS "\\ClusterSettings",
	                                       "SessionDirectoryRedirectionIP", &where);
	struct addresses a = {.s = s, .wanted = address};

	if (!address || !*address)
		return;
	each_subkey(s, HIVE_SYSTEM, KEY_INTERFACES, look_at_interface, &a);
	if (a.has_any && !a.is_found)
		tell_text(s, F_HOST_REDIRECTION_STALE, address, where);
}

/* --- authentication --- */

#define KEY_LSA "CurrentControlSet\\Control\\Lsa"

static void look_at_authentication(struct settings *s)
{
	struct asked admin = ask(s, HIVE_SYSTEM, KEY_LSA, "DisableRestrictedAdmin");
	struct asked oracle = ask(
	    s, HIVE_SOFTWARE,
	    "Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters",
	    "AllowEncryptionOracle");
	uint32_t number;
	const char *where;

	if (number_of(&admin, &number) && number == 0)
		tell_absent(s, F_HOST_RESTRICTED_ADMIN_OFF, admin.where);
	else if (admin.answer != REG_UNREADABLE)
		tell_fact(s, F_HOST_RESTRICTED_ADMIN_OFF, admin.where);
	if (number_of(&oracle, &number)) { /* one value for both roles of a computer */
		tell_number(s, F_HOST_ORACLE_POLICY, number, oracle.where);
		tell_number(s, F_CLIENT_ORACLE_POLICY, number, oracle.where);
	}
	if (ask_number(s, HIVE_SYSTEM, KEY_LSA "\\MSV1_0", "RestrictReceivingNTLMTraffic", &number,
	               &where) &&
	    number)
		tell_text(
		    s, F_HOST_NTLM_RESTRICTED,
		    arena_printf(s->arena, "RestrictReceivingNTLMTraffic %u", (unsigned)number),
		    where);
	if (ask_number(s, HIVE_SOFTWARE, "Microsoft\\Windows\\CurrentVersion\\Policies\\System",
	               "scforceoption", &number, &where) &&
	    number == 1)
		tell_fact(s, F_HOST_SMARTCARD_REQUIRED, where);
}

void settings_listener(struct settings *s)
{
	look_at_switch(s);
	look_at_listener_off(s);
	look_at_drain(s);
	look_at_listener(s);
	look_at_adapter(s);
	look_at_security(s);
	look_at_time_limits(s);
	look_at_rights(s);
	look_at_licensing(s);
	look_at_redirection(s);
	look_at_authentication(s);
}
