/* The form of blocks: sections, interfaces, packets, statistics, secrets. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "read/capture_forms.h"
#include "stage/stage.h"

#define INTERFACES_MAX    4096
#define BLOCK_LEAST       12
#define TLS_KEY_LOG       0x544C534B
#define LARGEST_TIMESTAMP (UINT64_C(1) << 62)

/* Block types of pcapng */
enum {
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_PACKET = 6,
	BLOCK_SECRETS = 10,
};

/* Options of an interface, and of its statistics */
enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_ENDED = 3,
	OPTION_DROPPED = 5,
	OPTION_RESOLUTION = 9,
	OPTION_OFFSET = 14
};

/* --------------------------------------------------------------------------- pcapng: blocks */

struct block {
	uint32_t type;
	const uint8_t *body;
	size_t n;
	uint64_t at;
};

static bool resolve(struct interface *i, uint8_t exponent)
{
	uint64_t scale = 1;
	int by = exponent & 0x7F;

	if (exponent & 0x80) {
		i->binary = by;
		return by < 64;
	}
	for (int k = by > 6 ? by - 6 : 6 - by; k > 0 && scale < LARGEST_TIMESTAMP / 10; k--)
		scale *= 10;
	i->times = by < 6 ? scale : 1;
	i->divided_by = by > 6 ? scale : 1;
	return by <= 18;
}

static uint64_t binary_us(uint64_t ticks, int bits)
{
	uint64_t seconds = ticks >> bits, fraction = ticks & ((UINT64_C(1) << bits) - 1);

	if (bits > 32) {
		fraction >>= bits - 32;
		bits = 32;
	}
	return seconds > LARGEST_TIMESTAMP / UNITS_PER_SECOND
	           ? LARGEST_TIMESTAMP
	           : seconds * UNITS_PER_SECOND + (fraction * UNITS_PER_SECOND >> bits);
}

static int64_t time_of(const struct interface *i, uint32_t high, uint32_t low)
{
	uint64_t ticks = (uint64_t)high << 32 | low, us;

	if (i->binary >= 0)
		us = binary_us(ticks, i->binary);
	else
		us = ticks / i->divided_by > LARGEST_TIMESTAMP / i->times
		         ? LARGEST_TIMESTAMP
		         : ticks / i->divided_by * i->times;
	return (int64_t)(us > LARGEST_TIMESTAMP ? LARGEST_TIMESTAMP : us) + i->offset_us;
}

/* The value of an option in a list, or NULL. */
static const uint8_t *option(const struct capture_file *f, const uint8_t *p, size_t n,
                             uint16_t code, size_t n_least)
{
	while (n >= 4) {
		uint16_t this = u16(f, p);
		size_t length = u16(f, p + 2), padded = (length + 3) & ~(size_t)3;

		if (this == OPTION_END || padded > n - 4)
			return NULL;
		if (this == code && length >= n_least)
			return p + 4;
		p += 4 + padded;
		n -= 4 + padded;
	}
	return NULL;
}

static int64_t offset_of(const struct capture_file *f, const uint8_t *p)
{
	uint64_t first = u32(f, p), second = u32(f, p + 4);
	int64_t s = (int64_t)(f->is_swapped ? first << 32 | second : second << 32 | first);
	const int64_t most = INT64_C(1) << 40;

	return s > most || s < -most ? 0 : s * UNITS_PER_SECOND;
}

