#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/moment.h"
#include "base/text.h"
#include "report/parts.h"
#include "report/words.h"
#include "why/strength.h"

#define TEXT_AT        16
#define SUSPECTS_SHOWN 12
#define FAMILIES_SHOWN 6
#define STAGES_WIDTH   78 /* from here on both columns of the table fit */

/* --- a code --- */

static void put_meaning(struct page *p, const char *label, const struct meaning *m)
{
	char words[640];
	const char *family = code_table(m->family).title;

	snprintf(words, sizeof words, "%s%s%s", m->code->means, m->code->name ? "; " : "",
	         m->code->name ? m->code->name : "");
	page_item(p, 2, label, INK_BOLD, TEXT_AT, words);
	snprintf(words, sizeof words, "%s, stage %s; %s", family, stage_name(m->code->stage),
	         m->code->source);
	page_ink(p, INK_FAINT);
	page_text(p, TEXT_AT, words);
	page_ink(p, INK_PLAIN);
	if (m->code->unverified)
		page_item(p, TEXT_AT, "not verified:", INK_CAUTION, TEXT_AT + 14,
		          "no primary source says this");
}

static void put_number(struct page *p, const struct explained_number *n)
{
	char label[40], words[320];

	code_text(n->value, label, sizeof label);
	for (size_t i = 0; i < n->n_meanings && i < FAMILIES_SHOWN; i++)
		put_meaning(p, i ? "or" : label, &n->meanings[i]);
	for (size_t i = FAMILIES_SHOWN; i < n->n_meanings; i++) {
		snprintf(words, sizeof words, "%s: %s", code_table(n->meanings[i].family).title,
		         n->meanings[i].code->means);
		page_item(p, 2, "or", INK_FAINT, TEXT_AT, words);
	}
	if (n->n_meanings)
		return;
	snprintf(words, sizeof words, "in no table%s%s; the nearest family is: %s",
	         n->structure ? ", but by its shape " : "", n->structure ? n->structure : "",
	         code_table(n->nearest).title);
	page_item(p, 2, label, INK_CAUTION, TEXT_AT, words);
}

static void put_numbers(struct page *p, const struct explained_code *e)
{
	char when[MOMENT_TEXT_MAX];

	page_blank(p);
	for (size_t i = 0; i < e->n_numbers; i++)
		put_number(p, &e->numbers[i]);
	if (e->has_extended) {
		page_heading(p, "And the extended code");
		put_number(p, &e->extended);
	}
	if (e->has_status) {
		page_heading(p, "And the status in the message");
		put_number(p, &e->status);
	}
	if (e->when_us) {
		moment_text(e->when_us, when);
		page_item(p, 2, "shown at", INK_FAINT, TEXT_AT, when);
	}
}

static void put_class(struct page *p, const struct explained_code *e)
{
	const struct class_def *c = code_class_def(e->code_class);

	if (e->pair) {
		page_heading(p, "What is known of this pair");
		page_text(p, 2, e->pair->says);
		page_ink(p, INK_FAINT);
		page_text(p, 2, e->pair->source);
		page_ink(p, INK_PLAIN);
	}
	if (c->cannot[0]) {
		page_heading(p, "What it cannot mean");
		for (size_t i = 0; i < CLASS_CANNOT_MAX && c->cannot[i]; i++)
			page_item(p, 2, "-", INK_PLAIN, 4, c->cannot[i]);
	}
	if (!c->stages[0].last)
		return;
	page_heading(p, "Where it stops decides");
	for (size_t i = 0; i < CLASS_STAGES_MAX && c->stages[i].last; i++) {
		char words[512];

		snprintf(words, sizeof words, "%s %s", page_mark(p, "→", "->"),
		         c->stages[i].suspects);
		if (p->width >= STAGES_WIDTH) {
			page_item(p, 2, c->stages[i].last, INK_PLAIN, 42, words);
			continue;
		}
		page_text(p, 2, c->stages[i].last);
		page_text(p, 6, words);
	}
}

