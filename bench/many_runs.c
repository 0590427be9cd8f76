/*
 * Probes a played host many times in one process, as a service that watches hosts would, and
 * prints resident memory and open descriptors after a tenth of the runs and after all.
 *
 *     many_runs RUNS
 *
 * Built twice: over the network in memory, where every scenario of the lab has its turn and
 * silence costs no time; and over the system's, with a healthy host at 127.0.0.2 to 127.0.0.251.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "lab/server.h"
#include "os/os.h"
#include "probe/probe.h"
#include "why/infer.h"

#ifdef NET_IS_FAKE
#include "net_fake.h"
#endif

#define MEASURES_MAX  32
#define ADDRESSES     250
#define DEADLINE_US   10000000LL
#define TOLERATED     0.01
#define THREADS_END_S 30

struct run {
	struct net *net;
	struct arena arena;
	struct findings findings;
	struct probe *probe;
	struct net_timer *deadline;
	enum verdict_state verdict;
};

/* --- one run --- */

static bool ask_further(struct run *r)
{
	const struct measure *open[MEASURES_MAX];
	size_t n = probe_open_measures(r->probe, open, MEASURES_MAX);

	for (size_t i = 0; i < n; i++)
		if (!open[i]->is_by_code && probe_measure(r->probe, open[i]))
			return true;
	return false;
}

static void on_idle(void *context)
{
	struct run *r = context;

	r->verdict = infer(&r->findings, net_wall_us(r->net), &r->arena).state;
	if (r->verdict == VERDICT_HEALTHY || !ask_further(r))
		net_stop(r->net);
}

static void on_deadline(void *context)
{
	struct run *r = context;

	r->deadline = NULL;
	probe_stop(r->probe);
	net_stop(r->net);
}

static void probe_once(struct run *r, const struct net_address *at)
{
	struct target target = {.is_literal = true, .address = *at, .port = at->port};
	struct probe_options options = {
	    .target = &target, .profile = profile_at(0), .limit_us = DEADLINE_US};

	net_address_text(at, target.name);
	net_address_text(at, target.ascii);
	r->findings.arena = &r->arena;
	r->probe = probe_new(r->net, &options, &r->findings, on_idle, r);
	r->deadline = net_after(r->net, DEADLINE_US, on_deadline, r);
	probe_start(r->probe);
	net_run(r->net);
	probe_fini(r->probe);
	if (r->deadline)
		net_timer_stop(r->deadline);
}

static const struct scenario *scenario_of(size_t i)
{
#ifdef NET_IS_FAKE
	size_t n = 0;

	while (scenario_at(n))
		n++;
	return scenario_at(i % n);
#else
	(void)i;
	return scenario_by_id("healthy");
#endif
}

static void die(const char *why)
{
	fprintf(stderr, "many_runs: %s\n", why);
	exit(1);
}

static void run(size_t i)
{
	struct net_address at = {.bytes = {127, 0, 0, (uint8_t)(2 + i % ADDRESSES)}};
	struct run r = {.net = net_new()};
	const struct scenario *scenario = scenario_of(i);
	const char *error = "no event loop";
	struct lab *lab = r.net ? lab_start(r.net, scenario, &at, &error) : NULL;

	if (!lab)
		die(error);
	lab_address(lab, &at);
	probe_once(&r, &at);
	if (scenario == scenario_by_id("healthy") && r.verdict != VERDICT_HEALTHY)
		die("a healthy host was not found healthy");
	lab_stop(lab);
	net_free(r.net);
	arena_fini(&r.arena);
}

/* --- what is left behind --- */

struct left {
	long resident_kib, descriptors;
};

static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long pages = 0;

	if (!file || fscanf(file, "%*d %ld", &pages) != 1)
		die("/proc/self/statm cannot be read");
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Without the two dots. */
static long entries(const char *path)
{
	DIR *folder = opendir(path);
	long n = -2;

	if (!folder)
		die("/proc/self cannot be read");
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

/* Look-ups that hang are left behind on purpose; the system's resolver gives them up in time. */
static void let_threads_end(void)
{
	for (int i = 0; i < THREADS_END_S * 100 && entries("/proc/self/task") > 1; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static struct left left_now(void)
{
	let_threads_end();
	return (struct left){.resident_kib = resident_kib(),
	                     .descriptors = entries("/proc/self/fd") - 1};
}

static bool is_equal(long before, long after)
{
	return (double)(after - before) <= TOLERATED * (double)before;
}

static void print(const char *what, const char *unit, long before, long after)
{
	printf("%s %ld %s %.4f <=%.2f %s\n", what, after, unit, (double)after / (double)before,
	       1 + TOLERATED, is_equal(before, after) ? "ok" : "MISSED");
}

int main(int n, char **words)
{
	size_t runs = n == 2 ? strtoul(words[1], NULL, 10) : 0;
	struct left before = {0}, after;
	int64_t began = os_monotonic_us();

	if (runs < 10)
		die("usage: many_runs RUNS, 10 at least");
	for (size_t i = 0; i < runs; i++) {
		if (i == runs / 10)
			before = left_now();
		run(i);
	}
	after = left_now();
	print("memory", "KiB", before.resident_kib, after.resident_kib);
	print("descriptors", "open", before.descriptors, after.descriptors);
	fprintf(stderr, "many_runs: %zu runs, %lld us each\n", runs,
	        (long long)(os_monotonic_us() - began) / (long long)runs);
	return 0;
}
