/* What hivex asks of the system it is built on; stands in for its configure script. */
#ifndef HIVEX_CONFIG_H
#define HIVEX_CONFIG_H

#define PACKAGE_NAME "hivex"

#define HAVE_MMAP 1
#define ICONV_CONST

/* Its header of byte orders compares these two. */
#define __LITTLE_ENDIAN 1234
#define __BYTE_ORDER    __LITTLE_ENDIAN

/* Before their names are taken below. */
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hivex_files.h"

#undef fstat
#define open           hivex_file_open
#define fstat(file, s) ((s)->st_size = hivex_file_size(file), 0)
#define close          hivex_file_close

#endif
