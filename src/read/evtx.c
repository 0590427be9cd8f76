#include "read/evtx.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/moment.h"

#define FILE_HEAD    4096u
#define CHUNK_HEAD   512u
#define RECORD_HEAD  24u
#define RECORD_LEAST (RECORD_HEAD + 4u)

/* Bits of the flags in the head of the file. */
#define FILE_DIRTY       0x1
#define FILE_NO_CHECKSUM 0x4

static const uint8_t file_signature[8] = "ElfFile";
static const uint8_t chunk_signature[8] = "ElfChnk";
static const uint8_t record_signature[4] = {0x2a, 0x2a, 0, 0};

#define ORIGINS_KEPT   8
#define ORIGIN_KEY_MAX 600

/* Provider, source and channel, and what the sink thinks of them. */
struct provenance {
	const char *words[3];
	const void *group;
	size_t n_key;
	uint8_t key[ORIGIN_KEY_MAX];
	char room[3][256];
};

struct evtx {
	struct evtx_sink sink;
	struct binxml *xml;
	struct complaints *complaints;
	struct evtx_counts counts;
	bool has_head, has_checksums;
	uint64_t at; /* of the next byte in the file */
	uint64_t chunks_said;
	struct evtx_field fields[EVTX_FIELDS_MAX];
	uint32_t crc_rows[8][256];
	struct provenance origins[ORIGINS_KEPT];
	size_t next_origin;
};

static uint32_t u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t u64(const uint8_t *p)
{
	return u32(p) | (uint64_t)u32(p + 4) << 32;
}

/* --- checksum: CRC-32 of IEEE 802.3, eight bytes at a time --- */

static void fill_crc_rows(struct evtx *x)
{
	uint32_t(*rows)[256] = x->crc_rows;

	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
		rows[0][i] = c;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (int k = 1; k < 8; k++)
			rows[k][i] = rows[k - 1][i] >> 8 ^ rows[0][rows[k - 1][i] & 0xff];
}

static uint32_t crc32_of(const struct evtx *x, uint32_t crc, const uint8_t *p, size_t n)
{
	const uint32_t(*rows)[256] = x->crc_rows;

	crc = ~crc;
	for (; n >= 8; n -= 8, p += 8) {
		uint32_t low = crc ^ u32(p), high = u32(p + 4);

		crc = rows[7][low & 0xff] ^ rows[6][low >> 8 & 0xff] ^ rows[5][low >> 16 & 0xff] ^
		      rows[4][low >> 24] ^ rows[3][high & 0xff] ^ rows[2][high >> 8 & 0xff] ^
		      rows[1][high >> 16 & 0xff] ^ rows[0][high >> 24];
	}
	for (; n; n--, p++)
		crc = rows[0][(crc ^ *p) & 0xff] ^ crc >> 8;
	return ~crc;
}

/* --- fields --- */

struct evtx_value evtx_field(const struct evtx_event *e, const char *name)
{
	for (size_t i = 0; i < e->n_fields; i++)
		if (strcmp(e->fields[i].name, name) == 0)
			return e->fields[i].value;
	return (struct evtx_value){.type = EVTX_NULL};
}

struct evtx_value evtx_unnamed(const struct evtx_event *e, size_t n)
{
	for (size_t i = 0; i < e->n_fields; i++)
		if (!*e->fields[i].name && n-- == 0)
			return e->fields[i].value;
	return (struct evtx_value){.type = EVTX_NULL};
}

/* --- records --- */

static const struct leaf *leaf_of(const struct outline *o, enum leaf_kind kind)
{
	return o->kinds[kind];
}

static const enum leaf_kind origin_kinds[] = {LEAF_PROVIDER, LEAF_SOURCE, LEAF_CHANNEL};

#define N_ORIGIN_KINDS (sizeof origin_kinds / sizeof *origin_kinds)

static bool is_settled(const struct outline *o)
{
	for (size_t i = 0; i < N_ORIGIN_KINDS; i++)
		if (leaf_of(o, origin_kinds[i]) && !leaf_of(o, origin_kinds[i])->text)
			return false;
	return true;
}

static void ask(struct evtx *x, struct provenance *origin)
{
	origin->group = x->sink.group(x->sink.context, origin->words[0], origin->words[1],
	                              origin->words[2]);
}

