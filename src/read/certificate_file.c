#include "read/certificate_file.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/bytes.h"
#include "stage/certificate.h"

#define CERTIFICATES_MAX 256
#define LABEL_MAX        64

static const char begin_mark[] = "-----BEGIN ", end_mark[] = "-----END ", dashes[] = "-----";

struct reading {
	const struct client_profile *profile;
	int64_t now_us;
	struct evidence *ev;
	X509 *certificates[CERTIFICATES_MAX];
	const char *where[CERTIFICATES_MAX];
	size_t n;
	bool is_used; /* something in it was recognised */
};

/* --- what a file is -------------------------------------------------------------------------- */

enum kind { KIND_NONE, KIND_PEM, KIND_CERTIFICATE, KIND_PKCS7, KIND_PKCS12 };

static const char *find(const char *in, size_t n, const char *what)
{
	size_t k = strlen(what);

	for (; n >= k; in++, n--) {
		const char *at = memchr(in, what[0], n - k + 1);

		if (!at)
			return NULL;
		n -= (size_t)(at - in);
		in = at;
		if (memcmp(at, what, k) == 0)
			return at;
	}
	return NULL;
}

/* By the first element inside the outer SEQUENCE; lengths may reach beyond a head. */
static enum kind kind_of_der(const uint8_t *p, size_t n)
{
	static const uint8_t pkcs7[] = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
	                                0xF7, 0x0D, 0x01, 0x07, 0x02};
	static const uint8_t pkcs12[] = {0x02, 0x01, 0x03, 0x30};
	size_t header;

	if (n < 8 || p[0] != 0x30 || p[1] <= 0x80)
		return KIND_NONE; /* no SEQUENCE, or shorter than any certificate */
	header = 2 + (size_t)(p[1] & 0x7F);
	if (header > 6 || n < header + sizeof pkcs7)
		return KIND_NONE;
	if (memcmp(p + header, pkcs7, sizeof pkcs7) == 0)
		return KIND_PKCS7;
	if (memcmp(p + header, pkcs12, sizeof pkcs12) == 0)
		return KIND_PKCS12;
	return p[header] == 0x30 && p[header + 1] & 0x80 ? KIND_CERTIFICATE : KIND_NONE;
}

static enum kind kind_of(const uint8_t *p, size_t n)
{
	if (find((const char *)p, n, begin_mark))
		return KIND_PEM;
	return kind_of_der(p, n);
}

bool certificate_file_recognises(const uint8_t *head, size_t n)
{
	const char *at = find((const char *)head, n, begin_mark);

	if (!at)
		return kind_of_der(head, n) != KIND_NONE;
	n -= (size_t)(at - (const char *)head);
	return find(at, n < LABEL_MAX ? n : LABEL_MAX, "CERTIFICATE") ||
	       find(at, n < LABEL_MAX ? n : LABEL_MAX, "PKCS7");
}

/* --- reading --------------------------------------------------------------------------------- */

static void keep(struct reading *r, X509 *x)
{
	if (r->n == CERTIFICATES_MAX) {
		X509_free(x);
		return;
	}
	r->where[r->n] = arena_printf(r->ev->arena, "%s certificate %zu", r->ev->name, r->n + 1);
	r->certificates[r->n++] = x;
	r->is_used = true;
}

static void malformed(struct reading *r, const char *what)
{
	struct finding f = finding_of(F_CERT_MALFORMED, ORIGIN_FILE);

	f.text = what;
	f.where = r->ev->name;
	findings_add(r->ev->found, &f);
}

static void take_certificate(struct reading *r, const uint8_t *p, size_t n, uint64_t at)
{
	const unsigned char *q = p;
	X509 *x = d2i_X509(NULL, &q, (long)n);

	ERR_clear_error();
	if (!x) {
		complain(r->ev->complaints, at, "no certificate that can be read");
		malformed(r, "Certificate");
		r->is_used = true;
		return;
	}
	if (q != p + n)
		complain(r->ev->complaints, at + (uint64_t)(q - p),
		         "%zu bytes behind the certificate", n - (size_t)(q - p));
	keep(r, x);
}

static void take_pkcs7(struct reading *r, const uint8_t *p, size_t n, uint64_t at)
{
	const unsigned char *q = p;
	PKCS7 *p7 = d2i_PKCS7(NULL, &q, (long)n);
	STACK_OF(X509) *certificates = NULL;

	ERR_clear_error();
	if (p7 && PKCS7_type_is_signed(p7) && p7->d.sign)
		certificates = p7->d.sign->cert;
	if (!p7)
		complain(r->ev->complaints, at, "no PKCS #7 that can be read");
	else if (sk_X509_num(certificates) <= 0)
		complain(r->ev->complaints, at, "PKCS #7 without certificates");
	for (int i = 0; i < sk_X509_num(certificates); i++) {
		X509 *x = sk_X509_value(certificates, i);

		if (X509_up_ref(x))
			keep(r, x);
	}
	PKCS7_free(p7);
}

static void take_der(struct reading *r, const uint8_t *p, size_t n, uint64_t at)
{
	switch (kind_of_der(p, n)) {
	case KIND_PKCS7:
		take_pkcs7(r, p, n, at);
		break;
	case KIND_PKCS12:
		complain(r->ev->complaints, at,
		         "PKCS #12, which holds a key and wants its password; not read. Export the "
		         "certificate without the key");
		break;
	default:
		take_certificate(r, p, n, at);
		break;
	}
}

