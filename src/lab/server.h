/*
 * server - listens and plays the host of one scenario for whoever connects.
 *
 * The host answers through the stages in the role of the server and through a real TLS; the
 * scenario's fault takes the place of one answer. It goes as far as one gets without
 * credentials: whoever sends some is told STATUS_LOGON_FAILURE, and whoever wants a session
 * is closed.
 *
 * Limits  64 connections at a time, more are reset; each at most 120 seconds; 64 KiB are kept
 *         of what a client sends while an answer is delayed
 * Errors  lab_start: NULL and a reason; what a client does is no error
 * Owns    lab_stop ends the listener and every connection; the scenario is borrowed
 */
#ifndef LAB_SERVER_H
#define LAB_SERVER_H

#include <stddef.h>
#include <stdint.h>

#include "lab/faults.h"
#include "os/net.h"

#define LAB_CONNECTIONS_MAX 64
#define LAB_SECONDS_MAX     120

struct lab;

struct lab *lab_start(struct net *net, const struct scenario *scenario,
                      const struct net_address *at, const char **error);
void lab_stop(struct lab *lab);

void lab_limit(struct lab *lab, size_t connections); /* fewer at a time than the most */
void lab_address(const struct lab *lab, struct net_address *out);
size_t lab_connections_seen(const struct lab *lab);

enum lab_event_kind { LAB_OPENED, LAB_BYTES, LAB_FIN, LAB_RST };

/* What travels, in its order: enough for an observer and for a capture. */
struct lab_event {
	enum lab_event_kind kind;
	size_t connection; /* counted from 1 */
	enum direction dir;
	const uint8_t *bytes;
	size_t n;
	int64_t wall_us;
	struct net_address client, host;
};

typedef void lab_tap(void *context, const struct lab_event *event);
void lab_on_event(struct lab *lab, lab_tap *tap, void *context);

/* How far a client came, by what was heard of it. */
enum lab_reach {
	CAME_TO_NOTHING, /* connected, and said nothing */
	CAME_TO_REQUEST, /* its X.224 request, or whatever it said first */
	CAME_TO_HELLO,
	CAME_TO_KEY, /* it answered the certificate; in TLS 1.3 TLS is up with that */
	CAME_TO_TLS,
	CAME_TO_TOKEN,       /* it spoke inside TLS, or behind a confirm without TLS */
	CAME_TO_CREDENTIALS, /* it answered the NTLM challenge */
};
const char *lab_reach_word(enum lab_reach reach); /* "hello" */

/* Told at the end of each connection. */
typedef void lab_end(void *context, const struct net_address *client, enum lab_reach reach);
void lab_on_end(struct lab *lab, lab_end *end, void *context);

/* The secrets of each TLS session, in the key log format. */
typedef void lab_key_line(void *context, const char *line);
void lab_on_key(struct lab *lab, lab_key_line *line, void *context);

#endif
