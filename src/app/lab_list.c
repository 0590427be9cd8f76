#include "app/lab_list.h"

#include <stdio.h>
#include <string.h>

#include "lab/coverage.h"
#include "lab/describe.h"

#define SAYS_AT   38
#define DETAIL_AT 16
#define WORDS_MAX 320

static bool is_of(const struct scenario *s, const struct cause *cause)
{
	return s->cause && strcmp(s->cause, cause->id) == 0;
}

/* --- the list of scenarios --- */

static void list_row(struct page *p, const struct scenario *s)
{
	char words[WORDS_MAX];

	snprintf(words, sizeof words, "%s%s%s%s", s->says, s->cause ? " (" : "",
	         s->cause ? s->cause : "", s->cause ? ")" : "");
	page_item(p, 2, s->id, INK_PLAIN, SAYS_AT, words);
}

static void list_stage(struct page *p, enum stage_id stage)
{
	bool has_title = false;

	for (size_t i = 0; scenario_at(i); i++) {
		if (scenario_at(i)->stage != stage)
			continue;
		if (!has_title && p->out->n)
			page_heading(p, stage_name(stage));
		else if (!has_title)
			page_line(p, stage_name(stage));
		has_title = true;
		list_row(p, scenario_at(i));
	}
}

static bool is_played_here(const struct cause *cause)
{
	for (size_t i = 0; scenario_at(i); i++)
		if (is_of(scenario_at(i), cause))
			return true;
	return false;
}

static void list_counts(struct page *p)
{
	char words[WORDS_MAX];
	size_t n = 0, n_causes = 0;

	while (scenario_at(n))
		n++;
	for (size_t i = 0; i < cause_count(); i++)
		n_causes += is_played_here(cause_at(i));
	snprintf(words, sizeof words,
	         "%zu scenarios; in brackets, which of %zu causes looks so: %zu of them. `rdpwhy "
	         "lab causes` says how every cause is reproduced, `rdpwhy lab --describe SCENARIO` "
	         "what one does.",
	         n, cause_count(), n_causes);
	page_blank(p);
	page_text(p, 0, words);
}

void lab_list_text(struct page *p)
{
	for (enum stage_id stage = 0; stage < STAGE_COUNT; stage++)
		list_stage(p, stage);
	list_counts(p);
}

static void list_causes_json(struct json *j)
{
	json_key(j, "causes");
	json_begin_array(j);
	for (size_t i = 0; i < cause_count(); i++) {
		json_begin_object(j);
		json_key_string(j, "id", cause_at(i)->id);
		lab_cause_json(j, cause_at(i));
		json_end_object(j);
	}
	json_end_array(j);
}

void lab_list_json(struct buf *out)
{
	struct json j = json_into(out, true);

	json_begin_object(&j);
	json_key(&j, "scenarios");
	json_begin_array(&j);
	for (size_t i = 0; scenario_at(i); i++)
		lab_describe_json(&j, scenario_at(i));
	json_end_array(&j);
	list_causes_json(&j);
	json_end_object(&j);
	buf_putc(out, '\n');
}

/* --- one scenario --- */

typedef void describe(struct buf *out, const struct scenario *s);

static const struct {
	const char *label, *key;
	describe *put;
} details[] = {
    {"host", "host", describe_host},
    {"TLS", "tls", describe_tls},
    {"fault", "fault", describe_fault},
    {"seen first", "seen_first", describe_expected},
};
#define N_DETAILS (sizeof details / sizeof *details)

static void item(struct page *p, const char *label, const char *words)
{
	page_item(p, 2, label, INK_FAINT, DETAIL_AT, words);
}

static void describe_cause(struct page *p, const struct scenario *s)
{
	const struct cause *cause = s->cause ? cause_by_id(s->cause) : NULL;
	char words[WORDS_MAX];

	if (cause)
		snprintf(words, sizeof words, "%s: %s", cause->id, cause->title);
	item(p, "cause", cause ? words : "none: nothing is wrong");
}

