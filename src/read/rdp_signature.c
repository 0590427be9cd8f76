/*
 * The signature of a .rdp file.
 *
 * There is no specification. The layout is known from public implementations of a signer; it was
 * checked against the signature that [MS-RDWR] 4.2 prints, whose digest comes out when the lines
 * of the sample, as listed by signscope, are put together like this:
 *
 *   signature:s:  base64, in groups of 64 parted by blanks, of
 *     0  u32le  0x00010001
 *     4  u32le  1
 *     8  u32le  length of what follows
 *    12         PKCS #7 SignedData (RFC 2315), detached; the certificates lie in it
 *
 *   signed is, in UTF-16LE: each line that signscope names, in that order and as it stands,
 *   with CR LF; the line of signscope itself with CR LF; one zero character
 *
 * Whether the signer is trusted is not judged: that is up to the client's stores and policies.
 */
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "read/rdp_inside.h"

#define HEADER_BYTES    12
#define HEADER_VERSION  0x00010001u
#define HEADER_KIND     1u
#define SCOPE_MAX       128
#define CANDIDATES_MAX  10
#define DER_BYTES_MAX   (256 * 1024)
#define SIGNER_TEXT_MAX 512
#define CONTENT_MAX     ((size_t)4 * 1024 * 1024)

/*
 * What trying may cost, in bytes that are hashed or parsed; a verification counts as so many.
 * Ordinary files need a hundredth of it.
 */
#define TRIES_BYTES  ((size_t)32 * 1024 * 1024)
#define VERIFY_BYTES ((size_t)64 * 1024)

struct signing {
	const struct rdp_text *t;
	struct evidence *ev;
	const struct rdp_line *signature, *scope;
	const struct rdp_line *covered[SCOPE_MAX]; /* in the order of signscope */
	const char *names[SCOPE_MAX];
	size_t n_covered;
	bool has_missing, has_uncovered; /* named without a line; a line without being named */
	const uint8_t *der;              /* the PKCS #7 part */
	size_t n_der;
	size_t n_spent;
	const char *flaw;
};

static void note(struct signing *s, size_t line, const char *says)
{
	rdp_tell(s->ev, F_CLIENT_RDP_FILE_NOTE, line,
	         arena_printf(s->ev->arena, "L19 warning: %s", says));
}

/* --- scope ---------------------------------------------------------------------------------- */

static const struct rdp_line *line_named(const struct signing *s, const char *name, bool is_first)
{
	const struct rdp_line *found = NULL;

	for (size_t i = 0; i < s->t->n_lines; i++) {
		const struct rdp_line *l = &s->t->lines[i];

		if (!l->name || !text_same(l->name, name))
			continue;
		found = l;
		if (is_first)
			break;
	}
	return found;
}

static void take_name(struct signing *s, const char *name, size_t n)
{
	const char *kept;

	while (n && *name == ' ') {
		name++;
		n--;
	}
	if (!n || s->n_covered == SCOPE_MAX)
		return;
	kept = arena_copy(s->ev->arena, name, n);
	s->names[s->n_covered] = kept;
	s->covered[s->n_covered] = line_named(s, kept, false);
	if (!s->covered[s->n_covered]) {
		s->has_missing = true;
		note(s, s->scope->number,
		     arena_printf(s->ev->arena, "signscope names %.60s, and there is no such line",
		                  kept));
	}
	s->n_covered++;
}

static void take_scope(struct signing *s)
{
	const char *p = s->scope->value;

	while (*p) {
		size_t n = strcspn(p, ",");

		take_name(s, p, n);
		p += n + (p[n] == ',');
	}
}

static bool is_covered(const struct signing *s, const char *name)
{
	for (size_t i = 0; i < s->n_covered; i++)
		if (text_same(s->names[i], name))
			return true;
	return false;
}

/* A signer covers every line of these kinds; one that is not named was added later. */
static void find_uncovered(struct signing *s)
{
	for (size_t i = 0; i < rdp_property_count(); i++) {
		const struct rdp_property *p = rdp_property_at(i);
		const struct rdp_line *l = rdp_line_of(s->t, p->name);

		if (!l || !(p->flags & RDP_SIGNED) || is_covered(s, p->name))
			continue;
		s->has_uncovered = true;
		note(s, l->number,
		     arena_printf(s->ev->arena, "%s is not covered by the signature", p->name));
	}
}

/* --- envelope ------------------------------------------------------------------------------- */

static bool decode_base64(struct signing *s, struct buf *out)
{
	struct buf text = {0};
	int n = -1;

	for (const char *p = s->signature->value; *p; p++)
		if (!strchr(" \t", *p))
			buf_putc(&text, *p);
	if (text.n && text.n % 4 == 0 && text.n <= DER_BYTES_MAX) {
		buf_put(out, text.bytes, text.n); /* more room than is needed */
		n = EVP_DecodeBlock((unsigned char *)out->bytes, (const unsigned char *)text.bytes,
		                    (int)text.n);
	}
	if (n >= 0)
		out->n = (size_t)n - (text.bytes[text.n - 1] == '=') -
		         (text.bytes[text.n - 2] == '=');
	buf_fini(&text);
	return n >= 0;
}

