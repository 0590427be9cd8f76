/*
 * The probe against a network in memory: names, addresses, ways to the port, limits, ends.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe_run.h"

#define V4     "192.0.2.7"
#define V4_B   "192.0.2.8"
#define V6     "2001:db8::7"
#define ROUTER "192.0.2.1"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- what was found --- */

static size_t n_found(const struct probe_run *r, enum finding_id id)
{
	size_t n = 0;

	for (size_t i = 0; i < r->found.n; i++)
		n += r->found.at[i].id == id;
	return n;
}

static const char *text_of(const struct probe_run *r, enum finding_id id)
{
	return run_find(r, id) && run_find(r, id)->text ? run_find(r, id)->text : "";
}

static void assert_valid(const struct probe_run *r)
{
	for (size_t i = 0; i < r->found.n; i++) {
		const struct finding *f = &r->found.at[i];
		const struct finding_def *def = &finding_defs[f->id];

		assert_true(f->id > F_NONE && f->id < F_COUNT);
		assert_non_null(f->where);
		if (f->state == FINDING_SEEN && def->type == T_CHOICE)
			assert_true(choice_index(def->choices, f->text) >= 0);
		if (f->state == FINDING_SEEN && def->type == T_TEXT)
			assert_non_null(f->text);
		assert_true(f->when_us >= RUN_WALL_US);
	}
}

static void over(struct probe_run *r)
{
	assert_valid(r);
	assert_true(r->took_us <= r->timeout_us);
	assert_true(r->was_idle || r->was_stopped);
	probe_run_fini(r);
	assert_int_equal(net_fake_live(), 0);
}

/* --- setting the network up --- */

static void way(struct probe_run *r, const char *address, enum fake_way way)
{
	struct fake_path path = {.to = run_address(address), .way = way};

	path.to.port = 0;
	net_fake_path(r->net, &path);
}

static struct probe_run run_to(const char *const *addresses, size_t n)
{
	struct probe_run r;

	probe_run_init(&r, RUN_HOST);
	probe_run_name(&r, addresses, n);
	return r;
}

static struct probe_run run_to_one(void)
{
	static const char *const addresses[] = {V4};

	return run_to(addresses, 1);
}

static void play(struct probe_run *r, const char *id, const char *address)
{
	probe_run_play(r, scenario_by_id(id), address);
}

/* --- the port --- */

static void a_dropped_port_is_knocked_at_twice(void **state)
{
	(void)state;
	struct probe_run r = run_to_one();
	struct net_address at = run_address(V4);

	way(&r, V4, FAKE_SILENT);
	probe_run_go(&r);
	assert_true(r.was_idle);
	assert_true(run_saw(&r, F_TCP_SILENT));
	assert_true(r.took_us >= 3000000 && r.took_us <= 3500000);
	assert_int_equal(net_fake_traffic(r.net, &at).n_all, 2);
	assert_int_equal(net_fake_traffic(r.net, &at).n_most, 2);
	assert_true(run_saw(&r, F_TCP_OTHER_PORTS_SILENT));
	assert_int_equal(n_found(&r, F_TCP_OTHER_PORT_OPEN), 0);
	over(&r);
}

static void a_neighbour_that_answers_is_told(void **state)
{
	(void)state;
	struct probe_run r = run_to_one();
	struct fake_path smb = {.to = run_address(V4), .way = FAKE_ACCEPTS};
	struct fake_path web = {.to = run_address(V4), .way = FAKE_REFUSED};

	way(&r, V4, FAKE_SILENT);
	smb.to.port = 445;
	web.to.port = 80;
	net_fake_path(r.net, &smb);
	net_fake_path(r.net, &web);
	probe_run_go(&r);
	assert_int_equal(n_found(&r, F_TCP_OTHER_PORT_OPEN), 2);
	assert_false(run_saw(&r, F_TCP_OTHER_PORTS_SILENT));
	over(&r);
}

/* --- the echo --- */

static struct probe_run run_silent(const struct net_echo_answer *answer)
{
	struct probe_run r = run_to_one();
	struct net_address at = run_address(V4);

	way(&r, V4, FAKE_SILENT);
	net_fake_echo(r.net, &at, answer);
	return r;
}

