#include "read/reg_export.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "read/reg_record.h"

/*
 * Source: what regedit of Windows writes, and its documentation of .reg files. A line is
 *
 *   [KEY]  [-KEY]  "name"=DATA  @=DATA  "name"=-  ; comment
 *
 * where DATA is "text", dword:0000000a, hex:00,01 or hex(7):..., the last two continued by a
 * backslash at the end of a line. REGEDIT4 is the older form; its texts are 8 bit. In a recording
 * of ours comments tell what was not there (read/reg_record.h).
 */

struct export_value {
	struct reg_value value;
	bool is_deleted;
	enum reg_answer answer; /* of a recording; else REG_FOUND */
};

/* Keys are sorted by their folded path, then by their place in the file. */
struct export_key {
	const char *path, *folded; /* folded: small letters, and \x01 for the backslash */
	size_t number;             /* in the order of the file */
	bool is_deleted, is_gone;  /* gone: a later line deletes it, or a key above it */
	size_t first, n;           /* its values */

	/* Of a recording. */
	enum reg_answer answer;
	bool has_all_values, has_all_keys;
	int64_t written_us;
};

struct export
{
	struct reg_source source; /* first */
	struct arena *arena;
	struct complaints *complaints;
	bool is_old, is_recording;
	struct export_key *keys;
	size_t n_keys, cap_keys;
	struct export_value *values;
	size_t n_values, cap_values;
	size_t n_deletions;
};

#define DELETIONS_MAX 256

/* --- text --- */

static bool starts(const uint8_t *p, size_t n, const char *with)
{
	return n >= strlen(with) && memcmp(p, with, strlen(with)) == 0;
}

static const char new_head[] = "Windows Registry Editor Version 5.00", old_head[] = "REGEDIT4";

static bool starts_wide(const uint8_t *p, size_t n, const char *with)
{
	size_t length = strlen(with);

	for (size_t i = 0; i < length; i++)
		if (n < 2 * i + 2 || p[2 * i] != (uint8_t)with[i] || p[2 * i + 1])
			return false;
	return true;
}

static const uint8_t *behind_mark(const uint8_t *p, size_t *n, const char *mark)
{
	if (!starts(p, *n, mark))
		return p;
	*n -= strlen(mark);
	return p + strlen(mark);
}

bool reg_export_recognises(const uint8_t *head, size_t n)
{
	size_t n_wide = n, n_plain = n;
	const uint8_t *wide = behind_mark(head, &n_wide, "\xFF\xFE");
	const uint8_t *plain = behind_mark(head, &n_plain, "\xEF\xBB\xBF");

	return starts_wide(wide, n_wide, new_head) || starts_wide(wide, n_wide, old_head) ||
	       starts(plain, n_plain, new_head) || starts(plain, n_plain, old_head);
}

/* A zero would end the text. */
static void put_shown(struct buf *out, uint32_t c)
{
	utf8_append(out, c ? c : 0xFFFD);
}

static void utf8_of_wide(struct buf *out, const uint8_t *p, size_t n)
{
	for (size_t at = 0; at + 1 < n;)
		put_shown(out, utf16_next(p, n, false, &at));
}

/* The whole file as UTF-8, whatever it was written in. */
static void text_of_file(struct buf *out, const uint8_t *p, size_t n, bool *is_old)
{
	size_t n_wide = n, n_plain = n;
	const uint8_t *wide = behind_mark(p, &n_wide, "\xFF\xFE");
	const uint8_t *plain = behind_mark(p, &n_plain, "\xEF\xBB\xBF");
	bool is_wide = n_wide >= 2 && wide[0] && !wide[1];

	*is_old = starts(plain, n_plain, old_head) || starts_wide(wide, n_wide, old_head);
	if (is_wide)
		utf8_of_wide(out, wide, n_wide);
	else if (*is_old) /* in the code page of the computer, which the file does not name */
		for (size_t i = 0; i < n_plain; i++)
			put_shown(out, plain[i]);
	else
		for (size_t i = 0; i < n_plain; i++)
			buf_putc(out, plain[i] ? (char)plain[i] : ' ');
}

/* --- the tables --- */

static void *grown(struct arena *arena, void *old, size_t n, size_t *cap, size_t size)
{
	void *more;

	if (n < *cap)
		return old;
	*cap = *cap ? 2 * *cap : 256;
	more = arena_new(arena, *cap * size);
	if (n)
		memcpy(more, old, n * size);
	return more;
}

