/*
 * packet - the layers below TCP. A capture of millions of packets passes through here, and all
 * but a few are of no interest: bounds are checked by hand, once per header.
 */
#include "read/packet.h"

#include <string.h>

#include "read/fragments.h"

#define IPV4_LEAST     20
#define IPV6_HEADER    40
#define TCP_LEAST      20
#define EXTENSIONS_MAX 16
#define ETHERNET_LEAST 60
#define DEPTH_MAX      4
#define VXLAN_PORT     4789
#define TAGS_MAX       8

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86DD,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88A8,
	ETHERTYPE_QINQ_OLD = 0x9100,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_BRIDGED = 0x6558,
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
};

/* IP protocols and extension headers */
enum {
	NEXT_HOP_BY_HOP = 0,
	NEXT_ICMP = 1,
	NEXT_IPV4 = 4,
	NEXT_TCP = 6,
	NEXT_UDP = 17,
	NEXT_IPV6 = 41,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_GRE = 47,
	NEXT_AUTHENTICATION = 51,
	NEXT_ICMP6 = 58,
	NEXT_DESTINATION = 60,
};

/* A stretch of the frame: what is recorded, and what there was. */
struct span {
	const uint8_t *p;
	size_t n, n_whole;
};

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static bool skip(struct span *s, size_t n)
{
	if (n > s->n)
		return false;
	s->p += n;
	s->n -= n;
	s->n_whole -= n;
	return true;
}

/* No longer than a length field says; 0 is what segmentation in the adapter leaves there. */
static void cut_to(struct span *s, size_t n)
{
	if (n && n < s->n_whole)
		s->n_whole = n;
	if (s->n > s->n_whole)
		s->n = s->n_whole;
}

struct reading {
	struct packet *packet;
	struct fragments **fragments;
	int64_t when_us;
	int depth;     /* of packets inside packets */
	bool is_whole; /* it lies in what fragments were put together to */
};

/* --------------------------------------------------------------------------- transport */

static bool read_tcp(struct span s, struct packet *p)
{
	size_t header;

	if (s.n < TCP_LEAST)
		return false;
	header = (size_t)(s.p[12] >> 4) * 4;
	if (header < TCP_LEAST || header > s.n_whole)
		return false;
	p->kind = PACKET_TCP;
	p->source_port = be16(s.p);
	p->target_port = be16(s.p + 2);
	p->seq = be32(s.p + 4);
	p->ack = be32(s.p + 8);
	p->flags = s.p[13];
	p->window = be16(s.p + 14);
	p->n_whole = s.n_whole - header;
	p->n = s.n > header ? s.n - header : 0;
	p->body = p->n ? s.p + header : s.p;
	return true;
}

static bool read_udp(struct span s, struct packet *p)
{
	if (s.n < 8)
		return false;
	p->kind = PACKET_UDP;
	p->source_port = be16(s.p);
	p->target_port = be16(s.p + 2);
	cut_to(&s, be16(s.p + 4));
	if (!skip(&s, 8))
		return false;
	p->body = s.p;
	p->n = s.n;
	p->n_whole = s.n_whole;
	return true;
}

/* The header of the packet answered, and the first eight bytes behind it. */
static void read_quoted(struct span s, bool is_v6, struct packet_quoted *q)
{
	size_t header = is_v6 ? IPV6_HEADER : s.n ? (size_t)(s.p[0] & 0x0F) * 4 : 0;

	if (header < IPV4_LEAST || s.n < header + 8)
		return;
	q->is_there = true;
	q->protocol = is_v6 ? s.p[6] : s.p[9];
	q->source = s.p + (is_v6 ? 8 : 12);
	q->target = s.p + (is_v6 ? 24 : 16);
	q->source_port = be16(s.p + header);
	q->target_port = be16(s.p + header + 2);
	q->seq = be32(s.p + header + 4);
}

static bool read_icmp(struct span s, struct packet *p)
{
	if (s.n < 8)
		return false;
	p->kind = PACKET_ICMP;
	p->icmp_type = s.p[0];
	p->icmp_code = s.p[1];
	skip(&s, 8);
	/* Errors carry a packet: unreachable and time exceeded, in version 6 also too big. */
	if (p->is_v6 ? p->icmp_type < 128 : p->icmp_type == 3 || p->icmp_type == 11)
		read_quoted(s, p->is_v6, &p->quoted);
	return true;
}

static bool read_inside(const struct reading *r, struct span s, uint16_t type);

