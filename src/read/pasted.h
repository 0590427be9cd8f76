/*
 * pasted - output of commands that a person has pasted into a file, known by its shape.
 *
 * Spec    the table in pasted.c: command, what tells it, what is taken from it; doc/pasted.md
 * Input   text of one or several commands, in any language, UTF-8, UTF-16 or a code page
 * Output  findings of ORIGIN_FILE, `where` is "paste.txt line 12 (qwinsta)"; numbers, ids and
 *         addresses are relied on, words of a language only where nothing else tells
 * Errors  text that no row knows is said to be unknown, in one complaint
 */
#ifndef READ_PASTED_H
#define READ_PASTED_H

#include "base/registry.h"
#include "read/dialog.h"
#include "read/evidence.h"

#define PASTED_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define PASTED_NOTES_MAX 64

struct pasted {
	int64_t now_us; /* given: the moment at which dates are judged; 0: they are not */

	/* Which outputs were recognised, in the order of the text; the first of them. */
	struct {
		const char *what; /* "qwinsta" */
		size_t line;
	} notes[PASTED_NOTES_MAX];
	size_t n_notes;

	/* Keys and values that were shown; paths begin with HKEY_LOCAL_MACHINE or
	 * HKEY_CURRENT_USER. What was not shown is REG_UNREADABLE. For settings_take; NULL: none.
	 */
	struct reg_source *registry;

	/* An error dialog of a client: its codes, which read does not turn into findings. */
	bool has_dialog;
	struct dialog dialog;
	size_t dialog_line;
};

/* How many outputs were recognised; 0: none. */
size_t pasted_take(const void *bytes, size_t n, struct pasted *pasted, struct evidence *ev);

#endif
