/*
 * event_rows - which events of Windows speak of Remote Desktop, and of what.
 *
 * A row names an event by provider and number, since others use the same numbers, and says what
 * is taken from it: the values, the stage that it proves, whether a connection begins with it, and
 * the finding. What needs a look at several values is a small function beside the table.
 *
 * Spec    event manifests of Windows; real logs of Windows 7 to 11 and Server 2012 R2 to 2022
 * Output  notes: an event in few words, apart from its log
 */
#ifndef READ_EVENT_ROWS_H
#define READ_EVENT_ROWS_H

#include "finding/finding.h"
#include "read/evtx.h"

/* Whose log it is; connections are joined within one side. */
enum side { SIDE_HOST, SIDE_CLIENT, SIDE_GATEWAY, SIDE_DOMAIN };

/* What is known of a connection. */
enum deed {
	DID_ARRIVE = 1 << 0, /* 131 */
	DID_TAKE = 1 << 1,   /* 261 */
	DID_FAIL_SECURITY = 1 << 2,
	DID_REFUSE = 1 << 3,    /* wrong name, password, or not now */
	DID_PASS = 1 << 4,      /* 1149 */
	DID_LOG_ON = 1 << 5,    /* 21, 4624 type 10 */
	DID_SHOW = 1 << 6,      /* 22, 25, 4778: somebody could work */
	DID_TERMINATE = 1 << 7, /* 102 */
	DID_DENY = 1 << 8,      /* 4825 */
	DID_DECLINE = 1 << 9,   /* 1151 */
	DID_CONNECT = 1 << 10,  /* the client says that it is connected */
	DID_LEAVE = 1 << 11,    /* the session was ended or left */
	DID_UDP = 1 << 12,
	DID_CHANNELS = 1 << 13, /* capabilities were exchanged */
	DID_FAIL = 1 << 14,     /* the row itself says that it failed */
	DID_BREAK = 1 << 15,    /* the session failed inside */
};

struct event_note;

struct event_row {
	const char *provider; /* or the event source */
	const char *channel;  /* how its name ends, where others use the number; NULL: any */
	uint16_t id, last_id; /* last_id: up to there; 0: id alone */
	enum side side;
	bool is_hosts;     /* about the computer as such, not about a connection */
	bool is_flood;     /* so many may come that they are counted and not kept */
	bool is_cure;      /* only ends what `cures` names */
	bool begins;       /* a connection may be known by this event alone */
	bool is_once;      /* a connection has one of these */
	bool by_session;   /* belongs to whoever has the session, however long ago that began */
	uint16_t window_s; /* how long after the last event of a connection; 0: 60 */
	uint32_t did;
	enum stage_id reached;
	enum finding_id finding;
	enum finding_id cures[4];                               /* what is over when this is seen */
	const char *number, *text, *client, *account, *session; /* fields; "#2": unnamed */
	bool number_is_id;
	const char *ended; /* in words, when this ends the connection */
	bool (*sift)(struct event_note *note, const struct evtx_event *e);
};

#define NOTE_TEXT_MAX 128

/* An event in few words. Texts are "" when they are not known. */
struct event_note {
	const struct event_row *row;
	enum finding_id finding;
	uint32_t did;
	bool is_hosts;
	const char *ended;
	int64_t number;
	bool has_number;
	int session; /* -1: none */
	uint16_t port;
	int logon_type;
	char text[NOTE_TEXT_MAX], client[NOTE_TEXT_MAX], account[NOTE_TEXT_MAX];
};

/* The rows of a provider; NULL: it has none. */
const void *event_rows_of(const char *provider, const char *source);
const struct event_row *event_row(const void *group, uint16_t id);

/* What the row takes from the event; false: it says nothing after all. */
bool event_note_fill(struct event_note *note, const struct event_row *row,
                     const struct evtx_event *e);

bool address_is_loopback(const char *s);

/* All rows, for tests. */
size_t event_row_count(void);
const struct event_row *event_row_at(size_t i);

#endif
