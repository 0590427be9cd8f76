/*
 * hive_inside - hivex opens files by name, and a hive is bytes here; hive_posix.c, hive_windows.c.
 */
#ifndef OS_HIVE_INSIDE_H
#define OS_HIVE_INSIDE_H

#include <hivex.h>

#include "base/bytes.h"
#include "os/hive.h"

/* hivex over a private copy, of which nothing is left when it is closed; NULL with errno. */
hive_h *hive_of_bytes(const struct buf *bytes);

#endif
