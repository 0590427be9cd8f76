/*
 * The registry of this computer, as the 64-bit programs see it, opened for reading alone.
 */
#include "os/computer_windows.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include "os/wide_windows.h"

/* Documented: a key name has 255 units at most, a value name 16383. */
#define NAME_UNITS_MAX  16384
#define VALUE_BYTES_MAX (16U << 20)
#define TRIES_MAX       4 /* a value may grow between two calls */

struct live {
	struct reg_source source;
	struct arena arena;
};

static struct live *live_of(struct reg_source *s)
{
	return (struct live *)(void *)s;
}

static const struct {
	const char *name;
	HKEY key;
} roots[] = {
    {"HKEY_LOCAL_MACHINE", HKEY_LOCAL_MACHINE},
    {"HKEY_USERS", HKEY_USERS},
    {"HKEY_CURRENT_USER", HKEY_CURRENT_USER},
};

static const char *below_root(const char *path, HKEY *root)
{
	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
		size_t n = strlen(roots[i].name);

		if (_strnicmp(path, roots[i].name, n) == 0 && (!path[n] || path[n] == '\\')) {
			*root = roots[i].key;
			return path + n + (path[n] == '\\');
		}
	}
	return NULL;
}

static enum reg_answer answer_of(LSTATUS error)
{
	switch (error) {
	case ERROR_SUCCESS:
		return REG_FOUND;
	case ERROR_FILE_NOT_FOUND:
	case ERROR_PATH_NOT_FOUND:
	case ERROR_KEY_DELETED:
		return REG_ABSENT;
	default:
		return REG_UNREADABLE;
	}
}

/* Only the right that is needed: some keys grant a part of KEY_READ. */
static enum reg_answer open_key(struct live *live, const char *path, REGSAM right, HKEY *key)
{
	HKEY root;
	const char *rest = below_root(path, &root);

	if (!rest)
		return REG_ABSENT;
	return answer_of(
	    RegOpenKeyExW(root, wide_of(&live->arena, rest), 0, right | KEY_WOW64_64KEY, key));
}

static LSTATUS read_value(struct live *live, HKEY key, const wchar_t *name, struct reg_value *out)
{
	DWORD type = 0, room = 256, n = 0;
	BYTE *bytes = NULL;
	LSTATUS error = ERROR_MORE_DATA;

	for (int i = 0; i < TRIES_MAX && error == ERROR_MORE_DATA; i++) {
		if (room > VALUE_BYTES_MAX)
			break;
		bytes = arena_new(&live->arena, room);
		n = room;
		error = RegQueryValueExW(key, name, NULL, &type, bytes, &n);
		room = n > room ? n : room * 2;
	}
	if (error == ERROR_SUCCESS)
		*out = (struct reg_value){.type = type, .bytes = bytes, .n = n};
	return error;
}

static enum reg_answer live_value(struct reg_source *s, const char *path, const char *name,
                                  struct reg_value *out)
{
	struct live *live = live_of(s);
	HKEY key;
	enum reg_answer answer = open_key(live, path, KEY_QUERY_VALUE, &key);

	if (answer != REG_FOUND)
		return answer;
	answer = answer_of(read_value(live, key, wide_of(&live->arena, name), out));
	if (answer == REG_FOUND)
		out->name = arena_copy(&live->arena, name, strlen(name));
	RegCloseKey(key);
	return answer;
}

static enum reg_answer live_subkeys(struct reg_source *s, const char *path,
                                    bool (*each)(void *context, const char *name), void *context)
{
	struct live *live = live_of(s);
	wchar_t name[256];
	HKEY key;
	enum reg_answer answer = open_key(live, path, KEY_ENUMERATE_SUB_KEYS, &key);

	if (answer != REG_FOUND)
		return answer;
	for (DWORD i = 0;; i++) {
		DWORD n = sizeof name / sizeof *name;

		if (RegEnumKeyExW(key, i, name, &n, NULL, NULL, NULL, NULL) != ERROR_SUCCESS ||
		    !each(context, utf8_of_units(&live->arena, name, n)))
			break;
	}
	RegCloseKey(key);
	return REG_FOUND;
}

/* Values of a key that changes meanwhile may be given twice or not at all. */
static enum reg_answer live_values(struct reg_source *s, const char *path,
                                   bool (*each)(void *context, const struct reg_value *value),
                                   void *context)
{
	struct live *live = live_of(s);
	wchar_t *name;
	HKEY key;
	enum reg_answer answer = open_key(live, path, KEY_QUERY_VALUE, &key);

	if (answer != REG_FOUND)
		return answer;
	name = arena_new(&live->arena, NAME_UNITS_MAX * sizeof *name);
	for (DWORD i = 0;; i++) {
		DWORD n = NAME_UNITS_MAX;
		struct reg_value value;

		if (RegEnumValueW(key, i, name, &n, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
			break;
		name[n < NAME_UNITS_MAX ? n : NAME_UNITS_MAX - 1] = L'\0';
		if (read_value(live, key, name, &value) != ERROR_SUCCESS)
			continue;
		value.name = utf8_of_units(&live->arena, name, n);
		if (!each(context, &value))
			break;
	}
	RegCloseKey(key);
	return REG_FOUND;
}

static int64_t live_written_us(struct reg_source *s, const char *path)
{
	FILETIME written = {0};
	HKEY key;

	if (open_key(live_of(s), path, KEY_QUERY_VALUE, &key) != REG_FOUND)
		return 0;
	RegQueryInfoKeyW(key, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, &written);
	RegCloseKey(key);
	return computer_time_us((uint64_t)written.dwHighDateTime << 32 | written.dwLowDateTime);
}

static void live_close(struct reg_source *s)
{
	struct live *live = live_of(s);

	arena_fini(&live->arena);
	free(live);
}

static const struct reg_source_ops live_ops = {
    .value = live_value,
    .subkeys = live_subkeys,
    .values = live_values,
    .written_us = live_written_us,
    .close = live_close,
};

struct reg_source *computer_registry(void)
{
	struct live *live = calloc(1, sizeof *live);

	if (!live)
		return NULL;
	live->source = (struct reg_source){
	    .ops = &live_ops, .name = "this computer", .is_whole = true};
	return &live->source;
}
