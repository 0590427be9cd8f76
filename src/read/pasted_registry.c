/*
 * pasted_registry - keys and values out of text as a registry source: reg query,
 * Get-ItemProperty, and what secedit and gpresult show.
 *
 * Only what was shown is known. A value that was not shown is absent where a long key was
 * listed as a whole, and otherwise nothing can be said.
 */
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/text.h"
#include "read/pasted_rows.h"

#define KEYS_MAX    20000
#define VALUES_MAX  100000
#define DATA_MAX    ((size_t)8192)
#define WHOLE_LEAST 20 /* people shorten what they paste; hardly to so many values */

struct shown_key {
	const char *path;
	size_t first, n; /* its values */
	bool is_whole;
};

struct pasted_registry {
	struct reg_source source;
	struct arena *arena;
	struct shown_key *keys;
	size_t n_keys, cap_keys;
	struct reg_value *values;
	size_t n_values, cap_values;
	bool takes; /* the newest key is one of those that are kept */
};

/* --- as a source --- */

/* What stands behind the name of a control set; NULL: the path is not in one. */
static const char *in_control_set(const char *path)
{
	static const char system[] = "HKEY_LOCAL_MACHINE\\SYSTEM\\";
	static const char *const sets[] = {"CurrentControlSet", "ControlSet001"};

	if (!word_begins(word_of(path), system))
		return NULL;
	path += sizeof system - 1;
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		size_t n = strlen(sets[i]);

		if (word_begins(word_of(path), sets[i]) && (path[n] == '\\' || !path[n]))
			return path + n;
	}
	return NULL;
}

/* Text shows the current control set, a hive numbers it: both mean the same here. */
static void without_control_set(const char **shown, const char **asked)
{
	const char *a = in_control_set(*shown), *b = in_control_set(*asked);

	if (!a || !b)
		return;
	*shown = a;
	*asked = b;
}

static bool same_path(const char *shown, const char *asked)
{
	without_control_set(&shown, &asked);
	return text_same(shown, asked);
}

/* What stands behind `asked\` in a path; NULL: it is not below it. */
static const char *below(const char *shown, const char *asked)
{
	size_t n;

	without_control_set(&shown, &asked);
	n = strlen(asked);
	return word_begins(word_of(shown), asked) && shown[n] == '\\' ? shown + n + 1 : NULL;
}

static enum reg_answer registry_value(struct reg_source *s, const char *path, const char *name,
                                      struct reg_value *out)
{
	const struct pasted_registry *r = (const struct pasted_registry *)s;
	bool is_absent = false;

	for (size_t i = 0; i < r->n_keys; i++) {
		if (!same_path(r->keys[i].path, path))
			continue;
		for (size_t k = 0; k < r->keys[i].n; k++)
			if (text_same(r->values[r->keys[i].first + k].name, name)) {
				*out = r->values[r->keys[i].first + k];
				return REG_FOUND;
			}
		is_absent |= r->keys[i].is_whole;
	}
	return is_absent ? REG_ABSENT : REG_UNREADABLE;
}

static bool is_shown(const struct pasted_registry *r, const char *path)
{
	for (size_t i = 0; i < r->n_keys; i++)
		if (same_path(r->keys[i].path, path))
			return true;
	return false;
}

/* Neighbours with the same subkey are one; the lists of reg query stand in order. */
static enum reg_answer registry_subkeys(struct reg_source *s, const char *path,
                                        bool (*each)(void *context, const char *name),
                                        void *context)
{
	const struct pasted_registry *r = (const struct pasted_registry *)s;
	const char *newest = "";
	bool is_known = is_shown(r, path);

	for (size_t i = 0; i < r->n_keys; i++) {
		const char *rest = below(r->keys[i].path, path);
		char *name;

		if (!rest)
			continue;
		is_known = true;
		name = arena_copy(r->arena, rest, strcspn(rest, "\\"));
		if (text_same(name, newest))
			continue;
		newest = name;
		if (!each(context, name))
			break;
	}
	return is_known ? REG_FOUND : REG_UNREADABLE;
}

static enum reg_answer registry_values(struct reg_source *s, const char *path,
                                       bool (*each)(void *context, const struct reg_value *value),
                                       void *context)
{
	const struct pasted_registry *r = (const struct pasted_registry *)s;
	bool is_known = false;

	for (size_t i = 0; i < r->n_keys; i++) {
		if (!same_path(r->keys[i].path, path))
			continue;
		is_known = true;
		for (size_t k = 0; k < r->keys[i].n; k++)
			if (!each(context, &r->values[r->keys[i].first + k]))
				return REG_FOUND;
	}
	return is_known ? REG_FOUND : REG_UNREADABLE;
}

