/*
 * explain - what is known of a code, a cause, a finding, a fix or a piece of advice.
 *
 * What was asked is tried in this order: an id or a name; then, where it is a sentence, words
 * of advice; then numbers. So an exact name wins, and a pasted dialog is about its codes.
 */
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/lab_list.h"
#include "app/output.h"
#include "base/arena.h"
#include "base/text.h"
#include "os/os.h"

#define ADVICE_MOST 6

struct ask {
	const struct options *options;
	struct arena *arena;
	const char *text; /* the operands, joined by blanks */
	struct buf *out;
	struct page page;
};

/* --- names --- */

static enum code_family family_by_id(const char *id)
{
	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++)
		if (strcmp(code_table(f).id, id) == 0)
			return f;
	return CODE_NONE;
}

static bool explain_list(struct ask *ask)
{
	static const struct {
		const char *word;
		void (*text)(struct page *p);
	} lists[] = {
	    {.word = "", .text = explain_overview_text},
	    {.word = "causes", .text = explain_causes_text},
	    {.word = "findings", .text = explain_findings_text},
	    {.word = "fixes", .text = explain_fixes_text},
	    {.word = "advice", .text = explain_all_advice_text},
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (!text_same(lists[i].word, ask->text))
			continue;
		if (ask->options->is_json)
			explain_list_json(ask->out, ask->text);
		else
			lists[i].text(&ask->page);
		return true;
	}
	return false;
}

static bool explain_family(struct ask *ask)
{
	enum code_family family = family_by_id(ask->text);

	if (family == CODE_NONE)
		return false;
	if (ask->options->is_json)
		explain_family_json(ask->out, family, ask->text);
	else
		explain_family_text(&ask->page, family);
	return true;
}

static bool explain_cause(struct ask *ask)
{
	const struct cause *cause = cause_by_id(ask->text);

	if (!cause)
		return false;
	if (ask->options->is_json)
		explain_cause_json(ask->out, cause, ask->text, lab_cause_json);
	else
		explain_cause_text(&ask->page, cause);
	if (!ask->options->is_json)
		lab_cause_text(&ask->page, cause);
	return true;
}

static bool explain_finding(struct ask *ask)
{
	enum finding_id id = finding_by_name(ask->text);

	if (id == F_NONE)
		return false;
	if (ask->options->is_json)
		explain_finding_json(ask->out, id, ask->text);
	else
		explain_finding_text(&ask->page, id);
	return true;
}

static bool explain_fix(struct ask *ask)
{
	const struct fix *fix = fix_by_id(ask->text);

	if (!fix)
		return false;
	if (ask->options->is_json)
		explain_fix_json(ask->out, fix, ask->text);
	else
		explain_fix_text(&ask->page, fix);
	return true;
}

static void put_advice(struct ask *ask, const struct remedy *const *advice, size_t n)
{
	if (ask->options->is_json)
		explain_advice_json(ask->out, advice, n, ask->text);
	else
		explain_advice_text(&ask->page, advice, n, ask->text);
}

static bool explain_claim(struct ask *ask)
{
	const struct remedy *r = remedy_by_id(ask->text);

	if (r)
		put_advice(ask, &r, 1);
	return r != NULL;
}

/* --- numbers --- */

static bool put_code(struct ask *ask, const struct code_question *q)
{
	struct explained_code e = explain_code(q, ask->arena);

	if (ask->options->is_json)
		explain_code_json(ask->out, &e, ask->text);
	else
		explain_code_text(&ask->page, &e, ask->text);
	return e.is_known;
}

static bool explain_symbol(struct ask *ask)
{
	enum code_family family;
	const struct code *code = code_by_name(ask->text, &family);

	if (!code)
		return false;
	put_code(ask, &(struct code_question){
	                  .family = family, .readings = {code->value}, .n_readings = 1});
	return true;
}

