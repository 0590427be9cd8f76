/*
 * mcs - what travels on the connection behind the negotiation, as far as an observer needs it:
 * the kind of each PDU, results, and the reason of the end.
 *
 * Spec    T.125 7, 11 (BER for the connect PDUs, PER for all others); RFC 1006 6;
 *         [MS-RDPBCGR] 2.2.1.3 to 2.2.1.9, 2.2.9.1.2 (fast-path)
 * Input   the first bytes of one PDU, TPKT header included; what lies behind them may be missing
 * Output  host-order integers; data is a view of what the PDU carries
 * Errors  mcs_read returns false; the cursor holds field name and byte offset
 * Owns    nothing
 */
#ifndef WIRE_MCS_H
#define WIRE_MCS_H

#include "base/bytes.h"

#define MCS_NOT_FRAMED SIZE_MAX

enum mcs_kind {
	MCS_OTHER,
	MCS_CONNECT_INITIAL,
	MCS_CONNECT_RESPONSE,
	MCS_ERECT_DOMAIN,
	MCS_DISCONNECT, /* Disconnect Provider Ultimatum */
	MCS_ATTACH_REQUEST,
	MCS_ATTACH_CONFIRM,
	MCS_JOIN_REQUEST,
	MCS_JOIN_CONFIRM,
	MCS_DATA_REQUEST,
	MCS_DATA_INDICATION,
	MCS_FAST_PATH,
};

/* Reason, T.125 7 */
enum { MCS_DOMAIN_DISCONNECTED = 0, MCS_PROVIDER_INITIATED = 1, MCS_USER_REQUESTED = 3 };

struct mcs {
	enum mcs_kind kind;
	uint8_t result, reason;
	uint16_t channel;
	struct cur data;
};

/* Length of the PDU that begins here, slow path or fast; 0: more is needed; MCS_NOT_FRAMED. */
size_t mcs_length(const uint8_t *bytes, size_t n);

bool mcs_read(struct cur *c, struct mcs *m);

/* encryptionLevel of the server's security data in a Connect Response, or -1. */
int mcs_encryption_level(struct cur response);

#endif