static bool open_envelope(struct signing *s, const struct buf *bytes)
{
	struct flaw flaw = {0};
	struct cur c = cur_over(bytes->bytes, bytes->n, &flaw);
	uint32_t version = cur_u32le(&c, "version"), kind = cur_u32le(&c, "kind"),
	         n = cur_u32le(&c, "length");

	if (cur_ok(&c) && (version != HEADER_VERSION || kind != HEADER_KIND))
		s->flaw = "its first 8 bytes are not those of a signature";
	s->der = cur_take(&c, n, "PKCS #7");
	s->n_der = n;
	if (!s->flaw && (!cur_ok(&c) || cur_left(&c)))
		s->flaw = "its length is not the one that it states";
	return !s->flaw;
}

/* --- verification --------------------------------------------------------------------------- */

static void put_utf16(struct buf *out, const char *utf8)
{
	while (*utf8) {
		uint32_t c = utf8_next(&utf8);
		uint32_t units[2] = {c, 0};

		if (c >= 0x10000) {
			units[0] = 0xD800 + ((c - 0x10000) >> 10);
			units[1] = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		for (int i = 0; i < (c >= 0x10000 ? 2 : 1); i++) {
			buf_putc(out, (char)(units[i] & 0xFF));
			buf_putc(out, (char)(units[i] >> 8));
		}
	}
}

/* What was signed, with one line given in other words; instead NULL: as it stands. */
static void put_content(const struct signing *s, size_t at, const char *instead, struct buf *out)
{
	for (size_t i = 0; i < s->n_covered && out->n <= CONTENT_MAX; i++) {
		if (!s->covered[i])
			continue;
		put_utf16(out, instead && i == at ? instead : s->covered[i]->text);
		put_utf16(out, "\r\n");
	}
	put_utf16(out, s->scope->text);
	put_utf16(out, "\r\n");
	buf_put(out, "\0", 2);
}

static CMS_ContentInfo *parse(const struct signing *s)
{
	const unsigned char *p = s->der;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)s->n_der);

	if (cms &&
	    (p != s->der + s->n_der || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)) {
		CMS_ContentInfo_free(cms);
		return NULL;
	}
	return cms;
}

static bool verifies(struct signing *s, size_t at, const char *instead)
{
	struct buf content = {0};
	CMS_ContentInfo *cms = parse(s);
	BIO *bio;
	bool is_good = false;

	put_content(s, at, instead, &content);
	s->n_spent += content.n + s->n_der + VERIFY_BYTES;
	bio = BIO_new_mem_buf(content.bytes, (int)content.n);
	if (cms && bio)
		is_good = CMS_verify(cms, NULL, NULL, bio, NULL,
		                     CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
	BIO_free(bio);
	CMS_ContentInfo_free(cms);
	buf_fini(&content);
	ERR_clear_error();
	return is_good;
}

/* --- the signer ----------------------------------------------------------------------------- */

static void put_name(struct buf *out, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		long n = BIO_get_mem_data(bio, &text);

		for (long i = 0; i < n && i < SIGNER_TEXT_MAX / 2; i++)
			buf_putc(out, text[i] ? text[i] : '?');
	}
	BIO_free(bio);
}

static void put_thumbprint(struct buf *out, const X509 *x)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!X509_digest(x, EVP_sha1(), digest, &n))
		return;
	buf_puts(out, ", thumbprint ");
	for (unsigned i = 0; i < n; i++)
		buf_printf(out, "%02X", digest[i]);
}

static void tell_signer(struct signing *s, const X509 *x)
{
	struct buf text = {0};

	put_name(&text, X509_get_subject_name(x));
	if (X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0) {
		buf_puts(&text, ", which names itself as issuer");
	} else {
		buf_puts(&text, ", issued by ");
		put_name(&text, X509_get_issuer_name(x));
	}
	put_thumbprint(&text, x);
	rdp_tell(s->ev, F_CLIENT_RDP_FILE_SIGNER, s->signature->number, text.bytes);
	buf_fini(&text);
}

/* Files carry no time stamp, so the end of the certificate is the end of the signature. */
static bool is_expired(const X509 *x, int64_t now_us)
{
	time_t now = (time_t)(now_us / 1000000);

	return now_us && X509_cmp_time(X509_get0_notAfter(x), &now) < 0;
}

/* False when there is no certificate in it that could have signed. */
static bool take_signer(struct signing *s, int64_t now_us, bool *has_expired)
{
	CMS_ContentInfo *cms = parse(s);
	STACK_OF(X509) *signers = NULL;

	if (!cms)
		s->flaw = "it is no PKCS #7 signature";
	else if (CMS_set1_signers_certs(cms, NULL, 0) <= 0)
		s->flaw = "it does not hold the certificate of its signer";
	else
		signers = CMS_get0_signers(cms);
	if (signers && sk_X509_num(signers) > 0) {
		tell_signer(s, sk_X509_value(signers, 0));
		*has_expired = is_expired(sk_X509_value(signers, 0), now_us);
	} else if (!s->flaw) {
		s->flaw = "nobody has signed it";
	}
	sk_X509_free(signers);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return !s->flaw;
}

