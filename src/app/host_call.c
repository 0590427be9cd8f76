/*
 * host_call - the computer calls its own port, as a client would, up to the end of TLS. That it is
 * answered there says nothing of the way to it, so only this one fact is kept.
 */
#include <string.h>

#include "app/host.h"
#include "probe/attempt.h"
#include "stage/profile.h"

struct call {
	struct net *net;
	struct net_timer *deadline;
};

static void told(void *context, struct attempt *a, enum attempt_event event)
{
	struct call *c = context;

	(void)a;
	if (event == ATTEMPT_OVER)
		net_stop(c->net);
}

static void on_deadline(void *context)
{
	struct call *c = context;

	c->deadline = NULL;
	net_stop(c->net);
}

static void tell(struct findings *found, enum finding_id id, bool is_seen, const char *where)
{
	struct finding f = finding_of(id, ORIGIN_HOST);

	f.state = is_seen ? FINDING_SEEN : FINDING_ABSENT;
	f.where = where;
	findings_add(found, &f);
}

static void conclude(const struct attempt *a, struct findings *found)
{
	const struct attempt_state *s = attempt_state_of(a);
	bool is_refused = s->outcome == OUTCOME_FAILED || s->outcome == OUTCOME_NO_SYN;

	if (s->is_connected || is_refused)
		tell(found, F_HOST_LOOPBACK_WORKS, s->is_connected, attempt_where(a));
	if (s->entered_us[PLACE_TLS_UP] || s->entered_us[PLACE_CREDSSP])
		tell(found, F_TLS_WORKS_LOCALLY, true, attempt_where(a));
}

void host_call(void *context, uint16_t port, int64_t within_us, struct findings *found)
{
	struct call c = {.net = net_new()};
	struct findings own = {.arena = found->arena}; /* as a client from outside would meet it */
	struct attempt_plan plan = {.kind = ATTEMPT_RDP,
	                            .dial_us = within_us,
	                            .before = PLACE_CREDSSP,
	                            .journey = {.role = ROLE_CLIENT,
	                                        .profile = profile_at(0),
	                                        .requested = profile_at(0)->protocols}};
	struct attempt *a;

	(void)context;
	if (!c.net)
		return;
	net_address_parse("127.0.0.1", &plan.to);
	plan.to.port = port;
	c.deadline = net_after(c.net, within_us, on_deadline, &c);
	a = attempt_new(c.net, &plan, &own, told, &c);
	if (a)
		net_run(c.net);
	if (a)
		conclude(a, found);
	if (a)
		attempt_fini(a);
	if (c.deadline)
		net_timer_stop(c.deadline);
	net_free(c.net);
}
