#include "read/tls_secrets.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/text.h"

#define N_RANDOM   32
#define FIRST_CAP  64
#define N_WORD_MAX 64

/* --- sessions by client random --- */

struct tls_secrets {
	struct tls_session_secrets *at; /* open addressing; a slot without any secret is free */
	size_t n, cap;
};

static bool is_free(const struct tls_session_secrets *slot)
{
	for (size_t i = 0; i < TLS_SECRET_COUNT; i++)
		if (slot->n[i])
			return false;
	return true;
}

/* Whoever writes a capture chooses the randoms: where this run keeps them he does not know. */
static size_t home_of(const uint8_t *random, const void *at, size_t cap)
{
	uint64_t home = (uint64_t)(uintptr_t)at;

	for (size_t i = 0; i < N_RANDOM; i += 8) {
		uint64_t word;

		memcpy(&word, random + i, 8);
		home ^= word;
		home = (home ^ home >> 32) * UINT64_C(0x9E3779B97F4A7C15);
		home ^= home >> 29;
	}
	return (size_t)home & (cap - 1);
}

static struct tls_session_secrets *slot_of(struct tls_session_secrets *at, size_t cap,
                                           const uint8_t *random)
{
	size_t i = home_of(random, at, cap);

	while (!is_free(&at[i]) && memcmp(at[i].random, random, N_RANDOM) != 0)
		i = (i + 1) & (cap - 1);
	return &at[i];
}

static void wipe(struct tls_session_secrets *at, size_t cap)
{
	if (at)
		OPENSSL_cleanse(at, cap * sizeof *at);
	free(at);
}

/* At most half of the slots are taken. */
static bool make_room(struct tls_secrets *s)
{
	size_t cap = s->cap ? s->cap * 2 : FIRST_CAP;
	struct tls_session_secrets *at;

	if (s->n * 2 < s->cap)
		return true;
	at = calloc(cap, sizeof *at);
	if (!at)
		return false;
	for (size_t i = 0; i < s->cap; i++)
		if (!is_free(&s->at[i]))
			*slot_of(at, cap, s->at[i].random) = s->at[i];
	wipe(s->at, s->cap);
	s->at = at;
	s->cap = cap;
	return true;
}

struct tls_secrets *tls_secrets_new(void)
{
	return calloc(1, sizeof(struct tls_secrets));
}

void tls_secrets_free(struct tls_secrets *s)
{
	if (!s)
		return;
	wipe(s->at, s->cap);
	free(s);
}

const struct tls_session_secrets *tls_secrets_of(const struct tls_secrets *s,
                                                 const uint8_t random[32])
{
	const struct tls_session_secrets *slot = s->cap ? slot_of(s->at, s->cap, random) : NULL;

	return slot && !is_free(slot) ? slot : NULL;
}

/* --- one line --- */

