#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/moment.h"
#include "why/explain.h"
#include "why/infer.h"
#include "why/posterior.h"
#include "why/strength.h"

struct bench {
	struct arena arena;
	struct findings set;
};

static struct bench *setup(struct bench *b)
{
	*b = (struct bench){0};
	b->set.arena = &b->arena;
	return b;
}

static struct diagnosis run(struct bench *b)
{
	return infer(&b->set, 0, &b->arena);
}

static double p_of(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_causes; i++)
		if (strcmp(d->causes[i].cause->id, id) == 0)
			return d->causes[i].p;
	return 0;
}

static bool has_id(const struct cause *const *list, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i]->id, id) == 0)
			return true;
	return false;
}

static void add_code(struct findings *set, uint32_t disconnect, uint32_t extended)
{
	struct code_question q = {.readings = {disconnect},
	                          .n_readings = 1,
	                          .has_extended = true,
	                          .extended = {extended},
	                          .n_extended = 1};

	code_findings(&q, set);
}

static void add_passed(struct findings *set, enum stage_id last)
{
	ADD(set, F_NAME_RESOLVED, ORIGIN_PROBE, 1, NULL);
	ADD(set, F_TCP_CONNECTED, ORIGIN_PROBE, 0, NULL);
	if (last >= STAGE_NEGOTIATION)
		ADD(set, F_NEG_SELECTED, ORIGIN_PROBE, 2, NULL);
	if (last >= STAGE_TLS)
		ADD(set, F_TLS_COMPLETED, ORIGIN_PROBE, 0, NULL);
	if (last >= STAGE_NLA)
		ADD(set, F_NLA_CHALLENGE, ORIGIN_PROBE, 0, NULL);
}

#define EXPECT_CAUSE(d, expected)                                                                  \
	do {                                                                                       \
		if ((d).state != VERDICT_CAUSE || strcmp((d).cause->id, (expected)) != 0)          \
			fail_msg("expected %s, got %s %s (%.3f): %s", (expected),                  \
			         verdict_state_name((d).state),                                    \
			         (d).n_causes ? (d).causes[0].cause->id : "nothing",               \
			         (d).n_causes ? (d).causes[0].p : 0.0, (d).text);                  \
	} while (0)

#define EXPECT_UNCERTAIN(d, expected_reason, first)                                                \
	do {                                                                                       \
		if ((d).state != VERDICT_UNCERTAIN || (d).reason != (expected_reason) ||           \
		    (*(first) && strcmp((d).causes[0].cause->id, (first)) != 0))                   \
			fail_msg("expected uncertain/%s, got %s/%s %s (%.3f)",                     \
			         verdict_reason_name(expected_reason),                             \
			         verdict_state_name((d).state), verdict_reason_name((d).reason),   \
			         (d).n_causes ? (d).causes[0].cause->id : "nothing",               \
			         (d).n_causes ? (d).causes[0].p : 0.0);                            \
	} while (0)

/* --- properties --- */

