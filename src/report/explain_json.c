#include <string.h>

#include "base/text.h"
#include "report/parts.h"
#include "why/strength.h"

static void head(struct json *j, const char *kind, const char *asked)
{
	char text[4 * (TEXT_SHOWN_MAX + 4)];

	text_harmless(asked, text, sizeof text);
	json_begin_object(j);
	json_key_string(j, "schema", EXPLAIN_SCHEMA);
	json_key_string(j, "kind", kind);
	json_key_string(j, "asked", text);
}

static void tail(struct json *j)
{
	json_end_object(j);
	buf_putc(j->out, '\n');
}

static void json_code_row(struct json *j, enum code_family family, const struct code *code)
{
	json_begin_object(j);
	json_key_string(j, "family", code_table(family).id);
	json_key_integer(j, "value", code->value);
	json_key_string(j, "name", code->name);
	json_key_string(j, "means", code->means);
	json_key_string(j, "stage", stage_name(code->stage));
	json_key_string(j, "source", code->source);
	json_key_bool(j, "verified", !code->unverified);
	json_end_object(j);
}

static void json_number(struct json *j, const struct explained_number *n)
{
	char text[40];

	code_text(n->value, text, sizeof text);
	json_begin_object(j);
	json_key_integer(j, "value", n->value);
	json_key_string(j, "text", text);
	json_key(j, "meanings");
	json_begin_array(j);
	for (size_t i = 0; i < n->n_meanings; i++)
		json_code_row(j, n->meanings[i].family, n->meanings[i].code);
	json_end_array(j);
	if (!n->n_meanings) {
		json_key_string(j, "nearest_family", code_table(n->nearest).id);
		json_key_if_string(j, "structure", n->structure);
	}
	json_end_object(j);
}

static void json_class(struct json *j, enum code_class code_class)
{
	const struct class_def *c = code_class_def(code_class);

	json_key(j, "class");
	json_begin_object(j);
	json_key_string(j, "id", c->id);
	json_key_string(j, "says", c->says);
	json_key_string(j, "needs", c->needs);
	json_key_strings(j, "cannot", c->cannot, CLASS_CANNOT_MAX);
	json_key(j, "by_stage");
	json_begin_array(j);
	for (size_t i = 0; i < CLASS_STAGES_MAX && c->stages[i].last; i++) {
		json_begin_object(j);
		json_key_string(j, "last_good_answer", c->stages[i].last);
		json_key_string(j, "suspects", c->stages[i].suspects);
		json_end_object(j);
	}
	json_end_array(j);
	json_end_object(j);
}

static void json_suspects(struct json *j, const struct suspect_list *list)
{
	json_key(j, "suspects");
	json_begin_array(j);
	for (size_t i = 0; i < list->n; i++) {
		json_begin_object(j);
		json_key_string(j, "cause", list->rows[i].cause);
		json_key_integer(j, "rank", list->rows[i].rank);
		json_whose(j, "whose", cause_by_id(list->rows[i].cause)->whose);
		json_key_string(j, "says", list->rows[i].says);
		json_end_object(j);
	}
	json_end_array(j);
}

static void json_remedy(struct json *j, const struct remedy *r)
{
	json_begin_object(j);
	json_key_string(j, "id", r->id);
	json_key_string(j, "claim", r->claim);
	json_key_string(j, "verdict", advice_name(r->verdict));
	json_key_bool(j, "dangerous", r->dangerous || r->verdict == ADVICE_DANGEROUS);
	json_key_string(j, "because", r->because);
	json_key_string(j, "instead", r->instead);
	json_key_bool(j, "never_offered", r->never_offered);
	json_key_strings(j, "causes", r->causes, sizeof r->causes / sizeof *r->causes);
	json_key_strings(j, "sources", r->sources, sizeof r->sources / sizeof *r->sources);
	json_end_object(j);
}

static void json_remedies(struct json *j, const struct remedy *const *advice, size_t n)
{
	json_key(j, "advice");
	json_begin_array(j);
	for (size_t i = 0; i < n; i++)
		json_remedy(j, advice[i]);
	json_end_array(j);
}

void explain_code_json(struct buf *out, const struct explained_code *e, const char *asked)
{
	struct json j = json_into(out, true);

	head(&j, "code", asked);
	json_key_bool(&j, "known", e->is_known);
	json_key(&j, "readings");
	json_begin_array(&j);
	for (size_t i = 0; i < e->n_numbers; i++)
		json_number(&j, &e->numbers[i]);
	json_end_array(&j);
	if (e->has_extended) {
		json_key(&j, "extended");
		json_number(&j, &e->extended);
	}
	if (e->has_status) {
		json_key(&j, "status");
		json_number(&j, &e->status);
	}
	json_moment(&j, "when", e->when_us);
	if (e->pair) {
		json_key(&j, "pair");
		json_begin_object(&j);
		json_key_string(&j, "says", e->pair->says);
		json_key_string(&j, "source", e->pair->source);
		json_end_object(&j);
	}
	json_class(&j, e->code_class);
	json_key_string(&j, "decides", e->decides ? e->decides->id : NULL);
	json_suspects(&j, &e->suspects);
	json_remedies(&j, e->advice, e->n_advice);
	json_key(&j, "next_checks");
	json_begin_array(&j);
	for (size_t i = 0; i < e->n_checks; i++)
		json_check(&j, &e->checks[i], NULL);
	json_end_array(&j);
	tail(&j);
}

