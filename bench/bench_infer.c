/*
 * Times infer over the whole catalogue and 200 findings, and the same with none; prints
 * one line; microseconds, median of many runs.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "os/os.h"
#include "why/infer.h"

#define RUNS      401
#define FINDINGS  200
#define BUDGET_US 1000

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static struct finding nth(size_t i)
{
	enum finding_id id = (enum finding_id)(1 + i * 7 % (F_COUNT - 1));
	struct finding f = finding_of(id, (enum origin)(i % ORIGIN_COUNT));

	f.state = i % 5 ? FINDING_SEEN : FINDING_ABSENT;
	f.number = (int64_t)(i % 9);
	f.text = "text";
	f.when_us = (int64_t)(i + 1) * 1000000;
	return f;
}

static int64_t median_of(size_t n_findings)
{
	int64_t times[RUNS];

	for (size_t run = 0; run < RUNS; run++) {
		struct arena arena = {0};
		struct findings set = {.arena = &arena};

		for (size_t i = 0; i < n_findings; i++) {
			struct finding f = nth(i);

			findings_add(&set, &f);
		}

		int64_t began = os_monotonic_us();
		struct diagnosis d = infer(&set, 0, &arena);

		times[run] = os_monotonic_us() - began;
		if (!d.text)
			abort();
		arena_fini(&arena);
	}
	qsort(times, RUNS, sizeof *times, by_size);
	return times[RUNS / 2];
}

int main(void)
{
	long long none = median_of(0), many = median_of(FINDINGS);

	printf("infer,%zu-causes,%d-findings/no-finding %lldus %.2f <=%dus %s\n", cause_count(),
	       FINDINGS, many, (double)many / (double)(none ? none : 1), BUDGET_US,
	       many <= BUDGET_US ? "ok" : "MISSED");
	return 0;
}
