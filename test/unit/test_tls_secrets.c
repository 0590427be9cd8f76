#include "abuse.h"
#include "harness.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "read/tls_guard.h"
#include "read/tls_secrets.h"
#include "wire/tls_record.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RECORDS_MAX  4096

/* --- a session between two ends in memory, and everything that travelled --- */

struct talk {
	SSL *client, *host;
	struct buf keys; /* as a key log */
	struct {
		enum direction dir;
		size_t at, n;
	} records[RECORDS_MAX];
	size_t n;
	struct buf bytes;
	struct buf said[2]; /* application data, by direction */
};

struct wish {
	int version;
	const char *suites, *groups, *host_groups;
	SSL_SESSION *session;
	bool is_ecdsa, has_no_etm, wants_certificate;
	size_t padding;
};

static EVP_PKEY *keys[2];

static X509 *certificate_of(EVP_PKEY *key)
{
	X509 *x = X509_new();

	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
	                           (const unsigned char *)"HOST7", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	assert_true(X509_sign(x, key, EVP_sha256()));
	return x;
}

static void take_key(const SSL *ssl, const char *line)
{
	struct buf *log = SSL_get_app_data(ssl);

	buf_puts(log, line);
	buf_putc(log, '\n');
}

static SSL_CTX *context_of(const SSL_METHOD *method, const struct wish *w)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_min_proto_version(ctx, w->version);
	SSL_CTX_set_max_proto_version(ctx, w->version);
	SSL_CTX_set_dh_auto(ctx, 1);
	if (w->suites && w->version == TLS1_3_VERSION)
		assert_true(SSL_CTX_set_ciphersuites(ctx, w->suites));
	else if (w->suites)
		assert_true(SSL_CTX_set_cipher_list(ctx, w->suites));
	if (w->has_no_etm)
		SSL_CTX_set_options(ctx, SSL_OP_NO_ENCRYPT_THEN_MAC);
	SSL_CTX_set_block_padding(ctx, w->padding);
	SSL_CTX_set_options(ctx, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
	return ctx;
}

static SSL *end_of(SSL_CTX *ctx, struct talk *t)
{
	SSL *ssl = SSL_new(ctx);

	SSL_CTX_free(ctx);
	assert_non_null(ssl);
	SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_set_app_data(ssl, &t->keys);
	return ssl;
}

/* The library's macro loses a const on the way. */
static long set_groups(SSL_CTX *ctx, const char *list)
{
	return SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0, (void *)(uintptr_t)list);
}

static SSL *host_of(struct talk *t, const struct wish *w)
{
	SSL_CTX *ctx = context_of(TLS_server_method(), w);
	X509 *x = certificate_of(keys[w->is_ecdsa]);

	SSL_CTX_use_certificate(ctx, x);
	SSL_CTX_use_PrivateKey(ctx, keys[w->is_ecdsa]);
	X509_free(x);
	SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"x", 1);
	if (w->wants_certificate)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (w->host_groups)
		assert_true(set_groups(ctx, w->host_groups));
	/* All hosts of a run can read the tickets of each other. */
	static unsigned char ticket_keys[80] = {1, 2, 3};
	SSL_CTX_set_tlsext_ticket_keys(ctx, ticket_keys, sizeof ticket_keys);

	SSL *ssl = end_of(ctx, t);

	SSL_set_accept_state(ssl);
	return ssl;
}

static SSL *client_of(struct talk *t, const struct wish *w)
{
	SSL_CTX *ctx = context_of(TLS_client_method(), w);

	SSL_CTX_set_keylog_callback(ctx, take_key);
	if (w->groups)
		assert_true(set_groups(ctx, w->groups));

	SSL *ssl = end_of(ctx, t);

	SSL_set_connect_state(ssl);
	if (w->session)
		SSL_set_session(ssl, w->session);
	return ssl;
}

/* What one end wants to send: kept as records, and handed to the other. */
static bool carry(struct talk *t, enum direction dir)
{
	SSL *from = dir == C2S ? t->client : t->host, *to = dir == C2S ? t->host : t->client;
	size_t start = t->bytes.n;
	char piece[4096];
	int n;

	while ((n = BIO_read(SSL_get_wbio(from), piece, sizeof piece)) > 0) {
		buf_put(&t->bytes, piece, (size_t)n);
		BIO_write(SSL_get_rbio(to), piece, n);
	}
	for (size_t at = start, length; at < t->bytes.n; at += length) {
		length = tls_record_length((const uint8_t *)t->bytes.bytes + at, t->bytes.n - at);
		assert_true(length != 0 && length != TLS_NOT_A_RECORD && t->n < RECORDS_MAX);
		t->records[t->n].dir = dir;
		t->records[t->n].at = at;
		t->records[t->n++].n = length;
	}
	return t->bytes.n > start;
}

