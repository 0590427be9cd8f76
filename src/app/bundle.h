/*
 * bundle - what a computer told of itself as one zip file, to be diagnosed elsewhere.
 *
 * Spec    doc/host.md: the members; manifest.json has "schema": "rdpwhy-bundle/1"
 * Output  FILE, for its owner alone, whole or not at all
 * Errors  one line each; a file that is no bundle is not overwritten
 * Owns    what is added, until bundle_end
 */
#ifndef APP_BUNDLE_H
#define APP_BUNDLE_H

#include "base/answers.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "report/report.h"

#define BUNDLE_SCHEMA             "rdpwhy-bundle/1"
#define BUNDLE_MANIFEST           "manifest.json"
#define BUNDLE_MANIFEST_BYTES_MAX ((size_t)1 << 20)

/* What a reader has to know of a bundle before its members. */
struct bundle_head {
	bool is_there;
	int64_t made_us; /* 0: not known */
	bool is_redacted;
	const char *computer; /* NULL: not said */
};

/* False: it is no manifest of a bundle. */
bool bundle_head_read(const char *bytes, size_t n, struct arena *arena, struct bundle_head *out);

/* True for members that only repeat for people what others hold. */
bool bundle_is_for_people(const struct bundle_head *head, const char *name);

struct bundle;

/* NULL after a message: it may not be written there. */
struct bundle *bundle_begin(const char *path, bool is_redacted);

/* Takes the bytes; says: what it holds, for the manifest. Left out of a redacted bundle unless
 * is_redacted. */
void bundle_add(struct bundle *b, const char *name, const char *says, bool is_redacted,
                struct buf *bytes);

/* What could not be collected. */
void bundle_lacks(struct bundle *b, const char *what, enum answer_status status, uint32_t error,
                  const char *says);

/* The reports for people. */
void bundle_add_reports(struct bundle *b, const struct diagnosis *d, const struct run_frame *frame);

/* Writes the file and says so; false after a message. */
bool bundle_save(struct bundle *b, const char *computer, int64_t made_us);
void bundle_end(struct bundle *b);

#endif
