/*
 * tls_guard - what protects one direction of a TLS session: keys made from a secret, records
 * opened with them.
 *
 * Spec    RFC 2246 6, RFC 4346 6, RFC 5246 6 (CBC, GCM by RFC 5288, CCM by RFC 6655, ChaCha20 by
 *         RFC 7905, encrypt-then-MAC by RFC 7366); RFC 8446 5.2, 7.1 to 7.3
 * Input   a whole record with its header; any bytes are safe
 * Output  what was inside, without padding, MAC and, from TLS 1.3 on, without its inner type
 * Errors  false: the suite is not among the known, or the record does not belong to these keys
 * Owns    the keys; tls_guard_fini wipes them
 */
#ifndef READ_TLS_GUARD_H
#define READ_TLS_GUARD_H

#include "base/bytes.h"
#include "read/tls_secrets.h"
#include "stage/stage.h"

/* What both sides agreed on before the keys. */
struct tls_agreed {
	uint16_t version, suite;
	bool is_mac_last;      /* encrypt-then-MAC */
	uint8_t random[2][32]; /* by enum direction: of the client, of the host */
};

struct tls_guard {
	const struct tls_protection *how; /* NULL: none yet */
	uint16_t version, suite;
	bool is_mac_last;
	uint8_t key[32], iv[16], mac_key[48];
	uint8_t secret[TLS_SECRET_MAX]; /* TLS 1.3: the next one is made of it */
	size_t n_secret;
	uint64_t next; /* sequence number of the record that is awaited */
	struct evp_cipher_st *cipher;
};

/* Up to TLS 1.2; `dir` is who writes under these keys. */
bool tls_guard_of_master(struct tls_guard *g, const struct tls_agreed *agreed, enum direction dir,
                         const uint8_t master[TLS_MASTER_SIZE]);

/* TLS 1.3: a traffic secret. */
bool tls_guard_of_secret(struct tls_guard *g, uint16_t suite, const uint8_t *secret, size_t n);

/* TLS 1.3: behind a KeyUpdate of that side. */
bool tls_guard_after(const struct tls_guard *g, struct tls_guard *out);

/* The record under sequence number g->next, which is counted on when it fits. */
struct tls_plain {
	uint8_t type; /* the inner one */
	uint8_t *bytes;
	size_t n;
};
#define TLS_GUARD_SCRATCH (64 + 16384 + 2048 + 64)
bool tls_guard_open(struct tls_guard *g, const uint8_t *record, size_t n,
                    uint8_t scratch[TLS_GUARD_SCRATCH], struct tls_plain *out);

/* It stays shut: what follows is judged as what follows it. */
void tls_guard_pass(struct tls_guard *g, const uint8_t *record, size_t n);

void tls_guard_fini(struct tls_guard *g);

#endif
