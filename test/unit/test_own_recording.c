/*
 * Two roads through a file: what a connection of the probe finds, and what is found in the
 * recording that it makes of itself, must be equal: what everybody on the path sees, and with the
 * secrets inside also what TLS holds.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe/recorder.h"
#include "probe_run.h"
#include "read/recording.h"

#define ADDRESS      "192.0.2.7"
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- the first road: a connection, and its file --- */

struct connection {
	struct probe_run run;
	struct attempt *attempt;
	struct recorder *recorder;
	struct buf file;
};

static void told(void *context, struct attempt *a, enum attempt_event event)
{
	struct connection *c = context;

	(void)a;
	if (event == ATTEMPT_OVER)
		net_stop(c->run.net);
}

static void connect_to(struct connection *c, const struct scenario *s,
                       const struct journey_plan *journey)
{
	struct attempt_plan plan = {
	    .kind = ATTEMPT_RDP, .to = run_address(ADDRESS), .journey = *journey};
	struct recorder_span span = {.began_us = RUN_WALL_US};

	probe_run_init(&c->run, RUN_HOST);
	probe_run_play(&c->run, s, ADDRESS);
	c->recorder = recorder_new();
	plan.tap = recorder_tap(c->recorder);
	c->run.found.arena = &c->run.arena;
	c->attempt = attempt_new(c->run.net, &plan, &c->run.found, told, c);
	net_run(c->run.net);
	assert_int_not_equal(attempt_state_of(c->attempt)->outcome, OUTCOME_OPEN);
	span.ended_us = net_wall_us(c->run.net);
	recorder_put(c->recorder, &span, &c->file);
}

static void disconnect(struct connection *c)
{
	attempt_fini(c->attempt);
	recorder_free(c->recorder);
	lab_stop(c->run.lab);
	net_free(c->run.net);
	arena_fini(&c->run.arena);
	buf_fini(&c->file);
	assert_int_equal(net_fake_live(), 0);
}

/* --- the second road: the file --- */

struct heard {
	struct arena arena;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints;
};

static void hear(struct heard *h, const struct buf *file)
{
	struct evidence ev = {.arena = &h->arena,
	                      .name = "run.pcapng",
	                      .found = &h->found,
	                      .attempts = &h->attempts,
	                      .complaints = &h->complaints};
	struct recording_plan plan = {.profile = profile_at(0)};
	struct recording *r;

	h->found.arena = h->attempts.arena = h->complaints.arena = &h->arena;
	r = recording_new(&ev, &plan);
	assert_int_equal(recording_take(r, (const uint8_t *)file->bytes, file->n, true), file->n);
	recording_end(r);
	assert_int_equal(h->complaints.n, 0);
}

/* --- comparison --- */

static bool is_same(const struct finding *a, const struct finding *b)
{
	return a->id == b->id && a->state == b->state && a->number == b->number &&
	       a->effect == b->effect &&
	       strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
}

/*
 * What only one road can tell: the store of this computer, the name that was dialled, and what
 * the probe concludes elsewhere (reach, conclude) out of what a recording shows in its packets.
 */
static bool is_compared(const struct finding *f)
{
	static const enum finding_id one_road[] = {F_CERT_UNTRUSTED, F_TCP_CONNECTED, F_PATH_RTT};

	for (size_t i = 0; i < COUNT(one_road); i++)
		if (f->id == one_road[i])
			return false;
	return f->visible == VISIBLE_WIRE || f->visible == VISIBLE_TLS;
}

static size_t n_like(const struct findings *set, const struct finding *f)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += is_compared(&set->at[i]) && is_same(&set->at[i], f);
	return n;
}

static size_t n_missing(const char *id, const char *plan, const struct findings *these,
                        const struct findings *those, const char *road)
{
	size_t n = 0;

	for (size_t i = 0; i < these->n; i++) {
		const struct finding *f = &these->at[i];
		char value[160];

		if (!is_compared(f) || n_like(these, f) == n_like(those, f))
			continue;
		finding_value_text(f, value, sizeof value);
		print_message("# %s, %s: only the %s finds %s%s %s, %s\n", id, plan, road,
		              f->state == FINDING_SEEN ? "" : "not ", finding_defs[f->id].name,
		              value, effect_name(f->effect));
		n++;
	}
	return n;
}

/* --- connections that a client makes --- */

static const struct {
	const char *says;
	uint32_t requested;
	bool has_no_neg_req;
} connections[] = {
    {"as a client", UINT32_MAX, false},
    {"as an old client", 0, true},
    {"as a client with TLS alone", PROTOCOL_SSL, false},
};

