/* In the place of net_linux.c on other POSIX systems: what they do not tell is not known. */
#include <string.h>

#include "os/net_inside.h"

void net_want_icmp(net_socket_t s, bool is_v6)
{
	(void)s;
	(void)is_v6;
}

bool net_take_icmp(net_socket_t s, struct net_failure *out)
{
	(void)s;
	(void)out;
	return false;
}

void net_tcp_counts(net_socket_t s, struct net_tcp_counts *out)
{
	(void)s;
	*out = (struct net_tcp_counts){0};
}

/* What an echo needs there is not known: nothing was sent. */
void net_ask_echo(struct net_echo_asked *asked)
{
	asked->answer.result = ECHO_CANNOT;
}

bool net_is_tunnel(const char *interface)
{
	static const char *const names[] = {"tun", "utun", "wg", "ppp", "ipsec", "gif"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strncmp(interface, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}