/* RFC 2784, 2890: each flag is a word of four bytes more. */
static bool read_gre(const struct reading *r, struct span s)
{
	size_t header = 4;
	uint16_t flags, type;

	if (s.n < header)
		return false;
	flags = be16(s.p);
	type = be16(s.p + 2);
	if (flags & 0x4007) /* with routing, or another version */
		return false;
	header += (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
	return skip(&s, header) && read_inside(r, s, type);
}

/* RFC 7348: what clouds mirror comes in this. */
static bool read_vxlan(const struct reading *r, struct packet *p)
{
	struct span s = {.p = p->body, .n = p->n, .n_whole = p->n_whole};

	return skip(&s, 8) && read_inside(r, s, ETHERTYPE_BRIDGED);
}

static bool read_transport(const struct reading *r, struct span s, uint8_t protocol)
{
	struct packet *p = r->packet;

	switch (protocol) {
	case NEXT_TCP:
		return read_tcp(s, p);
	case NEXT_UDP:
		if (!read_udp(s, p))
			return false;
		return p->target_port != VXLAN_PORT || read_vxlan(r, p);
	case NEXT_ICMP:
		return !p->is_v6 && read_icmp(s, p);
	case NEXT_ICMP6:
		return p->is_v6 && read_icmp(s, p);
	case NEXT_IPV4:
		return read_inside(r, s, ETHERTYPE_IPV4);
	case NEXT_IPV6:
		return read_inside(r, s, ETHERTYPE_IPV6);
	case NEXT_GRE:
		return read_gre(r, s);
	default:
		return false;
	}
}

/* --------------------------------------------------------------------------- network */

static bool read_fragment(const struct reading *r, struct span s, const struct fragment *head)
{
	struct fragment f = *head;
	struct reading whole_of = *r;
	size_t n;
	const uint8_t *whole;

	/* Recorded in part it never becomes whole; and fragments of fragments nobody sends. */
	if (s.n < s.n_whole || r->is_whole)
		return false;
	f.bytes = s.p;
	f.n = s.n;
	f.when_us = r->when_us;
	f.source = r->packet->source;
	f.target = r->packet->target;
	f.is_v6 = r->packet->is_v6;
	whole_of.is_whole = true;
	whole = fragments_add(r->fragments, &f, &n);
	return whole && read_transport(&whole_of, (struct span){.p = whole, .n = n, .n_whole = n},
	                               f.protocol);
}

static bool read_ipv4(const struct reading *r, struct span s)
{
	struct packet *p = r->packet;
	const uint8_t *ip = s.p;
	size_t header;
	uint16_t fragment;

	if (s.n < IPV4_LEAST || ip[0] >> 4 != 4)
		return false;
	header = (size_t)(ip[0] & 0x0F) * 4;
	cut_to(&s, be16(ip + 2));
	if (header < IPV4_LEAST || !skip(&s, header))
		return false;
	p->is_v6 = false;
	p->ttl = ip[8];
	p->has_ip_id = true;
	p->ip_id = be16(ip + 4);
	p->source = ip + 12;
	p->target = ip + 16;
	fragment = be16(ip + 6);
	if (!(fragment & 0x3FFF))
		return read_transport(r, s, ip[9]);
	return read_fragment(r, s,
	                     &(struct fragment){.id = p->ip_id,
	                                        .protocol = ip[9],
	                                        .at = (size_t)(fragment & 0x1FFF) * 8,
	                                        .has_more = fragment & 0x2000});
}

static bool is_extension(uint8_t next)
{
	return next == NEXT_HOP_BY_HOP || next == NEXT_ROUTING || next == NEXT_DESTINATION ||
	       next == NEXT_AUTHENTICATION;
}

static bool read_ipv6_fragment(const struct reading *r, struct span s)
{
	const uint8_t *h = s.p;
	uint16_t offset;

	if (!skip(&s, 8))
		return false;
	offset = be16(h + 2);
	if (!(offset & 0xFFF9))
		return read_transport(r, s, h[0]);
	return read_fragment(r, s,
	                     &(struct fragment){.id = be32(h + 4),
	                                        .protocol = h[0],
	                                        .at = offset & 0xFFF8,
	                                        .has_more = offset & 1});
}

static bool read_ipv6(const struct reading *r, struct span s)
{
	struct packet *p = r->packet;
	const uint8_t *ip = s.p;
	uint8_t next;

	if (s.n < IPV6_HEADER || ip[0] >> 4 != 6)
		return false;
	skip(&s, IPV6_HEADER);
	cut_to(&s, be16(ip + 4));
	p->is_v6 = true;
	p->has_ip_id = false;
	p->ttl = ip[7];
	p->source = ip + 8;
	p->target = ip + 24;
	next = ip[6];
	for (int i = 0; i < EXTENSIONS_MAX && is_extension(next); i++) {
		const uint8_t *h = s.p;

		if (s.n < 8 || !skip(&s, next == NEXT_AUTHENTICATION ? ((size_t)h[1] + 2) * 4
		                                                     : ((size_t)h[1] + 1) * 8))
			return false;
		next = h[0];
	}
	return next == NEXT_FRAGMENT ? read_ipv6_fragment(r, s) : read_transport(r, s, next);
}

static bool read_ip(const struct reading *r, struct span s)
{
	if (!s.n)
		return false;
	return s.p[0] >> 4 == 6 ? read_ipv6(r, s) : read_ipv4(r, s);
}

/* --------------------------------------------------------------------------- links */

static bool read_ethertype(const struct reading *r, struct span s, uint16_t type);

static bool read_ppp(const struct reading *r, struct span s)
{
	uint16_t protocol;

	if (s.n >= 2 && s.p[0] == 0xFF && s.p[1] == 0x03) /* as in HDLC */
		skip(&s, 2);
	if (s.n < 2)
		return false;
	if (s.p[0] & 1) { /* a protocol of one byte */
		protocol = s.p[0];
		skip(&s, 1);
	} else {
		protocol = be16(s.p);
		skip(&s, 2);
	}
	if (protocol == PPP_IPV4)
		return read_ipv4(r, s);
	return protocol == PPP_IPV6 && read_ipv6(r, s);
}

static bool read_pppoe(const struct reading *r, struct span s)
{
	return skip(&s, 6) && read_ppp(r, s);
}

static bool read_ethertype(const struct reading *r, struct span s, uint16_t type)
{
	for (int i = 0; i < TAGS_MAX && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ ||
	                                 type == ETHERTYPE_QINQ_OLD);
	     i++) {
		if (s.n < 4)
			return false;
		type = be16(s.p + 2);
		skip(&s, 4);
	}
	switch (type) {
	case ETHERTYPE_IPV4:
		return read_ipv4(r, s);
	case ETHERTYPE_IPV6:
		return read_ipv6(r, s);
	case ETHERTYPE_PPPOE:
		return read_pppoe(r, s);
	default:
		return false;
	}
}

