/*
 * Any bytes as a recording. What is found may not depend on how the file comes in pieces: it is
 * read whole and once more in pieces of 61 bytes.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "read/recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct got {
	struct arena arena;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints;
};

static void read_file(const uint8_t *bytes, size_t n, size_t piece, struct got *got)
{
	struct evidence ev = {.arena = &got->arena,
	                      .name = "fuzz",
	                      .found = &got->found,
	                      .attempts = &got->attempts,
	                      .complaints = &got->complaints};
	struct recording_plan plan = {.profile = profile_at(0), .port = 3390};
	struct recording *r;
	size_t from = 0, to = 0;

	*got = (struct got){0};
	got->found.arena = got->attempts.arena = got->complaints.arena = &got->arena;
	r = recording_new(&ev, &plan);
	do {
		to = n - to > piece ? to + piece : n;
		from += recording_take(r, bytes + from, to - from, to == n);
		assert(from <= to);
	} while (to < n);
	recording_end(r);
	attempts_sort(&got->attempts);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct got whole, cut;

	read_file(bytes, n, n, &whole);
	read_file(bytes, n, 61, &cut);
	assert(whole.attempts.n == cut.attempts.n);
	assert(whole.complaints.n == cut.complaints.n);
	for (size_t i = 0; i < whole.attempts.n; i++) {
		const struct attempt *a = &whole.attempts.at[i], *b = &cut.attempts.at[i];

		assert(strcmp(a->where, b->where) == 0);
		assert(a->reached == b->reached && a->found.n == b->found.n);
	}
	arena_fini(&whole.arena);
	arena_fini(&cut.arena);
	return 0;
}