/* Sorts a key directly in front of what stands below it. */
static const char *folded(struct export *x, const char *path)
{
	char *out = arena_copy(x->arena, path, strlen(path));

	for (char *p = out; *p; p++)
		*p = *p == '\\' ? '\1' : *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
	return out;
}

static bool is_at_or_below(const char *key, const char *above)
{
	size_t n = strlen(above);

	return strncmp(key, above, n) == 0 && (!key[n] || key[n] == '\1');
}

static void delete_keys(struct export *x, const char *above)
{
	for (size_t i = 0; i < x->n_keys; i++)
		x->keys[i].is_gone |= is_at_or_below(x->keys[i].folded, above);
}

static void add_key(struct export *x, const char *path, size_t n, bool is_deleted,
                    enum reg_answer answer)
{
	struct export_key *key;

	while (n && path[n - 1] == '\\')
		n--;
	x->keys = grown(x->arena, x->keys, x->n_keys, &x->cap_keys, sizeof *x->keys);
	key = &x->keys[x->n_keys];
	*key = (struct export_key){.path = arena_copy(x->arena, path, n),
	                           .number = x->n_keys,
	                           .first = x->n_values,
	                           .is_deleted = is_deleted,
	                           .answer = answer};
	key->folded = folded(x, key->path);
	if (is_deleted && x->n_deletions++ < DELETIONS_MAX)
		delete_keys(x, key->folded);
	x->n_keys++;
}

static void add_value(struct export *x, const struct export_value *value)
{
	x->values = grown(x->arena, x->values, x->n_values, &x->cap_values, sizeof *x->values);
	x->values[x->n_values++] = *value;
	x->keys[x->n_keys - 1].n++;
}

/* --- lines --- */

struct line {
	const char *p, *end; /* rest of the file */
	size_t number;
};

static char at(const struct line *l)
{
	return l->p < l->end ? *l->p : '\0';
}

static void skip_blanks(struct line *l)
{
	while (at(l) == ' ' || at(l) == '\t')
		l->p++;
}

static void next_line(struct line *l)
{
	while (l->p < l->end && *l->p != '\n')
		l->p++;
	if (l->p < l->end)
		l->p++;
	l->number++;
}

/* A text in quotation marks, which may go over several lines. */
static bool take_quoted(struct line *l, struct buf *out)
{
	for (l->p++; l->p < l->end && *l->p != '"'; l->p++) {
		if (*l->p == '\\' && l->p + 1 < l->end)
			l->p++;
		l->number += *l->p == '\n';
		buf_putc(out, *l->p);
	}
	if (l->p == l->end)
		return false;
	l->p++;
	return true;
}

static void wide_of_utf8(struct buf *out, const char *s)
{
	while (*s) {
		uint32_t c = utf8_next(&s);

		if (c >= 0x10000) {
			c -= 0x10000;
			buf_putc(out, (char)(c >> 10));
			buf_putc(out, (char)(0xD8 | c >> 18));
			c = 0xDC00 | (c & 0x3FF);
		}
		buf_putc(out, (char)c);
		buf_putc(out, (char)(c >> 8));
	}
}

static void set_bytes(struct export *x, struct reg_value *value, uint32_t type,
                      const struct buf *bytes)
{
	value->type = type;
	value->n = bytes->n;
	value->bytes = (const uint8_t *)arena_copy(x->arena, bytes->n ? bytes->bytes : "",
	                                           bytes->n);
}

static bool take_text(struct export *x, struct line *l, struct reg_value *value)
{
	struct buf text = {0}, wide = {0};
	bool is_whole = take_quoted(l, &text);

	wide_of_utf8(&wide, text.n ? text.bytes : "");
	buf_put(&wide, "\0\0", 2);
	set_bytes(x, value, REG_TYPE_SZ, &wide);
	buf_fini(&text);
	buf_fini(&wide);
	return is_whole;
}

static bool take_dword(struct export *x, struct line *l, struct reg_value *value)
{
	struct buf bytes = {0};
	uint32_t number = 0;
	int n = 0;

	for (; text_hex_digit(at(l)) >= 0; n++, l->p++)
		number = number << 4 | (uint32_t)text_hex_digit(at(l));
	for (int i = 0; i < 4; i++)
		buf_putc(&bytes, (char)(number >> 8 * i));
	set_bytes(x, value, REG_TYPE_DWORD, &bytes);
	buf_fini(&bytes);
	return n > 0 && n <= 8;
}

