#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "abuse.h"
#include "base/bytes.h"
#include "read/rdp_file.h"

#define NOW INT64_C(1783000923000000) /* 2026-07-02 */
#define DAY INT64_C(86400)

struct got {
	struct arena arena;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints;
	struct evidence ev;
	struct rdp_file file;
	bool is_read;
};

static struct got *look(const void *bytes, size_t n)
{
	static struct got got;

	arena_fini(&got.arena);
	got = (struct got){.found = {.arena = &got.arena},
	                   .attempts = {.arena = &got.arena},
	                   .complaints = {.arena = &got.arena}};
	got.ev = (struct evidence){.arena = &got.arena,
	                           .name = "x.rdp",
	                           .found = &got.found,
	                           .attempts = &got.attempts,
	                           .complaints = &got.complaints};
	got.is_read = rdp_file_read(bytes, n, NOW, &got.ev, &got.file);
	return &got;
}

static struct got *look_at(const char *text)
{
	return look(text, strlen(text));
}

static const struct finding *seen_one(const struct got *got, enum finding_id id)
{
	for (size_t i = 0; i < got->found.n; i++)
		if (got->found.at[i].id == id && got->found.at[i].state == FINDING_SEEN)
			return &got->found.at[i];
	return NULL;
}

/* A note or a flaw that begins like this. */
static const struct finding *told(const struct got *got, const char *begins)
{
	for (size_t i = 0; i < got->found.n; i++)
		if (got->found.at[i].text && got->found.at[i].state == FINDING_SEEN &&
		    strncmp(got->found.at[i].text, begins, strlen(begins)) == 0)
			return &got->found.at[i];
	return NULL;
}

/* --- encodings ------------------------------------------------------------------------------ */

static struct buf utf16(const char *ascii, const char *mark, bool is_big)
{
	struct buf out = {0};

	buf_put(&out, mark, strlen(mark));
	for (; *ascii; ascii++) {
		if (is_big)
			buf_putc(&out, 0);
		buf_putc(&out, *ascii);
		if (!is_big)
			buf_putc(&out, 0);
	}
	return out;
}

static const char plain[] = "screen mode id:i:2\r\nfull address:s:pc-17.corp.example:3390\r\n"
                            "authentication level:i:2\r\n";

static void both_byte_orders(void **state)
{
	(void)state;
	static const struct {
		const char *mark;
		bool is_big, is_broken;
	} cases[] = {{"\xFF\xFE", false, false},
	             {"\xFE\xFF", true, true},
	             {"", false, true},
	             {"", true, true}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = utf16(plain, cases[i].mark, cases[i].is_big);
		struct got *got = look(text.bytes, text.n);

		assert_true(got->is_read);
		assert_true(rdp_file_recognises((const uint8_t *)text.bytes, text.n));
		assert_string_equal(got->file.host, "pc-17.corp.example");
		assert_int_equal(got->file.port, 3390);
		assert_int_equal(seen_one(got, F_CLIENT_RDP_FILE_INVALID) != NULL,
		                 cases[i].is_broken);
		buf_fini(&text);
	}
}

static void other_encodings(void **state)
{
	(void)state;
	struct buf cut = utf16(plain, "\xFF\xFE", false);
	struct got *got = look(cut.bytes, cut.n - 1);

	assert_true(told(got, "encoding: cut in the middle"));
	buf_fini(&cut);
	got = look_at("\xEF\xBB\xBF"
	              "full address:s:a\n");
	assert_string_equal(got->file.host, "a");
	assert_true(told(got, "encoding warning: UTF-8 with a byte order mark"));
	got = look_at("full address:s:b\xC3\xBCro\n");
	assert_string_equal(got->file.host, "b\xC3\xBCro");
	assert_true(told(got, "encoding warning: UTF-8 with letters"));
	got = look_at("full address:s:b\xFCro\n");
	assert_string_equal(got->file.host, "b\xC3\xBCro");
	assert_true(told(got, "encoding warning: ANSI"));
	got = look("full address:s:a\r\n\0\0\0", 21);
	assert_true(told(got, "encoding warning: 3 zero characters"));
	assert_null(seen_one(got, F_CLIENT_RDP_FILE_INVALID));
}

