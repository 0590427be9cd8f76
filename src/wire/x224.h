/*
 * x224 - TPKT and X.224 class 0 packets and the RDP negotiation inside them.
 *
 * Spec    RFC 1006 6; ITU-T X.224 13.3, 13.4, 13.7; [MS-RDPBCGR] 2.2.1.1, 2.2.1.2
 * Input   one whole TPKT packet (tpkt_length says how long); any bytes are safe
 * Output  host-order integers, codes as in the spec; only token and body are views of the input
 * Errors  readers return false; the cursor holds field name and byte offset
 * Owns    nothing, allocates nothing
 *
 *   0       4    5                11
 *   +-------+----+----------------+-----------------------------+
 *   | TPKT  | LI | CR or CC       | cookie, RDP_NEG_*, optional |
 *   +-------+----+----------------+-----------------------------+
 *   TPKT length counts all of it; LI counts what follows LI.
 */
#ifndef WIRE_X224_H
#define WIRE_X224_H

#include "base/bytes.h"

#define TPKT_HEADER    4
#define TPKT_NOT_TPKT  SIZE_MAX
#define X224_TOKEN_MAX 200 /* LI is one byte: token and negotiation data share 254 */

/* rdpNegData.type; zero: there is none */
enum {
	NEG_NONE = 0x00,
	NEG_REQ = 0x01,
	NEG_RSP = 0x02,
	NEG_FAILURE = 0x03,
	NEG_CORRELATION = 0x06,
};

/* RDP_NEG_REQ flags */
enum {
	NEG_REQ_RESTRICTED_ADMIN = 0x01,
	NEG_REQ_REDIRECTED_AUTHENTICATION = 0x02,
	NEG_REQ_CORRELATION_INFO = 0x08,
};

/* Length of the packet that begins here; 0: more is needed to say; TPKT_NOT_TPKT. */
size_t tpkt_length(const uint8_t *bytes, size_t n);

struct x224_cr {
	bool has_neg, has_correlation, is_cookie; /* cookie: "Cookie: mstshash=" */
	const uint8_t *token;                     /* cookie or routing token without CR LF; NULL */
	size_t n_token;
	uint16_t src_ref;
	uint8_t flags;
	uint32_t protocols;
	uint8_t correlation[16];
};

struct x224_cc {
	uint16_t src_ref;
	uint8_t kind; /* NEG_NONE, NEG_RSP, NEG_FAILURE; any other is a flaw */
	uint8_t flags;
	uint32_t value; /* selectedProtocol or failureCode */
	size_t n_extra; /* bytes of the packet behind the confirm; there should be none */
};

bool x224_read_cr(struct cur *c, struct x224_cr *cr);
void x224_put_cr(struct buf *out, const struct x224_cr *cr);

bool x224_read_cc(struct cur *c, struct x224_cc *cc);
void x224_put_cc(struct buf *out, const struct x224_cc *cc);

/* A Data TPDU; body is a child cursor over what it carries. */
bool x224_read_data(struct cur *c, struct cur *body);
void x224_put_data(struct buf *out, const void *body, size_t n);

#endif
