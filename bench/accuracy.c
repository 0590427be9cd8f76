/*
 * accuracy - plays the mixture of accuracy_cases and accuracy_others against the program in
 * one process and in virtual time, and writes what each run concluded, one JSON object a line.
 * What is right and what is wrong of it, accuracy.py judges.
 *
 *     accuracy [--seed N] [--variants N] [--case ID] [--recordings FOLDER] [--show] | --tables
 *
 * Views   probe: as `rdpwhy HOST` does it, with the code that the client showed or without;
 *         code: the code alone, as `rdpwhy explain` has it
 *         --recordings keeps what a tcpdump beside the client would have of the same run
 */
#include "accuracy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accuracy_recording.h"
#include "base/json.h"
#include "probe_run.h"
#include "report/report.h"
#include "why/posterior.h"
#include "why/priors.h"
#include "why/strength.h"

#define VARIANTS_USUAL 10
#define SETS_MAX       12
#define OUTSIDE_LEAST  1e-4

/* --- chance --- */

/* splitmix64, by Sebastiano Vigna (public domain) */
uint64_t luck_next(struct luck *l)
{
	uint64_t z = l->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

unsigned luck_below(struct luck *l, unsigned n)
{
	return (unsigned)(luck_next(l) % n);
}

int luck_between(struct luck *l, int least, int most)
{
	return least + (int)luck_below(l, (unsigned)(most - least + 1));
}

/* FNV-1a: equal names and numbers give equal chance, whatever was run before. */
static uint64_t seed_of(uint64_t seed, const char *kind, const char *id, unsigned variant)
{
	char text[160];
	uint64_t h = 0xcbf29ce484222325u ^ seed;

	snprintf(text, sizeof text, "%s/%s/%u", kind, id, variant);
	for (const char *p = text; *p; p++)
		h = (h ^ (uint8_t)*p) * 0x100000001b3u;
	return h;
}

/* --- worlds --- */

static const struct host_row *host_of_kind(struct world *w, unsigned kinds, bool in_domain)
{
	const struct host_row *fit[32];
	unsigned n = 0;

	for (size_t i = 0; host_at(i) && n < 32; i++)
		if (host_at(i)->kind & kinds && !(in_domain && host_at(i)->is_home))
			fit[n++] = host_at(i);
	return fit[luck_below(&w->luck, n)];
}

static const struct client_profile *any_profile(struct world *w)
{
	static const char *const ids[] = {"win11",      "win11", "win11",  "win10",
	                                  "server2016", "win7",  "freerdp"};

	return profile_by_id(ids[luck_below(&w->luck, sizeof ids / sizeof *ids)]);
}

static void name_things(struct world *w)
{
	static const char *const stems[] = {"SRV", "TS", "PC", "DESKTOP", "RDS"};
	static const char *const domains[] = {"corp.example.com", "example.net", "ad.example.org"};
	unsigned number = luck_below(&w->luck, 900) + 100;

	snprintf(w->computer, sizeof w->computer, "%s%u", stems[luck_below(&w->luck, 5)], number);
	snprintf(w->other_nb, sizeof w->other_nb, "%s%u", stems[luck_below(&w->luck, 5)],
	         number + 1);
	strcpy(w->domain, domains[luck_below(&w->luck, 3)]);
	snprintf(w->address, sizeof w->address, "198.51.100.%u", luck_below(&w->luck, 250) + 2);
	snprintf(w->address6, sizeof w->address6, "2001:db8:17::%x",
	         luck_below(&w->luck, 9000) + 2);
}

static void lower(char *s)
{
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + 'a' - 'A');
}

/* Once the domain is settled. */
static void name_host(struct world *w)
{
	struct host_manner *m = &w->scenario.host;

	snprintf(w->fqdn, sizeof w->fqdn, "%s.%s", w->computer, w->domain);
	snprintf(w->other_fqdn, sizeof w->other_fqdn, "%s.%s", w->other_nb, w->domain);
	lower(w->fqdn);
	lower(w->other_fqdn);
	if (!m->nb_computer)
		m->nb_computer = w->computer;
	m->nb_domain = w->host->is_home ? m->nb_computer : "EXAMPLE";
	if (!m->dns_computer)
		m->dns_computer = w->host->is_home ? w->computer : w->fqdn;
	m->dns_domain = w->host->is_home ? m->dns_computer : w->domain;
}

