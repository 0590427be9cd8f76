#include "read/tls_guard.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "wire/tls_record.h"

#define NUMBERS_MAX 16

/* --- suites --- */

enum mode { CBC, AEAD, CCM };

struct tls_protection {
	enum mode mode;
	const char *cipher;
	uint8_t n_key, n_block; /* n_block: CBC */
	uint8_t n_tag, n_mac;
	uint8_t n_explicit; /* bytes of the nonce that stand in the record, up to TLS 1.2 */
	const char *mac;    /* digest of the MAC; NULL: an AEAD */
	const char *hash;   /* of the PRF of TLS 1.2, and of all secrets of TLS 1.3 */
	uint16_t suites[NUMBERS_MAX];
};

/* IANA TLS Cipher Suites. */
static const struct tls_protection protections[] = {
    {.mode = CBC,
     .cipher = "AES-128-CBC",
     .n_key = 16,
     .n_block = 16,
     .n_mac = 20,
     .mac = "SHA1",
     .hash = "SHA256",
     .suites = {0x002F, 0x0030, 0x0031, 0x0032, 0x0033, 0x0034, 0xC004, 0xC009, 0xC00E, 0xC013,
                0xC018}},
    {.mode = CBC,
     .cipher = "AES-256-CBC",
     .n_key = 32,
     .n_block = 16,
     .n_mac = 20,
     .mac = "SHA1",
     .hash = "SHA256",
     .suites = {0x0035, 0x0036, 0x0037, 0x0038, 0x0039, 0x003A, 0xC005, 0xC00A, 0xC00F, 0xC014,
                0xC019}},
    {.mode = CBC,
     .cipher = "DES-EDE3-CBC",
     .n_key = 24,
     .n_block = 8,
     .n_mac = 20,
     .mac = "SHA1",
     .hash = "SHA256",
     .suites = {0x000A, 0x000D, 0x0010, 0x0013, 0x0016, 0x001B, 0xC003, 0xC008, 0xC00D, 0xC012,
                0xC017}},
    {.mode = CBC,
     .cipher = "AES-128-CBC",
     .n_key = 16,
     .n_block = 16,
     .n_mac = 32,
     .mac = "SHA256",
     .hash = "SHA256",
     .suites = {0x003C, 0x003E, 0x003F, 0x0040, 0x0067, 0x006C, 0xC023, 0xC025, 0xC027, 0xC029}},
    {.mode = CBC,
     .cipher = "AES-256-CBC",
     .n_key = 32,
     .n_block = 16,
     .n_mac = 32,
     .mac = "SHA256",
     .hash = "SHA256",
     .suites = {0x003D, 0x0068, 0x0069, 0x006A, 0x006B, 0x006D}},
    {.mode = CBC,
     .cipher = "AES-256-CBC",
     .n_key = 32,
     .n_block = 16,
     .n_mac = 48,
     .mac = "SHA384",
     .hash = "SHA384",
     .suites = {0xC024, 0xC026, 0xC028, 0xC02A}},
    {.mode = AEAD,
     .cipher = "AES-128-GCM",
     .n_key = 16,
     .n_tag = 16,
     .n_explicit = 8,
     .hash = "SHA256",
     .suites = {0x009C, 0x009E, 0x00A0, 0x00A2, 0x00A4, 0x00A6, 0xC02B, 0xC02D, 0xC02F, 0xC031,
                0x1301}},
    {.mode = AEAD,
     .cipher = "AES-256-GCM",
     .n_key = 32,
     .n_tag = 16,
     .n_explicit = 8,
     .hash = "SHA384",
     .suites = {0x009D, 0x009F, 0x00A1, 0x00A3, 0x00A5, 0x00A7, 0xC02C, 0xC02E, 0xC030, 0xC032,
                0x1302}},
    {.mode = AEAD,
     .cipher = "ChaCha20-Poly1305",
     .n_key = 32,
     .n_tag = 16,
     .hash = "SHA256",
     .suites = {0xCCA8, 0xCCA9, 0xCCAA, 0x1303}},
    {.mode = CCM,
     .cipher = "AES-128-CCM",
     .n_key = 16,
     .n_tag = 16,
     .n_explicit = 8,
     .hash = "SHA256",
     .suites = {0xC09C, 0xC09E, 0xC0AC, 0x1304}},
    {.mode = CCM,
     .cipher = "AES-256-CCM",
     .n_key = 32,
     .n_tag = 16,
     .n_explicit = 8,
     .hash = "SHA256",
     .suites = {0xC09D, 0xC09F, 0xC0AD}},
    {.mode = CCM,
     .cipher = "AES-128-CCM",
     .n_key = 16,
     .n_tag = 8,
     .n_explicit = 8,
     .hash = "SHA256",
     .suites = {0xC0A0, 0xC0A2, 0xC0AE, 0x1305}},
    {.mode = CCM,
     .cipher = "AES-256-CCM",
     .n_key = 32,
     .n_tag = 8,
     .n_explicit = 8,
     .hash = "SHA256",
     .suites = {0xC0A1, 0xC0A3, 0xC0AF}},
};