static void json_evidence(struct json *j, const struct cause *cause, bool is_for)
{
	json_key(j, is_for ? "for" : "against");
	json_begin_array(j);
	for (size_t i = 0; i < EVIDENCE_MAX && cause->evidence[i].finding; i++) {
		const struct evidence_row *e = &cause->evidence[i];

		if ((e->strength > 0) != is_for)
			continue;
		json_begin_object(j);
		json_key_string(j, "finding", finding_defs[e->finding].name);
		json_key_string(j, "strength", strength_name(e->strength));
		json_key_string(j, "says", e->says);
		json_end_object(j);
	}
	json_end_array(j);
}

void explain_cause_json(struct buf *out, const struct cause *cause, const char *asked,
                        explain_more *more)
{
	struct json j = json_into(out, true);

	head(&j, "cause", asked);
	json_key_string(&j, "id", cause->id);
	json_key_string(&j, "title", cause->title);
	json_whose(&j, "whose", cause->whose);
	json_key_string(&j, "refines", cause->refines);
	json_key_string(&j, "stage", stage_name(cause->stage));
	json_key_string(&j, "explains", cause->explains);
	json_key_string(&j, "separates", cause->separates);
	json_key_string(&j, "tell", cause->tell);
	json_evidence(&j, cause, true);
	json_evidence(&j, cause, false);
	json_key_string(&j, "waits_for", cause->waits);
	json_key(&j, "fixes");
	json_begin_array(&j);
	for (size_t i = 0; i < FIXES_MAX && cause->fixes[i]; i++)
		json_fix(&j, cause->fixes[i], cause, NULL);
	json_end_array(&j);
	json_key_strings(&j, "sources", cause->sources, SOURCES_MAX);
	if (more)
		more(&j, cause);
	tail(&j);
}

void explain_fix_json(struct buf *out, const struct fix *fix, const char *asked)
{
	struct json j = json_into(out, true);

	head(&j, "fix", asked);
	json_key(&j, "fix");
	json_fix(&j, fix, NULL, NULL);
	tail(&j);
}

void explain_finding_json(struct buf *out, enum finding_id id, const char *asked)
{
	const struct finding_def *def = &finding_defs[id];
	struct json j = json_into(out, true);

	head(&j, "finding", asked);
	json_key_string(&j, "name", def->name);
	json_key_string(&j, "means", def->means);
	json_key_string(&j, "type", finding_type_name(def->type));
	json_key_string(&j, "unit", def->unit);
	json_key_string(&j, "choices", def->choices);
	json_key_string(&j, "stage", stage_name(def->stage));
	json_key_string(&j, "effect", effect_name(def->effect));
	json_key_string(&j, "visible", visible_name(def->visible));
	json_key_string(&j, "spec", def->spec);
	tail(&j);
}

void explain_advice_json(struct buf *out, const struct remedy *const *advice, size_t n,
                         const char *asked)
{
	struct json j = json_into(out, true);

	head(&j, "advice", asked);
	json_remedies(&j, advice, n);
	tail(&j);
}

void explain_family_json(struct buf *out, enum code_family family, const char *asked)
{
	struct code_table t = code_table(family);
	struct json j = json_into(out, true);

	head(&j, "family", asked);
	json_key_string(&j, "id", t.id);
	json_key_string(&j, "title", t.title);
	json_key_string(&j, "spec", t.spec);
	json_key(&j, "codes");
	json_begin_array(&j);
	for (size_t i = 0; i < t.n; i++)
		json_code_row(&j, family, &t.rows[i]);
	json_end_array(&j);
	tail(&j);
}

void explain_list_json(struct buf *out, const char *asked)
{
	struct json j = json_into(out, true);

	head(&j, "list", asked);
	json_key(&j, "families");
	json_begin_array(&j);
	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++)
		json_put_string(&j, code_table(f).id);
	json_end_array(&j);
	json_key(&j, "causes");
	json_begin_array(&j);
	for (size_t i = 0; i < cause_count(); i++)
		json_put_string(&j, cause_at(i)->id);
	json_end_array(&j);
	json_key(&j, "findings");
	json_begin_array(&j);
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++)
		json_put_string(&j, finding_defs[id].name);
	json_end_array(&j);
	json_key(&j, "fixes");
	json_begin_array(&j);
	for (size_t i = 0; i < cause_count(); i++)
		for (size_t k = 0; k < FIXES_MAX && cause_at(i)->fixes[k]; k++)
			if (fix_first_cause(cause_at(i)->fixes[k]) == i)
				json_put_string(&j, cause_at(i)->fixes[k]->id);
	json_end_array(&j);
	json_key(&j, "claims");
	json_begin_array(&j);
	for (size_t i = 0; i < remedy_count(); i++)
		json_put_string(&j, remedy_at(i)->id);
	json_end_array(&j);
	tail(&j);
}

void explain_unknown_json(struct buf *out, const char *asked, const char *nearest)
{
	struct json j = json_into(out, true);

	head(&j, "unknown", asked);
	json_key_bool(&j, "known", false);
	json_key_string(&j, "nearest", nearest);
	tail(&j);
}
