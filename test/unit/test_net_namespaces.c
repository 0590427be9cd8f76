/*
 * What a network between two computers does: a namespace of ours is the client, a child's is the
 * router and all that is behind it. Skips where namespaces cannot be made.
 *
 *   v0 10.9.0.2, fd09::2  -----  r0 10.9.0.1, fd09::1 (router)  -----  d0 10.9.1.0/24
 */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "echoed.h"
#include "os/net.h"

static pid_t router; /* holds the other namespace open */

/* --- making it --- */

static bool is_done(const char *command)
{
	char quiet[2048];

	snprintf(quiet, sizeof quiet, "{ %s\n} >/dev/null 2>&1", command);
	return system(quiet) == 0;
}

static bool on_router(const char *command)
{
	char whole[1600];

	snprintf(whole, sizeof whole, "nsenter -t %d -n sh -ec '%s'", (int)router, command);
	return is_done(whole);
}

static void hold(int told)
{
	if (unshare(CLONE_NEWNET) == 0)
		(void)!write(told, "", 1);
	close(told);
	for (;;)
		pause();
}

static bool start_router(void)
{
	int told[2];
	char byte;

	if (pipe(told) != 0)
		return false;
	router = fork();
	if (router == 0)
		hold(told[1]);
	close(told[1]);

	bool is_there = router > 0 && read(told[0], &byte, 1) == 1;

	close(told[0]);
	return is_there;
}

static bool connect_both(void)
{
	char command[1024];

	snprintf(command, sizeof command,
	         "set -e; ip link set lo up; ip link add v0 type veth peer name r0 netns %d\n"
	         "ip addr add 10.9.0.2/24 dev v0; ip addr add fd09::2/64 dev v0 nodad\n"
	         "ip link set v0 up; ip route add default via 10.9.0.1\n"
	         "ip -6 route add default via fd09::1\n"
	         "ip route add prohibit 10.66.0.1; ip route add unreachable 10.66.0.2\n"
	         "echo 50 >/proc/sys/net/ipv4/neigh/v0/retrans_time_ms\n"
	         "echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range",
	         (int)router);
	return is_done(command) &&
	       on_router(
	           "ip link set lo up; ip addr add 10.9.0.1/24 dev r0\n"
	           "ip addr add fd09::1/64 dev r0 nodad; ip link set r0 up\n"
	           "ip link add d0 type veth peer name d1; ip addr add 10.9.1.1/24 dev d0\n"
	           "ip addr add fd99::1/64 dev d0 nodad; ip link set d0 up; ip link set d1 up\n"
	           "echo 1 >/proc/sys/net/ipv4/ip_forward\n"
	           "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n"
	           "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit\n"
	           "echo 0 >/proc/sys/net/ipv6/icmp/ratelimit");
}

