#include "abuse.h"
#include "connection.h"

#include "stage/initiation.h"
#include <stdio.h>

static const struct journey_plan usual = {.role = ROLE_CLIENT, .requested = 0x0B};

/* A client's journey that has heard these bytes of the host. */
static void hear(struct run *r, const struct journey_plan *plan, const void *bytes, size_t n)
{
	run_begin(r, plan);
	journey_open(r->j, &r->step);
	if (n)
		run_tcp(r, S2C, bytes, n);
}

static void hear_confirm(struct run *r, const struct journey_plan *plan, uint8_t kind,
                         uint32_t value)
{
	struct buf bytes = {0};
	struct x224_cc cc = {.kind = kind, .flags = 0x1F, .value = value};

	x224_put_cc(&bytes, &cc);
	hear(r, plan, bytes.bytes, bytes.n);
	buf_fini(&bytes);
}

static void hear_end(struct run *r, const struct journey_plan *plan, const void *bytes, size_t n,
                     enum ending how)
{
	hear(r, plan, bytes, n);
	journey_ended(r->j, S2C, how, 10000, &r->step);
	assert_int_equal(journey_place(r->j), PLACE_STOPPED);
}

static void a_client_asks_by_its_mask(void **state)
{
	(void)state;
	static const uint8_t asked[] = {3, 0, 0, 0x13, 0x0E, 0xE0, 0, 0, 0, 0,
	                                0, 1, 0, 8,    0,    0x0B, 0, 0, 0};
	struct run r;

	hear(&r, &usual, NULL, 0);
	assert_int_equal(r.out.n, sizeof asked);
	assert_memory_equal(r.out.bytes, asked, sizeof asked);
	SEEN_NUMBER(&r, F_NEG_OFFERED, 0x0B);
	assert_int_equal(journey_place(r.j), PLACE_NEGOTIATION);
	run_end(&r);
}

static void selected(void **state)
{
	(void)state;
	struct run r;

	hear_confirm(&r, &usual, NEG_RSP, PROTOCOL_HYBRID_EX);
	SEEN_NUMBER(&r, F_NEG_SELECTED, 8);
	SEEN_NUMBER(&r, F_NEG_FLAGS, 0x1F);
	SEEN_FACT(&r, F_NEG_ACCEPTS_NLA);
	NOT_LOOKED_FOR(&r, F_NEG_ACCEPTS_TLS);
	assert_int_equal(journey_layer(r.j), LAYER_TLS);
	assert_int_equal(journey_place(r.j), PLACE_HELLO);
	run_end(&r);
}

static void refused(void **state)
{
	(void)state;
	struct run r;

	hear_confirm(&r, &usual, NEG_FAILURE, 2);
	SEEN_NUMBER(&r, F_NEG_FAILURE_CODE, 2);
	NOT_LOOKED_FOR(&r, F_NEG_SELECTED);
	assert_int_equal(journey_place(r.j), PLACE_STOPPED);
	run_end(&r);
}

static void without_negotiation_data(void **state)
{
	(void)state;
	struct run r;

	hear_confirm(&r, &usual, NEG_NONE, 0);
	IS_ABSENT(&r, F_NEG_SELECTED);
	SEEN_FACT(&r, F_NEG_ACCEPTS_STANDARD);
	assert_int_equal(journey_place(r.j), PLACE_DONE);
	assert_int_equal(journey_layer(r.j), LAYER_TCP);
	run_end(&r);
}

static void not_requested(void **state)
{
	(void)state;
	static const struct journey_plan tls_only = {.role = ROLE_CLIENT, .requested = 1};
	struct run r;

	hear_confirm(&r, &tls_only, NEG_RSP, PROTOCOL_HYBRID);
	SEEN_FACT(&r, F_NEG_NOT_REQUESTED);
	NOT_LOOKED_FOR(&r, F_NEG_ACCEPTS_NLA);
	assert_int_equal(journey_place(r.j), PLACE_STOPPED);
	run_end(&r);
}

