/*
 * settings_firewall - whether the host's own firewall lets the RDP port in, and on which kinds
 * of network.
 *
 * A rule is one text: "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|...|". Rules
 * of the policy and of the host are one set; a rule that blocks wins over one that allows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/settings_inside.h"

#define FIREWALL        "CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy"
#define FIREWALL_POLICY "Policies\\Microsoft\\WindowsFirewall"
#define USUAL_PORT      3389
#define TCP             6

enum { DOMAIN, PRIVATE, PUBLIC, N_PROFILES };
enum { ALL_PROFILES = 1 << N_PROFILES };

static const char *const profile_names[N_PROFILES] = {"Domain", "Private", "Public"};

struct rule {
	bool is_active, is_allow, is_in;
	bool is_for_others; /* another program, service, port or protocol */
	bool names_port;
	bool has_port;
	bool is_of_system;  /* the kernel, which held the port until Windows 7 */
	unsigned profiles;  /* bits; 0: none was named, which means all */
	const char *remote; /* addresses to which it is limited; NULL: any */
};

struct verdict {
	struct settings *s;
	int port;
	bool is_policy;                 /* the rules being read are the policy's */
	bool ignores_local[N_PROFILES]; /* the policy does not merge the host's rules */
	unsigned allowed, blocked;      /* bits by profile */
	const char *remote;             /* of a rule that allows some addresses only */
	unsigned limited;
	const char *blocking; /* name of a rule that blocks */
	const char *inactive; /* name of the rule that would allow, but is off */
	size_t n_rules;
};

/* --- one rule --- */

static bool is_in_range(const char *text, int port)
{
	char *end;
	unsigned long from = strtoul(text, &end, 10), to = from;

	if (end == text)
		return false;
	if (*end == '-')
		to = strtoul(end + 1, NULL, 10);
	return (unsigned long)port >= from && (unsigned long)port <= to;
}

static bool is_of_remote_desktop(const char *program)
{
	return text_same(program, "System") || text_ends_in(program, "\\svchost.exe");
}

