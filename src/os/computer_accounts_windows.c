/*
 * Who may log on through Remote Desktop: the members of two groups, and the accounts that hold,
 * or are denied, the rights to log on.
 */
#include "os/computer_windows.h"

#include <windows.h>

#include <lm.h>
#include <ntsecapi.h>
#include <sddl.h>
#include <stdio.h>
#include <string.h>

#include "os/computer_text_windows.h"
#include "os/wide_windows.h"

#define MEMBERS_MAX 2000
#define NAME_CHARS  512
#define PATIENCE_MS                                                                                \
	1000 /* for all names together; a controller out of reach takes seconds each               \
	      */

static const char *const kinds[] = {[SidTypeUser] = "user",
                                    [SidTypeGroup] = "group",
                                    [SidTypeDomain] = "domain",
                                    [SidTypeAlias] = "alias",
                                    [SidTypeWellKnownGroup] = "well-known group",
                                    [SidTypeDeletedAccount] = "deleted",
                                    [SidTypeInvalid] = "invalid",
                                    [SidTypeUnknown] = "unknown",
                                    [SidTypeComputer] = "computer"};

static void set_sid(struct answers *a, struct answer *row, const char *column, PSID sid)
{
	wchar_t *text = NULL;

	if (sid && IsValidSid(sid) && ConvertSidToStringSidW(sid, &text))
		computer_set(a, row, column, text);
	LocalFree(text);
}

/* --- members of groups --- */

static const struct {
	WELL_KNOWN_SID_TYPE type;
	const char *sid;
} groups[] = {{WinBuiltinAdministratorsSid, "S-1-5-32-544"},
              {WinBuiltinRemoteDesktopUsersSid, "S-1-5-32-555"}};

/* The name of a group differs by language; its SID does not. */
static DWORD group_name(WELL_KNOWN_SID_TYPE type, wchar_t name[NAME_CHARS])
{
	BYTE sid[SECURITY_MAX_SID_SIZE];
	wchar_t domain[NAME_CHARS];
	DWORD n_sid = sizeof sid, n_name = NAME_CHARS, n_domain = NAME_CHARS;
	SID_NAME_USE use;

	if (!CreateWellKnownSid(type, NULL, sid, &n_sid) ||
	    !LookupAccountSidW(NULL, sid, name, &n_name, domain, &n_domain, &use))
		return GetLastError();
	return NERR_Success;
}

static void take_member(struct answers *a, const char *group, const LOCALGROUP_MEMBERS_INFO_2 *m)
{
	struct answer *row = answers_row(a, TOPIC_GROUP_MEMBER);

	answer_set_text(a, row, "group", group);
	computer_set(a, row, "member", m->lgrmi2_domainandname);
	set_sid(a, row, "sid", m->lgrmi2_sid);
	if ((size_t)m->lgrmi2_sidusage < sizeof kinds / sizeof *kinds && kinds[m->lgrmi2_sidusage])
		answer_set_text(a, row, "kind", kinds[m->lgrmi2_sidusage]);
}

static DWORD take_members(struct answers *a, const char *group, const wchar_t *name, size_t *n_all)
{
	DWORD_PTR resume = 0;
	NET_API_STATUS error;

	do {
		LOCALGROUP_MEMBERS_INFO_2 *members = NULL;
		DWORD n = 0, n_total = 0;

		error = NetLocalGroupGetMembers(NULL, name, 2, (BYTE **)&members,
		                                MAX_PREFERRED_LENGTH, &n, &n_total, &resume);
		if (error != NERR_Success && error != ERROR_MORE_DATA)
			return error;
		for (DWORD i = 0; members && i < n && *n_all < MEMBERS_MAX; i++, (*n_all)++)
			take_member(a, group, &members[i]);
		if (members)
			NetApiBufferFree(members);
		if (n == 0)
			break;
	} while (error == ERROR_MORE_DATA && *n_all < MEMBERS_MAX);
	return NERR_Success;
}

/*
 * The account that came with Windows cannot leave the administrators, the first group: where it
 * is said to be empty, nobody is told of members at all.
 */
