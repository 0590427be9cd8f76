/*
 * The channels of the event log: which there are, and their records as a file.
 */
#include "os/computer_windows.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/windows_inside.h"

#include <winevt.h>

#include "base/moment.h"
#include "os/wide_windows.h"

#define CHANNELS_MAX   64
#define ENUMERATED_MAX 20000
#define CHANNEL_UNITS  512

/* --- which channels --- */

/* Ended by a hyphen: every channel that begins so. */
static const wchar_t *const wanted[] = {
    L"System",
    L"Security",
    L"Application",
    L"Microsoft-Windows-TerminalServices-",
    L"Microsoft-Windows-RemoteDesktopServices-",
    L"Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
    L"Microsoft-Windows-NetworkProfile/Operational",
    L"Microsoft-Windows-User Profile Service/Operational",
};

static bool is_wanted(const wchar_t *channel)
{
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		size_t n = wcslen(wanted[i]);
		bool is_beginning = wanted[i][n - 1] == L'-';

		if (_wcsnicmp(channel, wanted[i], n) == 0 && (is_beginning || !channel[n]))
			return true;
	}
	return false;
}

/* --- one channel --- */

static bool number_of(const EVT_VARIANT *v, int64_t *number)
{
	switch (v->Type) {
	case EvtVarTypeBoolean:
		*number = v->BooleanVal != FALSE;
		return true;
	case EvtVarTypeUInt32:
		*number = v->UInt32Val;
		return true;
	case EvtVarTypeUInt64:
		*number = (int64_t)v->UInt64Val;
		return true;
	case EvtVarTypeFileTime:
		*number = computer_time_us(v->FileTimeVal);
		return *number != 0;
	default:
		return false;
	}
}

static uint32_t config_number(EVT_HANDLE config, EVT_CHANNEL_CONFIG_PROPERTY_ID id, int64_t *number)
{
	EVT_VARIANT v;
	DWORD used = 0;

	if (!EvtGetChannelConfigProperty(config, id, 0, sizeof v, &v, &used))
		return GetLastError();
	return number_of(&v, number) ? 0 : ERROR_INVALID_DATA;
}

/* Analytic and debug channels are traces, that no query reads while they are written. */
static bool is_trace(const wchar_t *channel)
{
	EVT_HANDLE config = EvtOpenChannelConfig(NULL, channel, 0);
	int64_t type = EvtChannelTypeAdmin;

	if (!config)
		return false;
	if (config_number(config, EvtChannelConfigType, &type))
		type = EvtChannelTypeAdmin;
	EvtClose(config);
	return type == EvtChannelTypeAnalytic || type == EvtChannelTypeDebug;
}

static uint32_t tell_config(struct answer *row, const wchar_t *channel)
{
	EVT_HANDLE config = EvtOpenChannelConfig(NULL, channel, 0);
	int64_t number = 0;
	uint32_t error;

	if (!config)
		return GetLastError();
	error = config_number(config, EvtChannelConfigEnabled, &number);
	if (!error)
		answer_set_number(row, "is_enabled", number);
	EvtClose(config);
	return error;
}

static const struct {
	EVT_LOG_PROPERTY_ID id;
	const char *column;
} properties[] = {{EvtLogNumberOfLogRecords, "records"}, {EvtLogFileSize, "bytes"}};

static uint32_t tell_size(struct answer *row, const wchar_t *channel)
{
	EVT_HANDLE log = EvtOpenLog(NULL, channel, EvtOpenChannelPath);
	uint32_t error = 0;

	if (!log)
		return GetLastError();
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
		EVT_VARIANT v;
		DWORD used = 0;
		int64_t number;

		if (!EvtGetLogInfo(log, properties[i].id, sizeof v, &v, &used))
			error = GetLastError();
		else if (number_of(&v, &number))
			answer_set_number(row, properties[i].column, number);
	}
	EvtClose(log);
	return error;
}

static uint32_t time_of(EVT_HANDLE event, int64_t *us)
{
	const wchar_t *path = L"Event/System/TimeCreated/@SystemTime";
	EVT_HANDLE context = EvtCreateRenderContext(1, &path, EvtRenderContextValues);
	EVT_VARIANT v;
	DWORD used = 0, n = 0;
	uint32_t error = 0;

	if (!context)
		return GetLastError();
	if (!EvtRender(context, event, EvtRenderEventValues, sizeof v, &v, &used, &n))
		error = GetLastError();
	else if (!n || !number_of(&v, us))
		error = ERROR_INVALID_DATA;
	EvtClose(context);
	return error;
}

/* The first record in the order of the file. */
static uint32_t tell_oldest(struct answer *row, const wchar_t *channel)
{
	EVT_HANDLE query = EvtQuery(NULL, channel, L"*", EvtQueryChannelPath), event = NULL;
	DWORD n = 0;
	int64_t us = 0;
	uint32_t error = 0;

	if (!query)
		return GetLastError();
	if (!EvtNext(query, 1, &event, 1000, 0, &n)) {
		error = GetLastError();
	} else {
		error = time_of(event, &us);
		if (!error)
			answer_set_number(row, "oldest", us);
		EvtClose(event);
	}
	EvtClose(query);
	return error == ERROR_NO_MORE_ITEMS ? 0 : error;
}

