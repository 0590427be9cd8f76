/*
 * What blocks until it is answered: names by the system's resolver, and echoes. One detached
 * thread each, which is a look-up here.
 *
 * Not libuv's pool: four hanging look-ups would fill it, and its clean-up at exit waits for them.
 * A thread and the loop meet in the mailbox; whoever comes last frees the look-up.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/net_inside.h"

/*
 * A name server that keeps silent holds each thread and its socket for ten seconds and more. Names
 * of addresses are asked for out of curiosity: a process with many runs goes without.
 */
#define REVERSE_AT_ONCE 16

enum lookup_state { UNDER_WAY, ENDED, ABANDONED };

struct mailbox {
	uv_mutex_t lock;
	struct ring ended; /* look-ups, in the order of their ends */
	uv_async_t *bell;  /* NULL: the net is gone */
	unsigned n_users;  /* the net and threads under way */
};

struct net_lookup {
	struct ring ring; /* first; in mailbox->ended */
	struct ring mine; /* in net->lookups */
	struct net *net;
	struct mailbox *mailbox;
	enum lookup_state state;
	bool is_telling;
	net_found *found; /* or named, or echoed */
	net_named *named;
	net_echoed *echoed;
	void *context;
	/* The thread's until it has ended. */
	struct net_asked asked;
	struct net_echo_asked echo;
	bool has_name;
};

/* --- the mailbox --- */

/* Unlocks too. */
static void leave(struct mailbox *box)
{
	bool is_last = --box->n_users == 0;

	uv_mutex_unlock(&box->lock);
	if (!is_last)
		return;
	uv_mutex_destroy(&box->lock);
	free(box);
}

static void post(struct net_lookup *l)
{
	struct mailbox *box = l->mailbox;

	uv_mutex_lock(&box->lock);
	if (l->state == ABANDONED) {
		free(l);
	} else {
		l->state = ENDED;
		ring_put_behind(box->ended.prev, &l->ring);
		uv_async_send(box->bell);
	}
	leave(box);
}

static atomic_int n_reverse; /* of the whole process */

static void work(void *argument)
{
	struct net_lookup *l = argument;

	if (l->found) {
		net_ask_names(&l->asked);
	} else if (l->echoed) {
		net_ask_echo(&l->echo);
	} else {
		l->has_name = net_ask_reverse(&l->asked);
		n_reverse--;
	}
	post(l);
}

bool net_names_has(const struct net_names *names, const struct net_address *a)
{
	for (size_t i = 0; i < names->n; i++)
		if (net_address_same(&names->at[i], a) && names->at[i].scope == a->scope)
			return true;
	return false;
}

void net_mailbox_open(struct net *net)
{
	struct mailbox *box = net_zeroed(sizeof *box);

	uv_mutex_init(&box->lock);
	ring_init(&box->ended);
	box->bell = &net->mail;
	box->n_users = 1;
	net->mailbox = box;
}

static struct net_lookup *of_mine(struct ring *mine)
{
	return (struct net_lookup *)((char *)mine - offsetof(struct net_lookup, mine));
}

void net_mailbox_close(struct net *net)
{
	while (!ring_is_empty(&net->lookups))
		/* The analyzer does not see that a freed look-up was taken off the ring. */
		// NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
		net_lookup_cancel(of_mine(net->lookups.next));
	uv_mutex_lock(&net->mailbox->lock);
	net->mailbox->bell = NULL; /* only abandoned look-ups are left, which do not ring */
	leave(net->mailbox);
}

static struct net_lookup *next_ended(struct mailbox *box)
{
	struct ring *first;

	uv_mutex_lock(&box->lock);
	first = ring_is_empty(&box->ended) ? NULL : box->ended.next;
	if (first)
		ring_take(first);
	uv_mutex_unlock(&box->lock);
	return (struct net_lookup *)first;
}

static void forget(struct net_lookup *l)
{
	ring_take(&l->mine);
	if (ring_is_empty(&l->net->lookups))
		uv_unref((uv_handle_t *)&l->net->mail);
}

static void hand_over(struct net_lookup *l)
{
	forget(l);
	l->is_telling = true;
	if (l->found)
		l->found(l->context, &l->asked.names);
	else if (l->echoed)
		l->echoed(l->context, &l->echo.answer);
	else
		l->named(l->context, l->has_name ? l->asked.name : NULL);
	free(l);
}

void net_mail(struct net *net)
{
	struct net_lookup *l;

	while (!net->is_stopped && (l = next_ended(net->mailbox)))
		hand_over(l);
	if (net->is_stopped) /* the rest, if any, when the loop runs again */
		uv_async_send(&net->mail);
}

/* --- from the loop --- */

static struct net_lookup *lookup_new(struct net *net, void *context)
{
	struct net_lookup *l = net_zeroed(sizeof *l);

	l->net = net;
	l->mailbox = net->mailbox;
	l->context = context;
	ring_put_behind(net->lookups.prev, &l->mine);
	uv_ref((uv_handle_t *)&net->mail);
	return l;
}

/* Zero, or why no thread asks. */
static int start_asking(struct net_lookup *l)
{
	int error;

	if (l->named && ++n_reverse > REVERSE_AT_ONCE)
		error = EAGAIN;
	else
		error = net_sys_start_thread(work, l);
	if (error && l->named)
		n_reverse--;
	return error;
}

static struct net_lookup *start(struct net_lookup *l)
{
	uv_mutex_lock(&l->mailbox->lock);
	l->mailbox->n_users++;
	uv_mutex_unlock(&l->mailbox->lock);

	int error = start_asking(l);

	if (error) {
		l->asked.names.result = LOOKUP_FAILED;
		l->asked.names.detail = net_sys_words(error);
		post(l); /* which frees only abandoned ones */
	}
	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
	return l;
}

struct net_lookup *net_look_up(struct net *net, const char *name, net_found *found, void *context)
{
	struct net_lookup *l = lookup_new(net, context);

	l->found = found;
	snprintf(l->asked.name, sizeof l->asked.name, "%s", name);
	return start(l);
}

struct net_lookup *net_reverse(struct net *net, const struct net_address *a, net_named *named,
                               void *context)
{
	struct net_lookup *l = lookup_new(net, context);

	l->named = named;
	l->asked.address = *a;
	return start(l);
}

struct net_lookup *net_echo(struct net *net, const struct net_address *to, int64_t within_us,
                            net_echoed *echoed, void *context)
{
	struct net_lookup *l = lookup_new(net, context);

	l->echoed = echoed;
	l->echo.to = *to;
	l->echo.within_us = within_us;
	return start(l);
}

void net_lookup_cancel(struct net_lookup *l)
{
	struct mailbox *box;
	bool has_ended;

	if (!l || l->is_telling)
		return;
	box = l->mailbox;
	forget(l);
	uv_mutex_lock(&box->lock);
	has_ended = l->state == ENDED;
	if (has_ended)
		ring_take(&l->ring);
	else
		l->state = ABANDONED;
	uv_mutex_unlock(&box->lock);
	if (has_ended)
		free(l);
}
