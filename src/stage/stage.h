/*
 * stage - one phase of the connection sequence: bytes in, bytes and findings out.
 *
 * A stage never sees a socket, a clock or a file: time is an argument. The same code serves
 * three masters, and the role only decides who writes:
 *
 *   role       driven by         hears      writes
 *   CLIENT     probe             S2C        C2S bytes
 *   SERVER     lab               C2S        S2C bytes
 *   OBSERVER   captures, taps    both       nothing
 *
 * `journey` is one connection followed from its first byte through all stages.
 *
 * Spec    [MS-RDPBCGR] 1.3.1.1; the table of legs is in journey.c
 * Input   any bytes, cut anywhere; each direction is framed here
 * Output  findings into step->found; a flaw of the peer is a finding and never an error
 * Limits  a PDU of at most STAGE_PDU_MAX bytes; more is a flaw
 */
#ifndef STAGE_STAGE_H
#define STAGE_STAGE_H

#include "base/bytes.h"
#include "finding/finding.h"
#include "stage/profile.h"

#define STAGE_PDU_MAX    (64 * 1024)
#define STAGE_NOT_FRAMED SIZE_MAX /* a framing function: these bytes are not of my protocol */

enum role { ROLE_CLIENT, ROLE_SERVER, ROLE_OBSERVER };
enum direction { C2S, S2C };

/* More bytes are awaited; the stage is done; the peer cannot be followed any further. */
enum next { NEXT_MORE, NEXT_DONE, NEXT_STOP };

/* How one side of the transport ended. SILENT: nothing came for as long as one waits. */
enum ending { ENDED_FIN, ENDED_RST, ENDED_SILENT };

/* What one call may use and fill. */
struct step {
	struct buf *out; /* bytes to send; an observer leaves it empty */
	struct findings *found;
	enum origin origin;
	const char *where; /* "tcp 192.0.2.7:3389" */
	int64_t now_us;    /* when the bytes arrived, since 1970-01-01 UTC */
};

/*
 * Why a connection is made. What a client would do gives neg.selected, neg.failure_code and
 * so on. What no client asks (another mask, another hello) gives only findings that say so:
 * neg.accepts_* and the like.
 */
enum purpose { AS_CLIENT, ASIDE };

/* Comments on the first packet of a connection in recordings of our own. */
#define CLIENT_COMMENT "rdpwhy: as a client"
#define ASIDE_COMMENT  "rdpwhy: a measure, not what a client does"

/* What a host answers, in the role of the server. All text is UTF-8; zero is Windows-like. */
struct host_manner {
	uint32_t accepts;         /* protocols that the host takes, as a mask; bit 31: standard */
	uint8_t neg_flags;        /* RDP_NEG_RSP flags; 0: 0x1F, none with standard security */
	uint32_t forced_selected; /* with has_forced: answer this whatever was requested */
	uint32_t forced_failure;  /* not 0: RDP_NEG_FAILURE with this code */
	bool has_forced, has_no_neg_data;
	int credssp_version;    /* 0: 6 */
	uint32_t credssp_error; /* not 0: errorCode in place of a challenge */
	const char *nb_computer, *nb_domain, *dns_computer, *dns_domain;
	uint16_t build; /* 0: 20348 */
	int64_t clock_offset_s;

	/* What tells other makers' hosts and older ones; zero is a Windows of today. */
	uint8_t ntlm_major, ntlm_minor; /* VERSION of the CHALLENGE; 0: 10.0 */
	bool has_no_src_ref;            /* the confirm's source reference is 0, as of libfreerdp */
	bool has_no_target_type; /* the CHALLENGE says neither domain nor server, as WinPR's */
	bool has_no_names;       /* the CHALLENGE carries no target information */
};
#define ACCEPTS_STANDARD 0x80000000u

struct journey_plan {
	enum role role;
	enum purpose purpose;
	const struct client_profile *profile;
	uint32_t requested;  /* CLIENT: requestedProtocols */
	bool has_no_neg_req; /* CLIENT: a request without RDP_NEG_REQ */
	const char *dialled; /* the name that was dialled; NULL: an address; OBSERVER: what
	                        the ClientHello names */
	const struct host_manner *host; /* SERVER */

	/*
	 * CLIENT, ASIDE: behind the confirm the journey itself writes one bare ClientHello and
	 * follows only its answer; the driver begins no TLS. Lists end with 0; NULL: all known.
	 */
	bool has_bare_hello;
	uint16_t hello_least, hello_most;
	const uint16_t *hello_suites, *hello_groups, *hello_signatures;
};

/* Where the next bytes belong. */
enum layer { LAYER_TCP, LAYER_TLS };

struct journey;

/* The plan is copied, the texts in it are borrowed. */
struct journey *journey_new(const struct journey_plan *plan);
void journey_free(struct journey *j);

/* A client writes its first request; the others write nothing. */
enum next journey_open(struct journey *j, struct step *step);

/*
 * Bytes as they travel on TCP. Once TLS has begun, both directions are the records that a
 * tap sees: the stage `tls hello` observes them in every role.
 */
enum next journey_tcp(struct journey *j, enum direction dir, const void *bytes, size_t n,
                      struct step *step);

/* LAYER_TLS when the driver shall begin TLS now, in place of what it did before. */
enum layer journey_layer(const struct journey *j);

/* The driver's TLS is up: a client writes its first token, to be sent inside TLS. */
enum next journey_tls_up(struct journey *j, struct step *step);

/* Bytes inside TLS. */
enum next journey_tls(struct journey *j, enum direction dir, const void *bytes, size_t n,
                      struct step *step);

/*
 * The certificate chain as the driver's TLS knows it, DER, the host's own first. Only the first
 * call counts: up to TLS 1.2 the stage has seen it in the records already.
 */
void journey_certificate(struct journey *j, const uint8_t *der, size_t n, struct step *step);

/* One side ended; waited_ms says for how long nothing came, when it is silence. */
void journey_ended(struct journey *j, enum direction who, enum ending how, int waited_ms,
                   struct step *step);

/* What was awaited when it ended or now: for progress and tests. */
enum journey_place {
	PLACE_NEGOTIATION, /* the X.224 Connection Confirm is awaited */
	PLACE_HELLO,       /* an answer to the ClientHello is awaited */
	PLACE_HANDSHAKE,   /* the handshake has begun and is not over */
	PLACE_TLS_UP,      /* the handshake is over, nothing further was asked */
	PLACE_CREDSSP,     /* an answer to the first token is awaited */
	PLACE_DONE,        /* as far as one can go without credentials */
	PLACE_STOPPED,
};
enum journey_place journey_place(const struct journey *j);

/* What was agreed so far. */
struct journey_facts {
	bool has_confirm, has_neg_rsp, has_failure;
	uint32_t requested, selected, failure;
	uint8_t neg_flags;
	uint16_t src_ref; /* of the Connection Confirm: a habit of the host */
	uint16_t tls_version, tls_suite, tls_group; /* 0: not known */
	bool has_tls_alert;                         /* the host's, fatal */
	uint8_t tls_alert;
	bool has_challenge;
	int credssp_version;
	uint8_t ntlm_version[8]; /* VERSION of the CHALLENGE, zero: none */
	uint32_t ntlm_flags;
	size_t host_bytes; /* TLS bytes from the host so far */
};
struct journey_facts journey_facts(const struct journey *j);

#endif
