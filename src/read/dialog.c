#include "read/dialog.h"

#include <string.h>

#include "base/bytes.h"
#include "base/moment.h"
#include "base/text.h"

#define NUMBERS_MAX  64
#define STATUS_LEAST 0x80000000u /* severity bit of HRESULT and NTSTATUS */
#define OTHER_LETTER '\x01'      /* stands for any letter beyond ASCII */

struct number {
	struct code_number code;
	bool is_joined; /* a slash and the next number follow */
};

struct reader {
	const char *text;
	size_t n;
	struct buf plain; /* the text in ASCII, one byte a character */
	size_t p;         /* place in it */
	struct number numbers[NUMBERS_MAX];
	size_t n_numbers;
	struct dialog *d;
};

/* --- plain text --- */

static char plain_of(uint32_t c)
{
	if (c < 0x80)
		return (char)c;
	if (c >= 0xFF01 && c <= 0xFF5E) /* full-width forms */
		return (char)(c - 0xFF01 + '!');
	if (c == 0x00A0 || c == 0x3000 || c == 0x202F || c == 0x2009)
		return ' ';
	if (c == 0x2010 || c == 0x2011 || c == 0x2212)
		return '-';
	return OTHER_LETTER;
}

static bool is_mark(uint32_t c)
{
	return c == 0xFEFF || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || (c >= 0x7F && c < 0xA0);
}

static void flaw(struct dialog *d, size_t at, const char *what)
{
	if (d->flaw)
		return;
	d->flaw = what;
	d->flaw_at = at;
}

static uint32_t next_character(const struct reader *r, size_t *at)
{
	char bytes[5] = {0};
	const char *p = bytes;
	size_t left = r->n - *at;

	memcpy(bytes, r->text + *at, left < 4 ? left : 4);

	uint32_t c = utf8_next(&p);

	*at += (size_t)(p - bytes);
	return c;
}

static bool make_plain(struct reader *r)
{
	for (size_t at = 0; at < r->n;) {
		size_t start = at;
		uint32_t c = next_character(r, &at);

		if (is_control(c)) {
			flaw(r->d, start,
			     "a control character; expected a code, a dialog's text or a name");
			return false;
		}
		if (!is_mark(c))
			buf_putc(&r->plain, plain_of(c));
	}
	return true;
}

/* The byte offset in the input of a character of the plain text. */
static size_t offset_of(const struct reader *r, size_t plain_at)
{
	size_t at = 0, count = 0;

	while (at < r->n) {
		size_t start = at;

		if (is_mark(next_character(r, &at)))
			continue;
		if (count++ == plain_at)
			return start;
	}
	return r->n;
}

/* --- characters --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char at(const struct reader *r, size_t i)
{
	return i < r->plain.n ? r->plain.bytes[i] : '\0';
}

static size_t run_of_digits(const struct reader *r, size_t i)
{
	size_t n = 0;

	while (is_digit(at(r, i + n)))
		n++;
	return n;
}

static size_t run_of_hex(const struct reader *r, size_t i)
{
	size_t n = 0;

	while (text_hex_digit(at(r, i + n)) >= 0)
		n++;
	return n;
}

/* --- what looks like a number and is none --- */

/* 8-4-4-4-12, as in "Activity ID". */
static size_t guid_length(const struct reader *r, size_t i)
{
	static const size_t groups[] = {8, 4, 4, 4, 12};
	size_t start = i;

	for (size_t g = 0; g < 5; g++) {
		if (run_of_hex(r, i) != groups[g])
			return 0;
		i += groups[g];
		if (g < 4 && at(r, i++) != '-')
			return 0;
	}
	return i - start;
}

struct groups {
	int value[4];
	size_t n, length;
};

/* Groups of at most four digits separated by one and the same mark. */
static struct groups groups_of(const struct reader *r, size_t i, const char *marks)
{
	struct groups g = {0};
	size_t start = i;
	char mark = '\0';

	while (g.n < 4) {
		size_t n = run_of_digits(r, i);

		if (n < 1 || n > 4)
			break;
		g.value[g.n] = 0;
		for (size_t k = 0; k < n; k++)
			g.value[g.n] = g.value[g.n] * 10 + (at(r, i + k) - '0');
		g.n++;
		i += n;
		g.length = i - start;
		if (!strchr(marks, at(r, i)) || !at(r, i) || (mark && at(r, i) != mark))
			break;
		mark = at(r, i++);
	}
	return g;
}

/* mstsc writes month/day/year in every language; other orders are told by their values. */
static void date_of(const struct groups *g, struct civil *c)
{
	int a = g->value[0], b = g->value[1], last = g->value[2];

	if (a > 31) {
		c->year = a;
		c->month = b;
		c->day = last;
		return;
	}
	c->year = last < 100 ? 2000 + last : last;
	c->month = a > 12 ? b : a;
	c->day = a > 12 ? a : b;
}