/* A reproducible stream of numbers; xorshift. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static const char *first_choice(const char *choices)
{
	static char word[64];
	size_t n = strcspn(choices, "|");

	memcpy(word, choices, n);
	word[n] = '\0';
	return word;
}

static struct finding random_finding_of(enum finding_id id, uint32_t *seed)
{
	const struct finding_def *def = &finding_defs[id];
	struct finding f = finding_of(id, (enum origin)(next_random(seed) % ORIGIN_COUNT));

	f.state = next_random(seed) % 4 ? FINDING_SEEN : FINDING_ABSENT;
	f.number = next_random(seed) % 12;
	if (def->type == T_CHOICE)
		f.text = first_choice(def->choices);
	else if (def->type == T_TEXT)
		f.text = "text";
	f.when_us = (int64_t)(next_random(seed) % 1000) * 1000000 + 1;
	if (next_random(seed) % 5 == 0)
		f.group = "together";
	return f;
}

static struct finding random_finding(uint32_t *seed)
{
	return random_finding_of((enum finding_id)(1 + next_random(seed) % (F_COUNT - 1)), seed);
}

static void masses_sum_to_one(void **state)
{
	(void)state;
	uint32_t seed = 7;

	for (int round = 0; round < 60; round++) {
		struct bench b;
		int n = (int)(next_random(&seed) % 40);

		setup(&b);
		for (int i = 0; i < n; i++) {
			struct finding f = random_finding(&seed);

			findings_add(&b.set, &f);
		}

		struct evidence_index index = evidence_index(&b.set, 0, &b.arena);
		struct question question = {.code_class = (enum code_class)(round % CLASS_COUNT),
		                            .blame = true};
		struct posterior p = posterior(&index, &question, &b.arena);
		double sum = p.healthy + p.unknown;

		for (size_t i = 0; i < p.n; i++) {
			assert_true(p.own[i] >= 0 && p.own[i] <= 1);
			assert_true(p.mass[i] >= p.own[i] - 1e-12);
			if (p.parent[i] < 0)
				sum += p.mass[i];
		}
		assert_true(fabs(sum - 1) < 1e-9);
		arena_fini(&b.arena);
	}
}

static double family_of(const struct diagnosis *d, const char *id)
{
	return d->shown->mass[posterior_root(d->shown, (int)cause_index(id))];
}

static bool has_strong(const struct candidate *c)
{
	for (size_t i = 0; i < c->n_for; i++)
		if (c->arguments_for[i].strength >= STRONG)
			return true;
	return false;
}

/* What a page may claim for something that the verdict does not name. */
static void assert_no_more_than_decided(const struct diagnosis *d)
{
	double sum = d->shown->healthy + d->shown->unknown;

	for (size_t i = 0; i < d->shown->n; i++) {
		assert_true(d->shown->own[i] >= 0 && d->shown->own[i] <= 1 + 1e-9);
		sum += d->shown->parent[i] < 0 ? d->shown->mass[i] : 0;
	}
	assert_true(fabs(sum - 1) < 1e-9);
	assert_true(fabs(d->shown->unknown - d->p_unknown) < 1e-12);
	if (d->n_causes)
		assert_true(d->causes[0].p <= family_of(d, d->causes[0].cause->id) + 1e-9);
	if (d->state == VERDICT_CAUSE)
		assert_true(d->confidence >= CAUSE_NAMED);
	if (d->state == VERDICT_UNCERTAIN && d->n_causes && has_strong(&d->causes[0]) &&
	    d->reason == REASON_SEVERAL)
		assert_true(d->causes[0].p < CAUSE_NAMED);
}

static void what_is_printed_decides_nothing(void **state)
{
	(void)state;
	uint32_t seed = 11;

	for (int round = 0; round < 200; round++) {
		struct bench b;
		struct diagnosis d;
		int n = (int)(next_random(&seed) % 12);

		setup(&b);
		for (int i = 0; i < n; i++) {
			struct finding f = random_finding(&seed);

			findings_add(&b.set, &f);
		}
		d = infer(&b.set, 0, &b.arena);
		assert_no_more_than_decided(&d);
		arena_fini(&b.arena);
	}
}

static void order_does_not_matter(void **state)
{
	(void)state;
	/* In every other round few kinds of finding, so that they repeat and contradict. */
	static const enum finding_id few[] = {F_CLIENT_CODE,   F_CLIENT_EXTENDED, F_NEG_SELECTED,
	                                      F_PATH_IDLE_CUT, F_TLS_ALERT,       F_CLOCK_OFFSET};
	uint32_t seed = 11;

	for (int round = 0; round < 200; round++) {
		struct bench a, b;
		struct finding all[25];

		setup(&a);
		setup(&b);
		for (size_t i = 0; i < 25; i++) {
			all[i] = round % 2 ? random_finding(&seed)
			                   : random_finding_of(few[next_random(&seed) % 6], &seed);
			/* first_choice reuses its buffer, so keep the words apart */
			if (finding_defs[all[i].id].type == T_CHOICE)
				all[i].text = "none of them";
		}
		for (size_t i = 0; i < 25; i++)
			findings_add(&a.set, &all[i]);
		for (size_t i = 25; i > 0; i--) {
			size_t k = next_random(&seed) % i;

			findings_add(&b.set, &all[k]);
			all[k] = all[i - 1];
		}

		struct diagnosis da = run(&a), db = run(&b);

		assert_int_equal(da.state, db.state);
		assert_int_equal(da.reason, db.reason);
		assert_ptr_equal(da.cause, db.cause);
		assert_int_equal(da.n_causes, db.n_causes);
		for (size_t i = 0; i < da.n_causes; i++) {
			assert_ptr_equal(da.causes[i].cause, db.causes[i].cause);
			assert_true(fabs(da.causes[i].p - db.causes[i].p) < 1e-9);
			assert_int_equal(da.causes[i].n_for, db.causes[i].n_for);
		}
		arena_fini(&a.arena);
		arena_fini(&b.arena);
	}
}