static double p_of(const struct probe_run *r, const char *cause)
{
	for (size_t i = 0; i < r->d.n_causes; i++)
		if (strcmp(r->d.causes[i].cause->id, cause) == 0)
			return r->d.causes[i].p;
	return 0;
}

static void an_echo_tells_a_filter_from_a_host_that_is_off(void **state)
{
	(void)state;
	static const struct net_echo_answer answer = {.result = ECHO_ANSWERED, .rtt_us = 12400};
	struct probe_run r = run_silent(&answer);

	probe_run_go(&r);
	assert_true(run_saw(&r, F_PATH_ECHO));
	assert_int_equal(run_find(&r, F_PATH_ECHO)->number, 12);
	assert_string_equal(run_find(&r, F_PATH_ECHO)->where, "icmp " V4);
	assert_int_equal(r.facts.n_echoes, 1);
	assert_string_equal(r.d.causes[0].cause->id, "tcp-port-filtered");
	assert_true(p_of(&r, "host-offline-or-asleep") < 0.2);
	over(&r);
}

/* Windows drops echo requests by default. */
static void an_echo_in_vain_changes_nothing(void **state)
{
	(void)state;
	static const struct net_echo_answer none = {.result = ECHO_SILENT}, cannot = {0};
	struct probe_run r = run_silent(&none);
	double p;

	probe_run_go(&r);
	assert_int_equal(run_find(&r, F_PATH_ECHO)->state, FINDING_ABSENT);
	assert_int_equal(r.facts.n_echoes, 2);
	assert_string_equal(r.d.causes[0].cause->id, "host-offline-or-asleep");
	assert_true(r.took_us <= 3500000);
	p = r.d.causes[0].p;
	over(&r);

	r = run_silent(&cannot);
	probe_run_go(&r);
	assert_int_equal(n_found(&r, F_PATH_ECHO), 0);
	assert_int_equal(r.facts.n_echoes, 0);
	assert_true(r.d.causes[0].p == p);
	over(&r);
}

static const struct {
	struct net_echo_answer answer;
	bool is_told;
} echoes[] = {
    {{.result = ECHO_CANNOT}, false},
    {{.result = ECHO_FAILED, .why = {.kind = NET_UNREACHABLE, .has_icmp = true}}, true},
    {{.result = ECHO_FAILED, .why = {.kind = NET_PROHIBITED, .has_icmp = true}}, false},
};

static void an_echo_that_nobody_could_answer_is_not_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(echoes); i++) {
		struct probe_run r = run_silent(&echoes[i].answer);

		probe_run_go(&r);
		assert_int_equal(n_found(&r, F_PATH_ECHO), echoes[i].is_told);
		assert_false(run_saw(&r, F_PATH_ECHO));
		assert_true(run_saw(&r, F_TCP_SILENT));
		over(&r);
	}
}

/* It begins when the port is silent for a second, and is given up with the run. */
static void an_echo_ends_with_the_run(void **state)
{
	(void)state;
	static const struct net_echo_answer none = {.result = ECHO_SILENT};
	struct probe_run r = run_silent(&none);

	r.timeout_us = 1500000;
	probe_run_go(&r);
	assert_true(r.was_stopped);
	assert_int_equal(n_found(&r, F_PATH_ECHO), 0);
	assert_int_equal(r.facts.n_echoes, 1);
	over(&r);
}

static void neighbours_are_left_alone_otherwise(void **state)
{
	(void)state;
	static const enum fake_way ways[] = {FAKE_OPEN, FAKE_REFUSED, FAKE_UNREACHABLE,
	                                     FAKE_PROHIBITED, FAKE_NO_ROUTE};

	for (size_t i = 0; i < COUNT(ways); i++) {
		struct probe_run r = run_to_one();
		struct net_address smb = run_address(V4);

		smb.port = 445;
		way(&r, V4, ways[i]);
		play(&r, "healthy-p256", V4);
		probe_run_go(&r);
		assert_int_equal(net_fake_traffic(r.net, &smb).n_all, 0);
		over(&r);
	}
}

