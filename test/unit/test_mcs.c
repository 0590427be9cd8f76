#include "harness.h"

#include "abuse.h"
#include "wire/krb_error.h"
#include "wire/mcs.h"
#include "wire/rdpudp.h"
#include "wire/share.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PDU(...)                                                                                   \
	{                                                                                          \
		.bytes = (const uint8_t[]){__VA_ARGS__}, .n = sizeof((uint8_t[]){__VA_ARGS__})     \
	}

static const struct {
	struct {
		const uint8_t *bytes;
		size_t n;
	} pdu;
	struct mcs is;
} cases[] = {
    {PDU(3, 0, 0, 12, 2, 0xF0, 0x80, 0x04, 1, 0, 1, 0), {.kind = MCS_ERECT_DOMAIN}},
    {PDU(3, 0, 0, 8, 2, 0xF0, 0x80, 0x28), {.kind = MCS_ATTACH_REQUEST}},
    {PDU(3, 0, 0, 11, 2, 0xF0, 0x80, 0x2E, 0, 0, 6), {.kind = MCS_ATTACH_CONFIRM}},
    {PDU(3, 0, 0, 12, 2, 0xF0, 0x80, 0x38, 0, 6, 3, 0xEF), {.kind = MCS_JOIN_REQUEST}},
    {PDU(3, 0, 0, 15, 2, 0xF0, 0x80, 0x3E, 0x60, 0, 6, 3, 0xEF, 3, 0xEF),
     {.kind = MCS_JOIN_CONFIRM, .result = 3}},
    {PDU(3, 0, 0, 9, 2, 0xF0, 0x80, 0x21, 0x80),
     {.kind = MCS_DISCONNECT, .reason = MCS_USER_REQUESTED}},
    {PDU(3, 0, 0, 9, 2, 0xF0, 0x80, 0x20, 0x80),
     {.kind = MCS_DISCONNECT, .reason = MCS_PROVIDER_INITIATED}},
    {PDU(3, 0, 0, 18, 2, 0xF0, 0x80, 0x68, 0, 1, 3, 0xEB, 0x70, 4, 1, 2, 3, 4),
     {.kind = MCS_DATA_INDICATION, .channel = 1003}},
    {PDU(3, 0, 0, 19, 2, 0xF0, 0x80, 0x64, 0, 1, 3, 0xEB, 0x70, 0x80, 4, 1, 2, 3, 4),
     {.kind = MCS_DATA_REQUEST, .channel = 1003}},
    {PDU(3, 0, 0, 14, 2, 0xF0, 0x80, 0x7F, 0x65, 0x82, 1, 0x90, 4, 1),
     {.kind = MCS_CONNECT_INITIAL}},
    {PDU(3, 0, 0, 15, 2, 0xF0, 0x80, 0x7F, 0x66, 0x82, 1, 0x40, 0x0A, 1, 2),
     {.kind = MCS_CONNECT_RESPONSE, .result = 2}},
    {PDU(0, 5, 1, 2, 3), {.kind = MCS_FAST_PATH}},
};

static void every_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct flaw flaw;
		struct cur c = cur_over(cases[i].pdu.bytes, cases[i].pdu.n, &flaw);
		struct mcs m;

		assert_int_equal(mcs_length(cases[i].pdu.bytes, cases[i].pdu.n), cases[i].pdu.n);
		assert_true(mcs_read(&c, &m));
		assert_int_equal(m.kind, cases[i].is.kind);
		assert_int_equal(m.result, cases[i].is.result);
		assert_int_equal(m.reason, cases[i].is.reason);
		assert_int_equal(m.channel, cases[i].is.channel);
		if (m.channel)
			assert_int_equal(cur_left(&m.data), 4);
	}
}

static void lengths(void **state)
{
	(void)state;
	static const uint8_t fast[] = {0x40, 0x81, 0x02}, other[] = {0x16, 3, 3};

	assert_int_equal(mcs_length(fast, 3), 0x102);
	assert_int_equal(mcs_length(fast, 2), 0);
	assert_int_equal(mcs_length(other, 3), MCS_NOT_FRAMED);
	assert_int_equal(mcs_length(fast, 0), 0);
}

static const uint8_t response[] = {
    3,    0, 0, 44, 2, 0xF0, 0x80, 0x7F, 0x66, 37, 0x0A, 1, 0, 2, 1, 0, 'M', 'c', 'D', 'n', 22, 1,
    0x0C, 8, 0, 4,  0, 8,    0,    2,    0x0C, 14, 0,    2, 0, 0, 0, 3, 0,   0,   0,   0,   0,  0,
};

static void encryption_level(void **state)
{
	(void)state;
	struct flaw flaw;
	struct cur c = cur_over(response, sizeof response, &flaw);
	struct mcs m;

	assert_true(mcs_read(&c, &m));
	assert_int_equal(mcs_encryption_level(m.data), 3);
}

#define SHARE_HEADER(type) 22, 0, 0x17, 0, 0xEA, 3, 0xEA, 3, 1, 0, 0, 1, 8, 0, (type), 0, 0, 0

