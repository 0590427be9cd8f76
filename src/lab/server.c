#include "lab/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "link/tls.h"
#include "wire/tls_record.h"

#define SECOND_US      1000000
#define HELD_MAX       (64 * 1024)
#define FLOOD_PIECE    (64 * 1024)
#define FLOOD_PIECES   4
#define FLOOD_UNSENT   (256 * 1024)
#define FLOOD_EVERY_US 20000

struct visit;

struct lab {
	struct net *net;
	const struct scenario *scenario;
	struct certificate certificate;
	struct net_listener *listener;
	struct visit *visits;
	size_t n_visits, n_seen, most;
	lab_tap *tap;
	void *tap_context;
	lab_key_line *key_line;
	void *key_context;
	lab_end *end;
	void *end_context;
};

/* One connection of a client. */
struct visit {
	struct lab *lab;
	struct visit *next;
	size_t number;
	struct net_conn *conn; /* NULL: over, to be freed when the present callback ends */
	struct net_timer *limit, *timer;
	struct net_address client, host;

	struct journey *journey;
	struct tls *tls;
	struct arena arena;
	struct findings found;
	bool is_at_end; /* the journey goes no further */
	enum lab_reach reach;

	bool is_fault_over, is_waiting, is_deaf, is_mute, is_dripping;
	size_t n_said, n_heard_tls, n_said_tls;
	struct buf held, held_plain; /* heard while an answer is delayed */
	struct buf drops;            /* waiting to drip out */
	size_t n_dropped;
};

static const struct fault *fault_of(const struct visit *v)
{
	return &v->lab->scenario->fault;
}

/* --- the tap --- */

static void tell(struct visit *v, enum lab_event_kind kind, enum direction dir, const void *bytes,
                 size_t n)
{
	struct lab *lab = v->lab;
	struct lab_event event = {.kind = kind,
	                          .connection = v->number,
	                          .dir = dir,
	                          .bytes = bytes,
	                          .n = n,
	                          .wall_us = net_wall_us(lab->net),
	                          .client = v->client,
	                          .host = v->host};

	if (lab->tap)
		lab->tap(lab->tap_context, &event);
}

/* --- ends --- */

static void stop_timer(struct net_timer **timer)
{
	if (*timer)
		net_timer_stop(*timer);
	*timer = NULL;
}

static void close_with_rst(struct visit *v)
{
	if (!v->conn)
		return;
	tell(v, LAB_RST, S2C, NULL, 0);
	net_reset(v->conn);
	v->conn = NULL;
}

/* What the client still sends is read and dropped: unread bytes would turn FIN into RST. */
static void close_with_fin(struct visit *v)
{
	if (!v->conn || v->is_mute)
		return;
	v->is_mute = v->is_deaf = true;
	tell(v, LAB_FIN, S2C, NULL, 0);
	net_shut(v->conn);
}

static void visit_free(struct visit *v)
{
	if (v->lab->end)
		v->lab->end(v->lab->end_context, &v->client, v->reach);
	stop_timer(&v->limit);
	stop_timer(&v->timer);
	if (v->conn)
		net_reset(v->conn);
	journey_free(v->journey);
	tls_free(v->tls);
	arena_fini(&v->arena);
	buf_fini(&v->held);
	buf_fini(&v->held_plain);
	buf_fini(&v->drops);
	free(v);
}

/* Called last in every callback, so that nothing above it holds a visit that is gone. */
static void leave_if_over(struct visit *v)
{
	struct visit **at = &v->lab->visits;

	if (v->conn)
		return;
	while (*at != v)
		at = &(*at)->next;
	*at = v->next;
	v->lab->n_visits--;
	visit_free(v);
}

/* --- how far the client came --- */

const char *lab_reach_word(enum lab_reach reach)
{
	static const char *const words[] = {"nothing", "request", "hello",      "key",
	                                    "tls",     "token",   "credentials"};

	return words[reach];
}

static void came_to(struct visit *v, enum lab_reach reach)
{
	if (v->reach < reach)
		v->reach = reach;
}

static enum lab_reach reach_inside(const struct visit *v)
{
	return journey_facts(v->journey).has_challenge ? CAME_TO_CREDENTIALS : CAME_TO_TOKEN;
}

