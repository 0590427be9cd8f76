/*
 * settings_state - what Windows the host runs, and the state in which it was left: set-up,
 * updates, profiles, names and addresses.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/lists.h"
#include "read/settings_inside.h"

#define KEY_NT    "Microsoft\\Windows NT\\CurrentVersion"
#define KEY_TCPIP "CurrentControlSet\\Services\\Tcpip\\Parameters"

/* --- identity --- */

static void look_at_build(struct settings *s)
{
	const char *where,
	    *build = ask_text(s, HIVE_SOFTWARE, KEY_NT, "CurrentBuildNumber", &where);
	const char *edition = ask_text(s, HIVE_SOFTWARE, KEY_NT, "EditionID", NULL);
	uint32_t ubr;

	if (!build || !*build)
		return;
	s->host.build = atoi(build);
	if (ask_number(s, HIVE_SOFTWARE, KEY_NT, "UBR", &ubr, NULL) && ubr < 100000)
		s->ubr = (int)ubr;
	tell_text(
	    s, F_HOST_BUILD,
	    s->ubr < 0
	        ? arena_printf(s->arena, "%d %s", s->host.build, edition ? edition : "")
	        : arena_printf(s->arena, "%d.%d %s", s->host.build, s->ubr, edition ? edition : ""),
	    where);
}

/* Home and its variants are called Core; they have no Remote Desktop host. */
static void look_at_edition(struct settings *s)
{
	const char *where, *edition = ask_text(s, HIVE_SOFTWARE, KEY_NT, "EditionID", &where);
	static const char *const homes[] = {
	    "Core",      "CoreN",      "CoreSingleLanguage", "CoreCountrySpecific",
	    "HomeBasic", "HomeBasicN", "HomePremium",        "HomePremiumN",
	    "Starter"};

	if (!edition || !*edition)
		return;
	for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
		if (text_same(edition, homes[i])) {
			tell_text(s, F_HOST_EDITION_CANNOT_HOST, edition, where);
			return;
		}
	tell_absent(s, F_HOST_EDITION_CANNOT_HOST, where);
}

static bool one_is_enough(void *context, const char *name)
{
	(void)name;
	*(bool *)context = true;
	return false;
}

#define KEY_JOIN "CurrentControlSet\\Control\\CloudDomainJoin\\JoinInfo"

static void look_at_names(struct settings *s)
{
	const char *where;
	const char *name = ask_text(s, HIVE_SYSTEM,
	                            "CurrentControlSet\\Control\\ComputerName\\ComputerName",
	                            "ComputerName", &where);
	const char *domain = ask_text(s, HIVE_SYSTEM, KEY_TCPIP, "Domain", NULL);
	const char *product = ask_text(s, HIVE_SYSTEM, "CurrentControlSet\\Control\\ProductOptions",
	                               "ProductType", NULL);
	const char *join = where_of(s, HIVE_SYSTEM, KEY_JOIN, "");
	bool is_joined = false;

	s->is_client_windows = product && text_same(product, "WinNT");
	s->is_domain_member = domain && *domain;
	if (name && *name) {
		s->host.computer = s->is_domain_member
		                       ? arena_printf(s->arena, "%s.%s", name, domain)
		                       : name;
		tell_text(s, F_HOST_COMPUTER, s->host.computer, where);
	}
	each_subkey(s, HIVE_SYSTEM, KEY_JOIN, one_is_enough, &is_joined);
	if (is_joined)
		tell_fact(s, F_HOST_ENTRA_JOINED, join);
	else if (ask_key(s, HIVE_SYSTEM, "CurrentControlSet\\Control\\Lsa") == REG_FOUND)
		tell_absent(s, F_HOST_ENTRA_JOINED, join);
}

/* --- updates --- */

static void look_at_credssp(struct settings *s)
{
	const char *where = where_of(s, HIVE_SOFTWARE, KEY_NT, "UBR");
	enum credssp_update update = credssp_update_of(s->host.build, s->ubr);

	if (update == CREDSSP_LACKING)
		tell_fact(s, F_HOST_UNPATCHED_CREDSSP, where);
	else if (update == CREDSSP_UPDATED)
		tell_absent(s, F_HOST_UNPATCHED_CREDSSP, where);
}

