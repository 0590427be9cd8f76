/*
 * skim - one direction of a connection PDU by PDU, of which only the first bytes are kept: enough
 * to tell kinds, sizes and order for as long as a session lasts, without its contents.
 *
 * Input   bytes in order, cut anywhere; gaps of known length
 * Output  one call per PDU with its first bytes and its whole length
 * Errors  a gap that swallows a header: nothing is told until a piece begins with a PDU again
 * Owns    nothing beyond itself
 */
#ifndef READ_SKIM_H
#define READ_SKIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SKIM_HEAD       1024
#define SKIM_NOT_FRAMED SIZE_MAX

struct skim {
	uint8_t head[SKIM_HEAD];
	size_t n;
	uint64_t to_pass; /* of a PDU that was told already */
	bool is_lost;
};

struct skim_reader {
	/* Length of the PDU that begins here; 0: more is needed; SKIM_NOT_FRAMED. */
	size_t (*length)(void *context, const uint8_t *bytes, size_t n);
	void (*pdu)(void *context, const uint8_t *head, size_t n, size_t length);
	void *context;
};

void skim_bytes(struct skim *s, const struct skim_reader *r, const uint8_t *bytes, size_t n);
void skim_gap(struct skim *s, const struct skim_reader *r, uint64_t n);

/* A PDU has begun and is not whole. */
bool skim_is_inside(const struct skim *s);

#endif