/* However the stream is cut, the first bytes are one word. */
static void other_services_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		const char *word;
	} cases[] = {
	    {"HTTP/1.1 400 Bad Request\r\n", 26, "http"},
	    {"<html>", 6, "http"},
	    {"SSH-2.0-x\r\n", 11, "ssh"},
	    {"\x15\x03\x01\0\x02\x02\x46", 7, "tls"},
	    {"\x16\x03\x03\0\x05", 5, "tls"},
	    {"RFB 003.008\n", 12, "vnc"},
	    {"\xFFSMB\x72", 5, "smb"},
	    {"\0\0\0\x20\xFESMB", 8, "smb"},
	    {"220 mail.example ESMTP", 22, "smtp"},
	    {"+OK POP3", 8, "other"},
	    {"SSX", 3, "other"},
	    {"\x03\x01\0\0", 4, "other"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t cut = 0; cut < cases[i].n; cut++) {
			struct run r;

			hear(&r, &usual, cases[i].bytes, cut);
			run_tcp(&r, S2C, cases[i].bytes + cut, cases[i].n - cut);
			SEEN_TEXT(&r, F_NEG_NOT_RDP, cases[i].word);
			journey_ended(r.j, S2C, ENDED_FIN, 0, &r.step);
			NOT_LOOKED_FOR(&r, F_NEG_CLOSED);
			run_end(&r);
		}
	}
}

static void what_cannot_be_named_is_other(void **state)
{
	(void)state;
	struct run r;

	hear_end(&r, &usual, "SS", 2, ENDED_FIN);
	SEEN_TEXT(&r, F_NEG_NOT_RDP, "other");
	NOT_LOOKED_FOR(&r, F_NEG_MALFORMED);
	run_end(&r);
}

static void endings_without_an_answer(void **state)
{
	(void)state;
	struct run r;

	hear_end(&r, &usual, NULL, 0, ENDED_RST);
	SEEN_TEXT(&r, F_NEG_CLOSED, "rst");
	run_end(&r);
	hear_end(&r, &usual, NULL, 0, ENDED_SILENT);
	SEEN_FACT(&r, F_NEG_SILENT);
	run_end(&r);
	run_begin(&r, &usual);
	journey_ended(r.j, S2C, ENDED_FIN, 0, &r.step);
	SEEN_TEXT(&r, F_TCP_CLOSED_ON_ACCEPT, "fin");
	run_end(&r);
}

