/* Part of test_net.c: signals of POSIX systems. */
#include <signal.h>

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

#define SIGNAL_TESTS cmocka_unit_test(the_first_interrupt_is_told_and_the_second_is_not),