static const struct {
	struct {
		const uint8_t *bytes;
		size_t n;
	} data;
	bool has_security;
	struct share is;
} shares[] = {
    {PDU(SHARE_HEADER(0x2F), 9, 0, 0, 0), false, {SHARE_ERROR_INFO, 9}},
    {PDU(SHARE_HEADER(0x26), 0, 0, 0, 0), false, {SHARE_SESSION_INFO, 0}},
    {PDU(SHARE_HEADER(0x02), 0, 0, 0, 0), false, {SHARE_UPDATE, 0}},
    {PDU(0, 0, 0, 0, SHARE_HEADER(0x2F), 9, 0, 0, 0), true, {SHARE_ERROR_INFO, 9}},
    {PDU(0x80, 0, 0, 0, 0xFF, 3, 16, 0, 6, 0, 0, 0, 1, 0, 0, 0), false, {SHARE_LICENSE_ERROR, 6}},
    {PDU(0x80, 0, 0, 0, 1, 3, 16, 0, 6, 0, 0, 0, 1, 0, 0, 0), true, {SHARE_LICENSE, 0}},
    {PDU(0x40, 0, 0, 0, 1, 2, 3, 4), false, {SHARE_CLIENT_INFO, 0}},
    {PDU(0x01, 0, 0, 0, 1, 2, 3, 4), true, {SHARE_EXCHANGE, 0}},
    {PDU(0x08, 0, 0, 0, 1, 2, 3, 4), true, {SHARE_ENCRYPTED, 0}},
    {PDU(0x88, 0, 0, 0, 1, 2, 3, 4), true, {SHARE_LICENSE, 0}},
    {PDU(8, 0, 0x11, 0, 0xEA, 3, 0, 0), false, {SHARE_DEMAND_ACTIVE, 0}},
};

static void every_share(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shares); i++) {
		struct flaw flaw;
		struct share s = share_read(cur_over(shares[i].data.bytes, shares[i].data.n, &flaw),
		                            shares[i].has_security);

		assert_int_equal(s.kind, shares[i].is.kind);
		assert_int_equal(s.value, shares[i].is.value);
	}
}

static void udp_round(void **state)
{
	(void)state;
	const struct rdpudp_syn given = {.source_ack = UINT32_MAX,
	                                 .window = 64,
	                                 .flags = RDPUDP_SYN | RDPUDP_CORRELATION_ID | RDPUDP_SYNEX,
	                                 .first_seq = 0x12345678,
	                                 .mtu_up = 1232,
	                                 .mtu_down = 1200,
	                                 .version = 0x101};
	struct buf b = {0};
	struct flaw flaw;
	struct rdpudp_syn got;
	struct cur c;

	rdpudp_put_syn(&b, &given);
	assert_int_equal(b.n, 1232);
	c = cur_over(b.bytes, b.n, &flaw);
	assert_true(rdpudp_read_syn(&c, &got));
	assert_int_equal(got.first_seq, given.first_seq);
	assert_int_equal(got.mtu_up, 1232);
	assert_int_equal(got.mtu_down, 1200);
	assert_true(got.has_version);
	assert_int_equal(got.version, 0x101);
	b.bytes[0] = 0; /* acknowledges something and is no answer */
	c = cur_over(b.bytes, b.n, &flaw);
	assert_false(rdpudp_read_syn(&c, &got));
	assert_string_equal(flaw.what, "uFlags");
	buf_fini(&b);
}

/* A KRB-ERROR with code 18, as it comes over TCP. */
static const uint8_t revoked[] = {
    0,   0,    0,   45,   0x7E, 43,  0x30, 41,  0xA0, 3,   2,   1,   5,   0xA1, 3,   2,   1,
    30,  0xA4, 17,  0x18, 15,   '2', '0',  '2', '6',  '0', '1', '0', '1', '0',  '0', '0', '0',
    '0', '0',  'Z', 0xA5, 3,    2,   1,    0,   0xA6, 3,   2,   1,   18,  0xA9, 0,
};

static void kerberos(void **state)
{
	(void)state;
	struct flaw flaw;
	struct cur c = cur_over(revoked, sizeof revoked, &flaw);
	uint32_t code;

	assert_true(krb_is_error(revoked, sizeof revoked, true));
	assert_true(krb_read_error(&c, true, &code));
	assert_int_equal(code, KDC_ERR_CLIENT_REVOKED);
	c = cur_over(revoked + 4, sizeof revoked - 4, &flaw);
	assert_true(krb_is_error(revoked + 4, sizeof revoked - 4, false));
	assert_true(krb_read_error(&c, false, &code));
	assert_false(krb_is_error(revoked, sizeof revoked, false));
}

static void read_any(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct mcs m;
	struct rdpudp_syn syn;
	uint32_t code;

	mcs_length(bytes, n);
	if (mcs_read(&c, &m)) {
		share_read(m.data, true);
		share_read(m.data, false);
		mcs_encryption_level(m.data);
	}
	c = cur_over(bytes, n, &flaw);
	share_read(c, true);
	share_read(c, false);
	rdpudp_read_syn(&c, &syn);
	c = cur_over(bytes, n, &flaw);
	krb_read_error(&c, true, &code);
	c = cur_over(bytes, n, &flaw);
	krb_read_error(&c, false, &code);
}

static void any_damage(void **state)
{
	(void)state;
	struct buf b = {0};
	const struct rdpudp_syn syn = {.source_ack = UINT32_MAX,
	                               .flags = RDPUDP_SYN | RDPUDP_SYNEX,
	                               .mtu_up = 1132,
	                               .mtu_down = 1132};

	for (size_t i = 0; i < COUNT(cases); i++)
		abuse(cases[i].pdu.bytes, cases[i].pdu.n, read_any);
	for (size_t i = 0; i < COUNT(shares); i++)
		abuse(shares[i].data.bytes, shares[i].data.n, read_any);
	abuse(response, sizeof response, read_any);
	abuse(revoked, sizeof revoked, read_any);
	rdpudp_put_syn(&b, &syn);
	abuse(b.bytes, 64, read_any);
	buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kind),       cmocka_unit_test(lengths),
	    cmocka_unit_test(encryption_level), cmocka_unit_test(every_share),
	    cmocka_unit_test(udp_round),        cmocka_unit_test(kerberos),
	    cmocka_unit_test(any_damage),
	};

	return RUN(tests);
}
