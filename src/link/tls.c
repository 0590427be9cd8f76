#include "link/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "os/os.h"

struct tls {
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out; /* belong to ssl */
	enum tls_state state;
	char error[160];
	bool has_alerted;
	uint8_t alert;
	bool was_asked; /* for a certificate of ours */
	tls_key_line *on_key;
	void *key_context;
};

/* --- the library, in its own state and nobody's configuration --- */

static void start_library(void)
{
	/* The first call decides; without this the user's openssl.cnf changes what is tested. */
	OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

static void use_mild_security(SSL_CTX *ctx)
{
	/* Old hosts are what is looked at: nothing may be refused before it was seen. */
	SSL_CTX_set_security_level(ctx, 0);
}

/* --- numbers of the wire in the library's words --- */

struct word {
	uint16_t number;
	const char *word;
};

/* RFC 8446 B.4: these are chosen by a call of their own. */
static const struct word suites_1_3[] = {
    {0x1301, "TLS_AES_128_GCM_SHA256"},       {0x1302, "TLS_AES_256_GCM_SHA384"},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256"}, {0x1304, "TLS_AES_128_CCM_SHA256"},
    {0x1305, "TLS_AES_128_CCM_8_SHA256"},     {0},
};

/* IANA "TLS Supported Groups". */
static const struct word groups[] = {
    {0x0013, "P-192"},
    {0x0015, "P-224"},
    {0x0016, "secp256k1"},
    {0x0017, "P-256"},
    {0x0018, "P-384"},
    {0x0019, "P-521"},
    {0x001a, "brainpoolP256r1"},
    {0x001b, "brainpoolP384r1"},
    {0x001c, "brainpoolP512r1"},
    {0x001d, "X25519"},
    {0x001e, "X448"},
    {0x0100, "ffdhe2048"},
    {0x0101, "ffdhe3072"},
    {0x0102, "ffdhe4096"},
    {0x0103, "ffdhe6144"},
    {0x0104, "ffdhe8192"},
    {0x11eb, "SecP256r1MLKEM768"},
    {0x11ec, "X25519MLKEM768"},
    {0x11ed, "SecP384r1MLKEM1024"},
    {0},
};

/* RFC 8446 4.2.3 and RFC 5246 7.4.1.4.1. */
static const struct word signatures[] = {
    {0x0101, "RSA+MD5"},
    {0x0201, "RSA+SHA1"},
    {0x0202, "DSA+SHA1"},
    {0x0203, "ECDSA+SHA1"},
    {0x0301, "RSA+SHA224"},
    {0x0302, "DSA+SHA224"},
    {0x0303, "ECDSA+SHA224"},
    {0x0401, "RSA+SHA256"},
    {0x0402, "DSA+SHA256"},
    {0x0403, "ECDSA+SHA256"},
    {0x0501, "RSA+SHA384"},
    {0x0502, "DSA+SHA384"},
    {0x0503, "ECDSA+SHA384"},
    {0x0601, "RSA+SHA512"},
    {0x0602, "DSA+SHA512"},
    {0x0603, "ECDSA+SHA512"},
    {0x0804, "rsa_pss_rsae_sha256"},
    {0x0805, "rsa_pss_rsae_sha384"},
    {0x0806, "rsa_pss_rsae_sha512"},
    {0x0807, "ed25519"},
    {0x0808, "ed448"},
    {0x0809, "rsa_pss_pss_sha256"},
    {0x080a, "rsa_pss_pss_sha384"},
    {0x080b, "rsa_pss_pss_sha512"},
    {0},
};

static const char *word_of(const struct word *table, uint16_t number)
{
	for (; table->word; table++)
		if (table->number == number)
			return table->word;
	return NULL;
}

/* Every suite up to TLS 1.2 that the library was built with; kept, since building it is slow. */
static const STACK_OF(SSL_CIPHER) * all_suites(void)
{
	static SSL_CTX *ctx;

	if (!ctx) {
		start_library();
		ctx = SSL_CTX_new(TLS_method());
		if (!ctx)
			return NULL;
		use_mild_security(ctx);
		SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL");
	}
	return SSL_CTX_get_ciphers(ctx);
}

static const char *old_suite(uint16_t number)
{
	const STACK_OF(SSL_CIPHER) *all = all_suites();

	for (int i = 0; all && i < sk_SSL_CIPHER_num(all); i++) {
		const SSL_CIPHER *cipher = sk_SSL_CIPHER_value(all, i);

		if (SSL_CIPHER_get_protocol_id(cipher) == number && !word_of(suites_1_3, number))
			return SSL_CIPHER_get_name(cipher);
	}
	return NULL;
}

static bool has_suite_1_3(uint16_t number)
{
	const char *word = word_of(suites_1_3, number);
	SSL_CTX *ctx = word ? SSL_CTX_new(TLS_method()) : NULL;
	bool has = ctx && SSL_CTX_set_ciphersuites(ctx, word);

	SSL_CTX_free(ctx);
	ERR_clear_error();
	return has;
}

bool tls_has_suite(uint16_t suite)
{
	start_library();
	return old_suite(suite) || has_suite_1_3(suite);
}

/* --- options --- */

static void join(struct buf *list, const char *word)
{
	if (list->n)
		buf_putc(list, ':');
	buf_puts(list, word);
}

struct suite_lists {
	struct buf old, new;
};

static struct suite_lists suite_lists(const uint16_t *suites)
{
	struct suite_lists lists = {0};

	for (; *suites; suites++) {
		const char *new = word_of(suites_1_3, *suites),
		           *old = new ? NULL : old_suite(*suites);

		if (new &&has_suite_1_3(*suites))
			join(&lists.new, new);
		if (old)
			join(&lists.old, old);
	}
	return lists;
}

static bool set_versions(SSL_CTX *ctx, uint16_t least, uint16_t most)
{
	return SSL_CTX_set_min_proto_version(ctx, least ? least : TLS1_VERSION) &&
	       SSL_CTX_set_max_proto_version(ctx, most ? most : TLS1_3_VERSION);
}

/* A version without a suite of its own cannot be spoken: the range shrinks. */
static bool set_suites_of(SSL_CTX *ctx, const struct suite_lists *lists, uint16_t least,
                          uint16_t most)
{
	if (!lists->old.n)
		least = TLS1_3_VERSION;
	if (!lists->new.n && (!most || most > TLS1_2_VERSION))
		most = TLS1_2_VERSION;
	if (most && least > most)
		return false;
	return set_versions(ctx, least, most) &&
	       (!lists->old.n || SSL_CTX_set_cipher_list(ctx, lists->old.bytes)) &&
	       SSL_CTX_set_ciphersuites(ctx, lists->new.n ? lists->new.bytes : "");
}

static bool set_suites(SSL_CTX *ctx, const uint16_t *suites, uint16_t least, uint16_t most)
{
	if (!suites)
		return set_versions(ctx, least, most);

	struct suite_lists lists = suite_lists(suites);
	bool is_set = set_suites_of(ctx, &lists, least, most);

	buf_fini(&lists.old);
	buf_fini(&lists.new);
	return is_set;
}

static int set_groups(SSL_CTX *ctx, const char *list)
{
	return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0, (void *)(uintptr_t)list);
}

