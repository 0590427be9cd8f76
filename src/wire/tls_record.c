#include "wire/tls_record.h"

#include <assert.h>
#include <string.h>

/* ExtensionType */
enum {
	EXT_SERVER_NAME = 0,
	EXT_SUPPORTED_GROUPS = 10,
	EXT_POINT_FORMATS = 11,
	EXT_SIGNATURE_ALGORITHMS = 13,
	EXT_ENCRYPT_THEN_MAC = 22,
	EXT_SUPPORTED_VERSIONS = 43,
	EXT_KEY_SHARE = 51,
	EXT_RENEGOTIATION_INFO = 0xFF01,
};

/* The random of a ServerHello that is a HelloRetryRequest, RFC 8446 4.1.3. */
static const uint8_t retry_random[32] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
};

static void fail_behind(struct cur *c, size_t n, const char *what)
{
	if (!cur_ok(c))
		return;
	c->p -= n;
	cur_fail(c, what);
}

static size_t u16_at(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

/* --------------------------------------------------------------------------- lengths */

size_t tls_record_length(const uint8_t *bytes, size_t n)
{
	if (n > 0 && (bytes[0] < TLS_CHANGE_CIPHER_SPEC || bytes[0] > TLS_APPLICATION_DATA))
		return TLS_NOT_A_RECORD;
	if (n > 1 && bytes[1] != 3)
		return TLS_NOT_A_RECORD;
	if (n < TLS_RECORD_HEADER)
		return 0;

	size_t length = u16_at(bytes + 3);

	return length > TLS_FRAGMENT_MAX ? TLS_NOT_A_RECORD : TLS_RECORD_HEADER + length;
}

size_t tls_handshake_length(const uint8_t *bytes, size_t n)
{
	if (n < TLS_HANDSHAKE_HEADER)
		return 0;
	return TLS_HANDSHAKE_HEADER + ((size_t)bytes[1] << 16 | u16_at(bytes + 2));
}

/* Two bytes of length with the highest bit set, msg-type 1, a version that names SSL 2 or TLS. */
size_t tls_sslv2_length(const uint8_t *bytes, size_t n)
{
	if (n > 0 && !(bytes[0] & 0x80))
		return TLS_NOT_A_RECORD;
	if (n > 2 && bytes[2] != TLS_CLIENT_HELLO)
		return TLS_NOT_A_RECORD;
	if (n > 3 && bytes[3] != 0 && bytes[3] != 3)
		return TLS_NOT_A_RECORD;
	if (n < 5)
		return 0;
	if (bytes[3] == 0 && bytes[4] != 2)
		return TLS_NOT_A_RECORD;

	size_t length = u16_at(bytes) & 0x7FFF;

	return length < 9 ? TLS_NOT_A_RECORD : 2 + length;
}

/* --------------------------------------------------------------------------- writing */

/* A length of so many bytes that is filled in when what it counts has been written. */
static size_t reserve(struct buf *out, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++)
		buf_u8(out, 0);
	return out->n;
}

static void settle(struct buf *out, size_t from, size_t n_bytes)
{
	size_t length = out->n - from;

	for (size_t i = 0; i < n_bytes; i++, length >>= 8)
		out->bytes[from - 1 - i] = (char)(unsigned char)(length & 0xFF);
	assert(length == 0);
}

static void put_list(struct buf *out, const struct tls_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		buf_u16be(out, list->at[i]);
}

void tls_put_record(struct buf *out, uint8_t type, uint16_t version, const void *bytes, size_t n)
{
	assert(n <= TLS_FRAGMENT_MAX);
	buf_u8(out, type);
	buf_u16be(out, version);
	buf_u16be(out, n);
	buf_put(out, bytes, n);
}

bool tls_read_record(struct cur *c, struct tls_record *record)
{
	record->type = cur_u8(c, "TLSPlaintext.type");
	record->version = cur_u16be(c, "TLSPlaintext.legacy_record_version");

	size_t n = cur_u16be(c, "TLSPlaintext.length");

	record->fragment = cur_sub(c, n, "TLSPlaintext.fragment");
	return cur_ok(c);
}

/* ----------------------------------------------------------------------- ClientHello */

static void read_list(struct cur *c, size_t n_bytes, struct tls_list *list, const char *what)
{
	struct cur items = cur_sub(c, n_bytes, what);

	if (n_bytes % 2)
		cur_fail(&items, what);
	while (cur_left(&items)) {
		uint16_t v = cur_u16be(&items, what);

		if (list->n < TLS_LIST_MAX)
			list->at[list->n++] = v;
		list->n_all++;
	}
}

