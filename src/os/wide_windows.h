/*
 * wide - the UTF-16 of Windows and the UTF-8 of everything else here.
 *
 * Errors  what is no character (half a surrogate pair, an invalid byte) becomes U+FFFD
 * Owns    nothing: what comes back lives in the arena
 */
#ifndef OS_WIDE_WINDOWS_H
#define OS_WIDE_WINDOWS_H

#include <stddef.h>
#include <wchar.h>

#include "base/arena.h"

/* NULL gives NULL. */
char *utf8_of(struct arena *arena, const wchar_t *wide);
wchar_t *wide_of(struct arena *arena, const char *utf8);

/* n units without a terminating zero; a zero among them, which the registry allows, is U+FFFD. */
char *utf8_of_units(struct arena *arena, const wchar_t *wide, size_t n);

#endif
