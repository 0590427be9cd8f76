/*
 * pasted_identity - domain, clock, credentials and rights: nltest, Test-ComputerSecureChannel,
 * w32tm, cmdkey, klist, whoami, secedit, net user, net localgroup, dsregcmd, gpresult,
 * systeminfo, ver.
 */
#include <string.h>

#include "base/arena.h"
#include "read/pasted_rows.h"

#define S_PER_DAY 86400

/* --- nltest --- */

static bool is_no_dc(uint64_t status)
{
	return status == 1311 || status == 1355 || status == 1722 || status == 53 || status == 1212;
}

static bool is_no_trust(uint64_t status, bool is_channel)
{
	return (status >= 1786 && status <= 1790) || (is_channel && status == 5);
}

/* "Trusted DC Connection Status Status = 1311 0x51f ERROR_NO_LOGON_SERVERS" */
static bool status_of(const struct line *l, uint64_t *status)
{
	struct words w = line_words(l);
	uint64_t again;

	for (size_t i = 0; i + 3 < w.n; i++)
		if (word_is(w.at[i], "Status") && word_is(w.at[i + 1], "=") &&
		    word_number(w.at[i + 2], status) && word_hex(w.at[i + 3], &again) &&
		    again == *status)
			return true;
	return false;
}

struct channel {
	size_t first, bad_line;
	bool has_good, no_dc, no_trust;
};

static void take_status(struct channel *c, const struct line *l, uint64_t status)
{
	bool is_channel = !line_holds(l, "failed:");

	c->first = c->first ? c->first : l->number;
	if (is_no_dc(status))
		c->no_dc = true;
	else if (is_no_trust(status, is_channel))
		c->no_trust = true;
	else if (!status && is_channel)
		c->has_good = true;
	if (status && !c->bad_line)
		c->bad_line = l->number;
}

size_t pasted_nltest(struct pasting *p, const struct section *s)
{
	struct channel c = {0};
	bool has_dc = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		uint64_t status;

		if (status_of(l, &status))
			take_status(&c, l, status);
		/* /dsgetdc: the address of the controller and the id of the domain */
		if (line_begins(l, "DC: \\\\") || line_begins(l, "Dom Guid: ")) {
			has_dc = true;
			c.first = c.first ? c.first : l->number;
		}
	}
	if (c.no_dc)
		pasted_fact(p, F_HOST_DC_UNREACHABLE, c.bad_line);
	else if (has_dc || (c.has_good && !c.no_trust))
		pasted_absent(p, F_HOST_DC_UNREACHABLE, c.first);
	if (c.no_trust)
		pasted_fact(p, F_HOST_TRUST_BROKEN, c.bad_line);
	else if (c.has_good && !c.no_dc)
		pasted_absent(p, F_HOST_TRUST_BROKEN, c.first);
	return c.first;
}

size_t pasted_secure_channel(struct pasting *p, const struct section *s)
{
	bool is_asked = word_holds(word_of(s->command), "Test-ComputerSecureChannel");

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct word whole = {l->text, l->n};

		if (is_asked && word_is(whole, "True")) {
			pasted_absent(p, F_HOST_TRUST_BROKEN, l->number);
			return l->number;
		}
		if (is_asked && word_is(whole, "False")) {
			pasted_fact(p, F_HOST_TRUST_BROKEN, l->number);
			return l->number;
		}
		is_asked |= line_holds(l, "Test-ComputerSecureChannel") && l->n < 200;
	}
	return 0;
}

/* --- w32tm --- */

/* "0(no warning)", "3 (secondary reference)": the number before the bracket. */
static bool number_and_remark(struct word w, int64_t *number)
{
	bool is_negative = w.n && *w.p == '-';
	size_t n = 0;
	uint64_t v;

	if (is_negative)
		w = (struct word){w.p + 1, w.n - 1};
	while (n < w.n && w.p[n] >= '0' && w.p[n] <= '9')
		n++;
	if (!word_number((struct word){w.p, n}, &v) || v > 1000)
		return false;
	while (n < w.n && w.p[n] == ' ')
		n++;
	*number = is_negative ? -(int64_t)v : (int64_t)v;
	return n < w.n && w.p[n] == '(';
}

static bool remark_at(const struct section *s, size_t i, int64_t *number)
{
	struct word key, value;

	return i < s->n && line_pair(&s->lines[i], &key, &value) &&
	       number_and_remark(value, number);
}

/* LOCL: the clock follows nothing but itself. */
static bool runs_freely(const struct section *s, size_t i)
{
	for (size_t end = i + 8; i < s->n && i < end; i++)
		if (line_holds(&s->lines[i], "0x4C4F434C"))
			return true;
	return false;
}

