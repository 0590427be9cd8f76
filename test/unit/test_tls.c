#include "harness.h"

#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "link/tls.h"

/* --- keys and certificates of the tests --- */

enum kind { P256, RSA_1024, RSA_2048_SHA1, KIND_COUNT };

struct pem {
	char *certificate, *key;
};

static struct pem pems[KIND_COUNT];

static char *text_of(BIO *bio)
{
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);
	char *text = calloc(1, (size_t)n + 1);

	memcpy(text, bytes, (size_t)n);
	BIO_free(bio);
	return text;
}

static EVP_PKEY *key_of(enum kind kind)
{
	if (kind == P256)
		return EVP_EC_gen("P-256");
	return EVP_RSA_gen(kind == RSA_1024 ? 1024 : 2048);
}

static const struct pem *pem_of(enum kind kind)
{
	struct pem *pem = &pems[kind];

	if (pem->key)
		return pem;

	EVP_PKEY *key = key_of(kind);
	X509 *x = X509_new();
	BIO *certificate_text = BIO_new(BIO_s_mem()), *key_text = BIO_new(BIO_s_mem());

	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
	                           (const unsigned char *)"HOST7", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, kind == RSA_2048_SHA1 ? EVP_sha1() : EVP_sha256()));
	PEM_write_bio_X509(certificate_text, x);
	PEM_write_bio_PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL);
	pem->certificate = text_of(certificate_text);
	pem->key = text_of(key_text);
	X509_free(x);
	EVP_PKEY_free(key);
	return pem;
}

/* --- two ends in memory --- */

struct ends {
	struct tls *client, *server;
	struct buf to_client, to_server, at_client, at_server;
};

static struct tls_server_options server_of(enum kind kind)
{
	const struct pem *pem = pem_of(kind);

	return (struct tls_server_options){.certificate_pem = pem->certificate,
	                                   .key_pem = pem->key};
}

static struct ends ends_of(const struct tls_client_options *client,
                           const struct tls_server_options *server)
{
	struct ends e = {.client = tls_client_new(client), .server = tls_server_new(server)};

	assert_non_null(e.client);
	assert_non_null(e.server);
	tls_begin(e.server, &e.to_client);
	tls_begin(e.client, &e.to_server);
	return e;
}

static void ends_fini(struct ends *e)
{
	tls_free(e->client);
	tls_free(e->server);
	buf_fini(&e->to_client);
	buf_fini(&e->to_server);
	buf_fini(&e->at_client);
	buf_fini(&e->at_server);
}

/* Hands over what waits, in pieces of at most n bytes. */
static void hand_over(struct tls *to, struct buf *bytes, size_t n, struct buf *back,
                      struct buf *plain)
{
	struct buf taken = *bytes;

	*bytes = (struct buf){0};
	for (size_t at = 0; at < taken.n; at += n)
		tls_feed(to, taken.bytes + at, taken.n - at < n ? taken.n - at : n, back, plain);
	buf_fini(&taken);
}

static void run_in_pieces(struct ends *e, size_t n)
{
	while (e->to_server.n || e->to_client.n) {
		hand_over(e->server, &e->to_server, n, &e->to_client, &e->at_server);
		hand_over(e->client, &e->to_client, n, &e->to_server, &e->at_client);
	}
}

static void assert_talk(struct ends *e)
{
	assert_int_equal(tls_state(e->client), TLS_UP);
	assert_int_equal(tls_state(e->server), TLS_UP);
	tls_write(e->client, "ping", 4, &e->to_server);
	tls_write(e->server, "pong", 4, &e->to_client);
	run_in_pieces(e, 100000);
	assert_string_equal(e->at_server.bytes, "ping");
	assert_string_equal(e->at_client.bytes, "pong");
}

/* --- tests --- */

static void every_version(void **state)
{
	(void)state;
	for (uint16_t version = 0x0301; version <= 0x0304; version++)
		for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
			struct tls_server_options server = server_of(kind);

			server.least = server.most = version;

			struct ends e = ends_of(&(struct tls_client_options){0}, &server);

			run_in_pieces(&e, 100000);
			assert_talk(&e);
			ends_fini(&e);
		}
}