/*
 * Tools that rewrite recordings set the length of IP to that of the frame, and what filled up the
 * shortest frame becomes data: six bytes at most, that nobody pushed.
 */
static void drop_padding(struct packet *p)
{
	if (p->kind == PACKET_TCP && !(p->flags & TCP_PSH))
		p->n = p->n_whole = 0;
}

static bool read_ethernet(const struct reading *r, struct span s)
{
	bool is_shortest = s.n_whole == ETHERNET_LEAST, is_read;
	uint16_t type;

	if (s.n < 14)
		return false;
	type = be16(s.p + 12);
	skip(&s, 14);
	is_read = read_ethertype(r, s, type);
	if (is_read && is_shortest)
		drop_padding(r->packet);
	return is_read;
}

/* What was received inside another packet; what clothes it how often is limited. */
static bool read_inside(const struct reading *r, struct span s, uint16_t type)
{
	struct reading inner = *r;

	inner.packet->kind = PACKET_OTHER;
	if (++inner.depth > DEPTH_MAX)
		return false;
	return type == ETHERTYPE_BRIDGED ? read_ethernet(&inner, s)
	                                 : read_ethertype(&inner, s, type);
}

static bool read_cooked(const struct reading *r, struct span s)
{
	uint16_t type;

	if (s.n < 16)
		return false;
	type = be16(s.p + 14);
	skip(&s, 16);
	return read_ethertype(r, s, type);
}

static bool read_cooked2(const struct reading *r, struct span s)
{
	uint16_t type;

	if (s.n < 20)
		return false;
	type = be16(s.p);
	skip(&s, 20);
	return read_ethertype(r, s, type);
}

/* The family in the order of whoever recorded; the numbers of version 6 differ between systems, so
 * the packet itself is asked. */
static bool read_loopback(const struct reading *r, struct span s)
{
	return skip(&s, 4) && read_ip(r, s);
}

static bool read_ppp_ether(const struct reading *r, struct span s)
{
	return read_pppoe(r, s);
}

static const struct {
	uint32_t link_type;
	bool (*read)(const struct reading *r, struct span s);
} links[] = {
    {0, read_loopback},   /* NULL */
    {1, read_ethernet},   /* ETHERNET */
    {9, read_ppp},        /* PPP */
    {12, read_ip},        /* RAW as some systems number it */
    {14, read_ip},        /* the same on OpenBSD */
    {50, read_ppp},       /* PPP_HDLC */
    {51, read_ppp_ether}, /* PPP_ETHER */
    {101, read_ip},       /* RAW */
    {108, read_loopback}, /* LOOP */
    {113, read_cooked},   /* LINUX_SLL */
    {228, read_ipv4},     /* IPV4 */
    {229, read_ipv6},     /* IPV6 */
    {276, read_cooked2},  /* LINUX_SLL2 */
};

#define N_LINKS (sizeof links / sizeof *links)

static size_t link_row(uint32_t link_type)
{
	size_t i = 0;

	while (i < N_LINKS && links[i].link_type != link_type)
		i++;
	return i;
}

bool packet_knows_link(uint32_t link_type)
{
	return link_row(link_type) < N_LINKS;
}

bool packet_read(uint32_t link_type, const uint8_t *bytes, size_t n, size_t n_whole,
                 int64_t when_us, struct fragments **f, struct packet *p)
{
	struct reading r = {.packet = p, .fragments = f, .when_us = when_us};
	struct span s = {.p = bytes, .n = n, .n_whole = n_whole};
	size_t row = link_row(link_type);

	p->kind = PACKET_OTHER;
	p->quoted.is_there = false;
	p->source_port = p->target_port = 0;
	return row < N_LINKS && links[row].read(&r, s);
}

void packet_fini(struct fragments *f)
{
	fragments_free(f);
}
