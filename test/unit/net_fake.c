#include "net_fake.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * Everything that will happen is an event in one heap, by time and then by the order of making.
 * An object that events still mean is counted by them and freed with the last one.
 */

enum { UNSENT_MOST = 4 * 1024 * 1024, PIECE = 64 * 1024, FIRST_LOCAL_PORT = 40000 };

static size_t n_live;

size_t net_fake_live(void)
{
	return n_live;
}

static void *make(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		abort();
	n_live++;
	return p;
}

static void unmake(void *p)
{
	n_live--;
	free(p);
}

/* Makes room for one more in an array; not counted as an object, freed with the net. */
static void *room(void *array, size_t n, size_t size)
{
	if (n & (n - 1)) /* the room is a power of two */
		return array;
	array = realloc(array, (n ? 2 * n : 1) * size);
	if (!array)
		abort();
	return array;
}

struct ring {
	struct ring *next, *prev;
};

static void ring_put(struct ring *head, struct ring *item)
{
	item->prev = head->prev;
	item->next = head;
	head->prev->next = item;
	head->prev = item;
}

static void ring_take(struct ring *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	item->next = item->prev = item;
}

/* --- objects --- */

struct event {
	int64_t due_us;
	uint64_t number;
	void (*happen)(struct event *event);
	struct net *net;
	struct net_conn *conn;
	struct net_timer *timer;
	struct net_lookup *lookup;
	enum net_end how;
	bool is_quiet; /* an interrupt: nothing to wait for */
	size_t n;
	uint8_t bytes[];
};

struct net_timer {
	struct net *net;
	net_fire *fire; /* NULL: stopped */
	void *context;
	bool is_firing;
};

struct net_lookup {
	struct ring ring;
	struct net *net;
	net_found *found; /* all three NULL: cancelled */
	net_named *named;
	net_echoed *echoed;
	void *context;
	struct net_names names;
	const char *name;
	struct net_echo_answer echo;
	bool has_event, is_telling;
};

struct net_conn {
	struct ring ring;
	struct net *net;
	struct net_conn *other; /* NULL: nobody; the other end frees the link */
	size_t n_events;
	enum { CONNECTING, OPEN, DEAD } state;
	size_t number; /* of those that connect, from 1 */
	bool is_client, is_closed, has_ended, is_shutting, was_up;
	bool is_broken; /* by a queue that grew too long */
	struct fake_path path;
	struct net_failure why;
	struct net_address local, peer;
	struct net_callbacks call;
	void *context;
	uint8_t *unsent; /* while connecting */
	size_t n_unsent;
	size_t n_sent;       /* of the stream */
	bool was_cut;        /* the path ended or lost it */
	int64_t last_due_us; /* nothing overtakes what was sent before */
};

struct net_listener {
	struct ring ring;
	struct net *net;
	struct net_address at;
	net_accepted *accepted;
	void *context;
};

struct known_route {
	bool is_default;
	struct net_address to;
	struct net_route route;
};

struct known_reverse {
	struct net_address a;
	bool is_never;
	char name[256];
};

struct known_echo {
	struct net_address to;
	struct net_echo_answer answer;
};

struct known_traffic {
	struct net_address to;
	struct fake_traffic counts;
	bool has_end;
	int64_t end_us;
};

struct known_name {
	struct fake_name given;
	char name[256];
};

struct net {
	int64_t now_us, wall_offset_us, latency_us;
	uint64_t next_number;
	struct event **heap;
	size_t n_heap, n_loud; /* events, and those worth waiting for */
	struct ring conns, listeners, lookups;
	uint64_t luck;
	size_t n_lost;
	fake_tap *tap;
	void *tap_context;
	size_t n_connects;
	struct fake_path *paths;
	size_t *n_taken; /* connections that asked for a path, by path */
	size_t n_paths;
	struct known_name *names;
	size_t n_names;
	struct known_reverse *reverses;
	size_t n_reverses;
	struct known_echo *echoes;
	size_t n_echoes;
	struct known_route *routes;
	size_t n_routes;
	struct known_traffic *traffics;
	size_t n_traffics;
	struct net_state state;
	net_fire *interrupted;
	void *interrupted_context;
	uint16_t next_port;
	bool is_stopped;
};

/* --- the heap --- */

static bool is_before(const struct event *a, const struct event *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us : a->number < b->number;
}

static void heap_put(struct net *net, struct event *e)
{
	size_t at = net->n_heap;

	net->heap = room(net->heap, net->n_heap, sizeof *net->heap);
	net->n_heap++;
	for (; at && is_before(e, net->heap[(at - 1) / 2]); at = (at - 1) / 2)
		net->heap[at] = net->heap[(at - 1) / 2];
	net->heap[at] = e;
}