static void read_server_name(struct cur *c, struct tls_client_hello *hello)
{
	struct cur list = cur_sub(c, cur_u16be(c, "ServerNameList"), "ServerNameList");

	if (cur_u8(&list, "ServerName.name_type") != 0)
		return; /* only host_name is defined */
	hello->n_server_name = cur_u16be(&list, "ServerName.host_name");
	hello->server_name = cur_take(&list, hello->n_server_name, "ServerName.host_name");
}

static void read_client_shares(struct cur *c, struct tls_client_hello *hello)
{
	struct cur shares = cur_sub(c, cur_u16be(c, "client_shares"), "client_shares");

	hello->has_key_share = true;
	if (!cur_left(&shares))
		return;
	hello->share_group = cur_u16be(&shares, "KeyShareEntry.group");
	hello->n_share = cur_u16be(&shares, "KeyShareEntry.key_exchange");
	hello->share = cur_take(&shares, hello->n_share, "KeyShareEntry.key_exchange");
}

static void read_client_extension(struct cur *c, uint16_t type, struct tls_client_hello *hello)
{
	switch (type) {
	case EXT_SERVER_NAME:
		read_server_name(c, hello);
		break;
	case EXT_SUPPORTED_GROUPS:
		read_list(c, cur_u16be(c, "named_group_list"), &hello->groups, "named_group_list");
		break;
	case EXT_SIGNATURE_ALGORITHMS:
		read_list(c, cur_u16be(c, "supported_signature_algorithms"), &hello->signatures,
		          "supported_signature_algorithms");
		break;
	case EXT_SUPPORTED_VERSIONS:
		read_list(c, cur_u8(c, "supported_versions"), &hello->versions,
		          "supported_versions");
		break;
	case EXT_KEY_SHARE:
		read_client_shares(c, hello);
		break;
	default: /* of no interest here */
		break;
	}
}

static struct cur read_body(struct cur *c, uint8_t type)
{
	if (cur_u8(c, "Handshake.msg_type") != type)
		fail_behind(c, 1, "Handshake.msg_type");

	size_t n = (size_t)cur_u8(c, "Handshake.length") << 16;

	n |= cur_u16be(c, "Handshake.length");
	return cur_sub(c, n, "Handshake.length");
}

bool tls_read_client_hello(struct cur *c, struct tls_client_hello *hello)
{
	struct cur body = read_body(c, TLS_CLIENT_HELLO);

	*hello = (struct tls_client_hello){0};
	hello->legacy_version = cur_u16be(&body, "ClientHello.legacy_version");
	hello->random = cur_take(&body, 32, "ClientHello.random");
	hello->n_session_id = cur_u8(&body, "ClientHello.legacy_session_id");
	hello->session_id = cur_take(&body, hello->n_session_id, "ClientHello.legacy_session_id");
	read_list(&body, cur_u16be(&body, "ClientHello.cipher_suites"), &hello->suites,
	          "ClientHello.cipher_suites");
	cur_take(&body, cur_u8(&body, "ClientHello.legacy_compression_methods"),
	         "ClientHello.legacy_compression_methods");
	if (!cur_left(&body)) /* extensions are optional up to TLS 1.2 */
		return cur_ok(c);

	struct cur all = cur_sub(&body, cur_u16be(&body, "ClientHello.extensions"),
	                         "ClientHello.extensions");

	while (cur_left(&all)) {
		uint16_t type = cur_u16be(&all, "Extension.extension_type");
		struct cur one = cur_sub(&all, cur_u16be(&all, "Extension.extension_data"),
		                         "Extension.extension_data");

		read_client_extension(&one, type, hello);
	}
	return cur_ok(c);
}

static void put_extension_list(struct buf *out, uint16_t type, size_t n_length,
                               const struct tls_list *list)
{
	if (!list->n)
		return;
	buf_u16be(out, type);

	size_t all = reserve(out, 2), from = reserve(out, n_length);

	put_list(out, list);
	settle(out, from, n_length);
	settle(out, all, 2);
}

static void put_server_name(struct buf *out, const struct tls_client_hello *hello)
{
	if (!hello->server_name)
		return;
	buf_u16be(out, EXT_SERVER_NAME);
	buf_u16be(out, hello->n_server_name + 5);
	buf_u16be(out, hello->n_server_name + 3);
	buf_u8(out, 0);
	buf_u16be(out, hello->n_server_name);
	buf_put(out, hello->server_name, hello->n_server_name);
}