static void versions_without_overlap_end_by_alert(void **state)
{
	(void)state;
	struct tls_server_options server = server_of(P256);

	server.most = 0x0302;

	struct ends e = ends_of(&(struct tls_client_options){.least = 0x0303, .most = 0x0304},
	                        &server);

	hand_over(e.server, &e.to_server, 100000, &e.to_client, &e.at_server);
	assert_int_equal(tls_state(e.server), TLS_FAILED);
	assert_true(e.to_client.n == 7);
	assert_int_equal((uint8_t)e.to_client.bytes[0], 21); /* alert */
	assert_int_equal((uint8_t)e.to_client.bytes[6], 70); /* protocol_version */
	hand_over(e.client, &e.to_client, 100000, &e.to_server, &e.at_client);
	assert_int_equal(tls_state(e.client), TLS_FAILED);
	assert_non_null(strstr(tls_error(e.client), "protocol version"));
	ends_fini(&e);
}

static void one_byte_at_a_time(void **state)
{
	(void)state;
	for (uint16_t version = 0x0301; version <= 0x0304; version++) {
		struct tls_server_options server = server_of(P256);

		server.least = server.most = version;

		struct ends e = ends_of(&(struct tls_client_options){0}, &server);

		run_in_pieces(&e, 1);
		assert_talk(&e);
		ends_fini(&e);
	}
}

/* The server's first flight, cut after n bytes and followed by bytes that are none. */
static enum tls_state client_after_cut(size_t n, const char *behind, size_t n_behind, bool *is_end)
{
	struct tls_server_options server = server_of(P256);
	struct ends e = ends_of(&(struct tls_client_options){.most = 0x0303}, &server);
	struct buf ignored = {0};

	hand_over(e.server, &e.to_server, 100000, &e.to_client, &e.at_server);
	*is_end = n >= e.to_client.n;
	tls_feed(e.client, e.to_client.bytes, *is_end ? e.to_client.n : n, &ignored, &ignored);

	enum tls_state state = tls_feed(e.client, behind, n_behind, &ignored, &ignored);

	buf_fini(&ignored);
	ends_fini(&e);
	return state;
}

static void cut_anywhere(void **state)
{
	(void)state;
	static const char zeros[20000];
	bool is_end = false;

	for (size_t n = 0; !is_end; n += 7) {
		assert_int_equal(client_after_cut(n, "", 0, &is_end), TLS_HANDSHAKE);
		assert_int_equal(client_after_cut(n, zeros, sizeof zeros, &is_end), TLS_FAILED);
	}
}

static void garbage(void **state)
{
	(void)state;
	static const char *const texts[] = {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n",
	                                    "\x15\x03\x01\x00\x02\x02\x50"};
	static const char *const words[] = {"wrong version", "wrong version", "internal error"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct tls_server_options server = server_of(P256);
		struct ends e = ends_of(&(struct tls_client_options){0}, &server);
		size_t n = i == 2 ? 7 : strlen(texts[i]);

		tls_feed(e.client, texts[i], n, &e.to_server, &e.at_client);
		assert_int_equal(tls_state(e.client), TLS_FAILED);
		assert_non_null(strstr(tls_error(e.client), words[i]));
		ends_fini(&e);
	}
}

static void peer_closes(void **state)
{
	(void)state;
	struct tls_server_options server = server_of(P256);
	struct ends e = ends_of(&(struct tls_client_options){0}, &server);

	run_in_pieces(&e, 100000);
	assert_talk(&e);
	tls_shut(e.server, &e.to_client);
	run_in_pieces(&e, 100000);
	assert_int_equal(tls_state(e.client), TLS_CLOSED);
	assert_string_equal(tls_error(e.client), "");

	size_t before = e.to_server.n;

	tls_shut(e.client, &e.to_server);
	assert_true(e.to_server.n > before);
	ends_fini(&e);
}

static uint16_t suite_chosen(const uint16_t *clients, const uint16_t *servers)
{
	struct tls_server_options server = server_of(RSA_1024);

	server.suites = servers;

	struct ends e = ends_of(&(struct tls_client_options){.suites = clients}, &server);
	uint16_t suite = 0;

	hand_over(e.server, &e.to_server, 100000, &e.to_client, &e.at_server);
	if (tls_state(e.server) != TLS_FAILED) {
		size_t at = 5 + 4 + 2 + 32; /* record, handshake, version, random */

		at += 1 + (uint8_t)e.to_client.bytes[at];
		suite = (uint16_t)((uint8_t)e.to_client.bytes[at] << 8 |
		                   (uint8_t)e.to_client.bytes[at + 1]);
	}
	ends_fini(&e);
	return suite;
}

