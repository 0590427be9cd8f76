/*
 * hive - a registry hive as a source of keys and values, over hivex.
 *
 * Input   the bytes of a hive file, any bytes; logs are replayed before (read/hive_log.h)
 * Output  a registry source; paths begin below the root key, and the time of the path "" is that
 *         of the last write of the whole hive
 * Errors  NULL when the file is no hive that can be walked at all; a key or value whose cells are
 *         damaged is unreadable, the others can be read
 * Limits  DEPTH_MAX parts in a path; hivex refuses values over 8 MB and lists over its own limits
 * Owns    a private copy of the bytes, until the source is closed
 */
#ifndef OS_HIVE_H
#define OS_HIVE_H

#include "base/bytes.h"
#include "base/registry.h"

/* name and note must live as long as the source; os_why tells of a failure of the system. */
struct reg_source *hive_open(const struct buf *bytes, const char *name, const char *note);

#endif
