/*
 * os - what the program needs of the system; one .c per platform.
 *
 * Errors  negative enum status
 * Owns    os_read_all gives a buffer that the caller frees with buf_fini
 */
#ifndef OS_OS_H
#define OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/status.h"

/* Before anything else: what was typed as UTF-8, where main is given something else. */
void os_arguments(int *argc, char ***argv);

/* A regular file, pipe or, for "-", standard input; STATUS_TOO_LARGE beyond n_most bytes. */
enum status os_read_all(const char *path, size_t n_most, struct buf *out);

/*
 * A regular file or pipe read piece by piece, "-" for standard input; a device is refused. NULL:
 * os_why tells.
 */
struct os_file;
struct os_file *os_open(const char *path);
void os_close(struct os_file *file);

/* Bytes read, 0 at the end, negative enum status. */
int64_t os_read(struct os_file *file, void *bytes, size_t n);

bool os_is_folder(const char *path);
bool os_is_regular(const char *path); /* a file that can be read twice */

/* Names in a folder that are no folders themselves, sorted; false: os_why tells. */
bool os_list_folder(const char *path, struct arena *arena, const char *const **names, size_t *n);

/* A new file, or an old one emptied, for bytes; NULL: os_why tells. */
FILE *os_create(const char *path);

/* Why the last call failed, in the system's words. */
const char *os_why(void);

/* A terminal that understands escape sequences. */
bool os_is_terminal(int fd);

/* Columns of the terminal on fd, or 0 when it is none. */
int os_terminal_columns(int fd);

/* True when text may be written as UTF-8. */
bool os_is_utf8(void);

/* Writes everything; STATUS_READER_GONE when the other end of a pipe was closed. */
enum status os_write_all(int fd, const void *bytes, size_t n);

/* A closed pipe shall be a failed write and not a signal. */
void os_ignore_broken_pipes(void);

/*
 * The roots that this computer trusts, in DER, where the system keeps them in a store of its own;
 * false: in files, which the library of TLS knows.
 */
typedef void os_root(void *context, const uint8_t *der, size_t n);
bool os_each_root(os_root *each, void *context);

int64_t os_now_us(void);       /* since 1970-01-01 UTC */
int64_t os_monotonic_us(void); /* since any fixed moment */

#endif
