/*
 * event_joined - what the files of event_join share: a connection while it is put together.
 */
#ifndef READ_EVENT_JOINED_H
#define READ_EVENT_JOINED_H

#include "read/event_join.h"

#define SECOND_US ((int64_t)1000000)
#define WINDOW_US (60 * SECOND_US)

/* A connection while it is put together. */
struct joined {
	const char *computer, *client, *account, *server;
	const char *file;
	uint64_t first_record, last_record;
	int64_t began_us, last_us, ended_us, udp_lost_us;
	const char *ended;
	enum side side;
	enum stage_id reached;
	uint32_t did;
	int session;
	uint16_t port, once; /* once: id of the event that it began with */
	bool has_activity;
	uint8_t activity[16];
	struct findings found;
};

struct join {
	struct joining *in;
	struct joined *at;
	size_t n, cap;
	uint32_t *by_activity; /* index + 1; 0: free */
	size_t n_slots;
};

/* "System.evtx #5021" */
const char *join_place(const struct join *j, const char *file, uint64_t record);

/* The last moment that any log of the computer tells of. */
int64_t join_logs_end(const struct joining *in, const char *computer);

/* event_attempts: what became of each, appended to the evidence. */
void join_put_attempts(struct join *j);

/* event_facts: about computers as such, floods among it. */
void join_put_facts(struct join *j);

#endif