static struct event *heap_take(struct net *net)
{
	struct event *first = net->heap[0], *last = net->heap[--net->n_heap];
	size_t at = 0;

	for (size_t child; (child = 2 * at + 1) < net->n_heap; at = child) {
		if (child + 1 < net->n_heap && is_before(net->heap[child + 1], net->heap[child]))
			child++;
		if (!is_before(net->heap[child], last))
			break;
		net->heap[at] = net->heap[child];
	}
	net->heap[at] = last;
	return first;
}

static struct event *event_of(struct net *net, int64_t after_us, void (*happen)(struct event *),
                              const void *bytes, size_t n)
{
	struct event *e = make(sizeof *e + n);

	e->net = net;
	e->due_us = net->now_us + (after_us > 0 ? after_us : 0);
	e->number = net->next_number++;
	e->happen = happen;
	e->n = n;
	if (n)
		memcpy(e->bytes, bytes, n);
	heap_put(net, e);
	net->n_loud++;
	return e;
}

static struct event *event_for(struct net_conn *conn, int64_t after_us,
                               void (*happen)(struct event *), const void *bytes, size_t n)
{
	struct event *e = event_of(conn->net, after_us, happen, bytes, n);

	e->conn = conn;
	conn->n_events++;
	return e;
}

/* --- what is counted --- */

static struct known_traffic *traffic_to(const struct net *net, const struct net_address *to)
{
	for (size_t i = 0; i < net->n_traffics; i++) {
		struct known_traffic *t = &net->traffics[i];

		if (net_address_same(&t->to, to) && t->to.port == to->port)
			return t;
	}
	return NULL;
}

struct fake_traffic net_fake_traffic(const struct net *net, const struct net_address *to)
{
	const struct known_traffic *t = traffic_to(net, to);

	return t ? t->counts : (struct fake_traffic){0};
}

static void count_begin(struct net *net, const struct net_address *to)
{
	struct known_traffic *t = traffic_to(net, to);
	struct fake_traffic *c;

	if (!t) {
		net->traffics = room(net->traffics, net->n_traffics, sizeof *net->traffics);
		t = &net->traffics[net->n_traffics++];
		*t = (struct known_traffic){.to = *to};
	}
	c = &t->counts;
	c->n_all++;
	if (++c->n_now > c->n_most)
		c->n_most = c->n_now;
	if (!t->has_end)
		return;

	int64_t gap_us = net->now_us - t->end_us;

	if (!c->has_gap || gap_us < c->least_gap_us)
		c->least_gap_us = gap_us;
	c->has_gap = true;
}

static void count_end(struct net *net, const struct net_address *to, bool was_up)
{
	struct known_traffic *t = traffic_to(net, to);

	t->counts.n_now--;
	t->has_end = t->has_end || was_up;
	if (was_up)
		t->end_us = net->now_us;
}

/* --- connections: life --- */

static void conn_closed(struct net_conn *conn)
{
	if (conn->is_client)
		count_end(conn->net, &conn->peer, conn->was_up);
	conn->is_closed = true;
}

static void conn_free_if_unused(struct net_conn *conn)
{
	if (!conn->is_closed || conn->n_events)
		return;
	if (conn->other)
		conn->other->other = NULL;
	ring_take(&conn->ring);
	free(conn->unsent);
	unmake(conn);
}

static int64_t latency(const struct net_conn *conn)
{
	return conn->path.latency_us ? conn->path.latency_us : conn->net->latency_us;
}

static struct net_conn *conn_new(struct net *net)
{
	struct net_conn *conn = make(sizeof *conn);

	conn->net = net;
	ring_put(&net->conns, &conn->ring);
	return conn;
}

/* --- what is recorded --- */

void net_fake_tap(struct net *net, fake_tap *tap, void *context)
{
	net->tap = tap;
	net->tap_context = context;
}

static void record(const struct net_conn *client, struct fake_packet packet)
{
	const struct net *net = client->net;

	if (!net->tap)
		return;
	packet.connection = client->number;
	packet.client = client->local;
	packet.host = client->peer;
	packet.wall_us = net_wall_us(net);
	net->tap(net->tap_context, &packet);
}

/* --- connections: the stream --- */

static void end(struct net_conn *conn, enum net_end how)
{
	if (conn->is_closed || conn->has_ended || conn->state != OPEN)
		return;
	if (conn->is_client)
		record(conn, (struct fake_packet){.kind = FAKE_END, .how = how});
	conn->has_ended = true;
	if (how != NET_FIN)
		conn->state = DEAD;
	conn->call.ended(conn->context, how);
}

static void end_arrives(struct event *e)
{
	end(e->conn, e->how);
}

