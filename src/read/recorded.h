/*
 * recorded - one recorded connection as an attempt: how far it came, who ended it and how, and
 * what that says.
 *
 * Input   a stream that is over, and what was said on it
 * Output  an attempt whose texts can be freed alone
 * Owns    recorded_free frees
 */
#ifndef READ_RECORDED_H
#define READ_RECORDED_H

#include "read/conversation.h"
#include "read/streams.h"

/* What the listener of the streams hangs on each. */
struct talk {
	struct conversation *conversation;
	char *where;
	bool has_end; /* who was first */
	enum direction ender;
	enum ending how;
	int64_t end_us;
	int waited_ms; /* not 0: the client left after so long without an answer */
};

struct recorded {
	struct attempt attempt; /* its set of findings stays empty */
	struct loose found;
	struct endpoint client, host;
};

struct recorded_context {
	const char *name;    /* of the file */
	int64_t recorded_us; /* up to when the recording goes */
};

/* How long one waits before it is silence, for this stream. */
int64_t silence_us(const struct stream *s);

/* False: there is nothing to tell. The talk may be NULL: no byte was said. */
bool recorded_make(const struct stream *s, const struct talk *talk,
                   const struct recorded_context *context, struct recorded *out);
void recorded_free(struct recorded *r);

/* "192.0.2.7:3389", "[2001:db8::7]:3389" */
void endpoint_text(const struct endpoint *e, bool has_port, char *out, size_t n);

#endif
