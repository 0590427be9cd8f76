#include "abuse.h"
#include "connection.h"

#include "stage/tls_names.h"

static const struct journey_plan usual = {.role = ROLE_OBSERVER};

/* What an observer has seen when the first n pieces of a conversation have passed. */
static void hear(struct run *r, const struct journey_plan *plan, const struct talk *t, size_t n)
{
	run_begin(r, plan);
	journey_open(r->j, &r->step);
	for (size_t i = 0; i < n && i < t->n; i++)
		run_tcp(r, t->at[i].dir, t->at[i].bytes.bytes, t->at[i].bytes.n);
}

static void hear_end(struct run *r, const struct talk *t, size_t n, enum ending how)
{
	hear(r, &usual, t, n);
	journey_ended(r->j, S2C, how, 15000, &r->step);
}

static struct talk tls12(void)
{
	struct talk t = {.n = 0};

	say_negotiation(&t, 0x0B, NEG_RSP, PROTOCOL_HYBRID_EX);
	say_tls12(&t, TLS_1_2);
	return t;
}

static struct talk tls13(size_t n_client)
{
	struct talk t = {.n = 0};

	say_negotiation(&t, 1, NEG_RSP, PROTOCOL_SSL);
	say_tls13(&t, n_client);
	return t;
}

enum { CR = 1, CC, HELLO, FLIGHT, CLIENT_FINISHED, HOST_FINISHED };

