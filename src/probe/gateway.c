#include "probe/gateway.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "link/tls.h"
#include "stage/certificate.h"

#define NAME_WAIT_US 5000000LL
#define DIAL_WAIT_US 4000000LL
#define TLS_WAIT_US  5000000LL

struct knock {
	struct gateway_check *g;
	struct net_conn *conn; /* NULL: it failed */
	char where[NET_ADDRESS_TEXT_MAX + 16];
};

struct gateway_check {
	struct net *net;
	const struct target *target;
	const struct client_profile *profile;
	struct findings *found;
	gateway_over *over;
	void *context;
	struct net_lookup *lookup;
	struct net_timer *timer;
	struct knock knocks[GATEWAY_ADDRESSES_MAX], *up;
	size_t n_knocks, n_failed;
	bool has_local_reason, is_over;
	struct tls *tls;
};

/* --- the end --- */

static void close_all(struct gateway_check *g)
{
	net_timer_stop(g->timer);
	net_lookup_cancel(g->lookup);
	for (size_t i = 0; i < g->n_knocks; i++)
		if (g->knocks[i].conn)
			net_close(g->knocks[i].conn);
	g->n_knocks = 0;
	g->timer = NULL;
	g->lookup = NULL;
	tls_free(g->tls);
	g->tls = NULL;
}

static void tell(struct gateway_check *g, enum finding_id id, const char *text, const char *where)
{
	struct finding f = finding_of(id, ORIGIN_PROBE);

	f.text = text;
	f.where = where;
	f.when_us = net_wall_us(g->net);
	findings_add(g->found, &f);
}

/* Another computer may have the issuer in its store. */
static void tell_untrusted(struct gateway_check *g)
{
	struct finding f = finding_of(F_GATEWAY_CERTIFICATE, ORIGIN_PROBE);

	f.text = "untrusted";
	f.effect = EFFECT_MAY_BLOCK;
	f.where = g->up->where;
	f.when_us = net_wall_us(g->net);
	findings_add(g->found, &f);
}

static void finish(struct gateway_check *g)
{
	g->is_over = true;
	close_all(g);
	g->over(g->context);
}

static void unreachable(struct gateway_check *g, const char *place, const char *why)
{
	tell(g, F_GATEWAY_UNREACHABLE, NULL, arena_printf(g->found->arena, "%s: %s", place, why));
	finish(g);
}

static const char *name_of(const struct gateway_check *g)
{
	return arena_printf(g->found->arena, "gateway %s", g->target->name);
}

/* --- TLS --- */

/* The findings of a host's certificate, as those of a gateway. */
static void tell_certificate(struct gateway_check *g)
{
	static const struct {
		enum finding_id of_host;
		const char *word;
	} words[] = {{F_CERT_EXPIRED, "expired"},
	             {F_CERT_NOT_YET_VALID, "expired"},
	             {F_CERT_NAME_MISMATCH, "name"}};
	struct findings of_host = {.arena = g->found->arena};
	struct step step = {
	    .found = &of_host, .origin = ORIGIN_PROBE, .now_us = net_wall_us(g->net)};
	struct buf der = {0};
	bool is_bad = false;

	if (!tls_peer_certificate(g->tls, 0, &der))
		return;
	certificate_findings((const uint8_t *)der.bytes, der.n,
	                     g->target->is_literal ? NULL : g->target->ascii, g->profile, &step);
	buf_fini(&der);
	for (size_t i = 0; i < of_host.n; i++)
		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (of_host.at[i].id == words[k].of_host &&
			    of_host.at[i].state == FINDING_SEEN) {
				tell(g, F_GATEWAY_CERTIFICATE, words[k].word, g->up->where);
				is_bad = true;
			}
	if (!is_bad && !tls_peer_is_trusted(g->tls, step.now_us / 1000000))
		tell_untrusted(g);
}

static void on_bytes(void *context, const uint8_t *bytes, size_t n)
{
	struct gateway_check *g = ((struct knock *)context)->g;
	struct buf raw = {0}, plain = {0};
	enum tls_state state;

	if (context != g->up || !g->tls)
		return;
	state = tls_feed(g->tls, bytes, n, &raw, &plain);
	if (raw.n)
		net_send(g->up->conn, raw.bytes, raw.n);
	buf_fini(&raw);
	buf_fini(&plain);
	if (state == TLS_UP) {
		tell(g, F_GATEWAY_ANSWERS, NULL, g->up->where);
		tell_certificate(g);
		finish(g);
	} else if (state != TLS_HANDSHAKE) {
		unreachable(g, g->up->where, "it accepts, and agrees on no TLS");
	}
}