/* By bytes that are about to be heard. Whoever is not listened to comes no further. */
static void note_reach(struct visit *v, const uint8_t *bytes)
{
	if (v->is_deaf && v->reach > CAME_TO_NOTHING)
		return;
	if (!v->tls)
		came_to(v, v->is_at_end ? CAME_TO_TOKEN : CAME_TO_REQUEST);
	else if (tls_state(v->tls) == TLS_HANDSHAKE && bytes[0] != TLS_ALERT)
		came_to(v, v->n_said_tls ? CAME_TO_KEY : CAME_TO_HELLO);
}

/* --- what is sent, and what befalls it --- */

static void perform(struct visit *v);

static void put(struct visit *v, const void *bytes, size_t n)
{
	if (!v->conn || !n)
		return;
	v->n_said += n;
	tell(v, LAB_BYTES, S2C, bytes, n);
	net_send(v->conn, bytes, n);
}

static void drip(void *context)
{
	struct visit *v = context;

	v->timer = NULL;
	if (v->n_dropped < v->drops.n)
		put(v, v->drops.bytes + v->n_dropped++, 1);
	v->timer = net_after(v->lab->net, SECOND_US, drip, v);
}

static void put_altered(struct visit *v, const uint8_t *bytes, size_t n)
{
	uint8_t altered = (uint8_t)~bytes[0];

	put(v, &altered, 1);
	put(v, bytes + 1, n - 1);
}

/* The offset of the fault is reached; these bytes would have been next. */
static void befall(struct visit *v, const uint8_t *bytes, size_t n)
{
	v->is_fault_over = true;
	switch (fault_of(v)->then) {
	case DRIP:
		v->is_dripping = true;
		buf_put(&v->drops, bytes, n);
		v->timer = net_after(v->lab->net, SECOND_US, drip, v);
		break;
	case ALTER:
		put_altered(v, bytes, n);
		break;
	default:
		perform(v);
	}
}

static void say(struct visit *v, const void *bytes, size_t n)
{
	const struct fault *f = fault_of(v);
	const uint8_t *p = bytes;

	if (!v->conn || v->is_mute || !n)
		return;
	if (v->is_dripping) {
		buf_put(&v->drops, bytes, n);
	} else if (f->when == AT_BYTE && !v->is_fault_over && v->n_said + n > f->after) {
		size_t head = f->after - v->n_said;

		put(v, p, head);
		befall(v, p + head, n - head);
	} else {
		put(v, p, n);
	}
}

/* Inside TLS when that is up. */
static void say_plain(struct visit *v, const void *bytes, size_t n)
{
	struct buf records = {0};

	if (!v->tls || tls_state(v->tls) != TLS_UP) {
		say(v, bytes, n);
		return;
	}
	tls_write(v->tls, bytes, n, &records);
	say(v, records.bytes, records.n);
	buf_fini(&records);
}

static void say_goodbye(struct visit *v)
{
	struct buf records = {0};

	if (v->tls) {
		tls_shut(v->tls, &records);
		say(v, records.bytes, records.n);
	}
	buf_fini(&records);
	close_with_fin(v);
}

/* --- what the host does with what it hears --- */

static struct step step_of(struct visit *v, struct buf *out)
{
	v->found.arena = &v->arena;
	return (struct step){.out = out,
	                     .found = &v->found,
	                     .origin = ORIGIN_PROBE,
	                     .where = "lab",
	                     .now_us = net_wall_us(v->lab->net)};
}

static void key_heard(void *context, const char *line)
{
	struct lab *lab = context;

	if (lab->key_line)
		lab->key_line(lab->key_context, line);
}

static void begin_tls(struct visit *v)
{
	const struct lab *lab = v->lab;
	struct tls_server_options options = {
	    .least = lab->scenario->tls.least,
	    .most = lab->scenario->tls.most,
	    .suites = lab->scenario->tls.suites,
	    .certificate_pem = lab->certificate.certificate_pem,
	    .key_pem = lab->certificate.key_pem,
	    .wants_client_certificate = lab->scenario->tls.wants_client_certificate};

	v->tls = tls_server_new(&options);
	if (v->tls)
		tls_on_key(v->tls, key_heard, v->lab);
	else
		close_with_rst(v); /* lab_start has tried the same options */
}

