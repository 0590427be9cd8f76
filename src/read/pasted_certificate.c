/*
 * pasted_certificate - certificates and TLS tools: certutil -store, openssl s_client, sslscan.
 *
 * certutil translates its words. What is relied on: the frame of equal signs around a number,
 * (sha1), CN=, two dates one below the other, the name of the key file, and status numbers.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "read/pasted_rows.h"

#define US_PER_DAY INT64_C(86400000000)
#define SHA1_HEX   40

/* The file of the key that the Remote Desktop service makes for itself, on every Windows. */
static const char rdp_key_file[] = "f686aace6942fb7f7ceb231212eef4a4";

struct shown_certificate {
	size_t line, key_line, error_line;
	struct word issuer, subject, thumbprint;
	struct date before, after;
	bool has_before, has_after, is_rdp, has_key_file, has_key_error;
};

/* "================ Certificate 0 ================" */
static bool is_frame(const struct line *l)
{
	struct words w = line_words(l);
	uint64_t number;

	return w.n >= 3 && word_begins(w.at[0], "=====") && word_ends(w.at[w.n - 1], "=====") &&
	       word_number(w.at[w.n - 2], &number);
}

static size_t hex_digits(struct word w)
{
	size_t n = 0;

	for (size_t i = 0; i < w.n; i++) {
		if (w.p[i] == ' ')
			continue;
		if (text_hex_digit(w.p[i]) < 0)
			return 0;
		n++;
	}
	return n;
}

static bool is_key_error(const struct line *l)
{
	struct word whole = {l->text, l->n};
	uint64_t code;

	/* NTE_BAD_KEYSET, NTE_NO_KEY, NTE_NOT_FOUND, and a file that is not there */
	return word_find_hex(whole, &code) && (code == 0x80090016 || code == 0x8009000D ||
	                                       code == 0x80090011 || code == 0x80070002);
}

static void take_pair(struct shown_certificate *c, struct word key, struct word value)
{
	struct line l = {.text = value.p, .n = value.n};
	struct words w = line_words(&l);
	struct date date;

	if (word_holds(key, "(sha1)") && hex_digits(value) == SHA1_HEX) {
		c->thumbprint = value;
	} else if (word_holds(value, "CN=")) {
		if (!c->issuer.n)
			c->issuer = value;
		else if (!c->subject.n)
			c->subject = value;
	} else if (w.n && word_date(w.at[0], &date)) {
		if (!c->has_before) {
			c->before = date;
			c->has_before = true;
		} else if (!c->has_after) {
			c->after = date;
			c->has_after = true;
		}
	}
}

static void take_certificate_line(struct shown_certificate *c, const struct line *l)
{
	struct word key, value;

	if (line_holds(l, rdp_key_file) || line_holds(l, "TSSecKeySet1")) {
		c->is_rdp = true;
		c->has_key_file |= line_holds(l, rdp_key_file);
		c->key_line = l->number;
	}
	if (is_key_error(l)) {
		c->has_key_error = true;
		c->error_line = l->number;
	}
	if (line_pair(l, &key, &value))
		take_pair(c, key, value);
}

/*
 * Day and month may be either way round, the same in both dates. A certificate that Windows
 * makes for Remote Desktop lasts six months, which decides most of the cases.
 */
