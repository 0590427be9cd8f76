#include <net/if.h>
#include <stdio.h>

#include "os/net_inside.h"

uint32_t net_zone_of(const char *name)
{
	return if_nametoindex(name);
}

bool net_zone_name(uint32_t index, char *out, size_t cap)
{
	char name[IF_NAMESIZE];

	if (!if_indextoname(index, name))
		return false;
	snprintf(out, cap, "%s", name);
	return true;
}
