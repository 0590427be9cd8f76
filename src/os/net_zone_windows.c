/* Windows writes a zone as the number of its interface; a name is understood too. */
#include <winsock2.h>

#include <iphlpapi.h>
#include <stdlib.h>

#include "os/net_inside.h"
#include "os/windows_inside.h"

uint32_t net_zone_of(const char *name)
{
	wchar_t *wide = windows_wide(name);
	NET_LUID luid;
	NET_IFINDEX index = 0;

	if (wide && *wide && ConvertInterfaceAliasToLuid(wide, &luid) == NO_ERROR &&
	    ConvertInterfaceLuidToIndex(&luid, &index) != NO_ERROR)
		index = 0;
	free(wide);
	return index;
}

bool net_zone_name(uint32_t index, char *out, size_t cap)
{
	(void)index, (void)out, (void)cap;
	return false;
}
