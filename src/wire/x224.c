#include "wire/x224.h"

#include <assert.h>
#include <string.h>

#define TPKT_LEAST       7 /* RFC 1006 6 */
#define CODE_CR          0xE0
#define CODE_CC          0xD0
#define CODE_DATA        0xF0
#define END_OF_TSDU      0x80
#define FIXED_PART       6 /* code, dstRef, srcRef, classOptions */
#define NEG_SIZE         8
#define CORRELATION_SIZE 36

/* A flaw in the field of n bytes that was read last. */
static void fail_behind(struct cur *c, size_t n, const char *what)
{
	if (!cur_ok(c))
		return;
	c->p -= n;
	cur_fail(c, what);
}

size_t tpkt_length(const uint8_t *bytes, size_t n)
{
	if ((n > 0 && bytes[0] != 3) || (n > 1 && bytes[1] != 0))
		return TPKT_NOT_TPKT;
	if (n < TPKT_HEADER)
		return 0;

	size_t length = (size_t)bytes[2] << 8 | bytes[3];

	/* Too short to be one: the header alone, whose reader then names the field. */
	return length < TPKT_LEAST ? TPKT_HEADER : length;
}

static void read_tpkt(struct cur *c)
{
	if (cur_u8(c, "tpktHeader.version") != 3)
		fail_behind(c, 1, "tpktHeader.version");
	cur_take(c, 1, "tpktHeader.reserved");
	if (cur_u16be(c, "tpktHeader.length") < TPKT_LEAST)
		fail_behind(c, 2, "tpktHeader.length");
}

/* What LI counts. When it counts more than there is, the field that is cut is named first. */
static struct cur read_counted(struct cur *c, const char *what, bool *is_cut)
{
	size_t li = cur_u8(c, what), left = cur_left(c);

	*is_cut = li > left;
	return cur_sub(c, *is_cut ? left : li, what);
}

/* ------------------------------------------------------------------ Connection Request */

static void read_token(struct cur *c, struct x224_cr *cr)
{
	static const char cookie[] = "Cookie: mstshash=";
	size_t left = cur_left(c);

	for (size_t i = 0; i + 1 < left; i++) {
		if (c->p[i] != '\r' || c->p[i + 1] != '\n')
			continue;
		cr->n_token = i;
		cr->token = cur_take(c, i, "routingToken");
		cur_take(c, 2, "routingToken");
		cr->is_cookie = i >= sizeof cookie - 1 &&
		                memcmp(cr->token, cookie, sizeof cookie - 1) == 0;
		return;
	}
}

static void read_neg_req(struct cur *c, struct x224_cr *cr)
{
	cr->has_neg = true;
	if (cur_u8(c, "rdpNegReq.type") != NEG_REQ)
		fail_behind(c, 1, "rdpNegReq.type");
	cr->flags = cur_u8(c, "rdpNegReq.flags");
	if (cur_u16le(c, "rdpNegReq.length") != NEG_SIZE)
		fail_behind(c, 2, "rdpNegReq.length");
	cr->protocols = cur_u32le(c, "rdpNegReq.requestedProtocols");
}

static void read_correlation(struct cur *c, struct x224_cr *cr)
{
	cr->has_correlation = true;
	if (cur_u8(c, "rdpCorrelationInfo.type") != NEG_CORRELATION)
		fail_behind(c, 1, "rdpCorrelationInfo.type");
	cur_take(c, 1, "rdpCorrelationInfo.flags");
	if (cur_u16le(c, "rdpCorrelationInfo.length") != CORRELATION_SIZE)
		fail_behind(c, 2, "rdpCorrelationInfo.length");

	const uint8_t *id = cur_take(c, 16, "rdpCorrelationInfo.correlationId");

	if (id)
		memcpy(cr->correlation, id, 16);
	cur_take(c, 16, "rdpCorrelationInfo.reserved");
}

bool x224_read_cr(struct cur *c, struct x224_cr *cr)
{
	bool is_cut;

	*cr = (struct x224_cr){0};
	read_tpkt(c);

	struct cur crq = read_counted(c, "x224Crq.lengthIndicator", &is_cut);

	if ((cur_u8(&crq, "x224Crq.code") & 0xF0) != CODE_CR)
		fail_behind(&crq, 1, "x224Crq.code");
	cur_take(&crq, 2, "x224Crq.dstRef");
	cr->src_ref = cur_u16be(&crq, "x224Crq.srcRef");
	cur_take(&crq, 1, "x224Crq.classOptions");
	read_token(&crq, cr);
	if (cur_left(&crq) >= NEG_SIZE) /* other text behind the fixed part is no flaw */
		read_neg_req(&crq, cr);
	if (cr->flags & NEG_REQ_CORRELATION_INFO)
		read_correlation(&crq, cr);
	if (is_cut)
		cur_fail(&crq, "x224Crq.lengthIndicator");
	return cur_ok(c);
}

