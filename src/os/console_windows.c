#include "os/console.h"

#include <windows.h>

#include "base/text.h"
#include "os/os_inside.h"

#define MOMENT_MS  100 /* consoles hand over a long text in pieces */
#define EVENTS_MAX 128
#define END_TYPED  0x1a /* Ctrl-Z at the beginning of a line */

static HANDLE input(void)
{
	return GetStdHandle(STD_INPUT_HANDLE);
}

static bool is_console(DWORD which)
{
	DWORD mode;

	return GetConsoleMode(GetStdHandle(which), &mode) != 0;
}

/* With a shell in the same window there would be two; a scheduled task shows nobody a window. */
bool console_is_ours(void)
{
	DWORD ids[2];

	return is_console(STD_INPUT_HANDLE) && is_console(STD_OUTPUT_HANDLE) &&
	       GetConsoleProcessList(ids, 2) == 1;
}

/* A console gives characters; as bytes some versions of Windows give zeros for what is no ASCII. */
static bool line_of_characters(struct buf *out)
{
	size_t before = out->n;
	WCHAR unit = 0, high = 0;
	DWORD n = 0;

	while (ReadConsoleW(input(), &unit, 1, &n, NULL) && n && unit != L'\n') {
		bool is_high = unit >= 0xd800 && unit < 0xdc00;
		bool is_low = unit >= 0xdc00 && unit < 0xe000;
		uint32_t c = is_low && high
		                 ? 0x10000u + ((uint32_t)(high - 0xd800) << 10) + (unit - 0xdc00u)
		                 : unit;

		high = is_high ? unit : 0;
		if (!is_high && unit != L'\r' && out->n - before < CONSOLE_LINE_MAX)
			utf8_append(out, c);
	}
	return n && !(out->n > before && out->bytes[before] == END_TYPED);
}

bool console_line(struct buf *out)
{
	return is_console(STD_INPUT_HANDLE) ? line_of_characters(out) : console_line_of_bytes(out);
}

/* Keys that go up, the mouse and the size of the window are events as well. */
static bool has_characters(void)
{
	INPUT_RECORD events[EVENTS_MAX];
	DWORD n = 0;

	if (!PeekConsoleInputW(input(), events, EVENTS_MAX, &n))
		return false;
	for (DWORD i = 0; i < n; i++)
		if (events[i].EventType == KEY_EVENT && events[i].Event.KeyEvent.bKeyDown &&
		    events[i].Event.KeyEvent.uChar.UnicodeChar)
			return true;
	return false;
}

bool console_has_more(void)
{
	if (!is_console(STD_INPUT_HANDLE))
		return false;
	if (!has_characters())
		Sleep(MOMENT_MS);
	return has_characters();
}

void console_forget(void)
{
	if (is_console(STD_INPUT_HANDLE))
		FlushConsoleInputBuffer(input());
}