static size_t skip_blanks(const struct reader *r, size_t i)
{
	while (at(r, i) == ' ' || at(r, i) == '\t' || at(r, i) == ',' || at(r, i) == 'T')
		i++;
	return i;
}

static size_t time_length(const struct reader *r, size_t i, struct civil *c)
{
	struct groups g = groups_of(r, i, ":");
	size_t after;

	if (g.n != 3 && g.n != 2)
		return 0;
	c->hour = g.value[0];
	c->minute = g.value[1];
	c->second = g.n == 3 ? g.value[2] : 0;
	after = skip_blanks(r, i + g.length);

	char half = (char)(at(r, after) | 0x20), m = (char)(at(r, after + 1) | 0x20);

	if (m == 'm' && (half == 'a' || half == 'p') && c->hour >= 1 && c->hour <= 12) {
		c->hour = c->hour % 12 + (half == 'p' ? 12 : 0);
		return after + 2 - i;
	}
	return g.length;
}

/* Length of an address, a date with or without time, or a time; 0: none of these. */
static size_t no_code_length(struct reader *r, size_t i)
{
	struct groups g = groups_of(r, i, "/.-");
	struct civil c = {0};

	if (g.n == 4)
		return g.length;
	if (g.n == 3) {
		date_of(&g, &c);

		size_t time_at = skip_blanks(r, i + g.length), n = time_length(r, time_at, &c);
		int64_t us;

		if (n && !r->d->when_us && moment_from_civil(&c, &us))
			r->d->when_us = us;
		return n ? time_at + n - i : g.length;
	}
	return time_length(r, i, &c);
}

/* --- numbers --- */

static void add(struct reader *r, struct code_number code, size_t end)
{
	if (r->n_numbers == NUMBERS_MAX)
		return;
	r->numbers[r->n_numbers++] = (struct number){
	    .code = code, .is_joined = at(r, end) == '/' && is_alnum(at(r, end + 1))};
}

static bool hex_number(const struct reader *r, size_t i, size_t n, uint32_t *value)
{
	*value = 0;
	while (n > 1 && at(r, i) == '0') {
		i++;
		n--;
	}
	if (n < 1 || n > 8)
		return false;
	for (size_t k = 0; k < n; k++)
		*value = *value << 4 | (uint32_t)text_hex_digit(at(r, i + k));
	return true;
}

static bool decimal_number(const struct reader *r, size_t i, size_t n, uint64_t *value)
{
	*value = 0;
	for (size_t k = 0; k < n; k++) {
		*value = *value * 10 + (uint64_t)(at(r, i + k) - '0');
		if (*value > UINT32_MAX)
			return false;
	}
	return n > 0;
}

static size_t word_length(const struct reader *r, size_t i)
{
	size_t n = 0;

	while (is_alnum(at(r, i + n)) || at(r, i + n) == '_')
		n++;
	return n;
}

/* A flaw at a place of the plain text. */
static void flaw_in(struct reader *r, size_t i, const char *what)
{
	if (!r->d->flaw)
		flaw(r->d, offset_of(r, i), what);
}

static void take_hex(struct reader *r, size_t i, size_t n)
{
	struct code_number c = {.notation = WRITTEN_HEX, .at = i};

	if (n == 2 || run_of_hex(r, i + 2) != n - 2)
		flaw_in(r, c.at,
		        "not a hexadecimal number; expected 0x and up to 8 digits 0-9 a-f");
	else if (!hex_number(r, i + 2, n - 2, &c.value))
		flaw_in(r, c.at, "a number out of range; a code has at most 8 hexadecimal digits");
	else
		add(r, c, i + n);
}

static void take_negative(struct reader *r, size_t i, size_t n)
{
	struct code_number c = {.notation = WRITTEN_NEGATIVE, .at = i - 1};
	uint64_t value;

	if (!decimal_number(r, i, n, &value) || value > (uint64_t)1 << 31) {
		flaw_in(r, c.at, "a number out of range; a code is at least -2147483648");
		return;
	}
	c.value = (uint32_t)(0 - value);
	add(r, c, i + n);
}

static void take_digits(struct reader *r, size_t i, size_t n)
{
	struct code_number c = {.notation = WRITTEN_DIGITS, .at = i};
	uint64_t value;

	c.is_decimal = decimal_number(r, i, n, &value);
	c.is_hex = hex_number(r, i, n, &c.as_hex);
	if (!c.is_decimal && !c.is_hex) {
		flaw_in(r, c.at,
		        "a number out of range; a code is at most 4294967295 or 0xFFFFFFFF");
		return;
	}
	c.value = c.is_decimal ? (uint32_t)value : c.as_hex;
	add(r, c, i + n);
}

/* "c000006d", "B09": hexadecimal digits with at least one of each kind and nothing else. */
static bool is_hex_word(const struct reader *r, size_t i, size_t n)
{
	bool has_digit = false;

	for (size_t k = 0; k < n; k++)
		has_digit |= is_digit(at(r, i + k));
	return has_digit && n >= 3 && n <= 8 && run_of_hex(r, i) == n;
}

