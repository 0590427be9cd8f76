/* The console: text through UTF-16, so that its code page does not matter; colours; its width. */
#include <stdlib.h>
#include <string.h>

#include "os/windows_inside.h"

#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

#define PIECE 4096 /* bytes a call: older consoles take no more than 64 KiB of UTF-16 */

bool windows_is_console(HANDLE handle)
{
	DWORD mode;

	return handle && handle != INVALID_HANDLE_VALUE && GetConsoleMode(handle, &mode);
}

/* --- what it can do --- */

static struct {
	HANDLE console;
	DWORD mode;
} before[2];

/* A console outlives the program, and the next one may not expect what this one wants. */
static void give_back(void)
{
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (before[i].console)
			SetConsoleMode(before[i].console, before[i].mode);
}

static void keep_mode(HANDLE console, DWORD mode)
{
	size_t i = before[0].console != NULL;

	if (i && before[1].console)
		return;
	if (!i)
		atexit(give_back);
	before[i].console = console;
	before[i].mode = mode;
}

/* A terminal for us is one that understands escape sequences: Windows 10 since 1511. */
bool os_is_terminal(int fd)
{
	HANDLE console = windows_standard(fd);
	DWORD mode;

	if (fd == 0 || !windows_is_console(console) || !GetConsoleMode(console, &mode))
		return windows_is_console(console);
	if (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING)
		return true;
	if (!SetConsoleMode(console,
	                    mode | ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING))
		return false;
	keep_mode(console, mode);
	return true;
}

/* One less than there are: behind a full line older consoles leave an empty one. */
int os_terminal_columns(int fd)
{
	CONSOLE_SCREEN_BUFFER_INFO about;

	if (!GetConsoleScreenBufferInfo(windows_standard(fd), &about))
		return 0;
	return about.srWindow.Right - about.srWindow.Left;
}

/* As POSIX 8.2 has it; a shell from there sets them here too. */
static bool is_utf8_by_locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		const char *charset = value && *value ? strchr(value, '.') : NULL;

		if (value && *value)
			return charset && (_strnicmp(charset, ".utf-8", 6) == 0 ||
			                   _strnicmp(charset, ".utf8", 5) == 0);
	}
	return false;
}

/* Through a pipe PowerShell and `more` read the console's code page; a file is read by its bytes.
 */
bool os_is_utf8(void)
{
	HANDLE out = windows_standard(1);

	return windows_is_console(out) || GetFileType(out) == FILE_TYPE_DISK ||
	       GetConsoleOutputCP() == CP_UTF8 || is_utf8_by_locale();
}

/* --- writing --- */

/* As many bytes as end with a whole character. */
static size_t whole_characters(const char *utf8, size_t n)
{
	if (n <= PIECE)
		return n;
	for (n = PIECE; n > PIECE - 4 && ((unsigned char)utf8[n] & 0xC0) == 0x80; n--)
		;
	return n;
}

static bool write_wide(HANDLE console, const wchar_t *wide, DWORD n)
{
	DWORD written = 0;

	while (n) {
		if (!WriteConsoleW(console, wide, n, &written, NULL) || !written)
			return false;
		wide += written;
		n -= written;
	}
	return true;
}

bool windows_write_console(HANDLE console, const char *utf8, size_t n)
{
	wchar_t wide[PIECE];

	while (n) {
		size_t piece = whole_characters(utf8, n);
		int n_wide = MultiByteToWideChar(CP_UTF8, 0, utf8, (int)piece, wide, PIECE);

		if (n_wide <= 0 || !write_wide(console, wide, (DWORD)n_wide))
			return false;
		utf8 += piece;
		n -= piece;
	}
	return true;
}

/* --- reading --- */

/* What did not go into the caller's bytes yet; a line of the console is short. */
static struct {
	char bytes[PIECE * 3];
	size_t n, gone;
	wchar_t half; /* of a surrogate pair */
	bool is_over;
} typed;

/* Ctrl-Z at the start of a line ends what is typed, as everywhere on Windows. */
static bool read_line(HANDLE console)
{
	wchar_t wide[PIECE];
	DWORD n = 0, kept = 0;

	if (typed.half)
		wide[kept++] = typed.half;
	if (!ReadConsoleW(console, wide + kept, PIECE - 2, &n, NULL))
		return false;
	typed.is_over = n == 0 || wide[kept] == 0x1A;
	n += kept;
	typed.half = n && wide[n - 1] >= 0xD800 && wide[n - 1] < 0xDC00 ? wide[n - 1] : 0;
	n -= typed.half != 0;
	typed.gone = 0;
	typed.n = typed.is_over || !n
	              ? 0
	              : (size_t)WideCharToMultiByte(CP_UTF8, 0, wide, (int)n, typed.bytes,
	                                            sizeof typed.bytes, NULL, NULL);
	return true;
}

int64_t windows_read_console(HANDLE console, void *bytes, size_t n)
{
	while (typed.gone == typed.n && !typed.is_over)
		if (!read_line(console)) {
			os_fail();
			return STATUS_CANNOT_READ;
		}
	if (n > typed.n - typed.gone)
		n = typed.n - typed.gone;
	memcpy(bytes, typed.bytes + typed.gone, n);
	typed.gone += n;
	return (int64_t)n;
}
