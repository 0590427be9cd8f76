/* A hive is mapped once, for reading, and whole. */
#ifndef HIVEX_SYS_MMAN_H
#define HIVEX_SYS_MMAN_H

#include "hivex_files.h"

#define PROT_READ  1
#define MAP_SHARED 1
#define MAP_FAILED NULL

#define mmap(at, n, rights, flags, file, offset) hivex_file_map((file), (n))
#define munmap(at, n)                            hivex_file_unmap(at)

#endif
