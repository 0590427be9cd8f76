/*
 * computer_sockets_windows - which processes listen at a port.
 */
#ifndef OS_COMPUTER_SOCKETS_WINDOWS_H
#define OS_COMPUTER_SOCKETS_WINDOWS_H

#include "base/arena.h"
#include "os/computer_windows.h"

/* Of TCP, each once, n_most at most; how many. The arena holds the table meanwhile. */
size_t listening_pids(struct arena *arena, uint16_t port, uint32_t *pids, size_t n_most);

#endif