static void tell_regression(struct settings *s, const struct regression *r, const char *where)
{
	tell_text(s, r->is_of_client ? F_CLIENT_KNOWN_BUG : F_HOST_UPDATE_REGRESSION,
	          arena_printf(s->arena, "%s, %s", r->kb, r->says), where);
}

static void look_at_builds(struct settings *s)
{
	const struct regression *r;

	for (size_t i = 0; (r = regression_at(i)); i++)
		if (regression_is_in(r, s->host.build, s->ubr))
			tell_regression(s, r, where_of(s, HIVE_SOFTWARE, KEY_NT, "UBR"));
}

#define KEY_CBS "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing"

enum { PACKAGE_INSTALLED = 0x70 };

/* "Package_for_KB5051987~31bf3856ad364e35~amd64~~10.0.1.0"; rollups carry the number inside. */
static bool look_at_package(void *context, const char *name)
{
	struct settings *s = context;
	const struct regression *r;
	uint32_t state;

	for (size_t i = 0; (r = regression_at(i)); i++) {
		const char *where;

		if (!strstr(name, r->kb) || regression_is_in(r, s->host.build, s->ubr))
			continue;
		if (ask_number(s, HIVE_SOFTWARE,
		               arena_printf(s->arena, KEY_CBS "\\Packages\\%s", name),
		               "CurrentState", &state, &where) &&
		    state == PACKAGE_INSTALLED)
			tell_regression(s, r, where);
	}
	return true;
}

static void look_at_updates(struct settings *s)
{
	static const char *const pending[] = {
	    KEY_CBS "\\RebootPending",
	    "Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired"};
	bool is_pending = false, is_known = false;

	for (size_t i = 0; i < sizeof pending / sizeof *pending; i++) {
		enum reg_answer answer = ask_key(s, HIVE_SOFTWARE, pending[i]);

		is_known |= answer == REG_ABSENT;
		if (answer != REG_FOUND)
			continue;
		is_pending = true;
		tell_fact(s, F_HOST_PENDING_REBOOT, where_of(s, HIVE_SOFTWARE, pending[i], ""));
		break;
	}
	if (is_known && !is_pending)
		tell_absent(s, F_HOST_PENDING_REBOOT, where_of(s, HIVE_SOFTWARE, KEY_CBS, ""));
	look_at_credssp(s);
	look_at_builds(s);
	each_subkey(s, HIVE_SOFTWARE, KEY_CBS "\\Packages", look_at_package, s);
}

/* --- set-up --- */

static void look_at_setup(struct settings *s)
{
	static const char *const names[] = {"SystemSetupInProgress", "OOBEInProgress", "SetupType",
	                                    "SetupPhase"};
	bool is_known = false;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *where;
		uint32_t number;

		if (!ask_number(s, HIVE_SYSTEM, "Setup", names[i], &number, &where))
			continue;
		is_known = true;
		if (number) {
			tell_fact(s, F_HOST_SETUP_RUNNING, where);
			return;
		}
	}
	if (is_known)
		tell_absent(s, F_HOST_SETUP_RUNNING, where_of(s, HIVE_SYSTEM, "Setup", ""));
}

/* --- profiles --- */

#define KEY_PROFILES KEY_NT "\\ProfileList"

static bool look_at_profile(void *context, const char *name)
{
	struct settings *s = context;
	const char *key = arena_printf(s->arena, KEY_PROFILES "\\%s", name), *path;

	if (text_ends_in(name, ".bak")) {
		tell_text(s, F_HOST_PROFILE_DAMAGED, name, where_of(s, HIVE_SOFTWARE, key, ""));
		return true;
	}
	path = ask_text(s, HIVE_SOFTWARE, key, "ProfileImagePath", NULL);
	if (!path || strncmp(name, "S-1-5-21-", 9) != 0 ||
	    s->host.n_profiles == SETTINGS_PROFILES_MAX)
		return true;
	s->host.profiles[s->host.n_profiles].sid = arena_copy(s->arena, name, strlen(name));
	s->host.profiles[s->host.n_profiles++].path = path;
	return true;
}

