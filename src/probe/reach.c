/*
 * reach - names, addresses and the way to the port: what a client does before it speaks.
 *
 * Spec    RFC 6724 (order of addresses), RFC 8305 (not waiting for a dead family), RFC 9293
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "probe/inside.h"

#define NAME_WAIT_US    6000000LL
#define CONTROL_WAIT_US 2000000LL
#define SECOND_KNOCK_US 500000LL
#define CONTROL_NAME    "example.com" /* RFC 2606 3: exists for such uses */

static const char *where_of_name(const struct probe *p)
{
	const struct target *t = p->options.target;

	return arena_printf(p->found->arena, "name %s", *t->ascii ? t->ascii : t->name);
}

static const char *where_of(const struct probe *p, const struct net_address *a)
{
	char text[NET_ADDRESS_TEXT_MAX];

	net_address_port_text(a, text);
	return arena_printf(p->found->arena, "tcp %s", text);
}

/* --- the way --- */

/* A tunnel matters where the target is in somebody's private network, and not in ours. */
static void tell_tunnel(struct probe *p, const struct net_address *to)
{
	const char *where = where_of(p, to);
	struct net_state local;

	if (p->route.is_own_address || p->route.is_loopback)
		return;
	if (!net_address_is_private(to)) {
		probe_tell(p, F_PATH_TARGET_PRIVATE, FINDING_ABSENT, where);
		return;
	}
	net_local_state(p->net, &local);
	probe_tell(p, F_PATH_TARGET_PRIVATE, FINDING_SEEN, where);
	probe_tell(p, F_PATH_TUNNEL_UP, p->route.is_tunnel ? FINDING_SEEN : FINDING_ABSENT, where);
	if (!p->route.is_tunnel && local.has_tunnel_down)
		probe_tell(p, F_PATH_TUNNEL_DOWN, FINDING_SEEN, where);
}

/* A name of somebody's private network, which only the resolver behind the tunnel knows. */
static void tell_tunnel_for_name(struct probe *p, const char *where)
{
	struct net_state local;

	net_local_state(p->net, &local);
	if (local.has_tunnel_down && target_is_internal(p->options.target))
		probe_tell(p, F_PATH_TUNNEL_DOWN, FINDING_SEEN, where);
}

static void tell_no_link(struct probe *p)
{
	struct net_state local;

	net_local_state(p->net, &local);
	if (!local.has_link)
		probe_tell(p, F_LOCAL_LINK_DOWN, FINDING_SEEN, "this computer");
}

static void tell_way(struct probe *p)
{
	const struct net_address *to = &p->roads[0].to;
	const struct target *target = p->options.target;

	net_route_to(p->net, to, &p->route);
	tell_tunnel(p, to);
	/* Whoever types an address of this computer means it. */
	if (p->route.is_own_address && !target->is_literal &&
	    strcmp(target->ascii, "localhost") != 0) {
		struct finding f = probe_found(p, F_NAME_IS_THIS_COMPUTER, where_of(p, to));

		f.effect = EFFECT_MAY_BLOCK;
		findings_add(p->found, &f);
	}
}

/* --- failures --- */

static const char *icmp_words(const struct probe *p, const struct net_failure *why)
{
	char router[NET_ADDRESS_TEXT_MAX] = "";

	if (!why->has_icmp)
		return why->words ? why->words : "";
	net_address_text(&why->router, router);
	return arena_printf(p->found->arena, "%s (ICMP type %d code %d) from %s",
	                    why->words ? why->words : "refused", why->icmp_type, why->icmp_code,
	                    router);
}

/* What each failure of a connect is called; local ones say nothing about the host. */
static const struct {
	enum net_failure_kind kind;
	enum finding_id id;
	const char *word; /* of tcp.other_address */
} failures[] = {
    {NET_REFUSED, F_TCP_REFUSED, "refused"},
    {NET_UNREACHABLE, F_TCP_UNREACHABLE, "unreachable"},
    {NET_PROHIBITED, F_TCP_PROHIBITED, "prohibited"},
    {NET_NO_ROUTE, F_LOCAL_NO_ROUTE, "no-route"},
    {NET_NOT_PERMITTED, F_LOCAL_NOT_PERMITTED, "not-permitted"},
    {NET_LOCAL, F_LOCAL_NOT_PERMITTED, "not-permitted"},
};