static void what_is_none(void **state)
{
	(void)state;
	static const char *const others[] = {
	    "", "hello\n",
	    "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\A]\r\n",
	    "a:b:c\nd:e:f\n", "{\"name\": \"tcp.connected\"}\n"};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(rdp_file_recognises((const uint8_t *)others[i], strlen(others[i])));
	assert_false(look_at("")->is_read);
	assert_int_equal(look_at("hello\nworld\n")->complaints.n, 1);
	assert_string_equal(look_at("hello\n")->complaints.kept[0].says,
	                    "fewer than two colons; expected name:type:value");
	assert_true(rdp_file_recognises((const uint8_t *)plain, sizeof plain - 1));
}

/* --- target --------------------------------------------------------------------------------- */

static void targets(void **state)
{
	(void)state;
	static const struct {
		const char *value, *host;
		int port;
		bool is_broken;
	} cases[] = {
	    {"pc", "pc", 0, false},
	    {" pc:3390 ", "pc", 3390, false},
	    {"192.0.2.7", "192.0.2.7", 0, false},
	    {"2001:db8::7", "2001:db8::7", 0, false},
	    {"[2001:db8::7]:3390", "2001:db8::7", 3390, false},
	    {"[2001:db8::7]", "2001:db8::7", 0, false},
	    {"pc:", NULL, 0, true},
	    {"pc:99999", NULL, 0, true},
	    {"pc:x", NULL, 0, true},
	    {":3389", NULL, 0, true},
	    {"pc 17", NULL, 0, true},
	    {"pc/17", NULL, 0, true},
	    {"rdp://pc", NULL, 0, true},
	    {"[::1]x", NULL, 0, true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[128];
		struct got *got;

		snprintf(text, sizeof text, "full address:s:%s\r\n", cases[i].value);
		got = look_at(text);
		assert_true(got->is_read);
		if (cases[i].host)
			assert_string_equal(got->file.host, cases[i].host);
		else
			assert_null(got->file.host);
		assert_int_equal(got->file.port, cases[i].port);
		assert_int_equal(told(got, "L02: ") != NULL, cases[i].is_broken);
	}
}

static void gateways(void **state)
{
	(void)state;
	struct got *got = look_at("full address:s:pc\ngatewayhostname:s:gw.example:444\n"
	                          "gatewayusagemethod:i:1\n");

	assert_string_equal(got->file.gateway, "gw.example");
	assert_int_equal(got->file.gateway_port, 444);
	assert_true(got->file.uses_gateway_always);
	assert_string_equal(seen_one(got, F_CLIENT_RDP_FILE_GATEWAY)->text,
	                    "gw.example:444, always");
	got = look_at("full address:s:pc\ngatewayhostname:s:gw\ngatewayusagemethod:i:2\n");
	assert_int_equal(got->file.gateway_port, 443);
	assert_false(got->file.uses_gateway_always);
	got = look_at("full address:s:pc\ngatewayhostname:s:gw\ngatewayusagemethod:i:4\n");
	assert_null(got->file.gateway);
}

static void security(void **state)
{
	(void)state;
	struct got *got = look_at("full address:s:pc\nenablecredsspsupport:i:0\n"
	                          "negotiate security layer:i:0\nenablerdsaadauth:i:1\n"
	                          "authentication level:i:1\nusername:s: CORP\\ada \n"
	                          "loadbalanceinfo:s:tsv://x\n");

	assert_true(got->file.has_credssp_off && got->file.has_negotiation_off &&
	            got->file.has_entra);
	assert_int_equal(got->file.authentication_level, 1);
	assert_string_equal(got->file.account, "CORP\\ada");
	assert_string_equal(got->file.load_balance_info, "tsv://x");
	assert_string_equal(seen_one(got, F_CLIENT_NLA_OFF)->where, "x.rdp line 2");
	assert_int_equal(seen_one(got, F_CLIENT_AUTHENTICATION_LEVEL)->number, 1);
	assert_int_equal(look_at("full address:s:pc\n")->file.authentication_level, -1);
}

static void meant_and_dialled(void **state)
{
	(void)state;
	static const struct {
		const char *meant;
		int port;
		bool differs;
	} cases[] = {{"pc-17", 3389, false},
	             {"PC-17.corp.example", 3389, false},
	             {"pc-18", 3389, true},
	             {"pc-17", 3390, true},
	             {"192.0.2.7", 3389, false}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct got *got = look_at("full address:s:pc-17.corp.example\n");

		rdp_file_compare(&got->file, cases[i].meant, (uint16_t)cases[i].port, &got->ev);
		assert_int_equal(seen_one(got, F_CLIENT_RDP_FILE_TARGET_DIFFERS) != NULL,
		                 cases[i].differs);
	}
}

/* --- rules ---------------------------------------------------------------------------------- */

#define PC "full address:s:pc\n"
#define GW "gatewayhostname:s:gw\n"

/* Each rule: a file that breaks it, and its nearest neighbour that does not. */
static void rules(void **state)
{
	(void)state;
	static const struct {
		const char *begins, *broken, *kept;
	} cases[] = {
	    {"L03", "full address:s:pc:1\nserver port:i:2\n",
	     "full address:s:pc:1\nserver port:i:1\n"},
	    {"L04", "full address:s:192.0.2.7\nauthentication level:i:1\n",
	     "full address:s:192.0.2.7\nauthentication level:i:2\n"},
	    {"L05", PC "alternate full address:s:other\n",
	     PC "alternate full address:s:PC.example\n"},
	    {"L06", PC "enablecredsspsupport:i:0\n", PC "enablecredsspsupport:i:1\n"},
	    {"L07", PC "enablecredsspsupport:i:0\nnegotiate security layer:i:0\n",
	     PC "enablecredsspsupport:i:1\nnegotiate security layer:i:0\n"},
	    {"L08: ", PC "gatewayusagemethod:i:1\ngatewayprofileusagemethod:i:1\n",
	     PC "gatewayusagemethod:i:1\n"},
	    {"L08 error", PC "gatewayusagemethod:i:2\n", PC "gatewayusagemethod:i:4\n"},
	    {"L09", PC GW "gatewayusagemethod:i:4\n", PC GW "gatewayusagemethod:i:1\n"},
	    {"L10", PC GW "gatewayusagemethod:i:1\ngatewayprofileusagemethod:i:0\n",
	     PC GW "gatewayusagemethod:i:1\ngatewayprofileusagemethod:i:1\n"},
	    {"L11", PC "gatewaycredentialssource:i:5\n",
	     PC "gatewaycredentialssource:i:5\ngatewayaccesstoken:s:t\n"},
	    {"L12", PC GW "gatewayusagemethod:i:1\npromptcredentialonce:i:1\n",
	     PC GW "gatewayusagemethod:i:1\npromptcredentialonce:i:0\n"},
	    {"L13", PC "loadbalanceinfo:s:x\nuse redirection server name:i:0\n",
	     PC "loadbalanceinfo:s:x\nuse redirection server name:i:1\n"},
	    {"L14", PC "enablerdsaadauth:i:1\ntargetisaadjoined:i:1\n",
	     PC "enablerdsaadauth:i:1\n"},
	    {"L15", PC "enablerdsaadauth:i:1\n", PC "enablerdsaadauth:i:0\n"},
	    {"L16", PC "username:s:A\\u\ndomain:s:B\n", PC "username:s:A\\u\ndomain:s:a\n"},
	    {"L17", PC "password 51:b:01020A\n", PC},
	    {"L18", PC "password 51:b:01\nprompt for credentials:i:1\n", PC "password 51:b:01\n"},
	    {"L20", PC "signscope:s:Full Address\n", PC},
	    {"L21", PC "authentication level:i:0\n", PC "authentication level:i:2\n"},
	    {"L22", PC "connection type:i:1\nnetworkautodetect:i:1\n",
	     PC "connection type:i:1\nnetworkautodetect:i:0\n"},
	    {"L24: full address", PC "full address:s:pd\n", PC "Full Address:s:PC\n"},
	    {"L24 error: audiomode", PC "audiomode:i:1\naudiomode:i:2\n",
	     PC "audiomode:i:1\naudiomode:i:01\n"},
	    {"L25: full address: type i", "full address:i:1\nusername:s:u\n", PC},
	    {"L25: server port", PC "server port:i:0x10\n", PC "server port:i:16\n"},
	    {"L25: server port: 70000 is outside", PC "server port:i:70000\n", PC},
	    {"L25 error: compression", PC "compression:i:7\n", PC "compression:i:1\n"},
	    {"L25 error: password 51", PC "password 51:b:123\n", PC "password 51:b:12\n"},
	    {"L25 error: fewer than two colons", PC "stray\n" PC, PC},
	    {"L25: fewer than two colons", PC "gatewayhost", PC},
	    {"L26 warning: not known here: frobnicate, zed", PC "frobnicate:i:1\nzed:s:\n", PC},
	    {"L26 warning: a control", PC "username:s:a\x01\n", PC},
	    {"L27", PC "desktopwidth:i:9000\n", PC "desktopwidth:i:8192\n"},
	    {"L27", PC "screen mode id:i:1\ndesktopwidth:i:0\n", PC "desktopwidth:i:0\n"},
	    {"L28", PC "remoteapplicationmode:i:1\n",
	     PC "remoteapplicationmode:i:1\nremoteapplicationprogram:s:||cmd\n"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (!told(look_at(cases[i].broken), cases[i].begins))
			fail_msg("%s is not told of %s", cases[i].begins, cases[i].broken);
		if (told(look_at(cases[i].kept), cases[i].begins))
			fail_msg("%s is told of %s", cases[i].begins, cases[i].kept);
	}
	assert_non_null(seen_one(look_at("username:s:u\n"), F_CLIENT_RDP_FILE_NO_TARGET));
	assert_non_null(seen_one(look_at("full address:s:\n"), F_CLIENT_RDP_FILE_NO_TARGET));
	assert_null(seen_one(look_at(PC), F_CLIENT_RDP_FILE_NO_TARGET));
	assert_null(seen_one(look_at(PC), F_CLIENT_AVD_FEED));
	assert_non_null(seen_one(look_at(PC "armpath:s:/x\n"), F_CLIENT_AVD_FEED));
	assert_non_null(
	    told(look_at("full address:s:p_c\n"), "L02 error: full address: an underscore"));
	assert_non_null(told(look_at("full address:s: pc\n"), "L02 error: full address: blanks"));
}

/* A good file of the usual kind is left alone. */
static void a_good_file_is_silent(void **state)
{
	(void)state;
	struct buf text = utf16(plain, "\xFF\xFE", false);
	struct got *got = look(text.bytes, text.n);

	assert_null(seen_one(got, F_CLIENT_RDP_FILE_NOTE));
	assert_null(seen_one(got, F_CLIENT_RDP_FILE_INVALID));
	assert_int_equal(got->complaints.n, 0);
	buf_fini(&text);
}

static void no_secret_is_shown(void **state)
{
	(void)state;
	struct got *got = look_at(PC "password 51:b:DEADBEEF\ngatewayaccesstoken:s:DEADBEEF\n"
	                             "cleartextpassword:s:DEADBEEF\npassword 51:b:DEADBEEFX\n"
	                             "signature:s:DEADBEEF\nsignscope:s:x\n"
	                             "endpointfedauth:s:DEADBEEF\n");

	for (size_t i = 0; i < got->found.n; i++)
		assert_false(got->found.at[i].text && strstr(got->found.at[i].text, "DEADBEEF"));
	for (size_t i = 0; i < got->complaints.n; i++)
		assert_null(strstr(got->complaints.kept[i].says, "DEADBEEF"));
	assert_non_null(seen_one(got, F_CLIENT_SAVED_CREDENTIALS));
}

static void many_lines(void **state)
{
	(void)state;
	struct buf text = {0};

	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "name%d:i:%d\r\n", i, i);
	buf_puts(&text, PC);

	struct got *got = look(text.bytes, text.n);

	assert_true(got->is_read);
	assert_int_equal(got->complaints.n, 1);
	assert_null(got->file.host);
	buf_fini(&text);
	text = (struct buf){0};
	for (int i = 0; i < 100; i++)
		buf_puts(&text, "stray\n");
	buf_puts(&text, PC);
	got = look(text.bytes, text.n);
	assert_int_equal(got->found.n, 20 + 1 + 1); /* the rest counted, and no signature */
	assert_non_null(told(got, "L25 error: and 80 more"));
	buf_fini(&text);
	text = (struct buf){0};
	for (size_t i = 0; i <= RDP_FILE_BYTES_MAX; i++)
		buf_putc(&text, 'x');
	assert_false(look(text.bytes, text.n)->is_read);
	buf_fini(&text);
}

/* --- signatures ----------------------------------------------------------------------------- */

struct signer {
	EVP_PKEY *key;
	X509 *x;
};

static struct signer signer_of(int64_t from_days, int64_t until_days)
{
	static EVP_PKEY *key;
	struct signer s = {.key = key ? key : (key = EVP_RSA_gen(2048)), .x = X509_new()};
	X509_NAME *name = X509_get_subject_name(s.x);

	X509_set_version(s.x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(s.x), 7);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)"publisher", -1, -1,
	                           0);
	X509_set_issuer_name(s.x, name);
	ASN1_TIME_set(X509_getm_notBefore(s.x), (time_t)(NOW / 1000000 + from_days * DAY));
	ASN1_TIME_set(X509_getm_notAfter(s.x), (time_t)(NOW / 1000000 + until_days * DAY));
	X509_set_pubkey(s.x, s.key);
	assert_true(X509_sign(s.x, s.key, EVP_sha256()) > 0);
	return s;
}

