#include "harness.h"

#include <stdlib.h>

#include "base/text.h"
#include "wire/ntlm.h"
#include "wire/spnego.h"
#include "wire/tsrequest.h"

/* The example of [MS-NLMP] 4.2.4.3. */
static const uint8_t challenge[] = {
    'N',  'T',  'L',  'M',  'S',  'S',  'P',  0,    /* Signature */
    0x02, 0x00, 0x00, 0x00,                         /* MessageType 2 */
    0x0C, 0x00, 0x0C, 0x00, 0x38, 0x00, 0x00, 0x00, /* TargetNameFields: 12 at 56 */
    0x33, 0x82, 0x8A, 0xE2,                         /* NegotiateFlags */
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, /* ServerChallenge */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* Reserved */
    0x24, 0x00, 0x24, 0x00, 0x44, 0x00, 0x00, 0x00, /* TargetInfoFields: 36 at 68 */
    0x06, 0x00, 0x70, 0x17, 0x00, 0x00, 0x00, 0x0F, /* Version 6.0.6000, revision 15 */
    'S',  0,    'e',  0,    'r',  0,    'v',  0,    'e', 0, 'r', 0, /* TargetName */
    0x02, 0x00, 0x0C, 0x00,                                         /* MsvAvNbDomainName, 12 */
    'D',  0,    'o',  0,    'm',  0,    'a',  0,    'i', 0, 'n', 0,
    0x01, 0x00, 0x0C, 0x00, /* MsvAvNbComputerName, 12 */
    'S',  0,    'e',  0,    'r',  0,    'v',  0,    'e', 0, 'r', 0,
    0x00, 0x00, 0x00, 0x00, /* MsvAvEOL */
};

/* A host of version 6 refuses: STATUS_LOGON_FAILURE. */
static const uint8_t error_negative[] = {
    0x30, 0x0D,                               /* TSRequest */
    0xA0, 0x03, 0x02, 0x01, 0x06,             /* [0] version 6 */
    0xA4, 0x06, 0x02, 0x04, 0xC0, 0, 0, 0x6D, /* [4] errorCode, four bytes */
};
static const uint8_t error_positive[] = {
    0x30, 0x0E,                                     /* TSRequest */
    0xA0, 0x03, 0x02, 0x01, 0x06,                   /* [0] version 6 */
    0xA4, 0x07, 0x02, 0x05, 0,    0xC0, 0, 0, 0x6D, /* [4] errorCode, five bytes */
};

static const uint8_t init[] = {
    0x60, 0x26,                                                 /* InitialContextToken */
    0x06, 0x06, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x02,             /* SPNEGO */
    0xA0, 0x1C, 0x30, 0x1A,                                     /* NegTokenInit */
    0xA0, 0x0E, 0x30, 0x0C,                                     /* [0] mechTypes */
    0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, /* NTLMSSP */
    0x02, 0x0A,                                                 /* */
    0xA2, 0x08, 0x04, 0x06, 'N',  'T',  'L',  'M',  'S',  'S',  /* [2] mechToken */
};

static const uint8_t response[] = {
    0xA1, 0x1F, 0x30, 0x1D,                                     /* NegTokenResp */
    0xA0, 0x03, 0x0A, 0x01, 0x01,                               /* [0] accept-incomplete */
    0xA1, 0x0C, 0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, /* [1] supportedMech */
    0x37, 0x02, 0x02, 0x0A,                                     /* NTLMSSP */
    0xA2, 0x08, 0x04, 0x06, 'N',  'T',  'L',  'M',  'S',  'S',  /* [2] responseToken */
};

static struct octets view(const void *at, size_t n)
{
	return (struct octets){.at = at, .n = n};
}

