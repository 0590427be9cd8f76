#include "evtx_make.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/evtx_value.h"

#define HEAD        4096u
#define CHUNK_HEAD  512u
#define FIELDS_MAX  40
#define VALUES_MAX  (FIELDS_MAX + 16)
#define VALUE_BYTES 2048

struct made_value {
	uint8_t type;
	uint32_t n;
	uint8_t bytes[VALUE_BYTES];
};

/* The values of one template while it is written. */
struct made_values {
	uint32_t n;
	struct made_value at[VALUES_MAX];
};

struct made_event {
	const char *provider, *channel, *activity;
	unsigned id;
	int64_t when_us;
	struct {
		const char *name, *value;
	} fields[FIELDS_MAX];
	size_t n_fields;
};

/* --- bytes of the chunk --- */

static void put(struct evtx_maker *m, const void *bytes, size_t n)
{
	if (m->is_full || n > MADE_CHUNK - m->n) {
		m->is_full = true;
		return;
	}
	if (n)
		memcpy(m->chunk + m->n, bytes, n);
	m->n += (uint32_t)n;
}

static void set_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> i * 8);
}

static void put_le(struct evtx_maker *m, uint64_t v, size_t n)
{
	uint8_t bytes[8];

	set_le(bytes, v, n);
	put(m, bytes, n);
}

static void put_u8(struct evtx_maker *m, unsigned v)
{
	put_le(m, v, 1);
}

static void patch_u32(struct evtx_maker *m, uint32_t at, uint32_t v)
{
	if (!m->is_full)
		set_le(m->chunk + at, v, 4);
}

static uint32_t utf16_of(const char *s, uint8_t *out, uint32_t most)
{
	uint32_t n = 0;

	while (*s && n + 4 <= most) {
		uint32_t c = utf8_next(&s);

		if (c >= 0x10000) {
			set_le(out + n, 0xd800 + ((c - 0x10000) >> 10), 2);
			n += 2;
			c = 0xdc00 + (c & 0x3ff);
		}
		set_le(out + n, c, 2);
		n += 2;
	}
	return n;
}

static void put_utf16(struct evtx_maker *m, const char *s)
{
	uint8_t bytes[VALUE_BYTES];
	uint32_t n = utf16_of(s, bytes, sizeof bytes);

	put_le(m, n / 2, 2);
	put(m, bytes, n);
}

/* --- names: once in each chunk, in chains that begin in a table of 64 --- */

static uint16_t name_hash(const char *s)
{
	uint32_t h = 0;

	for (; *s; s++)
		h = h * 65599 + (uint8_t)*s;
	return (uint16_t)h;
}