size_t pasted_w32tm_status(struct pasting *p, const struct section *s)
{
	int64_t leap, stratum, precision;

	for (size_t i = 0; i + 2 < s->n; i++) {
		size_t line = s->lines[i].number;

		if (!remark_at(s, i, &leap) || leap < 0 || leap > 3 ||
		    !remark_at(s, i + 1, &stratum) || stratum < 0 || stratum > 16 ||
		    !remark_at(s, i + 2, &precision) || precision > 0)
			continue;
		if (leap == 3 || !stratum || runs_freely(s, i + 3))
			pasted_fact(p, F_LOG_TIME_UNSYNCED, line);
		else
			pasted_absent(p, F_LOG_TIME_UNSYNCED, line);
		return line;
	}
	return 0;
}

/* "+00.0312s" in whole seconds, with a comma or a dot. */
static bool seconds_of(struct word w, int64_t *seconds)
{
	bool is_negative = w.n && *w.p == '-';
	size_t n = 1;
	uint64_t v;

	if (w.n < 4 || (*w.p != '-' && *w.p != '+') || w.p[w.n - 1] != 's')
		return false;
	while (n < w.n && w.p[n] >= '0' && w.p[n] <= '9')
		n++;
	if (n + 1 >= w.n || (w.p[n] != '.' && w.p[n] != ',') ||
	    !word_number((struct word){w.p + 1, n - 1}, &v) || v > (uint64_t)S_PER_DAY * 36500)
		return false;
	v += w.p[n + 1] >= '5' && w.p[n + 1] <= '9';
	*seconds = is_negative ? -(int64_t)v : (int64_t)v;
	return true;
}

static bool is_clock_time(struct word w)
{
	if (w.n && w.p[w.n - 1] == ',')
		w.n--;
	return w.n == 8 && w.p[2] == ':' && w.p[5] == ':';
}

/* The offset is that of the time source: what has to be added to the clock of this computer. */
size_t pasted_stripchart(struct pasting *p, const struct section *s)
{
	int64_t offset = 0, seconds;
	size_t newest = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct words w = line_words(&s->lines[i]);

		if (w.n < 2 || !is_clock_time(w.at[0]))
			continue;
		for (size_t k = 1; k < w.n && k < 3; k++) {
			struct word o = w.at[k];

			if (word_begins(o, "o:"))
				o = (struct word){o.p + 2, o.n - 2};
			if (!seconds_of(o, &seconds))
				continue;
			offset = seconds;
			newest = s->lines[i].number;
		}
	}
	if (newest)
		pasted_number(p, F_CLOCK_OFFSET, newest, -offset);
	return newest;
}

/* --- credentials --- */

/* Behind the translated key stands what kind of credentials it is, untranslated. */
static bool is_stored_target(const struct line *l)
{
	struct word key, value;

	return line_pair(l, &key, &value) && (word_begins(value, "Domain:target=") ||
	                                      word_begins(value, "LegacyGeneric:target=") ||
	                                      word_begins(value, "WindowsLive:target=") ||
	                                      word_begins(value, "MicrosoftAccount:target="));
}

/* "* NONE *" below a heading: the stars are not translated, the heading and the word are. */
static bool is_empty_list(const struct section *s, size_t i)
{
	const struct line *l = &s->lines[i], *heading;

	if (l->n <= 4 || l->n >= 40 || !line_begins(l, "* ") ||
	    strcmp(l->text + l->n - 2, " *") != 0)
		return false;
	while (i > 0 && !s->lines[i - 1].n)
		i--;
	if (!i)
		return false;
	heading = &s->lines[i - 1];
	return heading->text[heading->n - 1] == ':';
}

size_t pasted_cmdkey(struct pasting *p, const struct section *s)
{
	size_t first = 0, stored = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!is_stored_target(l) && !is_empty_list(s, i))
			continue;
		first = first ? first : l->number;
		if (!stored && line_holds(l, "target=TERMSRV/"))
			stored = l->number;
	}
	if (stored)
		pasted_fact(p, F_CLIENT_SAVED_CREDENTIALS, stored);
	else if (first)
		pasted_absent(p, F_CLIENT_SAVED_CREDENTIALS, first);
	return first;
}

/* "#0>  Client: anna @ EXAMPLE.COM": tickets tell nothing by themselves. */
size_t pasted_klist(struct pasting *p, const struct section *s)
{
	(void)p;
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (l->n > 5 && l->text[0] == '#' && l->text[1] >= '0' && l->text[1] <= '9' &&
		    line_holds(l, ">") && line_holds(l, " @ "))
			return l->number;
	}
	return 0;
}

