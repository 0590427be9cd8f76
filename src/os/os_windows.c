#include <winsock2.h>

#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wincrypt.h>

#include "os/windows_inside.h"

#ifndef ERROR_DIRECTORY_NOT_SUPPORTED
#define ERROR_DIRECTORY_NOT_SUPPORTED 336
#endif

/* Beyond it only paths with a prefix work, unless both system and manifest say otherwise. */
#define PLAIN_PATH_MOST 240

static DWORD last_error;

/* --- text --- */

wchar_t *windows_wide(const char *utf8)
{
	int n = MultiByteToWideChar(CP_UTF8, 0, utf8, -1, NULL, 0);
	wchar_t *wide = malloc((size_t)(n > 0 ? n : 1) * sizeof *wide);

	if (wide && (n <= 0 || !MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, n)))
		*wide = 0;
	return wide;
}

char *windows_narrow(const wchar_t *wide)
{
	int n = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
	char *utf8 = malloc((size_t)(n > 0 ? n : 1));

	if (utf8 && (n <= 0 || !WideCharToMultiByte(CP_UTF8, 0, wide, -1, utf8, n, NULL, NULL)))
		*utf8 = 0;
	return utf8;
}

void windows_narrow_into(const wchar_t *wide, char *out, size_t cap)
{
	char *utf8 = windows_narrow(wide);
	size_t n = utf8 ? strlen(utf8) : 0;

	if (n >= cap)
		for (n = cap - 1; n && ((unsigned char)utf8[n] & 0xC0) == 0x80; n--)
			;
	memcpy(out, utf8 ? utf8 : "", n);
	out[n] = '\0';
	free(utf8);
}

/* \\server\share becomes \\?\UNC\server\share; what has a prefix keeps it. */
static wchar_t *prefixed(const wchar_t *whole)
{
	bool is_share = wcsncmp(whole, L"\\\\", 2) == 0;
	const wchar_t *prefix = is_share ? L"\\\\?\\UNC" : L"\\\\?\\";
	const wchar_t *rest = whole + is_share;
	wchar_t *out = malloc((wcslen(prefix) + wcslen(rest) + 1) * sizeof *out);

	if (out) {
		wcscpy(out, prefix);
		wcscat(out, rest);
	}
	return out;
}

static bool has_prefix(const wchar_t *path)
{
	return wcsncmp(path, L"\\\\?\\", 4) == 0 || wcsncmp(path, L"\\\\.\\", 4) == 0;
}

wchar_t *windows_path(const char *utf8)
{
	wchar_t *path = windows_wide(utf8), *whole, *out;
	DWORD n;

	if (!path || wcslen(path) < PLAIN_PATH_MOST || has_prefix(path))
		return path;
	n = GetFullPathNameW(path, 0, NULL, NULL);
	whole = n ? malloc((size_t)n * sizeof *whole) : NULL;
	if (!whole || !GetFullPathNameW(path, n, whole, NULL)) {
		free(whole);
		return path;
	}
	out = has_prefix(whole) ? NULL : prefixed(whole);
	free(whole);
	if (!out)
		return path;
	free(path);
	return out;
}

FARPROC windows_find(const wchar_t *module, const char *function)
{
	HMODULE handle = GetModuleHandleW(module);

	return handle ? GetProcAddress(handle, function) : NULL;
}

DWORD windows_build(void)
{
	typedef LONG WINAPI get_version(OSVERSIONINFOW *);
	get_version *get = (get_version *)(void (*)(void))windows_find(L"ntdll.dll",
	                                                               "RtlGetVersion");
	OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};

	return get && get(&version) == 0 ? version.dwBuildNumber : 0;
}

/* --- errors --- */

void windows_fail(DWORD error)
{
	last_error = error;
}

void os_fail(void)
{
	last_error = GetLastError();
}

static DWORD message_of(DWORD error, DWORD language, wchar_t *out, DWORD cap)
{
	DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;

	return FormatMessageW(flags, NULL, error, language, out, cap, NULL);
}

