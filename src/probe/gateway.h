/*
 * gateway - whether an RD Gateway is there: its name, its HTTPS port, its certificate. What it
 * would say to a client that signs in is not asked.
 *
 * Spec    [MS-TSGU] 2.1 (HTTPS); RFC 5280, RFC 6125
 * Output  gateway.unreachable, or gateway.answers and what is wrong with the certificate; no
 *         finding where this computer is the reason that nothing was learnt
 * Limits  one name, GATEWAY_ADDRESSES_MAX connections, a few seconds
 * Owns    its connections; gateway_check_fini ends them. Itself it lives in the findings' arena
 */
#ifndef PROBE_GATEWAY_H
#define PROBE_GATEWAY_H

#include "finding/finding.h"
#include "os/net.h"
#include "probe/target.h"
#include "stage/profile.h"

#define GATEWAY_ADDRESSES_MAX 4

struct gateway_check;
typedef void gateway_over(void *context);

/* Target and profile are borrowed; over is called once, from the loop. */
struct gateway_check *gateway_check_new(struct net *net, const struct target *target,
                                        const struct client_profile *profile,
                                        struct findings *found, gateway_over *over, void *context);
void gateway_check_fini(struct gateway_check *g);

bool gateway_check_is_over(const struct gateway_check *g);

#endif