static void hear(SSL *ssl)
{
	char piece[20000];

	while (SSL_read(ssl, piece, sizeof piece) > 0) {
	}
}

static void exchange(struct talk *t)
{
	bool is_moving = true;

	hear(t->client);
	for (int quiet = 0; is_moving || quiet < 2; quiet = is_moving ? 0 : quiet + 1) {
		is_moving = carry(t, C2S);
		hear(t->host);
		is_moving |= carry(t, S2C);
		hear(t->client);
	}
}

static void say(struct talk *t, enum direction dir, size_t n)
{
	SSL *ssl = dir == C2S ? t->client : t->host;
	char *text = malloc(n);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)('a' + (i + t->said[dir].n) % 23);
	assert_int_equal(SSL_write(ssl, text, (int)n), n);
	buf_put(&t->said[dir], text, n);
	free(text);
	exchange(t);
}

static bool begin(struct talk *t, const struct wish *w)
{
	*t = (struct talk){0};
	t->host = host_of(t, w);
	t->client = client_of(t, w);
	exchange(t);
	return SSL_is_init_finished(t->client) && SSL_is_init_finished(t->host);
}

static void say_all(struct talk *t)
{
	static const size_t sizes[] = {1, 15, 16, 100, 16384, 40000};

	for (size_t i = 0; i < COUNT(sizes); i++) {
		say(t, C2S, sizes[i]);
		say(t, S2C, sizes[i] + 1);
	}
}

static void end(struct talk *t)
{
	SSL_free(t->client);
	SSL_free(t->host);
	buf_fini(&t->keys);
	buf_fini(&t->bytes);
	buf_fini(&t->said[C2S]);
	buf_fini(&t->said[S2C]);
}

/* --- opened again --- */

struct opened {
	struct tls_secrets *secrets;
	struct tls_opener *opener;
	struct buf data[2], handshake[2], alerts;
	size_t n_shut;
};

static void open_begin(struct opened *o, const struct buf *log)
{
	*o = (struct opened){.secrets = tls_secrets_new()};
	tls_secrets_read(o->secrets, log->bytes, log->n, NULL);
	o->opener = tls_opener_new(o->secrets);
}

static void open_one(struct opened *o, const struct talk *t, size_t i)
{
	enum direction dir = t->records[i].dir;
	struct tls_inside inside = {
	    .data = &o->data[dir], .handshake = &o->handshake[dir], .alerts = &o->alerts};

	o->n_shut += !tls_opener_open(o->opener, dir,
	                              (const uint8_t *)t->bytes.bytes + t->records[i].at,
	                              t->records[i].n, &inside);
}

static void open_all(struct opened *o, const struct talk *t)
{
	open_begin(o, &t->keys);
	for (size_t i = 0; i < t->n; i++)
		open_one(o, t, i);
}

static void open_end(struct opened *o)
{
	tls_opener_free(o->opener);
	tls_secrets_free(o->secrets);
	buf_fini(&o->data[C2S]);
	buf_fini(&o->data[S2C]);
	buf_fini(&o->handshake[C2S]);
	buf_fini(&o->handshake[S2C]);
	buf_fini(&o->alerts);
}

static bool is_equal(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (!a->n || memcmp(a->bytes, b->bytes, a->n) == 0);
}

static void assert_opens(const struct talk *t)
{
	struct opened o;

	open_all(&o, t);
	assert_int_equal(o.n_shut, 0);
	assert_true(is_equal(&o.data[C2S], &t->said[C2S]));
	assert_true(is_equal(&o.data[S2C], &t->said[S2C]));
	open_end(&o);
}

/* --- every suite of the library --- */

static bool is_known(uint16_t suite, uint16_t version)
{
	struct tls_guard g = {0};
	struct tls_agreed agreed = {.version = version, .suite = suite};
	static const uint8_t master[TLS_MASTER_SIZE];
	bool is = tls_guard_of_master(&g, &agreed, C2S, master);

	tls_guard_fini(&g);
	return is;
}