/* What is known by name and of no use here is no flaw of a key log. */
static const struct {
	const char *label;
	enum tls_secret secret; /* COUNT: passed over */
} labels[] = {
    {"CLIENT_RANDOM", TLS_SECRET_MASTER},
    {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", TLS_SECRET_HANDSHAKE_C2S},
    {"SERVER_HANDSHAKE_TRAFFIC_SECRET", TLS_SECRET_HANDSHAKE_S2C},
    {"CLIENT_TRAFFIC_SECRET_0", TLS_SECRET_TRAFFIC_C2S},
    {"SERVER_TRAFFIC_SECRET_0", TLS_SECRET_TRAFFIC_S2C},
    {"CLIENT_EARLY_TRAFFIC_SECRET", TLS_SECRET_COUNT},
    {"EARLY_EXPORTER_MASTER_SECRET", TLS_SECRET_COUNT},
    {"EARLY_EXPORTER_SECRET", TLS_SECRET_COUNT},
    {"EXPORTER_SECRET", TLS_SECRET_COUNT},
    {"ECH_SECRET", TLS_SECRET_COUNT},
    {"ECH_CONFIG", TLS_SECRET_COUNT},
    {"RSA", TLS_SECRET_COUNT},
    {NULL, TLS_SECRET_COUNT},
};

struct line {
	const char *p, *end;
	uint64_t number;
};

struct word {
	const char *p;
	size_t n;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct word next_word(struct line *l)
{
	struct word w;

	while (l->p < l->end && is_blank(*l->p))
		l->p++;
	w.p = l->p;
	while (l->p < l->end && !is_blank(*l->p))
		l->p++;
	w.n = (size_t)(l->p - w.p);
	return w;
}

static size_t label_of(struct word w)
{
	size_t i = 0;

	while (labels[i].label &&
	       (strlen(labels[i].label) != w.n || memcmp(labels[i].label, w.p, w.n) != 0))
		i++;
	return i;
}

/* The number of bytes; 0: no hexadecimal, or longer than n_most. */
static size_t take_hex(struct word w, uint8_t *out, size_t n_most)
{
	if (w.n % 2 || w.n / 2 > n_most)
		return 0;
	for (size_t i = 0; i < w.n; i += 2) {
		int high = text_hex_digit(w.p[i]), low = text_hex_digit(w.p[i + 1]);

		if (high < 0 || low < 0)
			return 0;
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	return w.n / 2;
}

struct told {
	uint8_t random[N_RANDOM], secret[TLS_SECRET_MAX];
	size_t n;
};

static bool does_fit(enum tls_secret what, size_t n)
{
	return what == TLS_SECRET_MASTER ? n == TLS_MASTER_SIZE : n == 32 || n == 48;
}

/* What was wrong with the line; NULL: nothing. */
static const char *read_secret(struct line *l, enum tls_secret what, struct told *out)
{
	if (take_hex(next_word(l), out->random, N_RANDOM) != N_RANDOM)
		return "client random, expected 64 hexadecimal digits";
	out->n = take_hex(next_word(l), out->secret, sizeof out->secret);
	if (!does_fit(what, out->n))
		return what == TLS_SECRET_MASTER ? "master secret, expected 96 hexadecimal digits"
		                                 : "secret, expected 64 or 96 hexadecimal digits";
	return next_word(l).n ? "end of the line expected" : NULL;
}

/* The first that is told of a session counts. True when it is a session more. */
static bool keep(struct tls_secrets *s, enum tls_secret what, const struct told *told)
{
	struct tls_session_secrets *slot;
	bool is_new;

	if (!make_room(s))
		return false;
	slot = slot_of(s->at, s->cap, told->random);
	is_new = is_free(slot);
	if (is_new && s->n == TLS_SECRETS_MAX)
		return false;
	if (!slot->n[what]) {
		memcpy(slot->random, told->random, N_RANDOM);
		memcpy(slot->at[what], told->secret, told->n);
		slot->n[what] = (uint8_t)told->n;
	}
	s->n += is_new;
	return is_new;
}

static size_t read_line(struct tls_secrets *s, struct line *l, struct complaints *complaints)
{
	struct word word = next_word(l);
	size_t i = label_of(word), n = 0;
	const char *flaw = NULL;
	struct told told;

	if (!word.n || *word.p == '#')
		return 0;
	if (!labels[i].label)
		flaw = "label, expected one of a TLS key log";
	else if (labels[i].secret != TLS_SECRET_COUNT)
		flaw = read_secret(l, labels[i].secret, &told);
	if (flaw && complaints)
		complain(complaints, l->number, "%s", flaw);
	if (!flaw && labels[i].secret != TLS_SECRET_COUNT)
		n = keep(s, labels[i].secret, &told);
	OPENSSL_cleanse(&told, sizeof told);
	return n;
}

/* --- a whole log --- */

static const char *past_mark(const char *p, const char *end)
{
	return end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? p + 3 : p;
}

static bool next_line(struct line *l, const char *end)
{
	const char *from = l->number ? l->end + (l->end < end) : l->p;

	if (from >= end)
		return false;

	const char *newline = memchr(from, '\n', (size_t)(end - from));

	*l = (struct line){.p = from, .end = newline ? newline : end, .number = l->number + 1};
	return true;
}

size_t tls_secrets_read(struct tls_secrets *s, const void *bytes, size_t n,
                        struct complaints *complaints)
{
	const char *end = n ? (const char *)bytes + n : bytes;
	struct line line = {.p = n ? past_mark(bytes, end) : end};
	size_t n_added = 0;

	while (next_line(&line, end)) {
		struct line one = line;

		n_added += read_line(s, &one, complaints);
	}
	if (s->n == TLS_SECRETS_MAX && complaints)
		complain_of_all(complaints, "only the first %d sessions are kept", TLS_SECRETS_MAX);
	return n_added;
}

/* Comments may stand first: the line that decides may not have come yet. */
bool tls_secrets_recognises(const uint8_t *head, size_t n)
{
	static const char usual[] = "# SSL/TLS secrets log file";
	const char *p = (const char *)head, *end = n ? p + n : p;
	struct line line = {.p = n ? past_mark(p, end) : p};

	if (n && (size_t)(end - line.p) >= sizeof usual - 1 &&
	    memcmp(line.p, usual, sizeof usual - 1) == 0)
		return true;
	while (next_line(&line, end)) {
		struct line one = line;
		struct word label = next_word(&one), value;

		if (!label.n || *label.p == '#')
			continue;
		value = next_word(&one);
		for (size_t i = 0; i < value.n; i++)
			if (text_hex_digit(value.p[i]) < 0)
				return false;
		return labels[label_of(label)].label && value.n;
	}
	return false;
}
