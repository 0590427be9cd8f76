#include "read/capture_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"
#include "stage/stage.h"

#define PCAP_HEADER       24
#define PCAP_PACKET_MAX   262144 /* no recorder keeps more of one packet */
#define INTERFACES_MAX    4096
#define BLOCK_LEAST       12
#define FAR_OFF_S         (INT64_C(400) * 86400) /* between neighbours, when one is searched for */
#define UNITS_PER_SECOND  INT64_C(1000000)
#define TLS_KEY_LOG       0x544C534B
#define SECTION_HEADER    0x0A0D0D0A
#define BYTE_ORDER_MAGIC  0x1A2B3C4D
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

struct interface {
	uint32_t link_type, snap;
	uint64_t times, divided_by; /* timestamp to microseconds */
	int binary;                 /* not -1: the resolution is 2 to minus that */
	int64_t offset_us;
};

enum form { FORM_UNKNOWN, FORM_PCAP, FORM_PCAPNG, FORM_NEITHER };

struct capture_file {
	struct capture_listener to;
	struct complaints *complaints;
	enum form form;
	bool is_swapped;               /* the other byte order than little-endian */
	uint64_t at;                   /* byte of the file at which the piece begins */
	uint64_t n_packets, n_skip;    /* bytes to pass over */
	bool is_as_client, is_measure; /* the packet that is told now */
	int64_t last_us;

	/* pcap */
	bool is_nano;
	uint32_t link_type;
	size_t record_header;

	/* pcapng */
	struct interface *interfaces;
	size_t n_interfaces, cap_interfaces;
	bool has_section;
	struct buf secrets; /* a block of secrets that is longer than a record may be */
	size_t n_secrets;   /* still to come */
};

/* --------------------------------------------------------------------------- numbers */

