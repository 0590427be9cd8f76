/*
 * rdp_inside - what the files of the .rdp reader share: the table of properties, the lines of
 * one file, the rules, the signature.
 *
 * Spec    Microsoft: supported RDP properties; the rows of rdp_properties.c name their sources
 * Owns    nothing: everything lives in the arena of the evidence
 */
#ifndef READ_RDP_INSIDE_H
#define READ_RDP_INSIDE_H

#include "base/bytes.h"
#include "read/rdp_file.h"

#define RDP_LINES_MAX 4096

/* What a value means for a connection. */
enum rdp_property_flag {
	RDP_JUDGED = 1,  /* it can decide whether a connection is made; else looks and devices */
	RDP_SOUND = 2,   /* a line that cannot be used makes the file useless, and not only odd */
	RDP_SECRET = 4,  /* its value is never shown */
	RDP_CLOUD = 8,   /* only files of Azure Virtual Desktop and Windows 365 hold it */
	RDP_SIGNED = 16, /* a signer covers it, wherever the line is there */
};

struct rdp_property {
	const char *name;    /* lower case */
	char type;           /* i decimal, s text, b bytes in hexadecimal */
	int64_t least, most; /* of type i */
	const char *usual;   /* what holds without the line; NULL: nothing, or not known */
	const char *source;
	unsigned flags;
};

const struct rdp_property *rdp_property_at(size_t i); /* NULL behind the last */
size_t rdp_property_index(const char *name);          /* of any case; rdp_property_count: unknown */
size_t rdp_property_count(void);

enum rdp_encoding {
	RDP_UTF16LE,
	RDP_UTF16LE_UNMARKED,
	RDP_UTF16BE,
	RDP_UTF16BE_UNMARKED,
	RDP_UTF8,
	RDP_UTF8_MARKED,
	RDP_ANSI,
	RDP_ENCODING_COUNT
};

struct rdp_line {
	size_t number;                       /* 1 is the first */
	const char *text;                    /* the whole line as it stands, without its end */
	const char *name;                    /* NULL: not of the form name:type:value */
	const char *value;                   /* behind the second colon, as it stands */
	char type;                           /* lower case */
	const struct rdp_property *property; /* NULL: unknown */
	int64_t number_value;                /* of type i */
	const char *flaw;                    /* why the line cannot be used; NULL: it can */
};

struct rdp_text {
	enum rdp_encoding encoding;
	bool is_cut;       /* UTF-16 with an odd number of bytes */
	bool has_open_end; /* the last line has no end */
	bool has_beyond_ascii;
	size_t n_trailing_nul; /* characters */
	struct rdp_line *lines;
	size_t n_lines, n_good;
	const struct rdp_line **of_property; /* the last usable line of each property; NULL: none */
};

void rdp_text_read(const void *bytes, size_t n, struct evidence *ev, struct rdp_text *out);

/* The last usable line of a property; NULL: there is none. */
const struct rdp_line *rdp_line_of(const struct rdp_text *t, const char *name);

/* Its text, without blanks around it; NULL when the line is missing or empty. */
const char *rdp_string_of(const struct rdp_text *t, const char *name, struct arena *arena);

/* Its number, or `otherwise`. */
int64_t rdp_number_of(const struct rdp_text *t, const char *name, int64_t otherwise);

/* "HOST", "HOST:PORT", "ADDRESS" or "[ADDRESS]:PORT", taken apart. */
struct rdp_address {
	const char *host; /* without blanks and brackets; NULL: empty */
	uint16_t port;    /* 0: not said */
	bool is_literal, has_blanks_around, has_underscore;
	const char *flaw; /* why no client can use it; NULL: it can */
};
struct rdp_address rdp_address_of(const char *text, struct arena *arena);

/* A finding of the file, at a line; 0: of the file as a whole. */
void rdp_tell(struct evidence *ev, enum finding_id id, size_t line, const char *text);
struct finding rdp_finding(struct evidence *ev, enum finding_id id, size_t line);

/* The rules, one row each; notes and findings are told. */
void rdp_rules_apply(const struct rdp_text *t, struct evidence *ev);

/* The signature; now_us 0: validity of its certificate is not judged. */
void rdp_signature_check(const struct rdp_text *t, int64_t now_us, struct evidence *ev);

#endif
