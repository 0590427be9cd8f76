/*
 * evtx - event logs of Windows in pieces: chunks, records, and of each record what is wanted.
 *
 * The head of the file is not believed: a log that was copied from a running computer says too
 * little in it. Every chunk that is there is read, and in a damaged one every record that is.
 *
 * Spec    the format of the file is not published; [MS-EVEN6] 2.2 for what records hold. Sizes
 *         and places here are what real logs show.
 * Input   the file in pieces of any size, in order; any bytes are safe
 * Output  the events that the sink wants, as views that are good until its function returns
 * Errors  complaints with the byte; every other record is still read
 *
 *   file    4096 bytes, then chunks of 64 KiB
 *   chunk   "ElfChnk\0" first and last record twice; end of the last record, end of all, checksums;
 *           at 128 the offsets of names, at 384 of templates; from 512 on records
 *   record  2a 2a 00 00, size, number, time, XML, size again
 */
#ifndef READ_EVTX_H
#define READ_EVTX_H

#include "read/binxml.h"
#include "read/evidence.h"

struct evtx_event {
	uint64_t record;
	int64_t when_us;
	uint16_t id;
	const char *provider, *source, *channel; /* "" when they are not said */
	struct evtx_value computer;
	uint8_t activity[16];
	bool has_activity;
	const struct evtx_field *fields;
	size_t n_fields;
};

/* The first field of that name, or a value of no type; n counts the unnamed ones from 0. */
struct evtx_value evtx_field(const struct evtx_event *e, const char *name);
struct evtx_value evtx_unnamed(const struct evtx_event *e, size_t n);

struct evtx_sink {
	void *context;
	/* Asked once for each origin of a chunk; NULL: nothing of it is wanted. */
	const void *(*group)(void *context, const char *provider, const char *source,
	                     const char *channel);
	bool (*wants)(const void *group, uint16_t id);
	void (*event)(void *context, const void *group, const struct evtx_event *event);
	/* The first and the last record of each chunk: how far a log reaches. NULL: nobody asks. */
	void (*reach)(void *context, const struct evtx_event *event);
};

struct evtx_counts {
	uint64_t bytes, chunks, records, unreadable, filtered;
	bool is_dirty;
};

struct evtx;

bool evtx_recognises(const uint8_t *head, size_t n);

struct evtx *evtx_new(const struct evtx_sink *sink);
void evtx_begin(struct evtx *x, struct complaints *complaints);

/* How much of the piece is used up; the rest is offered again in front of the next one. */
size_t evtx_take(struct evtx *x, const uint8_t *bytes, size_t n, bool is_last);
struct evtx_counts evtx_end(struct evtx *x);
void evtx_free(struct evtx *x);

#endif
