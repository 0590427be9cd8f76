/*
 * settings_state - what Windows the host runs, and the state in which it was left: set-up,
 * updates, profiles, names and addresses.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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

/* The update of May 2018 in each line of builds; later ones have it. */
static const struct {
	int build, ubr;
} credssp_patched[] = {{9600, 18999}, {10240, 17861}, {10586, 1540}, {14393, 2248},
                       {15063, 1088}, {16299, 431},   {17134, 48}};

static void look_at_credssp(struct settings *s)
{
	const char *where = where_of(s, HIVE_SOFTWARE, KEY_NT, "UBR");

	for (size_t i = 0; s->ubr >= 0 && i < sizeof credssp_patched / sizeof *credssp_patched; i++)
		if (credssp_patched[i].build == s->host.build) {
			if (s->ubr < credssp_patched[i].ubr)
				tell_fact(s, F_HOST_UNPATCHED_CREDSSP, where);
			else
				tell_absent(s, F_HOST_UNPATCHED_CREDSSP, where);
		}
	if (s->host.build > 17134)
		tell_absent(s, F_HOST_UNPATCHED_CREDSSP, where);
}

/*
 * Updates that break Remote Desktop, by the builds that have them and not yet what mends them.
 * Those without a build are found by their package only. Most: secondary sources.
 */
static const struct regression {
	const char *kb;
	int build, ubr_from, ubr_before;
	bool is_of_client; /* breaks it on the client's side */
	const char *says;
} regressions[] = {
    {"KB5009624", 0, 0, 0, false,
     "January 2022: slow or no Remote Desktop on servers, mended by KB5010215"},
    {"KB5009546", 14393, 4886, 4889, false,
     "January 2022: slow or no Remote Desktop on servers, mended by KB5010195"},
    {"KB5009557", 17763, 2452, 2458, false,
     "January 2022: slow or no Remote Desktop on servers, mended by KB5010196"},
    {"KB5009555", 20348, 469, 473, false,
     "January 2022: slow or no Remote Desktop on servers, mended by KB5010197"},
    {"KB5041578", 17763, 6189, 6293, false,
     "August 2024: sessions of all users drop together, mended by the next update"},
    {"KB5051987", 26100, 3194, 3775, false, "February 2025: sessions freeze, mended by KB5055523"},
    {"KB5053598", 26100, 3037, 3624, true,
     "January to March 2025: sessions at older hosts end after about 65 s, mended by KB5053656"},
    {"KB5074109", 0, 0, 0, true, "January 2026: the credential prompt fails, mended by KB5077744"},
    {"KB5073724", 0, 0, 0, true, "January 2026: the credential prompt fails, mended by KB5077796"},
    {"KB5073379", 0, 0, 0, false, "January 2026: the credential prompt fails, mended by KB5077793"},
};

#define N_REGRESSIONS (sizeof regressions / sizeof *regressions)

static void tell_regression(struct settings *s, const struct regression *r, const char *where)
{
	tell_text(s, r->is_of_client ? F_CLIENT_KNOWN_BUG : F_HOST_UPDATE_REGRESSION,
	          arena_printf(s->arena, "%s, %s", r->kb, r->says), where);
}

static bool is_build_of(const struct settings *s, const struct regression *r)
{
	return r->build && s->host.build == r->build && s->ubr >= r->ubr_from &&
	       s->ubr < r->ubr_before;
}

static void look_at_builds(struct settings *s)
{
	for (size_t i = 0; i < N_REGRESSIONS; i++)
		if (is_build_of(s, &regressions[i]))
			tell_regression(s, &regressions[i],
			                where_of(s, HIVE_SOFTWARE, KEY_NT, "UBR"));
}

#define KEY_CBS "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing"

enum { PACKAGE_INSTALLED = 0x70 };

/* "Package_for_KB5051987~31bf3856ad364e35~amd64~~10.0.1.0"; rollups carry the number inside. */
static bool look_at_package(void *context, const char *name)
{
	struct settings *s = context;
	uint32_t state;

	for (size_t i = 0; i < N_REGRESSIONS; i++) {
		const char *where;

		if (!strstr(name, regressions[i].kb) || is_build_of(s, &regressions[i]))
			continue;
		if (ask_number(s, HIVE_SOFTWARE,
		               arena_printf(s->arena, KEY_CBS "\\Packages\\%s", name),
		               "CurrentState", &state, &where) &&
		    state == PACKAGE_INSTALLED)
			tell_regression(s, &regressions[i], where);
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

/* Resolvers that know no domain of a company. */
static const char *const public_resolvers[] = {
    "8.8.8.8",         "8.8.4.4",        "1.1.1.1",        "1.0.0.1", "9.9.9.9",
    "149.112.112.112", "208.67.222.222", "208.67.220.220", "4.2.2.2"};

static const char *public_resolver_in(struct settings *s, const char *list)
{
	for (list += strspn(list, " ,"); *list; list += strspn(list, " ,")) {
		size_t n = strcspn(list, " ,");

		for (size_t i = 0; i < sizeof public_resolvers / sizeof *public_resolvers; i++)
			if (strlen(public_resolvers[i]) == n &&
			    memcmp(list, public_resolvers[i], n) == 0)
				return arena_copy(s->arena, list, n);
		list += n;
	}
	return NULL;
}

static bool look_at_resolver(struct settings *s, const char *key)
{
	static const char *const names[] = {"NameServer", "DhcpNameServer"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *where, *list = ask_text(s, HIVE_SYSTEM, key, names[i], &where);
		const char *resolver = list && *list ? public_resolver_in(s, list) : NULL;

		if (resolver)
			tell_text(s, F_HOST_DNS_PUBLIC, resolver, where);
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
