#include "probe/attempt.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "link/tls.h"
#include "stage/found.h"
#include "stage/tls_hello.h"

#define LISTEN_US  700000LL
#define EARLY_MOST 4096 /* bytes; of what speaks first, the greeting tells what it is */

struct attempt {
	struct net *net;
	struct attempt_plan plan;
	struct attempt_state state;
	struct findings *found;
	attempt_told *told;
	void *context;
	struct net_conn *conn;
	struct journey *journey;
	struct tls *tls;
	struct net_timer *timer;
	int64_t heard_us, worried_us; /* monotonic */
	bool was_heard;
	struct buf early; /* heard while it was held */
	char where[NET_ADDRESS_TEXT_MAX + 8];
};

/* --- findings --- */

static struct step step_of(struct attempt *a, struct buf *out)
{
	return (struct step){.out = out,
	                     .found = a->found,
	                     .origin = ORIGIN_PROBE,
	                     .where = a->where,
	                     .now_us = net_wall_us(a->net)};
}

static void tell_fact(struct attempt *a, enum finding_id id, bool is_seen)
{
	struct step step = step_of(a, NULL);

	if (is_seen)
		found_fact(&step, id);
	else
		found_absent(&step, id);
}

static void tell_word(struct attempt *a, enum finding_id id, const char *word)
{
	struct step step = step_of(a, NULL);

	found_text(&step, id, word);
}

/* --- the tap --- */

static void tap_bytes(struct attempt *a, enum direction dir, const void *bytes, size_t n)
{
	const struct attempt_tap *tap = a->plan.tap;

	if (tap && tap->bytes)
		tap->bytes(tap->context, a, dir, bytes, n, net_wall_us(a->net));
}

static void tap_ended(struct attempt *a, enum direction who, enum ending how, int waited_ms)
{
	const struct attempt_tap *tap = a->plan.tap;

	if (tap && tap->ended)
		tap->ended(tap->context, a, who, how, waited_ms, net_wall_us(a->net));
}

static void tap_connected(struct attempt *a)
{
	const struct attempt_tap *tap = a->plan.tap;

	if (tap && tap->connected)
		tap->connected(tap->context, a, net_wall_us(a->net));
}

static void tap_over(struct attempt *a)
{
	const struct attempt_tap *tap = a->plan.tap;

	if (tap && tap->over)
		tap->over(tap->context, a, net_wall_us(a->net));
}

static void tap_keys(struct attempt *a)
{
	const struct attempt_tap *tap = a->plan.tap;

	if (tap && tap->key)
		tls_on_key(a->tls, tap->key, tap->context);
}

static void take_facts(struct attempt *a)
{
	if (a->journey)
		a->state.facts = journey_facts(a->journey);
}

/* --- the end --- */

static void arm(struct attempt *a);

static void forget_transport(struct attempt *a)
{
	if (a->timer)
		net_timer_stop(a->timer);
	a->timer = NULL;
	if (a->conn) {
		net_conn_facts(a->conn, &a->state.conn);
		net_close(a->conn);
	}
	a->conn = NULL;
}

static void finish(struct attempt *a, enum attempt_outcome outcome)
{
	assert(a->state.outcome == OUTCOME_OPEN);
	take_facts(a);
	a->state.outcome = outcome;
	a->state.over_us = net_now_us(a->net);
	forget_transport(a);
	tap_over(a);
	a->told(a->context, a, ATTEMPT_OVER);
}

static void enter(struct attempt *a, enum journey_place place)
{
	a->state.place = place;
	a->state.entered_us[place] = net_now_us(a->net);
	a->worried_us = 0;
	take_facts(a);
	if (place < PLACE_DONE)
		a->told(a->context, a, ATTEMPT_MOVED);
}

