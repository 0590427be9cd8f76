/*
 * tls_hello - the TLS handshake as everyone on the path sees it, in every role.
 *
 * Spec    RFC 8446 2, 4, 5, 6; RFC 5246 6, 7; [MS-RDPBCGR] 5.4.5.1
 * Input   raw records of both directions; what is no record goes to tls_hello_unframed
 * Output  tls.* findings, each once; certificates up to TLS 1.2 go to certificate_findings.
 *         ASIDE: only tls.accepts_version, tls.hello_refused, tls.version_not_of_client
 * Limits  a handshake message of at most STAGE_PDU_MAX bytes; a longer one is a flaw
 * Owns    the handshake bytes that are not a whole message yet; tls_hello_fini
 */
#ifndef STAGE_TLS_HELLO_H
#define STAGE_TLS_HELLO_H

#include "stage/stage.h"

/* What one side has shown so far. */
struct tls_side {
	struct buf message;      /* handshake bytes of a message that is not whole yet */
	size_t n_records;        /* so many records were whole */
	size_t n_hidden;         /* bytes of encrypted records */
	bool has_changed_spec;   /* up to TLS 1.2: what follows is encrypted */
	bool has_finished;       /* the first encrypted record of the handshake was seen */
	bool is_over_its_flight; /* host, up to TLS 1.2: ServerHelloDone */
};

struct tls_hello {
	const struct journey_plan *plan;
	struct journey_facts *facts;
	struct tls_side side[2]; /* by enum direction */
	bool has_client_hello, has_server_hello, has_certificate, is_up;
	char server_name[256]; /* that the client named; "": none, or no host name */
	bool has_ultimatum; /* in the clear, where the ServerHello belongs: the host is leaving */
};

void tls_hello_init(struct tls_hello *t, const struct journey_plan *plan,
                    struct journey_facts *facts);
void tls_hello_fini(struct tls_hello *t);

size_t tls_hello_frame(const struct tls_hello *t, enum direction dir, const uint8_t *bytes,
                       size_t n);

/* A bare hello, where the plan has one, goes to step->out. */
enum next tls_hello_open(struct tls_hello *t, struct step *step);
enum next tls_hello_feed(struct tls_hello *t, enum direction dir, struct cur pdu,
                         struct step *step);
enum next tls_hello_unframed(struct tls_hello *t, enum direction dir, const uint8_t *bytes,
                             size_t n, struct step *step);

/* The host ended; bytes are what came of a record that is not whole. */
void tls_hello_ended(struct tls_hello *t, enum ending how, const uint8_t *bytes, size_t n,
                     struct step *step);

/* The driver knows that the handshake is over, whatever was seen of it. */
void tls_hello_up(struct tls_hello *t, struct step *step);

/* The certificate as the driver knows it; counts when none was seen. */
void tls_hello_certificate(struct tls_hello *t, const uint8_t *der, size_t n, struct step *step);

/*
 * A record with a ClientHello that needs no cryptography: nobody can complete a handshake with it,
 * its answer alone is of interest. Lists end with 0; NULL: everything known. server_name NULL:
 * none.
 */
void tls_hello_put(struct buf *out, uint16_t least, uint16_t most, const uint16_t *suites,
                   const uint16_t *groups, const uint16_t *signatures, const char *server_name);

#endif