static bool make_network(void)
{
	return unshare(CLONE_NEWNET | CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && start_router() &&
	       connect_both() && on_router("nft list ruleset");
}

/* --- attempts --- */

struct attempt {
	struct net *net;
	struct net_conn *conn;
	bool is_connected, has_failed, has_ended, is_late;
	struct net_failure why;
	enum net_end how;
	char got[64];
	size_t n_got;
};

static void connected(void *context)
{
	struct attempt *a = context;

	a->is_connected = true;
	net_stop(a->net);
}

static void failed(void *context, const struct net_failure *why)
{
	struct attempt *a = context;

	a->has_failed = true;
	a->why = *why;
	net_stop(a->net);
}

static void bytes(void *context, const uint8_t *received, size_t n)
{
	struct attempt *a = context;

	assert_true(a->n_got + n < sizeof a->got);
	memcpy(a->got + a->n_got, received, n);
	a->n_got += n;
}

static void ended(void *context, enum net_end how)
{
	struct attempt *a = context;

	a->has_ended = true;
	a->how = how;
	net_stop(a->net);
}

static void late(void *context)
{
	struct attempt *a = context;

	a->is_late = true;
	net_stop(a->net);
}

static const struct net_callbacks calls = {connected, failed, bytes, ended};

static void try(struct attempt *a, const char *to, int64_t most_us)
{
	struct net_address at;

	*a = (struct attempt){.net = net_new()};
	assert_true(net_address_parse(to, &at));
	at.port = 3389;
	a->conn = net_connect(a->net, &at, NULL, &calls, a);
	net_after(a->net, most_us, late, a);
	net_run(a->net);
}

static void finish(struct attempt *a)
{
	net_close(a->conn);
	net_free(a->net);
}

static bool filter(bool is_router, const char *hook, const char *rule)
{
	char command[600];

	snprintf(command, sizeof command,
	         "nft -f - <<END\nflush ruleset\ntable inet t {\nchain c {\n"
	         "type filter hook %s priority 0; policy accept;\n%s\n}\n}\nEND",
	         hook, rule);
	return is_router ? on_router(command) : is_done(command);
}

static void no_filter(void)
{
	assert_true(on_router("nft flush ruleset"));
	assert_true(is_done("nft flush ruleset"));
}

/* --- failures --- */

static const struct {
	const char *what, *to;
	bool is_router;
	const char *hook, *rule; /* NULL: none */
	enum net_failure_kind kind;
	const char *sender; /* of ICMP */
	int type, code;
} failures[] = {
    {"nobody listens", "10.9.0.1", .kind = NET_REFUSED},
    {"nobody listens, IPv6", "fd09::1", .kind = NET_REFUSED},
    {"filter sends RST", "10.9.1.9", true, "forward", "reject with tcp reset", NET_REFUSED},
    {"port unreachable", "10.9.1.9", true, "forward", "reject with icmpx port-unreachable",
     NET_PROHIBITED, "10.9.0.1", 3, 3},
    {"prohibited", "10.9.1.9", true, "forward", "reject with icmpx admin-prohibited",
     NET_PROHIBITED, "10.9.0.1", 3, 13},
    {"prohibited by the host", "10.9.0.1", true, "input", "reject with icmpx admin-prohibited",
     NET_PROHIBITED, "10.9.0.1", 3, 13},
    {"host unreachable", "10.9.1.9", true, "forward", "reject with icmpx host-unreachable",
     NET_UNREACHABLE, "10.9.0.1", 3, 1},
    {"net unreachable", "10.9.1.9", true, "forward", "reject with icmpx no-route", NET_UNREACHABLE,
     "10.9.0.1", 3, 0},
    {"router has no route", "10.77.0.1", .kind = NET_UNREACHABLE, .sender = "10.9.0.1", .type = 3,
     .code = 0},
    {"port unreachable, IPv6", "fd99::9", true, "forward",
     "meta l4proto tcp reject with icmpx port-unreachable", NET_PROHIBITED, "fd09::1", 1, 4},
    {"prohibited, IPv6", "fd99::9", true, "forward",
     "meta l4proto tcp reject with icmpx admin-prohibited", NET_PROHIBITED, "fd09::1", 1, 1},
    {"no route, IPv6", "fd99::9", true, "forward", "meta l4proto tcp reject with icmpx no-route",
     NET_UNREACHABLE, "fd09::1", 1, 0},
    {"neighbour is not there", "10.9.0.77", .kind = NET_UNREACHABLE, .sender = "10.9.0.2",
     .type = 3, .code = 1},
    {"our own filter", "10.9.1.9", false, "output", "tcp dport 3389 reject", NET_NOT_PERMITTED,
     "10.9.0.2", 3, 3},
    {"our own filter, loopback", "127.0.0.1", false, "input", "tcp dport 3389 reject",
     NET_PROHIBITED, "127.0.0.1", 3, 3},
    {"route prohibits", "10.66.0.1", .kind = NET_NOT_PERMITTED},
    {"route is closed", "10.66.0.2", .kind = NET_NO_ROUTE},
};

static void failures_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		char sender[NET_ADDRESS_TEXT_MAX];
		struct attempt a;

		if (failures[i].rule)
			assert_true(
			    filter(failures[i].is_router, failures[i].hook, failures[i].rule));
		try(&a, failures[i].to, 5000000);
		net_address_text(&a.why.router, sender);
		print_message("# %s: kind %d, ICMP %d of %s %d/%d, %s\n", failures[i].what,
		              (int)a.why.kind, a.why.has_icmp, sender, a.why.icmp_type,
		              a.why.icmp_code, a.why.words ? a.why.words : "silence");
		assert_true(a.has_failed);
		assert_int_equal(a.why.kind, failures[i].kind);
		assert_int_equal(a.why.has_icmp, failures[i].sender != NULL);
		if (failures[i].sender) {
			assert_string_equal(sender, failures[i].sender);
			assert_int_equal(a.why.icmp_type, failures[i].type);
			assert_int_equal(a.why.icmp_code, failures[i].code);
		}
		finish(&a);
		no_filter();
	}
}

