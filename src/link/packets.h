/*
 * packets - a connection of which only the bytes are known, as packets that analysers open: the
 * headers, acknowledgements and numbers are made up around them.
 *
 * Spec    RFC 791, 8200, 9293; RFC 792, 4443 (what a router says of a SYN)
 * Output  raw IP packets, one call of `out` each
 * Owns    nothing
 */
#ifndef LINK_PACKETS_H
#define LINK_PACKETS_H

#include <stddef.h>
#include <stdint.h>

#include "os/net.h"

/* Who writes to whom; the same order as enum direction. */
enum packets_from { FROM_CLIENT, FROM_HOST };

struct packets {
	void (*out)(void *context, int64_t wall_us, const void *bytes, size_t n);
	void *context;
};

struct packet_flow {
	struct net_address end[2]; /* by enum packets_from */
	uint32_t sent[2];          /* the next sequence number of each */
};

struct packet_flow packet_flow(const struct net_address *client, const struct net_address *host);

/* A SYN may be repeated; what follows is counted on from the last. */
void packets_syn(const struct packets *p, struct packet_flow *f, int64_t wall_us);
void packets_accept(const struct packets *p, struct packet_flow *f, int64_t wall_us);
void packets_refuse(const struct packets *p, struct packet_flow *f, int64_t wall_us);

/* What a router answers to the SYN. */
void packets_icmp(const struct packets *p, const struct packet_flow *f,
                  const struct net_failure *why, int64_t wall_us);

void packets_bytes(const struct packets *p, struct packet_flow *f, enum packets_from from,
                   const void *bytes, size_t n, int64_t wall_us);
void packets_fin(const struct packets *p, struct packet_flow *f, enum packets_from from,
                 int64_t wall_us);
void packets_rst(const struct packets *p, struct packet_flow *f, enum packets_from from,
                 int64_t wall_us);

#endif
