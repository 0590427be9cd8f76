#include "read/udp_calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "wire/rdpudp.h"

#define BUCKETS     4096
#define BUCKET_MOST 64
#define SYN_LEAST   16
#define BESIDE_US   INT64_C(60000000) /* the TCP connection was alive this long ago */

struct udp_calls {
	struct udp_call *buckets[BUCKETS];
	struct udp_call *at[UDP_CALLS_MAX];
	size_t n;
	uint64_t n_left_out;
};

static void *allocated(void *p)
{
	if (!p) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	return p;
}

struct udp_calls *udp_calls_new(void)
{
	return allocated(calloc(1, sizeof(struct udp_calls)));
}

void udp_calls_free(struct udp_calls *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->at[i]);
	free(all);
}

static bool is_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && endpoint_same_address(a, b);
}

static struct udp_call *find(const struct udp_calls *all, uint32_t hash,
                             const struct endpoint *client, const struct endpoint *host, size_t *n)
{
	*n = 0;
	for (struct udp_call *c = all->buckets[hash % BUCKETS]; c; c = c->next, ++*n)
		if (c->hash == hash && is_same(&c->client, client) && is_same(&c->host, host))
			return c;
	return NULL;
}

static void mark_beside(struct streams *streams, struct udp_call *c)
{
	struct stream *s = streams_between(streams, &c->client, &c->host);

	if (!s || c->last_us - s->last_us > BESIDE_US)
		return;
	c->is_beside = true;
	s->asked_udp_us = s->is_asked_udp ? s->asked_udp_us : c->asked_us;
	s->is_asked_udp = true;
	s->is_answered_udp |= c->is_answered;
}

static void hear_ask(struct udp_calls *all, struct streams *streams, const struct packet *p,
                     uint32_t first_seq, int64_t when_us, uint64_t number)
{
	struct endpoint client = endpoint_of(p, true), host = endpoint_of(p, false);
	uint32_t hash = ends_hash(p->source, p->target, p->is_v6, p->source_port, p->target_port);
	size_t n;
	struct udp_call *c = find(all, hash, &client, &host, &n);

	if (!c) {
		if (all->n == UDP_CALLS_MAX || n >= BUCKET_MOST) {
			all->n_left_out++;
			return;
		}
		c = allocated(calloc(1, sizeof *c));
		*c = (struct udp_call){.next = all->buckets[hash % BUCKETS],
		                       .client = client,
		                       .host = host,
		                       .hash = hash,
		                       .number = number,
		                       .asked_us = when_us};
		all->buckets[hash % BUCKETS] = c;
		all->at[all->n++] = c;
	}
	c->first_seq = first_seq;
	c->n_asked++;
	c->last_us = when_us;
	mark_beside(streams, c);
}

static void hear_answer(struct udp_calls *all, struct streams *streams, const struct packet *p,
                        uint32_t source_ack, int64_t when_us)
{
	struct endpoint host = endpoint_of(p, true), client = endpoint_of(p, false);
	uint32_t hash = ends_hash(p->source, p->target, p->is_v6, p->source_port, p->target_port);
	size_t n;
	struct udp_call *c = find(all, hash, &client, &host, &n);

	if (!c || source_ack != c->first_seq)
		return;
	c->is_answered = true;
	c->last_us = when_us;
	if (c->is_beside)
		mark_beside(streams, c);
}

void udp_calls_packet(struct udp_calls *all, struct streams *streams, const struct packet *p,
                      int64_t when_us, uint64_t number)
{
	struct flaw flaw;
	struct cur c;
	struct rdpudp_syn syn;

	/* A SYN is filled up to its MTU: what is shorter needs no look. */
	if (p->kind != PACKET_UDP || p->n_whole < 1132 || p->n < SYN_LEAST || !(p->body[7] & 1))
		return;
	c = cur_over(p->body, p->n, &flaw);
	if (!rdpudp_read_syn(&c, &syn))
		return;
	if (syn.flags & RDPUDP_ACK)
		hear_answer(all, streams, p, syn.source_ack, when_us);
	else
		hear_ask(all, streams, p, syn.first_seq, when_us, number);
}

size_t udp_calls_count(const struct udp_calls *all)
{
	return all->n;
}

const struct udp_call *udp_calls_at(const struct udp_calls *all, size_t i)
{
	return all->at[i];
}

uint64_t udp_calls_left_out(const struct udp_calls *all)
{
	return all->n_left_out;
}