static size_t compare(const struct scenario *s, size_t i)
{
	const struct client_profile *profile = profile_at(0);
	struct journey_plan plan = {.role = ROLE_CLIENT,
	                            .purpose = AS_CLIENT,
	                            .profile = profile,
	                            .requested = connections[i].requested == UINT32_MAX
	                                             ? profile->protocols
	                                             : connections[i].requested,
	                            .has_no_neg_req = connections[i].has_no_neg_req,
	                            .dialled = RUN_HOST};
	struct connection c = {0};
	struct heard h = {0};
	const struct findings *found;
	size_t n;

	connect_to(&c, s, &plan);
	hear(&h, &c.file);
	assert_int_equal(h.attempts.n, 1);
	found = &h.attempts.at[0].found;
	n = n_missing(s->id, connections[i].says, &c.run.found, found, "probe");
	n += n_missing(s->id, connections[i].says, found, &c.run.found, "recording");
	disconnect(&c);
	arena_fini(&h.arena);
	return n;
}

static void both_roads_lead_to_the_same_findings(void **state)
{
	(void)state;
	size_t n = 0;

	for (size_t i = 0; scenario_at(i); i++)
		for (size_t k = 0; k < COUNT(connections); k++)
			n += compare(scenario_at(i), k);
	assert_int_equal(n, 0);
}

/* --- the whole probe --- */

static void run_whole(struct connection *c)
{
	struct recorder_span span = {.began_us = RUN_WALL_US};

	c->recorder = recorder_new();
	c->run.options.tap = recorder_tap(c->recorder);
	probe_run_go(&c->run);
	probe_fini(c->run.probe);
	span.ended_us = net_wall_us(c->run.net);
	recorder_put(c->recorder, &span, &c->file);
	recorder_free(c->recorder);
}

static void name_host(struct connection *c)
{
	static const char *const addresses[] = {ADDRESS};

	*c = (struct connection){0};
	probe_run_init(&c->run, RUN_HOST);
	probe_run_name(&c->run, addresses, 1);
}

static void over(struct connection *c, struct heard *h)
{
	probe_run_fini(&c->run);
	buf_fini(&c->file);
	arena_fini(&h->arena);
	assert_int_equal(net_fake_live(), 0);
}

static size_t n_not_live(const char *id, const struct findings *recorded,
                         const struct findings *live)
{
	size_t n = 0;

	for (size_t i = 0; i < recorded->n; i++) {
		const struct finding *f = &recorded->at[i];
		char value[160];

		if (!is_compared(f) || n_like(live, f))
			continue;
		finding_value_text(f, value, sizeof value);
		print_message("# %s: only the recording finds %s%s %s, %s\n", id,
		              f->state == FINDING_SEEN ? "" : "not ", finding_defs[f->id].name,
		              value, effect_name(f->effect));
		n++;
	}
	return n;
}

/* Measures are known as such: what is left is what a client did, and nothing else is found. */
static void a_whole_run_is_one_attempt_of_a_client(void **state)
{
	(void)state;
	size_t n = 0;

	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);
		struct connection c;
		struct heard h = {0};
		const struct attempt *chosen;
		size_t n_clients = 0;

		name_host(&c);
		probe_run_play(&c.run, s, ADDRESS);
		run_whole(&c);
		hear(&h, &c.file);
		for (size_t k = 0; k < h.attempts.n; k++)
			n_clients += !h.attempts.at[k].is_ours;
		if (n_clients != 1)
			print_message("# %s: %zu attempts of a client\n", s->id, n_clients);
		n += n_clients != 1;
		chosen = attempts_choose(&h.attempts, NULL, 0);
		assert_non_null(chosen);
		n += n_not_live(s->id, &chosen->found, &c.run.found);
		over(&c, &h);
	}
	assert_int_equal(n, 0);
}

static bool has(const struct findings *set, enum finding_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id && set->at[i].state == FINDING_SEEN)
			return true;
	return false;
}

static void ways_that_lead_nowhere(void **state)
{
	(void)state;
	static const struct {
		struct fake_path path;
		enum finding_id finds;
	} cases[] = {
	    {{.way = FAKE_REFUSED}, F_TCP_REFUSED},
	    {{.way = FAKE_SILENT, .syn_retransmits = 1}, F_TCP_SILENT},
	    {{.way = FAKE_UNREACHABLE, .has_router = true}, F_TCP_UNREACHABLE},
	    {{.way = FAKE_PROHIBITED, .has_router = true}, F_TCP_PROHIBITED},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake_path path = cases[i].path;
		struct connection c;
		struct heard h = {0};
		const struct attempt *chosen;

		name_host(&c);
		path.to = run_address(ADDRESS);
		path.router = run_address("192.0.2.1");
		net_fake_path(c.run.net, &path);
		run_whole(&c);
		hear(&h, &c.file);
		chosen = attempts_choose(&h.attempts, NULL, 0);
		assert_non_null(chosen);
		assert_true(has(&c.run.found, cases[i].finds));
		if (!has(&chosen->found, cases[i].finds))
			fail_msg("%s is not in the recording", finding_defs[cases[i].finds].name);
		over(&c, &h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_roads_lead_to_the_same_findings),
	    cmocka_unit_test(a_whole_run_is_one_attempt_of_a_client),
	    cmocka_unit_test(ways_that_lead_nowhere),
	};

	return RUN(tests);
}
