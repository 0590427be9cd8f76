#include "read/paste.h"

#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/moment.h"
#include "base/text.h"

#define ESCAPE 0x1B

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* --- to UTF-8 --- */

/* Blanks and full-width forms in ASCII; 0: leave it out. */
static uint32_t plain(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		return c - 0xFF01 + '!';
	if (c == 0x00A0 || c == 0x3000 || c == 0x202F || c == 0x2007 || c == 0x2009)
		return ' ';
	if (c == 0xFEFF || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
	    (c >= 0x2066 && c <= 0x2069))
		return 0;
	return c;
}

static void put_plain(struct buf *out, uint32_t c)
{
	uint32_t p = plain(c);

	if (p)
		utf8_append(out, p);
}

static void from_utf16(const uint8_t *b, size_t n, bool is_big, struct buf *out)
{
	for (size_t at = 0; at + 1 < n;)
		put_plain(out, utf16_next(b, n, is_big, &at));
}

/* The next character of UTF-8, or false; *at is moved behind it. */
static bool next_utf8(const uint8_t *b, size_t n, size_t *at, uint32_t *c)
{
	char piece[5] = {0};
	const char *p = piece;
	size_t left = n - *at;

	if (b[*at] < 0x80) {
		*c = b[(*at)++];
		return true;
	}
	memcpy(piece, b + *at, left < 4 ? left : 4);
	*c = utf8_next(&p);
	if (p - piece < 2)
		return false;
	*at += (size_t)(p - piece);
	return true;
}

static bool is_utf8(const uint8_t *b, size_t n)
{
	uint32_t c;

	for (size_t at = 0; at < n;)
		if (!next_utf8(b, n, &at, &c))
			return false;
	return true;
}

static void from_utf8(const uint8_t *b, size_t n, struct buf *out)
{
	uint32_t c;

	for (size_t at = 0; at < n && next_utf8(b, n, &at, &c);)
		put_plain(out, c);
}

/* Most bytes beyond ASCII stand in pairs: code pages of East Asia, and Cyrillic, alike. */
static bool is_mostly_pairs(const uint8_t *b, size_t n)
{
	size_t pairs = 0, single = 0;

	for (size_t i = 0; i < n; i++) {
		if (b[i] < 0x80)
			continue;
		if (i + 1 < n && b[i + 1] >= 0x80) {
			pairs++;
			i++;
		} else {
			single++;
		}
	}
	return pairs > single;
}

/* The second byte of a pair may be an ASCII letter, and then it is none. */
static void from_code_page(const uint8_t *b, size_t n, struct buf *out)
{
	bool has_pairs = is_mostly_pairs(b, n);

	for (size_t i = 0; i < n; i++) {
		if (b[i] < 0x80) {
			buf_putc(out, (char)b[i]);
			continue;
		}
		buf_putc(out, '?');
		if (has_pairs && i + 1 < n && b[i + 1] >= 0x40) {
			buf_putc(out, '?');
			i++;
		}
	}
}

/* UTF-16 without its mark: ASCII makes every second byte a zero. */
static int guess_utf16(const uint8_t *b, size_t n)
{
	size_t zeros[2] = {0}, most = n < 4096 ? n & ~(size_t)1 : 4096;

	for (size_t i = 0; i < most; i++)
		zeros[i & 1] += b[i] == 0;
	if (zeros[1] > most / 5 && !zeros[0])
		return 1;
	return zeros[0] > most / 5 && !zeros[1] ? 2 : 0;
}

static void to_utf8(const uint8_t *b, size_t n, struct buf *out)
{
	int utf16 = n >= 4 ? guess_utf16(b, n) : 0;

	if (n >= 2 && b[0] == 0xFF && b[1] == 0xFE)
		utf16 = 1;
	else if (n >= 2 && b[0] == 0xFE && b[1] == 0xFF)
		utf16 = 2;
	if (utf16)
		from_utf16(b, n, utf16 == 2, out);
	else if (is_utf8(b, n))
		from_utf8(b, n, out);
	else
		from_code_page(b, n, out);
}

/* --- lines --- */

