#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "abuse.h"
#include "base/bytes.h"
#include "read/certificate_file.h"

#define NOW INT64_C(1783000923000000) /* 2026-07-02 */
#define DAY INT64_C(86400)

static const struct client_profile profile = {.id = "test", .rsa_bits_least = 1024};

struct got {
	struct arena arena;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints;
	bool is_read;
};

static struct got *look(const void *bytes, size_t n)
{
	static struct got got;
	struct evidence ev = {.arena = &got.arena,
	                      .name = "x.pem",
	                      .found = &got.found,
	                      .attempts = &got.attempts,
	                      .complaints = &got.complaints};

	arena_fini(&got.arena);
	got = (struct got){.found = {.arena = &got.arena},
	                   .attempts = {.arena = &got.arena},
	                   .complaints = {.arena = &got.arena}};
	got.is_read = certificate_file_read(bytes, n, &profile, NOW, &ev);
	return &got;
}

static size_t count(const struct got *got, enum finding_id id)
{
	size_t n = 0;

	for (size_t i = 0; i < got->found.n; i++)
		n += got->found.at[i].id == id && got->found.at[i].state == FINDING_SEEN;
	return n;
}

static const struct finding *find(const struct got *got, enum finding_id id)
{
	for (size_t i = 0; i < got->found.n; i++)
		if (got->found.at[i].id == id && got->found.at[i].state == FINDING_SEEN)
			return &got->found.at[i];
	return NULL;
}

/* --- made here ------------------------------------------------------------------------------- */

static EVP_PKEY *key(void)
{
	static EVP_PKEY *made;

	return made ? made : (made = EVP_EC_gen("P-256"));
}

static X509 *certificate(const char *cn, const char *issuer, int64_t until_days)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_NAME_new();

	X509_set_version(x, X509_VERSION_1);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
	                           (const uint8_t *)cn, -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)issuer, -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_NAME_free(name);
	ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(NOW / 1000000 - 100 * DAY));
	ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(NOW / 1000000 + until_days * DAY));
	X509_set_pubkey(x, key());
	assert_true(X509_sign(x, key(), EVP_sha256()) > 0);
	return x;
}

static struct buf der_of(X509 *x)
{
	struct buf der = {0};
	unsigned char *bytes = NULL;
	int n = i2d_X509(x, &bytes);

	buf_put(&der, bytes, (size_t)n);
	OPENSSL_free(bytes);
	return der;
}

static void put_pem(struct buf *out, X509 *x)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long n;

	PEM_write_bio_X509(bio, x);
	n = BIO_get_mem_data(bio, &text);
	buf_put(out, text, (size_t)n);
	BIO_free(bio);
}

static void one_in_der(void **state)
{
	(void)state;
	X509 *x = certificate("pc-17", "pc-17", -3);
	struct buf der = der_of(x);
	struct got *got = look(der.bytes, der.n);

	assert_true(certificate_file_recognises((const uint8_t *)der.bytes, der.n));
	assert_true(got->is_read);
	assert_int_equal(find(got, F_CERT_EXPIRED)->number, 3);
	assert_int_equal(find(got, F_CERT_EXPIRED)->origin, ORIGIN_FILE);
	assert_string_equal(find(got, F_CERT_EXPIRED)->where, "x.pem");
	assert_string_equal(find(got, F_CERT_SUBJECT)->text, "CN=pc-17");
	assert_int_equal(got->complaints.n, 0);
	buf_puts(&der, "xyz");
	got = look(der.bytes, der.n);
	assert_int_equal(got->complaints.n, 1);
	assert_int_equal(count(got, F_CERT_SUBJECT), 1);
	X509_free(x);
	buf_fini(&der);
}

static void several_in_pem(void **state)
{
	(void)state;
	X509 *leaf = certificate("pc-17", "Issuing CA", 10),
	     *ca = certificate("Issuing CA", "Root", 10),
	     *other = certificate("pc-18", "pc-18", 10);
	struct buf pem = {0};
	struct got *got;

	buf_puts(&pem, "subject=CN=pc-17\r\nsome words -----BEGIN nothing\n");
	put_pem(&pem, leaf);
	buf_puts(&pem, "issuer, all the same\n");
	put_pem(&pem, ca);
	put_pem(&pem, other);
	buf_puts(&pem, "the end\n");
	assert_true(certificate_file_recognises((const uint8_t *)pem.bytes, pem.n));
	got = look(pem.bytes, pem.n);
	assert_true(got->is_read);
	assert_int_equal(count(got, F_CERT_SUBJECT), 2); /* the issuer is not a host's */
	assert_string_equal(find(got, F_CERT_SUBJECT)->where, "x.pem certificate 1");
	assert_int_equal(got->complaints.n, 0);
	buf_fini(&pem);
	X509_free(leaf);
	X509_free(ca);
	X509_free(other);
}

