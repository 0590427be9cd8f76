/*
 * sealed - what sizes and order of encrypted records tell of CredSSP.
 *
 * Spec    [MS-CSSP] 3.1.5: client NEGOTIATE, host CHALLENGE, client AUTHENTICATE, host proof of its
 *         key or error, client credentials, host authorization result
 */
#ifndef READ_SEALED_H
#define READ_SEALED_H

#include "read/conversation.h"

struct sealed_nla {
	bool has_first_token, has_challenge, has_authenticate;
	bool has_passed;                /* the host answered with the proof of its key */
	bool has_error;                 /* it answered with something as short as an error */
	bool has_credentials, has_more; /* the client sent them; it went on behind them */
};

struct sealed_nla sealed_nla(const struct said *said);

/* Bytes inside a record of n bytes at most, by its suite. */
size_t sealed_most_inside(uint16_t version, uint16_t suite, size_t n);

#endif