static void each_failure_has_its_name(void **state)
{
	(void)state;
	static const struct {
		enum fake_way way;
		enum finding_id id;
	} rows[] = {
	    {FAKE_REFUSED, F_TCP_REFUSED},
	    {FAKE_UNREACHABLE, F_TCP_UNREACHABLE},
	    {FAKE_PROHIBITED, F_TCP_PROHIBITED},
	    {FAKE_NO_ROUTE, F_LOCAL_NO_ROUTE},
	    {FAKE_NOT_PERMITTED, F_LOCAL_NOT_PERMITTED},
	    {FAKE_LOCAL, F_LOCAL_NOT_PERMITTED},
	    {FAKE_TIMED_OUT, F_TCP_SILENT},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probe_run r = run_to_one();

		way(&r, V4, rows[i].way);
		probe_run_go(&r);
		assert_true(run_saw(&r, rows[i].id));
		assert_int_equal(n_found(&r, rows[i].id), 1);
		assert_false(run_saw(&r, F_TCP_CONNECTED));
		assert_true(r.was_idle);
		over(&r);
	}
}

static void the_router_is_named(void **state)
{
	(void)state;
	struct probe_run r = run_to_one();
	struct fake_path path = {.to = run_address(V4),
	                         .way = FAKE_PROHIBITED,
	                         .has_router = true,
	                         .router = run_address(ROUTER)};

	net_fake_path(r.net, &path);
	probe_run_go(&r);
	assert_true(run_saw(&r, F_TCP_PROHIBITED));
	assert_non_null(strstr(text_of(&r, F_TCP_PROHIBITED), ROUTER));
	over(&r);
}

/* --- several addresses --- */

/* How each address answers, and what the report must say of it. */
struct mix {
	const char *says;
	struct {
		const char *address;
		enum fake_way way;
		int64_t latency_us;
	} hosts[3];
	const char *used;       /* NULL: none */
	enum finding_id seen;   /* beside it */
	enum finding_id absent; /* not even looked for */
	int64_t most_us;
};

static const struct mix mixes[] = {
    {"v6 dead, v4 answers",
     {{V6, FAKE_SILENT, 0}, {V4, FAKE_OPEN, 0}},
     V4,
     F_TCP_IPV6_FAILS_IPV4_WORKS,
     F_TCP_SILENT,
     3500000},
    {"v6 has no route, v4 answers",
     {{V6, FAKE_NO_ROUTE, 0}, {V4, FAKE_OPEN, 0}},
     V4,
     F_TCP_OTHER_ADDRESS,
     F_TCP_IPV6_FAILS_IPV4_WORKS,
     1000000},
    {"v6 is slow and still first",
     {{V6, FAKE_OPEN, 300000}, {V4, FAKE_OPEN, 0}},
     V6,
     F_TCP_OTHER_ADDRESS,
     F_TCP_IPV6_FAILS_IPV4_WORKS,
     4000000},
    {"v6 answers after a second: v4 is used",
     {{V6, FAKE_OPEN, 700000}, {V4, FAKE_OPEN, 0}},
     V4,
     F_TCP_OTHER_ADDRESS,
     F_TCP_IPV6_FAILS_IPV4_WORKS,
     3500000},
    {"the first is refused",
     {{V4, FAKE_REFUSED, 0}, {V4_B, FAKE_OPEN, 0}},
     V4_B,
     F_TCP_ONE_ADDRESS_REFUSED,
     F_TCP_REFUSED,
     1000000},
    {"the second is refused",
     {{V4, FAKE_OPEN, 0}, {V4_B, FAKE_REFUSED, 0}},
     V4,
     F_TCP_ONE_ADDRESS_REFUSED,
     F_TCP_REFUSED,
     1000000},
    {"all are silent",
     {{V6, FAKE_SILENT, 0}, {V4, FAKE_SILENT, 0}, {V4_B, FAKE_SILENT, 0}},
     NULL,
     F_TCP_SILENT,
     F_TCP_CONNECTED,
     3500000},
    {"one is refused, the other silent",
     {{V4, FAKE_SILENT, 0}, {V4_B, FAKE_REFUSED, 0}},
     NULL,
     F_TCP_SILENT,
     F_TCP_CONNECTED,
     3500000},
};

