/* The files of hivex: one by its UTF-8 name, or bytes of its caller that lie in memory. */
#ifndef HIVEX_FILES_H
#define HIVEX_FILES_H

#include <stddef.h>

int hivex_file_open(const char *path, int flags, ...);
long hivex_file_size(int file);
void *hivex_file_map(int file, size_t n); /* NULL: cannot be read */
int hivex_file_unmap(void *bytes);
int hivex_file_close(int file);

#endif