/* Words beside a single number that tell its family. */
static enum code_family family_hint(const char *text)
{
	static const struct {
		const char *word;
		enum code_family family;
	} hints[] = {
	    {"errinfo", CODE_ERRINFO},   {"alert", CODE_TLS_ALERT},
	    {"exit", CODE_FREERDP_EXIT}, {"win32", CODE_WIN32},
	    {"winsock", CODE_WIN32},     {"negotiation", CODE_NEG_FAILURE},
	    {"extended", CODE_EXTENDED}, {"licensing", CODE_LICENSE_ERROR},
	    {"gateway", CODE_GATEWAY},   {"disconnect", CODE_DISCONNECT},
	};

	for (size_t n; *text; text += n + strspn(text + n, " :=/")) {
		char word[32] = "";

		n = strcspn(text, " :=/");
		if (n < sizeof word)
			memcpy(word, text, n);
		for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
			if (text_same(word, hints[i].word))
				return hints[i].family;
		if (family_by_id(word) != CODE_NONE)
			return family_by_id(word);
	}
	return CODE_NONE;
}

/* A hint counts only when the number is known in that family. */
static void apply_hint(struct code_question *q, const char *text)
{
	enum code_family family = family_hint(text);

	for (size_t i = 0; i < q->n_readings && !q->has_extended; i++) {
		if (!code_find(family, q->readings[i]))
			continue;
		q->family = family;
		q->readings[0] = q->readings[i];
		q->n_readings = 1;
	}
}

static void warn_of_more(const struct dialog *d)
{
	char more[40];

	if (d->more.notation == WRITTEN_DIGITS)
		snprintf(more, sizeof more, "%u", (unsigned)d->more.value);
	else
		snprintf(more, sizeof more, "0x%X", (unsigned)d->more.value);
	output_message("more than one dialog or code: the first is explained, another code, %s, "
	               "stands at byte %zu",
	               more, d->more_at);
}

/* --- words --- */

static bool explain_words(struct ask *ask)
{
	const struct remedy *found[ADVICE_MOST];
	size_t n = remedies_for(ask->text, found, ADVICE_MOST);

	if (n)
		put_advice(ask, found, n);
	return n > 0;
}

static const char *nearest_name(const char *asked)
{
	struct nearest near = nearest_to(asked);

	/* A sentence is no misspelt name. */
	if (strpbrk(asked, " \t"))
		return NULL;
	for (size_t i = 0; i < cause_count(); i++)
		nearest_offer(&near, cause_at(i)->id);
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++)
		nearest_offer(&near, finding_defs[id].name);
	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++) {
		struct code_table t = code_table(f);

		nearest_offer(&near, t.id);
		for (size_t i = 0; i < t.n; i++)
			if (t.rows[i].name)
				nearest_offer(&near, t.rows[i].name);
	}
	return near.word;
}

#define ALIKE_MAX 5

/* Ids of causes, fixes and claims whose words are most like what was asked. */
struct alike {
	const char *ids[ALIKE_MAX];
	size_t n, words;
};

static void alike_offer(struct alike *a, const char *asked, const char *id, const char *says)
{
	size_t words = text_words_found(asked, id), in_text = text_words_found(asked, says);

	words = words > in_text ? words : in_text;
	if (!words || words < a->words)
		return;
	if (words > a->words)
		*a = (struct alike){.words = words};
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->ids[i], id) == 0)
			return;
	if (a->n < ALIKE_MAX)
		a->ids[a->n++] = id;
}

static struct alike alike_to(const char *asked)
{
	struct alike a = {0};

	for (size_t i = 0; i < cause_count(); i++)
		alike_offer(&a, asked, cause_at(i)->id, cause_at(i)->title);
	for (size_t i = 0; i < remedy_count(); i++)
		alike_offer(&a, asked, remedy_at(i)->id, remedy_at(i)->claim);
	for (size_t i = 0; i < cause_count(); i++)
		for (size_t k = 0; k < FIXES_MAX && cause_at(i)->fixes[k]; k++)
			alike_offer(&a, asked, cause_at(i)->fixes[k]->id,
			            cause_at(i)->fixes[k]->title);
	return a;
}

