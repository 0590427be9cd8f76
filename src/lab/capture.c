#include "lab/capture.h"

#include <string.h>

#define SEGMENT_MAX  1400
#define LINKTYPE_RAW 101

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

static void put_le32(struct buf *out, uint32_t v)
{
	const uint8_t bytes[] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
	                         (uint8_t)(v >> 24)};

	buf_put(out, bytes, sizeof bytes);
}

static void put_be16(struct buf *out, uint32_t v)
{
	const uint8_t bytes[] = {(uint8_t)(v >> 8), (uint8_t)v};

	buf_put(out, bytes, sizeof bytes);
}

static void put_be32(struct buf *out, uint32_t v)
{
	put_be16(out, v >> 16);
	put_be16(out, v & 0xffff);
}

void capture_begin(struct buf *out)
{
	put_le32(out, 0xa1b2c3d4);
	put_le32(out, 2 | 4u << 16); /* version 2.4 */
	put_le32(out, 0);
	put_le32(out, 0);
	put_le32(out, 262144);
	put_le32(out, LINKTYPE_RAW);
}

/* RFC 1071, over 16-bit words in network order. */
static uint32_t sum_of(const char *bytes, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += (uint32_t)(uint8_t)bytes[i] << (i % 2 ? 0 : 8);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void set_be16(struct buf *b, size_t at, uint32_t v)
{
	b->bytes[at] = (char)(v >> 8);
	b->bytes[at + 1] = (char)v;
}

struct segment {
	const struct net_address *from, *to;
	uint32_t seq, ack;
	unsigned flags;
	const uint8_t *bytes;
	size_t n;
};

static void put_ip(struct buf *out, const struct segment *s, size_t n_tcp)
{
	size_t start = out->n, n_address = s->from->is_v6 ? 16 : 4;

	if (s->from->is_v6) {
		put_be32(out, 0x60000000);
		put_be16(out, (uint32_t)n_tcp);
		put_be16(out, 6 << 8 | 64); /* TCP, hop limit */
	} else {
		put_be16(out, 0x4500);
		put_be16(out, (uint32_t)(20 + n_tcp));
		put_be32(out, 0x00004000); /* not to be fragmented */
		put_be32(out, 64u << 24 | 6u << 16);
	}
	buf_put(out, s->from->bytes, n_address);
	buf_put(out, s->to->bytes, n_address);
	if (!s->from->is_v6)
		set_be16(out, start + 10, ~sum_of(out->bytes + start, 20, 0));
}

static void put_tcp(struct buf *out, const struct segment *s)
{
	size_t start = out->n, n_address = s->from->is_v6 ? 16 : 4;

	put_be16(out, s->from->port);
	put_be16(out, s->to->port);
	put_be32(out, s->seq);
	put_be32(out, s->flags & TCP_ACK ? s->ack : 0);
	put_be16(out, 5u << 12 | s->flags);
	put_be16(out, 65535);
	put_be32(out, 0);
	buf_put(out, s->bytes, s->n);

	/* The pseudo header: both addresses, the protocol, the length. */
	uint32_t sum = sum_of(out->bytes + start - 2 * n_address, 2 * n_address,
	                      (uint32_t)(6 + out->n - start));

	set_be16(out, start + 16, ~sum_of(out->bytes + start, out->n - start, sum));
}

static void put_packet(struct buf *out, int64_t wall_us, const struct segment *s)
{
	size_t n_tcp = 20 + s->n, n = n_tcp + (s->from->is_v6 ? 40 : 20);

	put_le32(out, (uint32_t)(wall_us / 1000000));
	put_le32(out, (uint32_t)(wall_us % 1000000));
	put_le32(out, (uint32_t)n);
	put_le32(out, (uint32_t)n);
	put_ip(out, s, n_tcp);
	put_tcp(out, s);
}

static void put_segment(struct capture_flow *flow, const struct lab_event *e, enum direction dir,
                        unsigned flags, const uint8_t *bytes, size_t n, struct buf *out)
{
	struct segment s = {.from = dir == C2S ? &e->client : &e->host,
	                    .to = dir == C2S ? &e->host : &e->client,
	                    .seq = flow->sent[dir],
	                    .ack = flow->sent[dir == C2S ? S2C : C2S],
	                    .flags = flags,
	                    .bytes = bytes,
	                    .n = n};

	put_packet(out, e->wall_us, &s);
	flow->sent[dir] += (uint32_t)n + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
}

static void put_opening(struct capture_flow *flow, const struct lab_event *e, struct buf *out)
{
	put_segment(flow, e, C2S, TCP_SYN, NULL, 0, out);
	put_segment(flow, e, S2C, TCP_SYN | TCP_ACK, NULL, 0, out);
	put_segment(flow, e, C2S, TCP_ACK, NULL, 0, out);
}

static void put_bytes(struct capture_flow *flow, const struct lab_event *e, struct buf *out)
{
	for (size_t at = 0; at < e->n; at += SEGMENT_MAX) {
		size_t n = e->n - at < SEGMENT_MAX ? e->n - at : SEGMENT_MAX;

		put_segment(flow, e, e->dir, TCP_PSH | TCP_ACK, e->bytes + at, n, out);
	}
}

void capture_event(struct capture *c, const struct lab_event *e, struct buf *out)
{
	struct capture_flow *flow = &c->flows[e->connection % CAPTURE_FLOWS];

	if (flow->connection != e->connection)
		*flow = (struct capture_flow){.connection = e->connection, .sent = {1000, 2000}};
	switch (e->kind) {
	case LAB_OPENED:
		put_opening(flow, e, out);
		break;
	case LAB_BYTES:
		put_bytes(flow, e, out);
		break;
	case LAB_FIN:
		put_segment(flow, e, e->dir, TCP_FIN | TCP_ACK, NULL, 0, out);
		break;
	case LAB_RST:
		put_segment(flow, e, e->dir, TCP_RST | TCP_ACK, NULL, 0, out);
		break;
	}
}
