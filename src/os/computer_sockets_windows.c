#include "os/computer_sockets_windows.h"

#include <stdio.h>
#include <string.h>

#include <winsock2.h>

#include <windows.h>

#include <iphlpapi.h>
#include <tcpmib.h>
#include <tlhelp32.h>
#include <udpmib.h>
#include <ws2tcpip.h>

#include "os/computer_services_windows.h"
#include "os/wide_windows.h"

#define TABLE_BYTES_MAX (64U << 20)
#define TRIES_MAX       5

/* --- the tables of the system, in one shape --- */

struct socket_row {
	const uint8_t *address; /* 4 or 16 bytes */
	uint32_t state;         /* MIB_TCP_STATE; 0: of UDP */
	uint32_t pid;
	uint32_t scope;
	uint16_t port;
	bool is_v6;
};

struct socket_table {
	const char *protocol;
	DWORD(WINAPI *get)
	(void *table, DWORD *n, BOOL sorted, ULONG family, int kind, ULONG reserved);
	int kind;
	bool is_v6;
	size_t row_bytes, rows_at;
	struct socket_row (*row)(const void *bytes);
};

static uint16_t port_of(DWORD in_network_order)
{
	return ntohs((uint16_t)in_network_order);
}

static struct socket_row tcp4_row(const void *bytes)
{
	const MIB_TCPROW_OWNER_PID *r = bytes;

	return (struct socket_row){.address = (const uint8_t *)&r->dwLocalAddr,
	                           .state = r->dwState,
	                           .pid = r->dwOwningPid,
	                           .port = port_of(r->dwLocalPort)};
}

static struct socket_row tcp6_row(const void *bytes)
{
	const MIB_TCP6ROW_OWNER_PID *r = bytes;

	return (struct socket_row){.address = r->ucLocalAddr,
	                           .is_v6 = true,
	                           .scope = r->dwLocalScopeId,
	                           .state = r->dwState,
	                           .pid = r->dwOwningPid,
	                           .port = port_of(r->dwLocalPort)};
}

static struct socket_row udp4_row(const void *bytes)
{
	const MIB_UDPROW_OWNER_PID *r = bytes;

	return (struct socket_row){.address = (const uint8_t *)&r->dwLocalAddr,
	                           .pid = r->dwOwningPid,
	                           .port = port_of(r->dwLocalPort)};
}

static struct socket_row udp6_row(const void *bytes)
{
	const MIB_UDP6ROW_OWNER_PID *r = bytes;

	return (struct socket_row){.address = r->ucLocalAddr,
	                           .is_v6 = true,
	                           .scope = r->dwLocalScopeId,
	                           .pid = r->dwOwningPid,
	                           .port = port_of(r->dwLocalPort)};
}

static DWORD WINAPI get_tcp(void *table, DWORD *n, BOOL sorted, ULONG family, int kind,
                            ULONG reserved)
{
	return GetExtendedTcpTable(table, n, sorted, family, (TCP_TABLE_CLASS)kind, reserved);
}

static DWORD WINAPI get_udp(void *table, DWORD *n, BOOL sorted, ULONG family, int kind,
                            ULONG reserved)
{
	return GetExtendedUdpTable(table, n, sorted, family, (UDP_TABLE_CLASS)kind, reserved);
}

static const struct socket_table tables[] = {
    {.protocol = "tcp",
     .get = get_tcp,
     .kind = TCP_TABLE_OWNER_PID_ALL,
     .row_bytes = sizeof(MIB_TCPROW_OWNER_PID),
     .rows_at = offsetof(MIB_TCPTABLE_OWNER_PID, table),
     .row = tcp4_row},
    {.protocol = "tcp",
     .get = get_tcp,
     .kind = TCP_TABLE_OWNER_PID_ALL,
     .is_v6 = true,
     .row_bytes = sizeof(MIB_TCP6ROW_OWNER_PID),
     .rows_at = offsetof(MIB_TCP6TABLE_OWNER_PID, table),
     .row = tcp6_row},
    {.protocol = "udp",
     .get = get_udp,
     .kind = UDP_TABLE_OWNER_PID,
     .row_bytes = sizeof(MIB_UDPROW_OWNER_PID),
     .rows_at = offsetof(MIB_UDPTABLE_OWNER_PID, table),
     .row = udp4_row},
    {.protocol = "udp",
     .get = get_udp,
     .kind = UDP_TABLE_OWNER_PID,
     .is_v6 = true,
     .row_bytes = sizeof(MIB_UDP6ROW_OWNER_PID),
     .rows_at = offsetof(MIB_UDP6TABLE_OWNER_PID, table),
     .row = udp6_row},
};

