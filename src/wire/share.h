/*
 * share - what an MCS data PDU carries: licensing, capabilities, and what a host tells before it
 * ends a connection. Only what is not encrypted by standard RDP security can be told.
 *
 * Spec    [MS-RDPBCGR] 2.2.8.1.1.2.1 (security header), 2.2.1.12.1.3 (licensing error),
 *         2.2.8.1.1.1.1, .2 (share headers), 2.2.5.1.1 (Set Error Info)
 * Input   the user data of one MCS data PDU; it may be cut behind its first bytes
 * Output  the kind, and one number where it has one
 * Errors  none: what is not known is SHARE_OTHER
 */
#ifndef WIRE_SHARE_H
#define WIRE_SHARE_H

#include "base/bytes.h"

enum share_kind {
	SHARE_OTHER,
	SHARE_ENCRYPTED,     /* by standard RDP security */
	SHARE_EXCHANGE,      /* Security Exchange */
	SHARE_CLIENT_INFO,   /* Client Info, possibly encrypted */
	SHARE_LICENSE,       /* any of licensing */
	SHARE_LICENSE_ERROR, /* value: dwErrorCode, 7 is success */
	SHARE_DEMAND_ACTIVE,
	SHARE_CONFIRM_ACTIVE,
	SHARE_ERROR_INFO,   /* value: errorInfo */
	SHARE_SESSION_INFO, /* Save Session Info: somebody is logged on */
	SHARE_UPDATE,       /* graphics */
	SHARE_DATA,         /* any other data PDU */
};

struct share {
	enum share_kind kind;
	uint32_t value;
};

/* has_security: standard RDP security is in use, so every PDU has its header. */
struct share share_read(struct cur data, bool has_security);

#endif
