#include "link/packets.h"

#include "base/bytes.h"

#define SEGMENT_MAX 1400

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_ICMP_V6 = 58 };

static void set_be16(struct buf *b, size_t at, uint32_t v)
{
	b->bytes[at] = (char)(v >> 8);
	b->bytes[at + 1] = (char)v;
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

static size_t n_address(const struct net_address *a)
{
	return a->is_v6 ? 16 : 4;
}

struct header {
	const struct net_address *from, *to;
	uint8_t protocol;
};

static void put_ip(struct buf *out, const struct header *h, size_t n_inside)
{
	size_t start = out->n;

	if (h->from->is_v6) {
		buf_u32be(out, 0x60000000);
		buf_u16be(out, (uint32_t)n_inside);
		buf_u16be(out, (uint32_t)h->protocol << 8 | 64); /* hop limit */
	} else {
		buf_u16be(out, 0x4500);
		buf_u16be(out, (uint32_t)(20 + n_inside));
		buf_u32be(out, 0x00004000); /* not to be fragmented */
		buf_u32be(out, 64u << 24 | (uint32_t)h->protocol << 16);
	}
	buf_put(out, h->from->bytes, n_address(h->from));
	buf_put(out, h->to->bytes, n_address(h->to));
	if (!h->from->is_v6)
		set_be16(out, start + 10, ~sum_of(out->bytes + start, 20, 0));
}

/* The pseudo header: both addresses, which stand in front, the protocol, the length. */
static void set_sum(struct buf *out, const struct header *h, size_t start, size_t at)
{
	size_t n = 2 * n_address(h->from);
	uint32_t sum = sum_of(out->bytes + start - n, n, h->protocol + (uint32_t)(out->n - start));

	set_be16(out, at, ~sum_of(out->bytes + start, out->n - start, sum));
}

struct segment {
	enum packets_from from;
	uint32_t seq;
	unsigned flags;
	const uint8_t *bytes;
	size_t n;
};

static void put_segment(struct buf *out, const struct packet_flow *f, const struct segment *s)
{
	enum packets_from peer = s->from == FROM_CLIENT ? FROM_HOST : FROM_CLIENT;
	struct header h = {.from = &f->end[s->from], .to = &f->end[peer], .protocol = PROTOCOL_TCP};

	put_ip(out, &h, 20 + s->n);

	size_t start = out->n;

	buf_u16be(out, h.from->port);
	buf_u16be(out, h.to->port);
	buf_u32be(out, s->seq);
	buf_u32be(out, s->flags & TCP_ACK ? f->sent[peer] : 0);
	buf_u16be(out, 5u << 12 | s->flags);
	buf_u16be(out, 65535);
	buf_u32be(out, 0);
	buf_put(out, s->bytes, s->n);
	set_sum(out, &h, start, start + 16);
}

static void tell(const struct packets *p, struct packet_flow *f, const struct segment *s,
                 int64_t wall_us)
{
	struct buf packet = {0};

	put_segment(&packet, f, s);
	p->out(p->context, wall_us, packet.bytes, packet.n);
	buf_fini(&packet);
	f->sent[s->from] = s->seq + (uint32_t)s->n + (s->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
}

static void tell_flags(const struct packets *p, struct packet_flow *f, enum packets_from from,
                       unsigned flags, int64_t wall_us)
{
	tell(p, f, &(struct segment){.from = from, .seq = f->sent[from], .flags = flags}, wall_us);
}

/* --- a connection --- */

#define FIRST_OF_CLIENT 1000
#define FIRST_OF_HOST   2000

struct packet_flow packet_flow(const struct net_address *client, const struct net_address *host)
{
	return (struct packet_flow){.end = {*client, *host},
	                            .sent = {FIRST_OF_CLIENT, FIRST_OF_HOST}};
}

void packets_syn(const struct packets *p, struct packet_flow *f, int64_t wall_us)
{
	f->sent[FROM_CLIENT] = FIRST_OF_CLIENT;
	tell_flags(p, f, FROM_CLIENT, TCP_SYN, wall_us);
}

void packets_accept(const struct packets *p, struct packet_flow *f, int64_t wall_us)
{
	tell_flags(p, f, FROM_HOST, TCP_SYN | TCP_ACK, wall_us);
	tell_flags(p, f, FROM_CLIENT, TCP_ACK, wall_us);
}

void packets_refuse(const struct packets *p, struct packet_flow *f, int64_t wall_us)
{
	struct segment s = {.from = FROM_HOST, .flags = TCP_RST | TCP_ACK};

	tell(p, f, &s, wall_us);
}

void packets_bytes(const struct packets *p, struct packet_flow *f, enum packets_from from,
                   const void *bytes, size_t n, int64_t wall_us)
{
	for (size_t at = 0; at < n; at += SEGMENT_MAX) {
		struct segment s = {.from = from,
		                    .seq = f->sent[from],
		                    .flags = TCP_PSH | TCP_ACK,
		                    .bytes = (const uint8_t *)bytes + at,
		                    .n = n - at < SEGMENT_MAX ? n - at : SEGMENT_MAX};

		tell(p, f, &s, wall_us);
	}
}

void packets_fin(const struct packets *p, struct packet_flow *f, enum packets_from from,
                 int64_t wall_us)
{
	tell_flags(p, f, from, TCP_FIN | TCP_ACK, wall_us);
}

void packets_rst(const struct packets *p, struct packet_flow *f, enum packets_from from,
                 int64_t wall_us)
{
	tell_flags(p, f, from, TCP_RST | TCP_ACK, wall_us);
}

/* --- what a router says --- */

/* RFC 4443 3.1: all of the packet that fits; a SYN does. RFC 792: its header and 8 bytes. */
void packets_icmp(const struct packets *p, const struct packet_flow *f,
                  const struct net_failure *why, int64_t wall_us)
{
	struct segment syn = {.from = FROM_CLIENT, .seq = FIRST_OF_CLIENT, .flags = TCP_SYN};
	bool is_v6 = f->end[FROM_CLIENT].is_v6;
	struct header h = {.from = &why->router,
	                   .to = &f->end[FROM_CLIENT],
	                   .protocol = is_v6 ? PROTOCOL_ICMP_V6 : PROTOCOL_ICMP};
	struct buf packet = {0}, about = {0};

	if (why->router.is_v6 != is_v6)
		return;
	put_segment(&about, f, &syn);
	if (!is_v6)
		about.n = 20 + 8;
	put_ip(&packet, &h, 8 + about.n);

	size_t start = packet.n;

	buf_u16be(&packet,
	          ((uint32_t)why->icmp_type & 0xff) << 8 | ((uint32_t)why->icmp_code & 0xff));
	buf_u16be(&packet, 0);
	buf_u32be(&packet, 0);
	buf_put(&packet, about.bytes, about.n);
	if (is_v6)
		set_sum(&packet, &h, start, start + 2);
	else
		set_be16(&packet, start + 2, ~sum_of(packet.bytes + start, packet.n - start, 0));
	p->out(p->context, wall_us, packet.bytes, packet.n);
	buf_fini(&about);
	buf_fini(&packet);
}