static bool is_binary(const struct buf *text)
{
	size_t odd = 0;

	for (size_t i = 0; i < text->n; i++) {
		unsigned char c = (unsigned char)text->bytes[i];

		if (c == 0)
			return true;
		odd += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\b' &&
		       c != ESCAPE;
	}
	return odd > text->n / 100;
}

/* Behind an escape sequence of a terminal: ESC [ numbers letter, or ESC and one character. */
static size_t behind_escape(const char *s, size_t n, size_t at)
{
	at++;
	if (at >= n || s[at] == '\n')
		return at;
	if (s[at++] != '[')
		return at;
	while (at < n && s[at] >= 0x20 && s[at] < 0x40)
		at++;
	return at < n && s[at] >= 0x40 ? at + 1 : at;
}

struct lining {
	struct paste *paste;
	struct arena *arena;
	size_t cap;
};

static void add_line(struct lining *w, const char *s, size_t n)
{
	struct paste *p = w->paste;
	struct line *l = &p->lines[p->n];

	*l = (struct line){.number = p->n + 1};
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r'))
		n--;
	for (; n && (*s == ' ' || *s == '\t'); s++, n--)
		l->indent += *s == '\t' ? 8 : 1;
	l->text = n ? arena_copy(w->arena, s, n) : "";
	l->n = n;
	p->n++;
}

static void cut_lines(struct lining *w, const struct buf *text)
{
	char *line = arena_new(w->arena, PASTE_LINE_BYTES_MAX);
	size_t n = 0;

	for (size_t i = 0; i < text->n;) {
		char c = text->bytes[i];

		if (c == ESCAPE) {
			i = behind_escape(text->bytes, text->n, i);
			continue;
		}
		i++;
		if (c == '\n' || (c == '\r' && (i >= text->n || text->bytes[i] != '\n'))) {
			if (w->paste->n + 1 >= w->cap) {
				w->paste->is_cut = true;
				break;
			}
			add_line(w, line, n);
			n = 0;
		} else if (n < PASTE_LINE_BYTES_MAX) {
			line[n++] = (unsigned char)c < 0x20 && c != '\t' ? ' ' : c;
		}
	}
	if (n)
		add_line(w, line, n);
}

/* --- what a mail or a forum put around it --- */

static bool is_quoted(const struct paste *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct line *l = &p->lines[i];

		if (!l->n)
			continue;
		if (l->text[0] != '>' || (l->n > 1 && l->text[1] != ' '))
			return false;
		n += l->n > 1;
	}
	return n > 1;
}

static void strip_quotes(struct line *l)
{
	size_t n = 1;

	if (!l->n)
		return;
	while (n < l->n && is_blank(l->text[n]))
		n++;
	l->indent = n > 2 ? n - 2 : 0;
	l->text += n;
	l->n -= n;
}

/* Quotation marks of a mail, fences of code, and blanks before every line. */
static void undress(struct paste *p)
{
	bool quoted = is_quoted(p);
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < p->n; i++) {
		struct line *l = &p->lines[i];

		if (quoted)
			strip_quotes(l);
		if (l->n >= 3 && memcmp(l->text, "```", 3) == 0)
			*l = (struct line){.text = "", .number = l->number};
		if (l->n && l->indent < least)
			least = l->indent;
	}
	for (size_t i = 0; i < p->n && least != SIZE_MAX; i++)
		p->lines[i].indent -= p->lines[i].n ? least : 0;
}

struct paste paste_lines(const void *bytes, size_t n, struct arena *arena)
{
	struct paste p = {0};
	struct buf text = {0};
	struct lining w = {.paste = &p, .arena = arena, .cap = 2};

	to_utf8(bytes, n, &text);
	if (is_binary(&text)) {
		p.flaw = "binary bytes";
	} else if (text.n) {
		for (size_t i = 0; i < text.n; i++)
			w.cap += text.bytes[i] == '\n' || text.bytes[i] == '\r';
		if (w.cap > PASTE_LINES_MAX)
			w.cap = PASTE_LINES_MAX;
		p.lines = arena_new(arena, w.cap * sizeof *p.lines);
		cut_lines(&w, &text);
		undress(&p);
	}
	buf_fini(&text);
	return p;
}

