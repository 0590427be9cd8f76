#include "os/time_status.h"

#include <string.h>

#define LINES_MAX   64
#define LOCAL_CLOCK 0x4C4F434Cu /* "LOCL": the clock follows nothing but itself */

/* Where a line stands, counted from the leap indicator; empty lines are not counted. */
enum { LEAP, STRATUM, PRECISION, REFERENCE = 5, SOURCE = 7, OFFSET = 9, AGE = 15 };

enum { LEAP_UNKNOWN = 3, STRATUM_MAX = 16 };

struct slice {
	const char *p;
	size_t n;
};

struct lines {
	struct slice values[LINES_MAX]; /* what stands behind the colon of each line */
	size_t n;
};

static struct slice trimmed(struct slice s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t'))
		s = (struct slice){s.p + 1, s.n - 1};
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static size_t length_to(struct slice s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

static struct lines split(struct slice text)
{
	struct lines out = {.n = 0};

	while (text.n && out.n < LINES_MAX) {
		size_t n = length_to(text, '\n');
		struct slice line = trimmed((struct slice){text.p, n});
		size_t key = length_to(line, ':') + 1;

		if (line.n)
			out.values[out.n++] = key < line.n ? trimmed((struct slice){line.p + key,
			                                                            line.n - key})
			                                   : (struct slice){line.p, 0};
		n += n < text.n;
		text = (struct slice){text.p + n, text.n - n};
	}
	return out;
}

/* --- values --- */

static size_t take_digits(struct slice s, int64_t *number)
{
	size_t i = 0;

	*number = 0;
	for (; i < s.n && i < 15 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		*number = *number * 10 + (s.p[i] - '0');
	return i;
}

static bool take_minus(struct slice *s)
{
	if (!s->n || *s->p != '-')
		return false;
	*s = (struct slice){s->p + 1, s->n - 1};
	return true;
}

/* "0(no warning)", "-23 (119.209ns per tick)": the number, which a remark must follow. */
static bool remark_number(struct slice s, int64_t *number)
{
	bool is_negative = take_minus(&s);
	size_t n = take_digits(s, number);

	if (is_negative)
		*number = -*number;
	if (!n)
		return false;
	s = trimmed((struct slice){s.p + n, s.n - n});
	return s.n && *s.p == '(';
}

/* "-0.0001234s" or with a comma; the rest behind six digits is below what is counted here. */
static bool seconds(struct slice s, int64_t *us)
{
	bool is_negative = take_minus(&s);
	int64_t scale = 100000, whole;
	size_t n = take_digits(s, &whole);

	if (!n || whole > INT64_MAX / 2000000 || n + 1 >= s.n || (s.p[n] != '.' && s.p[n] != ','))
		return false;
	*us = whole * 1000000;
	for (n++; n < s.n && s.p[n] >= '0' && s.p[n] <= '9'; n++, scale /= 10)
		*us += (s.p[n] - '0') * scale;
	if (is_negative)
		*us = -*us;
	return n < s.n && s.p[n] == 's';
}

/* Eight hexadecimal digits behind 0x. */
static bool hex_number(struct slice s, uint32_t *number)
{
	if (s.n < 10 || s.p[0] != '0' || s.p[1] != 'x')
		return false;
	*number = 0;
	for (size_t i = 2; i < 10; i++) {
		static const char digits[] = "0123456789ABCDEF0123456789abcdef";
		const char *at = s.p[i] ? strchr(digits, s.p[i]) : NULL;

		if (!at)
			return false;
		*number = *number << 4 | (uint32_t)((at - digits) % 16);
	}
	return true;
}

/* "... error occurred: The service has not been started. (0x80070426)" */
static uint32_t error_in(struct slice text)
{
	uint32_t error;

	for (; text.n > 10; text = (struct slice){text.p + 1, text.n - 1})
		if (*text.p == '(' && hex_number((struct slice){text.p + 1, text.n - 1}, &error) &&
		    error >> 31)
			return error;
	return 0;
}

/* --- all of it --- */

static bool is_begin(const struct lines *l, size_t i)
{
	int64_t leap, stratum, precision;

	return i + PRECISION < l->n && remark_number(l->values[i + LEAP], &leap) && leap >= 0 &&
	       leap <= LEAP_UNKNOWN && remark_number(l->values[i + STRATUM], &stratum) &&
	       stratum >= 0 && stratum <= STRATUM_MAX &&
	       remark_number(l->values[i + PRECISION], &precision) && precision <= 0;
}

static void read_from(const struct slice *values, size_t n, struct time_status *out)
{
	uint32_t reference = 0;
	int64_t leap;

	out->is_known = true;
	remark_number(values[LEAP], &leap);
	remark_number(values[STRATUM], &out->stratum);
	if (n > REFERENCE)
		hex_number(values[REFERENCE], &reference);
	out->is_synced = leap != LEAP_UNKNOWN && out->stratum && reference != LOCAL_CLOCK;
	if (n > SOURCE && values[SOURCE].n < TIME_SOURCE_MAX)
		memcpy(out->source, values[SOURCE].p, values[SOURCE].n);
	out->has_offset = n > OFFSET && seconds(values[OFFSET], &out->offset_us);
	out->has_age = n > AGE && seconds(values[AGE], &out->age_us) && out->age_us >= 0;
}

struct time_status time_status_read(const char *text, size_t n)
{
	struct lines lines = split((struct slice){text, n});
	struct time_status out = {0};

	for (size_t i = 0; i < lines.n && !out.is_known; i++)
		if (is_begin(&lines, i))
			read_from(lines.values + i, lines.n - i, &out);
	if (!out.is_known)
		out.error = error_in((struct slice){text, n});
	return out;
}
