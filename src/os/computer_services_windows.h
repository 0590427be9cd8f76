/*
 * computer_services_windows - which services a process runs, for whoever met the process.
 *
 * Owns    nothing: texts live in the arena
 */
#ifndef OS_COMPUTER_SERVICES_WINDOWS_H
#define OS_COMPUTER_SERVICES_WINDOWS_H

#include "base/arena.h"
#include "os/computer_windows.h"

/* All that run, asked once. */
struct running_services {
	struct running_service {
		const char *name;
		uint32_t pid;
	} * at;
	size_t n;
	uint32_t error; /* 0: asked */
};

struct running_services running_services(struct arena *arena);

/* Their names with commas; NULL: none. */
const char *services_of_pid(const struct running_services *s, struct arena *arena, uint32_t pid);

#endif
