/*
 * The collectors that call functions of C, with functions of this file in place of those of the
 * system: what they make of answers that Wine does not give.
 */
#include "harness.h"

#include "os/computer_windows.h"

#include <winsock2.h>

#include <windows.h>

#include <bcrypt.h>
#include <dsgetdc.h>
#include <lm.h>
#include <lmremutl.h>
#include <ntsecapi.h>
#include <sddl.h>
#include <stdlib.h>
#include <windns.h>
#include <wtsapi32.h>

static struct arena arena;

static struct answers ask(collector *collect, const char *name)
{
	const struct computer_question question = {.name = name};
	struct answers a = {.arena = &arena};

	collect(&a, &question);
	return a;
}

/* --- what the frame gives to collectors --- */

void computer_could_not(struct answers *out, enum topic topic, uint32_t error, const char *what)
{
	answers_could_not(out, topic, computer_error_status(error), error, what);
}

int64_t computer_time_us(uint64_t filetime)
{
	return (int64_t)(filetime / 10) - 11644473600000000;
}

static int n_left_behind;

void computer_left_behind(void)
{
	n_left_behind++;
}

struct looked_up {
	const char *name;
	computer_function *function;
};

static const struct looked_up *functions; /* up to one without a name; NULL: none */

computer_function *computer_find(const wchar_t *library, const char *function)
{
	(void)library;
	for (size_t i = 0; functions && functions[i].name; i++)
		if (strcmp(functions[i].name, function) == 0)
			return functions[i].function;
	return NULL;
}

/* --- the domain --- */

static struct {
	NETSETUP_JOIN_STATUS join;
	DWORD find_error, channel_error, clock_error;
	DWORD channel_status, find_ms;
} domain;

NET_API_STATUS WINAPI NetGetJoinInformation(const wchar_t *server, wchar_t **name,
                                            NETSETUP_JOIN_STATUS *join)
{
	(void)server;
	*name = _wcsdup(L"EXAMPLE");
	*join = domain.join;
	return NERR_Success;
}

NET_API_STATUS WINAPI NetApiBufferFree(void *buffer)
{
	free(buffer);
	return NERR_Success;
}

static DWORD WINAPI find_controller(const wchar_t *computer, const wchar_t *name, GUID *guid,
                                    const wchar_t *site, ULONG flags, DOMAIN_CONTROLLER_INFOW **out)
{
	static wchar_t controller[] = L"\\\\dc1.example.test", full[] = L"example.test",
	               where[] = L"Lisboa";

	(void)computer;
	(void)name;
	(void)guid;
	(void)site;
	assert_false(flags & DS_FORCE_REDISCOVERY);
	Sleep(domain.find_ms);
	if (domain.find_error)
		return domain.find_error;
	*out = calloc(1, sizeof **out);
	(*out)->DomainControllerName = controller;
	(*out)->DomainName = full;
	(*out)->ClientSiteName = where;
	return NO_ERROR;
}

/* The name by which a call into a library of the system is linked. */
extern void *const __imp_DsGetDcNameW;
void *const __imp_DsGetDcNameW = (void *)(uintptr_t)find_controller;

NET_API_STATUS WINAPI NetRemoteTOD(const wchar_t *server, BYTE **out)
{
	TIME_OF_DAY_INFO *t;
	FILETIME now;

	assert_int_equal(wcscmp(server, L"\\\\dc1.example.test"), 0);
	if (domain.clock_error)
		return domain.clock_error;
	GetSystemTimeAsFileTime(&now);
	t = calloc(1, sizeof *t);
	t->tod_elapsedt = (DWORD)(computer_time_us((uint64_t)now.dwHighDateTime << 32 |
	                                           now.dwLowDateTime) /
	                          1000000) +
	                  600;
	*out = (BYTE *)t;
	return NERR_Success;
}