static const struct tls_protection *protection_of(uint16_t suite)
{
	for (size_t i = 0; i < sizeof protections / sizeof *protections; i++)
		for (const uint16_t *s = protections[i].suites; *s; s++)
			if (*s == suite)
				return &protections[i];
	return NULL;
}

/* --- keys --- */

static OSSL_PARAM bytes_param(const char *name, const void *bytes, size_t n)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)bytes, n);
}

static OSSL_PARAM word_param(const char *name, const char *word)
{
	return OSSL_PARAM_construct_utf8_string(name, (char *)(uintptr_t)word, 0);
}

static bool derive(const char *name, const OSSL_PARAM *params, uint8_t *out, size_t n)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, name, NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	bool is_made = ctx && EVP_KDF_derive(ctx, out, n, params) == 1;

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	ERR_clear_error();
	return is_made;
}

/* PRF(master_secret, "key expansion", server_random + client_random), RFC 5246 6.3. */
static bool expand_master(const struct tls_agreed *agreed, const char *digest,
                          const uint8_t *master, uint8_t *out, size_t n)
{
	static const char label[] = "key expansion";
	uint8_t seed[sizeof label - 1 + 64];
	OSSL_PARAM params[4];

	memcpy(seed, label, sizeof label - 1);
	memcpy(seed + sizeof label - 1, agreed->random[S2C], 32);
	memcpy(seed + sizeof label - 1 + 32, agreed->random[C2S], 32);
	params[0] = word_param(OSSL_KDF_PARAM_DIGEST, digest);
	params[1] = bytes_param(OSSL_KDF_PARAM_SECRET, master, TLS_MASTER_SIZE);
	params[2] = bytes_param(OSSL_KDF_PARAM_SEED, seed, sizeof seed);
	params[3] = OSSL_PARAM_construct_end();
	return derive("TLS1-PRF", params, out, n);
}

/* HKDF-Expand-Label(Secret, Label, "", Length), RFC 8446 7.1. */
static bool expand_label(const char *digest, const uint8_t *secret, size_t n_secret,
                         const char *label, uint8_t *out, size_t n)
{
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	size_t n_label = strlen(label);
	uint8_t info[32] = {0, (uint8_t)n, (uint8_t)(6 + n_label), 't', 'l', 's', '1', '3', ' '};
	OSSL_PARAM params[5];

	memcpy(info + 9, label, n_label); /* and a byte of zero: no context */
	params[0] = word_param(OSSL_KDF_PARAM_DIGEST, digest);
	params[1] = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode);
	params[2] = bytes_param(OSSL_KDF_PARAM_KEY, secret, n_secret);
	params[3] = bytes_param(OSSL_KDF_PARAM_INFO, info, 9 + n_label + 1);
	params[4] = OSSL_PARAM_construct_end();
	return derive("HKDF", params, out, n);
}

