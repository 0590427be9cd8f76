/*
 * abuse - what every decoder must survive: all truncations and all single-bit flips of a good
 * PDU, each in memory of exactly its size, so that a sanitizer sees the first byte too many.
 */
#ifndef TEST_UNIT_ABUSE_H
#define TEST_UNIT_ABUSE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef void abused(const uint8_t *bytes, size_t n);

static inline void abuse_once(const uint8_t *good, size_t n, size_t flip, abused *read)
{
	uint8_t *bytes = malloc(n ? n : 1);

	if (!bytes)
		abort();
	memcpy(bytes, good, n);
	if (flip < n * 8)
		bytes[flip / 8] ^= (uint8_t)(1 << flip % 8);
	read(bytes, n);
	free(bytes);
}

static inline void abuse(const void *good, size_t n, abused *read)
{
	for (size_t k = 0; k < n; k++)
		abuse_once(good, k, SIZE_MAX, read);
	for (size_t flip = 0; flip < n * 8; flip++)
		abuse_once(good, n, flip, read);
}

#endif
