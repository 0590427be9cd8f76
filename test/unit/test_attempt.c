/*
 * Attempts: which one a verdict is about, and that the newest are kept.
 */
#include "harness.h"

#include "finding/attempt.h"

#define SECOND 1000000LL

static struct attempt at(const char *host, int64_t second)
{
	return (struct attempt){.origin = ORIGIN_LOG,
	                        .host = host,
	                        .client = "192.0.2.9:50000",
	                        .where = "x.evtx",
	                        .began_us = second * SECOND,
	                        .reached = STAGE_TCP};
}

static void the_last_of_a_host_counts(void **state)
{
	struct arena arena = {0};
	struct attempts set = {.arena = &arena};
	struct attempt a = at("one", 100), b = at("two", 200), c = at("one", 50);

	(void)state;
	attempts_add(&set, &a);
	attempts_add(&set, &b);
	attempts_add(&set, &c);
	attempts_sort(&set);
	assert_int_equal(set.at[0].began_us, 50 * SECOND);
	assert_string_equal(attempts_choose(&set, NULL, 0)->host, "two");
	assert_int_equal(attempts_choose(&set, "one", 0)->began_us, 100 * SECOND);
	assert_int_equal(attempts_choose(&set, NULL, 60 * SECOND)->began_us, 50 * SECOND);
	assert_null(attempts_choose(&set, "three", 0));
	c.host = "DC1.corp.example";
	attempts_add(&set, &c);
	c.host = "192.0.2.77:3389";
	attempts_add(&set, &c);
	assert_non_null(attempts_choose(&set, "dc1", 0));
	assert_non_null(attempts_choose(&set, "dc1.CORP.example", 0));
	assert_null(attempts_choose(&set, "dc", 0));
	assert_non_null(attempts_choose(&set, "192.0.2.77", 0));
	assert_null(attempts_choose(&set, "192.0", 0));
	assert_null(attempts_choose(&set, "192.0.2.7", 0));
	arena_fini(&arena);
}

static void ours_never_count(void **state)
{
	struct arena arena = {0};
	struct attempts set = {.arena = &arena};
	struct attempt theirs = at("one", 100), ours = at("one", 200);
	const char *hosts[4];

	(void)state;
	ours.is_ours = true;
	attempts_add(&set, &theirs);
	attempts_add(&set, &ours);
	assert_int_equal(attempts_choose(&set, "one", 0)->began_us, 100 * SECOND);
	ours.host = "two";
	attempts_add(&set, &ours);
	assert_int_equal(attempts_hosts(&set, hosts, 4), 1);
	arena_fini(&arena);
}

static void findings_and_texts_are_copied(void **state)
{
	struct arena arena = {0};
	struct attempts set = {.arena = &arena};
	char host[] = "one";
	struct attempt a = at(host, 1);
	struct finding f = finding_of(F_TCP_CONNECTED, ORIGIN_CAPTURE);

	(void)state;
	a.found.arena = &arena;
	findings_add(&a.found, &f);
	attempts_add(&set, &a);
	host[0] = 'X';
	a.found.at[0].id = F_TCP_SILENT;
	assert_string_equal(set.at[0].host, "one");
	assert_int_equal(set.at[0].found.at[0].id, F_TCP_CONNECTED);
	arena_fini(&arena);
}

static void the_newest_are_kept(void **state)
{
	struct arena arena = {0};
	struct attempts set = {.arena = &arena};

	(void)state;
	for (int i = 0; i < 5 * ATTEMPTS_MAX + 10; i++) {
		struct attempt a = at("one", 1 + i);

		attempts_add(&set, &a);
	}
	attempts_sort(&set);
	assert_int_equal(set.n, ATTEMPTS_MAX);
	assert_int_equal(set.n_left_out, 4 * ATTEMPTS_MAX + 10);
	assert_int_equal(set.at[0].began_us, (4 * ATTEMPTS_MAX + 11) * SECOND);
	assert_string_equal(set.at[0].host, "one");
	attempts_fini(&set);
	arena_fini(&arena);
}

static void one_try_in_two_kinds_of_evidence(void **state)
{
	struct attempt log = at("pc-17", 100), seen = at("192.0.2.7:3389", 101);

	(void)state;
	seen.origin = ORIGIN_CAPTURE;
	log.client = "192.0.2.9";
	assert_true(attempts_are_one(&log, &seen));
	log.client = "192.0.2.90";
	assert_false(attempts_are_one(&log, &seen));
	log.client = NULL;
	assert_true(attempts_are_one(&log, &seen));
	log.began_us += 600 * SECOND;
	assert_false(attempts_are_one(&log, &seen));
	log.began_us = 0;
	assert_false(attempts_are_one(&log, &seen));
	seen.origin = ORIGIN_LOG;
	assert_false(attempts_are_one(&log, &seen));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_of_a_host_counts),
	    cmocka_unit_test(ours_never_count),
	    cmocka_unit_test(findings_and_texts_are_copied),
	    cmocka_unit_test(the_newest_are_kept),
	    cmocka_unit_test(one_try_in_two_kinds_of_evidence),
	};

	return RUN(tests);
}
