#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

struct cur cur_over(const void *bytes, size_t n, struct flaw *flaw)
{
	const uint8_t *p = bytes;

	*flaw = (struct flaw){0};
	return (struct cur){.start = p, .p = p, .end = p ? p + n : p, .flaw = flaw};
}

void cur_fail(struct cur *c, const char *what)
{
	if (c->flaw->what)
		return;
	c->flaw->what = what;
	c->flaw->at = (size_t)(c->p - c->start);
}

const uint8_t *cur_take(struct cur *c, size_t n, const char *what)
{
	const uint8_t *p = c->p;

	if (c->flaw->what || n > (size_t)(c->end - c->p)) {
		cur_fail(c, what);
		return NULL;
	}
	if (n)
		c->p += n;
	return p;
}

struct cur cur_sub(struct cur *c, size_t n, const char *what)
{
	const uint8_t *p = cur_take(c, n, what);

	if (!p || !n)
		return (struct cur){.start = c->start, .p = c->p, .end = c->p, .flaw = c->flaw};
	return (struct cur){.start = c->start, .p = p, .end = p + n, .flaw = c->flaw};
}

static uint64_t take_be(struct cur *c, size_t n, const char *what)
{
	const uint8_t *p = cur_take(c, n, what);
	uint64_t v = 0;

	for (size_t i = 0; p && i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static uint64_t take_le(struct cur *c, size_t n, const char *what)
{
	const uint8_t *p = cur_take(c, n, what);
	uint64_t v = 0;

	for (size_t i = n; p && i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

uint8_t cur_u8(struct cur *c, const char *what)
{
	return (uint8_t)take_be(c, 1, what);
}

uint16_t cur_u16be(struct cur *c, const char *what)
{
	return (uint16_t)take_be(c, 2, what);
}

uint16_t cur_u16le(struct cur *c, const char *what)
{
	return (uint16_t)take_le(c, 2, what);
}

uint32_t cur_u32be(struct cur *c, const char *what)
{
	return (uint32_t)take_be(c, 4, what);
}

uint32_t cur_u32le(struct cur *c, const char *what)
{
	return (uint32_t)take_le(c, 4, what);
}

uint64_t cur_u64le(struct cur *c, const char *what)
{
	return take_le(c, 8, what);
}

static void buf_reserve(struct buf *b, size_t n)
{
	if (n < b->cap - b->n && b->cap)
		return;

	size_t cap = b->cap ? b->cap : 1024;

	while (cap - b->n <= n && cap <= SIZE_MAX / 2)
		cap *= 2;

	char *bytes = cap - b->n > n ? realloc(b->bytes, cap) : NULL;

	if (!bytes) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	b->bytes = bytes;
	b->cap = cap;
}

void buf_put(struct buf *b, const void *bytes, size_t n)
{
	buf_reserve(b, n);
	if (n)
		memcpy(b->bytes + b->n, bytes, n);
	b->n += n;
	b->bytes[b->n] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	if (n > 0) {
		buf_reserve(b, (size_t)n + 1);
		vsnprintf(b->bytes + b->n, (size_t)n + 1, format, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void buf_fini(struct buf *b)
{
	free(b->bytes);
	*b = (struct buf){0};
}

void buf_u8(struct buf *b, size_t v)
{
	buf_putc(b, (char)(unsigned char)(v & 0xFF));
}

void buf_u16be(struct buf *b, size_t v)
{
	buf_u8(b, v >> 8);
	buf_u8(b, v);
}

void buf_u16le(struct buf *b, size_t v)
{
	buf_u8(b, v);
	buf_u8(b, v >> 8);
}

void buf_u32be(struct buf *b, uint32_t v)
{
	buf_u16be(b, v >> 16);
	buf_u16be(b, v);
}

void buf_u32le(struct buf *b, uint32_t v)
{
	buf_u16le(b, v);
	buf_u16le(b, v >> 16);
}
