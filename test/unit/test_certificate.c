#include "harness.h"

#include <ctype.h>

#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/bytes.h"
#include "base/moment.h"
#include "stage/certificate.h"
#include "stage/inspectors.h"

#define NOW INT64_C(1783000923000000) /* 2026-07-02 */
#define DAY INT64_C(86400)

static const struct client_profile profile = {.id = "test", .rsa_bits_least = 1024};

/* --- made here ----------------------------------------------------------------------------------
 */

struct made {
	const char *o, *cn;               /* subject */
	const char *issuer_o, *issuer_cn; /* NULL both: self-signed */
	const char *san, *usage;          /* as in OpenSSL's configuration; NULL: none */
	const char *constraints;
	int64_t from_days, until_days; /* relative to NOW; zero both: a year around it */
	int rsa_bits;                  /* 0: EC P-256 */
	bool is_v1;
};

static EVP_PKEY *key_of(int rsa_bits)
{
	static EVP_PKEY *ec, *rsa[3]; /* 512, 1024, 2048: made once */

	if (!rsa_bits)
		return ec ? ec : (ec = EVP_EC_gen("P-256"));

	EVP_PKEY **kept = &rsa[rsa_bits == 512 ? 0 : rsa_bits == 1024 ? 1 : 2];

	return *kept ? *kept : (*kept = EVP_RSA_gen((unsigned)rsa_bits));
}

static X509_NAME *name_of(const char *o, const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	if (o)
		X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const uint8_t *)o, -1, -1, 0);
	if (cn)
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)cn, -1, -1,
		                           0);
	return name;
}

static void extend(X509 *x, int nid, const char *value)
{
	if (!value)
		return;

	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(ext);
	X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
}

static struct buf make(const struct made *m)
{
	bool is_self = !m->issuer_o && !m->issuer_cn, has_days = m->from_days || m->until_days;
	X509_NAME *subject = name_of(m->o, m->cn);
	X509_NAME *issuer = is_self ? name_of(m->o, m->cn) : name_of(m->issuer_o, m->issuer_cn);
	EVP_PKEY *key = key_of(m->rsa_bits);
	X509 *x = X509_new();
	struct buf der = {0};
	uint8_t *bytes = NULL;

	X509_set_version(x, m->is_v1 ? X509_VERSION_1 : X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_set_subject_name(x, subject);
	X509_set_issuer_name(x, issuer);
	ASN1_TIME_set(X509_getm_notBefore(x),
	              (time_t)(NOW / 1000000 + (has_days ? m->from_days : -180) * DAY));
	ASN1_TIME_set(X509_getm_notAfter(x),
	              (time_t)(NOW / 1000000 + (has_days ? m->until_days : 180) * DAY));
	X509_set_pubkey(x, key);
	extend(x, NID_basic_constraints, m->constraints);
	extend(x, NID_subject_alt_name, m->san);
	extend(x, NID_ext_key_usage, m->usage);
	assert_true(X509_sign(x, is_self ? key : key_of(1024), EVP_sha256()) > 0);

	int n = i2d_X509(x, &bytes);

	buf_put(&der, bytes, (size_t)n);
	OPENSSL_free(bytes);
	X509_free(x);
	X509_NAME_free(subject);
	X509_NAME_free(issuer);
	return der;
}

/* --- what is found ------------------------------------------------------------------------------
 */

struct got {
	struct arena arena;
	struct findings found;
};

static struct got *look(const void *der, size_t n, const char *dialled, int64_t now_us)
{
	static struct got got;
	struct step step = {.found = &got.found, .origin = ORIGIN_PROBE, .now_us = now_us};

	arena_fini(&got.arena);
	got.found = (struct findings){.arena = &got.arena};
	certificate_findings(der, n, dialled, &profile, &step);
	return &got;
}

static struct got *look_at(const struct made *m, const char *dialled)
{
	struct buf der = make(m);
	struct got *got = look(der.bytes, der.n, dialled, NOW);

