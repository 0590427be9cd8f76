/* Part of test_net.c: what only the system's network can show. */
#include "os/os.h"

/* Of Windows a signal is raised by a key only. */
#ifdef HAS_RAISE
#include "test_net_signals.h"
#else
#define SIGNAL_TESTS
#endif

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

	int64_t now = os_monotonic_us();

	(void)context;
	net_adopt(conn, &none, NULL);
	while (os_monotonic_us() < now + 20000)
		; /* the client's bytes wait in the system */
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
	SIGNAL_TESTS                                                                               \
	cmocka_unit_test(addresses_are_asked_for_names),                                           \
	    cmocka_unit_test(local_state_can_be_asked),                                            \
	    cmocka_unit_test(unread_bytes_make_no_rst_of_a_close)
