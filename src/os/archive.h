/*
 * archive - a zip archive in memory, over libzip: its members read one after the other, or made.
 *
 * Spec    PKWARE APPNOTE.TXT 6.3; stored and deflated members
 * Input   the bytes of a whole archive, any bytes are safe; they are borrowed until it is closed
 * Output  members with their names as they stand there, which are never used as paths here
 * Errors  NULL or negative enum status, and why in words
 * Limits  ARCHIVE_MEMBERS_MAX members; what a member unpacks to is for the caller to limit: sizes
 *         that an archive states may be lies
 * Owns    what it opened, until it is closed
 */
#ifndef OS_ARCHIVE_H
#define OS_ARCHIVE_H

#include "base/bytes.h"
#include "base/status.h"

#define ARCHIVE_MEMBERS_MAX 4096

struct archive;
struct archive_stream;

struct archive_member {
	const char *name; /* as it stands there; lives as long as the archive */
	uint64_t n_bytes; /* as stated */
	bool is_folder, is_encrypted;
};

struct archive *archive_open(const void *bytes, size_t n, const char **why);
void archive_close(struct archive *a);
size_t archive_count(const struct archive *a);
bool archive_look(const struct archive *a, size_t i, struct archive_member *out);

/* One member as it is unpacked. */
struct archive_stream *archive_stream(struct archive *a, size_t i, const char **why);
int64_t archive_read(struct archive_stream *s, void *bytes, size_t n, const char **why);
void archive_stream_close(struct archive_stream *s);

/* A new archive. What is added is borrowed until archive_finish, which gives all of it. */
struct archive_maker;

struct archive_maker *archive_new(void);
bool archive_add(struct archive_maker *m, const char *name, const void *bytes, size_t n);
bool archive_finish(struct archive_maker *m, struct buf *out, const char **why);
void archive_free(struct archive_maker *m);

#endif
