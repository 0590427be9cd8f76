/*
 * krb_error - KRB-ERROR, what a domain controller answers instead of a ticket.
 *
 * Spec    RFC 4120 5.9.1, 7.2.2 (over TCP a length of four bytes stands before it), 7.5.9
 * Input   what a KDC sent, in one datagram or at the start of a segment; any bytes are safe
 * Output  the error code
 * Errors  krb_read_error returns false; the cursor holds field name and byte offset
 * Owns    nothing
 */
#ifndef WIRE_KRB_ERROR_H
#define WIRE_KRB_ERROR_H

#include "wire/der.h"

#define KRB_PORT 88

/* error-code, RFC 4120 7.5.9 */
enum {
	KDC_ERR_C_PRINCIPAL_UNKNOWN = 6,
	KDC_ERR_S_PRINCIPAL_UNKNOWN = 7,
	KDC_ERR_CLIENT_REVOKED = 18,
	KDC_ERR_KEY_EXPIRED = 23,
	KDC_ERR_PREAUTH_FAILED = 24,
	KDC_ERR_PREAUTH_REQUIRED = 25, /* how every logon begins */
	KRB_AP_ERR_SKEW = 37,
};

/* True when it may be one: worth to be read. */
bool krb_is_error(const uint8_t *bytes, size_t n, bool is_tcp);

bool krb_read_error(struct cur *c, bool is_tcp, uint32_t *code);

#endif
