/*
 * Hives and their logs: replay in both forms, the walk over hivex, damage of any kind; with "real"
 * as argument, real files where they lie.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "os/hive.h"
#include "os/os.h"
#include "read/hive_log.h"
#include "real_logs.h"
#include "volume_make.h"

static struct arena arena;

static struct complaints no_complaints(void)
{
	return (struct complaints){.arena = &arena, .unit = "byte"};
}

static void put32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> 8 * i);
}

static uint32_t get32(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void set_sum(char *base)
{
	uint32_t sum = 0;

	for (int i = 0; i < 508; i += 4)
		sum ^= get32(base + i);
	put32(base + 508, sum == 0 ? 1 : sum == UINT32_MAX ? UINT32_MAX - 1 : sum);
}

static void set_numbers(struct buf *hive, uint32_t primary, uint32_t secondary)
{
	put32(hive->bytes + 4, primary);
	put32(hive->bytes + 8, secondary);
	set_sum(hive->bytes);
}

static const char text[] = "[R\\A]\n\"one\"=dword:1\n\"two\"=\"zwei\"\n[R\\A\\B]\n@=hex:01,02\n";

static struct buf small_hive(void)
{
	struct buf hive = {0};

	assert_true(hive_make(text, "R", &hive));
	assert_true(hive.n >= 8192);
	return hive;
}

/* --- logs --- */

static uint32_t turned(uint32_t x, int by)
{
	return x << by | x >> (32 - by);
}

/* Marvin32 as published for .NET, one byte at a time. */
static void marvin(const char *bytes, size_t n, char *out)
{
	uint32_t a = 0x7A4E55C5, b = 0x82EF4D88;
	size_t total = (n / 4 + 2) * 4;

	for (size_t at = 0; at < total; at += 4) {
		uint32_t block = 0;

		for (size_t i = 0; i < 4; i++) {
			uint8_t byte = at + i < n ? (uint8_t)bytes[at + i] : at + i == n ? 0x80 : 0;

			block |= (uint32_t)byte << 8 * i;
		}
		a += block;
		b ^= a;
		a = turned(a, 20) + b;
		b = turned(b, 9) ^ a;
		a = turned(a, 27) + b;
		b = turned(b, 19);
	}
	put32(out, a);
	put32(out + 4, b);
}

/* One entry that writes one run of bytes, 512 bytes or a multiple long altogether. */
static void put_entry(struct buf *log, uint32_t number, uint32_t bins, uint32_t at,
                      const char *page, uint32_t n_page)
{
	uint32_t size = (40 + 8 + n_page + 511) / 512 * 512;
	char *entry = calloc(1, size);

	memcpy(entry, "HvLE", 4);
	put32(entry + 4, size);
	put32(entry + 12, number);
	put32(entry + 16, bins);
	put32(entry + 20, 1);
	put32(entry + 40, at);
	put32(entry + 44, n_page);
	memcpy(entry + 48, page, n_page);
	marvin(entry + 40, size - 40, entry + 24);
	marvin(entry, 32, entry + 32);
	buf_put(log, entry, size);
	free(entry);
}

static struct buf empty_log(const struct buf *hive)
{
	struct buf log = {0};

	buf_put(&log, hive->bytes, 512);
	put32(log.bytes + 28, 6);
	set_sum(log.bytes);
	return log;
}

/* The last bytes of the first bin are free room, where a change does no harm. */
#define SPOT   (4096 - 512)
#define SPOT_N 512

static char page_of(char c, char *page)
{
	memset(page, c, SPOT_N);
	return c;
}

static void a_clean_hive_is_left_alone(void **state)
{
	(void)state;
	struct buf hive = small_hive(), before = {0}, log = empty_log(&hive);
	struct complaints c = no_complaints();
	char page[SPOT_N];

	page_of('x', page);
	put_entry(&log, 1, get32(hive.bytes + 40), SPOT, page, SPOT_N);
	set_numbers(&hive, 7, 7);
	buf_put(&before, hive.bytes, hive.n);

	struct hive_state s = hive_replay(&hive, &log, 1, &c);

	assert_false(s.is_dirty);
	assert_int_equal(s.n_applied, 0);
	assert_int_equal(hive.n, before.n);
	assert_memory_equal(hive.bytes, before.bytes, hive.n);
	assert_int_equal(c.n, 0);
	buf_fini(&hive);
	buf_fini(&before);
	buf_fini(&log);
}