static void bytes_arrive(struct event *e)
{
	struct net_conn *conn = e->conn;

	if (conn->is_closed || conn->has_ended || conn->state != OPEN)
		return;
	if (conn->is_client)
		record(conn, (struct fake_packet){.kind = FAKE_DATA, .bytes = e->bytes, .n = e->n});
	conn->call.bytes(conn->context, e->bytes, e->n);
}

/* splitmix64, by Sebastiano Vigna (public domain) */
static unsigned luck_below(struct net *net, unsigned n)
{
	uint64_t z = net->luck += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % n);
}

static bool is_lost(struct net *net, unsigned percent)
{
	bool is = luck_below(net, 100) < percent;

	net->n_lost += is;
	return is;
}

/* How long until it arrives, when nothing overtakes. */
static int64_t in_order(struct net_conn *to, int64_t after_us)
{
	int64_t due_us = to->net->now_us + after_us;

	if (due_us < to->last_due_us)
		due_us = to->last_due_us;
	to->last_due_us = due_us;
	return due_us - to->net->now_us;
}

static void send_end(struct net_conn *to, enum net_end how)
{
	event_for(to, in_order(to, latency(to)), end_arrives, NULL, 0)->how = how;
}

static const struct fake_stream *stream_of(const struct net_conn *sender)
{
	return sender->is_client ? &sender->path.up : &sender->path.down;
}

static const enum net_end ends[] = {
    [FAKE_FIN] = NET_FIN, [FAKE_RST] = NET_RST, [FAKE_BROKEN] = NET_BROKEN};

static void cut_stream(struct net_conn *sender, enum fake_end how)
{
	sender->was_cut = true;
	if (sender->other)
		send_end(sender->other, ends[how]);
	if (how == FAKE_RST)
		send_end(sender, NET_RST);
}

/* How many of n bytes pass the place of a fault, which is behind `after` bytes. */
static size_t up_to(size_t n_sent, size_t n, size_t after)
{
	size_t left = after > n_sent ? after - n_sent : 0;

	return n < left ? n : left;
}

enum { REPEATS_MOST = 6, FIRST_REPEAT_US = 200000, SEGMENT_USUAL = 1460 };

/* RFC 6298: each repetition waits twice as long as the one before. */
static int64_t time_of_segment(struct net_conn *sender, const struct fake_stream *s)
{
	int64_t wait_us = FIRST_REPEAT_US + 2 * latency(sender), after_us = latency(sender);

	if (s->jitter_us)
		after_us += luck_below(sender->net, s->jitter_us);
	for (int i = 0; i < REPEATS_MOST && is_lost(sender->net, s->percent_lost); i++) {
		sender->path.retransmits++;
		after_us += wait_us;
		wait_us *= 2;
	}
	return after_us;
}

static void put_segments(struct net_conn *sender, const uint8_t *bytes, size_t n,
                         const struct fake_stream *s)
{
	size_t most = s->cut && s->cut < PIECE ? s->cut : PIECE;

	if (s->percent_lost && most > SEGMENT_USUAL)
		most = SEGMENT_USUAL;
	while (n && sender->other) {
		size_t piece = n < most ? n : most;
		int64_t after_us = time_of_segment(sender, s);

		event_for(sender->other, in_order(sender->other, after_us), bytes_arrive, bytes,
		          piece);
		bytes += piece;
		n -= piece;
	}
}

/* All of n bytes, or none when their first segment does not fit. */
static size_t up_to_large(const struct fake_stream *s, size_t n)
{
	size_t segment = s->cut ? s->cut : SEGMENT_USUAL;

	return segment <= s->narrow || n <= s->narrow ? n : 0;
}

static void transmit(struct net_conn *sender, const uint8_t *bytes, size_t n)
{
	const struct fake_stream *s = stream_of(sender);
	struct buf spoilt = {0};
	size_t passes;

	if (sender->is_client && n)
		record(sender, (struct fake_packet){
		                   .kind = FAKE_DATA, .is_up = true, .bytes = bytes, .n = n});
	if (sender->was_cut)
		return;
	if (s->spoil && n) {
		s->spoil(s->spoil_context, sender->n_sent, bytes, n, &spoilt);
		bytes = (const uint8_t *)spoilt.bytes;
		n = spoilt.n;
	}
	passes = n;
	if (s->loses)
		passes = up_to(sender->n_sent, passes, s->lose_after);
	if (s->end)
		passes = up_to(sender->n_sent, passes, s->end_after);
	if (s->narrow)
		passes = up_to_large(s, passes);
	put_segments(sender, bytes, passes, s);
	sender->n_sent += passes;
	if (s->end && sender->n_sent >= s->end_after)
		cut_stream(sender, s->end);
	else if (passes < n)
		sender->was_cut = true;
	buf_fini(&spoilt);
}