static void put_key_share(struct buf *out, const struct tls_client_hello *hello)
{
	size_t n = hello->share_group ? hello->n_share + 4 : 0;

	if (!hello->has_key_share)
		return;
	buf_u16be(out, EXT_KEY_SHARE);
	buf_u16be(out, n + 2);
	buf_u16be(out, n);
	if (!n)
		return;
	buf_u16be(out, hello->share_group);
	buf_u16be(out, hello->n_share);
	buf_put(out, hello->share, hello->n_share);
}

/* Old hosts insist on point formats and on renegotiation_info where they know elliptic curves. */
static void put_fixed_extensions(struct buf *out, const struct tls_client_hello *hello)
{
	static const uint8_t formats[] = {0, EXT_POINT_FORMATS, 0, 2, 1, 0};
	static const uint8_t renegotiation[] = {0xFF, 0x01, 0, 1, 0};

	if (hello->groups.n)
		buf_put(out, formats, sizeof formats);
	buf_put(out, renegotiation, sizeof renegotiation);
}

void tls_put_client_hello(struct buf *out, const struct tls_client_hello *hello)
{
	static const uint8_t zeros[32];

	buf_u8(out, TLS_CLIENT_HELLO);

	size_t body = reserve(out, 3);

	buf_u16be(out, hello->legacy_version);
	buf_put(out, hello->random ? hello->random : zeros, 32);
	buf_u8(out, hello->n_session_id);
	buf_put(out, hello->session_id, hello->n_session_id);
	buf_u16be(out, hello->suites.n * 2);
	put_list(out, &hello->suites);
	buf_u16be(out, 0x0100); /* one compression method, null */

	size_t extensions = reserve(out, 2);

	put_server_name(out, hello);
	put_extension_list(out, EXT_SUPPORTED_GROUPS, 2, &hello->groups);
	put_fixed_extensions(out, hello);
	put_extension_list(out, EXT_SIGNATURE_ALGORITHMS, 2, &hello->signatures);
	put_extension_list(out, EXT_SUPPORTED_VERSIONS, 1, &hello->versions);
	put_key_share(out, hello);
	settle(out, extensions, 2);
	settle(out, body, 3);
}

/* ----------------------------------------------------------------------- ServerHello */

/* Drafts of TLS 1.3 before 22 called themselves 0x7FNN and had no session id here. */
static bool is_early_draft(uint16_t version)
{
	return version >> 8 == 0x7F;
}

static void read_server_extension(struct cur *c, uint16_t type, struct tls_server_hello *hello)
{
	if (type == EXT_SUPPORTED_VERSIONS)
		hello->version = cur_u16be(c, "supported_versions");
	if (type == EXT_KEY_SHARE)
		hello->group = cur_u16be(c, "KeyShareEntry.group");
	if (type == EXT_ENCRYPT_THEN_MAC)
		hello->has_encrypt_then_mac = true;
}

bool tls_read_server_hello(struct cur *c, struct tls_server_hello *hello)
{
	struct cur body = read_body(c, TLS_SERVER_HELLO);

	*hello = (struct tls_server_hello){0};
	hello->version = cur_u16be(&body, "ServerHello.legacy_version");

	hello->random = cur_take(&body, 32, "ServerHello.random");
	hello->is_retry = hello->random && memcmp(hello->random, retry_random, 32) == 0;

	bool is_draft = is_early_draft(hello->version);

	if (!is_draft)
		cur_take(&body, cur_u8(&body, "ServerHello.legacy_session_id_echo"),
		         "ServerHello.legacy_session_id_echo");
	hello->suite = cur_u16be(&body, "ServerHello.cipher_suite");
	if (!is_draft)
		cur_take(&body, 1, "ServerHello.legacy_compression_method");
	if (!cur_left(&body))
		return cur_ok(c);

	struct cur all = cur_sub(&body, cur_u16be(&body, "ServerHello.extensions"),
	                         "ServerHello.extensions");

	while (cur_left(&all)) {
		uint16_t type = cur_u16be(&all, "Extension.extension_type");
		struct cur one = cur_sub(&all, cur_u16be(&all, "Extension.extension_data"),
		                         "Extension.extension_data");

		read_server_extension(&one, type, hello);
	}
	return cur_ok(c);
}