/* True when the attempt is over, so that the caller goes no further. */
static bool note_place(struct attempt *a, enum next next)
{
	enum journey_place place = journey_place(a->journey);

	if (place != a->state.place && place != PLACE_STOPPED)
		enter(a, place);
	if (a->state.outcome != OUTCOME_OPEN)
		return true;
	if (place == PLACE_DONE ||
	    (a->plan.before && place >= a->plan.before && place < PLACE_DONE))
		finish(a, OUTCOME_DONE);
	else if (place == PLACE_STOPPED || next == NEXT_STOP)
		finish(a, OUTCOME_STOPPED);
	else
		return false;
	return true;
}

/* --- sending --- */

static void send_raw(struct attempt *a, const struct buf *raw)
{
	if (!raw->n)
		return;
	tap_bytes(a, C2S, raw->bytes, raw->n);
	net_send(a->conn, raw->bytes, raw->n);
}

/* Records of our TLS: the stage sees them as everyone on the path does. */
static enum next send_records(struct attempt *a, const struct buf *raw)
{
	struct buf none = {0};
	struct step step = step_of(a, &none);
	enum next next = NEXT_MORE;

	if (raw->n)
		next = journey_tcp(a->journey, C2S, raw->bytes, raw->n, &step);
	send_raw(a, raw);
	buf_fini(&none);
	return next;
}

/* --- TLS --- */

static void tell_trust(struct attempt *a)
{
	struct buf der = {0};
	struct step step = step_of(a, NULL);
	bool is_trusted;

	if (a->plan.journey.purpose != AS_CLIENT || a->plan.is_again)
		return;
	if (tls_peer_certificate(a->tls, 0, &der)) {
		journey_certificate(a->journey, (const uint8_t *)der.bytes, der.n, &step);
		is_trusted = tls_peer_is_trusted(a->tls, step.now_us / 1000000);
		tell_fact(a, F_CERT_UNTRUSTED, !is_trusted);
	}
	/* Up to TLS 1.2 the stage sees it. */
	if (tls_was_asked_for_certificate(a->tls) &&
	    journey_facts(a->journey).tls_version >= TLS_1_3)
		tell_fact(a, F_TLS_CLIENT_CERTIFICATE_ASKED, true);
	buf_fini(&der);
}

static void begin_tls(struct attempt *a)
{
	const struct client_profile *p = a->plan.journey.profile;
	struct tls_client_options options = {.least = p->tls_least,
	                                     .most = p->tls_most,
	                                     .suites = p->suites,
	                                     .groups = p->groups,
	                                     .signatures = p->signatures,
	                                     .server_name = a->plan.journey.dialled};
	struct buf raw = {0};

	a->tls = tls_client_new(&options);
	if (!a->tls) {
		finish(a, OUTCOME_STOPPED); /* the library refuses the client profile */
		return;
	}
	tap_keys(a);
	tls_begin(a->tls, &raw);
	note_place(a, send_records(a, &raw));
	buf_fini(&raw);
}

/* The first CredSSP token travels as soon as TLS is up. */
static enum next on_tls_up(struct attempt *a)
{
	struct buf plain = {0}, raw = {0};
	struct step step = step_of(a, &plain);
	enum next next;

	tell_trust(a);
	next = journey_tls_up(a->journey, &step);
	if (plain.n) {
		tls_write(a->tls, plain.bytes, plain.n, &raw);
		send_records(a, &raw);
	}
	buf_fini(&plain);
	buf_fini(&raw);
	return next;
}

static enum next hear_plain(struct attempt *a, const struct buf *plain)
{
	struct buf out = {0};
	struct step step = step_of(a, &out);
	enum next next = journey_tls(a->journey, S2C, plain->bytes, plain->n, &step);

	buf_fini(&out);
	return next;
}

/* Behind the handshake the alert is hidden from everybody on the path. */
static void tell_own_alert(struct attempt *a)
{
	struct finding f = finding_of(F_TLS_CLIENT_ALERT, ORIGIN_PROBE);

	if (tls_alert_sent(a->tls) < 0 || a->plan.journey.purpose != AS_CLIENT)
		return;
	f.number = tls_alert_sent(a->tls);
	f.visible = VISIBLE_TLS;
	f.group = "tls.completed"; /* both say whether bytes arrive as they were sent */
	f.where = a->where;
	f.when_us = net_wall_us(a->net);
	findings_add(a->found, &f);
}

