/* Two roads, one set of findings: what the client meets and what an observer sees of it. */
#include "connection.h"

static const struct journey_plan as_client = {.role = ROLE_CLIENT, .requested = 0x0B};
static const struct journey_plan as_observer = {.role = ROLE_OBSERVER};

/* The client's own bytes of the negotiation it writes itself; from TLS on it taps both ways. */
static bool is_fed(const struct journey_plan *plan, const struct run *r, enum direction dir)
{
	return plan->role == ROLE_OBSERVER || dir == S2C || journey_layer(r->j) == LAYER_TLS;
}

/* Follows the first n bytes of a conversation, cut at the byte `cut` and into pieces of `size`. */
static void follow(struct run *r, const struct journey_plan *plan, const struct talk *t, size_t n,
                   size_t cut, size_t size)
{
	size_t at = 0;

	run_begin(r, plan);
	journey_open(r->j, &r->step);
	for (size_t i = 0; i < t->n; i++) {
		const struct buf *b = &t->at[i].bytes;

		for (size_t k = 0, m; k < b->n && at < n; k += m, at += m) {
			m = b->n - k < size ? b->n - k : size;
			m = at < cut && cut < at + m ? cut - at : m;
			m = at + m > n ? n - at : m;
			if (is_fed(plan, r, t->at[i].dir))
				run_tcp(r, t->at[i].dir, b->bytes + k, m);
		}
	}
}

static size_t length_of(const struct talk *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->at[i].bytes.n;
	return n;
}

/* Equal in name, state, value and effect, as far as everybody on the path can see. */
static bool is_same(const struct finding *a, const struct finding *b)
{
	bool is_same_text = a->text == b->text || (a->text && b->text && !strcmp(a->text, b->text));

	return a->id == b->id && a->state == b->state && a->number == b->number && is_same_text &&
	       a->effect == b->effect;
}

static const struct finding *next_on_wire(const struct findings *set, size_t *i)
{
	while (*i < set->n && set->at[*i].visible != VISIBLE_WIRE)
		++*i;
	return *i < set->n ? &set->at[(*i)++] : NULL;
}

static void assert_same(const struct run *a, const struct run *b)
{
	size_t i = 0, k = 0;

	for (;;) {
		const struct finding *x = next_on_wire(&a->found, &i),
		                     *y = next_on_wire(&b->found, &k);

		if (!x && !y)
			return;
		if (!x || !y || !is_same(x, y))
			fail_msg("%s against %s", x ? finding_defs[x->id].name : "nothing",
			         y ? finding_defs[y->id].name : "nothing");
	}
}

static size_t make_talks(struct talk *talks)
{
	size_t n = 0;

	memset(talks, 0, 8 * sizeof *talks);
	say_negotiation(&talks[n], 0x0B, NEG_RSP, PROTOCOL_HYBRID_EX);
	say_tls12(&talks[n++], TLS_1_2);
	say_negotiation(&talks[n], 0x0B, NEG_RSP, PROTOCOL_SSL);
	say_tls13(&talks[n++], 69);
	say_negotiation(&talks[n], 0x0B, NEG_RSP, PROTOCOL_SSL);
	say_tls13(&talks[n++], 19);
	say_negotiation(&talks[n++], 0x0B, NEG_FAILURE, 2);
	say_negotiation(&talks[n++], 0x0B, NEG_NONE, 0);
	say_negotiation(&talks[n], 0x0B, NEG_RSP, PROTOCOL_HYBRID);
	say_hello(&talks[n]);
	buf_puts(talk_add(&talks[n++], S2C), "HTTP/1.1 400 Bad Request\r\n");
	say_negotiation(&talks[n], 0x0B, NEG_RSP, PROTOCOL_HYBRID);
	say_hello(&talks[n]);
	tls_put_alert(talk_add(&talks[n++], S2C), 0x0303, &(struct tls_alert){2, 40});
	return n;
}

/* At every byte where a connection can end, in every way in which it can. */
static void client_and_observer_find_the_same(void **state)
{
	(void)state;
	struct talk talks[8];
	size_t n_talks = make_talks(talks);

	for (size_t i = 0; i < n_talks; i++) {
		/* the client's request is one piece: a client never sends half of it */
		for (size_t n = talks[i].at[0].bytes.n; n <= length_of(&talks[i]); n++)
			for (int how = ENDED_FIN; how <= ENDED_SILENT; how++) {
				struct run c, o;

				follow(&c, &as_client, &talks[i], n, 0, SIZE_MAX);
				follow(&o, &as_observer, &talks[i], n, 0, SIZE_MAX);
				assert_int_equal(journey_place(c.j), journey_place(o.j));
				journey_ended(c.j, S2C, (enum ending)how, 5000, &c.step);
				journey_ended(o.j, S2C, (enum ending)how, 5000, &o.step);
				assert_same(&c, &o);
				assert_int_equal(journey_place(c.j), journey_place(o.j));
				run_end(&c);
				run_end(&o);
			}
		talk_fini(&talks[i]);
	}
}