static struct finding finding_for(const struct evidence_row *e)
{
	const struct finding_def *def = &finding_defs[e->finding];
	struct finding f = finding_of(e->finding, ORIGIN_HOST);

	f.number = e->test == LACKS ? 0 : e->test == IS_NOT ? e->value + 1 : e->value;
	f.text = e->test == IS_NOT && e->word ? "another" : e->word;
	if (!f.text && def->type == T_CHOICE)
		f.text = first_choice(def->choices);
	if (!f.text && def->type == T_TEXT)
		f.text = "something";
	f.when_us = 1000000;
	return f;
}

/* Evidence for a cause never lowers what speaks for it, whatever else is known. */
static void evidence_for_never_lowers(void **state)
{
	(void)state;
	uint32_t seed = 23;

	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);

		for (size_t k = 0; k < EVIDENCE_MAX && c->evidence[k].finding; k++) {
			struct bench b;
			struct finding f = finding_for(&c->evidence[k]);

			if (c->evidence[k].strength < 0)
				continue;
			setup(&b);
			for (int n = 0; n < 12; n++) {
				struct finding other = random_finding(&seed);

				other.group = NULL;
				if (other.id != f.id)
					findings_add(&b.set, &other);
			}

			struct evidence_index before = evidence_index(&b.set, 0, &b.arena);
			double low = weigh(c, &before, true, &b.arena).log_ratio;

			findings_add(&b.set, &f);

			struct evidence_index after = evidence_index(&b.set, 0, &b.arena);

			assert_true(evidence_matches(&c->evidence[k], &f));
			if (weigh(c, &after, true, &b.arena).log_ratio < low - 1e-9)
				fail_msg("%s is lowered by %s", c->id, finding_defs[f.id].name);
			arena_fini(&b.arena);
		}
	}
}

static void absent_is_not_the_same_as_not_looked_for(void **state)
{
	(void)state;
	struct bench none, absent, there;

	setup(&none);
	setup(&absent);
	setup(&there);
	ADD(&none.set, F_NAME_RESOLVED, ORIGIN_PROBE, 1, NULL);
	ADD(&absent.set, F_NAME_RESOLVED, ORIGIN_PROBE, 1, NULL);
	ADD(&there.set, F_NAME_RESOLVED, ORIGIN_PROBE, 1, NULL);
	add_absent(&absent.set, F_TCP_OTHER_PORTS_SILENT, ORIGIN_PROBE);
	ADD(&there.set, F_TCP_OTHER_PORTS_SILENT, ORIGIN_PROBE, 0, NULL);

	struct diagnosis dn = run(&none), da = run(&absent), dt = run(&there);
	double n = p_of(&dn, "host-offline-or-asleep"), a = p_of(&da, "host-offline-or-asleep"),
	       t = p_of(&dt, "host-offline-or-asleep");

	assert_true(a < n);
	assert_true(n < t);
	arena_fini(&none.arena);
	arena_fini(&absent.arena);
	arena_fini(&there.arena);
}

/* The same closed hello in four TLS versions is one piece of evidence. */
static void a_group_counts_once(void **state)
{
	(void)state;
	struct bench one, four, apart;
	const struct cause *c = cause_by_id("machinekeys-inaccessible");

	setup(&one);
	setup(&four);
	setup(&apart);
	ADD(&one.set, F_TLS_CLOSED_AFTER_HELLO, ORIGIN_PROBE, 0, "rst");
	for (int i = 0; i < 4; i++) {
		struct finding f = seen(F_TLS_CLOSED_AFTER_HELLO, ORIGIN_PROBE, 0, "rst");
		char name[16];

		f.group = "hello";
		findings_add(&four.set, &f);
		snprintf(name, sizeof name, "hello %d", i);
		f.group = name;
		findings_add(&apart.set, &f);
	}

	struct evidence_index x1 = evidence_index(&one.set, 0, &one.arena);
	struct evidence_index x4 = evidence_index(&four.set, 0, &four.arena);
	struct evidence_index xa = evidence_index(&apart.set, 0, &apart.arena);
	double l1 = weigh(c, &x1, true, &one.arena).log_ratio;

	assert_true(l1 > 0);
	assert_true(fabs(weigh(c, &x4, true, &four.arena).log_ratio - l1) < 1e-12);
	assert_true(fabs(weigh(c, &xa, true, &apart.arena).log_ratio - 4 * l1) < 1e-9);
	arena_fini(&one.arena);
	arena_fini(&four.arena);
	arena_fini(&apart.arena);
}

