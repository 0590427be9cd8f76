#include "read/reg_record.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define BUCKETS        4096
#define BYTES_A_LINE   24
#define KEYS_MAX       100000
#define PATH_BYTES_MAX 1024

struct seen_value {
	struct seen_value *next;
	enum reg_answer answer;
	struct reg_value value;
};

struct seen_key {
	struct seen_key *next, *next_in_bucket;
	const char *path;
	bool is_known;          /* answer holds */
	enum reg_answer answer; /* of the key itself */
	bool has_all_values, has_all_keys;
	int64_t written_us;
	struct seen_value *values, **last;
};

struct record {
	struct reg_source source; /* first */
	struct reg_source *other;
	struct arena *arena;
	struct seen_key *buckets[BUCKETS];
	struct seen_key *keys, **last;
	size_t n_keys;
};

/* --- what is never kept --- */

static bool holds(const char *text, const char *part)
{
	size_t n = strlen(part);

	for (; *text; text++) {
		size_t i = 0;

		while (i < n && text[i] && (text[i] | 0x20) == (part[i] | 0x20))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

static bool is_below(const char *path, const char *above)
{
	size_t n = strlen(above);
	char head[64];

	if (strlen(path) < n || n >= sizeof head || (path[n] && path[n] != '\\'))
		return false;
	memcpy(head, path, n);
	head[n] = '\0';
	return text_same(head, above);
}

/* F of an account holds its flags and times; F of a domain, the key to all hashes. */
static bool is_of_sam(const char *path, const char *name)
{
	return is_below(path, "HKEY_LOCAL_MACHINE\\SAM") &&
	       (text_same(name, "V") || (text_same(name, "F") && !holds(path, "\\Users\\")));
}

/* Secrets of LSA, cached logons, machine keys. */
static bool is_of_security(const char *path)
{
	static const char *const kept_away[] = {"HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\Secrets",
	                                        "HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\PolEKList",
	                                        "HKEY_LOCAL_MACHINE\\SECURITY\\Policy\\PolSecretE",
	                                        "HKEY_LOCAL_MACHINE\\SECURITY\\Cache"};

	for (size_t i = 0; i < sizeof kept_away / sizeof *kept_away; i++)
		if (is_below(path, kept_away[i]))
			return true;
	return false;
}

/* Winlogon's DefaultPassword and its kind; numbers such as DisablePasswordSaving are settings. */
static bool is_named_secret(const struct reg_value *value)
{
	static const char *const words[] = {"password", "passwd", "pwd", "secret", "psk"};

	for (size_t i = 0; i < sizeof words / sizeof *words && value->type != REG_TYPE_DWORD; i++)
		if (holds(value->name, words[i]))
			return true;
	return false;
}

static bool is_secret(const char *path, const struct reg_value *value)
{
	return is_of_sam(path, value->name) || is_of_security(path) || is_named_secret(value);
}

/* --- what was seen --- */

static struct record *record_of(struct reg_source *s)
{
	return (struct record *)s;
}

static struct seen_key **bucket_of(struct record *r, const char *path)
{
	uint32_t hash = 2166136261u;

	for (; *path; path++) {
		char c = *path >= 'A' && *path <= 'Z' ? (char)(*path | 0x20) : *path;

		hash = (hash ^ (unsigned char)c) * 16777619u;
	}
	return &r->buckets[hash % BUCKETS];
}

/* A line ends a key, so that none with one in its name can be written. */
static bool can_be_written(const struct record *r, const char *path)
{
	return *path && r->n_keys < KEYS_MAX && strlen(path) < PATH_BYTES_MAX &&
	       !strpbrk(path, "\r\n");
}

/* NULL: it is not kept. */
static struct seen_key *key_at(struct record *r, const char *path)
{
	struct seen_key **bucket = bucket_of(r, path), *key = *bucket;

	while (key && !text_same(key->path, path))
		key = key->next_in_bucket;
	if (key || !can_be_written(r, path))
		return key;
	key = arena_new(r->arena, sizeof *key);
	*key = (struct seen_key){.next_in_bucket = *bucket,
	                         .path = arena_copy(r->arena, path, strlen(path))};
	key->last = &key->values;
	*bucket = key;
	*r->last = key;
	r->last = &key->next;
	r->n_keys++;
	return key;
}

static void know(struct seen_key *key, enum reg_answer answer)
{
	if (!key || (key->is_known && key->answer == REG_FOUND))
		return;
	key->is_known = true;
	key->answer = answer;
}

static struct seen_value *value_at(const struct seen_key *key, const char *name)
{
	struct seen_value *v = key->values;

	while (v && !text_same(v->value.name, name))
		v = v->next;
	return v;
}

static void keep_value(struct record *r, struct seen_key *key, enum reg_answer answer,
                       const struct reg_value *value)
{
	struct seen_value *v = arena_new(r->arena, sizeof *v);

	*v = (struct seen_value){.answer = answer, .value = *value};
	v->value.name = arena_copy(r->arena, value->name, strlen(value->name));
	if (answer == REG_FOUND && is_secret(key->path, value))
		v->answer = REG_UNREADABLE;
	v->value.bytes = NULL;
	if (v->answer == REG_FOUND)
		v->value.bytes = (const uint8_t *)arena_copy(
		    r->arena, value->n ? (const char *)value->bytes : "", value->n);
	*key->last = v;
	key->last = &v->next;
}

/* --- the source --- */

static bool stop_at_first(void *context, const char *name)
{
	(void)context;
	(void)name;
	return false;
}

/* That a value is not there does not say whether its key is. */
static void know_key_without_value(struct record *r, struct seen_key *key)
{
	if (!key->is_known)
		know(key, r->other->ops->subkeys(r->other, key->path, stop_at_first, NULL));
}

static enum reg_answer record_value(struct reg_source *s, const char *path, const char *name,
                                    struct reg_value *out)
{
	struct record *r = record_of(s);
	enum reg_answer answer = r->other->ops->value(r->other, path, name, out);
	struct seen_key *key = key_at(r, path);
	struct reg_value seen = answer == REG_FOUND ? *out : (struct reg_value){0};

	if (!key || value_at(key, name))
		return answer;
	seen.name = name;
	if (answer == REG_FOUND)
		know(key, REG_FOUND);
	else
		know_key_without_value(r, key);
	keep_value(r, key, answer, &seen);
	return answer;
}

struct names_asked {
	struct record *r;
	const char *path;
	bool (*each)(void *context, const char *name);
	void *context;
	bool was_stopped;
};

static bool take_name(void *context, const char *name)
{
	struct names_asked *asked = context;
	struct arena *arena = asked->r->arena;

	know(key_at(asked->r, arena_printf(arena, "%s\\%s", asked->path, name)), REG_FOUND);
	asked->was_stopped = !asked->each(asked->context, name);
	return !asked->was_stopped;
}

static enum reg_answer record_subkeys(struct reg_source *s, const char *path,
                                      bool (*each)(void *context, const char *name), void *context)
{
	struct record *r = record_of(s);
	struct names_asked asked = {.r = r, .path = path, .each = each, .context = context};
	struct seen_key *key = key_at(r, path);
	enum reg_answer answer = r->other->ops->subkeys(r->other, path, take_name, &asked);

	know(key, answer);
	if (key && answer == REG_FOUND && !asked.was_stopped)
		key->has_all_keys = true;
	return answer;
}

struct values_asked {
	struct record *r;
	struct seen_key *key;
	bool (*each)(void *context, const struct reg_value *value);
	void *context;
	bool was_stopped;
};

static bool take_value(void *context, const struct reg_value *value)
{
	struct values_asked *asked = context;

	if (asked->key && !value_at(asked->key, value->name))
		keep_value(asked->r, asked->key, REG_FOUND, value);
	asked->was_stopped = !asked->each(asked->context, value);
	return !asked->was_stopped;
}

static enum reg_answer record_values(struct reg_source *s, const char *path,
                                     bool (*each)(void *context, const struct reg_value *value),
                                     void *context)
{
	struct record *r = record_of(s);
	struct seen_key *key = key_at(r, path);
	struct values_asked asked = {.r = r, .key = key, .each = each, .context = context};
	enum reg_answer answer = r->other->ops->values(r->other, path, take_value, &asked);

	know(key, answer);
	if (key && answer == REG_FOUND && !asked.was_stopped)
		key->has_all_values = true;
	return answer;
}

static int64_t record_written_us(struct reg_source *s, const char *path)
{
	struct record *r = record_of(s);
	int64_t written = r->other->ops->written_us(r->other, path);
	struct seen_key *key = written ? key_at(r, path) : NULL;

	know(key, REG_FOUND);
	if (key)
		key->written_us = written;
	return written;
}

static void record_close(struct reg_source *s)
{
	struct record *r = record_of(s);

	r->other->ops->close(r->other);
}

static const struct reg_source_ops ops = {.value = record_value,
                                          .subkeys = record_subkeys,
                                          .values = record_values,
                                          .written_us = record_written_us,
                                          .close = record_close};

struct reg_source *reg_record_over(struct reg_source *other, struct arena *arena)
{
	struct record *r = arena_new(arena, sizeof *r);

	*r = (struct record){.source = {.ops = &ops,
	                                .name = other->name,
	                                .note = other->note,
	                                .is_whole = other->is_whole},
	                     .other = other,
	                     .arena = arena};
	r->last = &r->keys;
	return &r->source;
}

/* --- the file --- */

/* Text that regedit writes in quotation marks: whole characters, one zero, at the end. */
static bool is_plain_text(const struct reg_value *v)
{
	if (v->type != REG_TYPE_SZ || v->n < 2 || v->n % 2 || v->bytes[v->n - 2] ||
	    v->bytes[v->n - 1])
		return false;
	for (size_t i = 0; i + 2 < v->n; i += 2) {
		unsigned unit = v->bytes[i] | (unsigned)v->bytes[i + 1] << 8;

		if (unit < 0x20 || (unit & 0xF800) == 0xD800 || unit == 0xFFFD)
			return false;
	}
	return true;
}

static void put_quoted(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static void put_plain_text(struct buf *out, const struct reg_value *v)
{
	struct buf text = {0};

	for (size_t at = 0; at + 3 < v->n;)
		utf8_append(&text, utf16_next(v->bytes, v->n - 2, false, &at));
	buf_putc(&text, '\0');
	put_quoted(out, text.bytes);
	buf_fini(&text);
}

static void put_hex(struct buf *out, const struct reg_value *v)
{
	if (v->type == REG_TYPE_BINARY)
		buf_puts(out, "hex:");
	else
		buf_printf(out, "hex(%x):", (unsigned)v->type);
	for (size_t i = 0; i < v->n; i++) {
		const char *between = !i ? "" : i % BYTES_A_LINE ? "," : ",\\\r\n  ";

		buf_printf(out, "%s%02x", between, v->bytes[i]);
	}
}

static void put_data(struct buf *out, const struct reg_value *v)
{
	if (is_plain_text(v))
		put_plain_text(out, v);
	else if (v->type == REG_TYPE_DWORD && v->n == 4)
		buf_printf(out, "dword:%02x%02x%02x%02x", v->bytes[3], v->bytes[2], v->bytes[1],
		           v->bytes[0]);
	else
		put_hex(out, v);
}

static void put_name(struct buf *out, const char *name)
{
	if (*name)
		put_quoted(out, name);
	else
		buf_putc(out, '@');
}

static void put_value(struct buf *out, const struct seen_value *v)
{
	if (v->answer == REG_FOUND) {
		put_name(out, v->value.name);
		buf_putc(out, '=');
		put_data(out, &v->value);
	} else {
		buf_printf(out, ";%s",
		           v->answer == REG_ABSENT ? REG_NOTE_ABSENT : REG_NOTE_UNREADABLE);
		put_name(out, v->value.name);
	}
	buf_puts(out, "\r\n");
}

static void put_key(struct buf *out, const struct seen_key *key)
{
	if (key->answer != REG_FOUND) {
		buf_printf(out, ";%s[%s]\r\n",
		           key->answer == REG_ABSENT ? REG_NOTE_ABSENT : REG_NOTE_UNREADABLE,
		           key->path);
		return;
	}
	buf_printf(out, "\r\n[%s]\r\n", key->path);
	if (key->written_us)
		buf_printf(out, ";" REG_NOTE_WRITTEN "%lld\r\n", (long long)key->written_us);
	if (key->has_all_values)
		buf_puts(out, ";" REG_NOTE_ALL_VALUES "\r\n");
	if (key->has_all_keys)
		buf_puts(out, ";" REG_NOTE_ALL_KEYS "\r\n");
	for (const struct seen_value *v = key->values; v; v = v->next)
		if (v->answer != REG_ABSENT || !key->has_all_values)
			put_value(out, v);
}

static void put_wide(struct buf *out, const char *text)
{
	while (*text) {
		uint32_t c = utf8_next(&text);

		if (c >= 0x10000) {
			c -= 0x10000;
			buf_u16le(out, 0xD800 | c >> 10);
			c = 0xDC00 | (c & 0x3FF);
		}
		buf_u16le(out, c);
	}
}

void reg_record_put(const struct reg_source *record, struct buf *out)
{
	const struct record *r = (const struct record *)record;
	struct buf text = {0};

	buf_puts(&text, "Windows Registry Editor Version 5.00\r\n\r\n"
	                ";" REG_NOTE_RECORDING "\r\n");
	for (const struct seen_key *key = r->keys; key; key = key->next)
		if (key->is_known)
			put_key(&text, key);
	buf_putc(&text, '\0');
	buf_puts(out, "\xFF\xFE");
	put_wide(out, text.bytes);
	buf_fini(&text);
}
