/*
 * fragments - datagrams put together from their fragments.
 *
 * Spec    RFC 791 3.2, RFC 8200 4.5; where fragments overlap, what came first stays
 * Limits  FRAGMENTED_MAX datagrams at a time, the oldest gives way; 65535 bytes each
 */
#ifndef READ_FRAGMENTS_H
#define READ_FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fragments;

struct fragment {
	const uint8_t *source, *target;
	bool is_v6, has_more;
	uint8_t protocol;
	uint32_t id;
	size_t at; /* in the datagram */
	const uint8_t *bytes;
	size_t n;
	int64_t when_us;
};

/* The whole datagram when this was the last one missing, until the next call; else NULL. */
const uint8_t *fragments_add(struct fragments **all, const struct fragment *f, size_t *n);
void fragments_free(struct fragments *all);

#endif