static void half_an_answer_names_the_missing_field(void **state)
{
	(void)state;
	static const uint8_t cc[] = {3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34,
	                             0, 2, 0, 8,  0,  8,    0, 0, 0};
	static const struct {
		size_t n;
		const char *text;
	} cases[] = {
	    {1, "tpktHeader.reserved at byte 1: only 1 bytes came"},
	    {4, "x224Ccf.lengthIndicator at byte 4: only 4 bytes came"},
	    {9, "x224Ccf.srcRef at byte 8: only 9 bytes came"},
	    {11, "rdpNegData.type at byte 11: only 11 bytes came"},
	    {18, "rdpNegData.selectedProtocol at byte 15: only 18 bytes came"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r;

		hear_end(&r, &usual, cc, cases[i].n, ENDED_FIN);
		SEEN_TEXT(&r, F_NEG_MALFORMED, cases[i].text);
		SEEN_TEXT(&r, F_NEG_CLOSED, "fin");
		run_end(&r);
	}
}

static void a_flaw_is_named(void **state)
{
	(void)state;
	static const uint8_t cc[] = {3, 0, 0, 19, 14, 0xD0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0};
	struct run r;

	hear(&r, &usual, cc, sizeof cc);
	SEEN_TEXT(&r, F_NEG_MALFORMED, "rdpNegData.length at byte 13");
	assert_int_equal(journey_place(r.j), PLACE_STOPPED);
	run_end(&r);
}

static void aside_says_only_what_is_accepted(void **state)
{
	(void)state;
	static const struct {
		uint32_t requested;
		uint8_t kind;
		uint32_t value;
		enum finding_id accepts;
		bool is_accepted;
		enum finding_id refused, also;
	} cases[] = {
	    {0, NEG_RSP, 0, F_NEG_ACCEPTS_STANDARD, true, F_NONE, F_NONE},
	    {0, NEG_NONE, 0, F_NEG_ACCEPTS_STANDARD, true, F_NONE, F_NONE},
	    {0, NEG_FAILURE, 5, F_NEG_ACCEPTS_STANDARD, false, F_NEG_STANDARD_REFUSED, F_NONE},
	    {1, NEG_RSP, 1, F_NEG_ACCEPTS_TLS, true, F_NONE, F_NONE},
	    {1, NEG_FAILURE, 5, F_NEG_ACCEPTS_TLS, false, F_NEG_TLS_REFUSED, F_NONE},
	    {1, NEG_RSP, 0, F_NEG_ACCEPTS_TLS, false, F_NONE, F_NEG_ACCEPTS_STANDARD},
	    {1, NEG_RSP, 2, F_NEG_ACCEPTS_TLS, false, F_NONE, F_NONE},
	    {3, NEG_RSP, 2, F_NEG_ACCEPTS_NLA, true, F_NONE, F_NONE},
	    {11, NEG_RSP, 8, F_NEG_ACCEPTS_NLA, true, F_NONE, F_NONE},
	    {3, NEG_RSP, 1, F_NEG_ACCEPTS_NLA, false, F_NONE, F_NEG_ACCEPTS_TLS},
	    {2, NEG_RSP, 0, F_NEG_ACCEPTS_NLA, false, F_NONE, F_NEG_ACCEPTS_STANDARD},
	    {2, NEG_FAILURE, 1, F_NEG_ACCEPTS_NLA, false, F_NEG_NLA_REFUSED, F_NONE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct journey_plan plan = {
		    .role = ROLE_CLIENT, .purpose = ASIDE, .requested = cases[i].requested};
		struct run r;
		size_t n = 1 + (cases[i].refused != F_NONE) + (cases[i].also != F_NONE);

		hear_confirm(&r, &plan, cases[i].kind, cases[i].value);
		assert_int_equal(r.found.n, n);
		assert_int_equal(found_at(&r.found, cases[i].accepts)->state,
		                 cases[i].is_accepted ? FINDING_SEEN : FINDING_ABSENT);
		if (cases[i].refused)
			SEEN_NUMBER(&r, cases[i].refused, cases[i].value);
		if (cases[i].also)
			SEEN_FACT(&r, cases[i].also);
		run_end(&r);
	}
}

static void aside_says_how_it_ended(void **state)
{
	(void)state;
	struct journey_plan plan = {.role = ROLE_CLIENT, .purpose = ASIDE, .requested = 1};
	struct run r;

	hear_end(&r, &plan, NULL, 0, ENDED_RST);
	IS_ABSENT(&r, F_NEG_ACCEPTS_TLS);
	SEEN_TEXT(&r, F_NEG_ASIDE_ENDED, "tls-rst");
	assert_int_equal(r.found.n, 2);
	run_end(&r);
	hear(&r, &plan, "HTTP/1.1", 8);
	SEEN_TEXT(&r, F_NEG_ASIDE_ENDED, "tls-other");
	assert_int_equal(r.found.n, 1);
	run_end(&r);
}

static void every_word_is_a_choice_of_its_finding(void **state)
{
	(void)state;
	static const char *const asked[] = {"standard", "tls", "nla"}, *const how[] = {"fin", "rst",
	                                                                               "silent",
	                                                                               "other"};

	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < 4; k++) {
			char word[32];

			snprintf(word, sizeof word, "%s-%s", asked[i], how[k]);
			assert_true(choice_index(finding_defs[F_NEG_ASIDE_ENDED].choices, word) >=
			            0);
		}
}

/* The host's answers, as Windows gives them. */
static void a_host_answers_by_its_manner(void **state)
{
	(void)state;
	enum { SAYS_NOTHING = 0xFF };
	static const struct {
		struct host_manner host;
		bool has_no_neg;
		uint32_t requested;
		uint8_t kind;
		uint32_t value;
	} cases[] = {
	    {.host = {0}, .requested = 0x0B, .kind = NEG_RSP, .value = 8},
	    {.host = {0}, .requested = 0x03, .kind = NEG_RSP, .value = 2},
	    {.host = {0}, .requested = 0x01, .kind = NEG_FAILURE, .value = 5},
	    {.host = {0}, .requested = 0x00, .kind = NEG_FAILURE, .value = 5},
	    {.host = {.accepts = 0x0B}, .requested = 0x01, .kind = NEG_RSP, .value = 1},
	    {.host = {.accepts = 0x0B}, .requested = 0x00, .kind = NEG_FAILURE, .value = 1},
	    {.host = {.accepts = 0x01}, .requested = 0x02, .kind = NEG_FAILURE, .value = 1},
	    {.host = {.accepts = ACCEPTS_STANDARD},
	     .requested = 3,
	     .kind = NEG_FAILURE,
	     .value = 2},
	    {.host = {.accepts = ACCEPTS_STANDARD}, .requested = 0, .kind = NEG_RSP, .value = 0},
	    {.host = {.accepts = ACCEPTS_STANDARD}, .has_no_neg = true, .kind = NEG_NONE},
	    {.host = {0}, .has_no_neg = true, .kind = SAYS_NOTHING},
	    {.host = {.forced_failure = 3}, .requested = 0x0B, .kind = NEG_FAILURE, .value = 3},
	    {.host = {.has_forced = true}, .requested = 0x0B, .kind = NEG_RSP, .value = 0},
	    {.host = {.has_no_neg_data = true}, .requested = 0x0B, .kind = NEG_NONE},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct x224_cc cc = {0};
		bool says = initiation_answer(&cases[i].host, !cases[i].has_no_neg,
		                              cases[i].requested, &cc);

		assert_int_equal(says, cases[i].kind != SAYS_NOTHING);
		if (!says)
			continue;
		assert_int_equal(cc.kind, cases[i].kind);
		assert_int_equal(cc.value, cases[i].value);
	}
}

static void a_server_writes_its_answer(void **state)
{
	(void)state;
	static const struct host_manner host = {.accepts = 0x0B};
	struct journey_plan plan = {.role = ROLE_SERVER, .host = &host};
	struct run client, server;

	hear(&client, &usual, NULL, 0);
	run_begin(&server, &plan);
	journey_open(server.j, &server.step);
	assert_int_equal(run_tcp(&server, C2S, client.out.bytes, client.out.n), NEXT_MORE);
	assert_int_equal(journey_layer(server.j), LAYER_TLS);
	run_tcp(&client, S2C, server.out.bytes, server.out.n);
	SEEN_NUMBER(&client, F_NEG_SELECTED, 8);
	run_end(&client);
	run_end(&server);
}

static void observe_all(const uint8_t *bytes, size_t n)
{
	static const struct journey_plan plan = {.role = ROLE_OBSERVER};
	struct run r;

	run_begin(&r, &plan);
	run_tcp(&r, C2S, bytes, n);
	run_tcp(&r, S2C, bytes, n);
	journey_ended(r.j, S2C, ENDED_FIN, 0, &r.step);
	run_end(&r);
}

static void survives_abuse(void **state)
{
	(void)state;
	struct talk t = {.n = 0};

	say_negotiation(&t, 3, NEG_RSP, 2);
	abuse(t.at[0].bytes.bytes, t.at[0].bytes.n, observe_all);
	abuse(t.at[1].bytes.bytes, t.at[1].bytes.n, observe_all);
	talk_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_client_asks_by_its_mask),
	    cmocka_unit_test(selected),
	    cmocka_unit_test(refused),
	    cmocka_unit_test(without_negotiation_data),
	    cmocka_unit_test(not_requested),
	    cmocka_unit_test(other_services_are_named),
	    cmocka_unit_test(what_cannot_be_named_is_other),
	    cmocka_unit_test(endings_without_an_answer),
	    cmocka_unit_test(half_an_answer_names_the_missing_field),
	    cmocka_unit_test(a_flaw_is_named),
	    cmocka_unit_test(aside_says_only_what_is_accepted),
	    cmocka_unit_test(aside_says_how_it_ended),
	    cmocka_unit_test(every_word_is_a_choice_of_its_finding),
	    cmocka_unit_test(a_host_answers_by_its_manner),
	    cmocka_unit_test(a_server_writes_its_answer),
	    cmocka_unit_test(survives_abuse),
	};

	return RUN(tests);
}
