/*
 * Two roads: what a connection of the probe finds, and what an observer finds in the bytes that
 * it exchanged, must be equal as far as everybody on the path can see it.
 */
#include "harness.h"

#include <stdlib.h>

#include "probe/attempt.h"
#include "probe_run.h"

#define ADDRESS      "192.0.2.7"
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- what travelled --- */

struct event {
	bool is_end;
	enum direction dir;
	enum ending how;
	int waited_ms;
	int64_t wall_us;
	size_t at, n; /* in the bytes of the tape */
};

#define EVENTS_MAX 4096

struct tape {
	struct event events[EVENTS_MAX];
	size_t n;
	struct buf bytes;
};

static void tape_bytes(void *context, const struct attempt *a, enum direction dir,
                       const void *bytes, size_t n, int64_t wall_us)
{
	struct tape *t = context;

	(void)a;
	assert_true(t->n < EVENTS_MAX);
	t->events[t->n++] = (struct event){
	    .dir = dir, .wall_us = wall_us, .at = t->bytes.n, .n = n};
	buf_put(&t->bytes, bytes, n);
}

static void tape_ended(void *context, const struct attempt *a, enum direction who, enum ending how,
                       int waited_ms, int64_t wall_us)
{
	struct tape *t = context;

	(void)a;
	assert_true(t->n < EVENTS_MAX);
	t->events[t->n++] = (struct event){
	    .is_end = true, .dir = who, .how = how, .waited_ms = waited_ms, .wall_us = wall_us};
}

/* --- the first road: the connection itself --- */

struct connection {
	struct probe_run run;
	struct attempt *attempt;
	struct net_timer *limit;
	struct tape *tape;
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
	struct attempt_tap tap = {.bytes = tape_bytes, .ended = tape_ended, .context = c->tape};
	struct attempt_plan plan = {.kind = ATTEMPT_RDP,
	                            .to = run_address(ADDRESS),
	                            .journey = *journey,
	                            .is_bare = journey->has_bare_hello,
	                            .tap = &tap};

	probe_run_init(&c->run, RUN_HOST);
	probe_run_play(&c->run, s, ADDRESS);
	c->run.found.arena = &c->run.arena;
	c->attempt = attempt_new(c->run.net, &plan, &c->run.found, told, c);
	net_run(c->run.net);
	assert_int_not_equal(attempt_state_of(c->attempt)->outcome, OUTCOME_OPEN);
}

static void disconnect(struct connection *c)
{
	attempt_fini(c->attempt);
	lab_stop(c->run.lab);
	net_free(c->run.net);
	arena_fini(&c->run.arena);
	assert_int_equal(net_fake_live(), 0);
}

/* --- the second road: whoever hears it --- */

static void observe(const struct tape *t, const struct journey_plan *client, struct findings *found)
{
	struct journey_plan plan = *client;
	struct journey *j;
	struct buf out = {0};
	struct step step = {.out = &out, .found = found, .origin = ORIGIN_CAPTURE, .where = "tape"};

	plan.role = ROLE_OBSERVER;
	j = journey_new(&plan);
	journey_open(j, &step);
	for (size_t i = 0; i < t->n; i++) {
		const struct event *e = &t->events[i];

		step.now_us = e->wall_us;
		if (e->is_end)
			journey_ended(j, e->dir, e->how, e->waited_ms, &step);
		else
			journey_tcp(j, e->dir, t->bytes.bytes + e->at, e->n, &step);
	}
	assert_int_equal(out.n, 0);
	journey_free(j);
	buf_fini(&out);
}

/* --- comparison --- */

/* Whether a chain is trusted is told from this computer's store. */
static bool is_compared(const struct finding *f)
{
	return f->visible == VISIBLE_WIRE && f->id != F_CERT_UNTRUSTED;
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	return a->id == b->id && a->state == b->state && a->number == b->number &&
	       a->effect == b->effect &&
	       strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
}

static size_t n_like(const struct findings *set, const struct finding *f)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += is_compared(&set->at[i]) && is_same(&set->at[i], f);
	return n;
}

/* How many of the one set the other does not hold as often. */
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

/* --- all connections that the probe makes --- */

static const struct {
	const char *says;
	enum purpose purpose;
	uint32_t requested;
	bool has_no_neg_req;
	uint16_t hello;
} connections[] = {
    {"as a client", AS_CLIENT, UINT32_MAX, false, 0},
    {"as an old client", AS_CLIENT, 0, true, 0},
    {"as a client with TLS alone", AS_CLIENT, PROTOCOL_SSL, false, 0},
    {"mask standard", ASIDE, PROTOCOL_RDP, false, 0},
    {"mask TLS", ASIDE, PROTOCOL_SSL, false, 0},
    {"mask NLA", ASIDE, PROTOCOL_SSL | PROTOCOL_HYBRID, false, 0},
    {"mask NLA alone", ASIDE, PROTOCOL_HYBRID, false, 0},
    {"hello 1.0", ASIDE, UINT32_MAX, false, TLS_1_0},
    {"hello 1.1", ASIDE, UINT32_MAX, false, TLS_1_1},
    {"hello 1.2", ASIDE, UINT32_MAX, false, TLS_1_2},
    {"hello 1.3", ASIDE, UINT32_MAX, false, TLS_1_3},
};

static size_t compare(const struct scenario *s, size_t i)
{
	const struct client_profile *profile = profile_at(0);
	struct journey_plan plan = {.role = ROLE_CLIENT,
	                            .purpose = connections[i].purpose,
	                            .profile = profile,
	                            .requested = connections[i].requested == UINT32_MAX
	                                             ? profile->protocols
	                                             : connections[i].requested,
	                            .has_no_neg_req = connections[i].has_no_neg_req,
	                            .has_bare_hello = connections[i].hello != 0,
	                            .hello_least = connections[i].hello,
	                            .hello_most = connections[i].hello,
	                            .dialled = RUN_HOST};
	struct tape *tape = calloc(1, sizeof *tape);
	struct connection c = {.tape = tape};
	struct arena arena = {0};
	struct findings heard = {.arena = &arena};
	size_t n;

	assert_non_null(tape);
	connect_to(&c, s, &plan);
	observe(tape, &plan, &heard);
	n = n_missing(s->id, connections[i].says, &c.run.found, &heard, "probe");
	n += n_missing(s->id, connections[i].says, &heard, &c.run.found, "observer");
	disconnect(&c);
	buf_fini(&tape->bytes);
	free(tape);
	arena_fini(&arena);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_roads_lead_to_the_same_findings),
	};

	return RUN(tests);
}