static bool begin(struct tls_guard *g, uint16_t version, uint16_t suite)
{
	const struct tls_protection *how = protection_of(suite);

	*g = (struct tls_guard){.version = version, .suite = suite};
	if (!how || (suite >> 8 == 0x13) != (version == 0x0304))
		return false;
	g->cipher = EVP_CIPHER_fetch(NULL, how->cipher, NULL);
	ERR_clear_error();
	if (!g->cipher)
		return false;
	g->how = how;
	return true;
}

/* Where a nonce is not built of two parts it is fixed in whole: ChaCha20-Poly1305. */
static size_t n_fixed_iv(const struct tls_protection *how, uint16_t version)
{
	if (how->mode == CBC)
		return version == 0x0301 ? how->n_block : 0;
	return how->n_explicit ? 4 : 12;
}

/* The block holds both sides' MAC keys, keys and IVs, the client's first each. */
static void cut_block(struct tls_guard *g, const uint8_t *block, enum direction dir)
{
	const struct tls_protection *how = g->how;
	size_t n_iv = n_fixed_iv(how, g->version), mine = dir == C2S ? 0 : 1;

	memcpy(g->mac_key, block + mine * how->n_mac, how->n_mac);
	block += 2 * (size_t)how->n_mac;
	memcpy(g->key, block + mine * how->n_key, how->n_key);
	block += 2 * (size_t)how->n_key;
	memcpy(g->iv, block + mine * n_iv, n_iv);
}

bool tls_guard_of_master(struct tls_guard *g, const struct tls_agreed *agreed, enum direction dir,
                         const uint8_t master[TLS_MASTER_SIZE])
{
	uint8_t block[2 * (48 + 32 + 16)];

	if (agreed->version < 0x0301 || agreed->version > 0x0303 ||
	    !begin(g, agreed->version, agreed->suite))
		return false;

	const struct tls_protection *how = g->how;
	size_t n = 2 * (how->n_mac + how->n_key + n_fixed_iv(how, g->version));
	const char *digest = g->version < 0x0303 ? "MD5-SHA1" : how->hash;
	bool is_made = expand_master(agreed, digest, master, block, n);

	g->is_mac_last = agreed->is_mac_last && how->mode == CBC;
	if (is_made)
		cut_block(g, block, dir);
	else
		tls_guard_fini(g);
	OPENSSL_cleanse(block, sizeof block);
	return is_made;
}

static size_t n_hash(const struct tls_protection *how)
{
	return strcmp(how->hash, "SHA384") == 0 ? 48 : 32;
}

bool tls_guard_of_secret(struct tls_guard *g, uint16_t suite, const uint8_t *secret, size_t n)
{
	if (!begin(g, 0x0304, suite))
		return false;
	if (n != n_hash(g->how) ||
	    !expand_label(g->how->hash, secret, n, "key", g->key, g->how->n_key) ||
	    !expand_label(g->how->hash, secret, n, "iv", g->iv, 12)) {
		tls_guard_fini(g);
		return false;
	}
	memcpy(g->secret, secret, n);
	g->n_secret = n;
	return true;
}

bool tls_guard_after(const struct tls_guard *g, struct tls_guard *out)
{
	uint8_t secret[TLS_SECRET_MAX];
	bool is_made = g->how && g->n_secret &&
	               expand_label(g->how->hash, g->secret, g->n_secret, "traffic upd", secret,
	                            g->n_secret) &&
	               tls_guard_of_secret(out, g->suite, secret, g->n_secret);

	OPENSSL_cleanse(secret, sizeof secret);
	return is_made;
}

void tls_guard_fini(struct tls_guard *g)
{
	EVP_CIPHER_free(g->cipher);
	OPENSSL_cleanse(g, sizeof *g);
}

/* --- one record --- */

#define N_AAD 13 /* seq_num, type, version, length: RFC 5246 6.2.3.1, 6.2.3.3 */

static void put_be(uint8_t *out, uint64_t v, size_t n)
{
	for (size_t i = n; i > 0; i--, v >>= 8)
		out[i - 1] = (uint8_t)v;
}

static void put_aad(const struct tls_guard *g, const uint8_t *record, size_t n, uint8_t out[N_AAD])
{
	put_be(out, g->next, 8);
	memcpy(out + 8, record, 3);
	put_be(out + 11, n, 2);
}

