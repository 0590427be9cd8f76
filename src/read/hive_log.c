#include "read/hive_log.h"

#include <string.h>

/*
 * Sources: the description of the format in the public notes of M. Suhanov (regf), read beside
 * real files: the counts that the logs of a Windows 10 profile give were compared with an
 * independent recovery, and a small hive with what Windows 10 itself made of it.
 *
 * A hive file: a base block of 4096 bytes, then hive bins. A log: the first 512 bytes of a base
 * block, then either, until Windows 8, "DIRT", one bit for each 512 bytes of the bins, and
 * the pages whose bit is set; or, later, entries:
 *
 *   0        4      8       12        16          20       24       32       40
 *   +--------+------+-------+---------+-----------+--------+--------+--------+-----------------+
 *   | "HvLE" | size | flags | number  | bins size | n refs | hash 1 | hash 2 | refs, then pages|
 *   +--------+------+-------+---------+-----------+--------+--------+--------+-----------------+
 *   hash 1 is over what follows offset 40, hash 2 over the first 32 bytes.
 */

#define BASE_BYTES   4096
#define HEAD_BYTES   512 /* of a base block that count: the copy in a log, and what is summed */
#define ENTRY_HEAD   40
#define PAGE         512
#define BIN_HEAD     32
#define ENTRIES_MAX  100000
#define FILE_PRIMARY 0
#define FILE_NEW_LOG 6
#define GROWS_TO     ((size_t)512 << 20)

enum { AT_PRIMARY = 4, AT_SECONDARY = 8, AT_KIND = 28, AT_BINS = 40, AT_SUM = 508 };

