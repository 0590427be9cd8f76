#include "read/findings_file.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/arena.h"
#include "base/moment.h"
#include "base/text.h"

struct reader {
	struct findings *set;
	struct findings_read *result;
	size_t line;
	bool is_full; /* no more is taken */
};

static bool keeps_complaints(const struct reader *r)
{
	return r->result->n_complaints < COMPLAINTS_KEPT_MAX;
}

static void complain(struct reader *r, const char *says)
{
	struct findings_read *result = r->result;

	if (keeps_complaints(r))
		result->complaints[result->n_complaints] = (struct complaint){.line = r->line,
		                                                              .says = says};
	result->n_complaints++;
}

/* Formats only what is kept: a large file of nonsense costs a count and no memory. */
#define COMPLAIN(r, ...)                                                                           \
	do {                                                                                       \
		if (keeps_complaints(r))                                                           \
			complain((r), arena_printf((r)->set->arena, __VA_ARGS__));                 \
		else                                                                               \
			(r)->result->n_complaints++;                                               \
	} while (0)

/* What the parser says, without the piece of the input that it quotes: that may be a secret. */
static const char *parser_says(struct reader *r, const char *text)
{
	const char *near = strstr(text, " near ");

	return arena_copy(r->set->arena, text, near ? (size_t)(near - text) : strlen(text));
}

/* An outside word, shortened and made harmless, to stand in a complaint. */
static const char *shown(struct reader *r, const char *s)
{
	char out[64];

	text_harmless(s, out, sizeof out);
	return arena_copy(r->set->arena, out, strlen(out));
}

/* --- single members --- */

/* Member as text, or NULL when it is not there; a wrong type is a complaint. */
static const char *member_text(struct reader *r, json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return NULL;
	if (!json_is_string(value)) {
		COMPLAIN(r, "\"%s\" is not a string; it is left out", key);
		return NULL;
	}
	return json_string_value(value);
}

#define NOT_GIVEN      (-1)
#define NOT_UNDERSTOOD (-2)

static const char *all_words(struct reader *r, const char *(*name_of)(int), int n)
{
	const char *words = "";

	for (int i = 0; i < n; i++)
		words = arena_printf(r->set->arena, "%s%s%s", words, i ? ", " : "", name_of(i));
	return words;
}

/* Index of a member's word among names, NOT_GIVEN, or NOT_UNDERSTOOD after a complaint. */
static int member_word(struct reader *r, json_t *object, const char *key,
                       const char *(*name_of)(int), int n)
{
	json_t *value = json_object_get(object, key);
	const char *word = member_text(r, object, key);

	if (!word)
		return value && !json_is_null(value) ? NOT_UNDERSTOOD : NOT_GIVEN;
	for (int i = 0; i < n; i++)
		if (strcmp(name_of(i), word) == 0)
			return i;
	COMPLAIN(r, "\"%s\" is \"%s\"; expected one of: %s", key, shown(r, word),
	         all_words(r, name_of, n));
	return NOT_UNDERSTOOD;
}

static const char *origin_word(int i)
{
	return origin_name((enum origin)i);
}

static const char *effect_word(int i)
{
	return effect_name((enum effect)i);
}

static const char *visible_word(int i)
{
	return visible_name((enum visible)i);
}

static const char *state_word(int i)
{
	return i == FINDING_SEEN ? "seen" : "absent";
}

/* --- values --- */

static bool is_in_range(int64_t n, enum finding_type type)
{
	const int64_t most = INT64_C(1000000000000000);

	return type == T_NUMBER ? n >= -most && n <= most : n >= 0 && n <= UINT32_MAX;
}

/* "0x5", or the spec name of a code in the definition's family. */
static bool number_from_text(const char *s, const struct finding_def *def, int64_t *n)
{
	enum code_family family = CODE_NONE;
	uint64_t value = 0;
	const struct code *code = def->type == T_CODE ? code_by_name(s, &family) : NULL;

	if (code && family == def->family) {
		*n = code->value;
		return true;
	}
	if (strncmp(s, "0x", 2) != 0 || !s[2])
		return false;
	for (s += 2; *s; s++) {
		int digit = text_hex_digit(*s);

		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
		if (value > UINT32_MAX)
			return false;
	}
	*n = (int64_t)value;
	return true;
}

static const char *expected_value(struct reader *r, const struct finding_def *def)
{
	switch (def->type) {
	case T_NUMBER:
		return arena_printf(r->set->arena, "an integer number of %s", def->unit);
	case T_CODE:
		return arena_printf(r->set->arena, "a number, \"0x...\" or a name of the family %s",
		                    code_table(def->family).id);
	case T_FLAGS:
		return "a number or \"0x...\"";
	case T_CHOICE:
		return arena_printf(r->set->arena, "one of: %s", def->choices);
	default:
		return "a string";
	}
}

