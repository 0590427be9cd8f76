/* What Linux alone tells: ICMP errors with their sender, counts of TCP, kinds of interfaces. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <linux/errqueue.h>

#include "os/net_inside.h"

/* --- ICMP --- */

void net_want_icmp(net_socket_t s, bool is_v6)
{
	if (is_v6)
		setsockopt(s, IPPROTO_IPV6, IPV6_RECVERR, &(int){1}, sizeof(int));
	else
		setsockopt(s, IPPROTO_IP, IP_RECVERR, &(int){1}, sizeof(int));
}

/* ip(7): the offender's address follows the error. */
struct icmp_error {
	struct sock_extended_err e;
	struct sockaddr_storage offender;
};

static bool read_error(const struct cmsghdr *c, struct net_failure *out)
{
	struct icmp_error error = {0};
	size_t n = c->cmsg_len - CMSG_LEN(0);

	if (!(c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) &&
	    !(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
		return false;
	memcpy(&error, CMSG_DATA(c), n < sizeof error ? n : sizeof error);
	if (error.e.ee_origin != SO_EE_ORIGIN_ICMP && error.e.ee_origin != SO_EE_ORIGIN_ICMP6)
		return false;
	if (!net_from_sockaddr((const struct sockaddr *)&error.offender, &out->router))
		return false;
	out->router.port = 0;
	out->has_icmp = true;
	out->icmp_type = error.e.ee_type;
	out->icmp_code = error.e.ee_code;
	out->system_error = (int)error.e.ee_errno;
	return true;
}

static bool take_one(int s, struct net_failure *out, bool *found)
{
	union {
		struct cmsghdr align;
		char bytes[512];
	} control;
	char packet[256];
	struct iovec part = {packet, sizeof packet};
	struct msghdr message = {.msg_iov = &part,
	                         .msg_iovlen = 1,
	                         .msg_control = &control,
	                         .msg_controllen = sizeof control};

	if (recvmsg(s, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return false;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
		if (read_error(c, out))
			*found = true;
	return true;
}

bool net_take_icmp(net_socket_t s, struct net_failure *out)
{
	bool found = false;

	while (s >= 0 && take_one(s, out, &found))
		;
	return found;
}

/* --- counts --- */

/* That of the C library ends before tcpi_dsack_dups, and linux/tcp.h does not go with it. */
#define DSACK_DUPS_AT 216

union tcp_info_long {
	struct tcp_info info;
	uint8_t bytes[256];
};

/*
 * A host that thinks for some milliseconds holds its acknowledgment back, and on a short way the
 * tail loss probe (RFC 8985 7) then sends again what had arrived. The host says so (RFC 2883):
 * nothing was lost.
 */
static int sent_again_for_loss(const union tcp_info_long *l)
{
	uint32_t in_vain;

	memcpy(&in_vain, l->bytes + DSACK_DUPS_AT, sizeof in_vain);
	return l->info.tcpi_total_retrans > in_vain ? (int)(l->info.tcpi_total_retrans - in_vain)
	                                            : 0;
}

void net_tcp_counts(net_socket_t s, struct net_tcp_counts *out)
{
	union tcp_info_long l = {.bytes = {0}}; /* an older kernel writes less */
	socklen_t n = sizeof l;

	*out = (struct net_tcp_counts){0};
	if (getsockopt(s, IPPROTO_TCP, TCP_INFO, &l, &n) != 0)
		return;
	out->rtt_us = l.info.tcpi_rtt;
	out->retransmits = sent_again_for_loss(&l);
	out->segment = l.info.tcpi_snd_mss > UINT16_MAX ? UINT16_MAX
	                                                : (uint16_t)l.info.tcpi_snd_mss;
}

/* --- interfaces --- */

/* Made by the kernel beside real tunnels, and never up. */
static const char *const fallbacks[] = {"tunl0",   "gre0",    "gretap0", "erspan0",  "sit0",
                                        "ip6tnl0", "ip6gre0", "ip_vti0", "ip6_vti0", NULL};
static const char *const tunnel_names[] = {"tun",   "wg",     "ppp", "utun",      "ipsec",
                                           "xfrm",  "vti",    "vpn", "tailscale", "zt",
                                           "nordl", "proton", NULL};

/* linux/if_arp.h: PPP, TUNNEL, TUNNEL6, SIT, IPGRE, IP6GRE. NONE is too common: wwan has it. */
static const int tunnel_types[] = {512, 768, 769, 776, 778, 823, 0};

/* Decimal, or hexadecimal with 0x; -1 when there is none. */
static long read_number(const char *interface, const char *what)
{
	char path[128];
	long number = -1;
	FILE *file;

	snprintf(path, sizeof path, "/sys/class/net/%.31s/%s", interface, what);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (fscanf(file, "%li", &number) != 1)
		number = -1;
	fclose(file);
	return number;
}

static bool is_wireguard(const char *interface)
{
	char path[128], line[128];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof path, "/sys/class/net/%.31s/uevent", interface);
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof line, file))
		found = strcmp(line, "DEVTYPE=wireguard\n") == 0;
	if (file)
		fclose(file);
	return found;
}

static bool is_one_of(const char *interface, const char *const *names, bool is_prefix)
{
	for (; *names; names++)
		if (is_prefix ? strncmp(interface, *names, strlen(*names)) == 0
		              : strcmp(interface, *names) == 0)
			return true;
	return false;
}

/* TUN carries packets for a VPN; TAP more often serves a virtual machine. */
static bool is_tun(const char *interface)
{
	long flags = read_number(interface, "tun_flags");

	return flags >= 0 && (flags & 3) == 1;
}

bool net_is_tunnel(const char *interface)
{
	long type = read_number(interface, "type");

	if (is_one_of(interface, fallbacks, false))
		return false;
	for (const int *t = tunnel_types; *t; t++)
		if (type == *t)
			return true;
	return is_tun(interface) || is_wireguard(interface) ||
	       is_one_of(interface, tunnel_names, true);
}
