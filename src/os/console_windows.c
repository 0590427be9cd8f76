#include "os/console.h"

#include "os/windows_inside.h"

#define MOMENT_MS  100 /* consoles hand over a long text in pieces */
#define EVENTS_MAX 128

/* With a shell in the same window there would be two; a scheduled task shows nobody a window. */
bool console_is_ours(void)
{
	DWORD ids[2];

	return windows_is_console(windows_standard(0)) && windows_is_console(windows_standard(1)) &&
	       GetConsoleProcessList(ids, 2) == 1;
}

/* Keys that go up, the mouse and the size of the window are events as well. */
static bool has_characters(HANDLE input)
{
	INPUT_RECORD events[EVENTS_MAX];
	DWORD n = 0;

	if (!PeekConsoleInputW(input, events, EVENTS_MAX, &n))
		return false;
	for (DWORD i = 0; i < n; i++)
		if (events[i].EventType == KEY_EVENT && events[i].Event.KeyEvent.bKeyDown &&
		    events[i].Event.KeyEvent.uChar.UnicodeChar)
			return true;
	return false;
}

bool console_has_more(void)
{
	HANDLE input = windows_standard(0);

	if (!windows_is_console(input))
		return false;
	if (!has_characters(input))
		Sleep(MOMENT_MS);
	return has_characters(input);
}

void console_forget(void)
{
	if (windows_is_console(windows_standard(0)))
		FlushConsoleInputBuffer(windows_standard(0));
}