static void put_base64(struct buf *out, const struct buf *in)
{
	size_t n = (in->n + 2) / 3 * 4;
	char *text = malloc(n + 1);

	assert_non_null(text);
	EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)in->bytes, (int)in->n);
	for (size_t at = 0; at < n; at += 64) /* as Windows writes it, in groups */
		buf_printf(out, "%.64s  ", text + at);
	free(text);
}

static void put_le32(struct buf *out, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		buf_putc(out, (char)(n >> 8 * i & 0xFF));
}

/* The lines of a file, signed as the comment in rdp_signature.c says; ASCII, in that order. */
static struct buf sign(const char *lines, const char *covered, const char *scope,
                       const struct signer *s, unsigned flags)
{
	struct buf file = {0}, text = {0}, content, envelope = {0};
	unsigned char *der = NULL;
	CMS_ContentInfo *cms;
	BIO *bio;
	int n;

	buf_printf(&text, "%ssignscope:s:%s\r\n", covered, scope);
	content = utf16(text.bytes, "", false);
	buf_put(&content, "\0", 2);
	bio = BIO_new_mem_buf(content.bytes, (int)content.n);
	cms = CMS_sign(s->x, s->key, NULL, bio, CMS_BINARY | CMS_DETACHED | flags);
	assert_non_null(cms);
	n = i2d_CMS_ContentInfo(cms, &der);
	put_le32(&envelope, 0x00010001);
	put_le32(&envelope, 1);
	put_le32(&envelope, (uint32_t)n);
	buf_put(&envelope, der, (size_t)n);
	buf_printf(&file, "%ssignscope:s:%s\r\nsignature:s:", lines, scope);
	put_base64(&file, &envelope);
	buf_puts(&file, "\r\n");
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	buf_fini(&text);
	buf_fini(&content);
	buf_fini(&envelope);
	return file;
}

