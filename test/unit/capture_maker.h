/*
 * capture_maker - small recordings made for tests: any form of file, any link, one connection.
 *
 * Owns    maker_fini frees
 */
#ifndef TEST_UNIT_CAPTURE_MAKER_H
#define TEST_UNIT_CAPTURE_MAKER_H

#include "base/bytes.h"
#include "read/packet.h"
#include "stage/stage.h"

#define MAKER_BEGAN_US INT64_C(1700000000000000)

enum maker_form { MAKE_PCAP, MAKE_PCAP_NANO, MAKE_PCAP_LONG, MAKE_PCAPNG };

struct maker {
	enum maker_form form;
	bool is_big_endian, is_v6, has_no_ids;
	uint32_t link;
	uint8_t resolution; /* pcapng: if_tsresol; 0: none */
	int64_t offset_s;   /* pcapng: if_tsoffset */
	uint16_t client_port, host_port;
	size_t snap; /* not 0: only so many bytes of a packet are recorded */

	struct buf out;
	int64_t now_us;
	uint32_t seq[2];
	uint16_t id[2];
	uint8_t ttl[2];
	bool is_twice; /* every packet is recorded twice */
};

/* Client 192.0.2.1 or 2001:db8::1, port 50000; host .7, port 3389; what is not zero stays. */
void maker_begin(struct maker *m);
void maker_fini(struct maker *m);

/* A segment at the place where that side is, which moves on. */
void maker_tcp(struct maker *m, enum direction dir, unsigned flags, const void *bytes, size_t n);
/* The same at another place; nothing moves. */
void maker_tcp_at(struct maker *m, enum direction dir, unsigned flags, uint32_t seq,
                  const void *bytes, size_t n);
/* In fragments of n_piece bytes; backwards when told. */
void maker_tcp_fragments(struct maker *m, enum direction dir, const void *bytes, size_t n,
                         size_t n_piece, bool is_backwards);
void maker_udp(struct maker *m, enum direction dir, const void *bytes, size_t n);
/* To the client, about the SYN that it sent. */
void maker_icmp(struct maker *m, uint8_t type, uint8_t code);

void maker_handshake(struct maker *m);
void maker_wait(struct maker *m, int64_t us);

/* A frame as it is; a block as it is. */
void maker_frame(struct maker *m, const void *bytes, size_t n);
void maker_block(struct maker *m, uint32_t type, const void *body, size_t n);
void maker_section(struct maker *m);
void maker_interface(struct maker *m);

/* Connection Request and Confirm, a ClientHello and a ServerHello of TLS 1.2. */
void maker_request(struct buf *out, uint32_t protocols, bool has_cookie);
void maker_confirm(struct buf *out, uint32_t selected);
void maker_failure(struct buf *out, uint32_t code);
void maker_client_hello(struct buf *out);
void maker_server_hello(struct buf *out);
void maker_sealed(struct buf *out, size_t n); /* a record of application data */

#endif