/* English where the system has it, as the rest of a complaint is; without the full stop. */
const char *os_why(void)
{
	static char out[512];
	wchar_t wide[256];
	DWORD n = message_of(last_error, MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), wide, 256);

	if (!n)
		n = message_of(last_error, 0, wide, 256);
	while (n && (wide[n - 1] <= L' ' || wide[n - 1] == L'.'))
		n--;
	wide[n] = 0;
	for (wchar_t *p = wide; *p; p++)
		if (*p < L' ')
			*p = L' ';
	if (n)
		windows_narrow_into(wide, out, sizeof out);
	else
		snprintf(out, sizeof out, "error %lu of Windows", (unsigned long)last_error);
	return out;
}

static enum status failed(enum status status)
{
	os_fail();
	return status;
}

/* --- the start --- */

/* Libraries come from the system's folder, not from the one where somebody put the program. */
static void look_for_libraries_in_the_system(void)
{
	typedef BOOL WINAPI set_directories(DWORD);
	set_directories *set = (set_directories *)(void (*)(void))windows_find(
	    L"kernel32.dll", "SetDefaultDllDirectories");

	if (set)
		set(LOAD_LIBRARY_SEARCH_SYSTEM32);
	SetDllDirectoryW(L"");
}

/* What the C library gives to main went through a code page that holds few characters. */
void os_arguments(int *argc, char ***argv)
{
	static char **list; /* until the end of the process */
	int n = 0;
	wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &n);
	bool is_whole = wide && (list = calloc((size_t)n + 1, sizeof *list));

	look_for_libraries_in_the_system();
	SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
	for (int i = 0; is_whole && i < n; i++)
		is_whole = (list[i] = windows_narrow(wide[i])) != NULL;
	LocalFree(wide);
	if (!is_whole) /* memory is short, and the process will hardly live */
		return;
	*argc = n;
	*argv = list;
}

/* Windows has no such signal. */
void os_ignore_broken_pipes(void)
{
}

/* --- files --- */

struct os_file {
	HANDLE handle;
	bool is_borrowed; /* standard input */
};

/* Nothing ever ends that is read from a device; a raw disk has no information of a file. */
static bool is_readable_kind(HANDLE handle)
{
	BY_HANDLE_FILE_INFORMATION about;
	DWORD type = GetFileType(handle);

	if (type == FILE_TYPE_PIPE)
		return true;
	if (type != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &about)) {
		SetLastError(ERROR_BAD_DEV_TYPE);
		return false;
	}
	SetLastError(ERROR_DIRECTORY_NOT_SUPPORTED);
	return !(about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
}

HANDLE windows_standard(int fd)
{
	static const DWORD which[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};

	return fd >= 0 && fd < 3 ? GetStdHandle(which[fd]) : INVALID_HANDLE_VALUE;
}

/* An event log is open for writing in its service, and a hive in the system. */
static HANDLE open_for_reading(const char *path)
{
	DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
	wchar_t *wide = windows_path(path);
	HANDLE handle = CreateFileW(
	    wide ? wide : L"", GENERIC_READ, share, NULL, OPEN_EXISTING,
	    FILE_FLAG_SEQUENTIAL_SCAN | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, NULL);
	DWORD error = GetLastError();

	free(wide);
	SetLastError(error);
	return handle;
}

static bool is_there(HANDLE handle)
{
	return handle && handle != INVALID_HANDLE_VALUE;
}

struct os_file *windows_file_of(HANDLE handle)
{
	struct os_file *file = malloc(sizeof *file);

	if (file)
		*file = (struct os_file){.handle = handle};
	else
		CloseHandle(handle);
	return file;
}

/* Of a folder CreateFile says that access is denied. */
static void fail_to_open(const char *path)
{
	os_fail();
	if (last_error == ERROR_ACCESS_DENIED && os_is_folder(path))
		last_error = ERROR_DIRECTORY_NOT_SUPPORTED;
}