static int set_signatures(SSL_CTX *ctx, const char *list)
{
	return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SIGALGS_LIST, 0, (void *)(uintptr_t)list);
}

/* Each word is tried alone, since one that the library lacks would spoil the whole list. */
static bool set_known(SSL_CTX *ctx, int (*set)(SSL_CTX *, const char *), const struct word *table,
                      const uint16_t *numbers)
{
	struct buf list = {0};
	bool is_set = true;

	for (; numbers && *numbers; numbers++) {
		const char *word = word_of(table, *numbers);

		if (word && set(ctx, word))
			join(&list, word);
	}
	if (list.n)
		is_set = set(ctx, list.bytes);
	ERR_clear_error();
	buf_fini(&list);
	return is_set;
}

/* --- certificate and key of a server --- */

static int no_password(char *out, int n, int is_writing, void *context)
{
	(void)out, (void)n, (void)is_writing, (void)context; /* never ask on the terminal */
	return 0;
}

static bool use_chain(SSL_CTX *ctx, BIO *pem)
{
	X509 *own = PEM_read_bio_X509(pem, NULL, no_password, NULL), *above;
	bool is_used = own && SSL_CTX_use_certificate(ctx, own) == 1;

	X509_free(own);
	while (is_used && (above = PEM_read_bio_X509(pem, NULL, no_password, NULL))) {
		is_used = SSL_CTX_add0_chain_cert(ctx, above) == 1;
		if (!is_used)
			X509_free(above);
	}
	ERR_clear_error(); /* the end of the text counts as an error */
	return is_used;
}

