/*
 * answers_client - what a computer's answers tell of it as the one that connects.
 *
 * Rules   stored credentials count for the host that is called; a tunnel that is down says
 *         something only while none is up
 */
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"
#include "read/lists.h"

#define TYPE_PPP 23

static const char target_start[] = "TERMSRV/";

static bool starts(const char *text, const char *with)
{
	char head[32];
	size_t n = strlen(with);

	if (strlen(text) < n || n >= sizeof head)
		return false;
	memcpy(head, text, n);
	head[n] = '\0';
	return text_same(head, with);
}

/* "Domain:target=TERMSRV/host" as well as the name alone. */
static const char *host_of_target(const char *target)
{
	const char *equals = strchr(target, '=');
	const char *name = equals ? equals + 1 : target;

	return starts(name, target_start) ? name + strlen(target_start) : NULL;
}

static void look_at_credentials(struct telling *t, const char *host)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_CREDENTIAL, &at));) {
		const char *target = text_or_empty(row, "target"), *of = host_of_target(target);

		if (of && (!host || text_same(of, host))) {
			say_fact(t, F_CLIENT_SAVED_CREDENTIALS,
			         arena_printf(t->arena, "credential %s", target));
			return;
		}
	}
	if (is_answered(t, TOPIC_CREDENTIAL) && host)
		say_absent(t, F_CLIENT_SAVED_CREDENTIALS, "credentials");
}

/* Not those that Windows itself has on every computer, for IPv6. */
static bool is_vpn(const struct answer *row)
{
	static const char *const words[] = {"vpn",           "wireguard", "wintun",   "openvpn",
	                                    "anyconnect",    "fortinet",  "pangp",    "forticlient",
	                                    "globalprotect", "sonicwall", "juniper",  "tailscale",
	                                    "pulse",         "zerotier",  "nordlynx", "zscaler"};
	const char *description = text_or_empty(row, "description");

	if (answer_number(row, "type", 0) == TYPE_PPP)
		return true;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_words_found(words[i], description) ||
		    text_words_found(words[i], text_or_empty(row, "name")))
			return true;
	return false;
}

static void look_at_tunnels(struct telling *t)
{
	const struct answer *row, *down = NULL;
	size_t n_up = 0;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_ADAPTER, &at));) {
		if (!is_vpn(row))
			continue;
		n_up += answer_number(row, "is_up", 0) != 0;
		down = !answer_number(row, "is_up", 1) ? row : down;
	}
	if (down && !n_up)
		say_fact(t, F_PATH_TUNNEL_DOWN,
		         arena_printf(t->arena, "adapter %s", text_or_empty(down, "name")));
}

static void look_at_updates(struct telling *t)
{
	size_t at = 0;
	const struct answer *row = answers_next(t->a, TOPIC_COMPUTER, &at);
	int ubr = row ? (int)(answer_number(row, "revision", -1) & 0xFFFFF) : -1;
	const struct regression *r;

	if (!row || answer_number(row, "revision", -1) < 0)
		return;
	for (size_t i = 0; (r = regression_at(i)); i++)
		if (r->is_of_client && regression_is_in(r, t->facts.build, ubr))
			say_text(t, F_CLIENT_KNOWN_BUG,
			         arena_printf(t->arena, "%s, %s", r->kb, r->says), "computer");
}

void answers_client(struct telling *t, const char *host)
{
	look_at_credentials(t, host);
	look_at_tunnels(t);
	if (!t->facts.is_stand_in)
		look_at_updates(t);
}
