/*
 * measures - what else can be asked of a host, one row each.
 *
 * The first connection is made as a client would make it. These rows are asked beside it or
 * behind it: some of every host that answers, the others only in circumstances in which their
 * answer can tell something. Which of those are worth it, the verdict decides (in app).
 */
#ifndef PROBE_MEASURES_H
#define PROBE_MEASURES_H

#include "finding/finding.h"
#include "probe/attempt.h"

/* Circumstances, as bits, of the connection that was made as a client would. */
enum {
	C_CONFIRMED = 1 << 0,      /* the X.224 Connection Confirm came */
	C_NEG_CLOSED = 1 << 1,     /* closed in place of an answer */
	C_NEG_SILENT = 1 << 2,     /* silent, or for a second so far */
	C_NEG_REFUSED = 1 << 3,    /* RDP_NEG_FAILURE */
	C_NEG_STRANGE = 1 << 4,    /* an answer that is not RDP or breaks the specification */
	C_TLS_STOPPED = 1 << 5,    /* TLS began and did not complete */
	C_TLS_SILENT = 1 << 6,     /* silence in TLS, or for a second so far */
	C_NLA_STOPPED = 1 << 7,    /* CredSSP began and gave no challenge */
	C_PORT_SILENT = 1 << 8,    /* no answer to the SYN, or for a second so far */
	C_CLOSED = 1 << 9,         /* it was ended at once, not by silence */
	C_TROUBLE = (1 << 10) - 2, /* any of those that hinder */

	C_KIND_OPEN = 1 << 10,   /* xrdp or an old Windows without NLA */
	C_CLEAN = 1 << 11,       /* it came as far as one can */
	C_ALWAYS_FULL = 1 << 12, /* only by --full */
	C_ODD = 1 << 13,         /* it came as far as one can, and one beside it broke off */
	C_LATE = 1 << 14,        /* it did, and an answer came as late as one that was lost */
};

#define MEASURE_GIVES_MAX 6
#define MEASURE_PORTS_MAX 8

struct measure {
	const char *id;
	const char *says; /* what it does, for progress and the docs */
	unsigned when;    /* any of these circumstances */
	bool is_base;     /* of every host in that circumstance, whatever the verdict */
	bool is_urgent;   /* begun while the first connection is still waited for */
	bool is_by_code;  /* only where the client showed a failure and the probe is clean */
	enum finding_id gives[MEASURE_GIVES_MAX];
	enum stage_id keeps[2]; /* findings of these stages are kept; the rest repeats others */

	bool is_echo; /* no connection: an ICMP echo. What follows is of connections */
	enum attempt_kind kind;
	enum purpose purpose;
	uint32_t requested; /* MASK_OF_CLIENT: that of the profile */
	bool has_no_neg_req;
	uint16_t hello; /* a bare ClientHello of this version only */
	int most_segment;
	uint16_t ports[MEASURE_PORTS_MAX]; /* other ports of the host, 0 ends */
	int times;                         /* repeats, one after the other; 0: once */
};

#define MASK_OF_CLIENT UINT32_MAX

size_t measure_count(void);
const struct measure *measure_at(size_t i);

#endif
