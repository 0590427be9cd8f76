/* Any bytes as a hive, walked and judged as what it seems to be, and as everything else. */
#include <stddef.h>
#include <stdint.h>

#include "os/hive.h"
#include "read/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct complaints complaints = {.arena = &arena, .unit = "byte"};
	struct findings found = {.arena = &arena};
	struct evidence ev = {
	    .arena = &arena, .name = "x", .found = &found, .complaints = &complaints};
	struct buf hive = {0};
	struct reg_source *source;

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