static NET_API_STATUS WINAPI control(const wchar_t *server, DWORD function, DWORD level, BYTE *data,
                                     BYTE **out)
{
	NETLOGON_INFO_2 *info;

	assert_null(server);
	assert_int_equal(function, NETLOGON_CONTROL_TC_QUERY);
	assert_int_equal(level, 2);
	assert_int_equal(wcscmp(*(wchar_t **)(void *)data, L"EXAMPLE"), 0);
	if (domain.channel_error)
		return domain.channel_error;
	info = calloc(1, sizeof *info);
	info->netlog2_tc_connection_status = domain.channel_status;
	*out = (BYTE *)info;
	return NERR_Success;
}

static void a_member_tells_controller_channel_and_clock(void **state)
{
	static const struct looked_up with_control[] = {
	    {"I_NetLogonControl2", (computer_function *)control}, {NULL, NULL}};
	struct answers a;
	const struct answer *row;

	(void)state;
	functions = with_control;
	memset(&domain, 0, sizeof domain);
	domain.join = NetSetupDomainName;
	domain.channel_status = 5;
	a = ask(collect_domain, NULL);
	assert_int_equal(a.n, 1);
	row = a.rows[0];
	assert_string_equal(answer_text(row, "name"), "example.test");
	assert_string_equal(answer_text(row, "controller"), "dc1.example.test");
	assert_string_equal(answer_text(row, "site"), "Lisboa");
	assert_int_equal(answer_number(row, "find_error", -1), 0);
	assert_int_equal(answer_number(row, "channel_error", -1), 5);
	assert_in_range(-answer_number(row, "clock_offset_us", 0), 595000000, 605000000);
	arena_fini(&arena);
}

static void what_fails_is_told_beside_what_does_not(void **state)
{
	struct answers a;

	(void)state;
	domain.channel_error = ERROR_ACCESS_DENIED;
	domain.clock_error = 1722;
	a = ask(collect_domain, NULL);
	assert_int_equal(a.n, 3);
	assert_string_equal(answer_text(a.rows[0], "controller"), "dc1.example.test");
	assert_false(answer_has(a.rows[0], "channel_error"));
	assert_int_equal(a.rows[1]->status, ANSWER_NO_RIGHTS);
	assert_int_equal(a.rows[2]->error, 1722);
	domain.find_error = ERROR_NO_SUCH_DOMAIN;
	functions = NULL;
	a = ask(collect_domain, NULL);
	assert_int_equal(answer_number(a.rows[0], "find_error", -1), ERROR_NO_SUCH_DOMAIN);
	assert_string_equal(answer_text(a.rows[0], "name"), "EXAMPLE");
	assert_int_equal(a.rows[1]->status, ANSWER_UNSUPPORTED);
	domain.find_error = 0;
	domain.find_ms = 30000; /* nobody answers */
	assert_int_equal(n_left_behind, 0);
	a = ask(collect_domain, NULL);
	assert_int_equal(n_left_behind, 1);
	assert_string_equal(answer_text(a.rows[0], "name"), "EXAMPLE");
	assert_false(answer_has(a.rows[0], "find_error"));
	assert_int_equal(a.rows[1]->status, ANSWER_TOO_LATE);
	domain.find_ms = 0;
	arena_fini(&arena);
}

static void a_workgroup_has_no_domain(void **state)
{
	struct answers a;

	(void)state;
	domain.join = NetSetupWorkgroupName;
	a = ask(collect_domain, NULL);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.rows[0]->status, ANSWER_NOTHING);
	arena_fini(&arena);
}

/* --- sessions --- */

static wchar_t services[] = L"Services", rdp7[] = L"RDP-Tcp#7", heard[] = L"RDP-Tcp";
static const WTS_SESSION_INFOW sessions[] = {
    {0, services, WTSDisconnected}, {2, rdp7, WTSActive}, {65536, heard, WTSListen}};

BOOL WINAPI WTSEnumerateSessionsW(HANDLE server, DWORD reserved, DWORD version,
                                  WTS_SESSION_INFOW **out, DWORD *n)
{
	(void)server;
	assert_int_equal(reserved, 0);
	assert_int_equal(version, 1);
	*out = malloc(sizeof sessions);
	memcpy(*out, sessions, sizeof sessions);
	*n = sizeof sessions / sizeof *sessions;
	return TRUE;
}