static size_t open_suite(const SSL_CIPHER *cipher, int version, bool has_no_etm)
{
	uint16_t number = SSL_CIPHER_get_protocol_id(cipher);
	size_t n = 0;

	for (int is_ecdsa = 0; is_ecdsa < 2 && !n; is_ecdsa++) {
		struct wish w = {.version = version,
		                 .suites = SSL_CIPHER_get_name(cipher),
		                 .is_ecdsa = is_ecdsa,
		                 .has_no_etm = has_no_etm};
		struct talk t;

		if (begin(&t, &w) && is_known(number, (uint16_t)version)) {
			say_all(&t);
			assert_opens(&t);
			n = 1;
		}
		end(&t);
	}
	return n;
}

static size_t open_suites(int version, bool has_no_etm)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());
	const STACK_OF(SSL_CIPHER) * all;
	size_t n = 0;

	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL:!PSK:!SRP");
	all = SSL_CTX_get_ciphers(ctx);
	for (int i = 0; i < sk_SSL_CIPHER_num(all); i++) {
		const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(all, i);

		if (SSL_CIPHER_get_protocol_id(cipher) >> 8 != 0x13)
			n += open_suite(cipher, version, has_no_etm);
	}
	SSL_CTX_free(ctx);
	print_message("# version %04x: %zu suites\n", (unsigned)version, n);
	return n;
}

static void every_suite_up_to_1_2(void **state)
{
	(void)state;
	assert_true(open_suites(TLS1_VERSION, false) >= 8);
	assert_true(open_suites(TLS1_VERSION, true) >= 8);
	assert_true(open_suites(TLS1_1_VERSION, false) >= 8);
	assert_true(open_suites(TLS1_1_VERSION, true) >= 8);
	assert_true(open_suites(TLS1_2_VERSION, false) >= 30);
	assert_true(open_suites(TLS1_2_VERSION, true) >= 30);
}

static const char *const suites_1_3[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                         "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
                                         "TLS_AES_128_CCM_8_SHA256"};

static void every_suite_of_1_3(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(suites_1_3); i++)
		for (size_t padding = 0; padding < 600; padding += 256) {
			struct talk t;

			assert_true(begin(&t, &(struct wish){.version = TLS1_3_VERSION,
			                                     .suites = suites_1_3[i],
			                                     .padding = padding}));
			say_all(&t);
			assert_opens(&t);
			end(&t);
		}
}

/* --- what else happens in sessions --- */

static void key_updates(void **state)
{
	(void)state;
	struct talk t;

	assert_true(begin(&t, &(struct wish){.version = TLS1_3_VERSION}));
	for (int i = 0; i < 4; i++) {
		say_all(&t);
		SSL_key_update(i % 2 ? t.client : t.host,
		               i < 2 ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
		say_all(&t);
	}
	assert_opens(&t);
	end(&t);
}

static void a_retry(void **state)
{
	(void)state;
	struct talk t;

	assert_true(begin(&t, &(struct wish){.version = TLS1_3_VERSION,
	                                     .groups = "X25519:P-384",
	                                     .host_groups = "P-384"}));
	say_all(&t);
	assert_opens(&t);
	end(&t);
}

static void a_session_resumed(void **state)
{
	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		struct talk first, second;

		assert_true(begin(&first, &(struct wish){.version = version}));
		say_all(&first);

		SSL_SESSION *session = SSL_get1_session(first.client);

		SSL_shutdown(first.client);
		assert_true(begin(&second, &(struct wish){.version = version, .session = session}));
		assert_true(SSL_session_reused(second.client));
		say_all(&second);
		assert_opens(&second);
		SSL_SESSION_free(session);
		end(&first);
		end(&second);
	}
}

static void a_session_agreed_anew(void **state)
{
	(void)state;
	for (int version = TLS1_VERSION; version <= TLS1_2_VERSION; version++) {
		struct talk t;

		assert_true(begin(&t, &(struct wish){.version = version}));
		say_all(&t);
		assert_true(SSL_renegotiate(t.client));
		SSL_do_handshake(t.client);
		exchange(&t);
		say_all(&t);
		assert_opens(&t);
		end(&t);
	}
}

static void the_end_of_a_session(void **state)
{
	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		struct talk t;
		struct opened o;

		assert_true(begin(&t, &(struct wish){.version = version}));
		SSL_shutdown(t.client);
		exchange(&t);
		open_all(&o, &t);
		assert_true(o.alerts.n >= 2);
		assert_memory_equal(o.alerts.bytes, "\1\0", 2);
		open_end(&o);
		end(&t);
	}
}

