#include "read/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "read/reassembly.h"
#include "wire/x224.h"

#define RDP_PORT       3389
#define BUCKETS        65536
#define BUCKET_MOST    48 /* in one bucket: whoever fills it on purpose gains nothing */
#define FILTER_BITS    65536
#define OPENINGS       8192
#define HOSTS          4096
#define PAIRS          16384
#define CLOSED_MAX     1024
#define CROWDED        4096
#define LINGER_US      INT64_C(10000000)
#define SYN_ONLY_US    INT64_C(30000000)
#define IDLE_US        INT64_C(300000000)
#define S7_PORT        102
#define UNREACHABLE_V4 3
#define TOO_BIG_V4     4 /* code of an unreachable */
#define TOO_BIG_V6     2

/* The opening of a connection on any port, in case it turns out to be RDP. */
struct opening {
	struct endpoint client, host;
	uint32_t client_seq, host_seq;
	int64_t syn_us, answered_us;
	uint64_t number;
	bool is_answered;
};

struct host_ttl {
	struct endpoint host;
	uint8_t ttl;
};

struct list {
	struct stream *newest, *oldest;
	size_t n;
};

struct streams {
	struct streams_listener to;
	uint16_t port;
	struct stream *buckets[BUCKETS];
	uint8_t n_in_bucket[BUCKETS];
	struct list open, closed;
	size_t n_elsewhere; /* streams on other ports */
	uint8_t filter[FILTER_BITS / 8];
	struct opening openings[OPENINGS];
	struct host_ttl hosts[HOSTS];
	struct stream *pairs[PAIRS]; /* the latest of a client and a host */
	int64_t now_us;
	uint64_t n_given_up;
	size_t n_waiting;
};

/* --------------------------------------------------------------------------- ends */

static uint32_t mixed(uint64_t h)
{
	h ^= h >> 32;
	h *= UINT64_C(0x9E3779B97F4A7C15);
	h ^= h >> 29;
	h *= UINT64_C(0xBF58476D1CE4E5B9);
	return (uint32_t)(h >> 32);
}

static uint64_t word_of(const uint8_t *p, bool is_v6)
{
	uint64_t a = 0, b;
	uint32_t v4;

	if (!is_v6) {
		memcpy(&v4, p, 4);
		return v4;
	}
	memcpy(&a, p, 8);
	memcpy(&b, p + 8, 8);
	return a * 31 + b;
}

uint32_t ends_hash(const uint8_t *a, const uint8_t *b, bool is_v6, uint16_t port_a, uint16_t port_b)
{
	uint64_t x = word_of(a, is_v6) * UINT64_C(0x9E3779B97F4A7C15) + port_a;
	uint64_t y = word_of(b, is_v6) * UINT64_C(0x9E3779B97F4A7C15) + port_b;

	return mixed(x + y + (x ^ y));
}

static uint32_t hash_of(const struct packet *p)
{
	return ends_hash(p->source, p->target, p->is_v6, p->source_port, p->target_port);
}

struct endpoint endpoint_of(const struct packet *p, bool is_source)
{
	struct endpoint e = {.port = is_source ? p->source_port : p->target_port,
	                     .is_v6 = p->is_v6};

	memcpy(e.address, is_source ? p->source : p->target, p->is_v6 ? 16 : 4);
	return e;
}

bool endpoint_same_address(const struct endpoint *a, const struct endpoint *b)
{
	return a->is_v6 == b->is_v6 && memcmp(a->address, b->address, 16) == 0;
}

static bool is_end(const struct endpoint *e, const uint8_t *address, uint16_t port, bool is_v6)
{
	return e->port == port && e->is_v6 == is_v6 &&
	       memcmp(e->address, address, is_v6 ? 16 : 4) == 0;
}

static bool is_same_end(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && endpoint_same_address(a, b);
}

static bool is_rdp_port(const struct streams *all, uint16_t port)
{
	return port == RDP_PORT || (all->port && port == all->port);
}

/* --------------------------------------------------------------------------- the table */