#define LINES                                                                                      \
	"full address:s:pc-17\r\nserver port:i:3389\r\ngatewayusagemethod:i:4\r\n"                 \
	"username:s:ada\r\nalternate full address:s:pc-17\r\n"
#define COVERED                                                                                    \
	"full address:s:pc-17\r\nalternate full address:s:pc-17\r\nserver port:i:3389\r\n"         \
	"gatewayusagemethod:i:4\r\n"
#define SCOPE "Full Address,Alternate Full Address,Server Port,GatewayUsageMethod"

static struct buf sign_usual(int64_t from_days, int64_t until_days)
{
	struct signer s = signer_of(from_days, until_days);
	struct buf file = sign(LINES, COVERED, SCOPE, &s, CMS_NOATTR);

	X509_free(s.x);
	return file;
}

static void require_signature(const struct buf *file, const char *verdict, const char *note)
{
	struct got *got = look(file->bytes, file->n);
	const struct finding *f = seen_one(got, F_CLIENT_RDP_FILE_SIGNATURE);

	assert_non_null(f);
	assert_string_equal(f->text, verdict);
	assert_int_equal(f->effect, strcmp(verdict, "valid") ? EFFECT_MAY_BLOCK : EFFECT_NONE);
	if (note && !told(got, note))
		fail_msg("not told: %s", note);
}