static void put_suspects(struct page *p, const struct explained_code *e)
{
	struct buf rest = {0};

	page_heading(p, "Suspects, in the order to check (expert order, not frequency)");
	for (size_t i = 0; i < e->suspects.n; i++) {
		const struct suspect *s = &e->suspects.rows[i];
		const struct cause *c = cause_by_id(s->cause);
		char label[8], words[512];

		if (i >= SUSPECTS_SHOWN) {
			buf_printf(&rest, "%s%s", rest.n ? ", " : "", s->cause);
			continue;
		}
		snprintf(label, sizeof label, "%2d", (int)i + 1);
		snprintf(words, sizeof words, "%s (%s): %s", s->cause, side_words(c->whose),
		         s->says);
		page_item(p, 2, label, INK_PLAIN, 6, words);
	}
	if (rest.n)
		page_item(p, 2, "less likely", INK_FAINT, TEXT_AT, rest.bytes);
	buf_fini(&rest);
}

static void put_verdict(struct page *p, const struct remedy *r)
{
	char label[48];

	snprintf(label, sizeof label, "%s%s", advice_name(r->verdict),
	         r->dangerous && r->verdict != ADVICE_DANGEROUS ? ", dangerous" : "");
	page_item(p, 2, label, advice_ink(r->verdict), TEXT_AT, r->claim);
	page_item(p, 4, "because", INK_FAINT, TEXT_AT, r->because);
}

static void put_advice(struct page *p, const struct remedy *r)
{
	char words[512];

	put_verdict(p, r);
	if (r->instead)
		page_item(p, 4, r->verdict == ADVICE_SUPPORTED ? "better" : "instead", INK_FAINT,
		          TEXT_AT, r->instead);
	snprintf(words, sizeof words, "%s%s%sclaim %s%s", r->causes[0] ? "cause " : "",
	         r->causes[0] ? r->causes[0] : "", r->causes[0] ? "; " : "", r->id,
	         r->never_offered ? "; never offered by this program" : "");
	page_item(p, 4, "see", INK_FAINT, TEXT_AT, words);
}

static void put_all_advice(struct page *p, const struct explained_code *e)
{
	if (!e->n_advice)
		return;
	struct buf ids = {0};

	page_heading(p, "Advice on the web that is wrong or dangerous here");
	for (size_t i = 0; i < e->n_advice; i++) {
		put_verdict(p, e->advice[i]);
		buf_printf(&ids, "%s%s", i ? ", " : "", e->advice[i]->id);
	}
	page_item(p, 2, "instead", INK_FAINT, TEXT_AT, "rdpwhy explain, with one of these:");
	page_text(p, TEXT_AT, ids.bytes);
	buf_fini(&ids);
}

#define TITLE_COLUMNS_MAX 40

/* What was asked, or the numbers of it where it was a whole dialog. */
static void title_of_code(const struct explained_code *e, const char *asked, char *out, size_t n)
{
	if (!strpbrk(asked, "\r\n") && text_columns(asked) <= TITLE_COLUMNS_MAX)
		text_harmless(asked, out, n);
	else if (e->has_extended)
		snprintf(out, n, "0x%" PRIX32 " / 0x%" PRIX32, e->numbers[0].value,
		         e->extended.value);
	else
		snprintf(out, n, "0x%" PRIX32, e->numbers[0].value);
}

/* The answer in one or two sentences, before the details. */
static void put_answer(struct page *p, const struct explained_code *e)
{
	char words[512];

	if (e->code_class == CLASS_NONE)
		return;
	page_blank(p);
	if (e->decides) {
		snprintf(words, sizeof words, "%s That is %s, on the %s side: %s.",
		         e->decides->title, e->decides->id, side_words(e->decides->whose),
		         e->decides_says);
		page_text(p, 2, words);
	}
	page_text(p, 2, code_class_def(e->code_class)->says);
}

static const char *title_says(const struct explained_code *e)
{
	if (!e->is_known)
		return "   not known";
	if (e->decides)
		return "   names its cause by itself";
	return code_class_is_failure(e->code_class) ? "   names no cause by itself" : "";
}

