#include "harness.h"

#include <ctype.h>
#include <stdlib.h>

#include "lab/capture.h"
#include "lab/server.h"
#include "link/tls.h"
#include "net_fake.h"
#include "why/infer.h"

#define SECOND_US  1000000
#define SILENCE_MS 10000
#define NOW_US     INT64_C(1800000000000000)

/* --- a client, as small as can be --- */

struct client {
	struct net *net;
	struct net_conn *conn;
	struct net_timer *patience;
	struct journey *journey;
	struct tls *tls;
	struct arena arena;
	struct findings found;
	size_t n_heard;
	bool is_tls_up;
};

static struct step step_of(struct client *c, struct buf *out)
{
	c->found.arena = &c->arena;
	return (struct step){
	    .out = out, .found = &c->found, .origin = ORIGIN_PROBE, .now_us = net_wall_us(c->net)};
}

static void leave(struct client *c)
{
	if (c->patience)
		net_timer_stop(c->patience);
	if (c->conn)
		net_close(c->conn);
	c->patience = NULL;
	c->conn = NULL;
}

static void lose_patience(void *context)
{
	struct client *c = context;
	struct buf out = {0};
	struct step step = step_of(c, &out);

	c->patience = NULL;
	journey_ended(c->journey, S2C, ENDED_SILENT, SILENCE_MS, &step);
	leave(c);
	buf_fini(&out);
}

static void be_patient(struct client *c)
{
	if (c->patience)
		net_timer_stop(c->patience);
	c->patience = net_after(c->net, (int64_t)SILENCE_MS * 1000, lose_patience, c);
}

static void send_records(struct client *c, struct buf *records)
{
	struct buf out = {0};
	struct step step = step_of(c, &out);

	if (records->n) {
		net_send(c->conn, records->bytes, records->n);
		journey_tcp(c->journey, C2S, records->bytes, records->n, &step);
	}
	buf_fini(records);
	buf_fini(&out);
}

static void send_plain(struct client *c, struct buf *plain)
{
	struct buf records = {0};

	if (plain->n)
		tls_write(c->tls, plain->bytes, plain->n, &records);
	buf_fini(plain);
	send_records(c, &records);
}

static void begin_tls(struct client *c)
{
	const struct client_profile *p = profile_at(0);
	struct tls_client_options options = {.least = p->tls_least,
	                                     .most = p->tls_most,
	                                     .suites = p->suites,
	                                     .groups = p->groups,
	                                     .signatures = p->signatures,
	                                     .server_name = "host7.example.test"};
	struct buf hello = {0};

	c->tls = tls_client_new(&options);
	assert_non_null(c->tls);
	tls_begin(c->tls, &hello);
	send_records(c, &hello);
}

static enum next come_up(struct client *c, struct step *step)
{
	struct buf der = {0};

	c->is_tls_up = true;
	if (tls_peer_certificate(c->tls, 0, &der))
		journey_certificate(c->journey, (uint8_t *)der.bytes, der.n, step);
	buf_fini(&der);
	return journey_tls_up(c->journey, step);
}

static enum next hear_tls(struct client *c, const uint8_t *bytes, size_t n)
{
	struct buf records = {0}, plain = {0}, out = {0};
	struct step step = step_of(c, &out);
	enum next next = journey_tcp(c->journey, S2C, bytes, n, &step);
	enum tls_state state = tls_feed(c->tls, bytes, n, &records, &plain);

	send_records(c, &records);
	if (state == TLS_UP && !c->is_tls_up)
		next = come_up(c, &step);
	if (plain.n)
		next = journey_tls(c->journey, S2C, plain.bytes, plain.n, &step);
	send_plain(c, &out);
	buf_fini(&plain);
	return state == TLS_FAILED ? NEXT_STOP : next;
}

static enum next hear_clear(struct client *c, const uint8_t *bytes, size_t n)
{
	struct buf out = {0};
	struct step step = step_of(c, &out);
	enum next next = journey_tcp(c->journey, S2C, bytes, n, &step);

	if (out.n)
		net_send(c->conn, out.bytes, out.n);
	if (next == NEXT_MORE && journey_layer(c->journey) == LAYER_TLS)
		begin_tls(c);
	buf_fini(&out);
	return next;
}

static void on_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct client *c = context;

	c->n_heard += n;
	be_patient(c);
	if ((c->tls ? hear_tls(c, bytes, n) : hear_clear(c, bytes, n)) != NEXT_MORE)
		leave(c);
}