static void replace(struct buf *file, const char *what, const char *by)
{
	struct buf out = {0};
	const char *at = strstr(file->bytes, what);

	assert_non_null(at);
	buf_put(&out, file->bytes, (size_t)(at - file->bytes));
	buf_puts(&out, by);
	buf_puts(&out, at + strlen(what));
	buf_fini(file);
	*file = out;
}

static void good_signatures(void **state)
{
	(void)state;
	struct buf file = sign_usual(-10, 10);
	struct signer s = signer_of(-10, 10);
	const struct finding *f;

	require_signature(&file, "valid", NULL);
	f = seen_one(look(file.bytes, file.n), F_CLIENT_RDP_FILE_SIGNER);
	assert_non_null(strstr(f->text, "CN=publisher, which names itself as issuer, thumbprint "));

	struct buf wide = utf16(file.bytes, "\xFF\xFE", false);

	require_signature(&wide, "valid", NULL);
	buf_fini(&wide);
	replace(&file, "username:s:ada", "username:s:bob"); /* not covered, so free */
	require_signature(&file, "valid", NULL);
	buf_fini(&file);
	file = sign(LINES, COVERED, SCOPE, &s, 0); /* with signed attributes */
	require_signature(&file, "valid", NULL);
	buf_fini(&file);
	X509_free(s.x);
}