static void unlink_from(struct list *l, struct stream *s)
{
	if (s->newer)
		s->newer->older = s->older;
	else
		l->newest = s->older;
	if (s->older)
		s->older->newer = s->newer;
	else
		l->oldest = s->newer;
	s->newer = s->older = NULL;
	l->n--;
}

static void link_to(struct list *l, struct stream *s)
{
	s->older = l->newest;
	s->newer = NULL;
	if (l->newest)
		l->newest->newer = s;
	else
		l->oldest = s;
	l->newest = s;
	l->n++;
}

static struct list *list_of(struct streams *all, const struct stream *s)
{
	return s->is_closed ? &all->closed : &all->open;
}

static uint32_t pair_of(const struct endpoint *client, const struct endpoint *host)
{
	return ends_hash(client->address, host->address, client->is_v6, 0, 1) % PAIRS;
}

struct stream *streams_between(struct streams *all, const struct endpoint *client,
                               const struct endpoint *host)
{
	struct stream *s = all->pairs[pair_of(client, host)];

	if (!s || !endpoint_same_address(&s->end[C2S], client) ||
	    !endpoint_same_address(&s->end[S2C], host))
		return NULL;
	return s;
}

static bool is_between(const struct stream *s, const struct packet *p, bool *is_from_client)
{
	const struct endpoint *c = &s->end[C2S], *h = &s->end[S2C];

	*is_from_client = is_end(c, p->source, p->source_port, p->is_v6) &&
	                  is_end(h, p->target, p->target_port, p->is_v6);
	return *is_from_client || (is_end(h, p->source, p->source_port, p->is_v6) &&
	                           is_end(c, p->target, p->target_port, p->is_v6));
}

static struct stream *find(struct streams *all, const struct packet *p, uint32_t hash,
                           bool *is_from_client)
{
	for (struct stream *s = all->buckets[hash % BUCKETS]; s; s = s->next)
		if (s->hash == hash && is_between(s, p, is_from_client))
			return s;
	return NULL;
}

static bool is_elsewhere(const struct streams *all, const struct stream *s)
{
	return !is_rdp_port(all, s->end[S2C].port) && !is_rdp_port(all, s->end[C2S].port);
}

/* Tells the listener, and forgets the stream. */
static void conclude(struct streams *all, struct stream *s)
{
	struct stream **at = &all->buckets[s->hash % BUCKETS];
	uint32_t pair = pair_of(&s->end[C2S], &s->end[S2C]);

	reassembly_flush(s, &all->to, &all->n_waiting);
	all->to.over(all->to.context, s);
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	all->n_in_bucket[s->hash % BUCKETS]--;
	unlink_from(list_of(all, s), s);
	if (all->pairs[pair] == s)
		all->pairs[pair] = NULL;
	all->n_elsewhere -= is_elsewhere(all, s);
	if (!all->n_elsewhere)
		memset(all->filter, 0, sizeof all->filter);
	reassembly_fini(s, &all->n_waiting);
	free(s);
}

static bool is_stale(const struct streams *all, const struct stream *s)
{
	int64_t idle = all->now_us - s->last_us;

	return idle >
	       (s->established_us || s->answered_us || s->side[C2S].n_data ? IDLE_US : SYN_ONLY_US);
}

/* A little at every new stream: what is over goes, and the oldest when there are too many. */
static void make_room(struct streams *all)
{
	struct stream *s = all->closed.oldest;

	if (s && (all->closed.n > CLOSED_MAX || all->now_us - s->last_us > LINGER_US))
		conclude(all, s);
	for (int i = 0; i < 2 && all->open.n > CROWDED; i++)
		if (is_stale(all, all->open.oldest))
			conclude(all, all->open.oldest);
	if (all->open.n + all->closed.n < STREAMS_MAX)
		return;
	s = all->closed.oldest ? all->closed.oldest : all->open.oldest;
	all->n_given_up += !s->is_closed;
	conclude(all, s);
}

