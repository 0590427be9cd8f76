/* Part of test_net.c: what a test can set in the network in memory. */

static struct net_address address(const char *text, uint16_t port)
{
	struct net_address a;

	assert_true(net_address_parse(text, &a));
	a.port = port;
	return a;
}

static const struct {
	enum fake_way way;
	enum net_failure_kind kind;
	bool has_icmp;
	int64_t at_us;
} ways[] = {
    {FAKE_OPEN, NET_REFUSED, false, 2000},
    {FAKE_REFUSED, NET_REFUSED, false, 2000},
    {FAKE_UNREACHABLE, NET_UNREACHABLE, true, 2000},
    {FAKE_PROHIBITED, NET_PROHIBITED, true, 2000},
    {FAKE_NO_ROUTE, NET_NO_ROUTE, false, 0},
    {FAKE_NOT_PERMITTED, NET_NOT_PERMITTED, false, 0},
    {FAKE_LOCAL, NET_LOCAL, false, 0},
    {FAKE_TIMED_OUT, NET_TIMED_OUT, false, 7000},
};

static void every_way_to_fail_can_be_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct run run = {.net = net_new()};
		struct fake_path path = {.to = address("192.0.2.7", 0),
		                         .way = ways[i].way,
		                         .fails_after_us = 7000,
		                         .has_router = true,
		                         .router = address("192.0.2.1", 0)};
		struct net_address to = address("192.0.2.7", 3389);

		net_fake_latency(run.net, 1000);
		net_fake_path(run.net, &path);
		run.conn = net_connect(run.net, &to, NULL, &calls, &run);
		net_run(run.net);
		assert_int_equal(run.n_failed, 1);
		assert_int_equal(run.why.kind, ways[i].kind);
		assert_int_equal(run.why.has_icmp, ways[i].has_icmp);
		assert_int_equal(net_now_us(run.net), ways[i].at_us);
		close_run(&run);
	}
}

static void silence_is_no_event(void **state)
{
	(void)state;
	struct run run = {.net = net_new()};
	struct net_address to = address("192.0.2.7", 3389);
	struct fake_path path = {.to = to, .way = FAKE_SILENT};
	struct fake_name never = {.name = "never.example", .is_never = true};

	net_fake_path(run.net, &path);
	net_fake_name(run.net, &never);
	net_connect(run.net, &to, NULL, &calls, &run);
	net_look_up(run.net, "never.example", found, &run);
	net_timer_stop(net_after(run.net, 900000, too_late, &run));
	net_run(run.net);
	assert_int_equal(run.n_failed + run.n_connected, 0);
	assert_int_equal(net_now_us(run.net), 0);
	close_run(&run);
}

static const struct {
	struct fake_stream down;
	const char *got;
	int n_ended;
	enum net_end how;
} streams[] = {
    {{.cut = 2}, "hello", 1, NET_FIN},
    {{.end = FAKE_RST, .end_after = 3}, "hel", 1, NET_RST},
    {{.end = FAKE_FIN, .end_after = 1}, "h", 1, NET_FIN},
    {{.end = FAKE_BROKEN}, "", 1, NET_BROKEN},
    {{.loses = true, .lose_after = 2}, "he", 0, NET_FIN},
    {{.loses = true, .lose_after = 5}, "hello", 0, NET_FIN},
    {{.cut = 1, .end = FAKE_RST, .end_after = 5}, "hello", 1, NET_RST},
};

static void a_path_hurts_the_stream(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		struct run run;

		open_run(&run, SAYS_AND_FINS);

		struct fake_path path = {.to = run.at, .down = streams[i].down};

		net_fake_path(run.net, &path);
		net_after(run.net, 1000000, stop_run, &run);
		run.conn = net_connect(run.net, &run.at, NULL, &calls, &run);
		net_run(run.net);
		buf_put(&run.got, "", 1);
		assert_string_equal((const char *)run.got.bytes, streams[i].got);
		assert_int_equal(run.n_ended, streams[i].n_ended);
		assert_int_equal(run.how, streams[i].how);
		close_run(&run);
	}
}

static void names_answer_as_set(void **state)
{
	(void)state;
	struct answer a = {.net = net_new()};
	struct net_address of = address("192.0.2.7", 0);
	struct fake_name name = {.name = "host.example",
	                         .delay_us = 3000,
	                         .answer = {.source = SOURCE_HOSTS_FILE, .at = {of}, .n = 1}};

	net_fake_name(a.net, &name);
	net_fake_reverse(a.net, &of, "host.example");
	net_look_up(a.net, "HOST.example", found, &a);
	net_run(a.net);
	assert_int_equal(a.names.result, LOOKUP_FOUND);
	assert_int_equal(a.names.source, SOURCE_HOSTS_FILE);
	assert_int_equal(net_now_us(a.net), 3000);
	net_look_up(a.net, "other.example", found, &a);
	net_reverse(a.net, &of, named, &a);
	net_run(a.net);
	assert_int_equal(a.names.result, LOOKUP_NOT_FOUND);
	assert_string_equal(a.name, "host.example");
	assert_int_equal(a.n, 3);
	net_free(a.net);
	assert_int_equal(net_fake_live(), 0);
}

static void interrupted(void *context)
{
	const struct run *run = context;

	net_stop(run->net);
}

static void an_interrupt_comes_when_set(void **state)
{
	(void)state;
	struct run run = {.net = net_new()};

	net_on_interrupt(run.net, interrupted, &run);
	net_fake_interrupt_at(run.net, 5000);
	net_after(run.net, 9000, too_late, &run);
	net_run(run.net);
	assert_int_equal(net_now_us(run.net), 5000);
	close_run(&run);
}

#define MORE_TESTS                                                                                 \
	cmocka_unit_test(every_way_to_fail_can_be_set), cmocka_unit_test(silence_is_no_event),     \
	    cmocka_unit_test(a_path_hurts_the_stream), cmocka_unit_test(names_answer_as_set),      \
	    cmocka_unit_test(an_interrupt_comes_when_set)
