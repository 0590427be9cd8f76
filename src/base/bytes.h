/*
 * bytes - a read cursor that cannot overrun, and a buffer that grows.
 *
 * Input   any bytes; the cursor is a view and owns nothing
 * Errors  the first flaw is latched with field name and offset; after it every
 *         read yields zero, so a decoder checks once, at its end
 * Units   offsets and lengths in bytes; be and le in a name give the byte order
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/format.h"

struct flaw {
	const char *what; /* field, spelled as in the specification; NULL: none */
	size_t at;        /* offset from the start of the outermost cursor */
};

struct cur {
	const uint8_t *start, *p, *end;
	struct flaw *flaw; /* shared with every child cursor */
};

struct cur cur_over(const void *bytes, size_t n, struct flaw *flaw);

/* Latch a flaw at the cursor's place; only the first one is kept. */
void cur_fail(struct cur *c, const char *what);

static inline bool cur_ok(const struct cur *c)
{
	return !c->flaw->what;
}

static inline size_t cur_left(const struct cur *c)
{
	return c->flaw->what ? 0 : (size_t)(c->end - c->p);
}

/* The next n bytes, or NULL and a flaw. */
const uint8_t *cur_take(struct cur *c, size_t n, const char *what);

/* A child over the next n bytes, which the parent skips. */
struct cur cur_sub(struct cur *c, size_t n, const char *what);

uint8_t cur_u8(struct cur *c, const char *what);
uint16_t cur_u16be(struct cur *c, const char *what);
uint16_t cur_u16le(struct cur *c, const char *what);
uint32_t cur_u32be(struct cur *c, const char *what);
uint32_t cur_u32le(struct cur *c, const char *what);
uint64_t cur_u64le(struct cur *c, const char *what);

/*
 * A buffer of bytes that grows on the heap; always followed by a zero byte, so
 * that text in it is a C string. Zero initialised is empty; buf_fini frees.
 */
struct buf {
	char *bytes;
	size_t n, cap;
};

void buf_fini(struct buf *b);
void buf_put(struct buf *b, const void *bytes, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);

/* The low bits of v. */
void buf_u8(struct buf *b, size_t v);
void buf_u16be(struct buf *b, size_t v);
void buf_u16le(struct buf *b, size_t v);
void buf_u32be(struct buf *b, uint32_t v);
void buf_u32le(struct buf *b, uint32_t v);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list args) PRINTF_LIKE(2, 0);

#endif