static size_t failure_row(enum net_failure_kind kind)
{
	size_t i = 0;

	while (i < sizeof failures / sizeof *failures - 1 && failures[i].kind != kind)
		i++;
	return i;
}

static void tell_failure(struct probe *p, const struct road *road)
{
	const char *where = where_of(p, &road->to);
	const struct net_failure *why;

	if (!road->failed) {
		probe_tell(p, F_TCP_SILENT, FINDING_SEEN, where);
		return;
	}
	why = &road->failed->failure;

	struct finding f = probe_found(p, failures[failure_row(why->kind)].id, where);

	if (finding_defs[f.id].type == T_TEXT)
		f.text = icmp_words(p, why);
	findings_add(p->found, &f);
	if (why->kind == NET_NO_ROUTE)
		tell_no_link(p);
}

static const char *word_of(const struct road *road)
{
	if (road->up)
		return "connected";
	if (!road->failed)
		return "silent";
	return failures[failure_row(road->failed->failure.kind)].word;
}

/* --- which address the client would use --- */

static bool is_refused(const struct road *road)
{
	return road->failed && road->failed->failure.kind == NET_REFUSED;
}

/*
 * A client tries this IPv6 address first and waits for it in vain. Where this computer has no
 * IPv6 at all, the system orders it behind, and no client minds.
 */
static bool is_dead_first_family(const struct probe *p, size_t i)
{
	const struct road *road = &p->roads[i], *used = &p->roads[p->primary];
	bool is_local = road->failed && road->failed->failure.kind == NET_NO_ROUTE;

	return (int)i < p->primary && !road->up && !is_local && road->to.is_v6 && !used->to.is_v6;
}

static void tell_others(struct probe *p)
{
	const struct road *used = &p->roads[p->primary];

	for (size_t i = 0; i < p->n_roads; i++) {
		const struct road *road = &p->roads[i];

		if (road == used)
			continue;
		probe_tell_text(p, F_TCP_OTHER_ADDRESS, word_of(road), where_of(p, &road->to));
		if (is_dead_first_family(p, i))
			probe_tell(p, F_TCP_IPV6_FAILS_IPV4_WORKS, FINDING_SEEN,
			           where_of(p, &road->to));
		else if (is_refused(road))
			probe_tell(p, F_TCP_ONE_ADDRESS_REFUSED, FINDING_SEEN,
			           where_of(p, &road->to));
	}
}

static bool are_all_over(const struct probe *p)
{
	for (size_t i = 0; i < p->n_roads; i++)
		if (!p->roads[i].is_over)
			return false;
	return true;
}

static void drop_knocks(struct road *road, const struct attempt *except)
{
	for (size_t k = 0; k < 2; k++)
		if (road->knocks[k] && road->knocks[k] != except)
			attempt_drop(road->knocks[k]);
}

static void choose(struct probe *p, size_t i)
{
	struct road *road = &p->roads[i];

	p->primary = (int)i;
	if (i > 0)
		net_route_to(p->net, &road->to, &p->route);
	probe_tell(p, F_TCP_CONNECTED, FINDING_SEEN, where_of(p, &road->to));
	for (size_t k = 0; k < p->n_roads; k++)
		if (k != i && p->roads[k].up)
			attempt_drop(p->roads[k].up);
	probe_talk_over(p, road);
}

/* In the order of the system; an address that keeps silent for a second is passed over. */
static void decide(struct probe *p)
{
	if (p->primary >= 0 || p->is_stopped)
		return;
	for (size_t i = 0; i < p->n_roads; i++) {
		struct road *road = &p->roads[i];

		if (road->up) {
			choose(p, i);
			return;
		}
		if (!road->is_over && !road->is_worrying)
			return;
	}
	if (are_all_over(p))
		tell_failure(p, &p->roads[0]);
}

static void tell_if_complete(struct probe *p)
{
	if (!are_all_over(p))
		return;
	if (p->primary >= 0)
		tell_others(p);
	else
		for (size_t i = 1; i < p->n_roads; i++)
			probe_tell_text(p, F_TCP_OTHER_ADDRESS, word_of(&p->roads[i]),
			                where_of(p, &p->roads[i].to));
}

/* --- knocking --- */

static void road_up(struct probe *p, struct road *road, struct attempt *a)
{
	if (road->up) {
		attempt_drop(a);
		return;
	}
	road->up = a;
	road->is_over = true;
	drop_knocks(road, a);
	if (p->primary >= 0)
		attempt_drop(a);
	decide(p);
	tell_if_complete(p);
}