static void on_ended(void *context, enum net_end how)
{
	struct knock *k = context;

	if (k == k->g->up)
		unreachable(k->g, k->where,
		            how == NET_FIN ? "it accepts, and closes before TLS is up"
		                           : "it accepts, and resets before TLS is up");
}

static void tls_too_slow(void *context)
{
	struct gateway_check *g = context;

	g->timer = NULL;
	unreachable(g, g->up->where, "it accepts, and does not answer");
}

static void begin_tls(struct gateway_check *g)
{
	struct tls_client_options options = {
	    .least = g->profile->tls_least,
	    .most = g->profile->tls_most,
	    .server_name = g->target->is_literal ? NULL : g->target->ascii};
	struct buf raw = {0};

	g->tls = tls_client_new(&options);
	if (!g->tls) {
		finish(g);
		return;
	}
	tls_begin(g->tls, &raw);
	net_send(g->up->conn, raw.bytes, raw.n);
	buf_fini(&raw);
	net_timer_stop(g->timer);
	g->timer = net_after(g->net, TLS_WAIT_US, tls_too_slow, g);
}

/* --- TCP --- */

static void on_connected(void *context)
{
	struct knock *k = context;
	struct gateway_check *g = k->g;

	if (g->up)
		return;
	g->up = k;
	begin_tls(g);
}

static void on_failed(void *context, const struct net_failure *why)
{
	struct knock *k = context;
	struct gateway_check *g = k->g;

	net_close(k->conn);
	k->conn = NULL;
	g->has_local_reason |= why->kind == NET_NO_ROUTE || why->kind == NET_NOT_PERMITTED ||
	                       why->kind == NET_LOCAL;
	if (++g->n_failed < g->n_knocks || g->up)
		return;
	if (g->has_local_reason)
		finish(g);
	else
		unreachable(g, k->where, why->words ? why->words : "no connection");
}

static const struct net_callbacks callbacks = {
    .connected = on_connected, .failed = on_failed, .bytes = on_bytes, .ended = on_ended};

static void dial_too_long(void *context)
{
	struct gateway_check *g = context;

	g->timer = NULL;
	unreachable(g, g->knocks[0].where, "no answer");
}

static void dial(struct gateway_check *g, const struct net_address *at, size_t n)
{
	static const struct net_conn_options options = {0};

	for (size_t i = 0; i < n && i < GATEWAY_ADDRESSES_MAX; i++) {
		struct knock *k = &g->knocks[g->n_knocks++];
		struct net_address to = at[i];
		char text[NET_ADDRESS_TEXT_MAX];

		to.port = g->target->port;
		net_address_port_text(&to, text);
		k->g = g;
		snprintf(k->where, sizeof k->where, "gateway tcp %s", text);
		k->conn = net_connect(g->net, &to, &options, &callbacks, k);
	}
	g->timer = net_after(g->net, DIAL_WAIT_US, dial_too_long, g);
}

/* --- the name --- */

static void told_name(void *context, const struct net_names *names)
{
	struct gateway_check *g = context;

	g->lookup = NULL;
	net_timer_stop(g->timer);
	g->timer = NULL;
	if (names->result == LOOKUP_FOUND && names->n)
		dial(g, names->at, names->n);
	else if (names->result == LOOKUP_NOT_FOUND)
		unreachable(g, name_of(g), "the name does not exist");
	else
		finish(g); /* the resolver's fault, or this computer's */
}

static void name_too_slow(void *context)
{
	struct gateway_check *g = context;

	g->timer = NULL;
	finish(g);
}

static void begin(void *context)
{
	struct gateway_check *g = context;

	g->timer = NULL;
	if (g->target->is_literal) {
		dial(g, &g->target->address, 1);
		return;
	}
	if (g->target->is_illegal) {
		unreachable(g, name_of(g), "no name of a host");
		return;
	}
	g->timer = net_after(g->net, NAME_WAIT_US, name_too_slow, g);
	g->lookup = net_look_up(g->net, g->target->ascii, told_name, g);
}

struct gateway_check *gateway_check_new(struct net *net, const struct target *target,
                                        const struct client_profile *profile,
                                        struct findings *found, gateway_over *over, void *context)
{
	struct gateway_check *g = arena_new(found->arena, sizeof *g);

	*g = (struct gateway_check){.net = net,
	                            .target = target,
	                            .profile = profile,
	                            .found = found,
	                            .over = over,
	                            .context = context};
	g->timer = net_after(net, 0, begin, g);
	return g;
}

void gateway_check_fini(struct gateway_check *g)
{
	if (g)
		close_all(g);
}

bool gateway_check_is_over(const struct gateway_check *g)
{
	return g->is_over;
}
