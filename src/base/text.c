#include "base/text.h"

#include <string.h>

#include "base/bytes.h"

#define REPLACEMENT 0xFFFDu

struct range {
	uint32_t first, last;
};

static bool is_in(uint32_t c, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

#define IN(c, ranges) is_in((c), (ranges), sizeof(ranges) / sizeof *(ranges))

/* Control, formatting, bidirectional and surrogate characters that may steer a terminal. */
static const struct range unsafe[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x061C, 0x061C},
    {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0xD800, 0xDFFF},
    {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
};

static bool is_unsafe(uint32_t c)
{
	return IN(c, unsafe) || (c & 0xFFFE) == 0xFFFE;
}

/* RFC 3629 4: length and smallest value by the first byte. */
static size_t sequence(unsigned char first, uint32_t *smallest)
{
	if (first >= 0xC2 && first <= 0xDF) {
		*smallest = 0x80;
		return 2;
	}
	if (first >= 0xE0 && first <= 0xEF) {
		*smallest = 0x800;
		return 3;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		*smallest = 0x10000;
		return 4;
	}
	return 0;
}

uint32_t utf8_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t smallest = 0, c = 0;

	*s += 1;
	if (p[0] < 0x80)
		return p[0];

	size_t n = sequence(p[0], &smallest);

	if (!n)
		return REPLACEMENT;
	c = p[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return REPLACEMENT;
		c = c << 6 | (p[i] & 0x3Fu);
	}
	if (c < smallest || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return REPLACEMENT;
	*s += n - 1;
	return c;
}

size_t utf8_put(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}

	size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	out[0] = (char)(lead[n] | c);
	return n;
}

void utf8_append(struct buf *out, uint32_t c)
{
	char bytes[4];

	buf_put(out, bytes, utf8_put(c, bytes));
}

static uint32_t unit_at(const uint8_t *bytes, size_t n, bool is_big_endian, size_t at)
{
	if (at + 1 >= n)
		return REPLACEMENT;
	return is_big_endian ? (uint32_t)bytes[at] << 8 | bytes[at + 1]
	                     : (uint32_t)bytes[at + 1] << 8 | bytes[at];
}

static bool is_surrogate(uint32_t unit, uint32_t first)
{
	return unit >= first && unit < first + 0x400;
}

uint32_t utf16_next(const uint8_t *bytes, size_t n, bool is_big_endian, size_t *at)
{
	uint32_t unit = unit_at(bytes, n, is_big_endian, *at), low;

	*at += 2;
	if (!is_surrogate(unit, 0xD800))
		return is_surrogate(unit, 0xDC00) ? REPLACEMENT : unit;
	low = unit_at(bytes, n, is_big_endian, *at);
	if (!is_surrogate(low, 0xDC00))
		return REPLACEMENT;
	*at += 2;
	return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

void text_harmless(const char *s, char *out, size_t n)
{
	static const char dots[] = "...";
	size_t used = 0;

	if (!n)
		return;
	for (size_t shown = 0; *s; shown++) {
		uint32_t c = utf8_next(&s);
		char bytes[4];
		size_t length = utf8_put(is_unsafe(c) ? REPLACEMENT : c, bytes);

		if (shown >= TEXT_SHOWN_MAX || used + length + sizeof dots > n) {
			if (used + sizeof dots <= n) {
				memcpy(out + used, dots, sizeof dots - 1);
				used += sizeof dots - 1;
			}
			break;
		}
		memcpy(out + used, bytes, length);
		used += length;
	}
	out[used] = '\0';
}

static bool is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool text_fits_command(const char *s)
{
	size_t n = 0;

	if (s[0] == '-') /* would be taken for an option */
		return false;
	for (; s[n]; n++)
		if (!is_alnum((unsigned char)s[n]) && !strchr("._:-", s[n]))
			return false;
	return n > 0;
}

/* Unicode Standard Annex 11: marks that take no column, and wide characters that take two. */
static const struct range combining[] = {
    {0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};
static const struct range wide[] = {
    {0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

size_t text_columns(const char *s)
{
	size_t n = 0;

	while (*s) {
		uint32_t c = utf8_next(&s);

		n += IN(c, combining) ? 0 : IN(c, wide) ? 2 : 1;
	}
	return n;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

int text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_same(const char *a, const char *b)
{
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

bool text_ends_in(const char *s, const char *ending)
{
	size_t n = strlen(s), k = strlen(ending);

	return n > k && text_same(s + n - k, ending);
}

const char *text_base_name(const char *path)
{
	char drive = (char)(path[0] | 0x20);
	const char *name = drive >= 'a' && drive <= 'z' && path[1] == ':' ? path + 2 : path;

	for (const char *p = name; *p; p++)
		if (*p == '/' || *p == '\\')
			name = p + 1;
	return name;
}

const char *text_separator(const char *folder)
{
	size_t n = strlen(folder);

	if (n && (folder[n - 1] == '/' || folder[n - 1] == '\\'))
		return "";
	return strchr(folder, '\\') && !strchr(folder, '/') ? "\\" : "/";
}

#define COMPARED 63

static size_t compared(const char *s)
{
	size_t n = strlen(s);

	return n < COMPARED ? n : COMPARED;
}

/* Levenshtein distance over the first bytes, without regard to case. */
static size_t distance(const char *a, const char *b)
{
	size_t row[COMPARED + 1], na = compared(a), nb = compared(b);

	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t best = corner + (lower(a[i - 1]) != lower(b[j - 1]));

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

struct nearest nearest_to(const char *asked)
{
	/* Farther than a third of the word, a suggestion would only confuse. */
	return (struct nearest){.asked = asked, .distance = compared(asked) / 3 + 2};
}

void nearest_offer(struct nearest *near, const char *word)
{
	size_t d = distance(near->asked, word);

	/* Nor is a short word near that has little in common with it. */
	if (d < near->distance && 2 * d <= compared(word)) {
		near->distance = d;
		near->word = word;
	}
}

#define WORD_LEAST 3

static bool stands_in(const char *word, size_t n, const char *text)
{
	for (; *text; text++) {
		size_t i = 0;

		while (i < n && text[i] && lower(text[i]) == lower(word[i]))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

size_t text_words_found(const char *question, const char *text)
{
	size_t found = 0;

	while (*question) {
		size_t n = 0;

		while (is_alnum((unsigned char)question[n]))
			n++;
		found += n >= WORD_LEAST && stands_in(question, n, text);
		question += n ? n : 1;
	}
	return found;
}
