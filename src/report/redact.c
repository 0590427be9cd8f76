#include "report/redact.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "report/redact_words.h"

enum kind {
	KIND_HOST,
	KIND_DOMAIN,
	KIND_ADDRESS,
	KIND_ACCOUNT,
	KIND_NAME, /* of something: nobody knows what */
	KIND_ORGANISATION,
	KIND_FILE,
	KIND_INTERFACE,
	KIND_THUMBPRINT,
	KIND_SERIAL,
	KIND_GROUP,
	KIND_COUNT
};

static const char *const kind_words[KIND_COUNT] = {
    [KIND_HOST] = "host",
    [KIND_DOMAIN] = "domain",
    [KIND_ADDRESS] = "address",
    [KIND_ACCOUNT] = "account",
    [KIND_NAME] = "name",
    [KIND_ORGANISATION] = "organisation",
    [KIND_FILE] = "file",
    [KIND_INTERFACE] = "interface",
    [KIND_THUMBPRINT] = "thumbprint",
    [KIND_SERIAL] = "serial",
    [KIND_GROUP] = "group",
};

/* A piece of a text. */
struct span {
	const char *p;
	size_t n;
};

static struct span span_of(const char *s)
{
	return (struct span){.p = s, .n = strlen(s)};
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '-' || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_span(struct span s, const char *text)
{
	return strlen(text) == s.n && memcmp(s.p, text, s.n) == 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_span_any_case(struct span s, const char *text)
{
	size_t i = 0;

	while (i < s.n && text[i] && lower(s.p[i]) == lower(text[i]))
		i++;
	return i == s.n && !text[i];
}

/* --- words, by text --- */

#define BUCKETS_FIRST 4096

struct entry {
	struct entry *next;
	struct span key;
	const char *word; /* that takes its place; NULL in the vocabulary */
};

/* Grows with its entries: a large file full of names shall not take forever. */
struct words {
	struct entry **buckets;
	size_t n_buckets, n;
};

static struct entry **bucket_of(const struct words *w, struct span key)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < key.n; i++)
		hash = (hash ^ (unsigned char)key.p[i]) * 16777619u;
	return &w->buckets[hash % w->n_buckets];
}

static struct entry *find(const struct words *w, struct span key)
{
	struct entry *e = w->n ? *bucket_of(w, key) : NULL;

	while (e && (e->key.n != key.n || memcmp(e->key.p, key.p, key.n) != 0))
		e = e->next;
	return e;
}

static void grow(struct words *w, struct arena *arena)
{
	struct words more = {.n_buckets = w->n_buckets ? 4 * w->n_buckets : BUCKETS_FIRST,
	                     .n = w->n};

	more.buckets = arena_new(arena, more.n_buckets * sizeof(struct entry *));
	for (size_t i = 0; i < w->n_buckets; i++) {
		for (struct entry *e = w->buckets[i], *next; e; e = next) {
			struct entry **at = bucket_of(&more, e->key);

			next = e->next;
			e->next = *at;
			*at = e;
		}
	}
	*w = more;
}

static void insert(struct words *w, struct span key, const char *word, struct arena *arena)
{
	struct entry **at, *e = arena_new(arena, sizeof *e);

	if (w->n == w->n_buckets)
		grow(w, arena);
	at = bucket_of(w, key);
	*e = (struct entry){.next = *at, .key = key, .word = word};
	*at = e;
	w->n++;
}

struct redactor {
	struct arena *arena;
	struct words kept;  /* exactly as spelt */
	struct words known; /* in lower case */
	size_t n_of[KIND_COUNT];
};

/* --- the vocabulary --- */

static struct span trimmed(struct span s)
{
	while (s.n && (s.p[0] == '.' || s.p[0] == '-'))
		s.p++, s.n--;
	while (s.n && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == '-'))
		s.n--;
	return s;
}

static struct span word_at(const char *s)
{
	size_t n = 0;

	while (is_word(s[n]))
		n++;
	return (struct span){.p = s, .n = n};
}

