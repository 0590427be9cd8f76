#include "probe/probe.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "probe/hosts.h"
#include "probe/inside.h"

#define AGAIN_GAP_US 200000LL
#define WEDGE_GAP_US 100000LL

/* --- findings of the probe itself --- */

struct finding probe_found(const struct probe *p, enum finding_id id, const char *where)
{
	struct finding f = finding_of(id, ORIGIN_PROBE);

	f.where = where;
	f.when_us = net_wall_us(p->net);
	return f;
}

void probe_tell(struct probe *p, enum finding_id id, enum finding_state state, const char *where)
{
	struct finding f = probe_found(p, id, where);

	f.state = state;
	findings_add(p->found, &f);
}

void probe_tell_number(struct probe *p, enum finding_id id, int64_t number, const char *where)
{
	struct finding f = probe_found(p, id, where);

	f.number = number;
	findings_add(p->found, &f);
}

void probe_tell_text(struct probe *p, enum finding_id id, const char *text, const char *where)
{
	struct finding f = probe_found(p, id, where);

	f.text = text;
	findings_add(p->found, &f);
}

/* --- circumstances --- */

static bool was_closed(const struct attempt_state *s)
{
	return s->outcome == OUTCOME_ENDED;
}

/* Silent, or not heard of for so long that other questions are worth asking. */
static bool is_quiet(const struct probe *p, const struct attempt_state *s)
{
	if (s->outcome == OUTCOME_SILENT)
		return true;
	return s->outcome == OUTCOME_OPEN && s->is_talking &&
	       net_now_us(p->net) - s->entered_us[s->place] >= ATTEMPT_WORRY_US;
}

static unsigned in_negotiation(const struct probe *p, const struct attempt_state *s)
{
	unsigned c = 0;

	if (s->facts.has_failure)
		c |= C_NEG_REFUSED;
	else if (was_closed(s))
		c |= C_NEG_CLOSED;
	else if (is_quiet(p, s))
		c |= C_NEG_SILENT;
	else if (s->outcome == OUTCOME_STOPPED)
		c |= C_NEG_STRANGE;
	return c;
}

static unsigned in_tls(const struct probe *p, const struct attempt_state *s)
{
	if (is_quiet(p, s))
		return C_TLS_STOPPED | C_TLS_SILENT;
	return s->outcome == OUTCOME_OPEN || s->outcome == OUTCOME_DONE ? 0 : C_TLS_STOPPED;
}

static unsigned by_place(const struct probe *p, const struct attempt_state *s)
{
	switch (s->place) {
	case PLACE_NEGOTIATION:
		return in_negotiation(p, s);
	case PLACE_HELLO:
	case PLACE_HANDSHAKE:
		return in_tls(p, s);
	case PLACE_CREDSSP:
		return was_closed(s) || is_quiet(p, s) || s->outcome == OUTCOME_STOPPED
		           ? C_NLA_STOPPED
		           : 0;
	case PLACE_TLS_UP:
	case PLACE_DONE:
	case PLACE_STOPPED:
		return 0;
	}
	return 0;
}

static bool is_port_silent(const struct probe *p)
{
	for (size_t i = 0; i < p->n_roads; i++)
		if (p->roads[i].up || p->roads[i].failed)
			return false;
	return p->n_roads > 0 && p->roads[0].is_worrying;
}

/*
 * Whatever a host makes of another mask, it answers: a refusal is an answer. Where a question
 * beside a good connection breaks off, connections may fail now and then.
 */
static bool is_odd(const struct made *made)
{
	const struct attempt_state *s = attempt_state_of(made->attempt);

	if (!made->measure || made->measure->keeps[0] != STAGE_NEGOTIATION ||
	    made->keeping == MADE_VOID)
		return false;
	return s->outcome != OUTCOME_OPEN && s->outcome != OUTCOME_DONE && !s->facts.has_confirm;
}

