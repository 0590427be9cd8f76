/*
 * TCP connections.
 *
 * The system tells an error once, to whichever call comes first. What net_send is told is kept
 * in `error` until everything that can be read was read: bytes sent before an RST come first.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "os/net_inside.h"

enum conn_state { CONNECTING, OPEN, DEAD };

struct net_conn {
	struct ring ring; /* first, so that a ring is a connection */
	struct net *net;
	uv_poll_t poll;
	bool has_poll;
	int watched; /* UV_READABLE, UV_WRITABLE */
	net_socket_t socket;
	enum conn_state state;
	bool has_ended; /* told so */
	bool has_fin;   /* seen before anything was sent behind it */
	bool is_shutting, is_shut;
	bool is_closed; /* by its owner; lives until libuv lets go of the handle, or bytes went */
	int error;      /* of a send, not told yet */
	size_t piece;   /* no more at once; 0: as much as there is */
	int syn_retransmits;
	struct net_failure why;
	struct net_timer *soon;
	struct net_address peer, local;
	struct net_callbacks call;
	void *context;
	struct buf unsent;
	size_t n_gone; /* of unsent, from its start */
};

/* How long bytes of a closed connection may take to leave. */
enum { LINGER_US = 2000000, DRAIN_PIECES = 8 };

/* --- what is watched --- */

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch_for(struct net_conn *conn, int events)
{
	if (!conn->has_poll || events == conn->watched)
		return;
	conn->watched = events;
	if (events)
		uv_poll_start(&conn->poll, events, on_poll);
	else
		uv_poll_stop(&conn->poll);
}

static size_t n_unsent(const struct net_conn *conn)
{
	return conn->unsent.n - conn->n_gone;
}

static void watch(struct net_conn *conn)
{
	int events = 0;

	if (conn->state == CONNECTING)
		events = UV_WRITABLE;
	if (conn->state == OPEN && n_unsent(conn) && !conn->error)
		events |= UV_WRITABLE;
	if (conn->state == OPEN && !conn->has_ended && !conn->is_closed)
		events |= UV_READABLE;
	watch_for(conn, events);
}

/* --- life --- */

static struct net_conn *conn_new(struct net *net, net_socket_t s, const struct net_address *peer)
{
	struct net_conn *conn = net_zeroed(sizeof *conn);

	conn->net = net;
	conn->socket = s;
	conn->peer = *peer;
	if (s != NET_NO_SOCKET && uv_poll_init_socket(&net->loop, &conn->poll, s) == 0)
		conn->has_poll = true;
	conn->poll.data = conn;
	ring_put_behind(net->conns.prev, &conn->ring);
	return conn;
}

static void conn_free(uv_handle_t *handle)
{
	free(handle->data);
}

static void stop_soon(struct net_conn *conn)
{
	net_timer_stop(conn->soon);
	conn->soon = NULL;
}

void net_conn_drop(struct net_conn *conn)
{
	conn->is_closed = true;
	conn->state = DEAD;
	watch(conn);
	stop_soon(conn);
	ring_take(&conn->ring);
	buf_fini(&conn->unsent);
	if (conn->has_poll)
		uv_close((uv_handle_t *)&conn->poll, conn_free);
	if (conn->socket != NET_NO_SOCKET)
		net_sys_close(conn->socket);
	conn->socket = NET_NO_SOCKET;
	if (!conn->has_poll)
		free(conn);
}

/*
 * close() with bytes unread sends an RST, and the peer would be told of an abort that nobody
 * meant. So: FIN first, then read what is there, then close.
 */
static void close_in_peace(struct net_conn *conn)
{
	if (conn->state == OPEN) {
		net_sys_shut(conn->socket);
		for (int i = 0; i < DRAIN_PIECES; i++)
			if (net_sys_receive(conn->socket, conn->net->bytes,
			                    sizeof conn->net->bytes) <= 0)
				break;
	}
	net_conn_drop(conn);
}

static void linger_is_over(void *context)
{
	struct net_conn *conn = context;

	conn->soon = NULL;
	net_conn_drop(conn);
}

void net_close(struct net_conn *conn)
{
	if (!conn)
		return;
	if (conn->state != OPEN || conn->error || !n_unsent(conn)) {
		close_in_peace(conn);
		return;
	}
	conn->is_closed = true;
	stop_soon(conn);
	conn->soon = net_after(conn->net, LINGER_US, linger_is_over, conn);
	watch(conn);
}

void net_reset(struct net_conn *conn)
{
	if (!conn)
		return;
	if (conn->socket != NET_NO_SOCKET)
		net_sys_abort_at_close(conn->socket);
	net_conn_drop(conn);
}

/* --- ends --- */

static void end(struct net_conn *conn, enum net_end how)
{
	conn->has_ended = true;
	if (how != NET_FIN) {
		conn->state = DEAD;
		buf_fini(&conn->unsent);
		conn->n_gone = 0;
	}
	watch(conn);
	conn->call.ended(conn->context, how);
}

/* EPIPE: an RST behind the peer's FIN, and the FIN came first. */
static enum net_end how_by(int error)
{
	if (error == 0 || error == EPIPE)
		return NET_FIN;
	return error == ECONNRESET || error == ECONNABORTED ? NET_RST : NET_BROKEN;
}