/* A path may end a stream behind its byte 0. */
static void begin_streams(struct net_conn *conn)
{
	transmit(conn, NULL, 0);
	if (conn->other)
		transmit(conn->other, NULL, 0);
	else if (conn->path.down.end && !conn->path.down.end_after)
		send_end(conn, ends[conn->path.down.end]);
}

/* The sender's own end, unless the path is past its fault. */
static void send_own_end(struct net_conn *conn, enum net_end how)
{
	const struct fake_stream *s = stream_of(conn);

	if (conn->is_client && conn->state == OPEN)
		record(conn, (struct fake_packet){.kind = FAKE_END, .is_up = true, .how = how});
	if (s->loses && conn->n_sent >= s->lose_after)
		conn->was_cut = true;
	if (conn->other && !conn->was_cut)
		send_end(conn->other, how);
	conn->was_cut = true;
}

static void keep(struct net_conn *conn, const void *bytes, size_t n)
{
	if (conn->n_unsent + n > UNSENT_MOST) {
		conn->is_broken = true;
		conn->n_unsent = 0;
		return;
	}
	conn->unsent = realloc(conn->unsent, conn->n_unsent + n);
	if (!conn->unsent)
		abort();
	memcpy(conn->unsent + conn->n_unsent, bytes, n);
	conn->n_unsent += n;
}

void net_send(struct net_conn *conn, const void *bytes, size_t n)
{
	if (conn->is_shutting || conn->is_broken || conn->state == DEAD || !n)
		return;
	if (conn->state == CONNECTING)
		keep(conn, bytes, n);
	else
		transmit(conn, bytes, n);
}

void net_shut(struct net_conn *conn)
{
	if (conn->is_shutting)
		return;
	conn->is_shutting = true;
	if (conn->state == OPEN)
		send_own_end(conn, NET_FIN);
}

void net_close(struct net_conn *conn)
{
	if (!conn)
		return;
	if (conn->state == OPEN)
		send_own_end(conn, NET_FIN);
	else if (conn->state == CONNECTING) /* accepted, but does not know yet */
		send_own_end(conn, NET_RST);
	conn_closed(conn);
	conn_free_if_unused(conn);
}

void net_reset(struct net_conn *conn)
{
	if (!conn)
		return;
	if (conn->state != DEAD)
		send_own_end(conn, NET_RST);
	conn_closed(conn);
	conn_free_if_unused(conn);
}

size_t net_unsent(const struct net_conn *conn)
{
	return conn->n_unsent;
}

/* --- connecting --- */

static const struct {
	enum net_failure_kind kind;
	int error, v4_code, v6_code;
	const char *words;
} failures[] = {
    [FAKE_REFUSED] = {NET_REFUSED, ECONNREFUSED, 0, 0, "Connection refused"},
    [FAKE_UNREACHABLE] = {NET_UNREACHABLE, EHOSTUNREACH, 1, 3, "No route to host"},
    [FAKE_PROHIBITED] = {NET_PROHIBITED, EHOSTUNREACH, 13, 1, "No route to host"},
    [FAKE_NO_ROUTE] = {NET_NO_ROUTE, ENETUNREACH, 0, 0, "Network is unreachable"},
    [FAKE_NOT_PERMITTED] = {NET_NOT_PERMITTED, EACCES, 0, 0, "Permission denied"},
    [FAKE_LOCAL] = {NET_LOCAL, EADDRNOTAVAIL, 0, 0, "Cannot assign requested address"},
    [FAKE_TIMED_OUT] = {NET_TIMED_OUT, ETIMEDOUT, 0, 0, "Connection timed out"},
};

static void failure_arrives(struct event *e)
{
	struct net_conn *conn = e->conn;

	if (conn->is_closed || conn->state != CONNECTING)
		return;
	conn->state = DEAD;
	record(conn, (struct fake_packet){.kind = FAKE_END, .how = NET_RST, .why = &conn->why});
	conn->call.failed(conn->context, &conn->why);
}

static void fill_icmp(struct net_failure *why, const struct fake_path *path)
{
	bool is_given = path->icmp_type || path->icmp_code;

	why->has_icmp = true;
	why->router = path->router;
	why->icmp_type = is_given ? path->icmp_type : path->router.is_v6 ? 1 : 3;
	why->icmp_code = is_given             ? path->icmp_code
	                 : path->router.is_v6 ? failures[path->way].v6_code
	                                      : failures[path->way].v4_code;
}

