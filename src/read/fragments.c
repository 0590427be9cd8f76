#include "read/fragments.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "read/packet.h"

#define DATAGRAM_MAX 65536
#define UNIT         8 /* fragments begin at multiples of this */
#define PATIENCE_US  INT64_C(60000000)

struct datagram {
	bool is_used, is_v6, is_done;
	uint8_t protocol, source[16], target[16];
	uint32_t id;
	int64_t begun_us;
	uint64_t turn;
	size_t n_whole, n_got; /* n_whole: 0 until the last fragment came; n_got in units */
	uint8_t *bytes;
	uint8_t got[DATAGRAM_MAX / UNIT / 8];
};

struct fragments {
	struct datagram at[FRAGMENTED_MAX];
	uint64_t turn;
};

static void *allocated(void *p)
{
	if (!p) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	return p;
}

static bool is_of(const struct datagram *d, const struct fragment *f)
{
	size_t n = f->is_v6 ? 16 : 4;
	int64_t age = f->when_us - d->begun_us;

	return d->is_used && d->is_v6 == f->is_v6 && d->id == f->id && d->protocol == f->protocol &&
	       memcmp(d->source, f->source, n) == 0 && memcmp(d->target, f->target, n) == 0 &&
	       age <= PATIENCE_US && age >= -PATIENCE_US;
}

static struct datagram *begin(struct fragments *all, const struct fragment *f)
{
	struct datagram *d = &all->at[0];
	size_t n = f->is_v6 ? 16 : 4;
	uint8_t *bytes;

	for (size_t i = 1; i < FRAGMENTED_MAX && d->is_used; i++)
		if (!all->at[i].is_used || all->at[i].turn < d->turn)
			d = &all->at[i];
	bytes = d->bytes ? d->bytes : allocated(malloc(DATAGRAM_MAX));
	*d = (struct datagram){.is_used = true,
	                       .is_v6 = f->is_v6,
	                       .protocol = f->protocol,
	                       .id = f->id,
	                       .begun_us = f->when_us,
	                       .turn = ++all->turn,
	                       .bytes = bytes};
	memcpy(d->source, f->source, n);
	memcpy(d->target, f->target, n);
	return d;
}

static struct datagram *datagram_of(struct fragments *all, const struct fragment *f)
{
	for (size_t i = 0; i < FRAGMENTED_MAX; i++)
		if (is_of(&all->at[i], f))
			return &all->at[i];
	return begin(all, f);
}

static void put(struct datagram *d, const struct fragment *f)
{
	assert(d->bytes); /* since its first fragment */
	for (size_t k = 0; k < f->n; k += UNIT) {
		size_t unit = (f->at + k) / UNIT, n = f->n - k < UNIT ? f->n - k : UNIT;

		if (d->got[unit / 8] & 1 << unit % 8)
			continue;
		d->got[unit / 8] |= (uint8_t)(1 << unit % 8);
		d->n_got++;
		memcpy(d->bytes + f->at + k, f->bytes + k, n);
	}
}

const uint8_t *fragments_add(struct fragments **all, const struct fragment *f, size_t *n)
{
	struct datagram *d;

	if (f->at + f->n > DATAGRAM_MAX - 1 || (f->has_more && f->n % UNIT) || !f->n)
		return NULL;
	if (!*all)
		*all = allocated(calloc(1, sizeof **all));
	d = datagram_of(*all, f);
	if (d->is_done)
		return NULL; /* recorded twice */
	if (!f->has_more && !d->n_whole)
		d->n_whole = f->at + f->n;
	put(d, f);
	if (!d->n_whole || d->n_got < (d->n_whole + UNIT - 1) / UNIT)
		return NULL;
	d->is_done = true;
	*n = d->n_whole;
	return d->bytes;
}

void fragments_free(struct fragments *all)
{
	for (size_t i = 0; all && i < FRAGMENTED_MAX; i++)
		free(all->at[i].bytes);
	free(all);
}