void lab_describe_text(struct page *p, const struct scenario *s)
{
	char words[WORDS_MAX];

	snprintf(words, sizeof words, "   stage %s", stage_name(s->stage));
	page_title(p, s->id, words);
	page_blank(p);
	page_text(p, 2, s->says);
	page_blank(p);
	for (size_t i = 0; i < N_DETAILS; i++) {
		struct buf out = {0};

		details[i].put(&out, s);
		if (out.n)
			item(p, details[i].label, out.bytes);
		buf_fini(&out);
	}
	describe_cause(p, s);
	snprintf(words, sizeof words, "rdpwhy lab %s --listen 127.0.0.1:3390", s->id);
	page_blank(p);
	page_command(p, 2, words);
	snprintf(words, sizeof words, "rdpwhy demo %s", s->id);
	page_command(p, 2, words);
}

void lab_describe_json(struct json *j, const struct scenario *s)
{
	json_begin_object(j);
	json_key_string(j, "id", s->id);
	json_key_string(j, "stage", stage_name(s->stage));
	json_key_string(j, "says", s->says);
	json_key_if_string(j, "cause", s->cause);
	json_key_if_string(j, "expect",
	                   s->expect.finding ? finding_defs[s->expect.finding].name : NULL);
	for (size_t i = 0; i < N_DETAILS; i++) {
		struct buf out = {0};

		details[i].put(&out, s);
		json_key_if_string(j, details[i].key, out.n ? out.bytes : NULL);
		buf_fini(&out);
	}
	json_end_object(j);
}

/* --- causes --- */

static void put_players(struct page *p, const struct cause *cause, int at)
{
	char words[WORDS_MAX];

	for (size_t i = 0; scenario_at(i); i++)
		if (is_of(scenario_at(i), cause))
			page_item(p, at, "scenario", INK_FAINT, at + 14, scenario_at(i)->id);
	for (const struct coverage *c = coverage_next(cause->id, NULL); c;
	     c = coverage_next(cause->id, c)) {
		const struct finding_def *def = c->finding ? &finding_defs[c->finding] : NULL;

		snprintf(words, sizeof words, "%s%s%s%s%s", c->with ? c->with : "",
		         c->with && def ? ", " : "", def ? def->name : "", def ? ": " : "",
		         def ? def->means : "");
		page_item(p, at, player_name(c->by), INK_FAINT, at + 14, words);
	}
}

void lab_causes_text(struct page *p)
{
	for (size_t i = 0; i < cause_count(); i++) {
		page_line(p, cause_at(i)->id);
		put_players(p, cause_at(i), 2);
	}
	page_blank(p);
	for (enum player by = 0; by < PLAYER_COUNT; by++)
		page_item(p, 0, player_name(by), INK_FAINT, DETAIL_AT, player_says(by));
}

void lab_cause_text(struct page *p, const struct cause *cause)
{
	page_heading(p, "Reproduced by");
	put_players(p, cause, 2);
}

static void player_json(struct json *j, const char *by, const char *with, enum finding_id finding)
{
	json_begin_object(j);
	json_key_string(j, "by", by);
	json_key_if_string(j, "with", with);
	json_key_if_string(j, "finding", finding ? finding_defs[finding].name : NULL);
	json_end_object(j);
}

void lab_cause_json(struct json *j, const struct cause *cause)
{
	json_key(j, "reproduced");
	json_begin_array(j);
	for (size_t i = 0; scenario_at(i); i++)
		if (is_of(scenario_at(i), cause))
			player_json(j, player_name(BY_SCENARIO), scenario_at(i)->id, F_NONE);
	for (const struct coverage *c = coverage_next(cause->id, NULL); c;
	     c = coverage_next(cause->id, c))
		player_json(j, player_name(c->by), c->with, c->finding);
	json_end_array(j);
}
