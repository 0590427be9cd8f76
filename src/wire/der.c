#include "wire/der.h"

#include <string.h>

#define LENGTH_BYTES_MAX 4

size_t der_length(const uint8_t *bytes, size_t n, uint8_t tag)
{
	if (!n)
		return 0;
	if (bytes[0] != tag)
		return DER_NO_ELEMENT;
	if (n < 2)
		return 0;
	if (bytes[1] < 0x80)
		return 2 + (size_t)bytes[1];

	size_t n_length = bytes[1] & 0x7F, body = 0;

	if (n_length == 0 || n_length > LENGTH_BYTES_MAX)
		return DER_NO_ELEMENT;
	if (n < 2 + n_length)
		return 0;
	for (size_t i = 0; i < n_length; i++)
		body = body << 8 | bytes[2 + i];
	return body > SIZE_MAX / 2 ? DER_NO_ELEMENT : 2 + n_length + body;
}

bool der_is_next(const struct cur *c, uint8_t tag)
{
	return cur_left(c) && *c->p == tag;
}

static size_t read_length(struct cur *c, const char *what)
{
	uint8_t first = cur_u8(c, what);
	size_t length = 0;

	if (first < 0x80)
		return first;
	if (first == 0x80 || (first & 0x7F) > LENGTH_BYTES_MAX)
		cur_fail(c, what);
	for (int i = first & 0x7F; i > 0 && cur_ok(c); i--)
		length = length << 8 | cur_u8(c, what);
	return length;
}

struct cur der_any(struct cur *c, uint8_t *tag, const char *what)
{
	*tag = cur_u8(c, what);
	if ((*tag & 0x1F) == 0x1F) /* a tag of several bytes */
		cur_fail(c, what);
	return cur_sub(c, read_length(c, what), what);
}

struct cur der_body(struct cur *c, uint8_t tag, const char *what)
{
	uint8_t found;

	if (cur_ok(c) && !der_is_next(c, tag))
		cur_fail(c, what);
	return der_any(c, &found, what);
}

int64_t der_integer(struct cur *c, uint8_t tag, const char *what)
{
	struct cur body = der_body(c, tag, what);
	size_t n = cur_left(&body);
	uint64_t value = 0;

	if (n == 0 || n > 8)
		cur_fail(&body, what);
	if (!cur_ok(&body))
		return 0;
	if (*body.p & 0x80)
		value = UINT64_MAX;
	for (; n; n--)
		value = value << 8 | cur_u8(&body, what);
	return (int64_t)value;
}

struct octets der_octets(struct cur *c, uint8_t tag, const char *what)
{
	struct cur body = der_body(c, tag, what);

	return cur_ok(&body) ? (struct octets){.at = body.p, .n = cur_left(&body)}
	                     : (struct octets){0};
}

struct cur der_within(const struct cur *c, struct octets o)
{
	const uint8_t *at = o.at ? o.at : c->end;

	return (struct cur){.start = c->start, .p = at, .end = at + o.n, .flaw = c->flaw};
}

size_t der_open(struct buf *out, uint8_t tag)
{
	buf_putc(out, (char)tag);
	buf_putc(out, 0);
	return out->n;
}

/* One byte was kept for the length; a longer one moves the body. */
void der_close(struct buf *out, size_t opened)
{
	static const uint8_t room[LENGTH_BYTES_MAX];
	size_t n = out->n - opened, more = 0;

	if (n < 0x80) {
		out->bytes[opened - 1] = (char)n;
		return;
	}
	while (more < LENGTH_BYTES_MAX && n >> (8 * more))
		more++;
	buf_put(out, room, more);
	memmove(out->bytes + opened + more, out->bytes + opened, n);
	out->bytes[opened - 1] = (char)(0x80 | more);
	for (size_t i = 0; i < more; i++)
		out->bytes[opened + i] = (char)(n >> (8 * (more - 1 - i)));
}

void der_put(struct buf *out, uint8_t tag, const void *body, size_t n)
{
	size_t opened = der_open(out, tag);

	buf_put(out, body, n);
	der_close(out, opened);
}

void der_put_integer(struct buf *out, uint8_t tag, int64_t value)
{
	uint8_t bytes[8];
	size_t skip = 0;

	for (size_t i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
	while (skip < 7 && ((bytes[skip] == 0x00 && !(bytes[skip + 1] & 0x80)) ||
	                    (bytes[skip] == 0xFF && (bytes[skip + 1] & 0x80))))
		skip++;
	der_put(out, tag, bytes + skip, 8 - skip);
}