static void try_mix(const struct mix *mix)
{
	const char *addresses[3];
	struct probe_run r;
	char used[NET_ADDRESS_TEXT_MAX];
	size_t n = 0;

	for (; n < COUNT(mix->hosts) && mix->hosts[n].address; n++)
		addresses[n] = mix->hosts[n].address;
	r = run_to(addresses, n);
	for (size_t i = 0; i < n; i++) {
		struct fake_path path = {.to = run_address(addresses[i]),
		                         .way = mix->hosts[i].way,
		                         .latency_us = mix->hosts[i].latency_us};

		path.to.port = 0;
		if (path.way == FAKE_OPEN && strcmp(addresses[i], mix->used) != 0)
			path.way = FAKE_ACCEPTS;
		net_fake_path(r.net, &path);
	}
	if (mix->used)
		play(&r, "healthy-p256", mix->used);
	probe_run_go(&r);
	if (!r.was_idle || r.took_us > mix->most_us)
		fail_msg("%s: %d ms", mix->says, (int)(r.took_us / 1000));
	if (mix->used) {
		assert_true(run_saw(&r, F_TCP_CONNECTED));
		assert_true(run_saw(&r, F_NLA_CHALLENGE));
		net_address_text(&r.facts.address, used);
		assert_string_equal(used, mix->used);
	}
	if (!run_saw(&r, mix->seen))
		fail_msg("%s: no %s", mix->says, finding_defs[mix->seen].name);
	if (run_find(&r, mix->absent))
		fail_msg("%s: %s", mix->says, finding_defs[mix->absent].name);
	assert_int_equal(n_found(&r, F_TCP_OTHER_ADDRESS), n - 1);
	over(&r);
}

static void addresses_in_every_mix(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mixes); i++)
		try_mix(&mixes[i]);
}

static void of_sixteen_addresses_six_are_tried(void **state)
{
	(void)state;
	char texts[NET_ADDRESSES_MAX][16];
	const char *addresses[NET_ADDRESSES_MAX];
	struct probe_run r;

	for (size_t i = 0; i < NET_ADDRESSES_MAX; i++) {
		snprintf(texts[i], sizeof texts[i], "198.51.100.%zu", i + 1);
		addresses[i] = texts[i];
	}
	r = run_to(addresses, NET_ADDRESSES_MAX);
	for (size_t i = 0; i < NET_ADDRESSES_MAX; i++)
		way(&r, addresses[i], i == 5 ? FAKE_OPEN : FAKE_SILENT);
	play(&r, "healthy-p256", addresses[5]);
	probe_run_go(&r);
	assert_true(r.was_idle);
	assert_true(run_saw(&r, F_NLA_CHALLENGE));
	assert_true(run_find(&r, F_NEG_ACCEPTS_TLS) != NULL);
	assert_int_equal(run_find(&r, F_NAME_RESOLVED)->number, NET_ADDRESSES_MAX);
	for (size_t i = 0; i < NET_ADDRESSES_MAX; i++) {
		struct net_address at = run_address(addresses[i]);

		assert_int_equal(net_fake_traffic(r.net, &at).n_all > 0, i < PROBE_ROADS_MAX);
	}
	assert_true(r.took_us <= 3500000);
	over(&r);
}

/* What a service says while an IPv6 address is waited for is not lost. */
static void a_greeting_is_heard_while_held(void **state)
{
	(void)state;
	static const char *const addresses[] = {V6, V4};
	struct probe_run r = run_to(addresses, 2);

	way(&r, V6, FAKE_SILENT);
	play(&r, "service-ssh", V4);
	probe_run_go(&r);
	assert_string_equal(text_of(&r, F_NEG_NOT_RDP), "ssh");
	over(&r);
}

static void a_close_while_held_ends_the_run(void **state)
{
	(void)state;
	static const char *const addresses[] = {V6, V4};
	static const char *const ids[] = {"tcp-accept-fin", "tcp-accept-rst"};

	for (size_t i = 0; i < COUNT(ids); i++) {
		struct probe_run r = run_to(addresses, 2);

		way(&r, V6, FAKE_SILENT);
		play(&r, ids[i], V4);
		probe_run_go(&r);
		assert_true(r.was_idle);
		assert_true(run_saw(&r, F_TCP_CLOSED_ON_ACCEPT));
		over(&r);
	}
}