struct os_file *os_open(const char *path)
{
	bool is_input = strcmp(path, "-") == 0;
	HANDLE handle = is_input ? windows_standard(0) : open_for_reading(path);
	struct os_file *file = NULL;

	if (is_there(handle) && (is_input || is_readable_kind(handle))) {
		file = malloc(sizeof *file);
		if (file)
			*file = (struct os_file){.handle = handle, .is_borrowed = is_input};
		else
			SetLastError(ERROR_NOT_ENOUGH_MEMORY);
	}
	if (!file) {
		fail_to_open(path);
		if (!is_input && is_there(handle))
			CloseHandle(handle);
	}
	return file;
}

void os_close(struct os_file *file)
{
	if (!file->is_borrowed)
		CloseHandle(file->handle);
	free(file);
}

/* The other end of a pipe that is closed is the end of what it has to say. */
int64_t os_read(struct os_file *file, void *bytes, size_t n)
{
	DWORD got = 0, most = n > 0x40000000 ? 0x40000000 : (DWORD)n;

	if (windows_is_console(file->handle))
		return windows_read_console(file->handle, bytes, n);
	if (ReadFile(file->handle, bytes, most, &got, NULL))
		return got;
	if (GetLastError() == ERROR_BROKEN_PIPE || GetLastError() == ERROR_HANDLE_EOF)
		return 0;
	return failed(STATUS_CANNOT_READ);
}

void os_fail_too_large(void)
{
	last_error = ERROR_FILE_TOO_LARGE;
}

bool windows_read_quietly(const char *path, size_t n_most, struct buf *out)
{
	HANDLE handle = open_for_reading(path);
	char bytes[4096];
	DWORD got = 0;

	if (!is_there(handle))
		return false;
	while (out->n <= n_most && ReadFile(handle, bytes, sizeof bytes, &got, NULL) && got)
		buf_put(out, bytes, got);
	CloseHandle(handle);
	return out->n <= n_most;
}

FILE *os_create(const char *path)
{
	wchar_t *wide = windows_path(path);
	FILE *file = wide ? _wfopen(wide, L"wb") : NULL;

	if (!file)
		os_fail();
	free(wide);
	return file;
}

static DWORD attributes_of(const char *path)
{
	wchar_t *wide = windows_path(path);
	DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;

	free(wide);
	return attributes;
}

bool os_is_folder(const char *path)
{
	DWORD attributes = attributes_of(path);

	return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY);
}

bool os_is_regular(const char *path)
{
	HANDLE handle = open_for_reading(path);
	bool is_regular = is_there(handle) && GetFileType(handle) == FILE_TYPE_DISK &&
	                  is_readable_kind(handle);

	if (is_there(handle))
		CloseHandle(handle);
	return is_regular;
}

/* --- folders --- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A file that lives in a cloud has a reparse point too, and is a file all the same. */
static bool is_no_folder(const WIN32_FIND_DATAW *found)
{
	bool is_link = (found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) &&
	               (found->dwReserved0 == IO_REPARSE_TAG_SYMLINK ||
	                found->dwReserved0 == IO_REPARSE_TAG_MOUNT_POINT);

	return !is_link &&
	       !(found->dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE));
}

static HANDLE find_first(const char *folder, WIN32_FIND_DATAW *found)
{
	struct buf pattern = {0};
	wchar_t *wide;
	HANDLE handle;
	DWORD error;

	buf_printf(&pattern, "%s%s*", folder,
	           strchr("/\\:", folder[strlen(folder) - 1]) ? "" : "\\");
	wide = windows_path(pattern.bytes);
	handle = FindFirstFileW(wide ? wide : L"", found);
	error = GetLastError();
	buf_fini(&pattern);
	free(wide);
	SetLastError(error);
	return handle;
}

struct name_list {
	struct arena *arena;
	const char **at;
	size_t n, cap;
};

