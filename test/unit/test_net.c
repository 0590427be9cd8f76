/*
 * One set of promises, kept twice: by the system's network on 127.0.0.1 and, with NET_IS_FAKE,
 * by the network in memory.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "echoed.h"
#include "os/net.h"

#ifdef NET_IS_FAKE
#include "net_fake.h"
enum { MANY = 5000, NET_MAY_ECHO = true };
#else
enum { MANY = 300, NET_MAY_ECHO = false };
#endif

/* --- two sides of a connection --- */

enum server {
	ECHOES,        /* until the client's FIN, then closes */
	SAYS_AND_FINS, /* "hello", then FIN */
	SAYS_AND_RSTS,
	FINS,
	RSTS,
	RSTS_AT_REQUEST, /* at the first bytes */
	ANSWERS_AT_FIN,  /* "bye" when the client has shut its side */
};

struct run {
	struct net *net;
	struct net_listener *listener;
	struct net_address at;
	enum server server;
	struct net_conn *conn; /* the client's */
	const char *request;
	bool shuts;
	int n_connected, n_failed, n_ended;
	enum net_end how;
	struct net_failure why;
	struct buf got;
	bool is_late;
	struct served *all_served;
};

struct served {
	struct run *run;
	struct net_conn *conn;
	struct served *next; /* freed with the run */
};

static void leave(struct served *s, bool with_reset)
{
	if (with_reset)
		net_reset(s->conn);
	else
		net_close(s->conn);
}

static void served_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct served *s = context;

	if (s->run->server == ECHOES)
		net_send(s->conn, bytes, n);
	if (s->run->server == RSTS_AT_REQUEST)
		leave(s, true);
}

static void served_ended(void *context, enum net_end how)
{
	struct served *s = context;

	(void)how;
	if (s->run->server == ANSWERS_AT_FIN)
		net_send(s->conn, "bye", 3);
	leave(s, false);
}

static const struct net_callbacks served_calls = {.bytes = served_bytes, .ended = served_ended};

static void serve(void *context, struct net_conn *conn)
{
	struct run *run = context;
	struct served *s = calloc(1, sizeof *s);

	assert_non_null(s);
	*s = (struct served){.run = run, .conn = conn, .next = run->all_served};
	run->all_served = s;
	net_adopt(conn, &served_calls, s);
	if (run->server == SAYS_AND_FINS || run->server == SAYS_AND_RSTS)
		net_send(conn, "hello", 5);
	if (run->server == SAYS_AND_FINS || run->server == FINS)
		leave(s, false);
	if (run->server == SAYS_AND_RSTS || run->server == RSTS)
		leave(s, true);
}

static void connected(void *context)
{
	struct run *run = context;

	run->n_connected++;
	if (run->request)
		net_send(run->conn, run->request, strlen(run->request));
	if (run->shuts)
		net_shut(run->conn);
}

static void failed(void *context, const struct net_failure *why)
{
	struct run *run = context;

	run->n_failed++;
	run->why = *why;
	net_stop(run->net);
}

static void got_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct run *run = context;

	assert_true(n > 0 && n <= 65536);
	buf_put(&run->got, bytes, n);
}

static void ended(void *context, enum net_end how)
{
	struct run *run = context;

	run->n_ended++;
	run->how = how;
	net_stop(run->net);
}

static const struct net_callbacks calls = {connected, failed, got_bytes, ended};

static void too_late(void *context)
{
	struct run *run = context;

	run->is_late = true;
	net_stop(run->net);
}

static struct net_address loopback(void)
{
	struct net_address a;

	assert_true(net_address_parse("127.0.0.1", &a));
	return a;
}

static void open_run(struct run *run, enum server server)
{
	struct net_address any_port = loopback();
	const char *error = NULL;

	*run = (struct run){.net = net_new(), .server = server};
	assert_non_null(run->net);
	run->listener = net_listen(run->net, &any_port, serve, run, &error);
	assert_non_null(run->listener);
	net_listener_address(run->listener, &run->at);
	assert_true(run->at.port != 0);
	net_after(run->net, 20000000, too_late, run);
}

