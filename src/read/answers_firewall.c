/*
 * answers_firewall - whether the firewall, as it is in force now, lets the RDP port in on the
 * networks that the host is on.
 *
 * Spec    Microsoft: INetFwPolicy2, INetFwRule; a rule that blocks wins over one that allows
 * Rules   rules that a policy sets may not be among those that the interface lists: where the
 *         registry, which has them all, shows the port open, a rule that is missing here says
 *         nothing
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"

enum { TCP = 6, ANY_PROTOCOL = 256 };
enum { DOMAIN, PRIVATE, PUBLIC, N_PROFILES };
enum { ALL_PROFILES = (1 << N_PROFILES) - 1 };

static const char *const profile_names[N_PROFILES] = {"Domain", "Private", "Public"};

enum door { OPEN, SHUT_BY_PROFILE, SHUT_BY_RULE, SHUT_WITHOUT_RULE };

struct firewall {
	struct telling *t;
	unsigned is_known, is_active, is_on, blocks_all, allows_by_default; /* bits by profile */
	unsigned allowed, limited, blocked;
	const char *remote, *blocking, *inactive; /* where limited; names of rules */
	enum door doors[N_PROFILES];
};

/* --- rules --- */

static bool is_any(const char *text)
{
	return !*text || text_same(text, "*") || text_same(text, "any") || text_same(text, "all");
}

static bool is_in_range(const char *one, int port)
{
	char *end;
	unsigned long from = strtoul(one, &end, 10), to = from;

	if (end == one)
		return false;
	if (*end == '-')
		to = strtoul(end + 1, NULL, 10);
	return (unsigned long)port >= from && (unsigned long)port <= to;
}

static bool names_port(const char *ports, int port)
{
	if (is_any(ports))
		return true;
	for (ports += strspn(ports, ", "); *ports; ports += strspn(ports, ", ")) {
		if (is_in_range(ports, port))
			return true;
		ports += strcspn(ports, ", ");
	}
	return false;
}

static bool is_of_remote_desktop(const char *program)
{
	return is_any(program) || text_same(program, "System") ||
	       text_ends_in(program, "\\svchost.exe");
}

/* For the port, the program and the service of Remote Desktop, on any kind of adapter. */
static bool concerns(const struct firewall *f, const struct answer *row)
{
	int64_t protocol = answer_number(row, "protocol", TCP);
	const char *service = text_or_empty(row, "service");
	const char *program = text_or_empty(row, "program");

	if (protocol != TCP && protocol != ANY_PROTOCOL)
		return false;
	/* up to Windows 7 the kernel held the port; without a port its rule is for all */
	if (text_same(program, "System") && is_any(text_or_empty(row, "ports")))
		return false;
	return names_port(text_or_empty(row, "ports"), f->t->port) &&
	       is_of_remote_desktop(program) &&
	       (is_any(service) || text_same(service, "TermService")) &&
	       is_any(text_or_empty(row, "interfaces"));
}

static unsigned profiles_of(const char *list)
{
	unsigned bits = 0;

	if (is_any(list) || list_holds(list, "all"))
		return ALL_PROFILES;
	for (int i = 0; i < N_PROFILES; i++)
		bits |= (unsigned)list_holds(list, profile_names[i]) << i;
	return bits;
}

static void take_rule(struct firewall *f, const struct answer *row)
{
	const char *remote = text_or_empty(row, "remote"), *name = text_or_empty(row, "name");
	bool is_allow = text_same(text_or_empty(row, "action"), "allow");
	unsigned profiles = profiles_of(text_or_empty(row, "profiles"));

	if (!answer_number(row, "is_enabled", 1)) {
		if (is_allow && !is_any(text_or_empty(row, "ports")))
			f->inactive = name;
	} else if (is_allow && !is_any(remote)) {
		f->remote = remote;
		f->limited |= profiles;
	} else if (is_allow) {
		f->allowed |= profiles;
	} else if (text_same(text_or_empty(row, "action"), "block") && is_any(remote)) {
		f->blocked |= profiles;
		f->blocking = name;
	}
}

/* --- profiles --- */

static int profile_at(const char *name)
{
	for (int i = 0; i < N_PROFILES; i++)
		if (text_same(name, profile_names[i]))
			return i;
	return -1;
}

static void take_profile(struct firewall *f, const struct answer *row)
{
	int i = profile_at(text_or_empty(row, "profile"));
	unsigned bit = 1u << (i < 0 ? 0 : i);

	if (i < 0 || !answer_has(row, "is_enabled"))
		return;
	f->is_known |= bit;
	f->is_active |= answer_number(row, "is_active", 0) ? bit : 0;
	f->is_on |= answer_number(row, "is_enabled", 1) ? bit : 0;
	f->blocks_all |= answer_number(row, "blocks_all", 0) ? bit : 0;
	f->allows_by_default |= text_same(text_or_empty(row, "default_in"), "allow") ? bit : 0;
}