void collect_group_member(struct answers *a, const struct computer_question *q)
{
	enum answer_status of_empty = ANSWER_UNSUPPORTED;

	(void)q;
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		wchar_t name[NAME_CHARS];
		size_t n = 0;
		DWORD error = group_name(groups[i].type, name);

		if (error == NERR_Success)
			error = take_members(a, groups[i].sid, name, &n);
		if (error != NERR_Success)
			computer_could_not(a, TOPIC_GROUP_MEMBER, error, groups[i].sid);
		else if (n == 0)
			answers_could_not(a, TOPIC_GROUP_MEMBER, of_empty, 0, groups[i].sid);
		else
			of_empty = ANSWER_NOTHING;
	}
}

/* --- rights --- */

static const struct {
	const wchar_t *wide;
	const char *name;
} rights[] = {
    {L"SeRemoteInteractiveLogonRight", "SeRemoteInteractiveLogonRight"},
    {L"SeDenyRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight"},
    {L"SeNetworkLogonRight", "SeNetworkLogonRight"},
    {L"SeDenyNetworkLogonRight", "SeDenyNetworkLogonRight"},
};

struct names {
	struct answers *a;
	ULONGLONG began;
};

/* Names are an extra: the SID says it all, and a name that takes long holds the others up. */
static void set_account(struct names *names, struct answer *row, PSID sid)
{
	wchar_t name[NAME_CHARS], domain[NAME_CHARS], whole[2 * NAME_CHARS];
	DWORD n_name = NAME_CHARS, n_domain = NAME_CHARS;
	SID_NAME_USE use;

	if (GetTickCount64() - names->began > PATIENCE_MS ||
	    !LookupAccountSidW(NULL, sid, name, &n_name, domain, &n_domain, &use))
		return;
	_snwprintf(whole, 2 * NAME_CHARS, L"%ls%ls%ls", domain, *domain ? L"\\" : L"", name);
	whole[2 * NAME_CHARS - 1] = L'\0';
	computer_set(names->a, row, "account", whole);
}

static void take_holder(struct names *names, const char *right, PSID sid)
{
	struct answer *row = answers_row(names->a, TOPIC_RIGHT);

	answer_set_text(names->a, row, "right", right);
	if (!sid || !IsValidSid(sid))
		return;
	set_sid(names->a, row, "sid", sid);
	set_account(names, row, sid);
}

static void take_right(struct names *names, LSA_HANDLE policy, size_t which)
{
	LSA_ENUMERATION_INFORMATION *holders = NULL;
	size_t n_bytes = wcslen(rights[which].wide) * sizeof(wchar_t);
	wchar_t name[64];
	LSA_UNICODE_STRING right = {.Length = (USHORT)n_bytes,
	                            .MaximumLength = (USHORT)(n_bytes + sizeof(wchar_t)),
	                            .Buffer = name};
	ULONG n = 0;
	NTSTATUS status;

	wcscpy(name, rights[which].wide);
	status = LsaEnumerateAccountsWithUserRight(policy, &right, (void **)&holders, &n);
	if (status) {
		computer_could_not(names->a, TOPIC_RIGHT, (uint32_t)status, rights[which].name);
		return;
	}
	for (ULONG i = 0; holders && i < n && i < MEMBERS_MAX; i++)
		take_holder(names, rights[which].name, holders[i].Sid);
	if (!holders || n == 0)
		answers_could_not(names->a, TOPIC_RIGHT, ANSWER_NOTHING, 0, rights[which].name);
	if (holders)
		LsaFreeMemory(holders);
}

void collect_right(struct answers *a, const struct computer_question *q)
{
	LSA_OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes};
	struct names names = {.a = a, .began = GetTickCount64()};
	LSA_HANDLE policy = NULL;
	NTSTATUS status = LsaOpenPolicy(
	    NULL, &attributes, POLICY_LOOKUP_NAMES | POLICY_VIEW_LOCAL_INFORMATION, &policy);

	(void)q;
	if (status) {
		computer_could_not(a, TOPIC_RIGHT, (uint32_t)status, "the security policy");
		return;
	}
	for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
		take_right(&names, policy, i);
	LsaClose(policy);
}