#define TABLES (sizeof tables / sizeof *tables)

/* The table grows while it is asked for. */
static uint32_t read_table(struct arena *arena, const struct socket_table *t, const uint8_t **bytes)
{
	ULONG family = t->is_v6 ? AF_INET6 : AF_INET;
	DWORD room = 32 * 1024;
	uint32_t error = ERROR_INSUFFICIENT_BUFFER;

	for (int i = 0; i < TRIES_MAX && error == ERROR_INSUFFICIENT_BUFFER; i++) {
		uint8_t *table = arena_new(arena, room);
		DWORD n = room;

		error = t->get(table, &n, FALSE, family, t->kind, 0);
		*bytes = table;
		if (n > TABLE_BYTES_MAX)
			break;
		room = n > room ? n + n / 4 : 2 * room;
	}
	return error;
}

typedef void each_socket(void *context, const struct socket_table *t, const struct socket_row *row);

static uint32_t each_row(struct arena *arena, const struct socket_table *t, each_socket *each,
                         void *context)
{
	const uint8_t *bytes = NULL;
	uint32_t error = read_table(arena, t, &bytes);
	DWORD n = error ? 0 : *(const DWORD *)(const void *)bytes; /* dwNumEntries is first */

	for (DWORD i = 0; i < n; i++) {
		struct socket_row row = t->row(bytes + t->rows_at + i * t->row_bytes);

		each(context, t, &row);
	}
	return error;
}

/* --- who listens --- */

struct pids {
	uint32_t *at;
	size_t n, n_most;
	uint16_t port;
};

static void take_pid(void *context, const struct socket_table *t, const struct socket_row *row)
{
	struct pids *p = context;

	(void)t;
	if (row->state != MIB_TCP_STATE_LISTEN || row->port != p->port)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i] == row->pid)
			return;
	if (p->n < p->n_most)
		p->at[p->n++] = row->pid;
}

size_t listening_pids(struct arena *arena, uint16_t port, uint32_t *pids, size_t n_most)
{
	struct pids p = {.at = pids, .n_most = n_most, .port = port};

	for (size_t i = 0; i < TABLES; i++)
		if (tables[i].get == get_tcp)
			each_row(arena, &tables[i], take_pid, &p);
	return p.n;
}

/* The path where it may be known, as of one's own processes; else the name alone. */
static const char *process_of(struct arena *arena, uint32_t pid)
{
	PROCESSENTRY32W entry = {.dwSize = sizeof entry};
	HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid), all;
	const char *name = NULL;
	wchar_t path[1024];
	DWORD n = sizeof path / sizeof *path;

	if (process && QueryFullProcessImageNameW(process, 0, path, &n))
		name = utf8_of(arena, path);
	if (process)
		CloseHandle(process);
	all = name || !pid ? INVALID_HANDLE_VALUE : CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
	if (all == INVALID_HANDLE_VALUE)
		return name;
	for (BOOL more = Process32FirstW(all, &entry); more && !name;
	     more = Process32NextW(all, &entry))
		if (entry.th32ProcessID == pid)
			name = utf8_of(arena, entry.szExeFile);
	CloseHandle(all);
	return name;
}

static const char *address_text(struct arena *arena, const struct socket_row *row)
{
	char text[64] = "";

	if (!InetNtopA(row->is_v6 ? AF_INET6 : AF_INET, row->address, text, sizeof text))
		return NULL;
	/* only addresses of a link have a scope; Wine gives one to the others too */
	return row->scope && row->is_v6 && row->address[0] == 0xFE
	           ? arena_printf(arena, "%s%%%u", text, (unsigned)row->scope)
	           : arena_copy(arena, text, strlen(text));
}

struct listeners {
	struct answers *out;
	struct running_services running;
	uint16_t port;
};

/* Of TCP all: TermService may listen where nobody looks, and one that is not there is missed only
 * where others are. */