/* A channel that was never enabled has no file, and that is all there is to say. */
static void tell_channel(struct answers *out, const wchar_t *channel)
{
	static uint32_t (*const steps[])(struct answer * row, const wchar_t *channel) = {
	    tell_config, tell_size, tell_oldest};
	struct answer *row = answers_row(out, TOPIC_LOG);
	const char *name = utf8_of(out->arena, channel);
	uint32_t first = 0;

	answer_set_text(out, row, "channel", name);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		uint32_t error = steps[i](row, channel);

		if (!first && error != ERROR_FILE_NOT_FOUND)
			first = error;
	}
	if (first)
		computer_could_not(out, TOPIC_LOG, first, name);
}

void collect_log(struct answers *out, const struct computer_question *question)
{
	wchar_t channel[CHANNEL_UNITS] = {0};
	DWORD used = 0, error = 0;
	size_t n = 0;
	EVT_HANDLE all = EvtOpenChannelEnum(NULL, 0);

	(void)question;
	if (!all) {
		computer_could_not(out, TOPIC_LOG, GetLastError(), NULL);
		return;
	}
	for (size_t i = 0; i < ENUMERATED_MAX && n < CHANNELS_MAX && !error; i++) {
		if (!EvtNextChannelPath(all, CHANNEL_UNITS, channel, &used))
			error = GetLastError() ? GetLastError() : ERROR_NO_MORE_ITEMS;
		else if (is_wanted(channel) && !is_trace(channel) && ++n)
			tell_channel(out, channel);
	}
	if (error && error != ERROR_NO_MORE_ITEMS)
		computer_could_not(out, TOPIC_LOG, error, "EvtNextChannelPath");
	EvtClose(all);
}

/* --- its records as a file --- */

#define EXPORT_MS 20000

/* Made in a thread of its own, since to look through a large log takes its time. */
struct export
{
	wchar_t channel[CHANNEL_UNITS], query[128], path[MAX_PATH + 64];
	uint32_t error;
	volatile LONG n_done; /* the second one, of writer and waiter, frees it */
};

static void export_drop(struct export *x)
{
	DeleteFileW(x->path);
	free(x);
}

static unsigned __stdcall write_export(void *context)
{
	struct export *x = context;

	SetLastError(0);
	if (!EvtExportLog(NULL, x->channel, x->query, x->path, EvtExportLogChannelPath))
		x->error = GetLastError() ? GetLastError() : (uint32_t)E_FAIL;
	if (InterlockedIncrement(&x->n_done) == 2)
		export_drop(x);
	return 0;
}

static void set_query(struct export *x, int64_t since_us)
{
	char since[MOMENT_TEXT_MAX];

	wcscpy(x->query, L"*");
	if (since_us <= 0)
		return;
	moment_text(since_us, since);
	swprintf(x->query, sizeof x->query / sizeof *x->query,
	         L"*[System[TimeCreated[@SystemTime>='%.19hs.000Z']]]", since);
}

static struct export *export_new(const char *channel, int64_t since_us)
{
	static volatile LONG n_made;
	struct export *x = calloc(1, sizeof *x);
	wchar_t folder[MAX_PATH + 1];
	DWORD n = GetTempPathW(MAX_PATH + 1, folder);

	if (!x)
		return NULL;
	set_query(x, since_us);
	if (!MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, channel, -1, x->channel,
	                         CHANNEL_UNITS) ||
	    !n || n > MAX_PATH) {
		free(x);
		return NULL;
	}
	swprintf(x->path, sizeof x->path / sizeof *x->path, L"%lsrdpwhy-%lu-%llu-%ld.evtx", folder,
	         GetCurrentProcessId(), (unsigned long long)GetTickCount64(),
	         InterlockedIncrement(&n_made));
	return x;
}

static struct os_file *open_export(const struct export *x, uint32_t *error)
{
	HANDLE file = CreateFileW(
	    x->path, GENERIC_READ | DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
	    NULL, OPEN_EXISTING, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);

	*error = file == INVALID_HANDLE_VALUE ? GetLastError() : 0;
	return *error ? NULL : windows_file_of(file); /* which closes it when memory is short */
}

static struct os_file *no_log(enum answer_status *status, uint32_t *error, uint32_t why)
{
	*error = why;
	*status = computer_error_status(why);
	return NULL;
}

struct os_file *computer_log(const char *channel, int64_t since_us, enum answer_status *status,
                             uint32_t *error)
{
	struct export *x = export_new(channel, since_us);
	HANDLE thread = x ? (HANDLE)_beginthreadex(NULL, 0, write_export, x, 0, NULL) : NULL;
	struct os_file *file = NULL;
	uint32_t why;

	if (!thread) {
		free(x);
		return no_log(status, error, ERROR_OUTOFMEMORY);
	}
	WaitForSingleObject(thread, EXPORT_MS);
	CloseHandle(thread);
	if (InterlockedIncrement(&x->n_done) == 1) {
		computer_left_behind();
		return no_log(status, error, ERROR_TIMEOUT);
	}
	why = x->error;
	if (!why)
		file = open_export(x, &why);
	if (!file)
		DeleteFileW(x->path);
	free(x);
	if (!file)
		return no_log(status, error, why);
	*status = ANSWER_ROW;
	*error = 0;
	return file;
}
