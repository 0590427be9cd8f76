/* Any bytes as an event log, whole and in pieces; what comes of it is put together. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "read/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static size_t attempts_of(const uint8_t *bytes, size_t n, size_t first)
{
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct attempts attempts = {.arena = &arena};
	struct complaints complaints = {.arena = &arena};
	struct evidence ev = {.arena = &arena,
	                      .name = "fuzz.evtx",
	                      .found = &found,
	                      .attempts = &attempts,
	                      .complaints = &complaints};
	struct events *events = events_new(&arena);
	size_t used, n_attempts;

	events_begin(events, &ev);
	used = first < n ? events_take(events, bytes, first, false) : 0;
	assert(used <= first);
	used += events_take(events, bytes + used, n - used, true);
	assert(used == n);
	events_end(events);
	events_conclude(events, &ev);
	for (size_t i = 0; i < attempts.n; i++)
		assert(attempts.at[i].where);
	n_attempts = attempts.n;
	arena_fini(&arena);
	return n_attempts;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	size_t whole = attempts_of(bytes, n, n), cut = attempts_of(bytes, n, n / 2);

	assert(whole == cut);
	return 0;
}
