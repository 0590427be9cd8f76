#include <string.h>

#include "os/net_inside.h"

socklen_t net_to_sockaddr(const struct net_address *a, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof *out);
	if (a->is_v6) {
		struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
		                          .sin6_port = htons(a->port),
		                          .sin6_scope_id = a->scope};

		memcpy(&v6.sin6_addr, a->bytes, 16);
		memcpy(out, &v6, sizeof v6);
		return sizeof v6;
	}

	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(a->port)};

	memcpy(&v4.sin_addr, a->bytes, 4);
	memcpy(out, &v4, sizeof v4);
	return sizeof v4;
}

static void from_v6(const struct sockaddr *from, struct net_address *out)
{
	struct sockaddr_in6 v6;

	memcpy(&v6, from, sizeof v6);
	*out = (struct net_address){.is_v6 = true, .port = ntohs(v6.sin6_port)};
	memcpy(out->bytes, &v6.sin6_addr, 16);
	out->scope = v6.sin6_scope_id;
}

static void from_v4(const struct sockaddr *from, struct net_address *out)
{
	struct sockaddr_in v4;

	memcpy(&v4, from, sizeof v4);
	*out = (struct net_address){.port = ntohs(v4.sin_port)};
	memcpy(out->bytes, &v4.sin_addr, 4);
}

bool net_from_sockaddr(const struct sockaddr *from, struct net_address *out)
{
	if (from->sa_family == AF_INET)
		from_v4(from, out);
	else if (from->sa_family == AF_INET6)
		from_v6(from, out);
	else
		return false;
	return true;
}

void net_local_address(net_socket_t s, struct net_address *out)
{
	struct sockaddr_storage at = {0};
	socklen_t n = sizeof at;

	*out = (struct net_address){0};
	if (s != NET_NO_SOCKET && getsockname(s, (struct sockaddr *)&at, &n) == 0)
		net_from_sockaddr((const struct sockaddr *)&at, out);
}
