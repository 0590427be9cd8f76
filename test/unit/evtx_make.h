/*
 * evtx_make - event logs of our own making: chunks with names and templates shared as Windows
 * does it, records, checksums. Other readers accept them.
 *
 * Input   events in the order of the log; texts are UTF-8
 * Owns    the bytes, until evtx_make_free
 *
 *   struct evtx_maker m = {.computer = "HOST7"};
 *   evtx_make_event(&m, RDPCORE, RDPCORE "/Operational", 131, when_us, activity,
 *                   "ConnType", "TCP", "ClientIP", "192.0.2.9:50123", NULL);
 *   struct buf log = evtx_make_end(&m);
 */
#ifndef TEST_UNIT_EVTX_MAKE_H
#define TEST_UNIT_EVTX_MAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define MADE_CHUNK 65536u

struct made_name {
	char text[200];
	uint32_t at;
};

struct evtx_maker {
	/* what the next events have besides their own arguments; set before, changed at will */
	const char *computer;      /* NULL: "HOST" */
	const char *source;        /* EventSourceName; NULL: none */
	bool has_user_data;        /* UserData instead of EventData */
	bool has_no_template;      /* as collected events are written */
	bool says_provider_itself; /* the provider is a value of the record, not of the template */

	/* inside */
	struct buf out;
	uint8_t chunk[MADE_CHUNK];
	uint32_t n, last, n_chunks;
	uint64_t record, first_of_chunk;
	struct made_name names[512], templates[128];
	uint32_t n_names, n_templates;
	bool is_full;
};

/*
 * One event. activity: "{F420...}" or NULL. Then pairs of name and value, ended by NULL; "" is a
 * field without name. A value that begins with 0x becomes a 32 bit number in hexadecimal,
 * "#12" an unsigned number, "guid:{...}" an id, "hex:00ff" bytes; everything else is text.
 * "Binary" without "hex:" is the text as UTF-16 bytes.
 */
void evtx_make_event(struct evtx_maker *m, const char *provider, const char *channel, unsigned id,
                     int64_t when_us, const char *activity, ...);

/* The same with the pairs in an array, ended by NULL. */
void evtx_make_event_of(struct evtx_maker *m, const char *provider, const char *channel,
                        unsigned id, int64_t when_us, const char *activity,
                        const char *const *pairs);

/* The finished file; the maker can be used again. The caller frees it with buf_fini. */
struct buf evtx_make_end(struct evtx_maker *m);

#endif