/* Between two bytes: blanks, and a backslash with the end of the line behind it. */
static void skip_continuation(struct line *l)
{
	skip_blanks(l);
	if (at(l) != '\\')
		return;
	next_line(l);
	skip_blanks(l);
}

static bool take_bytes(struct line *l, struct buf *out)
{
	for (;;) {
		int high, low;

		skip_continuation(l);
		high = text_hex_digit(at(l));
		if (high < 0)
			return at(l) == '\r' || at(l) == '\n' || at(l) == ';' || l->p == l->end;
		l->p++;
		low = text_hex_digit(at(l));
		l->p += low >= 0;
		buf_putc(out, (char)(low >= 0 ? high << 4 | low : high));
		skip_blanks(l);
		if (at(l) != ',')
			continue;
		l->p++;
	}
}

static bool is_text_type(uint32_t type)
{
	return type == REG_TYPE_SZ || type == REG_TYPE_EXPAND_SZ || type == REG_TYPE_MULTI_SZ;
}

/* "hex:" or "hex(N):"; the cursor stands behind "hex". */
static bool take_hex(struct export *x, struct line *l, struct reg_value *value)
{
	struct buf bytes = {0}, wide = {0};
	uint32_t type = REG_TYPE_BINARY;
	bool is_good;

	if (at(l) == '(')
		for (l->p++, type = 0; text_hex_digit(at(l)) >= 0; l->p++)
			type = type << 4 | (uint32_t)text_hex_digit(at(l));
	if (at(l) == ')')
		l->p++;
	if (at(l) != ':')
		return false;
	l->p++;
	is_good = take_bytes(l, &bytes);
	for (size_t i = 0; i < bytes.n && x->is_old && is_text_type(type); i++) {
		buf_putc(&wide, bytes.bytes[i]);
		buf_putc(&wide, '\0');
	}
	set_bytes(x, value, type, wide.n ? &wide : &bytes);
	buf_fini(&bytes);
	buf_fini(&wide);
	return is_good;
}

static bool take_word(struct line *l, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(l->end - l->p) < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((l->p[i] | 0x20) != (word[i] | 0x20))
			return false;
	l->p += n;
	return true;
}

static bool take_data(struct export *x, struct line *l, struct export_value *out)
{
	skip_blanks(l);
	if (at(l) == '"')
		return take_text(x, l, &out->value);
	if (take_word(l, "dword:"))
		return take_dword(x, l, &out->value);
	if (take_word(l, "hex"))
		return take_hex(x, l, &out->value);
	out->is_deleted = at(l) == '-';
	return out->is_deleted;
}

static void take_value(struct export *x, struct line *l)
{
	struct export_value value = {0};
	struct buf name = {0};
	size_t number = l->number;
	bool is_good = true;

	if (at(l) == '@')
		l->p++;
	else
		is_good = take_quoted(l, &name);
	skip_blanks(l);
	is_good = is_good && at(l) == '=';
	l->p += is_good;
	is_good = is_good && take_data(x, l, &value);
	value.value.name = arena_copy(x->arena, name.n ? name.bytes : "", name.n);
	if (!is_good)
		complain(x->complaints, number, "value, expected \"text\", dword: or hex:");
	else if (!x->n_keys)
		complain(x->complaints, number, "value before the first key");
	else
		add_value(x, &value);
	buf_fini(&name);
}

static void take_key(struct export *x, struct line *l, enum reg_answer answer)
{
	bool is_deleted;
	const char *start, *last = NULL;

	l->p++;
	is_deleted = at(l) == '-';
	l->p += is_deleted;
	start = l->p;
	for (; l->p < l->end && *l->p != '\n'; l->p++)
		if (*l->p == ']')
			last = l->p;
	if (last && last > start)
		add_key(x, start, (size_t)(last - start), is_deleted, answer);
	else
		complain(x->complaints, l->number, "key, expected ] at its end");
}

/* --- what a recording notes --- */

static bool is_note(const struct line *l, const char *note)
{
	size_t n = strlen(note);

	return (size_t)(l->end - l->p) >= n && memcmp(l->p, note, n) == 0;
}

/* A value that was looked for: its name, or @. */
static void note_value(struct export *x, struct line *l, enum reg_answer answer)
{
	struct export_value value = {.answer = answer};
	struct buf name = {0};
	bool is_good = at(l) == '@' || take_quoted(l, &name);

	value.value.name = arena_copy(x->arena, name.n ? name.bytes : "", name.n);
	if (is_good && x->n_keys)
		add_value(x, &value);
	buf_fini(&name);
}

