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

/* One recorded session: raw records in, plaintext of application data out. */
struct tls_opener;
struct tls_opener *tls_opener_new(const struct tls_secrets *s);
void tls_opener_free(struct tls_opener *o);

/* A whole record of one direction; what it held inside is appended to out. False: it stays shut. */
bool tls_opener_record(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                       struct buf *out);

#endif
