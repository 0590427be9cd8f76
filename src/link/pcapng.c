#include "link/pcapng.h"

#include <string.h>

#define LINKTYPE_RAW 101
#define SNAP_LENGTH  262144
#define SECRETS_TLS  0x544c534b

enum block { BLOCK_IDB = 1, BLOCK_ISB = 5, BLOCK_EPB = 6, BLOCK_DSB = 10, BLOCK_SHB = 0x0A0D0D0A };

enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_APPLICATION = 4, /* of the SHB */
	OPTION_BEGAN = 2,       /* of the ISB */
	OPTION_ENDED = 3,
	OPTION_MISSED = 5,
};

/* The high half of a time stands first. */
static void put_time(struct buf *out, int64_t us)
{
	buf_u32le(out, (uint32_t)((uint64_t)us >> 32));
	buf_u32le(out, (uint32_t)us);
}

static void put_padded(struct buf *out, const void *bytes, size_t n)
{
	static const char zeros[3];

	buf_put(out, bytes, n);
	buf_put(out, zeros, (4 - n % 4) % 4);
}

static void put_option(struct buf *out, uint32_t code, const void *bytes, size_t n)
{
	buf_u16le(out, code);
	buf_u16le(out, (uint32_t)n);
	put_padded(out, bytes, n);
}

static void put_text(struct buf *out, uint32_t code, const char *text)
{
	if (text)
		put_option(out, code, text, strlen(text));
}

/* The length stands on both sides of a block, and is known at its end. */
static size_t open_block(struct buf *out, uint32_t type)
{
	size_t from = out->n;

	buf_u32le(out, type);
	buf_u32le(out, 0);
	return from;
}

static void close_block(struct buf *out, size_t from)
{
	uint32_t n = (uint32_t)(out->n + 4 - from);

	buf_u32le(out, n);
	memcpy(out->bytes + from + 4, out->bytes + out->n - 4, 4);
}

void pcapng_begin(struct buf *out, const char *comment)
{
	size_t section = open_block(out, BLOCK_SHB);

	buf_u32le(out, 0x1A2B3C4D);
	buf_u32le(out, 1); /* version 1.0 */
	buf_u32le(out, UINT32_MAX);
	buf_u32le(out, UINT32_MAX); /* its length is not said */
	put_text(out, OPTION_APPLICATION, "rdpwhy " RDPWHY_VERSION);
	buf_u32le(out, OPTION_END);
	close_block(out, section);

	size_t interface = open_block(out, BLOCK_IDB);

	buf_u32le(out, LINKTYPE_RAW);
	buf_u32le(out, SNAP_LENGTH);
	put_text(out, OPTION_COMMENT, comment);
	buf_u32le(out, OPTION_END);
	close_block(out, interface);
}

void pcapng_packet(struct buf *out, const struct pcapng_packet *p)
{
	size_t block = open_block(out, BLOCK_EPB);

	buf_u32le(out, 0); /* the interface */
	put_time(out, p->wall_us);
	buf_u32le(out, (uint32_t)p->n);
	buf_u32le(out, (uint32_t)(p->n_travelled ? p->n_travelled : p->n));
	put_padded(out, p->bytes, p->n);
	if (p->comment) {
		put_text(out, OPTION_COMMENT, p->comment);
		buf_u32le(out, OPTION_END);
	}
	close_block(out, block);
}

void pcapng_secrets(struct buf *out, const void *lines, size_t n)
{
	size_t block = open_block(out, BLOCK_DSB);

	buf_u32le(out, SECRETS_TLS);
	buf_u32le(out, (uint32_t)n);
	put_padded(out, lines, n);
	close_block(out, block);
}

static void put_time_option(struct buf *out, uint32_t code, int64_t us)
{
	buf_u16le(out, code);
	buf_u16le(out, 8);
	put_time(out, us);
}

void pcapng_end(struct buf *out, const struct pcapng_span *span)
{
	size_t block = open_block(out, BLOCK_ISB);

	buf_u32le(out, 0); /* the interface */
	put_time(out, span->ended_us);
	put_time_option(out, OPTION_BEGAN, span->began_us);
	put_time_option(out, OPTION_ENDED, span->ended_us);
	buf_u16le(out, OPTION_MISSED);
	buf_u16le(out, 8);
	buf_u32le(out, (uint32_t)span->n_missed); /* a number has its low half first */
	buf_u32le(out, (uint32_t)(span->n_missed >> 32));
	buf_u32le(out, OPTION_END);
	close_block(out, block);
}
