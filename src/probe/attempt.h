/*
 * attempt - one connection to the host, from the SYN to as far as one gets without credentials.
 *
 * It drives a journey in the role of the client: dials, speaks, starts TLS, and judges silence,
 * which no stage can do. What it learns goes into the findings at once, so that a run can be
 * interrupted at any moment.
 *
 * Method  a stage is silent after max(3 s, 6 round trips) without a byte, and has one second
 *         more to get on when bytes drip; CredSSP has longer, since the host may be waiting itself;
 * one second without progress is told to the owner as a worry, so that other questions can be asked
 * meanwhile Owns    its connection, journey and TLS session; itself it lives in the arena.
 * attempt_fini ends it without another word; never from within `told`
 */
#ifndef PROBE_ATTEMPT_H
#define PROBE_ATTEMPT_H

#include "finding/finding.h"
#include "os/net.h"
#include "stage/stage.h"

#define ATTEMPT_DIAL_US   3000000LL /* 4 SYNs on 2 sockets */
#define ATTEMPT_SILENT_US 3000000LL
#define ATTEMPT_NLA_US    6500000LL /* behind it a domain controller may be waited for */
#define ATTEMPT_GRACE_US  1000000LL
#define ATTEMPT_WORRY_US  1000000LL

enum attempt_kind {
	ATTEMPT_RDP,     /* X.224, TLS, CredSSP as far as the plan goes */
	ATTEMPT_CONNECT, /* the TCP connection only */
	ATTEMPT_LISTEN,  /* connect and say nothing: who closes or talks first? */
	ATTEMPT_TLS,     /* a ClientHello at once, without X.224 */
};

struct attempt;

/* Everything that travelled, for recordings and tests; what is NULL is not told. */
struct attempt_tap {
	void (*dialling)(void *context, const struct net_address *to); /* in front of the SYN */
	void (*connected)(void *context, const struct attempt *a, int64_t wall_us);
	void (*bytes)(void *context, const struct attempt *a, enum direction dir, const void *bytes,
	              size_t n, int64_t wall_us);
	void (*ended)(void *context, const struct attempt *a, enum direction who, enum ending how,
	              int waited_ms, int64_t wall_us);
	/* The facts of its connection are known, our end of it is closed; OUTCOME_OPEN: cut off. */
	void (*over)(void *context, const struct attempt *a, int64_t wall_us);
	void (*key)(void *context, const char *line); /* of a TLS session, key log format */
	void *context;
};

struct attempt_plan {
	enum attempt_kind kind;
	struct net_address to;
	struct journey_plan journey; /* role and texts; ATTEMPT_RDP and ATTEMPT_TLS */
	int most_segment;
	int64_t dial_us;           /* 0: ATTEMPT_DIAL_US */
	int64_t patience_us;       /* 0: ATTEMPT_SILENT_US; never less than six round trips */
	enum journey_place before; /* over when this is reached; 0: as far as possible */
	bool is_bare;              /* our own ClientHello, no TLS session */
	bool is_again; /* only how far it comes is asked; the roots need not be read again */
	bool is_held;  /* wait behind the connect for attempt_talk */
	const struct attempt_tap *tap;
};

enum attempt_event {
	ATTEMPT_CONNECTED,
	ATTEMPT_WORRIED, /* no progress for a second; once per place */
	ATTEMPT_MOVED,   /* another place of the journey */
	ATTEMPT_OVER,
};

enum attempt_outcome {
	OUTCOME_OPEN,    /* still under way */
	OUTCOME_DONE,    /* as far as the plan goes */
	OUTCOME_FAILED,  /* no connection; failure says why */
	OUTCOME_NO_SYN,  /* no answer to the SYN for the whole time */
	OUTCOME_ENDED,   /* the peer ended it in `place` */
	OUTCOME_SILENT,  /* it fell silent in `place` */
	OUTCOME_STOPPED, /* what came cannot be followed, or our TLS gave up */
};

struct attempt_state {
	enum attempt_outcome outcome;
	enum journey_place place; /* where it is, or was when it ended */
	bool is_connected, is_talking;
	struct net_failure failure;
	struct net_conn_facts conn;
	struct journey_facts facts;
	int64_t begun_us, connected_us, over_us; /* monotonic; 0: not yet */
	int64_t syn_rtt_us;                      /* how long the SYN's answer took */
	int64_t entered_us[PLACE_STOPPED + 1];   /* monotonic; 0: never */
};

typedef void attempt_told(void *context, struct attempt *a, enum attempt_event event);

/* The texts of the plan are borrowed; the arena is that of the findings. */
struct attempt *attempt_new(struct net *net, const struct attempt_plan *plan,
                            struct findings *found, attempt_told *told, void *context);
void attempt_fini(struct attempt *a);

void attempt_talk(struct attempt *a); /* lets a held one speak */
void attempt_drop(struct attempt *a); /* it is not needed any more: over, and done */

const struct attempt_plan *attempt_plan_of(const struct attempt *a);
const struct attempt_state *attempt_state_of(const struct attempt *a);
const char *attempt_where(const struct attempt *a); /* "tcp 192.0.2.7:3389" */

#endif
