/*
 * paste - a pasted text as lines, and what is told of a line without knowing its language.
 *
 * Input   UTF-8, UTF-16 with or without a byte order mark, or a code page. Of a code page only
 *         ASCII is kept; each other byte becomes a question mark, so that columns stay in line
 * Output  lines without line ends, escape sequences, invisible marks and blanks at the end;
 *         full-width forms and odd blanks are written in ASCII; what a mail or a forum puts
 *         around a text ("> ", code fences, the same indent everywhere) is taken off
 * Limits  PASTE_LINES_MAX lines, PASTE_LINE_BYTES_MAX bytes each; the rest of a line is left out
 * Owns    everything lives in the arena
 */
#ifndef READ_PASTE_H
#define READ_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PASTE_LINES_MAX      ((size_t)200000)
#define PASTE_LINE_BYTES_MAX ((size_t)16384)

struct arena;

struct line {
	const char *text; /* from its first character that is no blank, zero terminated */
	size_t n, indent; /* indent: blanks before it; a tab counts eight */
	size_t number;    /* counted from 1 in the input */
};

struct paste {
	struct line *lines; /* empty ones too: they separate */
	size_t n;
	const char *flaw; /* why it is no text; NULL: it is */
	bool is_cut;      /* there were more lines */
};

struct paste paste_lines(const void *bytes, size_t n, struct arena *arena);

/* A piece of a line, not terminated. */
struct word {
	const char *p;
	size_t n;
};

#define WORDS_MAX 24

struct words {
	struct word at[WORDS_MAX];
	size_t n;
};

/* What stands between blanks; words behind WORDS_MAX are left out. */
struct words line_words(const struct line *l);

bool word_is(struct word w, const char *s); /* ASCII without regard to case, as below */
bool word_begins(struct word w, const char *s);
bool word_ends(struct word w, const char *s);
bool word_holds(struct word w, const char *s);
bool word_is_among(struct word w, const char *list); /* "a|b|c" */
bool word_number(struct word w, uint64_t *value);    /* decimal digits and nothing else */
bool word_hex(struct word w, uint64_t *value);       /* with 0x before it */
char *word_copy(struct word w, struct arena *arena);
struct word word_trimmed(struct word w);
struct word word_of(const char *s);

bool line_holds(const struct line *l, const char *s);
bool line_begins(const struct line *l, const char *s);

/* The piece between the first `open` and the next `close` behind it. */
bool word_between(struct word w, char open, char close, struct word *out);

/* "Key . . . . : value", "Key: value", "Key : value"; dots and blanks do not belong to the key. */
bool line_pair(const struct line *l, struct word *key, struct word *value);

/* The first number in a piece: 0x... or digits on their own. */
bool word_find_hex(struct word w, uint64_t *value);
bool word_find_number(struct word w, uint64_t *value);

/* Nothing but this character and blanks, in so many groups; at least three characters each. */
size_t line_rule(const struct line *l, char c);

bool word_is_ipv4(struct word w);
bool word_is_ipv6(struct word w); /* a zone may follow */

/* "0.0.0.0:3389", "[::]:3389", "*:*": the address without brackets, and the port or 0. */
bool word_endpoint(struct word w, struct word *address, uint64_t *port);

/* The days that a date may mean, as microseconds; one in most cases. */
struct date {
	int64_t day_first, month_first; /* 0: not possible */
};

bool word_date(struct word w, struct date *out);

#endif
