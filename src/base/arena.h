/*
 * arena - allocation for one run, freed at once.
 *
 * Owns    every block handed out; arena_fini frees them all
 * Errors  memory that cannot be had ends the program with one line: no caller
 *         could do better, and a report without its findings would be untrue
 * Shape   blocks are aligned for any type and zeroed
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/format.h"

struct arena_block;

struct arena {
	struct arena_block *newest;
};

void arena_fini(struct arena *a);

void *arena_new(struct arena *a, size_t n_bytes);

/* A copy of n bytes with a terminating zero. */
char *arena_copy(struct arena *a, const char *s, size_t n);

char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