/* The values as they stand, one behind the other; 0: they are too long. */
static size_t origin_key(const struct evtx_value v[N_ORIGIN_KINDS], uint8_t key[ORIGIN_KEY_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < N_ORIGIN_KINDS; i++) {
		if (v[i].n > ORIGIN_KEY_MAX - n - 2)
			return 0;
		key[n++] = (uint8_t)v[i].type;
		key[n++] = (uint8_t)(v[i].n >> 1);
		if (v[i].n)
			memcpy(key + n, v[i].bytes, v[i].n);
		n += v[i].n;
	}
	return n;
}

/* Older providers share templates, and each record names its own: the last few are remembered. */
static const struct provenance *said_origin(struct evtx *x, const struct outline *o)
{
	struct evtx_value v[N_ORIGIN_KINDS] = {{.type = EVTX_NULL}};
	uint8_t key[ORIGIN_KEY_MAX];
	struct provenance *origin;
	size_t n;

	for (size_t i = 0; i < N_ORIGIN_KINDS; i++)
		if (leaf_of(o, origin_kinds[i]))
			v[i] = binxml_leaf(x->xml, leaf_of(o, origin_kinds[i]));
	n = origin_key(v, key);
	for (size_t i = 0; n && i < ORIGINS_KEPT; i++)
		if (x->origins[i].n_key == n && memcmp(x->origins[i].key, key, n) == 0)
			return &x->origins[i];
	origin = &x->origins[x->next_origin++ % ORIGINS_KEPT];
	origin->n_key = n;
	memcpy(origin->key, key, n);
	for (size_t i = 0; i < N_ORIGIN_KINDS; i++) {
		evtx_value_text(&v[i], origin->room[i], sizeof origin->room[i]);
		origin->words[i] = origin->room[i];
	}
	ask(x, origin);
	return origin;
}

/* Whose events these are, and whether anybody wants them. */
static const void *judge(struct evtx *x, struct outline *o, struct evtx_event *e)
{
	struct provenance settled;
	const struct provenance *origin = &settled;

	if (o->at && is_settled(o)) {
		for (size_t i = 0; i < N_ORIGIN_KINDS; i++) {
			const struct leaf *leaf = leaf_of(o, origin_kinds[i]);

			settled.words[i] = leaf ? leaf->text : "";
		}
		settled.group = o->verdict;
		if (!o->is_judged)
			ask(x, &settled);
		o->verdict = settled.group;
		o->is_judged = true;
	} else {
		origin = said_origin(x, o);
	}
	e->provider = origin->words[0];
	e->source = origin->words[1];
	e->channel = origin->words[2];
	return origin->group;
}

static bool number_of(struct evtx *x, const struct outline *o, enum leaf_kind kind, int64_t *out)
{
	const struct leaf *leaf = leaf_of(o, kind);
	struct evtx_value v;

	if (!leaf)
		return false;
	v = binxml_leaf(x->xml, leaf);
	return evtx_value_number(&v, out);
}

static int64_t time_of(struct evtx *x, const struct outline *o, const uint8_t *record)
{
	const struct leaf *leaf = leaf_of(o, LEAF_TIME);
	struct evtx_value v = {.type = EVTX_NULL};
	char text[64];
	int64_t us;

	if (leaf)
		v = binxml_leaf(x->xml, leaf);
	if (v.type == EVTX_FILETIME && v.n == 8)
		return filetime_us(u64(v.bytes));
	if (v.n && evtx_value_text(&v, text, sizeof text) && moment_parse(text, &us))
		return us;
	return filetime_us(u64(record + 16));
}

static void read_activity(struct evtx *x, const struct outline *o, struct evtx_event *e)
{
	static const uint8_t none[16];
	const struct leaf *leaf = leaf_of(o, LEAF_ACTIVITY);
	struct evtx_value v = {.type = EVTX_NULL};
	char text[GUID_TEXT_MAX + 8];

	if (leaf)
		v = binxml_leaf(x->xml, leaf);
	if (v.type == EVTX_GUID && v.n == 16)
		memcpy(e->activity, v.bytes, 16);
	else if (!v.n || evtx_value_text(&v, text, sizeof text) > GUID_TEXT_MAX ||
	         !guid_read(text, e->activity))
		return;
	e->has_activity = memcmp(e->activity, none, sizeof none) != 0;
}

static void fill_head(struct evtx *x, const struct outline *o, const uint8_t *record,
                      struct evtx_event *e)
{
	const struct leaf *computer = leaf_of(o, LEAF_COMPUTER);

	e->record = u64(record + 8);
	e->when_us = time_of(x, o, record);
	if (computer)
		e->computer = binxml_leaf(x->xml, computer);
	read_activity(x, o, e);
}

