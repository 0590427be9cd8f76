#include "read/binxml.h"

#include <stdlib.h>
#include <string.h>

#include "base/moment.h"

#define TEMPLATES_MAX  2048 /* of one chunk; real ones have up to 60 */
#define TEMPLATE_SLOTS 4096
#define NAME_SLOTS     8192
#define NAMES_MAX      4096
#define LEAVES_MAX     16384
#define PARTS_MAX      32768
#define TEXT_MAX       (512 * 1024)
#define ELEMENT_DEPTH  16
#define NESTING_MAX    6

/* Bytes of templates that are looked at in one chunk; honest ones do not overlap. */
#define OUTLINE_BUDGET (4 * EVTX_CHUNK_BYTES)

enum token {
	TOKEN_END = 0x00,
	TOKEN_OPEN = 0x01,
	TOKEN_CLOSE_START = 0x02,
	TOKEN_CLOSE_EMPTY = 0x03,
	TOKEN_CLOSE = 0x04,
	TOKEN_VALUE = 0x05,
	TOKEN_ATTRIBUTE = 0x06,
	TOKEN_CDATA = 0x07,
	TOKEN_CHARACTER = 0x08,
	TOKEN_ENTITY = 0x09,
	TOKEN_PI_TARGET = 0x0a,
	TOKEN_PI_DATA = 0x0b,
	TOKEN_TEMPLATE = 0x0c,
	TOKEN_VALUE_HERE = 0x0d,
	TOKEN_VALUE_IF_ANY = 0x0e,
	TOKEN_FRAGMENT = 0x0f,
	TOKEN_MORE = 0x40, /* a flag: attributes or further pieces follow */
};

struct name {
	uint32_t at;
	const char *text;
};

/* Where the values of a record begin and what they are; their places are found when asked for. */
struct values {
	const uint8_t *kinds; /* four bytes each: size, type, zero */
	const uint8_t *bytes, *end;
	uint32_t n;
};

struct binxml {
	const uint8_t *chunk;
	size_t n;
	uint32_t budget;

	struct outline outlines[TEMPLATES_MAX];
	uint32_t n_outlines;
	uint16_t outline_slots[TEMPLATE_SLOTS]; /* 0: free, else index + 1 */

	struct name names[NAMES_MAX];
	uint32_t n_names;
	uint16_t name_slots[NAME_SLOTS];

	struct leaf leaves[LEAVES_MAX];
	uint32_t n_leaves;
	struct part parts[PARTS_MAX];
	uint32_t n_parts;
	char text[TEXT_MAX];
	uint32_t n_text;

	/* how much of each belongs to the chunk's templates; the rest to the record at hand */
	uint32_t kept_leaves, kept_parts, kept_text;

	struct outline loose; /* of XML without a template */
	struct outline *outline;
	struct values values;
};

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

/* The text is kept with the chunk; NULL when there is no more room. */
static const char *keep_text(struct binxml *b, const uint8_t *utf16, uint32_t n)
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
static const char *name_at(struct binxml *b, uint32_t at, uint32_t *length)
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
	text = keep_text(b, b->chunk + at + 8, n * 2);
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

static const char *take_name(struct binxml *b, struct cur *c, const char *what)
{
	uint32_t at = cur_u32le(c, what), length = 0;
	const char *name = cur_ok(c) ? name_at(b, at, &length) : NULL;

	if (!name)
		cur_fail(c, what);
	else if (at == place_of(b, c))
		cur_take(c, length, what);
	return name ? name : "";
}

/* --- outlines --- */

struct level {
	uint8_t place, kind;
	bool is_leaf, has_children;
	const char *name;
	uint32_t first;
};

struct walk {
	struct binxml *b;
	struct cur *c;
	bool has_dependency;
	int depth;
	struct level levels[ELEMENT_DEPTH];
	/* the attribute that is being read; kind LEAF_KINDS: none that matters */
	bool in_start, in_attribute, attribute_is_name;
	uint8_t attribute_kind;
	uint32_t attribute_first;
};

