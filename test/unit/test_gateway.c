#include "harness.h"

#include <stdio.h>

#include "app/connection_file.h"
#include "lab/certificates.h"
#include "lab/server.h"
#include "link/tls.h"
#include "net_fake.h"
#include "probe/gateway.h"

#define WALL_US INT64_C(1800000000000000)

struct run {
	struct net *net;
	struct lab *lab;
	struct arena arena;
	struct findings found;
	struct target target;
	unsigned n_over;
};

static void over(void *context)
{
	((struct run *)context)->n_over++;
}

static void begin(struct run *r, const char *target)
{
	struct buf complaint = {0};

	*r = (struct run){.net = net_new()};
	r->found.arena = &r->arena;
	net_fake_wall(r->net, WALL_US);
	assert_true(target_parse(target, &r->target, &complaint));
	buf_fini(&complaint);
}

static void play(struct run *r, const char *scenario)
{
	struct net_address at;
	const char *error = NULL;

	assert_true(net_address_parse("192.0.2.9", &at));
	at.port = r->target.port;
	r->lab = lab_start(r->net, scenario_by_id(scenario), &at, &error);
	assert_non_null(r->lab);
}

static void name(struct run *r, enum net_lookup_result result, bool is_never)
{
	struct fake_name n = {.name = r->target.ascii, .is_never = is_never};

	n.answer = (struct net_names){.result = result, .n = result == LOOKUP_FOUND};
	assert_true(net_address_parse("192.0.2.9", &n.answer.at[0]));
	net_fake_name(r->net, &n);
}

static void way(struct run *r, enum fake_way how)
{
	struct fake_path path = {.way = how};

	assert_true(net_address_parse("192.0.2.9", &path.to));
	net_fake_path(r->net, &path);
}

static void stop(void *context)
{
	net_stop(((struct run *)context)->net);
}

static void go(struct run *r)
{
	struct gateway_check *g = gateway_check_new(r->net, &r->target, profile_at(0), &r->found,
	                                            over, r);

	assert_false(gateway_check_is_over(g));
	net_after(r->net, 20000000, stop, r);
	net_run(r->net);
	assert_true(gateway_check_is_over(g));
	assert_int_equal(r->n_over, 1);
	gateway_check_fini(g);
}

static void end(struct run *r)
{
	lab_stop(r->lab);
	net_free(r->net);
	arena_fini(&r->arena);
	assert_int_equal(net_fake_live(), 0);
}

static const struct finding *seen_one(const struct findings *found, enum finding_id id)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->at[i].id == id && found->at[i].state == FINDING_SEEN)
			return &found->at[i];
	return NULL;
}

/* --- what the gateway does ------------------------------------------------------------------- */

/* A web server that does TLS and no more. */
struct web {
	struct net_conn *conn;
	struct tls *tls;
	struct certificate certificate;
};

static void web_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct web *w = context;
	struct buf raw = {0}, plain = {0};

	tls_feed(w->tls, bytes, n, &raw, &plain);
	if (raw.n)
		net_send(w->conn, raw.bytes, raw.n);
	buf_fini(&raw);
	buf_fini(&plain);
}

static void web_ended(void *context, enum net_end how)
{
	(void)context;
	(void)how;
}

static void web_accepted(void *context, struct net_conn *conn)
{
	static const struct net_callbacks callbacks = {.bytes = web_bytes, .ended = web_ended};
	struct web *w = context;
	struct tls_server_options options = {.certificate_pem = w->certificate.certificate_pem,
	                                     .key_pem = w->certificate.key_pem};

	w->conn = conn;
	w->tls = tls_server_new(&options);
	net_adopt(conn, &callbacks, w);
}

static void ones_that_answer(void **state)
{
	(void)state;
	static const struct {
		enum certificate_kind kind;
		const char *word;
	} cases[] = {{CERTIFICATE_WINDOWS, "untrusted"},
	             {CERTIFICATE_EXPIRED, "expired"},
	             {CERTIFICATE_OTHER_NAME, "name"}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r;
		struct web web = {0};
		struct net_address at;
		const char *error = NULL;
		struct net_listener *listener;

		begin(&r, "gw.example.test:443");
		name(&r, LOOKUP_FOUND, false);
		assert_true(certificate_make(cases[i].kind, "gw.example.test", WALL_US / 1000000,
		                             &web.certificate));
		assert_true(net_address_parse("192.0.2.9", &at));
		at.port = 443;
		listener = net_listen(r.net, &at, web_accepted, &web, &error);
		assert_non_null(listener);
		go(&r);
		assert_non_null(seen_one(&r.found, F_GATEWAY_ANSWERS));
		assert_string_equal(seen_one(&r.found, F_GATEWAY_ANSWERS)->where,
		                    "gateway tcp 192.0.2.9:443");
		assert_null(seen_one(&r.found, F_GATEWAY_UNREACHABLE));
		assert_string_equal(seen_one(&r.found, F_GATEWAY_CERTIFICATE)->text, cases[i].word);
		net_close(web.conn);
		net_listener_close(listener);
		tls_free(web.tls);
		certificate_fini(&web.certificate);
		end(&r);
	}
}

