/*
 * The text of a .rdp file: which encoding, which lines, what each of them says.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "read/rdp_inside.h"

#define REPLACEMENT 0xFFFDu

/* --- encoding ------------------------------------------------------------------------------- */

/* Most of such a file is ASCII, so every second byte is zero when it is UTF-16. */
static bool is_zero_each_second(const uint8_t *p, size_t n, size_t first)
{
	size_t zeros = 0, others = 0, pairs = n / 2;

	for (size_t i = 0; i + 1 < n; i += 2) {
		zeros += !p[i + first];
		others += !p[i + 1 - first];
	}
	return pairs >= 4 && zeros * 4 >= pairs * 3 && others * 4 < pairs;
}

static bool is_utf8(const char *text, size_t n)
{
	const char *s = text;

	while ((size_t)(s - text) < n) {
		const char *before = s;

		if (utf8_next(&s) == REPLACEMENT && s == before + 1)
			return false;
	}
	return true;
}

static enum rdp_encoding encoding_of(const uint8_t *p, size_t n, size_t *mark)
{
	*mark = 2;
	if (n >= 2 && p[0] == 0xFF && p[1] == 0xFE)
		return RDP_UTF16LE;
	if (n >= 2 && p[0] == 0xFE && p[1] == 0xFF)
		return RDP_UTF16BE;
	*mark = 3;
	if (n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF)
		return RDP_UTF8_MARKED;
	*mark = 0;
	if (is_zero_each_second(p, n, 1))
		return RDP_UTF16LE_UNMARKED;
	if (is_zero_each_second(p, n, 0))
		return RDP_UTF16BE_UNMARKED;
	return RDP_UTF8; /* or ANSI, which only the whole tells */
}

static void put_utf16(struct buf *out, const uint8_t *p, size_t n, bool is_big)
{
	for (size_t at = 0; at + 1 < n;)
		utf8_append(out, utf16_next(p, n, is_big, &at));
}

/* Western European, but for the few characters between 0x80 and 0x9F that no setting needs. */
static void put_ansi(struct buf *out, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		utf8_append(out, p[i] >= 0x80 && p[i] < 0xA0 ? REPLACEMENT : p[i]);
}

static void decode(const uint8_t *p, size_t n, struct rdp_text *t, struct buf *out)
{
	size_t mark;

	t->encoding = encoding_of(p, n, &mark);
	p += mark;
	n -= mark;
	if (t->encoding == RDP_UTF8 || t->encoding == RDP_UTF8_MARKED) {
		buf_put(out, p, n);
		if (is_utf8(out->bytes ? out->bytes : "", n))
			return;
		buf_fini(out);
		t->encoding = RDP_ANSI;
		put_ansi(out, p, n);
		return;
	}

	t->is_cut = n % 2 != 0;
	put_utf16(out, p, n, t->encoding == RDP_UTF16BE || t->encoding == RDP_UTF16BE_UNMARKED);
}

/* --- lines ---------------------------------------------------------------------------------- */

static bool take_number(const char *s, int64_t *number)
{
	bool is_negative = *s == '-';
	int64_t value = 0;

	s += is_negative;
	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' || value > INT32_MAX)
			return false;
		value = value * 10 + (*s - '0');
	}
	*number = is_negative ? -value : value;
	return true;
}

static const char *trimmed(const char *s, struct arena *arena)
{
	size_t n;

	while (*s == ' ' || *s == '\t')
		s++;
	for (n = strlen(s); n && (s[n - 1] == ' ' || s[n - 1] == '\t'); n--)
		;
	return arena_copy(arena, s, n);
}

static bool is_hex(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (text_hex_digit(s[i]) < 0)
			return false;
	return n % 2 == 0;
}

/* What is wrong with the value, by the type that stands in the line and by the property. */
static const char *flaw_of_value(struct rdp_line *l, struct arena *arena)
{
	const char *value = trimmed(l->value, arena);

	if (l->type == 'i' && !take_number(value, &l->number_value))
		return *value ? "no decimal number" : "the number is missing";
	if (l->type == 'b' && !is_hex(value))
		return "no bytes in hexadecimal";
	if (!l->property)
		return NULL;
	if (l->type != l->property->type)
		return arena_printf(arena, "type %c where %c belongs", l->type, l->property->type);
	if (l->type == 'i' &&
	    (l->number_value < l->property->least || l->number_value > l->property->most))
		return arena_printf(arena, "%lld is outside %lld to %lld",
		                    (long long)l->number_value, (long long)l->property->least,
		                    (long long)l->property->most);
	return NULL;
}

static void take_line(struct rdp_text *t, struct rdp_line *l, struct arena *arena)
{
	const char *first = strchr(l->text, ':'), *second = first ? strchr(first + 1, ':') : NULL;
	char type;

	if (!second || first == l->text) {
		l->flaw = second ? "no name" : "fewer than two colons";
		return;
	}

	const char *types = trimmed(arena_copy(arena, first + 1, (size_t)(second - first) - 1),
	                            arena);

	type = (char)tolower((unsigned char)types[0]);
	if (!types[0] || types[1] || !strchr("isb", type)) {
		l->flaw = "the type is none of i, s and b";
		return;
	}
	l->name = trimmed(arena_copy(arena, l->text, (size_t)(first - l->text)), arena);
	l->type = type;
	l->value = second + 1;

	size_t at = rdp_property_index(l->name);

	l->property = rdp_property_at(at);
	l->flaw = flaw_of_value(l, arena);
	if (l->flaw)
		return;
	t->n_good++;
	if (l->property)
		t->of_property[at] = l;
}

static size_t count_lines(const char *s, size_t n)
{
	size_t lines = 1;

	for (size_t i = 0; i < n; i++)
		lines += s[i] == '\n' || (s[i] == '\r' && s[i + 1] != '\n');
	return lines;
}

