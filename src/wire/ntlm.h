/*
 * ntlm - the messages of NTLM as far as they travel without credentials.
 *
 * Spec    [MS-NLMP] 2.2.1.1, 2.2.1.2, 2.2.1.3 (its header only), 2.2.2.1, 2.2.2.10
 * Input   one token, any bytes; payloads may overlap, as the offsets allow it
 * Output  host-order integers; names in UTF-8, cut at NTLM_NAME_MAX, what is no character
 *         becomes U+FFFD; views of the input die with it
 * Errors  readers return false; the cursor holds field name and byte offset
 * Owns    nothing
 *
 *   0          8     12       20     24         32        40          48       56
 *   +----------+-----+--------+------+----------+---------+-----------+--------+---------
 *   | NTLMSSP0 |  2  | target | flags| server   | reserved| target    | VERSION| payload
 *   |          |     | name   |      | challenge|         | info      |        |
 *   +----------+-----+--------+------+----------+---------+-----------+--------+---------
 *   CHALLENGE. A field is length16, maximum16, offset32; offsets count from NTLMSSP.
 */
#ifndef WIRE_NTLM_H
#define WIRE_NTLM_H

#include "wire/der.h"

#define NTLM_NAME_MAX      768 /* bytes of UTF-8 with the final zero */
#define NTLM_VERSION_BYTES 8

enum ntlm_type { NTLM_NONE, NTLM_NEGOTIATE, NTLM_CHALLENGE, NTLM_AUTHENTICATE };

/* NegotiateFlags, [MS-NLMP] 2.2.2.5 */
#define NTLMSSP_NEGOTIATE_UNICODE                  0x00000001u
#define NTLMSSP_NEGOTIATE_OEM                      0x00000002u
#define NTLMSSP_REQUEST_TARGET                     0x00000004u
#define NTLMSSP_NEGOTIATE_SIGN                     0x00000010u
#define NTLMSSP_NEGOTIATE_SEAL                     0x00000020u
#define NTLMSSP_NEGOTIATE_LM_KEY                   0x00000080u
#define NTLMSSP_NEGOTIATE_NTLM                     0x00000200u
#define NTLMSSP_NEGOTIATE_ALWAYS_SIGN              0x00008000u
#define NTLMSSP_TARGET_TYPE_DOMAIN                 0x00010000u
#define NTLMSSP_TARGET_TYPE_SERVER                 0x00020000u
#define NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY 0x00080000u
#define NTLMSSP_NEGOTIATE_TARGET_INFO              0x00800000u
#define NTLMSSP_NEGOTIATE_VERSION                  0x02000000u
#define NTLMSSP_NEGOTIATE_128                      0x20000000u
#define NTLMSSP_NEGOTIATE_KEY_EXCH                 0x40000000u
#define NTLMSSP_NEGOTIATE_56                       0x80000000u

struct ntlm_negotiate {
	uint32_t flags;
	uint8_t version[NTLM_VERSION_BYTES]; /* zero: none */
	struct octets domain, workstation;
};

struct ntlm_challenge {
	uint32_t flags;
	uint8_t challenge[8];
	uint8_t version[NTLM_VERSION_BYTES]; /* zero: none */
	struct octets target_name, target_info;
};

struct ntlm_authenticate {
	uint32_t flags;
	struct octets lm, nt, domain, user, workstation, session_key;
};

/* What the AV pairs of a CHALLENGE say of the host. */
struct ntlm_target {
	char nb_computer[NTLM_NAME_MAX], nb_domain[NTLM_NAME_MAX];
	char dns_computer[NTLM_NAME_MAX], dns_domain[NTLM_NAME_MAX], dns_tree[NTLM_NAME_MAX];
	bool has_flags, has_time;
	uint32_t flags;
	uint64_t filetime;
};

/* The type of a token that begins with NTLMSSP, else NTLM_NONE. */
enum ntlm_type ntlm_type(struct octets token);

bool ntlm_read_negotiate(struct cur *c, struct ntlm_negotiate *m);
bool ntlm_read_challenge(struct cur *c, struct ntlm_challenge *m);
bool ntlm_read_authenticate(struct cur *c, struct ntlm_authenticate *m);
bool ntlm_read_target(struct cur *info, struct ntlm_target *t);

/* Text of a field, in UTF-16LE; [MS-NLMP] 2.2.2.1 */
void ntlm_text(struct octets utf16, char out[NTLM_NAME_MAX]);

void ntlm_put_version(uint8_t version[NTLM_VERSION_BYTES], uint8_t major, uint8_t minor,
                      uint16_t build);
uint16_t ntlm_build(const uint8_t version[NTLM_VERSION_BYTES]);

/* A NEGOTIATE without names of the client; a CHALLENGE, whose target name and info are given. */
void ntlm_put_negotiate(struct buf *out, const struct ntlm_negotiate *m);
void ntlm_put_challenge(struct buf *out, const struct ntlm_challenge *m);
void ntlm_put_target(struct buf *out, const struct ntlm_target *t);
void ntlm_put_text(struct buf *out, const char *utf8);

/* Microseconds since 1970 and 100 ns since 1601. */
int64_t ntlm_time_us(uint64_t filetime);
uint64_t ntlm_filetime(int64_t us);

#endif
