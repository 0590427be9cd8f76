/*
 * spnego - the two messages of SPNEGO: NegTokenInit and NegTokenResp.
 *
 * Spec    RFC 4178 4.2; RFC 4121 and [MS-SPNG] 1.9 for the mechanisms' numbers
 * Input   one token, any bytes; mechListMIC is passed over
 * Output  mechanisms as a mask, tokens as views of the input
 * Errors  spnego_read returns false; the cursor holds field name and byte offset
 * Owns    nothing
 *
 *   NegTokenInit  60 L  06 06 1.3.6.1.5.5.2  A0 L  30 L
 *                   [0] mechTypes SEQUENCE OF OID  [1] reqFlags  [2] mechToken OCTET STRING
 *   NegTokenResp  A1 L  30 L
 *                   [0] negState ENUMERATED  [1] supportedMech OID  [2] responseToken
 */
#ifndef WIRE_SPNEGO_H
#define WIRE_SPNEGO_H

#include "wire/der.h"

enum spnego_mech {
	MECH_NTLMSSP = 1,
	MECH_KERBEROS = 2,
	MECH_MS_KERBEROS = 4, /* Kerberos under the number that Windows 2000 gave it */
	MECH_NEGOEX = 8,
	MECH_OTHER = 16,
};

/* negState, RFC 4178 4.2.2 */
enum { ACCEPT_COMPLETED, ACCEPT_INCOMPLETE, REJECT, REQUEST_MIC, NEG_STATE_NONE = -1 };

struct spnego {
	bool is_response;
	uint32_t mechs;      /* init: all that are offered; response: the one chosen, or 0 */
	uint32_t first_mech; /* init: the one that mechToken belongs to */
	int state;           /* response: negState or NEG_STATE_NONE */
	struct octets token;
};

/* True when a token begins as one of the two messages do. */
bool spnego_is(struct octets token);

bool spnego_read(struct cur *c, struct spnego *s);

/* Writes either message; of mechs the known ones, first_mech at the front. */
void spnego_put(struct buf *out, const struct spnego *s);

#endif