/* --- names --- */

static struct probe_run run_named(const struct fake_name *name)
{
	struct probe_run r;

	probe_run_init(&r, RUN_HOST);
	net_fake_name(r.net, name);
	return r;
}

static void set_control(struct probe_run *r, enum net_lookup_result result, bool is_never)
{
	struct fake_name control = {
	    .name = "example.com", .answer = {.result = result, .n = 1}, .is_never = is_never};

	net_fake_name(r->net, &control);
}

static void names_that_do_not_resolve(void **state)
{
	(void)state;
	static const struct {
		enum net_lookup_result result, control;
		bool is_never, is_control_never;
		enum finding_id seen;
		enum finding_state others;
		int64_t most_us;
	} rows[] = {
	    {LOOKUP_NOT_FOUND, LOOKUP_FOUND, false, false, F_NAME_NOT_FOUND, FINDING_SEEN, 10000},
	    {LOOKUP_FAILED, LOOKUP_FOUND, false, false, F_NAME_LOOKUP_FAILED, FINDING_SEEN, 10000},
	    {LOOKUP_FAILED, LOOKUP_FAILED, false, false, F_NAME_LOOKUP_FAILED, FINDING_ABSENT,
	     10000},
	    {LOOKUP_NO_RESOLVER, LOOKUP_NO_RESOLVER, false, false, F_LOCAL_NO_RESOLVER,
	     FINDING_ABSENT, 10000},
	    {LOOKUP_FAILED, LOOKUP_FOUND, false, true, F_NAME_LOOKUP_FAILED, FINDING_ABSENT,
	     2100000},
	    {LOOKUP_FOUND, LOOKUP_FOUND, true, false, F_NAME_LOOKUP_FAILED, FINDING_SEEN, 6100000},
	    {LOOKUP_FOUND, LOOKUP_FOUND, true, true, F_NAME_LOOKUP_FAILED, FINDING_ABSENT, 8100000},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fake_name name = {.name = RUN_HOST,
		                         .answer = {.result = rows[i].result},
		                         .is_never = rows[i].is_never};
		struct probe_run r = run_named(&name);

		set_control(&r, rows[i].control, rows[i].is_control_never);
		probe_run_go(&r);
		assert_true(r.was_idle);
		assert_true(run_saw(&r, rows[i].seen));
		assert_non_null(run_find(&r, F_NAME_OTHERS_RESOLVE));
		assert_int_equal(run_find(&r, F_NAME_OTHERS_RESOLVE)->state, rows[i].others);
		assert_true(r.took_us <= rows[i].most_us);
		assert_null(run_find(&r, F_NAME_RESOLVED));
		over(&r);
	}
}

static void the_source_of_a_name_is_told(void **state)
{
	(void)state;
	struct fake_name name = {.name = RUN_HOST,
	                         .answer = {.result = LOOKUP_FOUND,
	                                    .source = SOURCE_HOSTS_FILE,
	                                    .n = 1,
	                                    .at = {run_address(V4)}}};
	struct probe_run r = run_named(&name), literal;

	probe_run_go(&r);
	assert_string_equal(text_of(&r, F_NAME_SOURCE), "hosts-file");
	over(&r);

	probe_run_init(&literal, V4);
	play(&literal, "healthy-p256", V4);
	probe_run_go(&literal);
	assert_string_equal(text_of(&literal, F_NAME_SOURCE), "literal");
	assert_true(run_saw(&literal, F_NLA_CHALLENGE));
	over(&literal);
}

static void a_reverse_name_is_not_waited_for(void **state)
{
	(void)state;
	static const char *const names[] = {"host7.example.test", NULL};
	struct net_address at = run_address(V4);

	for (size_t i = 0; i < COUNT(names); i++) {
		struct probe_run r = run_to_one();

		net_fake_reverse(r.net, &at, names[i]);
		play(&r, "healthy-p256", V4);
		probe_run_go(&r);
		assert_true(r.was_idle);
		assert_true(r.took_us < 100000);
		assert_string_equal(text_of(&r, F_NAME_REVERSE), names[i] ? names[i] : "");
		over(&r);
	}
}

