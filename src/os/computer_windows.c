#include "os/computer_windows.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <objbase.h>
#include <windows.h>

#include "os/wide_windows.h"

/* --- what collectors share --- */

void computer_could_not(struct answers *out, enum topic topic, uint32_t error, const char *what)
{
	answers_could_not(out, topic, computer_error_status(error), error, what);
}

int64_t computer_time_us(uint64_t filetime)
{
	const uint64_t epoch = 116444736000000000; /* 1970-01-01 */

	return filetime > epoch && filetime <= INT64_MAX ? (int64_t)((filetime - epoch) / 10) : 0;
}

uint16_t computer_port(const struct computer_question *question)
{
	return question->port ? question->port : 3389;
}

computer_function *computer_find(const wchar_t *library, const char *function)
{
	HMODULE module = LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);

	return module ? (computer_function *)GetProcAddress(module, function) : NULL;
}

bool computer_is_elevated(void)
{
	SID_IDENTIFIER_AUTHORITY nt = {SECURITY_NT_AUTHORITY};
	BOOL is_member = FALSE;
	PSID administrators;

	if (!AllocateAndInitializeSid(&nt, 2, SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS,
	                              0, 0, 0, 0, 0, 0, &administrators))
		return false;
	if (!CheckTokenMembership(NULL, administrators, &is_member))
		is_member = FALSE;
	FreeSid(administrators);
	return is_member;
}

const char *computer_stand_in(struct arena *arena)
{
	typedef const char *CDECL version(void);
	version *wine = (version *)computer_find(L"ntdll.dll", "wine_get_version");

	return wine ? arena_printf(arena, "Wine %s", wine()) : NULL;
}

/* --- the table --- */

static collector *const collectors[TOPIC_COUNT] = {
    [TOPIC_COMPUTER] = collect_computer,
    [TOPIC_SERVICE] = collect_service,
    [TOPIC_LISTENER] = collect_listener,
    [TOPIC_TCP_STATE] = collect_tcp_state,
    [TOPIC_PORT_RANGE] = collect_port_range,
    [TOPIC_CERTIFICATE] = collect_certificate,
    [TOPIC_FIREWALL_PROFILE] = collect_firewall_profile,
    [TOPIC_FIREWALL_RULE] = collect_firewall_rule,
    [TOPIC_NETWORK] = collect_network,
    [TOPIC_ADAPTER] = collect_adapter,
    [TOPIC_SESSION] = collect_session,
    [TOPIC_GROUP_MEMBER] = collect_group_member,
    [TOPIC_RIGHT] = collect_right,
    [TOPIC_LICENSING] = collect_licensing,
    [TOPIC_TLS_SUITE] = collect_tls_suite,
    [TOPIC_DOMAIN] = collect_domain,
    [TOPIC_TIME] = collect_time,
    [TOPIC_VOLUME] = collect_volume,
    [TOPIC_MEMORY] = collect_memory,
    [TOPIC_UPDATE] = collect_update,
    [TOPIC_POLICY_ORIGIN] = collect_policy_origin,
    [TOPIC_LOG] = collect_log,
    [TOPIC_CREDENTIAL] = collect_credential,
    [TOPIC_CACHED_NAME] = collect_cached_name,
};

/* --- asking --- */

struct task {
	HANDLE thread; /* NULL: not asked, or the system gave no thread */
	enum topic topic;
	const struct computer_question *question;
	struct arena arena;
	struct answers answers;
};

/* All of one computer_ask, which outlives it where a thread does. */
struct round {
	struct arena arena;
	struct computer_question question;
	struct task tasks[TOPIC_COUNT];
};

static volatile bool is_any_left_behind;

static unsigned __stdcall run(void *context)
{
	struct task *t = context;
	HRESULT com = CoInitializeEx(NULL, COINIT_MULTITHREADED | COINIT_DISABLE_OLE1DDE);

	collectors[t->topic](&t->answers, t->question);
	if (!t->answers.n)
		answers_could_not(&t->answers, t->topic, ANSWER_NOTHING, 0, NULL);
	if (SUCCEEDED(com))
		CoUninitialize();
	return 0;
}