static void ordinary_certificate(struct world *w)
{
	static const enum certificate_kind kinds[] = {CERTIFICATE_WINDOWS, CERTIFICATE_WINDOWS,
	                                              CERTIFICATE_WINDOWS, CERTIFICATE_P256,
	                                              CERTIFICATE_ISSUED};

	w->scenario.certificate = kinds[luck_below(&w->luck, 5)];
}

static void ordinary_world(struct world *w, unsigned kinds, bool in_domain, uint64_t seed)
{
	*w = (struct world){.luck = {seed}};
	w->host = host_of_kind(w, kinds ? kinds : HOST_WINDOWS, in_domain);
	w->profile = any_profile(w);
	w->scenario = (struct scenario){
	    .id = "planted", .says = "", .host = w->host->manner, .tls = w->host->tls};
	w->state = (struct net_state){.has_link = true, .has_default_route = true};
	ordinary_certificate(w);
	name_things(w);
	w->dialled = luck_below(&w->luck, 4) ? BY_FQDN : BY_ADDRESS;
	w->path.latency_us = luck_between(&w->luck, 200, 30000);
}

/* Behind a request, a service of another kind answers, and no host of ours. */
static void take_from_lab(struct world *w, const char *id)
{
	const struct scenario *s = id ? scenario_by_id(id) : NULL;
	struct host_manner *m = &w->scenario.host;

	if (!s)
		return;
	if (s->fault.when != NEVER)
		w->scenario.fault = s->fault;
	if (s->certificate)
		w->scenario.certificate = s->certificate;
	if (s->tls.least || s->tls.suites)
		w->scenario.tls = s->tls;
	m->forced_failure = s->host.forced_failure;
	m->has_forced = s->host.has_forced;
	m->forced_selected = s->host.forced_selected;
	m->has_no_neg_data = s->host.has_no_neg_data;
	m->credssp_error = s->host.credssp_error;
	if (s->host.accepts & ACCEPTS_STANDARD && !(s->host.accepts & PROTOCOL_SSL))
		m->accepts = s->host.accepts;
}

static void take_way(struct world *w, const struct way *way)
{
	take_from_lab(w, way->lab);
	if (way->make)
		way->make(w);
}

/* --- one run --- */

struct verdict_line {
	const char *kind, *id, *view;
	unsigned variant;
	const char *causes[2]; /* planted; NULL: none */
	const struct way *ways[2];
	const struct planted_row *row;
	const struct way *looks; /* what is sound looks like this way; NULL: like none */
	enum stage_id stage;
};

static struct net_address address_of(const struct world *w, const char *text)
{
	struct net_address a = run_address(text);

	if (w->port)
		a.port = w->port;
	return a;
}

static void typed_text(const struct world *w, char out[WORLD_TEXT])
{
	const char *name = w->typed                      ? w->typed
	                   : w->dialled == BY_ADDRESS    ? w->address
	                   : w->dialled == BY_SHORT_NAME ? w->computer
	                                                 : w->fqdn;

	if (w->port)
		snprintf(out, WORLD_TEXT, "%.80s:%u", name, w->port);
	else
		snprintf(out, WORLD_TEXT, "%.80s", name);
}

static void set_names(struct probe_run *r, const struct world *w)
{
	struct fake_name name = {.name = r->target.ascii, .delay_us = 1000};
	struct fake_name control = {.name = "example.com", .answer = {.result = LOOKUP_FOUND}};

	name.answer = (struct net_names){.result = w->lookup, .source = SOURCE_DNS};
	name.is_never = w->is_lookup_never;
	if (w->has_v6)
		name.answer.at[name.answer.n++] = address_of(w, w->address6);
	name.answer.at[name.answer.n++] = address_of(w, w->address);
	if (w->lookup != LOOKUP_FOUND)
		name.answer.n = 0;
	net_fake_name(r->net, &name);
	control.answer.n = 1;
	control.answer.at[0] = run_address("203.0.113.80");
	control.is_never = w->is_control_never;
	if (w->is_control_missing)
		control.answer = (struct net_names){.result = LOOKUP_FAILED, .source = SOURCE_DNS};
	net_fake_name(r->net, &control);
}