static void note_answer(struct export *x, struct line *l, const char *note, enum reg_answer answer)
{
	l->p += strlen(note);
	if (at(l) == '[')
		take_key(x, l, answer);
	else if (at(l) == '"' || at(l) == '@')
		note_value(x, l, answer);
}

#define WRITTEN_DIGITS_MAX 17

static void note_written(const struct line *l, struct export_key *key)
{
	const char *p = l->p + strlen(REG_NOTE_WRITTEN);
	int64_t us = 0;

	for (int n = 0; p < l->end && *p >= '0' && *p <= '9' && n < WRITTEN_DIGITS_MAX; n++)
		us = us * 10 + (*p++ - '0');
	key->written_us = us;
}

static void take_note(struct export *x, struct line *l)
{
	struct export_key *key = x->n_keys ? &x->keys[x->n_keys - 1] : NULL;

	l->p++; /* the semicolon */
	if (is_note(l, REG_NOTE_RECORDING))
		x->is_recording = true;
	else if (!x->is_recording)
		return;
	else if (is_note(l, REG_NOTE_ABSENT))
		note_answer(x, l, REG_NOTE_ABSENT, REG_ABSENT);
	else if (is_note(l, REG_NOTE_UNREADABLE))
		note_answer(x, l, REG_NOTE_UNREADABLE, REG_UNREADABLE);
	else if (key && is_note(l, REG_NOTE_ALL_VALUES))
		key->has_all_values = true;
	else if (key && is_note(l, REG_NOTE_ALL_KEYS))
		key->has_all_keys = true;
	else if (key && is_note(l, REG_NOTE_WRITTEN))
		note_written(l, key);
}

static void take_line(struct export *x, struct line *l)
{
	skip_blanks(l);
	if (at(l) == '[')
		take_key(x, l, REG_FOUND);
	else if (at(l) == ';')
		take_note(x, l);
	else if (at(l) == '"' || at(l) == '@')
		take_value(x, l);
	else if (at(l) && !strchr("\r\n;", at(l)) && l->number > 1)
		complain(x->complaints, l->number, "neither a key nor a value");
	next_line(l);
}

/* --- the source --- */

static int by_path(const void *a, const void *b)
{
	const struct export_key *x = a, *y = b;
	int order = strcmp(x->folded, y->folded);

	return order ? order : x->number < y->number ? -1 : x->number > y->number;
}