/* --- words --- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool same(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

struct words line_words(const struct line *l)
{
	struct words w = {0};
	const char *p = l->text, *end = l->text + l->n;

	while (p < end && w.n < WORDS_MAX) {
		const char *start;

		while (p < end && is_blank(*p))
			p++;
		start = p;
		while (p < end && !is_blank(*p))
			p++;
		if (p > start)
			w.at[w.n++] = (struct word){start, (size_t)(p - start)};
	}
	return w;
}

struct word word_of(const char *s)
{
	return (struct word){s, strlen(s)};
}

bool word_is(struct word w, const char *s)
{
	return w.n == strlen(s) && same(w.p, s, w.n);
}

bool word_begins(struct word w, const char *s)
{
	size_t n = strlen(s);

	return w.n >= n && same(w.p, s, n);
}

bool word_ends(struct word w, const char *s)
{
	size_t n = strlen(s);

	return w.n >= n && same(w.p + w.n - n, s, n);
}

static const char *find(struct word w, const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; n && i + n <= w.n; i++)
		if (lower(w.p[i]) == lower(*s) && same(w.p + i, s, n))
			return w.p + i;
	return NULL;
}

bool word_holds(struct word w, const char *s)
{
	return find(w, s) != NULL;
}

bool word_is_among(struct word w, const char *list)
{
	while (*list) {
		size_t n = strcspn(list, "|");

		if (n == w.n && same(list, w.p, n))
			return true;
		list += n + (list[n] == '|');
	}
	return false;
}

bool word_number(struct word w, uint64_t *value)
{
	uint64_t v = 0;

	if (!w.n || w.n > 19)
		return false;
	for (size_t i = 0; i < w.n; i++) {
		if (!is_digit(w.p[i]))
			return false;
		v = v * 10 + (uint64_t)(w.p[i] - '0');
	}
	*value = v;
	return true;
}

bool word_hex(struct word w, uint64_t *value)
{
	uint64_t v = 0;

	if (w.n < 3 || w.n > 18 || w.p[0] != '0' || lower(w.p[1]) != 'x')
		return false;
	for (size_t i = 2; i < w.n; i++) {
		int digit = text_hex_digit(w.p[i]);

		if (digit < 0)
			return false;
		v = v << 4 | (uint64_t)digit;
	}
	*value = v;
	return true;
}

char *word_copy(struct word w, struct arena *arena)
{
	return arena_copy(arena, w.p, w.n);
}

struct word word_trimmed(struct word w)
{
	while (w.n && is_blank(*w.p)) {
		w.p++;
		w.n--;
	}
	while (w.n && is_blank(w.p[w.n - 1]))
		w.n--;
	return w;
}

static struct word whole(const struct line *l)
{
	return (struct word){l->text, l->n};
}

bool line_holds(const struct line *l, const char *s)
{
	return word_holds(whole(l), s);
}

bool line_begins(const struct line *l, const char *s)
{
	return word_begins(whole(l), s);
}

bool word_between(struct word w, char open, char close, struct word *out)
{
	const char *from = memchr(w.p, open, w.n), *to;

	if (!from)
		return false;
	from++;
	to = memchr(from, close, w.n - (size_t)(from - w.p));
	if (!to)
		return false;
	*out = (struct word){from, (size_t)(to - from)};
	return true;
}

bool line_pair(const struct line *l, struct word *key, struct word *value)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *p = l->text + i;

		if (*p != ':' || (i + 1 < l->n && !is_blank(p[1])))
			continue;
		*key = word_trimmed((struct word){l->text, i});
		while (key->n && (is_blank(key->p[key->n - 1]) || key->p[key->n - 1] == '.'))
			key->n--;
		*value = word_trimmed((struct word){p + 1, l->n - i - 1});
		return key->n > 0;
	}
	return false;
}

bool word_find_hex(struct word w, uint64_t *value)
{
	for (size_t i = 0; i + 2 < w.n; i++) {
		size_t n = 2;

		if (w.p[i] != '0' || lower(w.p[i + 1]) != 'x')
			continue;
		while (i + n < w.n && text_hex_digit(w.p[i + n]) >= 0)
			n++;
		if (word_hex((struct word){w.p + i, n}, value))
			return true;
		i += n - 1;
	}
	return false;
}

bool word_find_number(struct word w, uint64_t *value)
{
	for (size_t i = 0; i < w.n; i++) {
		size_t n = 0;

		while (i + n < w.n && is_digit(w.p[i + n]))
			n++;
		if (n && word_number((struct word){w.p + i, n}, value))
			return true;
		i += n;
	}
	return false;
}

size_t line_rule(const struct line *l, char c)
{
	size_t groups = 0, n = 0;

	for (size_t i = 0; i <= l->n; i++) {
		if (i < l->n && l->text[i] == c) {
			n++;
			continue;
		}
		if (i < l->n && !is_blank(l->text[i]))
			return 0;
		if (n && n < 2)
			return 0;
		groups += n > 0;
		n = 0;
	}
	return groups;
}

/* --- addresses --- */

