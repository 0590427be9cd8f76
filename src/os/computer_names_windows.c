/*
 * What this computer remembers of names: the cache of the DNS client, and nothing that would have
 * to be asked of a server.
 */
#include "os/computer_windows.h"

#include <winsock2.h>

#include <windows.h>

#include <string.h>
#include <windns.h>
#include <ws2tcpip.h>

#include "base/text.h"
#include "os/computer_text_windows.h"
#include "os/wide_windows.h"

#define NAMES_MAX 1000

/* As the DNS client gives it. It is not in the documentation, and the same since Windows XP. */
struct cache_entry {
	struct cache_entry *next;
	const wchar_t *name;
	WORD type, n_bytes;
	DWORD flags;
};

typedef BOOL(WINAPI *table_function)(struct cache_entry **table);

/* "host" is asked for, and the cache has it with the suffix of the domain. */
static bool is_asked_for(const char *cached, const char *name)
{
	size_t n;

	if (!name || text_same(cached, name))
		return true;
	n = strcspn(cached, ".");
	return !strchr(name, '.') && n == strlen(name) && _strnicmp(cached, name, n) == 0;
}

static void set_data(struct answers *a, struct answer *row, const DNS_RECORDW *r)
{
	wchar_t text[INET6_ADDRSTRLEN] = L"";

	if (r->wType == DNS_TYPE_A)
		InetNtopW(AF_INET, &r->Data.A.IpAddress, text, INET6_ADDRSTRLEN);
	else if (r->wType == DNS_TYPE_AAAA)
		InetNtopW(AF_INET6, &r->Data.AAAA.Ip6Address, text, INET6_ADDRSTRLEN);
	else if (r->wType == DNS_TYPE_CNAME || r->wType == DNS_TYPE_PTR)
		computer_set(a, row, "data", r->Data.CNAME.pNameHost);
	computer_set(a, row, "data", text);
}

static void take_record(struct answers *a, const DNS_RECORDW *r)
{
	struct answer *row = answers_row(a, TOPIC_CACHED_NAME);

	computer_set(a, row, "name", r->pName);
	answer_set_number(row, "type", r->wType);
	answer_set_number(row, "ttl_seconds", r->dwTtl);
	set_data(a, row, r);
}

/* An entry without records says that the name, or records of that type, are known not to be. */
static void take_entry(struct answers *a, const struct cache_entry *entry)
{
	DNS_RECORDW *records = NULL;
	DNS_STATUS status = DnsQuery_W(entry->name, entry->type, DNS_QUERY_NO_WIRE_QUERY, NULL,
	                               (PDNS_RECORD *)&records, NULL);

	if (status == ERROR_SUCCESS && records) {
		for (const DNS_RECORDW *r = records; r; r = r->pNext)
			take_record(a, r);
	} else {
		struct answer *row = answers_row(a, TOPIC_CACHED_NAME);

		computer_set(a, row, "name", entry->name);
		answer_set_number(row, "type", entry->type);
	}
	if (records)
		DnsRecordListFree(records, DnsFreeRecordList);
}

/* The table is left to the end of the process: how it is freed is not documented either. */
void collect_cached_name(struct answers *a, const struct computer_question *q)
{
	table_function get = (table_function)computer_find(L"dnsapi.dll", "DnsGetCacheDataTable");
	struct cache_entry *entry = NULL;
	size_t n = 0;

	if (!get) {
		answers_could_not(a, TOPIC_CACHED_NAME, ANSWER_UNSUPPORTED, 0,
		                  "DnsGetCacheDataTable");
		return;
	}
	if (!get(&entry)) {
		computer_could_not(a, TOPIC_CACHED_NAME, GetLastError(), "DnsGetCacheDataTable");
		return;
	}
	for (; entry && n < NAMES_MAX; entry = entry->next) {
		if (!entry->name || !is_asked_for(utf8_of(a->arena, entry->name), q->name))
			continue;
		take_entry(a, entry);
		n++;
	}
	if (n == 0)
		answers_could_not(a, TOPIC_CACHED_NAME, ANSWER_NOTHING, 0,
		                  "no such name is cached");
}
