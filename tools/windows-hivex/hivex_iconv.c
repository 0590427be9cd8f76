#include "iconv.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum { CUT = 0, WRONG = -1 }; /* else the bytes that a character takes */

static int next_latin1(const uint8_t *in, size_t n, uint32_t *c)
{
	(void)n;
	*c = in[0];
	return 1;
}

static size_t put_latin1(uint32_t c, uint8_t *out)
{
	out[0] = (uint8_t)c;
	return c < 0x100 ? 1 : 0;
}

static int next_utf16(const uint8_t *in, size_t n, uint32_t *c)
{
	if (n < 2)
		return CUT;
	*c = in[0] | (uint32_t)in[1] << 8;
	if (*c < 0xD800 || *c > 0xDFFF)
		return 2;
	if (*c > 0xDBFF)
		return WRONG;
	if (n < 4)
		return CUT;

	uint32_t low = in[2] | (uint32_t)in[3] << 8;

	*c = 0x10000 + ((*c - 0xD800) << 10) + (low - 0xDC00);
	return low >= 0xDC00 && low <= 0xDFFF ? 4 : WRONG;
}

static size_t put_unit(uint32_t unit, uint8_t *out)
{
	out[0] = (uint8_t)unit;
	out[1] = (uint8_t)(unit >> 8);
	return 2;
}

static size_t put_utf16(uint32_t c, uint8_t *out)
{
	if (c < 0x10000)
		return put_unit(c, out);
	put_unit(0xD800 + ((c - 0x10000) >> 10), out);
	return 2 + put_unit(0xDC00 + ((c - 0x10000) & 0x3FF), out + 2);
}

/* RFC 3629 */
static int next_utf8(const uint8_t *in, size_t n, uint32_t *c)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	int length = in[0] < 0x80   ? 1
	             : in[0] < 0xC0 ? WRONG
	             : in[0] < 0xE0 ? 2
	             : in[0] < 0xF0 ? 3
	                            : 4;

	if (length == WRONG || in[0] > 0xF4)
		return WRONG;
	if ((size_t)length > n)
		return CUT;
	*c = length == 1 ? in[0] : in[0] & (0x7Fu >> length);
	for (int i = 1; i < length; i++) {
		if ((in[i] & 0xC0) != 0x80)
			return WRONG;
		*c = *c << 6 | (in[i] & 0x3F);
	}
	if (*c < smallest[length] || *c > 0x10FFFF || (*c >= 0xD800 && *c <= 0xDFFF))
		return WRONG;
	return length;
}

static size_t put_utf8(uint32_t c, uint8_t *out)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (uint8_t)(0x80 | (c & 0x3F));
	out[0] = (uint8_t)(n == 1 ? c : (0xF00u >> n & 0xFF) | c);
	return n;
}

static struct conversion {
	const char *to, *from;
	int (*next)(const uint8_t *in, size_t n, uint32_t *c);
	size_t (*put)(uint32_t c, uint8_t *out); /* 0: there is no such character */
} conversions[] = {
    {"LATIN1", "UTF-8", next_utf8, put_latin1},
    {"UTF-8", "LATIN1", next_latin1, put_utf8},
    {"UTF-16LE", "UTF-8", next_utf8, put_utf16},
    {"UTF-8", "UTF-16LE", next_utf16, put_utf8},
};

iconv_t hivex_iconv_open(const char *to, const char *from)
{
	for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
		if (strcmp(conversions[i].to, to) == 0 && strcmp(conversions[i].from, from) == 0)
			return &conversions[i];
	errno = EINVAL;
	return (iconv_t)-1;
}

static size_t failed(int why)
{
	errno = why;
	return (size_t)-1;
}

size_t hivex_iconv(iconv_t how, char **in, size_t *n_in, char **out, size_t *n_out)
{
	const struct conversion *conversion = how;
	uint8_t bytes[4];
	uint32_t c;

	while (in && *n_in) {
		int taken = conversion->next((const uint8_t *)*in, *n_in, &c);
		size_t n = taken > 0 ? conversion->put(c, bytes) : 0;

		if (n == 0)
			return failed(taken == CUT ? EINVAL : EILSEQ);
		if (n > *n_out)
			return failed(E2BIG);
		memcpy(*out, bytes, n);
		*out += n, *n_out -= n;
		*in += taken, *n_in -= (size_t)taken;
	}
	return 0;
}

int hivex_iconv_close(iconv_t how)
{
	(void)how;
	return 0;
}
