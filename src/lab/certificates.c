#include "lab/certificates.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define LONG_NAME_BYTES 24000 /* stands in it twice; clients take 100 KiB at most */

/* --- keys --- */

enum key_kind { KEY_P256, KEY_RSA_2048, KEY_RSA_1024, KEY_RSA_768, KEY_ISSUER, KEY_KINDS };

static EVP_PKEY *keys[KEY_KINDS];

static EVP_PKEY *key_of(enum key_kind kind)
{
	static const unsigned rsa_bits[KEY_KINDS] = {
	    [KEY_RSA_2048] = 2048, [KEY_RSA_1024] = 1024, [KEY_RSA_768] = 768};

	if (!keys[kind])
		keys[kind] = rsa_bits[kind] ? EVP_RSA_gen(rsa_bits[kind]) : EVP_EC_gen("P-256");
	return keys[kind];
}

/* --- what each kind looks like --- */

#define OF_HOST "=" /* stands for the host's own name */

struct recipe {
	enum key_kind key;
	const char *common_name, *alternative_name; /* NULL: none */
	const char *issuer_name, *issuer_company;   /* NULL: self-made */
	const char *usage;                          /* NULL: server */
	int from_hours, to_hours;                   /* counted from now */
	bool is_sha1, is_long, has_issuer_behind;
};

#define HALF_A_YEAR .from_hours = -24 * 10, .to_hours = 24 * 170

static const struct recipe recipes[CERTIFICATE_KINDS] = {
    [CERTIFICATE_WINDOWS] = {.key = KEY_RSA_2048, .common_name = OF_HOST, HALF_A_YEAR},
    [CERTIFICATE_EXPIRED] = {.key = KEY_RSA_2048,
                             .common_name = OF_HOST,
                             .from_hours = -24 * 215,
                             .to_hours = -24 * 33 - 1},
    [CERTIFICATE_EXPIRED_TODAY] = {.key = KEY_RSA_2048,
                                   .common_name = OF_HOST,
                                   .from_hours = -24 * 182,
                                   .to_hours = -2},
    [CERTIFICATE_NOT_YET_VALID] = {.key = KEY_P256,
                                   .common_name = OF_HOST,
                                   .from_hours = 24 * 3 + 1,
                                   .to_hours = 24 * 185},
    [CERTIFICATE_OTHER_NAME] = {.key = KEY_P256,
                                .common_name = "printserver.example.test",
                                .alternative_name = "printserver.example.test",
                                HALF_A_YEAR},
    [CERTIFICATE_RSA_1024] = {.key = KEY_RSA_1024, .common_name = OF_HOST, HALF_A_YEAR},
    [CERTIFICATE_RSA_768] = {.key = KEY_RSA_768, .common_name = OF_HOST, HALF_A_YEAR},
    [CERTIFICATE_SHA1] = {.key = KEY_RSA_2048,
                          .common_name = OF_HOST,
                          .is_sha1 = true,
                          HALF_A_YEAR},
    [CERTIFICATE_P256] = {.key = KEY_P256,
                          .common_name = OF_HOST,
                          .alternative_name = OF_HOST,
                          HALF_A_YEAR},
    [CERTIFICATE_CLIENT_ONLY] = {.key = KEY_P256,
                                 .common_name = OF_HOST,
                                 .alternative_name = OF_HOST,
                                 .usage = "clientAuth",
                                 HALF_A_YEAR},
    [CERTIFICATE_NO_NAME] = {.key = KEY_P256, HALF_A_YEAR},
    [CERTIFICATE_ISSUED] = {.key = KEY_RSA_2048,
                            .common_name = OF_HOST,
                            .alternative_name = OF_HOST,
                            .issuer_name = "Example Issuing CA 1",
                            .issuer_company = "Example",
                            .has_issuer_behind = true,
                            HALF_A_YEAR},
    [CERTIFICATE_INSPECTED] = {.key = KEY_RSA_2048,
                               .common_name = OF_HOST,
                               .alternative_name = OF_HOST,
                               .issuer_name = "FortiGate CA",
                               .issuer_company = "Fortinet",
                               HALF_A_YEAR},
    [CERTIFICATE_ESCAPES] = {.key = KEY_P256,
                             .common_name = "\x1b]0;owned\x07\x1b[2J\xe2\x80\xae"
                                            "7tsoh\r\nverdict: healthy",
                             .alternative_name = "\x1b[31mhost7",
                             HALF_A_YEAR},
    [CERTIFICATE_LONG_NAME] = {.key = KEY_P256, .is_long = true, HALF_A_YEAR},
    [CERTIFICATE_WILDCARD] = {.key = KEY_RSA_2048,
                              .common_name = "*.example.test",
                              .alternative_name = "*.example.test",
                              .issuer_name = "Example Issuing CA 1",
                              .issuer_company = "Example",
                              .has_issuer_behind = true,
                              HALF_A_YEAR},
    [CERTIFICATE_EXPIRED_OTHER_NAME] = {.key = KEY_P256,
                                        .common_name = "printserver.example.test",
                                        .alternative_name = "printserver.example.test",
                                        .from_hours = -24 * 400,
                                        .to_hours = -24 * 33 - 1},
    [CERTIFICATE_ANTIVIRUS] = {.key = KEY_RSA_2048,
                               .common_name = OF_HOST,
                               .alternative_name = OF_HOST,
                               .issuer_name = "Kaspersky Anti-Virus Personal Root Certificate",
                               .issuer_company = "AO Kaspersky Lab",
                               HALF_A_YEAR},
    [CERTIFICATE_EXPIRED_ISSUED] = {.key = KEY_RSA_2048,
                                    .common_name = OF_HOST,
                                    .alternative_name = OF_HOST,
                                    .issuer_name = "Example Issuing CA 1",
                                    .issuer_company = "Example",
                                    .has_issuer_behind = true,
                                    .from_hours = -24 * 400,
                                    .to_hours = -24 * 33 - 1},
    [CERTIFICATE_COMMAND] = {.key = KEY_P256,
                             .common_name = "x; calc",
                             .alternative_name = "$(calc).example.test",
                             HALF_A_YEAR},
};