static void an_impossible_name_is_not_looked_up(void **state)
{
	(void)state;
	struct probe_run r;

	probe_run_init(&r, "host$7.example.test");
	probe_run_go(&r);
	assert_true(r.was_idle);
	assert_true(run_saw(&r, F_NAME_ILLEGAL));
	assert_null(run_find(&r, F_NAME_NOT_FOUND));
	over(&r);
}

/* --- consideration --- */

#define BYTES(literal) .send = (literal), .n_send = sizeof(literal) - 1

/* A confirm with source reference 0, as libfreerdp makes it, and a close. */
static const struct scenario libfreerdp = {
    .id = "libfreerdp",
    .fault = {.when = AT_REQUEST,
              BYTES("\x03\x00\x00\x13\x0e\xd0\x00\x00\x00\x00\x00\x02\x03\x08\x00\x02\x00\x00\x00"),
              .then = FIN}};
static const struct scenario weston = {
    .id = "weston",
    .fault = {.when = AT_REQUEST,
              BYTES("\x03\x00\x00\x13\x0e\xd0\x00\x00\x00\x00\x00\x02\x01\x08\x00\x01\x00\x00\x00"),
              .then = FIN}};

static void libfreerdp_is_given_time(void **state)
{
	(void)state;
	const struct scenario *const hosts[] = {&libfreerdp, &weston};
	struct net_address at = run_address(V4);

	for (size_t i = 0; i < COUNT(hosts); i++)
		for (int is_full = 0; is_full < 2; is_full++) {
			struct probe_run r = run_to_one();
			struct fake_traffic t;

			r.options.is_full = is_full;
			probe_run_play(&r, hosts[i], V4);
			probe_run_go(&r);
			t = net_fake_traffic(r.net, &at);
			assert_string_equal(text_of(&r, F_NEG_SERVER_KIND),
			                    i ? "weston" : "freerdp");
			assert_true(t.n_all > 2);
			assert_true(t.has_gap && t.least_gap_us >= 100000);
			assert_true(t.n_most <= (i ? 1 : PROBE_AT_ONCE));
			over(&r);
		}
}

static void a_full_run_keeps_the_limits(void **state)
{
	(void)state;
	struct net_address at = run_address(V4);

	for (size_t i = 0; scenario_at(i); i += 2) {
		struct probe_run r = run_to_one();
		struct fake_traffic t;

		r.options.is_full = true;
		r.timeout_us = 60000000;
		play(&r, scenario_at(i)->id, V4);
		probe_run_go(&r);
		t = net_fake_traffic(r.net, &at);
		assert_true(r.was_idle);
		assert_true(t.n_most <= PROBE_AT_ONCE);
		assert_true(t.n_all <= PROBE_CONNECTIONS);
		over(&r);
	}
}

/* --only */
static void the_last_stage_is_kept(void **state)
{
	(void)state;
	static const struct {
		enum stage_id last;
		enum finding_id seen, absent;
	} rows[] = {
	    {STAGE_NAME, F_NAME_RESOLVED, F_TCP_CONNECTED},
	    {STAGE_TCP, F_TCP_CONNECTED, F_NEG_OFFERED},
	    {STAGE_NEGOTIATION, F_NEG_SELECTED, F_TLS_COMPLETED},
	    {STAGE_TLS, F_TLS_COMPLETED, F_NLA_CHALLENGE},
	    {STAGE_NLA, F_NLA_CHALLENGE, F_NONE},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probe_run r = run_to_one();

		r.options.last = rows[i].last;
		play(&r, "healthy-p256", V4);
		probe_run_go(&r);
		assert_true(r.was_idle);
		assert_true(run_saw(&r, rows[i].seen));
		assert_null(run_find(&r, rows[i].absent));
		over(&r);
	}
}

/* --- ends --- */

static const char *const slow_ones[] = {"healthy-slow", "neg-silent",      "neg-slow",
                                        "neg-drip",     "tls-drip",        "tls-stall",
                                        "nla-silent",   "tls-hello-silent"};