static void close_run(struct run *run)
{
	assert_false(run->is_late);
	buf_fini(&run->got);
	net_free(run->net);
	for (struct served *next; run->all_served; run->all_served = next) {
		next = run->all_served->next;
		free(run->all_served);
	}
#ifdef NET_IS_FAKE
	assert_int_equal(net_fake_live(), 0);
#endif
}

/* --- behaviours --- */

static const struct {
	enum server server;
	const char *request;
	bool shuts;
	const char *got;
	enum net_end how;
} behaviours[] = {
    {ECHOES, "ping", true, "ping", NET_FIN},
    {ECHOES, NULL, true, "", NET_FIN},
    {ANSWERS_AT_FIN, "request", true, "bye", NET_FIN},
    {SAYS_AND_FINS, NULL, false, "hello", NET_FIN},
    {SAYS_AND_FINS, "request", false, "hello", NET_FIN},
    {SAYS_AND_RSTS, NULL, false, "hello", NET_RST},
    {SAYS_AND_RSTS, "request", false, "hello", NET_RST},
    {FINS, NULL, false, "", NET_FIN},
    {RSTS, NULL, false, "", NET_RST},
    {RSTS, "request", false, "", NET_RST},
    {RSTS_AT_REQUEST, "request", false, "", NET_RST},
    {RSTS_AT_REQUEST, "request", true, "", NET_RST},
};

static void a_peer_is_heard_as_it_behaves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
		struct run run;

		open_run(&run, behaviours[i].server);
		run.request = behaviours[i].request;
		run.shuts = behaviours[i].shuts;
		run.conn = net_connect(run.net, &run.at, NULL, &calls, &run);
		net_run(run.net);
		buf_put(&run.got, "", 1);
		assert_int_equal(run.n_connected, 1);
		assert_int_equal(run.n_ended, 1);
		assert_string_equal((const char *)run.got.bytes, behaviours[i].got);
		assert_int_equal(run.how, behaviours[i].how);
		net_close(run.conn);
		close_run(&run);
	}
}

static void a_closed_port_refuses(void **state)
{
	(void)state;
	struct run run;

	open_run(&run, ECHOES);
	net_listener_close(run.listener);
	run.conn = net_connect(run.net, &run.at, NULL, &calls, &run);
	assert_int_equal(run.n_failed, 0);
	net_run(run.net);
	assert_int_equal(run.n_failed, 1);
	assert_int_equal(run.n_connected, 0);
	assert_int_equal(run.why.kind, NET_REFUSED);
	assert_false(run.why.has_icmp);
	assert_non_null(run.why.words);
	net_close(run.conn);
	close_run(&run);
}

static void bytes_sent_early_are_kept(void **state)
{
	(void)state;
	struct run run;

	open_run(&run, ECHOES);
	run.conn = net_connect(run.net, &run.at, NULL, &calls, &run);
	net_send(run.conn, "early", 5);
	assert_int_equal(net_unsent(run.conn), 5);
	net_shut(run.conn);
	net_run(run.net);
	assert_int_equal(run.got.n, 5);
	assert_int_equal(run.how, NET_FIN);
	assert_int_equal(net_unsent(run.conn), 0);
	net_close(run.conn);
	close_run(&run);
}

static void facts_name_both_ends(void **state)
{
	(void)state;
	struct net_conn_facts facts;
	struct run run;

	open_run(&run, SAYS_AND_FINS);
	run.conn = net_connect(run.net, &run.at, NULL, &calls, &run);
	net_run(run.net);
	net_conn_facts(run.conn, &facts);
	assert_true(net_address_same(&facts.peer, &run.at));
	assert_int_equal(facts.peer.port, run.at.port);
	assert_true(net_address_is_loopback(&facts.local));
	assert_true(facts.local.port != 0);
	assert_int_equal(facts.syn_retransmits, 0);
	net_close(run.conn);
	close_run(&run);
}

/* --- volume --- */

enum { LARGE = 8 * 1024 * 1024, CHUNK = 100000 };

struct pump {
	struct run run;
	size_t n_sent;
	size_t n_got;
	bool is_wrong;
};

static uint8_t pattern(size_t at)
{
	return (uint8_t)(at * 31 + (at >> 8));
}