static void suites_by_number(void **state)
{
	(void)state;
	static const uint16_t aes256_first[] = {0x1302, 0x1301, 0xc030, 0xc02f, 0},
	                      only_old[] = {0xfafa, 0xc02f, 0x009c, 0}, only_new[] = {0x1301, 0},
	                      only_rsa[] = {0x009c, 0}, none[] = {0xfafa, 0};

	assert_int_equal(suite_chosen(NULL, NULL) >> 8, 0x13);
	assert_int_equal(suite_chosen(NULL, aes256_first), 0x1302);
	assert_int_equal(suite_chosen(only_old, aes256_first), 0xc02f);
	assert_int_equal(suite_chosen(only_new, NULL), 0x1301);
	assert_int_equal(suite_chosen(only_new, only_old), 0);
	assert_int_equal(suite_chosen(only_rsa, NULL), 0x009c);
	assert_null(tls_client_new(&(struct tls_client_options){.suites = none}));
	assert_true(tls_has_suite(0xc02f));
	assert_true(tls_has_suite(0x1301));
	assert_false(tls_has_suite(0xfafa));
	assert_false(tls_has_suite(0x0000));
}

/* The values behind an extension of the ClientHello, by a plain search for its number. */
static bool hello_has(const struct tls_client_options *options, const char *bytes, size_t n)
{
	struct tls *client = tls_client_new(options);
	struct buf hello = {0};
	bool has = false;

	assert_non_null(client);
	tls_begin(client, &hello);
	for (size_t at = 0; at + n <= hello.n; at++)
		has |= memcmp(hello.bytes + at, bytes, n) == 0;
	buf_fini(&hello);
	tls_free(client);
	return has;
}

static void groups_signatures_and_name(void **state)
{
	(void)state;
	static const uint16_t groups[] = {0x4588, 0x001d, 0x0017, 0},
	                      signatures[] = {0x0804, 0x0401, 0x0201, 0xfefe, 0};
	struct tls_client_options options = {
	    .groups = groups, .signatures = signatures, .server_name = "host7.example"};

	assert_true(hello_has(&options, "\0\x0a\0\x06\0\x04\0\x1d\0\x17", 10));
	assert_true(hello_has(&options, "\0\x0d\0\x08\0\x06\x08\x04\x04\x01\x02\x01", 12));
	assert_true(hello_has(&options, "host7.example", 13));
	assert_false(hello_has(&(struct tls_client_options){0}, "host7.example", 13));
}

static void certificates_of_the_peer(void **state)
{
	(void)state;
	struct tls_server_options server = server_of(P256);
	struct buf der = {0};

	server.wants_client_certificate = true;

	struct ends e = ends_of(&(struct tls_client_options){0}, &server);

	assert_false(tls_peer_certificate(e.client, 0, &der));
	run_in_pieces(&e, 100000);
	assert_talk(&e);
	assert_true(tls_peer_certificate(e.client, 0, &der));
	assert_int_equal((uint8_t)der.bytes[0], 0x30);
	assert_false(tls_peer_certificate(e.client, 1, &der));
	assert_false(tls_peer_certificate(e.server, 0, &der)); /* ours never goes out */
	assert_false(tls_peer_is_trusted(e.client, 1800000000));
	buf_fini(&der);
	ends_fini(&e);
}

static void count_line(void *context, const char *line)
{
	*(int *)context += strchr(line, ' ') != NULL;
}

static void keys_are_told(void **state)
{
	(void)state;
	struct tls_server_options server = server_of(P256);
	struct ends e = ends_of(&(struct tls_client_options){0}, &server);
	int lines = 0;

	tls_on_key(e.server, count_line, &lines);
	run_in_pieces(&e, 100000);
	assert_true(lines >= 4); /* TLS 1.3: two of the handshake, two of the traffic */
	ends_fini(&e);
}

static void a_server_needs_its_key(void **state)
{
	(void)state;
	struct tls_server_options server = server_of(P256);

	server.key_pem = pem_of(RSA_1024)->key;
	assert_null(tls_server_new(&server));
	server.key_pem = NULL;
	assert_null(tls_server_new(&server));
	server.key_pem = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE "
	                 "KEY-----\n";
	assert_null(tls_server_new(&server));
	tls_free(NULL);
}

static int free_pems(void **state)
{
	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		free(pems[i].certificate);
		free(pems[i].key);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_version),
	    cmocka_unit_test(versions_without_overlap_end_by_alert),
	    cmocka_unit_test(one_byte_at_a_time),
	    cmocka_unit_test(cut_anywhere),
	    cmocka_unit_test(garbage),
	    cmocka_unit_test(peer_closes),
	    cmocka_unit_test(suites_by_number),
	    cmocka_unit_test(groups_signatures_and_name),
	    cmocka_unit_test(certificates_of_the_peer),
	    cmocka_unit_test(keys_are_told),
	    cmocka_unit_test(a_server_needs_its_key),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, free_pems);
}