static uint32_t u32_in(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void link_in(struct evtx_maker *m, uint32_t table, uint32_t at)
{
	if (m->is_full)
		return;
	patch_u32(m, at, u32_in(m->chunk + table));
	patch_u32(m, table, at);
}

static void put_name(struct evtx_maker *m, const char *name)
{
	uint16_t hash = name_hash(name);
	uint32_t at;

	for (uint32_t i = 0; i < m->n_names; i++) {
		if (strcmp(m->names[i].text, name) == 0) {
			put_le(m, m->names[i].at, 4);
			return;
		}
	}
	at = m->n + 4;
	put_le(m, at, 4);
	put_le(m, 0, 4);
	put_le(m, hash, 2);
	put_utf16(m, name);
	put_le(m, 0, 2);
	link_in(m, 128 + hash % 64u * 4, at);
	if (m->n_names < 512) {
		m->names[m->n_names].at = at;
		snprintf(m->names[m->n_names++].text, sizeof m->names[0].text, "%s", name);
	}
}

/* --- elements --- */

/* What is being written: a template, whose values go elsewhere, or the XML of one record. */
struct writing {
	struct evtx_maker *m;
	struct made_values *values; /* NULL: without a template */
};

static uint32_t open_element(struct writing *w, const char *name, bool has_attributes)
{
	uint32_t at;

	put_u8(w->m, has_attributes ? 0x41 : 0x01);
	if (w->values)
		put_le(w->m, 0xffff, 2);
	at = w->m->n;
	put_le(w->m, 0, 4);
	put_name(w->m, name);
	return at;
}

static void end_element(struct writing *w, uint32_t at)
{
	put_u8(w->m, 0x04);
	patch_u32(w->m, at, w->m->n - at - 4);
}

static void put_text(struct writing *w, const char *s)
{
	put_u8(w->m, 0x05);
	put_u8(w->m, EVTX_STRING);
	put_utf16(w->m, s);
}

/* A value of the record: a place in the template, or its text where it stands. */
static void put_value(struct writing *w, const struct made_value *value)
{
	struct evtx_value v = {.type = value->type, .n = value->n, .bytes = value->bytes};
	char text[VALUE_BYTES];

	if (!w->values) {
		evtx_value_text(&v, text, sizeof text);
		put_text(w, text);
		return;
	}
	put_u8(w->m, value->type == EVTX_XML ? 0x0d : 0x0e);
	put_le(w->m, w->values->n, 2);
	put_u8(w->m, value->type);
	if (w->values->n < VALUES_MAX)
		w->values->at[w->values->n++] = *value;
}

static struct made_value made_number(uint8_t type, uint64_t v, uint32_t n)
{
	struct made_value value = {.type = type, .n = n};

	set_le(value.bytes, v, n);
	return value;
}

static void leaf(struct writing *w, const char *name, const struct made_value *value)
{
	uint32_t at = open_element(w, name, false);

	put_u8(w->m, 0x02);
	put_value(w, value);
	end_element(w, at);
}

static void leaf_text(struct writing *w, const char *name, const char *text)
{
	uint32_t at = open_element(w, name, false);

	put_u8(w->m, 0x02);
	put_text(w, text);
	end_element(w, at);
}

/* Attributes are counted in bytes before them. */
static uint32_t begin_attributes(struct writing *w)
{
	put_le(w->m, 0, 4);
	return w->m->n;
}

static void attribute(struct writing *w, const char *name, bool has_more)
{
	put_u8(w->m, has_more ? 0x46 : 0x06);
	put_name(w->m, name);
}

static void end_attributes(struct writing *w, uint32_t at, unsigned token)
{
	patch_u32(w->m, at - 4, w->m->n - at);
	put_u8(w->m, token);
}

/* <name attribute="value"/> */
static void with_attribute(struct writing *w, const char *name, const char *of,
                           const struct made_value *value)
{
	uint32_t at = open_element(w, name, true), list = begin_attributes(w);

	attribute(w, of, false);
	put_value(w, value);
	end_attributes(w, list, 0x03);
	patch_u32(w->m, at, w->m->n - at - 4);
}

/* --- values from text --- */

static uint32_t hex_bytes(const char *s, uint8_t *out, uint32_t most)
{
	uint32_t n = 0;

	for (; s[0] && s[1] && n < most; s += 2)
		out[n++] = (uint8_t)(text_hex_digit(s[0]) << 4 | text_hex_digit(s[1]));
	return n;
}

static struct made_value value_from(const char *name, const char *s)
{
	struct made_value v = {.type = EVTX_STRING};

	if (strncmp(s, "hex:", 4) == 0) {
		v.type = EVTX_BINARY;
		v.n = hex_bytes(s + 4, v.bytes, sizeof v.bytes);
	} else if (strcmp(name, "Binary") == 0) {
		v.type = EVTX_BINARY;
		v.n = utf16_of(s, v.bytes, sizeof v.bytes);
	} else if (strncmp(s, "guid:", 5) == 0 && guid_read(s + 5, v.bytes)) {
		v.type = EVTX_GUID;
		v.n = 16;
	} else if (strncmp(s, "0x", 2) == 0) {
		v = made_number(EVTX_HEX32, strtoull(s, NULL, 16), 4);
	} else if (*s == '#') {
		v = made_number(EVTX_UINT32, strtoull(s + 1, NULL, 10), 4);
	} else {
		v.n = utf16_of(s, v.bytes, sizeof v.bytes);
	}
	return v;
}

/* --- the two parts of an event --- */

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void put_provider(struct writing *w, const struct made_event *e)
{
	uint32_t at = open_element(w, "Provider", true), list = begin_attributes(w);
	struct made_value name = value_from("", e->provider);

	attribute(w, "Name", w->m->source != NULL);
	if (w->m->says_provider_itself)
		put_value(w, &name);
	else
		put_text(w, e->provider);
	if (w->m->source) {
		attribute(w, "EventSourceName", false);
		put_text(w, w->m->source);
	}
	end_attributes(w, list, 0x03);
	patch_u32(w->m, at, w->m->n - at - 4);
}

static void put_system(struct writing *w, const struct made_event *e)
{
	uint64_t filetime = (uint64_t)e->when_us * 10 + 116444736000000000u;
	struct made_value id = made_number(EVTX_UINT16, e->id, 2),
	                  when = made_number(EVTX_FILETIME, filetime, 8),
	                  record = made_number(EVTX_UINT64, w->m->record, 8),
	                  activity = {.type = EVTX_NULL};
	uint32_t at = open_element(w, "System", false);

	if (e->activity && guid_read(e->activity, activity.bytes)) {
		activity.type = EVTX_GUID;
		activity.n = 16;
	}
	put_u8(w->m, 0x02);
	put_provider(w, e);
	leaf(w, "EventID", &id);
	with_attribute(w, "TimeCreated", "SystemTime", &when);
	leaf(w, "EventRecordID", &record);
	with_attribute(w, "Correlation", "ActivityID", &activity);
	leaf_text(w, "Channel", e->channel);
	leaf_text(w, "Computer", w->m->computer ? w->m->computer : "HOST");
	end_element(w, at);
}

static void put_data(struct writing *w, const char *name, const char *value)
{
	struct made_value v = value_from(name, value);
	uint32_t at, list;

	if (strcmp(name, "Binary") == 0) {
		leaf(w, name, &v);
		return;
	}
	at = open_element(w, "Data", *name != 0);
	if (*name) {
		list = begin_attributes(w);
		attribute(w, "Name", false);
		put_text(w, name);
		end_attributes(w, list, 0x02);
	} else {
		put_u8(w->m, 0x02);
	}
	put_value(w, &v);
	end_element(w, at);
}

static void put_fields(struct writing *w, const struct made_event *e)
{
	bool has_user_data = w->m->has_user_data;
	uint32_t at = open_element(w, has_user_data ? "UserData" : "EventData", false), inner = 0;

	put_u8(w->m, 0x02);
	if (has_user_data) {
		inner = open_element(w, "EventXML", false);
		put_u8(w->m, 0x02);
	}
	for (size_t i = 0; i < e->n_fields; i++) {
		struct made_value v = value_from(e->fields[i].name, e->fields[i].value);

		if (has_user_data)
			leaf(w, e->fields[i].name, &v);
		else
			put_data(w, e->fields[i].name, e->fields[i].value);
	}
	if (has_user_data)
		end_element(w, inner);
	end_element(w, at);
}

static uint32_t open_event(struct writing *w)
{
	uint32_t at = open_element(w, "Event", true), list = begin_attributes(w);

	attribute(w, "xmlns", false);
	put_text(w, "http://schemas.microsoft.com/win/2004/08/events/event");
	end_attributes(w, list, 0x02);
	return at;
}

static void put_fragment_head(struct evtx_maker *m)
{
	put(m, "\x0f\x01\x01", 4);
}

/* --- templates: written at their first use, found by what distinguishes them --- */

typedef void body(struct writing *w, const struct made_event *e);

static void nested_place(struct writing *w)
{
	struct made_value xml = {.type = EVTX_XML};

	put_value(w, &xml);
}

static void event_body(struct writing *w, const struct made_event *e)
{
	uint32_t at = open_event(w);

	put_system(w, e);
	nested_place(w);
	end_element(w, at);
}

static void put_values(struct evtx_maker *m, const struct made_values *v)
{
	put_le(m, v->n, 4);
	for (uint32_t i = 0; i < v->n; i++) {
		put_le(m, v->at[i].n, 2);
		put_u8(m, v->at[i].type);
		put_u8(m, 0);
	}
	for (uint32_t i = 0; i < v->n; i++)
		put(m, v->at[i].bytes, v->at[i].n);
}

static void put_definition(struct evtx_maker *m, const char *key, uint32_t id, body *write,
                           const struct made_event *e, struct made_values *values)
{
	uint32_t at = m->n, size_at = m->n + 20;
	struct writing w = {.m = m, .values = values};

	put_le(m, 0, 4);
	put_le(m, id, 4);
	put(m, "evtx_make   ", 12);
	put_le(m, 0, 4);
	put_fragment_head(m);
	write(&w, e);
	put_u8(m, 0);
	patch_u32(m, size_at, m->n - at - 24);
	link_in(m, 384 + id % 32 * 4, at);
	if (m->n_templates < 128) {
		m->templates[m->n_templates].at = at;
		snprintf(m->templates[m->n_templates++].text, sizeof m->templates[0].text, "%s",
		         key);
	}
}

/* The values come out of the body, so it is written and, when the template is known, taken back. */
static void put_instance(struct evtx_maker *m, const char *key, body *write,
                         const struct made_event *e, struct made_values *values)
{
	uint32_t id = name_hash(key) + 1u, known = 0;

	for (uint32_t i = 0; i < m->n_templates; i++)
		if (strcmp(m->templates[i].text, key) == 0)
			known = m->templates[i].at;
	values->n = 0;
	put_u8(m, 0x0c);
	put_u8(m, 0x01);
	put_le(m, id, 4);
	put_le(m, known ? known : m->n + 4, 4);
	if (known) {
		static struct evtx_maker aside;
		struct writing w = {.m = &aside, .values = values};

		aside = *m;
		write(&w, e);
	} else {
		put_definition(m, key, id, write, e, values);
	}
}

/* The fields' XML is the last value of the event's. */
static void put_event(struct evtx_maker *m, const struct made_event *e)
{
	static struct made_values outer, inner;
	char key[200], fields_key[200];
	size_t at = 0;
	uint32_t size_at, begin;

	snprintf(key, sizeof key, "E|%s|%s|%s|%s|%d|%d", e->provider, or_empty(m->source),
	         e->channel, or_empty(m->computer), m->says_provider_itself, e->activity != NULL);
	at = (size_t)snprintf(fields_key, sizeof fields_key, "F%d|%u|%s", m->has_user_data, e->id,
	                      e->provider);
	for (size_t i = 0; i < e->n_fields && at < sizeof fields_key; i++) {
		struct made_value v = value_from(e->fields[i].name, e->fields[i].value);

		at += (size_t)snprintf(fields_key + at, sizeof fields_key - at, "|%.12s%d",
		                       e->fields[i].name, v.type);
	}
	put_fragment_head(m);
	put_instance(m, key, event_body, e, &outer);
	size_at = m->n + 4 + (outer.n - 1) * 4;
	put_values(m, &outer);
	begin = m->n;
	put_fragment_head(m);
	put_instance(m, fields_key, put_fields, e, &inner);
	put_values(m, &inner);
	put_u8(m, 0);
	if (!m->is_full)
		set_le(m->chunk + size_at, m->n - begin, 2);
	put_u8(m, 0);
}

static void put_event_without_template(struct evtx_maker *m, const struct made_event *e)
{
	struct writing w = {.m = m};
	uint32_t at;

	put_fragment_head(m);
	at = open_event(&w);
	put_system(&w, e);
	put_fields(&w, e);
	end_element(&w, at);
	put_u8(m, 0);
}

/* --- chunks and the file --- */

static uint32_t crc(uint32_t c, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (c = ~c; n; n--) {
		c ^= *p++;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
	}
	return ~c;
}

static void begin_chunk(struct evtx_maker *m)
{
	memset(m->chunk, 0, sizeof m->chunk);
	memcpy(m->chunk, "ElfChnk", 8);
	m->n = CHUNK_HEAD;
	m->last = 0;
	m->n_names = m->n_templates = 0;
	m->first_of_chunk = m->record + 1;
	m->is_full = false;
}

static void end_chunk(struct evtx_maker *m)
{
	uint8_t *p = m->chunk;

	if (!m->last)
		return;
	for (int i = 0; i < 2; i++) {
		set_le(p + 8 + i * 16, m->first_of_chunk, 8);
		set_le(p + 16 + i * 16, m->record, 8);
	}
	set_le(p + 40, 128, 4);
	set_le(p + 44, m->last, 4);
	set_le(p + 48, m->n, 4);
	set_le(p + 52, crc(0, p + CHUNK_HEAD, m->n - CHUNK_HEAD), 4);
	set_le(p + 124, crc(crc(0, p, 120), p + 128, 384), 4);
	buf_put(&m->out, p, sizeof m->chunk);
	m->n_chunks++;
}

static bool put_record(struct evtx_maker *m, const struct made_event *e)
{
	uint32_t at = m->n, size;

	m->record++;
	put(m, "**\0", 4);
	put_le(m, 0, 4);
	put_le(m, m->record, 8);
	put_le(m, (uint64_t)e->when_us * 10 + 116444736000000000u, 8);
	if (m->has_no_template)
		put_event_without_template(m, e);
	else
		put_event(m, e);
	while ((m->n - at) % 8 != 4 && !m->is_full)
		put_u8(m, 0);
	size = m->n + 4 - at;
	put_le(m, size, 4);
	patch_u32(m, at + 4, size);
	m->last = at;
	return !m->is_full;
}

static void add_record(struct evtx_maker *m, const struct made_event *e)
{
	static struct evtx_maker before;

	if (!m->n)
		begin_chunk(m);
	before = *m;
	if (!put_record(m, e)) {
		*m = before;
		end_chunk(m);
		begin_chunk(m);
		if (!put_record(m, e))
			abort();
	}
}

static void make(struct evtx_maker *m, const struct made_event *e)
{
	static const uint8_t head[HEAD];

	if (!m->out.n)
		buf_put(&m->out, head, sizeof head);
	add_record(m, e);
}

void evtx_make_event_of(struct evtx_maker *m, const char *provider, const char *channel,
                        unsigned id, int64_t when_us, const char *activity,
                        const char *const *pairs)
{
	struct made_event e = {.provider = provider,
	                       .channel = channel,
	                       .activity = activity,
	                       .id = id,
	                       .when_us = when_us};

	for (; *pairs && e.n_fields < FIELDS_MAX; pairs += 2) {
		e.fields[e.n_fields].name = pairs[0];
		e.fields[e.n_fields++].value = pairs[1];
	}
	make(m, &e);
}

void evtx_make_event(struct evtx_maker *m, const char *provider, const char *channel, unsigned id,
                     int64_t when_us, const char *activity, ...)
{
	struct made_event e = {.provider = provider,
	                       .channel = channel,
	                       .activity = activity,
	                       .id = id,
	                       .when_us = when_us};
	va_list args;

	va_start(args, activity);
	while (e.n_fields < FIELDS_MAX) {
		const char *name = va_arg(args, const char *);

		if (!name)
			break;
		e.fields[e.n_fields].name = name;
		e.fields[e.n_fields++].value = va_arg(args, const char *);
	}
	va_end(args);
	make(m, &e);
}

struct buf evtx_make_end(struct evtx_maker *m)
{
	static const uint8_t empty[HEAD];
	struct buf file;
	uint8_t *p;

	if (m->n)
		end_chunk(m);
	if (!m->out.n)
		buf_put(&m->out, empty, sizeof empty);
	file = m->out;
	p = (uint8_t *)file.bytes;
	memcpy(p, "ElfFile", 8);
	set_le(p + 16, m->n_chunks ? m->n_chunks - 1 : 0, 8);
	set_le(p + 24, m->record + 1, 8);
	set_le(p + 32, 128, 4);
	set_le(p + 36, 0x00030001, 4);
	set_le(p + 40, HEAD, 2);
	set_le(p + 42, m->n_chunks, 2);
	set_le(p + 124, crc(0, p, 120), 4);
	m->out = (struct buf){0};
	m->n = m->last = m->n_chunks = 0;
	m->record = 0;
	return file;
}
