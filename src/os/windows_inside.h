/*
 * windows_inside - what the files of the folder for Windows share; nobody else includes it.
 *
 * Text is UTF-16 at the border and UTF-8 inside: what is no character becomes U+FFFD.
 *
 * Owns    texts that are given back are the caller's, to be freed with free
 */
#ifndef OS_WINDOWS_INSIDE_H
#define OS_WINDOWS_INSIDE_H

#include <winsock2.h>

#include "os/os_inside.h"

/* NULL only where memory is short. */
wchar_t *windows_wide(const char *utf8);
char *windows_narrow(const wchar_t *wide);
/* Cut at a character; always ended. */
void windows_narrow_into(const wchar_t *wide, char *out, size_t cap);

/* A path for the system, of any length; with either kind of slash. */
wchar_t *windows_path(const char *utf8);

/* Keeps an error of the system for os_why; os_fail keeps that of GetLastError. */
void windows_fail(DWORD error);

/* What newer systems only have; NULL where it is not there. module: "ntdll.dll". */
FARPROC windows_find(const wchar_t *module, const char *function);

/* A file that is open already, which it then owns; NULL when memory is short. */
struct os_file *windows_file_of(HANDLE handle);

/* A whole file in a thread that may not touch what os_why tells of. */
bool windows_read_quietly(const char *path, size_t n_most, struct buf *out);

HANDLE windows_standard(int fd); /* of 0, 1, 2 */
bool windows_is_console(HANDLE handle);

/* Reads what was typed as UTF-8; 0 at its end, negative enum status. */
int64_t windows_read_console(HANDLE console, void *bytes, size_t n);
bool windows_write_console(HANDLE console, const char *utf8, size_t n);

#endif