static void entries_of_two_logs_are_applied_in_order(void **state)
{
	(void)state;
	struct buf hive = small_hive(), logs[2] = {empty_log(&hive), empty_log(&hive)};
	struct complaints c = no_complaints();
	uint32_t bins = get32(hive.bytes + 40);
	char page[SPOT_N];

	set_numbers(&hive, 8, 7);
	page_of('b', page);
	put_entry(&logs[0], 9, bins, SPOT, page, SPOT_N); /* the second in time */
	page_of('o', page);
	put_entry(&logs[1], 6, bins, SPOT, page, SPOT_N); /* too old */
	put_entry(&logs[1], 7, bins, SPOT, page, SPOT_N);
	page_of('a', page);
	put_entry(&logs[1], 8, bins, SPOT, page, SPOT_N);

	struct hive_state s = hive_replay(&hive, logs, 2, &c);

	assert_true(s.is_dirty);
	assert_int_equal(s.primary, 8);
	assert_int_equal(s.secondary, 7);
	assert_int_equal(s.n_applied, 3);
	assert_int_equal(s.n_passed, 1);
	assert_int_equal(hive.bytes[4096 + SPOT], 'b');
	assert_int_equal(get32(hive.bytes + 4), 10);
	assert_int_equal(get32(hive.bytes + 8), 10);
	buf_fini(&hive);
	buf_fini(&logs[0]);
	buf_fini(&logs[1]);
}

static void a_hive_grows(void **state)
{
	(void)state;
	struct buf hive = small_hive(), log = empty_log(&hive);
	struct complaints c = no_complaints();
	uint32_t bins = get32(hive.bytes + 40);
	char page[4096] = "hbin";

	put32(page + 4, bins);
	put32(page + 8, 4096);
	put32(page + 32, 4096 - 32);
	set_numbers(&hive, 8, 7);
	hive.n = 4096 + bins;
	put_entry(&log, 7, bins + 4096, bins, page, sizeof page);

	struct hive_state s = hive_replay(&hive, &log, 1, &c);
	struct reg_source *source = hive_open(&hive, "grown", NULL);
	struct reg_value value;

	assert_int_equal(s.n_applied, 1);
	assert_int_equal(hive.n, 4096 + bins + 4096);
	assert_non_null(source);
	assert_int_equal(source->ops->value(source, "a", "ONE", &value), REG_FOUND);
	source->ops->close(source);
	buf_fini(&hive);
	buf_fini(&log);
}

/* The form until Windows 8: a map of 512 byte pages, and the pages. */
static struct buf old_log(const struct buf *hive, uint32_t number)
{
	struct buf log = empty_log(hive);
	uint32_t n_map = get32(hive->bytes + 40) / 512 / 8;
	char page[SPOT_N];

	put32(log.bytes + 28, 1);
	put32(log.bytes + 4, number);
	put32(log.bytes + 8, number);
	set_sum(log.bytes);
	buf_put(&log, "DIRT", 4);
	for (uint32_t i = 0; i < n_map; i++)
		buf_putc(&log, (char)(SPOT / 512 / 8 == i ? 1 << SPOT / 512 % 8 : 0));
	while (log.n % 512)
		buf_putc(&log, 0);
	page_of('d', page);
	buf_put(&log, page, SPOT_N);
	return log;
}

static void the_old_form_is_applied(void **state)
{
	(void)state;
	struct buf hive = small_hive(), log = old_log(&hive, 8);
	struct complaints c = no_complaints();

	set_numbers(&hive, 8, 7);

	struct hive_state s = hive_replay(&hive, &log, 1, &c);

	assert_int_equal(s.n_applied, 1);
	assert_int_equal(hive.bytes[4096 + SPOT], 'd');
	assert_int_equal(get32(hive.bytes + 4), get32(hive.bytes + 8));
	assert_int_equal(c.n, 0);
	buf_fini(&hive);
	buf_fini(&log);
}

