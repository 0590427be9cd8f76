#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"

struct json json_into(struct buf *out, bool is_indented)
{
	return (struct json){.out = out, .is_indented = is_indented};
}

static void new_line(struct json *j)
{
	if (!j->is_indented)
		return;
	buf_putc(j->out, '\n');
	for (int i = 0; i < j->depth; i++)
		buf_puts(j->out, "  ");
}

static void before_value(struct json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (!j->depth)
		return;
	if (j->has_member[j->depth - 1])
		buf_putc(j->out, ',');
	j->has_member[j->depth - 1] = true;
	new_line(j);
}

static void open_with(struct json *j, char bracket)
{
	before_value(j);
	assert(j->depth < JSON_DEPTH_MAX);
	buf_putc(j->out, bracket);
	j->has_member[j->depth++] = false;
}

static void close_with(struct json *j, char bracket)
{
	assert(j->depth > 0 && !j->after_key);
	if (j->has_member[--j->depth])
		new_line(j);
	buf_putc(j->out, bracket);
}

void json_begin_object(struct json *j)
{
	open_with(j, '{');
}

void json_begin_array(struct json *j)
{
	open_with(j, '[');
}

void json_end_object(struct json *j)
{
	close_with(j, '}');
}

void json_end_array(struct json *j)
{
	close_with(j, ']');
}

static void put_character(struct buf *out, const char *s, size_t n, uint32_t c)
{
	switch (c) {
	case '"':
		buf_puts(out, "\\\"");
		break;
	case '\\':
		buf_puts(out, "\\\\");
		break;
	case '\n':
		buf_puts(out, "\\n");
		break;
	case '\t':
		buf_puts(out, "\\t");
		break;
	case 0xFFFD: /* also what invalid bytes became */
		buf_puts(out, "\xEF\xBF\xBD");
		break;
	default:
		if (c < 0x20 || c == 0x7F)
			buf_printf(out, "\\u%04" PRIx32, c);
		else
			buf_put(out, s, n);
	}
}

static void put_quoted(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	while (*s) {
		const char *start = s;
		uint32_t c = utf8_next(&s);

		put_character(out, start, (size_t)(s - start), c);
	}
	buf_putc(out, '"');
}

void json_key(struct json *j, const char *key)
{
	assert(j->depth > 0 && !j->after_key);
	before_value(j);
	put_quoted(j->out, key);
	buf_puts(j->out, j->is_indented ? ": " : ":");
	j->after_key = true;
}

void json_put_string(struct json *j, const char *s)
{
	if (!s) {
		json_put_null(j);
		return;
	}
	before_value(j);
	put_quoted(j->out, s);
}

void json_put_integer(struct json *j, int64_t n)
{
	before_value(j);
	buf_printf(j->out, "%" PRId64, n);
}

void json_put_probability(struct json *j, double p)
{
	/* By integers, since the decimal point of printf depends on the locale. */
	int64_t n = (int64_t)(p * 10000 + 0.5);

	before_value(j);
	buf_printf(j->out, "%" PRId64 ".%04" PRId64, n / 10000, n % 10000);
}

void json_put_bool(struct json *j, bool b)
{
	before_value(j);
	buf_puts(j->out, b ? "true" : "false");
}

void json_put_null(struct json *j)
{
	before_value(j);
	buf_puts(j->out, "null");
}

void json_key_string(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_put_string(j, s);
}

void json_key_integer(struct json *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_put_integer(j, n);
}

void json_key_probability(struct json *j, const char *key, double p)
{
	json_key(j, key);
	json_put_probability(j, p);
}

void json_key_bool(struct json *j, const char *key, bool b)
{
	json_key(j, key);
	json_put_bool(j, b);
}

void json_key_if_string(struct json *j, const char *key, const char *s)
{
	if (s)
		json_key_string(j, key, s);
}

void json_key_strings(struct json *j, const char *key, const char *const *strings, size_t n)
{
	json_key(j, key);
	json_begin_array(j);
	for (size_t i = 0; i < n && strings[i]; i++)
		json_put_string(j, strings[i]);
	json_end_array(j);
}
