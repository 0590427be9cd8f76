/*
 * record - what `check --capture FILE` keeps of its run: packets where the system lets us have
 * them, else what the probe's tap tells; with the secrets of the run's TLS sessions.
 *
 * Errors  a file that cannot be begun: NULL after a message; one that cannot be completed: a
 *         message, and the diagnosis stands
 * Owns    the file; record_end writes it, and must come behind probe_fini and before the
 *         findings' arena goes
 */
#ifndef APP_RECORD_H
#define APP_RECORD_H

#include "os/net.h"
#include "probe/attempt.h"

struct record;

struct record *record_begin(struct net *net, const char *path);
const struct attempt_tap *record_tap(const struct record *r);
void record_end(struct record *r);

#endif