static void keys_and_containers(void **state)
{
	(void)state;
	X509 *x = certificate("pc-17", "pc-17", 10);
	BIO *bio = BIO_new(BIO_s_mem());
	PKCS12 *p12 = PKCS12_create("secret", "name", key(), x, NULL, 0, 0, 0, 0, 0);
	CMS_ContentInfo *p7;
	STACK_OF(X509) *none = sk_X509_new_null();
	unsigned char *der = NULL;
	struct got *got;
	char *text;
	long n;

	PEM_write_bio_PrivateKey(bio, key(), NULL, NULL, 0, NULL, NULL);
	PEM_write_bio_X509(bio, x);
	n = BIO_get_mem_data(bio, &text);
	got = look(text, (size_t)n);
	assert_int_equal(count(got, F_CERT_SUBJECT), 1);
	assert_string_equal(got->complaints.kept[0].says,
	                    "a private key stands here; it is not read");
	BIO_free(bio);

	n = i2d_PKCS12(p12, &der);
	assert_true(certificate_file_recognises(der, (size_t)n));
	got = look(der, (size_t)n);
	assert_false(got->is_read);
	assert_non_null(strstr(got->complaints.kept[0].says, "PKCS #12"));
	OPENSSL_free(der);
	der = NULL;

	p7 = CMS_sign(NULL, NULL, none, NULL, CMS_PARTIAL | CMS_DETACHED);
	assert_true(CMS_add1_cert(p7, x));
	n = i2d_CMS_ContentInfo(p7, &der);
	assert_true(certificate_file_recognises(der, (size_t)n));
	got = look(der, (size_t)n);
	assert_true(got->is_read);
	assert_int_equal(count(got, F_CERT_SUBJECT), 1);
	OPENSSL_free(der);
	CMS_ContentInfo_free(p7);
	sk_X509_free(none);
	PKCS12_free(p12);
	X509_free(x);
}

static void what_is_none(void **state)
{
	(void)state;
	static const char *const others[] = {"",
	                                     "hello",
	                                     "-----BEGIN ",
	                                     "-----BEGIN RSA PUBLIC KEY-----",
	                                     "0\x82\x01\x02zzzzzzzzzzzzzzzz",
	                                     "0\x10\x02\x01\x03\x30"};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		assert_false(
		    certificate_file_recognises((const uint8_t *)others[i], strlen(others[i])));
		look(others[i], strlen(others[i]));
	}
	assert_false(look("", 0)->is_read);
}

static void cut_and_bent(void **state)
{
	(void)state;
	X509 *x = certificate("pc-17", "pc-17", 10);
	struct buf pem = {0};
	struct got *got;

	put_pem(&pem, x);
	got = look(pem.bytes, pem.n / 2);
	assert_string_equal(got->complaints.kept[0].says, "no line END follows; the file is cut");
	pem.bytes[60] = '!';
	got = look(pem.bytes, pem.n);
	assert_string_equal(got->complaints.kept[0].says,
	                    "no base64 between the lines BEGIN and END");
	X509_free(x);
	buf_fini(&pem);
}

static void read_anything(const uint8_t *bytes, size_t n)
{
	certificate_file_recognises(bytes, n);
	look(bytes, n);
}

static void no_damage_harms(void **state)
{
	(void)state;
	X509 *x = certificate("a", "b", 10);
	struct buf der = der_of(x), pem = {0};

	put_pem(&pem, x);
	abuse(der.bytes, der.n, read_anything);
	abuse(pem.bytes, pem.n, read_anything);
	buf_fini(&der);
	buf_fini(&pem);
	X509_free(x);
}

/* --- real files ------------------------------------------------------------------------------ */

static bool read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char bytes[4096];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(bytes, 1, sizeof bytes, f)) > 0)
		buf_put(out, bytes, n);
	fclose(f);
	return true;
}

/* What the table says of one: the day on which it ends, and the thumbprint that names the file. */
static void require_truth(const char *line)
{
	struct buf der = {0};
	char path[512];
	struct got *got;

	snprintf(path, sizeof path, "%s/%.*s", SHARED_DATA, (int)strcspn(line, "\t"), line);
	assert_true(read_file(path, &der));
	assert_true(certificate_file_recognises((const uint8_t *)der.bytes, der.n));
	got = look(der.bytes, der.n);
	assert_true(got->is_read);
	assert_int_equal(got->complaints.n, 0);
	assert_int_equal(count(got, F_CERT_SUBJECT), 1);
	assert_int_equal(count(got, F_CERT_EXPIRED), strstr(line, "..2026-11") ? 0 : 1);
	buf_fini(&der);
}

static void real_files(void **state)
{
	(void)state;
	struct buf table = {0};
	size_t n = 0;

	assert_true(read_file(SHARED_DATA "/truth/certs.tsv", &table));
	for (char *line = strtok(table.bytes, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "certs/", 6) != 0)
			continue;
		require_truth(line);
		n++;
	}
	assert_int_equal(n, 13);
	buf_fini(&table);
}

static int run_real(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(real_files)};
	struct buf table = {0};
	bool is_here = read_file(SHARED_DATA "/truth/certs.tsv", &table);

	buf_fini(&table);
	if (is_here)
		return RUN(tests);
	puts("1..0 # SKIP ../shared/data is not here");
	return 0;
}

static int run_made(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_in_der),          cmocka_unit_test(several_in_pem),
	    cmocka_unit_test(keys_and_containers), cmocka_unit_test(what_is_none),
	    cmocka_unit_test(cut_and_bent),        cmocka_unit_test(no_damage_harms),
	};

	return RUN(tests);
}

int main(int argc, char **argv)
{
	int failed = argc > 1 && strcmp(argv[1], "real") == 0 ? run_real() : run_made();

	look("", 0);
	return failed;
}