static void nonce_of(const struct tls_guard *g, const uint8_t *explicit, uint8_t out[12])
{
	uint8_t seq[8];

	memcpy(out, g->iv, 12);
	if (explicit) {
		memcpy(out + 4, explicit, g->how->n_explicit);
		return;
	}
	put_be(seq, g->next, 8);
	for (size_t i = 0; i < 8; i++)
		out[4 + i] ^= seq[i];
}

struct sealed {
	uint8_t nonce[12];
	const uint8_t *aad, *bytes, *tag;
	size_t n_aad, n;
};

static bool set_up(const struct tls_guard *g, EVP_CIPHER_CTX *ctx, const struct sealed *s)
{
	int n;

	return EVP_DecryptInit_ex2(ctx, g->cipher, NULL, NULL, NULL) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, g->how->n_tag,
	                           (void *)(uintptr_t)s->tag) == 1 &&
	       EVP_DecryptInit_ex2(ctx, NULL, g->key, s->nonce, NULL) == 1 &&
	       (g->how->mode != CCM || EVP_DecryptUpdate(ctx, NULL, &n, NULL, (int)s->n) == 1) &&
	       EVP_DecryptUpdate(ctx, NULL, &n, s->aad, (int)s->n_aad) == 1;
}

/* CCM is done with its one update, and has nothing to say about an empty text. */
static bool unseal(const struct tls_guard *g, const struct sealed *s, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t none = 0;
	int n = 0;
	bool is_open = ctx && set_up(g, ctx, s) &&
	               (!(s->n || g->how->mode == CCM) ||
	                EVP_DecryptUpdate(ctx, out, &n, s->n ? s->bytes : &none, (int)s->n) == 1) &&
	               (g->how->mode == CCM || EVP_DecryptFinal_ex(ctx, out + n, &n) == 1);

	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return is_open;
}

static bool open_aead(const struct tls_guard *g, const uint8_t *record, size_t n, uint8_t *scratch,
                      struct tls_plain *out)
{
	bool is_13 = g->version == 0x0304;
	size_t n_explicit = is_13 ? 0 : g->how->n_explicit;
	const uint8_t *fragment = record + TLS_RECORD_HEADER;
	uint8_t aad[N_AAD];
	struct sealed s = {.aad = is_13 ? record : aad, .n_aad = is_13 ? TLS_RECORD_HEADER : N_AAD};

	n -= TLS_RECORD_HEADER;
	if (n < n_explicit + g->how->n_tag)
		return false;
	s.n = n - n_explicit - g->how->n_tag;
	s.bytes = fragment + n_explicit;
	s.tag = s.bytes + s.n;
	nonce_of(g, n_explicit ? fragment : NULL, s.nonce);
	put_aad(g, record, s.n, aad);
	if (!unseal(g, &s, scratch))
		return false;
	*out = (struct tls_plain){.type = record[0], .bytes = scratch, .n = s.n};
	return true;
}

/* TLSInnerPlaintext: content, its type, zeros (RFC 8446 5.4). */
static bool open_inner(struct tls_plain *p)
{
	while (p->n && p->bytes[p->n - 1] == 0)
		p->n--;
	if (!p->n)
		return false;
	p->type = p->bytes[--p->n];
	return true;
}

static bool is_mac_right(const struct tls_guard *g, const uint8_t *bytes, size_t n,
                         const uint8_t *mac)
{
	uint8_t made[EVP_MAX_MD_SIZE];
	unsigned n_made = 0;
	const EVP_MD *digest = EVP_get_digestbyname(g->how->mac);

	return digest && HMAC(digest, g->mac_key, g->how->n_mac, bytes, n, made, &n_made) &&
	       n_made == g->how->n_mac && CRYPTO_memcmp(made, mac, n_made) == 0;
}

static bool decrypt_cbc(const struct tls_guard *g, const uint8_t *iv, const uint8_t *bytes,
                        size_t n, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n_out = 0;
	bool is_open = ctx && EVP_DecryptInit_ex2(ctx, g->cipher, g->key, iv, NULL) == 1 &&
	               EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	               EVP_DecryptUpdate(ctx, out, &n_out, bytes, (int)n) == 1 &&
	               (size_t)n_out == n;

	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return is_open;
}

