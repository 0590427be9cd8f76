/*
 * der - BER and DER elements: a tag byte, a length, a body.
 *
 * Spec    ITU-T X.690 8.1.2, 8.1.3, 10.1
 * Input   any bytes; one-byte tags, lengths of up to four bytes. BER's longer forms of a
 *         length are read, because hosts write them; indefinite lengths are a flaw
 * Output  bodies as child cursors or views of the input; the writer makes shortest lengths
 * Errors  the cursor holds field name and byte offset
 * Owns    nothing
 */
#ifndef WIRE_DER_H
#define WIRE_DER_H

#include "base/bytes.h"

enum {
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0A,
	DER_SEQUENCE = 0x30,
};
#define DER_CONTEXT(n)     (0xA0 | (n))
#define DER_APPLICATION(n) (0x60 | (n))

/* Bytes that somebody else owns; at == NULL: there are none. */
struct octets {
	const uint8_t *at;
	size_t n;
};

/* What a framing function says of bytes that are no element. */
#define DER_NO_ELEMENT SIZE_MAX

/*
 * Length of the element at the start, header and body; 0: more bytes are needed to tell;
 * DER_NO_ELEMENT: another tag, or a length that der_body would refuse.
 */
size_t der_length(const uint8_t *bytes, size_t n, uint8_t tag);

/* True when the next element has this tag. */
bool der_is_next(const struct cur *c, uint8_t tag);

/* The body of the next element, which must have this tag. */
struct cur der_body(struct cur *c, uint8_t tag, const char *what);

/* The body of the next element, whatever it is; 0 as tag and a flaw at the end. */
struct cur der_any(struct cur *c, uint8_t *tag, const char *what);

/* An INTEGER or ENUMERATED of at most eight bytes, with its sign. */
int64_t der_integer(struct cur *c, uint8_t tag, const char *what);

/* The body as a view of the input. */
struct octets der_octets(struct cur *c, uint8_t tag, const char *what);

/* A cursor over a view of the same input, with its offsets and its flaw. */
struct cur der_within(const struct cur *c, struct octets o);

/* Writer: what is put between open and close becomes the body. Calls nest. */
size_t der_open(struct buf *out, uint8_t tag);
void der_close(struct buf *out, size_t opened);
void der_put(struct buf *out, uint8_t tag, const void *body, size_t n);
void der_put_integer(struct buf *out, uint8_t tag, int64_t value);

#endif