static void the_hosts_certificate(void **state)
{
	(void)state;
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		struct talk t;
		struct opened o;
		struct buf der = {0};
		unsigned char *made = NULL;

		assert_true(begin(&t, &(struct wish){.version = version}));
		open_all(&o, &t);
		assert_int_equal(tls_opener_certificate(o.opener, &der), version == TLS1_3_VERSION);
		assert_false(tls_opener_is_certificate_asked(o.opener));
		if (version == TLS1_3_VERSION) {
			int n = i2d_X509(SSL_get_certificate(t.host), &made);

			assert_int_equal(n, der.n);
			assert_memory_equal(der.bytes, made, der.n);
			assert_int_equal(o.handshake[S2C].bytes[0], 8); /* EncryptedExtensions */
			OPENSSL_free(made);
		}
		buf_fini(&der);
		open_end(&o);
		end(&t);
	}
}

static void a_client_certificate_is_asked(void **state)
{
	(void)state;
	struct talk t;
	struct opened o;

	assert_true(
	    begin(&t, &(struct wish){.version = TLS1_3_VERSION, .wants_certificate = true}));
	open_all(&o, &t);
	assert_true(tls_opener_is_certificate_asked(o.opener));
	open_end(&o);
	end(&t);
}

/* --- what is missing --- */

/* Without record `lost`: how many bytes of both sides are still read. */
static size_t n_read_without(const struct talk *t, size_t lost, size_t n_lost)
{
	struct opened o;
	size_t n;

	open_begin(&o, &t->keys);
	for (size_t i = 0; i < t->n; i++)
		if (i < lost || i >= lost + n_lost)
			open_one(&o, t, i);
	n = o.data[C2S].n + o.data[S2C].n;
	open_end(&o);
	return n;
}

static void lost_records(void **state)
{
	(void)state;
	for (int version = TLS1_VERSION; version <= TLS1_3_VERSION; version++) {
		struct talk t;
		size_t n_hello = 2;

		assert_true(begin(&t, &(struct wish){.version = version}));
		for (size_t i = 0; i < 20; i++)
			say(&t, i % 2 ? C2S : S2C, 100);
		for (size_t i = n_hello; i < t.n; i++)
			for (size_t n = 1; n < 4 && i + n < t.n; n++) {
				size_t n_read = n_read_without(&t, i, n);

				/* In TLS 1.0 the record behind a gap is lost as well. */
				if (n_read < 2000 - 100 * (version == TLS1_VERSION ? n + 2 : n))
					print_message("# version %x, record %zu, %zu lost: %zu\n",
					              (unsigned)version, i, n, n_read);
				assert_true(n_read >=
				            2000 - 100 * (version == TLS1_VERSION ? n + 2 : n));
			}
		assert_int_equal(n_read_without(&t, 0, 1), 0);
		end(&t);
	}
}

static void keys_that_are_not_there(void **state)
{
	(void)state;
	struct talk t, other;
	struct opened o;
	struct buf none = {0};

	assert_true(begin(&t, &(struct wish){.version = TLS1_3_VERSION}));
	assert_true(begin(&other, &(struct wish){.version = TLS1_3_VERSION}));
	say_all(&t);
	open_begin(&o, &other.keys);
	for (size_t i = 0; i < t.n; i++)
		open_one(&o, &t, i);
	assert_true(o.n_shut > 10);
	assert_int_equal(o.data[C2S].n + o.data[S2C].n, 0);
	open_end(&o);

	open_begin(&o, &none);
	for (size_t i = 0; i < t.n / 2; i++)
		open_one(&o, &t, i);
	assert_int_equal(o.data[C2S].n, 0);
	open_end(&o);
	end(&other);
	end(&t);
}

/* The secrets of the data alone, as some programs write them. */
static void only_traffic_secrets(void **state)
{
	(void)state;
	struct talk t;
	struct opened o;
	struct buf log = {0};

	assert_true(begin(&t, &(struct wish){.version = TLS1_3_VERSION}));
	say_all(&t);
	for (char *line = strtok(t.keys.bytes, "\n"); line; line = strtok(NULL, "\n"))
		if (strstr(line, "_TRAFFIC_SECRET_0"))
			buf_printf(&log, "%s\r\n", line);
	open_begin(&o, &log);
	for (size_t i = 0; i < t.n; i++)
		open_one(&o, &t, i);
	assert_true(is_equal(&o.data[C2S], &t.said[C2S]));
	assert_true(is_equal(&o.data[S2C], &t.said[S2C]));
	open_end(&o);
	buf_fini(&log);
	end(&t);
}

