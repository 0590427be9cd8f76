/*
 * tsrequest - TSRequest, the envelope of CredSSP.
 *
 * Spec    [MS-CSSP] 2.2.1, 2.2.1.1
 * Input   one whole TSRequest (tsrequest_length says how long); any bytes are safe
 * Output  versions as told, at least 1; views of the input, which die with it
 * Errors  tsrequest_read returns false; the cursor holds field name and byte offset
 * Owns    nothing
 *
 *   SEQUENCE
 *     [0] version      INTEGER
 *     [1] negoTokens   SEQUENCE OF SEQUENCE { [0] negoToken OCTET STRING }   optional
 *     [2] authInfo     OCTET STRING                                          optional
 *     [3] pubKeyAuth   OCTET STRING                                          optional
 *     [4] errorCode    INTEGER, an NTSTATUS; versions 3, 4 and 6             optional
 *     [5] clientNonce  OCTET STRING of 32 bytes; versions 5 and 6            optional
 */
#ifndef WIRE_TSREQUEST_H
#define WIRE_TSREQUEST_H

#include "wire/der.h"

#define TSREQUEST_NONCE_BYTES 32

struct tsrequest {
	uint32_t version;
	struct octets token; /* the first negoToken; Windows never sends a second */
	struct octets auth_info, pub_key_auth, client_nonce;
	bool has_error;
	uint32_t error;
};

/* 0: more is needed; DER_NO_ELEMENT: this is no TSRequest. */
size_t tsrequest_length(const uint8_t *bytes, size_t n);

bool tsrequest_read(struct cur *c, struct tsrequest *ts);
void tsrequest_put(struct buf *out, const struct tsrequest *ts);

#endif
