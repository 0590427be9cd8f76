/*
 * An ICMP echo by a datagram socket, which needs no privilege: the kernel keeps the identifier,
 * hands on only what answers it, and admits the groups of net.ipv4.ping_group_range.
 *
 * Spec    RFC 792, RFC 4443 4.1 and 4.2; icmp(7)
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/net_inside.h"
#include "os/os.h"

enum { REQUESTS_MOST = 2, HEADER = 8, REQUEST = HEADER + 32, HOLDS_ERRORS = POLLERR | POLLHUP };

struct asking {
	struct net_echo_asked *asked;
	struct net_echo_answer *answer;
	int s;
	int64_t sent_us[REQUESTS_MOST];
	bool is_over;
};

/* RFC 792; RFC 4443: what ends the waiting. A redirect, say, does not. */
static const struct {
	bool is_v6;
	int type;
} errors[] = {{false, 3}, {false, 11}, {true, 1}, {true, 3}};

static bool is_error(const struct net_failure *why)
{
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].is_v6 == why->router.is_v6 && errors[i].type == why->icmp_type)
			return true;
	return false;
}

static void fail(struct asking *a, enum net_echo_result result, int error, bool is_at_once)
{
	a->is_over = true;
	a->answer->result = result;
	net_explain(&a->answer->why, error, is_at_once, a->s, &a->asked->to);
}

/* --- the socket --- */

static void want_hops(int s, bool is_v6)
{
	if (is_v6)
		setsockopt(s, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &(int){1}, sizeof(int));
	else
		setsockopt(s, IPPROTO_IP, IP_RECVTTL, &(int){1}, sizeof(int));
}

static void open_socket(struct asking *a)
{
	const struct net_address *to = &a->asked->to;
	struct sockaddr_storage address;
	socklen_t n;

	a->s = socket(to->is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	              to->is_v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
	if (a->s < 0) {
		fail(a, ECHO_CANNOT, errno, true);
		return;
	}
	net_want_icmp(a->s, to->is_v6);
	want_hops(a->s, to->is_v6);
	n = net_to_sockaddr(to, &address);
	if (connect(a->s, (const struct sockaddr *)&address, n) != 0)
		fail(a, ECHO_CANNOT, errno, true);
}

/* --- asking --- */

/* The kernel fills in identifier and checksum. */
static void ask(struct asking *a)
{
	uint8_t request[REQUEST] = {a->asked->to.is_v6 ? 128 : 8};
	int number = a->answer->n_sent;

	request[7] = (uint8_t)number; /* the sequence number */
	a->sent_us[number] = os_monotonic_us();
	if (send(a->s, request, sizeof request, 0) == (ssize_t)sizeof request)
		a->answer->n_sent++;
	else if (!number && errno != EAGAIN)
		fail(a, ECHO_CANNOT, errno, true);
}

/* --- hearing --- */

static void take_hops(struct asking *a, struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		bool is_hops = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
		               (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT);

		if (is_hops && c->cmsg_len >= CMSG_LEN(sizeof(int)))
			memcpy(&a->answer->ttl, CMSG_DATA(c), sizeof(int));
	}
}

static bool is_answer(const struct asking *a, const uint8_t *bytes, ssize_t n,
                      const struct sockaddr_storage *from)
{
	struct net_address sender;

	return n >= HEADER && bytes[0] == (a->asked->to.is_v6 ? 129 : 0) && !bytes[6] &&
	       bytes[7] < a->answer->n_sent &&
	       net_from_sockaddr((const struct sockaddr *)from, &sender) &&
	       net_address_same(&sender, &a->asked->to);
}

/* False when nothing is there to be taken. */
static bool hear_one(struct asking *a)
{
	union {
		struct cmsghdr align;
		char bytes[256];
	} control;
	struct sockaddr_storage from = {0};
	uint8_t bytes[256];
	struct iovec part = {bytes, sizeof bytes};
	struct msghdr message = {.msg_name = &from,
	                         .msg_namelen = sizeof from,
	                         .msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = &control,
	                         .msg_controllen = sizeof control};
	ssize_t n = recvmsg(a->s, &message, MSG_DONTWAIT);

	if (n < 0)
		return false;
	if (!is_answer(a, bytes, n, &from))
		return true;
	a->is_over = true;
	a->answer->result = ECHO_ANSWERED;
	a->answer->rtt_us = os_monotonic_us() - a->sent_us[bytes[7]];
	take_hops(a, &message);
	return true;
}

static void hear_error(struct asking *a)
{
	struct net_failure why = {0};

	if (net_take_icmp(a->s, &why) && is_error(&why)) {
		a->answer->why = why;
		fail(a, ECHO_FAILED, why.system_error, false);
	} else {
		net_sys_error(a->s); /* read, or poll would tell of it for ever */
	}
}

/* Until `until_us`, an answer, or an error. */
static void hear(struct asking *a, int64_t until_us)
{
	struct pollfd p = {.fd = a->s, .events = POLLIN};

	for (int64_t left; !a->is_over && (left = until_us - os_monotonic_us()) > 0;) {
		p.revents = 0;
		if (poll(&p, 1, (int)((left + 999) / 1000)) <= 0)
			continue;
		while (!a->is_over && hear_one(a))
			;
		if (!a->is_over && p.revents & HOLDS_ERRORS)
			hear_error(a);
	}
}

void net_ask_echo(struct net_echo_asked *asked)
{
	struct asking a = {.asked = asked, .answer = &asked->answer};
	int64_t began_us = os_monotonic_us();

	asked->answer.result = ECHO_SILENT;
	open_socket(&a);
	if (!a.is_over)
		ask(&a);
	hear(&a, began_us + net_echo_repeat_us(asked));
	if (!a.is_over)
		ask(&a);
	hear(&a, began_us + asked->within_us);
	if (!asked->answer.n_sent && asked->answer.result == ECHO_SILENT)
		asked->answer.result = ECHO_CANNOT;
	if (a.s >= 0)
		close(a.s);
}
