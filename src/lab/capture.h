/*
 * capture - what travelled, as a file that packet analysers open. Only the TCP bytes are
 * real: the headers, acknowledgements and numbers are made up around them.
 *
 * Spec    draft-ietf-opsawg-pcap (pcap 2.4, microseconds, LINKTYPE_RAW); RFC 791, 8200, 9293
 * Output  appended to a buffer of the caller
 * Owns    nothing
 */
#ifndef LAB_CAPTURE_H
#define LAB_CAPTURE_H

#include "base/bytes.h"
#include "lab/server.h"

#define CAPTURE_FLOWS 256

/* Sequence numbers by connection; zero initialised is ready. */
struct capture {
	struct capture_flow {
		size_t connection;
		uint32_t sent[2]; /* by direction */
	} flows[CAPTURE_FLOWS];
};

void capture_begin(struct buf *out);
void capture_event(struct capture *c, const struct lab_event *event, struct buf *out);

#endif