/* --- making one --- */

static bool add_entry(X509_NAME *name, int nid, const char *text, size_t n)
{
	/* The plain string type passes by the length limits of RFC 5280. */
	return X509_NAME_add_entry_by_NID(name, nid, V_ASN1_UTF8STRING, (const unsigned char *)text,
	                                  (int)n, -1, 0) == 1;
}

static bool set_long_name(X509_NAME *name)
{
	char *text = malloc(LONG_NAME_BYTES);
	bool is_set = text != NULL;

	if (text) {
		memset(text, 'h', LONG_NAME_BYTES);
		is_set = add_entry(name, NID_commonName, text, LONG_NAME_BYTES);
	}
	free(text);
	return is_set;
}

static const char *name_or(const char *text, const char *computer)
{
	return text && strcmp(text, OF_HOST) == 0 ? computer : text;
}

static bool set_subject(X509 *x, const struct recipe *r, const char *computer)
{
	const char *name = name_or(r->common_name, computer);

	if (r->is_long)
		return set_long_name(X509_get_subject_name(x));
	return !name || add_entry(X509_get_subject_name(x), NID_commonName, name, strlen(name));
}

static bool set_issuer(X509 *x, const char *name, const char *company)
{
	X509_NAME *issuer = X509_get_issuer_name(x);

	if (!name)
		return X509_set_issuer_name(x, X509_get_subject_name(x)) == 1;
	return (!company || add_entry(issuer, NID_organizationName, company, strlen(company))) &&
	       add_entry(issuer, NID_commonName, name, strlen(name));
}

static bool add_alternative_name(X509 *x, const char *text)
{
	if (!text)
		return true;

	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *dns = ASN1_IA5STRING_new();

	ASN1_STRING_set(dns, text, -1);
	GENERAL_NAME_set0_value(name, GEN_DNS, dns);
	sk_GENERAL_NAME_push(names, name);

	bool is_added = X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0) == 1;

	GENERAL_NAMES_free(names);
	return is_added;
}