static void hear_records(struct attempt *a, const uint8_t *bytes, size_t n)
{
	struct buf raw = {0}, plain = {0}, none = {0};
	struct step step = step_of(a, &none);
	enum tls_state before = tls_state(a->tls), after;
	enum next next = journey_tcp(a->journey, S2C, bytes, n, &step);

	after = tls_feed(a->tls, bytes, n, &raw, &plain);
	/* What is no record the stage has to judge, and it may want to see how the host ends. */
	if (after == TLS_FAILED && next == NEXT_MORE && journey_place(a->journey) == PLACE_HELLO)
		after = before;
	else
		send_records(a, &raw);
	if (before == TLS_HANDSHAKE && after == TLS_UP)
		next = on_tls_up(a);
	if (plain.n)
		next = hear_plain(a, &plain);
	if (before == TLS_UP && after == TLS_FAILED)
		tell_own_alert(a);
	buf_fini(&raw);
	buf_fini(&plain);
	buf_fini(&none);
	/* Our library gave up: the records that say so have been sent and seen. */
	if (!note_place(a, next) && after == TLS_FAILED)
		finish(a, OUTCOME_STOPPED);
}

/* --- hearing --- */

static void hear_first(struct attempt *a, const uint8_t *bytes, size_t n)
{
	struct buf out = {0};
	struct step step = step_of(a, &out);
	enum next next = journey_tcp(a->journey, S2C, bytes, n, &step);

	send_raw(a, &out);
	buf_fini(&out);
	if (note_place(a, next))
		return;
	if (journey_layer(a->journey) == LAYER_TLS && !a->plan.is_bare)
		begin_tls(a);
}

/* A TLS server that knows nothing of X.224 answers the hello with a record. */
static void hear_tls_at_once(struct attempt *a, const uint8_t *bytes, size_t n)
{
	bool is_record = (bytes[0] == 0x16 || bytes[0] == 0x15) && (n < 2 || bytes[1] == 0x03);

	if (is_record)
		tell_word(a, F_NEG_NOT_RDP, "tls");
	finish(a, OUTCOME_DONE);
}

static void on_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct attempt *a = context;

	a->heard_us = net_now_us(a->net);
	a->was_heard = true;
	tap_bytes(a, S2C, bytes, n);
	if (a->plan.kind == ATTEMPT_TLS)
		hear_tls_at_once(a, bytes, n);
	else if (a->tls)
		hear_records(a, bytes, n);
	else if (a->journey)
		hear_first(a, bytes, n);
	else if (a->early.n + n <= EARLY_MOST)
		buf_put(&a->early, bytes, n);
	if (a->state.outcome == OUTCOME_OPEN)
		arm(a);
}

static void tell_listened(struct attempt *a, enum net_end how)
{
	if (a->was_heard)
		return;
	tell_word(a, F_TCP_CLOSED_ON_ACCEPT, how == NET_FIN ? "fin" : "rst");
}

static void on_ended(void *context, enum net_end how)
{
	struct attempt *a = context;
	enum ending ending = how == NET_FIN ? ENDED_FIN : ENDED_RST;
	struct step step = step_of(a, NULL);

	tap_ended(a, S2C, ending, 0);
	if (a->plan.kind == ATTEMPT_LISTEN || !a->state.is_talking)
		tell_listened(a, how);
	else if (a->journey)
		journey_ended(a->journey, S2C, ending, 0, &step);
	finish(a, OUTCOME_ENDED);
}

/* --- silence --- */

