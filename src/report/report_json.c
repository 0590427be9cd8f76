#include <string.h>

#include "base/moment.h"
#include "base/text.h"
#include "finding/finding.h"
#include "report/parts.h"
#include "report/words.h"
#include "why/strength.h"

static void json_harmless(struct json *j, const char *key, const char *outside)
{
	char text[4 * (TEXT_SHOWN_MAX + 4)];

	text_harmless(outside, text, sizeof text);
	json_key_string(j, key, text);
}

static void json_vantage(struct json *j, const struct run_vantage *v)
{
	if (!v || !v->source)
		return;
	json_key(j, "vantage");
	json_begin_object(j);
	json_key_if_string(j, "interface", v->interface);
	json_key_bool(j, "tunnel", v->is_tunnel);
	json_key_string(j, "source", v->source);
	json_end_object(j);
}

static void json_footprint(struct json *j, const struct run_vantage *v)
{
	json_key(j, "footprint");
	json_begin_object(j);
	json_key_integer(j, "connections", v ? (int64_t)v->n_connections : 0);
	if (v && v->n_echoes)
		json_key_integer(j, "echoes", (int64_t)v->n_echoes);
	if (v) {
		json_key(j, "ports");
		json_begin_array(j);
		for (size_t i = 0; i < v->n_ports; i++)
			json_put_integer(j, v->ports[i]);
		json_end_array(j);
	}
	json_end_object(j);
}

static void json_target(struct json *j, const struct run_frame *frame)
{
	const struct run_vantage *v = frame->vantage;

	json_key(j, "target");
	json_begin_object(j);
	json_harmless(j, "input", frame->input);
	if (frame->host) {
		json_harmless(j, "host", frame->host);
		json_key_integer(j, "port", frame->port);
	}
	if (v)
		json_key_strings(j, "addresses", v->addresses, v->n_addresses);
	json_end_object(j);
}

static void json_frame(struct json *j, const struct run_frame *frame)
{
	json_key(j, "tool");
	json_begin_object(j);
	json_key_string(j, "name", "rdpwhy");
	json_key_string(j, "version", frame->version);
	json_end_object(j);
	json_key(j, "run");
	json_begin_object(j);
	json_key_if_string(j, "id", frame->id);
	json_moment(j, "started", frame->started_us);
	json_key_integer(j, "duration_us", frame->duration_us);
	json_harmless(j, "options", frame->options);
	if (frame->is_redacted)
		json_key_bool(j, "redacted", true);
	json_vantage(j, frame->vantage);
	json_footprint(j, frame->vantage);
	json_end_object(j);
	json_target(j, frame);
	json_key(j, "client");
	json_begin_object(j);
	json_key_string(j, "profile", frame->profile ? frame->profile : CLIENT_PROFILE);
	json_end_object(j);
}

/* Under which key each code that the client showed is given. */
static const struct {
	enum finding_id id;
	const char *key;
} shown_codes[] = {
    {.id = F_CLIENT_CODE, .key = "disconnect"}, {.id = F_CLIENT_EXTENDED, .key = "extended"},
    {.id = F_CLIENT_STATUS, .key = "status"},   {.id = F_CLIENT_GATEWAY_CODE, .key = "gateway"},
    {.id = F_CLIENT_ERRINFO, .key = "errinfo"}, {.id = F_CLIENT_FREERDP, .key = "freerdp"},
};

/* The reading that was used stands among the findings. */
static void json_client_code(struct json *j, const struct run_frame *frame,
                             const struct diagnosis *d)
{
	if (!frame->code)
		return;
	json_key(j, "client_code");
	json_begin_object(j);
	for (size_t i = 0; i < sizeof shown_codes / sizeof *shown_codes; i++) {
		const struct finding *f = findings_first(d->findings, shown_codes[i].id,
		                                         FINDING_SEEN);

		if (f)
			json_key_integer(j, shown_codes[i].key, f->number);
	}
	json_key_string(j, "class", code_class_def(d->code_class)->id);
	json_key_string(j, "meaning", code_class_def(d->code_class)->says);
	json_moment(j, "when", frame->code->when_us);
	json_end_object(j);
}

static void json_finding_value(struct json *j, const struct finding *f)
{
	const struct finding_def *def = &finding_defs[f->id];

	if (f->state == FINDING_ABSENT || def->type == T_FACT)
		return;
	if (def->type == T_CHOICE || def->type == T_TEXT)
		json_harmless(j, "value", f->text ? f->text : "");
	else
		json_key_integer(j, "value", f->number);
	json_key_if_string(j, "unit", def->unit);
	if (def->type == T_CODE) {
		const struct code *code = code_find(def->family, (uint32_t)f->number);

		json_key_string(j, "code", code && code->name ? code->name : NULL);
	}
}