static void read_record(struct evtx *x, const uint8_t *chunk, uint32_t at, uint32_t size)
{
	struct evtx_event e = {.provider = ""};
	struct flaw flaw;
	struct outline *o = binxml_open(x->xml, at + RECORD_HEAD, at + size - 4, &flaw);
	const void *group;
	int64_t id = 0;

	x->counts.records++;
	if (!o) {
		x->counts.unreadable++;
		complain(x->complaints, x->at + at, "record %" PRIu64 ": %s is damaged at byte %zu",
		         u64(chunk + at + 8), flaw.what, flaw.at);
		return;
	}
	group = judge(x, o, &e);
	if (!group || !number_of(x, o, LEAF_EVENT_ID, &id) || !x->sink.wants(group, (uint16_t)id)) {
		x->counts.filtered++;
		return;
	}
	e.id = (uint16_t)id;
	fill_head(x, o, chunk + at, &e);
	e.fields = x->fields;
	e.n_fields = binxml_fields(x->xml, x->fields);
	x->sink.event(x->sink.context, group, &e);
}

/* --- chunks --- */

/* From when to when the log tells: by the first and the last record of each chunk. */
static void tell_reach(struct evtx *x, const uint8_t *chunk, uint32_t at, uint32_t size)
{
	struct evtx_event e = {.provider = ""};
	struct flaw flaw;
	struct outline *o = binxml_open(x->xml, at + RECORD_HEAD, at + size - 4, &flaw);

	if (!o)
		return;
	judge(x, o, &e);
	fill_head(x, o, chunk + at, &e);
	x->sink.reach(x->sink.context, &e);
}

/* The size of a whole record at that place, or 0. */
static uint32_t record_size(const uint8_t *chunk, uint32_t at, uint32_t end)
{
	uint32_t size;

	if (at > end || end - at < RECORD_LEAST || memcmp(chunk + at, record_signature, 4) != 0)
		return 0;
	size = u32(chunk + at + 4);
	if (size < RECORD_LEAST || size > end - at || u32(chunk + at + size - 4) != size)
		return 0;
	return size;
}

/* The next place at which a whole record begins, or end. */
static uint32_t next_record(const uint8_t *chunk, uint32_t at, uint32_t end)
{
	while (at < end) {
		const uint8_t *p = memchr(chunk + at, record_signature[0], end - at);

		if (!p)
			return end;
		at = (uint32_t)(p - chunk);
		if (record_size(chunk, at, end))
			return at;
		at++;
	}
	return end;
}

/* Nothing but zeros: what was never written. */
static bool is_empty(const uint8_t *bytes, size_t n)
{
	return n == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0);
}

static void read_records(struct evtx *x, const uint8_t *chunk, uint32_t end)
{
	uint32_t at = CHUNK_HEAD, size, last = 0, last_size = 0;

	while (at + RECORD_LEAST <= end) {
		size = record_size(chunk, at, end);
		if (!size) {
			uint32_t next = next_record(chunk, at, end);

			if (next == end && is_empty(chunk + at, end - at))
				break;
			complain(x->complaints, x->at + at,
			         next < end ? "no record where one should begin; %u bytes on the "
			                      "next one is found"
			                    : "no record where one should begin; %u bytes are lost",
			         (unsigned)(next - at));
			at = next;
			continue;
		}
		if (!last && x->sink.reach)
			tell_reach(x, chunk, at, size);
		read_record(x, chunk, at, size);
		last = at;
		last_size = size;
		at += size;
	}
	if (last && x->sink.reach)
		tell_reach(x, chunk, last, last_size);
}

static void check_sums(struct evtx *x, const uint8_t *chunk, uint32_t end)
{
	uint32_t head = crc32_of(x, 0, chunk, 120);

	head = crc32_of(x, head, chunk + 128, 384);
	if (head != u32(chunk + 124))
		complain(x->complaints, x->at + 124, "chunk: checksum of its head is not 0x%08x",
		         (unsigned)head);
	if (crc32_of(x, 0, chunk + CHUNK_HEAD, end - CHUNK_HEAD) != u32(chunk + 52))
		complain(x->complaints, x->at + 52, "chunk: checksum of its records does not fit");
}

/* Where the records end: by the head of the chunk, when that can be. */
static uint32_t end_of_records(struct evtx *x, const uint8_t *chunk, uint32_t n)
{
	uint32_t end = u32(chunk + 48);

	if (end < CHUNK_HEAD || end > EVTX_CHUNK_BYTES) {
		complain(x->complaints, x->at + 48,
		         "chunk: end of its records is %u, not 512 to 65536", (unsigned)end);
		return n;
	}
	return end < n ? end : n;
}

