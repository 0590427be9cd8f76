/*
 * The time service: what it follows, and how well. It is asked through w32tm.exe, since its own
 * interface is not documented.
 */
#include "os/computer_windows.h"

#include <windows.h>

#include <string.h>
#include <wchar.h>

#include "os/time_status.h"
#include "os/wide_windows.h"

#define WITHIN_MS  2000
#define OUTPUT_MAX 16384
#define PATH_CHARS 512

struct run {
	HANDLE out_read, out_write, in, process;
	char output[OUTPUT_MAX];
	DWORD n;
};

/* --- the process --- */

/* The child gets the two handles that are its own, and none that another thread has just opened. */
static bool create(struct run *r, const wchar_t *program, wchar_t *command,
                   LPPROC_THREAD_ATTRIBUTE_LIST list)
{
	HANDLE handles[] = {r->in, r->out_write};
	STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start,
	                                        .dwFlags = STARTF_USESTDHANDLES,
	                                        .hStdInput = r->in,
	                                        .hStdOutput = r->out_write,
	                                        .hStdError = r->out_write},
	                        .lpAttributeList = list};
	PROCESS_INFORMATION process;

	if (!UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles,
	                               sizeof handles, NULL, NULL) ||
	    !CreateProcessW(program, command, NULL, NULL, TRUE,
	                    CREATE_NO_WINDOW | EXTENDED_STARTUPINFO_PRESENT, NULL, NULL,
	                    &start.StartupInfo, &process))
		return false;
	CloseHandle(process.hThread);
	r->process = process.hProcess;
	return true;
}

static DWORD start(struct run *r, struct arena *arena)
{
	wchar_t program[PATH_CHARS], command[] = L"w32tm.exe /query /status /verbose";
	UINT n = GetSystemDirectoryW(program, PATH_CHARS - 16);
	LPPROC_THREAD_ATTRIBUTE_LIST list;
	DWORD error = ERROR_SUCCESS;
	SIZE_T n_list = 0;

	if (!n || n >= PATH_CHARS - 16)
		return ERROR_PATH_NOT_FOUND;
	wcscat(program, L"\\w32tm.exe");
	InitializeProcThreadAttributeList(NULL, 1, 0, &n_list);
	list = arena_new(arena, n_list ? n_list : 1);
	if (!InitializeProcThreadAttributeList(list, 1, 0, &n_list))
		return GetLastError();
	if (!create(r, program, command, list))
		error = GetLastError();
	DeleteProcThreadAttributeList(list);
	return error;
}

/* The pipe holds more than a good answer has, so nobody has to read while it is written. */
static DWORD wait_for(struct run *r)
{
	DWORD n = 0;

	if (WaitForSingleObject(r->process, WITHIN_MS) != WAIT_OBJECT_0) {
		TerminateProcess(r->process, 1);
		return WAIT_TIMEOUT;
	}
	if (PeekNamedPipe(r->out_read, NULL, 0, NULL, &n, NULL) && n)
		ReadFile(r->out_read, r->output, n < OUTPUT_MAX ? n : OUTPUT_MAX, &r->n, NULL);
	return ERROR_SUCCESS;
}

static DWORD open_ends(struct run *r)
{
	SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};

	r->in = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
	                    OPEN_EXISTING, 0, NULL);
	if (r->in == INVALID_HANDLE_VALUE)
		return GetLastError();
	if (!CreatePipe(&r->out_read, &r->out_write, &inherited, 4 * OUTPUT_MAX))
		return GetLastError();
	SetHandleInformation(r->out_read, HANDLE_FLAG_INHERIT, 0);
	return ERROR_SUCCESS;
}

static void close_ends(struct run *r)
{
	HANDLE handles[] = {r->in, r->out_read, r->out_write, r->process};

	for (size_t i = 0; i < sizeof handles / sizeof *handles; i++)
		if (handles[i] && handles[i] != INVALID_HANDLE_VALUE)
			CloseHandle(handles[i]);
}

/* --- the answer --- */

static int64_t now_us(void)
{
	FILETIME now;

	GetSystemTimeAsFileTime(&now);
	return computer_time_us((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
}

/* A console of its own writes in the code page of old consoles. */
static struct time_status read_output(const struct run *r, struct arena *arena)
{
	wchar_t *wide = arena_new(arena, (OUTPUT_MAX + 1) * sizeof *wide);
	const char *text;

	if (r->n)
		MultiByteToWideChar(CP_OEMCP, 0, r->output, (int)r->n, wide, OUTPUT_MAX);
	text = utf8_of(arena, wide);
	return time_status_read(text, strlen(text));
}

static void put(struct answers *a, const struct time_status *t)
{
	struct answer *row = answers_row(a, TOPIC_TIME);

	if (*t->source)
		answer_set_text(a, row, "source", t->source);
	answer_set_number(row, "stratum", t->stratum);
	answer_set_number(row, "is_synced", t->is_synced);
	if (t->has_offset)
		answer_set_number(row, "offset_us", t->offset_us);
	if (t->has_age)
		answer_set_number(row, "last_sync", now_us() - t->age_us);
}

void collect_time(struct answers *a, const struct computer_question *q)
{
	struct run *r = arena_new(a->arena, sizeof *r);
	DWORD error = open_ends(r);
	struct time_status t = {0};

	(void)q;
	if (error == ERROR_SUCCESS)
		error = start(r, a->arena);
	if (error == ERROR_SUCCESS)
		error = wait_for(r);
	close_ends(r);
	if (error == ERROR_SUCCESS)
		t = read_output(r, a->arena);
	if (t.is_known)
		put(a, &t);
	else
		computer_could_not(a, TOPIC_TIME, error != ERROR_SUCCESS ? error : t.error,
		                   error == ERROR_SUCCESS && !t.error
		                       ? "w32tm wrote something that is not known"
		                       : "w32tm");
}