static enum door door_of(const struct firewall *f, int i)
{
	unsigned bit = 1u << i;

	if (!(f->is_on & bit))
		return OPEN;
	if (f->blocks_all & bit)
		return SHUT_BY_PROFILE;
	if (f->blocked & bit)
		return SHUT_BY_RULE;
	return (f->allowed | f->limited | f->allows_by_default) & bit ? OPEN : SHUT_WITHOUT_RULE;
}

/* --- the answer --- */

static const char *names_of(struct telling *t, unsigned profiles)
{
	const char *names = "";

	for (int i = 0; i < N_PROFILES; i++)
		if (profiles >> i & 1)
			names = arena_printf(t->arena, "%s%s%s", names, *names ? ", " : "",
			                     profile_names[i]);
	return *names ? names : "none";
}

static const char *why_shut(const struct firewall *f, enum door door)
{
	struct arena *arena = f->t->arena;

	if (door == SHUT_BY_PROFILE)
		return "exceptions are not allowed";
	if (door == SHUT_BY_RULE)
		return arena_printf(arena, "the rule %s blocks it", f->blocking);
	if (f->inactive)
		return arena_printf(arena, "the rule %s is not active", f->inactive);
	return arena_printf(arena, "no active rule admits TCP port %d", f->t->port);
}

static const char *where_shut(const struct firewall *f, enum door door, int profile)
{
	struct arena *arena = f->t->arena;

	if (door == SHUT_BY_RULE)
		return arena_printf(arena, "firewall rule %s", f->blocking);
	if (door == SHUT_WITHOUT_RULE && f->inactive)
		return arena_printf(arena, "firewall rule %s", f->inactive);
	return arena_printf(arena, "firewall profile %s", profile_names[profile]);
}

static bool registry_shows_it_open(const struct telling *t)
{
	return was_found(t, F_HOST_FIREWALL_BLOCKS, FINDING_ABSENT) &&
	       !was_found(t, F_HOST_FIREWALL_BLOCKS, FINDING_SEEN);
}

static void say_limits(struct firewall *f, unsigned open)
{
	struct telling *t = f->t;

	say_absent(t, F_HOST_FIREWALL_BLOCKS, "firewall rules");
	if ((f->is_known & ~open) == 0)
		say_absent(t, F_HOST_FIREWALL_PROFILE_LIMITED, "firewall rules");
	else
		say_text(t, F_HOST_FIREWALL_PROFILE_LIMITED, names_of(t, open), "firewall rules");
	if (f->remote && (f->limited & ~f->allowed & f->is_active & f->is_on))
		say_text(t, F_HOST_FIREWALL_REMOTE_LIMITED, f->remote, "firewall rules");
}

/* A public network where the rules are meant for others is a fault of its own. */
static bool is_for_other_networks(const struct firewall *f, unsigned shut, unsigned open)
{
	return shut == 1u << PUBLIC && f->doors[PUBLIC] == SHUT_WITHOUT_RULE && open;
}

static void conclude(struct firewall *f)
{
	unsigned active = f->is_active ? f->is_active : f->is_known, open = 0, shut;
	int worst = -1;

	for (int i = 0; i < N_PROFILES; i++) {
		if (!(f->is_known >> i & 1))
			continue;
		f->doors[i] = door_of(f, i);
		open |= (unsigned)(f->doors[i] == OPEN) << i;
		if (f->doors[i] != OPEN && active >> i & 1)
			worst = i;
	}
	shut = active & ~open;
	if (!shut || is_for_other_networks(f, shut, open) || (active & open)) {
		say_limits(f, open);
		return;
	}
	if (f->doors[worst] == SHUT_WITHOUT_RULE &&
	    (registry_shows_it_open(f->t) || !is_answered(f->t, TOPIC_FIREWALL_RULE) ||
	     gap_of(f->t, TOPIC_FIREWALL_RULE)))
		return;
	say_text(f->t, F_HOST_FIREWALL_BLOCKS, why_shut(f, f->doors[worst]),
	         where_shut(f, f->doors[worst], worst));
}

void answers_firewall(struct telling *t)
{
	struct firewall f = {.t = t};
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_FIREWALL_PROFILE, &at));)
		take_profile(&f, row);
	for (size_t at = 0; (row = answers_next(t->a, TOPIC_FIREWALL_RULE, &at));)
		if (concerns(&f, row))
			take_rule(&f, row);
	if (f.is_known && !t->facts.is_stand_in)
		conclude(&f);
}