static void set_path(struct probe_run *r, struct world *w)
{
	struct fake_path path = w->path, path6 = {.way = w->way6};

	path.to = run_address(w->address);
	path.to.port = 0;
	path.up.spoil = w->up.spoil;
	path.up.spoil_context = &w->up;
	path.down.spoil = w->down.spoil;
	path.down.spoil_context = &w->down;
	net_fake_path(r->net, &path);
	if (w->has_v6) {
		path6.to = run_address(w->address6);
		path6.to.port = 0;
		path6.latency_us = path.latency_us;
		net_fake_path(r->net, &path6);
	}
	for (size_t i = 0; i < w->n_neighbours; i++) {
		struct fake_path neighbour = {.way = w->neighbours[i].way,
		                              .latency_us = path.latency_us};

		neighbour.to = run_address(w->address);
		neighbour.to.port = w->neighbours[i].port;
		net_fake_path(r->net, &neighbour);
	}
}

static void listen(struct probe_run *r, const struct world *w)
{
	bool is_v6 = w->has_v6 && w->way6 == FAKE_OPEN;
	struct net_address at = address_of(w, is_v6 ? w->address6 : w->address);
	const char *error = NULL;

	if (w->has_no_host)
		return;
	if (w->listens_at)
		at.port = w->listens_at;
	r->lab = lab_start(r->net, &w->scenario, &at, &error);
	if (r->lab)
		return;
	fprintf(stderr, "accuracy: %s\n", error);
	exit(70);
}

static void add_code(struct findings *found, enum finding_id id, uint32_t value)
{
	struct finding f = finding_of(id, ORIGIN_USER);

	f.number = value;
	f.where = "error dialog";
	f.when_us = RUN_WALL_US;
	findings_add(found, &f);
}

static void add_codes(struct findings *found, uint32_t code, uint32_t extended)
{
	if (!code)
		return;
	add_code(found, F_CLIENT_CODE, code);
	if (extended)
		add_code(found, F_CLIENT_EXTENDED, extended);
}

static void go(struct probe_run *r, struct world *w, struct recorder *recorder)
{
	char typed[WORLD_TEXT];

	name_host(w);
	typed_text(w, typed);
	probe_run_init(r, typed);
	net_fake_luck(r->net, luck_next(&w->luck));
	recorder_begin(recorder);
	net_fake_tap(r->net, recorder_hear, recorder);
	set_names(r, w);
	set_path(r, w);
	net_fake_state(r->net, &w->state);
	if (w->has_route)
		net_fake_route(r->net, NULL, &w->route);
	listen(r, w);
	r->options.profile = w->profile;
	r->options.is_full = w->is_full;
	r->found.arena = &r->arena;
	add_codes(&r->found, w->code, w->extended);
	probe_run_go(r);
}

/* --- sets: causes that are planted with the same way --- */

static size_t causes_of_way(const struct way *way, const char *out[SETS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; planted_at(i); i++)
		for (size_t k = 0; k < CAUSE_WAYS && planted_at(i)->ways[k]; k++)
			if (strcmp(planted_at(i)->ways[k], way->id) == 0 && n < SETS_MAX)
				out[n++] = planted_at(i)->cause;
	return n;
}

/* The strongest word of a cause on a finding, with its sign; 0: none. */
static int word_on(const char *id, enum finding_id finding)
{
	const struct cause *c = cause_by_id(id);
	int word = 0;

	for (; c; c = c->refines ? cause_by_id(c->refines) : NULL)
		for (size_t i = 0; i < EVIDENCE_MAX && c->evidence[i].finding; i++)
			if (c->evidence[i].finding == finding &&
			    abs(c->evidence[i].strength) > abs(word))
				word = c->evidence[i].strength;
	return word;
}

static bool separates(const struct check *check, const char *const *set, size_t n)
{
	for (size_t f = 0; f < CHECK_FINDINGS_MAX && check->findings[f]; f++)
		for (size_t i = 1; i < n; i++)
			if (word_on(set[i], check->findings[f]) !=
			    word_on(set[0], check->findings[f]))
				return true;
	return false;
}