static void on_connected(void *context)
{
	struct client *c = context;
	struct buf out = {0};
	struct step step = step_of(c, &out);

	journey_open(c->journey, &step);
	net_send(c->conn, out.bytes, out.n);
	be_patient(c);
	buf_fini(&out);
}

static void on_failed(void *context, const struct net_failure *why)
{
	struct client *c = context;

	(void)why;
	leave(c);
}

static void on_ended(void *context, enum net_end how)
{
	struct client *c = context;
	struct buf out = {0};
	struct step step = step_of(c, &out);

	journey_ended(c->journey, S2C, how == NET_FIN ? ENDED_FIN : ENDED_RST, 0, &step);
	leave(c);
	buf_fini(&out);
}

static const struct net_callbacks callbacks = {
    .connected = on_connected, .failed = on_failed, .bytes = on_bytes, .ended = on_ended};

static struct client *client_to(struct net *net, const struct net_address *at)
{
	struct client *c = calloc(1, sizeof *c);
	struct journey_plan plan = {.role = ROLE_CLIENT,
	                            .profile = profile_at(0),
	                            .requested = profile_at(0)->protocols,
	                            .dialled = "host7.example.test"};

	c->net = net;
	c->journey = journey_new(&plan);
	c->conn = net_connect(net, at, NULL, &callbacks, c);
	return c;
}

static void client_free(struct client *c)
{
	leave(c);
	journey_free(c->journey);
	tls_free(c->tls);
	arena_fini(&c->arena);
	free(c);
}

/* --- one scenario --- */

static const struct net_address loopback = {.bytes = {127, 0, 0, 1}};

struct run {
	struct net *net;
	struct lab *lab;
	struct client *client;
};

static struct run run_in_segments(const char *id, size_t segment, lab_tap *tap, void *context)
{
	struct run r = {.net = net_new()};
	struct fake_path path = {.to = loopback, .up = {.cut = segment}, .down = {.cut = segment}};
	const char *error = NULL;
	struct net_address at;

	net_fake_wall(r.net, NOW_US);
	r.lab = lab_start(r.net, scenario_by_id(id), &loopback, &error);
	assert_null(error);
	assert_non_null(r.lab);
	lab_on_event(r.lab, tap, context);
	net_fake_path(r.net, &path);
	lab_address(r.lab, &at);
	r.client = client_to(r.net, &at);
	net_run(r.net);
	assert_null(r.client->conn);
	return r;
}

static struct run run_of(const char *id, lab_tap *tap, void *context)
{
	return run_in_segments(id, 0, tap, context);
}

static void run_fini(struct run *r)
{
	client_free(r->client);
	lab_stop(r->lab);
	net_free(r->net);
	assert_int_equal(net_fake_live(), 0);
}

static bool is_as_expected(const struct finding *f, const struct expected *e)
{
	return f->id == e->finding && f->state == FINDING_SEEN &&
	       (!e->number || f->number == e->number) &&
	       (!e->text || (f->text && strcmp(f->text, e->text) == 0));
}

static bool has_expected(const struct findings *found, const struct expected *e)
{
	for (size_t i = 0; i < found->n; i++)
		if (is_as_expected(&found->at[i], e))
			return true;
	return false;
}

static void complain(const struct scenario *s, const struct findings *found)
{
	char value[160];

	print_message("# %s: expected %s; found", s->id, finding_defs[s->expect.finding].name);
	for (size_t i = 0; i < found->n; i++) {
		finding_value_text(&found->at[i], value, sizeof value);
		print_message(" %s%s=%s", found->at[i].state == FINDING_SEEN ? "" : "!",
		              finding_defs[found->at[i].id].name, value);
	}
	print_message("\n");
}

static void every_row_shows_what_it_promises(void **state)
{
	(void)state;
	size_t n_missing = 0;

	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);
		struct run r = run_of(s->id, NULL, NULL);

		assert_int_equal(lab_connections_seen(r.lab), 1);
		/* Whether a close came on accept is told by who waits with the request. */
		if (s->expect.finding && s->stage != STAGE_TCP &&
		    !has_expected(&r.client->found, &s->expect)) {
			complain(s, &r.client->found);
			n_missing++;
		}
		run_fini(&r);
	}
	assert_int_equal(n_missing, 0);
}

