/*
 * capture - what travelled between a lab and its clients, with the secrets of its TLS sessions,
 * as a file that packet analysers open. Only the TCP bytes are real (link/packets).
 *
 * Output  appended to a buffer of the caller: whole blocks (link/pcapng)
 * Owns    the last event, which waits for the secrets that its bytes give rise to; capture_end
 *         tells it
 */
#ifndef LAB_CAPTURE_H
#define LAB_CAPTURE_H

#include "base/bytes.h"
#include "lab/server.h"
#include "link/packets.h"

#define CAPTURE_FLOWS 256

/* Sequence numbers by connection; zero initialised is ready. */
struct capture {
	struct {
		size_t connection;
		struct packet_flow flow;
	} flows[CAPTURE_FLOWS];
	struct buf held;
};

void capture_begin(struct buf *out);
void capture_event(struct capture *c, const struct lab_event *event, struct buf *out);
void capture_key(const char *line, struct buf *out);
void capture_end(struct capture *c, struct buf *out);

#endif
