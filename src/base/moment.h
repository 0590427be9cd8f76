/*
 * moment - points in time as microseconds since 1970-01-01 UTC, to and from text.
 *
 * Spec    RFC 3339 5.6
 * Errors  false for text that is not a date and time, or a day that does not exist
 */
#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct civil {
	int year, month, day, hour, minute, second;
};

/* False when no such day or time exists; years 1970 to 9999. */
bool moment_from_civil(const struct civil *c, int64_t *us);

/* "2026-07-02T13:02:03.5Z", "2026-07-02 13:02:03+02:00"; the whole text must fit. */
bool moment_parse(const char *s, int64_t *us);

#define MOMENT_TEXT_MAX 32

/* "2026-07-02T13:02:03Z", with six decimals unless they are zero. */
void moment_text(int64_t us, char out[MOMENT_TEXT_MAX]);

#endif
