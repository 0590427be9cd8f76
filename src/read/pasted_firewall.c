/*
 * pasted_firewall - rules and profiles of the firewall: Get-NetFirewallRule in both forms,
 * Get-NetFirewallPortFilter, netsh advfirewall.
 *
 * Names of rules, properties and True or False are the same in every language. Only netsh
 * translates yes, no and the action; its words are listed here.
 */
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "read/pasted_rows.h"

struct rule {
	bool is_enabled, is_block;
	struct word profile; /* empty: not said */
	size_t line;
};

/* The rules for RDP itself, of Windows 7 and later; not those for shadowing or WebSockets. */
static bool is_rdp_rule(struct word name)
{
	return (word_begins(name, "RemoteDesktop-UserMode-In-TCP") ||
	        word_begins(name, "RemoteDesktop-In-TCP")) &&
	       !word_holds(name, "-WS");
}

static bool is_any(struct word profile)
{
	return word_is_among(profile, "Any|All") ||
	       (word_holds(profile, "Domain") && word_holds(profile, "Private") &&
	        word_holds(profile, "Public"));
}

#define RULES_MAX 16

/* All rules for RDP together: one that lets it in is enough, one that blocks wins. */
static void conclude_rules(struct pasting *p, const struct rule *rules, size_t n)
{
	const struct rule *in = NULL;
	bool is_for_all = false;
	struct buf profiles = {0};

	for (size_t i = 0; i < n; i++) {
		if (rules[i].is_enabled && rules[i].is_block) {
			pasted_text(p, F_HOST_FIREWALL_BLOCKS, rules[i].line,
			            "a rule blocks Remote Desktop");
			buf_fini(&profiles);
			return;
		}
		if (!rules[i].is_enabled)
			continue;
		in = in ? in : &rules[i];
		is_for_all |= !rules[i].profile.n || is_any(rules[i].profile);
		if (profiles.n)
			buf_puts(&profiles, ", ");
		buf_put(&profiles, rules[i].profile.p, rules[i].profile.n);
	}
	if (!in) {
		pasted_text(p, F_HOST_FIREWALL_BLOCKS, rules->line,
		            "the rules for Remote Desktop are not enabled");
	} else {
		pasted_absent(p, F_HOST_FIREWALL_BLOCKS, in->line);
		if (is_for_all)
			pasted_absent(p, F_HOST_FIREWALL_PROFILE_LIMITED, in->line);
		else
			pasted_text(p, F_HOST_FIREWALL_PROFILE_LIMITED, in->line,
			            arena_copy(p->ev->arena, profiles.bytes, profiles.n));
	}
	buf_fini(&profiles);
}

size_t pasted_firewall_rule(struct pasting *p, const struct section *s)
{
	struct rule rules[RULES_MAX];
	struct properties o;
	size_t n = 0, first = 0;

	for (size_t i = 0; properties_next(s, &i, &o);) {
		struct word name, enabled, action = {"", 0}, profile = {"", 0};

		if (!properties_get(&o, "Enabled", &enabled) ||
		    !word_is_among(enabled, "True|False") ||
		    (!properties_get(&o, "Name", &name) &&
		     !properties_get(&o, "InstanceID", &name)) ||
		    !properties_get(&o, "Action", &action))
			continue;
		first = first ? first : properties_line(&o, "Enabled");
		properties_get(&o, "Profile", &profile);
		if (!is_rdp_rule(name) || n == RULES_MAX)
			continue;
		rules[n++] = (struct rule){.is_enabled = word_is(enabled, "True"),
		                           .is_block = word_is(action, "Block"),
		                           .profile = profile,
		                           .line = properties_line(&o, "Enabled")};
	}
	if (n)
		conclude_rules(p, rules, n);
	return first;
}

/* A row of Format-Table Name,Enabled,Profile,Action, in any order behind the name. */
static bool table_rule_of(const struct line *l, struct rule *out)
{
	struct words w = line_words(l);
	const char *profile = NULL, *profile_end = NULL;
	bool has_enabled = false;

	*out = (struct rule){.line = l->number};
	if (l->indent || w.n < 2 || !word_begins(w.at[0], "RemoteDesktop-"))
		return false;
	for (size_t i = 1; i < w.n; i++) {
		struct word plain = w.at[i];

		if (plain.n && plain.p[plain.n - 1] == ',')
			plain.n--;
		if (word_is_among(plain, "True|False")) {
			has_enabled = true;
			out->is_enabled = word_is(plain, "True");
		} else if (word_is(plain, "Block")) {
			out->is_block = true;
		} else if (word_is_among(plain, "Any|Domain|Private|Public")) {
			profile = profile ? profile : w.at[i].p;
			profile_end = plain.p + plain.n;
		}
	}
	if (profile)
		out->profile = (struct word){profile, (size_t)(profile_end - profile)};
	return has_enabled;
}

