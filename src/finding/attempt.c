#include "finding/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static const char *copied(struct arena *arena, const char *s)
{
	return s ? arena_copy(arena, s, strlen(s)) : NULL;
}

static int64_t moment_of(const struct attempt *a)
{
	return a->ended_us ? a->ended_us : a->began_us;
}

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare(const void *left, const void *right)
{
	const struct attempt *a = left, *b = right;
	int by;

	if (moment_of(a) != moment_of(b))
		return moment_of(a) < moment_of(b) ? -1 : 1;
	by = compare_texts(a->host, b->host);
	return by ? by : compare_texts(a->where, b->where);
}

/* The oldest gives way: what happened last is what a person asks about. */
static struct attempt *slot_for(struct attempts *set, const struct attempt *a)
{
	size_t oldest = 0;

	if (set->n < ATTEMPTS_MAX)
		return &set->at[set->n++];
	set->n_left_out++;
	for (size_t i = 1; i < set->n; i++)
		if (compare(&set->at[i], &set->at[oldest]) < 0)
			oldest = i;
	return compare(a, &set->at[oldest]) < 0 ? NULL : &set->at[oldest];
}

void attempts_add(struct attempts *set, const struct attempt *a)
{
	if (set->n == set->cap && set->cap < ATTEMPTS_MAX) {
		size_t cap = set->cap ? set->cap * 2 : 16;
		struct attempt *at = arena_new(set->arena, cap * sizeof *at);

		if (set->n)
			memcpy(at, set->at, set->n * sizeof *at);
		set->at = at;
		set->cap = cap;
	}

	struct attempt *slot = slot_for(set, a);

	if (!slot)
		return;
	*slot = *a;
	slot->host = copied(set->arena, a->host);
	slot->client = copied(set->arena, a->client);
	slot->account = copied(set->arena, a->account);
	slot->activity = copied(set->arena, a->activity);
	slot->where = copied(set->arena, a->where);
	slot->ended = copied(set->arena, a->ended);
	slot->found = (struct findings){.arena = set->arena};
	for (size_t i = 0; i < a->found.n; i++)
		findings_add(&slot->found, &a->found.at[i]);
}

void attempts_sort(struct attempts *set)
{
	if (set->n)
		qsort(set->at, set->n, sizeof *set->at, compare);
}

static int64_t distance(const struct attempt *a, int64_t when_us)
{
	int64_t d = moment_of(a) - when_us;

	return d < 0 ? -d : d;
}

static bool is_of(const struct attempt *a, const char *host)
{
	return !host || (a->host && strcmp(a->host, host) == 0);
}

static bool is_better(const struct attempt *a, const struct attempt *than, int64_t when_us)
{
	if (!than)
		return true;
	if (when_us && distance(a, when_us) != distance(than, when_us))
		return distance(a, when_us) < distance(than, when_us);
	return compare(a, than) >= 0;
}

const struct attempt *attempts_choose(const struct attempts *set, const char *host, int64_t when_us)
{
	const struct attempt *best = NULL;

	for (size_t i = 0; i < set->n; i++)
		if (!set->at[i].is_ours && is_of(&set->at[i], host) &&
		    is_better(&set->at[i], best, when_us))
			best = &set->at[i];
	return best;
}

static bool is_among(const char *host, const char *const *hosts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(hosts[i], host) == 0)
			return true;
	return false;
}

size_t attempts_hosts(const struct attempts *set, const char **out, size_t n_most)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n && n < n_most; i++) {
		const struct attempt *a = &set->at[i];

		if (!a->is_ours && a->host && !is_among(a->host, out, n))
			out[n++] = a->host;
	}
	return n;
}