static void completed_up_to_tls12(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear(&r, &usual, &t, CLIENT_FINISHED);
	NOT_LOOKED_FOR(&r, F_TLS_COMPLETED);
	assert_int_equal(journey_place(r.j), PLACE_HANDSHAKE);
	run_end(&r);
	hear(&r, &usual, &t, HOST_FINISHED);
	SEEN_FACT(&r, F_TLS_COMPLETED);
	SEEN_TEXT(&r, F_TLS_VERSION, "1.2");
	SEEN_TEXT(&r, F_TLS_SUITE, "0xC030 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
	SEEN_FACT(&r, F_CERT_SELF_SIGNED); /* from the stub: it was given the certificate */
	assert_int_equal(journey_facts(r.j).tls_group, 0x17);
	assert_int_equal(journey_facts(r.j).host_bytes, t.at[3].bytes.n + t.at[5].bytes.n);
	assert_int_equal(journey_place(r.j), PLACE_TLS_UP);
	run_end(&r);
	talk_fini(&t);
}

/* A Finished is 4 + 48 + 1 + 16 bytes with this suite; an alert is 19. */
static void completed_in_tls13_by_the_size_of_the_answer(void **state)
{
	(void)state;
	static const struct {
		size_t n;
		bool is_up;
	} cases[] = {{19, false}, {68, false}, {69, true}, {1100, true}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct talk t = tls13(cases[i].n);
		struct run r;

		hear(&r, &usual, &t, t.n);
		SEEN_TEXT(&r, F_TLS_VERSION, "1.3");
		assert_int_equal(found_at(&r.found, F_TLS_COMPLETED) != NULL, cases[i].is_up);
		assert_int_equal(journey_place(r.j) == PLACE_DONE, cases[i].is_up);
		run_end(&r);
		talk_fini(&t);
	}
}

static void endings_by_their_place(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear_end(&r, &t, CC, ENDED_RST); /* no hello was sent: nothing was asked */
	NOT_LOOKED_FOR(&r, F_TLS_CLOSED_AFTER_HELLO);
	run_end(&r);
	hear_end(&r, &t, HELLO, ENDED_RST);
	SEEN_TEXT(&r, F_TLS_CLOSED_AFTER_HELLO, "rst");
	run_end(&r);
	hear_end(&r, &t, HELLO, ENDED_SILENT);
	SEEN_FACT(&r, F_TLS_SILENT_AFTER_HELLO);
	run_end(&r);
	hear_end(&r, &t, FLIGHT, ENDED_FIN);
	SEEN_TEXT(&r, F_TLS_CLOSED_AFTER_CERTIFICATE, "fin");
	run_end(&r);
	hear_end(&r, &t, FLIGHT, ENDED_SILENT); /* the host waits for the client */
	NOT_LOOKED_FOR(&r, F_TLS_STALLS);
	run_end(&r);
	hear_end(&r, &t, CLIENT_FINISHED, ENDED_SILENT);
	SEEN_NUMBER(&r, F_TLS_STALLS, t.at[3].bytes.n);
	run_end(&r);
	hear_end(&r, &t, HOST_FINISHED, ENDED_RST);
	NOT_LOOKED_FOR(&r, F_TLS_CLOSED_AFTER_CERTIFICATE);
	run_end(&r);
	talk_fini(&t);
}

static void stalls_in_the_middle_of_a_record(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear(&r, &usual, &t, HELLO);
	run_tcp(&r, S2C, t.at[3].bytes.bytes, 40);
	assert_int_equal(journey_facts(r.j).host_bytes, 40);
	journey_ended(r.j, S2C, ENDED_SILENT, 15000, &r.step);
	SEEN_NUMBER(&r, F_TLS_STALLS, 40);
	NOT_LOOKED_FOR(&r, F_TLS_SILENT_AFTER_HELLO);
	run_end(&r);
	talk_fini(&t);
}

static void the_clients_own_end_is_no_fault_of_the_host(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear(&r, &usual, &t, FLIGHT);
	journey_ended(r.j, C2S, ENDED_RST, 0, &r.step);
	journey_ended(r.j, S2C, ENDED_RST, 0, &r.step);
	NOT_LOOKED_FOR(&r, F_TLS_CLOSED_AFTER_CERTIFICATE);
	run_end(&r);
	talk_fini(&t);
}

static void say_alert(struct run *r, enum direction dir, uint8_t level, uint8_t description)
{
	struct buf out = {0};
	struct tls_alert alert = {level, description};

	tls_put_alert(&out, 0x0303, &alert);
	run_tcp(r, dir, out.bytes, out.n);
	buf_fini(&out);
}

static void alerts(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear(&r, &usual, &t, HELLO);
	say_alert(&r, S2C, TLS_WARNING, 112);
	NOT_LOOKED_FOR(&r, F_TLS_ALERT);
	say_alert(&r, S2C, TLS_FATAL, 40);
	SEEN_NUMBER(&r, F_TLS_ALERT, 40);
	journey_ended(r.j, S2C, ENDED_FIN, 0, &r.step);
	NOT_LOOKED_FOR(&r, F_TLS_CLOSED_AFTER_HELLO);
	run_end(&r);
	hear(&r, &usual, &t, FLIGHT);
	say_alert(&r, C2S, TLS_FATAL, 48);
	SEEN_NUMBER(&r, F_TLS_CLIENT_ALERT, 48);
	NOT_LOOKED_FOR(&r, F_TLS_ALERT);
	run_end(&r);
	talk_fini(&t);
}

static void what_is_not_tls_is_named(void **state)
{
	(void)state;
	static const char http[] = "HTTP/1.1 400 Bad Request\r\n";
	struct talk t = tls12();

	for (size_t cut = 0; cut < sizeof http; cut++) {
		struct run r;

		hear(&r, &usual, &t, HELLO);
		run_tcp(&r, S2C, http, cut);
		run_tcp(&r, S2C, http + cut, sizeof http - cut);
		SEEN_TEXT(&r, F_TLS_NOT_TLS, "http");
		run_end(&r);
	}
	talk_fini(&t);
}

/* xrdp without a usable key: nine plain bytes, and then it is gone. */
static void an_ultimatum_in_the_clear_is_a_way_to_leave(void **state)
{
	(void)state;
	static const char ultimatum[] = "\x03\0\0\x09\x02\xF0\x80\x21\x80";
	struct talk t = tls12();

	for (size_t cut = 0; cut < sizeof ultimatum; cut++) {
		struct run r;

		hear(&r, &usual, &t, HELLO);
		run_tcp(&r, S2C, ultimatum, cut);
		run_tcp(&r, S2C, ultimatum + cut, sizeof ultimatum - 1 - (cut < 9 ? cut : 9));
		SEEN_TEXT(&r, F_TLS_NOT_TLS, "rdp");
		say_alert(&r, C2S, TLS_FATAL, 70);
		NOT_LOOKED_FOR(&r, F_TLS_CLIENT_ALERT);
		journey_ended(r.j, S2C, ENDED_RST, 0, &r.step);
		SEEN_TEXT(&r, F_TLS_CLOSED_AFTER_HELLO, "rst");
		run_end(&r);
	}
	talk_fini(&t);
}

static void an_ultimatum_that_is_not_kept_is_no_end(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear(&r, &usual, &t, HELLO);
	run_tcp(&r, S2C, "\x03\0\0\x09\x02\xF0\x80\x21\x80", 9);
	journey_ended(r.j, S2C, ENDED_SILENT, 3000, &r.step);
	SEEN_TEXT(&r, F_TLS_NOT_TLS, "rdp");
	NOT_LOOKED_FOR(&r, F_TLS_SILENT_AFTER_HELLO);
	NOT_LOOKED_FOR(&r, F_TLS_STALLS);
	run_end(&r);
	talk_fini(&t);
}

static void a_broken_server_hello_is_a_flaw(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear(&r, &usual, &t, HELLO);
	run_tcp(&r, S2C, "\x16\x03\x03\0\x06\x02\0\0\x02\x03\x03", 11);
	SEEN_TEXT(&r, F_TLS_MALFORMED, "ServerHello.random at byte 6");
	run_end(&r);
	talk_fini(&t);
}

static void an_endless_message_is_a_flaw(void **state)
{
	(void)state;
	struct talk t = tls12();
	struct run r;

	hear(&r, &usual, &t, HELLO);
	run_tcp(&r, S2C, "\x16\x03\x03\0\x04\x0B\xFF\xFF\xFF", 9);
	SEEN_TEXT(&r, F_TLS_MALFORMED, "Handshake.length at byte 1");
	run_end(&r);
	talk_fini(&t);
}

static void an_sslv2_hello_is_a_hello(void **state)
{
	(void)state;
	uint8_t v2[2 + 0x2E] = {0x80, 0x2E, 1, 3, 1};
	struct talk t = {.n = 0};
	struct run r;

	say_negotiation(&t, 1, NEG_RSP, PROTOCOL_SSL);
	hear(&r, &usual, &t, t.n);
	run_tcp(&r, C2S, v2, sizeof v2);
	journey_ended(r.j, S2C, ENDED_RST, 0, &r.step);
	SEEN_TEXT(&r, F_TLS_CLOSED_AFTER_HELLO, "rst");
	run_end(&r);
	talk_fini(&t);
}

/* A HelloRetryRequest is no answer yet: the version is told once. */
static void a_retry_is_followed(void **state)
{
	(void)state;
	struct talk t = tls13(69);
	struct tls_server_hello retry = {
	    .version = TLS_1_3, .suite = 0x1302, .group = 0x17, .is_retry = true};
	struct buf message = {0}, record = {0};
	struct run r;

	tls_put_server_hello(&message, &retry);
	tls_put_record(&record, TLS_HANDSHAKE_MESSAGE, 0x0303, message.bytes, message.n);
	hear(&r, &usual, &t, HELLO);
	run_tcp(&r, S2C, record.bytes, record.n);
	NOT_LOOKED_FOR(&r, F_TLS_VERSION);
	for (size_t i = 2; i < t.n; i++)
		run_tcp(&r, t.at[i].dir, t.at[i].bytes.bytes, t.at[i].bytes.n);
	SEEN_FACT(&r, F_TLS_COMPLETED);
	run_end(&r);
	buf_fini(&message);
	buf_fini(&record);
	talk_fini(&t);
}

/* ---------------------------------------------------------------- hellos that are aside */

static struct journey_plan bare(uint16_t least, uint16_t most)
{
	return (struct journey_plan){.role = ROLE_CLIENT,
	                             .purpose = ASIDE,
	                             .requested = 0x0B,
	                             .has_bare_hello = true,
	                             .hello_least = least,
	                             .hello_most = most};
}

static void ask(struct run *r, const struct journey_plan *plan)
{
	struct talk t = {.n = 0};

	say_negotiation(&t, 0x0B, NEG_RSP, PROTOCOL_HYBRID_EX);
	run_begin(r, plan);
	journey_open(r->j, &r->step);
	r->out.n = 0;
	run_tcp(r, S2C, t.at[1].bytes.bytes, t.at[1].bytes.n);
	assert_int_equal(journey_layer(r->j), LAYER_TCP);
	assert_int_equal(r->found.n, 0);
	talk_fini(&t);
}

static void a_bare_hello_offers_what_was_asked(void **state)
{
	(void)state;
	for (uint16_t version = TLS_1_0; version <= TLS_1_3; version++) {
		struct journey_plan plan = bare(version, version);
		struct tls_client_hello hello;
		struct flaw flaw;
		struct run r;

		ask(&r, &plan);
		assert_int_equal(tls_record_length((uint8_t *)r.out.bytes, r.out.n), r.out.n);

		struct cur c = cur_over(r.out.bytes + TLS_RECORD_HEADER,
		                        r.out.n - TLS_RECORD_HEADER, &flaw);

		assert_true(tls_read_client_hello(&c, &hello));
		assert_int_equal(hello.legacy_version, version < TLS_1_2 ? version : TLS_1_2);
		assert_int_equal(hello.versions.n, version == TLS_1_3);
		assert_int_equal(hello.has_key_share, version == TLS_1_3);
		assert_int_equal(hello.signatures.n > 0, version >= TLS_1_2);
		for (size_t i = 0; i < hello.suites.n; i++)
			assert_int_equal(hello.suites.at[i] >> 8 == 0x13, version == TLS_1_3);
		run_end(&r);
	}
}

static void a_bare_hello_that_is_answered(void **state)
{
	(void)state;
	struct journey_plan plan = bare(TLS_1_2, TLS_1_2);
	struct talk t = tls12();
	struct run r;

	ask(&r, &plan);
	assert_int_equal(run_tcp(&r, S2C, t.at[3].bytes.bytes, t.at[3].bytes.n), NEXT_DONE);
	SEEN_TEXT(&r, F_TLS_ACCEPTS_VERSION, "1.2");
	assert_int_equal(r.found.n, 1);
	assert_string_equal(r.found.at[0].where, "tcp 192.0.2.7:3389, ClientHello 1.2");
	assert_string_equal(r.found.at[0].group, "tls.accepts_version");
	assert_int_equal(journey_facts(r.j).tls_suite, 0xC030);
	run_end(&r);
	talk_fini(&t);
}

static void a_bare_hello_that_is_refused(void **state)
{
	(void)state;
	struct journey_plan plan = bare(TLS_1_0, TLS_1_0);
	struct run r;

	ask(&r, &plan);
	say_alert(&r, S2C, TLS_FATAL, 70);
	IS_ABSENT(&r, F_TLS_ACCEPTS_VERSION);
	SEEN_TEXT(&r, F_TLS_HELLO_REFUSED, "1.0: alert 70 protocol_version");
	assert_true(journey_facts(r.j).has_tls_alert);
	assert_int_equal(r.found.n, 2);
	run_end(&r);
	ask(&r, &plan);
	journey_ended(r.j, S2C, ENDED_RST, 0, &r.step);
	IS_ABSENT(&r, F_TLS_ACCEPTS_VERSION);
	SEEN_TEXT(&r, F_TLS_HELLO_REFUSED, "1.0: rst");
	run_end(&r);
}

static void a_liberal_hello_finds_a_version_that_no_client_has(void **state)
{
	(void)state;
	struct journey_plan plan = {
	    .role = ROLE_OBSERVER, .purpose = ASIDE, .profile = profile_by_id("win11")};
	struct talk t = {.n = 0};
	struct run r;

	say_negotiation(&t, 1, NEG_RSP, PROTOCOL_SSL);
	say_tls12(&t, TLS_1_0);
	hear(&r, &plan, &t, t.n);
	SEEN_FACT(&r, F_TLS_VERSION_NOT_OF_CLIENT);
	SEEN_TEXT(&r, F_TLS_ACCEPTS_VERSION, "1.0");
	NOT_LOOKED_FOR(&r, F_TLS_VERSION);
	NOT_LOOKED_FOR(&r, F_TLS_COMPLETED);
	run_end(&r);
	plan.purpose = AS_CLIENT; /* the client has it after all */
	hear(&r, &plan, &t, t.n);
	NOT_LOOKED_FOR(&r, F_TLS_VERSION_NOT_OF_CLIENT);
	SEEN_FACT(&r, F_TLS_COMPLETED);
	run_end(&r);
	talk_fini(&t);
}

/* ----------------------------------------------------------------------------- abuse */

static void observe(const uint8_t *bytes, size_t n)
{
	struct talk t = {.n = 0};
	struct run r;

	say_negotiation(&t, 1, NEG_RSP, PROTOCOL_SSL);
	say_hello(&t);
	hear(&r, &usual, &t, t.n);
	run_tcp(&r, S2C, bytes, n);
	run_tcp(&r, C2S, bytes, n);
	journey_ended(r.j, S2C, ENDED_SILENT, 0, &r.step);
	run_end(&r);
	talk_fini(&t);
}

static void survives_abuse(void **state)
{
	(void)state;
	struct talk t = tls12();

	abuse(t.at[3].bytes.bytes, t.at[3].bytes.n, observe);
	talk_fini(&t);
}

static void the_profiles_are_whole(void **state)
{
	(void)state;
	assert_string_equal(profile_at(0)->id, "win11");
	assert_null(profile_by_id("mac"));
	for (size_t i = 0; profile_at(i); i++) {
		const struct client_profile *p = profile_at(i);

		assert_ptr_equal(profile_by_id(p->id), p);
		assert_true(p->title && p->source && p->suites[0] && p->groups[0]);
		assert_true(p->signatures[0] && p->rsa_bits_least && p->credssp_least);
		assert_true(p->tls_least <= p->tls_most && !(p->protocols & PROTOCOL_RDSAAD));
		for (size_t k = 0; p->suites[k]; k++)
			assert_non_null(tls_suite_name(p->suites[k]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(completed_up_to_tls12),
	    cmocka_unit_test(completed_in_tls13_by_the_size_of_the_answer),
	    cmocka_unit_test(endings_by_their_place),
	    cmocka_unit_test(stalls_in_the_middle_of_a_record),
	    cmocka_unit_test(the_clients_own_end_is_no_fault_of_the_host),
	    cmocka_unit_test(alerts),
	    cmocka_unit_test(what_is_not_tls_is_named),
	    cmocka_unit_test(an_ultimatum_in_the_clear_is_a_way_to_leave),
	    cmocka_unit_test(an_ultimatum_that_is_not_kept_is_no_end),
	    cmocka_unit_test(a_broken_server_hello_is_a_flaw),
	    cmocka_unit_test(an_endless_message_is_a_flaw),
	    cmocka_unit_test(an_sslv2_hello_is_a_hello),
	    cmocka_unit_test(a_retry_is_followed),
	    cmocka_unit_test(a_bare_hello_offers_what_was_asked),
	    cmocka_unit_test(a_bare_hello_that_is_answered),
	    cmocka_unit_test(a_bare_hello_that_is_refused),
	    cmocka_unit_test(a_liberal_hello_finds_a_version_that_no_client_has),
	    cmocka_unit_test(survives_abuse),
	    cmocka_unit_test(the_profiles_are_whole),
	};

	return RUN(tests);
}
