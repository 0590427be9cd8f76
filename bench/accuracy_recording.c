#include "accuracy_recording.h"

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 };
enum { UP, DOWN };

#define SEGMENT 1400

/* --- packets --- */

static void put_be16(struct buf *b, uint32_t v)
{
	buf_putc(b, (char)(v >> 8));
	buf_putc(b, (char)v);
}

static void put_be32(struct buf *b, uint32_t v)
{
	put_be16(b, v >> 16);
	put_be16(b, v);
}

static void put_le32(struct buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		buf_putc(b, (char)(v >> (8 * i)));
}

static void put_ip(struct buf *b, const struct net_address *from, const struct net_address *to,
                   unsigned protocol, size_t n)
{
	if (from->is_v6) {
		put_be32(b, 0x60000000);
		put_be16(b, (uint32_t)n);
		put_be16(b, protocol << 8 | 64);
	} else {
		put_be16(b, 0x4500);
		put_be16(b, (uint32_t)(20 + n));
		put_be32(b, 0x00004000);
		put_be32(b, 64u << 24 | protocol << 16);
	}
	buf_put(b, from->bytes, from->is_v6 ? 16 : 4);
	buf_put(b, to->bytes, from->is_v6 ? 16 : 4);
}

static void put_tcp(struct buf *b, const struct recorder_flow *f, int dir, unsigned flags)
{
	put_be16(b, dir == UP ? f->client.port : f->host.port);
	put_be16(b, dir == UP ? f->host.port : f->client.port);
	put_be32(b, f->sent[dir]);
	put_be32(b, flags & ACK ? f->sent[!dir] : 0);
	put_be16(b, 5u << 12 | flags);
	put_be16(b, 65535);
	put_be32(b, 0);
}

static void put_record(struct buf *pcap, int64_t wall_us, const struct buf *packet)
{
	put_le32(pcap, (uint32_t)(wall_us / 1000000));
	put_le32(pcap, (uint32_t)(wall_us % 1000000));
	put_le32(pcap, (uint32_t)packet->n);
	put_le32(pcap, (uint32_t)packet->n);
	buf_put(pcap, packet->bytes, packet->n);
}

static void put_segment(struct recorder *r, struct recorder_flow *f, int64_t wall_us, int dir,
                        unsigned flags, const uint8_t *bytes, size_t n)
{
	struct buf packet = {0};

	put_ip(&packet, dir == UP ? &f->client : &f->host, dir == UP ? &f->host : &f->client, 6,
	       20 + n);
	put_tcp(&packet, f, dir, flags);
	buf_put(&packet, bytes, n);
	put_record(&r->pcap, wall_us, &packet);
	buf_fini(&packet);
	f->sent[dir] += (uint32_t)n + (flags & (SYN | FIN) ? 1 : 0);
}

/* The router's message holds the header that it answers, and eight bytes behind it. */
static void put_icmp(struct recorder *r, struct recorder_flow *f, int64_t wall_us,
                     const struct net_failure *why)
{
	struct buf inner = {0}, packet = {0};

	put_ip(&inner, &f->client, &f->host, 6, 20);
	put_tcp(&inner, f, UP, SYN);
	put_ip(&packet, &why->router, &f->client, f->host.is_v6 ? 58 : 1, 8 + inner.n);
	put_be16(&packet, (uint32_t)why->icmp_type << 8 | (uint32_t)why->icmp_code);
	put_be16(&packet, 0);
	put_be32(&packet, 0);
	buf_put(&packet, inner.bytes, inner.n);
	put_record(&r->pcap, wall_us, &packet);
	buf_fini(&inner);
	buf_fini(&packet);
}

/* --- what is heard --- */

void recorder_begin(struct recorder *r)
{
	*r = (struct recorder){0};
	put_le32(&r->pcap, 0xa1b2c3d4);
	put_le32(&r->pcap, 2 | 4u << 16);
	put_le32(&r->pcap, 0);
	put_le32(&r->pcap, 0);
	put_le32(&r->pcap, 262144);
	put_le32(&r->pcap, 101); /* LINKTYPE_RAW */
}

/* A client makes one connection to an address; what else is asked is the probe's own. */
static struct recorder_flow *flow_of(struct recorder *r, const struct fake_packet *p)
{
	for (size_t i = 0; i < r->n_flows; i++) {
		if (r->flows[i].connection == p->connection)
			return &r->flows[i];
		if (net_address_same(&r->flows[i].host, &p->host))
			return NULL;
	}
	if (p->kind != FAKE_SYN || r->n_flows == RECORDER_FLOWS)
		return NULL;
	r->flows[r->n_flows] = (struct recorder_flow){.connection = p->connection,
	                                              .client = p->client,
	                                              .host = p->host,
	                                              .sent = {1000, 2000},
	                                              .begun_us = p->wall_us};
	return &r->flows[r->n_flows++];
}

static void hear_data(struct recorder *r, struct recorder_flow *f, const struct fake_packet *p)
{
	for (size_t at = 0; at < p->n; at += SEGMENT)
		put_segment(r, f, p->wall_us, p->is_up ? UP : DOWN, PSH | ACK, p->bytes + at,
		            p->n - at < SEGMENT ? p->n - at : SEGMENT);
}

static void hear_end(struct recorder *r, struct recorder_flow *f, const struct fake_packet *p)
{
	if (p->why && p->why->has_icmp)
		put_icmp(r, f, p->wall_us, p->why);
	else if (!p->why || p->why->kind == NET_REFUSED)
		put_segment(r, f, p->wall_us, p->is_up ? UP : DOWN,
		            p->how == NET_FIN ? FIN | ACK : RST | ACK, NULL, 0);
}

void recorder_hear(void *context, const struct fake_packet *p)
{
	struct recorder *r = context;
	struct recorder_flow *f = flow_of(r, p);

	if (!f)
		return;
	if (p->kind == FAKE_SYN) {
		put_segment(r, f, p->wall_us, UP, SYN, NULL, 0);
		return;
	}
	f->is_answered = true;
	if (p->kind == FAKE_SYN_ACK) {
		put_segment(r, f, p->wall_us, DOWN, SYN | ACK, NULL, 0);
		put_segment(r, f, p->wall_us, UP, ACK, NULL, 0);
	} else if (p->kind == FAKE_DATA) {
		hear_data(r, f, p);
	} else {
		hear_end(r, f, p);
	}
}

/* A SYN that nobody answers is sent again after 1, 3, 7 and 15 seconds. */
void recorder_end(struct recorder *r)
{
	for (size_t i = 0; i < r->n_flows; i++) {
		struct recorder_flow *f = &r->flows[i];

		for (int k = 1; !f->is_answered && k <= 4; k++) {
			f->sent[UP] = 1000;
			put_segment(r, f, f->begun_us + ((1LL << k) - 1) * 1000000, UP, SYN, NULL,
			            0);
		}
	}
}

void recorder_fini(struct recorder *r)
{
	buf_fini(&r->pcap);
}
