/*
 * settings_tls - protocol versions, suites and algorithms that Schannel is told to use.
 *
 * Spec    Microsoft: TLS registry settings; a version without a key is as Windows ships it
 */
#include <string.h>

#include "base/text.h"
#include "read/lists.h"
#include "read/settings_inside.h"

#define SCHANNEL "CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL"

#define TLS_13_SINCE 20348

/* A build from which a version is there at all; the newest is of Windows 11 and Server 2022. */
static const struct {
	const char *name;
	int since_build;
} versions[] = {{"TLS 1.0", 0}, {"TLS 1.1", 0}, {"TLS 1.2", 0}, {"TLS 1.3", TLS_13_SINCE}};

#define N_VERSIONS (sizeof versions / sizeof *versions)

static bool is_off(struct settings *s, const char *version, const char *role, const char **where)
{
	const char *key = arena_printf(s->arena, SCHANNEL "\\Protocols\\%s\\%s", version, role);
	uint32_t enabled = 1, off_by_default = 0;
	bool has_enabled = ask_number(s, HIVE_SYSTEM, key, "Enabled", &enabled, where);
	bool has_default = ask_number(s, HIVE_SYSTEM, key, "DisabledByDefault", &off_by_default,
	                              has_enabled ? NULL : where);

	return has_enabled ? !enabled : has_default && off_by_default;
}

static void look_at_versions(struct settings *s)
{
	struct buf off = {0};
	size_t n_off = 0, n_there = 0;
	bool is_12_off = false, is_13_off = s->host.build < TLS_13_SINCE;
	const char *where, *last = NULL;

	for (size_t i = 0; i < N_VERSIONS; i++) {
		bool is_version_off = is_off(s, versions[i].name, "Server", &where);

		/* a build that is not known is taken to have no more than is switched off */
		n_there += versions[i].since_build <= s->host.build || is_version_off;
		if (!is_version_off)
			continue;
		n_off++;
		last = where;
		is_12_off |= strcmp(versions[i].name, "TLS 1.2") == 0;
		is_13_off |= strcmp(versions[i].name, "TLS 1.3") == 0;
		buf_printf(&off, "%s%s", off.n ? ", " : "", versions[i].name);
	}
	if (n_off)
		tell_text(s, F_HOST_TLS_OFF, off.bytes, last);
	if (is_12_off && is_13_off)
		tell_fact(s, F_HOST_TLS_MODERN_OFF, last);
	if (n_off && n_off == n_there)
		tell_fact(s, F_HOST_TLS_ALL_OFF, last);
	else if (ask_key(s, HIVE_SYSTEM, SCHANNEL) == REG_FOUND)
		tell_absent(s, F_HOST_TLS_ALL_OFF,
		            where_of(s, HIVE_SYSTEM, SCHANNEL "\\Protocols", ""));
	buf_fini(&off);
}

/* A client that lacks the older versions misses nothing. */
static void look_at_client_versions(struct settings *s)
{
	const char *where;

	for (size_t i = 0; i < N_VERSIONS; i++) {
		if (!is_off(s, versions[i].name, "Client", &where))
			continue;
		tell_text(s, F_CLIENT_SETTING,
		          arena_printf(s->arena, "%s is switched off", versions[i].name), where);
		if (strcmp(versions[i].name, "TLS 1.2") == 0)
			tell_fact(s, F_CLIENT_TLS_MODERN_OFF, where);
	}
}

struct ciphers {
	struct settings *s;
	const char *group;
};

static bool look_at_algorithm(void *context, const char *name)
{
	/* These are off, or gone, on every current Windows: nobody misses them. */
	static const char *const obsolete[] = {"NULL", "DES", "RC2", "RC4", "Triple DES", "MD5"};
	struct ciphers *c = context;
	const char *key = arena_printf(c->s->arena, SCHANNEL "\\%s\\%s", c->group, name), *where;
	uint32_t enabled;

	for (size_t i = 0; i < sizeof obsolete / sizeof *obsolete; i++)
		if (strncmp(name, obsolete[i], strlen(obsolete[i])) == 0)
			return true;
	if (ask_number(c->s, HIVE_SYSTEM, key, "Enabled", &enabled, &where) && !enabled)
		tell_text(c->s, F_HOST_CIPHER_POLICY,
		          arena_printf(c->s->arena, "%s is switched off", name), where);
	return true;
}

static void look_at_algorithms(struct settings *s)
{
	static const char *const groups[] = {"Ciphers", "Hashes", "KeyExchangeAlgorithms"};

	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		struct ciphers c = {.s = s, .group = groups[i]};

		each_subkey(s, HIVE_SYSTEM, arena_printf(s->arena, SCHANNEL "\\%s", groups[i]),
		            look_at_algorithm, &c);
	}
}

#define SUITES_MAX 128
#define LISTS      "CurrentControlSet\\Control\\Cryptography\\Configuration\\Local\\"

/* A policy's list is one text with commas. */
static bool has_usable(const char *list)
{
	for (; *list; list += strspn(list, ", ")) {
		if (suite_serves_rsa(list))
			return true;
		list += strcspn(list, ", ");
	}
	return false;
}

static void look_at_policy_list(struct settings *s, const char *suites, const char *where)
{
	tell_text(s, F_HOST_CIPHER_POLICY, arena_printf(s->arena, "policy: %.160s", suites), where);
	if (!has_usable(suites))
		tell_fact(s, F_HOST_NO_USABLE_SUITE, where);
}

/* Windows writes the list of its own too, and updates leave it short of the newest suites. */
static void look_at_local_list(struct settings *s)
{
	struct asked a = ask(s, HIVE_SYSTEM, LISTS "SSL\\00010002", "Functions");
	const char *suites[SUITES_MAX];
	size_t n, n_usable = 0;

	if (a.answer != REG_FOUND)
		return;
	n = texts_of(s, &a.value, suites, SUITES_MAX);
	for (size_t i = 0; i < n; i++)
		n_usable += suite_serves_rsa(suites[i]);
	if (!n || n_usable)
		return;
	tell_text(s, F_HOST_CIPHER_POLICY, arena_printf(s->arena, "local list: %.160s", suites[0]),
	          a.where);
	tell_fact(s, F_HOST_NO_USABLE_SUITE, a.where);
}

static void look_at_suites(struct settings *s)
{
	const char *where;
	const char *suites = ask_text(
	    s, HIVE_SOFTWARE, "Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002",
	    "Functions", &where);

	if (suites && *suites)
		look_at_policy_list(s, suites, where);
	else
		look_at_local_list(s);
}

void settings_tls(struct settings *s)
{
	look_at_versions(s);
	look_at_client_versions(s);
	look_at_algorithms(s);
	look_at_suites(s);
}
