/*
 * Every cause of the catalogue is reproduced by a scenario or by something that is named, or it
 * is said why not; and whoever is named exists.
 */
#include "harness.h"

#include "lab/coverage.h"
#include "lab/faults.h"
#include "why/cause.h"

static bool is_played(const char *cause)
{
	for (size_t i = 0; scenario_at(i); i++)
		if (scenario_at(i)->cause && strcmp(scenario_at(i)->cause, cause) == 0)
			return true;
	return false;
}

static void every_cause_is_reproduced_or_it_is_said_why_not(void **state)
{
	(void)state;
	size_t n_missing = 0;

	for (size_t i = 0; i < cause_count(); i++) {
		const char *cause = cause_at(i)->id;

		if (is_played(cause) || coverage_next(cause, NULL))
			continue;
		print_message("# %s: no scenario and no row in src/lab/coverage.c\n", cause);
		n_missing++;
	}
	assert_int_equal(n_missing, 0);
}

static void every_row_is_of_a_cause(void **state)
{
	(void)state;
	for (size_t i = 0; coverage_at(i); i++)
		if (!cause_by_id(coverage_at(i)->cause))
			fail_msg("%s is no cause", coverage_at(i)->cause);
}

/* Rows of one cause stand together, so that a list can be made by walking. */
static void rows_are_in_the_order_of_causes(void **state)
{
	(void)state;
	size_t last = 0;

	for (size_t i = 0; coverage_at(i); i++) {
		size_t at = cause_index(coverage_at(i)->cause);

		if (at < last)
			fail_msg("%s stands too late", coverage_at(i)->cause);
		last = at;
	}
}

static void who_plays_nothing_says_why_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; coverage_at(i); i++) {
		const struct coverage *c = coverage_at(i);

		if (c->by != BY_NOBODY)
			continue;
		assert_true(strlen(c->with) > 40);
		assert_false(is_played(c->cause));
		assert_ptr_equal(coverage_next(c->cause, NULL), c);
		assert_null(coverage_next(c->cause, c));
	}
}

static bool speaks_for(const struct cause *cause, enum finding_id finding)
{
	for (size_t i = 0; i < EVIDENCE_MAX && cause->evidence[i].finding; i++)
		if (cause->evidence[i].finding == finding && cause->evidence[i].strength > 0)
			return true;
	return false;
}

/* What a fixture shows must be what makes the cause known. */
static void what_a_fixture_shows_speaks_for_its_cause(void **state)
{
	(void)state;
	for (size_t i = 0; coverage_at(i); i++) {
		const struct coverage *c = coverage_at(i);
		bool needs_finding = c->by == BY_HOST_STATE || c->by == BY_HOST_LOG ||
		                     c->by == BY_CLIENT_STATE || c->by == BY_CODE;

		if (needs_finding != (c->finding != F_NONE))
			fail_msg("%s by %s: a finding is missing or too much", c->cause,
			         player_name(c->by));
		if (c->finding && !speaks_for(cause_by_id(c->cause), c->finding))
			fail_msg("%s does not speak for %s", finding_defs[c->finding].name,
			         c->cause);
	}
}

static void scenarios_that_are_named_exist(void **state)
{
	(void)state;
	for (size_t i = 0; coverage_at(i); i++) {
		const struct coverage *c = coverage_at(i);

		assert_true(c->with || c->finding);
		if (c->by == BY_SCENARIO && !scenario_by_id(c->with))
			fail_msg("%s is no scenario", c->with);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_cause_is_reproduced_or_it_is_said_why_not),
	    cmocka_unit_test(every_row_is_of_a_cause),
	    cmocka_unit_test(rows_are_in_the_order_of_causes),
	    cmocka_unit_test(who_plays_nothing_says_why_and_nothing_else),
	    cmocka_unit_test(what_a_fixture_shows_speaks_for_its_cause),
	    cmocka_unit_test(scenarios_that_are_named_exist),
	};

	return RUN(tests);
}