static void pump_more(void *context)
{
	struct pump *p = context;
	static uint8_t bytes[CHUNK];

	while (p->n_sent < LARGE && net_unsent(p->run.conn) < 1024 * 1024) {
		size_t n = LARGE - p->n_sent < CHUNK ? LARGE - p->n_sent : CHUNK;

		for (size_t i = 0; i < n; i++)
			bytes[i] = pattern(p->n_sent + i);
		net_send(p->run.conn, bytes, n);
		p->n_sent += n;
	}
	if (p->n_sent < LARGE)
		net_after(p->run.net, 1000, pump_more, p);
	else
		net_shut(p->run.conn);
}

static void pump_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct pump *p = context;

	for (size_t i = 0; i < n; i++)
		p->is_wrong |= bytes[i] != pattern(p->n_got + i);
	p->n_got += n;
}

static const struct net_callbacks pump_calls = {pump_more, failed, pump_bytes, ended};

static void eight_mebibytes_come_back_whole(void **state)
{
	(void)state;
	static struct pump p;

	p = (struct pump){0};
	open_run(&p.run, ECHOES);
	p.run.conn = net_connect(p.run.net, &p.run.at, NULL, &pump_calls, &p);
	net_run(p.run.net);
	assert_int_equal(p.run.n_ended, 1);
	assert_int_equal(p.run.how, NET_FIN);
	assert_int_equal(p.n_got, LARGE);
	assert_false(p.is_wrong);
	net_close(p.run.conn);
	close_run(&p.run);
}

static void a_queue_too_long_breaks(void **state)
{
	(void)state;
	static uint8_t bytes[1024 * 1024];
	struct run run;

	open_run(&run, ECHOES);
	run.conn = net_connect(run.net, &run.at, NULL, &calls, &run);
	for (int i = 0; i < 5; i++)
		net_send(run.conn, bytes, sizeof bytes);
	assert_true(net_unsent(run.conn) <= 4 * sizeof bytes);
	net_run(run.net);
	assert_int_equal(run.n_ended, 1);
	assert_int_equal(run.how, NET_BROKEN);
	net_close(run.conn);
	close_run(&run);
}

struct crowd {
	struct run run;
	struct net_conn *conns[MANY];
	size_t n_ended;
};

struct one {
	struct crowd *crowd;
	size_t i;
};

static void one_connected(void *context)
{
	const struct one *one = context;

	net_send(one->crowd->conns[one->i], "x", 1);
	net_shut(one->crowd->conns[one->i]);
}

static void one_failed(void *context, const struct net_failure *why)
{
	(void)context;
	(void)why;
	fail();
}

static void one_bytes(void *context, const uint8_t *bytes, size_t n)
{
	(void)context;
	assert_int_equal(n, 1);
	assert_int_equal(*bytes, 'x');
}

static void one_ended(void *context, enum net_end how)
{
	const struct one *one = context;

	assert_int_equal(how, NET_FIN);
	net_close(one->crowd->conns[one->i]);
	if (++one->crowd->n_ended == MANY)
		net_stop(one->crowd->run.net);
}

static const struct net_callbacks one_calls = {one_connected, one_failed, one_bytes, one_ended};

static void many_are_served_together(void **state)
{
	(void)state;
	static struct crowd crowd;
	static struct one ones[MANY];

	open_run(&crowd.run, ECHOES);
	for (size_t i = 0; i < MANY; i++) {
		ones[i] = (struct one){&crowd, i};
		crowd.conns[i] = net_connect(crowd.run.net, &crowd.run.at, NULL, &one_calls,
		                             &ones[i]);
	}
	net_run(crowd.run.net);
	assert_int_equal(crowd.n_ended, MANY);
	close_run(&crowd.run);
}

/* --- closing inside callbacks --- */

enum when { IN_CONNECTED, IN_FAILED, IN_BYTES, IN_ENDED, N_WHEN };

struct closer {
	struct run run;
	enum when when;
	int n_heard; /* after the closing */
	bool is_closed;
};

static void close_in(struct closer *c, enum when now)
{
	if (c->is_closed)
		c->n_heard++;
	if (c->when != now || c->is_closed)
		return;
	c->is_closed = true;
	net_close(c->run.conn);
}

static void closer_connected(void *context)
{
	close_in(context, IN_CONNECTED);
}

static void closer_failed(void *context, const struct net_failure *why)
{
	(void)why;
	close_in(context, IN_FAILED);
}