static bool is_told_what_separates(const struct diagnosis *d, const char *const *set, size_t n)
{
	for (size_t i = 0; i < d->n_checks; i++)
		if (separates(d->checks[i].check, set, n))
			return true;
	return false;
}

/* --- what is written of it --- */

static void put_causes(struct json *j, const struct diagnosis *d)
{
	json_key(j, "ranked");
	json_begin_array(j);
	for (size_t i = 0; i < d->n_causes; i++)
		json_put_string(j, d->causes[i].cause->id);
	json_end_array(j);
	json_key(j, "families");
	json_begin_object(j);
	for (size_t i = 0; i < d->shown->n; i++)
		if (d->shown->parent[i] < 0 && d->shown->mass[i] > OUTSIDE_LEAST)
			json_key_probability(j, cause_at(i)->id, d->shown->mass[i]);
	json_end_object(j);
}

static void put_ids(struct json *j, const char *key, const struct cause *const *causes, size_t n)
{
	json_key(j, key);
	json_begin_array(j);
	for (size_t i = 0; i < n; i++)
		json_put_string(j, causes[i]->id);
	json_end_array(j);
}

static void put_sides(struct json *j, const struct diagnosis *d)
{
	json_key(j, "sides");
	json_begin_array(j);
	for (size_t i = 0; i < d->n_sides; i++)
		json_put_string(j, whose_name(d->sides[i].whose));
	json_end_array(j);
	json_key_string(j, "whose", whose_name(d->whose));
}

/*
 * Where it fails, as the report says it: the stage that is marked as failed; where none is, that
 * of its first cause.
 */
static const char *stage_of(const struct diagnosis *d)
{
	for (size_t i = 0; i < d->n_stages; i++)
		if (d->stages[i].status == STAGE_FAIL)
			return stage_name(d->stages[i].id);
	if (d->state == VERDICT_HEALTHY || !d->n_causes)
		return NULL;
	return stage_name(d->causes[0].cause->stage);
}

static void put_verdict(struct json *j, const struct diagnosis *d)
{
	json_key_string(j, "state", verdict_state_name(d->state));
	json_key_string(j, "reason", verdict_reason_name(d->reason));
	json_key_if_string(j, "cause", d->cause ? d->cause->id : NULL);
	json_key_probability(j, "confidence", d->confidence);
	json_key_probability(j, "healthy", d->p_healthy);
	json_key_probability(j, "unknown", d->p_unknown);
	put_ids(j, "also", d->also, d->n_also);
	put_ids(j, "set_said", d->set, d->n_set);
	put_causes(j, d);
	put_sides(j, d);
	json_key_if_string(j, "stage_said", stage_of(d));
}

static const char *root_of(const char *id)
{
	const struct cause *c = cause_by_id(id);

	while (c->refines)
		c = cause_by_id(c->refines);
	return c->id;
}

static void put_set(struct json *j, const char *key, const char *const *set, size_t n, bool roots)
{
	json_key(j, key);
	json_begin_array(j);
	for (size_t i = 0; i < n; i++)
		json_put_string(j, roots ? root_of(set[i]) : set[i]);
	json_end_array(j);
}

static void put_truth_of(struct json *j, const struct verdict_line *v, size_t i,
                         const struct diagnosis *d)
{
	const char *set[SETS_MAX] = {v->causes[i]};
	size_t n = v->ways[i] ? causes_of_way(v->ways[i], set) : 1;
	const struct cause *c = cause_by_id(v->causes[i]);

	json_begin_object(j);
	json_key_string(j, "cause", v->causes[i]);
	json_key_if_string(j, "way", v->ways[i] ? v->ways[i]->id : NULL);
	put_set(j, "set", set, n, false);
	put_set(j, "families", set, n, true);
	json_key_string(j, "whose", whose_name(c->whose));
	json_key(j, "stages");
	json_begin_array(j);
	for (size_t k = 0; k < n; k++)
		json_put_string(j, stage_name(v->ways[i] && v->ways[i]->stage
		                                  ? v->ways[i]->stage
		                                  : cause_by_id(set[k])->stage));
	json_end_array(j);
	json_key(j, "sides");
	json_begin_array(j);
	for (size_t k = 0; k < n; k++)
		json_put_string(j, whose_name(cause_by_id(set[k])->whose));
	json_end_array(j);
	if (n > 1)
		json_key_bool(j, "told", is_told_what_separates(d, set, n));
	json_end_object(j);
}

