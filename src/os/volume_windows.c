/*
 * A path is opened part by part, each beneath the handle of the one before, so that nobody can
 * put another folder in between; links and junctions are not followed at all. Names have no
 * letter case for Windows itself.
 */
#include <winsock2.h>

#include <stdlib.h>
#include <string.h>
#include <winternl.h>

#include "os/volume.h"
#include "os/windows_inside.h"

#define PART_MOST   256
#define NAMES_MAX   100000
#define RIGHTS_MOST 65536
#define LISTED      (64 * 1024)

/* ntstatus.h does not go with windows.h. */
#define NAME_INVALID   0xC0000033u
#define NAME_NOT_FOUND 0xC0000034u
#define PATH_NOT_FOUND 0xC000003Au
#define IS_A_DIRECTORY 0xC00000BAu
#define NO_DIRECTORY   0xC0000103u
#define SYMLINK        0x8000002Du

struct volume {
	HANDLE root;
	wchar_t *path;
	bool is_whole;   /* the root of a file system, not a folder of one */
	bool has_rights; /* which that file system keeps */
};

static enum volume_answer answer_of(NTSTATUS status)
{
	switch ((unsigned)status) {
	case NAME_INVALID:
	case NAME_NOT_FOUND:
	case PATH_NOT_FOUND:
	case NO_DIRECTORY:
		return VOLUME_ABSENT;
	case SYMLINK:
		return VOLUME_LEADS_OUT;
	case IS_A_DIRECTORY:
		return VOLUME_NO_FILE;
	default:
		windows_fail(RtlNtStatusToDosError(status));
		return VOLUME_FAILED;
	}
}

/* --- the volume --- */

/* Whoever may make backups may read what is there; nobody else is given anything. */
static void use_backup_right(void)
{
	TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1,
	                           .Privileges = {{.Attributes = SE_PRIVILEGE_ENABLED}}};
	HANDLE token;

	if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token))
		return;
	if (LookupPrivilegeValueW(NULL, L"SeBackupPrivilege", &wanted.Privileges[0].Luid))
		AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
	CloseHandle(token);
}

