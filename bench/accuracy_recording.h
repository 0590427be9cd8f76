/*
 * accuracy_recording - the first connection to each address of a run, recorded beside the client
 * as tcpdump would: what somebody has who is sent a capture.
 *
 * Spec    draft-ietf-opsawg-pcap, LINKTYPE_RAW; RFC 791, 792, 8200, 9293. Checksums are zero, as
 *         where the network card computes them
 * Owns    recorder_fini frees the bytes
 */
#ifndef BENCH_ACCURACY_RECORDING_H
#define BENCH_ACCURACY_RECORDING_H

#include "net_fake.h"

#define RECORDER_FLOWS 16

struct recorder {
	struct buf pcap;
	struct recorder_flow {
		size_t connection;
		struct net_address client, host;
		uint32_t sent[2]; /* up, down */
		int64_t begun_us;
		bool is_answered;
	} flows[RECORDER_FLOWS];
	size_t n_flows;
};

void recorder_begin(struct recorder *r);
void recorder_hear(void *context, const struct fake_packet *packet); /* a fake_tap */
void recorder_end(struct recorder *r);                               /* the file is complete */
void recorder_fini(struct recorder *r);

#endif
