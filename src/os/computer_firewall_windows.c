/*
 * The firewall of Windows: the state of each profile, and the incoming rules that can decide over
 * RDP.
 */
#define COBJMACROS
#include "os/computer_windows.h"

#include <windows.h>

#include <netfw.h>
#include <objbase.h>
#include <oleauto.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "os/port_list.h"

#include "os/wide_windows.h"

#define RULES_LOOKED_AT_MAX 10000
#define RULES_TIME_MS       1800
#define BATCH               64
#define TCP                 6
#define UDP                 17
#define ANY_PROTOCOL        256
#define POLICY_RULES        L"Software\\Policies\\Microsoft\\WindowsFirewall\\FirewallRules"

static const GUID class_policy = {
    0xe2b3c97f, 0x6ae1, 0x41ac, {0x81, 0x7a, 0xf6, 0xf9, 0x21, 0x66, 0xd7, 0xdd}};
static const GUID interface_policy = {
    0x98325047, 0xc671, 0x4174, {0x8d, 0x81, 0xde, 0xfc, 0xd3, 0xf0, 0x31, 0x86}};
static const GUID interface_rule = {
    0xaf230d27, 0xbaba, 0x4e42, {0xac, 0xed, 0xf5, 0x24, 0xf2, 0x2c, 0xfc, 0xe2}};
static const GUID interface_variants = {
    0x00020404, 0x0000, 0x0000, {0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46}};

static const struct {
	NET_FW_PROFILE_TYPE2 type;
	const char *name;
} profiles[] = {{NET_FW_PROFILE2_DOMAIN, "domain"},
                {NET_FW_PROFILE2_PRIVATE, "private"},
                {NET_FW_PROFILE2_PUBLIC, "public"}};

#define N_PROFILES   (sizeof profiles / sizeof *profiles)
#define ALL_PROFILES 7

static INetFwPolicy2 *open_policy(struct answers *a, enum topic topic)
{
	INetFwPolicy2 *policy = NULL;
	HRESULT hr = CoCreateInstance(&class_policy, NULL, CLSCTX_INPROC_SERVER, &interface_policy,
	                              (void **)&policy);

	if (SUCCEEDED(hr) && policy)
		return policy;
	computer_could_not(a, topic, (uint32_t)hr, "the policy of the firewall");
	return NULL;
}

/* --- profiles --- */

static const char *action_name(NET_FW_ACTION action)
{
	return action == NET_FW_ACTION_ALLOW ? "allow" : "block";
}

static void take_profile(struct answers *a, INetFwPolicy2 *policy, size_t i, long active)
{
	VARIANT_BOOL is_enabled = VARIANT_FALSE, blocks = VARIANT_FALSE;
	NET_FW_ACTION action = NET_FW_ACTION_BLOCK;
	HRESULT hr = INetFwPolicy2_get_FirewallEnabled(policy, profiles[i].type, &is_enabled);
	struct answer *row;

	if (FAILED(hr)) {
		computer_could_not(a, TOPIC_FIREWALL_PROFILE, (uint32_t)hr, profiles[i].name);
		return;
	}
	row = answers_row(a, TOPIC_FIREWALL_PROFILE);
	answer_set_text(a, row, "profile", profiles[i].name);
	answer_set_number(row, "is_enabled", is_enabled != VARIANT_FALSE);
	if (active >= 0)
		answer_set_number(row, "is_active", (active & (long)profiles[i].type) != 0);
	if (SUCCEEDED(INetFwPolicy2_get_BlockAllInboundTraffic(policy, profiles[i].type, &blocks)))
		answer_set_number(row, "blocks_all", blocks != VARIANT_FALSE);
	if (SUCCEEDED(INetFwPolicy2_get_DefaultInboundAction(policy, profiles[i].type, &action)))
		answer_set_text(a, row, "default_in", action_name(action));
}

void collect_firewall_profile(struct answers *a, const struct computer_question *q)
{
	INetFwPolicy2 *policy = open_policy(a, TOPIC_FIREWALL_PROFILE);
	long active = 0;

	(void)q;
	if (!policy)
		return;
	if (FAILED(INetFwPolicy2_get_CurrentProfileTypes(policy, &active)))
		active = -1;
	for (size_t i = 0; i < N_PROFILES; i++)
		take_profile(a, policy, i, active);
	INetFwPolicy2_Release(policy);
}

