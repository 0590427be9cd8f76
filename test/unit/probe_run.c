#include "probe_run.h"

#include <stdlib.h>
#include <string.h>

#include "app/questions.h"

struct net_address run_address(const char *text)
{
	struct net_address a = {0};

	if (!net_address_parse(text, &a))
		abort();
	a.port = RDP_PORT;
	return a;
}

void probe_run_init(struct probe_run *r, const char *host)
{
	struct buf complaint = {0};

	*r = (struct probe_run){.net = net_new(), .timeout_us = 10000000};
	net_fake_wall(r->net, RUN_WALL_US);
	if (!target_parse(host, &r->target, &complaint))
		abort();
	buf_fini(&complaint);
	r->options = (struct probe_options){.profile = profile_at(0)};
}

void probe_run_name(struct probe_run *r, const char *const *addresses, size_t n)
{
	struct fake_name name = {.name = r->target.ascii, .delay_us = 1000};

	name.answer = (struct net_names){.result = LOOKUP_FOUND, .source = SOURCE_DNS, .n = n};
	for (size_t i = 0; i < n; i++)
		name.answer.at[i] = run_address(addresses[i]);
	net_fake_name(r->net, &name);
}

void probe_run_play(struct probe_run *r, const struct scenario *s, const char *address)
{
	struct net_address at = run_address(address);
	const char *error = NULL;

	r->lab = lab_start(r->net, s, &at, &error);
	if (!r->lab)
		abort();
}

static void on_idle(void *context)
{
	struct probe_run *r = context;
	struct asking asking = {.is_full = r->options.is_full,
	                        .spent_us = net_now_us(r->net) - r->began_us,
	                        .started_us = RUN_WALL_US};
	const struct measure *next = r->ask ? r->ask(r)
	                                    : question_next(r->probe, &r->found, &asking);

	r->n_asked++;
	if (next && probe_measure(r->probe, next))
		return;
	r->was_idle = true;
	net_stop(r->net);
}

static void stop(struct probe_run *r)
{
	r->was_stopped = true;
	probe_stop(r->probe);
	net_stop(r->net);
}

static void on_deadline(void *context)
{
	struct probe_run *r = context;

	r->deadline = NULL;
	stop(r);
}

static void on_interrupt(void *context)
{
	stop(context);
}

void probe_run_go(struct probe_run *r)
{
	r->found.arena = &r->arena;
	r->options.target = &r->target;
	r->options.limit_us = r->timeout_us;
	r->began_us = net_now_us(r->net);
	r->probe = probe_new(r->net, &r->options, &r->found, on_idle, r);
	r->deadline = net_after(r->net, r->timeout_us, on_deadline, r);
	net_on_interrupt(r->net, on_interrupt, r);
	probe_start(r->probe);
	net_run(r->net);
	r->took_us = net_now_us(r->net) - r->began_us;
	probe_facts(r->probe, &r->facts);
	if (!r->is_unjudged)
		r->d = infer(&r->found, RUN_WALL_US, &r->arena);
}

void probe_run_fini(struct probe_run *r)
{
	probe_fini(r->probe);
	if (r->deadline)
		net_timer_stop(r->deadline);
	lab_stop(r->lab);
	net_free(r->net);
	arena_fini(&r->arena);
}

const struct finding *run_find(const struct probe_run *r, enum finding_id id)
{
	for (size_t i = 0; i < r->found.n; i++)
		if (r->found.at[i].id == id)
			return &r->found.at[i];
	return NULL;
}

bool run_saw(const struct probe_run *r, enum finding_id id)
{
	const struct finding *f = run_find(r, id);

	return f && f->state == FINDING_SEEN;
}