/* --- rights --- */

static bool lists_sid(const struct line *l, const char *sid)
{
	struct words w = line_words(l);

	for (size_t i = 0; i < w.n; i++)
		if (word_is(w.at[i], sid))
			return true;
	return false;
}

static bool is_token_line(const struct line *l)
{
	struct words w = line_words(l);
	bool is_sid = false;

	for (size_t i = 0; i < w.n; i++)
		is_sid |= word_begins(w.at[i], "S-1-");
	return is_sid || (w.n > 1 && word_begins(w.at[0], "Se") && word_ends(w.at[0], "Privilege"));
}

/* Being in neither group says nothing: it may have been asked on another computer. */
size_t pasted_whoami(struct pasting *p, const struct section *s)
{
	size_t first = 0;
	bool is_table = false, is_permitted = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!l->n || line_rule(l, '=')) {
			is_table = line_rule(l, '=') >= 2;
			continue;
		}
		if (!is_table || !is_token_line(l))
			continue;
		first = first ? first : l->number;
		is_permitted |= lists_sid(l, "S-1-5-32-544") || lists_sid(l, "S-1-5-32-555");
	}
	if (is_permitted)
		pasted_absent(p, F_ACCOUNT_NOT_PERMITTED, first);
	return first;
}

/* Groups so wide that the account in question is almost certainly in one of them. */
static const char wide_groups
    [] = "*S-1-1-0|*S-1-5-11|*S-1-5-32-545|*S-1-5-32-555|*S-1-5-32-544|*S-1-5-4|*S-1-5-14|*S-1-5-2";
/* Guests, and local accounts as the usual hardening denies them. */
static const char narrow_groups[] = "*S-1-5-32-546|*S-1-5-113|*S-1-5-114|Guest|Gast";

struct denied {
	bool is_wide, is_other;
};

static struct denied denied_of(struct word list)
{
	struct denied d = {0};

	while (list.n) {
		const char *comma = memchr(list.p, ',', list.n);
		size_t n = comma ? (size_t)(comma - list.p) : list.n;
		struct word sid = word_trimmed((struct word){list.p, n});

		if (word_is_among(sid, wide_groups))
			d.is_wide = true;
		else if (sid.n && !word_is_among(sid, narrow_groups) && !word_ends(sid, "-501"))
			d.is_other = true;
		n += comma != NULL;
		list = (struct word){list.p + n, list.n - n};
	}
	return d;
}

struct rights {
	size_t first;
	bool is_unclear, is_denied;
};

/* Which right everybody lacks: it is denied to all, or nobody holds it. NULL: none. */
static const char *denied_right(struct word name, const struct denied *d)
{
	if (word_is(name, "SeDenyNetworkLogonRight") && d->is_wide)
		return "network";
	if (word_is(name, "SeDenyRemoteInteractiveLogonRight") && d->is_wide)
		return "remote-interactive";
	if (word_is(name, "SeRemoteInteractiveLogonRight") && !d->is_wide && !d->is_other)
		return "remote-interactive";
	return NULL;
}

static void take_right(struct pasting *p, struct rights *r, const struct line *l)
{
	const char *equals = memchr(l->text, '=', l->n);
	struct word name, list;
	struct denied d;
	const char *right;

	if (!equals)
		return;
	name = word_trimmed((struct word){l->text, (size_t)(equals - l->text)});
	list = word_trimmed((struct word){equals + 1, l->n - (size_t)(equals + 1 - l->text)});
	d = denied_of(list);
	right = denied_right(name, &d);
	if (right) {
		pasted_text(p, F_ACCOUNT_RIGHT_DENIED, l->number, right);
		r->is_denied = true;
	} else if (word_begins(name, "SeDeny")) {
		r->is_unclear |= d.is_other;
	}
}

/* "MACHINE\System\...\LmCompatibilityLevel=4,3": numbered as registry types are. */
static void take_policy_value(struct pasting *p, const struct line *l)
{
	const char *equals = memchr(l->text, '=', l->n), *comma, *name;
	uint64_t type;

	if (!equals || !line_begins(l, "MACHINE\\"))
		return;
	comma = memchr(equals, ',', l->n - (size_t)(equals - l->text));
	name = equals;
	while (name > l->text && name[-1] != '\\')
		name--;
	if (!comma || name - l->text < 9 ||
	    !word_number((struct word){equals + 1, (size_t)(comma - equals - 1)}, &type) ||
	    (type != 1 && type != 4))
		return;

	struct word path = {l->text, (size_t)(name - 1 - l->text)};
	struct word data = {comma + 1, l->n - (size_t)(comma + 1 - l->text)};

	pasted_registry_key(p, path, l->number);
	pasted_registry_value(p, (struct word){name, (size_t)(equals - name)}, (uint32_t)type, data,
	                      l->number);
}