/* What is seen decides which causes are one class, and not what is true. */
static void put_looks(struct json *j, const struct way *way)
{
	const char *set[SETS_MAX];

	if (way)
		put_set(j, "looks", set, causes_of_way(way, set), true);
}

static void put_run(struct buf *out, const struct verdict_line *v, const struct world *w,
                    const struct diagnosis *d, const struct probe_run *r)
{
	struct json j = json_into(out, false);
	char code[32] = "";

	if (w->code)
		snprintf(code, sizeof code, w->extended ? "0x%X/0x%X" : "0x%X", w->code,
		         w->extended);
	json_begin_object(&j);
	json_key_string(&j, "kind", v->kind);
	json_key_string(&j, "id", v->id);
	json_key_integer(&j, "variant", v->variant);
	json_key_string(&j, "view", v->view);
	json_key_string(&j, "host", w->host->id);
	json_key_string(&j, "profile", w->profile->id);
	json_key_string(&j, "code", code);
	json_key(&j, "truth");
	json_begin_array(&j);
	for (size_t i = 0; i < 2 && v->causes[i]; i++)
		put_truth_of(&j, v, i, d);
	json_end_array(&j);
	put_looks(&j, v->looks);
	if (v->stage)
		json_key_string(&j, "stage", stage_name(v->stage));
	put_verdict(&j, d);
	if (r)
		json_key_integer(&j, "took_ms", r->took_us / 1000);
	json_end_object(&j);
	buf_putc(out, '\n');
}

/* --- the runs --- */

struct settings {
	uint64_t seed;
	unsigned variants;
	const char *only, *recordings; /* NULL: all, and none kept */
	bool is_shown;
};

static void show(const struct verdict_line *v, const struct probe_run *r)
{
	struct run_frame frame = {.version = "0",
	                          .input = r->target.name,
	                          .host = r->target.name,
	                          .id = "1",
	                          .options = "",
	                          .started_us = RUN_WALL_US};
	struct buf text = {0};
	struct page page = {.out = &text, .width = 100};

	report_text(&page, &r->d, &frame, DETAIL_FINDINGS);
	fprintf(stderr, "=== %s %s/%u\n%s\n", v->kind, v->id, v->variant, text.bytes);
	buf_fini(&text);
}

/* FOLDER/KIND-ID-VARIANT.pcap */
static void keep_recording(const struct settings *s, const struct verdict_line *v,
                           struct recorder *recorder)
{
	char path[600];
	FILE *f;

	if (!s->recordings || !recorder->n_flows)
		return;
	snprintf(path, sizeof path, "%s/%s-%s-%u.pcap", s->recordings, v->kind, v->id, v->variant);
	recorder_end(recorder);
	f = fopen(path, "wb");
	if (f && fwrite(recorder->pcap.bytes, 1, recorder->pcap.n, f) == recorder->pcap.n &&
	    !fclose(f))
		return;
	fprintf(stderr, "accuracy: %s cannot be written\n", path);
	exit(70);
}

static void conclude_run(const struct settings *s, const struct verdict_line *v, struct world *w)
{
	struct probe_run r;
	struct recorder recorder;
	struct buf line = {0};

	go(&r, w, &recorder);
	while (w->path.down.percent_lost && !net_fake_lost(r.net)) {
		/* By chance nothing was lost: then nothing was planted. */
		probe_run_fini(&r);
		recorder_fini(&recorder);
		go(&r, w, &recorder);
	}
	put_run(&line, v, w, &r.d, &r);
	fwrite(line.bytes, 1, line.n, stdout);
	buf_fini(&line);
	if (s->is_shown)
		show(v, &r);
	probe_run_fini(&r);
	keep_recording(s, v, &recorder);
	recorder_fini(&recorder);
}