VOID WINAPI WTSFreeMemory(void *memory)
{
	free(memory);
}

static BOOL give(wchar_t **out, DWORD *n, const void *bytes, size_t n_bytes)
{
	*out = malloc(n_bytes);
	memcpy(*out, bytes, n_bytes);
	*n = (DWORD)n_bytes;
	return TRUE;
}

static size_t address_bytes = sizeof(WTS_CLIENT_ADDRESS);

BOOL WINAPI WTSQuerySessionInformationW(HANDLE server, DWORD id, WTS_INFO_CLASS what, wchar_t **out,
                                        DWORD *n)
{
	static const WTS_CLIENT_ADDRESS address = {2, {0, 0, 192, 0, 2, 44}};
	WTSINFOW info = {.LastInputTime = {.QuadPart = 1000000000},
	                 .CurrentTime = {.QuadPart = 7200000000}};

	(void)server;
	assert_int_not_equal(id, 65536);
	switch (what) {
	case WTSUserName:
		return id ? give(out, n, L"anna", 10) : give(out, n, L"", 2);
	case WTSDomainName:
		return id ? give(out, n, L"EXAMPLE", 16) : give(out, n, L"", 2);
	case WTSClientAddress:
		return give(out, n, &address, address_bytes);
	case WTSSessionInfo:
		return give(out, n, &info, sizeof info);
	default:
		return FALSE;
	}
}

static void sessions_tell_who_and_from_where(void **state)
{
	struct answers a = ask(collect_session, NULL);

	(void)state;
	assert_int_equal(a.n, 3);
	assert_string_equal(answer_text(a.rows[0], "state"), "disconnected");
	assert_false(answer_has(a.rows[0], "user"));
	assert_false(answer_has(a.rows[0], "idle_seconds"));
	assert_int_equal(answer_number(a.rows[1], "id", -1), 2);
	assert_string_equal(answer_text(a.rows[1], "station"), "RDP-Tcp#7");
	assert_string_equal(answer_text(a.rows[1], "state"), "active");
	assert_string_equal(answer_text(a.rows[1], "user"), "anna");
	assert_string_equal(answer_text(a.rows[1], "address"), "192.0.2.44");
	assert_int_equal(answer_number(a.rows[1], "idle_seconds", -1), 620);
	assert_false(answer_has(a.rows[1], "client"));
	assert_string_equal(answer_text(a.rows[2], "state"), "listen");
	address_bytes = 6; /* less than it should be */
	a = ask(collect_session, NULL);
	assert_false(answer_has(a.rows[1], "address"));
	arena_fini(&arena);
}

/* --- groups and rights --- */

static size_t members_of[2]; /* administrators, users of Remote Desktop */
static int group_calls;

NET_API_STATUS WINAPI NetLocalGroupGetMembers(const wchar_t *server, const wchar_t *group,
                                              DWORD level, BYTE **out, DWORD most, DWORD *n,
                                              DWORD *total, DWORD_PTR *resume)
{
	static wchar_t name[] = L"EXAMPLE\\anna";
	LOCALGROUP_MEMBERS_INFO_2 *members = calloc(3, sizeof *members);
	size_t all = members_of[group_calls > 0];

	(void)server;
	(void)most;
	assert_non_null(group);
	assert_int_equal(level, 2);
	*n = (DWORD)(all - *resume < 2 ? all - *resume : 2); /* two at a time */
	*total = (DWORD)all;
	for (DWORD i = 0; i < *n; i++) {
		members[i].lgrmi2_domainandname = name;
		members[i].lgrmi2_sidusage = i ? 99 : SidTypeUser;
	}
	*resume += *n;
	*out = (BYTE *)members;
	group_calls += *resume == all;
	return *resume < all ? ERROR_MORE_DATA : NERR_Success;
}

