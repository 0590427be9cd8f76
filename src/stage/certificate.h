/*
 * certificate - what a host's certificate says, as findings. Pure: times are arguments.
 *
 * Spec    RFC 5280; RFC 6125 6.4; [MS-RDPBCGR] 5.4.5.1
 * Input   DER of one certificate, any bytes; the name dialled, NULL for an address
 * Output  cert.* findings; not judged: whether this client trusts the issuer, which needs
 *         its store (the probe adds cert.untrusted)
 */
#ifndef STAGE_CERTIFICATE_H
#define STAGE_CERTIFICATE_H

#include "stage/stage.h"

void certificate_findings(const uint8_t *der, size_t n, const char *dialled,
                          const struct client_profile *profile, struct step *step);

#endif
