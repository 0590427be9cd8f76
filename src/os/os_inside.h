/*
 * os_inside - what the files of the folder share.
 */
#ifndef OS_OS_INSIDE_H
#define OS_OS_INSIDE_H

#include "os/os.h"

/* Keeps errno, or what Windows has for it, for os_why. */
void os_fail(void);
void os_fail_too_large(void);

/* On POSIX systems: a file that is open already, which it then owns; NULL: memory is short. */
struct os_file *os_file_of(int fd);

#endif
