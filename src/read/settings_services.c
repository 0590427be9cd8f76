/*
 * settings_services - the services and drivers that Remote Desktop lives on, what was put in
 * their place, and other products of the kind.
 */
#include <string.h>

#include "base/text.h"
#include "read/lists.h"
#include "read/settings_inside.h"

#define SERVICES "CurrentControlSet\\Services\\"

enum { DISABLED = 4 };

/* Accounts and libraries are those of Windows 7, 8.1 and 10. */
static const struct service {
	const char *name;
	const char *account; /* NULL: not looked at */
	const char *library; /* ServiceDll below System32; NULL: not looked at */
	int since;           /* generation that has it first */
} services[] = {
    {"SessionEnv", "LocalSystem", "sessenv.dll", 7},
    {"KeyIso", NULL, NULL, 7},
    {"CryptSvc", "NetworkService", "cryptsvc.dll", 7},
    {"CertPropSvc", NULL, "certprop.dll", 7},
    {"UmRdpService", "LocalSystem", "umrdp.dll", 7},
    {"LSM", NULL, "lsm.dll", 8},
    {"RpcSs", NULL, "rpcss.dll", 7},
    {"RpcEptMapper", NULL, NULL, 7},
    {"DcomLaunch", NULL, "rpcss.dll", 7},
    {"ProfSvc", NULL, "profsvc.dll", 7},
};

/* Drivers; those of Windows 7 alone are not there later. */
static const struct {
	const char *name;
	bool is_of_seven_only;
} drivers[] = {{"RDPDR", false},   {"rdpbus", false}, {"RdpVideoMiniport", false},
               {"tssecsrv", true}, {"TDTCP", true},   {"RDPWD", true},
               {"TermDD", true}};

static const char *service_key(struct settings *s, const char *name)
{
	return arena_printf(s->arena, SERVICES "%s", name);
}

static bool is_disabled(struct settings *s, const char *name, const char **where)
{
	uint32_t start;

	return ask_number(s, HIVE_SYSTEM, service_key(s, name), "Start", &start, where) &&
	       start == DISABLED;
}

static void look_at_account(struct settings *s, const char *service, const char *usual)
{
	const char *where,
	    *account = ask_text(s, HIVE_SYSTEM, service_key(s, service), "ObjectName", &where);

	if (account && *account && usual && !is_service_account(account, usual))
		tell_text(
		    s, F_HOST_SERVICE_CHANGED, service,
		    arena_printf(s->arena, "%s: %s, where Windows sets %s", where, account, usual));
}

/* In System32, whatever the way there is called. */
static bool is_in_system32(struct settings *s, const char *path, const char *file)
{
	static const char *const ways[] = {"%SystemRoot%", "%windir%", "\\SystemRoot",
	                                   "C:\\Windows"};
	size_t n;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (text_same(path, arena_printf(s->arena, "%s\\System32\\%s", ways[i], file)))
			return true;
	n = strlen(path);
	return n > 2 && path[1] == ':' &&
	       text_ends_in(path, arena_printf(s->arena, ":\\Windows\\System32\\%s", file));
}

static void look_at_library(struct settings *s, const struct service *service)
{
	const char *where;
	const char *library = ask_text(
	    s, HIVE_SYSTEM, arena_printf(s->arena, SERVICES "%s\\Parameters", service->name),
	    "ServiceDll", &where);

	if (library && service->library && !is_in_system32(s, library, service->library))
		tell_text(s, F_HOST_SERVICE_CHANGED, service->name,
		          arena_printf(s->arena, "%s: %s", where, library));
}

static void look_at_services(struct settings *s)
{
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		const char *where;

		if (services[i].since > 7 && settings_generation(s) == 7)
			continue;
		if (is_disabled(s, services[i].name, &where))
			tell_text(s, F_HOST_SUPPORT_SERVICE, services[i].name, where);
		look_at_account(s, services[i].name, services[i].account);
		look_at_library(s, &services[i]);
	}
}

static void look_at_drivers(struct settings *s)
{
	for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
		const char *where;

		if (drivers[i].is_of_seven_only && settings_generation(s) > 7)
			continue;
		if (is_disabled(s, drivers[i].name, &where))
			tell_text(s, F_HOST_SUPPORT_SERVICE, drivers[i].name, where);
	}
}

/* --- the service itself --- */

static void look_at_termservice_library(struct settings *s)
{
	const char *where, *image_where;
	const char *library = ask_text(s, HIVE_SYSTEM, SERVICES "TermService\\Parameters",
	                               "ServiceDll", &where);
	const char *image = ask_text(s, HIVE_SYSTEM, SERVICES "TermService", "ImagePath",
	                             &image_where);
	bool is_host = !image || text_words_found("svchost", image);

	if (library && !is_in_system32(s, library, "termsrv.dll"))
		tell_text(s, F_HOST_TERMSRV_PATCHED, library, where);
	else if (!is_host)
		tell_text(s, F_HOST_TERMSRV_PATCHED, image, image_where);
	else if (library)
		tell_absent(s, F_HOST_TERMSRV_PATCHED, where);
}

static void look_at_termservice(struct settings *s)
{
	const char *where = where_of(s, HIVE_SYSTEM, SERVICES "TermService", "");

	if (ask_key(s, HIVE_SYSTEM, SERVICES "TermService") == REG_ABSENT &&
	    ask_key(s, HIVE_SYSTEM, "CurrentControlSet\\Services") == REG_FOUND) {
		tell_text(s, F_HOST_SERVICE_CHANGED, "TermService",
		          arena_printf(s->arena, "%s: no such key", where));
		return;
	}
	if (is_disabled(s, "TermService", &where))
		tell_text(s, F_HOST_TERMSERVICE, "disabled", where);
	look_at_account(s, "TermService", "NetworkService");
	look_at_termservice_library(s);
}

/* --- other products --- */

static void look_for_tools(struct settings *s)
{
	size_t n = 0;

	if (ask_key(s, HIVE_SYSTEM, "CurrentControlSet\\Services") != REG_FOUND)
		return;
	for (size_t i = 0; remote_tool_service(i); i++) {
		const char *service = remote_tool_service(i), *where;
		uint32_t start;

		if (!ask_number(s, HIVE_SYSTEM, service_key(s, service), "Start", &start, &where) ||
		    start == DISABLED)
			continue;
		n++;
		tell_text(s, F_HOST_REMOTE_TOOL, remote_tool_of(service), where);
	}
	if (!n)
		tell_absent(s, F_HOST_REMOTE_TOOL,
		            where_of(s, HIVE_SYSTEM, "CurrentControlSet\\Services", ""));
}

void settings_services(struct settings *s)
{
	look_at_termservice(s);
	look_at_services(s);
	look_at_drivers(s);
	look_for_tools(s);
}
