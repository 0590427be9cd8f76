/*
 * tls - a TLS session as client or server over somebody else's transport.
 *
 * Bytes are handed in and out, so the same session runs over a socket, over memory, and
 * under faults that a lab puts on the bytes. Raw records pass through the caller's hands: that
 * is the tap by which the stage `tls hello` sees what everyone on the path sees.
 *
 * Spec    RFC 8446, RFC 5246; OpenSSL 3, security level 0, legacy renegotiation allowed, no
 *         resumption, never the user's openssl.cnf
 * Errors  tls_new: NULL when OpenSSL refuses the options; a failed handshake is TLS_FAILED
 * Owns    the session; tls_free. Certificates are borrowed until tls_free
 */
#ifndef LINK_TLS_H
#define LINK_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct tls;

/* Numbers as on the wire (RFC 8446 4.2, IANA); lists end with 0; NULL: the library's own. */
struct tls_client_options {
	uint16_t least, most;   /* ProtocolVersion */
	const uint16_t *suites; /* in order; what the library lacks is left out */
	const uint16_t *groups;
	const uint16_t *signatures;
	const char *server_name; /* SNI; NULL: none (an address) */
};

struct tls_server_options {
	uint16_t least, most; /* 0: all */
	const uint16_t *suites;
	const char *certificate_pem, *key_pem; /* chain and key as text */
	bool wants_client_certificate;
};

struct tls *tls_client_new(const struct tls_client_options *options);
struct tls *tls_server_new(const struct tls_server_options *options);
void tls_free(struct tls *tls);

enum tls_state { TLS_HANDSHAKE, TLS_UP, TLS_CLOSED, TLS_FAILED };

/* Takes raw bytes of the peer; raw bytes to send are appended to out, plain ones to plain. */
enum tls_state tls_feed(struct tls *tls, const void *bytes, size_t n, struct buf *out,
                        struct buf *plain);

/* Begins: a client's ClientHello is appended to out. */
enum tls_state tls_begin(struct tls *tls, struct buf *out);

/* Plain bytes to send, appended as records to out; only when TLS_UP. */
void tls_write(struct tls *tls, const void *bytes, size_t n, struct buf *out);
void tls_shut(struct tls *tls, struct buf *out); /* close_notify */

enum tls_state tls_state(const struct tls *tls);
const char *tls_error(const struct tls *tls); /* the library's words; "" */
int tls_alert_sent(const struct tls *tls);    /* the last fatal alert of ours; -1: none */

/* DER of the peer's certificates, its own first; false beyond the last. */
bool tls_peer_certificate(struct tls *tls, size_t i, struct buf *der);

/* The peer sent a CertificateRequest (RFC 8446 4.3.2); we have none and went on without. */
bool tls_was_asked_for_certificate(const struct tls *tls);

/* Whether the peer's chain leads to a root that this system trusts, at that time. */
bool tls_peer_is_trusted(struct tls *tls, int64_t now_s);

/* Client random and secrets in the key log format, one line each. */
typedef void tls_key_line(void *context, const char *line);
void tls_on_key(struct tls *tls, tls_key_line *line, void *context);

/* What the library can do of a list: suites that it lacks are named as not testable. */
bool tls_has_suite(uint16_t suite);

#endif
