/*
 * settings_accounts - user rights out of SECURITY; accounts and groups out of SAM.
 *
 * Spec    [MS-LSAD] 2.2.1.2 system access rights for ActSysAc; the values C of a group and F and V
 *         of an account are not published, and read here as public notes describe them:
 *         C: at 0x28 offset (from 0x34), 0x2C bytes, 0x30 count of the members' SIDs;
 *         F: 0x20 account expires, 0x38 flags; V: 0x0C name, 0xA8 NT hash, each offset (from 0xCC)
 *         and length
 * Rules   which account is concerned, a hive does not say: an account is judged only when it is
 *         the one enabled account that a person can have
 */
#include <stdlib.h>
#include <string.h>

#include "read/lists.h"
#include "read/rights.h"
#include "read/settings_inside.h"

#define KEY_ACCOUNTS "Policy\\Accounts"
#define KEY_GROUPS   "SAM\\Domains\\Builtin\\Aliases"
#define KEY_USERS    "SAM\\Domains\\Account\\Users"

/* System access rights. */
enum {
	RIGHT_NETWORK = 0x2,
	DENY_NETWORK = 0x80,
	RIGHT_REMOTE = 0x400,
	DENY_REMOTE = 0x800,
};

/* --- rights --- */

struct right_list {
	struct settings *s;
	uint32_t granted; /* to a group that people are in */
	bool has_any;
};

static bool look_at_rights(void *context, const char *sid)
{
	struct right_list *l = context;
	const char *key = arena_printf(l->s->arena, KEY_ACCOUNTS "\\%s\\ActSysAc", sid);
	struct asked a = ask(l->s, HIVE_SECURITY, key, "");
	uint32_t mask;

	a.value.type = REG_TYPE_DWORD; /* four bytes, said to be of no type */
	if (!number_of(&a, &mask))
		return true;
	l->has_any = true;
	/* administrators and the users of Remote Desktop may well be the only ones */
	l->granted |= mask;
	if (!is_broad_sid(sid, l->s->is_domain_member))
		return true;
	if (mask & DENY_REMOTE)
		tell_text(l->s, F_ACCOUNT_RIGHT_DENIED, "remote-interactive", a.where);
	if (mask & DENY_NETWORK)
		tell_text(l->s, F_ACCOUNT_RIGHT_DENIED, "network", a.where);
	return true;
}

static void look_at_all_rights(struct settings *s)
{
	struct right_list l = {.s = s};
	const char *where = where_of(s, HIVE_SECURITY, KEY_ACCOUNTS, "");

	each_subkey(s, HIVE_SECURITY, KEY_ACCOUNTS, look_at_rights, &l);
	if (l.has_any && !(l.granted & RIGHT_REMOTE))
		tell_text(s, F_ACCOUNT_RIGHT_DENIED, "remote-interactive", where);
	if (l.has_any && !(l.granted & RIGHT_NETWORK))
		tell_text(s, F_ACCOUNT_RIGHT_DENIED, "network", where);
}

static void look_at_machine_sid(struct settings *s)
{
	struct asked a = ask(s, HIVE_SECURITY, "Policy\\PolAcDmS", "");
	struct flaw flaw = {0};
	struct cur c = cur_over(a.value.bytes, a.answer == REG_FOUND ? a.value.n : 0, &flaw);
	char sid[SID_TEXT_BYTES];

	if (a.answer == REG_FOUND && sid_read(&c, sid, sizeof sid))
		tell_text(s, F_HOST_MACHINE_SID, arena_copy(s->arena, sid, strlen(sid)), a.where);
}

/* --- members of a group --- */

#define MEMBERS_MAX 256

struct group {
	uint32_t rids[MEMBERS_MAX]; /* of accounts of this computer */
	size_t n;
	bool has_others; /* of a domain, or nested: who is in it cannot be said */
	bool is_known;
};

static uint32_t last_number(const char *sid)
{
	const char *last = strrchr(sid, '-');

	return last ? (uint32_t)strtoul(last + 1, NULL, 10) : 0;
}

static void add_member(struct group *g, const char *sid, const char *machine)
{
	const char *last = strrchr(sid, '-');
	size_t n = last ? (size_t)(last - sid) : 0;

	if (machine && n && strlen(machine) == n && memcmp(sid, machine, n) == 0 &&
	    g->n < MEMBERS_MAX)
		g->rids[g->n++] = last_number(sid);
	else
		g->has_others = true;
}

static struct group group_of(struct settings *s, const char *alias, const char *machine)
{
	struct asked a = ask(s, HIVE_SAM, arena_printf(s->arena, KEY_GROUPS "\\%s", alias), "C");
	struct flaw flaw = {0};
	struct cur c = cur_over(a.value.bytes, a.answer == REG_FOUND ? a.value.n : 0, &flaw);
	struct group g = {0};
	uint32_t at, count;

	cur_take(&c, 0x28, "C");
	at = cur_u32le(&c, "C.members");
	cur_take(&c, 4, "C.bytes");
	count = cur_u32le(&c, "C.count");
	cur_take(&c, at, "C.members"); /* the head ends at 0x34 */
	for (uint32_t i = 0; i < count && i < MEMBERS_MAX && cur_ok(&c); i++) {
		char sid[SID_TEXT_BYTES];

		if (sid_read(&c, sid, sizeof sid))
			add_member(&g, sid, machine);
	}
	g.is_known = cur_ok(&c);
	return g;
}

