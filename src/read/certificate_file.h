/*
 * certificate_file - certificates in a file: PEM with any text around, DER, PKCS #7.
 *
 * Spec    RFC 7468, RFC 5280, RFC 2315; PKCS #12 and private keys are told and not read
 * Input   any bytes, CERTIFICATE_FILE_BYTES_MAX of them at most
 * Output  cert.* findings of ORIGIN_FILE, judged at `now_us`: of each certificate in it that is
 *         not the issuer of another one there
 * Errors  complaints with the byte
 */
#ifndef READ_CERTIFICATE_FILE_H
#define READ_CERTIFICATE_FILE_H

#include "read/evidence.h"
#include "stage/profile.h"

#define CERTIFICATE_FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)

bool certificate_file_recognises(const uint8_t *head, size_t n);

/* False after a complaint when there is no certificate in it. */
bool certificate_file_read(const void *bytes, size_t n, const struct client_profile *profile,
                           int64_t now_us, struct evidence *ev);

#endif
