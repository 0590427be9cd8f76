/*
 * text - what is done to words: made harmless, measured, compared.
 *
 * Input   any bytes up to a terminating zero; invalid UTF-8 is allowed
 * Output  valid UTF-8 without control, escape or bidirectional characters
 * Errors  none: what cannot be shown becomes U+FFFD
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Characters of an outside text that are shown at most; the rest becomes "...". */
#define TEXT_SHOWN_MAX 256

/* The character at *s, which is moved behind it; U+FFFD and one byte when invalid. */
uint32_t utf8_next(const char **s);

/* A character as UTF-8; bytes written, at most 4. */
size_t utf8_put(uint32_t c, char out[4]);
void utf8_append(struct buf *out, uint32_t c);

/*
 * The character at byte *at, which is moved behind it; U+FFFD for half a pair and what is cut off.
 * There must be a byte.
 */
uint32_t utf16_next(const uint8_t *bytes, size_t n, bool is_big_endian, size_t *at);

/* Outside text, fit for a terminal or a page, into at most n bytes. */
void text_harmless(const char *s, char *out, size_t n);

/* True when the value may stand in a command that is printed: [A-Za-z0-9._:-]+, no option. */
bool text_fits_command(const char *s);

/* Terminal columns that a text takes; wide characters count two, combining marks none. */
size_t text_columns(const char *s);

/* The value of a hexadecimal digit, or -1. */
int text_hex_digit(char c);

/* ASCII comparison without regard to case. */
bool text_same(const char *a, const char *b);

/* True when something stands before that ending; ASCII without regard to case. */
bool text_ends_in(const char *s, const char *ending);

/* What stands behind the last separator of a path, of either kind, and behind a drive. */
const char *text_base_name(const char *path);

/* What to put between a folder and a name in it: the kind that it has, "" where it ends in one. */
const char *text_separator(const char *folder);

/* How many of the words of a question, of three letters or more, stand somewhere in a text. */
size_t text_words_found(const char *question, const char *text);

/* The nearest of many words to a misspelt one, by edit distance. */
struct nearest {
	const char *asked, *word; /* word: NULL while nothing is near */
	size_t distance;
};

struct nearest nearest_to(const char *asked);
void nearest_offer(struct nearest *near, const char *word);

#endif
