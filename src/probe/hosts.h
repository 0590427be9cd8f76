/*
 * hosts - what program answers, by its habits; and which habits of it one must know.
 *
 * Source  measured on the real servers (test/interop); each row says on which version
 */
#ifndef PROBE_HOSTS_H
#define PROBE_HOSTS_H

#include <stdbool.h>

struct probe;

struct host_kind {
	const char *word; /* of neg.server_kind */
	const char *says; /* the habits by which it is known */
	bool is_serial;   /* answers one connection at a time */
	bool wedges;      /* connections that follow one another quickly stop it from answering */
};

/* NULL while nothing is known. */
const struct host_kind *hosts_recognise(const struct probe *p);

#endif