static void heed(struct visit *v, enum next next)
{
	if (next == NEXT_MORE)
		return;
	v->is_at_end = true;
	if (next == NEXT_STOP)
		say_goodbye(v);
}

static void hear_clear(struct visit *v, const void *bytes, size_t n)
{
	struct buf out = {0};
	struct step step = step_of(v, &out);
	enum next next = journey_tcp(v->journey, C2S, bytes, n, &step);

	if (next == NEXT_MORE && journey_layer(v->journey) == LAYER_TLS)
		begin_tls(v);
	say(v, out.bytes, out.n);
	heed(v, next);
	buf_fini(&out);
}

/* [MS-CSSP] 2.2.1: a TSRequest with version 6 and errorCode STATUS_LOGON_FAILURE. */
static const char logon_failure[] = "\x30\x0d\xa0\x03\x02\x01\x06\xa4\x06\x02\x04\xc0\x00\x00\x6d";

/* The client goes on to where the lab has no answers. */
static void hear_beyond(struct visit *v)
{
	if (journey_facts(v->journey).has_challenge)
		say_plain(v, logon_failure, sizeof logon_failure - 1);
	say_goodbye(v);
}

static void hear_plain(struct visit *v, const void *bytes, size_t n)
{
	struct buf out = {0};
	struct step step = step_of(v, &out);

	if (v->is_at_end) {
		hear_beyond(v);
		return;
	}

	enum next next = journey_tls(v->journey, C2S, bytes, n, &step);

	say_plain(v, out.bytes, out.n);
	heed(v, next);
	buf_fini(&out);
}

static void tls_came_up(struct visit *v)
{
	struct buf out = {0};
	struct step step = step_of(v, &out);
	enum next next = journey_tls_up(v->journey, &step);

	say_plain(v, out.bytes, out.n);
	heed(v, next);
	buf_fini(&out);
}

static bool is_due(struct visit *v, enum moment moment)
{
	return fault_of(v)->when == moment && !v->is_fault_over;
}

static void wait_or_perform(struct visit *v);

static void hear_inside(struct visit *v, const struct buf *plain)
{
	if (!plain->n)
		return;
	if (v->is_waiting || is_due(v, AT_TOKEN)) {
		buf_put(&v->held_plain, plain->bytes, plain->n);
		wait_or_perform(v);
	} else {
		hear_plain(v, plain->bytes, plain->n);
	}
}

/* The stage that watches the records goes first: it hears what everybody on the path hears. */
static void observe(struct visit *v, enum direction dir, const void *bytes, size_t n)
{
	struct buf out = {0};
	struct step step = step_of(v, &out);

	if (!v->is_at_end)
		journey_tcp(v->journey, dir, bytes, n, &step);
	buf_fini(&out);
}

static void hear_records(struct visit *v, const void *bytes, size_t n)
{
	struct buf out = {0}, plain = {0};
	enum tls_state before = tls_state(v->tls), after;

	v->n_heard_tls += n;
	observe(v, C2S, bytes, n);
	after = tls_feed(v->tls, bytes, n, &out, &plain);
	v->n_said_tls += out.n;
	if (out.n)
		observe(v, S2C, out.bytes, out.n);
	say(v, out.bytes, out.n);
	if (before == TLS_HANDSHAKE && (after == TLS_UP || plain.n)) {
		came_to(v, CAME_TO_TLS);
		tls_came_up(v);
	}
	if (plain.n)
		came_to(v, reach_inside(v));
	hear_inside(v, &plain);
	if (after == TLS_FAILED || after == TLS_CLOSED)
		say_goodbye(v);
	buf_fini(&out);
	buf_fini(&plain);
}

static enum moment moment_of(const struct visit *v)
{
	if (!v->tls)
		return AT_REQUEST;
	if (tls_state(v->tls) != TLS_HANDSHAKE)
		return NEVER;
	return v->n_said_tls ? AT_CLIENTS_KEY : AT_HELLO;
}