static bool has_odd_aside(const struct probe *p)
{
	for (size_t i = 0; i < p->n_made; i++)
		if (is_odd(&p->made[i]))
			return true;
	return false;
}

unsigned probe_circumstances(const struct probe *p)
{
	unsigned c = p->options.is_full && p->main ? C_ALWAYS_FULL : 0;

	if (is_port_silent(p))
		c |= C_PORT_SILENT;
	if (p->main) {
		const struct attempt_state *s = attempt_state_of(p->main);

		c |= by_place(p, s);
		if (s->facts.has_confirm)
			c |= C_CONFIRMED;
		if (was_closed(s))
			c |= C_CLOSED;
		if (s->facts.has_confirm && s->facts.src_ref && !(s->facts.neg_flags & 0x1E) &&
		    s->facts.selected <= PROTOCOL_SSL)
			c |= C_KIND_OPEN;
		if (s->outcome == OUTCOME_DONE)
			c |= C_CLEAN | (has_odd_aside(p) ? C_ODD : 0) |
			     (conclude_suspects_loss(p) ? C_LATE : 0);
	}
	return c;
}

/* --- attempts --- */

static void told(void *context, struct attempt *a, enum attempt_event event);

static struct made *made_of(struct probe *p, const struct attempt *a)
{
	for (size_t i = 0; i < p->n_made; i++)
		if (p->made[i].attempt == a)
			return &p->made[i];
	return NULL;
}

/* What a measure finds is first put aside: much of it repeats what is known. */
struct attempt *probe_make(struct probe *p, const struct attempt_plan *plan,
                           const struct measure *measure)
{
	struct findings *into = p->found;
	struct made *made;

	if (p->n_made == ATTEMPTS_MAX)
		return NULL;
	if (measure) {
		into = arena_new(p->found->arena, sizeof *into);
		into->arena = p->found->arena;
	}
	made = &p->made[p->n_made++];
	*made = (struct made){.measure = measure, .into = into};
	if (p->main)
		made->known = attempt_state_of(p->main)->place;
	made->attempt = attempt_new(p->net, plan, into, told, p);
	return made->attempt;
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	return a->id == b->id && a->state == b->state && a->number == b->number &&
	       strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
}

static bool is_told(const struct findings *set, const struct finding *f)
{
	for (size_t i = 0; i < set->n; i++)
		if (is_same(&set->at[i], f))
			return true;
	return false;
}

static void keep_findings(struct probe *p, struct made *made)
{
	made->keeping = MADE_KEPT;
	for (size_t i = 0; i < made->into->n; i++) {
		const struct finding *f = &made->into->at[i];
		enum stage_id stage = finding_defs[f->id].stage;

		if (stage &&
		    (stage == made->measure->keeps[0] || stage == made->measure->keeps[1]) &&
		    !is_told(p->found, f))
			findings_add(p->found, f);
	}
}

static size_t index_of(const struct measure *m)
{
	return (size_t)(m - measure_at(0));
}

/*
 * A measure that heard nothing waited for less long than the first connection does. When that
 * one then is answered, the host is slow: nothing was refused, and the measure is made again.
 */
static void judge_silent(struct probe *p, struct made *made)
{
	const struct attempt_state *aside = attempt_state_of(made->attempt);
	const struct attempt_state *first = attempt_state_of(p->main);

	if (first->place > aside->place && made->known <= aside->place) {
		made->keeping = MADE_VOID;
		p->is_taken[index_of(made->measure)] = false;
	} else if (made->known > aside->place || first->outcome != OUTCOME_OPEN) {
		keep_findings(p, made);
	}
}

static void judge_measures(struct probe *p)
{
	for (size_t i = 0; i < p->n_made; i++) {
		struct made *made = &p->made[i];
		enum attempt_outcome outcome = attempt_state_of(made->attempt)->outcome;

		if (!made->measure || made->keeping != MADE_OPEN || outcome == OUTCOME_OPEN)
			continue;
		if (outcome == OUTCOME_SILENT && p->main)
			judge_silent(p, made);
		else
			keep_findings(p, made);
	}
}