static void members_are_taken_piece_by_piece(void **state)
{
	struct answers a;

	(void)state;
	members_of[0] = 5;
	members_of[1] = group_calls = 0;
	a = ask(collect_group_member, NULL);
	assert_int_equal(a.n, 6);
	assert_string_equal(answer_text(a.rows[0], "group"), "S-1-5-32-544");
	assert_string_equal(answer_text(a.rows[0], "member"), "EXAMPLE\\anna");
	assert_string_equal(answer_text(a.rows[0], "kind"), "user");
	assert_false(answer_has(a.rows[1], "kind"));
	assert_int_equal(a.rows[5]->status, ANSWER_NOTHING);
	assert_string_equal(a.rows[5]->says, "S-1-5-32-555");
	members_of[0] = group_calls = 0; /* no Windows is without an administrator */
	a = ask(collect_group_member, NULL);
	assert_int_equal(a.rows[0]->status, ANSWER_UNSUPPORTED);
	assert_int_equal(a.rows[1]->status, ANSWER_UNSUPPORTED);
	arena_fini(&arena);
}

static NTSTATUS open_status;

NTSTATUS WINAPI LsaOpenPolicy(LSA_UNICODE_STRING *system, LSA_OBJECT_ATTRIBUTES *attributes,
                              ACCESS_MASK access, LSA_HANDLE *policy)
{
	(void)system;
	(void)attributes;
	assert_int_equal(access & ~(POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION), 0);
	*policy = (LSA_HANDLE)&open_status;
	return open_status;
}

NTSTATUS WINAPI LsaClose(LSA_HANDLE policy)
{
	(void)policy;
	return 0;
}

NTSTATUS WINAPI LsaFreeMemory(void *memory)
{
	LSA_ENUMERATION_INFORMATION *holders = memory;

	LocalFree(holders->Sid);
	free(holders);
	return 0;
}

NTSTATUS WINAPI LsaEnumerateAccountsWithUserRight(LSA_HANDLE policy, LSA_UNICODE_STRING *right,
                                                  void **out, ULONG *n)
{
	LSA_ENUMERATION_INFORMATION *holders;

	(void)policy;
	assert_int_equal(right->Length, 2 * wcslen(right->Buffer));
	if (wcscmp(right->Buffer, L"SeRemoteInteractiveLogonRight") != 0)
		return (NTSTATUS)0x8000001A;
	holders = calloc(1, sizeof *holders);
	assert_true(ConvertStringSidToSidW(L"S-1-1-0", &holders->Sid));
	*out = holders;
	*n = 1;
	return 0;
}

static void rights_name_their_holders(void **state)
{
	struct answers a = ask(collect_right, NULL);

	(void)state;
	assert_int_equal(a.n, 4);
	assert_string_equal(answer_text(a.rows[0], "right"), "SeRemoteInteractiveLogonRight");
	assert_string_equal(answer_text(a.rows[0], "sid"), "S-1-1-0");
	assert_non_null(answer_text(a.rows[0], "account"));
	for (size_t i = 1; i < 4; i++)
		assert_int_equal(a.rows[i]->status, ANSWER_NOTHING);
	open_status = (NTSTATUS)0xC0000022;
	a = ask(collect_right, NULL);
	assert_int_equal(a.n, 1);
	assert_int_equal(a.rows[0]->status, ANSWER_NO_RIGHTS);
	arena_fini(&arena);
}

/* --- suites --- */

static bool has_policy;

static NTSTATUS WINAPI enumerate_suites(ULONG table, const wchar_t *context, ULONG what,
                                        ULONG *n_bytes, CRYPT_CONTEXT_FUNCTIONS **out)
{
	static wchar_t first[] = L"TLS_AES_256_GCM_SHA384", second[] = L"TLS_AES_128_GCM_SHA256";
	static wchar_t *local[] = {first, second}, *of_policy[] = {second};
	static CRYPT_CONTEXT_FUNCTIONS lists[] = {{2, local}, {1, of_policy}};

	(void)n_bytes;
	assert_int_equal(wcscmp(context, L"SSL"), 0);
	assert_int_equal(what, 0x00010002);
	if (table == CRYPT_DOMAIN && !has_policy)
		return (NTSTATUS)0xC0000225;
	*out = &lists[table == CRYPT_DOMAIN];
	return 0;
}