static void keep_words(struct redactor *r, const char *text)
{
	while (text && *text) {
		struct span raw = word_at(text), word = trimmed(raw);

		if (word.n > 1 && !find(&r->kept, word))
			insert(&r->kept, word, NULL, r->arena);
		text += raw.n ? raw.n : 1;
	}
}

static void keep_findings(struct redactor *r)
{
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++) {
		keep_words(r, finding_defs[id].name);
		keep_words(r, finding_defs[id].means);
		keep_words(r, finding_defs[id].spec);
		keep_words(r, finding_defs[id].unit);
		keep_words(r, finding_defs[id].choices);
	}
}

static void keep_codes(struct redactor *r)
{
	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++) {
		struct code_table t = code_table(f);

		for (size_t i = 0; i < t.n; i++)
			keep_words(r, t.rows[i].name);
	}
}

/* Words that a row compares with decide the verdict. */
static void keep_evidence(struct redactor *r)
{
	for (size_t i = 0; i < cause_count(); i++)
		for (size_t k = 0; k < EVIDENCE_MAX; k++)
			keep_words(r, cause_at(i)->evidence[k].word);
}

struct redactor *redact_begin(struct arena *arena)
{
	struct redactor *r = arena_new(arena, sizeof *r);

	r->arena = arena;
	keep_findings(r);
	keep_codes(r);
	keep_evidence(r);
	for (size_t i = 0; redact_kept[i]; i++)
		keep_words(r, redact_kept[i]);
	return r;
}

/* --- the words that take a place --- */

static struct span lowered(struct redactor *r, struct span s)
{
	char *key = arena_copy(r->arena, s.p, s.n);

	for (size_t i = 0; i < s.n; i++)
		key[i] = lower(key[i]);
	return (struct span){.p = key, .n = s.n};
}

static const char *known(struct redactor *r, struct span s)
{
	struct entry *e = find(&r->known, lowered(r, s));

	return e ? e->word : NULL;
}

/* "address-7" out of a report that was redacted before stays one of its kind. */
static enum kind kind_of(struct span s, enum kind otherwise)
{
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		size_t n = strlen(kind_words[kind]), i = n + 1;

		if (s.n < n + 2 || memcmp(s.p, kind_words[kind], n) != 0 || s.p[n] != '-')
			continue;
		while (i < s.n && is_digit(s.p[i]))
			i++;
		if (i == s.n)
			return kind;
	}
	return otherwise;
}

static const char *replaced(struct redactor *r, enum kind kind, struct span s)
{
	struct span key = lowered(r, s);
	struct entry *e = find(&r->known, key);

	if (e)
		return e->word;
	kind = kind_of(s, kind);

	const char *word = arena_printf(r->arena, "%s-%zu", kind_words[kind], ++r->n_of[kind]);

	insert(&r->known, key, word, r->arena);
	return word;
}

/* --- addresses --- */

static bool parse_v4(struct span s, uint8_t out[4])
{
	size_t i = 0;

	for (size_t part = 0; part < 4; part++) {
		unsigned value = 0;
		size_t from = i;

		while (i < s.n && is_digit(s.p[i]) && i - from < 3)
			value = value * 10 + (unsigned)(s.p[i++] - '0');
		if (i == from || value > 255)
			return false;
		out[part] = (uint8_t)value;
		if (part < 3 && (i == s.n || s.p[i++] != '.'))
			return false;
	}
	return i == s.n;
}

/* The groups of an IPv6 address around its "::". */
struct v6 {
	uint8_t bytes[16];
	size_t n, gap; /* gap: bytes before "::", or 16 */
};