static void fail_as(struct net_conn *conn, enum fake_way way, int64_t after_us)
{
	conn->why.kind = failures[way].kind;
	conn->why.system_error = failures[way].error;
	conn->why.words = failures[way].words;
	if (conn->path.has_router && (way == FAKE_UNREACHABLE || way == FAKE_PROHIBITED))
		fill_icmp(&conn->why, &conn->path);
	event_for(conn, after_us, failure_arrives, NULL, 0);
}

static bool is_any(const struct net_address *a)
{
	static const uint8_t none[16];

	return memcmp(a->bytes, none, a->is_v6 ? 16 : 4) == 0;
}

static struct net_listener *listener_at(struct net *net, const struct net_address *at)
{
	for (struct ring *r = net->listeners.next; r != &net->listeners; r = r->next) {
		struct net_listener *l = (struct net_listener *)r;

		if (l->at.port == at->port && l->at.is_v6 == at->is_v6 &&
		    (is_any(&l->at) || net_address_same(&l->at, at)))
			return l;
	}
	return NULL;
}

static void connected(struct event *e)
{
	struct net_conn *conn = e->conn;
	uint8_t *unsent = conn->unsent;
	size_t n = conn->n_unsent;

	if (conn->is_closed || conn->state != CONNECTING)
		return;
	conn->state = OPEN;
	conn->was_up = true;
	traffic_to(conn->net, &conn->peer)->counts.n_up++;
	record(conn, (struct fake_packet){.kind = FAKE_SYN_ACK});
	conn->unsent = NULL;
	conn->n_unsent = 0;
	begin_streams(conn);
	if (n)
		transmit(conn, unsent, n);
	free(unsent);
	if (conn->is_shutting)
		send_own_end(conn, NET_FIN);
	if (conn->is_broken)
		event_for(conn, 0, end_arrives, NULL, 0)->how = NET_BROKEN;
	conn->call.connected(conn->context);
}

static void answer_syn(struct net_conn *client)
{
	unsigned busy_us = client->path.busy_us;
	int64_t after_us = latency(client) + (busy_us ? luck_below(client->net, busy_us) : 0);

	event_for(client, after_us, connected, NULL, 0);
}

static void accept_at(struct net_listener *l, struct net_conn *client)
{
	struct net_conn *server = conn_new(client->net);

	server->state = OPEN;
	server->path = client->path;
	server->local = client->peer;
	server->peer = client->local;
	server->other = client;
	client->other = server;
	answer_syn(client);
	l->accepted(l->context, server);
}

static void syn_arrives(struct event *e)
{
	struct net_conn *client = e->conn;
	struct net_listener *l = listener_at(client->net, &client->peer);

	if (client->is_closed || client->state != CONNECTING)
		return;
	if (client->path.way == FAKE_ACCEPTS)
		answer_syn(client);
	else if (l && client->path.way == FAKE_OPEN)
		accept_at(l, client);
	else
		fail_as(client, FAKE_REFUSED, latency(client));
}

static struct fake_path *path_of(struct net *net, const struct net_address *to, bool is_exact)
{
	struct fake_path *best = NULL;

	for (size_t i = 0; i < net->n_paths; i++) {
		struct fake_path *p = &net->paths[i];

		if (!net_address_same(&p->to, to))
			continue;
		if (p->to.port == to->port)
			return p;
		if (!p->to.port && !is_exact)
			best = p;
	}
	return best;
}

static struct net_address local_address(struct net *net, const struct net_address *to)
{
	struct net_route route;
	struct net_address local;

	net_route_to(net, to, &route);
	local = route.source;
	local.port = net->next_port++;
	if (net->next_port < FIRST_LOCAL_PORT)
		net->next_port = FIRST_LOCAL_PORT;
	return local;
}

/* Linux repeats a SYN after 1, 2, 4 ... seconds. */
static int64_t time_of_syn(struct net_conn *conn)
{
	int64_t after_us = latency(conn), wait_us = 1000000;

	for (int i = 0; i < REPEATS_MOST && is_lost(conn->net, conn->path.percent_syn_lost); i++) {
		conn->path.syn_retransmits++;
		after_us += wait_us;
		wait_us *= 2;
	}
	return after_us;
}

static void begin(struct net_conn *conn)
{
	switch (conn->path.way) {
	case FAKE_SILENT:
		return;
	case FAKE_NO_ROUTE:
	case FAKE_NOT_PERMITTED:
	case FAKE_LOCAL:
		fail_as(conn, conn->path.way, 0);
		return;
	case FAKE_TIMED_OUT:
		fail_as(conn, conn->path.way, conn->path.fails_after_us);
		return;
	case FAKE_UNREACHABLE:
	case FAKE_PROHIBITED:
		fail_as(conn, conn->path.way, 2 * latency(conn));
		return;
	default:
		event_for(conn, time_of_syn(conn), syn_arrives, NULL, 0);
	}
}

