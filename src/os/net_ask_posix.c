/* The C library's resolver, asked in a thread of net_names.c. */
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>

#include "os/net_inside.h"

#ifndef EAI_NODATA
#define EAI_NODATA EAI_NONAME
#endif
#ifndef EAI_ADDRFAMILY
#define EAI_ADDRFAMILY EAI_NONAME
#endif

static void take_addresses(const struct addrinfo *list, struct net_names *names)
{
	struct net_address a;

	for (; list && names->n < NET_ADDRESSES_MAX; list = list->ai_next)
		if (net_from_sockaddr(list->ai_addr, &a) && !net_names_has(names, &a))
			names->at[names->n++] = a;
}

static const char resolv_conf[] = "/etc/resolv.conf";
static const char nsswitch_conf[] = "/etc/nsswitch.conf";

static bool is_local_name(const char *name)
{
	size_t n = strlen(name);

	if (n && name[n - 1] == '.')
		n--;
	return n > 6 && strncasecmp(name + n - 6, ".local", 6) == 0;
}

static enum net_name_source source_of(const struct net_asked *asked)
{
	if (asked->names.result == LOOKUP_FOUND && net_hosts_has("/etc/hosts", asked->name))
		return SOURCE_HOSTS_FILE;
	if (is_local_name(asked->name) && net_switch_has(nsswitch_conf, "mdns"))
		return SOURCE_MDNS;
	/* An address that some other module made up is not the name server's. */
	return net_switch_has(nsswitch_conf, "myhostname") && !strchr(asked->name, '.')
	           ? SOURCE_UNKNOWN
	           : SOURCE_DNS;
}

static enum net_lookup_result result_of(int error, bool has_server)
{
	if (error == EAI_NONAME || error == EAI_NODATA || error == EAI_ADDRFAMILY)
		return LOOKUP_NOT_FOUND;
	/* systemd's module asks a service, which resolv.conf need not name. */
	return has_server || net_switch_has(nsswitch_conf, "resolve") ? LOOKUP_FAILED
	                                                              : LOOKUP_NO_RESOLVER;
}

/*
 * Without AI_ADDRCONFIG: addresses of a family that this computer cannot use are facts about the
 * name, and connecting to one says so at once; with it, a computer that is offline could not even
 * read its hosts file.
 */
void net_ask_names(struct net_asked *asked)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	int error = getaddrinfo(asked->name, NULL, &hints, &list);
	int system_error = errno;
	bool has_server = net_first_name_server(resolv_conf, asked->server, sizeof asked->server);

	asked->names.name_server = has_server ? asked->server : NULL;
	if (error == 0) {
		take_addresses(list, &asked->names);
		freeaddrinfo(list);
	}
	asked->names.result = error            ? result_of(error, has_server)
	                      : asked->names.n ? LOOKUP_FOUND
	                                       : LOOKUP_NOT_FOUND;
	asked->names.source = source_of(asked);
	if (error)
		asked->names.detail = error == EAI_SYSTEM ? strerror(system_error)
		                                          : gai_strerror(error);
}

bool net_ask_reverse(struct net_asked *asked)
{
	struct sockaddr_storage at;
	socklen_t n = net_to_sockaddr(&asked->address, &at);

	return getnameinfo((struct sockaddr *)&at, n, asked->name, sizeof asked->name, NULL, 0,
	                   NI_NAMEREQD) == 0;
}