static void take_profile(struct rule *r, const char *value)
{
	for (int i = 0; i < N_PROFILES; i++)
		if (text_same(value, profile_names[i]))
			r->profiles |= 1u << i;
}

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static void take_field(struct verdict *v, struct rule *r, const char *name, const char *value)
{
	/* What an app or a single user owns, or an interface is named for, does not serve RDP. */
	static const char *const others[] = {"AppPkgId", "PFN",   "LUOwn", "LUAuth", "RUAuth",
	                                     "RMAuth",   "ICMP4", "ICMP6", "RPort",  "Security"};

	if (text_same(name, "Active"))
		r->is_active = text_same(value, "TRUE");
	else if (text_same(name, "Action"))
		r->is_allow = text_same(value, "Allow");
	else if (text_same(name, "Dir"))
		r->is_in = text_same(value, "In");
	else if (text_same(name, "Protocol"))
		r->is_for_others |= atoi(value) != TCP;
	else if (text_same(name, "Profile"))
		take_profile(r, value);
	else if (text_same(name, "App")) {
		r->is_for_others |= !is_of_remote_desktop(value);
		r->is_of_system = text_same(value, "System");
	} else if (starts(name, "TTK")) /* only for a device or service of that name */
		r->is_for_others = true;
	else if (text_same(name, "Svc"))
		r->is_for_others |= !text_same(value, "termservice") && !text_same(value, "*");
	else if (starts(name, "RA4") || starts(name, "RA6"))
		r->remote = arena_copy(v->s->arena, value, strlen(value));
	else if (starts(name, "LPort")) {
		r->names_port = true;
		r->has_port |= is_in_range(value, v->port);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		r->is_for_others |= text_same(name, others[i]);
}

static struct rule rule_of(struct verdict *v, const char *text)
{
	struct rule r = {0};

	while (*text) {
		size_t n = strcspn(text, "|");
		char field[512], *value;

		if (n < sizeof field) {
			memcpy(field, text, n);
			field[n] = '\0';
			value = strchr(field, '=');
			if (value) {
				*value = '\0';
				take_field(v, &r, field, value + 1);
			}
		}
		text += n + (text[n] == '|');
	}
	r.is_for_others |= !r.has_port && (r.names_port || r.is_of_system);
	if (!r.profiles)
		r.profiles = ALL_PROFILES - 1;
	return r;
}

/* --- all of them --- */

static unsigned heard_in(const struct verdict *v, unsigned profiles)
{
	for (int i = 0; i < N_PROFILES; i++)
		if (!v->is_policy && v->ignores_local[i])
			profiles &= ~(1u << i);
	return profiles;
}

static bool look_at_rule(void *context, const struct reg_value *value)
{
	struct verdict *v = context;
	const char *text = text_of(v->s, value);
	struct rule r;

	if (!text)
		return true;
	v->n_rules++;
	r = rule_of(v, text);
	if (!r.is_in || r.is_for_others)
		return true;
	r.profiles = heard_in(v, r.profiles);
	if (!r.is_active) {
		if (r.is_allow && r.names_port)
			v->inactive = value->name;
	} else if (r.is_allow && r.remote) {
		v->remote = r.remote;
		v->limited |= r.profiles;
	} else if (r.is_allow) {
		v->allowed |= r.profiles;
	} else if (!r.remote) {
		v->blocked |= r.profiles;
		v->blocking = value->name;
	}
	return true;
}

/* --- the state of each profile --- */

static const char *const local_keys[N_PROFILES] = {
    FIREWALL "\\DomainProfile", FIREWALL "\\StandardProfile", FIREWALL "\\PublicProfile"};
static const char *const policy_keys[N_PROFILES][2] = {
    {FIREWALL_POLICY "\\DomainProfile", NULL},
    {FIREWALL_POLICY "\\PrivateProfile", FIREWALL_POLICY "\\StandardProfile"},
    {FIREWALL_POLICY "\\PublicProfile", NULL}};

/* The policy's number, else the host's, else what Windows sets. */
static uint32_t profile_number(struct settings *s, int profile, const char *name, uint32_t usual)
{
	uint32_t number = usual;

	for (int i = 0; i < 2 && policy_keys[profile][i]; i++)
		if (ask_number(s, HIVE_SOFTWARE, policy_keys[profile][i], name, &number, NULL))
			return number;
	ask_number(s, HIVE_SYSTEM, local_keys[profile], name, &number, NULL);
	return number;
}

/* The older way to say it: an exception for Remote Desktop as such. */
static bool has_policy_exception(struct settings *s, int profile)
{
	uint32_t number = 0;

	for (int i = 0; i < 2 && policy_keys[profile][i]; i++)
		if (ask_number(s, HIVE_SOFTWARE,
		               arena_printf(s->arena, "%s\\Services\\RemoteDesktop",
		                            policy_keys[profile][i]),
		               "Enabled", &number, NULL))
			return number == 1;
	return false;
}

enum door { OPEN, SHUT_BY_PROFILE, SHUT_BY_RULE, SHUT_WITHOUT_RULE };

static enum door door_of(const struct verdict *v, int profile)
{
	struct settings *s = v->s;

	if (!profile_number(s, profile, "EnableFirewall", 1))
		return OPEN;
	if (profile_number(s, profile, "DoNotAllowExceptions", 0))
		return SHUT_BY_PROFILE;
	if (v->blocked >> profile & 1)
		return SHUT_BY_RULE;
	if ((v->allowed | v->limited) >> profile & 1 || has_policy_exception(s, profile) ||
	    profile_number(s, profile, "DefaultInboundAction", 1) == 0)
		return OPEN;
	return SHUT_WITHOUT_RULE;
}

/* --- the network that the host is on --- */

struct network {
	struct settings *s;
	uint64_t when;
	int category; /* -1: not known */
	const char *where;
};

#define KEY_NETWORKS "Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles"

/* SYSTEMTIME as a number that grows with time; the weekday in it does not count. */
static uint64_t moment_of(const struct reg_value *value)
{
	static const int parts[] = {0, 1, 3, 4, 5, 6};
	uint64_t when = 0;

	if (value->n < 16)
		return 0;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		when = when * 4096 + (value->bytes[2 * parts[i]] |
		                      (unsigned)value->bytes[2 * parts[i] + 1] << 8) %
		                         4096;
	return when;
}

static bool look_at_network(void *context, const char *name)
{
	struct network *n = context;
	const char *key = arena_printf(n->s->arena, KEY_NETWORKS "\\%s", name), *where;
	struct asked last = ask(n->s, HIVE_SOFTWARE, key, "DateLastConnected");
	uint64_t when = last.answer == REG_FOUND ? moment_of(&last.value) : 0;
	uint32_t category;

	if (ask_number(n->s, HIVE_SOFTWARE, key, "Category", &category, &where) &&
	    category < N_PROFILES && (n->category < 0 || when > n->when)) {
		n->when = when;
		n->category = (int)category;
		n->where = where;
	}
	return true;
}

/* Category 0 is public, 1 private, 2 domain: the other way round than our profiles. */
static int look_at_networks(struct settings *s)
{
	static const char *const words[] = {"public", "private", "domain"};
	struct network n = {.s = s, .category = -1};

	each_subkey(s, HIVE_SOFTWARE, KEY_NETWORKS, look_at_network, &n);
	if (n.category < 0)
		return -1;
	tell_text(s, F_HOST_NETWORK_CATEGORY, words[n.category], n.where);
	return PUBLIC - n.category;
}

/* --- the answer --- */

static const char *why_shut(const struct verdict *v, enum door door)
{
	struct settings *s = v->s;

	if (door == SHUT_BY_PROFILE)
		return "exceptions are not allowed";
	if (door == SHUT_BY_RULE)
		return arena_printf(s->arena, "the rule %s blocks it", v->blocking);
	if (v->inactive)
		return arena_printf(s->arena, "the rule %s is not active", v->inactive);
	return arena_printf(s->arena, "no active rule admits TCP port %d", v->port);
}

static const char *names_of(struct settings *s, unsigned profiles)
{
	struct buf out = {0};
	const char *names;

	for (int i = 0; i < N_PROFILES; i++)
		if (profiles >> i & 1)
			buf_printf(&out, "%s%s", out.n ? ", " : "", profile_names[i]);
	names = arena_copy(s->arena, out.n ? out.bytes : "none", out.n ? out.n : 4);
	buf_fini(&out);
	return names;
}

static void answer(struct verdict *v, int category)
{
	struct settings *s = v->s;
	const char *where = where_of(s, HIVE_SYSTEM, FIREWALL "\\FirewallRules", "");
	unsigned open = 0;
	enum door worst = OPEN, here = OPEN;

	for (int i = 0; i < N_PROFILES; i++) {
		enum door door = door_of(v, i);

		open |= (unsigned)(door == OPEN) << i;
		worst = door != OPEN ? door : worst;
		here = i == category ? door : here;
	}
	if (!open || (here != OPEN && category != PUBLIC)) {
		tell_text(s, F_HOST_FIREWALL_BLOCKS, why_shut(v, here != OPEN ? here : worst),
		          where);
		return;
	}
	tell_absent(s, F_HOST_FIREWALL_BLOCKS, where);
	if (open != ALL_PROFILES - 1)
		tell_text(s, F_HOST_FIREWALL_PROFILE_LIMITED, names_of(s, open), where);
	else
		tell_absent(s, F_HOST_FIREWALL_PROFILE_LIMITED, where);
	if (v->remote && (v->limited & ~v->allowed))
		tell_text(s, F_HOST_FIREWALL_REMOTE_LIMITED, v->remote, where);
}

void settings_firewall(struct settings *s)
{
	struct verdict v = {.s = s, .port = s->host.port ? s->host.port : USUAL_PORT};
	int category = look_at_networks(s);

	if (ask_key(s, HIVE_SYSTEM, FIREWALL "\\FirewallRules") != REG_FOUND)
		return;
	for (int i = 0; i < N_PROFILES; i++)
		v.ignores_local[i] = !profile_number(s, i, "AllowLocalPolicyMerge", 1);
	each_value(s, HIVE_SYSTEM, FIREWALL "\\FirewallRules", look_at_rule, &v);
	v.is_policy = true;
	each_value(s, HIVE_SOFTWARE, FIREWALL_POLICY "\\FirewallRules", look_at_rule, &v);
	if (v.n_rules)
		answer(&v, category);
}
