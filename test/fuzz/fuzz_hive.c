/*
 * Any bytes as the bins of a hive, behind a sound base block; walked and judged as what they seem
 * to be, and as everything else.
 */
#include <stddef.h>
#include <stdint.h>

#include "os/hive.h"
#include "read/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put_base(struct buf *out, size_t n_bins)
{
	uint8_t base[4096] = "regf";
	uint32_t sum = 0;

	put32(base + 4, 1);
	put32(base + 8, 1);
	put32(base + 20, 1);
	put32(base + 24, 5);
	put32(base + 32, 1);
	put32(base + 36, 0x20);
	put32(base + 40, (uint32_t)n_bins);
	for (int i = 0; i < 508; i += 4)
		sum ^= base[i] | (uint32_t)base[i + 1] << 8 | (uint32_t)base[i + 2] << 16 |
		       (uint32_t)base[i + 3] << 24;
	put32(base + 508, sum);
	buf_put(out, base, sizeof base);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct complaints complaints = {.arena = &arena, .unit = "byte"};
	struct findings found = {.arena = &arena};
	struct evidence ev = {
	    .arena = &arena, .name = "x", .found = &found, .complaints = &complaints};
	struct buf hive = {0};
	struct reg_source *source;

	put_base(&hive, n);
	buf_put(&hive, bytes, n);
	source = hive_open(&hive, "x", NULL);
	if (source) {
		struct settings *s = settings_new(&arena, ORIGIN_HIVE);

		hive_kind_of(source);
		for (enum hive_kind kind = HIVE_SYSTEM; kind < HIVE_KIND_COUNT; kind++)
			settings_take(s, source, "", kind, &ev);
		settings_conclude(s, &ev);
		source->ops->close(source);
	}
	buf_fini(&hive);
	arena_fini(&arena);
	return 0;
}