static struct leaf *add_leaf(struct walk *w, const struct leaf *leaf)
{
	struct binxml *b = w->b;

	if (b->n_leaves == LEAVES_MAX) {
		cur_fail(w->c, "too many values");
		return NULL;
	}
	b->leaves[b->n_leaves] = *leaf;
	return &b->leaves[b->n_leaves++];
}

static void add_part(struct walk *w, struct part part)
{
	if (w->b->n_parts == PARTS_MAX) {
		cur_fail(w->c, "too many values");
		return;
	}
	w->b->parts[w->b->n_parts++] = part;
}

/* The text of parts that no record changes; NULL when one does. */
static const char *settled_text(struct binxml *b, uint32_t first, uint32_t n)
{
	if (n == 0)
		return "";
	if (n > 1 || b->parts[first].is_value)
		return NULL;
	return keep_text(b, b->parts[first].bytes, b->parts[first].n);
}

static void end_attribute(struct walk *w)
{
	struct binxml *b = w->b;
	uint32_t n = b->n_parts - w->attribute_first;
	struct level *level;

	if (!w->in_attribute)
		return;
	level = &w->levels[w->depth - 1];
	w->in_attribute = false;
	if (w->attribute_is_name) {
		const char *name = settled_text(b, w->attribute_first, n);

		level->name = name ? name : "";
		b->n_parts = w->attribute_first;
	} else if (w->attribute_kind != LEAF_KINDS) {
		struct leaf leaf = {.kind = w->attribute_kind,
		                    .name = "",
		                    .first = w->attribute_first,
		                    .n = n,
		                    .text = settled_text(b, w->attribute_first, n)};

		add_leaf(w, &leaf);
	} else {
		b->n_parts = w->attribute_first;
	}
	level->first = b->n_parts;
}

struct word_kind {
	const char *element, *attribute;
	uint8_t kind;
};

static const struct word_kind system_words[] = {
    {"Provider", "Name", LEAF_PROVIDER},
    {"Provider", "EventSourceName", LEAF_SOURCE},
    {"EventID", NULL, LEAF_EVENT_ID},
    {"Channel", NULL, LEAF_CHANNEL},
    {"Computer", NULL, LEAF_COMPUTER},
    {"TimeCreated", "SystemTime", LEAF_TIME},
    {"Correlation", "ActivityID", LEAF_ACTIVITY},
};

static uint8_t system_kind(const char *element, const char *attribute)
{
	for (size_t i = 0; i < sizeof system_words / sizeof *system_words; i++) {
		const struct word_kind *w = &system_words[i];

		if (strcmp(w->element, element) == 0 &&
		    (attribute ? w->attribute && strcmp(w->attribute, attribute) == 0
		               : !w->attribute))
			return w->kind;
	}
	return LEAF_KINDS;
}

static struct level level_for(const struct level *parent, const char *name)
{
	struct level l = {.place = AT_NOWHERE, .kind = LEAF_KINDS, .name = name};

	switch (parent ? parent->place : AT_NOWHERE) {
	case AT_ROOT:
		l.place = strcmp(name, "Event") == 0 ? AT_EVENT : AT_NOWHERE;
		break;
	case AT_EVENT:
		l.place = strcmp(name, "System") == 0      ? AT_SYSTEM
		          : strcmp(name, "EventData") == 0 ? AT_EVENT_DATA
		          : strcmp(name, "UserData") == 0  ? AT_USER_DATA
		                                           : AT_NOWHERE;
		break;
	case AT_SYSTEM:
		l.kind = system_kind(name, NULL);
		l.is_leaf = l.kind != LEAF_KINDS;
		l.place = AT_LEAF;
		break;
	case AT_EVENT_DATA:
		l.kind = LEAF_FIELD;
		l.is_leaf = true;
		l.place = AT_LEAF;
		l.name = strcmp(name, "Data") == 0 ? "" : name;
		break;
	case AT_USER_DATA:
		l.kind = LEAF_FIELD;
		l.is_leaf = true;
		l.place = AT_USER_DATA;
		break;
	default:
		break;
	}
	return l;
}