static bool take_number(json_t *value, const struct finding_def *def, struct finding *f)
{
	int64_t n;

	if (json_is_integer(value))
		n = json_integer_value(value);
	else if (!json_is_string(value) || def->type == T_NUMBER ||
	         !number_from_text(json_string_value(value), def, &n))
		return false;
	if (!is_in_range(n, def->type))
		return false;
	f->number = n;
	return true;
}

static bool take_value(json_t *value, const struct finding_def *def, struct finding *f)
{
	switch (def->type) {
	case T_FACT:
		return !value || json_is_null(value) || json_is_true(value);
	case T_NUMBER:
	case T_CODE:
	case T_FLAGS:
		return take_number(value, def, f);
	case T_CHOICE:
		f->text = json_string_value(value);
		return f->text && choice_index(def->choices, f->text) >= 0;
	case T_TEXT:
		f->text = json_string_value(value);
		return f->text != NULL;
	}
	return false;
}

/* --- one finding --- */

static void warn_of_unknown_members(struct reader *r, json_t *object)
{
	static const char *const known[] = {"id",     "name",    "state", "value",  "unit",
	                                    "effect", "visible", "group", "origin", "where",
	                                    "when",   "says",    "code",  "means"};
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		bool is_known = false;

		for (size_t i = 0; i < sizeof known / sizeof *known; i++)
			is_known |= strcmp(known[i], key) == 0;
		if (!is_known)
			COMPLAIN(r, "unknown member \"%s\"; it is left out", shown(r, key));
	}
}

static enum finding_id take_name(struct reader *r, json_t *object)
{
	const char *name = member_text(r, object, "name");
	enum finding_id id = name ? finding_by_name(name) : F_NONE;

	if (!name) {
		if (!json_object_get(object, "name"))
			complain(r, "no \"name\"; expected an object with the name of a finding");
	} else if (!id) {
		const char *near = keeps_complaints(r) ? finding_nearest_name(name) : NULL;

		if (near)
			COMPLAIN(r, "unknown finding \"%s\"; the nearest known is %s",
			         shown(r, name), near);
		else
			COMPLAIN(r, "unknown finding \"%s\"; `rdpwhy explain findings` lists them",
			         shown(r, name));
	}
	return id;
}

static void take_when(struct reader *r, json_t *object, struct finding *f)
{
	const char *when = member_text(r, object, "when");

	if (when && !moment_parse(when, &f->when_us))
		COMPLAIN(r, "\"when\" is \"%s\"; expected a time like 2026-07-02T13:02:03Z",
		         shown(r, when));
}

/* mstsc shows gateway codes, and other clients their own, where a disconnect reason stands. */
static enum finding_id shown_as(const struct finding *f)
{
	static const struct {
		enum code_family family;
		enum finding_id id;
	} others[] = {{.family = CODE_GATEWAY, .id = F_CLIENT_GATEWAY_CODE},
	              {.family = CODE_FREERDP, .id = F_CLIENT_FREERDP},
	              {.family = CODE_STATUS, .id = F_CLIENT_STATUS}};

	if (f->id != F_CLIENT_CODE || code_find(CODE_DISCONNECT, (uint32_t)f->number))
		return f->id;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (code_find(others[i].family, (uint32_t)f->number))
			return others[i].id;
	return f->id;
}

static void take_finding(struct reader *r, json_t *object)
{
	if (!json_is_object(object)) {
		complain(r, "not an object; expected {\"name\": ...}");
		return;
	}

	enum finding_id id = take_name(r, object);

	if (!id)
		return;
	if (r->result->n_findings == FINDINGS_COUNT_MAX) {
		complain(r, "more than 100000 findings; the rest is left out");
		r->is_full = true;
		return;
	}

	const struct finding_def *def = &finding_defs[id];
	struct finding f = finding_of(id, ORIGIN_USER);
	json_t *value = json_object_get(object, "value");

	int state = member_word(r, object, "state", state_word, 2);
	int origin = member_word(r, object, "origin", origin_word, ORIGIN_COUNT);
	int effect = member_word(r, object, "effect", effect_word, EFFECT_COUNT);
	int visible = member_word(r, object, "visible", visible_word, VISIBLE_COUNT);

	/* Seen or absent must not be guessed: the finding is left out. */
	if (state == NOT_UNDERSTOOD)
		return;
	f.state = state == FINDING_ABSENT ? FINDING_ABSENT : FINDING_SEEN;
	f.origin = origin < 0 ? ORIGIN_USER : (enum origin)origin;
	f.effect = effect < 0 ? f.effect : (enum effect)effect;
	f.visible = visible < 0 ? f.visible : (enum visible)visible;
	f.group = member_text(r, object, "group");
	f.where = member_text(r, object, "where");
	take_when(r, object, &f);
	warn_of_unknown_members(r, object);
	if (f.state == FINDING_SEEN && !take_value(value, def, &f)) {
		COMPLAIN(r, "%s: %s value; expected %s", def->name, value ? "a wrong" : "no",
		         def->type == T_FACT ? "none, or true" : expected_value(r, def));
		return;
	}
	f.id = shown_as(&f);
	findings_add(r->set, &f);
	r->result->n_findings++;
}