static void closer_bytes(void *context, const uint8_t *bytes, size_t n)
{
	(void)bytes;
	(void)n;
	close_in(context, IN_BYTES);
}

static void closer_ended(void *context, enum net_end how)
{
	(void)how;
	close_in(context, IN_ENDED);
}

static const struct net_callbacks closer_calls = {closer_connected, closer_failed, closer_bytes,
                                                  closer_ended};

static void stop_run(void *context)
{
	const struct run *run = context;

	net_stop(run->net);
}

static void closed_in_a_callback_hears_no_more(void **state)
{
	(void)state;
	for (enum when when = 0; when < N_WHEN; when++) {
		struct closer c = {.when = when};

		open_run(&c.run, SAYS_AND_FINS);
		if (when == IN_FAILED)
			net_listener_close(c.run.listener);
		c.run.conn = net_connect(c.run.net, &c.run.at, NULL, &closer_calls, &c);
		net_after(c.run.net, 30000, stop_run, &c.run);
		net_run(c.run.net);
		assert_true(c.is_closed);
		assert_int_equal(c.n_heard, 0);
		close_run(&c.run);
	}
}

/* Two connections at once: the first that hears something closes both. */
struct pair {
	struct run run;
	struct net_conn *conns[2];
	int n_heard;
};

static void pair_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct pair *pair = context;

	(void)bytes;
	(void)n;
	pair->n_heard++;
	for (int i = 0; i < 2; i++)
		net_close(pair->conns[i]);
}

static void pair_connected(void *context)
{
	(void)context;
}

static void pair_ended(void *context, enum net_end how)
{
	struct pair *pair = context;

	(void)how;
	pair->n_heard++;
}

static const struct net_callbacks pair_calls = {pair_connected, one_failed, pair_bytes, pair_ended};

static void one_callback_may_close_another_connection(void **state)
{
	(void)state;
	struct pair pair = {0};

	open_run(&pair.run, SAYS_AND_FINS);
	for (int i = 0; i < 2; i++)
		pair.conns[i] = net_connect(pair.run.net, &pair.run.at, NULL, &pair_calls, &pair);
	net_after(pair.run.net, 30000, stop_run, &pair.run);
	net_run(pair.run.net);
	assert_int_equal(pair.n_heard, 1);
	close_run(&pair.run);
}

/* --- timers --- */

struct order {
	struct net *net;
	struct net_timer *victim;
	char fired[16];
	size_t n;
};

struct mark {
	struct order *order;
	char letter;
};

static void mark(void *context)
{
	struct mark *m = context;
	struct order *o = m->order;

	o->fired[o->n++] = m->letter;
	if (m->letter == 'b')
		net_timer_stop(o->victim);
	if (m->letter == 'e')
		net_stop(o->net);
}

static void timers_fire_in_order_and_stop(void **state)
{
	(void)state;
	struct order o = {.net = net_new()};
	struct mark m[] = {{&o, 'a'}, {&o, 'b'}, {&o, 'c'}, {&o, 'd'}, {&o, 'e'}, {&o, 'f'}};
	int64_t before = net_now_us(o.net);

	net_after(o.net, 4000, mark, &m[3]);
	net_after(o.net, 1500, mark, &m[1]);
	net_after(o.net, 1200, mark, &m[0]);
	o.victim = net_after(o.net, 3000, mark, &m[2]);
	net_after(o.net, 4000, mark, &m[4]); /* equal: in the order of making */
	net_after(o.net, 4000, mark, &m[5]);
	net_run(o.net);
	assert_string_equal(o.fired, "abde"); /* stopped behind e */
	assert_true(net_now_us(o.net) - before >= 4000);
	net_run(o.net); /* goes on, then nothing is left */
	assert_string_equal(o.fired, "abdef");
	net_run(o.net);
	assert_true(net_wall_us(o.net) > INT64_C(1700000000000000));
	net_free(o.net);
}

/* --- names --- */

struct answer {
	struct net *net;
	int n;
	struct net_names names;
	char name[256];
};

static void found(void *context, const struct net_names *names)
{
	struct answer *a = context;

	a->n++;
	a->names = *names;
}

static void named(void *context, const char *name)
{
	struct answer *a = context;

	a->n++;
	snprintf(a->name, sizeof a->name, "%s", name ? name : "");
}