static void nothing_seen_from_outside_is_surer_than_its_ceiling(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_NEGOTIATION);
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++) {
		if (id == F_TLS_COMPLETED || id == F_NLA_CHALLENGE || id == F_SESSION_STARTED)
			continue;
		if (finding_defs[id].stage == STAGE_TLS && finding_defs[id].type == T_FACT)
			add_absent(&b.set, id, ORIGIN_PROBE);
	}
	ADD(&b.set, F_TLS_CLOSED_AFTER_HELLO, ORIGIN_PROBE, 0, "rst");

	struct diagnosis d = run(&b);

	for (size_t i = 0; i < d.n_causes; i++)
		assert_true(d.causes[i].p <= CEILING_OUTSIDE + 1e-9);
	arena_fini(&b.arena);
}

/* --- verdicts --- */

static void a_code_alone_names_no_cause(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_code(&b.set, 0x904, 0x7);

	struct diagnosis d = run(&b);

	EXPECT_UNCERTAIN(d, REASON_CODE_ONLY, "machinekeys-inaccessible");
	assert_true(d.causes[0].p < 0.5);
	assert_int_equal(d.n_set, 0);
	assert_int_equal(d.n_fixes, 0);
	assert_true(d.n_checks > 0);
	arena_fini(&b.arena);
}

static void a_code_that_decides_is_at_most_ninety(void **state)
{
	(void)state;
	static const struct {
		uint32_t code;
		const char *cause;
	} cases[] = {{0xD07, "account-locked"},
	             {0xF07, "password-expired"},
	             {0x1207, "password-expired"},
	             {0xB07, "account-disabled-or-expired"},
	             {0xE07, "account-disabled-or-expired"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bench b;

		setup(&b);
		add_code(&b.set, cases[i].code, 0);

		struct diagnosis d = run(&b);

		EXPECT_CAUSE(d, cases[i].cause);
		assert_true(d.confidence <= CEILING_CODE_ALONE + 1e-9);
		assert_int_equal(d.whose, WHOSE_IDENTITY);
		arena_fini(&b.arena);
	}
}

static void a_failure_code_and_a_clean_probe(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_NLA);
	ADD(&b.set, F_RUN_REPEATS, ORIGIN_PROBE, 4, NULL);
	ADD(&b.set, F_RUN_REPRODUCED, ORIGIN_PROBE, 0, NULL);
	assert_int_equal(run(&b).state, VERDICT_HEALTHY);
	add_code(&b.set, 0x904, 0x7);

	struct diagnosis d = run(&b);

	EXPECT_UNCERTAIN(d, REASON_NOT_REPRODUCED, "");
	assert_true(p_of(&d, "machinekeys-inaccessible") < 0.01);
	assert_true(p_of(&d, "session-limit") > p_of(&d, "machinekeys-inaccessible"));
	assert_int_equal(d.n_set, 0);
	assert_true(d.n_checks > 0);
	arena_fini(&b.arena);
}

/* Masks 0 and 1 are tried too; the farthest protocol says what could be tested. */
static void the_farthest_protocol_must_be_tested(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_TLS);
	ADD(&b.set, F_NEG_SELECTED, ORIGIN_PROBE, 1, NULL);
	EXPECT_UNCERTAIN(run(&b), REASON_NOT_FAR_ENOUGH, "");
	arena_fini(&b.arena);
}

static void a_normal_end_does_not_prevent_healthy(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_NLA);
	add_code(&b.set, 0x3, 0x0);
	assert_int_equal(run(&b).state, VERDICT_HEALTHY);
	arena_fini(&b.arena);
}

static void healthy_needs_all_that_can_be_tested(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_TLS); /* CredSSP was chosen, and not tested */
	EXPECT_UNCERTAIN(run(&b), REASON_NOT_FAR_ENOUGH, "");
	arena_fini(&b.arena);
	setup(&b);
	add_passed(&b.set, STAGE_TCP);
	ADD(&b.set, F_NEG_SELECTED, ORIGIN_PROBE, 1, NULL);
	ADD(&b.set, F_TLS_COMPLETED, ORIGIN_PROBE, 0, NULL);

	struct diagnosis d = run(&b);

	assert_int_equal(d.state, VERDICT_HEALTHY);
	assert_string_equal(d.not_tested[0], "credentials");
	arena_fini(&b.arena);
}

