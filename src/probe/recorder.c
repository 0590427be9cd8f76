#include "probe/recorder.h"

#include <stdlib.h>
#include <string.h>

#include "link/packets.h"
#include "link/pcapng.h"

#define FLOWS_MAX       256
#define FIRST_MADE_PORT 49152
#define SECOND_US       1000000LL

struct flow {
	const struct attempt *attempt;
	struct packet_flow packets;
	bool is_open;  /* the host answered its SYN */
	bool is_reset; /* by the host */
};

struct packet {
	int64_t wall_us;
	size_t at, n, n_travelled;
	size_t number;
};

struct recorder {
	struct attempt_tap tap;
	bool is_given;
	recorder_dialling *dialling;
	void *context;
	struct flow flows[FLOWS_MAX];
	size_t n_flows;
	struct buf bytes, keys;
	struct packet *packets;
	size_t n, cap;
	uint64_t n_left_out;
};

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	buf_fini(&r->bytes);
	buf_fini(&r->keys);
	free(r->packets);
	free(r);
}

/* --- packets --- */

static bool make_room(struct recorder *r)
{
	size_t cap = r->cap ? r->cap * 2 : 64;
	struct packet *packets;

	if (r->n < r->cap)
		return true;
	packets = realloc(r->packets, cap * sizeof *packets);
	if (!packets)
		return false;
	r->packets = packets;
	r->cap = cap;
	return true;
}

static void keep(struct recorder *r, int64_t wall_us, const void *bytes, size_t n,
                 size_t n_travelled)
{
	if (n > RECORDER_MOST - r->bytes.n || !make_room(r)) {
		r->n_left_out++;
		return;
	}
	r->packets[r->n] = (struct packet){.wall_us = wall_us,
	                                   .at = r->bytes.n,
	                                   .n = n,
	                                   .n_travelled = n_travelled,
	                                   .number = r->n};
	r->n++;
	buf_put(&r->bytes, bytes, n);
}

void recorder_is_given(struct recorder *r, recorder_dialling *dialling, void *context)
{
	r->is_given = true;
	r->dialling = dialling;
	r->context = context;
}

void recorder_packet(struct recorder *r, int64_t wall_us, const void *bytes, size_t n,
                     size_t n_travelled)
{
	keep(r, wall_us, bytes, n, n_travelled);
}

static void keep_made(void *context, int64_t wall_us, const void *bytes, size_t n)
{
	struct recorder *r = context;

	if (!r->is_given)
		keep(r, wall_us, bytes, n, n);
}

static struct packets maker(struct recorder *r)
{
	return (struct packets){.out = keep_made, .context = r};
}

/* --- connections --- */

static struct flow *flow_of(struct recorder *r, const struct attempt *a)
{
	for (size_t i = 0; i < r->n_flows; i++)
		if (r->flows[i].attempt == a)
			return &r->flows[i];
	return NULL;
}

/* Where the system did not tell our own end, one is made up that no other connection has. */
static struct net_address own_end(const struct recorder *r, const struct attempt *a)
{
	struct net_address own = attempt_state_of(a)->conn.local;

	own.is_v6 = attempt_plan_of(a)->to.is_v6;
	if (!own.port)
		own.port = (uint16_t)(FIRST_MADE_PORT + r->n_flows);
	return own;
}

static struct flow *flow_new(struct recorder *r, const struct attempt *a)
{
	struct net_address own = own_end(r, a);
	struct flow *f;

	if (r->n_flows == FLOWS_MAX)
		return NULL;
	f = &r->flows[r->n_flows++];
	*f = (struct flow){.attempt = a, .packets = packet_flow(&own, &attempt_plan_of(a)->to)};
	return f;
}

/* A SYN without an answer is sent again after 1, 3, 7 ... seconds (RFC 6298 5.5). */
static void make_syns(struct recorder *r, struct flow *f, int64_t began_us, int64_t last_us)
{
	struct packets p = maker(r);
	int n = attempt_state_of(f->attempt)->conn.syn_retransmits;
	int64_t at_us = began_us, wait_us = SECOND_US;

	for (; n > 0 && at_us < last_us; n--, wait_us *= 2) {
		packets_syn(&p, &f->packets, at_us);
		at_us += wait_us;
	}
	packets_syn(&p, &f->packets, at_us < last_us ? at_us : last_us);
}

static void on_connected(void *context, const struct attempt *a, int64_t wall_us)
{
	struct recorder *r = context;
	const struct attempt_state *s = attempt_state_of(a);
	struct flow *f = flow_new(r, a);
	struct packets p = maker(r);

	if (!f)
		return;
	f->is_open = true;
	make_syns(r, f, wall_us - (s->connected_us - s->begun_us), wall_us - s->syn_rtt_us);
	packets_accept(&p, &f->packets, wall_us);
}

