/*
 * binxml_inside - what the two files of binxml share: what is kept for a chunk.
 */
#ifndef READ_BINXML_INSIDE_H
#define READ_BINXML_INSIDE_H

#include "read/binxml.h"

#define TEMPLATES_MAX  2048 /* of one chunk; real ones have up to 60 */
#define TEMPLATE_SLOTS 4096
#define NAME_SLOTS     8192
#define NAMES_MAX      4096
#define LEAVES_MAX     16384
#define PARTS_MAX      32768
#define TEXT_MAX       (512 * 1024)

enum token {
	TOKEN_END = 0x00,
	TOKEN_OPEN = 0x01,
	TOKEN_CLOSE_START = 0x02,
	TOKEN_CLOSE_EMPTY = 0x03,
	TOKEN_CLOSE = 0x04,
	TOKEN_VALUE = 0x05,
	TOKEN_ATTRIBUTE = 0x06,
	TOKEN_CDATA = 0x07,
	TOKEN_CHARACTER = 0x08,
	TOKEN_ENTITY = 0x09,
	TOKEN_PI_TARGET = 0x0a,
	TOKEN_PI_DATA = 0x0b,
	TOKEN_TEMPLATE = 0x0c,
	TOKEN_VALUE_HERE = 0x0d,
	TOKEN_VALUE_IF_ANY = 0x0e,
	TOKEN_FRAGMENT = 0x0f,
	TOKEN_MORE = 0x40, /* a flag: attributes or further pieces follow */
};

struct name {
	uint32_t at;
	const char *text;
};

/* Where the values of a record begin and what they are; their places are found when asked for. */
struct values {
	const uint8_t *kinds; /* four bytes each: size, type, zero */
	const uint8_t *bytes, *end;
	uint32_t n;
};

struct binxml {
	const uint8_t *chunk;
	size_t n;
	uint32_t budget;

	struct outline outlines[TEMPLATES_MAX];
	uint32_t n_outlines;
	uint16_t outline_slots[TEMPLATE_SLOTS]; /* 0: free, else index + 1 */

	struct name names[NAMES_MAX];
	uint32_t n_names;
	uint16_t name_slots[NAME_SLOTS];

	struct leaf leaves[LEAVES_MAX];
	uint32_t n_leaves;
	struct part parts[PARTS_MAX];
	uint32_t n_parts;
	char text[TEXT_MAX];
	uint32_t n_text;

	/* how much of each belongs to the chunk's templates; the rest to the record at hand */
	uint32_t kept_leaves, kept_parts, kept_text;

	struct outline loose; /* of XML without a template */
	struct outline *outline;
	struct values values;
};

/* The text is kept with the chunk; NULL when there is no more room. */
const char *binxml_keep_text(struct binxml *b, const uint8_t *utf16, uint32_t n);

/* A name by its place in the chunk, or NULL; how many bytes it takes there. */
const char *binxml_name(struct binxml *b, uint32_t at, uint32_t *length);

/* The leaves of the XML at the cursor, which are appended to those of the chunk. */
void binxml_outline(struct binxml *b, struct cur *c, bool has_dependency, struct outline *o);

#endif
