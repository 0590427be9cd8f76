/*
 * volume - a Windows volume mounted at a folder, looked at and never written to.
 *
 * Input   paths with slashes below the root, in any letter case: "Windows/System32/config/SYSTEM"
 * Output  regular files and folders; names as they stand on the volume
 * Errors  an answer; os_why tells of a failure of the system
 * Safety  no path leads out: links are followed beneath the root only, and where the system cannot
 *         promise that, not at all; devices, pipes and sockets are refused
 * Owns    the volume, until it is closed
 */
#ifndef OS_VOLUME_H
#define OS_VOLUME_H

#include "os/os.h"

enum volume_answer {
	VOLUME_FOUND,
	VOLUME_ABSENT,
	VOLUME_LEADS_OUT, /* a link to somewhere else */
	VOLUME_NO_FILE,   /* a device, a pipe, a socket, or a folder where a file should be */
	VOLUME_FAILED,
};

struct volume;

struct volume *volume_open(const char *path); /* NULL: os_why tells */
void volume_close(struct volume *v);

/* In words, for a complaint; NULL for what was found or is absent. */
const char *volume_says(enum volume_answer answer);

enum volume_answer volume_read(struct volume *v, const char *path, size_t n_most, struct buf *out);

/* To be read piece by piece; os_close. */
enum volume_answer volume_stream(struct volume *v, const char *path, struct os_file **out);

struct volume_about {
	bool is_folder;
	int64_t n_bytes;
	size_t n_names;    /* of a folder */
	struct buf rights; /* security descriptor; empty: this file system does not show it */
};

/* The caller frees about->rights. */
enum volume_answer volume_look(struct volume *v, const char *path, struct volume_about *about);

/* Names in a folder, sorted; at most n_most. */
enum volume_answer volume_list(struct volume *v, const char *path, struct arena *arena,
                               const char **names, size_t n_most, size_t *n);

/* False where the root is not that of a mounted file system, of which nothing is known then. */
bool volume_space(const struct volume *v, int64_t *total, int64_t *free_bytes);

#endif