static void json_finding(struct json *j, const struct finding *f, size_t id)
{
	const struct finding_def *def = &finding_defs[f->id];

	json_begin_object(j);
	json_key_integer(j, "id", (int64_t)id);
	json_key_string(j, "name", def->name);
	json_key_string(j, "state", f->state == FINDING_SEEN ? "seen" : "absent");
	json_finding_value(j, f);
	json_key_string(j, "effect", effect_name(f->effect));
	json_key_string(j, "visible", visible_name(f->visible));
	if (f->group)
		json_harmless(j, "group", f->group);
	json_key_string(j, "origin", origin_name(f->origin));
	if (f->where)
		json_harmless(j, "where", f->where);
	json_moment(j, "when", f->when_us);
	json_key_string(j, "says", def->means);
	json_end_object(j);
}

void report_findings(struct buf *out, const struct findings *set)
{
	for (size_t i = 0; i < set->n; i++) {
		struct json j = json_into(out, false);

		json_finding(&j, &set->at[i], i);
		buf_putc(out, '\n');
	}
}

static int64_t id_of(const struct diagnosis *d, const struct finding *f)
{
	return f ? (int64_t)(f - d->findings->at) : -1;
}

static void json_stage_time(struct json *j, const struct run_frame *frame, enum stage_id id)
{
	if (!frame->vantage || !frame->vantage->times[id].is_known)
		return;
	json_key_integer(j, "started_us", frame->vantage->times[id].started_us);
	json_key_integer(j, "duration_us", frame->vantage->times[id].duration_us);
}