#define STEP_US 100000

static void interrupted_at(const char *id, int64_t at_us, bool is_deadline)
{
	struct probe_run r = run_to_one();

	play(&r, id, V4);
	if (is_deadline)
		r.timeout_us = at_us;
	else
		net_fake_interrupt_at(r.net, at_us);
	probe_run_go(&r);
	if (r.was_stopped) {
		assert_int_equal(r.took_us, at_us);
		assert_true(run_find(&r, F_RUN_STOPPED_EARLY) || run_find(&r, F_NLA_CHALLENGE) ||
		            run_saw(&r, F_NLA_SILENT));
	}
	over(&r);
}

static void a_run_may_end_at_any_moment(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(slow_ones); i++)
		for (int64_t at = STEP_US; at <= 7000000; at += STEP_US)
			interrupted_at(slow_ones[i], at, (at / STEP_US + (int64_t)i) % 2);
}

static void a_name_may_end_at_any_moment(void **state)
{
	(void)state;
	for (int64_t at = STEP_US; at <= 8000000; at += STEP_US) {
		struct fake_name name = {.name = RUN_HOST, .is_never = true};
		struct probe_run r = run_named(&name);

		set_control(&r, LOOKUP_FOUND, true);
		r.timeout_us = at;
		probe_run_go(&r);
		assert_true(!r.was_stopped || run_saw(&r, F_RUN_STOPPED_EARLY));
		assert_int_equal(run_saw(&r, F_NAME_LOOKUP_FAILED), at >= 1500000);
		over(&r);
	}
}

static void a_dropped_port_may_end_at_any_moment(void **state)
{
	(void)state;
	for (int64_t at = STEP_US; at <= 3500000; at += STEP_US) {
		struct probe_run r = run_to_one();

		way(&r, V4, FAKE_SILENT);
		r.timeout_us = at;
		probe_run_go(&r);
		assert_int_equal(run_saw(&r, F_TCP_SILENT), at > 3001000);
		over(&r);
	}
}

/* --- hostile peers --- */

static void run_cut(const struct scenario *s, const struct fake_stream *down, int64_t most_us)
{
	struct probe_run r = run_to_one();
	struct fake_path path = {.to = run_address(V4), .down = *down};

	path.to.port = 0;
	net_fake_path(r.net, &path);
	probe_run_play(&r, s, V4);
	probe_run_go(&r);
	/* A host that thinks for seconds about each answer may use the whole time. */
	if ((!r.was_idle && !s->fault.delay_ms) || r.took_us > most_us)
		fail_msg("%s: ends after %zu, %d ms", s->id, down->end_after + down->lose_after,
		         (int)(r.took_us / 1000));
	over(&r);
}

static void run_cuts(const char *id, size_t from, size_t to, size_t step)
{
	const struct scenario *s = scenario_by_id(id);

	for (size_t after = from; after <= to; after += step) {
		run_cut(s, &(struct fake_stream){.end = FAKE_FIN, .end_after = after}, 10000000);
		run_cut(s, &(struct fake_stream){.end = FAKE_RST, .end_after = after}, 10000000);
		run_cut(s, &(struct fake_stream){.loses = true, .lose_after = after}, 10000000);
	}
}

/* Samples; every byte of every scenario takes minutes (RDPWHY_LONG=1). */
static void streams_break_anywhere(void **state)
{
	(void)state;
	bool is_long = getenv("RDPWHY_LONG") != NULL;

	run_cuts("healthy-p256", 0, 400, is_long ? 1 : 5);
	run_cuts("healthy-xrdp", 0, 40, 1);
	run_cuts("neg-hybrid-required", 0, 40, 1);
	for (size_t i = 0; scenario_at(i); i++)
		run_cuts(scenario_at(i)->id, is_long ? 0 : i * 7 % 131, 400, is_long ? 1 : 131);
}

/* A host that says what it is told to, whatever it hears. */
struct talker {
	struct net *net;
	struct net_listener *listener;
	struct net_conn *conns[64];
	size_t n;
	uint64_t seed;
	size_t piece;
	int64_t every_us;
	struct net_timer *timer;
};

