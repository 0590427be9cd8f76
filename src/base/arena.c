#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

#define BLOCK_BYTES ((size_t)64 * 1024)

struct arena_block {
	struct arena_block *older;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *grow(struct arena *a, size_t n_bytes)
{
	size_t size = n_bytes > BLOCK_BYTES ? n_bytes : BLOCK_BYTES;
	struct arena_block *block = NULL;

	if (size <= SIZE_MAX - sizeof *block)
		block = calloc(1, sizeof *block + size);
	if (!block) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	block->size = size;
	block->older = a->newest;
	a->newest = block;
	return block;
}

void *arena_new(struct arena *a, size_t n_bytes)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *block = a->newest;
	size_t at = block ? (block->used + align - 1) / align * align : 0;

	if (!block || at > block->size || n_bytes > block->size - at) {
		block = grow(a, n_bytes);
		at = 0;
	}
	block->used = at + n_bytes;
	return block->bytes + at;
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_new(a, n + 1);

	if (n)
		memcpy(copy, s, n);
	return copy;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);

	char *s = arena_new(a, n < 0 ? 1 : (size_t)n + 1);

	if (n >= 0)
		vsnprintf(s, (size_t)n + 1, format, again);
	va_end(again);
	return s;
}

void arena_fini(struct arena *a)
{
	while (a->newest) {
		struct arena_block *older = a->newest->older;

		free(a->newest);
		a->newest = older;
	}
}