static void hear_now(struct visit *v, const void *bytes, size_t n)
{
	if (v->tls)
		hear_records(v, bytes, n);
	else if (v->is_at_end)
		hear_beyond(v);
	else
		hear_clear(v, bytes, n);
}

static void hear(struct visit *v, const void *bytes, size_t n)
{
	enum moment moment = moment_of(v);

	if (v->is_deaf)
		return;
	if (!v->is_waiting && (moment == NEVER || !is_due(v, moment))) {
		hear_now(v, bytes, n);
	} else if (v->held.n + n > HELD_MAX) {
		close_with_rst(v);
	} else {
		buf_put(&v->held, bytes, n);
		wait_or_perform(v);
	}
}

/* --- faults that take the place of an answer --- */

static void release_held(struct visit *v)
{
	struct buf raw = v->held, plain = v->held_plain;

	v->held = v->held_plain = (struct buf){0};
	if (plain.n && v->conn && !v->is_deaf)
		hear_plain(v, plain.bytes, plain.n);
	if (raw.n && v->conn && !v->is_deaf)
		hear(v, raw.bytes, raw.n);
	buf_fini(&raw);
	buf_fini(&plain);
}

static void fall_silent(struct visit *v)
{
	v->is_deaf = v->is_mute = true;
}

static void flood(struct visit *v);

static void flood_more(void *context)
{
	struct visit *v = context;

	v->timer = NULL;
	flood(v);
}

/* Bounded by what the peer takes: nothing is piled up here, and the tap is not told. */
static void flood(struct visit *v)
{
	static const char piece[FLOOD_PIECE] = {'x'};

	v->is_deaf = true;
	for (size_t i = 0; i < FLOOD_PIECES && net_unsent(v->conn) < FLOOD_UNSENT; i++)
		net_send(v->conn, piece, sizeof piece);
	v->timer = net_after(v->lab->net, FLOOD_EVERY_US, flood_more, v);
}

static void go_on(struct visit *v)
{
	release_held(v);
}

static void perform(struct visit *v)
{
	static void (*const acts[])(struct visit *) = {
	    [GO_ON] = go_on,         [FIN] = close_with_fin, [RST] = close_with_rst,
	    [SILENCE] = fall_silent, [FLOOD] = flood,
	};
	const struct fault *f = fault_of(v);

	v->is_fault_over = true;
	v->is_waiting = false;
	if (f->n_send)
		say_plain(v, f->send, f->n_send);
	acts[f->then](v);
}

static void waited(void *context)
{
	struct visit *v = context;

	v->timer = NULL;
	perform(v);
	leave_if_over(v);
}

static void wait_or_perform(struct visit *v)
{
	int delay_ms = fault_of(v)->delay_ms;

	if (v->is_waiting)
		return;
	if (!delay_ms) {
		perform(v);
		return;
	}
	v->is_waiting = true;
	v->timer = net_after(v->lab->net, (int64_t)delay_ms * 1000, waited, v);
}

/* --- callbacks of the network --- */

static void on_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct visit *v = context;

	tell(v, LAB_BYTES, C2S, bytes, n);
	note_reach(v, bytes);
	hear(v, bytes, n);
	leave_if_over(v);
}

static void on_ended(void *context, enum net_end how)
{
	struct visit *v = context;

	tell(v, how == NET_FIN ? LAB_FIN : LAB_RST, C2S, NULL, 0);
	if (how == NET_FIN && !v->is_mute)
		tell(v, LAB_FIN, S2C, NULL, 0);
	net_close(v->conn);
	v->conn = NULL;
	leave_if_over(v);
}

static void time_is_up(void *context)
{
	struct visit *v = context;

	v->limit = NULL;
	close_with_rst(v);
	leave_if_over(v);
}

static const struct net_callbacks callbacks = {.bytes = on_bytes, .ended = on_ended};

static void *fresh(size_t n)
{
	void *block = calloc(1, n);

	if (block)
		return block;
	fputs("rdpwhy: out of memory\n", stderr);
	exit(EXIT_OUR_FAULT);
}

/* A balancer has good hosts behind it, too; a device counts before it acts. */
static bool is_spared(const struct fault *f, size_t number)
{
	return number <= f->spares || (f->every && (number - 1) % f->every != 0);
}