static bool take_group(struct v6 *a, struct span g)
{
	unsigned value = 0;

	if (!g.n || g.n > 4 || a->n > 14)
		return false;
	for (size_t i = 0; i < g.n; i++) {
		int digit = text_hex_digit(g.p[i]);

		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	a->bytes[a->n++] = (uint8_t)(value >> 8);
	a->bytes[a->n++] = (uint8_t)value;
	return true;
}

static bool take_last_v4(struct v6 *a, struct span s)
{
	if (a->n > 12 || !parse_v4(s, a->bytes + a->n))
		return false;
	a->n += 4;
	return true;
}

static bool take_groups(struct v6 *a, struct span s)
{
	size_t i = 0;

	if (s.n >= 2 && s.p[0] == ':' && s.p[1] == ':')
		a->gap = 0, i = 2;
	while (i < s.n) {
		struct span g = {.p = s.p + i};

		while (i + g.n < s.n && s.p[i + g.n] != ':')
			g.n++;
		i += g.n;
		if (i == s.n && memchr(g.p, '.', g.n))
			return take_last_v4(a, g);
		if (!take_group(a, g))
			return false;
		if (i == s.n)
			return true;
		if (++i == s.n)
			return false; /* one colon at the end */
		if (s.p[i] == ':') {
			if (a->gap != 16)
				return false;
			a->gap = a->n;
			i++;
		}
	}
	return true;
}

static bool parse_v6(struct span s, uint8_t out[16])
{
	struct v6 a = {.gap = 16};

	if (s.n < 2 || !memchr(s.p, ':', s.n) || !take_groups(&a, s))
		return false;
	if (a.gap == 16 ? a.n != 16 : a.n > 14)
		return false;
	if (a.gap == 16)
		a.gap = a.n;
	memset(out, 0, 16);
	memcpy(out, a.bytes, a.gap);
	memcpy(out + 16 - (a.n - a.gap), a.bytes + a.gap, a.n - a.gap);
	return true;
}

static const uint8_t v4_mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool parse_address(struct span s, uint8_t out[16])
{
	memcpy(out, v4_mapped, sizeof v4_mapped);
	return parse_v4(s, out + 12) || parse_v6(s, out);
}

/* Loopback and "any" tell nothing of anybody. */
static bool is_everybodys(const uint8_t a[16])
{
	static const uint8_t zeros[16];

	if (memcmp(a, v4_mapped, sizeof v4_mapped) == 0)
		return a[12] == 127 || memcmp(a + 12, zeros, 4) == 0;
	return memcmp(a, zeros, 15) == 0 && a[15] <= 1;
}

static const char *address_word(struct redactor *r, struct span s, const uint8_t a[16])
{
	char key[2 * 16 + 2] = "\001"; /* begins like no word */

	if (is_everybodys(a))
		return arena_copy(r->arena, s.p, s.n);
	for (size_t i = 0; i < 16; i++)
		snprintf(key + 1 + 2 * i, 3, "%02x", a[i]);
	return replaced(r, KIND_ADDRESS, span_of(key));
}

/* The address at the start of a text, the zone behind it included; 0: none stands there. */
static size_t address_at(const char *s, struct span *address, uint8_t bytes[16])
{
	static const char *const characters[] = {"0123456789abcdefABCDEF:.", "0123456789."};

	for (size_t i = 0; i < 2; i++) {
		*address = (struct span){.p = s, .n = strspn(s, characters[i])};
		while (address->n && strchr(":.", s[address->n - 1]) &&
		       !(address->n > 1 && s[address->n - 1] == ':' && s[address->n - 2] == ':'))
			address->n--;
		if (!address->n || !parse_address(*address, bytes))
			continue;

		size_t n = address->n;

		if (is_word(s[n]) && s[n] != '.' && s[n] != '-')
			continue; /* the beginning of a longer word */
		if (s[n] == '.' && is_word(s[n + 1]) && s[n + 1] != '.')
			continue;
		if (s[n] == '%' && is_word(s[n + 1]))
			n += 1 + word_at(s + n + 1).n;
		return n;
	}
	return 0;
}

/* --- names --- */

static bool is_localhost(struct span s)
{
	return is_span_any_case(s, "localhost") || is_span_any_case(s, "localhost.localdomain");
}

static bool is_one_word(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_word(s.p[i]))
			return false;
	return s.n > 0;
}

static const char *join(struct redactor *r, const char *a, const char *between, const char *b)
{
	return arena_printf(r->arena, "%s%s%s", a, between, b);
}

