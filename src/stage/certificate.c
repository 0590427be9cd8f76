#include "stage/certificate.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/moment.h"
#include "base/status.h"
#include "base/text.h"
#include "stage/found.h"
#include "stage/host_name.h"
#include "stage/inspectors.h"

#define NAME_MAX_BYTES 1024 /* of a text that is kept; the rest is cut */
#define NAMES_MAX      64   /* of the names of one certificate that are compared */
#define DAY_US         INT64_C(86400000000)

#define OID_RDP_AUTHENTICATION "1.3.6.1.4.1.311.54.1.2"

struct name {
	char text[NAME_MAX_BYTES];
};

/* One certificate, opened; what is wrong with it in `flaw`. */
struct view {
	X509 *x509;
	EVP_PKEY *key; /* borrowed; NULL: of a kind that the library does not know */
	struct name subject, issuer;
	struct name subject_cn, subject_o, issuer_cn, issuer_o;
	bool is_self_signed, has_san;
	int64_t from_us, until_us;
	EXTENDED_KEY_USAGE *usage;    /* NULL: for everything */
	struct name names[NAMES_MAX]; /* what it stands for: SAN dNSName, else CN */
	size_t n_names;
	const char *flaw;
};

/* --- opening ---------------------------------------------------------------------------------- */

/* Outside text that may hold zeros, which would hide what follows. */
static void copy_text(struct name *out, const unsigned char *bytes, int n)
{
	size_t used = 0;

	for (int i = 0; i < n && used + 4 < sizeof out->text; i++) {
		if (bytes[i])
			out->text[used++] = (char)bytes[i];
		else
			used += (size_t)snprintf(out->text + used, 4, "\xEF\xBF\xBD");
	}
	out->text[used] = '\0';
}

static void copy_entry(struct name *out, const X509_NAME *name, int nid)
{
	unsigned char *utf8 = NULL;
	int at = X509_NAME_get_index_by_NID(name, nid, -1);

	out->text[0] = '\0';
	if (at < 0)
		return;

	int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));

	if (n >= 0)
		copy_text(out, utf8, n);
	OPENSSL_free(utf8);
}

/* As RFC 2253 writes it, in UTF-8. */
static void copy_name(struct name *out, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	out->text[0] = '\0';
	if (!bio)
		return;
	if (X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		long n = BIO_get_mem_data(bio, &text);

		copy_text(out, (const unsigned char *)text,
		          (int)(n < NAME_MAX_BYTES ? n : NAME_MAX_BYTES));
	}
	BIO_free(bio);
}

/* False for no time at all; what lies outside 1970 to 9999 is 1970. */
static bool time_us(const ASN1_TIME *t, int64_t *us)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(t, &tm))
		return false;

	struct civil c = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	                  tm.tm_hour,        tm.tm_min,     tm.tm_sec};

	if (!moment_from_civil(&c, us))
		*us = 0;
	return true;
}

static void flawed(struct view *v, const char *what)
{
	if (!v->flaw)
		v->flaw = what;
}

static void open_times(struct view *v)
{
	if (!time_us(X509_get0_notBefore(v->x509), &v->from_us))
		flawed(v, "validity.notBefore");
	if (!time_us(X509_get0_notAfter(v->x509), &v->until_us))
		flawed(v, "validity.notAfter");
}

static void open_names(struct view *v)
{
	int critical;
	GENERAL_NAMES *san = X509_get_ext_d2i(v->x509, NID_subject_alt_name, &critical, NULL);

	v->has_san = critical != -1;
	if (!san && v->has_san)
		flawed(v, "subjectAltName");
	for (int i = 0; i < sk_GENERAL_NAME_num(san) && v->n_names < NAMES_MAX; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(san, i);

		if (name->type == GEN_DNS)
			copy_text(&v->names[v->n_names++], ASN1_STRING_get0_data(name->d.dNSName),
			          ASN1_STRING_length(name->d.dNSName));
	}
	GENERAL_NAMES_free(san);
	if (!v->n_names && *v->subject_cn.text) /* RFC 6125 6.4.4: only without DNS names */
		v->names[v->n_names++] = v->subject_cn;
}