static HANDLE open_root(const wchar_t *path)
{
	DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
	BY_HANDLE_FILE_INFORMATION about;
	HANDLE root = CreateFileW(path, FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
	                          share, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);

	if (root == INVALID_HANDLE_VALUE)
		return NULL;
	if (GetFileInformationByHandle(root, &about) &&
	    (about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
		return root;
	CloseHandle(root);
	SetLastError(ERROR_DIRECTORY);
	return NULL;
}

/* "D:" alone would be the folder on D: where one happens to be. */
static wchar_t *path_of_root(const char *path)
{
	struct buf text = {0};
	size_t n = strlen(path);
	bool is_drive = n == 2 && path[1] == ':';
	wchar_t *wide;

	buf_printf(&text, "%s%s", path, is_drive ? "\\" : "");
	wide = windows_path(text.bytes);
	buf_fini(&text);
	return wide;
}

static void learn(struct volume *v)
{
	wchar_t path[MAX_PATH];
	DWORD n = GetFinalPathNameByHandleW(v->root, path, MAX_PATH, VOLUME_NAME_NONE);
	DWORD flags = 0;

	v->is_whole = n == 1 || (n == 0 && v->path[1] == ':' && wcslen(v->path) == 3);
	if (v->is_whole &&
	    GetVolumeInformationByHandleW(v->root, NULL, 0, NULL, NULL, &flags, NULL, 0))
		v->has_rights = flags & FILE_PERSISTENT_ACLS;
}

struct volume *volume_open(const char *path)
{
	wchar_t *wide = path_of_root(path);
	HANDLE root;
	struct volume *v;

	use_backup_right();
	root = wide ? open_root(wide) : NULL;
	v = root ? malloc(sizeof *v) : NULL;
	if (!v) {
		os_fail();
		if (root)
			CloseHandle(root);
		free(wide);
		return NULL;
	}
	*v = (struct volume){.root = root, .path = wide};
	learn(v);
	return v;
}

void volume_close(struct volume *v)
{
	CloseHandle(v->root);
	free(v->path);
	free(v);
}

/* --- opening beneath the root --- */

/* What is opened, beside what each handle needs to be waited for. */
struct how {
	ACCESS_MASK access;
	bool is_folder; /* it must be one */
	bool is_followed;
};

static NTSTATUS open_part(HANDLE at, const wchar_t *part, const struct how *how, HANDLE *out)
{
	UNICODE_STRING name = {.Length = (USHORT)(wcslen(part) * sizeof *part),
	                       .MaximumLength = (USHORT)(wcslen(part) * sizeof *part),
	                       .Buffer = (wchar_t *)(uintptr_t)part};
	OBJECT_ATTRIBUTES object;
	IO_STATUS_BLOCK done;

	InitializeObjectAttributes(&object, &name, OBJ_CASE_INSENSITIVE, at, NULL);
	return NtCreateFile(out, how->access | FILE_READ_ATTRIBUTES | SYNCHRONIZE, &object, &done,
	                    NULL, FILE_ATTRIBUTE_NORMAL,
	                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN,
	                    FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_FOR_BACKUP_INTENT |
	                        (how->is_followed ? 0 : FILE_OPEN_REPARSE_POINT) |
	                        (how->is_folder ? FILE_DIRECTORY_FILE : 0),
	                    NULL, 0);
}

enum kind { KIND_PLAIN, KIND_LINK, KIND_OTHER, KIND_UNKNOWN };

/* Other reparse points are how the file system keeps a file: compressed, or in a cloud. */
static enum kind kind_of(HANDLE handle)
{
	FILE_ATTRIBUTE_TAG_INFO tag;

	if (!GetFileInformationByHandleEx(handle, FileAttributeTagInfo, &tag, sizeof tag))
		return GetFileType(handle) == FILE_TYPE_DISK ? KIND_PLAIN : KIND_UNKNOWN;
	if (!(tag.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
		return KIND_PLAIN;
	return IsReparseTagNameSurrogate(tag.ReparseTag) ? KIND_LINK : KIND_OTHER;
}

static enum volume_answer open_safely(HANDLE at, const wchar_t *part, const struct how *how,
                                      HANDLE *out)
{
	struct how followed = *how;
	NTSTATUS status = open_part(at, part, how, out);
	enum kind kind;

	if (status < 0)
		return answer_of(status);
	kind = kind_of(*out);
	if (kind == KIND_PLAIN)
		return VOLUME_FOUND;
	CloseHandle(*out);
	if (kind != KIND_OTHER)
		return kind == KIND_LINK ? VOLUME_LEADS_OUT : VOLUME_NO_FILE;
	followed.is_followed = true;
	status = open_part(at, part, &followed, out);
	return status < 0 ? answer_of(status) : VOLUME_FOUND;
}

/* False for what is no name of a file there: "..", a stream, a path of Windows. */
static bool take_part(const char **path, wchar_t out[PART_MOST])
{
	size_t n = strcspn(*path, "/");
	char part[PART_MOST * 3];

	if (n >= sizeof part)
		return false;
	memcpy(part, *path, n);
	part[n] = '\0';
	*path += n + ((*path)[n] == '/');
	if (strpbrk(part, "\\:*?\"<>|") || strcmp(part, "..") == 0)
		return false;
	if (strcmp(part, ".") == 0)
		part[0] = '\0';
	return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, part, -1, out, PART_MOST) > 0;
}

static enum volume_answer open_path(struct volume *v, const char *path, const struct how *how,
                                    HANDLE *out)
{
	static const struct how itself = {.access = FILE_LIST_DIRECTORY, .is_folder = true};
	static const struct how way = {.access = FILE_TRAVERSE, .is_folder = true};
	enum volume_answer answer = open_safely(v->root, L"", &itself, out);

	while (answer == VOLUME_FOUND && *path) {
		HANDLE above = *out;
		wchar_t part[PART_MOST];
		const char *rest = path;

		if (!take_part(&path, part))
			answer = strncmp(rest, "..", 2) == 0 ? VOLUME_LEADS_OUT : VOLUME_ABSENT;
		else if (*part)
			answer = open_safely(above, part, *path ? &way : how, out);
		else
			continue;
		CloseHandle(above);
	}
	return answer;
}

/* --- reading --- */

static bool is_a_folder(HANDLE handle)
{
	BY_HANDLE_FILE_INFORMATION about;

	return GetFileInformationByHandle(handle, &about) &&
	       (about.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
}

enum volume_answer volume_stream(struct volume *v, const char *path, struct os_file **out)
{
	static const struct how reading = {.access = FILE_READ_DATA};
	HANDLE handle;
	enum volume_answer answer = open_path(v, path, &reading, &handle);

	if (answer != VOLUME_FOUND)
		return answer;
	if (is_a_folder(handle)) {
		CloseHandle(handle);
		return VOLUME_NO_FILE;
	}
	*out = windows_file_of(handle);
	return *out ? VOLUME_FOUND : VOLUME_FAILED;
}

/* --- folders --- */

/* Calls for each name but the folder itself and the one above. */
static void each_name(HANDLE folder, bool (*each)(void *context, const wchar_t *name),
                      void *context)
{
	static _Alignas(8) char bytes[LISTED];
	static wchar_t name[PART_MOST];
	bool goes_on = true;

	while (goes_on &&
	       GetFileInformationByHandleEx(folder, FileIdBothDirectoryInfo, bytes, sizeof bytes)) {
		const FILE_ID_BOTH_DIR_INFO *at = (const FILE_ID_BOTH_DIR_INFO *)(void *)bytes;

		for (;;) {
			size_t n = at->FileNameLength / sizeof *name;

			if (n >= PART_MOST)
				n = PART_MOST - 1;
			memcpy(name, at->FileName, n * sizeof *name);
			name[n] = 0;
			if (wcscmp(name, L".") != 0 && wcscmp(name, L"..") != 0)
				goes_on = goes_on && each(context, name);
			if (!at->NextEntryOffset || !goes_on)
				break;
			at = (const FILE_ID_BOTH_DIR_INFO *)(const void *)((const char *)at +
			                                                   at->NextEntryOffset);
		}
	}
}

static bool count_one(void *context, const wchar_t *name)
{
	size_t *n = context;

	(void)name;
	return ++*n < NAMES_MAX;
}

struct listing {
	struct arena *arena;
	const char **names;
	size_t n, n_most;
};

static bool list_one(void *context, const wchar_t *name)
{
	struct listing *l = context;
	char *utf8 = windows_narrow(name);

	if (utf8 && l->n < l->n_most)
		l->names[l->n++] = arena_copy(l->arena, utf8, strlen(utf8));
	free(utf8);
	return l->n < l->n_most;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum volume_answer volume_list(struct volume *v, const char *path, struct arena *arena,
                               const char **names, size_t n_most, size_t *n)
{
	static const struct how listing = {.access = FILE_LIST_DIRECTORY, .is_folder = true};
	struct listing l = {.arena = arena, .names = names, .n_most = n_most};
	HANDLE handle;
	enum volume_answer answer = open_path(v, path, &listing, &handle);

	*n = 0;
	if (answer != VOLUME_FOUND)
		return answer;
	if (n_most)
		each_name(handle, list_one, &l);
	CloseHandle(handle);
	if (l.n)
		qsort(names, l.n, sizeof *names, compare_names);
	*n = l.n;
	return VOLUME_FOUND;
}

/* --- what is told of a file --- */

/* Of a copy in some folder the rights are those of the copy, which say nothing of the host. */
static void read_rights(const struct volume *v, HANDLE handle, struct buf *out)
{
	static char bytes[RIGHTS_MOST];
	DWORD n = 0;

	if (v->has_rights &&
	    GetKernelObjectSecurity(handle,
	                            OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
	                                DACL_SECURITY_INFORMATION,
	                            bytes, sizeof bytes, &n) &&
	    n <= sizeof bytes)
		buf_put(out, bytes, n);
}

/* With less, where so much is not granted: that it is there is an answer too. */
static enum volume_answer open_to_look(struct volume *v, const char *path, HANDLE *out)
{
	static const ACCESS_MASK wanted[] = {FILE_READ_DATA | READ_CONTROL, FILE_READ_DATA,
	                                     READ_CONTROL, 0};
	enum volume_answer answer = VOLUME_FAILED;

	for (size_t i = 0; i < sizeof wanted / sizeof *wanted && answer == VOLUME_FAILED; i++)
		answer = open_path(v, path, &(struct how){.access = wanted[i]}, out);
	return answer;
}

enum volume_answer volume_look(struct volume *v, const char *path, struct volume_about *about)
{
	BY_HANDLE_FILE_INFORMATION info = {0};
	HANDLE handle;
	enum volume_answer answer = open_to_look(v, path, &handle);

	*about = (struct volume_about){0};
	if (answer != VOLUME_FOUND)
		return answer;
	GetFileInformationByHandle(handle, &info);
	about->is_folder = info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY;
	about->n_bytes = (int64_t)((uint64_t)info.nFileSizeHigh << 32 | info.nFileSizeLow);
	if (about->is_folder) {
		about->n_bytes = 0;
		each_name(handle, count_one, &about->n_names);
	}
	read_rights(v, handle, &about->rights);
	CloseHandle(handle);
	return VOLUME_FOUND;
}

bool volume_space(const struct volume *v, int64_t *total, int64_t *free_bytes)
{
	ULARGE_INTEGER all, left;

	if (!v->is_whole || !GetDiskFreeSpaceExW(v->path, NULL, &all, &left))
		return false;
	*total = (int64_t)all.QuadPart;
	*free_bytes = (int64_t)left.QuadPart;
	return true;
}