/* A name that stands where only a host is named: "pc-17.corp.example" is host-1.domain-1. */
static const char *host_word(struct redactor *r, struct span s)
{
	uint8_t address[16];
	size_t label = 0;

	s = trimmed(s);
	if (!s.n)
		return "";
	if (is_localhost(s))
		return arena_copy(r->arena, s.p, s.n);
	if (parse_address(s, address))
		return address_word(r, s, address);
	if (known(r, s))
		return known(r, s);
	if (s.n > 2 && s.p[0] == '*' && s.p[1] == '.')
		return join(r, "*.", "", replaced(r, KIND_DOMAIN, (struct span){s.p + 2, s.n - 2}));
	if (!is_one_word(s))
		return replaced(r, KIND_NAME, s);
	while (label < s.n && s.p[label] != '.')
		label++;

	const char *host = replaced(r, KIND_HOST, (struct span){s.p, label});

	if (label == s.n)
		return host;
	return join(r, host, ".",
	            replaced(r, KIND_DOMAIN, (struct span){s.p + label + 1, s.n - label - 1}));
}

/* --- distinguished names, as RFC 2253 writes them --- */

static bool is_name_attribute(struct span type)
{
	return is_span_any_case(type, "CN");
}

static const char *attribute_word(struct redactor *r, struct span type, struct span value)
{
	if (is_name_attribute(type))
		return host_word(r, value);
	if (is_span_any_case(type, "O") || is_span_any_case(type, "OU"))
		return replaced(r, KIND_ORGANISATION, value);
	if (is_span_any_case(type, "DC"))
		return replaced(r, KIND_DOMAIN, value);
	if (is_span_any_case(type, "serialNumber"))
		return replaced(r, KIND_SERIAL, value);
	return replaced(r, KIND_NAME, value);
}

/* The type in front of a value, when it is one of those that we know to be no name. */
static bool is_attribute_type(struct span s)
{
	static const char *const types[] = {"CN",  "O",      "OU",           "DC",          "C",
	                                    "L",   "ST",     "SN",           "GN",          "T",
	                                    "UID", "STREET", "serialNumber", "emailAddress"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (is_span_any_case(s, types[i]))
			return true;
	return false;
}

static size_t value_length(const char *s)
{
	size_t n = 0;

	while (s[n] && s[n] != ',' && s[n] != '+')
		n += s[n] == '\\' && s[n + 1] ? 2 : 1;
	return n;
}

static const char *certificate_name(struct redactor *r, const char *s)
{
	struct buf out = {0};
	const char *words;

	if (!strchr(s, '='))
		return host_word(r, span_of(s));
	while (*s) {
		while (*s == ' ')
			buf_putc(&out, *s++);

		size_t n = value_length(s), type = 0;

		while (type < n && s[type] != '=')
			type++;

		bool has_type = type < n && is_attribute_type((struct span){s, type});
		size_t from = has_type ? type + 1 : 0;

		if (has_type)
			buf_put(&out, s, from);
		if (n > from)
			buf_puts(&out, attribute_word(r, (struct span){s, has_type ? type : 0},
			                              (struct span){s + from, n - from}));
		s += n;
		if (*s)
			buf_putc(&out, *s++);
	}
	words = arena_copy(r->arena, out.bytes ? out.bytes : "", out.n);
	buf_fini(&out);
	return words;
}

/* --- any text --- */

#define DIGITS_KEPT 7

/* Ports, builds, event numbers, times and dates, codes: nobody's. */
static bool is_number(struct span s)
{
	size_t digits = 0;

	while (digits < s.n && is_digit(s.p[digits]))
		digits++;
	return digits && digits <= DIGITS_KEPT &&
	       (digits == s.n || is_span((struct span){s.p + digits, s.n - digits}, "ms"));
}

static bool is_code(struct span s)
{
	if (s.n < 3 || s.n > 10 || s.p[0] != '0' || lower(s.p[1]) != 'x')
		return false;
	for (size_t i = 2; i < s.n; i++)
		if (text_hex_digit(s.p[i]) < 0)
			return false;
	return true;
}

/* "6.3.9600", and no address: that was looked for before. */
static bool is_version(struct span s)
{
	size_t dots = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.')
			dots++;
		else if (!is_digit(s.p[i]))
			return false;
	}
	return dots >= 1 && dots <= 3 && s.n <= 20;
}

