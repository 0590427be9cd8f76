/*
 * answers_network - the kind of network that the host is on, and its adapters.
 */
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"
#include "read/lists.h"

#define MTU_LOW   1300
#define MTU_LEAST 68 /* RFC 791: less is no answer */

static bool is_category(const char *word)
{
	return text_same(word, "public") || text_same(word, "private") || text_same(word, "domain");
}

/* Adapters of one host may differ; then it is not known which one the client comes by. */
static const char *category_of_networks(const struct telling *t, const char **name)
{
	const struct answer *row;
	const char *only = NULL;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_NETWORK, &at));) {
		const char *category = text_or_empty(row, "category");

		if (!is_category(category) || !answer_number(row, "is_connected", 1))
			continue;
		if (only && !text_same(only, category))
			return NULL;
		only = category;
		*name = text_or_empty(row, "name");
	}
	return only;
}

static const char *category_of_profiles(const struct telling *t)
{
	const struct answer *row;
	const char *only = NULL;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_FIREWALL_PROFILE, &at));) {
		if (!answer_number(row, "is_active", 0))
			continue;
		if (only)
			return NULL;
		only = text_or_empty(row, "profile");
	}
	return only && is_category(only) ? only : NULL;
}

static const char *in_lower_case(const char *category)
{
	static const char *const words[] = {"public", "private", "domain"};

	for (size_t i = 0; i < 3; i++)
		if (text_same(category, words[i]))
			return words[i];
	return words[0];
}

static void look_at_category(struct telling *t)
{
	const char *name = "", *category = category_of_networks(t, &name);
	const char *where = arena_printf(t->arena, "network %s", name);

	if (!category && !rows_of(t, TOPIC_NETWORK)) {
		category = category_of_profiles(t);
		where = "firewall profile";
	}
	if (category)
		say_text(t, F_HOST_NETWORK_CATEGORY, in_lower_case(category), where);
}

/* --- adapters --- */

static bool is_up(const struct answer *row)
{
	return answer_number(row, "is_up", 0) != 0;
}

static void look_at_name_servers(struct telling *t)
{
	const struct answer *row;
	const char *asked = NULL;
	size_t n;

	if (!t->facts.is_domain_member)
		return;
	for (size_t at = 0; (row = answers_next(t->a, TOPIC_ADAPTER, &at));) {
		const char *servers = text_or_empty(row, "name_servers");
		const char *where = arena_printf(t->arena, "adapter %s",
		                                 text_or_empty(row, "name"));
		const char *found = is_up(row) ? public_resolver_in(servers, &n) : NULL;

		if (found) {
			say_text(t, F_HOST_DNS_PUBLIC, arena_copy(t->arena, found, n), where);
			return;
		}
		if (is_up(row) && *servers)
			asked = where;
	}
	if (asked)
		say_absent(t, F_HOST_DNS_PUBLIC, asked);
}

/* What an adapter that leads somewhere cannot carry, nobody can send through it. */
static void look_at_sizes(struct telling *t)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_ADAPTER, &at));) {
		int64_t mtu = answer_number(row, "mtu", 0);

		if (is_up(row) && *text_or_empty(row, "gateways") && mtu >= MTU_LEAST &&
		    mtu < MTU_LOW)
			say_number(
			    t, F_HOST_ADAPTER_MTU, mtu,
			    arena_printf(t->arena, "adapter %s", text_or_empty(row, "name")));
	}
}

/* Loopback adapters and those of virtual machines are up whatever happens. */
#define TYPE_LOOPBACK 24

static void look_at_link(struct telling *t)
{
	const struct answer *row;
	size_t n = 0, n_up = 0;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_ADAPTER, &at));) {
		if (answer_number(row, "type", 0) == TYPE_LOOPBACK ||
		    answer_number(row, "is_tunnel", 0))
			continue;
		n++;
		n_up += is_up(row);
	}
	if (n)
		say_whether(t, F_HOST_LINK_DOWN, !n_up, "adapters");
}

void answers_network(struct telling *t)
{
	look_at_category(t);
	look_at_name_servers(t);
	look_at_sizes(t);
	if (!t->facts.is_stand_in)
		look_at_link(t);
}
