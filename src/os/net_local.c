/* Interfaces and routes of this computer, asked without sending anything. */
#include <stdio.h>

#include "os/net_inside.h"

/* --- the route to an address --- */

/* Connecting a UDP socket chooses route and source and sends no packet. */
static bool choose(const struct net_address *to, struct net_address *source)
{
	struct net_address target = *to;
	net_socket_t s;
	bool is_ok;
	int error;

	if (!target.port)
		target.port = 9;
	s = net_sys_socket(&target, SOCK_DGRAM, &error);
	if (s == NET_NO_SOCKET)
		return false;
	is_ok = net_sys_connect(s, &target) == 0;
	if (is_ok)
		net_local_address(s, source);
	source->port = 0;
	net_sys_close(s);
	return is_ok;
}

struct described {
	const struct net_address *to;
	struct net_route *out;
};

static void describe(void *context, const struct net_interface *i)
{
	const struct described *d = context;

	if (!i->has_address)
		return;
	if (net_address_same(&i->address, d->to))
		d->out->is_own_address = true;
	if (!net_address_same(&i->address, &d->out->source) || *d->out->adapter)
		return;
	snprintf(d->out->adapter, sizeof d->out->adapter, "%s", i->name);
	d->out->is_tunnel = i->is_tunnel;
	d->out->is_loopback = i->is_loopback;
}

void net_route_to(struct net *net, const struct net_address *to, struct net_route *out)
{
	struct described d = {.to = to, .out = out};

	(void)net;
	*out = (struct net_route){0};
	if (!choose(to, &out->source))
		return;
	out->has_route = true;
	net_each_interface(describe, &d);
	/* All of 127/8 is ours; and what goes to an own address leaves by no adapter. */
	if (net_address_is_loopback(to))
		out->is_own_address = true;
	if (out->is_own_address) {
		out->is_loopback = true;
		out->is_tunnel = false;
	}
}

/* --- its state --- */

/* Documentation addresses (RFC 5737, RFC 3849): only a default route leads there. */
static bool has_default_route(void)
{
	static const char *const beyond[] = {"192.0.2.1", "2001:db8::1"};
	struct net_address to, source;

	for (size_t i = 0; i < 2; i++)
		if (net_address_parse(beyond[i], &to) && choose(&to, &source))
			return true;
	return false;
}

static void count(void *context, const struct net_interface *i)
{
	struct net_state *out = context;

	if (i->is_loopback)
		return;
	if (i->is_up && i->has_address)
		out->has_link = true;
	if (!i->is_up && i->is_tunnel)
		out->has_tunnel_down = true;
}

void net_local_state(struct net *net, struct net_state *out)
{
	(void)net;
	*out = (struct net_state){.has_default_route = has_default_route()};
	net_each_interface(count, out);
}