static void nothing_and_local_reasons_are_untested(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	assert_int_equal(run(&b).state, VERDICT_UNTESTED);
	ADD(&b.set, F_LOCAL_NO_ROUTE, ORIGIN_PROBE, 0, NULL);

	struct diagnosis d = run(&b);

	assert_int_equal(d.state, VERDICT_UNTESTED);
	assert_int_equal(d.reason, REASON_LOCAL);
	assert_non_null(strstr(d.text, "no route"));
	arena_fini(&b.arena);
}

static void a_closed_hello_gives_a_set(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_NEGOTIATION);
	ADD(&b.set, F_TLS_CLOSED_AFTER_HELLO, ORIGIN_PROBE, 0, "rst");
	add_code(&b.set, 0x904, 0x7);

	struct diagnosis d = run(&b);

	assert_true(has_id(d.set, d.n_set, "machinekeys-inaccessible"));
	assert_true(has_id(d.set, d.n_set, "ips-resets-connection"));
	assert_true(d.state == VERDICT_CAUSE || d.state == VERDICT_UNCERTAIN);
	if (d.state == VERDICT_CAUSE) {
		double sum = 0;

		for (size_t i = 0; i < d.n_sides; i++)
			sum += d.sides[i].p;
		assert_true(fabs(sum - 1) < 1e-9);
	}
	/* The check that separates them is among the next ones. */
	assert_true(d.n_checks > 0);
	ADD(&b.set, F_TLS_RESET_IS_FOREIGN, ORIGIN_PROBE, 0, NULL);
	d = run(&b);
	EXPECT_CAUSE(d, "ips-resets-connection");
	assert_int_equal(d.n_set, 0);
	assert_int_equal(d.whose, WHOSE_NETWORK);
	arena_fini(&b.arena);
}

static void a_refinement_takes_the_place_of_its_parent_on_evidence(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	ADD(&b.set, F_NAME_RESOLVED, ORIGIN_PROBE, 1, NULL);
	ADD(&b.set, F_TCP_REFUSED, ORIGIN_PROBE, 0, NULL);

	struct diagnosis d = run(&b);

	EXPECT_CAUSE(d, "tcp-port-refused");
	assert_true(p_of(&d, "listener-disabled") > 0.01);
	assert_true(p_of(&d, "listener-disabled") < d.confidence);
	ADD(&b.set, F_HOST_TERMSERVICE, ORIGIN_HOST, 0, "stopped");
	d = run(&b);
	EXPECT_CAUSE(d, "termservice-stopped");
	assert_true(p_of(&d, "tcp-port-refused") >= p_of(&d, "termservice-stopped") - 1e-9);
	assert_string_equal(d.causes[0].cause->id, "termservice-stopped");
	arena_fini(&b.arena);
}

static void two_faults_are_both_named(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_TLS);
	ADD(&b.set, F_CERT_EXPIRED, ORIGIN_PROBE, 40, NULL);
	ADD(&b.set, F_HOST_DRAIN_MODE, ORIGIN_HIVE, 2, NULL);

	struct diagnosis d = run(&b);

	EXPECT_CAUSE(d, "drain-mode");
	assert_true(has_id(d.also, d.n_also, "rdp-certificate-expired"));
	assert_false(has_id(d.also, d.n_also, "drain-mode"));
	arena_fini(&b.arena);
}

static void measurement_wins_over_the_code_and_says_so(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_code(&b.set, 0x904, 0x7);
	ADD(&b.set, F_NAME_RESOLVED, ORIGIN_PROBE, 1, NULL);
	ADD(&b.set, F_TCP_REFUSED, ORIGIN_PROBE, 0, NULL);

	struct diagnosis d = run(&b);

	EXPECT_CAUSE(d, "tcp-port-refused");
	assert_non_null(strstr(d.text, "different moments"));
	assert_true(d.causes[0].is_impossible_by_code);
	assert_true(d.causes[0].n_against > 0);
	arena_fini(&b.arena);
}

static void what_no_row_describes_is_not_forced_into_one(void **state)
{
	(void)state;
	struct bench b;
	struct finding odd = seen(F_RUN_REPEATS, ORIGIN_PROBE, 4, NULL);

	setup(&b);
	add_passed(&b.set, STAGE_NLA);
	odd.effect = EFFECT_BLOCKS; /* something blocks, and no row reads this finding */
	findings_add(&b.set, &odd);
	EXPECT_UNCERTAIN(run(&b), REASON_UNEXPLAINED, "");
	arena_fini(&b.arena);
}

