#include "read/binxml.h"

#include <stdlib.h>
#include <string.h>

#include "read/binxml_inside.h"

#define NESTING_MAX 6

/* Bytes of templates that are looked at in one chunk; honest ones do not overlap. */
#define OUTLINE_BUDGET (4 * EVTX_CHUNK_BYTES)

/* Bytes of nested XML that are looked at for one record. */
#define NESTED_BUDGET (2 * EVTX_CHUNK_BYTES)
#define JOINED_MAX    64 /* pieces of one value */

struct binxml *binxml_new(void)
{
	struct binxml *b = calloc(1, sizeof *b);

	if (!b)
		abort();
	return b;
}

void binxml_free(struct binxml *b)
{
	free(b);
}

void binxml_chunk(struct binxml *b, const uint8_t *chunk, size_t n)
{
	b->chunk = chunk;
	b->n = n;
	b->budget = OUTLINE_BUDGET;
	b->n_outlines = b->n_names = b->n_leaves = b->n_parts = b->n_text = 0;
	b->kept_leaves = b->kept_parts = b->kept_text = 0;
	memset(b->outline_slots, 0, sizeof b->outline_slots);
	memset(b->name_slots, 0, sizeof b->name_slots);
	b->outline = NULL;
}

static uint16_t u16_at(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t u32_at(const uint8_t *p)
{
	return (uint32_t)u16_at(p) | (uint32_t)u16_at(p + 2) << 16;
}

const char *binxml_keep_text(struct binxml *b, const uint8_t *utf16, uint32_t n)
{
	char *out = b->text + b->n_text;
	size_t most = (size_t)n / 2 * 3 + 1;

	if (most > TEXT_MAX - b->n_text)
		return NULL;
	b->n_text += (uint32_t)utf16_to_utf8(utf16, n, out, most) + 1;
	return out;
}

/* --- names --- */

static uint32_t slot_of(uint32_t at, uint32_t n_slots)
{
	return at * 2654435761u >> 8 & (n_slots - 1);
}

/*
 * A name in the chunk: next u32, hash u16, length u16, UTF-16 text, zero. Those that were met
 * while a record without a template was read are forgotten with it.
 */
const char *binxml_name(struct binxml *b, uint32_t at, uint32_t *length)
{
	uint32_t slot = slot_of(at, NAME_SLOTS), n;
	const char *text;

	if ((size_t)at + 10 > b->n)
		return NULL;
	n = u16_at(b->chunk + at + 6);
	*length = 10 + n * 2;
	if ((size_t)at + 8 + n * 2 > b->n)
		return NULL;
	for (; b->name_slots[slot]; slot = (slot + 1) & (NAME_SLOTS - 1))
		if (b->names[b->name_slots[slot] - 1].at == at)
			return b->names[b->name_slots[slot] - 1].text;
	text = binxml_keep_text(b, b->chunk + at + 8, n * 2);
	if (text && b->n_names < NAMES_MAX) {
		b->names[b->n_names] = (struct name){.at = at, .text = text};
		b->name_slots[slot] = (uint16_t)++b->n_names;
	}
	return text;
}

static uint32_t place_of(const struct binxml *b, const struct cur *c)
{
	return (uint32_t)(c->p - b->chunk);
}

/* A definition: next u32, id 16 bytes, size u32, then the XML. */
#define DEFINITION_HEAD 24

static struct outline *template_at(struct binxml *b, uint32_t at, uint8_t place, struct flaw *flaw)
{
	uint32_t slot = slot_of(at * 8 + place, TEMPLATE_SLOTS);
	struct outline *o;
	struct cur c;
	uint32_t size;

	for (; b->outline_slots[slot]; slot = (slot + 1) & (TEMPLATE_SLOTS - 1)) {
		o = &b->outlines[b->outline_slots[slot] - 1];
		if (o->at == at && o->place == place)
			return o;
	}
	if (b->n_outlines == TEMPLATES_MAX)
		return NULL;
	o = &b->outlines[b->n_outlines];
	*o = (struct outline){.at = at, .place = place};
	b->outline_slots[slot] = (uint16_t)++b->n_outlines;
	/* Nothing may be left over from a record when something is kept for the chunk. */
	c = cur_over(b->chunk, b->n, flaw);
	cur_take(&c, at, "template offset");
	cur_take(&c, 20, "template");
	size = cur_u32le(&c, "template size");
	c = cur_sub(&c, size, "template");
	if (cur_left(&c) > b->budget)
		cur_fail(&c, "more templates than a chunk holds");
	b->budget -= (uint32_t)cur_left(&c);
	binxml_outline(b, &c, true, o);
	b->kept_leaves = b->n_leaves;
	b->kept_parts = b->n_parts;
	b->kept_text = b->n_text;
	return o;
}

static bool take_values(struct cur *c, struct values *v)
{
	uint32_t n = cur_u32le(c, "number of values");

	if (n > SUBSTITUTIONS_MAX)
		cur_fail(c, "number of values");
	v->n = n;
	v->kinds = cur_take(c, cur_ok(c) ? (size_t)n * 4 : 0, "values");
	v->bytes = c->p;
	v->end = c->end;
	return cur_ok(c);
}

/* A template and its values; c stands behind the token. */
static struct outline *take_instance(struct binxml *b, struct cur *c, uint8_t place,
                                     struct values *v)
{
	struct outline *o;
	uint32_t at;

	cur_take(c, 5, "template instance");
	at = cur_u32le(c, "template offset");
	if (!cur_ok(c))
		return NULL;
	o = template_at(b, at, place, c->flaw);
	if (!o || !o->is_sound) {
		cur_fail(c, "template");
		return NULL;
	}
	if (at == place_of(b, c))
		cur_take(c, DEFINITION_HEAD + (size_t)u32_at(b->chunk + at + 20), "template");
	return take_values(c, v) ? o : NULL;
}

/* XML without a template belongs to the record at hand and goes with it. */
static struct outline *take_loose(struct binxml *b, struct cur *c, uint8_t place, struct values *v,
                                  struct outline *o)
{
	*o = (struct outline){.place = place};
	*v = (struct values){0};
	binxml_outline(b, c, false, o);
	return o->is_sound ? o : NULL;
}

static struct outline *take_fragment(struct binxml *b, struct cur *c, uint8_t place,
                                     struct values *v, struct outline *loose)
{
	if (cur_left(c) >= 4 && *c->p == TOKEN_FRAGMENT)
		cur_take(c, 4, "fragment header");
	if (cur_left(c) && *c->p == TOKEN_TEMPLATE) {
		cur_take(c, 1, "token");
		return take_instance(b, c, place, v);
	}
	return take_loose(b, c, place, v, loose);
}

static void forget_record(struct binxml *b)
{
	b->n_leaves = b->kept_leaves;
	b->n_parts = b->kept_parts;
	b->n_text = b->kept_text;
	while (b->n_names && b->names[b->n_names - 1].text >= b->text + b->n_text) {
		/* Found by a search from its own place on; later ones were taken out before. */
		uint32_t slot = slot_of(b->names[b->n_names - 1].at, NAME_SLOTS);

		while (b->name_slots[slot] != b->n_names)
			slot = (slot + 1) & (NAME_SLOTS - 1);
		b->name_slots[slot] = 0;
		b->n_names--;
	}
}

struct outline *binxml_open(struct binxml *b, uint32_t at, uint32_t end, struct flaw *flaw)
{
	struct cur c;

	if (b->n_leaves > b->kept_leaves || b->n_parts > b->kept_parts || b->n_text > b->kept_text)
		forget_record(b);
	c = cur_over(b->chunk, end <= b->n ? end : b->n, flaw);
	cur_take(&c, at, "record");
	b->outline = take_fragment(b, &c, AT_ROOT, &b->values, &b->loose);
	return b->outline;
}

/* --- values --- */

static bool value_of(const struct values *v, uint32_t which, struct evtx_value *out)
{
	size_t at = 0, size;

	if (which >= v->n)
		return false;
	for (uint32_t i = 0; i < which; i++)
		at += u16_at(v->kinds + (size_t)i * 4);
	size = u16_at(v->kinds + (size_t)which * 4);
	if (at + size > (size_t)(v->end - v->bytes))
		return false;
	*out = (struct evtx_value){
	    .type = v->kinds[(size_t)which * 4 + 2], .n = (uint32_t)size, .bytes = v->bytes + at};
	return true;
}

/* Several parts become one text; what does not fit is cut. */
static struct evtx_value joined(struct binxml *b, const struct leaf *leaf, const struct values *v)
{
	char *out = b->text + b->n_text;
	size_t n = 0, most = TEXT_MAX - b->n_text;
	uint32_t n_parts = leaf->n < JOINED_MAX ? leaf->n : JOINED_MAX;

	for (uint32_t i = leaf->first; i < leaf->first + n_parts && n + 1 < most; i++) {
		const struct part *part = &b->parts[i];
		struct evtx_value one = {.type = EVTX_STRING, .n = part->n, .bytes = part->bytes};

		if (!part->is_value || value_of(v, part->index, &one))
			n += evtx_value_text(&one, out + n, most - n);
	}
	b->n_text += (uint32_t)n;
	return (struct evtx_value){.type = EVTX_UTF8, .n = (uint32_t)n, .bytes = (uint8_t *)out};
}

static struct evtx_value leaf_value(struct binxml *b, const struct leaf *leaf,
                                    const struct values *v)
{
	const struct part *part = &b->parts[leaf->first];
	struct evtx_value value = {.type = EVTX_NULL};

	if (leaf->n == 0)
		return value;
	if (leaf->n > 1)
		return joined(b, leaf, v);
	if (part->is_value)
		value_of(v, part->index, &value);
	else
		value = (struct evtx_value){
		    .type = EVTX_STRING, .n = part->n, .bytes = part->bytes};
	return value;
}

struct evtx_value binxml_leaf(struct binxml *b, const struct leaf *leaf)
{
	return leaf_value(b, leaf, &b->values);
}

struct fields {
	struct binxml *b;
	size_t n_nested;
	struct evtx_field *out;
	size_t n;
};

static void put_field(struct fields *f, const char *name, struct evtx_value value)
{
	if (f->n < EVTX_FIELDS_MAX)
		f->out[f->n++] = (struct evtx_field){.name = name, .value = value};
}

static void put_leaf(struct fields *f, const struct leaf *leaf, struct evtx_value value)
{
	struct evtx_value one;

	if (value.type != (EVTX_ARRAY | EVTX_STRING)) {
		put_field(f, leaf->name, value);
		return;
	}
	while (f->n < EVTX_FIELDS_MAX && evtx_value_next_string(&value, &one))
		put_field(f, leaf->name, one);
}

static void gather(struct fields *f, const struct outline *o, const struct values *v, int depth);

static void gather_nested(struct fields *f, struct evtx_value value, uint8_t place, int depth)
{
	struct flaw flaw;
	struct outline loose, *o;
	struct values v;
	struct cur c;

	f->n_nested += value.n;
	if (depth == NESTING_MAX || !value.n || f->n_nested > NESTED_BUDGET)
		return;
	c = cur_over(f->b->chunk, (size_t)(value.bytes - f->b->chunk) + value.n, &flaw);
	cur_take(&c, (size_t)(value.bytes - f->b->chunk), "value");
	o = take_fragment(f->b, &c, place, &v, &loose);
	if (o)
		gather(f, o, &v, depth + 1);
}

static void gather(struct fields *f, const struct outline *o, const struct values *v, int depth)
{
	/* Leaves may move on while nested XML is read, but not away: the places stay. */
	for (uint32_t i = o->first; i < o->first + o->n && f->n < EVTX_FIELDS_MAX; i++) {
		const struct leaf *leaf = &f->b->leaves[i];
		struct evtx_value value;

		if (leaf->kind != LEAF_FIELD && leaf->kind != LEAF_NESTED)
			continue;
		value = leaf_value(f->b, leaf, v);
		if (value.type == EVTX_XML)
			gather_nested(f, value, leaf->place, depth);
		else if (leaf->kind == LEAF_FIELD)
			put_leaf(f, leaf, value);
	}
}

size_t binxml_fields(struct binxml *b, struct evtx_field out[EVTX_FIELDS_MAX])
{
	struct fields f = {.b = b, .out = out};

	if (b->outline)
		gather(&f, b->outline, &b->values, 0);
	return f.n;
}
