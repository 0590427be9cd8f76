/*
 * target - what the person typed, taken apart: a name or an address, and a port.
 *
 * Spec    RFC 1123 2.1, RFC 3986 3.2.2 (brackets), RFC 4007 11 (zones), RFC 5891 (names
 *         in other scripts, by libidn2)
 * Input   text of any kind, of any length
 * Errors  false after one line about what is wrong and what was expected. A name that is well
 *         formed but holds what no host name may hold is no error: it is marked
 */
#ifndef PROBE_TARGET_H
#define PROBE_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "os/net.h"

#define TARGET_NAME_MAX 256
#define RDP_PORT        3389

struct target {
	char name[TARGET_NAME_MAX];  /* as typed, without brackets and port */
	char ascii[TARGET_NAME_MAX]; /* as it is looked up: A-labels, without the last dot */
	uint16_t port;
	bool is_literal;
	struct net_address address; /* of a literal; its port is set */
	bool is_illegal;            /* holds characters that no host name may hold */
};

bool target_parse(const char *text, struct target *out, struct buf *complaint);

/* A single label, or a suffix that is not in the public name space (RFC 6761, 8375). */
bool target_is_internal(const struct target *t);

#endif