static void take_word(struct reader *r, size_t i, size_t n)
{
	bool is_minus = i > 0 && at(r, i - 1) == '-' && (i == 1 || !is_alnum(at(r, i - 2)));

	if (at(r, i) == '0' && (at(r, i + 1) | 0x20) == 'x') {
		take_hex(r, i, n);
	} else if (run_of_digits(r, i) == n) {
		if (is_minus)
			take_negative(r, i, n);
		else
			take_digits(r, i, n);
	} else if (is_hex_word(r, i, n)) {
		struct code_number c = {.notation = WRITTEN_LETTERS, .at = i};

		hex_number(r, i, n, &c.value);
		add(r, c, i + n);
	} else {
		r->d->is_prose = true;
	}
}

static void collect(struct reader *r)
{
	while (r->p < r->plain.n) {
		size_t i = r->p, n = guid_length(r, i);

		if (!n && is_digit(at(r, i)))
			n = no_code_length(r, i);
		if (n) {
			r->p += n;
			continue;
		}
		n = word_length(r, i);
		if (n)
			take_word(r, i, n);
		else if (at(r, i) == OTHER_LETTER)
			r->d->is_prose = true;
		r->p += n ? n : 1;
	}
}

/* --- what the numbers are --- */

static bool is_plainly_code(const struct number *n)
{
	return n->code.notation == WRITTEN_HEX || n->code.notation == WRITTEN_NEGATIVE;
}

/* With a number written as 0x in it, other digits of a text are no codes, but for pairs. */
static void drop_bystanders(struct reader *r)
{
	bool has_plain = false;
	size_t kept = 0;

	for (size_t i = 0; i < r->n_numbers; i++)
		has_plain |= is_plainly_code(&r->numbers[i]);
	for (size_t i = 0; i < r->n_numbers; i++) {
		const struct number *n = &r->numbers[i];
		bool is_in_pair = n->is_joined || (i > 0 && r->numbers[i - 1].is_joined);
		bool is_short_word = r->d->is_prose && n->code.notation == WRITTEN_LETTERS &&
		                     n->code.value < STATUS_LEAST;

		if ((!has_plain && !is_short_word) || is_plainly_code(n) || is_in_pair)
			r->numbers[kept++] = *n;
	}
	r->n_numbers = kept;
}

/* An HRESULT or NTSTATUS in the message is no part of the pair. */
static void take_status(struct reader *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n_numbers; i++) {
		const struct code_number *c = &r->numbers[i].code;
		bool is_status = c->value >= STATUS_LEAST && c->notation != WRITTEN_DIGITS;

		if (is_status && !r->d->has_status) {
			r->d->status = *c;
			r->d->has_status = true;
		} else if (!is_status || c->value != r->d->status.value) {
			r->numbers[kept++] = r->numbers[i];
		}
	}
	r->n_numbers = kept;
}

static bool is_same(const struct code_number *a, const struct code_number *b)
{
	return a->value == b->value && a->as_hex == b->as_hex;
}

static void assign(struct reader *r)
{
	struct dialog *d = r->d;
	size_t n = r->n_numbers, i = 2;

	if (!n) {
		d->has_status_only = d->has_status;
		d->kind = d->has_status ? DIALOG_CODE : DIALOG_NOTHING;
		if (d->has_status)
			d->code = d->status;
		return;
	}
	d->kind = n > 1 ? DIALOG_PAIR : DIALOG_CODE;
	d->code = r->numbers[0].code;
	if (n > 1)
		d->extended = r->numbers[1].code;
	/* The same dialog pasted twice is one dialog. */
	while (i + 1 < n && is_same(&r->numbers[i].code, &d->code) &&
	       is_same(&r->numbers[i + 1].code, &d->extended))
		i += 2;
	if (i < n) {
		d->has_more = true;
		d->more = r->numbers[i].code;
	}
}

/* Places were noted in the plain text; the caller wants those in its own bytes. */
static void place(const struct reader *r)
{
	struct dialog *d = r->d;

	d->code.at = offset_of(r, d->code.at);
	d->extended.at = offset_of(r, d->extended.at);
	d->status.at = offset_of(r, d->status.at);
	d->more.at = offset_of(r, d->more.at);
	d->more_at = d->more.at;
}

struct dialog dialog_read(const char *text, size_t n)
{
	struct dialog d = {0};
	struct reader r = {.text = text, .n = n, .d = &d};

	if (n > DIALOG_BYTES_MAX) {
		flaw(&d, DIALOG_BYTES_MAX, "a text longer than 65536 bytes; expected one dialog");
		return d;
	}
	if (make_plain(&r)) {
		collect(&r);
		drop_bystanders(&r);
		take_status(&r);
		assign(&r);
		place(&r);
	}
	buf_fini(&r.plain);
	return d;
}