static void decide_order(struct shown_certificate *c)
{
	bool day = c->before.day_first && c->after.day_first &&
	           c->before.day_first < c->after.day_first;
	bool month = c->before.month_first && c->after.month_first &&
	             c->before.month_first < c->after.month_first;

	if (day && month) {
		int64_t by_day = (c->after.day_first - c->before.day_first) / US_PER_DAY;
		int64_t by_month = (c->after.month_first - c->before.month_first) / US_PER_DAY;
		bool fits_day = by_day >= 180 && by_day <= 185;
		bool fits_month = by_month >= 180 && by_month <= 185;

		if (fits_day != fits_month) {
			day = fits_day;
			month = fits_month;
		}
	}
	if (!month)
		c->before.month_first = c->after.month_first = 0;
	if (!day)
		c->before.day_first = c->after.day_first = 0;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Whole days from the nearest reading that is possible; 0: not the same for all of them. */
static int64_t days_past(struct date d, int64_t now_us)
{
	int64_t past[2] = {now_us - d.day_first, now_us - d.month_first};

	if (!d.day_first)
		past[0] = past[1];
	if (!d.month_first)
		past[1] = past[0];
	if (past[0] >= US_PER_DAY && past[1] >= US_PER_DAY)
		return least(past[0], past[1]) / US_PER_DAY;
	if (past[0] <= -US_PER_DAY && past[1] <= -US_PER_DAY)
		return -(least(-past[0], -past[1]) / US_PER_DAY);
	return 0;
}

static void judge_dates(struct pasting *p, struct shown_certificate *c)
{
	int64_t now = p->pasted->now_us, days;

	decide_order(c);
	if (!now || !(c->after.day_first || c->after.month_first))
		return;
	days = days_past(c->after, now);
	if (days > 0) {
		pasted_number(p, F_CERT_EXPIRED, c->line, days);
	} else if (days < 0) {
		pasted_absent(p, F_CERT_EXPIRED, c->line);
		pasted_number(p, F_CERT_DAYS_LEFT, c->line, -days);
	}
	days = days_past(c->before, now);
	if (days < 0)
		pasted_number(p, F_CERT_NOT_YET_VALID, c->line, -days);
}

static const char *thumbprint_of(struct pasting *p, struct word shown)
{
	char *out = word_copy(shown, p->ev->arena);
	size_t n = 0;

	for (size_t i = 0; out[i]; i++) {
		char c = out[i];

		if (c != ' ')
			out[n++] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	}
	out[n] = 0;
	return out;
}

static void conclude_certificate(struct pasting *p, struct shown_certificate *c)
{
	if (c->subject.n)
		pasted_word(p, F_CERT_SUBJECT, c->line, c->subject);
	if (c->issuer.n)
		pasted_word(p, F_CERT_ISSUER, c->line, c->issuer);
	if (c->subject.n && c->subject.n == c->issuer.n &&
	    memcmp(c->subject.p, c->issuer.p, c->issuer.n) == 0)
		pasted_fact(p, F_CERT_SELF_SIGNED, c->line);
	if (c->thumbprint.n)
		pasted_text(p, F_CERT_THUMBPRINT, c->line, thumbprint_of(p, c->thumbprint));
	judge_dates(p, c);
	if (c->has_key_error)
		pasted_fact(p, F_HOST_KEY_MISSING, c->error_line);
	else if (c->has_key_file)
		pasted_absent(p, F_HOST_KEY_MISSING, c->key_line);
}

static int64_t end_of(const struct shown_certificate *c)
{
	return c->after.month_first ? c->after.month_first : c->after.day_first;
}

/* Of several in the store, the service uses the one that lasts longest. */
static void choose(struct shown_certificate *best, const struct shown_certificate *c, bool is_store)
{
	if (c->line && (c->is_rdp || is_store) && (!best->line || end_of(c) > end_of(best)))
		*best = *c;
}

static bool names_store(const char *s)
{
	return word_holds(word_of(s), "Remote Desktop\"") ||
	       word_holds(word_of(s), "Remote Desktop \"");
}

size_t pasted_certutil(struct pasting *p, const struct section *s)
{
	struct shown_certificate c = {0}, best = {0};
	bool is_store = names_store(s->command);
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (line_begins(l, "Remote Desktop \"")) {
			is_store = true;
		} else if (is_frame(l)) {
			choose(&best, &c, is_store);
			c = (struct shown_certificate){.line = l->number};
			first = first ? first : l->number;
		} else if (line_begins(l, "CertUtil: -")) {
			first = first ? first : l->number;
			if (c.line)
				take_certificate_line(&c, l);
			choose(&best, &c, is_store);
			c = (struct shown_certificate){0};
			is_store = false;
		} else if (c.line) {
			take_certificate_line(&c, l);
		}
	}
	choose(&best, &c, is_store);
	if (best.line)
		conclude_certificate(p, &best);
	return first;
}

/* --- TLS tools: a host of RDP answers no TLS before its own negotiation --- */

size_t pasted_openssl(struct pasting *p, const struct section *s)
{
	size_t first = 0;

	(void)p;
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (line_begins(l, "CONNECTED("))
			first = l->number;
		else if (first && (line_begins(l, "Certificate chain") ||
		                   line_begins(l, "no peer certificate available") ||
		                   line_begins(l, "SSL handshake has read")))
			return first;
	}
	return 0;
}

static const char *const versions[] = {"1.0", "1.1", "1.2", "1.3"};

/* That no version is accepted proves nothing: the host may have refused before TLS. */
size_t pasted_sslscan(struct pasting *p, const struct section *s)
{
	bool is_rdp = false, is_asked = word_holds(word_of(s->command), "--rdp");
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct words w;

		if (line_begins(l, "Testing SSL server ")) {
			first = first ? first : l->number;
			is_rdp = is_asked || line_holds(l, " on port 3389 ");
			continue;
		}
		w = line_words(l);
		if (!is_rdp || w.n != 2 || !word_is(w.at[1], "enabled") ||
		    !word_begins(w.at[0], "TLSv1."))
			continue;
		for (size_t k = 0; k < sizeof versions / sizeof *versions; k++)
			if (word_ends(w.at[0], versions[k]))
				pasted_text(p, F_TLS_ACCEPTS_VERSION, l->number, versions[k]);
	}
	return first;
}