static bool add_extension(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool is_added = extension && X509_add_ext(x, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return is_added;
}

static bool set_frame(X509 *x, EVP_PKEY *key, int64_t now_s, int from_hours, int to_hours)
{
	return X509_set_version(x, X509_VERSION_3) == 1 &&
	       ASN1_INTEGER_set_int64(X509_get_serialNumber(x), 0x5a17 + now_s) == 1 &&
	       ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(now_s + from_hours * 3600)) &&
	       ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(now_s + to_hours * 3600)) &&
	       X509_set_pubkey(x, key) == 1;
}

static bool fill(X509 *x, const struct recipe *r, const char *computer, int64_t now_s)
{
	EVP_PKEY *key = key_of(r->key), *signer = r->issuer_name ? key_of(KEY_ISSUER) : key;

	return key && signer && set_frame(x, key, now_s, r->from_hours, r->to_hours) &&
	       set_subject(x, r, computer) && set_issuer(x, r->issuer_name, r->issuer_company) &&
	       add_alternative_name(x, name_or(r->alternative_name, computer)) &&
	       add_extension(x, NID_key_usage,
	                     "keyEncipherment,dataEncipherment,digitalSignature") &&
	       add_extension(x, NID_ext_key_usage, r->usage ? r->usage : "serverAuth") &&
	       X509_sign(x, signer, r->is_sha1 ? EVP_sha1() : EVP_sha256()) > 0;
}

static bool fill_issuer(X509 *x, const struct recipe *r, int64_t now_s)
{
	EVP_PKEY *key = key_of(KEY_ISSUER);
	X509_NAME *subject = X509_get_subject_name(x);

	return key && set_frame(x, key, now_s, -24 * 365, 24 * 3650) &&
	       add_entry(subject, NID_organizationName, r->issuer_company,
	                 strlen(r->issuer_company)) &&
	       add_entry(subject, NID_commonName, r->issuer_name, strlen(r->issuer_name)) &&
	       set_issuer(x, NULL, NULL) &&
	       add_extension(x, NID_basic_constraints, "critical,CA:TRUE") &&
	       add_extension(x, NID_key_usage, "critical,keyCertSign,cRLSign") &&
	       X509_sign(x, key, EVP_sha256()) > 0;
}

static char *text_of(BIO *bio)
{
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);
	char *text = n > 0 ? calloc(1, (size_t)n + 1) : NULL;

	if (text)
		memcpy(text, bytes, (size_t)n);
	return text;
}

static bool write_chain(BIO *to, const struct recipe *r, const char *computer, int64_t now_s)
{
	X509 *own = X509_new(), *issuer = X509_new();
	bool is_written = own && issuer && fill(own, r, computer, now_s) &&
	                  PEM_write_bio_X509(to, own) == 1;

	if (is_written && r->has_issuer_behind)
		is_written = fill_issuer(issuer, r, now_s) && PEM_write_bio_X509(to, issuer) == 1;
	X509_free(own);
	X509_free(issuer);
	return is_written;
}

bool certificate_make(enum certificate_kind kind, const char *computer, int64_t now_s,
                      struct certificate *out)
{
	const struct recipe *r = &recipes[kind];
	BIO *chain = BIO_new(BIO_s_mem()), *key = BIO_new(BIO_s_mem());

	*out = (struct certificate){0};
	if (chain && key && write_chain(chain, r, computer, now_s) &&
	    PEM_write_bio_PrivateKey(key, key_of(r->key), NULL, NULL, 0, NULL, NULL) == 1) {
		out->certificate_pem = text_of(chain);
		out->key_pem = text_of(key);
	}
	BIO_free(chain);
	BIO_free(key);
	ERR_clear_error();
	if (out->certificate_pem && out->key_pem)
		return true;
	certificate_fini(out);
	return false;
}

void certificate_fini(struct certificate *c)
{
	free(c->certificate_pem);
	free(c->key_pem);
	*c = (struct certificate){0};
}