static void put_neg(struct buf *out, uint8_t type, uint8_t flags, uint32_t value)
{
	buf_u8(out, type);
	buf_u8(out, flags);
	buf_u16le(out, NEG_SIZE);
	buf_u32le(out, value);
}

/* TPKT, LI and the fixed part, with n bytes to follow. */
static void put_fixed(struct buf *out, uint8_t code, uint16_t src_ref, size_t n)
{
	buf_u16be(out, 0x0300);
	buf_u16be(out, TPKT_HEADER + 1 + FIXED_PART + n);
	buf_u8(out, FIXED_PART + n);
	buf_u8(out, code);
	buf_u16be(out, 0);
	buf_u16be(out, src_ref);
	buf_u8(out, 0);
}

void x224_put_cr(struct buf *out, const struct x224_cr *cr)
{
	bool has_info = cr->has_neg && cr->has_correlation;
	size_t n = (cr->token ? cr->n_token + 2 : 0) + (cr->has_neg ? NEG_SIZE : 0) +
	           (has_info ? CORRELATION_SIZE : 0);

	assert(cr->n_token <= X224_TOKEN_MAX);
	put_fixed(out, CODE_CR, cr->src_ref, n);
	if (cr->token) {
		buf_put(out, cr->token, cr->n_token);
		buf_puts(out, "\r\n");
	}
	if (cr->has_neg)
		put_neg(out, NEG_REQ, cr->flags | (has_info ? NEG_REQ_CORRELATION_INFO : 0),
		        cr->protocols);
	if (has_info) {
		static const uint8_t reserved[16];

		buf_u16be(out, NEG_CORRELATION << 8);
		buf_u16le(out, CORRELATION_SIZE);
		buf_put(out, cr->correlation, sizeof cr->correlation);
		buf_put(out, reserved, sizeof reserved);
	}
}

/* ------------------------------------------------------------------ Connection Confirm */

static void read_neg_data(struct cur *c, struct x224_cc *cc)
{
	cc->kind = cur_u8(c, "rdpNegData.type");
	if (cc->kind != NEG_RSP && cc->kind != NEG_FAILURE)
		fail_behind(c, 1, "rdpNegData.type");
	cc->flags = cur_u8(c, "rdpNegData.flags");
	if (cur_u16le(c, "rdpNegData.length") != NEG_SIZE)
		fail_behind(c, 2, "rdpNegData.length");
	cc->value = cur_u32le(c, cc->kind == NEG_RSP ? "rdpNegData.selectedProtocol"
	                                             : "rdpNegData.failureCode");
}

bool x224_read_cc(struct cur *c, struct x224_cc *cc)
{
	bool is_cut;

	*cc = (struct x224_cc){0};
	read_tpkt(c);

	struct cur ccf = read_counted(c, "x224Ccf.lengthIndicator", &is_cut);

	if ((cur_u8(&ccf, "x224Ccf.code") & 0xF0) != CODE_CC)
		fail_behind(&ccf, 1, "x224Ccf.code");
	cur_take(&ccf, 2, "x224Ccf.dstRef");
	cc->src_ref = cur_u16be(&ccf, "x224Ccf.srcRef");
	cur_take(&ccf, 1, "x224Ccf.classOptions");
	if (cur_left(&ccf) || is_cut) /* rdpNegData is optional */
		read_neg_data(&ccf, cc);
	if (is_cut)
		cur_fail(&ccf, "x224Ccf.lengthIndicator");
	cc->n_extra = cur_left(&ccf) + cur_left(c);
	return cur_ok(c);
}

void x224_put_cc(struct buf *out, const struct x224_cc *cc)
{
	put_fixed(out, CODE_CC, cc->src_ref, cc->kind ? NEG_SIZE : 0);
	if (cc->kind)
		put_neg(out, cc->kind, cc->flags, cc->value);
}

/* ---------------------------------------------------------------------------- Data TPDU */

bool x224_read_data(struct cur *c, struct cur *body)
{
	read_tpkt(c);
	if (cur_u8(c, "x224Data.lengthIndicator") != 2)
		fail_behind(c, 1, "x224Data.lengthIndicator");
	if (cur_u8(c, "x224Data.code") != CODE_DATA)
		fail_behind(c, 1, "x224Data.code");
	cur_take(c, 1, "x224Data.eot");
	*body = cur_sub(c, cur_left(c), "x224Data");
	return cur_ok(c);
}

void x224_put_data(struct buf *out, const void *body, size_t n)
{
	buf_u16be(out, 0x0300);
	buf_u16be(out, TPKT_HEADER + 3 + n);
	buf_u8(out, 2);
	buf_u8(out, CODE_DATA);
	buf_u8(out, END_OF_TSDU);
	buf_put(out, body, n);
}
