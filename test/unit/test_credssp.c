#include "harness.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "stage/credssp.h"
#include "stage/host_name.h"
#include "wire/ntlm.h"
#include "wire/spnego.h"
#include "wire/tsrequest.h"

#define NOW INT64_C(1783000923000000)

/* A client and a host in one process, and somebody who listens. */
struct run {
	struct arena arena;
	struct findings found, overheard, of_host;
	struct buf c2s, s2c;
	struct credssp *client, *host, *observer;
	struct journey_plan plan;
	struct host_manner manner;
	enum next client_next, host_next, observer_next;
	int64_t answered_us;
};

static struct step step_of(struct run *r, struct findings *found, struct buf *out, int64_t now)
{
	found->arena = &r->arena;
	return (struct step){.out = out,
	                     .found = found,
	                     .origin = ORIGIN_PROBE,
	                     .where = "tcp 192.0.2.7:3389",
	                     .now_us = now};
}

static enum next feed(struct credssp *c, enum direction dir, const struct buf *bytes,
                      struct step *step)
{
	struct flaw flaw;

	return credssp_feed(c, dir, cur_over(bytes->bytes, bytes->n, &flaw), step);
}

static void start(struct run *r, const char *dialled)
{
	struct journey_plan plan = {.role = ROLE_CLIENT, .dialled = dialled, .host = &r->manner};
	struct step step = step_of(r, &r->found, &r->c2s, NOW);

	plan.purpose = r->plan.purpose;
	r->client = credssp_new(&plan);
	plan.role = ROLE_SERVER;
	r->host = credssp_new(&plan);
	plan.role = ROLE_OBSERVER;
	r->observer = credssp_new(&plan);
	assert_int_equal(credssp_open(r->client, &step), NEXT_MORE);
}

static void hear(struct run *r)
{
	int64_t now = r->answered_us ? r->answered_us : NOW;
	struct step client = step_of(r, &r->found, &r->c2s, now);
	struct step observer = step_of(r, &r->overheard, NULL, now);
	struct step earlier = step_of(r, &r->overheard, NULL, NOW);

	assert_int_equal(feed(r->observer, C2S, &r->c2s, &earlier), NEXT_MORE);
	assert_int_equal(credssp_frame((uint8_t *)r->s2c.bytes, r->s2c.n), r->s2c.n);
	r->client_next = feed(r->client, S2C, &r->s2c, &client);
	r->observer_next = feed(r->observer, S2C, &r->s2c, &observer);
}

static void run(struct run *r, const char *dialled)
{
	struct step host = step_of(r, &r->of_host, &r->s2c, NOW);

	start(r, dialled);
	assert_int_equal(credssp_open(r->host, &host), NEXT_MORE);
	r->host_next = feed(r->host, C2S, &r->c2s, &host);
	hear(r);
}

static void done(struct run *r)
{
	credssp_free(r->client);
	credssp_free(r->host);
	credssp_free(r->observer);
	buf_fini(&r->c2s);
	buf_fini(&r->s2c);
	arena_fini(&r->arena);
	*r = (struct run){0};
}

static const struct finding *find(const struct findings *set, enum finding_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id)
			return &set->at[i];
	return NULL;
}

static void require_state(const struct run *r, enum finding_id id, enum finding_state state)
{
	const struct finding *f = find(&r->found, id);

	if (!f || f->state != state)
		fail_msg("%s: %s", finding_defs[id].name, f ? "in the other state" : "not there");
}

static void require_none(const struct run *r, enum finding_id id)
{
	if (find(&r->found, id))
		fail_msg("%s is there", finding_defs[id].name);
}

static void require_text(const struct run *r, enum finding_id id, const char *text)
{
	require_state(r, id, FINDING_SEEN);
	assert_string_equal(find(&r->found, id)->text, text);
}

static void require_number(const struct run *r, enum finding_id id, int64_t number)
{
	require_state(r, id, FINDING_SEEN);
	assert_int_equal(find(&r->found, id)->number, number);
}

