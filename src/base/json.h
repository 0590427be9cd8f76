/*
 * json - a writer that keeps commas, nesting and escapes right.
 *
 * Spec    RFC 8259
 * Input   any text; what is not valid UTF-8 becomes U+FFFD, so the output always is
 * Output  into a buffer of the caller; indented for people, or on one line
 * Errors  none; a key outside an object or an unclosed one is a programmer's fault (assert)
 * Names   begin, put, end: the bare words are those of the library that findings are read with
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define JSON_DEPTH_MAX 24

struct json {
	struct buf *out;
	bool is_indented;
	int depth;
	bool has_member[JSON_DEPTH_MAX]; /* per open object or array */
	bool after_key;
};

struct json json_into(struct buf *out, bool is_indented);

void json_begin_object(struct json *j);
void json_begin_array(struct json *j);
void json_end_object(struct json *j);
void json_end_array(struct json *j);

void json_key(struct json *j, const char *key);
void json_put_string(struct json *j, const char *s); /* NULL writes null */
void json_put_integer(struct json *j, int64_t n);
void json_put_probability(struct json *j, double p); /* four decimals */
void json_put_bool(struct json *j, bool b);
void json_put_null(struct json *j);

/* Key and value at once; the last one leaves the member out when s is NULL. */
void json_key_string(struct json *j, const char *key, const char *s);
void json_key_integer(struct json *j, const char *key, int64_t n);
void json_key_probability(struct json *j, const char *key, double p);
void json_key_bool(struct json *j, const char *key, bool b);
void json_key_if_string(struct json *j, const char *key, const char *s);

/* An array of the strings up to the first NULL, at most n. */
void json_key_strings(struct json *j, const char *key, const char *const *strings, size_t n);

#endif
