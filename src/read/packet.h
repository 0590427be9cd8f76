/*
 * packet - from a recorded frame to TCP, UDP or ICMP.
 *
 * Spec    link types of tcpdump.org; IEEE 802.1Q, 802.1ad; RFC 894, 2516, 1661; RFC 791, 8200,
 *         9293, 768, 792, 4443; tunnels: RFC 2003, 2473, 2784, 4213, 7348
 * Input   one frame, possibly recorded in part; any bytes are safe
 * Output  views of the frame, or of the fragments put together, until the next call
 * Limits  FRAGMENTED_MAX datagrams are put together at a time; the oldest gives way
 * Owns    the fragments; packet_fini frees
 */
#ifndef READ_PACKET_H
#define READ_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAGMENTED_MAX 64

enum packet_kind { PACKET_OTHER, PACKET_TCP, PACKET_UDP, PACKET_ICMP };

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* The beginning of the packet that an ICMP message answers. */
struct packet_quoted {
	bool is_there;
	uint8_t protocol;
	const uint8_t *source, *target;
	uint16_t source_port, target_port;
	uint32_t seq;
};

struct packet {
	enum packet_kind kind;
	bool is_v6, has_ip_id;
	uint8_t ttl;
	uint16_t ip_id;
	const uint8_t *source, *target; /* 4 or 16 bytes */
	uint16_t source_port, target_port;
	uint32_t seq, ack;
	uint16_t window;
	uint8_t flags;
	uint8_t icmp_type, icmp_code;
	struct packet_quoted quoted;
	const uint8_t *body;
	size_t n, n_whole; /* of the body: recorded; as long as it was */
};

struct fragments;

/* Fragments are kept in *f, which begins as NULL. False: no packet that is of use. */
bool packet_read(uint32_t link_type, const uint8_t *bytes, size_t n, size_t n_whole,
                 int64_t when_us, struct fragments **f, struct packet *p);
void packet_fini(struct fragments *f);

bool packet_knows_link(uint32_t link_type);

#endif