static void thin_out(struct streams *all, uint32_t bucket)
{
	struct stream *s = all->buckets[bucket];

	if (all->n_in_bucket[bucket] < BUCKET_MOST)
		return;
	while (s->next)
		s = s->next;
	all->n_given_up++;
	conclude(all, s);
}

static struct stream *add(struct streams *all, const struct packet *p, uint32_t hash,
                          bool is_from_client, uint64_t number, int64_t when_us)
{
	struct stream *s;

	make_room(all);
	thin_out(all, hash % BUCKETS);
	s = calloc(1, sizeof *s);
	if (!s) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	s->hash = hash;
	s->end[C2S] = endpoint_of(p, is_from_client);
	s->end[S2C] = endpoint_of(p, !is_from_client);
	s->number = number;
	s->began_us = s->last_us = when_us;
	s->next = all->buckets[hash % BUCKETS];
	all->buckets[hash % BUCKETS] = s;
	all->n_in_bucket[hash % BUCKETS]++;
	link_to(&all->open, s);
	all->pairs[pair_of(&s->end[C2S], &s->end[S2C])] = s;
	if (is_elsewhere(all, s)) {
		all->n_elsewhere++;
		all->filter[hash % FILTER_BITS / 8] |= (uint8_t)(1 << hash % 8);
	}
	return s;
}

/* --------------------------------------------------------------------------- known by content */

static bool begins(const uint8_t *bytes, size_t n, const char *word)
{
	return n >= strlen(word) && memcmp(bytes, word, strlen(word)) == 0;
}

/* S7 and others use the same request with parameters of their own behind the fixed part. */
bool is_rdp_request(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c;
	struct x224_cr cr;
	size_t length = tpkt_length(bytes, n);

	if (length == TPKT_NOT_TPKT || !length || length > n)
		return false;
	c = cur_over(bytes, length, &flaw);
	if (!x224_read_cr(&c, &cr))
		return false;
	return cr.has_neg || cr.is_cookie ||
	       (cr.token && (begins(cr.token, cr.n_token, "Cookie: ") ||
	                     begins(cr.token, cr.n_token, "tsv://") ||
	                     begins(cr.token, cr.n_token, "mth://"))) ||
	       (length == 11 && bytes[4] == 6);
}

/* It may become one: TPKT and the code of the request, as far as they are there. */
static bool may_be_request(const struct packet *p)
{
	static const uint8_t head[] = {3, 0, 0};
	const uint8_t *b = p->body;

	if (p->n > 5)
		return b[0] == 3 && b[1] == 0 && b[2] == 0 && (b[5] & 0xF0) == 0xE0 &&
		       p->target_port != S7_PORT && p->source_port != S7_PORT &&
		       (p->n < ((size_t)b[2] << 8 | b[3]) || is_rdp_request(b, p->n));
	return p->n && memcmp(b, head, p->n < 3 ? p->n : 3) == 0 && p->target_port != S7_PORT &&
	       p->source_port != S7_PORT && p->target_port < p->source_port;
}

static struct opening *opening_at(struct streams *all, uint32_t hash)
{
	return &all->openings[hash % OPENINGS];
}

static void note_opening(struct streams *all, const struct packet *p, uint32_t hash,
                         int64_t when_us, uint64_t number)
{
	struct opening *o = opening_at(all, hash);

	if (!(p->flags & TCP_ACK)) {
		*o = (struct opening){.client = endpoint_of(p, true),
		                      .host = endpoint_of(p, false),
		                      .client_seq = p->seq,
		                      .syn_us = when_us,
		                      .number = number};
		return;
	}
	if (!is_end(&o->host, p->source, p->source_port, p->is_v6) ||
	    !is_end(&o->client, p->target, p->target_port, p->is_v6))
		return;
	o->is_answered = true;
	o->host_seq = p->seq;
	o->answered_us = when_us;
}

