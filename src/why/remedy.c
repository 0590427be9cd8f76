#include "why/remedy.h"

#include <string.h>

#include "base/text.h"

#define ASKED_MAX 512

static const char *const advice_names[ADVICE_COUNT] = {
    [ADVICE_SUPPORTED] = "supported",
    [ADVICE_PARTLY] = "partly",
    [ADVICE_WRONG] = "wrong",
    [ADVICE_DANGEROUS] = "dangerous",
    [ADVICE_NOT_CHECKABLE] = "not checkable",
};

const char *advice_name(enum verdict_on_advice verdict)
{
	return advice_names[verdict];
}

const struct remedy *remedy_by_id(const char *id)
{
	for (size_t i = 0; i < remedy_count(); i++)
		if (text_same(remedy_at(i)->id, id))
			return remedy_at(i);
	return NULL;
}

/* What was asked: lower case words, each with a blank before and behind. */
struct words {
	char text[ASKED_MAX + 3];
};

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static void replace_all(struct words *w, const char *from, const char *to)
{
	size_t n_from = strlen(from), n_to = strlen(to);

	for (char *at = strstr(w->text, from); at; at = strstr(at, from)) {
		memmove(at + n_to, at + n_from, strlen(at + n_from) + 1);
		memcpy(at, to, n_to);
	}
}

/* Phrases that people use for one thing; no replacement is longer than what it replaces. */
static const struct {
	const char *from, *to;
} phrases[] = {
    {" turn off ", " disable "},
    {" turned off ", " disable "},
    {" turning off ", " disable "},
    {" switch off ", " disable "},
    {" switched off ", " disable "},
    {" switching off ", " disable "},
    {" turn on ", " enable "},
    {" switch on ", " enable "},
    {" switching on ", " enable "},
    {" network level authentication ", " nla "},
    {" remote desktop services ", " rds "},
};

static struct words words_of(const char *asked)
{
	struct words w = {.text = " "};
	size_t n = 1;

	for (; *asked && n < ASKED_MAX; asked++) {
		char c = *asked >= 'A' && *asked <= 'Z' ? (char)(*asked + 'a' - 'A') : *asked;

		if (is_word_char(c))
			w.text[n++] = c;
		else if (w.text[n - 1] != ' ')
			w.text[n++] = ' ';
	}
	if (w.text[n - 1] != ' ')
		w.text[n++] = ' ';
	w.text[n] = '\0';
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
		replace_all(&w, phrases[i].from, phrases[i].to);
	return w;
}

/* Length of the longest alternative that begins a word of what was asked; 0: none does. */
static size_t group_found(const struct words *w, const char *group, size_t n_group)
{
	size_t best = 0;

	for (size_t at = 0; at < n_group;) {
		size_t n = 0;

		while (at + n < n_group && group[at + n] != '|')
			n++;
		for (const char *p = strchr(w->text, ' '); n && p && p[1]; p = strchr(p + 1, ' '))
			if (strncmp(p + 1, group + at, n) == 0 && n > best)
				best = n;
		at += n + 1;
	}
	return best;
}

/* Sum over the groups of what was found; 0 unless every group was. */
static size_t phrasing_found(const struct words *w, const char *phrasing)
{
	size_t sum = 0;

	while (*phrasing) {
		size_t n = strcspn(phrasing, " ");
		size_t found = group_found(w, phrasing, n);

		if (!found)
			return 0;
		sum += found + 2; /* a further group tells more than a longer word */
		phrasing += n;
		phrasing += strspn(phrasing, " ");
	}
	return sum;
}

static size_t score(const struct words *w, const struct remedy *r)
{
	size_t best = 0;

	for (size_t i = 0; i < sizeof r->words / sizeof *r->words && r->words[i]; i++) {
		size_t s = phrasing_found(w, r->words[i]);

		if (s > best)
			best = s;
	}
	return best;
}

size_t remedies_for(const char *asked, const struct remedy **found, size_t n)
{
	enum { MOST = 16 };
	struct words w = words_of(asked);
	size_t scores[MOST], n_found = 0;

	if (n > MOST)
		n = MOST;
	for (size_t i = 0; i < remedy_count() && n; i++) {
		size_t s = score(&w, remedy_at(i)), at = n_found;

		while (at > 0 && s > scores[at - 1])
			at--;
		if (!s || at == n)
			continue;
		if (n_found < n)
			n_found++;
		for (size_t k = n_found - 1; k > at; k--) {
			scores[k] = scores[k - 1];
			found[k] = found[k - 1];
		}
		scores[at] = s;
		found[at] = remedy_at(i);
	}
	return n_found;
}