void tls_put_server_hello(struct buf *out, const struct tls_server_hello *hello)
{
	static const uint8_t share[32] = {9};
	bool is_tls13 = hello->version >= 0x0304;
	uint8_t random[32] = {0x52};

	buf_u8(out, TLS_SERVER_HELLO);

	size_t body = reserve(out, 3);

	buf_u16be(out, is_tls13 ? 0x0303 : hello->version);
	buf_put(out, hello->is_retry ? retry_random : random, 32);
	buf_u8(out, 0);
	buf_u16be(out, hello->suite);
	buf_u8(out, 0);

	size_t extensions = reserve(out, 2);

	if (is_tls13) {
		buf_u16be(out, EXT_SUPPORTED_VERSIONS);
		buf_u16be(out, 2);
		buf_u16be(out, hello->version);
		buf_u16be(out, EXT_KEY_SHARE);
		buf_u16be(out, hello->is_retry ? 2 : 4 + sizeof share);
		buf_u16be(out, hello->group);
		if (!hello->is_retry) {
			buf_u16be(out, sizeof share);
			buf_put(out, share, sizeof share);
		}
	}
	settle(out, extensions, 2);
	settle(out, body, 3);
}

/* ------------------------------------------------- certificates, key exchange, alerts */

static size_t read_u24(struct cur *c, const char *what)
{
	size_t high = cur_u8(c, what);

	return high << 16 | cur_u16be(c, what);
}

static void read_certificate_entry(struct cur *all, struct tls_certificates *list)
{
	size_t n = read_u24(all, "ASN.1Cert");
	const uint8_t *der = cur_take(all, n, "ASN.1Cert");

	if (der && list->n < TLS_CERTIFICATES_MAX) {
		list->at[list->n].der = der;
		list->at[list->n++].n = n;
	}
	list->n_all++;
}

bool tls_read_certificate(struct cur *c, struct tls_certificates *list)
{
	struct cur body = read_body(c, TLS_CERTIFICATE);
	struct cur all = cur_sub(&body, read_u24(&body, "certificate_list"), "certificate_list");

	*list = (struct tls_certificates){0};
	while (cur_left(&all))
		read_certificate_entry(&all, list);
	return cur_ok(c);
}

bool tls_read_certificate_1_3(struct cur *c, struct tls_certificates *list)
{
	struct cur body = read_body(c, TLS_CERTIFICATE);

	*list = (struct tls_certificates){0};
	cur_take(&body, cur_u8(&body, "certificate_request_context"),
	         "certificate_request_context");

	struct cur all = cur_sub(&body, read_u24(&body, "certificate_list"), "certificate_list");

	while (cur_left(&all)) {
		read_certificate_entry(&all, list);
		cur_take(&all, cur_u16be(&all, "CertificateEntry.extensions"),
		         "CertificateEntry.extensions");
	}
	return cur_ok(c);
}

void tls_put_certificate(struct buf *out, const struct tls_certificates *list)
{
	buf_u8(out, TLS_CERTIFICATE);

	size_t body = reserve(out, 3), all = reserve(out, 3);

	for (size_t i = 0; i < list->n; i++) {
		size_t one = reserve(out, 3);

		buf_put(out, list->at[i].der, list->at[i].n);
		settle(out, one, 3);
	}
	settle(out, all, 3);
	settle(out, body, 3);
}

#define NAMED_CURVE 3 /* ECCurveType, RFC 8422 5.4 */

bool tls_read_key_exchange_group(struct cur *c, uint16_t *group)
{
	struct cur body = read_body(c, TLS_SERVER_KEY_EXCHANGE);

	*group = cur_u8(&body, "ECParameters.curve_type") == NAMED_CURVE
	             ? cur_u16be(&body, "ECParameters.namedcurve")
	             : 0;
	return cur_ok(c);
}

bool tls_read_alert(struct cur *c, struct tls_alert *alert)
{
	alert->level = cur_u8(c, "Alert.level");
	alert->description = cur_u8(c, "Alert.description");
	return cur_ok(c);
}

void tls_put_alert(struct buf *out, uint16_t version, const struct tls_alert *alert)
{
	uint8_t bytes[] = {alert->level, alert->description};

	tls_put_record(out, TLS_ALERT, version, bytes, sizeof bytes);
}

bool tls_alert_is_fatal(const struct tls_alert *alert, bool is_tls13)
{
	if (alert->description == TLS_CLOSE_NOTIFY || alert->description == TLS_USER_CANCELED)
		return false;
	return alert->level == TLS_FATAL || is_tls13;
}
