#include "os/computer_services_windows.h"

#include <string.h>

#include <windows.h>

#include "os/computer_sockets_windows.h"
#include "os/wide_windows.h"

#define LIST_BYTES_MAX (4U << 20)
#define OWNERS_MAX     8

/* --- all that run --- */

static BOOL list_running(SC_HANDLE scm, BYTE *bytes, DWORD room, DWORD *needed, DWORD *n)
{
	DWORD resume = 0;

	return EnumServicesStatusExW(scm, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_ACTIVE,
	                             bytes, room, needed, n, &resume, NULL);
}

/* More may have started between two calls. */
static const ENUM_SERVICE_STATUS_PROCESSW *list_of(SC_HANDLE scm, struct arena *arena, DWORD *n)
{
	DWORD room = 64 * 1024, needed = 0;

	while (room <= LIST_BYTES_MAX) {
		BYTE *bytes = arena_new(arena, room);

		if (list_running(scm, bytes, room, &needed, n))
			return (const void *)bytes;
		if (GetLastError() != ERROR_MORE_DATA)
			return NULL;
		room += needed + 16 * 1024;
	}
	SetLastError(ERROR_MORE_DATA);
	return NULL;
}

struct running_services running_services(struct arena *arena)
{
	struct running_services s = {0};
	SC_HANDLE scm = OpenSCManagerW(NULL, NULL, SC_MANAGER_ENUMERATE_SERVICE);
	const ENUM_SERVICE_STATUS_PROCESSW *list;
	DWORD n = 0;

	list = scm ? list_of(scm, arena, &n) : NULL;
	if (list)
		s.at = arena_new(arena, n * sizeof *s.at + 1);
	else
		s.error = GetLastError();
	for (; list && s.n < n; s.n++)
		s.at[s.n] = (struct running_service){
		    .name = utf8_of(arena, list[s.n].lpServiceName),
		    .pid = list[s.n].ServiceStatusProcess.dwProcessId,
		};
	if (scm)
		CloseServiceHandle(scm);
	return s;
}

const char *services_of_pid(const struct running_services *s, struct arena *arena, uint32_t pid)
{
	const char *names = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (pid && s->at[i].pid == pid)
			names = names ? arena_printf(arena, "%s,%s", names, s->at[i].name)
			              : s->at[i].name;
	return names;
}

/* --- single ones --- */

static const char *state_name(DWORD state)
{
	static const char *const names[] = {
	    [SERVICE_STOPPED] = "stopped",
	    [SERVICE_START_PENDING] = "starting",
	    [SERVICE_STOP_PENDING] = "stopping",
	    [SERVICE_RUNNING] = "running",
	    [SERVICE_CONTINUE_PENDING] = "starting",
	    [SERVICE_PAUSE_PENDING] = "paused",
	    [SERVICE_PAUSED] = "paused",
	};

	return state < sizeof names / sizeof *names ? names[state] : NULL;
}

static const char *start_name(DWORD start)
{
	static const char *const names[] = {
	    [SERVICE_BOOT_START] = "boot",   [SERVICE_SYSTEM_START] = "system",
	    [SERVICE_AUTO_START] = "auto",   [SERVICE_DEMAND_START] = "manual",
	    [SERVICE_DISABLED] = "disabled",
	};

	return start < sizeof names / sizeof *names ? names[start] : NULL;
}

static void tell_status(struct answers *out, struct answer *row, SC_HANDLE service)
{
	SERVICE_STATUS_PROCESS s;
	DWORD needed;

	if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&s, sizeof s, &needed))
		return;
	answer_set_text(out, row, "state", state_name(s.dwCurrentState));
	if (s.dwProcessId)
		answer_set_number(row, "pid", s.dwProcessId);
	answer_set_number(row, "exit", s.dwWin32ExitCode);
	if (s.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR)
		answer_set_number(row, "own_exit", s.dwServiceSpecificExitCode);
}

static bool tell_config(struct answers *out, struct answer *row, SC_HANDLE service)
{
	const DWORD room = 8 * 1024; /* documented: no configuration is larger */
	QUERY_SERVICE_CONFIGW *c = arena_new(out->arena, room);
	DWORD needed;

	if (!QueryServiceConfigW(service, c, room, &needed))
		return false;
	answer_set_text(out, row, "start", start_name(c->dwStartType));
	answer_set_text(out, row, "account", utf8_of(out->arena, c->lpServiceStartName));
	answer_set_text(out, row, "path", utf8_of(out->arena, c->lpBinaryPathName));
	return true;
}