void explain_code_text(struct page *p, const struct explained_code *e, const char *asked)
{
	char line[80];

	title_of_code(e, asked, line, sizeof line);
	page_title(p, line, title_says(e));
	put_answer(p, e);
	put_numbers(p, e);
	if (e->code_class == CLASS_NONE)
		return;
	put_class(p, e);
	if (e->suspects.n)
		put_suspects(p, e);
	put_all_advice(p, e);
	if (e->n_checks) {
		page_heading(p, "Measure next");
		for (size_t i = 0; i < e->n_checks; i++)
			put_check(p, (int)i + 1, e->checks[i].check, NULL);
	}
	page_blank(p);
	page_text(p, 0,
	          "More: rdpwhy explain CAUSE for each id above; rdpwhy read --code CODE FINDINGS "
	          "weighs what was measured.");
}

/* --- a cause --- */

static void put_evidence_row(struct page *p, const struct evidence_row *e, int text_at,
                             const char *words)
{
	bool is_for = e->strength > 0;
	char label[24];

	snprintf(label, sizeof label, "%s %s", is_for ? "+" : "-", strength_name(e->strength));
	page_item(p, 2, label, is_for ? INK_PLAIN : INK_FAINT, text_at, words);
}

static void put_evidence(struct page *p, const struct cause *cause)
{
	char words[512];

	page_heading(p, "Evidence");
	for (size_t i = 0; i < EVIDENCE_MAX && cause->evidence[i].finding; i++) {
		const struct evidence_row *e = &cause->evidence[i];

		snprintf(words, sizeof words, "%s (%s)", e->says, finding_defs[e->finding].name);
		put_evidence_row(p, e, TEXT_AT + 4, words);
	}
	if (cause->waits) {
		snprintf(words, sizeof words, "further evidence waits for %s", cause->waits);
		page_item(p, 2, "not complete", INK_CAUTION, TEXT_AT + 4, words);
	}
	if (cause->refines) {
		snprintf(words, sizeof words, "is a special case of %s, whose evidence counts too",
		         cause->refines);
		page_item(p, 2, "refines", INK_FAINT, TEXT_AT + 4, words);
	}
}

static void put_refinements(struct page *p, const struct cause *cause)
{
	struct buf ids = {0};

	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);

		if (c->refines && strcmp(c->refines, cause->id) == 0)
			buf_printf(&ids, "%s%s", ids.n ? ", " : "", c->id);
	}
	if (ids.n)
		page_item(p, 2, "special cases", INK_FAINT, TEXT_AT + 4, ids.bytes);
	buf_fini(&ids);
}

static void put_classes(struct page *p, const struct cause *cause)
{
	char words[256];
	size_t shown = 0;

	for (enum code_class c = CLASS_NONE + 1; c < CLASS_COUNT; c++) {
		struct suspect_list list = suspects_of(c);

		for (size_t i = 0; i < list.n; i++) {
			if (strcmp(list.rows[i].cause, cause->id) != 0)
				continue;
			snprintf(words, sizeof words, "%s, rank %d: %s", code_class_def(c)->id,
			         list.rows[i].rank, list.rows[i].says);
			page_item(p, 2, shown++ ? "" : "codes of class", INK_FAINT, TEXT_AT + 4,
			          words);
		}
	}
}

static void put_claims(struct page *p, const struct cause *cause)
{
	bool has_heading = false;

	for (size_t i = 0; i < remedy_count(); i++) {
		const struct remedy *r = remedy_at(i);
		char label[48];

		if (!r->causes[0] || strcmp(r->causes[0], cause->id) != 0)
			continue;
		if (!has_heading)
			page_heading(p, "What the web says about it");
		has_heading = true;
		snprintf(label, sizeof label, "%s %s", r->id, advice_name(r->verdict));
		page_item(p, 2, label, advice_ink(r->verdict), 20, r->claim);
	}
}