static bool is_open(const struct attempt *a)
{
	return a && attempt_state_of(a)->outcome == OUTCOME_OPEN;
}

static void knock_over(struct probe *p, struct road *road, struct attempt *a)
{
	const struct attempt_state *state = attempt_state_of(a);

	if (road->up || road->is_over)
		return;
	if (state->outcome == OUTCOME_FAILED) {
		road->failed = state;
		road->is_over = true;
		drop_knocks(road, a);
	} else if (!is_open(road->knocks[0]) && !is_open(road->knocks[1])) {
		road->is_over = true;
	}
	decide(p);
	if (road->is_over)
		tell_if_complete(p);
}

void reach_told(struct probe *p, struct road *road, struct attempt *a, enum attempt_event event)
{
	switch (event) {
	case ATTEMPT_CONNECTED:
		road_up(p, road, a);
		break;
	case ATTEMPT_WORRIED:
		road->is_worrying = true;
		decide(p);
		probe_note_circumstances(p);
		break;
	case ATTEMPT_OVER:
		knock_over(p, road, a);
		break;
	case ATTEMPT_MOVED:
		break;
	}
}

static void knock(struct probe *p, struct road *road, size_t k)
{
	const struct target *target = p->options.target;
	struct attempt_plan plan = {
	    .kind = ATTEMPT_RDP,
	    .to = road->to,
	    .is_held = true,
	    .before = probe_last_place(p),
	    .tap = p->options.tap,
	    .dial_us = k ? ATTEMPT_DIAL_US - SECOND_KNOCK_US : 0,
	    .journey = {.role = ROLE_CLIENT,
	                .purpose = AS_CLIENT,
	                .profile = p->options.profile,
	                .requested = p->options.profile->protocols,
	                .dialled = target->is_literal ? NULL : target->ascii},
	};

	if (p->options.last == STAGE_TCP)
		plan.kind = ATTEMPT_CONNECT;
	road->knocks[k] = probe_make(p, &plan, NULL);
}

static void knock_again(void *context)
{
	struct probe *p = context;

	p->knock_timer = NULL;
	for (size_t i = 0; i < p->n_roads; i++)
		if (!p->roads[i].is_over)
			knock(p, &p->roads[i], 1);
}

static void begin_roads(struct probe *p)
{
	p->named_us = net_now_us(p->net);
	for (size_t i = 0; i < p->n_addresses && i < PROBE_ROADS_MAX; i++)
		p->roads[p->n_roads++] = (struct road){.to = p->addresses[i]};
	tell_way(p);
	p->knock_timer = net_after(p->net, SECOND_KNOCK_US, knock_again, p);
	for (size_t i = 0; i < p->n_roads; i++)
		knock(p, &p->roads[i], 0);
}

/* --- names --- */

static void stop_name_timer(struct probe *p)
{
	if (p->name_timer)
		net_timer_stop(p->name_timer);
	p->name_timer = NULL;
}

static void control_over(struct probe *p, enum finding_state state)
{
	p->control = NULL;
	probe_tell(p, F_NAME_OTHERS_RESOLVE, state, "name " CONTROL_NAME);
	stop_name_timer(p);
	probe_settle(p);
}

static void told_control(void *context, const struct net_names *names)
{
	control_over(context, names->result == LOOKUP_FOUND ? FINDING_SEEN : FINDING_ABSENT);
}

static void control_too_slow(void *context)
{
	struct probe *p = context;

	p->name_timer = NULL;
	net_lookup_cancel(p->control);
	control_over(p, FINDING_ABSENT);
}

static void begin_control(struct probe *p)
{
	stop_name_timer(p);
	p->name_timer = net_after(p->net, CONTROL_WAIT_US, control_too_slow, p);
	p->control = net_look_up(p->net, CONTROL_NAME, told_control, p);
}

static void tell_unnamed(struct probe *p, enum net_lookup_result result, const char *detail)
{
	static const enum finding_id ids[] = {[LOOKUP_NOT_FOUND] = F_NAME_NOT_FOUND,
	                                      [LOOKUP_FAILED] = F_NAME_LOOKUP_FAILED,
	                                      [LOOKUP_NO_RESOLVER] = F_LOCAL_NO_RESOLVER};
	const char *where = where_of_name(p);

	if (detail && *detail)
		where = arena_printf(p->found->arena, "%s: %s", where, detail);
	probe_tell(p, ids[result], FINDING_SEEN, where);
	if (result == LOOKUP_NOT_FOUND)
		tell_tunnel_for_name(p, where);
	tell_no_link(p);
}

