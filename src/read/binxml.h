/*
 * binxml - Windows' binary XML of events: what of one record is wanted, without making XML of it.
 *
 * A template is looked at once in a chunk: it yields leaves, the places at which the values of an
 * event stand. A record then costs a look at the few leaves that matter.
 *
 * Spec    [MS-EVEN6] 2.2.12 for the tokens. In files the names of elements and the templates lie
 *         in the chunk and are referred to by offset; elements inside a template carry two bytes
 *         more (a dependency), those outside of one do not: learnt from real logs.
 * Input   one chunk at a time, any bytes; offsets are bounded by the chunk, nesting by a limit,
 *         and work by a budget for each chunk
 * Output  views into the chunk, good until the next chunk
 * Errors  false, and the flaw says where
 */
#ifndef READ_BINXML_H
#define READ_BINXML_H

#include "base/bytes.h"
#include "read/evtx_value.h"

#define EVTX_CHUNK_BYTES 65536u

/* What a leaf is of an event. */
enum leaf_kind {
	LEAF_FIELD, /* one of EventData or UserData */
	LEAF_PROVIDER,
	LEAF_SOURCE, /* EventSourceName */
	LEAF_EVENT_ID,
	LEAF_CHANNEL,
	LEAF_COMPUTER,
	LEAF_TIME,
	LEAF_ACTIVITY,
	LEAF_NESTED, /* further XML comes from outside of the template */
	LEAF_KINDS
};

/* Where in an event one is. */
enum place {
	AT_ROOT,
	AT_EVENT,
	AT_SYSTEM,
	AT_EVENT_DATA,
	AT_USER_DATA,
	AT_LEAF, /* inside of something whose text is a value */
	AT_NOWHERE,
};

/* A piece of a value: text that the template holds, or one of the record's values. */
struct part {
	bool is_value;
	uint16_t index; /* is_value */
	uint32_t n;     /* else UTF-16 */
	const uint8_t *bytes;
};

struct leaf {
	uint8_t kind;  /* enum leaf_kind */
	uint8_t place; /* of what is nested */
	const char *name;
	uint32_t first, n; /* parts */
	const char *text;  /* of a leaf of the system part that the template alone decides */
};

/* The leaves of a template or of XML without one. */
struct outline {
	uint32_t at; /* offset of the template in the chunk; 0: none */
	uint8_t place;
	bool is_sound;
	uint32_t first, n; /* leaves */
	/* what the owner concludes from it, kept as long as the chunk */
	bool is_judged;
	const void *verdict;
	const struct leaf *kinds[LEAF_KINDS]; /* the first of each kind; NULL: none */
};

#define SUBSTITUTIONS_MAX 512

#define SUBSTITUTIONS_MAX 512

struct binxml;

struct binxml *binxml_new(void);
void binxml_free(struct binxml *b);

/* Begins with another chunk, n bytes of which are there. */
void binxml_chunk(struct binxml *b, const uint8_t *chunk, size_t n);

/*
 * The outline of a record's XML that begins at an offset; what came of a record before is gone.
 * NULL: flawed. Values are left to binxml_values.
 */
struct outline *binxml_open(struct binxml *b, uint32_t at, uint32_t end, struct flaw *flaw);

/* One part or several of a leaf, put together when there are several. */
struct evtx_value binxml_leaf(struct binxml *b, const struct leaf *leaf);

struct evtx_field {
	const char *name; /* "" when it has none */
	struct evtx_value value;
};

#define EVTX_FIELDS_MAX 128

/* All fields of the record last opened, those of nested XML too. */
size_t binxml_fields(struct binxml *b, struct evtx_field out[EVTX_FIELDS_MAX]);

#endif