static bool use_key(SSL_CTX *ctx, BIO *pem)
{
	EVP_PKEY *key = PEM_read_bio_PrivateKey(pem, NULL, no_password, NULL);
	bool is_used = key && SSL_CTX_use_PrivateKey(ctx, key) == 1 &&
	               SSL_CTX_check_private_key(ctx) == 1;

	EVP_PKEY_free(key);
	return is_used;
}

static bool use_pem(SSL_CTX *ctx, const char *text, bool (*use)(SSL_CTX *, BIO *))
{
	BIO *pem = text ? BIO_new_mem_buf(text, -1) : NULL;
	bool is_used = pem && use(ctx, pem);

	BIO_free(pem);
	return is_used;
}

static int any_certificate(int is_fine, X509_STORE_CTX *store)
{
	(void)is_fine, (void)store;
	return 1;
}

/* --- a session --- */

static void hear_key(const SSL *ssl, const char *line)
{
	const struct tls *tls = SSL_get_app_data(ssl);

	if (tls->on_key)
		tls->on_key(tls->key_context, line);
}

/* The level stands in the upper byte, the description in the lower one. */
static void on_event(const SSL *ssl, int where, int value)
{
	struct tls *tls = SSL_get_app_data(ssl);

	if ((where & SSL_CB_WRITE_ALERT) != SSL_CB_WRITE_ALERT || value >> 8 != SSL3_AL_FATAL)
		return;
	tls->has_alerted = true;
	tls->alert = (uint8_t)value;
}

int tls_alert_sent(const struct tls *tls)
{
	return tls->has_alerted ? tls->alert : -1;
}

static SSL_CTX *context_new(const SSL_METHOD *method)
{
	start_library();

	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx)
		return NULL;
	use_mild_security(ctx);
	SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_NO_TICKET |
	                             SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
	                             SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_keylog_callback(ctx, hear_key);
	return ctx;
}

/* Takes over the context; NULL, and all freed, when anything is missing. */
static struct tls *session_new(SSL_CTX *ctx, bool is_fit)
{
	struct tls *tls = calloc(1, sizeof *tls);

	if (!tls) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	tls->ctx = ctx;
	tls->ssl = is_fit ? SSL_new(ctx) : NULL;
	tls->in = BIO_new(BIO_s_mem());
	tls->out = BIO_new(BIO_s_mem());
	ERR_clear_error();
	if (!tls->ssl || !tls->in || !tls->out) {
		BIO_free(tls->in);
		BIO_free(tls->out);
		SSL_free(tls->ssl);
		SSL_CTX_free(ctx);
		free(tls);
		return NULL;
	}
	SSL_set_bio(tls->ssl, tls->in, tls->out);
	SSL_set_app_data(tls->ssl, tls);
	SSL_set_info_callback(tls->ssl, on_event);
	return tls;
}

/* The library's macro loses a const on the way. */
static void name_server(SSL *ssl, const char *name)
{
	SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
	         (void *)(uintptr_t)name);
}

/* Only noted: a client that has no certificate goes on without one. */
static int on_certificate_request(SSL *ssl, X509 **certificate, EVP_PKEY **key)
{
	struct tls *tls = SSL_get_app_data(ssl);

	(void)certificate;
	(void)key;
	tls->was_asked = true;
	return 0;
}

bool tls_was_asked_for_certificate(const struct tls *tls)
{
	return tls->was_asked;
}

struct tls *tls_client_new(const struct tls_client_options *o)
{
	SSL_CTX *ctx = context_new(TLS_client_method());
	bool is_fit = ctx && set_suites(ctx, o->suites, o->least, o->most) &&
	              set_known(ctx, set_groups, groups, o->groups) &&
	              set_known(ctx, set_signatures, signatures, o->signatures);
	struct tls *tls = session_new(ctx, is_fit);

	if (!tls)
		return NULL;
	/* Whom to trust is a finding of its own; the handshake shall go on. */
	SSL_set_verify(tls->ssl, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_client_cert_cb(tls->ctx, on_certificate_request);
	if (o->server_name)
		name_server(tls->ssl, o->server_name);
	ERR_clear_error();
	SSL_set_connect_state(tls->ssl);
	return tls;
}

struct tls *tls_server_new(const struct tls_server_options *o)
{
	SSL_CTX *ctx = context_new(TLS_server_method());
	bool is_fit = ctx && set_suites(ctx, o->suites, o->least, o->most) &&
	              use_pem(ctx, o->certificate_pem, use_chain) &&
	              use_pem(ctx, o->key_pem, use_key);