static bool is_named(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->n_set; i++)
		if (strcmp(d->set[i]->id, id) == 0)
			return true;
	return strcmp(d->cause->id, id) == 0;
}

/*
 * What is certain must be what the row says, or name it among what cannot be told apart; a good
 * host must be found healthy. This client has patience without end, so what drips it sees reset
 * by the lab's own limit.
 */
static void what_is_certain_is_what_was_played(void **state)
{
	(void)state;
	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);
		struct run r = run_of(s->id, NULL, NULL);

		ADD(&r.client->found, F_TCP_CONNECTED, ORIGIN_PROBE, 0, NULL);

		struct diagnosis d = infer(&r.client->found, NOW_US, &r.client->arena);

		if (strncmp(s->id, "healthy", 7) == 0 && d.state != VERDICT_HEALTHY)
			fail_msg("%s is not found healthy", s->id);
		if (d.state == VERDICT_CAUSE && s->fault.then != DRIP &&
		    !is_named(&d, s->cause ? s->cause : "nothing wrong"))
			fail_msg("%s: %s is named", s->id, d.cause->id);
		run_fini(&r);
	}
}

static void every_row_ends_in_segments_of_one_byte(void **state)
{
	(void)state;
	for (size_t i = 0; scenario_at(i); i++) {
		struct run r = run_in_segments(scenario_at(i)->id, 1, NULL, NULL);

		if (strncmp(scenario_at(i)->id, "healthy", 7) == 0)
			assert_true(has_expected(&r.client->found, &scenario_at(i)->expect));
		run_fini(&r);
	}
}

/* --- the table --- */

static bool is_kebab(const char *id)
{
	for (; *id; id++)
		if (!islower((unsigned char)*id) && !isdigit((unsigned char)*id) && *id != '-' &&
		    *id != '.')
			return false;
	return true;
}

static void rows_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);
		bool is_of_stream = s->fault.then == DRIP || s->fault.then == ALTER;

		assert_true(is_kebab(s->id));
		assert_ptr_equal(scenario_by_id(s->id), s);
		assert_true(strlen(s->says) < 80);
		assert_true(s->stage != STAGE_UNKNOWN);
		assert_true(!s->cause || cause_by_id(s->cause));
		assert_true(strncmp(s->id, "healthy", 7) != 0 || !s->cause);
		assert_true(!is_of_stream || s->fault.when == AT_BYTE);
		assert_true(s->fault.when != AT_BYTE || s->fault.then != GO_ON);
		assert_true(s->fault.when != AT_BYTE || !s->fault.delay_ms);
		assert_true(s->fault.when != NEVER || s->fault.then == GO_ON);
		assert_true(s->fault.when != NEVER || (!s->fault.every && !s->fault.spares));
	}
	assert_null(scenario_by_id("no-such-row"));
}

/* --- limits --- */

static void connections_are_bounded_in_number_and_time(void **state)
{
	(void)state;
	struct net *net = net_new();
	const char *error;
	struct lab *lab = lab_start(net, scenario_by_id("neg-silent"), &loopback, &error);
	struct client *clients[LAB_CONNECTIONS_MAX + 1];
	struct net_address at;
	int64_t began_us = net_now_us(net);

	assert_non_null(lab);
	lab_address(lab, &at);
	for (size_t i = 0; i <= LAB_CONNECTIONS_MAX; i++)
		clients[i] = client_to(net, &at);
	net_run(net);
	assert_int_equal(lab_connections_seen(lab), LAB_CONNECTIONS_MAX + 1);
	assert_true(has_expected(&clients[0]->found, &(struct expected){.finding = F_NEG_SILENT}));
	assert_true(has_expected(&clients[LAB_CONNECTIONS_MAX]->found,
	                         &(struct expected){.finding = F_NEG_CLOSED, .text = "rst"}));
	assert_true(net_now_us(net) - began_us <= (int64_t)LAB_SECONDS_MAX * SECOND_US);
	for (size_t i = 0; i <= LAB_CONNECTIONS_MAX; i++)
		client_free(clients[i]);
	lab_stop(lab);
	net_free(net);
	assert_int_equal(net_fake_live(), 0);
}