static void literals_are_names_too(void **state)
{
	(void)state;
	struct answer a = {.net = net_new()};
	struct answer cancelled = {0};

	net_look_up(a.net, "127.0.0.7", found, &a);
	net_lookup_cancel(net_look_up(a.net, "127.0.0.8", found, &cancelled));
	net_run(a.net);
	assert_int_equal(a.n, 1);
	assert_int_equal(cancelled.n, 0);
	assert_int_equal(a.names.result, LOOKUP_FOUND);
	assert_int_equal(a.names.n, 1);
	assert_int_equal(a.names.at[0].bytes[3], 7);
	net_free(a.net);
}

/* --- echoes --- */

static void what_is_open_ends_with_the_net(void **state)
{
	(void)state;
	struct run run;

	open_run(&run, SAYS_AND_FINS);
	net_connect(run.net, &run.at, NULL, &calls, &run);
	net_connect(run.net, &run.at, NULL, &calls, &run);
	net_look_up(run.net, "localhost", found, NULL);
	net_echo(run.net, &run.at, 1000000, echoed, NULL);
	close_run(&run);
}

/* Whether one may ask is up to this computer, but for the network in memory. */
static void loopback_answers_an_echo(void **state)
{
	(void)state;
	static const char *const texts[] = {"127.0.0.1", "::1"};

	for (size_t i = 0; i < 2; i++) {
		struct net *net = net_new();
		struct net_address to;
		struct echo e = {0}, cancelled = {0};

		assert_true(net_address_parse(texts[i], &to));
		net_echo(net, &to, 2000000, echoed, &e);
		net_lookup_cancel(net_echo(net, &to, 2000000, echoed, &cancelled));
		assert_int_equal(e.n, 0);
		net_run(net);
		assert_int_equal(e.n, 1);
		assert_int_equal(cancelled.n, 0);
		net_free(net);
		if (!NET_MAY_ECHO && e.answer.result == ECHO_CANNOT) {
			print_message("# %s: no echo may be sent here\n", texts[i]);
			continue;
		}
		assert_int_equal(e.answer.result, ECHO_ANSWERED);
		assert_int_equal(e.answer.n_sent, 1);
		assert_true(e.answer.rtt_us > 0 && e.answer.rtt_us < 1000000);
	}
}

/* --- this computer --- */

static void loopback_is_our_own(void **state)
{
	(void)state;
	struct net *net = net_new();
	struct net_address to = loopback();
	struct net_route route;

	net_route_to(net, &to, &route);
	assert_true(route.has_route);
	assert_true(route.is_loopback);
	assert_true(route.is_own_address);
	assert_false(route.is_tunnel);
	assert_true(net_address_is_loopback(&route.source));
	net_free(net);
}

static void an_address_in_use_is_an_error_with_words(void **state)
{
	(void)state;
	const char *error = NULL;
	struct run run;

	open_run(&run, ECHOES);
	assert_null(net_listen(run.net, &run.at, serve, &run, &error));
	assert_non_null(error);
	assert_true(*error != 0);
	close_run(&run);
}

#ifdef NET_IS_FAKE
#include "test_net_fake.h"
#else
#include "test_net_real.h"
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_peer_is_heard_as_it_behaves),
	    cmocka_unit_test(a_closed_port_refuses),
	    cmocka_unit_test(bytes_sent_early_are_kept),
	    cmocka_unit_test(facts_name_both_ends),
	    cmocka_unit_test(eight_mebibytes_come_back_whole),
	    cmocka_unit_test(a_queue_too_long_breaks),
	    cmocka_unit_test(many_are_served_together),
	    cmocka_unit_test(closed_in_a_callback_hears_no_more),
	    cmocka_unit_test(one_callback_may_close_another_connection),
	    cmocka_unit_test(what_is_open_ends_with_the_net),
	    cmocka_unit_test(loopback_answers_an_echo),
	    cmocka_unit_test(timers_fire_in_order_and_stop),
	    cmocka_unit_test(literals_are_names_too),
	    cmocka_unit_test(loopback_is_our_own),
	    cmocka_unit_test(an_address_in_use_is_an_error_with_words),
	    MORE_TESTS,
	};

	return RUN(tests);
}