/* --- PEM ------------------------------------------------------------------------------------- */

static bool decode(const char *p, size_t n, struct buf *out)
{
	EVP_ENCODE_CTX *ctx = EVP_ENCODE_CTX_new();
	int first = 0, last = 0;
	bool is_good = false;

	if (n && ctx) {
		buf_put(out, p, n); /* more room than is needed */
		EVP_DecodeInit(ctx);
		is_good = EVP_DecodeUpdate(ctx, (unsigned char *)out->bytes, &first,
		                           (const unsigned char *)p, (int)n) >= 0 &&
		          EVP_DecodeFinal(ctx, (unsigned char *)out->bytes + first, &last) == 1;
		out->n = (size_t)first + (size_t)last;
	}
	EVP_ENCODE_CTX_free(ctx);
	return is_good;
}

static bool is_label(const char *label, size_t n, const char *what)
{
	return n == strlen(what) && memcmp(label, what, n) == 0;
}

/* Lines that OpenSSL and Windows both write: CERTIFICATE, the older names, PKCS7. */
static bool is_read(const char *label, size_t n)
{
	static const char *const labels[] = {"CERTIFICATE", "X509 CERTIFICATE",
	                                     "TRUSTED CERTIFICATE", "PKCS7", "CMS"};

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (is_label(label, n, labels[i]))
			return true;
	return false;
}

static void take_block(struct reading *r, const char *label, size_t n_label, const char *body,
                       size_t n_body, uint64_t at)
{
	struct buf der = {0};

	if (find(label, n_label, "PRIVATE KEY"))
		complain(r->ev->complaints, at, "a private key stands here; it is not read");
	else if (!is_read(label, n_label))
		complain(r->ev->complaints, at, "%.*s is not read", (int)n_label, label);
	else if (!decode(body, n_body, &der))
		complain(r->ev->complaints, at, "no base64 between the lines BEGIN and END");
	else
		take_der(r, (const uint8_t *)der.bytes, der.n, at);
	buf_fini(&der);
}

static bool is_plain(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < 0x20 || p[i] > 0x7E)
			return false;
	return true;
}

static void take_pem(struct reading *r, const char *text, size_t n)
{
	const char *end = text + n, *p = text;

	while ((p = find(p, (size_t)(end - p), begin_mark)) != NULL) {
		uint64_t at = (uint64_t)(p - text);
		const char *label = p + sizeof begin_mark - 1, *close, *body, *stop;

		p = label;
		close = find(label, (size_t)(end - label), dashes);
		if (!close || close - label > LABEL_MAX ||
		    !is_plain(label, (size_t)(close - label)))
			continue;
		body = close + sizeof dashes - 1;
		stop = find(body, (size_t)(end - body), end_mark);
		if (!stop) {
			complain(r->ev->complaints, at, "no line END follows; the file is cut");
			r->is_used = true;
			return;
		}
		take_block(r, label, (size_t)(close - label), body, (size_t)(stop - body), at);
		p = stop;
	}
}

/* --- the whole ------------------------------------------------------------------------------- */

/* A chain is shown with the host's own certificate; who issued it says nothing of the host. */
static bool is_issuer_of_another(const struct reading *r, size_t at)
{
	for (size_t i = 0; i < r->n; i++)
		if (i != at &&
		    X509_check_issued(r->certificates[at], r->certificates[i]) == X509_V_OK &&
		    X509_cmp(r->certificates[at], r->certificates[i]) != 0)
			return true;
	return false;
}

static void judge(struct reading *r, size_t i)
{
	struct step step = {.found = r->ev->found,
	                    .origin = ORIGIN_FILE,
	                    .where = r->n > 1 ? r->where[i] : r->ev->name,
	                    .now_us = r->now_us};
	unsigned char *der = NULL;
	int n = i2d_X509(r->certificates[i], &der);

	if (n > 0)
		certificate_findings(der, (size_t)n, NULL, r->profile, &step);
	OPENSSL_free(der);
}

bool certificate_file_read(const void *bytes, size_t n, const struct client_profile *profile,
                           int64_t now_us, struct evidence *ev)
{
	struct reading r = {.profile = profile, .now_us = now_us, .ev = ev};

	ev->complaints->unit = "byte";
	if (n > CERTIFICATE_FILE_BYTES_MAX) {
		complain_of_all(ev->complaints, "larger than 4 MiB; no file of certificates is");
		return false;
	}
	/* Never the user's openssl.cnf; the first call counts, later ones cost nothing. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (kind_of(bytes, n) == KIND_PEM)
		take_pem(&r, bytes, n);
	else if (n)
		take_der(&r, bytes, n, 0);
	else
		complain_of_all(ev->complaints, "empty; expected a certificate, PEM or DER");
	for (size_t i = 0; i < r.n; i++)
		if (!is_issuer_of_another(&r, i))
			judge(&r, i);
	for (size_t i = 0; i < r.n; i++)
		X509_free(r.certificates[i]);
	ERR_clear_error();
	return r.n > 0 || r.is_used;
}