static void open_element(struct walk *w, uint8_t token, const struct level *root)
{
	const char *name;
	struct level *parent = w->depth ? &w->levels[w->depth - 1] : NULL;

	if (w->has_dependency)
		cur_take(w->c, 2, "element dependency");
	cur_take(w->c, 4, "element size");
	name = take_name(w->b, w->c, "element name");
	if (token & TOKEN_MORE)
		cur_take(w->c, 4, "attribute list size");
	if (w->depth == ELEMENT_DEPTH)
		cur_fail(w->c, "elements too deep");
	if (!cur_ok(w->c))
		return;
	if (parent)
		parent->has_children = true;
	w->levels[w->depth] = level_for(parent ? parent : root, name);
	w->levels[w->depth++].first = w->b->n_parts;
	w->in_start = true;
}

static void open_attribute(struct walk *w)
{
	const char *name = take_name(w->b, w->c, "attribute name");
	const struct level *level, *parent;

	if (!w->in_start || !w->depth) {
		cur_fail(w->c, "attribute outside of an element");
		return;
	}
	end_attribute(w);
	level = &w->levels[w->depth - 1];
	parent = w->depth > 1 ? &w->levels[w->depth - 2] : NULL;
	w->in_attribute = true;
	w->attribute_first = w->b->n_parts;
	w->attribute_is_name = level->place == AT_LEAF && level->kind == LEAF_FIELD &&
	                       strcmp(name, "Name") == 0;
	w->attribute_kind = parent && parent->place == AT_SYSTEM ? system_kind(level->name, name)
	                                                         : LEAF_KINDS;
}

static void close_start(struct walk *w)
{
	if (!w->in_start)
		cur_fail(w->c, "end of a start tag");
	end_attribute(w);
	w->in_start = false;
}

/* XML that comes with a value: each such place is a leaf of its own. */
static void add_nested(struct walk *w, const struct level *level)
{
	for (uint32_t i = level->first; i < w->b->n_parts && cur_ok(w->c); i++) {
		struct leaf leaf = {
		    .kind = LEAF_NESTED, .place = level->place, .name = "", .first = i, .n = 1};

		if (w->b->parts[i].is_value)
			add_leaf(w, &leaf);
	}
}

static void close_element(struct walk *w)
{
	struct binxml *b = w->b;
	struct level *level;
	uint32_t n;

	if (!w->depth) {
		cur_fail(w->c, "end of no element");
		return;
	}
	end_attribute(w);
	w->in_start = false;
	level = &w->levels[--w->depth];
	n = b->n_parts - level->first;
	if (level->is_leaf && !level->has_children) {
		struct leaf leaf = {.kind = level->kind,
		                    .place = level->place,
		                    .name = level->name,
		                    .first = level->first,
		                    .n = n};

		if (level->kind != LEAF_FIELD)
			leaf.text = settled_text(b, level->first, n);
		add_leaf(w, &leaf);
	} else if (level->place == AT_EVENT || level->place == AT_EVENT_DATA ||
	           level->place == AT_USER_DATA) {
		add_nested(w, level);
	} else {
		b->n_parts = level->first;
	}
	if (w->depth) /* what follows a child is no longer in one piece with what came before */
		w->levels[w->depth - 1].first = b->n_parts;
}

static void take_text(struct walk *w, const char *what)
{
	uint32_t n = (uint32_t)cur_u16le(w->c, what) * 2;
	const uint8_t *bytes = cur_take(w->c, n, what);

	if (bytes)
		add_part(w, (struct part){.bytes = bytes, .n = n});
}

static void take_value(struct walk *w)
{
	if (cur_u8(w->c, "value type") != EVTX_STRING)
		cur_fail(w->c, "value type");
	else
		take_text(w, "value text");
}

