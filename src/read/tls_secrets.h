/*
 * tls_secrets - keys of recorded TLS sessions, and the sessions opened with them.
 *
 * Spec    draft-ietf-tls-keylogfile; pcapng Decryption Secrets Block, type TLS (0x544c534b);
 *         RFC 5246 6.2.3, 6.3; RFC 8446 5.2, 7.3; RFC 5288, 7366, 7905
 * Input   lines CLIENT_RANDOM, *_HANDSHAKE_TRAFFIC_SECRET, *_TRAFFIC_SECRET_0; any bytes are safe
 * Output  what travelled inside; nothing where a key is missing or does not fit
 * Limits  TLS_SECRETS_MAX sessions
 * Owns    tls_secrets_free and tls_opener_free wipe what they held; no secret reaches an output
 */
#ifndef READ_TLS_SECRETS_H
#define READ_TLS_SECRETS_H

#include "base/bytes.h"
#include "read/evidence.h"
#include "stage/stage.h"

#define TLS_SECRETS_MAX 100000

struct tls_secrets;

/* True when a file begins like a key log. */
bool tls_secrets_recognises(const uint8_t *head, size_t n);

struct tls_secrets *tls_secrets_new(void);
void tls_secrets_free(struct tls_secrets *s);

/* A whole key log; the number of sessions that it adds. `complaints` may be NULL. */
size_t tls_secrets_read(struct tls_secrets *s, const void *bytes, size_t n,
                        struct complaints *complaints);

/* What a key log told of one session. */
#define TLS_MASTER_SIZE 48
#define TLS_SECRET_MAX  48 /* of SHA-384 */

enum tls_secret {                    /* by enum direction: of the client, of the host */
	          TLS_SECRET_MASTER, /* up to TLS 1.2 */
	          TLS_SECRET_HANDSHAKE_C2S,
	          TLS_SECRET_HANDSHAKE_S2C,
	          TLS_SECRET_TRAFFIC_C2S,
	          TLS_SECRET_TRAFFIC_S2C,
	          TLS_SECRET_COUNT
};

struct tls_session_secrets {
	uint8_t random[32];          /* the client's: this is how a session is named */
	uint8_t n[TLS_SECRET_COUNT]; /* 0: not told */
	uint8_t at[TLS_SECRET_COUNT][TLS_SECRET_MAX];
};

/* NULL: nothing is known of that session. Valid until the next tls_secrets_read. */
const struct tls_session_secrets *tls_secrets_of(const struct tls_secrets *s,
                                                 const uint8_t random[32]);

/*
 * One recorded session: raw records in, plaintext out. Both directions in the order in which
 * they travelled, from the ClientHello on; the secrets may become known later.
 */
struct tls_opener;
struct tls_opener *tls_opener_new(const struct tls_secrets *s);
void tls_opener_free(struct tls_opener *o);

/*
 * A whole record of one direction; the application data that it held is appended to out. True too
 * for a record that travelled in the clear. False: it stays shut.
 */
bool tls_opener_record(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                       struct buf *out);

/* The same, with whatever else was encrypted; what is NULL is not wanted. */
struct tls_inside {
	struct buf *data;
	struct buf
	    *handshake; /* messages, in TLS 1.3 all behind the ServerHello; cut as records are */
	struct buf *alerts; /* two bytes each */
};
bool tls_opener_open(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                     const struct tls_inside *out);

/*
 * What the encrypted handshake of TLS 1.3 has shown so far. The host's own certificate, DER, is
 * appended to der; false: it was not seen, or it travelled in the clear.
 */
bool tls_opener_certificate(const struct tls_opener *o, struct buf *der);
bool tls_opener_is_certificate_asked(const struct tls_opener *o); /* of the client */

#endif