static void list_put(struct name_list *l, const wchar_t *name)
{
	char *utf8 = windows_narrow(name);

	if (l->n == l->cap) {
		const char **wider = arena_new(l->arena, (l->cap * 2 + 16) * sizeof *wider);

		if (l->n)
			memcpy(wider, l->at, l->n * sizeof *wider);
		l->at = wider;
		l->cap = l->cap * 2 + 16;
	}
	if (utf8)
		l->at[l->n++] = arena_copy(l->arena, utf8, strlen(utf8));
	free(utf8);
}

bool os_list_folder(const char *path, struct arena *arena, const char *const **names, size_t *n)
{
	struct name_list list = {.arena = arena};
	WIN32_FIND_DATAW found;
	HANDLE handle = *path ? find_first(path, &found) : INVALID_HANDLE_VALUE;

	*n = 0;
	*names = NULL;
	if (handle == INVALID_HANDLE_VALUE) {
		os_fail();
		return last_error == ERROR_FILE_NOT_FOUND; /* the root of an empty drive */
	}
	do
		if (is_no_folder(&found))
			list_put(&list, found.cFileName);
	while (FindNextFileW(handle, &found));
	FindClose(handle);
	if (list.n)
		qsort(list.at, list.n, sizeof *list.at, compare_names);
	*names = list.at;
	*n = list.n;
	return true;
}

/* --- writing --- */

static bool is_reader_gone(DWORD error)
{
	return error == ERROR_NO_DATA || error == ERROR_BROKEN_PIPE ||
	       error == ERROR_PIPE_NOT_CONNECTED;
}

enum status os_write_all(int fd, const void *bytes, size_t n)
{
	HANDLE handle = windows_standard(fd);
	const char *p = bytes;

	if (windows_is_console(handle))
		return windows_write_console(handle, bytes, n) ? STATUS_OK
		                                               : failed(STATUS_CANNOT_WRITE);
	while (n) {
		DWORD written = 0, most = n > 0x10000 ? 0x10000 : (DWORD)n;

		if (!WriteFile(handle, p, most, &written, NULL))
			return failed(is_reader_gone(GetLastError()) ? STATUS_READER_GONE
			                                             : STATUS_CANNOT_WRITE);
		p += written;
		n -= written;
	}
	return STATUS_OK;
}

/* --- clocks --- */

typedef VOID WINAPI file_time(FILETIME *);

/* The precise one came with Windows 8. */
static file_time *clock_of_the_wall(void)
{
	FARPROC precise = windows_find(L"kernel32.dll", "GetSystemTimePreciseAsFileTime");

	return precise ? (file_time *)(void (*)(void))precise : GetSystemTimeAsFileTime;
}

/* Windows counts tenths of microseconds since 1601. */
int64_t os_now_us(void)
{
	static file_time *clock;
	FILETIME t;

	if (!clock)
		clock = clock_of_the_wall();
	clock(&t);
	return (int64_t)((uint64_t)t.dwHighDateTime << 32 | t.dwLowDateTime) / 10 -
	       11644473600000000LL;
}

int64_t os_monotonic_us(void)
{
	static LARGE_INTEGER frequency;
	LARGE_INTEGER now;

	if (!frequency.QuadPart)
		QueryPerformanceFrequency(&frequency);
	QueryPerformanceCounter(&now);
	return now.QuadPart / frequency.QuadPart * 1000000 +
	       now.QuadPart % frequency.QuadPart * 1000000 / frequency.QuadPart;
}

/* --- whom this computer trusts --- */

bool os_each_root(os_root *each, void *context)
{
	static const DWORD places[] = {CERT_SYSTEM_STORE_LOCAL_MACHINE,
	                               CERT_SYSTEM_STORE_CURRENT_USER};
	bool has_any = false;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		HCERTSTORE store = CertOpenStore(
		    CERT_STORE_PROV_SYSTEM_W, 0, 0,
		    places[i] | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG, L"ROOT");
		const CERT_CONTEXT *c = NULL;

		while (store && (c = CertEnumCertificatesInStore(store, c))) {
			each(context, c->pbCertEncoded, c->cbCertEncoded);
			has_any = true;
		}
		if (store)
			CertCloseStore(store, 0);
	}
	return has_any;
}