/* --- the file --- */

static bool is_blank(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (s[i] == ' ' || s[i] == '\t' || s[i] == '\r'))
		i++;
	return i == n || s[i] == '#';
}

static void take_line(struct reader *r, const char *s, size_t n)
{
	json_error_t error;

	if (is_blank(s, n))
		return;
	if (n > FINDINGS_LINE_MAX) {
		complain(r, "a line longer than 65536 bytes; expected one finding");
		return;
	}

	json_t *object = json_loadb(s, n, JSON_REJECT_DUPLICATES, &error);

	if (!object) {
		COMPLAIN(r, "column %d: not JSON (%s); expected one finding a line",
		         error.column > 0 ? error.column : 1, parser_says(r, error.text));
		return;
	}
	r->result->is_recognised = true;
	take_finding(r, object);
	json_decref(object);
}

#define HOPELESS_LINES 1000

/* So many lines and not one finding: it is something else. */
static bool is_hopeless(const struct findings_read *result)
{
	return !result->n_findings && result->n_complaints >= HOPELESS_LINES;
}

static void take_lines(struct reader *r, const char *bytes, size_t n)
{
	for (size_t at = 0; at < n && !r->is_full && !is_hopeless(r->result);) {
		const char *end = memchr(bytes + at, '\n', n - at);
		size_t length = end ? (size_t)(end - (bytes + at)) : n - at;

		r->line++;
		take_line(r, bytes + at, length);
		at += length + 1;
	}
}

static bool is_one_line(const char *bytes, size_t n)
{
	const char *end = memchr(bytes, '\n', n);

	return !end || end == bytes + n - 1;
}

/* Of numbers that are no ports nothing is made. */
static void take_footprint(struct reader *r, json_t *run)
{
	json_t *vantage = json_object_get(run, "vantage"), *port;
	const char *source = json_string_value(json_object_get(vantage, "source"));
	struct findings_read *result = r->result;
	size_t i;

	if (source)
		result->source = arena_copy(r->set->arena, source, strlen(source));
	json_array_foreach(json_object_get(json_object_get(run, "footprint"), "ports"), i, port)
	{
		json_int_t number = json_integer_value(port);

		if (number > 0 && number <= UINT16_MAX && result->n_ports < FOOTPRINT_PORTS_MAX)
			result->ports[result->n_ports++] = (uint16_t)number;
	}
}

/* A report of ours is one object with "schema" and "findings"; false: it is none. */
static bool take_report(struct reader *r, const char *bytes, size_t n)
{
	json_error_t error;
	json_t *report = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error), *item;
	json_t *findings = json_object_get(report, "findings");
	const char *schema = json_string_value(json_object_get(report, "schema"));
	bool is_report = schema && json_is_array(findings) && strncmp(schema, "rdpwhy/", 7) == 0;
	size_t i;

	if (!report && !is_one_line(bytes, n)) {
		r->line = error.line > 0 ? (size_t)error.line : 1;
		r->result->is_damaged_report = true;
		COMPLAIN(r, "column %d: the report is damaged here (%s)", error.column,
		         parser_says(r, error.text));
		return true;
	}
	if (is_report) {
		r->result->is_recognised = r->result->is_report = true;
		if (strcmp(schema, "rdpwhy/1") != 0)
			COMPLAIN(r, "schema \"%s\"; expected \"rdpwhy/1\"", shown(r, schema));
		json_array_foreach(findings, i, item)
		{
			if (r->is_full)
				break;
			r->line = i + 1;
			take_finding(r, item);
		}
		take_footprint(r, json_object_get(report, "run"));
	}
	json_decref(report);
	return is_report;
}

static bool may_be_report(const char *bytes, size_t n)
{
	size_t i = 0, head = n < 512 ? n : 512;

	while (i < n && strchr(" \t\r\n", bytes[i]) && bytes[i])
		i++;
	if (i == n || bytes[i] != '{')
		return false;
	for (; i + 8 <= head; i++)
		if (memcmp(bytes + i, "\"schema\"", 8) == 0)
			return true;
	return false;
}

struct findings_read findings_file_read(const char *bytes, size_t n, struct findings *set)
{
	struct findings_read result = {0};
	struct reader r = {.set = set, .result = &result};

	if (n > FINDINGS_BYTES_MAX) {
		complain(&r, "larger than 64 MiB; expected findings, one JSON object a line");
		return result;
	}
	if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		bytes += 3;
		n -= 3;
	}
	if (!may_be_report(bytes, n) || !take_report(&r, bytes, n))
		take_lines(&r, bytes, n);
	return result;
}
