/*
 * The collectors that ask COM, on stand-ins for its classes that this program registers for itself:
 * what they make of answers that Wine does not give.
 */
#define CINTERFACE
#define CONST_VTABLE
#define COBJMACROS
#include "harness.h"

#include "os/computer_windows.h"

#include <windows.h>

#include <netfw.h>
#include <netlistmgr.h>
#include <objbase.h>
#include <oleauto.h>
#include <wbemcli.h>

/* --- objects that live for ever --- */

static HRESULT STDMETHODCALLTYPE same(void *this, const GUID *id, void **out)
{
	(void)id;
	*out = this;
	return S_OK;
}

static ULONG STDMETHODCALLTYPE count(void *this)
{
	(void)this;
	return 1;
}

/* The three functions that every interface begins with; query: the first of them. */
#define BEGINS(type, query)                                                                        \
	.QueryInterface = (HRESULT(STDMETHODCALLTYPE *)(type *, REFIID, void **))query,            \
	.AddRef = (ULONG(STDMETHODCALLTYPE *)(type *))count,                                       \
	.Release = (ULONG(STDMETHODCALLTYPE *)(type *))count

#define UNKNOWN(type) BEGINS(type, same)

static HRESULT give(BSTR *out, const wchar_t *text)
{
	*out = text ? SysAllocString(text) : NULL;
	return S_OK;
}

/* --- the firewall --- */

struct fake_rule {
	const INetFwRuleVtbl *vtbl;
	const wchar_t *name, *group, *program, *service, *ports;
	long protocol, profiles;
	bool is_out, is_block, is_off;
};

static const struct fake_rule *rule_of(INetFwRule *this)
{
	return (const struct fake_rule *)(const void *)this;
}

#define RULE_TEXT(function, member)                                                                \
	static HRESULT STDMETHODCALLTYPE function(INetFwRule *this, BSTR *out)                     \
	{                                                                                          \
		return give(out, rule_of(this)->member);                                           \
	}

RULE_TEXT(rule_name, name)
RULE_TEXT(rule_group, group)
RULE_TEXT(rule_program, program)
RULE_TEXT(rule_service, service)
RULE_TEXT(rule_ports, ports)

static HRESULT STDMETHODCALLTYPE rule_any(INetFwRule *this, BSTR *out)
{
	(void)this;
	return give(out, L"*");
}

