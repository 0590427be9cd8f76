/*
 * os_inside - what the files of the folder share.
 */
#ifndef OS_OS_INSIDE_H
#define OS_OS_INSIDE_H

#include "os/os.h"

/* Keeps errno for os_why. */
void os_fail(void);

/* A file that is open already, which it then owns; NULL when memory is short. */
struct os_file *os_file_of(int fd);

/* console_line where the input is no console. */
bool console_line_of_bytes(struct buf *out);

#endif
