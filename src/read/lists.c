#include "read/lists.h"

#include <string.h>

#include "base/text.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- other products of the kind --- */

static const struct {
	const char *service, *product;
} tools[] = {
    {"RustDesk", "RustDesk"},
    {"TeamViewer", "TeamViewer"},
    {"AnyDesk", "AnyDesk"},
    {"tvnserver", "TightVNC"},
    {"uvnc_service", "UltraVNC"},
    {"vncserver", "RealVNC"},
    {"WinVNC4", "RealVNC"},
    {"BrokerAgent", "Citrix Virtual Delivery Agent"},
    {"PorticaService", "Citrix Virtual Delivery Agent"},
    {"WSNM", "VMware Horizon Agent"},
    {"SplashtopRemoteService", "Splashtop"},
    {"LogMeIn", "LogMeIn"},
    {"chromoting", "Chrome Remote Desktop"},
    {"nxservice", "NoMachine"},
    {"DWAgent", "DWService"},
    {"SAService", "SimpleHelp"},
    {"Parsec", "Parsec"},
};

const char *remote_tool_of(const char *service)
{
	for (size_t i = 0; i < COUNT(tools); i++)
		if (text_same(service, tools[i].service))
			return tools[i].product;
	return NULL;
}

const char *remote_tool_service(size_t i)
{
	return i < COUNT(tools) ? tools[i].service : NULL;
}

/* --- name servers --- */

static const char *const public_resolvers[] = {
    "8.8.8.8",         "8.8.4.4",        "1.1.1.1",        "1.0.0.1", "9.9.9.9",
    "149.112.112.112", "208.67.222.222", "208.67.220.220", "4.2.2.2"};

static bool is_listed(const char *address, size_t n)
{
	for (size_t i = 0; i < COUNT(public_resolvers); i++)
		if (strlen(public_resolvers[i]) == n &&
		    memcmp(address, public_resolvers[i], n) == 0)
			return true;
	return false;
}

bool is_public_resolver(const char *address)
{
	return is_listed(address, strlen(address));
}

const char *public_resolver_in(const char *list, size_t *n)
{
	for (list += strspn(list, " ,"); *list; list += strspn(list, " ,")) {
		*n = strcspn(list, " ,");
		if (is_listed(list, *n))
			return list;
		list += *n;
	}
	return NULL;
}

/* --- suites --- */

/* One of these is needed by a host whose key is RSA, as the self-made one is. */
bool suite_serves_rsa(const char *suite)
{
	static const char *const heads[] = {"TLS_AES_", "TLS_ECDHE_RSA_WITH_AES_",
	                                    "TLS_DHE_RSA_WITH_AES_", "TLS_RSA_WITH_AES_"};

	for (size_t i = 0; i < COUNT(heads); i++)
		if (strncmp(suite, heads[i], strlen(heads[i])) == 0)
			return true;
	return false;
}

/* --- updates --- */

/* Most: secondary sources. */
static const struct regression regressions[] = {
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

const struct regression *regression_at(size_t i)
{
	return i < COUNT(regressions) ? &regressions[i] : NULL;
}

bool regression_is_in(const struct regression *r, int build, int ubr)
{
	return r->build && build == r->build && ubr >= r->ubr_from && ubr < r->ubr_before;
}

/* The update of May 2018 in each line of builds; later ones have it. */
static const struct {
	int build, ubr;
} credssp_patched[] = {{9600, 18999}, {10240, 17861}, {10586, 1540}, {14393, 2248},
                       {15063, 1088}, {16299, 431},   {17134, 48}};

enum credssp_update credssp_update_of(int build, int ubr)
{
	for (size_t i = 0; ubr >= 0 && i < COUNT(credssp_patched); i++)
		if (credssp_patched[i].build == build)
			return ubr < credssp_patched[i].ubr ? CREDSSP_LACKING : CREDSSP_UPDATED;
	return build > 17134 ? CREDSSP_UPDATED : CREDSSP_NOT_KNOWN;
}

/* --- accounts --- */

bool is_broad_sid(const char *sid, bool is_domain_member)
{
	static const char *const broad[] = {"S-1-1-0", "S-1-5-11", "S-1-5-32-544", "S-1-5-32-545",
	                                    "S-1-5-32-555"};
	static const char *const local[] = {"S-1-5-113", "S-1-5-114"};

	for (size_t i = 0; i < COUNT(broad); i++)
		if (strcmp(sid, broad[i]) == 0)
			return true;
	for (size_t i = 0; i < COUNT(local); i++)
		if (strcmp(sid, local[i]) == 0) /* all accounts of a host without a domain */
			return !is_domain_member;
	return false;
}

bool is_service_account(const char *given, const char *usual)
{
	const char *last = strrchr(given, '\\'), *name = last ? last + 1 : given;

	if (text_same(name, "System"))
		name = "LocalSystem";
	if (text_same(name, "Network Service"))
		name = "NetworkService";
	return text_same(name, usual);
}