static void put_sources(struct page *p, const char *const *sources, size_t n, int text_at)
{
	for (size_t i = 0; i < n && sources[i]; i++)
		page_item(p, 2, i ? "" : "sources", INK_FAINT, text_at, sources[i]);
}

void explain_cause_text(struct page *p, const struct cause *cause)
{
	char words[256];

	snprintf(words, sizeof words, "   %s side, %s%s", side_words(cause->whose),
	         cause->stage == STAGE_UNKNOWN ? "visible at any stage" : "first visible at stage ",
	         cause->stage == STAGE_UNKNOWN ? "" : stage_name(cause->stage));
	page_title(p, cause->id, words);
	page_blank(p);
	page_text(p, 2, cause->title);
	page_blank(p);
	page_text(p, 2, cause->explains);
	page_blank(p);
	page_item(p, 2, "Told apart by:", INK_BOLD, 17, cause->separates);
	put_evidence(p, cause);
	put_refinements(p, cause);
	put_classes(p, cause);
	put_sources(p, cause->sources, SOURCES_MAX, TEXT_AT + 4);
	page_heading(p, "Fixes, safest first");
	for (size_t i = 0; i < FIXES_MAX && cause->fixes[i]; i++)
		put_fix(p, (int)i + 1, cause->fixes[i], NULL);
	put_claims(p, cause);
	page_blank(p);
	page_item(p, 0, "Tell them", INK_BOLD, 11, cause->tell);
}

void explain_fix_text(struct page *p, const struct fix *fix)
{
	page_line(p, fix->id);
	page_blank(p);
	put_fix(p, 1, fix, NULL);
	put_sources(p, fix->sources, sizeof fix->sources / sizeof *fix->sources, TEXT_AT + 4);
	for (size_t i = 0; i < cause_count(); i++)
		for (size_t k = 0; k < FIXES_MAX && cause_at(i)->fixes[k]; k++)
			if (cause_at(i)->fixes[k] == fix)
				page_item(p, 2, "for", INK_FAINT, TEXT_AT + 4, cause_at(i)->title);
}

/* --- a finding --- */

void explain_finding_text(struct page *p, enum finding_id id)
{
	const struct finding_def *def = &finding_defs[id];
	char words[512];

	page_title(p, def->name, "   a finding");
	page_blank(p);
	page_item(p, 2, "means", INK_FAINT, TEXT_AT, def->means);
	snprintf(words, sizeof words, "%s%s%s", finding_type_name(def->type),
	         def->unit || def->choices ? ": " : "",
	         def->unit      ? def->unit
	         : def->choices ? def->choices
	                        : "");
	page_item(p, 2, "value", INK_FAINT, TEXT_AT, words);
	page_item(p, 2, "stage", INK_FAINT, TEXT_AT, stage_name(def->stage));
	page_item(p, 2, "effect", INK_FAINT, TEXT_AT, effect_name(def->effect));
	page_item(p, 2, "visible", INK_FAINT, TEXT_AT, visible_name(def->visible));
	page_item(p, 2, "source", INK_FAINT, TEXT_AT, def->spec);
	page_heading(p, "What it speaks for (+) and against (-)");
	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);

		for (size_t k = 0; k < EVIDENCE_MAX && c->evidence[k].finding; k++) {
			const struct evidence_row *e = &c->evidence[k];

			if (e->finding != id)
				continue;
			snprintf(words, sizeof words, "%s: %s", c->id, e->says);
			put_evidence_row(p, e, TEXT_AT, words);
		}
	}
}

/* --- advice --- */

void explain_advice_text(struct page *p, const struct remedy *const *advice, size_t n,
                         const char *asked)
{
	char line[160];

	text_harmless(asked, line, sizeof line);
	page_title(p, line, "   advice, judged");
	for (size_t i = 0; i < n; i++) {
		page_blank(p);
		put_advice(p, advice[i]);
		put_sources(p, advice[i]->sources,
		            sizeof advice[i]->sources / sizeof *advice[i]->sources, TEXT_AT);
	}
}