static void a_filter_that_drops_is_silent(void **state)
{
	(void)state;
	struct net_conn_facts facts;
	struct attempt a;

	assert_true(filter(true, "input", "tcp dport 3389 drop"));
	try(&a, "10.9.0.1", 1500000);
	assert_true(a.is_late);
	net_conn_facts(a.conn, &facts);
	assert_int_equal(facts.syn_retransmits, 1);
	assert_int_equal(facts.rtt_us, 0);
	finish(&a);
	no_filter();
}

/* --- in mid-stream --- */

static void say_hello(void *context, struct net_conn *conn)
{
	static const struct net_callbacks none;

	(void)context;
	net_adopt(conn, &none, NULL);
	net_send(conn, "hello", 5);
}

/* A listener keeps the namespace in which it was made. */
static struct net_listener *listen_on_router(struct net *net)
{
	struct net_listener *l;
	struct net_address at;
	const char *error;
	char path[64];
	int here = open("/proc/self/ns/net", O_RDONLY), there;

	snprintf(path, sizeof path, "/proc/%d/ns/net", (int)router);
	there = open(path, O_RDONLY);
	assert_int_equal(setns(there, CLONE_NEWNET), 0);
	net_address_parse("10.9.0.1", &at);
	at.port = 3389;
	l = net_listen(net, &at, say_hello, NULL, &error);
	assert_int_equal(setns(here, CLONE_NEWNET), 0);
	close(here);
	close(there);
	return l;
}

static const struct {
	const char *rule;
	enum net_end how;
} breaks[] = {
    {"tcp dport 3389 reject with tcp reset", NET_RST},
    {"tcp dport 3389 reject with icmpx host-unreachable", NET_BROKEN},
    {"tcp dport 3389 reject with icmpx admin-prohibited", NET_BROKEN},
};

static void a_path_that_breaks_is_told_apart_from_a_reset(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
		struct net *net = net_new();
		struct attempt a = {.net = net};
		struct net_listener *l = listen_on_router(net);
		struct net_conn_facts facts;
		struct net_address at;

		assert_non_null(l);
		net_listener_address(l, &at);
		a.conn = net_connect(net, &at, NULL, &calls, &a);
		net_run(net);
		assert_true(a.is_connected);
		net_after(net, 100000, late, &a);
		net_run(net);
		assert_memory_equal(a.got, "hello", 5);
		assert_true(filter(true, "input", breaks[i].rule));
		net_send(a.conn, "more", 4);
		net_after(net, 5000000, late, &a);
		net_run(net);
		assert_true(a.has_ended);
		assert_int_equal(a.how, breaks[i].how);
		net_conn_facts(a.conn, &facts);
		assert_true(facts.segment >= 1000);
		finish(&a);
		no_filter();
	}
}

/* --- echoes --- */