static int64_t registry_written_us(struct reg_source *s, const char *path)
{
	(void)s;
	(void)path;
	return 0;
}

static void registry_close(struct reg_source *s)
{
	(void)s;
}

static const struct reg_source_ops registry_ops = {
    .value = registry_value,
    .subkeys = registry_subkeys,
    .values = registry_values,
    .written_us = registry_written_us,
    .close = registry_close,
};

/* --- filling it --- */

struct pasted_registry *pasted_registry_of(struct pasting *p)
{
	if (!p->registry) {
		p->registry = arena_new(p->ev->arena, sizeof *p->registry);
		p->registry->source = (struct reg_source){.ops = &registry_ops,
		                                          .name = p->ev->name};
		p->registry->arena = p->ev->arena;
	}
	return p->registry;
}

static void *grown(struct arena *arena, void *old, size_t n, size_t *cap, size_t size)
{
	void *bigger;

	if (n < *cap)
		return old;
	*cap = *cap ? *cap * 2 : 16;
	bigger = arena_new(arena, *cap * size);
	if (n)
		memcpy(bigger, old, n * size);
	return bigger;
}

static const char *root_of(struct word path, size_t *skip)
{
	static const struct {
		const char *written, *root;
	} roots[] = {
	    {"HKEY_LOCAL_MACHINE\\", "HKEY_LOCAL_MACHINE\\"},
	    {"HKLM\\", "HKEY_LOCAL_MACHINE\\"},
	    {"MACHINE\\", "HKEY_LOCAL_MACHINE\\"},
	    {"HKEY_CURRENT_USER\\", "HKEY_CURRENT_USER\\"},
	    {"HKCU\\", "HKEY_CURRENT_USER\\"},
	    {"HKEY_USERS\\", "HKEY_USERS\\"},
	};

	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
		if (word_begins(path, roots[i].written)) {
			*skip = strlen(roots[i].written);
			return roots[i].root;
		}
	return NULL;
}

void pasted_registry_key(struct pasting *p, struct word path, size_t line)
{
	struct pasted_registry *r = pasted_registry_of(p);
	size_t skip = 0;
	const char *root = root_of(path, &skip);

	(void)line;
	r->takes = false;
	if (!root || r->n_keys == KEYS_MAX || path.n > 1024)
		return;
	r->keys = grown(p->ev->arena, r->keys, r->n_keys, &r->cap_keys, sizeof *r->keys);
	r->takes = true;
	r->keys[r->n_keys++] = (struct shown_key){
	    .path = arena_printf(p->ev->arena, "%s%.*s", root, (int)(path.n - skip), path.p + skip),
	    .first = r->n_values,
	};
}

void pasted_registry_whole(struct pasting *p)
{
	if (p->registry && p->registry->takes)
		p->registry->keys[p->registry->n_keys - 1].is_whole = true;
}

static void put_number(struct buf *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++, v >>= 8)
		buf_putc(out, (char)(v & 0xFF));
}

