/* Interfaces and routes of this computer, asked without sending anything. */
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os/net_posix.h"

/* A tunnel whose daemon is gone may be up but not running. */
static bool is_up(const struct ifaddrs *i)
{
	return (i->ifa_flags & IFF_UP) && (i->ifa_flags & IFF_RUNNING);
}

static bool has_address(const struct ifaddrs *i, struct net_address *out)
{
	return i->ifa_addr && net_from_sockaddr(i->ifa_addr, out);
}

/* --- the route to an address --- */

/* Connecting a UDP socket chooses route and source and sends no packet. */
static bool choose(const struct net_address *to, struct net_address *source)
{
	struct net_address target = *to;
	struct sockaddr_storage at;
	bool is_ok = false;

	if (!target.port)
		target.port = 9;

	socklen_t n = net_to_sockaddr(&target, &at);
	int fd = net_socket(&target, SOCK_DGRAM);

	if (fd < 0)
		return false;
	if (connect(fd, (struct sockaddr *)&at, n) == 0) {
		net_local_address(fd, source);
		source->port = 0;
		is_ok = true;
	}
	close(fd);
	return is_ok;
}

static void describe(const struct ifaddrs *i, const struct net_address *to, struct net_route *out)
{
	struct net_address a;

	if (!has_address(i, &a))
		return;
	if (net_address_same(&a, to))
		out->is_own_address = true;
	if (!net_address_same(&a, &out->source) || *out->interface)
		return;
	snprintf(out->interface, sizeof out->interface, "%s", i->ifa_name);
	out->is_tunnel = net_is_tunnel(i->ifa_name);
	out->is_loopback = i->ifa_flags & IFF_LOOPBACK;
}

void net_route_to(struct net *net, const struct net_address *to, struct net_route *out)
{
	struct ifaddrs *all = NULL;

	(void)net;
	*out = (struct net_route){0};
	if (!choose(to, &out->source))
		return;
	out->has_route = true;
	if (getifaddrs(&all) == 0)
		for (const struct ifaddrs *i = all; i; i = i->ifa_next)
			describe(i, to, out);
	if (all)
		freeifaddrs(all);
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

static void count(const struct ifaddrs *i, struct net_state *out)
{
	struct net_address a;

	if (i->ifa_flags & IFF_LOOPBACK)
		return;
	if (is_up(i) && has_address(i, &a))
		out->has_link = true;
	if (!is_up(i) && net_is_tunnel(i->ifa_name))
		out->has_tunnel_down = true;
}

void net_local_state(struct net *net, struct net_state *out)
{
	struct ifaddrs *all = NULL;

	(void)net;
	*out = (struct net_state){.has_default_route = has_default_route()};
	if (getifaddrs(&all) != 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		count(i, out);
	freeifaddrs(all);
}