static HRESULT STDMETHODCALLTYPE rule_protocol(INetFwRule *this, LONG *out)
{
	*out = rule_of(this)->protocol;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE rule_profiles(INetFwRule *this, LONG *out)
{
	*out = rule_of(this)->profiles;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE rule_direction(INetFwRule *this, NET_FW_RULE_DIRECTION *out)
{
	*out = rule_of(this)->is_out ? NET_FW_RULE_DIR_OUT : NET_FW_RULE_DIR_IN;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE rule_enabled(INetFwRule *this, VARIANT_BOOL *out)
{
	*out = rule_of(this)->is_off ? VARIANT_FALSE : VARIANT_TRUE;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE rule_action(INetFwRule *this, NET_FW_ACTION *out)
{
	*out = rule_of(this)->is_block ? NET_FW_ACTION_BLOCK : NET_FW_ACTION_ALLOW;
	return S_OK;
}

static const INetFwRuleVtbl rule_vtbl = {UNKNOWN(INetFwRule),
                                         .get_Name = rule_name,
                                         .get_Grouping = rule_group,
                                         .get_ApplicationName = rule_program,
                                         .get_ServiceName = rule_service,
                                         .get_LocalPorts = rule_ports,
                                         .get_RemoteAddresses = rule_any,
                                         .get_InterfaceTypes = rule_any,
                                         .get_Protocol = rule_protocol,
                                         .get_Profiles = rule_profiles,
                                         .get_Direction = rule_direction,
                                         .get_Enabled = rule_enabled,
                                         .get_Action = rule_action};

#define ALL   0x7FFFFFFF
#define RULE  .vtbl = &rule_vtbl
#define GROUP L"@FirewallAPI.dll,-28752"

static struct fake_rule rules[] = {
    {RULE, .name = L"group", .group = GROUP, .protocol = 6, .ports = L"3389", .profiles = 2,
     .is_off = true, .program = L"%SystemRoot%\\system32\\svchost.exe", .service = L"termservice"},
    {RULE, .name = L"shadow", .group = GROUP, .protocol = 6, .ports = L"*", .profiles = 1,
     .program = L"C:\\Windows\\system32\\RdpSa.exe"},
    {RULE, .name = L"range", .protocol = 6, .ports = L"80,3380-3399", .profiles = ALL},
    {RULE, .name = L"other port", .protocol = 6, .ports = L"443", .profiles = ALL},
    {RULE, .name = L"outgoing", .protocol = 6, .ports = L"3389", .profiles = ALL, .is_out = true},
    {RULE, .name = L"block all", .protocol = 256, .profiles = ALL, .is_block = true},
    {RULE, .name = L"block app", .protocol = 256, .profiles = ALL, .is_block = true,
     .program = L"C:\\game.exe"},
    {RULE, .name = L"ping", .protocol = 1, .profiles = ALL},
    {RULE, .name = L"all udp", .protocol = 17, .ports = L"*", .profiles = 5},
    {RULE, .name = L"other service", .protocol = 6, .ports = L"*", .profiles = ALL,
     .service = L"Spooler"},
};

#define N_RULES (sizeof rules / sizeof *rules)

static size_t next_rule;
static HRESULT after_rules; /* how the enumeration ends */

/* Fewer at a time than asked for, as enumerators may. */
static HRESULT STDMETHODCALLTYPE variants_next(IEnumVARIANT *this, ULONG n, VARIANT *out,
                                               ULONG *got)
{
	(void)this;
	for (*got = 0; *got < n && next_rule < N_RULES; ++*got) {
		V_VT(&out[*got]) = VT_DISPATCH;
		V_DISPATCH(&out[*got]) = (IDispatch *)(void *)&rules[next_rule++];
	}
	return *got < n ? after_rules : S_OK;
}

static const IEnumVARIANTVtbl variants_vtbl = {UNKNOWN(IEnumVARIANT), .Next = variants_next};
static IEnumVARIANT variants = {&variants_vtbl};

static HRESULT STDMETHODCALLTYPE rules_enumerate(INetFwRules *this, IUnknown **out)
{
	(void)this;
	next_rule = 0;
	*out = (IUnknown *)(void *)&variants;
	return S_OK;
}

static const INetFwRulesVtbl rules_vtbl = {UNKNOWN(INetFwRules), .get__NewEnum = rules_enumerate};
static INetFwRules all_rules = {&rules_vtbl};

static HRESULT firewall_error; /* S_OK: it works */

static HRESULT STDMETHODCALLTYPE policy_types(INetFwPolicy2 *this, LONG *out)
{
	(void)this;
	*out = NET_FW_PROFILE2_PRIVATE;
	return firewall_error;
}

static HRESULT STDMETHODCALLTYPE policy_enabled(INetFwPolicy2 *this, NET_FW_PROFILE_TYPE2 type,
                                                VARIANT_BOOL *out)
{
	(void)this;
	*out = type == NET_FW_PROFILE2_DOMAIN ? VARIANT_FALSE : VARIANT_TRUE;
	return firewall_error;
}

static HRESULT STDMETHODCALLTYPE policy_blocks(INetFwPolicy2 *this, NET_FW_PROFILE_TYPE2 type,
                                               VARIANT_BOOL *out)
{
	(void)this;
	*out = type == NET_FW_PROFILE2_PUBLIC ? VARIANT_TRUE : VARIANT_FALSE;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE policy_action(INetFwPolicy2 *this, NET_FW_PROFILE_TYPE2 type,
                                               NET_FW_ACTION *out)
{
	(void)this;
	(void)type;
	*out = NET_FW_ACTION_BLOCK;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE policy_rules(INetFwPolicy2 *this, INetFwRules **out)
{
	(void)this;
	*out = &all_rules;
	return firewall_error;
}

static const INetFwPolicy2Vtbl policy_vtbl = {UNKNOWN(INetFwPolicy2),
                                              .get_CurrentProfileTypes = policy_types,
                                              .get_FirewallEnabled = policy_enabled,
                                              .get_BlockAllInboundTraffic = policy_blocks,
                                              .get_DefaultInboundAction = policy_action,
                                              .get_Rules = policy_rules};
static INetFwPolicy2 policy = {&policy_vtbl};

/* --- WMI --- */

struct fake_property {
	const wchar_t *name, *text; /* text NULL: a number, or list */
	LONG number;
	bool is_list;
};

struct fake_instance {
	const IWbemClassObjectVtbl *vtbl;
	struct fake_property properties[8];
};

static HRESULT put_list(VARIANT *v, const wchar_t *text)
{
	SAFEARRAY *list = SafeArrayCreateVector(VT_BSTR, 0, 2);
	BSTR one = SysAllocString(text);

	for (LONG i = 0; i < 2; i++)
		SafeArrayPutElement(list, &i, one);
	SysFreeString(one);
	V_VT(v) = VT_ARRAY | VT_BSTR;
	V_ARRAY(v) = list;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE object_get(IWbemClassObject *this, const wchar_t *name, LONG flags,
                                            VARIANT *v, CIMTYPE *type, LONG *flavour)
{
	const struct fake_instance *i = (const struct fake_instance *)(void *)this;

	(void)flags;
	(void)type;
	(void)flavour;
	for (const struct fake_property *p = i->properties; p->name; p++) {
		if (wcscmp(p->name, name) != 0)
			continue;
		if (p->is_list)
			return put_list(v, p->text);
		V_VT(v) = p->text ? VT_BSTR : VT_I4;
		if (p->text)
			V_BSTR(v) = SysAllocString(p->text);
		else
			V_I4(v) = p->number;
		return S_OK;
	}
	return (HRESULT)WBEM_E_NOT_FOUND;
}

static const IWbemClassObjectVtbl object_vtbl = {UNKNOWN(IWbemClassObject), .Get = object_get};

#define OBJECT .vtbl = &object_vtbl
#define KEY    L"Software\\Policies\\Microsoft\\Windows NT\\Terminal Services"

static struct fake_instance setting = {OBJECT, .properties = {{L"TerminalServerMode", .number = 1},
                                                              {L"LicensingType", .number = 4},
                                                              {L"LicensingName", L"Per User"},
                                                              {L"__RELPATH", L"Win32_T.S=\"x\""}}};
static struct fake_instance grace = {OBJECT, .properties = {{L"DaysLeft", .number = 17}}};
static struct fake_instance servers = {
    OBJECT, .properties = {{L"SpecifiedLSList", L"lic1.example", .is_list = true}}};

static struct fake_instance policies[] = {
    {OBJECT, .properties = {{L"registryKey", KEY},
                            {L"valueName", L"SecurityLayer"},
                            {L"GPOID", L"CN={31B2}"},
                            {L"precedence", .number = 1}}},
    {OBJECT, .properties = {{L"registryKey", L"Software\\Policies\\Other"},
                            {L"valueName", L"x"},
                            {L"GPOID", L"cn={31b2}"}}},
    {OBJECT, .properties = {{L"registryKey", KEY},
                            {L"valueName", L"fDenyTSConnections"},
                            {L"GPOID", L"LocalGPO"},
                            {L"precedence", .number = 2}}},
};
static struct fake_instance gpo = {
    OBJECT, .properties = {{L"id", L"cn={31b2}"}, {L"name", L"Remote Desktop hardening"}}};

static struct fake_instance *answer_at;
static size_t answers_left;
static HRESULT wmi_connect, wmi_end = WBEM_S_FALSE;

static HRESULT STDMETHODCALLTYPE objects_next(IEnumWbemClassObject *this, LONG ms, ULONG n,
                                              IWbemClassObject **out, ULONG *got)
{
	(void)this;
	(void)ms;
	(void)n;
	*got = answers_left != 0;
	if (!answers_left)
		return wmi_end;
	answers_left--;
	*out = (IWbemClassObject *)(void *)answer_at++;
	return S_OK;
}

/* What has no proxy cannot be told how to protect it. */
static HRESULT STDMETHODCALLTYPE no_proxy(void *this, const GUID *id, void **out)
{
	*out = NULL;
	return IsEqualGUID(id, &IID_IClientSecurity) ? E_NOINTERFACE : same(this, id, out);
}

static const IEnumWbemClassObjectVtbl objects_vtbl = {BEGINS(IEnumWbemClassObject, no_proxy),
                                                      .Next = objects_next};
static IEnumWbemClassObject objects = {&objects_vtbl};

static HRESULT STDMETHODCALLTYPE services_query(IWbemServices *this, const BSTR language,
                                                const BSTR query, LONG flags, IWbemContext *context,
                                                IEnumWbemClassObject **out)
{
	static const struct {
		const wchar_t *class;
		struct fake_instance *first;
		size_t n;
	} classes[] = {{L"Win32_TerminalServiceSetting", &setting, 1},
	               {L"RSOP_GPO", &gpo, 1},
	               {L"RSOP_RegistryPolicySetting", policies, 3}};

	(void)this;
	(void)language;
	(void)flags;
	(void)context;
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (wcsstr(query, classes[i].class)) {
			answer_at = classes[i].first;
			answers_left = classes[i].n;
			*out = &objects;
			return S_OK;
		}
	return (HRESULT)WBEM_E_INVALID_CLASS;
}

static HRESULT STDMETHODCALLTYPE services_call(IWbemServices *this, const BSTR path,
                                               const BSTR method, LONG flags, IWbemContext *context,
                                               IWbemClassObject *in, IWbemClassObject **out,
                                               IWbemCallResult **result)
{
	(void)this;
	(void)flags;
	(void)context;
	(void)in;
	(void)result;
	assert_int_equal(wcscmp(path, L"Win32_T.S=\"x\""), 0);
	if (wcscmp(method, L"GetGracePeriodDays") == 0)
		*out = (IWbemClassObject *)(void *)&grace;
	else if (wcscmp(method, L"GetSpecifiedLicenseServerList") == 0)
		*out = (IWbemClassObject *)(void *)&servers;
	else
		return (HRESULT)WBEM_E_NOT_FOUND;
	return S_OK;
}

static const IWbemServicesVtbl services_vtbl = {
    BEGINS(IWbemServices, no_proxy), .ExecQuery = services_query, .ExecMethod = services_call};
static IWbemServices services = {&services_vtbl};

static HRESULT STDMETHODCALLTYPE locator_connect(IWbemLocator *this, const BSTR name_space,
                                                 const BSTR user, const BSTR password,
                                                 const BSTR locale, LONG flags,
                                                 const BSTR authority, IWbemContext *context,
                                                 IWbemServices **out)
{
	(void)this;
	(void)name_space;
	(void)locale;
	(void)authority;
	(void)context;
	assert_null(user);
	assert_null(password);
	assert_int_equal(flags, WBEM_FLAG_CONNECT_USE_MAX_WAIT);
	*out = SUCCEEDED(wmi_connect) ? &services : NULL;
	return wmi_connect;
}

static const IWbemLocatorVtbl locator_vtbl = {UNKNOWN(IWbemLocator),
                                              .ConnectServer = locator_connect};
static IWbemLocator locator = {&locator_vtbl};

/* --- networks --- */

static HRESULT STDMETHODCALLTYPE network_name(INetwork *this, BSTR *out)
{
	(void)this;
	return give(out, L"Caf\u00e9");
}

static HRESULT STDMETHODCALLTYPE network_category(INetwork *this, NLM_NETWORK_CATEGORY *out)
{
	(void)this;
	*out = NLM_NETWORK_CATEGORY_DOMAIN_AUTHENTICATED;
	return S_OK;
}

static const INetworkVtbl network_vtbl = {UNKNOWN(INetwork), .GetName = network_name,
                                          .GetCategory = network_category};
static INetwork network = {&network_vtbl};

static HRESULT STDMETHODCALLTYPE connection_network(INetworkConnection *this, INetwork **out)
{
	(void)this;
	*out = &network;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE connection_yes(INetworkConnection *this, VARIANT_BOOL *out)
{
	(void)this;
	*out = VARIANT_TRUE;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE connection_adapter(INetworkConnection *this, GUID *out)
{
	(void)this;
	*out = (GUID){0x12345678, 0x9abc, 0xdef0, {1, 2, 3, 4, 5, 6, 7, 8}};
	return S_OK;
}

static const INetworkConnectionVtbl connection_vtbl = {
    UNKNOWN(INetworkConnection), .GetNetwork = connection_network,
    .get_IsConnected = connection_yes, .get_IsConnectedToInternet = connection_yes,
    .GetAdapterId = connection_adapter};
static INetworkConnection connection = {&connection_vtbl};
static bool has_connection;

static HRESULT STDMETHODCALLTYPE connections_next(IEnumNetworkConnections *this, ULONG n,
                                                  INetworkConnection **out, ULONG *got)
{
	(void)this;
	(void)n;
	(void)got;
	if (!has_connection)
		return S_FALSE;
	has_connection = false;
	*out = &connection;
	return S_OK;
}

static const IEnumNetworkConnectionsVtbl connections_vtbl = {UNKNOWN(IEnumNetworkConnections),
                                                             .Next = connections_next};
static IEnumNetworkConnections connections = {&connections_vtbl};

static HRESULT STDMETHODCALLTYPE manager_connections(INetworkListManager *this,
                                                     IEnumNetworkConnections **out)
{
	(void)this;
	*out = &connections;
	return S_OK;
}

static const INetworkListManagerVtbl manager_vtbl = {UNKNOWN(INetworkListManager),
                                                     .GetNetworkConnections = manager_connections};
static INetworkListManager manager = {&manager_vtbl};

/* --- classes --- */

struct fake_class {
	const IClassFactoryVtbl *vtbl;
	GUID id;
	void *instance;
};

static HRESULT STDMETHODCALLTYPE class_create(IClassFactory *this, IUnknown *outer, const GUID *id,
                                              void **out)
{
	(void)outer;
	(void)id;
	*out = ((struct fake_class *)(void *)this)->instance;
	return S_OK;
}

static const IClassFactoryVtbl class_vtbl = {UNKNOWN(IClassFactory),
                                             .CreateInstance = class_create};

static struct fake_class classes[] = {
    {&class_vtbl,
     {0xe2b3c97f, 0x6ae1, 0x41ac, {0x81, 0x7a, 0xf6, 0xf9, 0x21, 0x66, 0xd7, 0xdd}},
     &policy},
    {&class_vtbl,
     {0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}},
     &locator},
    {&class_vtbl,
     {0xdcb00c01, 0x570f, 0x4a9b, {0x8d, 0x69, 0x19, 0x9f, 0xdb, 0xa5, 0x72, 0x3b}},
     &manager},
};

static int register_classes(void **state)
{
	(void)state;
	if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)))
		return -1;
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		DWORD cookie;

		if (FAILED(CoRegisterClassObject(&classes[i].id, (IUnknown *)(void *)&classes[i],
		                                 CLSCTX_INPROC_SERVER, REGCLS_MULTIPLEUSE,
		                                 &cookie)))
			return -1;
	}
	return 0;
}

/* --- what comes of it --- */

static struct arena arena;

static struct answers ask(collector *collect)
{
	const struct computer_question question = {.port = 3389};
	struct answers a = {.arena = &arena};

	collect(&a, &question);
	return a;
}

static void the_rules_that_touch_rdp_are_taken(void **state)
{
	static const char *const expected[] = {"group", "shadow", "range", "block all", "all udp"};
	struct answers a;

	(void)state;
	firewall_error = S_OK;
	after_rules = S_FALSE;
	a = ask(collect_firewall_rule);
	assert_int_equal(a.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(answer_text(a.rows[i], "name"), expected[i]);
	assert_int_equal(answer_number(a.rows[0], "is_enabled", -1), 0);
	assert_string_equal(answer_text(a.rows[0], "profiles"), "private");
	assert_string_equal(answer_text(a.rows[0], "action"), "allow");
	assert_string_equal(answer_text(a.rows[0], "service"), "termservice");
	assert_string_equal(answer_text(a.rows[2], "ports"), "80,3380-3399");
	assert_string_equal(answer_text(a.rows[2], "profiles"), "all");
	assert_string_equal(answer_text(a.rows[3], "action"), "block");
	assert_null(answer_text(a.rows[3], "ports"));
	assert_string_equal(answer_text(a.rows[4], "profiles"), "domain,public");
	assert_string_equal(answer_text(a.rows[4], "remote"), "*");
	arena_fini(&arena);
}

static void rules_that_break_off_are_kept_and_said(void **state)
{
	struct answers a;

	(void)state;
	after_rules = HRESULT_FROM_WIN32(RPC_S_CALL_FAILED);
	a = ask(collect_firewall_rule);
	assert_int_equal(a.n, 6);
	assert_int_equal(a.rows[5]->status, ANSWER_FAILED);
	assert_int_equal(a.rows[5]->error, 0x800706BE);
	arena_fini(&arena);
}

static void the_state_of_each_profile_is_told(void **state)
{
	struct answers a = ask(collect_firewall_profile);

	(void)state;
	assert_int_equal(a.n, 3);
	assert_string_equal(answer_text(a.rows[0], "profile"), "domain");
	assert_int_equal(answer_number(a.rows[0], "is_enabled", -1), 0);
	assert_int_equal(answer_number(a.rows[0], "is_active", -1), 0);
	assert_int_equal(answer_number(a.rows[1], "is_active", -1), 1);
	assert_int_equal(answer_number(a.rows[2], "blocks_all", -1), 1);
	assert_string_equal(answer_text(a.rows[2], "default_in"), "block");
	arena_fini(&arena);
}

static void a_firewall_that_does_not_run_is_missing(void **state)
{
	struct answers a;

	(void)state;
	firewall_error = HRESULT_FROM_WIN32(EPT_S_NOT_REGISTERED);
	a = ask(collect_firewall_profile);
	assert_int_equal(a.n, 3);
	assert_int_equal(a.rows[0]->status, ANSWER_MISSING);
	a = ask(collect_firewall_rule);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.rows[0]->status, ANSWER_MISSING);
	firewall_error = S_OK;
	arena_fini(&arena);
}

static void licensing_of_a_session_host_is_told(void **state)
{
	struct answers a;

	(void)state;
	setting.properties[0].number = 1;
	a = ask(collect_licensing);
	assert_int_equal(a.n, 1);
	assert_int_equal(answer_number(a.rows[0], "is_session_host", -1), 1);
	assert_int_equal(answer_number(a.rows[0], "mode", -1), 4);
	assert_string_equal(answer_text(a.rows[0], "mode_name"), "Per User");
	assert_int_equal(answer_number(a.rows[0], "grace_days", -1), 17);
	assert_string_equal(answer_text(a.rows[0], "servers"), "lic1.example,lic1.example");
	setting.properties[0].number = 0; /* without the role its methods are not called */
	a = ask(collect_licensing);
	assert_int_equal(answer_number(a.rows[0], "is_session_host", -1), 0);
	assert_false(answer_has(a.rows[0], "grace_days"));
	arena_fini(&arena);
}

static void policies_have_the_name_of_their_object(void **state)
{
	struct answers a = ask(collect_policy_origin);

	(void)state;
	assert_int_equal(a.n, 2);
	assert_string_equal(answer_text(a.rows[0], "value"), "SecurityLayer");
	assert_string_equal(answer_text(a.rows[0], "gpo"), "Remote Desktop hardening");
	assert_int_equal(answer_number(a.rows[0], "precedence", -1), 1);
	assert_string_equal(answer_text(a.rows[1], "gpo"), "LocalGPO");
	arena_fini(&arena);
}

static void refusals_of_wmi_have_their_status(void **state)
{
	static const struct {
		HRESULT connect, end;
		enum answer_status status;
	} cases[] = {{(HRESULT)WBEM_E_ACCESS_DENIED, WBEM_S_FALSE, ANSWER_NO_RIGHTS},
	             {(HRESULT)WBEM_E_INVALID_NAMESPACE, WBEM_S_FALSE, ANSWER_MISSING},
	             {S_OK, WBEM_S_TIMEDOUT, ANSWER_TOO_LATE},
	             {S_OK, E_FAIL, ANSWER_FAILED}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answers a;
		const struct answer *problem;

		wmi_connect = cases[i].connect;
		wmi_end = cases[i].end;
		a = ask(collect_licensing);
		problem = answers_problem(&a, TOPIC_LICENSING);
		assert_non_null(problem);
		assert_int_equal(problem->status, cases[i].status);
	}
	wmi_connect = S_OK;
	wmi_end = WBEM_S_FALSE;
	arena_fini(&arena);
}

static void a_network_has_category_and_adapter(void **state)
{
	struct answers a;

	(void)state;
	has_connection = true;
	a = ask(collect_network);
	assert_int_equal(a.n, 1);
	assert_string_equal(answer_text(a.rows[0], "name"), "Caf\303\251");
	assert_string_equal(answer_text(a.rows[0], "category"), "domain");
	assert_int_equal(answer_number(a.rows[0], "has_internet", -1), 1);
	assert_string_equal(answer_text(a.rows[0], "adapter"),
	                    "{12345678-9ABC-DEF0-0102-030405060708}");
	a = ask(collect_network);
	assert_int_equal(a.rows[0]->status, ANSWER_NOTHING);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_rules_that_touch_rdp_are_taken),
	    cmocka_unit_test(rules_that_break_off_are_kept_and_said),
	    cmocka_unit_test(the_state_of_each_profile_is_told),
	    cmocka_unit_test(a_firewall_that_does_not_run_is_missing),
	    cmocka_unit_test(licensing_of_a_session_host_is_told),
	    cmocka_unit_test(policies_have_the_name_of_their_object),
	    cmocka_unit_test(refusals_of_wmi_have_their_status),
	    cmocka_unit_test(a_network_has_category_and_adapter),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, register_classes, NULL);
}
