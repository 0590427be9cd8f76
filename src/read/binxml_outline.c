#include <string.h>

#include "read/binxml_inside.h"

#define ELEMENT_DEPTH 16

static uint32_t place_of(const struct binxml *b, const struct cur *c)
{
	return (uint32_t)(c->p - b->chunk);
}

static const char *take_name(struct binxml *b, struct cur *c, const char *what)
{
	uint32_t at = cur_u32le(c, what), length = 0;
	const char *name = cur_ok(c) ? binxml_name(b, at, &length) : NULL;

	if (!name)
		cur_fail(c, what);
	else if (at == place_of(b, c))
		cur_take(c, length, what);
	return name ? name : "";
}

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
	return binxml_keep_text(b, b->parts[first].bytes, b->parts[first].n);
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

void binxml_outline(struct binxml *b, struct cur *c, bool has_dependency, struct outline *o)
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
