/*
 * certificate_file - a certificate in a file, PEM or DER.
 *
 * Spec    RFC 7468, RFC 5280
 * Output  cert.* findings of ORIGIN_FILE, judged at `now_us`
 */
#ifndef READ_CERTIFICATE_FILE_H
#define READ_CERTIFICATE_FILE_H

#include "read/evidence.h"
#include "stage/profile.h"

bool certificate_file_recognises(const uint8_t *head, size_t n);
bool certificate_file_read(const void *bytes, size_t n, const struct client_profile *profile,
                           int64_t now_us, struct evidence *ev);

#endif