static void ones_that_do_not(void **state)
{
	(void)state;
	static const struct {
		const char *scenario; /* NULL: nothing listens */
		enum fake_way way;
		const char *says;
	} cases[] = {
	    {NULL, FAKE_OPEN, "gateway tcp 192.0.2.9:443: "},
	    {NULL, FAKE_SILENT, "gateway tcp 192.0.2.9:443: no answer"},
	    {NULL, FAKE_ACCEPTS, "gateway tcp 192.0.2.9:443: it accepts, and does not answer"},
	    {"service-tls", FAKE_OPEN,
	     "gateway tcp 192.0.2.9:443: it accepts, and agrees on no TLS"},
	    {"service-http", FAKE_OPEN,
	     "gateway tcp 192.0.2.9:443: it accepts, and agrees on no TLS"},
	    {"neg-rst", FAKE_OPEN, "gateway tcp 192.0.2.9:443: it accepts, and resets"},
	    {"neg-fin", FAKE_OPEN, "gateway tcp 192.0.2.9:443: it accepts, and closes"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r;
		const struct finding *f;

		begin(&r, "192.0.2.9:443");
		if (cases[i].scenario)
			play(&r, cases[i].scenario);
		way(&r, cases[i].way);
		go(&r);
		f = seen_one(&r.found, F_GATEWAY_UNREACHABLE);
		assert_non_null(f);
		if (strncmp(f->where, cases[i].says, strlen(cases[i].says)) != 0)
			fail_msg("%s in place of %s", f->where, cases[i].says);
		assert_null(seen_one(&r.found, F_GATEWAY_ANSWERS));
		end(&r);
	}
}

static void names_and_this_computer(void **state)
{
	(void)state;
	static const struct {
		enum net_lookup_result result;
		bool is_never, is_unreachable;
	} cases[] = {{LOOKUP_NOT_FOUND, false, true},
	             {LOOKUP_FAILED, false, false},
	             {LOOKUP_NO_RESOLVER, false, false},
	             {LOOKUP_FOUND, true, false}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct run r;

		begin(&r, "gw.example.test:443");
		name(&r, cases[i].result, cases[i].is_never);
		go(&r);
		assert_int_equal(seen_one(&r.found, F_GATEWAY_UNREACHABLE) != NULL,
		                 cases[i].is_unreachable);
		end(&r);
	}
	for (enum fake_way how = FAKE_NO_ROUTE; how <= FAKE_LOCAL; how++) {
		struct run r;

		begin(&r, "192.0.2.9:443");
		way(&r, how);
		go(&r);
		assert_int_equal(r.found.n, 0);
		end(&r);
	}
}

static void ended_early(void **state)
{
	(void)state;
	struct run r;
	struct gateway_check *g;

	begin(&r, "gw.example.test:443");
	name(&r, LOOKUP_FOUND, false);
	way(&r, FAKE_SILENT);
	g = gateway_check_new(r.net, &r.target, profile_at(0), &r.found, over, &r);
	net_after(r.net, 1000000, stop, &r);
	net_run(r.net);
	gateway_check_fini(g);
	gateway_check_fini(NULL);
	assert_int_equal(r.n_over, 0);
	end(&r);
}

/* --- what is said when the probe is over ------------------------------------------------------ */

static void conclusions(void **state)
{
	(void)state;
	static const struct {
		bool always, has_contact,
		    is_unreachable; /* of the gateway, the host, the gateway */
		bool keeps_direct, is_not_tested;
	} cases[] = {
	    {true, true, false, true, true},   {true, false, false, false, true},
	    {true, false, true, false, false}, {true, true, true, true, false},
	    {false, true, false, true, false}, {false, false, false, false, true},
	    {false, false, true, true, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct connection_file c = {.is_given = true, .has_gateway = true};
		struct arena arena = {0};
		struct findings found = {.arena = &arena};

		c.file = (struct rdp_file){.host = "pc",
		                           .gateway = "gw",
		                           .gateway_port = 443,
		                           .uses_gateway_always = cases[i].always};
		ADD(&found, F_CLIENT_AUTHENTICATION_LEVEL, ORIGIN_FILE, 2, NULL);
		ADD(&found, F_NAME_RESOLVED, ORIGIN_PROBE, 0, NULL);
		ADD(&found, cases[i].has_contact ? F_TCP_CONNECTED : F_TCP_SILENT, ORIGIN_PROBE, 0,
		    NULL);
		if (cases[i].is_unreachable)
			ADD(&found, F_GATEWAY_UNREACHABLE, ORIGIN_PROBE, 0, NULL);
		connection_file_conclude(&c, &found);
		assert_int_equal(seen_one(&found, F_NAME_RESOLVED) != NULL, cases[i].keeps_direct);
		assert_int_equal(seen_one(&found, F_GATEWAY_NOT_TESTED) != NULL,
		                 cases[i].is_not_tested);
		assert_non_null(seen_one(&found, F_CLIENT_AUTHENTICATION_LEVEL));
		arena_fini(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ones_that_answer),
	    cmocka_unit_test(ones_that_do_not),
	    cmocka_unit_test(names_and_this_computer),
	    cmocka_unit_test(ended_early),
	    cmocka_unit_test(conclusions),
	};

	return RUN(tests);
}
