#include "wire/spnego.h"

#include <string.h>

#define INIT_TAG     DER_APPLICATION(0)
#define RESPONSE_TAG DER_CONTEXT(1)

static const uint8_t spnego_oid[] = {0x2B, 0x06, 0x01, 0x05, 0x05, 0x02}; /* 1.3.6.1.5.5.2 */

static const struct {
	uint32_t mech;
	uint8_t n, oid[10];
} mechs[] = {
    {MECH_NTLMSSP, 10, {0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0A}},
    {MECH_KERBEROS, 9, {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02}},
    {MECH_MS_KERBEROS, 9, {0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 0x01, 0x02, 0x02}},
    {MECH_NEGOEX, 10, {0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1E}},
};
#define N_MECHS (sizeof mechs / sizeof *mechs)

bool spnego_is(struct octets token)
{
	return token.n && (token.at[0] == INIT_TAG || token.at[0] == RESPONSE_TAG);
}

static uint32_t read_mech(struct cur *c, const char *what)
{
	struct octets oid = der_octets(c, DER_OID, what);

	for (size_t i = 0; oid.at && i < N_MECHS; i++)
		if (oid.n == mechs[i].n && memcmp(oid.at, mechs[i].oid, oid.n) == 0)
			return mechs[i].mech;
	return oid.at ? MECH_OTHER : 0;
}

static void read_mech_types(struct cur *c, struct spnego *s)
{
	struct cur field = der_body(c, DER_CONTEXT(0), "NegTokenInit.mechTypes");
	struct cur list = der_body(&field, DER_SEQUENCE, "NegTokenInit.mechTypes");

	while (cur_left(&list)) {
		uint32_t mech = read_mech(&list, "NegTokenInit.mechType");

		s->mechs |= mech;
		if (!s->first_mech)
			s->first_mech = mech;
	}
}

static struct octets read_token(struct cur *c, const char *what)
{
	struct cur field = der_body(c, DER_CONTEXT(2), what);

	return der_octets(&field, DER_OCTET_STRING, what);
}

static void read_init(struct cur *c, struct spnego *s)
{
	struct cur whole = der_body(c, INIT_TAG, "InitialContextToken");
	struct octets oid = der_octets(&whole, DER_OID, "InitialContextToken.thisMech");

	if (oid.n != sizeof spnego_oid || memcmp(oid.at, spnego_oid, oid.n) != 0)
		cur_fail(&whole, "InitialContextToken.thisMech");

	struct cur choice = der_body(&whole, DER_CONTEXT(0), "NegTokenInit");
	struct cur init = der_body(&choice, DER_SEQUENCE, "NegTokenInit");

	read_mech_types(&init, s);
	if (der_is_next(&init, DER_CONTEXT(1)))
		der_body(&init, DER_CONTEXT(1), "NegTokenInit.reqFlags");
	if (der_is_next(&init, DER_CONTEXT(2)))
		s->token = read_token(&init, "NegTokenInit.mechToken");
}

static void read_response(struct cur *c, struct spnego *s)
{
	struct cur choice = der_body(c, RESPONSE_TAG, "NegTokenResp");
	struct cur resp = der_body(&choice, DER_SEQUENCE, "NegTokenResp");

	s->is_response = true;
	if (der_is_next(&resp, DER_CONTEXT(0))) {
		struct cur field = der_body(&resp, DER_CONTEXT(0), "NegTokenResp.negState");
		int64_t state = der_integer(&field, DER_ENUMERATED, "NegTokenResp.negState");

		if (state < ACCEPT_COMPLETED || state > REQUEST_MIC)
			cur_fail(&field, "NegTokenResp.negState");
		else
			s->state = (int)state;
	}
	if (der_is_next(&resp, DER_CONTEXT(1))) {
		struct cur field = der_body(&resp, DER_CONTEXT(1), "NegTokenResp.supportedMech");

		s->mechs = read_mech(&field, "NegTokenResp.supportedMech");
	}
	if (der_is_next(&resp, DER_CONTEXT(2)))
		s->token = read_token(&resp, "NegTokenResp.responseToken");
}

bool spnego_read(struct cur *c, struct spnego *s)
{
	*s = (struct spnego){.state = NEG_STATE_NONE};
	if (der_is_next(c, RESPONSE_TAG))
		read_response(c, s);
	else
		read_init(c, s);
	return cur_ok(c);
}

static void put_mechs(struct buf *out, uint32_t mask)
{
	for (size_t i = 0; i < N_MECHS; i++)
		if (mechs[i].mech & mask)
			der_put(out, DER_OID, mechs[i].oid, mechs[i].n);
}

static void put_token(struct buf *out, struct octets token)
{
	if (!token.at)
		return;

	size_t field = der_open(out, DER_CONTEXT(2));

	der_put(out, DER_OCTET_STRING, token.at, token.n);
	der_close(out, field);
}

static void put_init(struct buf *out, const struct spnego *s)
{
	size_t whole = der_open(out, INIT_TAG);

	der_put(out, DER_OID, spnego_oid, sizeof spnego_oid);

	size_t choice = der_open(out, DER_CONTEXT(0));
	size_t init = der_open(out, DER_SEQUENCE);
	size_t field = der_open(out, DER_CONTEXT(0));
	size_t list = der_open(out, DER_SEQUENCE);

	put_mechs(out, s->first_mech);
	put_mechs(out, s->mechs & ~s->first_mech);
	der_close(out, list);
	der_close(out, field);
	put_token(out, s->token);
	der_close(out, init);
	der_close(out, choice);
	der_close(out, whole);
}

static void put_response(struct buf *out, const struct spnego *s)
{
	size_t choice = der_open(out, RESPONSE_TAG);
	size_t resp = der_open(out, DER_SEQUENCE);

	if (s->state != NEG_STATE_NONE) {
		size_t field = der_open(out, DER_CONTEXT(0));

		der_put_integer(out, DER_ENUMERATED, s->state);
		der_close(out, field);
	}
	if (s->mechs) {
		size_t field = der_open(out, DER_CONTEXT(1));

		put_mechs(out, s->mechs);
		der_close(out, field);
	}
	put_token(out, s->token);
	der_close(out, resp);
	der_close(out, choice);
}

void spnego_put(struct buf *out, const struct spnego *s)
{
	if (s->is_response)
		put_response(out, s);
	else
		put_init(out, s);
}