static uint16_t u16(const struct capture_file *f, const uint8_t *p)
{
	return f->is_swapped ? (uint16_t)(p[0] << 8 | p[1]) : (uint16_t)(p[1] << 8 | p[0]);
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t u32(const struct capture_file *f, const uint8_t *p)
{
	return f->is_swapped ? be32(p) : le32(p);
}

/* --------------------------------------------------------------------------- what it is */

static const struct {
	uint32_t magic;
	bool is_nano;
	size_t record_header;
} pcap_forms[] = {
    {.magic = 0xA1B2C3D4, .record_header = 16},
    {.magic = 0xA1B23C4D, .is_nano = true, .record_header = 16},
    {.magic = 0xA1B2CD34, .record_header = 24},
};

#define N_PCAP_FORMS (sizeof pcap_forms / sizeof *pcap_forms)

static bool know_pcap(struct capture_file *f, const uint8_t *p)
{
	for (size_t i = 0; i < N_PCAP_FORMS; i++) {
		bool is_swapped = be32(p) == pcap_forms[i].magic;

		if (!is_swapped && le32(p) != pcap_forms[i].magic)
			continue;
		f->form = FORM_PCAP;
		f->is_swapped = is_swapped;
		f->is_nano = pcap_forms[i].is_nano;
		f->record_header = pcap_forms[i].record_header;
		return true;
	}
	return false;
}

bool capture_file_recognises(const uint8_t *head, size_t n)
{
	struct capture_file f;

	if (n < 4)
		return false;
	if (be32(head) == SECTION_HEADER)
		return n < 12 || be32(head + 8) == BYTE_ORDER_MAGIC ||
		       le32(head + 8) == BYTE_ORDER_MAGIC;
	return know_pcap(&f, head);
}

struct capture_file *capture_file_new(const struct capture_listener *listener,
                                      struct complaints *complaints)
{
	struct capture_file *f = calloc(1, sizeof *f);

	if (!f) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	f->to = *listener;
	f->complaints = complaints;
	return f;
}

void capture_file_free(struct capture_file *f)
{
	if (!f)
		return;
	free(f->interfaces);
	buf_fini(&f->secrets);
	free(f);
}

static void tell_packet(struct capture_file *f, const uint8_t *bytes, size_t n, size_t n_whole,
                        int64_t when_us, uint32_t link_type)
{
	struct capture_packet p = {.bytes = bytes,
	                           .n = n,
	                           .n_whole = n_whole < n ? n : n_whole,
	                           .when_us = when_us,
	                           .number = ++f->n_packets,
	                           .link_type = link_type,
	                           .is_as_client = f->is_as_client,
	                           .is_measure = f->is_measure};

	f->last_us = when_us;
	f->to.packet(f->to.context, &p);
}

/* --------------------------------------------------------------------------- pcap */

static size_t take_pcap_header(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	if (n < PCAP_HEADER) {
		if (is_last)
			complain(f->complaints, f->at + n,
			         "file header: cut short, expected %d bytes", PCAP_HEADER);
		return is_last ? n : 0;
	}
	know_pcap(f, p);
	f->link_type = u32(f, p + 20) & 0xFFFF; /* above it: how long the frame check is */
	return PCAP_HEADER;
}

struct pcap_record {
	int64_t when_us;
	uint32_t n, n_whole, fraction;
};

static struct pcap_record pcap_record(const struct capture_file *f, const uint8_t *p)
{
	struct pcap_record r = {
	    .fraction = u32(f, p + 4), .n = u32(f, p + 8), .n_whole = u32(f, p + 12)};

	r.when_us = (int64_t)u32(f, p) * UNITS_PER_SECOND +
	            (f->is_nano ? r.fraction / 1000 : r.fraction);
	return r;
}

static bool is_plausible(const struct capture_file *f, const uint8_t *p)
{
	struct pcap_record r = pcap_record(f, p);
	int64_t off = (r.when_us - f->last_us) / UNITS_PER_SECOND;

	return r.n > 0 && r.n <= PCAP_PACKET_MAX && r.n <= r.n_whole &&
	       r.n_whole <= PCAP_PACKET_MAX * 4 &&
	       r.fraction < (f->is_nano ? 1000000000u : 1000000u) &&
	       (!f->last_us || (off < FAR_OFF_S && off > -FAR_OFF_S));
}

/* Two good headers one behind the other, or one whose packet ends with the file. */
static bool begins_here(const struct capture_file *f, const uint8_t *p, size_t n)
{
	if (!is_plausible(f, p))
		return false;

	size_t end = f->record_header + u32(f, p + 8);

	return end == n || (end < n && n - end >= f->record_header && is_plausible(f, p + end));
}

/* How far the next good record is; to tell, the longest one must fit behind it. */
static size_t find_record(const struct capture_file *f, const uint8_t *p, size_t n, bool is_last,
                          bool *is_found)
{
	size_t beyond = 2 * f->record_header + PCAP_PACKET_MAX, i = 0;

	*is_found = false;
	for (; n - i >= (is_last ? f->record_header : beyond); i++) {
		*is_found = begins_here(f, p + i, n - i);
		if (*is_found)
			return i;
	}
	return is_last ? n : i;
}

static size_t pass_over_pcap(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	bool is_found;
	size_t skipped = 1 + find_record(f, p + 1, n - 1, is_last, &is_found);

	f->n_skip = is_found ? 0 : UINT64_MAX; /* the search goes on with the next piece */
	return skipped;
}

static size_t cut_packet(struct capture_file *f, const uint8_t *p, size_t n, uint64_t at)
{
	if (n < f->record_header) {
		complain(f->complaints, at,
		         "packet %" PRIu64 ": header cut short by the end of the file",
		         f->n_packets + 1);
		return n;
	}

	struct pcap_record r = pcap_record(f, p);

	complain(f->complaints, at,
	         "packet %" PRIu64 ": %zu of %" PRIu32 " bytes, cut short by the end of the file",
	         f->n_packets + 1, n - f->record_header, r.n);
	tell_packet(f, p + f->record_header, n - f->record_header, r.n_whole, r.when_us,
	            f->link_type);
	return n;
}

/* One record; 0: more is needed. */
static size_t take_pcap_record(struct capture_file *f, const uint8_t *p, size_t n, bool is_last,
                               uint64_t at)
{
	size_t header = f->record_header;

	if (n < header)
		return is_last ? cut_packet(f, p, n, at) : 0;

	struct pcap_record r = pcap_record(f, p);

	if (r.n > PCAP_PACKET_MAX) {
		complain(f->complaints, at,
		         "packet %" PRIu64 ": length %" PRIu32 ", expected at most %d",
		         f->n_packets + 1, r.n, PCAP_PACKET_MAX);
		return pass_over_pcap(f, p, n, is_last);
	}
	if (n - header < r.n)
		return is_last ? cut_packet(f, p, n, at) : 0;
	tell_packet(f, p + header, r.n, r.n_whole, r.when_us, f->link_type);
	return header + r.n;
}

static size_t take_pcap(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	size_t used = 0, k;

	if (f->n_skip) { /* still looking for a good record */
		bool is_found;

		used = find_record(f, p, n, is_last, &is_found);
		if (!is_found)
			return used;
		f->n_skip = 0;
	}
	while (used < n && !f->n_skip) {
		k = take_pcap_record(f, p + used, n - used, is_last, f->at + used);
		if (!k)
			break;
		used += k;
	}
	return used;
}

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
	if (length > CAPTURE_RECORD_MAX && (!is_last || length <= n))
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

static size_t take_pcapng(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
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
	return used;
}

/* --------------------------------------------------------------------------- every form */

static size_t know(struct capture_file *f, const uint8_t *p, size_t n, bool is_last)
{
	if (n < 4 && !is_last)
		return 0;
	if (n >= 4 && be32(p) == SECTION_HEADER) {
		f->form = FORM_PCAPNG;
		return 0;
	}
	if (n >= 4 && know_pcap(f, p)) {
		f->form = FORM_UNKNOWN; /* until its header is whole */
		size_t used = take_pcap_header(f, p, n, is_last);

		f->form = used == PCAP_HEADER ? FORM_PCAP : used ? FORM_NEITHER : FORM_UNKNOWN;
		return used;
	}
	complain(f->complaints, 0, "this is no packet capture");
	f->form = FORM_NEITHER;
	return n;
}

size_t capture_file_take(struct capture_file *f, const uint8_t *bytes, size_t n, bool is_last)
{
	size_t used = f->form == FORM_UNKNOWN ? know(f, bytes, n, is_last) : 0;

	f->at += used;
	if (f->form == FORM_NEITHER) {
		f->at += n - used;
		return n;
	}
	if (f->form == FORM_UNKNOWN)
		return used;

	size_t more = f->form == FORM_PCAP ? take_pcap(f, bytes + used, n - used, is_last)
	                                   : take_pcapng(f, bytes + used, n - used, is_last);

	f->at += more;
	return used + more;
}
