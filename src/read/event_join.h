/*
 * event_join - the events of single connections put together, and what is said of computers.
 *
 * Rules   by activity id first, which RdpCoreTS, RemoteConnectionManager and LocalSessionManager
 *         share; then by session, client, account and time. Of what belongs to nothing nothing is
 *         said. An event that is missing counts only where its log reaches back far enough.
 */
#ifndef READ_EVENT_JOIN_H
#define READ_EVENT_JOIN_H

#include "read/event_rows.h"
#include "read/evidence.h"

#define NOTES_MAX   131072
#define REACHES_MAX 256
#define CURE        INT64_MIN /* number of a fact that only says since when it is over */

struct text_pool {
	struct arena *arena;
	const char **slots;
	uint32_t n, n_slots;
};

/* The same address for equal texts; "" for too many. */
const char *text_kept(struct text_pool *t, const char *s);

struct kept_note {
	const struct event_row *row;
	int64_t when_us, number;
	uint64_t record;
	const char *file, *computer, *client, *account, *text, *ended;
	enum finding_id finding;
	uint32_t did;
	int session, logon_type;
	uint16_t port, id;
	bool has_activity;
	uint8_t activity[16];
};

/* Something about a computer, or since when it is over. */
struct host_fact {
	enum finding_id finding;
	const char *host, *text, *file, *client;
	int64_t number, last_us, since_us; /* since: the first one after it was last over */
	uint64_t record, count;
};

/* How far back the log of a channel reaches. Computers are renamed, and logs collected. */
#define COMPUTERS_MAX 8

struct log_reach {
	const char *file, *channel, *computers[COMPUTERS_MAX];
	size_t n_computers;
	int64_t first_us, last_us;
};

/* Where probes of ours came from. */
struct ours {
	const char *const *addresses;
	const uint16_t *ports;
	size_t n_addresses, n_ports;
	bool is_loopback; /* of a computer that calls itself */
};

struct joining {
	struct arena *arena;
	struct evidence *ev;
	struct kept_note *notes;
	size_t n_notes;
	const struct host_fact *facts;
	size_t n_facts;
	const struct log_reach *reaches;
	size_t n_reaches;
	const struct ours *ours;
};

void event_join(struct joining *in);

#endif