static struct road *road_of(struct probe *p, const struct attempt *a)
{
	for (size_t i = 0; i < p->n_roads; i++)
		if (p->roads[i].knocks[0] == a || p->roads[i].knocks[1] == a)
			return &p->roads[i];
	return NULL;
}

/* While probe_make runs, the road does not know its attempt yet. */
static void told_road(struct probe *p, struct attempt *a, enum attempt_event event)
{
	struct road *road = road_of(p, a);

	if (a == p->main)
		probe_note_circumstances(p);
	else if (road)
		reach_told(p, road, a, event);
}

static void told(void *context, struct attempt *a, enum attempt_event event)
{
	struct probe *p = context;
	struct made *made = made_of(p, a);

	if (!made || p->is_stopped)
		return;
	if (event == ATTEMPT_OVER)
		p->last_end_us = net_now_us(p->net);
	judge_measures(p);
	if (!made->measure)
		told_road(p, a, event);
	if (event == ATTEMPT_OVER)
		probe_settle(p);
}

void probe_talk_over(struct probe *p, struct road *road)
{
	p->main = road->up;
	attempt_talk(p->main);
}

/* --- measures in their turn --- */

static const struct net_address *address_of(const struct probe *p)
{
	return &p->roads[p->primary >= 0 ? p->primary : 0].to;
}

static bool is_open(const struct made *made)
{
	return attempt_state_of(made->attempt)->outcome == OUTCOME_OPEN;
}

static size_t n_running(const struct probe *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_made; i++)
		n += is_open(&p->made[i]);
	return n;
}

bool probe_is_to_port(const struct probe *p, const struct made *made)
{
	const struct net_address *to = &attempt_plan_of(made->attempt)->to, *used = address_of(p);

	return to->port == used->port && net_address_same(to, used);
}

static size_t n_to_port(const struct probe *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_made; i++)
		n += probe_is_to_port(p, &p->made[i]);
	return n;
}

static size_t n_running_to_port(const struct probe *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_made; i++)
		n += is_open(&p->made[i]) && probe_is_to_port(p, &p->made[i]);
	return n;
}

static size_t n_running_elsewhere(const struct probe *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_made; i++) {
		const struct made *made = &p->made[i];

		n += is_open(made) &&
		     attempt_plan_of(made->attempt)->to.port != address_of(p)->port;
	}
	return n;
}

#define PATIENCE_ASIDE_US  1200000LL
#define DIAL_OTHER_PORT_US 1800000LL

/* What it waited for in vain says nothing about how fast the host is. */
static bool has_gone_on(const struct probe *p)
{
	const struct attempt_state *s = attempt_state_of(p->main);

	return s->outcome != OUTCOME_SILENT && s->place > PLACE_NEGOTIATION;
}

/* The longest time that the first connection spent in one place up to `last`. */
static int64_t slowest_us(const struct attempt_state *s, enum journey_place last)
{
	int64_t slowest = 0, left = s->over_us;

	for (size_t place = PLACE_STOPPED; place-- > 0;) {
		int64_t entered = s->entered_us[place];

		if (entered && left && place <= last && left - entered > slowest)
			slowest = left - entered;
		left = entered ? entered : left;
	}
	return slowest;
}

/* As long as the host is known to need, and some more. Only repeats come to CredSSP. */
static int64_t patience_of(const struct probe *p, const struct measure *m)
{
	enum journey_place last = m->purpose == AS_CLIENT ? PLACE_CREDSSP : PLACE_HANDSHAKE;

	if (!p->main)
		return PATIENCE_ASIDE_US;
	return PATIENCE_ASIDE_US +
	       (has_gone_on(p) ? slowest_us(attempt_state_of(p->main), last) : 0);
}

/* --only limits what is made again as it limits the first connection. */
enum journey_place probe_last_place(const struct probe *p)
{
	switch (p->options.last) {
	case STAGE_NEGOTIATION:
		return PLACE_HELLO;
	case STAGE_TLS:
		return PLACE_TLS_UP;
	default:
		return 0;
	}
}