static void tell_listener(void *context, const struct socket_table *t, const struct socket_row *r)
{
	struct listeners *l = context;
	struct arena *arena = l->out->arena;
	struct answer *row;

	if (t->get == get_tcp ? r->state != MIB_TCP_STATE_LISTEN
	                      : r->port != l->port && r->port != 3389)
		return;
	row = answers_row(l->out, TOPIC_LISTENER);
	answer_set_text(l->out, row, "protocol", t->protocol);
	answer_set_text(l->out, row, "address", address_text(arena, r));
	answer_set_number(row, "port", r->port);
	if (r->pid)
		answer_set_number(row, "pid", r->pid);
	answer_set_text(l->out, row, "process", process_of(arena, r->pid));
	answer_set_text(l->out, row, "services", services_of_pid(&l->running, arena, r->pid));
}

static const char *table_name(struct arena *arena, const struct socket_table *t)
{
	return arena_printf(arena, "%s%s", t->protocol, t->is_v6 ? "6" : "");
}

static void each_of_all(struct answers *out, enum topic topic, each_socket *each, void *context)
{
	for (size_t i = 0; i < TABLES; i++) {
		bool is_asked = topic != TOPIC_TCP_STATE || tables[i].get == get_tcp;
		uint32_t error = !is_asked ? 0 : each_row(out->arena, &tables[i], each, context);

		if (error)
			computer_could_not(out, topic, error, table_name(out->arena, &tables[i]));
	}
}

void collect_listener(struct answers *out, const struct computer_question *question)
{
	struct listeners l = {
	    .out = out,
	    .running = running_services(out->arena),
	    .port = computer_port(question),
	};

	each_of_all(out, TOPIC_LISTENER, tell_listener, &l);
}

/* --- states --- */

static const char *const state_names[] = {
    [MIB_TCP_STATE_CLOSED] = "CLOSED",        [MIB_TCP_STATE_LISTEN] = "LISTENING",
    [MIB_TCP_STATE_SYN_SENT] = "SYN_SENT",    [MIB_TCP_STATE_SYN_RCVD] = "SYN_RECEIVED",
    [MIB_TCP_STATE_ESTAB] = "ESTABLISHED",    [MIB_TCP_STATE_FIN_WAIT1] = "FIN_WAIT_1",
    [MIB_TCP_STATE_FIN_WAIT2] = "FIN_WAIT_2", [MIB_TCP_STATE_CLOSE_WAIT] = "CLOSE_WAIT",
    [MIB_TCP_STATE_CLOSING] = "CLOSING",      [MIB_TCP_STATE_LAST_ACK] = "LAST_ACK",
    [MIB_TCP_STATE_TIME_WAIT] = "TIME_WAIT",  [MIB_TCP_STATE_DELETE_TCB] = "DELETE_TCB",
};

#define STATES (sizeof state_names / sizeof *state_names)

struct states {
	uint32_t n[STATES], n_of_port[STATES];
	uint16_t port;
};

static void count_state(void *context, const struct socket_table *t, const struct socket_row *row)
{
	struct states *s = context;

	(void)t;
	if (row->state >= STATES)
		return;
	s->n[row->state]++;
	s->n_of_port[row->state] += row->port == s->port;
}

void collect_tcp_state(struct answers *out, const struct computer_question *question)
{
	struct states s = {.port = computer_port(question)};

	each_of_all(out, TOPIC_TCP_STATE, count_state, &s);
	for (size_t i = 0; i < STATES; i++) {
		struct answer *row;

		if (!s.n[i] || !state_names[i])
			continue;
		row = answers_row(out, TOPIC_TCP_STATE);
		answer_set_text(out, row, "state", state_names[i]);
		answer_set_number(row, "count", s.n[i]);
		answer_set_number(row, "count_of_port", s.n_of_port[i]);
	}
}

/* --- ports in use --- */

struct ports {
	uint8_t is_used[65536 / 8];
};

static void mark_port(void *context, const struct socket_table *t, const struct socket_row *row)
{
	struct ports *p = context;

	(void)t;
	p->is_used[row->port / 8] |= (uint8_t)(1 << row->port % 8);
}

uint32_t ports_in_use(struct arena *arena, const char *protocol, uint32_t first, uint32_t count,
                      uint32_t *n)
{
	struct ports *p = arena_new(arena, sizeof *p);
	uint32_t error = 0;

	*n = 0;
	for (size_t i = 0; i < TABLES && !error; i++)
		if (strcmp(tables[i].protocol, protocol) == 0)
			error = each_row(arena, &tables[i], mark_port, p);
	for (uint32_t port = first; port < first + count && port <= UINT16_MAX; port++)
		*n += p->is_used[port / 8] >> port % 8 & 1;
	return error;
}
