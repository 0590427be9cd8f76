/*
 * read_capture FILE: streams a capture through the reader, in pieces of 1 MiB as the program does,
 * and prints what it took. With -v every attempt and finding.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finding/finding.h"
#include "os/os.h"
#include "read/recording.h"

#define PIECE ((size_t)1024 * 1024)

static void show(const struct attempts *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct attempt *a = &set->at[i];

		printf("%s: %s -> %s [%s] %s%s%s: %s\n", a->where, a->client, a->host,
		       a->account ? a->account : "", stage_name(a->reached),
		       a->is_failure ? " FAILED" : "", a->is_recovered ? " recovered" : "",
		       a->ended ? a->ended : "(open)");
		for (size_t k = 0; k < a->found.n; k++) {
			char value[160];

			finding_value_text(&a->found.at[k], value, sizeof value);
			printf("    %s%s %s\n", a->found.at[k].state == FINDING_SEEN ? "" : "not ",
			       finding_defs[a->found.at[k].id].name, value);
		}
	}
}

static uint64_t stream(struct os_file *file, struct recording *r)
{
	static uint8_t piece[2 * PIECE];
	size_t kept = 0, used;
	uint64_t all = 0;
	int64_t n;

	do {
		n = os_read(file, piece + kept,
		            sizeof piece - kept < PIECE ? sizeof piece - kept : PIECE);
		if (n < 0)
			break;
		all += (uint64_t)n;
		kept += (size_t)n;
		used = recording_take(r, piece, kept, n == 0);
		memmove(piece, piece + used, kept - used);
		kept -= used;
	} while (n > 0);
	return all;
}

int main(int argc, char **argv)
{
	bool is_verbose = argc > 2 && strcmp(argv[1], "-v") == 0;
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct attempts attempts = {.arena = &arena};
	struct complaints complaints = {.arena = &arena};
	struct evidence ev = {.arena = &arena,
	                      .name = argc > 1 ? argv[argc - 1] : "",
	                      .found = &found,
	                      .attempts = &attempts,
	                      .complaints = &complaints};
	struct recording_plan plan = {.profile = profile_at(0)};
	struct os_file *file = argc > 1 ? os_open(argv[argc - 1]) : NULL;

	if (!file) {
		fprintf(stderr, "usage: read_capture [-v] FILE (%s)\n", argc > 1 ? os_why() : "");
		return 64;
	}

	int64_t begun = os_monotonic_us();
	struct recording *r = recording_new(&ev, &plan);
	uint64_t n = stream(file, r);

	recording_end(r);

	double s = (double)(os_monotonic_us() - begun) / 1e6;
	size_t n_failed = 0;

	for (size_t i = 0; i < attempts.n; i++)
		n_failed += attempts.at[i].is_failure;
	if (is_verbose)
		show(&attempts);
	for (size_t i = 0; i < complaints.n && i < COMPLAINTS_KEPT; i++)
		printf("complaint: byte %" PRIu64 ": %s\n", complaints.kept[i].at,
		       complaints.kept[i].says);
	printf("%.0f MB in %.3f s, %.0f MB/s, %zu attempts, %zu failed, %zu left out\n",
	       (double)n / 1e6, s, (double)n / 1e6 / s, attempts.n, n_failed, attempts.n_left_out);
	os_close(file);
	arena_fini(&arena);
	return 0;
}