bool word_is_ipv4(struct word w)
{
	size_t dots = 0, digits = 0;
	unsigned value = 0;

	if (!w.n || w.n > 15)
		return false;
	for (size_t i = 0; i < w.n; i++) {
		if (w.p[i] == '.' && digits) {
			dots++;
			digits = 0;
			value = 0;
		} else if (is_digit(w.p[i])) {
			digits++;
			value = value * 10 + (unsigned)(w.p[i] - '0');
			if (value > 255)
				return false;
		} else {
			return false;
		}
	}
	return dots == 3 && digits;
}

bool word_is_ipv6(struct word w)
{
	size_t colons = 0, n = 0;

	while (n < w.n && w.p[n] != '%')
		n++;
	if (n < 2 || n > 45)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (w.p[i] == ':')
			colons++;
		else if (text_hex_digit(w.p[i]) < 0 && w.p[i] != '.')
			return false;
	}
	return colons >= 2 && colons <= 8;
}

bool word_endpoint(struct word w, struct word *address, uint64_t *port)
{
	size_t i = w.n;

	while (i && w.p[i - 1] != ':')
		i--;
	if (i < 2)
		return false;
	*address = (struct word){w.p, i - 1};
	if (address->n >= 2 && address->p[0] == '[' && address->p[address->n - 1] == ']')
		*address = (struct word){address->p + 1, address->n - 2};
	*port = 0;

	struct word tail = {w.p + i, w.n - i};

	if (!word_is(tail, "*") && (!word_number(tail, port) || *port > 65535))
		return false;
	return word_is_ipv4(*address) || word_is_ipv6(*address) || word_is(*address, "*");
}

/* --- dates --- */

static int64_t day_of(uint64_t year, uint64_t month, uint64_t day)
{
	struct civil c = {.year = (int)year, .month = (int)month, .day = (int)day};
	int64_t us;

	return moment_from_civil(&c, &us) ? us : 0;
}

static bool date_parts(struct word w, uint64_t part[3], char *mark)
{
	size_t k = 0, from = 0;

	for (size_t i = 0; i <= w.n; i++) {
		if (i < w.n && is_digit(w.p[i]))
			continue;
		if (k == 3 || !word_number((struct word){w.p + from, i - from}, &part[k]) ||
		    part[k] > 9999)
			return false;
		k++;
		if (k == 3)
			return i == w.n || w.p[i] == '.' || w.p[i] == ',' || w.p[i] == 'T';
		if (i == w.n || !strchr("./-", w.p[i]) || (k == 2 && w.p[i] != *mark))
			return false;
		*mark = w.p[i];
		from = i + 1;
	}
	return false;
}

bool word_date(struct word w, struct date *out)
{
	uint64_t part[3];
	char mark = 0;

	*out = (struct date){0};
	if (w.n < 6 || !date_parts(w, part, &mark))
		return false;
	if (part[0] > 999) {
		out->day_first = out->month_first = day_of(part[0], part[1], part[2]);
		return out->day_first != 0;
	}
	if (part[2] < 100)
		part[2] += 2000;
	out->day_first = day_of(part[2], part[1], part[0]);
	if (mark == '/' || mark == '-')
		out->month_first = day_of(part[2], part[0], part[1]);
	return out->day_first || out->month_first;
}
