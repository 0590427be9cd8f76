/* The interfaces of this computer, by getifaddrs. */
#include <ifaddrs.h>
#include <net/if.h>

#include "os/net_inside.h"

/* A tunnel whose daemon is gone may be up but not running. */
static bool is_up(const struct ifaddrs *i)
{
	return (i->ifa_flags & IFF_UP) && (i->ifa_flags & IFF_RUNNING);
}

void net_each_interface(void (*each)(void *context, const struct net_interface *i), void *context)
{
	struct ifaddrs *all = NULL;

	if (getifaddrs(&all) != 0)
		return;
	for (const struct ifaddrs *a = all; a; a = a->ifa_next) {
		struct net_interface i = {.name = a->ifa_name,
		                          .is_up = is_up(a),
		                          .is_loopback = a->ifa_flags & IFF_LOOPBACK,
		                          .is_tunnel = net_is_tunnel(a->ifa_name)};

		i.has_address = a->ifa_addr && net_from_sockaddr(a->ifa_addr, &i.address);
		each(context, &i);
	}
	freeifaddrs(all);
}