/* --- one rule --- */

struct rule {
	struct answers *a;
	INetFwRule *com;
	long protocol;
	const char *ports, *group, *program, *service;
};

typedef HRESULT(STDMETHODCALLTYPE *text_getter)(INetFwRule *rule, BSTR *text);

/* NULL: there is none, or it is empty. */
static const char *text_of(struct rule *r, text_getter get)
{
	const char *out = NULL;
	BSTR text = NULL;

	if (SUCCEEDED(get(r->com, &text)) && text && *text)
		out = utf8_of(r->a->arena, text);
	SysFreeString(text);
	return out;
}

static bool is_remote_desktop_group(const char *group)
{
	return group && text_same(group, "@FirewallAPI.dll,-28752");
}

/* The listener is a service in svchost.exe; until Windows 7 the system itself held the port. */
static bool may_be_listener(const struct rule *r)
{
	bool is_program = !r->program || text_same(r->program, "System") ||
	                  text_ends_in(r->program, "\\svchost.exe");
	bool is_service = !r->service || text_same(r->service, "*") ||
	                  text_same(r->service, "TermService");

	return is_program && is_service;
}

static bool touches(const struct rule *r, uint16_t port)
{
	if (is_remote_desktop_group(r->group))
		return true;
	if (r->protocol == ANY_PROTOCOL || port_list_is_all(r->ports))
		return (r->protocol == ANY_PROTOCOL || r->protocol == TCP || r->protocol == UDP) &&
		       may_be_listener(r);
	return (r->protocol == TCP || r->protocol == UDP) && port_list_has(r->ports, port);
}

static void set_profiles(struct rule *r, struct answer *row)
{
	char names[32] = "";
	size_t n = 0;
	long bits = 0;

	if (FAILED(INetFwRule_get_Profiles(r->com, &bits)))
		return;
	for (size_t i = 0; i < N_PROFILES; i++)
		if (bits & (long)profiles[i].type)
			n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? "," : "",
			                      profiles[i].name);
	answer_set_text(r->a, row, "profiles",
	                (bits & ALL_PROFILES) == ALL_PROFILES ? "all" : names);
}

static void set_state(struct rule *r, struct answer *row)
{
	VARIANT_BOOL is_enabled = VARIANT_FALSE;
	NET_FW_ACTION action = NET_FW_ACTION_BLOCK;

	if (SUCCEEDED(INetFwRule_get_Enabled(r->com, &is_enabled)))
		answer_set_number(row, "is_enabled", is_enabled != VARIANT_FALSE);
	if (SUCCEEDED(INetFwRule_get_Action(r->com, &action)))
		answer_set_text(r->a, row, "action", action_name(action));
}

static void put_rule(struct rule *r, bool is_all_local)
{
	const INetFwRuleVtbl *get = r->com->lpVtbl;
	struct answer *row = answers_row(r->a, TOPIC_FIREWALL_RULE);

	answer_set_text(r->a, row, "name", text_of(r, get->get_Name));
	answer_set_text(r->a, row, "group", r->group);
	set_state(r, row);
	set_profiles(r, row);
	answer_set_number(row, "protocol", r->protocol);
	answer_set_text(r->a, row, "ports", r->ports);
	answer_set_text(r->a, row, "remote", text_of(r, get->get_RemoteAddresses));
	answer_set_text(r->a, row, "program", r->program);
	answer_set_text(r->a, row, "service", r->service);
	answer_set_text(r->a, row, "interfaces", text_of(r, get->get_InterfaceTypes));
	if (is_all_local)
		answer_set_text(r->a, row, "origin", "local");
}

static void take_rule(struct answers *a, INetFwRule *com, uint16_t port, bool is_all_local)
{
	struct rule r = {.a = a, .com = com, .protocol = ANY_PROTOCOL};
	NET_FW_RULE_DIRECTION direction = NET_FW_RULE_DIR_OUT;

	if (FAILED(INetFwRule_get_Direction(com, &direction)) || direction != NET_FW_RULE_DIR_IN)
		return;
	INetFwRule_get_Protocol(com, &r.protocol);
	r.group = text_of(&r, com->lpVtbl->get_Grouping);
	r.program = text_of(&r, com->lpVtbl->get_ApplicationName);
	r.service = text_of(&r, com->lpVtbl->get_ServiceName);
	if (r.protocol == TCP || r.protocol == UDP)
		r.ports = text_of(&r, com->lpVtbl->get_LocalPorts);
	if (touches(&r, port))
		put_rule(&r, is_all_local);
}

