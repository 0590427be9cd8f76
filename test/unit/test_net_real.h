/* Part of test_net.c: what only the system's network can show. */
#include <time.h>

static void interrupt(void *context)
{
	struct order *o = context;

	o->fired[o->n++] = 'i';
	net_stop(o->net);
}

static void raise_one(void *context)
{
	(void)context;
	raise(SIGTERM);
}

static void the_first_interrupt_is_told_and_the_second_is_not(void **state)
{
	(void)state;
	struct order o = {.net = net_new()};
	struct sigaction now;

	net_on_interrupt(o.net, interrupt, &o);
	net_run(o.net); /* nothing to wait for */
	assert_int_equal(o.n, 0);
	net_after(o.net, 1000, raise_one, &o);
	net_after(o.net, 5000000, raise_one, &o);
	net_run(o.net);
	assert_string_equal(o.fired, "i");
	sigaction(SIGTERM, NULL, &now);
	assert_true(now.sa_handler == SIG_DFL);
	sigaction(SIGINT, NULL, &now);
	assert_true(now.sa_handler == SIG_DFL);
	net_free(o.net);
}

static void local_state_can_be_asked(void **state)
{
	(void)state;
	struct net *net = net_new();
	struct net_state now;

	net_local_state(net, &now); /* whatever it is here */
	net_free(net);
}

/* A FIN is a FIN even when the peer's bytes were not read. */
static void shy(void *context, struct net_conn *conn)
{
	static const struct net_callbacks none;

	(void)context;
	net_adopt(conn, &none, NULL);
	nanosleep(&(struct timespec){.tv_nsec = 20000000},
	          NULL); /* the client's bytes wait in the system */
	net_close(conn);
}

static void unread_bytes_make_no_rst_of_a_close(void **state)
{
	(void)state;
	struct net_address at = loopback();
	const char *error;
	struct run run;

	open_run(&run, ECHOES);
	net_listener_close(run.listener);
	run.listener = net_listen(run.net, &at, shy, &run, &error);
	net_listener_address(run.listener, &run.at);
	run.conn = net_connect(run.net, &run.at, NULL, &calls, &run);
	net_send(run.conn, "unread", 6);
	net_run(run.net);
	assert_int_equal(run.n_ended, 1);
	assert_int_equal(run.how, NET_FIN);
	net_close(run.conn);
	close_run(&run);
}

static void addresses_are_asked_for_names(void **state)
{
	(void)state;
	struct answer a = {.net = net_new()};
	struct net_address of = loopback();

	net_reverse(a.net, &of, named, &a);
	net_run(a.net);
	assert_int_equal(a.n, 1); /* whatever it is called here */
	net_free(a.net);
}

#define MORE_TESTS                                                                                 \
	cmocka_unit_test(the_first_interrupt_is_told_and_the_second_is_not),                       \
	    cmocka_unit_test(addresses_are_asked_for_names),                                       \
	    cmocka_unit_test(local_state_can_be_asked),                                            \
	    cmocka_unit_test(unread_bytes_make_no_rst_of_a_close)
