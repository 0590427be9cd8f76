/*
 * initiation - the X.224 request and confirm: which security protocol, or why none.
 *
 * Spec    [MS-RDPBCGR] 1.3.1.1, 2.2.1.1, 2.2.1.2, 5.4.2.1
 * Input   one whole TPKT packet; what is no TPKT goes to initiation_unframed
 * Output  neg.* findings. AS_CLIENT: what a client meets. ASIDE: only whether the host accepts
 *         what was asked (0: standard, SSL: tls, with HYBRID: nla), and why not
 * Owns    nothing; embedded in the journey
 */
#ifndef STAGE_INITIATION_H
#define STAGE_INITIATION_H

#include "stage/stage.h"

struct initiation {
	const struct journey_plan *plan;
	struct journey_facts *facts;
	bool has_request; /* it was sent or heard */
	bool is_foreign;  /* the client's first bytes were no request */
	bool is_quiet;    /* a bare hello: nothing is said about the way to it */
};

void initiation_init(struct initiation *s, const struct journey_plan *plan,
                     struct journey_facts *facts);

/* 0: more is needed, or not this direction's turn. */
size_t initiation_frame(const struct initiation *s, enum direction dir, const uint8_t *bytes,
                        size_t n);
enum next initiation_open(struct initiation *s, struct step *step);
enum next initiation_feed(struct initiation *s, enum direction dir, struct cur pdu,
                          struct step *step);
enum next initiation_unframed(struct initiation *s, enum direction dir, const uint8_t *bytes,
                              size_t n, struct step *step);

/* The host ended; bytes are what came of an answer that is not whole. */
void initiation_ended(struct initiation *s, enum ending how, const uint8_t *bytes, size_t n,
                      struct step *step);

/* What a host of that manner answers to a request, as Windows does. */
struct x224_cc;
bool initiation_answer(const struct host_manner *host, bool has_neg, uint32_t requested,
                       struct x224_cc *cc);

#endif
