/*
 * rows - short forms for scenario rows, for faults_*.c alone. The host is called HOST7 and is a
 * member of example.test, unless the row says otherwise.
 */
#ifndef LAB_ROWS_H
#define LAB_ROWS_H

#include "lab/faults.h"

/* Pieces of an initialiser, which no parentheses may surround. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define DOMAIN                                                                                     \
	.nb_computer = "HOST7", .nb_domain = "EXAMPLE", .dns_computer = "host7.example.test",      \
	.dns_domain = "example.test"
#define WORKGROUP                                                                                  \
	.nb_computer = "HOST7", .nb_domain = "HOST7", .dns_computer = "HOST7", .dns_domain = "HOST7"

#define NLA_KNOWN    .accepts = PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX
#define NLA_REQUIRED NLA_KNOWN, .neg_flags = 0x1f
#define NLA_OPTIONAL                                                                               \
	.accepts = PROTOCOL_SSL | PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX, .neg_flags = 0x1f
#define NLA_OLDER .accepts = PROTOCOL_HYBRID, .neg_flags = 0x03

#define WINDOWS .host = {NLA_REQUIRED, DOMAIN}
/* NOLINTEND(bugprone-macro-parentheses) */
#define BYTES(literal) .send = (literal), .n_send = sizeof(literal) - 1

#define TO_TLS_1_2        .tls = {.least = TLS_1_0, .most = TLS_1_2}
#define ONLY_TLS(version) .tls = {.least = (version), .most = (version)}

#define ALERT(number) BYTES("\x15\x03\x03\x00\x02\x02" number)

/* The Connection Confirm is the first 19 bytes that a host sends. */
#define CONFIRM_BYTES 19

#define CONFIRM_BEGIN "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00"

#endif