/* What was noted of the connection before it was known to be RDP. */
static void take_opening(struct streams *all, struct stream *s)
{
	const struct opening *o = opening_at(all, s->hash);

	if (!o->is_answered || !is_same_end(&o->client, &s->end[C2S]) ||
	    !is_same_end(&o->host, &s->end[S2C]))
		return;
	s->syn_us = s->last_syn_us = o->syn_us;
	s->answered_us = s->established_us = o->answered_us;
	s->began_us = o->syn_us;
	s->number = o->number;
	s->side[C2S].has_syn = s->side[S2C].has_syn = true;
}

/* --------------------------------------------------------------------------- TTL of hosts */

static struct host_ttl *ttl_slot(struct streams *all, const struct packet *p)
{
	return &all->hosts[mixed(word_of(p->source, p->is_v6)) % HOSTS];
}

static void note_ttl(struct streams *all, const struct packet *p)
{
	struct host_ttl *h = ttl_slot(all, p);

	h->host = endpoint_of(p, true);
	h->ttl = p->ttl;
}

/* The host accepts elsewhere, and its packets arrive with another TTL than this refusal. */
static bool is_ttl_of_other(struct streams *all, const struct packet *p)
{
	const struct host_ttl *h = ttl_slot(all, p);
	struct endpoint e = endpoint_of(p, true);

	return h->ttl && endpoint_same_address(&h->host, &e) && h->ttl != p->ttl;
}

/* --------------------------------------------------------------------------- packets */

static void touch(struct streams *all, struct stream *s, int64_t when_us)
{
	struct list *l = list_of(all, s);

	s->last_us = when_us;
	if (l->newest == s)
		return;
	unlink_from(l, s);
	link_to(l, s);
}

static void close_stream(struct streams *all, struct stream *s, int64_t when_us)
{
	if (s->is_closed)
		return;
	unlink_from(&all->open, s);
	s->is_closed = true;
	s->closed_us = when_us;
	link_to(&all->closed, s);
}

/* Another connection of the same ports: a SYN with another first number. */
static bool is_reused(const struct stream *s, const struct packet *p, bool is_from_client)
{
	const struct stream_side *c = &s->side[C2S];

	if (!(p->flags & TCP_SYN) || p->flags & TCP_ACK)
		return false;
	return !is_from_client || (c->has_seq && (!c->has_syn || c->first_seq != p->seq));
}

static void hear(struct streams *all, struct stream *s, const struct packet *p, bool is_from_client,
                 int64_t when_us)
{
	enum direction dir = is_from_client ? C2S : S2C;
	struct reassembly r = {.to = &all->to,
	                       .stream = s,
	                       .dir = dir,
	                       .when_us = when_us,
	                       .n_waiting = &all->n_waiting};
	bool was_refused = s->is_refused;

	if (s->is_ignored || !reassembly_packet(&r, p))
		return;
	if (s->is_refused && !was_refused)
		s->is_refused_by_other = is_ttl_of_other(all, p);
	if (s->is_reset[C2S] || s->is_reset[S2C] ||
	    (s->side[C2S].has_ended && s->side[S2C].has_ended))
		close_stream(all, s, when_us);
}

/* Who is called: whoever answers a SYN, who does not send it, or who has the port. */
static bool comes_from_client(const struct streams *all, const struct packet *p)
{
	if (p->flags & TCP_SYN)
		return !(p->flags & TCP_ACK);
	return is_rdp_port(all, p->target_port);
}

static void hear_rdp_port(struct streams *all, const struct packet *p, int64_t when_us,
                          uint64_t number)
{
	uint32_t hash = hash_of(p);
	bool is_from_client;
	struct stream *s = find(all, p, hash, &is_from_client);

	if (s && is_reused(s, p, is_from_client)) {
		conclude(all, s);
		s = NULL;
	}
	if (!s) {
		/* The last words of a connection that was not recorded are no connection. */
		if (!(p->flags & TCP_SYN) && !p->n_whole)
			return;
		is_from_client = comes_from_client(all, p);
		s = add(all, p, hash, is_from_client, number, when_us);
		s->is_ignored = !is_rdp_port(all, s->end[S2C].port);
	}
	touch(all, s, when_us);
	hear(all, s, p, is_from_client, when_us);
}