/* The first key that is not before a folded path. */
static size_t lower_bound(const struct export *x, const char *asked)
{
	size_t from = 0, to = x->n_keys;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(x->keys[middle].folded, asked) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* A file may name a key again and again. */
static bool is_of(const struct export *x, size_t i, const char *asked)
{
	return i < x->n_keys && strcmp(x->keys[i].folded, asked) == 0;
}

static const struct export_value *last_of(const struct export *x, const char *asked,
                                          const char *name)
{
	const struct export_value *found = NULL;

	for (size_t i = lower_bound(x, asked); is_of(x, i, asked); i++) {
		const struct export_key *key = &x->keys[i];

		for (size_t k = 0; k < key->n && !key->is_gone && !key->is_deleted; k++)
			if (text_same(x->values[key->first + k].value.name, name))
				found = &x->values[key->first + k];
	}
	return found;
}

static bool is_there(const struct export_key *key)
{
	return !key->is_gone && !key->is_deleted && key->answer == REG_FOUND;
}

/* A key is there when it is named, or when one below it is. */
static bool is_key_there(const struct export *x, const char *asked)
{
	for (size_t i = lower_bound(x, asked);
	     i < x->n_keys && (!*asked || is_at_or_below(x->keys[i].folded, asked)); i++)
		if (is_there(&x->keys[i]))
			return true;
	return false;
}

/* What a recording notes of a key itself; REG_UNREADABLE: nothing. */
static enum reg_answer noted(const struct export *x, const char *asked, bool is_value)
{
	for (size_t i = lower_bound(x, asked); is_of(x, i, asked); i++) {
		const struct export_key *key = &x->keys[i];

		if (key->answer == REG_ABSENT || (is_value && key->has_all_values))
			return REG_ABSENT;
	}
	return REG_UNREADABLE;
}

/* That a value or a key is not there, where nothing else is known: what is below a key that is
 * not there is not there either. */
static enum reg_answer absence(const struct export *x, const char *asked, bool is_value)
{
	char *path = arena_copy(x->arena, asked, strlen(asked));

	if (!x->is_recording)
		return REG_ABSENT;
	for (;;) {
		char *end = strrchr(path, '\1');

		if (noted(x, path, is_value) == REG_ABSENT)
			return REG_ABSENT;
		if (!end)
			return REG_UNREADABLE;
		*end = '\0';
		is_value = false;
	}
}

static enum reg_answer export_value(struct reg_source *s, const char *path, const char *name,
                                    struct reg_value *out)
{
	struct export *x = (struct export *)s;
	const struct export_value *found = last_of(x, folded(x, path), name);

	if (!found)
		return absence(x, folded(x, path), true);
	if (found->is_deleted || found->answer != REG_FOUND)
		return found->is_deleted ? REG_ABSENT : found->answer;
	*out = found->value;
	return REG_FOUND;
}

#define VALUES_COMPARED 4096 /* of a key named once, none need be */

static enum reg_answer export_values(struct reg_source *s, const char *path,
                                     bool (*each)(void *context, const struct reg_value *value),
                                     void *context)
{
	struct export *x = (struct export *)s;
	const char *asked = folded(x, path);
	size_t first = lower_bound(x, asked), n_compared = 0;
	bool is_plain = !is_of(x, first + 1, asked);

	for (size_t i = first; is_of(x, i, asked); i++) {
		const struct export_key *key = &x->keys[i];

		for (size_t k = 0; k < key->n && !key->is_gone && !key->is_deleted; k++) {
			const struct export_value *value = &x->values[key->first + k];

			if (value->is_deleted || value->answer != REG_FOUND ||
			    (!is_plain && n_compared++ < VALUES_COMPARED &&
			     last_of(x, asked, value->value.name) != value))
				continue;
			if (!each(context, &value->value))
				return REG_FOUND;
		}
	}
	return is_key_there(x, asked) ? REG_FOUND : absence(x, asked, false);
}

static enum reg_answer export_subkeys(struct reg_source *s, const char *path,
                                      bool (*each)(void *context, const char *name), void *context)
{
	struct export *x = (struct export *)s;
	const char *asked = folded(x, path), *last = "";
	size_t n = strlen(path);

	if (!is_key_there(x, asked))
		return absence(x, asked, false);
	for (size_t i = lower_bound(x, asked);
	     i < x->n_keys && (!n || is_at_or_below(x->keys[i].folded, asked)); i++) {
		const struct export_key *key = &x->keys[i];
		const char *rest = key->path + n + (n && key->path[n]), *name;

		if (!is_there(key) || !*rest)
			continue;
		name = arena_copy(x->arena, rest, strcspn(rest, "\\"));
		if (text_same(name, last))
			continue;
		last = name;
		if (!each(context, name))
			break;
	}
	return REG_FOUND;
}

static int64_t export_written_us(struct reg_source *s, const char *path)
{
	struct export *x = (struct export *)s;
	const char *asked = folded(x, path);
	int64_t written = 0;

	for (size_t i = lower_bound(x, asked); is_of(x, i, asked); i++)
		if (x->keys[i].written_us > written)
			written = x->keys[i].written_us;
	return written;
}

static void export_close(struct reg_source *s)
{
	(void)s;
}

static const struct reg_source_ops ops = {.value = export_value,
                                          .subkeys = export_subkeys,
                                          .values = export_values,
                                          .written_us = export_written_us,
                                          .close = export_close};

struct reg_source *reg_export_open(const void *bytes, size_t n, struct evidence *ev)
{
	struct export *x = arena_new(ev->arena, sizeof *x);
	struct buf text = {0};
	struct line l = {.number = 1};

	if (!reg_export_recognises(bytes, n))
		return NULL;
	*x = (struct export){.source = {.ops = &ops, .name = ev->name},
	                     .arena = ev->arena,
	                     .complaints = ev->complaints};
	ev->complaints->unit = "line";
	text_of_file(&text, bytes, n, &x->is_old);
	for (l.p = text.bytes, l.end = text.bytes + text.n; l.p < l.end;)
		take_line(x, &l);
	if (x->n_keys)
		qsort(x->keys, x->n_keys, sizeof *x->keys, by_path);
	if (x->n_deletions > DELETIONS_MAX)
		complain_of_all(ev->complaints, "more than %d deleted keys; the others are left in",
		                DELETIONS_MAX);
	x->source.is_whole = x->is_recording;
	buf_fini(&text);
	return &x->source;
}
