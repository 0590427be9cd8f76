/*
 * An ICMP echo by the calls of iphlpapi, which need no privilege. They wait themselves and give
 * milliseconds; so the clock here is ours.
 *
 * Spec    RFC 792, RFC 4443 4.1 and 4.2; IcmpSendEcho2, Icmp6SendEcho2
 */
#include <winsock2.h>
#include <ws2tcpip.h> /* before icmpapi.h, which does not ask for it */

#include <errno.h>
#include <iphlpapi.h>
#include <string.h>

#include <icmpapi.h>

#include "os/net_inside.h"
#include "os/os.h"

/* ICMPV6_ECHO_REPLY, which ipexport.h of mingw-w64 does not have. */
struct echo6_reply {
	uint8_t from[26]; /* port, flow, address at 6, scope at 22: IPV6_ADDRESS_EX, packed */
	uint8_t unused[2];
	uint32_t status, took_ms;
};

_Static_assert(sizeof(struct echo6_reply) == 36, "as Windows lays it out");

/* A reply, the request's bytes, an ICMP error of 8 bytes, and what the system itself needs. */
union reply {
	ICMP_ECHO_REPLY v4;
	struct echo6_reply v6;
	uint8_t bytes[512];
};

static char request[32];

/* The type and code that a router sent, out of the number that Windows made of them. */
static const struct {
	ULONG status;
	bool is_v6;
	int type, code, error;
} errors[] = {
    {IP_DEST_NET_UNREACHABLE, false, 3, 0, ENETUNREACH},
    {IP_DEST_HOST_UNREACHABLE, false, 3, 1, EHOSTUNREACH},
    {IP_DEST_PROT_UNREACHABLE, false, 3, 2, EHOSTUNREACH},
    {IP_DEST_PORT_UNREACHABLE, false, 3, 3, ECONNREFUSED},
    {IP_TTL_EXPIRED_TRANSIT, false, 11, 0, EHOSTUNREACH},
    {IP_DEST_NET_UNREACHABLE, true, 1, 0, ENETUNREACH}, /* no route */
    {IP_DEST_PROT_UNREACHABLE, true, 1, 1, EACCES},     /* prohibited */
    {IP_DEST_HOST_UNREACHABLE, true, 1, 3, EHOSTUNREACH},
    {IP_DEST_PORT_UNREACHABLE, true, 1, 4, ECONNREFUSED},
    {IP_TTL_EXPIRED_TRANSIT, true, 3, 0, EHOSTUNREACH},
};

struct asking {
	struct net_echo_asked *asked;
	HANDLE handle;
	struct sockaddr_storage to, from;
	union reply reply;
};

/* --- one request --- */

/* For IPv6 the system wants to be told from where; a socket that sends nothing knows. */
static void find_source(struct asking *a)
{
	struct net_address source = {.is_v6 = true};
	int error;
	net_socket_t s = net_sys_socket(&a->asked->to, SOCK_DGRAM, &error);

	if (s != NET_NO_SOCKET && net_sys_connect(s, &a->asked->to) == 0)
		net_local_address(s, &source);
	if (s != NET_NO_SOCKET)
		net_sys_close(s);
	source.port = 0;
	net_to_sockaddr(&source, &a->from);
}

static DWORD send_one(struct asking *a, DWORD within_ms)
{
	if (a->asked->to.is_v6)
		return Icmp6SendEcho2(a->handle, NULL, NULL, NULL, (struct sockaddr_in6 *)&a->from,
		                      (struct sockaddr_in6 *)&a->to, request, sizeof request, NULL,
		                      &a->reply, sizeof a->reply, within_ms);
	return IcmpSendEcho2(a->handle, NULL, NULL, NULL,
	                     ((struct sockaddr_in *)&a->to)->sin_addr.s_addr, request,
	                     sizeof request, NULL, &a->reply, sizeof a->reply, within_ms);
}

/* --- what came of it --- */

static ULONG status_of(const struct asking *a)
{
	return a->asked->to.is_v6 ? a->reply.v6.status : a->reply.v4.Status;
}

static struct net_address sender_of(const struct asking *a)
{
	struct net_address sender = {.is_v6 = a->asked->to.is_v6};

	if (sender.is_v6)
		memcpy(sender.bytes, a->reply.v6.from + 6, 16);
	else
		memcpy(sender.bytes, &a->reply.v4.Address, 4);
	return sender;
}

static void take_error(struct asking *a, ULONG status)
{
	struct net_echo_answer *answer = &a->asked->answer;

	answer->result = ECHO_CANNOT;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		if (errors[i].status != status || errors[i].is_v6 != a->asked->to.is_v6)
			continue;
		answer->result = ECHO_FAILED;
		answer->why = (struct net_failure){.has_icmp = true,
		                                   .router = sender_of(a),
		                                   .icmp_type = errors[i].type,
		                                   .icmp_code = errors[i].code};
		net_explain(&answer->why, errors[i].error, false, NET_NO_SOCKET, &a->asked->to);
	}
}

static void take_answer(struct asking *a, int64_t took_us)
{
	struct net_address sender = sender_of(a);
	struct net_echo_answer *answer = &a->asked->answer;

	if (!net_address_same(&sender, &a->asked->to))
		return;
	answer->result = ECHO_ANSWERED;
	answer->rtt_us = took_us;
	answer->ttl = a->asked->to.is_v6 ? 0 : a->reply.v4.Options.Ttl;
}

/* True when nothing more is to be waited for. */
static bool ask(struct asking *a, int64_t within_us)
{
	struct net_echo_answer *answer = &a->asked->answer;
	int64_t began_us = os_monotonic_us();
	DWORD n = send_one(a, (DWORD)((within_us + 999) / 1000)), why = n ? 0 : GetLastError();
	ULONG status = n ? status_of(a) : why;

	if (status == IP_SUCCESS && n) {
		answer->n_sent++;
		take_answer(a, os_monotonic_us() - began_us);
	} else if (status == IP_REQ_TIMED_OUT) {
		answer->n_sent++;
	} else {
		answer->n_sent += n > 0;
		take_error(a, status);
	}
	return answer->result != ECHO_SILENT;
}

void net_ask_echo(struct net_echo_asked *asked)
{
	struct asking a = {.asked = asked};
	int64_t began_us = os_monotonic_us();

	a.handle = asked->to.is_v6 ? Icmp6CreateFile() : IcmpCreateFile();
	if (a.handle == INVALID_HANDLE_VALUE)
		return;
	net_to_sockaddr(&asked->to, &a.to);
	if (asked->to.is_v6)
		find_source(&a);
	asked->answer.result = ECHO_SILENT;
	if (!ask(&a, net_echo_repeat_us(asked)))
		ask(&a, asked->within_us - (os_monotonic_us() - began_us));
	IcmpCloseHandle(a.handle);
}