static const char *copied(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static struct round *round_new(const struct computer_question *question)
{
	struct round *r = calloc(1, sizeof *r);

	if (r)
		r->question = (struct computer_question){
		    .port = question->port,
		    .name = copied(&r->arena, question->name),
		    .certificate = copied(&r->arena, question->certificate),
		};
	return r;
}

static void begin(struct round *r, uint64_t topics)
{
	for (int i = 0; i < TOPIC_COUNT; i++) {
		struct task *t = &r->tasks[i];

		if (!(topics >> i & 1))
			continue;
		t->topic = (enum topic)i;
		t->question = &r->question;
		t->answers.arena = &t->arena;
		t->thread = (HANDLE)_beginthreadex(NULL, 0, run, t, 0, NULL);
	}
}

static DWORD left_ms(uint64_t until_ms)
{
	uint64_t now = GetTickCount64();

	return now < until_ms ? (DWORD)(until_ms - now) : 0;
}

static void append(struct answers *out, const struct answers *more)
{
	for (size_t i = 0; i < more->n; i++) {
		struct answer *row = answers_row(out, more->rows[i]->topic);

		*row = *more->rows[i];
		row->says = copied(out->arena, row->says);
		for (size_t j = 0; j < ANSWER_COLUMNS_MAX; j++)
			row->cells[j].text = copied(out->arena, row->cells[j].text);
	}
}

/* True when the thread is gone and its memory free. */
static bool collect_task(struct answers *out, struct task *t, uint64_t until_ms)
{
	if (!t->thread) {
		answers_could_not(out, t->topic, ANSWER_FAILED, 0, "no thread");
		return true;
	}
	if (WaitForSingleObject(t->thread, left_ms(until_ms)) != WAIT_OBJECT_0) {
		answers_could_not(out, t->topic, ANSWER_TOO_LATE, 0, NULL);
		return false;
	}
	append(out, &t->answers);
	CloseHandle(t->thread);
	arena_fini(&t->arena);
	return true;
}

void computer_ask(struct answers *out, uint64_t topics, const struct computer_question *question,
                  int64_t within_us)
{
	uint64_t until_ms = GetTickCount64() + (uint64_t)(within_us > 0 ? within_us / 1000 : 0);
	struct round *r = round_new(question);
	bool is_all_back = true;

	if (r)
		begin(r, topics);
	for (int i = 0; i < TOPIC_COUNT; i++)
		if (!(topics >> i & 1))
			continue;
		else if (!r)
			answers_could_not(out, (enum topic)i, ANSWER_FAILED, ERROR_OUTOFMEMORY,
			                  NULL);
		else
			is_all_back &= collect_task(out, &r->tasks[i], until_ms);
	if (r && is_all_back) {
		arena_fini(&r->arena);
		free(r);
	}
	if (!is_all_back)
		computer_left_behind();
}

void computer_left_behind(void)
{
	is_any_left_behind = true;
}

/*
 * ExitProcess ends the other threads and lets every library clean up behind them, which may wait
 * for a lock that such a thread held.
 */
void computer_leave(int status)
{
	if (!is_any_left_behind)
		return;
	fflush(NULL);
	TerminateProcess(GetCurrentProcess(), (UINT)status);
}

/* --- what else there is --- */

bool computer_is_windows(void)
{
	return true;
}

const char *computer_system_drive(void)
{
	static char drive[] = "C:\\";
	wchar_t folder[MAX_PATH];
	UINT n = GetSystemWindowsDirectoryW(folder, MAX_PATH);

	if (n < 2 || n >= MAX_PATH || folder[0] >= 0x80 || folder[1] != L':')
		return NULL;
	drive[0] = (char)folder[0];
	return drive;
}
