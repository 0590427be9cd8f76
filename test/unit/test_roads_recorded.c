/*
 * The third road: what a connection of the probe finds, and what is found in the capture that the
 * lab writes of it, must be equal as far as everybody on the path can see it.
 */
#include "harness.h"

#include <stdlib.h>

#include "lab/capture.h"
#include "probe/attempt.h"
#include "probe_run.h"
#include "recording_run.h"

#define ADDRESS      "192.0.2.7"
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- the connection, and its capture --- */

struct connection {
	struct probe_run run;
	struct attempt *attempt;
	struct capture capture;
	struct buf file;
};

static void told(void *context, struct attempt *a, enum attempt_event event)
{
	struct connection *c = context;

	(void)a;
	if (event == ATTEMPT_OVER)
		net_stop(c->run.net);
}

static void taped(void *context, const struct lab_event *event)
{
	struct connection *c = context;

	capture_event(&c->capture, event, &c->file);
}

static void stop(void *context)
{
	net_stop(context);
}

/* Both sides still learn that the other one went. */
static void let_it_end(struct connection *c)
{
	attempt_fini(c->attempt);
	net_after(c->run.net, 100000, stop, c->run.net);
	net_run(c->run.net);
}

static void connect_to(struct connection *c, const struct scenario *s,
                       const struct journey_plan *journey)
{
	struct attempt_plan plan = {
	    .kind = ATTEMPT_RDP, .to = run_address(ADDRESS), .journey = *journey};

	probe_run_init(&c->run, RUN_HOST);
	probe_run_play(&c->run, s, ADDRESS);
	c->run.found.arena = &c->run.arena;
	capture_begin(&c->file);
	lab_on_event(c->run.lab, taped, c);
	c->attempt = attempt_new(c->run.net, &plan, &c->run.found, told, c);
	net_run(c->run.net);
	let_it_end(c);
	capture_end(&c->capture, &c->file);
	lab_stop(c->run.lab);
	net_free(c->run.net);
}

/* --- comparison --- */

/*
 * Whether a chain is trusted is told from this computer's store; that it connected, how long that
 * took and what the credentials' exchange came to, only by one of the two.
 */
static bool is_compared(const struct finding *f)
{
	return f->visible == VISIBLE_WIRE && f->id != F_CERT_UNTRUSTED &&
	       f->id != F_TCP_CONNECTED && finding_defs[f->id].stage != STAGE_PATH;
}

/*
 * What the capture of the lab lacks: the bytes that a client sent to a host that had closed or
 * spoken already, and those of a flood. How many bytes had dripped at the end, each side counts by
 * itself.
 */
static bool is_excused(const char *id, const struct finding *f, bool has_request)
{
	if (strstr(id, "-drip"))
		return f->id == F_NEG_MALFORMED || f->id == F_TLS_STALLS;
	if (strcmp(id, "neg-flood") == 0)
		return f->id == F_NEG_NOT_RDP;
	return !has_request &&
	       (f->id == F_NEG_OFFERED || f->id == F_NEG_CLOSED || f->id == F_TCP_CLOSED_ON_ACCEPT);
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

static size_t n_missing(const char *id, size_t way, const struct findings *these,
                        const struct findings *those, const char *road, bool has_request)
{
	size_t n = 0;

	for (size_t i = 0; i < these->n; i++) {
		const struct finding *f = &these->at[i];
		char value[160];

		if (!is_compared(f) || n_like(these, f) == n_like(those, f) ||
		    is_excused(id, f, has_request))
			continue;
		finding_value_text(f, value, sizeof value);
		print_message("# %s, way %zu: only the %s finds %s%s %s\n", id, way, road,
		              f->state == FINDING_SEEN ? "" : "not ", finding_defs[f->id].name,
		              value);
		n++;
	}
	return n;
}

/* --- all scenarios --- */

static const struct {
	uint32_t requested;
	bool has_no_neg_req;
} ways[] = {{UINT32_MAX, false}, {0, true}, {PROTOCOL_SSL, false}};

static size_t compare(const struct scenario *s, size_t i)
{
	const struct client_profile *profile = profile_at(0);
	struct journey_plan plan = {
	    .role = ROLE_CLIENT,
	    .purpose = AS_CLIENT,
	    .profile = profile,
	    .requested = ways[i].requested == UINT32_MAX ? profile->protocols : ways[i].requested,
	    .has_no_neg_req = ways[i].has_no_neg_req,
	    .dialled = RUN_HOST};
	struct connection *c = calloc(1, sizeof *c);
	struct got got;
	size_t n = 1;

	assert_non_null(c);
	connect_to(c, s, &plan);
	read_how(c->file.bytes, c->file.n, &(struct reading){0}, &got);
	if (got.attempts.n == 1) {
		const struct findings *heard = &got.attempts.at[0].found;
		bool has_request = find(&got.attempts.at[0], F_NEG_OFFERED) != NULL;

		n = n_missing(s->id, i, &c->run.found, heard, "probe", has_request);
		n += n_missing(s->id, i, heard, &c->run.found, "recording", has_request);
	} else {
		print_message("# %s, way %zu: %zu attempts\n", s->id, i, got.attempts.n);
	}
	done(&got);
	buf_fini(&c->file);
	arena_fini(&c->run.arena);
	free(c);
	return n;
}

static void the_capture_of_every_scenario(void **state)
{
	(void)state;
	size_t n = 0;

	for (size_t i = 0; scenario_at(i); i++)
		for (size_t k = 0; k < COUNT(ways); k++)
			n += compare(scenario_at(i), k);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_capture_of_every_scenario),
	};

	return RUN(tests);
}