static const char *no_answer(const struct probe *p)
{
	int waited_ms = (int)((net_now_us(p->net) - p->begun_us) / 1000);

	return arena_printf(p->found->arena, "no answer in %d ms", waited_ms);
}

/* The control tells a dead resolver from one that waits for the name's own servers. */
static void name_too_slow(void *context)
{
	struct probe *p = context;

	p->name_timer = NULL;
	net_lookup_cancel(p->lookup);
	p->lookup = NULL;
	tell_unnamed(p, LOOKUP_FAILED, no_answer(p));
	begin_control(p);
}

static const char *source_word(const struct probe *p, enum net_name_source source)
{
	static const char *const words[] = {[SOURCE_UNKNOWN] = NULL,
	                                    [SOURCE_HOSTS_FILE] = "hosts-file",
	                                    [SOURCE_DNS] = "dns",
	                                    [SOURCE_MDNS] = "mdns"};

	return p->options.target->is_literal ? "literal" : words[source];
}

static void named_back(void *context, const char *name)
{
	struct probe *p = context;

	p->reverse = NULL;
	if (name)
		probe_tell_text(p, F_NAME_REVERSE, name, where_of_name(p));
}

static void take_addresses(struct probe *p, const struct net_names *names)
{
	for (size_t i = 0; i < names->n && i < NET_ADDRESSES_MAX; i++) {
		p->addresses[p->n_addresses] = names->at[i];
		p->addresses[p->n_addresses++].port = p->options.target->port;
	}
	probe_tell_number(p, F_NAME_RESOLVED, (int64_t)names->n, where_of_name(p));
	if (source_word(p, names->source))
		probe_tell_text(p, F_NAME_SOURCE, source_word(p, names->source), where_of_name(p));
	p->reverse = net_reverse(p->net, &p->addresses[0], named_back, p);
}

static void told_names(void *context, const struct net_names *names)
{
	struct probe *p = context;

	p->lookup = NULL;
	stop_name_timer(p);
	if (names->result == LOOKUP_FOUND) {
		take_addresses(p, names);
		if (p->options.last != STAGE_NAME)
			begin_roads(p);
	} else {
		tell_unnamed(p, names->result, names->detail);
		begin_control(p);
	}
	probe_settle(p);
}

void reach_begin(struct probe *p)
{
	const struct target *target = p->options.target;

	p->begun_us = net_now_us(p->net);
	if (target->is_illegal) {
		probe_tell(p, F_NAME_ILLEGAL, FINDING_SEEN, where_of_name(p));
		probe_settle(p);
		return;
	}
	if (!target->is_literal)
		probe_tell(p, F_NAME_INTERNAL,
		           target_is_internal(target) ? FINDING_SEEN : FINDING_ABSENT,
		           where_of_name(p));
	if (target->is_literal) {
		struct net_names literal = {
		    .result = LOOKUP_FOUND, .n = 1, .at = {target->address}};

		told_names(p, &literal);
		return;
	}
	p->name_timer = net_after(p->net, NAME_WAIT_US, name_too_slow, p);
	p->lookup = net_look_up(p->net, target->ascii, told_names, p);
}

bool reach_is_busy(const struct probe *p)
{
	if (p->lookup || p->control)
		return true;
	return p->n_roads && !are_all_over(p);
}

/* Patience that ends early claims only what it saw. */
#define NAME_SILENT_US 1500000LL

void reach_stop(struct probe *p)
{
	struct net_lookup **all[] = {&p->lookup, &p->control, &p->reverse};
	struct net_timer **timers[] = {&p->name_timer, &p->knock_timer};

	if (p->lookup && net_now_us(p->net) - p->begun_us >= NAME_SILENT_US)
		tell_unnamed(p, LOOKUP_FAILED, no_answer(p));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (*all[i])
			net_lookup_cancel(*all[i]);
		*all[i] = NULL;
	}
	for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
		if (*timers[i])
			net_timer_stop(*timers[i]);
		*timers[i] = NULL;
	}
}