/* "KB5051987", an update of Windows. */
static bool is_update(struct span s)
{
	return s.n >= 8 && s.n <= 9 && memcmp(s.p, "KB", 2) == 0 &&
	       is_number((struct span){s.p + 2, s.n - 2});
}

/* "2026-07-02" and "2026-07-02T13" of a time of day behind it. */
static bool is_date(struct span s)
{
	static const char shape[] = "dddd-dd-ddTdd";

	if (s.n != 10 && s.n != 13)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (shape[i] == 'd' ? !is_digit(s.p[i]) : s.p[i] != shape[i])
			return false;
	return true;
}

/* S-1-5-20, S-1-5-32-544: the same on every Windows. */
static bool is_common_sid(struct span s)
{
	if (s.n < 7 || s.n > 12 || memcmp(s.p, "S-1-", 4) != 0)
		return false;
	for (size_t i = 4; i < s.n; i++)
		if (!is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	return true;
}

static bool is_nobodys(struct span s)
{
	return (s.n == 1 && is_letter(s.p[0])) || is_number(s) || is_code(s) || is_version(s) ||
	       is_update(s) || is_date(s) || is_common_sid(s) || is_localhost(s);
}

static bool is_kept(const struct redactor *r, struct span s)
{
	return find(&r->kept, s) != NULL;
}

static bool is_listed(const char *list, struct span s)
{
	while (*list) {
		size_t n = strcspn(list, " ");

		if (n == s.n && memcmp(list, s.p, n) == 0)
			return true;
		list += n + (list[n] == ' ');
	}
	return false;
}

/* "rdpNegData.type": a field as decoders call it. */
static bool is_field(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t from = i;

		while (i < s.n && s.p[i] != '.')
			i++;
		if (!is_listed(redact_fields, (struct span){s.p + from, i - from}))
			return false;
	}
	return s.n > 0;
}

static bool has_ending(struct span s, size_t *stem)
{
	size_t n = s.n;

	while (n && s.p[n - 1] != '.')
		n--;
	if (n < 2)
		return false;
	*stem = n - 1;
	for (size_t i = 0; redact_endings[i]; i++)
		if (is_span_any_case((struct span){s.p + n, s.n - n}, redact_endings[i]))
			return true;
	return false;
}

static bool is_serial(struct span s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (text_hex_digit(s.p[i]) < 0 && s.p[i] != '-')
			return false;
		digits += is_digit(s.p[i]);
	}
	return digits && s.n > DIGITS_KEPT;
}

/* What stands around a word. */
struct around {
	const char *text; /* whole */
	const char *next; /* behind the word */
	size_t at;
	struct span before; /* the word before */
	bool is_account;    /* the word before was the domain of one */
};

static bool follows(const struct around *a, const char *separators)
{
	size_t n = strlen(separators);

	return a->at >= n && memcmp(a->text + a->at - n, separators, n) == 0;
}

static bool is_after(const struct around *a, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		if (is_span_any_case(a->before, words[i]))
			return true;
	return false;
}

/* "CORP\anna", and no path. */
static bool is_domain_of_account(const struct redactor *r, const struct around *a, struct span s)
{
	size_t n;

	if (a->next[0] != '\\' || !is_word(a->next[1]) || is_kept(r, s))
		return false;
	n = word_at(a->next + 1).n;
	return a->next[1 + n] != '\\' && !follows(a, "\\") && !follows(a, ":") && !follows(a, "/");
}

static bool is_after_serial(const struct around *a)
{
	static const char *const serials[] = {"serial", "serialNumber", NULL};

	return is_after(a, serials);
}

static enum kind guessed(const struct around *a, struct span s)
{
	static const char *const accounts[] = {"user",  "account", "username", "login",
	                                       "users", "home",    NULL};
	static const char *const hosts[] = {"host", "server", "computer", "dns",   "name",
	                                    "tcp",  "udp",    "http",     "https", "client",
	                                    "rdp",  "target", NULL};