static void on_bytes(void *context, const struct attempt *a, enum direction dir, const void *bytes,
                     size_t n, int64_t wall_us)
{
	struct recorder *r = context;
	struct flow *f = flow_of(r, a);
	struct packets p = maker(r);

	if (f)
		packets_bytes(&p, &f->packets, dir == C2S ? FROM_CLIENT : FROM_HOST, bytes, n,
		              wall_us);
}

/* Silence is seen in the times: our own end closes when we have waited for long enough. */
static void on_ended(void *context, const struct attempt *a, enum direction who, enum ending how,
                     int waited_ms, int64_t wall_us)
{
	struct recorder *r = context;
	struct flow *f = flow_of(r, a);
	struct packets p = maker(r);
	enum packets_from from = who == C2S ? FROM_CLIENT : FROM_HOST;

	(void)waited_ms;
	if (!f || how == ENDED_SILENT)
		return;
	if (how == ENDED_FIN)
		packets_fin(&p, &f->packets, from, wall_us);
	else
		packets_rst(&p, &f->packets, from, wall_us);
	f->is_reset = how == ENDED_RST;
}

/* Whether anything left this computer. */
static bool was_sent(const struct attempt_state *s)
{
	enum net_failure_kind kind = s->failure.kind;

	return s->outcome != OUTCOME_FAILED ||
	       (kind != NET_NO_ROUTE && kind != NET_NOT_PERMITTED && kind != NET_LOCAL);
}

static void make_failure(struct recorder *r, struct flow *f, int64_t wall_us)
{
	const struct attempt_state *s = attempt_state_of(f->attempt);
	int64_t end_us = s->over_us ? s->over_us : s->begun_us;
	struct packets p = maker(r);

	if (!was_sent(s))
		return;
	make_syns(r, f, wall_us - (end_us - s->begun_us), wall_us);
	if (s->outcome != OUTCOME_FAILED)
		return;
	if (s->failure.has_icmp)
		packets_icmp(&p, &f->packets, &s->failure, wall_us);
	else if (s->failure.kind == NET_REFUSED)
		packets_refuse(&p, &f->packets, wall_us);
}

static void on_over(void *context, const struct attempt *a, int64_t wall_us)
{
	struct recorder *r = context;
	struct flow *f = flow_of(r, a);
	struct packets p = maker(r);

	if (!f)
		f = flow_new(r, a);
	if (!f)
		return;
	if (!f->is_open)
		make_failure(r, f, wall_us);
	else if (!f->is_reset)
		packets_fin(&p, &f->packets, FROM_CLIENT, wall_us);
}

static void on_key(void *context, const char *line)
{
	struct recorder *r = context;

	buf_printf(&r->keys, "%s\n", line);
}

static void on_dialling(void *context, const struct net_address *to)
{
	struct recorder *r = context;

	if (r->dialling)
		r->dialling(r->context, to);
}

struct recorder *recorder_new(void)
{
	struct recorder *r = calloc(1, sizeof *r);

	if (r)
		r->tap = (struct attempt_tap){.dialling = on_dialling,
		                              .connected = on_connected,
		                              .bytes = on_bytes,
		                              .ended = on_ended,
		                              .over = on_over,
		                              .key = on_key,
		                              .context = r};
	return r;
}

bool recorder_has_secrets(const struct recorder *r)
{
	return r->keys.n > 0;
}

const struct attempt_tap *recorder_tap(const struct recorder *r)
{
	return &r->tap;
}

/* --- packets of other programs --- */

struct ends {
	bool is_v6;
	const uint8_t *from, *to; /* addresses */
	uint8_t protocol;
	uint16_t ports[2];
	const uint8_t *inside;
	size_t n_inside;
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_ICMP_V6 = 58 };

static bool read_v4(struct cur *c, struct ends *e)
{
	const uint8_t *head = cur_take(c, 20, "IPv4 header");

	if (!head)
		return false;
	cur_take(c, (size_t)(head[0] & 0x0f) * 4 >= 20 ? (size_t)(head[0] & 0x0f) * 4 - 20 : 0,
	         "IPv4 options");
	*e = (struct ends){.from = head + 12, .to = head + 16, .protocol = head[9]};
	return cur_ok(c);
}

/* Extension headers are not followed: nothing of ours has any. */
static bool read_v6(struct cur *c, struct ends *e)
{
	const uint8_t *head = cur_take(c, 40, "IPv6 header");

	if (!head)
		return false;
	*e = (struct ends){.is_v6 = true, .from = head + 8, .to = head + 24, .protocol = head[6]};
	return true;
}

static bool read_ends(const uint8_t *bytes, size_t n, struct ends *e)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	int version = n ? bytes[0] >> 4 : 0;

	if (!(version == 4 ? read_v4(&c, e) : version == 6 && read_v6(&c, e)))
		return false;
	e->inside = c.p;
	e->n_inside = cur_left(&c);
	if (e->protocol == PROTOCOL_TCP) {
		e->ports[0] = cur_u16be(&c, "source port");
		e->ports[1] = cur_u16be(&c, "destination port");
	}
	return cur_ok(&c);
}