size_t pasted_firewall_table(struct pasting *p, const struct section *s)
{
	struct rule rules[RULES_MAX], rule;
	size_t n = 0, first = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (!table_rule_of(&s->lines[i], &rule))
			continue;
		first = first ? first : rule.line;
		if (is_rdp_rule(line_words(&s->lines[i]).at[0]) && n < RULES_MAX)
			rules[n++] = rule;
	}
	if (n)
		conclude_rules(p, rules, n);
	return first;
}

/* Which rule a filter belongs to is not shown; the port alone decides nothing. */
size_t pasted_port_filter(struct pasting *p, const struct section *s)
{
	struct properties o;
	struct word ignored;

	(void)p;
	for (size_t i = 0; properties_next(s, &i, &o);)
		if (properties_get(&o, "LocalPort", &ignored) &&
		    properties_get(&o, "RemotePort", &ignored) &&
		    properties_get(&o, "Protocol", &ignored))
			return properties_line(&o, "LocalPort");
	return 0;
}

/* --- netsh advfirewall --- */

#define YES_WORDS   "Yes|Ja|Oui|Sí|Sim|Да|はい|是"
#define NO_WORDS    "No|Nein|Non|Não|Нет|いいえ|否"
#define BLOCK_WORDS "Block|Blocken|Blockieren|Bloquer|Bloquear|Bloqueado|Блокировать|ブロック|阻止"

/*
 * One rule as netsh writes it: the name, a line of hyphens, and pairs in a fixed order: enabled,
 * direction, profiles ... protocol, ports ... action last.
 */
struct netsh_rule {
	struct rule rule;
	bool is_rdp_port, knows_enabled;
	size_t n_pairs, tcp_pair;
};

static void take_netsh_pair(struct netsh_rule *r, struct word value)
{
	r->n_pairs++;
	if (r->n_pairs == 1) {
		r->knows_enabled = word_is_among(value, YES_WORDS) ||
		                   word_is_among(value, NO_WORDS);
		r->rule.is_enabled = word_is_among(value, YES_WORDS);
	} else if (r->n_pairs == 3) {
		r->rule.profile = value;
	} else if (word_is(value, "TCP")) {
		r->tcp_pair = r->n_pairs;
	} else if (r->tcp_pair && r->n_pairs == r->tcp_pair + 1) {
		r->is_rdp_port = word_is(value, "3389"); /* the local port stands first */
	}
	r->rule.is_block = word_is_among(value, BLOCK_WORDS);
}

/* The names of profiles are translated; three of them, or one without a comma that is "any". */
static bool is_all_profiles(struct word profile)
{
	size_t commas = 0;

	for (size_t i = 0; i < profile.n; i++)
		commas += profile.p[i] == ',';
	return commas >= 2 || is_any(profile);
}

/* Values stand in a column of their own, well behind their keys. */
static bool is_padded(struct word key, struct word value)
{
	return !value.n || value.p - (key.p + key.n) >= 3;
}

static size_t netsh_rule_at(const struct section *s, size_t i, struct netsh_rule *out)
{
	struct word key, value;

	*out = (struct netsh_rule){.rule = {.line = s->lines[i].number}};
	for (i += 2; i < s->n && s->lines[i].n; i++)
		if (line_pair(&s->lines[i], &key, &value) && !s->lines[i].indent &&
		    is_padded(key, value))
			take_netsh_pair(out, value);
	if (is_all_profiles(out->rule.profile))
		out->rule.profile = (struct word){"", 0};
	return i;
}

size_t pasted_netsh_rule(struct pasting *p, const struct section *s)
{
	struct rule rules[RULES_MAX];
	struct netsh_rule r;
	size_t n = 0, first = 0;

	for (size_t i = 0; i + 2 < s->n; i++) {
		struct word key, value;
		size_t end;

		if (!line_pair(&s->lines[i], &key, &value) || s->lines[i].indent ||
		    !is_padded(key, value) || line_rule(&s->lines[i + 1], '-') != 1 ||
		    s->lines[i + 1].n < 60)
			continue;
		end = netsh_rule_at(s, i, &r);
		if (r.n_pairs >= 6) {
			first = first ? first : r.rule.line;
			if (r.is_rdp_port && r.knows_enabled && n < RULES_MAX)
				rules[n++] = r.rule;
		}
		i = end - 1;
	}
	if (n)
		conclude_rules(p, rules, n);
	return first;
}

/* "Firewall Policy  BlockInbound,AllowOutbound": these words are not translated. */
size_t pasted_netsh_profiles(struct pasting *p, const struct section *s)
{
	size_t first = 0, profiles = 0, closed = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!line_holds(l, "Inbound") ||
		    (!line_holds(l, ",AllowOutbound") && !line_holds(l, ",BlockOutbound")))
			continue;
		first = first ? first : l->number;
		profiles++;
		closed += line_holds(l, "BlockInboundAlways");
	}
	if (profiles && closed == profiles)
		pasted_text(p, F_HOST_FIREWALL_BLOCKS, first, "BlockInboundAlways");
	return first;
}