/* Services look for their keys below the folder that this names. */
static void look_at_program_data(struct settings *s)
{
	const char *where;
	const char *path = ask_text(s, HIVE_SOFTWARE, KEY_PROFILES, "ProgramData", &where);

	if (path && *path && !text_same(path, "%SystemDrive%\\ProgramData") &&
	    !text_same(path, "C:\\ProgramData"))
		tell_text(s, F_HOST_SETTING, arena_printf(s->arena, "ProgramData %s", path), where);
}

static void look_at_shell(struct settings *s)
{
	const char *where;
	const char *shell = ask_text(s, HIVE_SOFTWARE, KEY_NT "\\Winlogon", "Shell", &where);
	const char *init;

	if (shell && *shell && !text_same(shell, "explorer.exe"))
		tell_text(s, F_HOST_SHELL_CHANGED, shell, where);
	init = ask_text(s, HIVE_SOFTWARE, KEY_NT "\\Winlogon", "Userinit", &where);
	if (init && *init && !text_words_found("userinit", init))
		tell_text(s, F_HOST_SHELL_CHANGED, init, where);
}

/* --- network --- */

static bool look_at_resolver(struct settings *s, const char *key)
{
	static const char *const names[] = {"NameServer", "DhcpNameServer"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *where, *list = ask_text(s, HIVE_SYSTEM, key, names[i], &where);
		size_t n;
		const char *resolver = list && *list ? public_resolver_in(list, &n) : NULL;

		if (resolver)
			tell_text(s, F_HOST_DNS_PUBLIC, arena_copy(s->arena, resolver, n), where);
		if (list && *list) /* what was set by hand wins over DHCP */
			return resolver != NULL;
	}
	return false;
}

struct resolvers {
	struct settings *s;
	bool is_told;
};

static bool look_at_interface(void *context, const char *name)
{
	struct resolvers *r = context;

	r->is_told = r->is_told ||
	             look_at_resolver(
	                 r->s, arena_printf(r->s->arena, KEY_TCPIP "\\Interfaces\\%s", name));
	return !r->is_told;
}

static void look_at_network(struct settings *s)
{
	struct resolvers r = {.s = s};
	uint32_t number;
	const char *where;

	if (ask_number(s, HIVE_SYSTEM, KEY_TCPIP, "EnablePMTUDiscovery", &number, &where) &&
	    !number)
		tell_fact(s, F_HOST_PMTU_OFF, where);
	if (s->is_domain_member)
		each_subkey(s, HIVE_SYSTEM, KEY_TCPIP "\\Interfaces", look_at_interface, &r);
}

struct proxies {
	struct settings *s;
	const char *where;
};

/* The name is "listen address/port", the value "address/port". */
static bool look_at_proxy(void *context, const struct reg_value *value)
{
	struct proxies *p = context;
	int port = p->s->host.port ? p->s->host.port : 3389;
	const char *ending = arena_printf(p->s->arena, "/%d", port);
	const char *to = text_of(p->s, value);

	if (to && (text_ends_in(value->name, ending) || text_ends_in(to, ending)))
		tell_text(p->s, F_HOST_PORTPROXY,
		          arena_printf(p->s->arena, "%s to %s", value->name, to), p->where);
	return true;
}

static void look_at_proxies(struct settings *s)
{
	static const char *const kinds[] = {"v4tov4", "v4tov6", "v6tov4", "v6tov6"};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const char *key = arena_printf(
		    s->arena, "CurrentControlSet\\Services\\PortProxy\\%s\\tcp", kinds[i]);
		struct proxies p = {.s = s, .where = where_of(s, HIVE_SYSTEM, key, "")};

		each_value(s, HIVE_SYSTEM, key, look_at_proxy, &p);
	}
}

void settings_identity(struct settings *s)
{
	look_at_build(s);
	look_at_edition(s);
	look_at_names(s);
}

void settings_state(struct settings *s)
{
	look_at_updates(s);
	look_at_setup(s);
	each_subkey(s, HIVE_SOFTWARE, KEY_PROFILES, look_at_profile, s);
	look_at_program_data(s);
	look_at_shell(s);
	look_at_network(s);
	look_at_proxies(s);
}