/* UTF-8 as UTF-16LE with a zero behind it; what stands for a zero between texts becomes one. */
static void put_text(struct arena *arena, struct buf *out, struct word w, bool is_list)
{
	const char *s = word_copy(w, arena);

	while (*s) {
		uint32_t c;

		if (is_list && s[0] == '\\' && s[1] == '0') {
			put_number(out, 0, 2);
			s += 2;
			continue;
		}
		c = utf8_next(&s);
		if (c >= 0x10000) {
			put_number(out, 0xD800 + ((c - 0x10000) >> 10), 2);
			c = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		put_number(out, c, 2);
	}
	put_number(out, 0, is_list ? 4 : 2);
}

static bool put_bytes(struct buf *out, struct word w)
{
	for (size_t i = 0; i + 1 < w.n; i += 2) {
		int high = text_hex_digit(w.p[i]), low = text_hex_digit(w.p[i + 1]);

		if (high < 0 || low < 0)
			return false;
		buf_putc(out, (char)(high << 4 | low));
	}
	return w.n % 2 == 0;
}

static bool put_data(struct arena *arena, struct buf *out, uint32_t type, struct word data)
{
	uint64_t v;

	switch (type) {
	case REG_TYPE_DWORD:
	case REG_TYPE_QWORD:
		if (!word_hex(data, &v) && !word_number(data, &v))
			return false;
		put_number(out, v, type == REG_TYPE_DWORD ? 4 : 8);
		return true;
	case REG_TYPE_SZ:
	case REG_TYPE_EXPAND_SZ:
	case REG_TYPE_MULTI_SZ:
		put_text(arena, out, data, type == REG_TYPE_MULTI_SZ);
		return true;
	case REG_TYPE_BINARY:
		return put_bytes(out, data);
	default:
		return false;
	}
}

/* Two settings that explain what other outputs of the same text show. */
static void note_setting(struct pasting *p, const struct reg_value *v)
{
	const char *path = p->registry->keys[p->registry->n_keys - 1].path;
	struct word w = word_of(path);
	uint64_t number;

	if (v->type != REG_TYPE_DWORD || !word_begins(w, "HKEY_LOCAL_MACHINE\\SYSTEM\\"))
		return;
	number = v->bytes[0] | (uint64_t)v->bytes[1] << 8 | (uint64_t)v->bytes[2] << 16 |
	         (uint64_t)v->bytes[3] << 24;
	if (word_ends(w, "\\WinStations\\RDP-Tcp") && text_same(v->name, "PortNumber")) {
		p->has_rdp_port = number > 0 && number < 65536;
		p->rdp_port = number;
	} else if (word_ends(w, "\\Control\\Terminal Server") &&
	           text_same(v->name, "fDenyTSConnections")) {
		p->has_deny = true;
		p->deny = number;
	}
}

void pasted_registry_value(struct pasting *p, struct word name, uint32_t type, struct word data,
                           size_t line)
{
	struct pasted_registry *r = pasted_registry_of(p);
	struct reg_value *v;
	struct buf bytes = {0};

	(void)line;
	if (!r->takes || r->n_values == VALUES_MAX || data.n > DATA_MAX || name.n > 256)
		return;
	if (put_data(p->ev->arena, &bytes, type, data)) {
		r->values = grown(p->ev->arena, r->values, r->n_values, &r->cap_values,
		                  sizeof *r->values);
		v = &r->values[r->n_values++];
		*v = (struct reg_value){
		    .name = word_copy(name, p->ev->arena), .type = type, .n = bytes.n};
		v->bytes = (const uint8_t *)arena_copy(p->ev->arena, bytes.n ? bytes.bytes : "",
		                                       bytes.n);
		r->keys[r->n_keys - 1].n++;
		note_setting(p, v);
	}
	buf_fini(&bytes);
}

void pasted_registry_close(struct pasting *p)
{
	if (p->registry && p->registry->n_keys)
		p->pasted->registry = &p->registry->source;
}

/* --- reg query --- */

static const struct {
	const char *name;
	uint32_t type;
} types[] = {
    {"REG_SZ", REG_TYPE_SZ},
    {"REG_EXPAND_SZ", REG_TYPE_EXPAND_SZ},
    {"REG_BINARY", REG_TYPE_BINARY},
    {"REG_DWORD", REG_TYPE_DWORD},
    {"REG_MULTI_SZ", REG_TYPE_MULTI_SZ},
    {"REG_QWORD", REG_TYPE_QWORD},
    {"REG_NONE", REG_TYPE_NONE},
};

/* "    name    REG_DWORD    0x0"; a name may hold blanks, and the data may be missing. */
static bool value_of(const struct line *l, struct word *name, uint32_t *type, struct word *data)
{
	struct words w = line_words(l);

	for (size_t i = 1; i < w.n; i++)
		for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
			if (!word_is(w.at[i], types[k].name))
				continue;
			*name = word_trimmed((struct word){l->text, (size_t)(w.at[i].p - l->text)});
			*data = word_trimmed(
			    (struct word){w.at[i].p + w.at[i].n,
			                  l->n - (size_t)(w.at[i].p + w.at[i].n - l->text)});
			*type = types[k].type;
			return true;
		}
	return false;
}

static bool is_key(const struct line *l)
{
	return (line_begins(l, "HKEY_") || line_begins(l, "HKLM\\") || line_begins(l, "HKCU\\")) &&
	       line_holds(l, "\\");
}

size_t pasted_reg_query(struct pasting *p, const struct section *s)
{
	/* /v and /f show some values only. */
	bool is_part = word_holds(word_of(s->command), " /v") ||
	               word_holds(word_of(s->command), " /f");
	struct word key = {"", 0};
	size_t first = 0, n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct word name, data;
		uint32_t type;

		if (is_key(l)) {
			key = (struct word){l->text, l->n};
			n = 0;
			continue;
		}
		if (!key.n || !value_of(l, &name, &type, &data))
			continue;
		if (!n++)
			pasted_registry_key(p, key, l->number);
		if (name.n && *name.p == '(') {
			name.n = 0; /* the default value, in the words of some language */
			if (data.n && *data.p == '(')
				continue; /* "(value not set)" */
		}
		pasted_registry_value(p, name, type, data, l->number);
		if (n >= WHOLE_LEAST && !is_part)
			pasted_registry_whole(p);
		first = first ? first : l->number;
	}
	return first;
}