static void edited_after_signing(void **state)
{
	(void)state;
	static const struct {
		const char *what, *by, *note;
	} cases[] = {
	    {"gatewayusagemethod:i:4", "gatewayusagemethod:i:1",
	     "L19 warning: gatewayusagemethod was changed after signing; what was signed is \"4\""},
	    {"server port:i:3389", "server port:i:3390",
	     "L19 warning: server port was changed after signing; what was signed is \"3389\""},
	    {"full address:s:pc-17", "full address:s:evil",
	     "L19 warning: full address was changed after signing; what was signed is \"pc-17\""},
	    {"server port:i:3389\r\n", "",
	     "L19 warning: signscope names Server Port, and there is no"},
	    {"username:s:ada", "full address:s:evil",
	     "L19 warning: full address was added after signing; the line that was signed is 1"},
	    {"signscope:s:Full Address,",
	     "signscope:s:", "L19 warning: something that the signature"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf file = sign_usual(-10, 10);

		replace(&file, cases[i].what, cases[i].by);
		require_signature(&file, "changed", cases[i].note);
		buf_fini(&file);
	}
}

static void incomplete_and_expired(void **state)
{
	(void)state;
	struct buf file = sign_usual(-20, -10);
	struct signer s = signer_of(-10, 10);

	require_signature(&file, "expired", NULL);
	replace(&file, "username:s:ada", "gatewayhostname:s:gw.example");
	require_signature(&file, "incomplete", "L19 warning: gatewayhostname is not covered");
	buf_fini(&file);
	file = sign_usual(-10, 10);
	replace(&file, "signscope:s:", "signscopf:s:");
	require_signature(&file, "incomplete", "L20 warning: a signature without signscope");
	buf_fini(&file);
	file = sign(LINES, COVERED, SCOPE, &s, CMS_NOATTR | CMS_NOCERTS);
	require_signature(
	    &file, "unreadable",
	    "L19 warning: the signature cannot be read: it does not hold the certificate");
	buf_fini(&file);
	X509_free(s.x);
}

static void unreadable_signatures(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "signature:s:AAAA\n",                     /* shorter than its header */
	    "signature:s:!!!!\n",                     /* no base64 */
	    "signature:s:AQABAAEAAAAAAAAA\n",         /* nothing in it */
	    "signature:s:AQABAAEAAAAEAAAAMAAwAA==\n", /* no PKCS #7 */
	    "signature:s:AQABAAEAAAD/////MAAwAA==\n", /* a length beyond the end */
	    "signature:s:AQACAAEAAAAEAAAAMAAwAA==\n", /* another header */
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct buf file = {0};

		buf_printf(&file, PC "signscope:s:Full Address\n%s", bad[i]);
		require_signature(&file, "unreadable", "L19 warning: the signature cannot be read");
		buf_fini(&file);
	}
	for (size_t i = 0; i < look_at(PC)->found.n; i++)
		if (look_at(PC)->found.at[i].id == F_CLIENT_RDP_FILE_SIGNATURE)
			assert_int_equal(look_at(PC)->found.at[i].state, FINDING_ABSENT);
}