static void open_usage(struct view *v)
{
	int critical;

	v->usage = X509_get_ext_d2i(v->x509, NID_ext_key_usage, &critical, NULL);
	if (!v->usage && critical != -1)
		flawed(v, "extKeyUsage");
}

static void open_view(struct view *v)
{
	const X509_NAME *subject = X509_get_subject_name(v->x509);
	const X509_NAME *issuer = X509_get_issuer_name(v->x509);

	v->key = X509_get0_pubkey(v->x509);
	copy_name(&v->subject, subject);
	copy_name(&v->issuer, issuer);
	copy_entry(&v->subject_cn, subject, NID_commonName);
	copy_entry(&v->subject_o, subject, NID_organizationName);
	copy_entry(&v->issuer_cn, issuer, NID_commonName);
	copy_entry(&v->issuer_o, issuer, NID_organizationName);
	v->is_self_signed = X509_NAME_cmp(subject, issuer) == 0 && v->key &&
	                    X509_verify(v->x509, v->key) == 1;
	open_times(v);
	open_names(v);
	open_usage(v);
}

/* --- what it is ------------------------------------------------------------------------------- */

static const char *curve_name(const char *group)
{
	static const char *const names[][2] = {
	    {"prime256v1", "P-256"}, {"secp384r1", "P-384"}, {"secp521r1", "P-521"}};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(group, names[i][0]) == 0)
			return names[i][1];
	return group;
}

static bool is_rsa(const struct view *v)
{
	int kind = v->key ? EVP_PKEY_get_base_id(v->key) : 0;

	return kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS;
}

static void find_key(const struct view *v, struct step *step)
{
	char text[96], group[64];
	int kind = v->key ? EVP_PKEY_get_base_id(v->key) : 0;

	if (!v->key)
		return;
	if (is_rsa(v))
		snprintf(text, sizeof text, "RSA %d", EVP_PKEY_get_bits(v->key));
	else if (kind == EVP_PKEY_EC && EVP_PKEY_get_group_name(v->key, group, sizeof group, NULL))
		snprintf(text, sizeof text, "EC %s", curve_name(group));
	else
		snprintf(text, sizeof text, "%s %d", OBJ_nid2sn(kind), EVP_PKEY_get_bits(v->key));
	found_text(step, F_CERT_KEY, text);
}

/* The hash of the signature; for those without one, the signature's own name. */
static void find_signature(const struct view *v, struct step *step)
{
	static const struct {
		int nid;
		const char *name;
	} hashes[] = {{NID_sha1, "SHA-1"},     {NID_sha224, "SHA-224"}, {NID_sha256, "SHA-256"},
	              {NID_sha384, "SHA-384"}, {NID_sha512, "SHA-512"}, {NID_md5, "MD5"}};
	int hash = NID_undef, key = NID_undef;

	X509_get_signature_info(v->x509, &hash, &key, NULL, NULL);
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
		if (hashes[i].nid == hash) {
			found_text(step, F_CERT_SIGNATURE, hashes[i].name);
			return;
		}

	int nid = X509_get_signature_nid(v->x509);

	if (nid != NID_undef)
		found_text(step, F_CERT_SIGNATURE, OBJ_nid2sn(nid));
}

static void find_thumbprint(const struct view *v, struct step *step)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned n = 0;

	if (!X509_digest(v->x509, EVP_sha1(), digest, &n))
		return;
	for (unsigned i = 0; i < n; i++)
		snprintf(hex + 2 * i, 3, "%02X", digest[i]);
	found_text(step, F_CERT_THUMBPRINT, hex);
}

static void find_identity(const struct view *v, struct step *step)
{
	found_text(step, F_CERT_SUBJECT, v->subject.text);
	found_text(step, F_CERT_ISSUER, v->issuer.text);
	find_key(v, step);
	find_signature(v, step);
	find_thumbprint(v, step);
}

/* --- time ------------------------------------------------------------------------------------- */

static void find_validity(const struct view *v, struct step *step)
{
	int64_t now = step->now_us;

	if (now > v->until_us)
		found_number(step, F_CERT_EXPIRED, (now - v->until_us) / DAY_US);
	else
		found_absent(step, F_CERT_EXPIRED);
	if (now < v->from_us)
		found_number(step, F_CERT_NOT_YET_VALID, (v->from_us - now + DAY_US - 1) / DAY_US);
	else
		found_absent(step, F_CERT_NOT_YET_VALID);
	if (now <= v->until_us)
		found_number(step, F_CERT_DAYS_LEFT, (v->until_us - now) / DAY_US);
}

