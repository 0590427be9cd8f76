/*
 * recording_run - a recording read from memory, all at once or in pieces.
 */
#ifndef TEST_UNIT_RECORDING_RUN_H
#define TEST_UNIT_RECORDING_RUN_H

#include "read/recording.h"

struct got {
	struct arena arena;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints;
};

struct reading {
	size_t piece; /* 0: all at once */
	uint16_t port;
	const char *name;
	struct tls_secrets *secrets;
};

static inline void read_how(const void *bytes, size_t n, const struct reading *how, struct got *got)
{
	struct recording_plan plan = {
	    .profile = profile_at(0), .port = how->port, .secrets = how->secrets};
	struct evidence ev = {.arena = &got->arena,
	                      .name = how->name ? how->name : "x.pcap",
	                      .found = &got->found,
	                      .attempts = &got->attempts,
	                      .complaints = &got->complaints};
	struct recording *r;
	const uint8_t *p = bytes;
	size_t from = 0, to = 0;

	memset(got, 0, sizeof *got);
	got->found.arena = got->attempts.arena = got->complaints.arena = &got->arena;
	r = recording_new(&ev, &plan);
	do {
		to = how->piece && n - to > how->piece ? to + how->piece : n;
		from += recording_take(r, p ? p + from : p, to - from, to == n);
	} while (to < n);
	recording_end(r);
	attempts_sort(&got->attempts);
}

static inline void done(struct got *got)
{
	arena_fini(&got->arena);
}

static inline const struct finding *find(const struct attempt *a, enum finding_id id)
{
	for (size_t i = 0; i < a->found.n; i++)
		if (a->found.at[i].id == id)
			return &a->found.at[i];
	return NULL;
}

static inline bool is_seen(const struct attempt *a, enum finding_id id)
{
	const struct finding *f = find(a, id);

	return f && f->state == FINDING_SEEN;
}

#endif