static void json_stages(struct json *j, const struct diagnosis *d, const struct run_frame *frame)
{
	json_key(j, "stages");
	json_begin_array(j);
	for (size_t i = 0; i < d->n_stages; i++) {
		const struct stage_result *s = &d->stages[i];

		json_begin_object(j);
		json_key_string(j, "id", stage_name(s->id));
		json_key_string(j, "status", stage_status_name(s->status));
		json_stage_time(j, frame, s->id);
		json_key_string(j, "summary", stage_says(s->id));
		json_key_if_string(j, "reason", s->reason);
		json_key(j, "findings");
		json_begin_array(j);
		for (size_t k = 0; k < s->n_findings; k++)
			json_put_integer(j, id_of(d, s->findings[k]));
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
}

static void json_arguments(struct json *j, const char *key, const struct argument *a, size_t n,
                           const struct diagnosis *d)
{
	json_key(j, key);
	json_begin_array(j);
	for (size_t i = 0; i < n; i++) {
		json_begin_object(j);
		json_key_string(j, "says", a[i].says);
		json_key_string(j, "strength", strength_name(a[i].strength));
		if (a[i].finding) {
			json_key_integer(j, "finding", id_of(d, a[i].finding));
			json_key_string(j, "name", finding_defs[a[i].finding->id].name);
		}
		json_key_bool(j, "absent", a[i].was_absent);
		json_key_bool(j, "aged", a[i].is_aged);
		json_end_object(j);
	}
	json_end_array(j);
}

static void json_causes(struct json *j, const struct diagnosis *d)
{
	json_key(j, "causes");
	json_begin_array(j);
	for (size_t i = 0; i < d->n_causes; i++) {
		const struct candidate *c = &d->causes[i];

		json_begin_object(j);
		json_key_string(j, "id", c->cause->id);
		json_key_string(j, "title", c->cause->title);
		json_whose(j, "whose", c->cause->whose);
		json_key_probability(j, "p", c->p);
		json_key_string(j, "refines", c->cause->refines);
		json_arguments(j, "for", c->arguments_for, c->n_for, d);
		json_arguments(j, "against", c->arguments_against, c->n_against, d);
		json_key(j, "fixes");
		json_begin_array(j);
		for (size_t k = 0; k < FIXES_MAX && c->cause->fixes[k]; k++)
			json_put_string(j, c->cause->fixes[k]->id);
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
}

static void json_cause_ids(struct json *j, const char *key, const struct cause *const *causes,
                           size_t n)
{
	json_key(j, key);
	json_begin_array(j);
	for (size_t i = 0; i < n; i++)
		json_put_string(j, causes[i]->id);
	json_end_array(j);
}

static void json_sides(struct json *j, const struct diagnosis *d)
{
	json_key(j, "sides");
	json_begin_array(j);
	for (size_t i = 0; i < d->n_sides; i++) {
		json_begin_object(j);
		json_whose(j, "whose", d->sides[i].whose);
		json_key_probability(j, "p", d->sides[i].p);
		json_end_object(j);
	}
	json_end_array(j);
}

static void json_verdict(struct json *j, const struct diagnosis *d)
{
	bool failed = code_class_is_failure(d->code_class);

	json_key(j, "verdict");
	json_begin_object(j);
	json_key_string(j, "state", verdict_state_name(d->state));
	json_key_string(j, "cause", d->cause ? d->cause->id : NULL);
	json_cause_ids(j, "set", d->set, d->n_set);
	json_cause_ids(j, "also", d->also, d->n_also);
	json_whose(j, "whose", d->whose);
	json_sides(j, d);
	json_key_probability(j, "confidence", d->confidence);
	json_key_probability(j, failed ? "p_not_reproduced" : "p_healthy", d->p_healthy);
	json_key_probability(j, "p_unknown", d->p_unknown);
	json_key_string(j, "reason",
	                d->reason == REASON_NONE ? NULL : verdict_reason_name(d->reason));
	json_key_string(j, "text", d->text);
	json_key_string(j, "tell", d->tell);
	json_key_strings(j, "not_tested", d->not_tested, d->n_not_tested);
	json_end_object(j);
}

static void json_demo(struct json *j, const struct diagnosis *d, const struct run_demo *demo)
{
	if (!demo)
		return;
	json_key(j, "demo");
	json_begin_object(j);
	json_key_string(j, "scenario", demo->scenario);
	json_key_string(j, "says", demo->says);
	json_key_string(j, "cause", demo->cause);
	json_key_bool(j, "named", is_planted_named(d, demo));
	json_end_object(j);
}

static void json_if_outside(struct json *j, const char *key, const char *outside)
{
	if (outside && *outside)
		json_harmless(j, key, outside);
}

static void json_attempt(struct json *j, const struct attempt *a, const struct run_frame *frame)
{
	json_begin_object(j);
	json_key_string(j, "origin", origin_name(a->origin));
	json_if_outside(j, "host", a->host);
	json_if_outside(j, "client", a->client);
	json_if_outside(j, "account", a->account);
	json_if_outside(j, "activity", a->activity);
	json_if_outside(j, "where", a->where);
	json_moment(j, "began", a->began_us);
	json_moment(j, "ended", a->ended_us);
	json_key_string(j, "reached", stage_name(a->reached));
	json_key_if_string(j, "how", a->ended);
	json_key_bool(j, "failure", a->is_failure);
	json_key_bool(j, "recovered", a->is_recovered);
	json_key_bool(j, "ours", a->is_ours);
	json_key_bool(j, "chosen", a == frame->chosen);
	json_end_object(j);
}

static void json_attempts(struct json *j, const struct run_frame *frame)
{
	if (!frame->attempts || !frame->attempts->n)
		return;
	json_key(j, "attempts");
	json_begin_array(j);
	for (size_t i = 0; i < frame->attempts->n; i++)
		json_attempt(j, &frame->attempts->at[i], frame);
	json_end_array(j);
	if (frame->attempts->n_left_out)
		json_key_integer(j, "attempts_left_out", (int64_t)frame->attempts->n_left_out);
}

void report_json(struct buf *out, const struct diagnosis *d, const struct run_frame *frame)
{
	struct json j = json_into(out, !frame->is_one_line);

	json_begin_object(&j);
	json_key_string(&j, "schema", REPORT_SCHEMA);
	json_frame(&j, frame);
	json_demo(&j, d, frame->demo);
	json_client_code(&j, frame, d);
	json_verdict(&j, d);
	json_stages(&j, d, frame);
	json_key(&j, "findings");
	json_begin_array(&j);
	for (size_t i = 0; i < d->findings->n; i++)
		json_finding(&j, &d->findings->at[i], i);
	json_end_array(&j);
	json_causes(&j, d);
	json_key(&j, "next_checks");
	json_begin_array(&j);
	for (size_t i = 0; i < d->n_checks; i++)
		json_check(&j, &d->checks[i], frame);
	json_end_array(&j);
	json_key(&j, "fixes");
	json_begin_array(&j);
	for (size_t i = 0; i < d->n_fixes; i++)
		json_fix(&j, d->fixes[i].fix, d->fixes[i].cause, frame);
	json_end_array(&j);
	json_attempts(&j, frame);
	json_key_strings(&j, "warnings", frame->warnings, frame->n_warnings);
	json_end_object(&j);
	buf_putc(out, '\n');
}