/* --- which line was changed ------------------------------------------------------------------ */

/* A line with another value; the value stands at the end of its line. */
static const char *line_with(const struct signing *s, const struct rdp_line *l, const char *value)
{
	return arena_printf(s->ev->arena, "%.*s%s", (int)(l->value - l->text), l->text, value);
}

/* Numbers are few; of texts, those that the file itself holds in a related place. */
static size_t candidates(const struct signing *s, const struct rdp_line *l, const char **out)
{
	static const char *const related[] = {"full address", "alternate full address"};
	size_t n = 0;

	if (l->type == 'i') {
		for (int i = 0; i < 8; i++)
			out[n++] = arena_printf(s->ev->arena, "%d", i);
		out[n++] = "3389";
		return n;
	}
	out[n++] = "";
	for (size_t i = 0; i < sizeof related / sizeof *related; i++) {
		const struct rdp_line *other = line_named(s, related[i], false);

		if (other && other != l)
			out[n++] = other->value;
	}
	return n;
}

/* A signature only tells that something differs; trying tells what, when it was one line. */
static bool find_changed_line(struct signing *s)
{
	const char *values[CANDIDATES_MAX];

	for (size_t i = 0; i < s->n_covered; i++) {
		const struct rdp_line *l = s->covered[i];
		size_t n = l && l->name ? candidates(s, l, values) : 0;

		for (size_t k = 0; k < n && s->n_spent < TRIES_BYTES; k++) {
			if (!verifies(s, i, line_with(s, l, values[k])))
				continue;
			note(s, l->number,
			     arena_printf(
			         s->ev->arena,
			         "%.60s was changed after signing; what was signed is \"%.100s\"",
			         l->name, values[k]));
			return true;
		}
	}
	return false;
}

/* Of a line that stands twice, another one than the last may be the one that was signed. */
static bool find_duplicate(struct signing *s)
{
	for (size_t i = 0; i < s->n_covered; i++) {
		const struct rdp_line *first = line_named(s, s->names[i], true);

		if (!first || first == s->covered[i] || s->n_spent >= TRIES_BYTES ||
		    !verifies(s, i, first->text))
			continue;
		note(s, s->covered[i]->number,
		     arena_printf(s->ev->arena,
		                  "%.60s was added after signing; the line that was signed is %zu",
		                  s->covered[i]->name, first->number));
		return true;
	}
	return false;
}

static void explain_change(struct signing *s)
{
	if (s->has_missing || find_duplicate(s) || find_changed_line(s))
		return;
	note(
	    s, s->signature->number,
	    "something that the signature covers was changed after signing; which line cannot be told");
}

/* --- the whole ------------------------------------------------------------------------------ */

static const char *judge(struct signing *s, int64_t now_us)
{
	struct buf bytes = {0};
	bool has_expired = false;
	const char *verdict = "unreadable";

	if (!decode_base64(s, &bytes))
		s->flaw = "it is no base64";
	if (!s->flaw && open_envelope(s, &bytes) && take_signer(s, now_us, &has_expired)) {
		if (!verifies(s, 0, NULL)) {
			verdict = "changed";
			explain_change(s);
		} else {
			verdict = s->has_uncovered ? "incomplete"
			          : has_expired    ? "expired"
			                           : "valid";
		}
	}
	if (s->flaw)
		note(s, s->signature->number,
		     arena_printf(s->ev->arena, "the signature cannot be read: %s", s->flaw));
	buf_fini(&bytes);
	return verdict;
}

static void tell(struct signing *s, size_t line, const char *verdict)
{
	struct finding f = rdp_finding(s->ev, F_CLIENT_RDP_FILE_SIGNATURE, line);

	f.text = verdict;
	if (strcmp(verdict, "valid") == 0)
		f.effect = EFFECT_NONE;
	findings_add(s->ev->found, &f);
}

void rdp_signature_check(const struct rdp_text *t, int64_t now_us, struct evidence *ev)
{
	struct signing s = {.t = t,
	                    .ev = ev,
	                    .signature = rdp_line_of(t, "signature"),
	                    .scope = rdp_line_of(t, "signscope")};

	/* Never the user's openssl.cnf; the first call counts, later ones cost nothing. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (!s.signature && !s.scope) {
		struct finding f = rdp_finding(ev, F_CLIENT_RDP_FILE_SIGNATURE, 0);

		f.state = FINDING_ABSENT;
		f.effect = EFFECT_NONE;
		findings_add(ev->found, &f);
		return;
	}
	if (!s.signature || !s.scope) {
		tell(&s, s.signature ? s.signature->number : s.scope->number, "incomplete");
		return;
	}
	take_scope(&s);
	find_uncovered(&s);
	tell(&s, s.signature->number, judge(&s, now_us));
}
