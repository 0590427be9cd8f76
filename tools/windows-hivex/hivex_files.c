#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "hivex_bytes.h"
#include "hivex_files.h"

#define IN_MEMORY INT_MAX /* no file of the C library gets this number */

/* Lives during hivex_open_bytes only, since hivex_open has no argument for it. */
static _Thread_local struct {
	const void *bytes;
	size_t n;
} given;

hive_h *hivex_open_bytes(const void *bytes, size_t n, int flags)
{
	if (n > LONG_MAX) {
		errno = EFBIG;
		return NULL;
	}
	given.bytes = bytes;
	given.n = n;

	hive_h *h = hivex_open("memory", flags);

	given.bytes = NULL;
	return h;
}

static wchar_t *wide(const char *path)
{
	int n = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
	wchar_t *out = n > 0 ? malloc((size_t)n * sizeof *out) : NULL;

	if (out)
		MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, out, n);
	else
		errno = n > 0 ? ENOMEM : ENOENT;
	return out;
}

int hivex_file_open(const char *path, int flags, ...)
{
	if (given.bytes)
		return IN_MEMORY;

	wchar_t *name = wide(path);
	int file = name ? _wopen(name, flags, 0600) : -1;

	free(name);
	return file;
}

long hivex_file_size(int file)
{
	return file == IN_MEMORY ? (long)given.n : _filelength(file);
}

static void *read_whole(int file, size_t n)
{
	char *bytes = malloc(n);

	for (size_t at = 0; bytes && at < n;) {
		int got = _read(file, bytes + at, (unsigned)(n - at));

		if (got <= 0) {
			free(bytes);
			return NULL;
		}
		at += (size_t)got;
	}
	return bytes;
}

void *hivex_file_map(int file, size_t n)
{
	if (file != IN_MEMORY)
		return read_whole(file, n);

	void *copy = malloc(n);

	return copy ? memcpy(copy, given.bytes, n) : NULL;
}

int hivex_file_unmap(void *bytes)
{
	free(bytes);
	return 0;
}

int hivex_file_close(int file)
{
	return file == IN_MEMORY ? 0 : _close(file);
}
