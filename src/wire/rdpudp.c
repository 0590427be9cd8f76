#include "wire/rdpudp.h"

#define MTU_LEAST 1132 /* [MS-RDPEUDP] 2.2.2.5 */
#define MTU_MOST  1232

static uint16_t read_mtu(struct cur *c, const char *what)
{
	uint16_t mtu = cur_u16be(c, what);

	if (cur_ok(c) && (mtu < MTU_LEAST || mtu > MTU_MOST)) {
		c->p -= 2;
		cur_fail(c, what);
	}
	return mtu;
}

bool rdpudp_read_syn(struct cur *c, struct rdpudp_syn *syn)
{
	*syn = (struct rdpudp_syn){0};
	syn->source_ack = cur_u32be(c, "snSourceAck");
	syn->window = cur_u16be(c, "uReceiveWindowSize");
	syn->flags = cur_u16be(c, "uFlags");
	if (!(syn->flags & RDPUDP_SYN) ||
	    (!(syn->flags & RDPUDP_ACK) && syn->source_ack != UINT32_MAX))
		cur_fail(c, "uFlags");
	syn->first_seq = cur_u32be(c, "snInitialSequenceNumber");
	syn->mtu_up = read_mtu(c, "uUpStreamMtu");
	syn->mtu_down = read_mtu(c, "uDownStreamMtu");
	if (syn->flags & RDPUDP_CORRELATION_ID)
		cur_take(c, 32, "uCorrelationId");
	if (!(syn->flags & RDPUDP_SYNEX))
		return cur_ok(c);
	cur_take(c, 2, "uSynExFlags");
	syn->version = cur_u16be(c, "uUdpVer");
	syn->has_version = cur_ok(c);
	return cur_ok(c);
}

static void put_u16(struct buf *out, unsigned v)
{
	buf_putc(out, (char)(unsigned char)(v >> 8 & 0xFF));
	buf_putc(out, (char)(unsigned char)(v & 0xFF));
}

static void put_u32(struct buf *out, uint32_t v)
{
	put_u16(out, v >> 16);
	put_u16(out, v & 0xFFFF);
}

void rdpudp_put_syn(struct buf *out, const struct rdpudp_syn *syn)
{
	size_t start = out->n;

	put_u32(out, syn->source_ack);
	put_u16(out, syn->window);
	put_u16(out, syn->flags);
	put_u32(out, syn->first_seq);
	put_u16(out, syn->mtu_up);
	put_u16(out, syn->mtu_down);
	for (int i = 0; i < 32 && syn->flags & RDPUDP_CORRELATION_ID; i++)
		buf_putc(out, (char)(i < 16 ? i : 0));
	if (syn->flags & RDPUDP_SYNEX) {
		put_u16(out, 1); /* the version is valid */
		put_u16(out, syn->version);
	}
	while (out->n - start < syn->mtu_up)
		buf_putc(out, 0);
}
