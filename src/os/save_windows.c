#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/save.h"
#include "os/windows_inside.h"

/* Who may read it is what the folder says: on a disk of Windows that is its owner and those who
 * administer it, unless somebody chose a shared folder. */
static HANDLE made(const wchar_t *part)
{
	return CreateFileW(part, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL,
	                   NULL);
}

static bool is_written(HANDLE file, const char *bytes, size_t n)
{
	while (n) {
		DWORD piece = n > 1 << 20 ? 1 << 20 : (DWORD)n, written = 0;

		if (!WriteFile(file, bytes, piece, &written, NULL))
			return false;
		bytes += written;
		n -= written;
	}
	return FlushFileBuffers(file);
}

static enum status save_as(const wchar_t *part, const wchar_t *path, const void *bytes, size_t n)
{
	HANDLE file = made(part);
	bool is_good;

	if (file == INVALID_HANDLE_VALUE) {
		os_fail();
		return STATUS_CANNOT_OPEN;
	}
	is_good = is_written(file, bytes, n);
	if (!is_good)
		os_fail();
	CloseHandle(file);
	if (is_good &&
	    !MoveFileExW(part, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
		os_fail();
		is_good = false;
	}
	if (!is_good)
		DeleteFileW(part);
	return is_good ? STATUS_OK : STATUS_CANNOT_WRITE;
}

enum status os_save(const char *path, const void *bytes, size_t n)
{
	size_t n_part = strlen(path) + sizeof ".part";
	char *part = malloc(n_part);
	wchar_t *wide_part, *wide;
	enum status status = STATUS_CANNOT_OPEN;

	if (!part)
		return STATUS_CANNOT_OPEN;
	snprintf(part, n_part, "%s.part", path);
	wide_part = windows_path(part);
	wide = windows_path(path);
	if (wide_part && wide)
		status = save_as(wide_part, wide, bytes, n);
	free(wide_part);
	free(wide);
	free(part);
	return status;
}