static enum net_end how_it_ended(const struct net_conn *conn, int error)
{
	if (conn->has_fin)
		return NET_FIN;
	if ((error == 0 || error == EPIPE) && net_sys_was_reset(conn->socket))
		return NET_RST;
	return how_by(error);
}

/* --- receiving --- */

static void receive(struct net_conn *conn);

static void receive_soon(void *context)
{
	struct net_conn *conn = context;

	conn->soon = NULL;
	receive(conn);
}

/* Reads on without the loop's word: a dead socket may have nothing more to say to it. */
static void look_soon(struct net_conn *conn)
{
	if (!conn->soon && !conn->has_ended)
		conn->soon = net_after(conn->net, 0, receive_soon, conn);
}

/* One piece per turn of the loop, so that no connection starves the others. */
static void receive(struct net_conn *conn)
{
	int64_t n;

	if (conn->has_ended || conn->state != OPEN)
		return;
	n = net_sys_receive(conn->socket, conn->net->bytes, sizeof conn->net->bytes);
	if (n > 0) {
		if (conn->error)
			look_soon(conn);
		conn->call.bytes(conn->context, conn->net->bytes, (size_t)n);
	} else if (n == 0 || (n == -EAGAIN && conn->error)) {
		end(conn, how_it_ended(conn, conn->error));
	} else if (n != -EAGAIN && n != -EINTR) {
		end(conn, how_it_ended(conn, (int)-n));
	}
}

/* --- sending --- */

static void broke(struct net_conn *conn, int error)
{
	conn->error = error;
	buf_fini(&conn->unsent);
	conn->n_gone = 0;
	if (!conn->is_closed)
		look_soon(conn);
}

static size_t send_some(struct net_conn *conn, const void *bytes, size_t n)
{
	int64_t sent;

	if (conn->piece && n > conn->piece)
		n = conn->piece;
	conn->has_fin = conn->has_fin || net_sys_has_fin(conn->socket);
	sent = net_sys_send(conn->socket, bytes, n);
	if (sent >= 0)
		return (size_t)sent;
	if (sent != -EAGAIN && sent != -ENOBUFS)
		broke(conn, (int)-sent);
	return 0;
}

static void shut_when_all_went(struct net_conn *conn)
{
	if (!conn->is_shutting || conn->is_shut || n_unsent(conn) || conn->state != OPEN)
		return;
	conn->is_shut = true;
	net_sys_shut(conn->socket);
}

static void keep(struct net_conn *conn, const uint8_t *bytes, size_t n)
{
	if (n_unsent(conn) + n > NET_UNSENT_MOST) {
		broke(conn, ENOBUFS); /* told as NET_BROKEN: the peer takes nothing */
		return;
	}
	buf_put(&conn->unsent, bytes, n);
}

void net_send(struct net_conn *conn, const void *bytes, size_t n)
{
	size_t sent = 0;

	if (conn->state == DEAD || conn->error || conn->is_shutting || !n)
		return;
	if (conn->state == OPEN && !n_unsent(conn))
		sent = send_some(conn, bytes, n);
	if (sent < n && !conn->error)
		keep(conn, (const uint8_t *)bytes + sent, n - sent);
	watch(conn);
}

/* What went is cut off only when it is the larger part: no byte moves more than once or so. */
static void flush(struct net_conn *conn)
{
	while (n_unsent(conn) && !conn->error) {
		size_t sent = send_some(conn, conn->unsent.bytes + conn->n_gone, n_unsent(conn));

		if (sent == 0)
			break;
		conn->n_gone += sent;
	}
	if (conn->n_gone && conn->n_gone * 2 >= conn->unsent.n) {
		memmove(conn->unsent.bytes, conn->unsent.bytes + conn->n_gone, n_unsent(conn));
		conn->unsent.n -= conn->n_gone;
		conn->n_gone = 0;
	}
	shut_when_all_went(conn);
}

void net_shut(struct net_conn *conn)
{
	conn->is_shutting = true;
	shut_when_all_went(conn);
}

size_t net_unsent(const struct net_conn *conn)
{
	return n_unsent(conn);
}

/* --- connecting --- */

static void fail(struct net_conn *conn)
{
	conn->state = DEAD;
	watch(conn);
	conn->call.failed(conn->context, &conn->why);
}

static void fail_now(void *context)
{
	struct net_conn *conn = context;

	conn->soon = NULL;
	fail(conn);
}

static int count_retransmits(net_socket_t s)
{
	struct net_tcp_counts counts = {0};

	net_tcp_counts(s, &counts);
	return counts.retransmits;
}

/* A SYN to a free port of this computer can meet itself; nobody listens there. */
static bool met_itself(const struct net_conn *conn)
{
	return conn->local.port == conn->peer.port && net_address_same(&conn->local, &conn->peer);
}