	if (is_after_serial(a) || is_serial(s))
		return s.n == 40 || s.n == 64 ? KIND_THUMBPRINT : KIND_SERIAL;
	if (is_after(a, accounts) || (s.n > 12 && memcmp(s.p, "S-1-", 4) == 0))
		return KIND_ACCOUNT;
	return is_after(a, hosts) ? KIND_HOST : KIND_NAME;
}

/* Words whose place tells what they are, whatever they are. */
static const char *word_by_place(struct redactor *r, const struct around *a, struct span s)
{
	static const char *const folders[] = {"users", "home", NULL};

	if (a->is_account || (a->next[0] == '@' && is_word(a->next[1])))
		return replaced(r, KIND_ACCOUNT, s);
	if (follows(a, "@"))
		return replaced(r, KIND_DOMAIN, s);
	if (is_after(a, folders) && (follows(a, "\\") || follows(a, "/")))
		return replaced(r, KIND_ACCOUNT, s);
	if (follows(a, "\\\\") || follows(a, "//"))
		return is_localhost(s) ? NULL : host_word(r, s);
	if (is_domain_of_account(r, a, s))
		return known(r, s) ? known(r, s) : replaced(r, KIND_DOMAIN, s);
	return NULL;
}

static const char *dotted_word(struct redactor *r, struct span s)
{
	size_t stem;

	if (!has_ending(s, &stem))
		return memchr(s.p, '.', s.n) ? host_word(r, s) : NULL;

	struct span name = {s.p, stem};
	const char *word = known(r, name);
	const char *ending = arena_copy(r->arena, s.p + stem, s.n - stem);

	if (!word && (is_kept(r, name) || is_nobodys(name)))
		word = arena_copy(r->arena, name.p, name.n);
	return join(r, word ? word : replaced(r, KIND_FILE, name), ending, "");
}

/* What takes the place of a word; NULL: it stays. */
static const char *word_for(struct redactor *r, const struct around *a, struct span s)
{
	const char *word = NULL;

	if (is_after_serial(a) && !is_span(s, "number"))
		return replaced(r, KIND_SERIAL, s);
	if (is_nobodys(s) && !is_serial(s))
		return NULL;
	word = word_by_place(r, a, s);
	if (!word)
		word = known(r, s);
	if (word || is_kept(r, s) || is_field(s))
		return word;
	word = dotted_word(r, s);
	return word ? word : replaced(r, guessed(a, s), s);
}

/* "aa:bb:cc ..." as programs write serial numbers, thumbprints and hardware addresses. */
static size_t hex_groups_at(const char *s, char key[2 * 64 + 1])
{
	size_t n = 0, groups = 0;
	char between = s[0] && s[1] ? s[2] : '\0';

	if (!between || !strchr(":- ", between))
		return 0;
	while (groups < 64 && text_hex_digit(s[n]) >= 0 && text_hex_digit(s[n + 1]) >= 0 &&
	       !(is_word(s[n + 2]) && s[n + 2] != '-')) {
		key[2 * groups] = s[n];
		key[2 * groups + 1] = s[n + 1];
		groups++;
		n += 2;
		if (s[n] != between || text_hex_digit(s[n + 1]) < 0)
			break;
		n++;
	}
	key[2 * groups] = '\0';
	return groups >= 6 ? n - (s[n - 1] == between) : 0;
}

static size_t put_hex_groups(struct redactor *r, struct buf *out, const char *s)
{
	char key[2 * 64 + 1];
	size_t n = hex_groups_at(s, key), length = n ? strlen(key) : 0;

	if (n)
		buf_puts(out,
		         replaced(r, length == 40 || length == 64 ? KIND_THUMBPRINT : KIND_SERIAL,
		                  span_of(key)));
	return n;
}

static size_t put_address(struct redactor *r, struct buf *out, const char *s)
{
	struct span address;
	uint8_t bytes[16];
	size_t n = address_at(s, &address, bytes);

	if (n)
		buf_puts(out, address_word(r, address, bytes));
	return n;
}

