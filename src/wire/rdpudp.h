/*
 * rdpudp - the datagrams that open RDP's transport over UDP.
 *
 * Spec    [MS-RDPEUDP] 2.2.2.1 (FEC header), 2.2.2.5 (SYN data), 2.2.2.9 (SYNEX)
 * Input   one datagram; any bytes are safe
 * Output  host-order integers
 * Errors  rdpudp_read_syn returns false; the cursor holds field name and byte offset
 * Owns    nothing
 *
 *   0              4                8        10
 *   +--------------+----------------+--------+---------------------------------+
 *   | snSourceAck  | uReceiveWindow | uFlags | SYN data, correlation id, SYNEX |
 *   +--------------+----------------+--------+---------------------------------+
 *   All big-endian; a SYN is filled with zeros up to the MTU that it proposes.
 */
#ifndef WIRE_RDPUDP_H
#define WIRE_RDPUDP_H

#include "base/bytes.h"

enum {
	RDPUDP_SYN = 0x0001,
	RDPUDP_ACK = 0x0004,
	RDPUDP_SYNLOSSY = 0x0200,
	RDPUDP_CORRELATION_ID = 0x0800,
	RDPUDP_SYNEX = 0x1000,
};

struct rdpudp_syn {
	uint32_t source_ack; /* of a SYN without ACK always 0xFFFFFFFF */
	uint16_t window, flags;
	uint32_t first_seq;
	uint16_t mtu_up, mtu_down;
	bool has_version;
	uint16_t version; /* uUdpVer */
};

/* A SYN or SYN+ACK. */
bool rdpudp_read_syn(struct cur *c, struct rdpudp_syn *syn);
void rdpudp_put_syn(struct buf *out, const struct rdpudp_syn *syn);

#endif