/* --- hostile records --- */

static struct talk victim;
static size_t victim_record;

static void read_victim(const uint8_t *bytes, size_t n)
{
	struct opened o;
	enum direction dir = victim.records[victim_record].dir;
	struct tls_inside inside = {&o.data[dir], &o.handshake[dir], &o.alerts};

	open_begin(&o, &victim.keys);
	for (size_t i = 0; i < victim_record; i++)
		open_one(&o, &victim, i);
	tls_opener_open(o.opener, dir, bytes, n, &inside);
	for (size_t i = victim_record + 1; i < victim.n; i++)
		open_one(&o, &victim, i);
	open_end(&o);
}

static void cut_and_flipped(void **state)
{
	(void)state;
	static const struct wish wishes[] = {
	    {.version = TLS1_VERSION, .suites = "ECDHE-ECDSA-AES128-SHA", .is_ecdsa = true},
	    {.version = TLS1_2_VERSION,
	     .suites = "ECDHE-ECDSA-AES256-SHA384",
	     .is_ecdsa = true,
	     .has_no_etm = true},
	    {.version = TLS1_2_VERSION, .suites = "ECDHE-ECDSA-AES128-CCM8", .is_ecdsa = true},
	    {.version = TLS1_3_VERSION, .is_ecdsa = true},
	};

	for (size_t i = 0; i < COUNT(wishes); i++) {
		assert_true(begin(&victim, &wishes[i]));
		say(&victim, C2S, 8);
		say(&victim, S2C, 8);
		for (victim_record = 0; victim_record < victim.n; victim_record++)
			/* The long ones are certificates: test_tls_record has those. */
			if (victim.records[victim_record].n < 100)
				abuse(victim.bytes.bytes + victim.records[victim_record].at,
				      victim.records[victim_record].n, read_victim);
		end(&victim);
	}
}

/* A record whose MAC, tag or padding does not fit says nothing. */
static void a_flipped_bit_keeps_it_shut(void **state)
{
	(void)state;
	static const char *const suites[] = {"AES128-SHA", "AES128-GCM-SHA256", "AES128-CCM8",
	                                     "ECDHE-RSA-CHACHA20-POLY1305"};

	for (size_t i = 0; i < COUNT(suites); i++) {
		struct talk t;
		struct opened o;
		size_t at;

		assert_true(
		    begin(&t, &(struct wish){.version = TLS1_2_VERSION, .suites = suites[i]}));
		say(&t, C2S, 100);
		at = t.records[t.n - 1].at + 40;
		t.bytes.bytes[at] ^= 1;
		open_all(&o, &t);
		assert_int_equal(o.n_shut, 1);
		assert_int_equal(o.data[C2S].n, 0);
		open_end(&o);
		end(&t);
	}
}

/* --- key logs --- */

#define RANDOM "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"
#define S32    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define S48    S32 "404142434445464748494a4b4c4d4e4f"

static void a_key_log(void **state)
{
	(void)state;
	static const char text[] = "\xef\xbb\xbf# comment\r\n"
	                           "CLIENT_RANDOM " RANDOM " " S48 "\r\n"
	                           "\n"
	                           "EXPORTER_SECRET " RANDOM " " S32 "\n"
	                           "CLIENT_TRAFFIC_SECRET_0 " S32 " " S32 "\n"
	                           "SERVER_HANDSHAKE_TRAFFIC_SECRET " S32 " " S48 "\n"
	                           "RSA 0011223344556677 " S48 "\n"
	                           "CLIENT_RANDOM " RANDOM " " S32 "\n"   /* line 8 */
	                           "CLIENT_RANDOM 00 " S48 "\n"           /* 9 */
	                           "NO_SUCH_LABEL " RANDOM " " S48 "\n"   /* 10 */
	                           "CLIENT_RANDOM " RANDOM " " S48 " x\n" /* 11 */
	                           "CLIENT_RANDOM " RANDOM;               /* 12 */
	static const uint64_t lines[] = {8, 9, 10, 11, 12};
	struct arena arena = {0};
	struct complaints c = {.arena = &arena, .unit = "line"};
	struct tls_secrets *s = tls_secrets_new();
	uint8_t random[32], other[32];
	const struct tls_session_secrets *one;

	for (size_t i = 0; i < 32; i++) {
		random[i] = (uint8_t)i;
		other[i] = (uint8_t)(32 + i);
	}
	assert_null(tls_secrets_of(s, random));
	assert_int_equal(tls_secrets_read(s, text, sizeof text - 1, &c), 2);
	assert_int_equal(tls_secrets_read(s, text, sizeof text - 1, NULL), 0);
	assert_int_equal(c.n, COUNT(lines));
	for (size_t i = 0; i < COUNT(lines); i++)
		assert_int_equal(c.kept[i].at, lines[i]);
	one = tls_secrets_of(s, random);
	assert_non_null(one);
	assert_int_equal(one->n[TLS_SECRET_MASTER], 48);
	assert_int_equal(one->at[TLS_SECRET_MASTER][47], 0x4f);
	one = tls_secrets_of(s, other);
	assert_non_null(one);
	assert_int_equal(one->n[TLS_SECRET_TRAFFIC_C2S], 32);
	assert_int_equal(one->n[TLS_SECRET_HANDSHAKE_S2C], 48);
	assert_int_equal(one->n[TLS_SECRET_MASTER], 0);
	tls_secrets_free(s);
	tls_secrets_free(NULL);
	arena_fini(&arena);
}