static struct visit *visit_new(struct lab *lab, struct net_conn *conn)
{
	struct journey_plan plan = {
	    .role = ROLE_SERVER, .profile = profile_at(0), .host = &lab->scenario->host};
	struct visit *v = fresh(sizeof *v);
	struct net_conn_facts facts = {0};

	v->lab = lab;
	v->number = lab->n_seen;
	v->is_fault_over = is_spared(&lab->scenario->fault, v->number);
	v->conn = conn;
	v->journey = journey_new(&plan);
	v->limit = net_after(lab->net, (int64_t)LAB_SECONDS_MAX * SECOND_US, time_is_up, v);
	v->next = lab->visits;
	lab->visits = v;
	lab->n_visits++;
	net_adopt(conn, &callbacks, v);
	net_conn_facts(conn, &facts);
	v->client = facts.peer;
	v->host = facts.local;
	return v;
}

static void refuse(struct net_conn *conn)
{
	static const struct net_callbacks none;

	net_adopt(conn, &none, NULL);
	net_reset(conn);
}

static void on_accept(void *context, struct net_conn *conn)
{
	struct lab *lab = context;

	lab->n_seen++;
	if (lab->n_visits >= lab->most) {
		refuse(conn);
		return;
	}

	struct visit *v = visit_new(lab, conn);
	struct buf out = {0};
	struct step step = step_of(v, &out);

	tell(v, LAB_OPENED, C2S, NULL, 0);
	journey_open(v->journey, &step);
	buf_fini(&out);
	if (is_due(v, ON_ACCEPT))
		wait_or_perform(v);
	leave_if_over(v);
}

/* --- the lab --- */

/* What cannot be played is known before anybody connects. */
static const char *prepare(struct lab *lab)
{
	const struct scenario *s = lab->scenario;
	const char *name = s->host.dns_computer ? s->host.dns_computer : "HOST7";

	if (!certificate_make(s->certificate, name, net_wall_us(lab->net) / SECOND_US,
	                      &lab->certificate))
		return "the certificate of the scenario cannot be made";

	struct tls_server_options options = {.least = s->tls.least,
	                                     .most = s->tls.most,
	                                     .suites = s->tls.suites,
	                                     .certificate_pem = lab->certificate.certificate_pem,
	                                     .key_pem = lab->certificate.key_pem};
	struct tls *tls = tls_server_new(&options);
	bool is_fit = tls != NULL;

	tls_free(tls);
	return is_fit ? NULL : "OpenSSL refuses the TLS settings of the scenario";
}

struct lab *lab_start(struct net *net, const struct scenario *scenario,
                      const struct net_address *at, const char **error)
{
	struct lab *lab = fresh(sizeof *lab);

	lab->net = net;
	lab->scenario = scenario;
	lab->most = LAB_CONNECTIONS_MAX;
	*error = prepare(lab);
	if (!*error)
		lab->listener = net_listen(net, at, on_accept, lab, error);
	if (lab->listener)
		return lab;
	lab_stop(lab);
	return NULL;
}

void lab_stop(struct lab *lab)
{
	if (!lab)
		return;
	while (lab->visits) {
		struct visit *v = lab->visits;

		lab->visits = v->next;
		visit_free(v);
	}
	if (lab->listener)
		net_listener_close(lab->listener);
	certificate_fini(&lab->certificate);
	free(lab);
}

void lab_limit(struct lab *lab, size_t connections)
{
	if (connections < LAB_CONNECTIONS_MAX)
		lab->most = connections;
}

void lab_address(const struct lab *lab, struct net_address *out)
{
	net_listener_address(lab->listener, out);
}

size_t lab_connections_seen(const struct lab *lab)
{
	return lab->n_seen;
}

void lab_on_event(struct lab *lab, lab_tap *tap, void *context)
{
	lab->tap = tap;
	lab->tap_context = context;
}

void lab_on_end(struct lab *lab, lab_end *end, void *context)
{
	lab->end = end;
	lab->end_context = context;
}

void lab_on_key(struct lab *lab, lab_key_line *line, void *context)
{
	lab->key_line = line;
	lab->key_context = context;
}