/* A word with the dots and hyphens around it. */
static size_t put_word(struct redactor *r, struct buf *out, struct around *a, size_t at)
{
	struct span raw = word_at(a->text + at), s = trimmed(raw);
	size_t in_front = (size_t)(s.p - raw.p);
	const char *word;

	if (!s.n) {
		buf_put(out, raw.p, raw.n);
		return raw.n;
	}
	a->at = at + in_front;
	a->next = s.p + s.n;
	word = word_for(r, a, s);
	a->is_account = is_domain_of_account(r, a, s);
	if (!is_after_serial(a) || !is_span(s, "number"))
		a->before = s;
	buf_put(out, raw.p, in_front);
	buf_put(out, word ? word : s.p, word ? strlen(word) : s.n);
	buf_put(out, s.p + s.n, raw.n - in_front - s.n);
	return raw.n;
}

const char *redact_text(struct redactor *r, const char *outside)
{
	size_t n = strlen(outside);
	const char *text = arena_copy(r->arena, outside,
	                              n < REDACT_BYTES_MAX ? n : REDACT_BYTES_MAX);
	struct around a = {.text = text, .before = {.p = text}};
	struct buf out = {0};

	for (size_t at = 0; text[at];) {
		bool is_start = !at || !is_word(text[at - 1]);
		size_t took = is_start ? put_hex_groups(r, &out, text + at) : 0;

		if (!took && is_start)
			took = put_address(r, &out, text + at);
		if (!took && is_word(text[at]))
			took = put_word(r, &out, &a, at);
		if (!took)
			buf_putc(&out, text[at++]);
		at += took;
	}
	text = arena_copy(r->arena, out.bytes ? out.bytes : "", out.n);
	buf_fini(&out);
	return text;
}

/* --- known places --- */

static const char *host_text(struct redactor *r, const char *s)
{
	return host_word(r, span_of(s));
}

static const char *domain_text(struct redactor *r, const char *s)
{
	return replaced(r, KIND_DOMAIN, trimmed(span_of(s)));
}

static const char *thumbprint_text(struct redactor *r, const char *s)
{
	return replaced(r, KIND_THUMBPRINT, span_of(s));
}

static const char *product_text(struct redactor *r, const char *s)
{
	for (const char *p = s; *p;) {
		struct span word = word_at(p);

		if (word.n && !is_listed(redact_inspectors, trimmed(word)))
			return redact_text(r, s);
		p += word.n ? word.n : 1;
	}
	return s;
}

/* Texts of which the kind is known; the others are read word by word. */
static const struct {
	enum finding_id id;
	const char *(*redacted)(struct redactor *r, const char *s);
} places[] = {
    {F_NAME_REVERSE, host_text},
    {F_NLA_COMPUTER, host_text},
    {F_NLA_NETBIOS_COMPUTER, host_text},
    {F_NLA_NAMES_OTHER_HOST, host_text},
    {F_NLA_DOMAIN, domain_text},
    {F_CERT_NAME_MISMATCH, certificate_name},
    {F_CERT_NAMES_OTHER_HOST, certificate_name},
    {F_CERT_SUBJECT, certificate_name},
    {F_CERT_ISSUER, certificate_name},
    {F_CERT_THUMBPRINT, thumbprint_text},
    {F_CERT_INSPECTED, product_text},
};

static const char *finding_text(struct redactor *r, const struct finding *f)
{
	if (!f->text || finding_defs[f->id].type == T_CHOICE)
		return f->text;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (places[i].id == f->id)
			return places[i].redacted(r, f->text);
	return redact_text(r, f->text);
}

/* "tcp pc-17:3389", "dns pc-17.corp.example": what follows the first word is a host. */
static void learn_where(struct redactor *r, const char *where)
{
	static const char *const first[] = {"tcp ",   "udp ",  "dns ", "name ",
	                                    "https ", "http ", "rdp "};
	struct span address;
	uint8_t bytes[16];

	for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
		size_t n = strlen(first[i]);

		if (strncmp(where, first[i], n) != 0 || address_at(where + n, &address, bytes))
			continue;

		struct span host = trimmed(word_at(where + n));

		if (host.n && !is_nobodys(host))
			host_word(r, host);
	}
}