static struct attempt_plan plan_of(const struct probe *p, const struct job *job)
{
	const struct measure *m = job->measure;
	const struct target *target = p->options.target;
	struct attempt_plan plan = {
	    .kind = m->kind,
	    .to = *address_of(p),
	    .most_segment = m->most_segment,
	    .dial_us = m->kind == ATTEMPT_CONNECT ? DIAL_OTHER_PORT_US : 0,
	    .patience_us = patience_of(p, m),
	    .before = probe_last_place(p),
	    .is_bare = m->hello || m->kind == ATTEMPT_TLS,
	    .is_again = !m->keeps[0],
	    .tap = p->options.tap,
	    .journey = {.role = ROLE_CLIENT,
	                .purpose = m->purpose,
	                .profile = p->options.profile,
	                .requested = m->requested == MASK_OF_CLIENT ? p->options.profile->protocols
	                                                            : m->requested,
	                .has_bare_hello = m->hello != 0,
	                .hello_least = m->hello,
	                .hello_most = m->hello,
	                .dialled = target->is_literal ? NULL : target->ascii},
	};

	if (job->port)
		plan.to.port = job->port;
	/* Another mask is answered by the Connection Confirm; what follows is known. */
	if (m->keeps[0] == STAGE_NEGOTIATION)
		plan.before = PLACE_HELLO;
	return plan;
}

static void pump(void *context);

static void pump_later(struct probe *p, int64_t after_us)
{
	if (!p->pump_timer)
		p->pump_timer = net_after(p->net, after_us, pump, p);
}

/*
 * What wedges a host is a connection right behind the end of another. Side by side they do no
 * lasting harm, but when one ends the others may be reset with it: what every host is asked, and
 * what no hanging connection makes urgent, is asked there one by one.
 */
static bool is_one_by_one(const struct host_kind *kind, const struct measure *m)
{
	return kind && (kind->is_serial || (kind->wedges && m->is_base));
}

/* How long to wait before the next connection; 0: it may begin now, -1: others must end. */
static int64_t turn_after_us(const struct probe *p, const struct job *job)
{
	const struct host_kind *kind = hosts_recognise(p);
	bool is_repeat = job->measure->times > 1,
	     is_alone = is_repeat || is_one_by_one(kind, job->measure);
	int64_t since = p->last_end_us ? net_now_us(p->net) - p->last_end_us : INT64_MAX;
	int64_t gap = is_repeat ? AGAIN_GAP_US : kind && kind->wedges ? WEDGE_GAP_US : 0;

	if (job->port)
		return n_running_elsewhere(p) < MEASURE_PORTS_MAX ? 0 : -1;
	if (n_running_to_port(p) >= (is_alone ? 1 : PROBE_AT_ONCE))
		return -1;
	return since < gap ? gap - since : 0;
}

static void pump(void *context)
{
	struct probe *p = context;

	p->pump_timer = NULL;
	while (p->next_job < p->n_jobs && !p->is_stopped) {
		const struct job *job = &p->jobs[p->next_job];
		int64_t after = turn_after_us(p, job);

		if (after < 0)
			return;
		if (after > 0) {
			pump_later(p, after);
			return;
		}

		struct attempt_plan plan = plan_of(p, job);

		p->next_job++;
		if (job->port || n_to_port(p) < PROBE_CONNECTIONS)
			probe_make(p, &plan, job->measure);
	}
	probe_settle(p);
}

static void add_job(struct probe *p, const struct measure *m, uint16_t port)
{
	if (p->n_jobs < JOBS_MAX)
		p->jobs[p->n_jobs++] = (struct job){.measure = m, .port = port};
}