static void hear_interface(struct capture_file *f, const struct block *b)
{
	struct interface i = {.times = 1, .divided_by = 1, .binary = -1};
	const uint8_t *value;

	if (b->n < 8 || f->n_interfaces == INTERFACES_MAX) {
		complain(f->complaints, b->at,
		         b->n < 8 ? "interface: %zu bytes, expected at least 8"
		                  : "interface: one more than are kept; its packets are left out",
		         b->n);
		return;
	}
	i.link_type = u16(f, b->body);
	i.snap = u32(f, b->body + 4);
	value = option(f, b->body + 8, b->n - 8, OPTION_RESOLUTION, 1);
	if (value && !resolve(&i, *value))
		complain(f->complaints, b->at, "interface: if_tsresol 0x%02x is too fine", *value);
	value = option(f, b->body + 8, b->n - 8, OPTION_OFFSET, 8);
	if (value)
		i.offset_us = offset_of(f, value);
	if (i.binary > 63)
		i.binary = 63;
	if (f->n_interfaces == f->cap_interfaces) {
		size_t cap = f->cap_interfaces ? f->cap_interfaces * 2 : 8;
		struct interface *more = realloc(f->interfaces, cap * sizeof *more);

		if (!more) {
			fputs("rdpwhy: out of memory\n", stderr);
			exit(EXIT_OUR_FAULT);
		}
		f->interfaces = more;
		f->cap_interfaces = cap;
	}
	f->interfaces[f->n_interfaces++] = i;
}

static const struct interface *interface_of(struct capture_file *f, const struct block *b,
                                            uint32_t id)
{
	if (id < f->n_interfaces)
		return &f->interfaces[id];
	f->n_packets++;
	complain(f->complaints, b->at,
	         "packet %" PRIu64 ": interface %" PRIu32 " was not described", f->n_packets, id);
	return NULL;
}

/* Most packets have none. */
static bool has_comment(const struct capture_file *f, const struct block *b, size_t n,
                        const char *words)
{
	size_t at = 20 + ((n + 3) & ~(size_t)3), n_words = strlen(words);
	const uint8_t *comment = at < b->n
	                             ? option(f, b->body + at, b->n - at, OPTION_COMMENT, n_words)
	                             : NULL;

	return comment && memcmp(comment, words, n_words) == 0;
}

/* Packet blocks old and new: they differ in what names the interface. */
static void hear_packet(struct capture_file *f, const struct block *b)
{
	const struct interface *i;
	size_t n;

	if (b->n < 20) {
		complain(f->complaints, b->at, "packet block: %zu bytes, expected at least 20",
		         b->n);
		return;
	}
	i = interface_of(f, b, b->type == BLOCK_PACKET ? u32(f, b->body) : u16(f, b->body));
	if (!i)
		return;
	n = u32(f, b->body + 12);
	if (n > b->n - 20) {
		complain(f->complaints, b->at,
		         "packet %" PRIu64 ": length %zu, but its block holds %zu",
		         f->n_packets + 1, n, b->n - 20);
		n = b->n - 20;
	}
	f->is_as_client = has_comment(f, b, n, CLIENT_COMMENT);
	f->is_measure = has_comment(f, b, n, ASIDE_COMMENT);
	tell_packet(f, b->body + 20, n, u32(f, b->body + 16),
	            time_of(i, u32(f, b->body + 4), u32(f, b->body + 8)), i->link_type);
	f->is_as_client = f->is_measure = false;
}

/* It has no time of its own: that of its neighbour. */
static void hear_simple_packet(struct capture_file *f, const struct block *b)
{
	const struct interface *i;
	size_t n, n_whole;

	if (b->n < 4) {
		complain(f->complaints, b->at,
		         "simple packet block: %zu bytes, expected at least 4", b->n);
		return;
	}
	i = interface_of(f, b, 0);
	if (!i)
		return;
	n_whole = u32(f, b->body);
	n = n_whole < b->n - 4 ? n_whole : b->n - 4;
	if (i->snap && n > i->snap)
		n = i->snap;
	tell_packet(f, b->body + 4, n, n_whole, f->last_us, i->link_type);
}

static void hear_statistics(struct capture_file *f, const struct block *b)
{
	const uint8_t *value = b->n < 12 ? NULL
	                                 : option(f, b->body + 12, b->n - 12, OPTION_DROPPED, 8);

	if (value && (u32(f, value) || u32(f, value + 4)))
		complain(f->complaints, b->at,
		         "interface %" PRIu32 ": the recorder itself lost %" PRIu32 " packets",
		         u32(f, b->body), f->is_swapped ? u32(f, value + 4) : u32(f, value));
}

