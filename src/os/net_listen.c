#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/net_posix.h"

struct net_listener {
	struct ring ring; /* first, so that a ring is a listener */
	struct net *net;
	uv_poll_t poll;
	int fd;
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

static void hand_over(struct net_listener *l, int fd, const struct sockaddr *from)
{
	struct net_address peer = {0};
	struct net_conn *conn;

	net_from_sockaddr(from, &peer);
	if (!net_make_quiet(fd)) {
		close(fd);
		return;
	}
	conn = net_conn_accepted(l->net, fd, &peer);
	if (conn)
		l->accepted(l->context, conn);
}

/* False: no more for now. */
static bool accept_one(struct net_listener *l)
{
	struct sockaddr_storage from = {0};
	socklen_t n = sizeof from;
	int fd = accept(l->fd, (struct sockaddr *)&from, &n);

	if (fd >= 0) {
		hand_over(l, fd, (const struct sockaddr *)&from);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		rest(l);
	return errno == ECONNABORTED || errno == EINTR;
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

static int open_at(const struct net_address *at)
{
	struct sockaddr_storage to;
	socklen_t n = net_to_sockaddr(at, &to);
	int fd = net_socket(at, SOCK_STREAM);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (at->is_v6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
	if (bind(fd, (struct sockaddr *)&to, n) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;

	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

struct net_listener *net_listen(struct net *net, const struct net_address *at,
                                net_accepted *accepted, void *context, const char **error)
{
	int fd = open_at(at);
	struct net_listener *l;

	if (fd < 0) {
		*error = strerror(errno);
		return NULL;
	}
	l = net_zeroed(sizeof *l);
	*l = (struct net_listener){.net = net, .fd = fd, .accepted = accepted, .context = context};
	l->poll.data = l;
	if (uv_poll_init(&net->loop, &l->poll, fd) != 0) {
		*error = strerror(ENOMEM);
		close(fd);
		free(l);
		return NULL;
	}
	ring_put_behind(net->listeners.prev, &l->ring);
	watch(l, true);
	return l;
}

void net_listener_address(const struct net_listener *l, struct net_address *out)
{
	net_local_address(l->fd, out);
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
	close(l->fd);
}
