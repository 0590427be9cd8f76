/*
 * udp_calls - who asked for RDP's transport over UDP, and whether he was answered.
 *
 * Spec    [MS-RDPEUDP] 3.1.5.1.1
 * Rules   known by the form of the SYN on any port, never by the port alone
 * Limits  UDP_CALLS_MAX askers; further ones are left out and counted
 */
#ifndef READ_UDP_CALLS_H
#define READ_UDP_CALLS_H

#include "read/streams.h"

#define UDP_CALLS_MAX 16384

struct udp_call {
	struct udp_call *next;
	struct endpoint client, host;
	uint32_t hash, first_seq;
	uint64_t number;
	int64_t asked_us, last_us;
	uint32_t n_asked;
	bool is_answered;
	bool is_beside; /* of a TCP connection, which tells it */
};

struct udp_calls;
struct udp_calls *udp_calls_new(void);
void udp_calls_free(struct udp_calls *all);

void udp_calls_packet(struct udp_calls *all, struct streams *streams, const struct packet *p,
                      int64_t when_us, uint64_t number);

/* In the order in which they asked first. */
size_t udp_calls_count(const struct udp_calls *all);
const struct udp_call *udp_calls_at(const struct udp_calls *all, size_t i);
uint64_t udp_calls_left_out(const struct udp_calls *all);

#endif