/* The code alone: nothing is measured. */
static void conclude_code(const struct verdict_line *v, const struct world *w)
{
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct buf line = {0};
	struct diagnosis d;

	add_codes(&found, w->code, w->extended);
	d = infer(&found, RUN_WALL_US, &arena);
	put_run(&line, v, w, &d, NULL);
	fwrite(line.bytes, 1, line.n, stdout);
	buf_fini(&line);
	arena_fini(&arena);
}

static bool is_wanted(const struct settings *s, const char *id)
{
	return !s->only || strcmp(s->only, id) == 0;
}

static struct client_code code_for(const struct way *way, unsigned variant)
{
	size_t n = 0;

	while (n < WAY_CODES && way->codes[n].code)
		n++;
	return n ? way->codes[variant / 2 % n] : (struct client_code){0};
}

static void run_planted(const struct settings *s, const struct planted_row *row, unsigned variant)
{
	size_t n = 0;

	while (n < CAUSE_WAYS && row->ways[n])
		n++;

	const struct way *way = way_by_id(row->ways[variant % n]);
	struct client_code code = code_for(way, variant);
	struct verdict_line v = {.kind = "fault",
	                         .id = row->cause,
	                         .view = "probe",
	                         .variant = variant,
	                         .causes = {row->cause},
	                         .ways = {way},
	                         .row = row};
	struct world w;

	ordinary_world(&w, way->hosts, way->in_domain,
	               seed_of(s->seed, "fault", row->cause, variant));
	take_way(&w, way);
	if (way->needs_code || variant % 2) {
		w.code = code.code;
		w.extended = code.extended;
	}
	conclude_run(s, &v, &w);
	if (!code.code)
		return;
	w.code = code.code;
	w.extended = code.extended;
	v.view = "code";
	conclude_code(&v, &w);
}

static void run_sound(const struct settings *s, const struct sound_row *row, unsigned variant)
{
	struct verdict_line v = {.kind = "sound",
	                         .id = row->id,
	                         .view = "probe",
	                         .variant = variant,
	                         .looks = row->looks ? way_by_id(row->looks) : NULL};
	struct world w;

	ordinary_world(&w, row->hosts, false, seed_of(s->seed, "sound", row->id, variant));
	take_from_lab(&w, row->lab);
	if (row->make)
		row->make(&w);
	conclude_run(s, &v, &w);
}

static void run_pair(const struct settings *s, const struct pair_row *row, unsigned variant)
{
	char id[120];
	struct verdict_line v = {.kind = "two",
	                         .id = id,
	                         .view = "probe",
	                         .variant = variant,
	                         .causes = {row->causes[0], row->causes[1]},
	                         .ways = {way_by_id(row->ways[0]), way_by_id(row->ways[1])}};
	struct world w;

	snprintf(id, sizeof id, "%s+%s", row->causes[0], row->causes[1]);
	ordinary_world(&w, row->hosts, true, seed_of(s->seed, "two", id, variant));
	for (size_t i = 0; i < 2; i++)
		take_way(&w, v.ways[i]);
	conclude_run(s, &v, &w);
}

static void run_strange(const struct settings *s, const struct strange_row *row, unsigned variant)
{
	struct verdict_line v = {.kind = "strange",
	                         .id = row->id,
	                         .view = "probe",
	                         .variant = variant,
	                         .stage = row->stage};
	struct world w;

	ordinary_world(&w, row->hosts ? row->hosts : HOST_NLA, false,
	               seed_of(s->seed, "strange", row->id, variant));
	row->make(&w);
	conclude_run(s, &v, &w);
}

/* --- the tables, for whoever scores --- */

static void put_way(struct json *j, const struct way *way)
{
	const char *set[SETS_MAX] = {0};
	size_t n = causes_of_way(way, set);

	json_begin_object(j);
	json_key_string(j, "table", "way");
	json_key_string(j, "id", way->id);
	json_key_string(j, "says", way->says);
	json_key_if_string(j, "lab", way->lab && !way->make ? way->lab : NULL);
	json_key_if_string(j, "tells", way->tells);
	put_set(j, "set", set, n, false);
	put_set(j, "families", set, n, true);
	json_end_object(j);
}

static void put_row(struct json *j, const char *table, const char *id, const char *says)
{
	json_begin_object(j);
	json_key_string(j, "table", table);
	json_key_string(j, "id", id);
	json_key_string(j, "says", says);
	json_end_object(j);
}

