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

void rdpudp_put_syn(struct buf *out, const struct rdpudp_syn *syn)
{
	size_t start = out->n;

	buf_u32be(out, syn->source_ack);
	buf_u16be(out, syn->window);
	buf_u16be(out, syn->flags);
	buf_u32be(out, syn->first_seq);
	buf_u16be(out, syn->mtu_up);
	buf_u16be(out, syn->mtu_down);
	for (int i = 0; i < 32 && syn->flags & RDPUDP_CORRELATION_ID; i++)
		buf_putc(out, (char)(i < 16 ? i : 0));
	if (syn->flags & RDPUDP_SYNEX) {
		buf_u16be(out, 1); /* the version is valid */
		buf_u16be(out, syn->version);
	}
	while (out->n - start < syn->mtu_up)
		buf_putc(out, 0);
}
