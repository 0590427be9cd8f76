#include "read/evtx_value.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "base/moment.h"
#include "base/text.h"

static uint64_t le(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = n; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

/* --- text --- */

struct writer {
	char *out;
	size_t n, cap;
};

static bool put_char(struct writer *w, uint32_t c)
{
	size_t need = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	char *p = w->out + w->n;

	if (w->n + need >= w->cap)
		return false;
	if (need == 1) {
		p[0] = (char)c;
	} else {
		for (size_t i = need; i > 1; i--, c >>= 6)
			p[i - 1] = (char)(0x80 | (c & 0x3f));
		p[0] = (char)((0xf00 >> need & 0xff) | c);
	}
	w->n += need;
	return true;
}

/* Ends at the first zero: strings are often stored with theirs. */
size_t utf16_to_utf8(const uint8_t *bytes, size_t n_bytes, char *out, size_t n)
{
	struct writer w = {.out = out, .cap = n};

	if (!n)
		return 0;
	for (size_t at = 0; at + 2 <= n_bytes;) {
		uint32_t c = utf16_next(bytes, n_bytes, false, &at);

		if (!c || !put_char(&w, c))
			break;
	}
	out[w.n] = 0;
	return w.n;
}

static size_t ansi_to_utf8(const uint8_t *bytes, size_t n_bytes, char *out, size_t n)
{
	struct writer w = {.out = out, .cap = n};

	for (size_t i = 0; i < n_bytes && bytes[i]; i++)
		if (!put_char(&w, bytes[i] < 0x80 ? bytes[i] : 0xfffd))
			break;
	out[w.n] = 0;
	return w.n;
}

static size_t copied(const uint8_t *bytes, size_t n_bytes, char *out, size_t n)
{
	size_t take = n_bytes < n - 1 ? n_bytes : n - 1;

	while (take < n_bytes && take > 0 && (bytes[take] & 0xc0) == 0x80)
		take--;
	memcpy(out, bytes, take);
	out[take] = 0;
	return take;
}

PRINTF_LIKE(3, 4) static size_t printed(char *out, size_t n, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(out, n, format, args);
	va_end(args);
	return length < 0 ? 0 : (size_t)length < n ? (size_t)length : n - 1;
}

void guid_text(const uint8_t g[16], char out[GUID_TEXT_MAX])
{
	snprintf(out, GUID_TEXT_MAX, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}",
	         (unsigned)le(g, 4), (unsigned)le(g + 4, 2), (unsigned)le(g + 6, 2), g[8], g[9],
	         g[10], g[11], g[12], g[13], g[14], g[15]);
}

bool guid_read(const char *s, uint8_t out[16])
{
	/* where each pair of digits goes: the first three groups are little endian */
	static const uint8_t place[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	size_t n = 0;

	for (s += *s == '{'; *s && *s != '}' && n < 16; n++) {
		int high, low;

		s += *s == '-';
		high = text_hex_digit(s[0]);
		low = high < 0 ? -1 : text_hex_digit(s[1]);
		if (low < 0)
			return false;
		out[place[n]] = (uint8_t)(high << 4 | low);
		s += 2;
	}
	return n == 16;
}

int64_t filetime_us(uint64_t filetime)
{
	static const uint64_t epoch = 116444736000000000u, year_9999 = 2650467744000000000u;

	return filetime < epoch || filetime > year_9999 ? 0 : (int64_t)((filetime - epoch) / 10);
}

static size_t time_text(int64_t us, char *out, size_t n)
{
	char text[MOMENT_TEXT_MAX];

	moment_text(us, text);
	return printed(out, n, "%s", text);
}

static size_t systemtime_text(const uint8_t *p, char *out, size_t n)
{
	struct civil c = {(int)le(p, 2),     (int)le(p + 2, 2),  (int)le(p + 6, 2),
	                  (int)le(p + 8, 2), (int)le(p + 10, 2), (int)le(p + 12, 2)};
	int64_t us;

	return moment_from_civil(&c, &us) ? time_text(us, out, n) : printed(out, n, "?");
}

static size_t sid_text(const uint8_t *p, size_t n_bytes, char *out, size_t n)
{
	uint64_t authority = 0;
	size_t at, count = n_bytes < 8 ? 0 : p[1];

	if (n_bytes < 8 || 8 + count * 4 > n_bytes)
		return printed(out, n, "?");
	for (size_t i = 2; i < 8; i++)
		authority = authority << 8 | p[i];
	at = printed(out, n, "S-%u-%" PRIu64, p[0], authority);
	for (size_t i = 0; i < count; i++)
		at += printed(out + at, n - at, "-%" PRIu32, (uint32_t)le(p + 8 + i * 4, 4));
	return at;
}

static size_t hex_text(const uint8_t *p, size_t n_bytes, char *out, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n_bytes && at + 2 < n; i++)
		at += printed(out + at, n - at, "%02X", p[i]);
	return at;
}

/* --- numbers --- */

static const uint8_t fixed_size[] = {
    [EVTX_INT8] = 1,   [EVTX_UINT8] = 1,  [EVTX_INT16] = 2,       [EVTX_UINT16] = 2,
    [EVTX_INT32] = 4,  [EVTX_UINT32] = 4, [EVTX_INT64] = 8,       [EVTX_UINT64] = 8,
    [EVTX_REAL32] = 4, [EVTX_REAL64] = 8, [EVTX_GUID] = 16,       [EVTX_FILETIME] = 8,
    [EVTX_HEX32] = 4,  [EVTX_HEX64] = 8,  [EVTX_SYSTEMTIME] = 16,
};

