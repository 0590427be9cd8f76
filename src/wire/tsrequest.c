#include "wire/tsrequest.h"

size_t tsrequest_length(const uint8_t *bytes, size_t n)
{
	return der_length(bytes, n, DER_SEQUENCE);
}

static uint32_t read_version(struct cur *c)
{
	struct cur field = der_body(c, DER_CONTEXT(0), "TSRequest.version");
	int64_t version = der_integer(&field, DER_INTEGER, "TSRequest.version");

	if (version < 1 || version > UINT32_MAX)
		cur_fail(&field, "TSRequest.version");
	return cur_ok(c) ? (uint32_t)version : 0;
}

static struct octets read_token(struct cur *c)
{
	struct cur field = der_body(c, DER_CONTEXT(1), "TSRequest.negoTokens");
	struct cur list = der_body(&field, DER_SEQUENCE, "NegoData");
	struct octets first = {0};

	while (cur_left(&list)) {
		struct cur item = der_body(&list, DER_SEQUENCE, "NegoData.item");
		struct cur value = der_body(&item, DER_CONTEXT(0), "NegoData.negoToken");
		struct octets token = der_octets(&value, DER_OCTET_STRING, "NegoData.negoToken");

		if (!first.at)
			first = token;
	}
	return first;
}

static struct octets read_octets(struct cur *c, uint8_t tag, const char *what)
{
	struct cur field = der_body(c, tag, what);

	return der_octets(&field, DER_OCTET_STRING, what);
}

/*
 * An NTSTATUS has its highest bit set, so as an INTEGER it is either negative in four bytes or
 * positive in five; both are seen.
 */
static uint32_t read_error(struct cur *c)
{
	struct cur field = der_body(c, DER_CONTEXT(4), "TSRequest.errorCode");
	int64_t error = der_integer(&field, DER_INTEGER, "TSRequest.errorCode");

	if (error < INT32_MIN || error > UINT32_MAX)
		cur_fail(&field, "TSRequest.errorCode");
	return (uint32_t)error;
}

static void read_nonce(struct cur *c, struct tsrequest *ts)
{
	struct octets nonce = read_octets(c, DER_CONTEXT(5), "TSRequest.clientNonce");

	if (nonce.n != TSREQUEST_NONCE_BYTES)
		cur_fail(c, "TSRequest.clientNonce");
	ts->client_nonce = nonce;
}

bool tsrequest_read(struct cur *c, struct tsrequest *ts)
{
	*ts = (struct tsrequest){0};

	struct cur body = der_body(c, DER_SEQUENCE, "TSRequest");

	ts->version = read_version(&body);
	if (der_is_next(&body, DER_CONTEXT(1)))
		ts->token = read_token(&body);
	if (der_is_next(&body, DER_CONTEXT(2)))
		ts->auth_info = read_octets(&body, DER_CONTEXT(2), "TSRequest.authInfo");
	if (der_is_next(&body, DER_CONTEXT(3)))
		ts->pub_key_auth = read_octets(&body, DER_CONTEXT(3), "TSRequest.pubKeyAuth");
	if (der_is_next(&body, DER_CONTEXT(4))) {
		ts->error = read_error(&body);
		ts->has_error = cur_ok(&body);
	}
	if (der_is_next(&body, DER_CONTEXT(5)))
		read_nonce(&body, ts);
	return cur_ok(c);
}

static void put_octets(struct buf *out, uint8_t tag, struct octets o)
{
	if (!o.at)
		return;

	size_t field = der_open(out, tag);

	der_put(out, DER_OCTET_STRING, o.at, o.n);
	der_close(out, field);
}

static void put_token(struct buf *out, struct octets token)
{
	if (!token.at)
		return;

	size_t field = der_open(out, DER_CONTEXT(1));
	size_t list = der_open(out, DER_SEQUENCE);
	size_t item = der_open(out, DER_SEQUENCE);

	put_octets(out, DER_CONTEXT(0), token);
	der_close(out, item);
	der_close(out, list);
	der_close(out, field);
}

static void put_integer(struct buf *out, uint8_t tag, int64_t value)
{
	size_t field = der_open(out, tag);

	der_put_integer(out, DER_INTEGER, value);
	der_close(out, field);
}

void tsrequest_put(struct buf *out, const struct tsrequest *ts)
{
	size_t body = der_open(out, DER_SEQUENCE);

	put_integer(out, DER_CONTEXT(0), ts->version);
	put_token(out, ts->token);
	put_octets(out, DER_CONTEXT(2), ts->auth_info);
	put_octets(out, DER_CONTEXT(3), ts->pub_key_auth);
	if (ts->has_error)
		put_integer(out, DER_CONTEXT(4), (int32_t)ts->error);
	put_octets(out, DER_CONTEXT(5), ts->client_nonce);
	der_close(out, body);
}