	if (is_fit) {
		SSL_CTX_set_dh_auto(ctx, 1);
		if (o->wants_client_certificate)
			SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, any_certificate);
	}

	struct tls *tls = session_new(ctx, is_fit);

	if (tls)
		SSL_set_accept_state(tls->ssl);
	return tls;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	SSL_free(tls->ssl);
	SSL_CTX_free(tls->ctx);
	free(tls);
}

/* --- bytes --- */

static void drain(struct tls *tls, struct buf *out)
{
	char bytes[4096];
	int n;

	while ((n = BIO_read(tls->out, bytes, sizeof bytes)) > 0)
		buf_put(out, bytes, (size_t)n);
}

static enum tls_state fail(struct tls *tls)
{
	unsigned long code = ERR_peek_error();
	const char *words = code ? ERR_reason_error_string(code) : NULL;

	strncpy(tls->error, words ? words : "unknown error", sizeof tls->error - 1);
	ERR_clear_error();
	return tls->state = TLS_FAILED;
}

static enum tls_state judge(struct tls *tls, int result)
{
	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return tls->state;
	case SSL_ERROR_ZERO_RETURN:
		return tls->state = TLS_CLOSED;
	default:
		return fail(tls);
	}
}

static enum tls_state shake_hands(struct tls *tls)
{
	ERR_clear_error();

	int result = SSL_do_handshake(tls->ssl);

	return result == 1 ? (tls->state = TLS_UP) : judge(tls, result);
}

static enum tls_state read_plain(struct tls *tls, struct buf *plain)
{
	char bytes[4096];
	int n;

	ERR_clear_error();
	while ((n = SSL_read(tls->ssl, bytes, sizeof bytes)) > 0)
		buf_put(plain, bytes, (size_t)n);
	return judge(tls, n);
}

enum tls_state tls_feed(struct tls *tls, const void *bytes, size_t n, struct buf *out,
                        struct buf *plain)
{
	if (tls->state == TLS_FAILED || tls->state == TLS_CLOSED)
		return tls->state;

	size_t written;

	if (n && !BIO_write_ex(tls->in, bytes, n, &written))
		return fail(tls);
	if (tls->state == TLS_HANDSHAKE)
		shake_hands(tls);
	if (tls->state == TLS_UP)
		read_plain(tls, plain);
	drain(tls, out);
	return tls->state;
}

enum tls_state tls_begin(struct tls *tls, struct buf *out)
{
	if (tls->state == TLS_HANDSHAKE)
		shake_hands(tls);
	drain(tls, out);
	return tls->state;
}

void tls_write(struct tls *tls, const void *bytes, size_t n, struct buf *out)
{
	size_t written;

	ERR_clear_error();
	if (tls->state == TLS_UP && n && SSL_write_ex(tls->ssl, bytes, n, &written) != 1)
		fail(tls);
	drain(tls, out);
}

void tls_shut(struct tls *tls, struct buf *out)
{
	ERR_clear_error();
	if (tls->state == TLS_UP || tls->state == TLS_CLOSED)
		SSL_shutdown(tls->ssl);
	ERR_clear_error();
	drain(tls, out);
	if (tls->state == TLS_UP)
		tls->state = TLS_CLOSED;
}

enum tls_state tls_state(const struct tls *tls)
{
	return tls->state;
}

const char *tls_error(const struct tls *tls)
{
	return tls->error;
}

/* --- the peer's certificates --- */

static X509 *peer_certificate(struct tls *tls, size_t i)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(tls->ssl);

	if (i == 0)
		return SSL_get0_peer_certificate(tls->ssl);
	if (SSL_is_server(tls->ssl))
		i--; /* there the chain starts above the peer's own */
	return chain && i < (size_t)sk_X509_num(chain) ? sk_X509_value(chain, (int)i) : NULL;
}

bool tls_peer_certificate(struct tls *tls, size_t i, struct buf *der)
{
	const X509 *certificate = peer_certificate(tls, i);
	unsigned char *bytes = NULL;
	int n = certificate ? i2d_X509(certificate, &bytes) : -1;

	if (n > 0)
		buf_put(der, bytes, (size_t)n);
	OPENSSL_free(bytes);
	ERR_clear_error();
	return n > 0;
}