static bool is_short(const struct evtx_value *v)
{
	return v->type < sizeof fixed_size && v->n < fixed_size[v->type];
}

static int64_t sign_extended(const uint8_t *p, size_t n)
{
	uint64_t v = le(p, n), sign = (uint64_t)1 << (n * 8 - 1);

	return (int64_t)((v ^ sign) - sign);
}

static bool parse_number(const char *s, int64_t *out)
{
	char *end;
	bool is_hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');

	s += strncmp(s, "%%", 2) == 0 ? 2 : 0;
	if (!*s || *s == ' ')
		return false;
	*out = is_hex ? (int64_t)strtoull(s, &end, 16) : strtoll(s, &end, 10);
	return end != s && !*end;
}

bool evtx_value_number(const struct evtx_value *v, int64_t *out)
{
	char text[40] = "";

	if (is_short(v))
		return false;
	switch (v->type) {
	case EVTX_INT8:
	case EVTX_INT16:
	case EVTX_INT32:
		*out = sign_extended(v->bytes, fixed_size[v->type]);
		return true;
	case EVTX_UINT8:
	case EVTX_UINT16:
	case EVTX_UINT32:
	case EVTX_INT64:
	case EVTX_UINT64:
	case EVTX_HEX32:
	case EVTX_HEX64:
		*out = (int64_t)le(v->bytes, fixed_size[v->type]);
		return true;
	case EVTX_SIZE:
	case EVTX_BOOL:
		*out = (int64_t)le(v->bytes, v->n > 8 ? 8 : v->n);
		return v->n > 0;
	case EVTX_STRING:
	case EVTX_ANSI:
	case EVTX_UTF8:
		return evtx_value_text(v, text, sizeof text) < sizeof text - 1 &&
		       parse_number(text, out);
	default:
		return false;
	}
}

bool evtx_value_next_string(struct evtx_value *array, struct evtx_value *out)
{
	uint32_t at = 0;

	if (array->n < 2)
		return false;
	while (at + 2 <= array->n && le(array->bytes + at, 2))
		at += 2;
	*out = (struct evtx_value){.type = EVTX_STRING, .n = at, .bytes = array->bytes};
	at = at + 2 <= array->n ? at + 2 : array->n;
	array->bytes += at;
	array->n -= at;
	return true;
}

static size_t array_text(const struct evtx_value *v, char *out, size_t n)
{
	struct evtx_value one = {.type = v->type & 0x7f}, rest = *v;
	size_t at = 0, size = one.type < sizeof fixed_size ? fixed_size[one.type] : 0;

	out[0] = 0;
	for (bool is_first = true; at + 1 < n; is_first = false) {
		if (one.type == EVTX_STRING) {
			if (!evtx_value_next_string(&rest, &one))
				break;
		} else {
			if (!size || rest.n < size)
				break;
			one.n = (uint32_t)size;
			one.bytes = rest.bytes;
			rest.bytes += size;
			rest.n -= (uint32_t)size;
		}
		if (!is_first)
			at += printed(out + at, n - at, ", ");
		at += evtx_value_text(&one, out + at, n - at);
	}
	return at;
}

size_t evtx_value_text(const struct evtx_value *v, char *out, size_t n)
{
	const uint8_t *p = v->bytes;
	char guid[GUID_TEXT_MAX];
	int64_t number = 0;
	double d;
	float f;

	if (!n)
		return 0;
	out[0] = 0;
	if (v->type & EVTX_ARRAY)
		return array_text(v, out, n);
	if (is_short(v))
		return v->n ? printed(out, n, "?") : 0;
	switch (v->type) {
	case EVTX_STRING:
		return utf16_to_utf8(p, v->n, out, n);
	case EVTX_ANSI:
		return ansi_to_utf8(p, v->n, out, n);
	case EVTX_UTF8:
		return copied(p, v->n, out, n);
	case EVTX_REAL32:
		memcpy(&f, p, sizeof f);
		return printed(out, n, "%g", (double)f);
	case EVTX_REAL64:
		memcpy(&d, p, sizeof d);
		return printed(out, n, "%g", d);
	case EVTX_BOOL:
		evtx_value_number(v, &number);
		return printed(out, n, "%s", number ? "true" : "false");
	case EVTX_BINARY:
		return hex_text(p, v->n, out, n);
	case EVTX_GUID:
		guid_text(p, guid);
		return printed(out, n, "%s", guid);
	case EVTX_FILETIME:
		return time_text(filetime_us(le(p, 8)), out, n);
	case EVTX_SYSTEMTIME:
		return systemtime_text(p, out, n);
	case EVTX_SID:
		return sid_text(p, v->n, out, n);
	case EVTX_HEX32:
		return printed(out, n, "0x%08" PRIx32, (uint32_t)le(p, 4));
	case EVTX_HEX64:
	case EVTX_SIZE:
		return printed(out, n, "0x%" PRIx64, le(p, v->n > 8 ? 8 : v->n));
	case EVTX_UINT64:
		return printed(out, n, "%" PRIu64, le(p, 8));
	default:
		return evtx_value_number(v, &number) ? printed(out, n, "%" PRId64, number) : 0;
	}
}