	buf_fini(&der);
	return got;
}

static const struct finding *find(const struct got *got, enum finding_id id)
{
	for (size_t i = 0; i < got->found.n; i++)
		if (got->found.at[i].id == id)
			return &got->found.at[i];
	return NULL;
}

static bool is_seen(const struct got *got, enum finding_id id)
{
	const struct finding *f = find(got, id);

	return f && f->state == FINDING_SEEN;
}

static bool is_absent(const struct got *got, enum finding_id id)
{
	const struct finding *f = find(got, id);

	return f && f->state == FINDING_ABSENT;
}

static void require_text(const struct got *got, enum finding_id id, const char *text)
{
	if (!is_seen(got, id))
		fail_msg("%s is not there", finding_defs[id].name);
	assert_string_equal(find(got, id)->text, text);
}

static void require_number(const struct got *got, enum finding_id id, int64_t number)
{
	if (!is_seen(got, id))
		fail_msg("%s is not there", finding_defs[id].name);
	assert_int_equal(find(got, id)->number, number);
}

static void the_one_that_windows_makes(void **state)
{
	(void)state;
	struct made m = {.cn = "PC-17.corp.example",
	                 .usage = "serverAuth",
	                 .rsa_bits = 2048,
	                 .from_days = -30,
	                 .until_days = 153};
	struct got *got = look_at(&m, "pc-17.corp.example");

	assert_true(is_seen(got, F_CERT_MADE_BY_WINDOWS));
	assert_true(is_seen(got, F_CERT_SELF_SIGNED));
	assert_true(is_absent(got, F_CERT_NAME_MISMATCH));
	assert_true(is_absent(got, F_CERT_NAMES_OTHER_HOST));
	assert_true(is_absent(got, F_CERT_WRONG_USAGE));
	assert_true(is_absent(got, F_CERT_WEAK_KEY));
	assert_true(is_absent(got, F_CERT_EXPIRED));
	assert_true(is_absent(got, F_CERT_NOT_YET_VALID));
	assert_null(find(got, F_CERT_INSPECTED));
	assert_null(find(got, F_CERT_MALFORMED));
	require_text(got, F_CERT_SUBJECT, "CN=PC-17.corp.example");
	require_text(got, F_CERT_ISSUER, "CN=PC-17.corp.example");
	require_text(got, F_CERT_KEY, "RSA 2048");
	require_text(got, F_CERT_SIGNATURE, "SHA-256");
	require_number(got, F_CERT_DAYS_LEFT, 153);
	assert_int_equal(strlen(find(got, F_CERT_THUMBPRINT)->text), 40);
	for (size_t i = 0; i < got->found.n; i++)
		assert_int_equal(got->found.at[i].visible, VISIBLE_TLS);
}

static void nearly_the_one_that_windows_makes(void **state)
{
	(void)state;
	const struct made windows = {.cn = "PC",
	                             .usage = "serverAuth",
	                             .rsa_bits = 1024,
	                             .from_days = -30,
	                             .until_days = 153};
	struct made cases[] = {windows, windows, windows, windows, windows, windows, windows};

	cases[0].o = "Example";
	cases[1].san = "DNS:PC";
	cases[2].usage = "serverAuth,clientAuth";
	cases[3].usage = NULL;
	cases[4].until_days = 335;
	cases[5].issuer_cn = "corp-CA";
	cases[6].rsa_bits = 0;
	assert_true(is_seen(look_at(&windows, NULL), F_CERT_MADE_BY_WINDOWS));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_true(is_absent(look_at(&cases[i], NULL), F_CERT_MADE_BY_WINDOWS));
}

static void validity(void **state)
{
	(void)state;
	struct got *got = look_at(&(struct made){.cn = "pc", .from_days = -400, .until_days = -35},
	                          NULL);

	require_number(got, F_CERT_EXPIRED, 35);
	assert_null(find(got, F_CERT_DAYS_LEFT));
	got = look_at(&(struct made){.cn = "pc", .from_days = 3, .until_days = 400}, NULL);
	require_number(got, F_CERT_NOT_YET_VALID, 3);
	require_number(got, F_CERT_DAYS_LEFT, 400);
}

static void the_same_subject_is_not_yet_self_signed(void **state)
{
	(void)state;
	/* The issuer has the subject's name and another key. */
	struct made m = {.cn = "pc", .issuer_cn = "pc"};

	assert_true(is_absent(look_at(&m, NULL), F_CERT_SELF_SIGNED));
	assert_true(is_seen(look_at(&(struct made){.cn = "pc"}, NULL), F_CERT_SELF_SIGNED));
}

/* s seen, a absent, - none: of cert.name_mismatch and cert.names_other_host. */
static void names(void **state)
{
	(void)state;
	static const struct {
		const char *cn, *san, *dialled, *expected;
	} cases[] = {
	    {"pc-17", NULL, "PC-17", "aa"},
	    {"pc-17.corp.example", NULL, "pc-17.corp.example.", "aa"},
	    {"pc-17.corp.example", NULL, "pc-17", "sa"},
	    {"pc-17", NULL, "pc-17.corp.example", "sa"},
	    {"pc-18", NULL, "pc-17", "ss"},
	    {"pc-17", "DNS:pc-18.corp.example", "pc-17", "ss"},
	    {"pc-18", "DNS:pc-18,DNS:pc-17", "pc-17", "aa"},
	    {"pc-17", "IP:192.0.2.7", "pc-17", "aa"},
	    {"x", "DNS:*.corp.example", "pc-17.corp.example", "aa"},
	    {"x", "DNS:*.corp.example", "pc-17.sub.corp.example", "s-"},
	    {"x", "DNS:*.corp.example", "corp.example", "s-"},
	    {"x", "DNS:*.example", "pc.example", "s-"},
	    {"x", "DNS:p*.corp.example", "pc.corp.example", "s-"},
	    {"localhost", NULL, "pc-17", "s-"},
	    {"xrdp", NULL, "pc-17", "s-"},
	    {"XRDP", NULL, "pc-17", "s-"},
	    {"Example Appliance", NULL, "pc-17", "s-"},
	    {"192.0.2.7", NULL, "pc-17", "s-"},
	    {NULL, NULL, "pc-17", "s-"},
	    {"pc-18", NULL, NULL, "--"},
	    {"pc-18", NULL, "192.0.2.7", "--"},
	    {"pc-18", NULL, "localhost", "--"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct made m = {.cn = cases[i].cn, .san = cases[i].san};
		struct got *got = look_at(&m, cases[i].dialled);
		enum finding_id ids[] = {F_CERT_NAME_MISMATCH, F_CERT_NAMES_OTHER_HOST};

		for (size_t k = 0; k < 2; k++) {
			char is = is_seen(got, ids[k]) ? 's' : is_absent(got, ids[k]) ? 'a' : '-';

			if (is != cases[i].expected[k])
				fail_msg("%s, SAN %s, dialled %s: %s is %c",
				         cases[i].cn ? cases[i].cn : "-",
				         cases[i].san ? cases[i].san : "-",
				         cases[i].dialled ? cases[i].dialled : "-",
				         finding_defs[ids[k]].name, is);
		}
	}
	require_text(look_at(&(struct made){.cn = "pc-18", .constraints = "CA:TRUE"}, "pc-17"),
	             F_CERT_NAME_MISMATCH, "pc-18");
	assert_null(find(look_at(&(struct made){.cn = "pc-18", .constraints = "CA:TRUE"}, "pc-17"),
	                 F_CERT_NAMES_OTHER_HOST));
}

static void usage(void **state)
{
	(void)state;
	static const struct {
		const char *usage;
		bool is_wrong;
	} cases[] = {{NULL, false},
	             {"serverAuth", false},
	             {"1.3.6.1.4.1.311.54.1.2", false},
	             {"anyExtendedKeyUsage", false},
	             {"clientAuth,serverAuth", false},
	             {"clientAuth", true},
	             {"codeSigning,1.2.3.4", true}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct got *got = look_at(&(struct made){.cn = "pc", .usage = cases[i].usage},
		                          NULL);

		assert_int_equal(is_seen(got, F_CERT_WRONG_USAGE), cases[i].is_wrong);
		assert_int_equal(is_absent(got, F_CERT_WRONG_USAGE), !cases[i].is_wrong);
	}
}

static void strength(void **state)
{
	(void)state;
	struct got *got = look_at(&(struct made){.cn = "pc", .rsa_bits = 512}, NULL);

	require_number(got, F_CERT_WEAK_KEY, 512);
	require_text(got, F_CERT_KEY, "RSA 512");
	assert_true(is_absent(look_at(&(struct made){.cn = "pc", .rsa_bits = 1024}, NULL),
	                      F_CERT_WEAK_KEY));
	got = look_at(&(struct made){.cn = "pc"}, NULL);
	assert_null(find(got, F_CERT_WEAK_KEY));
	require_text(got, F_CERT_KEY, "EC P-256");
}

static void inspection(void **state)
{
	(void)state;
	static const struct made cases[] = {
	    {.cn = "pc", .issuer_o = "Fortinet", .issuer_cn = "FortiGate CA"},
	    {.cn = "pc", .issuer_o = "Zscaler Inc.", .issuer_cn = "Zscaler Intermediate Root CA"},
	    {.cn = "pc", .issuer_o = "ESET, spol. s r. o.", .issuer_cn = "ESET SSL Filter CA"},
	    {.cn = "pc", .issuer_cn = "Kaspersky Anti-Virus Personal Root Certificate"},
	    {.cn = "pc", .issuer_cn = "mitmproxy"},
	    {.cn = "pc", .issuer_cn = "DO_NOT_TRUST_FiddlerRoot"},
	    {.cn = "pc", .issuer_o = "Sophos", .issuer_cn = "Sophos SSL CA_C0123"},
	};
	static const char *const products[] = {"Fortinet FortiGate", "Zscaler",   "ESET",
	                                       "Kaspersky",          "mitmproxy", "Fiddler",
	                                       "Sophos Firewall"};
	static const struct made innocent[] = {
	    {.cn = "mitmproxy"}, /* its own page */
	    {.o = "Fortinet Ltd.",
	     .cn = "FortiGate",
	     .issuer_o = "Fortinet Ltd.",
	     .issuer_cn = "support"},
	    {.cn = "pc", .issuer_o = "Example", .issuer_cn = "corp-CA"},
	    {.cn = "pc", .issuer_o = "DigiCert Inc", .issuer_cn = "DigiCert Global G2"},
	    {.cn = "pc", .issuer_o = "Symantec Corporation", .issuer_cn = "Symantec Class 3"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		require_text(look_at(&cases[i], NULL), F_CERT_INSPECTED, products[i]);
	for (size_t i = 0; i < sizeof innocent / sizeof *innocent; i++)
		assert_null(find(look_at(&innocent[i], NULL), F_CERT_INSPECTED));
	assert_null(inspector_of("", ""));
}

static void hostile_names_stay_whole(void **state)
{
	(void)state;
	struct got *got = look_at(&(struct made){.cn = "pc\x1B[31m\xE2\x80\xAEx"}, "pc");
	char shown[512];

	finding_value_text(find(got, F_CERT_SUBJECT), shown, sizeof shown);
	assert_null(strchr(shown, 0x1B));
	finding_value_text(find(got, F_CERT_NAME_MISMATCH), shown, sizeof shown);
	assert_null(strchr(shown, 0x1B));
	assert_null(strstr(shown, "\xE2\x80\xAE"));
	assert_null(find(got, F_CERT_NAMES_OTHER_HOST));
}

static void no_damage_harms(void **state)
{
	(void)state;
	struct buf der = make(&(struct made){.cn = "pc",
	                                     .san = "DNS:pc,IP:192.0.2.7,email:a@b.example",
	                                     .usage = "serverAuth,1.3.6.1.4.1.311.54.1.2"});

	for (size_t n = 0; n < der.n; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, der.bytes, n);
		require_text(look(copy, n, "pc", NOW), F_CERT_MALFORMED, "Certificate");
		free(copy);
	}
	for (size_t bit = 0; bit < der.n * 8; bit++) {
		der.bytes[bit / 8] ^= (char)(1 << bit % 8);
		assert_true(look(der.bytes, der.n, "pc", NOW)->found.n > 0);
		der.bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	buf_putc(&der, 0);
	require_text(look(der.bytes, der.n, "pc", NOW), F_CERT_MALFORMED,
	             "bytes after Certificate");
	buf_fini(&der);
}

/* --- real ones ----------------------------------------------------------------------------------
 */

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

/* The value between two words of a line of the table, or NULL. */
static const char *between(const char *line, const char *before, const char *after, char *out,
                           size_t n)
{
	const char *from = strstr(line, before), *to;

	if (!from)
		return NULL;
	from += strlen(before);
	to = strstr(from, after);
	snprintf(out, n, "%.*s", (int)(to ? to - from : (long)strlen(from)), from);
	return out;
}

static int64_t day_of(const char *date)
{
	char text[32];
	int64_t us = 0;

	snprintf(text, sizeof text, "%.10sT00:00:00Z", date);
	assert_true(moment_parse(text, &us));
	return us / 1000000 / DAY;
}

static void require_truth(const char *line, const struct buf *der)
{
	char subject[512], issuer[512], dates[64], bits[16], hash[16], key[32];
	int64_t now = NOW, until;

	between(line, "subj=\"", "\" issuer", subject, sizeof subject);
	between(line, "issuer=\"", "\" ", issuer, sizeof issuer);
	between(line, "issuer=\"", " key=", key, 1);
	between(strstr(line, "\" key") ? line : strstr(line, "issuer="), "..", " key", dates,
	        sizeof dates);
	between(line, "key=RSAPublicKey", " ", bits, sizeof bits);
	between(line, " sig=sha", " ", hash, sizeof hash);

	struct got *got = look(der->bytes, der->n, NULL, now);

	/* The table writes an e-mail address by its number, and its commas as OpenSSL does. */
	if (!strstr(subject, "1.2.840") && !strstr(subject, "2.5.4"))
		require_text(got, F_CERT_SUBJECT, subject);
	if (!strstr(issuer, "1.2.840") && !strstr(issuer, "2.5.4"))
		require_text(got, F_CERT_ISSUER, issuer);
	snprintf(key, sizeof key, "RSA %.8s", bits);
	require_text(got, F_CERT_KEY, key);
	snprintf(key, sizeof key, "SHA-%.8s", hash);
	require_text(got, F_CERT_SIGNATURE, key);
	until = day_of(dates);
	if (is_seen(got, F_CERT_EXPIRED))
		assert_in_range(now / 1000000 / DAY - until - find(got, F_CERT_EXPIRED)->number, 0,
		                1);
	else
		assert_in_range(until - now / 1000000 / DAY - find(got, F_CERT_DAYS_LEFT)->number,
		                0, 1);
	assert_null(find(got, F_CERT_MALFORMED));
	assert_null(find(got, F_CERT_INSPECTED));
	assert_int_equal(is_seen(got, F_CERT_SELF_SIGNED), strcmp(subject, issuer) == 0);
}

static void real_certificates(void **state)
{
	(void)state;
	struct buf table = {0};
	size_t n = 0;

	assert_true(read_file(SHARED_DATA "/truth/certs.tsv", &table));
	for (char *line = strtok(table.bytes, "\n"); line; line = strtok(NULL, "\n")) {
		char path[512];
		struct buf der = {0};

		if (strncmp(line, "certs/", 6) != 0)
			continue;
		snprintf(path, sizeof path, "%s/%.*s", SHARED_DATA, (int)strcspn(line, "\t"), line);
		assert_true(read_file(path, &der));
		require_truth(line, &der);
		buf_fini(&der);
		n++;
	}
	assert_int_equal(n, 13);
	buf_fini(&table);
}

/* In small letters, since names are compared without regard to case. */
static void common_name(const struct got *got, char *out, size_t n)
{
	const struct finding *subject = find(got, F_CERT_SUBJECT);
	const char *at = subject ? strstr(subject->text, "CN=") : NULL;
	size_t length;

	assert_non_null(at);
	length = strcspn(at + 3, ",");
	assert_true(length < n);
	for (size_t i = 0; i < length; i++)
		out[i] = (char)tolower((unsigned char)at[3 + i]);
	out[length] = '\0';
}

/* Which of the real ones TermService made itself; the third was made by hand, for ten years. */
static void real_listeners(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		bool is_made_by_windows;
	} cases[] = {
	    {"/certs/93cb25f0e7bf324e.der", true},  {"/certs/fdb8e70fc96009fe.der", true},
	    {"/certs/2f24fa5efe1c6244.der", true},  {"/certs/a5b05d2ae076130a.der", false},
	    {"/certs/7920ebd7acfb8c3c.der", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char path[512];
		struct buf der = {0};

		snprintf(path, sizeof path, "%s%s", SHARED_DATA, cases[i].file);
		assert_true(read_file(path, &der));

		char dialled[256];

		common_name(look(der.bytes, der.n, NULL, NOW), dialled, sizeof dialled);

		struct got *got = look(der.bytes, der.n, dialled, NOW);

		assert_int_equal(is_seen(got, F_CERT_MADE_BY_WINDOWS), cases[i].is_made_by_windows);
		assert_true(is_absent(got, F_CERT_NAME_MISMATCH));
		assert_true(is_absent(got, F_CERT_WRONG_USAGE));
		assert_true(is_seen(got, F_CERT_EXPIRED));
		buf_fini(&der);
	}
}

/* Those that need ../shared/data, as a run of their own: it is skipped as a whole. */
static int run_real(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_certificates),
	    cmocka_unit_test(real_listeners),
	};
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
	    cmocka_unit_test(the_one_that_windows_makes),
	    cmocka_unit_test(nearly_the_one_that_windows_makes),
	    cmocka_unit_test(validity),
	    cmocka_unit_test(the_same_subject_is_not_yet_self_signed),
	    cmocka_unit_test(names),
	    cmocka_unit_test(usage),
	    cmocka_unit_test(strength),
	    cmocka_unit_test(inspection),
	    cmocka_unit_test(hostile_names_stay_whole),
	    cmocka_unit_test(no_damage_harms),
	};

	return RUN(tests);
}

int main(int argc, char **argv)
{
	int failed = argc > 1 && strcmp(argv[1], "real") == 0 ? run_real() : run_made();

	look("", 0, NULL, NOW);
	return failed;
}
