/*
 * port_list - whether a list of ports as a firewall rule has it names a port.
 *
 * Input   "3389", "80,3380-3399", "*"; words such as RPC stand for ports that RDP does not use
 * Owns    nothing
 */
#ifndef OS_PORT_LIST_H
#define OS_PORT_LIST_H

#include <stdbool.h>
#include <stdint.h>

bool port_list_has(const char *list, uint16_t port);

/* No list, or one that stands for every port. */
bool port_list_is_all(const char *list);

#endif
