/*
 * pcapng - writes packets and the TLS secrets that open them, as one file of blocks.
 *
 * Spec    draft-ietf-opsawg-pcapng (SHB, IDB, EPB, ISB, DSB), little-endian, one interface, raw IP
 *         packets (LINKTYPE_RAW), times in microseconds
 * Output  appended to a buffer of the caller; each call writes one whole block
 * Owns    nothing
 */
#ifndef LINK_PCAPNG_H
#define LINK_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Section and interface; the comment is about all packets, NULL: none. */
void pcapng_begin(struct buf *out, const char *comment);

struct pcapng_packet {
	int64_t wall_us;
	const void *bytes;
	size_t n, n_travelled; /* n_travelled 0: as many */
	const char *comment;   /* NULL: none */
};
void pcapng_packet(struct buf *out, const struct pcapng_packet *p);

/* Lines of a TLS key log. Readers want them before the packets that they open. */
void pcapng_secrets(struct buf *out, const void *lines, size_t n);

/* From when to when was recorded, and how much was missed. */
struct pcapng_span {
	int64_t began_us, ended_us;
	uint64_t n_missed;
};
void pcapng_end(struct buf *out, const struct pcapng_span *span);

#endif