static void hear_end(struct capture_file *f, const struct block *b)
{
	const uint8_t *value = b->n < 12 ? NULL
	                                 : option(f, b->body + 12, b->n - 12, OPTION_ENDED, 8);

	if (value && f->to.until && u32(f, b->body) < f->n_interfaces)
		f->to.until(f->to.context, time_of(&f->interfaces[u32(f, b->body)], u32(f, value),
		                                   u32(f, value + 4)));
}

static void hear_secrets(struct capture_file *f, const struct block *b)
{
	size_t n;

	if (b->n < 8 || u32(f, b->body) != TLS_KEY_LOG)
		return; /* secrets of another protocol */
	n = u32(f, b->body + 4);
	if (f->to.secrets)
		f->to.secrets(f->to.context, b->body + 8, n < b->n - 8 ? n : b->n - 8);
}

static void hear_block(struct capture_file *f, const struct block *b)
{
	switch (b->type) {
	case BLOCK_PACKET:
	case BLOCK_OLD_PACKET:
		hear_packet(f, b);
		break;
	case BLOCK_SIMPLE_PACKET:
		hear_simple_packet(f, b);
		break;
	case BLOCK_INTERFACE:
		hear_interface(f, b);
		break;
	case BLOCK_STATISTICS:
		hear_statistics(f, b);
		hear_end(f, b);
		break;
	case BLOCK_SECRETS:
		hear_secrets(f, b);
		break;
	default: /* names, journals and what others invented: nothing for us */
		break;
	}
}

/* --------------------------------------------------------------------------- pcapng: framing */

/* A section may have another byte order than the one before, and describes its own interfaces. */
static bool begin_section(struct capture_file *f, const uint8_t *p)
{
	if (be32(p + 8) != BYTE_ORDER_MAGIC && le32(p + 8) != BYTE_ORDER_MAGIC)
		return false;
	f->is_swapped = be32(p + 8) == BYTE_ORDER_MAGIC;
	f->n_interfaces = 0;
	f->has_section = true;
	return true;
}

static bool is_block(const struct capture_file *f, const uint8_t *p, size_t n)
{
	uint32_t type = u32(f, p);
	size_t length = u32(f, p + 4);
	bool is_known = (type >= BLOCK_INTERFACE && type <= BLOCK_SECRETS) ||
	                be32(p) == SECTION_HEADER;

	return is_known && length >= BLOCK_LEAST && length % 4 == 0 && length <= n &&
	       u32(f, p + length - 4) == length;
}

/* Blocks begin at multiples of four. */
static size_t find_block(const struct capture_file *f, const uint8_t *p, size_t n, bool is_last,
                         bool *is_found)
{
	size_t i = 0, least = is_last ? BLOCK_LEAST : CAPTURE_RECORD_MAX;

	*is_found = false;
	for (; n - i >= least; i += 4) {
		*is_found = is_block(f, p + i, n - i);
		if (*is_found)
			return i;
		if (n - i < 4)
			break;
	}
	return is_last ? n : i;
}

static size_t pass_over_block(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	bool is_found;
	size_t skipped = n < 4 ? n : 4 + find_block(f, p + 4, n - 4, is_last, &is_found);

	if (n >= 4 && !is_found && !is_last)
		f->n_skip = UINT64_MAX;
	return skipped;
}

/* A long block is passed over; one with secrets is gathered. */
static size_t begin_long_block(struct capture_file *f, const uint8_t *p, const struct block *b,
                               size_t length)
{
	if (b->type == BLOCK_SECRETS && length <= CAPTURE_SECRETS_MAX) {
		f->n_secrets = length;
		return 0;
	}
	complain(f->complaints, b->at, "block of type %" PRIu32 ": %zu bytes, too long to be read",
	         u32(f, p), length);
	f->n_skip = length;
	return 0;
}

static size_t gather_secrets(struct capture_file *f, const uint8_t *p, size_t n)
{
	size_t take = n < f->n_secrets ? n : f->n_secrets;

	buf_put(&f->secrets, p, take);
	f->n_secrets -= take;
	if (!f->n_secrets) {
		struct block b = {.type = BLOCK_SECRETS,
		                  .body = (const uint8_t *)f->secrets.bytes + 8,
		                  .n = f->secrets.n - BLOCK_LEAST,
		                  .at = f->at};

		hear_secrets(f, &b);
		buf_fini(&f->secrets);
		f->secrets = (struct buf){0};
	}
	return take;
}