void explain_all_advice_text(struct page *p)
{
	for (size_t i = 0; i < remedy_count(); i++) {
		char label[32];

		snprintf(label, sizeof label, "%s %s", remedy_at(i)->id,
		         advice_name(remedy_at(i)->verdict));
		page_item(p, 0, label, advice_ink(remedy_at(i)->verdict), 20, remedy_at(i)->claim);
	}
}

/* --- lists --- */

void explain_fixes_text(struct page *p)
{
	for (size_t i = 0; i < cause_count(); i++) {
		for (size_t k = 0; k < FIXES_MAX && cause_at(i)->fixes[k]; k++) {
			const struct fix *f = cause_at(i)->fixes[k];
			char words[512];

			if (fix_first_cause(f) != i) /* a shared fix is listed once */
				continue;
			snprintf(words, sizeof words, "%s (%s)", f->title, risk_name(f->risk));
			page_item(p, 0, f->id, INK_BOLD, 44, words);
		}
	}
}

void explain_family_text(struct page *p, enum code_family family)
{
	struct code_table t = code_table(family);
	char words[640];

	snprintf(words, sizeof words, "%s: %s, %s", t.id, t.title, t.spec);
	page_ink(p, INK_BOLD);
	page_text(p, 0, words);
	page_ink(p, INK_PLAIN);
	for (size_t i = 0; i < t.n; i++) {
		char label[40];

		code_text(t.rows[i].value, label, sizeof label);
		snprintf(words, sizeof words, "%s%s%s%s", t.rows[i].name ? t.rows[i].name : "",
		         t.rows[i].name ? ": " : "", t.rows[i].means,
		         t.rows[i].unverified ? " (not verified)" : "");
		page_item(p, 2, label, INK_PLAIN, 28, words);
	}
}

void explain_causes_text(struct page *p)
{
	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);
		char words[512];

		snprintf(words, sizeof words, "%s (%s)", c->title, side_words(c->whose));
		page_item(p, 0, c->id, INK_BOLD, 44, words);
	}
}

void explain_findings_text(struct page *p)
{
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++)
		page_item(p, 0, finding_defs[id].name, INK_BOLD, 32, finding_defs[id].means);
}

void explain_overview_text(struct page *p)
{
	char words[256];
	size_t n_codes = 0;

	page_line(p, "rdpwhy explain WHAT knows:");
	page_blank(p);
	page_item(
	    p, 2, "codes", INK_BOLD, TEXT_AT,
	    "0x904, 0x904/0x7, 2308, C000006D, -2146893044, HYBRID_REQUIRED_BY_SERVER, or the "
	    "whole text of an error dialog in any language. Families, each a word to ask for:");
	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++) {
		struct code_table t = code_table(f);

		n_codes += t.n;
		snprintf(words, sizeof words, "%s, %zu", t.title, t.n);
		page_item(p, 4, t.id, INK_PLAIN, 28, words);
	}
	snprintf(words, sizeof words, "%zu numbers in all", n_codes);
	page_text(p, 4, words);
	snprintf(words, sizeof words,
	         "%zu of them, for example machinekeys-inaccessible; `explain causes` lists them",
	         cause_count());
	page_item(p, 2, "causes", INK_BOLD, TEXT_AT, words);
	snprintf(words, sizeof words,
	         "%d of them, for example tls.closed_after_hello; `explain findings` lists them",
	         F_COUNT - 1);
	page_item(p, 2, "findings", INK_BOLD, TEXT_AT, words);
	snprintf(
	    words, sizeof words,
	    "%zu judged claims, asked for by their words: `explain rename MachineKeys`, `explain "
	    "disable NLA`; `explain advice` lists them",
	    remedy_count());
	page_item(p, 2, "advice", INK_BOLD, TEXT_AT, words);
	page_item(
	    p, 2, "fixes", INK_BOLD, TEXT_AT,
	    "by their id, for example host-cert-renew, with risk and way back; `explain fixes` lists "
	    "them");
}
