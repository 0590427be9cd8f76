/*
 * profile - what a client program can do: the rows of --client.
 *
 * Source  each row names where its lists come from; "healthy" always means healthy for
 *         the client of the profile
 * Owns    nothing: rows are static
 */
#ifndef STAGE_PROFILE_H
#define STAGE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* requestedProtocols and selectedProtocol, [MS-RDPBCGR] 2.2.1.1.1 */
enum {
	PROTOCOL_RDP = 0x00,
	PROTOCOL_SSL = 0x01,
	PROTOCOL_HYBRID = 0x02,
	PROTOCOL_RDSTLS = 0x04,
	PROTOCOL_HYBRID_EX = 0x08,
	PROTOCOL_RDSAAD = 0x10,
};

/* ProtocolVersion as on the wire, RFC 8446 4.2.1 */
enum { TLS_1_0 = 0x0301, TLS_1_1 = 0x0302, TLS_1_2 = 0x0303, TLS_1_3 = 0x0304 };

#define PROFILE_LIST_MAX 48

struct client_profile {
	const char *id;    /* what --client takes */
	const char *title; /* "mstsc of a current Windows 11" */
	const char *source;
	uint32_t protocols; /* its mask; never PROTOCOL_RDSAAD */
	uint16_t tls_least, tls_most;
	uint16_t suites[PROFILE_LIST_MAX]; /* in its order; 0 ends */
	uint16_t groups[PROFILE_LIST_MAX];
	uint16_t signatures[PROFILE_LIST_MAX];
	int rsa_bits_least; /* shorter keys of a host are refused */
	int credssp_least;  /* CredSSP versions below are refused as a patched client does */
};

const struct client_profile *profile_at(size_t i); /* NULL behind the last; the first is usual */
const struct client_profile *profile_by_id(const char *id);

#endif