/* One line: the misspelt name that is meant, or what has the same words in it. */
static const char *nearest_to_asked(struct ask *ask)
{
	struct alike a = alike_to(ask->text);
	const char *near = nearest_name(ask->text), *line = near;

	for (size_t i = 0; !near && i < a.n; i++)
		line = arena_printf(ask->arena, "%s%s%s", line ? line : "", i ? ", " : "",
		                    a.ids[i]);
	return line;
}

static void explain_unknown(struct ask *ask)
{
	const char *near = nearest_to_asked(ask);
	char asked[120];

	if (ask->options->is_json)
		explain_unknown_json(ask->out, ask->text, near);
	text_harmless(ask->text, asked, sizeof asked);
	if (near)
		output_message("nothing is known of \"%s\"; the nearest is %s", asked, near);
	else
		output_message("nothing is known of \"%s\"; expected a code, a dialog's text, a "
		               "cause, a finding or advice; `rdpwhy explain` lists what is known",
		               asked);
}

/* --- the command --- */

static bool explain_name(struct ask *ask)
{
	return explain_list(ask) || explain_cause(ask) || explain_finding(ask) ||
	       explain_fix(ask) || explain_claim(ask) || explain_family(ask) || explain_symbol(ask);
}

static int explain(struct ask *ask)
{
	if (explain_name(ask))
		return EXIT_NOTHING_WRONG;

	struct dialog d = dialog_read(ask->text, strlen(ask->text));
	/* "port 3389" in a question is no code, and a question about advice may name one. */
	bool is_dialog = strpbrk(ask->text, "\r\n") ||
	                 (d.kind == DIALOG_PAIR && strchr(ask->text, ':') != NULL);
	bool is_question = d.is_prose && !is_dialog;
	bool is_words = d.kind == DIALOG_NOTHING || is_question;

	if (d.flaw) {
		output_message("byte %zu: %s", d.flaw_at, d.flaw);
		return EXIT_USAGE;
	}
	if (is_words && explain_words(ask))
		return EXIT_NOTHING_WRONG;
	if (d.kind == DIALOG_NOTHING) {
		explain_unknown(ask);
		return EXIT_UNCERTAIN;
	}
	if (d.has_more)
		warn_of_more(&d);

	struct code_question q = question_of(&d);

	apply_hint(&q, ask->text);
	return put_code(ask, &q) ? EXIT_NOTHING_WRONG : EXIT_UNCERTAIN;
}

static bool is_blank(const char *s)
{
	return strspn(s, " \t\r\n") == strlen(s);
}

/* The text of standard input in place of "-"; 0, or the exit status after a message. */
static int take_input(struct ask *ask, struct buf *input)
{
	bool is_input = strcmp(ask->text, "-") == 0;
	size_t n = strlen(ask->text);

	if (is_input) {
		enum status st = os_read_all("-", DIALOG_BYTES_MAX, input);

		if (st < 0 && st != STATUS_TOO_LARGE) {
			output_message("standard input: %s; expected the text of one dialog",
			               os_why());
			return EXIT_USAGE;
		}
		ask->text = arena_copy(ask->arena, input->bytes ? input->bytes : "", input->n);
		n = input->n;
	}
	if (n > DIALOG_BYTES_MAX)
		output_message("byte %zu: a text longer than this; expected one dialog",
		               DIALOG_BYTES_MAX);
	else if (strlen(ask->text) < n)
		output_message("byte %zu: a zero byte; expected the text of one dialog in UTF-8",
		               strlen(ask->text));
	else if ((is_input || ask->options->n_operands) && is_blank(ask->text))
		output_message(
		    "byte 0: empty; expected a code, a dialog's text, a cause, a finding or "
		    "advice");
	else
		return 0;
	return EXIT_USAGE;
}

int run_explain(const struct options *options)
{
	struct arena arena = {0};
	struct buf out = {0}, input = {0};
	struct ask ask = {.options = options, .arena = &arena, .out = &out};
	int status;

	ask.page = output_page(&out, options);
	ask.text = output_joined(options->operands, options->n_operands, &arena);
	status = take_input(&ask, &input);
	if (!status)
		status = explain(&ask);
	status = output_result(&out, status);
	buf_fini(&input);
	buf_fini(&out);
	arena_fini(&arena);
	return status;
}
