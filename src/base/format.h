/*
 * format - says that a function takes a format and arguments as printf does.
 *
 * The compiler then compares the two. Its "printf" means that of the system, and on Windows that
 * is an old one without %zu, while what the program is linked with there has all of C17.
 */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#ifdef __MINGW32__
#define PRINTF_LIKE(format_at, first) __attribute__((format(gnu_printf, format_at, first)))
#else
#define PRINTF_LIKE(format_at, first) __attribute__((format(printf, format_at, first)))
#endif

#endif
