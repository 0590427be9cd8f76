/*
 * computer_sockets_windows - which processes listen at a port, and which ports are taken.
 */
#ifndef OS_COMPUTER_SOCKETS_WINDOWS_H
#define OS_COMPUTER_SOCKETS_WINDOWS_H

#include "base/arena.h"
#include "os/computer_windows.h"

/* Of TCP, each once, n_most at most; how many. The arena holds the table meanwhile. */
size_t listening_pids(struct arena *arena, uint16_t port, uint32_t *pids, size_t n_most);

/* How many of a range of local ports "tcp" or "udp" holds, in whatever state; the error, or 0. */
uint32_t ports_in_use(struct arena *arena, const char *protocol, uint32_t first, uint32_t count,
                      uint32_t *n);

#endif