/* RFC 5246 6.2.3.2: each byte of padding holds its length. */
static bool take_padding_off(struct tls_plain *p)
{
	size_t n_padding = p->n ? (size_t)p->bytes[p->n - 1] + 1 : SIZE_MAX;

	if (n_padding > p->n)
		return false;
	for (size_t i = p->n - n_padding; i < p->n; i++)
		if (p->bytes[i] != n_padding - 1)
			return false;
	p->n -= n_padding;
	return true;
}

/* RFC 7366 3: the MAC is over what is seen, the IV included. */
static bool is_outer_mac_right(const struct tls_guard *g, const uint8_t *record, size_t *n,
                               uint8_t *scratch)
{
	size_t n_inside = *n - TLS_RECORD_HEADER;

	if (n_inside < g->how->n_mac)
		return false;
	n_inside -= g->how->n_mac;
	put_aad(g, record, n_inside, scratch);
	memcpy(scratch + N_AAD, record + TLS_RECORD_HEADER, n_inside);
	*n -= g->how->n_mac;
	return is_mac_right(g, scratch, N_AAD + n_inside, record + *n);
}

/* The room in front of the text takes what the MAC covers besides. */
static bool is_inner_mac_right(const struct tls_guard *g, const uint8_t *record,
                               struct tls_plain *p)
{
	if (p->n < g->how->n_mac)
		return false;
	p->n -= g->how->n_mac;
	put_aad(g, record, p->n, p->bytes - N_AAD);
	return is_mac_right(g, p->bytes - N_AAD, N_AAD + p->n, p->bytes + p->n);
}

static bool open_cbc(struct tls_guard *g, const uint8_t *record, size_t n, uint8_t *scratch,
                     struct tls_plain *out)
{
	size_t n_block = g->how->n_block, n_iv = g->version == 0x0301 ? 0 : n_block;
	const uint8_t *bytes = record + TLS_RECORD_HEADER + n_iv;

	if (g->is_mac_last && !is_outer_mac_right(g, record, &n, scratch))
		return false;
	if (n < TLS_RECORD_HEADER + n_iv + n_block)
		return false;
	n -= TLS_RECORD_HEADER + n_iv;
	*out = (struct tls_plain){.type = record[0], .bytes = scratch + 16, .n = n};
	if (n % n_block || !decrypt_cbc(g, n_iv ? bytes - n_iv : g->iv, bytes, n, out->bytes) ||
	    !take_padding_off(out))
		return false;
	return g->is_mac_last || is_inner_mac_right(g, record, out);
}

/* TLS 1.0: the last block that was seen is the IV of the next record, whatever it held. */
static void chain(struct tls_guard *g, const uint8_t *record, size_t n)
{
	size_t n_block = g->how->n_block, n_mac = g->is_mac_last ? g->how->n_mac : 0;

	if (g->how->mode == CBC && g->version == 0x0301 && n >= TLS_RECORD_HEADER + n_block + n_mac)
		memcpy(g->iv, record + n - n_mac - n_block, n_block);
}

void tls_guard_pass(struct tls_guard *g, const uint8_t *record, size_t n)
{
	if (g->how)
		chain(g, record, n);
	g->next++;
}

bool tls_guard_open(struct tls_guard *g, const uint8_t *record, size_t n,
                    uint8_t scratch[TLS_GUARD_SCRATCH], struct tls_plain *out)
{
	bool is_open;

	if (!g->how || n < TLS_RECORD_HEADER || n > TLS_RECORD_HEADER + TLS_FRAGMENT_MAX)
		return false;
	if (g->how->mode == CBC)
		is_open = open_cbc(g, record, n, scratch, out);
	else
		is_open = open_aead(g, record, n, scratch, out) &&
		          (g->version != 0x0304 || open_inner(out));
	if (!is_open)
		return false;
	chain(g, record, n);
	g->next++;
	return true;
}
