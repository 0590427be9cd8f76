/*
 * pasted - output of commands that a person has pasted into a file, known by its shape.
 *
 * Spec    the table in pasted.c: command, what tells it, what is taken from it
 * Input   text of one or several commands, in any language, UTF-8, UTF-16 or a code page
 * Output  findings of ORIGIN_FILE; numbers, ids and addresses are relied on, words of a language
 *         only where nothing else tells
 * Errors  text that no row knows is said to be unknown
 */
#ifndef READ_PASTED_H
#define READ_PASTED_H

#include "read/evidence.h"

#define PASTED_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* How many outputs were recognised; 0: none. `what` of each goes to a note of the evidence. */
size_t pasted_read(const void *bytes, size_t n, struct evidence *ev);

#endif
