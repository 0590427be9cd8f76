/* The resolver of Windows, asked in a thread of net_names.c. */
#include <winsock2.h>

#include <iphlpapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windns.h>

#include "os/net_inside.h"
#include "os/windows_adapters.h"
#include "os/windows_inside.h"

#define HOSTS_MOST (4 * 1024 * 1024)

/* --- the hosts file --- */

static bool line_has(char *line, const char *name)
{
	static const char blanks[] = " \t\r";
	char *word = line, *end = line + strcspn(line, "#");
	bool is_first = true; /* the address */

	*end = '\0';
	while (word < end) {
		size_t n = strcspn(word, blanks);

		word[n] = '\0';
		if (n && !is_first && _stricmp(word, name) == 0)
			return true;
		is_first = is_first && !n;
		word += n + 1;
	}
	return false;
}

static bool text_has(char *text, const char *name)
{
	while (*text) {
		char *end = text + strcspn(text, "\n");
		bool is_last = !*end;

		*end = '\0';
		if (line_has(text, name))
			return true;
		text = is_last ? end : end + 1;
	}
	return false;
}

static bool hosts_has(const char *name)
{
	wchar_t folder[MAX_PATH];
	char system[MAX_PATH * 3], path[MAX_PATH * 3 + 32];
	struct buf text = {0};
	bool found = false;

	if (!GetSystemDirectoryW(folder, MAX_PATH))
		return false;
	windows_narrow_into(folder, system, sizeof system);
	snprintf(path, sizeof path, "%s\\drivers\\etc\\hosts", system);
	if (windows_read_quietly(path, HOSTS_MOST, &text)) {
		buf_putc(&text, '\0');
		found = text_has(text.bytes, name);
	}
	buf_fini(&text);
	return found;
}

/* --- name servers --- */

/* Addresses that Windows gives to an adapter without one (RFC 3879 took them back). */
static bool is_left_over(const struct net_address *a)
{
	return a->is_v6 && a->bytes[0] == 0xFE && (a->bytes[1] & 0xC0) == 0xC0;
}

static bool first_name_server(char out[NET_ADDRESS_TEXT_MAX])
{
	IP_ADAPTER_ADDRESSES *all = windows_adapters();
	bool found = false;

	for (const IP_ADAPTER_ADDRESSES *a = all; a && !found; a = a->Next) {
		const IP_ADAPTER_DNS_SERVER_ADDRESS *s = a->FirstDnsServerAddress;

		for (; s && !found && a->OperStatus == IfOperStatusUp; s = s->Next) {
			struct net_address server;

			found = net_from_sockaddr(s->Address.lpSockaddr, &server) &&
			        !is_left_over(&server);
			if (found)
				net_address_text(&server, out);
		}
	}
	free(all);
	return found;
}

/* --- forwards --- */

static void take_addresses(const ADDRINFOW *list, struct net_names *names)
{
	struct net_address a;

	for (; list && names->n < NET_ADDRESSES_MAX; list = list->ai_next)
		if (net_from_sockaddr(list->ai_addr, &a) && !net_names_has(names, &a))
			names->at[names->n++] = a;
}

static bool is_local_name(const char *name)
{
	size_t n = strlen(name);

	if (n && name[n - 1] == '.')
		n--;
	return n > 6 && _strnicmp(name + n - 6, ".local", 6) == 0;
}

static DNS_STATUS ask_dns(const wchar_t *name, WORD type, DWORD options)
{
	DNS_RECORD *records = NULL;
	DNS_STATUS status = DnsQuery_W(name, type, options, NULL, &records, NULL);

	if (records)
		DnsRecordListFree(records, DnsFreeRecordList);
	return status;
}

/* A name of one word may come from neighbours (LLMNR, NetBIOS) as well as from a name server. */
static bool is_from_server(const wchar_t *name, bool is_v6)
{
	return ask_dns(name, is_v6 ? DNS_TYPE_AAAA : DNS_TYPE_A,
	               DNS_QUERY_NO_HOSTS_FILE | DNS_QUERY_NO_NETBT | DNS_QUERY_NO_MULTICAST) == 0;
}

static enum net_name_source source_of(const struct net_asked *asked, const wchar_t *name)
{
	if (asked->names.result == LOOKUP_FOUND && hosts_has(asked->name))
		return SOURCE_HOSTS_FILE;
	if (is_local_name(asked->name))
		return SOURCE_MDNS;
	if (asked->names.result == LOOKUP_FOUND && !strchr(asked->name, '.') &&
	    !is_from_server(name, asked->names.at[0].is_v6))
		return SOURCE_UNKNOWN;
	return SOURCE_DNS;
}

/* getaddrinfo says that a name is not there when no server answered, too; DnsQuery tells. */
static enum net_lookup_result result_of(int error, const wchar_t *name, bool has_server)
{
	DNS_STATUS status;

	if (error == WSANO_DATA)
		return LOOKUP_NOT_FOUND;
	if (!has_server)
		return error == WSAHOST_NOT_FOUND ? LOOKUP_NO_RESOLVER : LOOKUP_FAILED;
	if (error != WSAHOST_NOT_FOUND)
		return LOOKUP_FAILED;
	status = ask_dns(name, DNS_TYPE_A, DNS_QUERY_STANDARD);
	return status == DNS_ERROR_RCODE_SERVER_FAILURE || status == DNS_ERROR_RCODE_REFUSED ||
	               status == ERROR_TIMEOUT || status == DNS_ERROR_NO_DNS_SERVERS
	           ? LOOKUP_FAILED
	           : LOOKUP_NOT_FOUND;
}

static const char *words_of(int error)
{
	switch (error) {
	case WSAHOST_NOT_FOUND:
		return "Name or service not known";
	case WSANO_DATA:
		return "No address associated with hostname";
	case WSATRY_AGAIN:
		return "Temporary failure in name resolution";
	case WSANO_RECOVERY:
		return "Non-recoverable failure in name resolution";
	default:
		return "the resolver of Windows failed";
	}
}

/* An address of a family that this computer cannot use is a fact about the name all the same. */
void net_ask_names(struct net_asked *asked)
{
	ADDRINFOW hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	ADDRINFOW *list = NULL;
	wchar_t *name = windows_wide(asked->name);
	int error = name ? GetAddrInfoW(name, NULL, &hints, &list) : WSA_NOT_ENOUGH_MEMORY;
	bool has_server = first_name_server(asked->server);

	asked->names.name_server = has_server ? asked->server : NULL;
	if (error == 0) {
		take_addresses(list, &asked->names);
		FreeAddrInfoW(list);
	}
	if (error)
		asked->names.result = name ? result_of(error, name, has_server) : LOOKUP_FAILED;
	else
		asked->names.result = asked->names.n ? LOOKUP_FOUND : LOOKUP_NOT_FOUND;
	if (name)
		asked->names.source = source_of(asked, name);
	if (error)
		asked->names.detail = words_of(error);
	free(name);
}

/* --- backwards --- */

bool net_ask_reverse(struct net_asked *asked)
{
	struct sockaddr_storage at;
	socklen_t n = net_to_sockaddr(&asked->address, &at);
	wchar_t name[NI_MAXHOST];

	if (GetNameInfoW((struct sockaddr *)&at, n, name, NI_MAXHOST, NULL, 0, NI_NAMEREQD) != 0)
		return false;
	windows_narrow_into(name, asked->name, sizeof asked->name);
	return true;
}