/* Which of four clients, one behind the other, were answered well: a bit for each. */
static unsigned answered_by(const char *id)
{
	struct net *net = net_new();
	const char *error;
	struct lab *lab = lab_start(net, scenario_by_id(id), &loopback, &error);
	struct net_address at;
	unsigned bits = 0;

	assert_non_null(lab);
	lab_address(lab, &at);
	for (unsigned i = 0; i < 4; i++) {
		struct client *c = client_to(net, &at);

		net_run(net);
		if (has_expected(&c->found, &(struct expected){.finding = F_NLA_CHALLENGE}))
			bits |= 1u << i;
		client_free(c);
	}
	lab_stop(lab);
	net_free(net);
	assert_int_equal(net_fake_live(), 0);
	return bits;
}

static void a_fault_may_befall_only_some_connections(void **state)
{
	(void)state;
	assert_int_equal(answered_by("healthy"), 0xf);
	assert_int_equal(answered_by("neg-fin"), 0);
	assert_int_equal(answered_by("balancer-one-dead-fin"), 0xa);
	assert_int_equal(answered_by("balancer-one-hung"), 0xa);
	assert_int_equal(answered_by("limit-after-one"), 0x1);
}

static void fewer_connections_may_be_allowed(void **state)
{
	(void)state;
	struct net *net = net_new();
	const char *error;
	struct lab *lab = lab_start(net, scenario_by_id("healthy"), &loopback, &error);
	struct client *clients[3];
	struct net_address at;

	lab_limit(lab, 2);
	lab_address(lab, &at);
	for (size_t i = 0; i < 3; i++)
		clients[i] = client_to(net, &at);
	net_run(net);
	assert_true(
	    has_expected(&clients[1]->found, &(struct expected){.finding = F_NLA_CHALLENGE}));
	assert_true(has_expected(&clients[2]->found,
	                         &(struct expected){.finding = F_NEG_CLOSED, .text = "rst"}));
	for (size_t i = 0; i < 3; i++)
		client_free(clients[i]);
	lab_stop(lab);
	net_free(net);
}

static void note_end(void *context, const struct net_address *client, enum lab_reach reach)
{
	(void)client;
	*(enum lab_reach *)context = reach;
}

static enum lab_reach reach_of(const char *id)
{
	struct net *net = net_new();
	const char *error;
	struct lab *lab = lab_start(net, scenario_by_id(id), &loopback, &error);
	enum lab_reach reach = CAME_TO_NOTHING;
	struct net_address at;
	struct client *c;

	lab_on_end(lab, note_end, &reach);
	lab_address(lab, &at);
	c = client_to(net, &at);
	net_run(net);
	client_free(c);
	lab_stop(lab);
	net_free(net);
	return reach;
}

/* The client of this test says nothing behind the challenge. */
static void the_lab_says_how_far_a_client_came(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		enum lab_reach reach;
	} rows[] = {
	    {"neg-silent", CAME_TO_REQUEST},    {"neg-fin", CAME_TO_REQUEST},
	    {"tls-hello-rst", CAME_TO_HELLO},   {"tls-hello-silent", CAME_TO_HELLO},
	    {"tls-1.1-only", CAME_TO_HELLO},    {"tls-certificate-fin", CAME_TO_KEY},
	    {"healthy-tls-only", CAME_TO_TLS},  {"nla-fin", CAME_TO_TOKEN},
	    {"nla-error-trust", CAME_TO_TOKEN}, {"healthy", CAME_TO_TOKEN},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(lab_reach_word(reach_of(rows[i].id)),
		                    lab_reach_word(rows[i].reach));
	assert_int_equal(net_fake_live(), 0);
}

static void a_flood_ends_with_the_peer(void **state)
{
	(void)state;
	struct run r = run_of("neg-flood", NULL, NULL);

	assert_true(r.client->n_heard > 0);
	run_fini(&r);
}

/* --- two roads, one set of findings --- */

struct observer {
	struct journey *journey;
	struct arena arena;
	struct findings found;
	struct capture capture;
	struct buf packets;
	size_t n_events;
};

static void observe(void *context, const struct lab_event *e)
{
	struct observer *o = context;
	struct buf out = {0};
	struct step step = {
	    .out = &out, .found = &o->found, .origin = ORIGIN_CAPTURE, .now_us = e->wall_us};

	o->n_events++;
	o->found.arena = &o->arena;
	capture_event(&o->capture, e, &o->packets);
	if (e->kind == LAB_BYTES)
		journey_tcp(o->journey, e->dir, e->bytes, e->n, &step);
	if (e->kind == LAB_FIN || e->kind == LAB_RST)
		journey_ended(o->journey, e->dir, e->kind == LAB_FIN ? ENDED_FIN : ENDED_RST, 0,
		              &step);
	assert_int_equal(out.n, 0);
	buf_fini(&out);
}

