/*
 * evidence - what every reader of a file is given, and what it gives back.
 *
 * A reader says what was seen, never what it means. Facts that hold for the host or the client
 * as such (a setting, a certificate, an event that belongs to no connection) go to `found`;
 * what belongs to one connection goes into an attempt with findings of its own.
 *
 * Input   any bytes; `name` is the file as shown, already harmless, and stands in `where`
 * Errors  what cannot be used is a complaint with its place; the rest is used
 * Owns    nothing: everything lives in the arena
 */
#ifndef READ_EVIDENCE_H
#define READ_EVIDENCE_H

#include <stdarg.h>

#include "base/arena.h"
#include "base/format.h"
#include "finding/attempt.h"
#include "finding/finding.h"

#define COMPLAINTS_KEPT 20

/* What was wrong with one file: "byte 4096: chunk header: checksum, expected 0x1234". */
struct complaints {
	struct arena *arena;
	const char *unit; /* of `at`: "byte", "line", "record" */
	size_t n;         /* all of them; the first COMPLAINTS_KEPT are kept */
	struct {
		uint64_t at;
		bool has_place; /* false: the file as a whole */
		const char *says;
	} kept[COMPLAINTS_KEPT];
};

void complain(struct complaints *c, uint64_t at, const char *format, ...) PRINTF_LIKE(3, 4);
void complain_of_all(struct complaints *c, const char *format, ...) PRINTF_LIKE(2, 3);

struct evidence {
	struct arena *arena;
	const char *name;              /* of the file being read */
	struct findings *found;        /* of the host or the client as such */
	struct attempts *attempts;     /* of single connections */
	struct complaints *complaints; /* about the file being read */
};

#endif
