/* The loop, timers, the first interrupt. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "os/net_inside.h"
#include "os/os.h"

struct net_timer {
	struct ring ring; /* first, so that a ring is a timer */
	struct net *net;
	int64_t due_us;
	net_fire *fire;
	void *context;
};

void *net_zeroed(size_t n)
{
	void *p = calloc(1, n);

	if (!p) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	return p;
}

int64_t net_now_us(const struct net *net)
{
	(void)net;
	return os_monotonic_us();
}

int64_t net_wall_us(const struct net *net)
{
	(void)net;
	return os_now_us();
}

/* --- timers --- */

/* The analyzer does not see that a freed timer was taken off the ring. */
static struct net_timer *first_timer(struct net *net)
{
	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
	return ring_is_empty(&net->timers) ? NULL : (struct net_timer *)net->timers.next;
}

static void on_clock(uv_timer_t *clock);

/* libuv counts whole milliseconds: rounded up, so that no timer fires early. */
static void set_clock(struct net *net)
{
	const struct net_timer *first = first_timer(net);

	if (!first) {
		uv_timer_stop(&net->clock);
		return;
	}

	int64_t left = first->due_us - net_now_us(net);

	uv_update_time(&net->loop);
	uv_timer_start(&net->clock, on_clock, left > 0 ? (uint64_t)(left + 999) / 1000 : 0, 0);
}

static void run_timer(struct net *net, struct net_timer *timer)
{
	ring_take(&timer->ring);
	net->firing = timer;
	timer->fire(timer->context);
	net->firing = NULL;
	free(timer);
}

static void on_clock(uv_timer_t *clock)
{
	struct net *net = clock->data;
	int64_t now = net_now_us(net);

	for (struct net_timer *t; !net->is_stopped && (t = first_timer(net));) {
		if (t->due_us > now)
			break;
		run_timer(net, t);
	}
	if (!net->is_stopped) /* net_run sets it again */
		set_clock(net);
}

struct net_timer *net_after(struct net *net, int64_t after_us, net_fire *fire, void *context)
{
	struct net_timer *t = net_zeroed(sizeof *t);
	struct ring *at = net->timers.prev;

	*t = (struct net_timer){.net = net, .fire = fire, .context = context};
	t->due_us = net_now_us(net) + (after_us > 0 ? after_us : 0);
	while (at != &net->timers && ((struct net_timer *)at)->due_us > t->due_us)
		at = at->prev;
	ring_put_behind(at, &t->ring);
	if (first_timer(net) == t && !net->firing) /* behind a firing one it is set anyway */
		set_clock(net);
	return t;
}

void net_timer_stop(struct net_timer *timer)
{
	if (!timer || timer->net->firing == timer) /* frees itself when its callback is over */
		return;
	struct net *net = timer->net;

	ring_take(&timer->ring);
	free(timer);
	if (!net->firing)
		set_clock(net); /* a clock that still ran would keep net_run waiting */
}

/* --- interrupts --- */

static void on_signal(uv_signal_t *handle, int number)
{
	struct net *net = handle->data;

	(void)number;
	for (size_t i = 0; i < net_sys_n_interrupts; i++) /* which gives all their default back */
		uv_signal_stop(&net->signals[i]);
	net->interrupted(net->interrupted_context);
}

void net_on_interrupt(struct net *net, net_fire *fire, void *context)
{
	net->interrupted = fire;
	net->interrupted_context = context;
	/* One shot: a second signal works even when the loop is busy with the first. */
	for (size_t i = 0; i < net_sys_n_interrupts; i++)
		uv_signal_start_oneshot(&net->signals[i], on_signal, net_sys_interrupts[i]);
}

/* --- the loop --- */

static void on_mail(uv_async_t *mail)
{
	net_mail(mail->data);
}

struct net *net_new(void)
{
	struct net *net = net_zeroed(sizeof *net);

	if (uv_loop_init(&net->loop) != 0) {
		free(net);
		return NULL;
	}
	ring_init(&net->timers);
	ring_init(&net->conns);
	ring_init(&net->listeners);
	ring_init(&net->lookups);
	uv_timer_init(&net->loop, &net->clock);
	uv_async_init(&net->loop, &net->mail, on_mail);
	for (size_t i = 0; i < NET_SIGNALS_MOST; i++) {
		uv_signal_init(&net->loop, &net->signals[i]);
		net->signals[i].data = net;
		uv_unref((uv_handle_t *)&net->signals[i]); /* nothing to wait for */
	}
	uv_unref((uv_handle_t *)&net->mail); /* until a look-up is under way */
	net->clock.data = net->mail.data = net;
	net_mailbox_open(net);
	return net;
}

void net_run(struct net *net)
{
	set_clock(net);
	uv_run(&net->loop, UV_RUN_DEFAULT);
	net->is_stopped = false;
}

void net_stop(struct net *net)
{
	net->is_stopped = true;
	uv_stop(&net->loop);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
	(void)unused;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void net_free(struct net *net)
{
	if (!net)
		return;
	while (!ring_is_empty(&net->conns))
		net_conn_drop((struct net_conn *)net->conns.next);
	while (!ring_is_empty(&net->listeners))
		net_listener_close((struct net_listener *)net->listeners.next);
	net_mailbox_close(net);
	while (first_timer(net))
		net_timer_stop(first_timer(net));
	uv_walk(&net->loop, close_handle, NULL);
	uv_run(&net->loop, UV_RUN_DEFAULT); /* only closing handles: does not block */

	int left = uv_loop_close(&net->loop);

	assert(left == 0);
	(void)left;
	free(net);
}