static void a_member_of_a_domain(void **state)
{
	(void)state;
	struct run r = {.manner = {.nb_computer = "PC-17",
	                           .nb_domain = "CORP",
	                           .dns_computer = "pc-17.corp.example",
	                           .dns_domain = "corp.example"}};
	struct journey_facts facts = {.selected = 8};

	run(&r, "PC-17.corp.example");
	assert_int_equal(r.host_next, NEXT_DONE);
	assert_int_equal(r.client_next, NEXT_DONE);
	assert_int_equal(r.of_host.n, 0);
	require_state(&r, F_NLA_CHALLENGE, FINDING_SEEN);
	require_number(&r, F_NLA_VERSION, 6);
	require_text(&r, F_NLA_COMPUTER, "pc-17.corp.example");
	require_text(&r, F_NLA_NETBIOS_COMPUTER, "PC-17");
	require_text(&r, F_NLA_DOMAIN, "corp.example");
	require_state(&r, F_NLA_WORKGROUP, FINDING_ABSENT);
	require_number(&r, F_NLA_BUILD, 20348);
	require_state(&r, F_CLOCK_OFFSET, FINDING_ABSENT);
	require_state(&r, F_NLA_NAMES_OTHER_HOST, FINDING_ABSENT);
	assert_string_equal(r.found.at[0].where, "tcp 192.0.2.7:3389");
	assert_true(r.found.at[0].when_us == NOW);
	credssp_facts(r.client, &facts);
	assert_true(facts.has_challenge);
	assert_int_equal(facts.credssp_version, 6);
	assert_int_equal(facts.ntlm_version[0], 10);
	assert_int_equal(facts.selected, 8);
	done(&r);
}

static void a_computer_of_no_domain(void **state)
{
	(void)state;
	struct run r = {.manner = {.nb_computer = "HOME", .build = 19045}};

	run(&r, NULL);
	require_state(&r, F_NLA_WORKGROUP, FINDING_SEEN);
	require_none(&r, F_NLA_DOMAIN);
	require_none(&r, F_NLA_NAMES_OTHER_HOST);
	require_number(&r, F_NLA_BUILD, 19045);
	done(&r);
}

static void an_observer_hears_the_same(void **state)
{
	(void)state;
	struct run r = {.manner = {.nb_computer = "HOME", .clock_offset_s = -3600}};

	run(&r, "other");
	assert_int_equal(r.observer_next, NEXT_DONE);
	assert_int_equal(r.found.n, r.overheard.n);
	for (size_t i = 0; i < r.found.n; i++) {
		assert_int_equal(r.found.at[i].id, r.overheard.at[i].id);
		assert_int_equal(r.found.at[i].state, r.overheard.at[i].state);
		assert_int_equal(r.found.at[i].number, r.overheard.at[i].number);
	}
	done(&r);
}

static void the_clock(void **state)
{
	(void)state;
	static const struct {
		int64_t offset;
		enum effect effect;
		const char *domain; /* NULL: a computer of no domain */
	} cases[] = {{61, EFFECT_NONE, "CORP"},       {-299, EFFECT_NONE, "CORP"},
	             {300, EFFECT_MAY_BLOCK, "CORP"}, {-86400, EFFECT_MAY_BLOCK, "CORP"},
	             {-3599, EFFECT_NONE, NULL},      {3600, EFFECT_MAY_BLOCK, NULL}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r = {.manner = {.nb_computer = "PC-17",
		                           .nb_domain = cases[i].domain,
		                           .clock_offset_s = cases[i].offset}};

		run(&r, NULL);
		require_number(&r, F_CLOCK_OFFSET, cases[i].offset);
		assert_int_equal(find(&r.found, F_CLOCK_OFFSET)->effect, cases[i].effect);
		done(&r);
	}

	struct run r = {.manner = {.clock_offset_s = -60}};

	run(&r, NULL);
	require_state(&r, F_CLOCK_OFFSET, FINDING_ABSENT);
	done(&r);
}

static void versions_and_refusals(void **state)
{
	(void)state;
	struct run r = {.manner = {.credssp_version = 2}};

	run(&r, NULL);
	require_number(&r, F_NLA_VERSION, 2);
	done(&r);

	r = (struct run){.manner = {.credssp_error = 0x80090302}};
	run(&r, NULL);
	assert_int_equal(r.host_next, NEXT_STOP);
	assert_int_equal(r.client_next, NEXT_STOP);
	require_number(&r, F_NLA_ERROR, 0x80090302);
	require_number(&r, F_NLA_VERSION, 6);
	require_none(&r, F_NLA_CHALLENGE);
	done(&r);
}

