/*
 * The network adapters of this computer, with what they were given: addresses, gateways, servers
 * of names.
 */
#include "os/computer_windows.h"

#include <stdlib.h>
#include <string.h>

#include <winsock2.h>

#include <iphlpapi.h>
#include <ws2tcpip.h>

#include "base/bytes.h"
#include "os/wide_windows.h"

#define TRIES_MAX 4

/* More may have come up between two calls. */
static uint32_t read_adapters(struct arena *arena, const IP_ADAPTER_ADDRESSES **out)
{
	const ULONG flags = GAA_FLAG_INCLUDE_GATEWAYS | GAA_FLAG_INCLUDE_PREFIX |
	                    GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST;
	ULONG room = 32 * 1024;
	uint32_t error = ERROR_BUFFER_OVERFLOW;

	*out = NULL;
	for (int i = 0; i < TRIES_MAX && error == ERROR_BUFFER_OVERFLOW; i++) {
		IP_ADAPTER_ADDRESSES *list = arena_new(arena, room);

		error = GetAdaptersAddresses(AF_UNSPEC, flags, NULL, list, &room);
		*out = list;
		room += 4096;
	}
	return error;
}

static bool address_text(const SOCKET_ADDRESS *a, char *out, size_t n)
{
	if (!a->lpSockaddr)
		return false;
	if (a->lpSockaddr->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)a->lpSockaddr;

		return InetNtopA(AF_INET, &in->sin_addr, out, n);
	}
	if (a->lpSockaddr->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)a->lpSockaddr;

		return InetNtopA(AF_INET6, &in6->sin6_addr, out, n);
	}
	return false;
}

/* prefix: -1 where there is none to be told. */
static void add_address(struct buf *list, const SOCKET_ADDRESS *a, int prefix)
{
	char text[64];

	if (!address_text(a, text, sizeof text))
		return;
	buf_printf(list, "%s%s", list->n ? "," : "", text);
	if (prefix >= 0)
		buf_printf(list, "/%d", prefix);
}

static void set_list(struct answers *out, struct answer *row, const char *column, struct buf *list)
{
	if (list->n)
		answer_set_text(out, row, column, arena_copy(out->arena, list->bytes, list->n));
	buf_fini(list);
}

static void tell_lists(struct answers *out, struct answer *row, const IP_ADAPTER_ADDRESSES *a)
{
	struct buf addresses = {0}, gateways = {0}, servers = {0};

	for (const IP_ADAPTER_UNICAST_ADDRESS *u = a->FirstUnicastAddress; u; u = u->Next)
		add_address(&addresses, &u->Address, u->OnLinkPrefixLength);
	for (const IP_ADAPTER_GATEWAY_ADDRESS *g = a->FirstGatewayAddress; g; g = g->Next)
		add_address(&gateways, &g->Address, -1);
	for (const IP_ADAPTER_DNS_SERVER_ADDRESS *d = a->FirstDnsServerAddress; d; d = d->Next)
		add_address(&servers, &d->Address, -1);
	set_list(out, row, "addresses", &addresses);
	set_list(out, row, "gateways", &gateways);
	set_list(out, row, "name_servers", &servers);
}

/* IPv4's way is the shorter one where both are there. */
static void tell_metric(struct answer *row, const IP_ADAPTER_ADDRESSES *a)
{
	if (a->Flags & IP_ADAPTER_IPV4_ENABLED)
		answer_set_number(row, "metric", a->Ipv4Metric);
	else if (a->Flags & IP_ADAPTER_IPV6_ENABLED)
		answer_set_number(row, "metric", a->Ipv6Metric);
}

static void tell_adapter(struct answers *out, const IP_ADAPTER_ADDRESSES *a)
{
	struct answer *row = answers_row(out, TOPIC_ADAPTER);

	answer_set_text(out, row, "name", utf8_of(out->arena, a->FriendlyName));
	answer_set_text(out, row, "description", utf8_of(out->arena, a->Description));
	answer_set_number(row, "type", a->IfType);
	answer_set_number(row, "is_up", a->OperStatus == IfOperStatusUp);
	answer_set_number(row, "is_tunnel",
	                  a->IfType == IF_TYPE_TUNNEL || a->TunnelType != TUNNEL_TYPE_NONE);
	if (a->Mtu && a->Mtu != UINT32_MAX)
		answer_set_number(row, "mtu", a->Mtu);
	tell_lists(out, row, a);
	if (a->DnsSuffix && *a->DnsSuffix)
		answer_set_text(out, row, "suffix", utf8_of(out->arena, a->DnsSuffix));
	tell_metric(row, a);
	answer_set_text(out, row, "guid", a->AdapterName);
}

void collect_adapter(struct answers *out, const struct computer_question *question)
{
	const IP_ADAPTER_ADDRESSES *list;
	uint32_t error = read_adapters(out->arena, &list);

	(void)question;
	if (error == ERROR_NO_DATA)
		return;
	if (error)
		computer_could_not(out, TOPIC_ADAPTER, error, NULL);
	for (; !error && list; list = list->Next)
		tell_adapter(out, list);
}