static uint8_t next_byte(struct talker *t)
{
	t->seed = t->seed * 6364136223846793005u + 1442695040888963407u;
	return (uint8_t)(t->seed >> 33);
}

static void talk(void *context)
{
	struct talker *t = context;
	uint8_t bytes[4096];

	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < t->piece; k++)
			bytes[k] = next_byte(t);
		if (t->conns[i])
			net_send(t->conns[i], bytes, t->piece);
	}
	t->timer = net_after(t->net, t->every_us, talk, t);
}

static void drop_all(struct talker *t)
{
	for (size_t i = 0; i < t->n; i++)
		net_reset(t->conns[i]);
	t->n = 0;
}

static void ignore_bytes(void *context, const uint8_t *bytes, size_t n)
{
	(void)context;
	(void)bytes;
	(void)n;
}

static void ignore_end(void *context, enum net_end how)
{
	(void)context;
	(void)how;
}

static void talker_accepts(void *context, struct net_conn *conn)
{
	static const struct net_callbacks callbacks = {.bytes = ignore_bytes, .ended = ignore_end};
	struct talker *t = context;

	net_adopt(conn, &callbacks, t);
	if (t->n < COUNT(t->conns))
		t->conns[t->n++] = conn;
}

static void run_talker(uint64_t seed, size_t piece, int64_t every_us)
{
	struct probe_run r = run_to_one();
	struct talker t = {.net = r.net, .seed = seed, .piece = piece, .every_us = every_us};
	struct net_address at = run_address(V4);
	const char *error;

	t.listener = net_listen(r.net, &at, talker_accepts, &t, &error);
	t.timer = net_after(r.net, every_us, talk, &t);
	probe_run_go(&r);
	assert_true(r.was_idle);
	net_timer_stop(t.timer);
	drop_all(&t);
	net_listener_close(t.listener);
	over(&r);
}

static void noise_ends(void **state)
{
	(void)state;
	static const struct {
		size_t piece;
		int64_t every_us;
	} rows[] = {{1, 1000000}, {1, 100000}, {1, 1000}, {19, 10000}, {700, 1000}, {4096, 100}};

	for (uint64_t seed = 1; seed <= 50; seed++)
		for (size_t i = 0; i < COUNT(rows); i++)
			run_talker(seed, rows[i].piece, rows[i].every_us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_dropped_port_is_knocked_at_twice),
	    cmocka_unit_test(a_neighbour_that_answers_is_told),
	    cmocka_unit_test(an_echo_tells_a_filter_from_a_host_that_is_off),
	    cmocka_unit_test(an_echo_in_vain_changes_nothing),
	    cmocka_unit_test(an_echo_that_nobody_could_answer_is_not_told),
	    cmocka_unit_test(an_echo_ends_with_the_run),
	    cmocka_unit_test(neighbours_are_left_alone_otherwise),
	    cmocka_unit_test(each_failure_has_its_name),
	    cmocka_unit_test(the_router_is_named),
	    cmocka_unit_test(addresses_in_every_mix),
	    cmocka_unit_test(of_sixteen_addresses_six_are_tried),
	    cmocka_unit_test(a_greeting_is_heard_while_held),
	    cmocka_unit_test(a_close_while_held_ends_the_run),
	    cmocka_unit_test(names_that_do_not_resolve),
	    cmocka_unit_test(the_source_of_a_name_is_told),
	    cmocka_unit_test(a_reverse_name_is_not_waited_for),
	    cmocka_unit_test(an_impossible_name_is_not_looked_up),
	    cmocka_unit_test(libfreerdp_is_given_time),
	    cmocka_unit_test(a_full_run_keeps_the_limits),
	    cmocka_unit_test(the_last_stage_is_kept),
	    cmocka_unit_test(a_run_may_end_at_any_moment),
	    cmocka_unit_test(a_name_may_end_at_any_moment),
	    cmocka_unit_test(a_dropped_port_may_end_at_any_moment),
	    cmocka_unit_test(streams_break_anywhere),
	    cmocka_unit_test(noise_ends),
	};

	return RUN(tests);
}