static void challenge_of_the_specification(void **state)
{
	(void)state;
	struct flaw flaw;
	struct cur c = cur_over(challenge, sizeof challenge, &flaw);
	struct ntlm_challenge m;
	struct ntlm_target t;
	struct buf again = {0};

	assert_int_equal(ntlm_type(view(challenge, sizeof challenge)), NTLM_CHALLENGE);
	assert_true(ntlm_read_challenge(&c, &m));
	assert_int_equal(m.flags, 0xE28A8233);
	assert_int_equal(ntlm_build(m.version), 6000);
	assert_int_equal(m.challenge[7], 0xEF);
	assert_int_equal(m.target_name.n, 12);

	struct cur info = der_within(&c, m.target_info);

	assert_true(ntlm_read_target(&info, &t));
	assert_string_equal(t.nb_computer, "Server");
	assert_string_equal(t.nb_domain, "Domain");
	assert_string_equal(t.dns_computer, "");
	assert_false(t.has_time);

	ntlm_put_challenge(&again, &m);
	assert_int_equal(again.n, sizeof challenge);
	assert_memory_equal(again.bytes, challenge, sizeof challenge);
	buf_fini(&again);
}

static void negotiate_tells_nothing_of_the_client(void **state)
{
	(void)state;
	struct ntlm_negotiate m = {.flags = 0xE20882B7};
	struct buf out = {0};
	struct flaw flaw;

	ntlm_put_version(m.version, 10, 0, 22621);
	ntlm_put_negotiate(&out, &m);
	assert_int_equal(out.n, 40);

	struct cur c = cur_over(out.bytes, out.n, &flaw);

	assert_true(ntlm_read_negotiate(&c, &m));
	assert_int_equal(m.flags, 0xE20882B7);
	assert_int_equal(ntlm_build(m.version), 22621);
	assert_null(m.domain.at);
	assert_null(m.workstation.at);
	buf_fini(&out);
}

static void authenticate_header(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {
	    'N',  'T',  'L',  'M',  'S',  'S',  'P',  0,    0x03, 0, 0, 0, /* MessageType 3 */
	    0,    0,    0,    0,    0x40, 0,    0,    0,                   /* LM: none */
	    0,    0,    0,    0,    0x40, 0,    0,    0,                   /* NT: none */
	    2,    0,    2,    0,    0x40, 0,    0,    0,                   /* domain: 2 at 64 */
	    2,    0,    2,    0,    0x42, 0,    0,    0,                   /* user: 2 at 66 */
	    0,    0,    0,    0,    0xFF, 0xFF, 0xFF, 0xFF,                /* workstation: none */
	    0,    0,    0,    0,    0x40, 0,    0,    0,                   /* session key: none */
	    0x35, 0x82, 0x88, 0xE2,                                        /* NegotiateFlags */
	    'D',  0,    'U',  0,
	};
	struct flaw flaw;
	struct cur c = cur_over(bytes, sizeof bytes, &flaw);
	struct ntlm_authenticate m;
	char text[NTLM_NAME_MAX];

	assert_true(ntlm_read_authenticate(&c, &m));
	ntlm_text(m.user, text);
	assert_string_equal(text, "U");
	assert_int_equal(m.flags, 0xE2888235);
	assert_null(m.workstation.at);
}

static void error_codes_of_both_lengths(void **state)
{
	(void)state;
	struct flaw flaw;
	struct tsrequest ts;
	struct cur c = cur_over(error_negative, sizeof error_negative, &flaw);
	struct buf out = {0};

	assert_true(tsrequest_read(&c, &ts));
	assert_true(ts.has_error);
	assert_int_equal(ts.error, 0xC000006D);
	tsrequest_put(&out, &ts);
	assert_int_equal(out.n, sizeof error_negative);
	assert_memory_equal(out.bytes, error_negative, out.n);
	buf_fini(&out);

	c = cur_over(error_positive, sizeof error_positive, &flaw);
	assert_true(tsrequest_read(&c, &ts));
	assert_int_equal(ts.error, 0xC000006D);
}

