/*
 * credssp - the leg inside TLS: the first token, the challenge, the host's refusal.
 *
 * Spec    [MS-CSSP] 2.2.1, 3.1.5; [MS-NLMP] 2.2.1; [MS-RDPBCGR] 5.4.5.2
 * Input   one whole TSRequest (credssp_frame says how long); any bytes are safe
 * Output  nla.* findings; the bytes of the role into step->out; no credentials are ever sent
 * Errors  a flaw of the peer is a finding and never an error
 * Owns    what credssp_new returned; credssp_free frees it and accepts NULL
 */
#ifndef STAGE_CREDSSP_H
#define STAGE_CREDSSP_H

#include "stage/stage.h"

struct credssp;

struct credssp *credssp_new(const struct journey_plan *plan);
void credssp_free(struct credssp *c);

/* Length of the next TSRequest; 0: more is needed; STAGE_NOT_FRAMED: this is no TSRequest. */
size_t credssp_frame(const uint8_t *bytes, size_t n);

/* A client writes its first token; the others write nothing. */
enum next credssp_open(struct credssp *c, struct step *step);
enum next credssp_feed(struct credssp *c, enum direction dir, struct cur pdu, struct step *step);

/* Bytes that are no TSRequest: an early authorization result, or something foreign. */
void credssp_unframed(struct credssp *c, enum direction dir, const uint8_t *bytes, size_t n,
                      struct step *step);

void credssp_ended(struct credssp *c, enum direction who, enum ending how, int waited_ms,
                   struct step *step);

/* Fills what was learnt here; leaves the rest alone. */
void credssp_facts(const struct credssp *c, struct journey_facts *facts);

#endif
