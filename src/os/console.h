/*
 * console - the window in which somebody types answers to questions.
 *
 * Input   what is typed or pasted; through a pipe the same, with nothing ever arriving later
 * Output  UTF-8
 * Errors  an input that cannot be read has ended
 * Owns    nothing
 */
#ifndef OS_CONSOLE_H
#define OS_CONSOLE_H

#include <stdbool.h>

#include "base/bytes.h"

#define CONSOLE_LINE_MAX ((size_t)64 * 1024)

/* A window that the system opened for this program alone and closes when it ends. */
bool console_is_ours(void);

/* Appends a line without its end, cut at CONSOLE_LINE_MAX bytes; false: nothing more comes. */
bool console_line(struct buf *out);

/* More lines of a pasted text wait already, or come within a moment. */
bool console_has_more(void);

/* Lets go what was pasted and not read. */
void console_forget(void);

#endif