static void a_key_log_is_recognised(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is;
	} cases[] = {
	    {"", false},
	    {"#", false},
	    {"# SSL/TLS secrets log file, generated by NSS\n", true},
	    {"# mine\n\nCLIENT_RANDOM 00", true},
	    {"CLIENT_RANDOM " RANDOM " " S48, true},
	    {"\xef\xbb\xbfSERVER_TRAFFIC_SECRET_0 " RANDOM " " S48, true},
	    {"RSA and other words", false},
	    {"CLIENT_RANDOM", false},
	    {"full address:s:host7", false},
	    {"\xef\xbb\xbf", false},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    tls_secrets_recognises((const uint8_t *)cases[i].text, strlen(cases[i].text)),
		    cases[i].is);
	assert_false(tls_secrets_recognises(NULL, 0));
}

static void more_sessions_than_are_kept(void **state)
{
	(void)state;
	struct arena arena = {0};
	struct complaints c = {.arena = &arena, .unit = "line"};
	struct tls_secrets *s = tls_secrets_new();
	struct buf log = {0};

	for (size_t i = 0; i < TLS_SECRETS_MAX + 10; i++)
		buf_printf(&log, "CLIENT_RANDOM %064zx " S48 "\n", i);
	assert_int_equal(tls_secrets_read(s, log.bytes, log.n, &c), TLS_SECRETS_MAX);
	assert_int_equal(c.n, 1);
	buf_fini(&log);
	tls_secrets_free(s);
	arena_fini(&arena);
}

static void read_log(const uint8_t *bytes, size_t n)
{
	struct tls_secrets *s = tls_secrets_new();

	tls_secrets_recognises(bytes, n);
	tls_secrets_read(s, bytes, n, NULL);
	tls_secrets_free(s);
}

static void cut_and_flipped_key_logs(void **state)
{
	(void)state;
	static const char text[] = "# c\nCLIENT_RANDOM " RANDOM " " S48 "\n"
	                           "CLIENT_TRAFFIC_SECRET_0 " S32 " " S32 "\n";

	abuse(text, sizeof text - 1, read_log);
}

/* --- all of them --- */

static int make_keys(void **state)
{
	(void)state;
	OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	keys[0] = EVP_RSA_gen(2048);
	keys[1] = EVP_EC_gen("P-256");
	return !keys[0] || !keys[1];
}

static int free_keys(void **state)
{
	(void)state;
	EVP_PKEY_free(keys[0]);
	EVP_PKEY_free(keys[1]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_suite_up_to_1_2),
	    cmocka_unit_test(every_suite_of_1_3),
	    cmocka_unit_test(key_updates),
	    cmocka_unit_test(a_retry),
	    cmocka_unit_test(a_session_resumed),
	    cmocka_unit_test(a_session_agreed_anew),
	    cmocka_unit_test(the_end_of_a_session),
	    cmocka_unit_test(the_hosts_certificate),
	    cmocka_unit_test(a_client_certificate_is_asked),
	    cmocka_unit_test(lost_records),
	    cmocka_unit_test(keys_that_are_not_there),
	    cmocka_unit_test(only_traffic_secrets),
	    cmocka_unit_test(cut_and_flipped),
	    cmocka_unit_test(a_flipped_bit_keeps_it_shut),
	    cmocka_unit_test(a_key_log),
	    cmocka_unit_test(a_key_log_is_recognised),
	    cmocka_unit_test(more_sessions_than_are_kept),
	    cmocka_unit_test(cut_and_flipped_key_logs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
