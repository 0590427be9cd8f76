/*
 * read_events - event logs read in pieces of 1 MiB, as the program reads them, and nothing else.
 *
 *   read_events FILE...     bytes, attempts and findings, on one line
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "read/events.h"

#define PIECE (1024u * 1024u)

static bool read_log(struct events *events, struct evidence *ev, const char *path,
                     unsigned long long *bytes)
{
	static uint8_t buffer[2 * PIECE];
	size_t have = 0, got;
	bool is_last = false;
	FILE *f = fopen(path, "rb");

	if (!f)
		return false;
	setvbuf(f, NULL, _IONBF, 0);
	ev->name = path;
	events_begin(events, ev);
	while (!is_last) {
		size_t used;

		got = fread(buffer + have, 1, PIECE, f);
		*bytes += got;
		have += got;
		is_last = got < PIECE;
		used = events_take(events, buffer, have, is_last);
		have -= used;
		memmove(buffer, buffer + used, have);
	}
	events_end(events);
	fclose(f);
	return true;
}

int main(int argc, char **argv)
{
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct attempts attempts = {.arena = &arena};
	struct complaints complaints = {.arena = &arena};
	struct evidence ev = {.arena = &arena,
	                      .found = &found,
	                      .attempts = &attempts,
	                      .complaints = &complaints};
	struct events *events = events_new(&arena);
	unsigned long long bytes = 0;

	for (int i = 1; i < argc; i++) {
		if (read_log(events, &ev, argv[i], &bytes))
			continue;
		fprintf(stderr, "read_events: %s: cannot be opened\n", argv[i]);
		return EXIT_FAILURE;
	}
	ev.name = NULL;
	events_conclude(events, &ev);
	printf("%llu bytes, %zu attempts, %zu findings, %zu complaints\n", bytes,
	       attempts.n + attempts.n_left_out, found.n, complaints.n);
	arena_fini(&arena);
	return EXIT_SUCCESS;
}
