/*
 * windows_adapters - the list of adapters, for interfaces and for name servers.
 *
 * Owns    the caller frees the list with free
 */
#ifndef OS_WINDOWS_ADAPTERS_H
#define OS_WINDOWS_ADAPTERS_H

#include <winsock2.h>

#include <iphlpapi.h>

/* NULL where there is none, or they cannot be had. */
IP_ADAPTER_ADDRESSES *windows_adapters(void);

#endif
