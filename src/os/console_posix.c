#include "os/console.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#define MOMENT_MS 100 /* terminals hand over a long text in pieces */

/* Windows of other systems belong to a shell, which lives on. */
bool console_is_ours(void)
{
	return false;
}

bool console_has_more(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

	return isatty(STDIN_FILENO) && poll(&input, 1, MOMENT_MS) > 0;
}

void console_forget(void)
{
	if (isatty(STDIN_FILENO))
		tcflush(STDIN_FILENO, TCIFLUSH);
}