static bool is_member(const struct group *g, uint32_t rid)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->rids[i] == rid)
			return true;
	return false;
}

/* --- accounts --- */

enum { FLAG_DISABLED = 0x1 };

#define FIRST_PERSON  1000 /* below: those that Windows brings */
#define ADMINISTRATOR 500

struct account {
	uint32_t rid;
	bool is_disabled, is_expired, is_blank, has_hash;
	const char *where;
};

struct accounts {
	struct settings *s;
	struct account last; /* the enabled one, or the last disabled one */
	size_t n_enabled, n_people;
};

static uint64_t u64_in(const struct asked *a, size_t at)
{
	struct flaw flaw = {0};
	struct cur c = cur_over(a->value.bytes, a->answer == REG_FOUND ? a->value.n : 0, &flaw);

	cur_take(&c, at, "F");
	return cur_u64le(&c, "F");
}

/* Lengths of an empty hash: none, the head alone, the head with a salt. */
static void read_hash(const struct asked *v, struct account *account)
{
	uint32_t n = (uint32_t)(u64_in(v, 0xA8) >> 32);

	account->has_hash = v->answer == REG_FOUND && v->value.n > 0xCC;
	account->is_blank = account->has_hash && (n == 0 || n == 4 || n == 24);
}

static bool look_at_account(void *context, const char *name)
{
	struct accounts *all = context;
	struct settings *s = all->s;
	const char *key = arena_printf(s->arena, KEY_USERS "\\%s", name);
	struct asked f = ask(s, HIVE_SAM, key, "F"), v = ask(s, HIVE_SAM, key, "V");
	uint64_t expires = u64_in(&f, 0x20);
	struct account account = {.rid = (uint32_t)strtoul(name, NULL, 16), .where = f.where};

	if (f.answer != REG_FOUND || f.value.n < 0x50 ||
	    (account.rid < FIRST_PERSON && account.rid != ADMINISTRATOR))
		return true;
	account.is_disabled = u64_in(&f, 0x38) & FLAG_DISABLED;
	account.is_expired = expires && expires < INT64_MAX && s->now_us &&
	                     (int64_t)(expires / 10) - 11644473600000000LL < s->now_us;
	read_hash(&v, &account);
	if (account.rid >= FIRST_PERSON)
		all->n_people++;
	if (!account.is_disabled)
		all->n_enabled++;
	if (!account.is_disabled || (!all->n_enabled && account.rid >= FIRST_PERSON))
		all->last = account;
	return true;
}

static void judge_membership(struct settings *s, const struct account *account)
{
	struct asked a = ask(s, HIVE_SAM, "SAM\\Domains\\Account", "V");
	const char *machine = NULL;
	struct group admins, users;
	struct flaw flaw = {0};
	char sid[SID_TEXT_BYTES];

	/* the SID of the computer is the last thing in the value V of its domain */
	if (a.answer == REG_FOUND && a.value.n >= 24) {
		struct cur c = cur_over(a.value.bytes + a.value.n - 24, 24, &flaw);

		if (sid_read(&c, sid, sizeof sid))
			machine = sid;
	}
	admins = group_of(s, "00000220", machine);
	users = group_of(s, "0000022B", machine);
	if (!machine || !admins.is_known || !users.is_known)
		return;
	if (is_member(&admins, account->rid) || is_member(&users, account->rid))
		tell_absent(s, F_ACCOUNT_NOT_PERMITTED, account->where);
	else if (!users.has_others) /* Everyone or a group of a domain may stand for it */
		tell_fact(s, F_ACCOUNT_NOT_PERMITTED,
		          where_of(s, HIVE_SAM, KEY_GROUPS "\\0000022B", "C"));
}

static void look_at_accounts(struct settings *s)
{
	struct accounts all = {.s = s};
	uint32_t limits = 1;

	each_subkey(s, HIVE_SAM, KEY_USERS, look_at_account, &all);
	if (!all.last.where || s->is_domain_member)
		return;
	if (!all.n_enabled && all.n_people)
		tell_text(s, F_ACCOUNT_DISABLED, "disabled", all.last.where);
	if (all.n_enabled != 1)
		return;
	if (all.last.is_expired)
		tell_text(s, F_ACCOUNT_DISABLED, "expired", all.last.where);
	ask_number(s, HIVE_SYSTEM, "CurrentControlSet\\Control\\Lsa", "LimitBlankPasswordUse",
	           &limits, NULL);
	if (all.last.is_blank && limits)
		tell_fact(s, F_ACCOUNT_BLANK_PASSWORD, all.last.where);
	else if (all.last.has_hash)
		tell_absent(s, F_ACCOUNT_BLANK_PASSWORD, all.last.where);
	judge_membership(s, &all.last);
}

void settings_accounts(struct settings *s)
{
	look_at_all_rights(s);
	look_at_machine_sid(s);
	look_at_accounts(s);
}