/* --- all of them --- */

/* A rule does not tell whose it is. Where the policy has none, all are the computer's own. */
static bool is_without_policy_rules(void)
{
	DWORD n = 0;
	HKEY key;
	LSTATUS error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, POLICY_RULES, 0, KEY_QUERY_VALUE, &key);

	if (error != ERROR_SUCCESS)
		return error == ERROR_FILE_NOT_FOUND;
	error = RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, &n, NULL, NULL, NULL,
	                         NULL);
	RegCloseKey(key);
	return error == ERROR_SUCCESS && n == 0;
}

static void take_variant(struct answers *a, VARIANT *v, uint16_t port, bool is_all_local)
{
	INetFwRule *rule = NULL;

	if (V_VT(v) == VT_DISPATCH && V_DISPATCH(v) &&
	    SUCCEEDED(IDispatch_QueryInterface(V_DISPATCH(v), &interface_rule, (void **)&rule)) &&
	    rule) {
		take_rule(a, rule, port, is_all_local);
		INetFwRule_Release(rule);
	}
	VariantClear(v);
}

static void take_rules(struct answers *a, IEnumVARIANT *all, uint16_t port)
{
	bool is_all_local = is_without_policy_rules();
	ULONGLONG began = GetTickCount64();
	VARIANT batch[BATCH];
	ULONG n = BATCH, n_looked_at = 0;
	HRESULT hr = S_OK;

	while (hr == S_OK && n_looked_at < RULES_LOOKED_AT_MAX) {
		if (GetTickCount64() - began > RULES_TIME_MS) {
			answers_could_not(a, TOPIC_FIREWALL_RULE, ANSWER_TOO_LATE, 0,
			                  "the rest of the rules");
			return;
		}
		n = 0;
		memset(batch, 0, sizeof batch);
		hr = IEnumVARIANT_Next(all, BATCH, batch, &n);
		for (ULONG i = 0; i < n && i < BATCH; i++)
			take_variant(a, &batch[i], port, is_all_local);
		n_looked_at += n;
		if (n == 0)
			break;
	}
	if (FAILED(hr))
		computer_could_not(a, TOPIC_FIREWALL_RULE, (uint32_t)hr, "the rest of the rules");
}

static HRESULT open_rules(INetFwPolicy2 *policy, IEnumVARIANT **out)
{
	INetFwRules *rules = NULL;
	IUnknown *unknown = NULL;
	HRESULT hr = INetFwPolicy2_get_Rules(policy, &rules);

	if (FAILED(hr) || !rules)
		return FAILED(hr) ? hr : E_NOTIMPL;
	hr = INetFwRules_get__NewEnum(rules, &unknown);
	if (SUCCEEDED(hr))
		hr = unknown ? IUnknown_QueryInterface(unknown, &interface_variants, (void **)out)
		             : E_NOTIMPL;
	if (unknown)
		IUnknown_Release(unknown);
	INetFwRules_Release(rules);
	return hr;
}

void collect_firewall_rule(struct answers *a, const struct computer_question *q)
{
	INetFwPolicy2 *policy = open_policy(a, TOPIC_FIREWALL_RULE);
	IEnumVARIANT *all = NULL;
	size_t before = a->n;
	HRESULT hr;

	if (!policy)
		return;
	hr = open_rules(policy, &all);
	if (SUCCEEDED(hr) && all) {
		take_rules(a, all, computer_port(q));
		IEnumVARIANT_Release(all);
		if (a->n == before)
			answers_could_not(a, TOPIC_FIREWALL_RULE, ANSWER_NOTHING, 0,
			                  "no incoming rule touches the port of RDP");
	} else {
		computer_could_not(a, TOPIC_FIREWALL_RULE, (uint32_t)hr,
		                   "the rules of the firewall");
	}
	INetFwPolicy2_Release(policy);
}
