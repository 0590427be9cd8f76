/* What an errno and an ICMP message say about a connection that did not come about. */
#include <errno.h>

#include "os/net_inside.h"

/* The same number means another thing when nothing was sent yet. */
static const struct {
	int error;
	enum net_failure_kind at_once, later;
} kinds[] = {
    {ECONNREFUSED, NET_REFUSED, NET_REFUSED},
    {ECONNRESET, NET_REFUSED, NET_REFUSED},
    {ENETUNREACH, NET_NO_ROUTE, NET_UNREACHABLE},
    {EHOSTUNREACH, NET_NO_ROUTE, NET_UNREACHABLE},
    {ENETDOWN, NET_NO_ROUTE, NET_UNREACHABLE},
    {EAFNOSUPPORT, NET_NO_ROUTE, NET_NO_ROUTE}, /* the kernel has no IPv6 */
    {EINVAL, NET_NO_ROUTE, NET_NO_ROUTE},       /* black hole; link-local without a zone */
    {EACCES, NET_NOT_PERMITTED, NET_NOT_PERMITTED},
    {EPERM, NET_NOT_PERMITTED, NET_NOT_PERMITTED},
    {ETIMEDOUT, NET_TIMED_OUT, NET_TIMED_OUT},
};

static enum net_failure_kind kind_of_error(int error, bool is_at_once)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].error == error)
			return is_at_once ? kinds[i].at_once : kinds[i].later;
	return NET_LOCAL; /* no descriptor, memory, port or source address */
}

/*
 * Somebody decided (RFC 792, RFC 1812 5.2.7.1, RFC 4443 3.1). Port unreachable answers UDP;
 * to a SYN only filters send it, Linux's `reject` by default. So does protocol unreachable.
 */
static const struct {
	bool is_v6;
	int type, code;
} prohibitions[] = {
    {false, 3, 2}, {false, 3, 3}, {false, 3, 9}, {false, 3, 10}, {false, 3, 13},
    {true, 1, 1},  {true, 1, 4},  {true, 1, 5},  {true, 1, 6},
};

static bool is_prohibition(const struct net_failure *why)
{
	for (size_t i = 0; i < sizeof prohibitions / sizeof *prohibitions; i++)
		if (prohibitions[i].is_v6 == why->router.is_v6 &&
		    prohibitions[i].type == why->icmp_type &&
		    prohibitions[i].code == why->icmp_code)
			return true;
	return false;
}

/* This computer's own filter answers with ICMP too, in its own name. */
static bool is_our_filter(const struct net_failure *why, net_socket_t s,
                          const struct net_address *to)
{
	struct net_address here;

	if (net_address_is_loopback(&why->router))
		return !net_address_is_loopback(to);
	net_local_address(s, &here);
	return net_address_same(&why->router, &here) && !net_address_same(&here, to);
}

static enum net_failure_kind kind_of_icmp(const struct net_failure *why, net_socket_t s,
                                          const struct net_address *to)
{
	if (!is_prohibition(why))
		return NET_UNREACHABLE;
	return is_our_filter(why, s, to) ? NET_NOT_PERMITTED : NET_PROHIBITED;
}

void net_explain(struct net_failure *why, int error, bool is_at_once, net_socket_t s,
                 const struct net_address *to)
{
	why->kind = why->has_icmp ? kind_of_icmp(why, s, to) : kind_of_error(error, is_at_once);
	why->system_error = error;
	why->words = net_sys_words(error);
}