/* --- Get-ItemProperty --- */

static bool is_own_property(struct word key)
{
	return word_is_among(key, "PSPath|PSParentPath|PSChildName|PSDrive|PSProvider");
}

/* "{1, 0, 255}" as bytes; false for texts and for lists that were cut short. */
static bool bytes_of(struct word value, struct buf *hex)
{
	uint64_t byte;

	if (value.n < 3 || *value.p != '{' || value.p[value.n - 1] != '}')
		return false;
	value = (struct word){value.p + 1, value.n - 2};
	while (value.n) {
		const char *comma = memchr(value.p, ',', value.n);
		size_t n = comma ? (size_t)(comma - value.p) : value.n;

		if (!word_number(word_trimmed((struct word){value.p, n}), &byte) || byte > 255)
			return false;
		buf_printf(hex, "%02x", (unsigned)byte);
		n += comma != NULL;
		value = (struct word){value.p + n, value.n - n};
	}
	return true;
}

/* Types are not shown: what looks like a number is one. */
static void take_property(struct pasting *p, struct word key, struct word value, size_t line)
{
	struct buf hex = {0};
	uint64_t number;

	if (value.n > 1 && *value.p == '-' &&
	    word_number((struct word){value.p + 1, value.n - 1}, &number))
		pasted_registry_value(
		    p, key, REG_TYPE_DWORD,
		    word_of(arena_printf(p->ev->arena, "%u", (unsigned)(0 - (uint32_t)number))),
		    line);
	else if (word_number(value, &number))
		pasted_registry_value(p, key, number > UINT32_MAX ? REG_TYPE_QWORD : REG_TYPE_DWORD,
		                      value, line);
	else if (bytes_of(value, &hex))
		pasted_registry_value(p, key, REG_TYPE_BINARY, (struct word){hex.bytes, hex.n},
		                      line);
	else if (!value.n || *value.p != '{')
		pasted_registry_value(p, key, REG_TYPE_SZ, value, line);
	buf_fini(&hex);
}

/* Key names hold blanks, at which PowerShell breaks a line when it can. */
static bool broke_at_blank(struct word before, struct word behind)
{
	static const struct {
		const char *end, *start;
	} names[] = {
	    {"\\Terminal", "Server"}, {"\\Terminal", "Services"}, {"\\Windows", "NT"},
	    {"\\Session", "Manager"}, {"\\Licensing", "Core"},    {"Server", "Client"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (word_ends(before, names[i].end) && word_begins(behind, names[i].start))
			return true;
	return false;
}

/* The path with the lines that follow it when it was too long for one. */
static struct word whole_path(struct pasting *p, const struct section *s, struct word path,
                              size_t line)
{
	size_t i = line - s->lines->number + 1;

	for (size_t end = i + 4; i < s->n && i < end && s->lines[i].n && s->lines[i].indent; i++) {
		struct word more = {s->lines[i].text, s->lines[i].n};

		if (path.n + more.n > 1024)
			break;
		path = word_of(arena_printf(p->ev->arena, "%.*s%s%s", (int)path.n, path.p,
		                            broke_at_blank(path, more) ? " " : "", more.p));
	}
	return path;
}

size_t pasted_item_property(struct pasting *p, const struct section *s)
{
	static const char provider[] = "Microsoft.PowerShell.Core\\Registry::";
	bool is_part = word_holds(word_of(s->command), " -Name ");
	struct properties o;
	size_t first = 0;

	for (size_t i = 0; properties_next(s, &i, &o);) {
		struct word path;
		size_t line = properties_line(&o, "PSPath");

		if (!properties_get(&o, "PSPath", &path) || !word_begins(path, provider))
			continue;
		first = first ? first : o.at[0].line;
		path = whole_path(p, s, path, line);
		path = (struct word){path.p + sizeof provider - 1, path.n - (sizeof provider - 1)};
		pasted_registry_key(p, path, line);
		for (size_t k = 0; k < o.n; k++)
			if (!is_own_property(o.at[k].key))
				take_property(p, o.at[k].key, o.at[k].value, o.at[k].line);
		if (o.n < PROPERTIES_MAX && !is_part && o.n >= WHOLE_LEAST)
			pasted_registry_whole(p);
	}
	return first;
}