static void a_torn_base_block_is_told_and_mended(void **state)
{
	(void)state;
	struct buf hive = small_hive();
	struct complaints c = no_complaints();
	struct reg_source *source;

	hive.bytes[12] ^= 1;
	assert_true(hive_replay(&hive, NULL, 0, &c).is_dirty);
	assert_int_equal(c.n, 1);
	source = hive_open(&hive, "torn", NULL);
	assert_non_null(source);
	source->ops->close(source);
	buf_fini(&hive);
}

/* --- damage --- */

static void what_lies_before_the_damage_is_read(void **state)
{
	(void)state;
	struct buf hive = small_hive();
	struct complaints c = no_complaints();
	struct reg_source *source;
	struct reg_value value;

	assert_false(hive_trim(&hive, &c)); /* nothing is wrong with it */
	buf_put(&hive, "hbin, and then the file was cut", 31);
	assert_true(hive_trim(&hive, &c));
	assert_int_equal(c.n, 1);
	assert_int_equal(c.kept[0].at, hive.n);
	source = hive_open(&hive, "cut", NULL);
	assert_non_null(source);
	assert_int_equal(source->ops->value(source, "A", "one", &value), REG_FOUND);
	source->ops->close(source);
	hive.n = 5000; /* not even the first bin is whole */
	assert_false(hive_trim(&hive, &c));
	buf_fini(&hive);
}

static void a_log_is_no_hive(void **state)
{
	(void)state;
	struct buf hive = small_hive();
	const uint8_t *head = (const uint8_t *)hive.bytes;

	assert_false(hive_is_log(head, hive.n));
	hive.bytes[28] = 6;
	hive.bytes[508] ^= 6;
	assert_true(hive_is_log(head, hive.n));
	hive.bytes[508] ^= 1;
	assert_false(hive_is_log(head, hive.n));
	buf_fini(&hive);
}

static bool count_key(void *context, const char *name)
{
	(void)name;
	++*(size_t *)context;
	return true;
}

static bool count_value(void *context, const struct reg_value *value)
{
	(void)value;
	++*(size_t *)context;
	return true;
}

static void touch(struct buf *hive)
{
	struct reg_source *source = hive_open(hive, "damaged", NULL);
	struct reg_value value;
	size_t n = 0;

	if (!source)
		return;
	source->ops->value(source, "A", "one", &value);
	source->ops->value(source, "A\\B", "", &value);
	source->ops->subkeys(source, "", count_key, &n);
	source->ops->values(source, "A", count_value, &n);
	source->ops->written_us(source, "A");
	source->ops->close(source);
}

