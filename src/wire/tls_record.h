/*
 * tls_record - TLS as seen from outside: records, hellos, certificates, alerts; no cryptography.
 *
 * Spec    RFC 8446 4, 5, 6; RFC 5246 6, 7; RFC 6066 3; RFC 8422 5.4; RFC 6101 appendix E
 * Input   one whole record or handshake message (the *_length functions say how long)
 * Output  host-order integers, numbers as IANA gives them; names and certificates are views
 * Errors  readers return false; the cursor holds field name and byte offset
 * Owns    nothing, allocates nothing
 *
 *   0      1         3        5
 *   +------+---------+--------+----------------------+
 *   | type | version | length | fragment             |   record
 *   +------+---------+--------+----------------------+
 *                             | msg_type | length24  |   handshake message; may span records,
 *                             +----------+-----------+   and several may share one
 */
#ifndef WIRE_TLS_RECORD_H
#define WIRE_TLS_RECORD_H

#include "base/bytes.h"

#define TLS_RECORD_HEADER    5
#define TLS_HANDSHAKE_HEADER 4
#define TLS_FRAGMENT_MAX     (16384 + 2048) /* RFC 5246 6.2.3 */
#define TLS_NOT_A_RECORD     SIZE_MAX
#define TLS_LIST_MAX         64
#define TLS_CERTIFICATES_MAX 16

/* ContentType */
enum {
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE_MESSAGE = 22,
	TLS_APPLICATION_DATA = 23,
};

/* HandshakeType */
enum {
	TLS_CLIENT_HELLO = 1,
	TLS_SERVER_HELLO = 2,
	TLS_CERTIFICATE = 11,
	TLS_SERVER_KEY_EXCHANGE = 12,
	TLS_CERTIFICATE_REQUEST = 13,
	TLS_SERVER_HELLO_DONE = 14,
	TLS_FINISHED = 20,
	TLS_KEY_UPDATE = 24,
};

/* AlertLevel and the two alerts that are no failure */
enum { TLS_WARNING = 1, TLS_FATAL = 2, TLS_CLOSE_NOTIFY = 0, TLS_USER_CANCELED = 90 };

/* Length of the record that begins here; 0: more is needed to say; TLS_NOT_A_RECORD. */
size_t tls_record_length(const uint8_t *bytes, size_t n);

/* Length of the handshake message that begins here; 0: more is needed to say. */
size_t tls_handshake_length(const uint8_t *bytes, size_t n);

/* Length of a ClientHello in the form of SSL 2.0; 0: more is needed; TLS_NOT_A_RECORD. */
size_t tls_sslv2_length(const uint8_t *bytes, size_t n);

struct tls_record {
	uint8_t type;
	uint16_t version;
	struct cur fragment;
};

bool tls_read_record(struct cur *c, struct tls_record *record);
void tls_put_record(struct buf *out, uint8_t type, uint16_t version, const void *bytes, size_t n);

/* Numbers in their order; what is beyond TLS_LIST_MAX is counted and not kept. */
struct tls_list {
	uint16_t at[TLS_LIST_MAX];
	size_t n, n_all;
};

struct tls_client_hello {
	uint16_t legacy_version;
	const uint8_t *random; /* 32 bytes; a writer takes NULL for zeros */
	const uint8_t *session_id;
	size_t n_session_id;
	struct tls_list suites;
	const uint8_t *server_name; /* NULL: none */
	size_t n_server_name;
	struct tls_list groups, signatures, versions; /* empty: no such extension */
	bool has_key_share;   /* an empty one asks for a HelloRetryRequest */
	uint16_t share_group; /* of the first share; 0: none */
	const uint8_t *share;
	size_t n_share;
};

struct tls_server_hello {
	uint16_t version; /* that of supported_versions where it is given */
	uint16_t suite, group;
	bool is_retry;             /* HelloRetryRequest */
	const uint8_t *random;     /* 32 bytes; a writer has its own */
	bool has_encrypt_then_mac; /* RFC 7366; a writer leaves it out */
};

struct tls_certificates {
	struct {
		const uint8_t *der;
		size_t n;
	} at[TLS_CERTIFICATES_MAX]; /* the host's own first */
	size_t n, n_all;
};

/* Bodies of handshake messages, header included; put functions append the whole message. */
bool tls_read_client_hello(struct cur *c, struct tls_client_hello *hello);
void tls_put_client_hello(struct buf *out, const struct tls_client_hello *hello);

bool tls_read_server_hello(struct cur *c, struct tls_server_hello *hello);
void tls_put_server_hello(struct buf *out, const struct tls_server_hello *hello);

/* The form up to TLS 1.2. */
bool tls_read_certificate(struct cur *c, struct tls_certificates *list);
/* The form of TLS 1.3, RFC 8446 4.4.2. */
bool tls_read_certificate_1_3(struct cur *c, struct tls_certificates *list);
void tls_put_certificate(struct buf *out, const struct tls_certificates *list);

/* The named group of an ephemeral key exchange up to TLS 1.2; 0: another kind. */
bool tls_read_key_exchange_group(struct cur *c, uint16_t *group);

struct tls_alert {
	uint8_t level, description;
};
bool tls_read_alert(struct cur *c, struct tls_alert *alert);
void tls_put_alert(struct buf *out, uint16_t version, const struct tls_alert *alert);

/* True when an alert ends the connection, by its level or, from TLS 1.3 on, by its number. */
bool tls_alert_is_fatal(const struct tls_alert *alert, bool is_tls13);

#endif
