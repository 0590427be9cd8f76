/*
 * A file of our own with a name of its own, gone before anybody asks for a key: opened for
 * writing, hivex reads all of it into memory and closes it. Nothing is ever written.
 */
#include <errno.h>
#include <stdlib.h>

#include "os/windows_inside.h"

#include "os/hive_inside.h"

/* hivex hands the name to the C library, which knows the code page of the system only. */
static char *name_for_hivex(const wchar_t *path)
{
	wchar_t brief[MAX_PATH];
	DWORD n = GetShortPathNameW(path, brief, MAX_PATH);
	const wchar_t *from = n && n < MAX_PATH ? brief : path;
	int size = WideCharToMultiByte(CP_ACP, 0, from, -1, NULL, 0, NULL, NULL);
	char *name = size > 0 ? malloc((size_t)size) : NULL;

	if (name)
		WideCharToMultiByte(CP_ACP, 0, from, -1, name, size, NULL, NULL);
	return name;
}

static bool write_all(HANDLE file, const struct buf *bytes)
{
	size_t gone = 0;

	while (gone < bytes->n) {
		DWORD written = 0;
		size_t left = bytes->n - gone;

		if (!WriteFile(file, bytes->bytes + gone,
		               left > 0x1000000 ? 0x1000000 : (DWORD)left, &written, NULL))
			return false;
		gone += written;
	}
	return true;
}

static bool write_file(const wchar_t *path, const struct buf *bytes)
{
	HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
	                          FILE_ATTRIBUTE_TEMPORARY, NULL);
	bool is_written;

	if (file == INVALID_HANDLE_VALUE)
		return false;
	is_written = write_all(file, bytes);
	CloseHandle(file);
	return is_written;
}

static hive_h *open_named(const wchar_t *path)
{
	char *name = name_for_hivex(path);
	hive_h *h = name ? hivex_open(name, HIVEX_OPEN_WRITE) : NULL;

	free(name);
	return h;
}

hive_h *hive_of_bytes(const struct buf *bytes)
{
	wchar_t folder[MAX_PATH + 1], path[MAX_PATH + 1];
	hive_h *h = NULL;

	if (!GetTempPathW(MAX_PATH + 1, folder) || !GetTempFileNameW(folder, L"rdp", 0, path)) {
		os_fail();
		errno = EIO;
		return NULL;
	}
	if (write_file(path, bytes))
		h = open_named(path);
	else
		os_fail();
	DeleteFileW(path);
	return h;
}
