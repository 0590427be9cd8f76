/*
 * settings_client - what a client's computer is told: policies, saved hosts, transports.
 */
#include <string.h>

#include "base/text.h"
#include "read/settings_inside.h"

#define KEY_DELEGATION "Policies\\Microsoft\\Windows\\CredentialsDelegation"
#define KEY_SAVED      "Software\\Microsoft\\Terminal Server Client"

/* A policy of the computer, or of the user: the same key below Software. */
static bool ask_policy(struct settings *s, const char *key, const char *name, uint32_t *number,
                       const char **where)
{
	return ask_number(s, HIVE_SOFTWARE, key, name, number, where) ||
	       ask_number(s, HIVE_USER, arena_printf(s->arena, "Software\\%s", key), name, number,
	                  where);
}

static void look_at_policies(struct settings *s)
{
	static const struct {
		const char *name;
		uint32_t restricts;
	} rows[] = {{"AllowUnsignedFiles", 0},
	            {"AllowSignedFiles", 0},
	            {"PromptForCredsOnClient", 1},
	            {"DisablePasswordSaving", 1}};
	uint32_t number;
	const char *where;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (ask_policy(s, KEY_POLICY, rows[i].name, &number, &where) &&
		    number == rows[i].restricts)
			tell_text(s, F_CLIENT_POLICY,
			          arena_printf(s->arena, "%s %u", rows[i].name, (unsigned)number),
			          where);
	if (ask_policy(s, KEY_POLICY, "AuthenticationLevel", &number, &where))
		tell_number(s, F_CLIENT_AUTHENTICATION_LEVEL, number, where);
	if (ask_policy(s, KEY_POLICY "\\Client", "fClientDisableUDP", &number, &where) && number)
		tell_fact(s, F_CLIENT_UDP_OFF, where);
}

static bool is_listed(struct settings *s, const char *name)
{
	bool is_there = false;
	const char *texts[4];

	/* the values of a list are called 1, 2, 3 ...; the first one is enough */
	struct asked a = ask(s, HIVE_SOFTWARE, arena_printf(s->arena, KEY_DELEGATION "\\%s", name),
	                     "1");

	if (a.answer == REG_FOUND)
		is_there = texts_of(s, &a.value, texts, 4) > 0;
	return is_there;
}

enum { RESTRICTED_ADMIN = 1, REMOTE_GUARD = 2 };

static void look_at_delegation(struct settings *s)
{
	static const char *const denials[] = {"DenySavedCredentials", "DenyFreshCredentials",
	                                      "DenyDefaultCredentials"};
	uint32_t number, kind = 0;
	const char *where;

	for (size_t i = 0; i < sizeof denials / sizeof *denials; i++)
		if (ask_number(s, HIVE_SOFTWARE, KEY_DELEGATION, denials[i], &number, &where) &&
		    number && is_listed(s, denials[i]))
			tell_text(s, F_CLIENT_DELEGATION_DENIED, denials[i], where);
	if (!ask_number(s, HIVE_SOFTWARE, KEY_DELEGATION, "RestrictedRemoteAdministration", &number,
	                &where) ||
	    !number)
		return;
	ask_number(s, HIVE_SOFTWARE, KEY_DELEGATION, "RestrictedRemoteAdministrationType", &kind,
	           &where);
	if (kind == RESTRICTED_ADMIN)
		tell_fact(s, F_CLIENT_RESTRICTED_ADMIN, where);
	else if (kind == REMOTE_GUARD)
		tell_fact(s, F_CLIENT_REMOTE_GUARD, where);
}

static bool look_at_host(void *context, const char *name)
{
	struct settings *s = context;
	const char *key = arena_printf(s->arena, KEY_SAVED "\\Servers\\%s", name);
	const char *user = ask_text(s, HIVE_USER, key, "UsernameHint", NULL);
	struct asked hash = ask(s, HIVE_USER, key, "CertHash");

	tell_text(s, F_CLIENT_KNOWN_HOST,
	          arena_printf(s->arena, "%s%s%s%s", name, user ? ", as " : "", user ? user : "",
	                       hash.answer == REG_FOUND ? ", certificate remembered" : ""),
	          where_of(s, HIVE_USER, key, ""));
	return true;
}

static void look_at_user(struct settings *s)
{
	uint32_t number;
	const char *where;

	each_subkey(s, HIVE_USER, KEY_SAVED "\\Servers", look_at_host, s);
	if (ask_number(s, HIVE_USER, KEY_SAVED, "RDGClientTransport", &number, &where) && number)
		tell_text(s, F_CLIENT_SETTING,
		          arena_printf(s->arena, "RDGClientTransport %u", (unsigned)number), where);
}

/* The identity under which a client keeps its licences is 20 bytes long. */
static void look_at_licences(struct settings *s)
{
	struct asked a = ask(s, HIVE_SOFTWARE, "Microsoft\\MSLicensing\\HardwareID", "ClientHWID");

	if (a.answer == REG_FOUND && a.value.n != 20)
		tell_fact(s, F_CLIENT_LICENSE_STORE_DAMAGED, a.where);
}

void settings_client(struct settings *s)
{
	look_at_policies(s);
	look_at_delegation(s);
	look_at_user(s);
	look_at_licences(s);
}
