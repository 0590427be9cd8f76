/*
 * save - a file that is there as a whole or not at all, for its owner alone.
 *
 * Method  PATH.part is made, written and flushed, and then takes the name
 * Errors  STATUS_CANNOT_OPEN, STATUS_CANNOT_WRITE; os_why tells, and nothing is left behind
 */
#ifndef OS_SAVE_H
#define OS_SAVE_H

#include "os/os.h"

/* Replaces a file of that name. */
enum status os_save(const char *path, const void *bytes, size_t n);

#endif