static void hear_other_port(struct streams *all, const struct packet *p, int64_t when_us,
                            uint64_t number)
{
	bool is_new = p->n && *p->body == 3 && may_be_request(p), is_from_client;
	bool is_syn = p->flags & TCP_SYN;
	struct stream *s = NULL;
	uint32_t hash;

	if (!is_new && !is_syn && !all->n_elsewhere)
		return;
	hash = hash_of(p);
	if (is_syn)
		note_opening(all, p, hash, when_us, number);
	if (all->filter[hash % FILTER_BITS / 8] & 1 << hash % 8)
		s = find(all, p, hash, &is_from_client);
	if (s && is_reused(s, p, is_from_client)) {
		conclude(all, s);
		return;
	}
	if (!s && !is_new)
		return;
	if (!s) {
		is_from_client = true;
		s = add(all, p, hash, true, number, when_us);
		s->is_candidate = true;
		take_opening(all, s);
	}
	touch(all, s, when_us);
	hear(all, s, p, is_from_client, when_us);
}

/* An answer to a packet of the client comes to the client, and quotes that packet. */
static void hear_icmp(struct streams *all, const struct packet *p, int64_t when_us)
{
	const struct packet_quoted *q = &p->quoted;
	struct packet quoted = {.source = q->source,
	                        .target = q->target,
	                        .source_port = q->source_port,
	                        .target_port = q->target_port,
	                        .is_v6 = p->is_v6};
	bool is_from_client, is_too_big;
	struct stream *s;
	struct stream_icmp *icmp;

	if (!q->is_there || q->protocol != 6)
		return;
	s = find(all, &quoted, hash_of(&quoted), &is_from_client);
	if (!s || s->is_ignored)
		return;
	is_too_big = p->is_v6 ? p->icmp_type == TOO_BIG_V6
	                      : p->icmp_type == UNREACHABLE_V4 && p->icmp_code == TOO_BIG_V4;
	if (!is_too_big && (p->icmp_type != (p->is_v6 ? 1 : UNREACHABLE_V4) || !is_from_client))
		return;
	icmp = is_too_big ? &s->too_big : &s->unreachable;
	if (icmp->is_there)
		return;
	*icmp = (struct stream_icmp){.is_there = true,
	                             .is_v6 = p->is_v6,
	                             .type = p->icmp_type,
	                             .code = p->icmp_code,
	                             .when_us = when_us};
	icmp->router = (struct endpoint){.is_v6 = p->is_v6};
	memcpy(icmp->router.address, p->source, p->is_v6 ? 16 : 4);
	touch(all, s, when_us);
}

void streams_port(struct streams *all, uint16_t port)
{
	if (!all->port)
		all->port = port;
}

void streams_packet(struct streams *all, const struct packet *p, int64_t when_us, uint64_t number)
{
	if (when_us > all->now_us)
		all->now_us = when_us;
	if (p->kind == PACKET_ICMP) {
		hear_icmp(all, p, when_us);
	} else if (p->kind == PACKET_TCP) {
		if ((p->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK))
			note_ttl(all, p);
		if (is_rdp_port(all, p->source_port) || is_rdp_port(all, p->target_port))
			hear_rdp_port(all, p, when_us, number);
		else
			hear_other_port(all, p, when_us, number);
	}
}

struct streams *streams_new(const struct streams_listener *listener, uint16_t port)
{
	struct streams *all = calloc(1, sizeof *all);

	if (!all) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	all->to = *listener;
	all->port = port;
	return all;
}

void streams_finish(struct streams *all)
{
	while (all->closed.oldest)
		conclude(all, all->closed.oldest);
	while (all->open.oldest)
		conclude(all, all->open.oldest);
}

void streams_free(struct streams *all)
{
	free(all);
}

int64_t streams_now(const struct streams *all)
{
	return all->now_us;
}

uint64_t streams_given_up(const struct streams *all)
{
	return all->n_given_up;
}