/* --- whom this computer trusts --- */

static bool is_in(X509_STORE *store, const X509 *certificate)
{
	X509_STORE_CTX *look = X509_STORE_CTX_new();
	X509_OBJECT *found = NULL;

	if (look && X509_STORE_CTX_init(look, store, NULL, NULL) == 1)
		found = X509_STORE_CTX_get_obj_by_subject(look, X509_LU_X509,
		                                          X509_get_subject_name(certificate));
	X509_OBJECT_free(found);
	X509_STORE_CTX_free(look);
	return found;
}

static bool is_next_in(X509_STORE *store, BIO *pem)
{
	X509 *next = pem ? PEM_read_bio_X509(pem, NULL, no_password, NULL) : NULL;
	bool is_there = next && is_in(store, next);

	X509_free(next);
	BIO_free(pem);
	return is_there;
}

#define TAIL_BYTES 16384 /* holds the last certificate of any list of roots */

/* The last certificate of the file and what is behind it; NULL when there is none. */
static BIO *last_of(const char *path)
{
	static const char begin[] = "-----BEGIN ";
	char *tail = calloc(1, TAIL_BYTES + 1), *last = NULL;
	FILE *file = fopen(path, "rb");
	BIO *pem = NULL;

	if (file && tail) {
		if (fseek(file, -TAIL_BYTES, SEEK_END) != 0)
			rewind(file);
		tail[fread(tail, 1, TAIL_BYTES, file)] = '\0';
		for (char *at = tail; (at = strstr(at, begin)); at += sizeof begin - 1)
			last = at;
	}
	if (last && (pem = BIO_new(BIO_s_mem())))
		BIO_puts(pem, last);
	if (file)
		fclose(file);
	free(tail);
	return pem;
}

/* Where the folder knows the first and the last certificate of the file, it is the file's index. */
static bool is_index_of(X509_STORE *folder, const char *path)
{
	return is_next_in(folder, BIO_new_file(path, "rb")) && is_next_in(folder, last_of(path));
}

static const char *chosen(const char *variable, const char *usual)
{
	const char *own = getenv(variable);

	return own && *own ? own : usual;
}

/*
 * The system's folder of roots is looked into by name and at once; the file with all of them takes
 * 30 ms to read, during which nothing else is heard. A self-made certificate that somebody trusts
 * is in the folder too.
 */
static bool load_files(X509_STORE *store, X509 *leaf)
{
	const char *folder = chosen(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()),
	           *file = chosen(X509_get_default_cert_file_env(), X509_get_default_cert_file());
	bool has_folder = X509_STORE_load_path(store, folder) == 1;

	if (has_folder && (X509_self_signed(leaf, 0) == 1 || is_index_of(store, file)))
		return true;
	return X509_STORE_set_default_paths(store) == 1;
}

static void take_root(void *context, const uint8_t *der, size_t n)
{
	X509 *root = d2i_X509(NULL, &der, (long)n);

	if (root)
		X509_STORE_add_cert(context, root);
	X509_free(root);
}

/* Who names files means them, even where the system has a store of its own. */
static bool load_roots(X509_STORE *store, X509 *leaf)
{
	if (!*chosen(X509_get_default_cert_dir_env(), "") &&
	    !*chosen(X509_get_default_cert_file_env(), "") && os_each_root(take_root, store))
		return true;
	return load_files(store, leaf);
}

static bool verify(X509_STORE *store, X509_STORE_CTX *check, struct tls *tls, int64_t now_s)
{
	if (!load_roots(store, peer_certificate(tls, 0)) ||
	    X509_STORE_CTX_init(check, store, peer_certificate(tls, 0),
	                        SSL_get_peer_cert_chain(tls->ssl)) != 1)
		return false;
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(check), (time_t)now_s);
	/* Weak keys and digests are findings of their own. */
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(check), 0);
	return X509_verify_cert(check) == 1;
}

bool tls_peer_is_trusted(struct tls *tls, int64_t now_s)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *check = X509_STORE_CTX_new();
	bool is_trusted = peer_certificate(tls, 0) && store && check &&
	                  verify(store, check, tls, now_s);

	X509_STORE_CTX_free(check);
	X509_STORE_free(store);
	ERR_clear_error();
	return is_trusted;
}

void tls_on_key(struct tls *tls, tls_key_line *line, void *context)
{
	tls->on_key = line;
	tls->key_context = context;
}