/* --- the expired certificate, doc/diagnosis.md --- */

static struct bench *expired(struct bench *b)
{
	setup(b);
	add_passed(&b->set, STAGE_NLA);
	ADD(&b->set, F_CERT_EXPIRED, ORIGIN_PROBE, 12, NULL);
	ADD(&b->set, F_CERT_SELF_SIGNED, ORIGIN_PROBE, 0, NULL);
	return b;
}

static void expired_alone_warns(void **state)
{
	(void)state;
	struct bench b;
	struct diagnosis d = run(expired(&b));

	EXPECT_UNCERTAIN(d, REASON_WARNING_ONLY, "rdp-certificate-expired");
	assert_true(d.causes[0].p >= 0.5 && d.causes[0].p <= 0.7 + 1e-9);
	arena_fini(&b.arena);
}

static void expired_does_not_explain_a_closed_socket(void **state)
{
	(void)state;
	struct bench b;

	expired(&b);
	add_code(&b.set, 0x904, 0x7);

	struct diagnosis d = run(&b);

	assert_int_equal(d.state, VERDICT_UNCERTAIN);
	assert_string_equal(d.causes[0].cause->id, "rdp-certificate-expired");
	assert_true(d.causes[0].p < 0.8);
	assert_true(d.causes[0].n_against > 0);
	arena_fini(&b.arena);
}

static void expired_is_the_cause_where_the_client_must_verify(void **state)
{
	(void)state;
	struct bench b;

	expired(&b);
	add_code(&b.set, 0x1B07, 0);
	EXPECT_CAUSE(run(&b), "rdp-certificate-expired");
	assert_true(run(&b).confidence >= 0.9);
	arena_fini(&b.arena);
	expired(&b);
	ADD(&b.set, F_CLIENT_AUTHENTICATION_LEVEL, ORIGIN_FILE, 1, NULL);
	EXPECT_CAUSE(run(&b), "rdp-certificate-expired");
	assert_true(run(&b).confidence >= 0.9);
	arena_fini(&b.arena);
	setup(&b);
	add_passed(&b.set, STAGE_NEGOTIATION);
	ADD(&b.set, F_CERT_EXPIRED, ORIGIN_PROBE, 12, NULL);
	ADD(&b.set, F_TLS_CLIENT_ALERT, ORIGIN_PROBE, 45, NULL);
	EXPECT_CAUSE(run(&b), "rdp-certificate-expired");
	arena_fini(&b.arena);
}

static void a_failed_renewal_comes_before_expiry(void **state)
{
	(void)state;
	struct bench b;
	struct finding failed = seen(F_LOG_CERT_REPLACE_FAILED, ORIGIN_LOG, 0x80090016, NULL);

	expired(&b);
	assert_true(moment_parse("2026-11-02T09:14:03Z", &failed.when_us));
	findings_add(&b.set, &failed);

	struct diagnosis d = run(&b);

	assert_int_not_equal(d.state, VERDICT_HEALTHY);
	assert_string_not_equal(d.causes[0].cause->id, "rdp-certificate-expired");
	arena_fini(&b.arena);

	/* With the key's own error beside it the cause is named, and expiry is its effect. */
	struct finding key = seen(F_LOG_KEY_ACCESS_FAILED, ORIGIN_LOG, 0x8009030D, NULL);

	setup(&b);
	add_passed(&b.set, STAGE_NEGOTIATION);
	ADD(&b.set, F_CERT_EXPIRED, ORIGIN_HIVE, 12, NULL);
	ADD(&b.set, F_TLS_CLOSED_AFTER_HELLO, ORIGIN_PROBE, 0, "rst");
	findings_add(&b.set, &failed);
	key.when_us = failed.when_us;
	findings_add(&b.set, &key);
	d = run(&b);
	EXPECT_CAUSE(d, "machinekeys-inaccessible");
	arena_fini(&b.arena);
}