size_t pasted_secedit(struct pasting *p, const struct section *s)
{
	struct rights r = {0};
	enum { ELSEWHERE, IN_RIGHTS, IN_VALUES } place = ELSEWHERE;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (l->n && l->text[0] == '[') {
			place = line_begins(l, "[Privilege Rights]")  ? IN_RIGHTS
			        : line_begins(l, "[Registry Values]") ? IN_VALUES
			                                              : ELSEWHERE;
			if (place != ELSEWHERE && !r.first)
				r.first = l->number;
		} else if (place == IN_RIGHTS) {
			take_right(p, &r, l);
		} else if (place == IN_VALUES) {
			take_policy_value(p, l);
		}
	}
	if (r.first && !r.is_denied && !r.is_unclear)
		pasted_absent(p, F_ACCOUNT_RIGHT_DENIED, r.first);
	return r.first;
}

/* --- net user: group names are translated, so they are listed; net cuts them at 21 letters --- */

static const char *const permitted_groups[] = {
    "Remote Desktop Users", "Remotedesktopbenutze", "Utilisateurs du Bure", "Usuarios de escritor",
    "Utenti desktop remot", "Пользователи удал", /* Russian: users of the remo... */
};
static const char *const administrators[] = {
    "Administrators",  "Administratoren", "Administrateurs",
    "Administradores", "Administratori",  "Администраторы",
};
static const char *const plain_users[] = {
    "Users", "Benutzer", "Utilisateurs", "Usuarios", "Utenti", "Пользователи",
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool is_one_of(struct word w, const char *const *names, size_t n, bool is_cut)
{
	for (size_t i = 0; i < n; i++)
		if (is_cut ? word_begins(w, names[i]) : word_is(w, names[i]))
			return true;
	return false;
}

struct membership {
	bool is_permitted, is_user;
	size_t line;
};

/* "*Users    *Remote Desktop Users": each behind a star, two blanks between them. */
static void take_groups(struct membership *m, const struct line *l)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t n = 0;

		if (l->text[i] != '*')
			continue;
		i++;
		while (i + n < l->n && l->text[i + n] != '*' &&
		       !(l->text[i + n] == ' ' && i + n + 1 < l->n && l->text[i + n + 1] == ' '))
			n++;

		struct word group = word_trimmed((struct word){l->text + i, n});

		m->is_permitted |= is_one_of(group, permitted_groups, COUNT(permitted_groups),
		                             true) ||
		                   is_one_of(group, administrators, COUNT(administrators), false);
		m->is_user |= is_one_of(group, plain_users, COUNT(plain_users), false);
		if (!m->line && (m->is_permitted || m->is_user))
			m->line = l->number;
		i += n ? n - 1 : 0;
	}
}

size_t pasted_net_user(struct pasting *p, const struct section *s)
{
	struct membership m = {0};
	struct word typed = word_of(s->command);
	bool is_typed = word_begins(typed, "net user ") || word_begins(typed, "net.exe user ");

	if (word_holds(typed, "/dom"))
		return 0;
	for (size_t i = 0; i < s->n; i++) {
		/* Two columns: something stands before the first star, or much space. */
		const char *star = memchr(s->lines[i].text, '*', s->lines[i].n);

		if (star && (is_typed || s->n > 15) &&
		    (star - s->lines[i].text > 20 || s->lines[i].indent > 20))
			take_groups(&m, &s->lines[i]);
	}
	if (m.is_permitted)
		pasted_absent(p, F_ACCOUNT_NOT_PERMITTED, m.line);
	else if (m.is_user)
		pasted_fact(p, F_ACCOUNT_NOT_PERMITTED, m.line);
	return m.line ? m.line : is_typed && s->n > 3 ? s->command_line : 0;
}

/* Who is in the group is shown; whether the account in question is, cannot be told. */
size_t pasted_net_localgroup(struct pasting *p, const struct section *s)
{
	size_t named = 0;

	(void)p;
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		for (size_t k = 0; k < COUNT(permitted_groups); k++)
			if (line_holds(l, permitted_groups[k]) && !line_holds(l, "*"))
				named = l->number;
		if (named && line_rule(l, '-') == 1 && l->n >= 70 && l->number - named < 8)
			return named;
	}
	return word_begins(word_of(s->command), "net localgroup ") && s->n > 2 ? s->command_line
	                                                                       : 0;
}