/* One line that signscope names again and again, and that is very long. */
static void hostile_scope(void **state)
{
	(void)state;
	struct buf file = sign_usual(-10, 10), text = {0};
	const char *signature = strstr(file.bytes, "signature:s:");

	buf_puts(&text, "full address:s:");
	for (int i = 0; i < 400000; i++)
		buf_putc(&text, 'x');
	buf_puts(&text, "\r\nsignscope:s:");
	for (int i = 0; i < 128; i++)
		buf_puts(&text, "Full Address,");
	buf_printf(&text, "\r\n%s", signature);
	require_signature(&text, "changed", NULL);
	buf_fini(&text);
	buf_fini(&file);
}

/* --- damage --------------------------------------------------------------------------------- */

static void read_anything(const uint8_t *bytes, size_t n)
{
	rdp_file_recognises(bytes, n);
	look(bytes, n);
}

static void no_damage_harms(void **state)
{
	(void)state;
	static const char
	    small[] = "full address:s:[::1]:33\r\npassword 51:b:0A\r\n"
	              "gatewayhostname:s:g:1\ngatewayusagemethod:i:1\n"
	              "signscope:s:Full Address\nsignature:s:AQABAAEAAAAEAAAAMAAwAA==\n";
	struct buf wide = utf16(small, "\xFF\xFE", false);

	abuse(small, sizeof small - 1, read_anything);
	abuse(wide.bytes, wide.n, read_anything);
	buf_fini(&wide);
}