static const struct {
	const char *what, *to;
	bool is_router;
	const char *hook, *rule; /* NULL: none */
	enum net_echo_result result;
	int n_sent;
	enum net_failure_kind kind;
	const char *sender; /* of ICMP */
} echoes[] = {
    {"this computer", "127.0.0.1", .result = ECHO_ANSWERED, .n_sent = 1},
    {"this computer, IPv6", "::1", .result = ECHO_ANSWERED, .n_sent = 1},
    {"a neighbour", "10.9.0.1", .result = ECHO_ANSWERED, .n_sent = 1},
    {"a neighbour, IPv6", "fd09::1", .result = ECHO_ANSWERED, .n_sent = 1},
    {"the port drops, the host answers", "10.9.0.1", true, "input", "meta l4proto tcp drop",
     ECHO_ANSWERED, 1},
    {"the first is lost", "10.9.0.1", true, "input",
     "icmp type echo-request numgen inc mod 2 == 0 drop", ECHO_ANSWERED, 2},
    {"the first is lost, IPv6", "fd09::1", true, "input",
     "icmpv6 type echo-request numgen inc mod 2 == 0 drop", ECHO_ANSWERED, 2},
    {"dropped", "10.9.0.1", true, "input", "icmp type echo-request drop", ECHO_SILENT, 2},
    {"prohibited", "10.9.1.9", true, "forward", "reject with icmpx admin-prohibited", ECHO_FAILED,
     1, NET_PROHIBITED, "10.9.0.1"},
    {"prohibited, IPv6", "fd99::9", true, "forward",
     "icmpv6 type echo-request reject with icmpx admin-prohibited", ECHO_FAILED, 1, NET_PROHIBITED,
     "fd09::1"},
    {"no way beyond", "10.9.1.9", true, "forward", "reject with icmpx no-route", ECHO_FAILED, 1,
     NET_UNREACHABLE, "10.9.0.1"},
    {"neighbour is not there", "10.9.0.77", .result = ECHO_FAILED, .n_sent = 1,
     .kind = NET_UNREACHABLE, .sender = "10.9.0.2"},
    {"our own filter", "10.9.1.9", false, "output", "icmp type echo-request drop", ECHO_CANNOT, 0,
     NET_NOT_PERMITTED},
    {"route prohibits", "10.66.0.1", .kind = NET_NOT_PERMITTED},
    {"route is closed", "10.66.0.2", .kind = NET_NO_ROUTE},
};

static struct net_echo_answer echo_of(const char *text)
{
	struct net *net = net_new();
	struct net_address to;
	struct echo e = {0};

	assert_true(net_address_parse(text, &to));
	net_echo(net, &to, 900000, echoed, &e);
	net_run(net);
	net_free(net);
	assert_int_equal(e.n, 1);
	return e.answer;
}

static void echoes_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof echoes / sizeof *echoes; i++) {
		char sender[NET_ADDRESS_TEXT_MAX];
		struct net_echo_answer a;

		if (echoes[i].rule)
			assert_true(filter(echoes[i].is_router, echoes[i].hook, echoes[i].rule));
		a = echo_of(echoes[i].to);
		net_address_text(&a.why.router, sender);
		print_message("# %s: result %d, %d sent, %d us, ttl %d, %s\n", echoes[i].what,
		              (int)a.result, a.n_sent, (int)a.rtt_us, a.ttl,
		              a.why.words ? a.why.words : "-");
		assert_int_equal(a.result, echoes[i].result);
		assert_int_equal(a.n_sent, echoes[i].n_sent);
		assert_int_equal(a.ttl, a.result == ECHO_ANSWERED ? 64 : 0);
		assert_true(a.rtt_us < 300000);
		assert_int_equal(a.why.kind, echoes[i].kind);
		if (echoes[i].sender)
			assert_string_equal(sender, echoes[i].sender);
		no_filter();
	}
}

static void who_may_not_ask_says_so(void **state)
{
	(void)state;
	assert_true(is_done("echo 1 0 >/proc/sys/net/ipv4/ping_group_range"));
	assert_int_equal(echo_of("127.0.0.1").result, ECHO_CANNOT);
	assert_int_equal(echo_of("::1").result, ECHO_CANNOT);
	assert_true(is_done("echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range"));
}

/* --- names --- */

struct answer {
	bool is_late;
	struct net *net;
	enum net_lookup_result result;
	enum net_name_source source;
	size_t n;
	char server[64];
};

static void found(void *context, const struct net_names *names)
{
	struct answer *a = context;

	a->result = names->result;
	a->source = names->source;
	a->n = names->n;
	snprintf(a->server, sizeof a->server, "%s", names->name_server ? names->name_server : "");
}

/* In our own view of the file system; the system's files stay as they are. */
static bool put_over(const char *path, const char *text)
{
	char name[] = "/tmp/test_net_XXXXXX";
	int fd = mkstemp(name);
	bool is_there = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
	                mount(name, path, NULL, MS_BIND, NULL) == 0;

	if (fd >= 0)
		close(fd);
	unlink(name);
	return is_there;
}

