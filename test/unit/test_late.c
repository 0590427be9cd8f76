/*
 * Answers that come late: by lost packets of the host, which our TCP does not notice, and by
 * what is no loss.
 */
#include "harness.h"

#include "lab/faults.h"
#include "probe_run.h"

#define RUNS    60
#define LATENCY .latency_us = 8000 /* of a host 16 ms away */

static const struct fake_path lossy = {LATENCY, .down = {.percent_lost = 30}};

/* One run to a host at the end of such a path. */
static void run_over(struct probe_run *r, const char *scenario, const struct fake_path *of,
                     uint64_t luck, int seconds)
{
	struct fake_path path = *of;

	path.to = run_address("192.0.2.7");
	path.to.port = 0;
	probe_run_init(r, RUN_HOST);
	r->timeout_us = seconds * 1000000LL;
	probe_run_name(r, (const char *const[]){"192.0.2.7"}, 1);
	net_fake_luck(r->net, luck);
	net_fake_path(r->net, &path);
	probe_run_play(r, scenario_by_id(scenario), "192.0.2.7");
	probe_run_go(r);
}

static void what_the_host_lost_is_noticed(void **state)
{
	(void)state;
	size_t n_late = 0, n_told = 0, n_healthy = 0;

	for (uint64_t i = 0; i < RUNS; i++) {
		struct probe_run r;
		const struct finding *f;

		run_over(&r, "healthy", &lossy, i, 10);
		f = run_find(&r, F_PATH_LATE_ANSWERS);
		if (f) {
			n_late++;
			n_told += f->state == FINDING_SEEN;
			assert_true(f->number <= 100);
		}
		n_healthy += r.d.state == VERDICT_HEALTHY;
		assert_true(r.d.state != VERDICT_CAUSE);
		probe_run_fini(&r);
	}
	print_message("# asked again %zu, told %zu, healthy %zu of %d\n", n_late, n_told, n_healthy,
	              RUNS);
	assert_true(n_told >= n_late * 8 / 10);
	assert_true(n_healthy <= RUNS / 4); /* where nothing was lost, or one packet */
}

static void assert_no_loss(const char *scenario, const struct fake_path *path)
{
	for (uint64_t i = 0; i < RUNS; i++) {
		struct probe_run r;

		run_over(&r, scenario, path, i, 10);
		if (run_saw(&r, F_PATH_LATE_ANSWERS) || run_saw(&r, F_PATH_LOSS))
			fail_msg("%s: loss in run %d", scenario, (int)i);
		assert_int_equal(r.d.state, VERDICT_HEALTHY);
		probe_run_fini(&r);
	}
}

static void what_is_no_loss_is_none(void **state)
{
	(void)state;
	static const struct fake_path mobile = {LATENCY, .down = {.jitter_us = 120000}},
	                              busy = {LATENCY, .down = {.jitter_us = 800000}};

	assert_no_loss("healthy", &mobile);
	assert_no_loss("healthy", &busy);
}

static void slowness_that_lasts_is_no_loss(void **state)
{
	(void)state;
	static const struct fake_path sound = {LATENCY};
	struct probe_run r;

	run_over(&r, "healthy-tls-slow", &sound, 1, 10);
	assert_false(run_saw(&r, F_PATH_LATE_ANSWERS));
	assert_int_equal(r.d.state, VERDICT_HEALTHY);
	probe_run_fini(&r);
}

/* In how many runs somebody looked again, be it in vain. */
static size_t n_asked_again(const char *scenario, const struct fake_path *path, int seconds)
{
	size_t n = 0;

	for (uint64_t i = 0; i < RUNS; i++) {
		struct probe_run r;

		run_over(&r, scenario, path, i, seconds);
		n += run_find(&r, F_PATH_LATE_ANSWERS) != NULL;
		assert_false(r.was_stopped);
		probe_run_fini(&r);
	}
	return n;
}

/* Each connection takes six seconds: four do not fit into ten. */
static void what_would_outlast_the_run_is_not_begun(void **state)
{
	(void)state;
	assert_true(n_asked_again("nla-slow", &lossy, 60) > 0);
	assert_int_equal(n_asked_again("nla-slow", &lossy, 10), 0);
	assert_true(n_asked_again("healthy", &lossy, 10) > 0);
}

/* In how many runs the way of 16 ms is told to be a long one, seen from a busy computer. */
static size_t n_long_way(bool has_no_counts)
{
	struct fake_path path = {LATENCY, .has_no_counts = has_no_counts, .busy_us = 400000};
	size_t n = 0;

	for (uint64_t i = 0; i < RUNS; i++) {
		struct probe_run r;

		run_over(&r, "healthy", &path, i, 10);
		n += run_find(&r, F_PATH_RTT)->number >= 300;
		probe_run_fini(&r);
	}
	return n;
}

static void our_own_slowness_is_no_long_way(void **state)
{
	(void)state;
	assert_int_equal(n_long_way(false), 0);
	assert_in_range(n_long_way(true), 0, RUNS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_host_lost_is_noticed),
	    cmocka_unit_test(what_is_no_loss_is_none),
	    cmocka_unit_test(slowness_that_lasts_is_no_loss),
	    cmocka_unit_test(our_own_slowness_is_no_long_way),
	    cmocka_unit_test(what_would_outlast_the_run_is_not_begun),
	};

	return RUN(tests);
}
