/* What Windows tells of a TCP connection, by what its version has. */
#include <winsock2.h>

#include <errno.h>
#include <mstcpip.h>

#include "os/net_inside.h"
#include "os/windows_inside.h"

/* ws2ipdef.h of Windows 10 2004; where the system is older, setting them fails and nothing is told.
 */
#define FAIL_CONNECT_ON_ICMP_ERROR 18
#define ICMP_ERROR_INFO_OPTION     19

struct icmp_error {
	SOCKADDR_INET from;
	int protocol;
	uint8_t type, code;
};

void net_want_icmp(net_socket_t s, bool is_v6)
{
	DWORD yes = 1;

	(void)is_v6;
	setsockopt(s, IPPROTO_TCP, FAIL_CONNECT_ON_ICMP_ERROR, (const char *)&yes, sizeof yes);
}

bool net_take_icmp(net_socket_t s, struct net_failure *out)
{
	struct icmp_error error = {0};
	int n = sizeof error;

	if (s == NET_NO_SOCKET ||
	    getsockopt(s, IPPROTO_TCP, ICMP_ERROR_INFO_OPTION, (char *)&error, &n) != 0 ||
	    n < (int)sizeof error)
		return false;
	if ((error.protocol != IPPROTO_ICMP && error.protocol != IPPROTO_ICMPV6) ||
	    !net_from_sockaddr((const struct sockaddr *)&error.from, &out->router))
		return false;
	out->router.port = 0;
	out->has_icmp = true;
	out->icmp_type = error.type;
	out->icmp_code = error.code;
	out->system_error = EHOSTUNREACH;
	return true;
}

/* Since Windows 10 1703; before, counts of a connection are for administrators. */
void net_tcp_counts(net_socket_t s, struct net_tcp_counts *out)
{
	TCP_INFO_v0 info = {0};
	DWORD version = 0, n = 0;

	*out = (struct net_tcp_counts){0};
	if (WSAIoctl(s, SIO_TCP_INFO, &version, sizeof version, &info, sizeof info, &n, NULL,
	             NULL) != 0 ||
	    n < sizeof info)
		return;
	out->rtt_us = info.RttUs;
	out->retransmits = (int)(info.FastRetrans + info.TimeoutEpisodes + info.SynRetrans);
	out->segment = info.Mss > UINT16_MAX ? UINT16_MAX : (uint16_t)info.Mss;
}