/* The path that this connection takes. */
static struct fake_path take_path(struct net *net, const struct net_address *to)
{
	struct fake_path *path = path_of(net, to, false);
	struct fake_path sound = {.to = *to};

	if (!path)
		return (struct fake_path){0};
	sound.latency_us = path->latency_us;
	return path->every && ++net->n_taken[path - net->paths] % path->every ? sound : *path;
}

struct net_conn *net_connect(struct net *net, const struct net_address *to,
                             const struct net_conn_options *options,
                             const struct net_callbacks *callbacks, void *context)
{
	struct net_conn *conn = conn_new(net);

	conn->path = take_path(net, to);
	if (options && options->most_segment && !conn->path.up.cut)
		conn->path.up.cut = (size_t)options->most_segment;
	if (options && options->most_segment && conn->path.down.narrow)
		conn->path.down.cut = (size_t)options->most_segment;
	conn->is_client = true;
	conn->peer = *to;
	conn->local = local_address(net, to);
	net_adopt(conn, callbacks, context);
	count_begin(net, to);
	conn->number = ++net->n_connects;
	record(conn, (struct fake_packet){.kind = FAKE_SYN, .is_up = true});
	begin(conn);
	return conn;
}

void net_adopt(struct net_conn *conn, const struct net_callbacks *callbacks, void *context)
{
	conn->call = *callbacks;
	conn->context = context;
}

void net_conn_facts(const struct net_conn *conn, struct net_conn_facts *out)
{
	*out = (struct net_conn_facts){
	    .local = conn->local,
	    .peer = conn->peer,
	    .rtt_us = conn->state == CONNECTING || conn->path.has_no_counts ? 0 : 2 * latency(conn),
	    .syn_retransmits = conn->is_client ? conn->path.syn_retransmits : 0,
	    .retransmits = conn->path.retransmits,
	    .ttl = conn->path.ttl,
	    .segment = conn->path.segment,
	};
}

/* --- listeners --- */

struct net_listener *net_listen(struct net *net, const struct net_address *at,
                                net_accepted *accepted, void *context, const char **error)
{
	struct net_listener *l;

	if (at->port && listener_at(net, at)) {
		*error = "Address already in use";
		return NULL;
	}
	l = make(sizeof *l);
	l->net = net;
	l->at = *at;
	l->accepted = accepted;
	l->context = context;
	while (!l->at.port || (!at->port && listener_at(net, &l->at)))
		l->at.port = net->next_port++;
	ring_put(&net->listeners, &l->ring);
	return l;
}

void net_listener_address(const struct net_listener *l, struct net_address *out)
{
	*out = l->at;
}

void net_listener_close(struct net_listener *l)
{
	if (!l)
		return;
	ring_take(&l->ring);
	unmake(l);
}

/* --- timers --- */

static void timer_fires(struct event *e)
{
	struct net_timer *t = e->timer;

	t->is_firing = true;
	if (t->fire)
		t->fire(t->context);
	unmake(t);
	e->timer = NULL;
}

struct net_timer *net_after(struct net *net, int64_t after_us, net_fire *fire, void *context)
{
	struct net_timer *t = make(sizeof *t);

	t->net = net;
	t->fire = fire;
	t->context = context;
	event_of(net, after_us, timer_fires, NULL, 0)->timer = t;
	return t;
}

/* Freed with its event; a stopped one is nothing to wait for. */
void net_timer_stop(struct net_timer *t)
{
	if (!t || t->is_firing)
		return;
	assert(t->fire); /* stopped twice */
	t->fire = NULL;
	t->net->n_loud--;
}

/* --- interrupts --- */

static void interrupt(struct event *e)
{
	if (e->net->interrupted)
		e->net->interrupted(e->net->interrupted_context);
}

void net_on_interrupt(struct net *net, net_fire *fire, void *context)
{
	net->interrupted = fire;
	net->interrupted_context = context;
}

void net_fake_interrupt_at(struct net *net, int64_t at_us)
{
	event_of(net, at_us - net->now_us, interrupt, NULL, 0)->is_quiet = true;
	net->n_loud--;
}

/* --- names --- */

static void lookup_free(struct net_lookup *l)
{
	ring_take(&l->ring);
	unmake(l);
}

static void answer_arrives(struct event *e)
{
	struct net_lookup *l = e->lookup;

	l->is_telling = true;
	if (l->found)
		l->found(l->context, &l->names);
	else if (l->named)
		l->named(l->context, l->name);
	else if (l->echoed)
		l->echoed(l->context, &l->echo);
	lookup_free(l);
	e->lookup = NULL;
}

static struct net_lookup *lookup_new(struct net *net, void *context)
{
	struct net_lookup *l = make(sizeof *l);