static void damaged_hives_do_no_harm(void **state)
{
	(void)state;
	struct buf hive = small_hive(), copy = {0};

	buf_put(&copy, hive.bytes, hive.n);
	for (size_t n = 0; n < copy.n; n += n < 600 || (n > 4080 && n < 5200) ? 1 : 64) {
		copy.n = n;
		touch(&copy);
		copy.n = hive.n;
	}
	for (size_t bit = 0; bit < 5200 * 8; bit += bit < 512 * 8 || bit > 4096 * 8 ? 1 : 512) {
		copy.bytes[bit / 8] ^= (char)(1 << bit % 8);
		touch(&copy);
		copy.bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	buf_fini(&hive);
	buf_fini(&copy);
}

/* What is damaged in a log is not applied, whole or in part. */
static void damaged_logs_change_nothing(void **state)
{
	(void)state;
	struct buf hive = small_hive(), log = empty_log(&hive), copy = {0};
	char page[SPOT_N];

	page_of('x', page);
	put_entry(&log, 7, get32(hive.bytes + 40), SPOT, page, SPOT_N);
	set_numbers(&hive, 8, 7);
	for (size_t bit = 512 * 8; bit < log.n * 8; bit++) {
		struct complaints c = no_complaints();
		bool is_spare = bit / 8 >= 512 + 8 && bit / 8 < 512 + 12; /* flags are hashed */

		copy.n = 0;
		buf_put(&copy, hive.bytes, hive.n);
		log.bytes[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(hive_replay(&copy, &log, 1, &c).n_applied, 0);
		log.bytes[bit / 8] ^= (char)(1 << bit % 8);
		(void)is_spare;
	}
	for (size_t n = 0; n < log.n; n++) {
		struct complaints c = no_complaints();
		struct buf cut = {.bytes = log.bytes, .n = n};

		copy.n = 0;
		buf_put(&copy, hive.bytes, hive.n);
		assert_int_equal(hive_replay(&copy, &cut, 1, &c).n_applied, 0);
	}
	buf_fini(&hive);
	buf_fini(&log);
	buf_fini(&copy);
}

/* The old form has no hash: what comes of damage must only be safe. */
static void damaged_old_logs_do_no_harm(void **state)
{
	(void)state;
	struct buf hive = small_hive(), log = old_log(&hive, 8), copy = {0};

	set_numbers(&hive, 8, 7);
	for (size_t bit = 0; bit < log.n * 8; bit++) {
		struct complaints c = no_complaints();

		copy.n = 0;
		buf_put(&copy, hive.bytes, hive.n);
		log.bytes[bit / 8] ^= (char)(1 << bit % 8);
		hive_replay(&copy, &log, 1, &c);
		log.bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t n = 0; n < log.n; n++) {
		struct complaints c = no_complaints();
		struct buf cut = {.bytes = log.bytes, .n = n};

		copy.n = 0;
		buf_put(&copy, hive.bytes, hive.n);
		hive_replay(&copy, &cut, 1, &c);
	}
	buf_fini(&hive);
	buf_fini(&log);
	buf_fini(&copy);
}

/* --- real files --- */

static struct buf unpacked(const char *name)
{
	char path[300];
	struct log_bytes file;
	struct buf out = {0};

	snprintf(path, sizeof path, "hives/%s", name);
	assert_true(log_load(path, &file));
	buf_put(&out, file.bytes, file.n);
	log_free(&file);
	return out;
}

#define DEPTH 24
#define KEYS  200000

struct walk {
	struct reg_source *source;
	const char *path;
	size_t n_keys, n_values, depth;
	struct buf *tree; /* NULL: only counted */
};

static bool see_value(void *context, const struct reg_value *value)
{
	struct walk *w = context;

	w->n_values++;
	if (w->tree)
		buf_printf(w->tree, "%s %s %u %zu\n", w->path, value->name, (unsigned)value->type,
		           value->n);
	return true;
}

static bool see_key(void *context, const char *name)
{
	struct walk *w = context, child = *w;
	char path[1024];

	if ((size_t)snprintf(path, sizeof path, "%s%s%s", w->path, *w->path ? "\\" : "", name) >=
	        sizeof path ||
	    w->depth == DEPTH || w->n_keys > KEYS)
		return false;
	child.path = path;
	child.n_keys = child.n_values = 0;
	child.depth++;
	child.n_keys++;
	if (w->tree)
		buf_printf(w->tree, "%s\n", path);
	w->source->ops->values(w->source, path, see_value, &child);
	w->source->ops->subkeys(w->source, path, see_key, &child);
	w->n_keys += child.n_keys;
	w->n_values += child.n_values;
	return true;
}

/* Keys, the root among them, and values. */
static struct walk walked(struct buf *hive, struct buf *tree)
{
	struct walk w = {.source = hive_open(hive, "real", NULL), .path = "", .tree = tree};

	if (!w.source)
		return w;
	w.n_keys = 1;
	w.source->ops->values(w.source, "", see_value, &w);
	w.source->ops->subkeys(w.source, "", see_key, &w);
	w.source->ops->close(w.source);
	return w;
}

static void a_real_profile_is_recovered(void **state)
{
	(void)state;
	struct buf hive = unpacked("NTUSER-dirty.DAT.xz");
	struct buf logs[2] = {unpacked("NTUSER-dirty.DAT.LOG1.xz"),
	                      unpacked("NTUSER-dirty.DAT.LOG2.xz")};
	struct complaints c = no_complaints();
	struct walk before = walked(&hive, NULL), after;
	struct hive_state s = hive_replay(&hive, logs, 2, &c);

	after = walked(&hive, NULL);
	assert_int_equal(before.n_keys, 2590);
	assert_int_equal(before.n_values, 4119);
	assert_int_equal(s.primary, 567);
	assert_int_equal(s.secondary, 566);
	assert_int_equal(s.n_applied, 588 - 566 + 1);
	assert_int_equal(s.n_passed, 1);
	assert_int_equal(after.n_keys, 3105);
	assert_int_equal(after.n_values, 4695);
	assert_int_equal(c.n, 0);
	buf_fini(&hive);
	buf_fini(&logs[0]);
	buf_fini(&logs[1]);
}

static void a_small_hive_becomes_what_windows_made_of_it(void **state)
{
	(void)state;
	struct buf hive = unpacked("robustness/new-dirty/NewDirtyHive");
	struct buf logs[2] = {unpacked("robustness/new-dirty/NewDirtyHive.LOG1"),
	                      unpacked("robustness/new-dirty/NewDirtyHive.LOG2")};
	struct buf expected = unpacked("robustness/new-dirty/recovered-by-windows10");
	struct buf ours = {0}, theirs = {0};
	struct complaints c = no_complaints();

	assert_int_equal(hive_replay(&hive, logs, 2, &c).n_applied, 4);
	walked(&hive, &ours);
	walked(&expected, &theirs);
	assert_string_equal(ours.bytes, theirs.bytes);
	buf_fini(&hive);
	buf_fini(&logs[0]);
	buf_fini(&logs[1]);
	buf_fini(&expected);
	buf_fini(&ours);
	buf_fini(&theirs);
}

static void real_hives_are_counted(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t n_keys, n_values; /* 0 keys: cannot be opened */
	} rows[] = {
	    {"SYSTEM-win7-rdp-on.xz", 30756, 73456},
	    {"SYSTEM-win10-1903-dirty-no-logs.xz", 43211, 90307},
	    {"SYSTEM-corrupted.xz", 0, 0},
	    {"robustness/BadListHive", 7, 0},
	    {"robustness/BigDataHive", 2, 2},
	    {"robustness/CompHive", 4, 0},
	    {"robustness/DeletedDataHive", 2, 1},
	    {"robustness/StringValuesHive", 2, 4},
	    {"robustness/UnicodeHive", 3, 0},
	    {"robustness/EmptyHive", 1, 0},
	    {"robustness/hivex-special", 4, 3},
	    {"robustness/SAMBadHBinHeader", 0, 0},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf hive = unpacked(rows[i].name);
		struct walk w = walked(&hive, NULL);

		print_message("# %s: %zu keys, %zu values\n", rows[i].name, w.n_keys, w.n_values);
		assert_int_equal(w.n_keys, rows[i].n_keys);
		assert_int_equal(w.n_values, rows[i].n_values);
		buf_fini(&hive);
	}
}

static void what_cannot_be_counted_is_survived(void **state)
{
	(void)state;
	static const char *const names[] = {"robustness/TruncatedHive",
	                                    "robustness/SAMBadHBinHeader",
	                                    "robustness/new-dirty/NewDirtyHive.LOG1"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct buf hive = unpacked(names[i]);
		struct complaints c = no_complaints();

		hive_replay(&hive, NULL, 0, &c);
		walked(&hive, NULL);
		buf_fini(&hive);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_clean_hive_is_left_alone),
	    cmocka_unit_test(entries_of_two_logs_are_applied_in_order),
	    cmocka_unit_test(a_hive_grows),
	    cmocka_unit_test(the_old_form_is_applied),
	    cmocka_unit_test(a_torn_base_block_is_told_and_mended),
	    cmocka_unit_test(what_lies_before_the_damage_is_read),
	    cmocka_unit_test(a_log_is_no_hive),
	    cmocka_unit_test(damaged_hives_do_no_harm),
	    cmocka_unit_test(damaged_logs_change_nothing),
	    cmocka_unit_test(damaged_old_logs_do_no_harm),
	};
	const struct CMUnitTest real[] = {
	    cmocka_unit_test(a_real_profile_is_recovered),
	    cmocka_unit_test(a_small_hive_becomes_what_windows_made_of_it),
	    cmocka_unit_test(real_hives_are_counted),
	    cmocka_unit_test(what_cannot_be_counted_is_survived),
	};
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (argc > 1 && strcmp(argv[1], "real") == 0) {
		struct log_bytes there;

		if (!log_load("truth/hive-files.tsv", &there)) {
			puts("1..0 # SKIP the real hives are not here");
			return 0;
		}
		log_free(&there);
		failed = cmocka_run_group_tests(real, NULL, NULL);
	} else {
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	}
	arena_fini(&arena);
	return failed;
}