bool probe_measure(struct probe *p, const struct measure *m)
{
	if (p->is_stopped || p->is_taken[index_of(m)] || n_to_port(p) >= PROBE_CONNECTIONS)
		return false;
	p->is_taken[index_of(m)] = true;
	if (m->is_echo) {
		echo_begin(p, address_of(p));
		return true;
	}
	for (size_t i = 0; i < MEASURE_PORTS_MAX && m->ports[i]; i++)
		if (m->ports[i] != p->options.target->port)
			add_job(p, m, m->ports[i]);
	for (int i = 0; !m->ports[0] && i < (m->times ? m->times : 1); i++)
		add_job(p, m, 0);
	pump_later(p, 0);
	return true;
}

/* Repeats that nobody asked for tell something only when all of them came to their end. */
static bool has_time_for(const struct probe *p, const struct measure *m)
{
	const struct attempt_state *s = p->main ? attempt_state_of(p->main) : NULL;

	if (!p->options.limit_us || !s || !s->over_us || !m->is_base || m->times < 2)
		return true;
	return m->times * (s->over_us - s->begun_us) <=
	       p->begun_us + p->options.limit_us - net_now_us(p->net);
}

static bool is_wanted(const struct probe *p, const struct measure *m)
{
	enum stage_id last = p->options.last;

	if (last == STAGE_NAME || last == STAGE_PATH || !has_time_for(p, m))
		return false;
	if (last == STAGE_TCP)
		return m->is_echo || m->kind == ATTEMPT_CONNECT;
	return last != STAGE_NEGOTIATION || !m->hello;
}

size_t probe_open_measures(const struct probe *p, const struct measure **out, size_t n_most)
{
	unsigned now = probe_circumstances(p);
	size_t n = 0;

	for (size_t i = 0; i < measure_count() && n < n_most; i++) {
		const struct measure *m = measure_at(i);

		if (m->when & now && !p->is_taken[i] && is_wanted(p, m))
			out[n++] = m;
	}
	return n;
}

static bool is_main_waiting(const struct probe *p)
{
	return !p->main || attempt_state_of(p->main)->outcome == OUTCOME_OPEN;
}

/* What belongs to every host, and what is worth asking while the first connection hangs. */
void probe_note_circumstances(struct probe *p)
{
	const struct measure *open[32];
	size_t n = probe_open_measures(p, open, 32);
	unsigned now = probe_circumstances(p);
	bool is_hanging = is_main_waiting(p) && now & C_TROUBLE;

	for (size_t i = 0; i < n; i++)
		if (open[i]->is_base || (open[i]->is_urgent && is_hanging))
			probe_measure(p, open[i]);
}

/* --- the run --- */

static void be_idle(void *context)
{
	struct probe *p = context;

	p->idle_timer = NULL;
	conclude(p);
	p->idle(p->context);
}

void probe_settle(struct probe *p)
{
	if (p->is_stopped || p->idle_timer || p->pump_timer)
		return;
	if (p->main)
		probe_note_circumstances(p);
	if (p->next_job < p->n_jobs) {
		pump_later(p, 0);
		return;
	}
	if (!n_running(p) && !reach_is_busy(p) && !p->echo)
		p->idle_timer = net_after(p->net, 0, be_idle, p);
}

struct probe *probe_new(struct net *net, const struct probe_options *options,
                        struct findings *found, probe_idle *idle, void *context)
{
	struct probe *p = arena_new(found->arena, sizeof *p);

	assert(measure_count() <= sizeof p->is_taken / sizeof *p->is_taken);
	p->net = net;
	p->options = *options;
	p->found = found;
	p->idle = idle;
	p->context = context;
	p->primary = -1;
	return p;
}

void probe_start(struct probe *p)
{
	reach_begin(p);
}

static const char *place_words(enum journey_place place)
{
	static const char *const words[] = {
	    [PLACE_NEGOTIATION] = "the answer to the X.224 Connection Request",
	    [PLACE_HELLO] = "the answer to the ClientHello",
	    [PLACE_HANDSHAKE] = "the end of the TLS handshake",
	    [PLACE_TLS_UP] = "the first CredSSP token",
	    [PLACE_CREDSSP] = "the answer to the first CredSSP token",
	    [PLACE_DONE] = NULL,
	    [PLACE_STOPPED] = NULL,
	};

	return words[place];
}

