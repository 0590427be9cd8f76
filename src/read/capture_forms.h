/*
 * capture_forms - the two forms of capture files, for capture_file alone: what they share, and the
 * reader of each.
 *
 * Owns    nothing; capture_file owns the state
 */
#ifndef READ_CAPTURE_FORMS_H
#define READ_CAPTURE_FORMS_H

#include "base/bytes.h"
#include "read/capture_file.h"

#define PCAP_HEADER      24
#define UNITS_PER_SECOND INT64_C(1000000)
#define SECTION_HEADER   0x0A0D0D0A
#define BYTE_ORDER_MAGIC 0x1A2B3C4D

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

static inline uint16_t u16(const struct capture_file *f, const uint8_t *p)
{
	return f->is_swapped ? (uint16_t)(p[0] << 8 | p[1]) : (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint32_t u32(const struct capture_file *f, const uint8_t *p)
{
	return f->is_swapped ? be32(p) : le32(p);
}

static inline void tell_packet(struct capture_file *f, const uint8_t *bytes, size_t n,
                               size_t n_whole, int64_t when_us, uint32_t link_type)
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

/* capture_pcap.c: bytes used of what follows the header; whether a header begins here; the header.
 */
size_t capture_pcap_take(struct capture_file *f, const uint8_t *p, size_t n, bool is_last);
bool capture_pcap_knows(struct capture_file *f, const uint8_t *p);
size_t capture_pcap_header(struct capture_file *f, const uint8_t *p, size_t n, bool is_last);

/* capture_blocks.c: bytes used of a file of blocks. */
size_t capture_blocks_take(struct capture_file *f, const uint8_t *p, size_t n, bool is_last);

#endif