static void put_cause(struct json *j, const struct cause *c)
{
	json_begin_object(j);
	json_key_string(j, "table", "cause");
	json_key_string(j, "id", c->id);
	json_key_string(j, "family", root_of(c->id));
	json_key_string(j, "whose", whose_name(c->whose));
	json_key_string(j, "stage", stage_name(c->stage));
	json_key_integer(j, "commonness", cause_commonness(c->id));
	json_end_object(j);
}

static void put_strength(struct json *j, int strength)
{
	struct likelihood l = strength_likelihood(strength);

	json_begin_object(j);
	json_key_string(j, "table", "strength");
	json_key_string(j, "id", strength_name(strength));
	json_key_probability(j, "given_cause", l.given_cause);
	json_key_probability(j, "given_other", l.given_other);
	json_end_object(j);
}

static void print_line(struct buf *line)
{
	printf("%s\n", line->bytes);
	buf_fini(line);
	*line = (struct buf){0};
}

static void print_tables(void)
{
	static const int strengths[] = {WEAK, MODERATE, STRONG, DECISIVE, CODE_DECIDES, REFUTES};
	struct buf line = {0};
	struct json j = json_into(&line, false);

	for (size_t i = 0; way_at(i); i++, print_line(&line))
		put_way(&j, way_at(i));
	for (size_t i = 0; sound_at(i); i++, print_line(&line))
		put_row(&j, "sound", sound_at(i)->id, sound_at(i)->says);
	for (size_t i = 0; strange_at(i); i++, print_line(&line))
		put_row(&j, "strange", strange_at(i)->id, strange_at(i)->says);
	for (size_t i = 0; i < cause_count(); i++, print_line(&line))
		put_cause(&j, cause_at(i));
	for (size_t i = 0; i < sizeof strengths / sizeof *strengths; i++, print_line(&line))
		put_strength(&j, strengths[i]);
}

/* For 5 runs of a cause: 40 healthy ones, 20 with two faults, 10 with what no row describes. */
static unsigned at_least_2(unsigned n)
{
	return n < 2 ? 2 : n;
}

static void run_all(const struct settings *s)
{
	for (size_t i = 0; planted_at(i); i++)
		for (unsigned v = 0; is_wanted(s, planted_at(i)->cause) && v < s->variants; v++)
			run_planted(s, planted_at(i), v);
	for (size_t i = 0; sound_at(i); i++)
		for (unsigned v = 0;
		     is_wanted(s, sound_at(i)->id) && v < at_least_2(s->variants / 3); v++)
			run_sound(s, sound_at(i), v);
	for (size_t i = 0; pair_at(i); i++)
		for (unsigned v = 0; is_wanted(s, "two") && v < at_least_2(2 * s->variants / 5);
		     v++)
			run_pair(s, pair_at(i), v);
	for (size_t i = 0; strange_at(i); i++)
		for (unsigned v = 0;
		     is_wanted(s, strange_at(i)->id) && v < at_least_2(s->variants / 5); v++)
			run_strange(s, strange_at(i), v);
}

int main(int n, char **words)
{
	struct settings s = {.variants = VARIANTS_USUAL};
	bool wants_tables = false;

	for (int i = 1; i < n; i++) {
		if (strcmp(words[i], "--show") == 0)
			s.is_shown = true;
		else if (strcmp(words[i], "--tables") == 0)
			wants_tables = true;
		else if (strcmp(words[i], "--seed") == 0 && i + 1 < n)
			s.seed = strtoull(words[++i], NULL, 10);
		else if (strcmp(words[i], "--variants") == 0 && i + 1 < n)
			s.variants = (unsigned)strtoul(words[++i], NULL, 10);
		else if (strcmp(words[i], "--recordings") == 0 && i + 1 < n)
			s.recordings = words[++i];
		else if (strcmp(words[i], "--case") == 0 && i + 1 < n)
			s.only = words[++i];
		else {
			fputs("usage: see the head of accuracy.c\n", stderr);
			return 64;
		}
	}
	if (wants_tables)
		print_tables();
	else
		run_all(&s);
	return 0;
}