static int64_t silence_of(const struct attempt *a)
{
	struct net_conn_facts facts = {0};
	int64_t patience = ATTEMPT_SILENT_US, six;

	if (a->state.place == PLACE_CREDSSP)
		patience = ATTEMPT_NLA_US;
	if (a->plan.patience_us)
		patience = a->plan.patience_us;

	if (a->conn)
		net_conn_facts(a->conn, &facts);
	six = 6 * facts.rtt_us;
	return six > patience ? six : patience;
}

static int64_t since_us(const struct attempt *a)
{
	int64_t entered = a->state.entered_us[a->state.place];

	return a->heard_us > entered ? a->heard_us : entered;
}

/* When, at the latest, something must have happened. */
static int64_t due_us(const struct attempt *a)
{
	int64_t silent, slow, grace = a->plan.patience_us ? 0 : ATTEMPT_GRACE_US;

	if (!a->state.is_connected)
		return a->state.begun_us + (a->plan.dial_us ? a->plan.dial_us : ATTEMPT_DIAL_US);
	if (a->plan.kind == ATTEMPT_LISTEN)
		return a->state.connected_us + LISTEN_US;
	if (!a->state.is_talking)
		return INT64_MAX;
	silent = since_us(a) + silence_of(a);
	slow = a->state.entered_us[a->state.place] + silence_of(a) + grace;
	return silent < slow ? silent : slow;
}

static int64_t worry_due_us(const struct attempt *a)
{
	int64_t begun = a->state.is_connected ? a->state.entered_us[a->state.place]
	                                      : a->state.begun_us;

	return a->worried_us || (a->state.is_connected && !a->state.is_talking)
	           ? INT64_MAX
	           : begun + ATTEMPT_WORRY_US;
}

static void fall_silent(struct attempt *a)
{
	int64_t now = net_now_us(a->net);
	int waited_ms = (int)((now - since_us(a)) / 1000);
	struct step step = step_of(a, NULL);

	if (!a->state.is_connected) {
		finish(a, OUTCOME_NO_SYN);
		return;
	}
	if (a->plan.kind == ATTEMPT_LISTEN) {
		if (!a->was_heard)
			tell_fact(a, F_TCP_CLOSED_ON_ACCEPT, false);
		finish(a, OUTCOME_DONE);
		return;
	}
	tap_ended(a, S2C, ENDED_SILENT, waited_ms);
	if (a->journey)
		journey_ended(a->journey, S2C, ENDED_SILENT, waited_ms, &step);
	finish(a, OUTCOME_SILENT);
}

static void on_timer(void *context)
{
	struct attempt *a = context;
	int64_t now = net_now_us(a->net);

	a->timer = NULL;
	if (now >= due_us(a)) {
		fall_silent(a);
		return;
	}
	if (now >= worry_due_us(a)) {
		a->worried_us = now;
		a->told(a->context, a, ATTEMPT_WORRIED);
	}
	if (a->state.outcome == OUTCOME_OPEN)
		arm(a);
}

static void arm(struct attempt *a)
{
	int64_t due = due_us(a), worry = worry_due_us(a), now = net_now_us(a->net);
	int64_t next = due < worry ? due : worry;

	if (a->timer)
		net_timer_stop(a->timer);
	a->timer = NULL;
	if (next != INT64_MAX)
		a->timer = net_after(a->net, next > now ? next - now : 0, on_timer, a);
}

/* --- dialling --- */

static void say_hello_at_once(struct attempt *a)
{
	struct buf out = {0};

	a->state.entered_us[PLACE_NEGOTIATION] = net_now_us(a->net);
	tls_hello_put(&out, TLS_1_0, TLS_1_2, NULL, NULL, NULL, a->plan.journey.dialled);
	send_raw(a, &out);
	buf_fini(&out);
}