/* A host that is called like a port or a code is not to take the numbers along. */
static void learn_host(struct redactor *r, const char *host)
{
	if (host && !is_nobodys(span_of(host)))
		host_word(r, span_of(host));
}

void redact_learn(struct redactor *r, const struct findings *set, const struct run_frame *frame)
{
	learn_host(r, frame->host);
	for (size_t i = 0; frame->vantage && i < frame->vantage->n_addresses; i++)
		redact_text(r, frame->vantage->addresses[i]);
	for (size_t k = 0; k < sizeof places / sizeof *places; k++)
		for (size_t i = 0; i < set->n; i++)
			if (set->at[i].id == places[k].id && set->at[i].text)
				finding_text(r, &set->at[i]);
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].where)
			learn_where(r, set->at[i].where);
}

/* Groups are compared, never read. */
static const char *group_text(struct redactor *r, const char *group)
{
	return finding_by_name(group) ? group : replaced(r, KIND_GROUP, span_of(group));
}

struct findings redact_findings(struct redactor *r, const struct findings *set)
{
	struct findings out = {.arena = r->arena};

	for (size_t i = 0; i < set->n; i++) {
		struct finding f = set->at[i];

		f.text = finding_text(r, &f);
		f.where = f.where ? redact_text(r, f.where) : NULL;
		f.group = f.group ? group_text(r, f.group) : NULL;
		findings_add(&out, &f);
	}
	return out;
}

static const char *const *redacted_list(struct redactor *r, const char *const *texts, size_t n)
{
	const char **out = arena_new(r->arena, (n + 1) * sizeof *out);

	for (size_t i = 0; i < n; i++)
		out[i] = redact_text(r, texts[i]);
	return out;
}

static const struct run_vantage *redacted_vantage(struct redactor *r, const struct run_vantage *v)
{
	struct run_vantage *out = arena_new(r->arena, sizeof *out);

	*out = *v;
	if (v->interface && strcmp(v->interface, "lo") != 0)
		out->interface = replaced(r, KIND_INTERFACE, span_of(v->interface));
	out->source = v->source ? redact_text(r, v->source) : NULL;
	out->addresses = redacted_list(r, v->addresses, v->n_addresses);
	return out;
}

static const char *if_redacted(struct redactor *r, const char *outside)
{
	return outside ? redact_text(r, outside) : NULL;
}

/* Their findings are not shown by themselves. */
static struct attempt redacted_attempt(struct redactor *r, const struct attempt *a)
{
	struct attempt out = *a;

	out.host = if_redacted(r, a->host);
	out.client = if_redacted(r, a->client);
	out.account = a->account ? replaced(r, KIND_ACCOUNT, span_of(a->account)) : NULL;
	out.activity = a->activity ? replaced(r, KIND_GROUP, span_of(a->activity)) : NULL;
	out.where = if_redacted(r, a->where);
	return out;
}

static void redact_attempts(struct redactor *r, const struct run_frame *frame,
                            struct run_frame *out)
{
	struct attempts *set = arena_new(r->arena, sizeof *set);
	size_t n = frame->attempts->n;

	*set = *frame->attempts;
	set->at = arena_new(r->arena, (n + 1) * sizeof *set->at);
	for (size_t i = 0; i < n; i++)
		set->at[i] = redacted_attempt(r, &frame->attempts->at[i]);
	out->attempts = set;
	if (frame->chosen)
		out->chosen = &set->at[frame->chosen - frame->attempts->at];
}

struct run_frame redact_frame(struct redactor *r, const struct run_frame *frame)
{
	struct run_frame out = *frame;

	out.is_redacted = true;
	out.input = redact_text(r, frame->input);
	out.host = frame->host ? host_text(r, frame->host) : NULL;
	out.vantage = frame->vantage ? redacted_vantage(r, frame->vantage) : NULL;
	out.warnings = redacted_list(r, frame->warnings, frame->n_warnings);
	if (frame->attempts)
		redact_attempts(r, frame, &out);
	return out;
}
