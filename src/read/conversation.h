/*
 * conversation - what is said on one recorded connection: the stages as observer, and beyond
 * what they follow, the kinds, sizes and order of PDUs up to the end of the session.
 *
 * Spec    [MS-RDPBCGR] 1.3.1.1; [MS-CSSP] 3.1.5 for the order of sealed records
 * Input   bytes of both directions in order, gaps, endings
 * Output  findings of ORIGIN_CAPTURE; struct said
 * Owns    journey, TLS opener and findings; conversation_free frees
 */
#ifndef READ_CONVERSATION_H
#define READ_CONVERSATION_H

#include "read/loose.h"
#include "read/tls_secrets.h"
#include "stage/stage.h"

#define SEALED_KEPT 32

/* Application data records in their order: all that TLS lets everybody see. */
struct sealed {
	uint8_t dir;
	uint16_t n;
};

struct said {
	bool has_bytes[2], has_request, has_foreign_request, has_confirm, has_tls, is_ours;
	bool has_gap[2];
	char account[64]; /* from the cookie */
	uint32_t requested, selected;
	bool has_failure;
	uint32_t failure; /* its failureCode */
	uint16_t tls_version, tls_suite;
	bool has_server_hello, is_up;

	struct sealed sealed[SEALED_KEPT]; /* behind the handshake */
	size_t n_sealed;
	uint64_t sealed_bytes[2], n_records[2];
	bool has_late_alert[2]; /* an encrypted one: close_notify as a rule */

	/* In the clear, or opened with the keys. */
	bool has_clear, is_opened;
	bool has_connect_initial, has_connect_response, has_exchange, has_info, has_license;
	bool has_demand_active, has_session_info, has_disconnect;
	uint8_t disconnect_reason;
	uint32_t n_joins, n_data[2], n_fast[2];
	uint64_t fast_bytes;
	bool has_error_info;
	uint32_t error_info;
	int n_tokens[2]; /* TSRequests */
	bool has_public_key, has_nla_error, has_early_auth;
	uint32_t early_auth;
	int64_t first_us, picture_us; /* the first byte; when something was shown first */
};

struct conversation_plan {
	const struct client_profile *profile;
	const struct tls_secrets *secrets; /* NULL: none */
	const char *where;                 /* borrowed */
	bool is_from_start;                /* the recording has its SYN */
};

struct conversation;
struct conversation *conversation_new(const struct conversation_plan *plan);
void conversation_free(struct conversation *c);

void conversation_bytes(struct conversation *c, enum direction dir, const uint8_t *bytes, size_t n,
                        int64_t when_us);
void conversation_gap(struct conversation *c, enum direction dir, uint64_t n);

/* waited_ms: how long nothing came, when it is silence. */
void conversation_ended(struct conversation *c, enum direction who, enum ending how, int waited_ms,
                        int64_t when_us);

/* True when the host owes an answer as far as TLS lets one see. */
bool conversation_awaits_host(const struct conversation *c);

const struct said *conversation_said(const struct conversation *c);
struct loose *conversation_found(struct conversation *c);

#endif