/* --- names ------------------------------------------------------------------------------------ */

static bool is_wildcard(const char *name)
{
	return name[0] == '*' && name[1] == '.';
}

static bool same_name(const char *a, const char *b)
{
	size_t n_a = strlen(a), n_b = strlen(b);

	n_a -= n_a && a[n_a - 1] == '.';
	n_b -= n_b && b[n_b - 1] == '.';
	if (n_a != n_b || n_a >= NAME_MAX_BYTES)
		return false;

	struct name left, right;

	snprintf(left.text, sizeof left.text, "%.*s", (int)n_a, a);
	snprintf(right.text, sizeof right.text, "%.*s", (int)n_b, b);
	return text_same(left.text, right.text);
}

/* RFC 6125 6.4.3: a wildcard is the whole first label, stands for one, and not for a domain. */
static bool covers(const char *pattern, const char *dialled)
{
	if (!is_wildcard(pattern))
		return same_name(pattern, dialled);

	const char *rest = strchr(dialled, '.');

	return rest && rest != dialled && strchr(pattern + 2, '.') && same_name(pattern + 1, rest);
}

static bool is_covered(const struct view *v, const char *dialled)
{
	for (size_t i = 0; i < v->n_names; i++)
		if (covers(v->names[i].text, dialled))
			return true;
	return false;
}

static bool is_number(const char *name)
{
	return !name[strspn(name, "0123456789.:")];
}

/* Names that servers carry as delivered: they say which program it is, and not which host. */
static bool is_product(const char *name)
{
	static const char *const products[] = {
	    "localhost",
	    "localhost.localdomain",
	    "xrdp",
	    "freerdp",
	    "winpr",
	    "gnome",
	    "gnome-remote-desktop",
	    "krdp",
	    "weston",
	    "rdp",
	    "guacamole",
	    "virtualbox",
	    "hyper-v",
	    "teleport",
	    "ubuntu",
	    "debian",
	    "fortigate",
	    "fortinet",
	    "default",
	    "server",
	    "self-signed",
	    "selfsigned",
	    "test",
	    "example",
	    "example.com",
	    "remotedesktop",
	    "remote-desktop",
	    "qemu",
	};

	for (size_t i = 0; i < sizeof products / sizeof *products; i++)
		if (text_same(name, products[i]))
			return true;
	return false;
}

static bool is_host_like(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "0123456789-_.";

	return *name && *name != '.' && !name[strspn(name, letters)] && !is_number(name) &&
	       !is_product(name);
}

/* Whether it names the dialled host, another one, or none that could be compared. */
static void find_other_host(const struct view *v, const char *dialled, struct step *step)
{
	const char *other = NULL;

	for (size_t i = 0; i < v->n_names; i++) {
		const char *name = v->names[i].text;

		if (host_name_same_label(name, dialled)) {
			found_absent(step, F_CERT_NAMES_OTHER_HOST);
			return;
		}
		if (is_wildcard(name))
			return;
		if (!other && is_host_like(name))
			other = name;
	}
	if (other && X509_check_ca(v->x509) != 1) /* an authority's name is no host's */
		found_text(step, F_CERT_NAMES_OTHER_HOST, other);
}

static void find_names(const struct view *v, const char *dialled, struct step *step)
{
	if (!host_name_tells(dialled))
		return;
	if (is_covered(v, dialled)) {
		found_absent(step, F_CERT_NAME_MISMATCH);
		found_absent(step, F_CERT_NAMES_OTHER_HOST);
		return;
	}
	found_text(step, F_CERT_NAME_MISMATCH, v->n_names ? v->names[0].text : v->subject.text);
	find_other_host(v, dialled, step);
}

/* --- use, strength, origin ----------------------------------------------------------------------
 */

static bool is_usage(const ASN1_OBJECT *usage, const char *oid)
{
	char text[80];

	OBJ_obj2txt(text, sizeof text, usage, 1);
	return strcmp(text, oid) == 0;
}

