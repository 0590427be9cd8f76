/*
 * events - what Windows' event logs say of Remote Desktop: attempts joined across logs by
 * activity id, address, session and time, and the events that concern the host as such.
 *
 * Spec    the table in event_rows.c: provider, event id, fields
 * Input   several logs of one or more computers, host or client, in any order
 * Output  attempts and findings of ORIGIN_LOG with the time and record of the event
 * Rules   what stands in a log after every refused logon (226, 143, 65) proves nothing by itself;
 *         absence counts only where the log reaches back far enough
 */
#ifndef READ_EVENTS_H
#define READ_EVENTS_H

#include "read/evidence.h"

struct events;

struct events *events_new(struct arena *arena);

/* True when a file begins like an event log. */
bool events_recognises(const uint8_t *head, size_t n);

/* One log in pieces: events_begin, events_take as recording_take, events_end. */
void events_begin(struct events *e, struct evidence *ev);
size_t events_take(struct events *e, const uint8_t *bytes, size_t n, bool is_last);
void events_end(struct events *e);

/*
 * Connections that our own probe made, by where they came from: they are marked and left out of
 * every verdict. The lists are borrowed until events_conclude.
 */
void events_ours(struct events *e, const char *const *addresses, size_t n_addresses,
                 const uint16_t *ports, size_t n_ports);

/* Behind events_ours: and so are those over the loopback interface that nobody signed in on. */
void events_loopback_is_ours(struct events *e);

/* Behind the last log; ev names no file then. Frees what is not in the arena. */
void events_conclude(struct events *e, struct evidence *ev);

#endif
