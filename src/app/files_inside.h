/*
 * files_inside - one input while it is read, shared by the files of the module: a file, standard
 * input, a member of an archive, or bytes that are there already.
 */
#ifndef APP_FILES_INSIDE_H
#define APP_FILES_INSIDE_H

#include "app/files.h"
#include "base/bytes.h"

/* Where bytes come from: how many, 0 at the end, negative after setting why. */
typedef int64_t input_read(void *from, void *bytes, size_t n, const char **why);

struct input {
	const char *path; /* of a file; NULL: it is none */
	struct evidence ev;
	struct complaints complaints;
	input_read *read;
	void *from;
	/* What lies beside it under its name with an ending; NULL: nothing does. */
	void (*beside)(const struct input *in, const char *ending, struct buf *out);
	struct buf bytes;  /* read and not used up */
	uint64_t n_before; /* bytes that were used up */
	bool is_at_end, is_member;
};

/* name: as shown, harmless. */
struct input input_of(struct files *f, const char *name);

/* Not more than n_most bytes; false after a complaint: it is longer than its kind ever is. */
bool input_whole(struct input *in, size_t n_most);

/* What it is, and all of it to its reader; false after a complaint: it was of no use. */
bool input_take(struct files *f, struct input *in);

/* The last part of a path, harmless. */
const char *input_name(struct arena *arena, const char *path);

/* "3 of 9 files are no evidence: a, b, c ..." */
struct unknown_files {
	size_t n;
	struct buf names;
};

void unknown_add(struct unknown_files *u, const char *name);
void unknown_say(struct files *f, struct unknown_files *u, const char *shown, size_t n_all,
                 const char *what);

/* app/archived.c: every member of a zip archive. */
bool archived_recognises(const uint8_t *head, size_t n);
bool archived_read(struct files *f, struct input *in);

#endif