static void every_version_comes_back(void **state)
{
	(void)state;
	static const uint8_t nonce[TSREQUEST_NONCE_BYTES] = {1, 2, 3};

	for (uint32_t version = 2; version <= 6; version++) {
		struct tsrequest ts = {.version = version,
		                       .token = view("token", 5),
		                       .auth_info = view("auth", 4),
		                       .pub_key_auth = view("key", 3),
		                       .client_nonce = view(nonce, sizeof nonce)};
		struct buf out = {0};
		struct flaw flaw;

		tsrequest_put(&out, &ts);
		assert_int_equal(tsrequest_length((uint8_t *)out.bytes, out.n), out.n);

		struct cur c = cur_over(out.bytes, out.n, &flaw);

		assert_true(tsrequest_read(&c, &ts));
		assert_int_equal(ts.version, version);
		assert_int_equal(ts.token.n, 5);
		assert_memory_equal(ts.token.at, "token", 5);
		assert_memory_equal(ts.auth_info.at, "auth", 4);
		assert_memory_equal(ts.pub_key_auth.at, "key", 3);
		assert_memory_equal(ts.client_nonce.at, nonce, sizeof nonce);
		assert_false(ts.has_error);
		buf_fini(&out);
	}
}

static void a_nonce_has_32_bytes(void **state)
{
	(void)state;
	struct tsrequest ts = {.version = 6, .client_nonce = view("short", 5)};
	struct buf out = {0};
	struct flaw flaw;

	tsrequest_put(&out, &ts);

	struct cur c = cur_over(out.bytes, out.n, &flaw);

	assert_false(tsrequest_read(&c, &ts));
	assert_string_equal(flaw.what, "TSRequest.clientNonce");
	buf_fini(&out);
}

static void spnego_of_both_kinds(void **state)
{
	(void)state;
	struct flaw flaw;
	struct spnego s;
	struct cur c = cur_over(init, sizeof init, &flaw);
	struct buf out = {0};

	assert_true(spnego_read(&c, &s));
	assert_false(s.is_response);
	assert_int_equal(s.mechs, MECH_NTLMSSP);
	assert_int_equal(s.first_mech, MECH_NTLMSSP);
	assert_int_equal(s.token.n, 6);
	spnego_put(&out, &s);
	assert_int_equal(out.n, sizeof init);
	assert_memory_equal(out.bytes, init, out.n);
	buf_fini(&out);

	c = cur_over(response, sizeof response, &flaw);
	assert_true(spnego_read(&c, &s));
	assert_true(s.is_response);
	assert_int_equal(s.state, ACCEPT_INCOMPLETE);
	assert_int_equal(s.mechs, MECH_NTLMSSP);
	spnego_put(&out, &s);
	assert_int_equal(out.n, sizeof response);
	assert_memory_equal(out.bytes, response, out.n);
	buf_fini(&out);
}

static void the_first_mechanism_stays_first(void **state)
{
	(void)state;
	struct spnego s = {.mechs = MECH_NTLMSSP | MECH_KERBEROS | MECH_MS_KERBEROS | MECH_NEGOEX,
	                   .first_mech = MECH_MS_KERBEROS};
	struct buf out = {0};
	struct flaw flaw;

	spnego_put(&out, &s);

	struct cur c = cur_over(out.bytes, out.n, &flaw);

	assert_true(spnego_read(&c, &s));
	assert_int_equal(s.first_mech, MECH_MS_KERBEROS);
	assert_int_equal(s.mechs, MECH_NTLMSSP | MECH_KERBEROS | MECH_MS_KERBEROS | MECH_NEGOEX);
	assert_null(s.token.at);
	buf_fini(&out);
}