/* --- the computer --- */

size_t pasted_dsregcmd(struct pasting *p, const struct section *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct word key, value;

		if (!line_pair(l, &key, &value) || !word_is(key, "AzureAdJoined"))
			continue;
		if (word_is(value, "YES"))
			pasted_fact(p, F_HOST_ENTRA_JOINED, l->number);
		else
			pasted_absent(p, F_HOST_ENTRA_JOINED, l->number);
		return l->number;
	}
	return 0;
}

/* "1, 0, 0, 0": a number of four bytes. */
static bool bytes_to_number(struct word w, uint64_t *number)
{
	size_t n = 0;

	*number = 0;
	while (w.n && n < 5) {
		const char *comma = memchr(w.p, ',', w.n);
		size_t length = comma ? (size_t)(comma - w.p) : w.n;
		uint64_t byte;

		if (!word_number(word_trimmed((struct word){w.p, length}), &byte) || byte > 255)
			return false;
		*number |= byte << 8 * (n++ & 3);
		length += comma != NULL;
		w = (struct word){w.p + length, w.n - length};
	}
	return n == 4 && !w.n;
}

/* With /z: the key of a policy with its value as the last part, and the bytes on the next line. */
static bool take_policy(struct pasting *p, const struct section *s, size_t i)
{
	struct word key, path, value;
	uint64_t number;
	size_t name;

	if (i + 1 >= s->n || !line_pair(&s->lines[i], &key, &path) ||
	    (!word_begins(path, "Software\\") && !word_begins(path, "System\\")) ||
	    !line_pair(&s->lines[i + 1], &key, &value) || !bytes_to_number(value, &number))
		return false;
	name = path.n;
	while (path.p[name - 1] != '\\')
		name--;

	struct word data = word_of(arena_printf(p->ev->arena, "%u", (unsigned)number));
	struct word full = word_of(
	    arena_printf(p->ev->arena, "MACHINE\\%.*s", (int)(name - 1), path.p));

	pasted_registry_key(p, full, s->lines[i].number);
	pasted_registry_value(p, (struct word){path.p + name, path.n - name}, 4, data,
	                      s->lines[i].number);
	return true;
}

size_t pasted_gpresult(struct pasting *p, const struct section *s)
{
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		bool is_title = line_begins(l, "RSOP") && line_holds(l, "\\") && i + 1 < s->n &&
		                line_rule(&s->lines[i + 1], '-') == 1;

		if ((is_title || take_policy(p, s, i)) && !first)
			first = l->number;
	}
	return first;
}

/* "10.0.19045 N/A Build 19045": begins and ends with the same build. */
static bool is_version(struct word value)
{
	struct line l = {.text = value.p, .n = value.n};
	struct words w = line_words(&l);
	uint64_t build;

	if (w.n < 2 || !word_number(w.at[w.n - 1], &build) || build < 2600)
		return false;

	struct word tail = w.at[w.n - 1], head = w.at[0];

	return head.n > tail.n + 2 && memcmp(head.p + head.n - tail.n, tail.p, tail.n) == 0 &&
	       head.p[head.n - tail.n - 1] == '.';
}

static bool is_home(struct word name)
{
	return word_holds(name, "Windows") && !word_holds(name, "Server") &&
	       (word_ends(name, " Home") || word_holds(name, " Home ") ||
	        word_ends(name, " Famille") || word_ends(name, "家庭版") ||
	        word_ends(name, "Домашняя"));
}

size_t pasted_systeminfo(struct pasting *p, const struct section *s)
{
	for (size_t i = 1; i < s->n; i++) {
		struct word key, value, name;

		if (!line_pair(&s->lines[i], &key, &value) || !is_version(value) ||
		    !line_pair(&s->lines[i - 1], &key, &name) || !word_holds(name, "Windows"))
			continue;
		if (is_home(name))
			pasted_word(p, F_HOST_EDITION_CANNOT_HOST, s->lines[i - 1].number, name);
		return s->lines[i - 1].number;
	}
	return 0;
}

/* The same line heads every console window, so it counts only when it stands alone. */
size_t pasted_ver(struct pasting *p, const struct section *s)
{
	size_t line = 0, n = 0;

	(void)p;
	for (size_t i = 0; i < s->n; i++) {
		n += s->lines[i].n > 0;
		if (line_begins(&s->lines[i], "Microsoft Windows [") &&
		    s->lines[i].text[s->lines[i].n - 1] == ']')
			line = s->lines[i].number;
	}
	return n == 1 ? line : 0;
}