static void cuts_change_nothing(void **state)
{
	(void)state;
	struct talk talks[8];
	size_t n_talks = make_talks(talks);

	for (size_t i = 0; i < n_talks; i++) {
		size_t n = length_of(&talks[i]);
		struct run whole, bytes;

		follow(&whole, &as_observer, &talks[i], n, 0, SIZE_MAX);
		follow(&bytes, &as_observer, &talks[i], n, 0, 1);
		assert_same(&whole, &bytes);
		run_end(&bytes);
		for (size_t cut = 1; cut < n; cut++) {
			struct run c, o;

			follow(&c, &as_client, &talks[i], n, cut, SIZE_MAX);
			follow(&o, &as_observer, &talks[i], n, cut, SIZE_MAX);
			assert_same(&whole, &c);
			assert_same(&whole, &o);
			assert_int_equal(journey_facts(c.j).host_bytes,
			                 journey_facts(whole.j).host_bytes);
			run_end(&c);
			run_end(&o);
		}
		run_end(&whole);
		talk_fini(&talks[i]);
	}
}

static void hand_over(struct run *from, struct run *to, struct run *tap, enum direction dir)
{
	run_tcp(to, dir, from->out.bytes, from->out.n);
	run_tcp(tap, dir, from->out.bytes, from->out.n);
	from->out.n = 0;
}

/* A client and a host of ours talk to each other, and an observer listens. */
static void client_server_and_observer(void **state)
{
	(void)state;
	static const struct host_manner hosts[] = {
	    {.accepts = 0x0B},
	    {.accepts = 0x01},
	    {.accepts = ACCEPTS_STANDARD},
	    {.forced_failure = 5},
	    {.has_no_neg_data = true},
	    {.has_forced = true, .forced_selected = 0x10},
	};

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct journey_plan plan = {.role = ROLE_SERVER, .host = &hosts[i]};
		struct run client, server, observer;

		run_begin(&client, &as_client);
		run_begin(&server, &plan);
		run_begin(&observer, &as_observer);
		journey_open(client.j, &client.step);
		hand_over(&client, &server, &observer, C2S);
		hand_over(&server, &client, &observer, S2C);
		assert_same(&client, &observer);
		assert_int_equal(journey_place(client.j), journey_place(observer.j));
		assert_int_equal(journey_facts(client.j).selected,
		                 journey_facts(server.j).selected);
		run_end(&client);
		run_end(&server);
		run_end(&observer);
	}
}

/* The way through all places, with the driver's TLS. */
static void the_places_of_a_whole_journey(void **state)
{
	(void)state;
	struct talk t = {.n = 0};
	struct run r;

	say_negotiation(&t, 0x0B, NEG_RSP, PROTOCOL_HYBRID_EX);
	say_tls12(&t, TLS_1_2);
	run_begin(&r, &as_client);
	journey_open(r.j, &r.step);
	assert_int_equal(journey_place(r.j), PLACE_NEGOTIATION);
	run_tcp(&r, S2C, t.at[1].bytes.bytes, t.at[1].bytes.n);
	assert_int_equal(journey_place(r.j), PLACE_HELLO);
	for (size_t i = 2; i < t.n; i++)
		run_tcp(&r, t.at[i].dir, t.at[i].bytes.bytes, t.at[i].bytes.n);
	assert_int_equal(journey_place(r.j), PLACE_TLS_UP);
	r.out.n = 0;
	assert_int_equal(journey_tls_up(r.j, &r.step), NEXT_MORE);
	assert_int_equal(journey_place(r.j), PLACE_CREDSSP);
	assert_memory_equal(r.out.bytes, "\x30\x01T", 3);
	assert_int_equal(journey_tls(r.j, S2C, "\x30", 1, &r.step), NEXT_MORE);
	assert_int_equal(journey_tls(r.j, S2C, "\x01H", 2, &r.step), NEXT_DONE);
	assert_int_equal(journey_place(r.j), PLACE_DONE);

	size_t n = r.found.n;

	journey_ended(r.j, S2C, ENDED_RST, 0, &r.step); /* nothing more was asked of the host */
	assert_int_equal(r.found.n, n);
	assert_int_equal(journey_place(r.j), PLACE_DONE);
	run_end(&r);
	talk_fini(&t);
}