static void a_later_renewal_cancels_a_failed_one(void **state)
{
	(void)state;
	struct bench b;
	struct finding failed = seen(F_LOG_CERT_REPLACE_FAILED, ORIGIN_LOG, 0x80090016, NULL);
	struct finding created = seen(F_LOG_CERT_CREATED, ORIGIN_LOG, 0, NULL);

	setup(&b);
	failed.when_us = 1000000;
	created.when_us = 2000000;
	findings_add(&b.set, &failed);

	struct evidence_index alone = evidence_index(&b.set, 0, &b.arena);

	assert_false(alone.is_out[0]);
	findings_add(&b.set, &created);

	struct evidence_index both = evidence_index(&b.set, 0, &b.arena);

	assert_true(both.is_out[0]);
	b.set.at[1].when_us = 500000; /* an earlier creation cancels nothing */

	struct evidence_index earlier = evidence_index(&b.set, 0, &b.arena);

	assert_false(earlier.is_out[0]);
	arena_fini(&b.arena);
}

static void expired_by_one_clock_is_the_clock(void **state)
{
	(void)state;
	struct bench b;

	expired(&b);
	ADD(&b.set, F_CLOCK_CERT_VALID_BY_OTHER, ORIGIN_PROBE, 0, NULL);
	ADD(&b.set, F_CLOCK_OFFSET, ORIGIN_PROBE, 7200, NULL);
	ADD(&b.set, F_CLOCK_WRONG_SIDE, ORIGIN_PROBE, 0, "client");

	struct diagnosis d = run(&b);

	EXPECT_CAUSE(d, "clock-skew");
	assert_int_equal(d.whose, WHOSE_CLIENT);
	arena_fini(&b.arena);
}

/* --- age --- */

/* What our own probe offers says nothing about the person's client; a capture of it does. */
static void our_own_offer_is_not_the_clients(void **state)
{
	(void)state;
	struct bench b;

	setup(&b);
	add_passed(&b.set, STAGE_TCP);
	ADD(&b.set, F_NEG_OFFERED, ORIGIN_PROBE, 0xB, NULL);
	add_code(&b.set, 0xB09, 0);
	EXPECT_CAUSE(run(&b), "nla-required-client-lacks");
	ADD(&b.set, F_NEG_OFFERED, ORIGIN_CAPTURE, 0xB, NULL);
	b.set.at[b.set.n - 1].when_us = 1000000;
	assert_int_not_equal(run(&b).state, VERDICT_CAUSE);
	arena_fini(&b.arena);
}

static void old_and_undated_evidence_is_weak(void **state)
{
	(void)state;
	const int64_t day = INT64_C(86400) * 1000000;
	struct bench b;
	struct finding key = seen(F_LOG_KEY_ACCESS_FAILED, ORIGIN_LOG, 0x8009030D, NULL);
	struct finding other = seen(F_LOG_PACKET_ARRIVED, ORIGIN_LOG, 0, NULL);

	other.when_us = 1000 * day;
	key.when_us = other.when_us - day;
	setup(&b);
	findings_add(&b.set, &key);
	findings_add(&b.set, &other);
	EXPECT_CAUSE(run(&b), "machinekeys-inaccessible");
	b.set.at[0].when_us = other.when_us - 200 * day;
	assert_int_not_equal(run(&b).state, VERDICT_CAUSE);
	b.set.at[0].when_us = 0;

	struct diagnosis d = run(&b);

	assert_int_not_equal(d.state, VERDICT_CAUSE);
	arena_fini(&b.arena);
}

/* --- every row --- */

/* The two strongest pieces of evidence of a row, as somebody would write them down by hand. */
static size_t strongest(const struct cause *c, const struct evidence_row *out[2])
{
	size_t n = 0;

	for (size_t k = 0; k < EVIDENCE_MAX && c->evidence[k].finding; k++) {
		const struct evidence_row *e = &c->evidence[k];

		if (e->strength < WEAK || e->strength == CODE_DECIDES)
			continue;
		if (n == 1 && out[0]->finding == e->finding) {
			if (e->strength > out[0]->strength)
				out[0] = e;
		} else if (n < 2) {
			out[n++] = e;
		} else if (e->strength > out[0]->strength && out[1]->finding != e->finding) {
			out[0] = e;
		} else if (e->strength > out[1]->strength && out[0]->finding != e->finding) {
			out[1] = e;
		}
		if (n == 2 && out[1]->strength > out[0]->strength) {
			const struct evidence_row *swap = out[0];

			out[0] = out[1];
			out[1] = swap;
		}
	}
	return n;
}