static void names_of_another_host(void **state)
{
	(void)state;
	static const struct {
		const char *dialled;
		int expected; /* 1 seen, 0 absent, -1 none */
	} cases[] = {
	    {"pc-17", 0},      {"PC-17.CORP.EXAMPLE.", 0}, {"pc-17.other.example", 0},
	    {"pc-18", 1},      {"pc-18.corp.example", 1},  {"localhost", -1},
	    {"192.0.2.7", -1}, {"2001:db8::7", -1},        {NULL, -1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r = {.manner = {.nb_computer = "PC-17",
		                           .nb_domain = "CORP",
		                           .dns_computer = "pc-17.corp.example"}};

		run(&r, cases[i].dialled);
		if (cases[i].expected < 0)
			require_none(&r, F_NLA_NAMES_OTHER_HOST);
		else if (cases[i].expected)
			require_text(&r, F_NLA_NAMES_OTHER_HOST, "pc-17.corp.example");
		else
			require_state(&r, F_NLA_NAMES_OTHER_HOST, FINDING_ABSENT);
		done(&r);
	}
}

static void names_are_compared_as_computers_are_named(void **state)
{
	(void)state;
	assert_true(host_name_same("VERYLONGCOMPUTE", "verylongcomputername.corp.example"));
	assert_false(host_name_same("VERYLONGCOMPUT", "verylongcomputername"));
	assert_false(host_name_same("pc.a.example", "pc.b.example"));
	assert_true(host_name_same("pc", "PC.b.example."));
	assert_true(host_name_tells("pc"));
	assert_true(host_name_tells("notlocalhost"));
	assert_false(host_name_tells("a.localhost"));
	assert_false(host_name_tells(""));
}

/* An answer of one's own making, as a host would send it. */
static void answered_with(struct run *r, const struct tsrequest *ts, const char *dialled)
{
	start(r, dialled);
	tsrequest_put(&r->s2c, ts);
	hear(r);
}

static struct octets view(const struct buf *b)
{
	return (struct octets){.at = (const uint8_t *)b->bytes, .n = b->n};
}

static void a_challenge_inside_spnego(void **state)
{
	(void)state;
	struct journey_plan plan = {.role = ROLE_SERVER, .host = &(struct host_manner){0}};
	struct credssp *host = credssp_new(&plan);
	struct ntlm_negotiate negotiate = {.flags = 0xE20882B7};
	struct buf inner = {0}, outer = {0}, asked = {0};
	struct run r = {0};
	struct step step = step_of(&r, &r.of_host, &r.s2c, NOW);
	struct tsrequest ts;
	struct spnego s;
	struct flaw flaw;

	ntlm_put_negotiate(&inner, &negotiate);
	spnego_put(&outer, &(struct spnego){.mechs = MECH_NTLMSSP,
	                                    .first_mech = MECH_NTLMSSP,
	                                    .token = view(&inner)});
	tsrequest_put(&asked, &(struct tsrequest){.version = 6, .token = view(&outer)});
	assert_int_equal(feed(host, C2S, &asked, &step), NEXT_DONE);

	struct cur c = cur_over(r.s2c.bytes, r.s2c.n, &flaw);

	assert_true(tsrequest_read(&c, &ts));
	c = der_within(&c, ts.token);
	assert_true(spnego_read(&c, &s));
	assert_int_equal(s.state, ACCEPT_INCOMPLETE);
	assert_int_equal(ntlm_type(s.token), NTLM_CHALLENGE);

	start(&r, NULL);
	hear(&r);
	require_state(&r, F_NLA_CHALLENGE, FINDING_SEEN);
	done(&r);
	credssp_free(host);
	buf_fini(&inner);
	buf_fini(&outer);
	buf_fini(&asked);
}

static void a_refusal_inside_spnego_is_no_challenge(void **state)
{
	(void)state;
	struct buf token = {0};
	struct run r = {0};

	spnego_put(&token, &(struct spnego){.is_response = true, .state = REJECT});
	answered_with(&r, &(struct tsrequest){.version = 6, .token = view(&token)}, NULL);
	assert_int_equal(r.client_next, NEXT_STOP);
	require_state(&r, F_NLA_CHALLENGE, FINDING_ABSENT);
	require_none(&r, F_NLA_MALFORMED);
	done(&r);
	buf_fini(&token);
}

static void malformed_answers_name_the_field(void **state)
{
	(void)state;
	struct run r = {0};

	answered_with(&r, &(struct tsrequest){.version = 6}, NULL);
	assert_int_equal(r.client_next, NEXT_STOP);
	require_text(&r, F_NLA_MALFORMED, "TSRequest.negoTokens at byte 7");
	done(&r);

	answered_with(
	    &r,
	    &(struct tsrequest){.version = 6, .token = {(const uint8_t *)"NTLMSSP\0\2\0\0\0", 12}},
	    NULL);
	require_text(&r, F_NLA_MALFORMED, "CHALLENGE.TargetNameFields at byte 29");
	done(&r);
}

static void bytes_that_are_no_tsrequest(void **state)
{
	(void)state;
	struct run r = {0};
	struct step step;

	start(&r, NULL);
	step = step_of(&r, &r.found, &r.c2s, NOW);
	assert_true(credssp_frame((const uint8_t *)"HTTP", 4) == STAGE_NOT_FRAMED);
	assert_true(credssp_frame((const uint8_t *)"\x30\x83\xFF\xFF\xFF", 5) == STAGE_NOT_FRAMED);
	assert_int_equal(credssp_frame((const uint8_t *)"\x30", 1), 0);
	credssp_unframed(r.client, S2C, (const uint8_t *)"HTTP", 4, &step);
	credssp_unframed(r.client, S2C, (const uint8_t *)"HTTP", 4, &step);
	assert_int_equal(r.found.n, 1);
	require_text(&r, F_NLA_MALFORMED, "TSRequest at byte 0");
	credssp_ended(r.client, S2C, ENDED_FIN, 0, &step);
	assert_int_equal(r.found.n, 1);
	done(&r);
}

static void endings(void **state)
{
	(void)state;
	static const struct {
		enum ending how;
		enum finding_id id;
		const char *text;
	} cases[] = {{ENDED_FIN, F_NLA_CLOSED, "fin"},
	             {ENDED_RST, F_NLA_CLOSED, "rst"},
	             {ENDED_SILENT, F_NLA_SILENT, NULL}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r = {0};

		start(&r, NULL);

		struct step step = step_of(&r, &r.found, &r.c2s, NOW);

		credssp_ended(r.client, C2S, cases[i].how, 0, &step);
		assert_int_equal(r.found.n, 0);
		credssp_ended(r.client, S2C, cases[i].how, 5000, &step);
		credssp_ended(r.client, S2C, cases[i].how, 5000, &step);
		assert_int_equal(r.found.n, 1);
		require_state(&r, cases[i].id, FINDING_SEEN);
		if (cases[i].text)
			require_text(&r, cases[i].id, cases[i].text);
		done(&r);
	}
}

static void an_end_after_the_challenge_says_nothing(void **state)
{
	(void)state;
	struct run r = {0};

	run(&r, NULL);

	size_t n = r.found.n;
	struct step step = step_of(&r, &r.found, &r.c2s, NOW);

	credssp_ended(r.client, S2C, ENDED_RST, 0, &step);
	assert_int_equal(feed(r.observer, C2S, &r.c2s, &step), NEXT_DONE);
	assert_int_equal(r.found.n, n);
	done(&r);
}

static void a_slow_answer(void **state)
{
	(void)state;
	struct run r = {.answered_us = NOW + 7000000};

	run(&r, NULL);
	require_number(&r, F_NLA_SLOW, 7000);
	done(&r);
}

static void what_no_client_asks_tells_nothing(void **state)
{
	(void)state;
	struct run r = {.plan = {.purpose = ASIDE}, .manner = {.clock_offset_s = 9999}};
	struct journey_facts facts = {0};

	run(&r, "other");
	assert_int_equal(r.found.n, 0);
	credssp_facts(r.client, &facts);
	assert_true(facts.has_challenge);
	done(&r);
}

/* The observer takes any damage to either side. */
static void try_bytes(struct run *r, const uint8_t *bytes, size_t n)
{
	struct journey_plan plan = {.role = ROLE_OBSERVER, .dialled = "pc"};
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct step step = {.found = &found, .now_us = NOW};
	struct flaw flaw;

	for (enum direction dir = C2S; dir <= S2C; dir++) {
		struct credssp *c = credssp_new(&plan);

		feed(c, C2S, &r->c2s, &step);
		credssp_feed(c, dir, cur_over(bytes, n, &flaw), &step);
		credssp_free(c);
	}
	arena_fini(&arena);
}

static void no_damage_harms(void **state)
{
	(void)state;
	struct run r = {.manner = {.nb_computer = "PC", .nb_domain = "D", .dns_computer = "pc.d"}};

	run(&r, NULL);
	for (size_t n = 0; n < r.s2c.n; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, r.s2c.bytes, n);
		try_bytes(&r, copy, n);
		free(copy);
	}
	for (size_t bit = 0; bit < r.s2c.n * 8; bit++) {
		r.s2c.bytes[bit / 8] ^= (char)(1 << bit % 8);
		try_bytes(&r, (uint8_t *)r.s2c.bytes, r.s2c.n);
		r.s2c.bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_member_of_a_domain),
	    cmocka_unit_test(a_computer_of_no_domain),
	    cmocka_unit_test(an_observer_hears_the_same),
	    cmocka_unit_test(the_clock),
	    cmocka_unit_test(versions_and_refusals),
	    cmocka_unit_test(names_of_another_host),
	    cmocka_unit_test(names_are_compared_as_computers_are_named),
	    cmocka_unit_test(a_challenge_inside_spnego),
	    cmocka_unit_test(a_refusal_inside_spnego_is_no_challenge),
	    cmocka_unit_test(malformed_answers_name_the_field),
	    cmocka_unit_test(bytes_that_are_no_tsrequest),
	    cmocka_unit_test(endings),
	    cmocka_unit_test(an_end_after_the_challenge_says_nothing),
	    cmocka_unit_test(a_slow_answer),
	    cmocka_unit_test(what_no_client_asks_tells_nothing),
	    cmocka_unit_test(no_damage_harms),
	};

	return RUN(tests);
}
