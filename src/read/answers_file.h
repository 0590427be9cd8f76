/*
 * answers_file - what a Windows computer answered about itself, as JSON lines, to and from.
 *
 * Spec    doc/answers.md; RFC 8259; the first line is {"rdpwhy":"answers/1","when":...}, each
 *         further one a row of a topic of base/answers.h; blank lines are skipped
 * Input   up to ANSWERS_BYTES_MAX bytes, any bytes are safe
 * Output  rows in the arena of the answers
 * Errors  what cannot be used is a complaint with its line, and the rest is used; of topics and
 *         columns that are not known one complaint each
 */
#ifndef READ_ANSWERS_FILE_H
#define READ_ANSWERS_FILE_H

#include "base/answers.h"
#include "base/bytes.h"
#include "read/evidence.h"

#define ANSWERS_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define ANSWERS_LINE_MAX  ((size_t)256 * 1024)

#define ANSWERS_KIND       "answers/1"
#define ANSWERS_KIND_START "answers/"

struct answers_head {
	int64_t when_us;     /* when the computer was asked; 0: not said */
	const char *program; /* which program asked; NULL: not said */
};

/* By the first line; a byte order mark and blank lines may stand before it. */
bool answers_file_recognises(const uint8_t *head, size_t n);

/* False when nothing of it could be used. */
bool answers_file_read(const char *bytes, size_t n, struct answers *out, struct answers_head *head,
                       struct complaints *complaints);

/* All rows behind a head line. */
void answers_file_write(struct buf *out, const struct answers *a, const struct answers_head *head);

#endif