/* A service may let everybody see its state and nobody its configuration. */
static SC_HANDLE open_service(SC_HANDLE scm, const wchar_t *name)
{
	SC_HANDLE service = OpenServiceW(scm, name, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);

	return service || GetLastError() != ERROR_ACCESS_DENIED
	           ? service
	           : OpenServiceW(scm, name, SERVICE_QUERY_STATUS);
}

static void tell_service(struct answers *out, SC_HANDLE scm, const char *name, bool is_optional)
{
	SC_HANDLE service = open_service(scm, wide_of(out->arena, name));
	struct answer *row;

	if (!service) {
		uint32_t error = GetLastError();

		if (error != ERROR_SERVICE_DOES_NOT_EXIST || !is_optional)
			computer_could_not(out, TOPIC_SERVICE, error, name);
		return;
	}
	row = answers_row(out, TOPIC_SERVICE);
	answer_set_text(out, row, "name", name);
	tell_status(out, row, service);
	if (!tell_config(out, row, service))
		computer_could_not(out, TOPIC_SERVICE, GetLastError(), name);
	CloseServiceHandle(service);
}

/* --- those that Remote Desktop rests on --- */

/* Optional: a role, a driver of some versions, or a service of some editions. */
static const struct {
	const char *name;
	bool is_optional;
} services[] = {
    {.name = "TermService"},
    {.name = "UmRdpService"},
    {.name = "SessionEnv"},
    {.name = "CertPropSvc"},
    {.name = "KeyIso"},
    {.name = "CryptSvc"},
    {.name = "LSM"},
    {.name = "RpcSs"},
    {.name = "RpcEptMapper"},
    {.name = "DcomLaunch"},
    {.name = "ProfSvc"},
    {.name = "Netlogon"},
    {.name = "MpsSvc"},
    {.name = "BFE"},
    {.name = "NlaSvc"},
    {.name = "netprofm"},
    {.name = "Dnscache"},
    {.name = "W32Time"},
    {.name = "gpsvc"},
    {.name = "EventLog"},
    {.name = "LanmanWorkstation"},
    {.name = "Audiosrv", .is_optional = true},
    {.name = "SCardSvr", .is_optional = true},
    {.name = "TSGateway", .is_optional = true},
    {.name = "TSSDis", .is_optional = true},
    {.name = "TermServLicensing", .is_optional = true},
    {.name = "RDPDR", .is_optional = true},
    {.name = "rdpbus", .is_optional = true},
    {.name = "RdpVideoMiniport", .is_optional = true},
    {.name = "tssecsrv", .is_optional = true},
    {.name = "TDTCP", .is_optional = true},
    {.name = "RDPWD", .is_optional = true},
    {.name = "TermDD", .is_optional = true},
};

static bool is_told(const struct answers *out, const char *name)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(out, TOPIC_SERVICE, &at));)
		if (_stricmp(answer_text(row, "name"), name) == 0)
			return true;
	return false;
}

/* Whatever else sits at the port of RDP. */
static void tell_owners(struct answers *out, SC_HANDLE scm, uint16_t port)
{
	struct running_services running = running_services(out->arena);
	uint32_t pids[OWNERS_MAX];
	size_t n_pids = listening_pids(out->arena, port, pids, OWNERS_MAX);

	if (running.error)
		computer_could_not(out, TOPIC_SERVICE, running.error, "EnumServicesStatusExW");
	for (size_t i = 0; i < running.n; i++)
		for (size_t j = 0; j < n_pids; j++)
			if (running.at[i].pid == pids[j] && !is_told(out, running.at[i].name))
				tell_service(out, scm, running.at[i].name, true);
}

void collect_service(struct answers *out, const struct computer_question *question)
{
	SC_HANDLE scm = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);

	if (!scm) {
		computer_could_not(out, TOPIC_SERVICE, GetLastError(), NULL);
		return;
	}
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		tell_service(out, scm, services[i].name, services[i].is_optional);
	tell_owners(out, scm, computer_port(question));
	CloseServiceHandle(scm);
}
