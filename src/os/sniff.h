/*
 * sniff - packets to and from some hosts as they travel, where the system lets us. libpcap is
 * loaded when it is asked for, so that every other run starts without it.
 *
 * Method  all interfaces at once; looked at when sniff_drain is called, and never waited for
 * Output  raw IP packets; headers of the link are taken off
 * Errors  sniff_new: NULL and why (no library, no right); why is NULL when it works
 * Owns    sniff_free ends it
 */
#ifndef OS_SNIFF_H
#define OS_SNIFF_H

#include <stddef.h>
#include <stdint.h>

#include "os/net.h"

typedef void sniff_packet(void *context, int64_t wall_us, const void *bytes, size_t n,
                          size_t n_travelled);

#define SNIFF_LATE_MS 10 /* so much later than on the way is a packet here */

struct sniff;

/* Hears nothing until a host is added. */
struct sniff *sniff_new(const char **why_not);
void sniff_free(struct sniff *s);

/* From here on: TCP to and from it, and what routers say. False: no more hosts. */
bool sniff_host(struct sniff *s, const struct net_address *host);

void sniff_drain(struct sniff *s, sniff_packet *packet, void *context);

/* What the system had no room for. */
uint64_t sniff_missed(struct sniff *s);

#endif