static void begin_journey(struct attempt *a)
{
	struct buf out = {0};
	struct step step = step_of(a, &out);
	enum next next = NEXT_MORE;

	a->state.is_talking = true;
	if (a->plan.kind == ATTEMPT_TLS) {
		say_hello_at_once(a);
		return;
	}
	a->journey = journey_new(&a->plan.journey);
	a->state.place = journey_place(a->journey);
	a->state.entered_us[a->state.place] = net_now_us(a->net);
	if (a->plan.kind != ATTEMPT_LISTEN)
		next = journey_open(a->journey, &step);
	send_raw(a, &out);
	buf_fini(&out);
	note_place(a, next);
}

void attempt_talk(struct attempt *a)
{
	if (a->state.outcome != OUTCOME_OPEN || a->state.is_talking ||
	    a->plan.kind == ATTEMPT_CONNECT)
		return;
	a->worried_us = 0;
	begin_journey(a);
	if (a->state.outcome == OUTCOME_OPEN && a->early.n)
		hear_first(a, (const uint8_t *)a->early.bytes, a->early.n);
	if (a->state.outcome == OUTCOME_OPEN)
		arm(a);
}

/* The system's figure, where it gives one: ours includes how long this program was busy. */
static int64_t syn_rtt_of(const struct attempt *a)
{
	int64_t ours = a->state.connected_us - a->state.begun_us, its = a->state.conn.rtt_us;

	return its > 0 && its < ours ? its : ours;
}

static void on_connected(void *context)
{
	struct attempt *a = context;

	a->state.is_connected = true;
	a->state.connected_us = net_now_us(a->net);
	a->worried_us = 0;
	net_conn_facts(a->conn, &a->state.conn);
	a->state.syn_rtt_us = syn_rtt_of(a);
	tap_connected(a);
	a->told(a->context, a, ATTEMPT_CONNECTED);
	if (a->state.outcome != OUTCOME_OPEN)
		return;
	if (a->plan.kind == ATTEMPT_CONNECT)
		finish(a, OUTCOME_DONE);
	else if (!a->plan.is_held)
		attempt_talk(a);
	else if (!a->state.is_talking)
		arm(a);
}

static void on_failed(void *context, const struct net_failure *why)
{
	struct attempt *a = context;

	a->state.failure = *why;
	finish(a, why->kind == NET_TIMED_OUT ? OUTCOME_NO_SYN : OUTCOME_FAILED);
}

static const struct net_callbacks callbacks = {
    .connected = on_connected, .failed = on_failed, .bytes = on_bytes, .ended = on_ended};

struct attempt *attempt_new(struct net *net, const struct attempt_plan *plan,
                            struct findings *found, attempt_told *told, void *context)
{
	struct attempt *a = arena_new(found->arena, sizeof *a);
	struct net_conn_options options = {.most_segment = plan->most_segment};
	char address[NET_ADDRESS_TEXT_MAX];

	a->net = net;
	a->plan = *plan;
	a->found = found;
	a->told = told;
	a->context = context;
	a->state.begun_us = net_now_us(net);
	net_address_port_text(&plan->to, address);
	snprintf(a->where, sizeof a->where, "tcp %s", address);
	if (plan->tap && plan->tap->dialling)
		plan->tap->dialling(plan->tap->context, &plan->to);
	a->conn = net_connect(net, &plan->to, &options, &callbacks, a);
	arm(a);
	return a;
}

void attempt_fini(struct attempt *a)
{
	bool is_cut_off = a->conn && a->state.outcome == OUTCOME_OPEN;

	forget_transport(a);
	if (is_cut_off)
		tap_over(a);
	buf_fini(&a->early);
	journey_free(a->journey);
	tls_free(a->tls);
	a->journey = NULL;
	a->tls = NULL;
}

void attempt_drop(struct attempt *a)
{
	if (a->state.outcome == OUTCOME_OPEN)
		finish(a, OUTCOME_DONE);
}

const struct attempt_plan *attempt_plan_of(const struct attempt *a)
{
	return &a->plan;
}

const struct attempt_state *attempt_state_of(const struct attempt *a)
{
	return &a->state;
}

const char *attempt_where(const struct attempt *a)
{
	return a->where;
}
