/*
 * recording - packet captures: TCP streams put together again and followed by the stages as
 * observer; one attempt for each connection to a Remote Desktop port or that speaks RDP.
 *
 * Spec    draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng (blocks SHB IDB EPB SPB PB NRB ISB DSB);
 *         link types of tcpdump.org; RFC 791, 8200, 9293; [MS-RDPEUDP] 2.2
 * Input   the file in pieces of any size, in order; recording_take says how much of a piece is
 *         used up, the rest is offered again in front of the next
 * Output  attempts with findings of ORIGIN_CAPTURE
 * Limits  memory grows with open connections, never with packets: see recording.c
 */
#ifndef READ_RECORDING_H
#define READ_RECORDING_H

#include "read/evidence.h"
#include "read/tls_secrets.h"
#include "stage/profile.h"

struct recording;

/* True when a file begins like a capture of either form and byte order. */
bool recording_recognises(const uint8_t *head, size_t n);

struct recording_plan {
	const struct client_profile *profile; /* for which hosts are judged */
	struct tls_secrets *secrets;          /* those given beside; a capture's own are added */
	uint16_t port;                        /* besides 3389; 0: none */
};

struct recording *recording_new(struct evidence *ev, const struct recording_plan *plan);
size_t recording_take(struct recording *r, const uint8_t *bytes, size_t n, bool is_last);

/* What is still open is concluded; attempts are complete after it. Frees. */
void recording_end(struct recording *r);

#endif
