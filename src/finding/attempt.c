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

static struct attempt copy_into(struct arena *arena, const struct attempt *a)
{
	struct attempt copy = *a;

	copy.host = copied(arena, a->host);
	copy.client = copied(arena, a->client);
	copy.account = copied(arena, a->account);
	copy.activity = copied(arena, a->activity);
	copy.where = copied(arena, a->where);
	copy.ended = copied(arena, a->ended);
	copy.found = (struct findings){.arena = arena};
	for (size_t i = 0; i < a->found.n; i++)
		findings_add(&copy.found, &a->found.at[i]);
	return copy;
}

static void sort(struct attempts *set)
{
	if (set->n)
		qsort(set->at, set->n, sizeof *set->at, compare);
}

static void drop_oldest(struct attempts *set, size_t n)
{
	set->n -= n;
	set->n_left_out += n;
	memmove(set->at, set->at + n, set->n * sizeof *set->at);
}

static void free_own(struct attempts *set)
{
	if (set->own) {
		arena_fini(set->own);
		free(set->own);
	}
	set->own = NULL;
}

/* The newest half moves to fresh memory, so that what the others held can be given back. */
static void make_room(struct attempts *set)
{
	struct arena fresh = {0}, *own = malloc(sizeof *own);

	sort(set);
	drop_oldest(set, set->n - ATTEMPTS_MAX);
	for (size_t i = 0; i < set->n; i++)
		set->at[i] = copy_into(&fresh, &set->at[i]);
	free_own(set);
	if (!own) {
		arena_fini(&fresh);
		set->n = 0;
		return;
	}
	*own = fresh;
	set->own = own;
}

static void widen(struct attempts *set)
{
	size_t cap = set->cap ? set->cap * 2 : 16;
	struct attempt *at = arena_new(set->arena, cap * sizeof *at);

	if (set->n)
		memcpy(at, set->at, set->n * sizeof *at);
	set->at = at;
	set->cap = cap;
}

void attempts_add(struct attempts *set, const struct attempt *a)
{
	if (set->n == 2 * ATTEMPTS_MAX)
		make_room(set);
	if (set->n == set->cap)
		widen(set);
	set->at[set->n++] = copy_into(set->own ? set->own : set->arena, a);
}

void attempts_sort(struct attempts *set)
{
	sort(set);
	if (set->n > ATTEMPTS_MAX)
		drop_oldest(set, set->n - ATTEMPTS_MAX);
}

void attempts_fini(struct attempts *set)
{
	free_own(set);
	set->n = 0;
}

static int64_t distance(const struct attempt *a, int64_t when_us)
{
	int64_t d = moment_of(a) - when_us;

	return d < 0 ? -d : d;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* "dc1" is "DC1.corp.example", and an address is the same with a port behind it. */
static bool is_of(const struct attempt *a, const char *host)
{
	size_t n = 0;
	bool is_name = false;

	if (!host || !a->host)
		return !host;
	for (; host[n] && lower(host[n]) == lower(a->host[n]); n++)
		is_name |= lower(host[n]) >= 'a' && lower(host[n]) <= 'z' && !strchr(host, ':');
	return !host[n] && (!a->host[n] || a->host[n] == ':' || (is_name && a->host[n] == '.'));
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

/* "192.0.2.7:49152" and "192.0.2.7" are one client. */
static bool is_same_client(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), least = n < m ? n : m;
	const char *longer = n < m ? b : a;

	return memcmp(a, b, least) == 0 && (n == m || longer[least] == ':');
}

bool attempts_are_one(const struct attempt *a, const struct attempt *b)
{
	if (a->origin == b->origin || !a->began_us || !b->began_us)
		return false;
	if (distance(a, moment_of(b)) > ATTEMPT_APART_US)
		return false;
	return !a->client || !b->client || is_same_client(a->client, b->client);
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
