/*
 * tls_names - TLS numbers in words.
 *
 * Source  IANA TLS Parameters registry
 */
#ifndef STAGE_TLS_NAMES_H
#define STAGE_TLS_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* "1.0" to "1.3", a word of the choices of tls.version; NULL: none of these. */
const char *tls_version_word(uint16_t version);

/* "TLS_AES_128_GCM_SHA256"; NULL: not in the table. */
const char *tls_suite_name(uint16_t suite);

/* "0xC02F TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", or the number alone. */
void tls_suite_text(uint16_t suite, char *out, size_t n);

#endif