static void connected(struct net_conn *conn)
{
	net_local_address(conn->socket, &conn->local);
	conn->syn_retransmits = count_retransmits(conn->socket);
	if (met_itself(conn)) {
		net_explain(&conn->why, ECONNREFUSED, false, conn->socket, &conn->peer);
		fail(conn);
		return;
	}
	conn->state = OPEN;
	conn->why = (struct net_failure){0};
	flush(conn);
	watch(conn);
	if (conn->error)
		look_soon(conn);
	conn->call.connected(conn->context);
}

/*
 * An ICMP message that comes while the system is still sending the SYN is kept without its error,
 * and the attempt would go on; so the message itself counts.
 */
static void finish_connect(struct net_conn *conn)
{
	bool has_peer;
	int error;

	net_take_icmp(conn->socket, &conn->why);
	error = net_sys_error(conn->socket);
	has_peer = net_sys_has_peer(conn->socket);
	if (!error && conn->why.has_icmp && !has_peer)
		error = conn->why.system_error;
	if (!error && !has_peer && net_sys_was_reset(conn->socket))
		error = ECONNRESET;
	if (error == ECONNRESET || error == EPIPE) {
		conn->error = error; /* connected, and gone before we looked */
		connected(conn);
	} else if (error) {
		net_explain(&conn->why, error, false, conn->socket, &conn->peer);
		fail(conn);
	} else if (has_peer) {
		connected(conn);
	}
}

/*
 * With the error queue on, one ICMP error ends an attempt at once, though RFC 1122 4.2.3.9 calls
 * some of them soft. A probe wants to hear it; whoever cares tries again.
 */
static int begin(struct net_conn *conn, const struct net_conn_options *options)
{
	net_want_icmp(conn->socket, conn->peer.is_v6);
	net_sys_no_delay(conn->socket);
	if (options && options->most_segment &&
	    !net_sys_most_segment(conn->socket, options->most_segment))
		conn->piece = (size_t)options->most_segment; /* without delay each goes by itself */
	return net_sys_connect(conn->socket, &conn->peer);
}

struct net_conn *net_connect(struct net *net, const struct net_address *to,
                             const struct net_conn_options *options,
                             const struct net_callbacks *callbacks, void *context)
{
	int error = 0;
	net_socket_t s = net_sys_socket(to, SOCK_STREAM, &error);
	struct net_conn *conn = conn_new(net, s, to);

	net_adopt(conn, callbacks, context);
	if (s != NET_NO_SOCKET)
		error = conn->has_poll ? begin(conn, options) : ENOMEM;
	if (!error) {
		watch(conn);
		return conn;
	}
	conn->state = DEAD;
	net_take_icmp(s, &conn->why);
	net_explain(&conn->why, error, true, s, to);
	conn->soon = net_after(net, 0, fail_now, conn);
	return conn;
}

/* --- events --- */

/* Nobody listens any more; only the last bytes matter. */
static void go_on_lingering(struct net_conn *conn)
{
	flush(conn);
	if (conn->error || !n_unsent(conn))
		close_in_peace(conn);
	else
		watch(conn);
}

static void serve(struct net_conn *conn, int events)
{
	if (events & UV_WRITABLE)
		flush(conn);
	if (events & UV_READABLE)
		receive(conn); /* may close the connection, whose memory stays for now */
	if (!conn->is_closed)
		watch(conn);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct net_conn *conn = poll->data;

	if (status < 0) { /* an error waits: libuv stopped watching, and leaves it to us */
		uv_poll_start(&conn->poll, conn->watched, on_poll);
		events = UV_READABLE | UV_WRITABLE;
	}
	if (conn->net->is_stopped)
		return; /* it will be told again */
	if (conn->state == CONNECTING)
		finish_connect(conn);
	else if (conn->is_closed)
		go_on_lingering(conn);
	else {
		if (status < 0)
			net_take_icmp(conn->socket, &conn->why);
		serve(conn, events);
	}
}

/* --- accepted ones --- */

struct net_conn *net_conn_accepted(struct net *net, net_socket_t s, const struct net_address *peer)
{
	struct net_conn *conn = conn_new(net, s, peer);

	if (!conn->has_poll) {
		net_conn_drop(conn);
		return NULL;
	}
	conn->state = OPEN;
	net_want_icmp(s, peer->is_v6);
	net_sys_no_delay(s);
	net_local_address(s, &conn->local);
	return conn;
}

void net_adopt(struct net_conn *conn, const struct net_callbacks *callbacks, void *context)
{
	conn->call = *callbacks;
	conn->context = context;
	if (conn->state == OPEN)
		watch(conn);
}

void net_conn_facts(const struct net_conn *conn, struct net_conn_facts *out)
{
	struct net_tcp_counts counts = {0};
	bool is_open = conn->state == OPEN;

	*out = (struct net_conn_facts){.local = conn->local, .peer = conn->peer};
	if (conn->socket == NET_NO_SOCKET)
		return;
	if (!out->local.port)
		net_local_address(conn->socket, &out->local);
	net_tcp_counts(conn->socket, &counts);
	out->syn_retransmits = is_open || conn->has_ended ? conn->syn_retransmits
	                                                  : counts.retransmits;
	out->retransmits = counts.retransmits - out->syn_retransmits;
	out->rtt_us = counts.rtt_us;
	out->segment = counts.segment;
}