static const struct {
	const char *resolv_conf, *name;
	enum net_lookup_result result;
	enum net_name_source source;
	const char *server;
} lookups[] = {
    {"# none\n", "host.example.test", LOOKUP_NO_RESOLVER, SOURCE_DNS, ""},
    {"nameserver 10.9.0.1\n", "host.example.test", LOOKUP_FAILED, SOURCE_DNS, "10.9.0.1"},
    {"nameserver 10.66.0.2\n", "host.example.test", LOOKUP_FAILED, SOURCE_DNS, "10.66.0.2"},
    {"nameserver 10.9.0.1\n", "known.example.test", LOOKUP_FOUND, SOURCE_HOSTS_FILE, "10.9.0.1"},
};

static void names_fail_in_their_ways(void **state)
{
	(void)state;
	assert_true(put_over("/etc/hosts",
	                     "127.0.0.1 localhost\n10.9.0.1 x Known.example.test # y\n"
	                     "10.9.0.1 known.example.test\nfd09::1 known.example.test\n"));
	assert_true(put_over("/etc/nsswitch.conf", "hosts: files dns\n"));
	for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
		struct answer a = {.net = net_new()};

		assert_true(put_over("/etc/resolv.conf", lookups[i].resolv_conf));
		net_look_up(a.net, lookups[i].name, found, &a);
		net_run(a.net);
		assert_int_equal(a.result, lookups[i].result);
		assert_int_equal(a.source, lookups[i].source);
		assert_string_equal(a.server, lookups[i].server);
		assert_int_equal(a.n, lookups[i].result == LOOKUP_FOUND ? 2 : 0);
		net_free(a.net);
		umount("/etc/resolv.conf");
	}
}

static void stop_late(void *context)
{
	const struct answer *a = context;

	net_stop(a->net);
}

static void a_look_up_that_hangs_delays_nobody(void **state)
{
	(void)state;
	struct answer a = {.net = net_new()};
	int64_t before = net_now_us(a.net);

	assert_true(filter(true, "input", "udp dport 53 drop"));
	assert_true(put_over("/etc/resolv.conf", "nameserver 10.9.0.1\n"));
	net_look_up(a.net, "hangs.example.test", found, &a);
	net_after(a.net, 100000, stop_late, &a);
	net_run(a.net);
	net_lookup_cancel(net_look_up(a.net, "hangs.example.test", found, &a));
	net_free(a.net);
	assert_int_equal(a.n, 0);
	assert_true(net_now_us(NULL) - before < 1000000);
	umount("/etc/resolv.conf");
}

/* --- this computer --- */

static void routes_are_described(void **state)
{
	(void)state;
	struct net *net = net_new();
	struct net_address to;
	struct net_route route;

	net_address_parse("10.9.1.9", &to);
	net_route_to(net, &to, &route);
	assert_true(route.has_route && !route.is_own_address && !route.is_tunnel);
	assert_string_equal(route.adapter, "v0");
	net_address_parse("10.9.0.2", &to);
	net_route_to(net, &to, &route);
	assert_true(route.is_own_address && route.is_loopback);
	net_address_parse("10.66.0.2", &to);
	net_route_to(net, &to, &route);
	assert_false(route.has_route);
	net_free(net);
}

static void the_state_of_this_computer_is_seen(void **state)
{
	(void)state;
	struct net *net = net_new();
	struct net_state now;

	net_local_state(net, &now);
	assert_true(now.has_link && now.has_default_route && !now.has_tunnel_down);
	if (is_done("ip tuntap add dev vpn7 mode tun")) {
		net_local_state(net, &now);
		assert_true(now.has_tunnel_down);
	}
	assert_true(is_done("ip link set v0 down"));
	net_local_state(net, &now);
	assert_true(!now.has_link && !now.has_default_route);
	net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(failures_are_told_apart),
	    cmocka_unit_test(a_filter_that_drops_is_silent),
	    cmocka_unit_test(a_path_that_breaks_is_told_apart_from_a_reset),
	    cmocka_unit_test(echoes_are_told_apart),
	    cmocka_unit_test(who_may_not_ask_says_so),
	    cmocka_unit_test(names_fail_in_their_ways),
	    cmocka_unit_test(a_look_up_that_hangs_delays_nobody),
	    cmocka_unit_test(routes_are_described),
	    cmocka_unit_test(the_state_of_this_computer_is_seen),
	};
	bool is_made = make_network();
	int n_failed = 0;

	if (is_made)
		n_failed = RUN(tests);
	else
		puts("1..0 # SKIP no network namespaces here");
	if (router > 0)
		kill(router, SIGKILL);
	return n_failed;
}