static void take_entity(struct walk *w)
{
	static const struct {
		const char *name, *utf16;
	} entities[] = {
	    {"lt", "<\0"}, {"gt", ">\0"}, {"amp", "&\0"}, {"quot", "\"\0"}, {"apos", "'\0"}};
	const char *name = take_name(w->b, w->c, "entity name");

	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
		if (cur_ok(w->c) && strcmp(entities[i].name, name) == 0)
			add_part(
			    w, (struct part){.bytes = (const uint8_t *)entities[i].utf16, .n = 2});
}

static void take_substitution(struct walk *w)
{
	uint16_t index = cur_u16le(w->c, "substitution index");

	cur_take(w->c, 1, "substitution type");
	if (cur_ok(w->c))
		add_part(w, (struct part){.is_value = true, .index = index});
}

/* One token; false at the end. */
static bool step(struct walk *w, const struct level *root)
{
	uint8_t token;
	const uint8_t *p;

	if (w->c->p == w->c->end)
		return false;
	token = cur_u8(w->c, "token");
	switch (token & ~TOKEN_MORE) {
	case TOKEN_END:
		return false;
	case TOKEN_OPEN:
		if (w->in_start)
			cur_fail(w->c, "element inside of a start tag");
		open_element(w, token, root);
		break;
	case TOKEN_CLOSE_START:
		close_start(w);
		break;
	case TOKEN_CLOSE_EMPTY:
	case TOKEN_CLOSE:
		close_element(w);
		break;
	case TOKEN_VALUE:
		take_value(w);
		break;
	case TOKEN_ATTRIBUTE:
		open_attribute(w);
		break;
	case TOKEN_CDATA:
		take_text(w, "CDATA");
		break;
	case TOKEN_CHARACTER:
		p = cur_take(w->c, 2, "character");
		if (p)
			add_part(w, (struct part){.bytes = p, .n = 2});
		break;
	case TOKEN_ENTITY:
		take_entity(w);
		break;
	case TOKEN_PI_TARGET:
		take_name(w->b, w->c, "processing instruction");
		break;
	case TOKEN_PI_DATA:
		cur_take(w->c, (size_t)cur_u16le(w->c, "processing instruction") * 2,
		         "processing instruction");
		break;
	case TOKEN_VALUE_HERE:
	case TOKEN_VALUE_IF_ANY:
		take_substitution(w);
		break;
	case TOKEN_FRAGMENT:
		cur_take(w->c, 3, "fragment header");
		break;
	default:
		cur_fail(w->c, "token");
	}
	return cur_ok(w->c);
}

static void note_kinds(struct binxml *b, struct outline *o)
{
	memset((void *)o->kinds, 0, sizeof o->kinds);
	for (uint32_t i = o->first; i < o->first + o->n; i++)
		if (!o->kinds[b->leaves[i].kind])
			o->kinds[b->leaves[i].kind] = &b->leaves[i];
}

static void outline_of(struct binxml *b, struct cur *c, bool has_dependency, struct outline *o)
{
	struct level root = {.place = o->place, .kind = LEAF_KINDS, .name = ""};
	struct walk w = {.b = b, .c = c, .has_dependency = has_dependency};

	o->first = b->n_leaves;
	while (cur_ok(c) && step(&w, &root)) {
	}
	if (cur_ok(c) && w.depth)
		cur_fail(c, "element is not closed");
	o->is_sound = cur_ok(c);
	o->n = b->n_leaves - o->first;
	note_kinds(b, o);
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
	outline_of(b, &c, true, o);
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
	outline_of(b, c, false, o);
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

	for (uint32_t i = leaf->first; i < leaf->first + leaf->n && n + 1 < most; i++) {
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

bool binxml_value(struct binxml *b, uint32_t which, struct evtx_value *out)
{
	return value_of(&b->values, which, out);
}

struct evtx_value binxml_leaf(struct binxml *b, const struct leaf *leaf)
{
	return leaf_value(b, leaf, &b->values);
}

struct fields {
	struct binxml *b;
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

	if (depth == NESTING_MAX || !value.n)
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