static void a_list_of_policy_stands_in_place_of_the_local_one(void **state)
{
	static const struct looked_up with_suites[] = {
	    {"BCryptEnumContextFunctions", (computer_function *)enumerate_suites}, {NULL, NULL}};
	struct answers a;

	(void)state;
	functions = with_suites;
	has_policy = false;
	a = ask(collect_tls_suite, NULL);
	assert_int_equal(a.n, 2);
	assert_string_equal(answer_text(a.rows[0], "name"), "TLS_AES_256_GCM_SHA384");
	assert_int_equal(answer_number(a.rows[1], "position", -1), 2);
	assert_string_equal(answer_text(a.rows[1], "origin"), "local");
	has_policy = true;
	a = ask(collect_tls_suite, NULL);
	assert_int_equal(a.n, 1);
	assert_string_equal(answer_text(a.rows[0], "origin"), "policy");
	functions = NULL;
	a = ask(collect_tls_suite, NULL);
	assert_int_equal(a.rows[0]->status, ANSWER_UNSUPPORTED);
	arena_fini(&arena);
}

/* --- names --- */

struct entry {
	struct entry *next;
	const wchar_t *name;
	WORD type, n_bytes;
	DWORD flags;
};

static struct entry entries[] = {
    {&entries[1], L"host7.example.test", DNS_TYPE_A, 0, 0},
    {&entries[2], L"gone.example.test", DNS_TYPE_AAAA, 0, 0},
    {NULL, L"host77.example.test", DNS_TYPE_A, 0, 0},
};

static BOOL WINAPI cache_table(struct entry **out)
{
	*out = &entries[0];
	return TRUE;
}

DNS_STATUS WINAPI DnsQuery_W(const wchar_t *name, WORD type, DWORD options, IP4_ARRAY *servers,
                             PDNS_RECORD *out, void **reserved)
{
	static wchar_t host7[] = L"host7.example.test";
	DNS_RECORDW *record;

	(void)servers;
	(void)reserved;
	assert_true(options & DNS_QUERY_NO_WIRE_QUERY);
	if (type != DNS_TYPE_A)
		return 9501;
	(void)name;
	record = calloc(1, sizeof *record);
	record->pName = host7;
	record->wType = DNS_TYPE_A;
	record->dwTtl = 77;
	record->Data.A.IpAddress = 0x070200C0; /* 192.0.2.7 */
	*out = (PDNS_RECORD)record;
	return ERROR_SUCCESS;
}

VOID WINAPI DnsFree(void *data, DNS_FREE_TYPE type)
{
	assert_int_equal(type, DnsFreeRecordList);
	free(data);
}

static void the_cache_alone_is_asked(void **state)
{
	static const struct looked_up with_table[] = {
	    {"DnsGetCacheDataTable", (computer_function *)cache_table}, {NULL, NULL}};
	struct answers a;

	(void)state;
	functions = with_table;
	a = ask(collect_cached_name, NULL);
	assert_int_equal(a.n, 3);
	assert_string_equal(answer_text(a.rows[0], "name"), "host7.example.test");
	assert_string_equal(answer_text(a.rows[0], "data"), "192.0.2.7");
	assert_int_equal(answer_number(a.rows[0], "ttl_seconds", -1), 77);
	assert_string_equal(answer_text(a.rows[1], "name"), "gone.example.test");
	assert_false(answer_has(a.rows[1], "data"));
	a = ask(collect_cached_name, "HOST7");
	assert_int_equal(a.n, 1);
	a = ask(collect_cached_name, "other");
	assert_int_equal(a.n, 1);
	assert_int_equal(a.rows[0]->status, ANSWER_NOTHING);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_member_tells_controller_channel_and_clock),
	    cmocka_unit_test(what_fails_is_told_beside_what_does_not),
	    cmocka_unit_test(a_workgroup_has_no_domain),
	    cmocka_unit_test(sessions_tell_who_and_from_where),
	    cmocka_unit_test(members_are_taken_piece_by_piece),
	    cmocka_unit_test(rights_name_their_holders),
	    cmocka_unit_test(a_list_of_policy_stands_in_place_of_the_local_one),
	    cmocka_unit_test(the_cache_alone_is_asked),
	};

	return RUN(tests);
}