static size_t cut_block(struct capture_file *f, const uint8_t *p, size_t n, uint64_t at)
{
	complain(f->complaints, at, "block cut short by the end of the file: %zu bytes", n);
	if (n >= 8 + 20 && u32(f, p) == BLOCK_PACKET) {
		struct block b = {.type = BLOCK_PACKET, .body = p + 8, .n = n - 8, .at = at};

		if (u32(f, b.body + 12) > b.n - 20 && u32(f, b.body) < f->n_interfaces)
			tell_packet(f, b.body + 20, b.n - 20, u32(f, b.body + 16),
			            time_of(&f->interfaces[u32(f, b.body)], u32(f, b.body + 4),
			                    u32(f, b.body + 8)),
			            f->interfaces[u32(f, b.body)].link_type);
		else
			hear_packet(f, &b);
	}
	return n;
}

/* One block; 0: more is needed, or a long one begins. */
static size_t take_block(struct capture_file *f, const uint8_t *p, size_t n, bool is_last,
                         uint64_t at)
{
	struct block b = {.at = at};
	bool is_section;
	size_t length;

	if (n < BLOCK_LEAST)
		return is_last ? cut_block(f, p, n, at) : 0;
	is_section = be32(p) == SECTION_HEADER;
	if (is_section && !begin_section(f, p)) {
		complain(f->complaints, at + 8,
		         "section header: Byte-Order Magic 0x%08" PRIx32 ", expected 0x%08x",
		         le32(p + 8), BYTE_ORDER_MAGIC);
		return pass_over_block(f, p, n, is_last);
	}
	b.type = u32(f, p);
	length = u32(f, p + 4);
	if (length < BLOCK_LEAST || length % 4) {
		complain(f->complaints, at + 4,
		         "block of type %" PRIu32 ": length %zu, expected a "
		         "multiple of 4 and at least %d",
		         b.type, length, BLOCK_LEAST);
		return pass_over_block(f, p, n, is_last);
	}
	if (length > CAPTURE_RECORD_MAX)
		return begin_long_block(f, p, &b, length);
	if (length > n)
		return is_last ? cut_block(f, p, n, at) : 0;
	if (u32(f, p + length - 4) != length) {
		complain(f->complaints, at + length - 4,
		         "block of type %" PRIu32 ": its length at the end differs, expected %zu",
		         b.type, length);
		return pass_over_block(f, p, n, is_last);
	}
	b.body = p + 8;
	b.n = length - BLOCK_LEAST;
	if (!is_section)
		hear_block(f, &b);
	return length;
}

/* What a former piece left to be passed over, gathered or found. */
static size_t take_left_over(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	if (f->n_secrets)
		return gather_secrets(f, p, n);
	if (f->n_skip == UINT64_MAX) {
		bool is_found;
		size_t skipped = find_block(f, p, n, is_last, &is_found);

		if (is_found || is_last)
			f->n_skip = 0;
		return skipped;
	}

	size_t skipped = f->n_skip < n ? (size_t)f->n_skip : n;

	f->n_skip -= skipped;
	return skipped;
}

size_t capture_blocks_take(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	size_t used = 0, k;

	while (used < n) {
		bool is_left_over = f->n_skip || f->n_secrets;

		k = is_left_over ? take_left_over(f, p + used, n - used, is_last)
		                 : take_block(f, p + used, n - used, is_last, f->at + used);
		used += k;
		if (k)
			continue;
		if (is_left_over ? f->n_skip == UINT64_MAX : !f->n_skip && !f->n_secrets)
			break;
	}
	if (is_last && f->n_secrets)
		complain(f->complaints, f->at + used,
		         "block of secrets cut short by the end of the file: %zu bytes are missing",
		         f->n_secrets);
	return used;
}
