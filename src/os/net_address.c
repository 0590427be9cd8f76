/* Addresses as text, and what kind they are. No socket: the network in memory uses it too. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/net_inside.h"

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static bool parse_zone(const char *zone, uint32_t *scope)
{
	char *end;

	*scope = net_zone_of(zone);
	if (*scope)
		return true;
	if (*zone < '0' || *zone > '9')
		return false;
	errno = 0;

	unsigned long index = strtoul(zone, &end, 10);

	*scope = (uint32_t)index;
	return !*end && !errno && index > 0 && index <= UINT32_MAX;
}

/* What is sent to ::ffff:192.0.2.7 is IPv4, so it is one. */
static void unmap(struct net_address *a)
{
	if (!a->is_v6 || memcmp(a->bytes, mapped_prefix, sizeof mapped_prefix) != 0)
		return;
	memmove(a->bytes, a->bytes + 12, 4);
	memset(a->bytes + 4, 0, 12);
	a->is_v6 = false;
	a->scope = 0;
}

static bool parse_v6(const char *text, struct net_address *a)
{
	const char *zone = strchr(text, '%');
	size_t n = zone ? (size_t)(zone - text) : strlen(text);
	char literal[INET6_ADDRSTRLEN];

	if (n >= sizeof literal)
		return false;
	memcpy(literal, text, n);
	literal[n] = 0;
	a->is_v6 = true;
	if (inet_pton(AF_INET6, literal, a->bytes) != 1)
		return false;
	return !zone || parse_zone(zone + 1, &a->scope);
}

bool net_address_parse(const char *text, struct net_address *out)
{
	struct net_address a = {0};

	if (inet_pton(AF_INET, text, a.bytes) != 1 && !parse_v6(text, &a))
		return false;
	unmap(&a);
	*out = a;
	return true;
}

void net_address_text(const struct net_address *a, char out[NET_ADDRESS_TEXT_MAX])
{
	char name[32];
	size_t n;

	inet_ntop(a->is_v6 ? AF_INET6 : AF_INET, a->bytes, out, NET_ADDRESS_TEXT_MAX);
	n = strlen(out);
	if (!a->is_v6 || !a->scope)
		return;
	if (net_zone_name(a->scope, name, sizeof name))
		snprintf(out + n, NET_ADDRESS_TEXT_MAX - n, "%%%s", name);
	else
		snprintf(out + n, NET_ADDRESS_TEXT_MAX - n, "%%%u", (unsigned)a->scope);
}

void net_address_port_text(const struct net_address *a, char out[NET_ADDRESS_TEXT_MAX])
{
	char text[NET_ADDRESS_TEXT_MAX];

	net_address_text(a, text);
	/* The longest text is 46 + 1 + 32; the precision tells the compiler. */
	snprintf(out, NET_ADDRESS_TEXT_MAX, a->is_v6 ? "[%.70s]:%u" : "%.70s:%u", text,
	         (unsigned)a->port);
}

bool net_address_same(const struct net_address *a, const struct net_address *b)
{
	if (a->is_v6 != b->is_v6 || memcmp(a->bytes, b->bytes, a->is_v6 ? 16 : 4) != 0)
		return false;
	/* Without a zone an address means any interface. */
	return !a->scope || !b->scope || a->scope == b->scope;
}

struct block {
	bool is_v6;
	uint8_t bytes[2]; /* what follows is zero in all but ::1, which is not here */
	unsigned bits;
};

static const struct block private_blocks[] = {
    {false, {10, 0}, 8},      {false, {172, 16}, 12},  {false, {192, 168}, 16},
    {false, {100, 64}, 10},   {false, {169, 254}, 16}, {true, {0xFC, 0}, 7},
    {true, {0xFE, 0x80}, 10},
};

static bool is_in(const struct net_address *a, const struct block *block)
{
	unsigned mask = 0xFFFFu << (16 - block->bits);
	unsigned value = (unsigned)a->bytes[0] << 8 | a->bytes[1];
	unsigned wanted = (unsigned)block->bytes[0] << 8 | block->bytes[1];

	return a->is_v6 == block->is_v6 && ((value ^ wanted) & mask & 0xFFFF) == 0;
}

bool net_address_is_loopback(const struct net_address *a)
{
	static const uint8_t one[16] = {[15] = 1};

	return a->is_v6 ? memcmp(a->bytes, one, 16) == 0 : a->bytes[0] == 127;
}

bool net_address_is_private(const struct net_address *a)
{
	for (size_t i = 0; i < sizeof private_blocks / sizeof *private_blocks; i++)
		if (is_in(a, &private_blocks[i]))
			return true;
	return false;
}