static void utf16_becomes_utf8(void **state)
{
	(void)state;
	static const struct {
		uint8_t bytes[12];
		size_t n;
		const char *text;
	} cases[] = {
	    {{'P', 0, 'C', 0}, 4, "PC"},
	    {{0xE4, 0, 0xAC, 0x20}, 4, "\xC3\xA4\xE2\x82\xAC"}, /* a umlaut, euro */
	    {{0x3D, 0xD8, 0x00, 0xDE}, 4, "\xF0\x9F\x98\x80"},  /* a pair */
	    {{0x3D, 0xD8, 'x', 0},
	     4,
	     "\xEF\xBF\xBD"
	     "x"},                                                     /* half a pair */
	    {{0x00, 0xDE, 0x3D, 0xD8}, 4, "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* swapped */
	    {{'a', 0, 0, 0, 'b', 0},
	     6,
	     "a\xEF\xBF\xBD"
	     "b"},                                                       /* a zero */
	    {{'a', 0, 'b'}, 3, "a\xEF\xBF\xBD"},                         /* half a unit */
	    {{0x1B, 0, '[', 0, '3', 0, '1', 0, 'm', 0}, 10, "\x1B[31m"}, /* an escape */
	    {{0x2E, 0x20, 'x', 0}, 4, "\xE2\x80\xAEx"},                  /* right to left */
	    {{0}, 0, ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[NTLM_NAME_MAX];

		ntlm_text(view(cases[i].bytes, cases[i].n), text);
		assert_string_equal(text, cases[i].text);
	}
}

/* What a name holds is kept as it came and made harmless where it is shown. */
static void shown_names_are_harmless(void **state)
{
	(void)state;
	static const uint8_t escape[] = {0x1B, 0, ']', 0, '0', 0, 0x07, 0, 0x2E, 0x20, 'x', 0};
	char text[NTLM_NAME_MAX], shown[NTLM_NAME_MAX];

	ntlm_text(view(escape, sizeof escape), text);
	text_harmless(text, shown, sizeof shown);
	assert_null(strchr(shown, 0x1B));
	assert_null(strchr(shown, 0x07));
	assert_null(strstr(shown, "\xE2\x80\xAE"));
}

static void names_of_64_kib_are_cut(void **state)
{
	(void)state;
	enum { N = 0xFFFE };
	uint8_t *bytes = malloc(4 + N);
	static struct ntlm_target t;
	struct flaw flaw;

	assert_non_null(bytes);
	bytes[0] = 3, bytes[1] = 0, bytes[2] = 0xFE, bytes[3] = 0xFF;
	for (size_t i = 0; i < N; i += 2)
		bytes[4 + i] = 0xAC, bytes[5 + i] = 0x20;

	struct cur c = cur_over(bytes, 4 + N, &flaw);

	assert_true(ntlm_read_target(&c, &t));
	assert_int_equal(strlen(t.dns_computer), (NTLM_NAME_MAX - 1) / 3 * 3);
	bytes[3] = 0xFF, bytes[2] = 0xFF;
	c = cur_over(bytes, 4 + N, &flaw);
	assert_false(ntlm_read_target(&c, &t));
	assert_string_equal(flaw.what, "AV_PAIR.Value");
	free(bytes);
}

static void fields_cannot_leave_the_message(void **state)
{
	(void)state;
	static const struct {
		uint8_t field[8];
		const char *what;
	} cases[] = {
	    {{0xFF, 0xFF, 0xFF, 0xFF, 0x38, 0, 0, 0}, "CHALLENGE.TargetInfoFields"},
	    {{0x01, 0x00, 0x01, 0x00, 0xFF, 0xFF, 0xFF, 0xFF}, "CHALLENGE.TargetInfoFields"},
	    {{0x01, 0x00, 0x01, 0x00, sizeof challenge, 0, 0, 0}, "CHALLENGE.TargetInfoFields"},
	    {{0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF}, NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t bytes[sizeof challenge];
		struct ntlm_challenge m;
		struct flaw flaw;

		memcpy(bytes, challenge, sizeof bytes);
		memcpy(bytes + 40, cases[i].field, 8);

		struct cur c = cur_over(bytes, sizeof bytes, &flaw);

		assert_int_equal(ntlm_read_challenge(&c, &m), !cases[i].what);
		if (cases[i].what)
			assert_string_equal(flaw.what, cases[i].what);
	}
}

static void times_of_both_kinds(void **state)
{
	(void)state;
	assert_true(ntlm_time_us(UINT64_C(116444736000000000)) == 0);
	assert_true(ntlm_filetime(0) == UINT64_C(116444736000000000));
	assert_true(ntlm_time_us(ntlm_filetime(1783000923500000)) == 1783000923500000);
	assert_true(ntlm_time_us(UINT64_MAX) > 0);
	assert_true(ntlm_filetime(INT64_MIN) == 0);
}

/* --- all truncations and all single-bit flips ------------------------------------------------- */

typedef void try_reader(const uint8_t *bytes, size_t n);

static void try_tsrequest(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct tsrequest ts;

	if (tsrequest_read(&c, &ts))
		assert_true(!ts.token.at || ts.token.n <= n);
	else
		assert_true(flaw.what && flaw.at <= n);
}

static void try_spnego(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct spnego s;

	bool is_read = spnego_read(&c, &s);

	assert_int_equal(is_read, !flaw.what);
	assert_true(flaw.at <= n);
}

static void try_ntlm(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct ntlm_challenge m;
	struct ntlm_target t;

	if (!ntlm_read_challenge(&c, &m))
		return;

	struct cur info = der_within(&c, m.target_info);

	ntlm_read_target(&info, &t);
	assert_true(flaw.at <= n);
}

static void damage(try_reader *reader, const uint8_t *bytes, size_t n)
{
	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *copy = malloc(cut ? cut : 1); /* so that a sanitizer sees an overrun */

		assert_non_null(copy);
		memcpy(copy, bytes, cut);
		reader(copy, cut);
		free(copy);
	}
	for (size_t bit = 0; bit < n * 8; bit++) {
		uint8_t *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, bytes, n);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		reader(copy, n);
		free(copy);
	}
}

static void no_damage_harms(void **state)
{
	(void)state;
	static const uint8_t nonce[TSREQUEST_NONCE_BYTES];
	struct buf out = {0};

	tsrequest_put(&out, &(struct tsrequest){.version = 6,
	                                        .token = view(challenge, sizeof challenge),
	                                        .has_error = true,
	                                        .error = 0xC0000022,
	                                        .client_nonce = view(nonce, sizeof nonce)});
	damage(try_tsrequest, (const uint8_t *)out.bytes, out.n);
	damage(try_tsrequest, error_positive, sizeof error_positive);
	damage(try_spnego, init, sizeof init);
	damage(try_spnego, response, sizeof response);
	damage(try_ntlm, challenge, sizeof challenge);
	buf_fini(&out);
}

static void truncations_are_flaws(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof error_negative; n++) {
		struct flaw flaw;
		struct cur c = cur_over(error_negative, n, &flaw);
		struct tsrequest ts;

		assert_false(tsrequest_read(&c, &ts));
	}
	for (size_t n = 0; n < 56; n++) {
		struct flaw flaw;
		struct cur c = cur_over(challenge, n, &flaw);
		struct ntlm_challenge m;

		assert_false(ntlm_read_challenge(&c, &m));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(challenge_of_the_specification),
	    cmocka_unit_test(negotiate_tells_nothing_of_the_client),
	    cmocka_unit_test(authenticate_header),
	    cmocka_unit_test(error_codes_of_both_lengths),
	    cmocka_unit_test(every_version_comes_back),
	    cmocka_unit_test(a_nonce_has_32_bytes),
	    cmocka_unit_test(spnego_of_both_kinds),
	    cmocka_unit_test(the_first_mechanism_stays_first),
	    cmocka_unit_test(utf16_becomes_utf8),
	    cmocka_unit_test(shown_names_are_harmless),
	    cmocka_unit_test(names_of_64_kib_are_cut),
	    cmocka_unit_test(fields_cannot_leave_the_message),
	    cmocka_unit_test(times_of_both_kinds),
	    cmocka_unit_test(no_damage_harms),
	    cmocka_unit_test(truncations_are_flaws),
	};

	return RUN(tests);
}