/* What everybody on the path sees of the host, the recording must give too. */
static void a_tap_sees_what_the_client_saw(void **state)
{
	(void)state;
	static const char *const ids[] = {"healthy-2019", "neg-hybrid-required", "neg-rst",
	                                  "tls-hello-rst", "tls-alert-handshake-failure"};

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct journey_plan plan = {.role = ROLE_OBSERVER,
		                            .profile = profile_at(0),
		                            .dialled = "host7.example.test"};
		struct observer o = {.journey = journey_new(&plan)};

		capture_begin(&o.packets);

		struct run r = run_of(ids[i], observe, &o);

		assert_true(o.n_events > 2);
		assert_true(o.packets.n > 24 + 16 + 40);
		for (size_t k = 0; k < r.client->found.n; k++) {
			const struct finding *f = &r.client->found.at[k];
			struct expected same = {
			    .finding = f->id, .number = f->number, .text = f->text};

			if (f->visible == VISIBLE_WIRE && f->state == FINDING_SEEN &&
			    !has_expected(&o.found, &same))
				fail_msg("%s: a tap does not show %s", ids[i],
				         finding_defs[f->id].name);
		}
		run_fini(&r);
		journey_free(o.journey);
		arena_fini(&o.arena);
		capture_end(&o.capture, &o.packets);
		buf_fini(&o.packets);
	}
}

#define PACKET_AT 28 /* behind the head of an Enhanced Packet Block */

static const struct lab_event three_bytes = {
    .kind = LAB_BYTES,
    .connection = 1,
    .dir = C2S,
    .bytes = (const uint8_t *)"abc",
    .n = 3,
    .wall_us = NOW_US,
    .client = {.bytes = {127, 0, 0, 1}, .port = 40000},
    .host = {.bytes = {127, 0, 0, 1}, .port = 3389},
};

/* The sum over a header with its own checksum is all ones (RFC 1071). */
static void a_capture_has_right_headers(void **state)
{
	(void)state;
	struct capture c = {0};
	struct buf out = {0};
	uint32_t sum = 0;

	capture_event(&c, &three_bytes, &out);
	capture_end(&c, &out);
	assert_int_equal(out.n, PACKET_AT + 20 + 20 + 4 + 4); /* 3 bytes, padded; the length */
	for (size_t i = PACKET_AT; i < PACKET_AT + 20; i += 2)
		sum += (uint32_t)(uint8_t)out.bytes[i] << 8 | (uint8_t)out.bytes[i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	assert_memory_equal(out.bytes + PACKET_AT + 40, "abc", 3);
	buf_fini(&out);
}

/* An analyser that reads from the start must know a secret when it comes to the bytes. */
static void secrets_stand_in_front_of_what_they_open(void **state)
{
	(void)state;
	struct capture c = {0};
	struct buf out = {0};

	capture_event(&c, &three_bytes, &out);
	assert_int_equal(out.n, 0);
	capture_key("CLIENT_RANDOM 00 00", &out);
	assert_int_equal(out.bytes[0], 10); /* Decryption Secrets Block */
	assert_memory_equal(out.bytes + 16, "CLIENT_RANDOM 00 00\n", 20);
	capture_event(&c, &three_bytes, &out);
	assert_memory_equal(out.bytes + 40 + PACKET_AT + 40, "abc", 3);
	capture_end(&c, &out);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_are_complete),
	    cmocka_unit_test(every_row_shows_what_it_promises),
	    cmocka_unit_test(what_is_certain_is_what_was_played),
	    cmocka_unit_test(every_row_ends_in_segments_of_one_byte),
	    cmocka_unit_test(connections_are_bounded_in_number_and_time),
	    cmocka_unit_test(a_fault_may_befall_only_some_connections),
	    cmocka_unit_test(fewer_connections_may_be_allowed),
	    cmocka_unit_test(the_lab_says_how_far_a_client_came),
	    cmocka_unit_test(a_flood_ends_with_the_peer),
	    cmocka_unit_test(a_tap_sees_what_the_client_saw),
	    cmocka_unit_test(a_capture_has_right_headers),
	    cmocka_unit_test(secrets_stand_in_front_of_what_they_open),
	};

	return RUN(tests);
}
