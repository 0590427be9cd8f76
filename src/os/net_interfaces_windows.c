/* The interfaces of this computer, by GetAdaptersAddresses. */
#include <winsock2.h>

#include <iphlpapi.h>
#include <ipifcons.h>
#include <stdlib.h>
#include <string.h>

#include "os/net_inside.h"
#include "os/windows_adapters.h"
#include "os/windows_inside.h"

/*
 * Drivers of VPN programs call themselves Ethernet or a virtual adapter. A part of the description,
 * in small letters.
 */
static const char *const vpn_words[] = {
    "anyconnect",
    "array networks",
    "check point virtual",
    "cisco secure",
    "f5 networks vpn",
    "fortinet",
    "fortissl",
    "globalprotect",
    "ivanti",
    "juniper networks",
    "nordlynx",
    "openvpn",
    "pangp",
    "proton",
    "pulse secure",
    "softether",
    "sonicwall",
    "sophos",
    "tailscale",
    "tap-win",
    "vpn client",
    "wan miniport",
    "watchguard",
    "wintun",
    "wireguard",
    "zerotier",
    "zscaler",
    "vpn adapter",
    "vpn virtual",
    "data channel offload",
};

static bool holds_vpn_word(const wchar_t *description)
{
	char text[160];

	windows_narrow_into(description ? description : L"", text, sizeof text);
	for (char *p = text; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
	for (size_t i = 0; i < sizeof vpn_words / sizeof *vpn_words; i++)
		if (strstr(text, vpn_words[i]))
			return true;
	return false;
}

/* Teredo, ISATAP, 6to4 and the like are there on every computer, and mostly down. */
static bool is_made_by_windows(const IP_ADAPTER_ADDRESSES *a)
{
	return a->IfType == IF_TYPE_TUNNEL && a->TunnelType != TUNNEL_TYPE_NONE &&
	       a->TunnelType != TUNNEL_TYPE_OTHER && a->TunnelType != TUNNEL_TYPE_DIRECT;
}

static bool is_tunnel(const IP_ADAPTER_ADDRESSES *a)
{
	if (is_made_by_windows(a))
		return a->OperStatus == IfOperStatusUp;
	return a->IfType == IF_TYPE_PPP || a->IfType == IF_TYPE_TUNNEL ||
	       holds_vpn_word(a->Description);
}

static void tell_addresses(const IP_ADAPTER_ADDRESSES *a, struct net_interface *i,
                           void (*each)(void *context, const struct net_interface *i),
                           void *context)
{
	for (const IP_ADAPTER_UNICAST_ADDRESS *u = a->FirstUnicastAddress; u; u = u->Next) {
		i->has_address = net_from_sockaddr(u->Address.lpSockaddr, &i->address);
		each(context, i);
	}
	if (a->FirstUnicastAddress)
		return;
	i->has_address = false;
	each(context, i);
}

IP_ADAPTER_ADDRESSES *windows_adapters(void)
{
	ULONG flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST;
	ULONG n = 32 * 1024, error = ERROR_BUFFER_OVERFLOW;
	IP_ADAPTER_ADDRESSES *all = NULL;

	for (int i = 0; i < 4 && error == ERROR_BUFFER_OVERFLOW; i++) {
		free(all);
		all = malloc(n);
		error = all ? GetAdaptersAddresses(AF_UNSPEC, flags, NULL, all, &n)
		            : ERROR_NOT_ENOUGH_MEMORY;
	}
	if (error == NO_ERROR)
		return all;
	free(all);
	return NULL;
}

void net_each_interface(void (*each)(void *context, const struct net_interface *i), void *context)
{
	IP_ADAPTER_ADDRESSES *all = windows_adapters();
	char name[32];

	for (const IP_ADAPTER_ADDRESSES *a = all; a; a = a->Next) {
		struct net_interface i = {.name = name,
		                          .is_up = a->OperStatus == IfOperStatusUp,
		                          .is_loopback = a->IfType == IF_TYPE_SOFTWARE_LOOPBACK,
		                          .is_tunnel = is_tunnel(a)};

		windows_narrow_into(a->FriendlyName ? a->FriendlyName : L"", name, sizeof name);
		tell_addresses(a, &i, each, context);
	}
	free(all);
}
