/* The four conversions that hivex makes, by the names that it uses for them. */
#ifndef HIVEX_ICONV_H
#define HIVEX_ICONV_H

#include <stddef.h>

typedef void *iconv_t;

#define iconv_open  hivex_iconv_open
#define iconv       hivex_iconv
#define iconv_close hivex_iconv_close

iconv_t hivex_iconv_open(const char *to, const char *from);
size_t hivex_iconv(iconv_t how, char **in, size_t *n_in, char **out, size_t *n_out);
int hivex_iconv_close(iconv_t how);

#endif
