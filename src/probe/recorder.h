/*
 * recorder - what a run of the probe exchanged, as a file that packet analysers open, with the
 * secrets of its TLS sessions inside.
 *
 * Where packets themselves can be had (os/sniff) they are given to recorder_packet, and those
 * of other programs are left out at the end. Elsewhere they are made up around what the tap
 * tells: SYNs, refusals and what routers said too, as far as the system told of them.
 *
 * Input   the tap of the attempts; raw IP packets
 * Output  a whole file, appended to a buffer at the end: an analyser reads the secrets first
 * Limits  RECORDER_MOST bytes; what comes behind is counted
 * Owns    what it gathered; recorder_free. The attempts must live until recorder_put
 */
#ifndef PROBE_RECORDER_H
#define PROBE_RECORDER_H

#include "probe/attempt.h"

#define RECORDER_MOST (64 * 1024 * 1024)

struct recorder;

struct recorder *recorder_new(void); /* NULL: no memory */
void recorder_free(struct recorder *r);

const struct attempt_tap *recorder_tap(const struct recorder *r); /* for the probe's options */

/* From here on packets are not made up but given; whoever gives them hears of hosts beforehand. */
typedef void recorder_dialling(void *context, const struct net_address *to);
void recorder_is_given(struct recorder *r, recorder_dialling *dialling, void *context);
void recorder_packet(struct recorder *r, int64_t wall_us, const void *bytes, size_t n,
                     size_t n_travelled);

bool recorder_has_secrets(const struct recorder *r);

struct recorder_span {
	int64_t began_us, ended_us;
	uint64_t n_missed;        /* by whoever gave the packets */
	const char *why_not_real; /* for the comment: why packets are made up; NULL: not said */
};
void recorder_put(struct recorder *r, const struct recorder_span *span, struct buf *out);

#endif