/* Flips in a real signature: none of them leaves it valid. */
static void no_flip_leaves_a_signature_valid(void **state)
{
	(void)state;
	struct buf file = sign_usual(-10, 10);
	size_t first = (size_t)(strstr(file.bytes, "signature:s:") - file.bytes) + 12;

	for (size_t at = first; at < file.n - 4; at += 37) {
		const struct finding *f;
		char kept = file.bytes[at];

		if (kept == ' ')
			continue;
		file.bytes[at] = kept == 'A' ? 'B' : 'A';
		f = seen_one(look(file.bytes, file.n), F_CLIENT_RDP_FILE_SIGNATURE);
		/* What lies in the certificate itself is not covered by it. */
		if (at < first + 24 || at > file.n - 360)
			assert_string_not_equal(f->text, "valid");
		file.bytes[at] = kept;
	}
	buf_fini(&file);
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

static struct got *look_at_real(const char *name)
{
	char path[512];
	struct buf bytes = {0};
	struct got *got;

	snprintf(path, sizeof path, "%s/rdp/%s", SHARED_DATA, name);
	assert_true(read_file(path, &bytes));
	assert_true(rdp_file_recognises((const uint8_t *)bytes.bytes, bytes.n));
	got = look(bytes.bytes, bytes.n);
	buf_fini(&bytes);
	assert_true(got->is_read);
	assert_int_equal(got->complaints.n, 0);
	assert_null(seen_one(got, F_CLIENT_RDP_FILE_INVALID)); /* no bad lines, no duplicates */
	assert_null(told(got, "L24"));
	assert_null(told(got, "L25"));
	return got;
}

static void real_files(void **state)
{
	(void)state;
	struct got *got = look_at_real("DirectCredSSP.RDP");

	assert_null(got->file.host);
	assert_true(got->file.has_negotiation_off && !got->file.has_credssp_off);
	assert_int_equal(got->file.authentication_level, 0);
	assert_non_null(seen_one(got, F_CLIENT_RDP_FILE_NO_TARGET));
	got = look_at_real("Negotiate.RDP");
	assert_false(got->file.has_negotiation_off || got->file.has_credssp_off);
	got = look_at_real("NegotiateInvalidAccount.RDP");
	assert_string_equal(got->file.account, "InvalidAdmin");
	assert_null(got->file.host);
	got = look_at_real("avd-1.rdp");
	assert_int_equal(got->file.gateway_port, 443);
	assert_true(got->file.uses_gateway_always && !got->file.has_entra);
	assert_non_null(got->file.load_balance_info);
	assert_non_null(seen_one(got, F_CLIENT_AVD_FEED));
	got = look_at_real("avd-3-kdcproxy-off.rdp");
	assert_true(got->file.uses_gateway_always);
}

static int run_real(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(real_files)};
	struct buf bytes = {0};
	bool is_here = read_file(SHARED_DATA "/rdp/Negotiate.RDP", &bytes);

	buf_fini(&bytes);
	if (is_here)
		return RUN(tests);
	puts("1..0 # SKIP ../shared/data is not here");
	return 0;
}

static int run_made(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_byte_orders),
	    cmocka_unit_test(other_encodings),
	    cmocka_unit_test(what_is_none),
	    cmocka_unit_test(targets),
	    cmocka_unit_test(gateways),
	    cmocka_unit_test(security),
	    cmocka_unit_test(meant_and_dialled),
	    cmocka_unit_test(rules),
	    cmocka_unit_test(a_good_file_is_silent),
	    cmocka_unit_test(no_secret_is_shown),
	    cmocka_unit_test(many_lines),
	    cmocka_unit_test(good_signatures),
	    cmocka_unit_test(edited_after_signing),
	    cmocka_unit_test(incomplete_and_expired),
	    cmocka_unit_test(unreadable_signatures),
	    cmocka_unit_test(hostile_scope),
	    cmocka_unit_test(no_damage_harms),
	    cmocka_unit_test(no_flip_leaves_a_signature_valid),
	};

	return RUN(tests);
}

int main(int argc, char **argv)
{
	int failed;

	if (argc > 2 && strcmp(argv[1], "show") == 0) {
		struct buf bytes = {0};
		struct got *got = read_file(argv[2], &bytes) ? look(bytes.bytes, bytes.n) : NULL;

		for (size_t i = 0; got && i < got->found.n; i++)
			printf("%s %d %lld %s [%s]\n", finding_defs[got->found.at[i].id].name,
			       got->found.at[i].state, (long long)got->found.at[i].number,
			       got->found.at[i].text ? got->found.at[i].text : "",
			       got->found.at[i].where);
		return 0;
	}
	failed = argc > 1 && strcmp(argv[1], "real") == 0 ? run_real() : run_made();
	look("", 0);
	return failed;
}
