/*
 * reassembly - one packet more of one stream: its bytes in order, and what it tells of the path.
 *
 * What the receiver acknowledges and the recording lacks is a gap of the recording; what nobody
 * acknowledges was lost on the way. A packet recorded twice is counted once.
 */
#ifndef READ_REASSEMBLY_H
#define READ_REASSEMBLY_H

#include "read/streams.h"

struct reassembly {
	const struct streams_listener *to;
	struct stream *stream;
	enum direction dir;
	int64_t when_us;
	size_t *n_waiting; /* bytes of all streams */
};

/* False: it was recorded before. */
bool reassembly_packet(struct reassembly *r, const struct packet *p);

/* At the end: what waits for a piece that was acknowledged comes out behind a gap. */
void reassembly_flush(struct stream *s, const struct streams_listener *to, size_t *n_waiting);
void reassembly_fini(struct stream *s, size_t *n_waiting);

/* The other side acknowledged bytes of this one that the recording does not hold (yet). */
bool reassembly_lacks(const struct stream *s, enum direction dir);

/* A piece of this size was never seen and never acknowledged, though later ones came; or 0. */
uint32_t reassembly_hole(const struct stream *s, enum direction dir, int64_t *since_us);

#endif