	l->net = net;
	l->context = context;
	ring_put(&net->lookups, &l->ring);
	return l;
}

static struct net_lookup *answer_after(struct net_lookup *l, int64_t after_us)
{
	event_of(l->net, after_us, answer_arrives, NULL, 0)->lookup = l;
	l->has_event = true;
	return l;
}

static const struct fake_name *name_of(const struct net *net, const char *name)
{
	for (size_t i = 0; i < net->n_names; i++)
		if (strcasecmp(net->names[i].name, name) == 0)
			return &net->names[i].given;
	return NULL;
}

struct net_lookup *net_look_up(struct net *net, const char *name, net_found *found, void *context)
{
	struct net_lookup *l = lookup_new(net, context);
	const struct fake_name *known = name_of(net, name);

	l->found = found;
	l->names.result = LOOKUP_NOT_FOUND;
	l->names.source = SOURCE_DNS;
	if (known)
		l->names = known->answer;
	else if (net_address_parse(name, &l->names.at[0]))
		l->names = (struct net_names){.at = {l->names.at[0]}, .n = 1};
	return known && known->is_never ? l : answer_after(l, known ? known->delay_us : 0);
}

struct net_lookup *net_reverse(struct net *net, const struct net_address *a, net_named *named,
                               void *context)
{
	struct net_lookup *l = lookup_new(net, context);

	l->named = named;
	for (size_t i = 0; i < net->n_reverses; i++) {
		if (!net_address_same(&net->reverses[i].a, a))
			continue;
		if (net->reverses[i].is_never)
			return l;
		l->name = net->reverses[i].name;
	}
	return answer_after(l, 0);
}

/* --- echoes --- */

/* The last that was set counts. */
static struct net_echo_answer echo_of(const struct net *net, const struct net_address *to)
{
	struct net_echo_answer answer = {.result = ECHO_SILENT};

	if (net_address_is_loopback(to))
		answer = (struct net_echo_answer){.result = ECHO_ANSWERED, .ttl = 64};
	for (size_t i = 0; i < net->n_echoes; i++)
		if (net_address_same(&net->echoes[i].to, to))
			answer = net->echoes[i].answer;
	return answer;
}

struct net_lookup *net_echo(struct net *net, const struct net_address *to, int64_t within_us,
                            net_echoed *echoed, void *context)
{
	static const int sent[] = {
	    [ECHO_CANNOT] = 0, [ECHO_ANSWERED] = 1, [ECHO_FAILED] = 1, [ECHO_SILENT] = 2};
	struct net_lookup *l = lookup_new(net, context);
	int64_t trip_us = 2 * net->latency_us;

	l->echoed = echoed;
	l->echo = echo_of(net, to);
	l->echo.n_sent = sent[l->echo.result];
	if (l->echo.result == ECHO_ANSWERED && !l->echo.rtt_us)
		l->echo.rtt_us = trip_us;
	if (l->echo.result == ECHO_CANNOT)
		trip_us = 0;
	return answer_after(l, l->echo.result == ECHO_SILENT ? within_us : trip_us);
}

void net_lookup_cancel(struct net_lookup *l)
{
	if (!l || l->is_telling)
		return;
	l->found = NULL;
	l->named = NULL;
	l->echoed = NULL;
	if (l->has_event)
		l->net->n_loud--;
	else
		lookup_free(l);
}

/* --- addresses and this computer --- */

void net_route_to(struct net *net, const struct net_address *to, struct net_route *out)
{
	*out = (struct net_route){.has_route = true, .adapter = "eth0"};
	net_address_parse(to->is_v6 ? "2001:db8::64" : "192.0.2.100", &out->source);
	if (net_address_is_loopback(to))
		*out = (struct net_route){.has_route = true,
		                          .is_loopback = true,
		                          .is_own_address = true,
		                          .adapter = "lo",
		                          .source = *to};
	out->source.port = 0;
	for (size_t i = net->n_routes; i-- > 0;)
		if (net->routes[i].is_default)
			*out = net->routes[i].route;
	for (size_t i = 0; i < net->n_routes; i++)
		if (!net->routes[i].is_default && net_address_same(&net->routes[i].to, to))
			*out = net->routes[i].route;
}

void net_local_state(struct net *net, struct net_state *out)
{
	*out = net->state;
}

/* --- the loop --- */

struct net *net_new(void)
{
	struct net *net = make(sizeof *net);

	net->latency_us = 500;
	net->wall_offset_us = INT64_C(1767225600000000); /* 2026-01-01 */
	net->conns = (struct ring){&net->conns, &net->conns};
	net->listeners = (struct ring){&net->listeners, &net->listeners};
	net->lookups = (struct ring){&net->lookups, &net->lookups};
	net->state = (struct net_state){.has_link = true, .has_default_route = true};
	net->next_port = FIRST_LOCAL_PORT;
	return net;
}

