/*
 * ask - the conversation in a window: `rdpwhy ask`, and what a double click starts.
 *
 * Output  questions on standard error, reports on standard output
 */
#ifndef APP_ASK_H
#define APP_ASK_H

#include <stdbool.h>

/*
 * The program was started from a desktop: its window is its own, and there is nothing on the
 * command line, or files that were dropped on it.
 */
bool is_started_by_click(int argc, char **argv);

/* Answers about the files, if any, and asks until the window may close; the exit status. */
int run_by_click(int argc, char **argv);

#endif
