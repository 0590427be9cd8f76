/*
 * capture_file - the packets of a capture file, in both forms, byte orders and resolutions.
 *
 * Spec    draft-ietf-opsawg-pcap (also nanoseconds, and the form with 24-byte record headers);
 *         draft-ietf-opsawg-pcapng (SHB IDB EPB SPB PB NRB ISB DSB, if_tsresol, if_tsoffset)
 * Input   pieces of any size, in order; what is not used up is offered again in front of the
 *         next. A record of more than CAPTURE_RECORD_MAX bytes is passed over
 * Output  one call per packet, in the order of the file; views that die with the call
 * Errors  complaints with the byte; behind a damaged record the next good one is looked for
 * Owns    what it keeps between pieces; capture_file_free frees it
 */
#ifndef READ_CAPTURE_FILE_H
#define READ_CAPTURE_FILE_H

#include "read/evidence.h"

#define CAPTURE_RECORD_MAX  ((size_t)512 * 1024)
#define CAPTURE_SECRETS_MAX ((size_t)16 * 1024 * 1024)

struct capture_packet {
	const uint8_t *bytes;
	size_t n, n_whole; /* recorded; as long as it was */
	int64_t when_us;
	uint64_t number; /* as analysers count, from 1 */
	uint32_t link_type;
	bool is_as_client, is_measure; /* its comment is CLIENT_COMMENT, ASIDE_COMMENT */
};

struct capture_listener {
	void (*packet)(void *context, const struct capture_packet *p);
	void (*secrets)(void *context, const uint8_t *bytes, size_t n); /* a key log for TLS */
	void (*until)(void *context, int64_t when_us); /* so long it was recorded, packets or not */
	void *context;
};

bool capture_file_recognises(const uint8_t *head, size_t n);

struct capture_file;
struct capture_file *capture_file_new(const struct capture_listener *listener,
                                      struct complaints *complaints);
void capture_file_free(struct capture_file *f);

/* Bytes used up. */
size_t capture_file_take(struct capture_file *f, const uint8_t *bytes, size_t n, bool is_last);

#endif