static bool serves(const struct view *v)
{
	if (!v->usage)
		return true;
	for (int i = 0; i < sk_ASN1_OBJECT_num(v->usage); i++) {
		const ASN1_OBJECT *usage = sk_ASN1_OBJECT_value(v->usage, i);
		int nid = OBJ_obj2nid(usage);

		if (nid == NID_server_auth || nid == NID_anyExtendedKeyUsage ||
		    is_usage(usage, OID_RDP_AUTHENTICATION))
			return true;
	}
	return false;
}

static void find_usage(const struct view *v, struct step *step)
{
	if (serves(v))
		found_absent(step, F_CERT_WRONG_USAGE);
	else
		found_fact(step, F_CERT_WRONG_USAGE);
}

static void find_strength(const struct view *v, const struct client_profile *profile,
                          struct step *step)
{
	if (!profile || !is_rsa(v))
		return;

	int bits = EVP_PKEY_get_bits(v->key);

	if (bits < profile->rsa_bits_least)
		found_number(step, F_CERT_WEAK_KEY, bits);
	else
		found_absent(step, F_CERT_WEAK_KEY);
}

/*
 * No finding says less than "absent" would: an issuer of the company's own is nothing that one
 * could know. A certificate of the appliance itself is its own page and no inspection.
 */
static void find_inspection(const struct view *v, struct step *step)
{
	const struct inspector *by = inspector_of(v->issuer_o.text, v->issuer_cn.text);

	if (!by || v->is_self_signed || strcmp(v->subject.text, v->issuer.text) == 0)
		return;

	const struct inspector *of = inspector_of(v->subject_o.text, v->subject_cn.text);

	if (!of || strcmp(of->product, by->product) != 0)
		found_text(step, F_CERT_INSPECTED, by->product);
}

/* What TermService makes for itself when it has no other; it renews it after six months. */
static bool is_made_by_windows(const struct view *v)
{
	const X509_NAME *subject = X509_get_subject_name(v->x509);
	int64_t days = (v->until_us - v->from_us) / DAY_US;

	return v->is_self_signed && is_rsa(v) && X509_get_version(v->x509) == X509_VERSION_3 &&
	       !v->has_san && X509_NAME_entry_count(subject) == 1 && *v->subject_cn.text &&
	       sk_ASN1_OBJECT_num(v->usage) == 1 &&
	       OBJ_obj2nid(sk_ASN1_OBJECT_value(v->usage, 0)) == NID_server_auth && days >= 175 &&
	       days <= 190;
}

static void find_origin(const struct view *v, struct step *step)
{
	if (v->is_self_signed)
		found_fact(step, F_CERT_SELF_SIGNED);
	else
		found_absent(step, F_CERT_SELF_SIGNED);
	if (is_made_by_windows(v))
		found_fact(step, F_CERT_MADE_BY_WINDOWS);
	else
		found_absent(step, F_CERT_MADE_BY_WINDOWS);
	find_inspection(v, step);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void find_all(struct view *v, const char *dialled, const struct client_profile *profile,
                     struct step *step)
{
	open_view(v);
	if (v->flaw)
		found_text(step, F_CERT_MALFORMED, v->flaw);
	find_identity(v, step);
	find_origin(v, step);
	find_names(v, dialled, step);
	find_usage(v, step);
	find_strength(v, profile, step);
	if (!v->flaw || strncmp(v->flaw, "validity", 8) != 0)
		find_validity(v, step);
	EXTENDED_KEY_USAGE_free(v->usage);
}

void certificate_findings(const uint8_t *der, size_t n, const char *dialled,
                          const struct client_profile *profile, struct step *step)
{
	/* Never the user's openssl.cnf; the first call counts, later ones cost nothing. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);

	struct view *v = OPENSSL_zalloc(sizeof *v);
	const unsigned char *p = der;

	if (!v) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	v->x509 = n && n <= INT32_MAX ? d2i_X509(NULL, &p, (long)n) : NULL;
	if (!v->x509)
		found_text(step, F_CERT_MALFORMED, "Certificate");
	else if (p != der + n)
		found_text(step, F_CERT_MALFORMED, "bytes after Certificate");
	if (v->x509)
		find_all(v, dialled, profile, step);
	X509_free(v->x509);
	OPENSSL_free(v);
	ERR_clear_error();
}