/* The driver may know that TLS is up before the tap has shown the last record. */
static void tls_up_before_the_last_record(void **state)
{
	(void)state;
	struct talk t = {.n = 0};
	struct run r;

	say_negotiation(&t, 0x0B, NEG_RSP, PROTOCOL_SSL);
	say_tls13(&t, 69);
	follow(&r, &as_client, &t, length_of(&t) - t.at[4].bytes.n, 0, SIZE_MAX);
	assert_int_equal(journey_place(r.j), PLACE_HANDSHAKE);
	assert_int_equal(journey_tls_up(r.j, &r.step), NEXT_DONE);
	journey_certificate(r.j, (const uint8_t *)"0", 1, &r.step);
	journey_certificate(r.j, (const uint8_t *)"0", 1, &r.step);
	run_tcp(&r, C2S, t.at[4].bytes.bytes, t.at[4].bytes.n);
	SEEN_FACT(&r, F_TLS_COMPLETED);
	SEEN_FACT(&r, F_CERT_SELF_SIGNED);

	size_t n = 0;

	for (size_t i = 0; i < r.found.n; i++)
		n += r.found.at[i].id == F_TLS_COMPLETED || r.found.at[i].id == F_CERT_SELF_SIGNED;
	assert_int_equal(n, 2);
	run_end(&r);
	talk_fini(&t);
}

/* What an observer sees too early of the client waits for the host's answer. */
static void early_bytes_of_the_client_are_kept(void **state)
{
	(void)state;
	struct talk t = {.n = 0};
	struct run r;

	say_negotiation(&t, 0x0B, NEG_RSP, PROTOCOL_SSL);
	say_tls12(&t, TLS_1_2);
	run_begin(&r, &as_observer);
	run_tcp(&r, C2S, t.at[0].bytes.bytes, t.at[0].bytes.n);
	run_tcp(&r, C2S, t.at[2].bytes.bytes, t.at[2].bytes.n);
	run_tcp(&r, S2C, t.at[1].bytes.bytes, t.at[1].bytes.n);
	journey_ended(r.j, S2C, ENDED_RST, 0, &r.step);
	SEEN_TEXT(&r, F_TLS_CLOSED_AFTER_HELLO, "rst");
	run_end(&r);
	talk_fini(&t);
}

static void a_client_of_another_protocol_is_not_followed(void **state)
{
	(void)state;
	struct run r;

	run_begin(&r, &as_observer);
	run_tcp(&r, C2S, "GET / HTTP/1.1\r\n", 16);
	journey_ended(r.j, S2C, ENDED_SILENT, 0, &r.step);
	assert_int_equal(r.found.n, 0);
	run_end(&r);
	run_begin(&r, &as_observer);
	run_tcp(&r, C2S, "GET / HTTP/1.1\r\n", 16);
	run_tcp(&r, S2C, "HTTP/1.1 200 OK\r\n", 17);
	journey_ended(r.j, S2C, ENDED_FIN, 0, &r.step);
	assert_int_equal(r.found.n, 0);
	run_end(&r);
}

/* Recorded so: the client's bytes damaged, the host's confirm with a wrong length. */
static void a_flaw_of_the_host_is_told_whatever_the_client_sent(void **state)
{
	(void)state;
	static const uint8_t cc[] = {3, 0, 0, 19, 14, 0xD0, 0, 0, 0, 0, 0, 2, 3, 1, 0, 1, 0, 0, 0};
	struct run r;

	run_begin(&r, &as_observer);
	run_tcp(&r, C2S, "\x11\x01", 2);
	run_tcp(&r, S2C, cc, sizeof cc);
	SEEN_TEXT(&r, F_NEG_MALFORMED, "rdpNegData.length at byte 13");
	run_end(&r);
}

/* H.323 and S7 use TPKT too. */
static void other_tpkt_traffic_is_not_judged(void **state)
{
	(void)state;
	struct run r;

	run_begin(&r, &as_observer);
	run_tcp(&r, S2C, "\x03\0\0\x09\x08\x02\x01\x02\x03", 9);
	assert_int_equal(journey_place(r.j), PLACE_STOPPED);
	assert_int_equal(r.found.n, 0);
	run_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(client_and_observer_find_the_same),
	    cmocka_unit_test(cuts_change_nothing),
	    cmocka_unit_test(client_server_and_observer),
	    cmocka_unit_test(the_places_of_a_whole_journey),
	    cmocka_unit_test(tls_up_before_the_last_record),
	    cmocka_unit_test(early_bytes_of_the_client_are_kept),
	    cmocka_unit_test(a_client_of_another_protocol_is_not_followed),
	    cmocka_unit_test(a_flaw_of_the_host_is_told_whatever_the_client_sent),
	    cmocka_unit_test(other_tpkt_traffic_is_not_judged),
	};

	return RUN(tests);
}