static bool is_end(const struct net_address *a, bool is_v6, const uint8_t *bytes, uint16_t port)
{
	return a->is_v6 == is_v6 && a->port == port && memcmp(a->bytes, bytes, is_v6 ? 16 : 4) == 0;
}

static bool is_of_flow(const struct flow *f, const struct ends *e)
{
	const struct net_address *own = &f->packets.end[FROM_CLIENT],
	                         *host = &f->packets.end[FROM_HOST];

	return (is_end(own, e->is_v6, e->from, e->ports[0]) &&
	        is_end(host, e->is_v6, e->to, e->ports[1])) ||
	       (is_end(host, e->is_v6, e->from, e->ports[0]) &&
	        is_end(own, e->is_v6, e->to, e->ports[1]));
}

static const struct flow *flow_between(const struct recorder *r, const struct ends *e)
{
	for (size_t i = 0; e->protocol == PROTOCOL_TCP && i < r->n_flows; i++)
		if (is_of_flow(&r->flows[i], e))
			return &r->flows[i];
	return NULL;
}

/* What a router says carries the packet that it speaks of. */
static bool is_of_router(const struct ends *e)
{
	return e->protocol == PROTOCOL_ICMP || e->protocol == PROTOCOL_ICMP_V6;
}

/* The connection of ours that a packet belongs to; NULL: of another program. */
static const struct flow *flow_of_packet(const struct recorder *r, const struct ends *e)
{
	struct ends about;

	if (!is_of_router(e))
		return flow_between(r, e);
	if (e->n_inside < 8 || !read_ends(e->inside + 8, e->n_inside - 8, &about))
		return NULL;
	return flow_between(r, &about);
}

static bool is_first_syn(const struct ends *e)
{
	enum { TCP_FLAGS = 13, TCP_SYN = 0x02, TCP_ACK = 0x10 };

	return e->protocol == PROTOCOL_TCP && e->n_inside > TCP_FLAGS &&
	       (e->inside[TCP_FLAGS] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* Two sockets knock at each address, so that one lost SYN proves nothing; a client has one. */
static bool is_second_knock(const struct recorder *r, const struct flow *f)
{
	const struct net_address *to = &attempt_plan_of(f->attempt)->to;

	for (size_t i = 0; !f->is_open && i < r->n_flows; i++) {
		const struct attempt *other = r->flows[i].attempt;

		if (net_address_same(&attempt_plan_of(other)->to, to) &&
		    attempt_plan_of(other)->to.port == to->port &&
		    attempt_state_of(other)->begun_us < attempt_state_of(f->attempt)->begun_us)
			return true;
	}
	return false;
}

/* What no client asks, and what was asked again or not at all, is no attempt of a client. */
static bool is_measure(const struct recorder *r, const struct flow *f)
{
	const struct attempt_plan *plan = attempt_plan_of(f->attempt);

	return plan->kind != ATTEMPT_RDP || plan->journey.purpose == ASIDE || plan->is_again ||
	       (f->is_open && !attempt_state_of(f->attempt)->is_talking) || is_second_knock(r, f);
}

/* --- the file --- */

static int by_time(const void *a, const void *b)
{
	const struct packet *x = a, *y = b;

	if (x->wall_us != y->wall_us)
		return x->wall_us < y->wall_us ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void put_head(const struct recorder *r, const char *why_not, struct buf *out)
{
	struct buf comment = {0};

	if (r->is_given)
		buf_puts(&comment, "packets of this run alone, without the headers of the link");
	else
		buf_printf(&comment,
		           "the bytes of TCP as they travelled; all headers are made up%s%s",
		           why_not ? ": " : "", why_not ? why_not : "");
	pcapng_begin(out, comment.bytes);
	if (r->keys.n)
		pcapng_secrets(out, r->keys.bytes, r->keys.n);
	buf_fini(&comment);
}

static void put_packet(const struct recorder *r, const struct packet *p, struct buf *out)
{
	const char *bytes = r->bytes.bytes + p->at;
	struct pcapng_packet packet = {
	    .wall_us = p->wall_us, .bytes = bytes, .n = p->n, .n_travelled = p->n_travelled};
	struct ends e;
	const struct flow *f = read_ends((const uint8_t *)bytes, p->n, &e) ? flow_of_packet(r, &e)
	                                                                   : NULL;

	if (!f)
		return;
	if (is_first_syn(&e))
		packet.comment = is_measure(r, f) ? ASIDE_COMMENT : CLIENT_COMMENT;
	pcapng_packet(out, &packet);
}

void recorder_put(struct recorder *r, const struct recorder_span *span, struct buf *out)
{
	struct pcapng_span end = {.began_us = span->began_us,
	                          .ended_us = span->ended_us,
	                          .n_missed = span->n_missed + r->n_left_out};

	put_head(r, span->why_not_real, out);
	if (r->n)
		qsort(r->packets, r->n, sizeof *r->packets, by_time);
	for (size_t i = 0; i < r->n; i++)
		put_packet(r, &r->packets[i], out);
	pcapng_end(out, &end);
}
