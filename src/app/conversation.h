/*
 * conversation - asks for a host and for what its client said, has it diagnosed, and asks again.
 *
 * Input   lines that a person types, pastes or drags into the window; any bytes are safe
 * Output  questions; each answer is given by whoever holds the conversation
 * Errors  what holds no code is said to hold none, and the host is diagnosed without
 * Owns    nothing beyond the call
 */
#ifndef APP_CONVERSATION_H
#define APP_CONVERSATION_H

#include <stdbool.h>

#include "base/bytes.h"

struct conversation {
	void *context;
	void (*say)(void *context, const char *text);
	bool (*hear)(void *context, struct buf *line); /* without its end; false: that was all */
	bool (*has_more)(void *context);               /* of a pasted text */
	void (*forget)(void *context);                 /* the rest of a pasted text */
	/* What: a host or a file. Code: NULL where none is known. The exit status of the answer. */
	int (*answer)(void *context, const char *what, const char *code);
	bool closes; /* the window goes with the program */
};

/* Until Enter alone is heard. The exit status of the last answer, or the one given. */
int converse(const struct conversation *c, int status);

/* As above, when something was answered already. */
int converse_on(const struct conversation *c, int status);

#endif