static void every_row_can_win_by_its_own_evidence(void **state)
{
	(void)state;
	/* These describe what is no failure by itself, or cannot be proved by two facts. */
	static const char *const unprovable[] = {"low-bandwidth", "udp-blocked-no-fallback",
	                                         "rd-gateway-udp"};
	size_t named = 0, lost = 0;

	for (size_t i = 0; i < cause_count(); i++) {
		const struct cause *c = cause_at(i);
		const struct evidence_row *best[2];
		size_t n = strongest(c, best);
		struct bench b;
		bool is_unprovable = false;

		for (size_t k = 0; k < sizeof unprovable / sizeof *unprovable; k++)
			is_unprovable |= strcmp(unprovable[k], c->id) == 0;
		setup(&b);
		for (size_t k = 0; k < n; k++) {
			struct finding f = finding_for(best[k]);

			findings_add(&b.set, &f);
		}

		struct diagnosis d = run(&b);
		bool is_first = d.n_causes &&
		                (d.causes[0].cause == c || has_id(d.set, d.n_set, c->id));

		named += d.state == VERDICT_CAUSE && d.cause == c;
		if (!is_first && !is_unprovable) {
			print_message("# %s loses to %s\n", c->id,
			              d.n_causes ? d.causes[0].cause->id : "nothing");
			lost++;
		}
		arena_fini(&b.arena);
	}
	print_message("# %zu of %zu causes are named by their two strongest findings\n", named,
	              cause_count());
	assert_int_equal(lost, 0);
	assert_true(named >= 85);
}

static void checks_promise_no_more_than_there_is_to_learn(void **state)
{
	(void)state;
	uint32_t seed = 5;

	for (int round = 0; round < 30; round++) {
		struct bench b;

		setup(&b);
		for (int i = 0; i < round; i++) {
			struct finding f = random_finding(&seed);

			findings_add(&b.set, &f);
		}

		struct diagnosis d = run(&b);

		for (size_t i = 0; i < d.n_checks; i++) {
			assert_true(d.checks[i].gain_bits > 0);
			assert_true(d.checks[i].gain_bits < log2((double)cause_count() + 2));
			if (i)
				assert_true(d.checks[i].gain_bits / d.checks[i].check->minutes <=
				            d.checks[i - 1].gain_bits /
				                    d.checks[i - 1].check->minutes +
				                1e-12);
		}
		for (size_t i = 1; i < d.n_fixes; i++)
			assert_true(d.fixes[i].fix->risk >= d.fixes[i - 1].fix->risk);
		arena_fini(&b.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(masses_sum_to_one),
	    cmocka_unit_test(what_is_printed_decides_nothing),
	    cmocka_unit_test(order_does_not_matter),
	    cmocka_unit_test(evidence_for_never_lowers),
	    cmocka_unit_test(absent_is_not_the_same_as_not_looked_for),
	    cmocka_unit_test(a_group_counts_once),
	    cmocka_unit_test(nothing_seen_from_outside_is_surer_than_its_ceiling),
	    cmocka_unit_test(a_code_alone_names_no_cause),
	    cmocka_unit_test(a_code_that_decides_is_at_most_ninety),
	    cmocka_unit_test(a_failure_code_and_a_clean_probe),
	    cmocka_unit_test(the_farthest_protocol_must_be_tested),
	    cmocka_unit_test(a_normal_end_does_not_prevent_healthy),
	    cmocka_unit_test(healthy_needs_all_that_can_be_tested),
	    cmocka_unit_test(nothing_and_local_reasons_are_untested),
	    cmocka_unit_test(a_closed_hello_gives_a_set),
	    cmocka_unit_test(a_refinement_takes_the_place_of_its_parent_on_evidence),
	    cmocka_unit_test(two_faults_are_both_named),
	    cmocka_unit_test(measurement_wins_over_the_code_and_says_so),
	    cmocka_unit_test(what_no_row_describes_is_not_forced_into_one),
	    cmocka_unit_test(expired_alone_warns),
	    cmocka_unit_test(expired_does_not_explain_a_closed_socket),
	    cmocka_unit_test(expired_is_the_cause_where_the_client_must_verify),
	    cmocka_unit_test(a_failed_renewal_comes_before_expiry),
	    cmocka_unit_test(a_later_renewal_cancels_a_failed_one),
	    cmocka_unit_test(expired_by_one_clock_is_the_clock),
	    cmocka_unit_test(our_own_offer_is_not_the_clients),
	    cmocka_unit_test(old_and_undated_evidence_is_weak),
	    cmocka_unit_test(every_row_can_win_by_its_own_evidence),
	    cmocka_unit_test(checks_promise_no_more_than_there_is_to_learn),
	};

	return RUN(tests);
}