/* What an event means is cancelled: it neither happens nor makes time pass. */
static bool is_cancelled(const struct event *e)
{
	return (e->timer && !e->timer->fire) ||
	       (e->lookup && !e->lookup->found && !e->lookup->named && !e->lookup->echoed);
}

static void event_free(struct event *e)
{
	struct net_conn *conn = e->conn;

	if (e->timer)
		unmake(e->timer);
	if (e->lookup)
		lookup_free(e->lookup);
	if (conn) {
		conn->n_events--;
		conn_free_if_unused(conn);
	}
	unmake(e);
}

/* False when nothing happened. */
static void run_one(struct net *net)
{
	struct event *e = heap_take(net);

	if (!is_cancelled(e)) {
		net->n_loud -= !e->is_quiet;
		net->now_us = e->due_us;
		e->happen(e);
	}
	event_free(e);
}

void net_run(struct net *net)
{
	while (!net->is_stopped && net->n_loud)
		run_one(net);
	net->is_stopped = false;
}

void net_stop(struct net *net)
{
	net->is_stopped = true;
}

static void free_rings(struct net *net)
{
	while (net->conns.next != &net->conns) {
		struct net_conn *conn = (struct net_conn *)net->conns.next;

		conn->is_closed = true;
		conn_free_if_unused(conn);
	}
	while (net->listeners.next != &net->listeners)
		net_listener_close((struct net_listener *)net->listeners.next);
	while (net->lookups.next != &net->lookups)
		lookup_free((struct net_lookup *)net->lookups.next);
}

void net_free(struct net *net)
{
	if (!net)
		return;
	while (net->n_heap)
		event_free(heap_take(net));
	free_rings(net);
	free(net->heap);
	free(net->paths);
	free(net->n_taken);
	free(net->names);
	free(net->reverses);
	free(net->echoes);
	free(net->routes);
	free(net->traffics);
	unmake(net);
}

int64_t net_now_us(const struct net *net)
{
	return net->now_us;
}

int64_t net_wall_us(const struct net *net)
{
	return net->wall_offset_us + net->now_us;
}

/* --- what a test sets --- */

void net_fake_path(struct net *net, const struct fake_path *path)
{
	struct fake_path *known = path_of(net, &path->to, true);

	if (!known) {
		net->paths = room(net->paths, net->n_paths, sizeof *net->paths);
		net->n_taken = room(net->n_taken, net->n_paths, sizeof *net->n_taken);
		known = &net->paths[net->n_paths++];
	}
	*known = *path;
	net->n_taken[known - net->paths] = 0;
}

void net_fake_luck(struct net *net, uint64_t seed)
{
	net->luck = seed;
}

size_t net_fake_lost(const struct net *net)
{
	return net->n_lost;
}

void net_fake_latency(struct net *net, int64_t one_way_us)
{
	net->latency_us = one_way_us;
}

void net_fake_name(struct net *net, const struct fake_name *name)
{
	struct known_name *known;

	assert(strlen(name->name) < sizeof known->name);
	net->names = room(net->names, net->n_names, sizeof *net->names);
	known = &net->names[net->n_names++];
	known->given = *name;
	strcpy(known->name, name->name);
	known->given.name = NULL;
}

void net_fake_reverse(struct net *net, const struct net_address *a, const char *name)
{
	struct known_reverse *known;

	assert(!name || strlen(name) < sizeof known->name);
	net->reverses = room(net->reverses, net->n_reverses, sizeof *net->reverses);
	known = &net->reverses[net->n_reverses++];
	*known = (struct known_reverse){.a = *a, .is_never = !name};
	if (name)
		strcpy(known->name, name);
}

void net_fake_echo(struct net *net, const struct net_address *to,
                   const struct net_echo_answer *answer)
{
	net->echoes = room(net->echoes, net->n_echoes, sizeof *net->echoes);
	net->echoes[net->n_echoes++] = (struct known_echo){.to = *to, .answer = *answer};
}

void net_fake_route(struct net *net, const struct net_address *to, const struct net_route *route)
{
	struct known_route *known;

	net->routes = room(net->routes, net->n_routes, sizeof *net->routes);
	known = &net->routes[net->n_routes++];
	*known = (struct known_route){.is_default = !to, .route = *route};
	if (to)
		known->to = *to;
}

void net_fake_state(struct net *net, const struct net_state *state)
{
	net->state = *state;
}

void net_fake_wall(struct net *net, int64_t wall_us)
{
	net->wall_offset_us = wall_us - net->now_us;
}