static const char *waiting_for(const struct probe *p)
{
	if (p->lookup)
		return "the name server";
	if (p->control)
		return "the name server, for another name";
	if (!p->main)
		return reach_is_busy(p) ? "an answer to the TCP SYN" : NULL;
	if (attempt_state_of(p->main)->outcome == OUTCOME_OPEN)
		return place_words(attempt_state_of(p->main)->place);
	return n_running(p) ? "answers to further questions" : NULL;
}

static void tell_stopped(struct probe *p)
{
	const char *what = waiting_for(p);

	if (what)
		probe_tell_text(p, F_RUN_STOPPED_EARLY,
		                arena_printf(p->found->arena, "while waiting for %s", what),
		                "this run");
}

void probe_stop(struct probe *p)
{
	if (p->is_stopped)
		return;
	tell_stopped(p);
	p->is_stopped = true;
	reach_stop(p);
	echo_stop(p);
	conclude(p);
}

void probe_fini(struct probe *p)
{
	struct net_timer *timers[] = {p->pump_timer, p->idle_timer};

	p->is_stopped = true;
	reach_stop(p);
	echo_stop(p);
	for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
		if (timers[i])
			net_timer_stop(timers[i]);
	for (size_t i = 0; i < p->n_made; i++)
		attempt_fini(p->made[i].attempt);
}

/* --- what the report wants to know --- */

static struct probe_span span(const struct probe *p, int64_t begun, int64_t ended)
{
	if (!begun || !ended)
		return (struct probe_span){.begun_us = -1};
	return (struct probe_span){.begun_us = begun - p->begun_us, .took_us = ended - begun};
}

static int64_t first_of(int64_t a, int64_t b)
{
	return a ? a : b;
}

static void fill_spans(const struct probe *p, struct probe_facts *out)
{
	const struct attempt_state *s;
	const int64_t *at;
	int64_t tls_begun, tls_ended;

	for (size_t i = 0; i < STAGE_COUNT; i++)
		out->spans[i].begun_us = -1;
	out->spans[STAGE_NAME] = span(p, p->begun_us, p->named_us);
	if (p->n_roads && !p->main)
		out->spans[STAGE_TCP] = span(p, p->named_us, p->last_end_us);
	if (!p->main)
		return;
	s = attempt_state_of(p->main);
	at = s->entered_us;
	tls_begun = at[PLACE_HELLO];
	tls_ended = first_of(at[PLACE_TLS_UP], at[PLACE_CREDSSP]);
	out->spans[STAGE_TCP] = span(p, s->begun_us, s->connected_us);
	out->spans[STAGE_NEGOTIATION] = span(p, at[PLACE_NEGOTIATION],
	                                     first_of(tls_begun, s->over_us));
	out->spans[STAGE_TLS] = span(p, tls_begun, first_of(tls_ended, s->over_us));
	out->spans[STAGE_NLA] = span(p, at[PLACE_CREDSSP], s->over_us);
}

void probe_facts(const struct probe *p, struct probe_facts *out)
{
	*out = (struct probe_facts){.n_addresses = p->n_addresses,
	                            .has_address = p->n_roads > 0,
	                            .route = p->route,
	                            .n_connections = p->n_made,
	                            .n_echoes = p->n_echoes,
	                            .waiting_for = waiting_for(p)};
	memcpy(out->addresses, p->addresses, sizeof out->addresses);
	if (p->n_roads)
		out->address = *address_of(p);
	for (size_t i = 0; i < p->n_made && out->n_ports < 64; i++) {
		uint16_t port = attempt_state_of(p->made[i].attempt)->conn.local.port;

		if (port)
			out->ports[out->n_ports++] = port;
	}
	fill_spans(p, out);
}
