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

/* mstcpip.h of Windows 10 1703. */
#define GET_TCP_INFO _WSAIORW(IOC_VENDOR, 39)

struct tcp_info {
	int state;
	uint32_t segment;
	uint64_t connected_ms;
	uint8_t has_timestamps;
	uint32_t rtt_us, least_rtt_us, n_in_flight, congestion_window, send_window, receive_window,
	    receive_buffer;
	uint64_t n_out, n_in;
	uint32_t n_reordered, n_sent_again, fast_retransmits, double_acks, timeouts;
	uint8_t syn_retransmits;
};

/* --- ICMP --- */

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

/* --- counts --- */

/* Before Windows 10 1703 counts of a connection are for administrators. */
void net_tcp_counts(net_socket_t s, struct net_tcp_counts *out)
{
	struct tcp_info info = {0};
	DWORD version = 0, n = 0;

	*out = (struct net_tcp_counts){0};
	if (WSAIoctl(s, GET_TCP_INFO, &version, sizeof version, &info, sizeof info, &n, NULL,
	             NULL) != 0 ||
	    n < sizeof info)
		return;
	out->rtt_us = info.rtt_us;
	out->retransmits = (int)(info.fast_retransmits + info.timeouts + info.syn_retransmits);
	out->segment = info.segment > UINT16_MAX ? UINT16_MAX : (uint16_t)info.segment;
}
