#include "finding/finding.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static const char *const type_names[] = {
    [T_FACT] = "fact",   [T_NUMBER] = "number", [T_CODE] = "code",
    [T_FLAGS] = "flags", [T_CHOICE] = "choice", [T_TEXT] = "text",
};
static const char *const origin_names[ORIGIN_COUNT] = {
    [ORIGIN_PROBE] = "probe", [ORIGIN_CAPTURE] = "capture", [ORIGIN_LOG] = "log",
    [ORIGIN_HIVE] = "hive",   [ORIGIN_HOST] = "host",       [ORIGIN_FILE] = "file",
    [ORIGIN_USER] = "user",
};
static const char *const effect_names[EFFECT_COUNT] = {
    [EFFECT_NONE] = "none",
    [EFFECT_MAY_BLOCK] = "may-block",
    [EFFECT_BLOCKS] = "blocks",
};
static const char *const visible_names[VISIBLE_COUNT] = {
    [VISIBLE_WIRE] = "wire",
    [VISIBLE_TLS] = "tls",
    [VISIBLE_END] = "end",
};

bool finding_is_client_code(enum finding_id id)
{
	return finding_defs[id].type == T_CODE && finding_defs[id].stage == STAGE_CLIENT_CONFIG;
}

const char *finding_type_name(enum finding_type type)
{
	return type_names[type];
}

const char *origin_name(enum origin origin)
{
	return origin_names[origin];
}

const char *effect_name(enum effect effect)
{
	return effect_names[effect];
}

const char *visible_name(enum visible visible)
{
	return visible_names[visible];
}

struct finding finding_of(enum finding_id id, enum origin origin)
{
	assert(id > F_NONE && id < F_COUNT);
	return (struct finding){
	    .id = id,
	    .origin = origin,
	    .effect = finding_defs[id].effect,
	    .visible = finding_defs[id].visible,
	};
}

static const char *keep(struct arena *arena, const char *s)
{
	return s ? arena_copy(arena, s, strlen(s)) : NULL;
}

void findings_add(struct findings *set, const struct finding *f)
{
	if (set->n == set->cap) {
		size_t cap = set->cap ? set->cap * 2 : 64;
		struct finding *at = arena_new(set->arena, cap * sizeof *at);

		if (set->n)
			memcpy(at, set->at, set->n * sizeof *at);
		set->at = at;
		set->cap = cap;
	}

	struct finding *kept = &set->at[set->n++];

	*kept = *f;
	kept->text = keep(set->arena, f->text);
	kept->group = keep(set->arena, f->group);
	kept->where = keep(set->arena, f->where);
}

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int by_content(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;
	int order = by_number(finding_defs[a->id].stage, finding_defs[b->id].stage);

	order = order ? order : by_number(a->id, b->id);
	order = order ? order : by_number(a->when_us, b->when_us);
	order = order ? order : by_text(a->where, b->where);
	order = order ? order : by_number(a->state, b->state);
	order = order ? order : by_number(a->number, b->number);
	order = order ? order : by_text(a->text, b->text);
	order = order ? order : by_text(a->group, b->group);
	order = order ? order : by_number(a->origin, b->origin);
	order = order ? order : by_number(a->effect, b->effect);
	return order ? order : by_number(a->visible, b->visible);
}

const struct finding *findings_first(const struct findings *set, enum finding_id id,
                                     enum finding_state state)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id && set->at[i].state == state)
			return &set->at[i];
	return NULL;
}

bool findings_have(const struct findings *set, enum finding_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id)
			return true;
	return false;
}

struct findings findings_sorted(const struct findings *set, struct arena *arena)
{
	struct findings sorted = {
	    .arena = arena, .at = arena_new(arena, set->n * sizeof *set->at), .n = set->n};

	sorted.cap = set->n;
	if (set->n) {
		memcpy(sorted.at, set->at, set->n * sizeof *set->at);
		qsort(sorted.at, sorted.n, sizeof *sorted.at, by_content);
	}
	return sorted;
}

enum finding_id finding_by_name(const char *name)
{
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++)
		if (strcmp(finding_defs[id].name, name) == 0)
			return id;
	return F_NONE;
}

const char *finding_nearest_name(const char *name)
{
	struct nearest near = nearest_to(name);

	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++)
		nearest_offer(&near, finding_defs[id].name);
	return near.word;
}

int choice_index(const char *choices, const char *word)
{
	size_t n = strlen(word);

	if (!n)
		return -1;
	for (int i = 0;; i++) {
		size_t length = strcspn(choices, "|");

		if (length == n && memcmp(choices, word, n) == 0)
			return i;
		if (!choices[length])
			return -1;
		choices += length + 1;
	}
}

static void code_value_text(enum code_family family, uint32_t value, char *out, size_t n)
{
	const struct code *code = code_find(family, value);

	if (!code)
		snprintf(out, n, "0x%" PRIX32, value);
	else if (family == CODE_TLS_ALERT)
		snprintf(out, n, "%" PRIu32 " %s", value, code->name);
	else
		snprintf(out, n, "0x%" PRIX32 " %s", value, code->name ? code->name : code->means);
}

void finding_value_text(const struct finding *f, char *out, size_t n)
{
	const struct finding_def *def = &finding_defs[f->id];

	out[0] = '\0';
	switch (def->type) {
	case T_FACT:
		break;
	case T_NUMBER:
		snprintf(out, n, "%" PRId64 " %s", f->number, def->unit);
		break;
	case T_CODE:
		code_value_text(def->family, (uint32_t)f->number, out, n);
		break;
	case T_FLAGS:
		snprintf(out, n, "0x%" PRIX32, (uint32_t)f->number);
		break;
	case T_CHOICE:
	case T_TEXT:
		text_harmless(f->text ? f->text : "", out, n);
		break;
	}
}