static void read_chunk(struct evtx *x, const uint8_t *chunk, uint32_t n)
{
	uint32_t end = n;

	if (is_empty(chunk, n))
		return;
	if (n <= CHUNK_HEAD) {
		complain(x->complaints, x->at, "the last chunk has %u bytes and no record",
		         (unsigned)n);
		return;
	}
	if (memcmp(chunk, chunk_signature, 8) == 0) {
		end = end_of_records(x, chunk, n);
		if (x->has_checksums && n == EVTX_CHUNK_BYTES)
			check_sums(x, chunk, end);
	} else if (next_record(chunk, CHUNK_HEAD, n) == n) {
		complain(x->complaints, x->at,
		         "chunk: signature is not ElfChnk, and no record is in it");
		return;
	} else {
		complain(x->complaints, x->at,
		         "chunk: signature is not ElfChnk; its records are looked for");
	}
	x->counts.chunks++;
	binxml_chunk(x->xml, chunk, n);
	read_records(x, chunk, end);
}

/* --- the file --- */

bool evtx_recognises(const uint8_t *head, size_t n)
{
	return n >= 8 &&
	       (memcmp(head, file_signature, 8) == 0 || memcmp(head, chunk_signature, 8) == 0);
}

struct evtx *evtx_new(const struct evtx_sink *sink)
{
	struct evtx *x = calloc(1, sizeof *x);

	if (!x)
		abort();
	x->sink = *sink;
	x->xml = binxml_new();
	fill_crc_rows(x);
	return x;
}

void evtx_free(struct evtx *x)
{
	if (x)
		binxml_free(x->xml);
	free(x);
}

void evtx_begin(struct evtx *x, struct complaints *complaints)
{
	x->complaints = complaints;
	x->counts = (struct evtx_counts){0};
	x->has_head = false;
	x->has_checksums = true;
	x->at = 0;
	x->chunks_said = 0;
	complaints->unit = "byte";
}

/* The count in the head is of 16 bits; nothing else in it is needed. */
static void read_head(struct evtx *x, const uint8_t *p, size_t n)
{
	uint32_t flags = n >= 128 ? u32(p + 120) : 0;

	x->has_head = true;
	if (n < FILE_HEAD)
		complain(x->complaints, n, "the file ends in its head, %u bytes expected",
		         FILE_HEAD);
	if (n < 128)
		return;
	x->counts.is_dirty = flags & FILE_DIRTY;
	x->has_checksums = !(flags & FILE_NO_CHECKSUM);
	x->chunks_said = p[42] | (uint64_t)p[43] << 8;
	if (x->has_checksums && crc32_of(x, 0, p, 120) != u32(p + 124))
		complain(x->complaints, 124, "head of the file: checksum does not fit");
}

/* A file may also begin with a chunk, when its head was lost. */
static size_t take_head(struct evtx *x, const uint8_t *bytes, size_t n, bool is_last)
{
	if (n >= 8 && memcmp(bytes, chunk_signature, 8) == 0) {
		x->has_head = true;
		complain(x->complaints, 0, "the head of the file is missing");
		return 0;
	}
	if (n < FILE_HEAD && !is_last)
		return 0;
	read_head(x, bytes, n < FILE_HEAD ? n : FILE_HEAD);
	return n < FILE_HEAD ? n : FILE_HEAD;
}

size_t evtx_take(struct evtx *x, const uint8_t *bytes, size_t n, bool is_last)
{
	size_t used = 0;

	if (!x->has_head) {
		used = take_head(x, bytes, n, is_last);
		x->at += used;
		if (!x->has_head)
			return 0;
	}
	while (n - used >= EVTX_CHUNK_BYTES || (is_last && n > used)) {
		size_t take = n - used < EVTX_CHUNK_BYTES ? n - used : EVTX_CHUNK_BYTES;

		if (take < EVTX_CHUNK_BYTES && !is_empty(bytes + used, take))
			complain(x->complaints, x->at + take,
			         "the file ends inside of a chunk, after %zu of 65536 bytes", take);
		read_chunk(x, bytes + used, (uint32_t)take);
		used += take;
		x->at += take;
	}
	return used;
}

struct evtx_counts evtx_end(struct evtx *x)
{
	x->counts.bytes = x->at;
	return x->counts;
}