/* Zeros in a text would hide what follows. */
static const char *line_text(const char *s, size_t n, struct arena *arena)
{
	struct buf text = {0};
	const char *kept;

	if (!memchr(s, 0, n))
		return arena_copy(arena, s, n);
	for (size_t i = 0; i < n; i++) {
		if (s[i])
			buf_putc(&text, s[i]);
		else
			utf8_append(&text, REPLACEMENT);
	}
	kept = arena_copy(arena, text.bytes, text.n);
	buf_fini(&text);
	return kept;
}

static bool is_blank(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != ' ' && s[i] != '\t')
			return false;
	return true;
}

static void cut_lines(struct rdp_text *t, const char *s, size_t n, struct evidence *ev)
{
	size_t most = count_lines(s, n), number = 0;

	if (most > RDP_LINES_MAX)
		most = RDP_LINES_MAX;
	t->lines = arena_new(ev->arena, most * sizeof *t->lines);
	for (size_t at = 0, end; at < n; at = end) {
		size_t length = 0;

		while (at + length < n && s[at + length] != '\n' && s[at + length] != '\r')
			length++;
		end = at + length;
		t->has_open_end = end == n;
		end += end < n && s[end] == '\r' && s[end + 1] == '\n' ? 2 : end < n;
		number++;
		if (is_blank(s + at, length))
			continue;
		if (t->n_lines == most) {
			complain(ev->complaints, number, "more than %d lines; the rest is not read",
			         RDP_LINES_MAX);
			return;
		}

		struct rdp_line *l = &t->lines[t->n_lines++];

		*l = (struct rdp_line){.number = number,
		                       .text = line_text(s + at, length, ev->arena)};
		take_line(t, l, ev->arena);
	}
}

void rdp_text_read(const void *bytes, size_t n, struct evidence *ev, struct rdp_text *t)
{
	struct buf text = {0};

	*t = (struct rdp_text){
	    .of_property = arena_new(ev->arena, rdp_property_count() * sizeof *t->of_property)};
	decode(bytes, n, t, &text);
	while (text.n && !text.bytes[text.n - 1]) {
		text.n--;
		t->n_trailing_nul++;
	}
	for (size_t i = 0; i < text.n; i++)
		t->has_beyond_ascii |= (unsigned char)text.bytes[i] >= 0x80;
	if (text.n) {
		text.bytes[text.n] = '\0';
		cut_lines(t, text.bytes, text.n, ev);
	}
	buf_fini(&text);
}

/* --- questions ------------------------------------------------------------------------------ */

const struct rdp_line *rdp_line_of(const struct rdp_text *t, const char *name)
{
	size_t i = rdp_property_index(name);

	return i < rdp_property_count() ? t->of_property[i] : NULL;
}

const char *rdp_string_of(const struct rdp_text *t, const char *name, struct arena *arena)
{
	const struct rdp_line *l = rdp_line_of(t, name);
	const char *value = l ? trimmed(l->value, arena) : NULL;

	return value && *value ? value : NULL;
}

int64_t rdp_number_of(const struct rdp_text *t, const char *name, int64_t otherwise)
{
	const struct rdp_line *l = rdp_line_of(t, name);

	return l ? l->number_value : otherwise;
}

/* --- addresses ------------------------------------------------------------------------------ */

static bool is_dotted_quad(const char *s)
{
	unsigned a[4];
	int n = -1;

	return sscanf(s, "%3u.%3u.%3u.%3u%n", &a[0], &a[1], &a[2], &a[3], &n) == 4 && n > 0 &&
	       !s[n] && a[0] < 256 && a[1] < 256 && a[2] < 256 && a[3] < 256;
}

static const char *take_port(const char *s, uint16_t *port)
{
	int64_t number;

	if (!*s)
		return "a colon without a port";
	if (!take_number(s, &number) || number < 1 || number > 65535)
		return "the port is no number from 1 to 65535";
	*port = (uint16_t)number;
	return NULL;
}

static const char *flaw_of_host(const struct rdp_address *a)
{
	for (const char *s = a->host; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == ' ' || c == '\t')
			return "a blank inside";
		if (c < 0x20 || c == 0x7F)
			return "a control character inside";
		if (strchr("/\\@\"'<>|*?,;=()[]{}", c))
			return "a character that no host name holds";
	}
	return NULL;
}

struct rdp_address rdp_address_of(const char *text, struct arena *arena)
{
	struct rdp_address a = {0};
	const char *s = trimmed(text, arena), *close, *colon;

	a.has_blanks_around = strlen(s) != strlen(text);
	if (!*s)
		return a;
	if (strstr(s, "://")) {
		a.host = s;
		a.flaw = "a web address in place of a host";
		return a;
	}
	close = s[0] == '[' ? strchr(s, ']') : NULL;
	colon = close ? (close[1] == ':' ? close + 1 : NULL) : strchr(s, ':');
	if (!close && colon && strchr(colon + 1, ':'))
		colon = NULL; /* an IPv6 address holds no port without brackets */
	if (close && close[1] && !colon)
		a.flaw = "something follows the bracket";
	a.host = close ? arena_copy(arena, s + 1, (size_t)(close - s) - 1)
	               : arena_copy(arena, s, colon ? (size_t)(colon - s) : strlen(s));
	a.is_literal = strchr(a.host, ':') || is_dotted_quad(a.host);
	a.has_underscore = strchr(a.host, '_') != NULL;
	if (colon && !a.flaw)
		a.flaw = take_port(colon + 1, &a.port);
	if (!a.flaw)
		a.flaw = *a.host ? flaw_of_host(&a) : "a port without a host";
	return a;
}
