#include <errno.h>
#include <stdlib.h>

#include "os/net_inside.h"

struct net_listener {
	struct ring ring; /* first, so that a ring is a listener */
	struct net *net;
	uv_poll_t poll;
	net_socket_t socket;
	bool is_watched, is_closed;
	struct net_timer *pause;
	net_accepted *accepted;
	void *context;
};

enum { ACCEPTS_A_TURN = 16, PAUSE_US = 100000 };

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct net_listener *l, bool is_wanted)
{
	if (l->is_watched == is_wanted)
		return;
	l->is_watched = is_wanted;
	if (is_wanted)
		uv_poll_start(&l->poll, UV_READABLE, on_poll);
	else
		uv_poll_stop(&l->poll);
}

static void pause_is_over(void *context)
{
	struct net_listener *l = context;

	l->pause = NULL;
	watch(l, true);
}

/* Out of descriptors the caller stays in the queue, and the loop would spin on it. */
static void rest(struct net_listener *l)
{
	watch(l, false);
	l->pause = net_after(l->net, PAUSE_US, pause_is_over, l);
}

/* False: no more for now. */
static bool accept_one(struct net_listener *l)
{
	struct net_address peer = {0};
	int error = 0;
	net_socket_t s = net_sys_accept(l->socket, &peer, &error);
	struct net_conn *conn;

	if (s != NET_NO_SOCKET) {
		conn = net_conn_accepted(l->net, s, &peer);
		if (conn)
			l->accepted(l->context, conn);
		return true;
	}
	if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM)
		rest(l);
	return error == ECONNABORTED || error == EINTR;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct net_listener *l = poll->data;

	(void)events;
	if (status < 0)
		uv_poll_start(&l->poll, UV_READABLE, on_poll);
	for (int i = 0; i < ACCEPTS_A_TURN; i++)
		if (l->is_closed || l->net->is_stopped || !accept_one(l))
			break;
}

struct net_listener *net_listen(struct net *net, const struct net_address *at,
                                net_accepted *accepted, void *context, const char **error)
{
	int number = 0;
	net_socket_t s = net_sys_listen(at, &number);
	struct net_listener *l;

	if (s == NET_NO_SOCKET) {
		*error = net_sys_words(number);
		return NULL;
	}
	l = net_zeroed(sizeof *l);
	*l = (struct net_listener){
	    .net = net, .socket = s, .accepted = accepted, .context = context};
	l->poll.data = l;
	if (uv_poll_init_socket(&net->loop, &l->poll, s) != 0) {
		*error = net_sys_words(ENOMEM);
		net_sys_close(s);
		free(l);
		return NULL;
	}
	ring_put_behind(net->listeners.prev, &l->ring);
	watch(l, true);
	return l;
}

void net_listener_address(const struct net_listener *l, struct net_address *out)
{
	net_local_address(l->socket, out);
}

static void listener_free(uv_handle_t *handle)
{
	free(handle->data);
}

void net_listener_close(struct net_listener *l)
{
	if (!l)
		return;
	l->is_closed = true;
	watch(l, false);
	net_timer_stop(l->pause);
	ring_take(&l->ring);
	uv_close((uv_handle_t *)&l->poll, listener_free);
	net_sys_close(l->socket);
}