static uint32_t u32_at(const void *bytes, size_t at)
{
	const uint8_t *p = (const uint8_t *)bytes + at;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_u32(char *bytes, size_t at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		bytes[at + (size_t)i] = (char)(value >> 8 * i);
}

bool hive_recognises(const uint8_t *head, size_t n)
{
	return n >= 4 && memcmp(head, "regf", 4) == 0;
}

static uint32_t base_sum(const void *bytes)
{
	uint32_t sum = 0;

	for (size_t at = 0; at < AT_SUM; at += 4)
		sum ^= u32_at(bytes, at);
	if (sum == 0)
		return 1;
	return sum == UINT32_MAX ? UINT32_MAX - 1 : sum;
}

bool hive_is_log(const uint8_t *head, size_t n)
{
	uint32_t kind;

	if (n < HEAD_BYTES || !hive_recognises(head, n) || base_sum(head) != u32_at(head, AT_SUM))
		return false;
	kind = u32_at(head, AT_KIND);
	return kind == 1 || kind == 2 || kind == FILE_NEW_LOG;
}

static bool is_base_sound(const struct buf *file)
{
	return file->n >= HEAD_BYTES && memcmp(file->bytes, "regf", 4) == 0 &&
	       base_sum(file->bytes) == u32_at(file->bytes, AT_SUM);
}

/* --- the hash of log entries: Marvin32 with the seed that Windows uses for hives --- */

static uint32_t rotated(uint32_t x, int by)
{
	return x << by | x >> (32 - by);
}

static void marvin_mix(uint32_t *lo, uint32_t *hi, uint32_t block)
{
	*lo += block;
	*hi ^= *lo;
	*lo = rotated(*lo, 20) + *hi;
	*hi = rotated(*hi, 9) ^ *lo;
	*lo = rotated(*lo, 27) + *hi;
	*hi = rotated(*hi, 19);
}

static bool marvin_is(const uint8_t *bytes, size_t n, const uint8_t *expected)
{
	uint32_t lo = 0x7A4E55C5, hi = 0x82EF4D88, rest = 0x80;
	size_t at = 0;

	for (; at + 4 <= n; at += 4)
		marvin_mix(&lo, &hi, u32_at(bytes, at));
	for (size_t i = n; i > at; i--)
		rest = rest << 8 | bytes[i - 1];
	marvin_mix(&lo, &hi, rest);
	marvin_mix(&lo, &hi, 0);
	return lo == u32_at(expected, 0) && hi == u32_at(expected, 4);
}

/* --- entries of the new form --- */

struct entry {
	const uint8_t *at;
	uint32_t n, number, bins, n_refs;
};

/* The entry at a place, when its hashes hold and all of it is there. */
static bool entry_at(const struct buf *log, size_t at, struct entry *e)
{
	const uint8_t *p;

	if (at + ENTRY_HEAD > log->n)
		return false;
	p = (const uint8_t *)log->bytes + at;
	if (memcmp(p, "HvLE", 4) != 0)
		return false;
	*e = (struct entry){.at = p,
	                    .n = u32_at(p, 4),
	                    .number = u32_at(p, 12),
	                    .bins = u32_at(p, 16),
	                    .n_refs = u32_at(p, 20)};
	return e->n >= ENTRY_HEAD && e->n % PAGE == 0 && e->n <= log->n - at &&
	       e->n_refs <= (e->n - ENTRY_HEAD) / 8 && marvin_is(p, 32, p + 32) &&
	       marvin_is(p + ENTRY_HEAD, e->n - ENTRY_HEAD, p + 24);
}

/* The bytes from `at` on, which may lie behind the present end. */
static bool write_at(struct buf *hive, size_t at, const uint8_t *bytes, size_t n)
{
	static const char zeros[BASE_BYTES];

	if (at + n > GROWS_TO)
		return false;
	while (hive->n < at + n) {
		size_t missing = at + n - hive->n;

		buf_put(hive, zeros, missing < sizeof zeros ? missing : sizeof zeros);
	}
	memcpy(hive->bytes + at, bytes, n);
	return true;
}

static bool entry_apply(const struct entry *e, struct buf *hive)
{
	size_t pages = ENTRY_HEAD + 8 * (size_t)e->n_refs;

	for (uint32_t i = 0; i < e->n_refs; i++) {
		size_t to = u32_at(e->at, ENTRY_HEAD + 8 * (size_t)i);
		size_t n = u32_at(e->at, ENTRY_HEAD + 8 * (size_t)i + 4);

		if (n > e->n - pages || to + n > e->bins ||
		    !write_at(hive, BASE_BYTES + to, e->at + pages, n))
			return false;
		pages += n;
	}
	put_u32(hive->bytes, AT_BINS, e->bins);
	return true;
}

static uint32_t first_number(const struct buf *log)
{
	struct entry e;

	return entry_at(log, HEAD_BYTES, &e) ? e.number : UINT32_MAX;
}

/* Entries follow one another by number; behind the newest lie older ones of an earlier round. */
static void apply_log(const struct buf *log, struct buf *hive, struct hive_state *state,
                      uint32_t *next, struct complaints *complaints)
{
	struct entry e;

	for (size_t at = HEAD_BYTES; entry_at(log, at, &e); at += e.n) {
		if (e.number < state->secondary || (state->n_applied && e.number != *next)) {
			state->n_passed++;
			continue;
		}
		if (state->n_applied == ENTRIES_MAX || !entry_apply(&e, hive)) {
			complain(complaints, at, "log entry %u: page outside of the hive bins",
			         (unsigned)e.number);
			return;
		}
		*next = e.number + 1;
		state->n_applied++;
	}
}

/* --- the old form --- */

/* The base block of the log replaces that of the hive; numbers of both must agree. */
static bool dirt_fits(const struct buf *log, const struct hive_state *state, bool is_base_good)
{
	if (log->n < HEAD_BYTES + 4 || memcmp(log->bytes + HEAD_BYTES, "DIRT", 4) != 0 ||
	    !is_base_sound(log) ||
	    u32_at(log->bytes, AT_PRIMARY) != u32_at(log->bytes, AT_SECONDARY))
		return false;
	return !is_base_good || u32_at(log->bytes, AT_PRIMARY) >= state->secondary;
}

static void dirt_apply(const struct buf *log, struct buf *hive, struct hive_state *state,
                       struct complaints *complaints)
{
	const uint8_t *bits = (const uint8_t *)log->bytes + HEAD_BYTES + 4;
	size_t n_pages = u32_at(log->bytes, AT_BINS) / PAGE, n_bits = n_pages / 8;
	size_t from = (HEAD_BYTES + 4 + n_bits + PAGE - 1) / PAGE * PAGE;

	if (n_bits > log->n - HEAD_BYTES - 4) {
		complain(complaints, HEAD_BYTES + 4, "log: map of changed pages is cut short");
		return;
	}
	for (size_t i = 0; i < n_bits * 8; i++) {
		if (!(bits[i / 8] >> i % 8 & 1))
			continue;
		if (from + PAGE > log->n || !write_at(hive, BASE_BYTES + i * PAGE,
		                                      (const uint8_t *)log->bytes + from, PAGE)) {
			complain(complaints, from, "log: page %zu of the bins is not there", i);
			return;
		}
		from += PAGE;
	}
	put_u32(hive->bytes, AT_BINS, u32_at(log->bytes, AT_BINS));
	put_u32(hive->bytes, AT_PRIMARY, u32_at(log->bytes, AT_PRIMARY));
	state->n_applied = 1;
}

/* --- both --- */

static void seal(struct buf *hive, uint32_t number)
{
	put_u32(hive->bytes, AT_PRIMARY, number);
	put_u32(hive->bytes, AT_SECONDARY, number);
	put_u32(hive->bytes, AT_SUM, base_sum(hive->bytes));
}

/* A base block that was torn itself is taken from a log. */
static bool borrow_base(struct buf *hive, const struct buf *logs, size_t n_logs)
{
	for (size_t i = 0; i < n_logs; i++) {
		if (!is_base_sound(&logs[i]))
			continue;
		memcpy(hive->bytes, logs[i].bytes, HEAD_BYTES);
		put_u32(hive->bytes, AT_KIND, FILE_PRIMARY);
		put_u32(hive->bytes, AT_SUM, base_sum(hive->bytes));
		return true;
	}
	return false;
}

static void apply_new(struct buf *hive, const struct buf *logs, size_t n_logs,
                      struct hive_state *state, struct complaints *complaints)
{
	uint32_t next = state->secondary;
	size_t first = n_logs == 2 && first_number(&logs[1]) < first_number(&logs[0]);

	for (size_t i = 0; i < n_logs; i++)
		apply_log(&logs[(first + i) % n_logs], hive, state, &next, complaints);
	if (state->n_applied)
		seal(hive, next);
}

static void apply_old(struct buf *hive, const struct buf *logs, size_t n_logs,
                      struct hive_state *state, bool is_base_good, struct complaints *complaints)
{
	for (size_t i = 0; i < n_logs && !state->n_applied; i++)
		if (dirt_fits(&logs[i], state, is_base_good))
			dirt_apply(&logs[i], hive, state, complaints);
	if (state->n_applied)
		seal(hive, u32_at(hive->bytes, AT_PRIMARY));
}

struct hive_state hive_replay(struct buf *hive, const struct buf *logs, size_t n_logs,
                              struct complaints *complaints)
{
	struct hive_state state = {0};
	bool is_base_good = is_base_sound(hive);

	if (hive->n < BASE_BYTES || !hive_recognises((const uint8_t *)hive->bytes, hive->n))
		return state;
	if (!is_base_good) {
		complain(complaints, AT_SUM, "base block: checksum, expected 0x%08X",
		         (unsigned)base_sum(hive->bytes));
		if (!borrow_base(hive, logs, n_logs))
			put_u32(hive->bytes, AT_SUM, base_sum(hive->bytes));
	}
	state.primary = u32_at(hive->bytes, AT_PRIMARY);
	state.secondary = u32_at(hive->bytes, AT_SECONDARY);
	state.is_dirty = !is_base_good || state.primary != state.secondary;
	if (!state.is_dirty || !n_logs)
		return state;
	apply_new(hive, logs, n_logs, &state, complaints);
	if (!state.n_applied)
		apply_old(hive, logs, n_logs, &state, is_base_good, complaints);
	return state;
}

/* Bytes of the bin that begins here; 0: none does, or not all of it is there. */
static size_t whole_bin(const struct buf *hive, size_t at)
{
	uint32_t n;

	if (hive->n - at < BIN_HEAD || memcmp(hive->bytes + at, "hbin", 4) != 0)
		return 0;
	n = u32_at(hive->bytes, at + 8);
	return n % BASE_BYTES == 0 && n <= hive->n - at ? n : 0;
}

bool hive_trim(struct buf *hive, struct complaints *complaints)
{
	size_t at = BASE_BYTES, n;

	if (hive->n <= BASE_BYTES)
		return false;
	while (at < hive->n && (n = whole_bin(hive, at)) > 0)
		at += n;
	if (at == hive->n || at == BASE_BYTES)
		return false;
	complain(complaints, at, "no whole hive bin, one expected; what lies before it is used");
	hive->n = at;
	put_u32(hive->bytes, AT_BINS, (uint32_t)(at - BASE_BYTES));
	put_u32(hive->bytes, AT_SUM, base_sum(hive->bytes));
	return true;
}
