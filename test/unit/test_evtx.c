#include "abuse.h"
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/moment.h"
#include "evtx_make.h"
#include "read/evtx.h"
#include "real_logs.h"

#define WORD_MAX 320

/* One kind of event, or one set of values of it, and how often it was met. */
struct tally {
	char key[1400];
	size_t n;
	int64_t first, last;
};

struct counted {
	struct tally *at;
	size_t n, cap;
};

struct log_read {
	struct counted kinds, values, logons;
	struct evtx_counts counts;
	struct complaints complaints;
	struct arena arena;
};

static void count(struct counted *c, const char *key, int64_t when)
{
	struct tally *t;

	for (size_t i = c->n; i > 0; i--) {
		t = &c->at[i - 1];
		if (strcmp(t->key, key) != 0)
			continue;
		t->n++;
		t->first = when < t->first ? when : t->first;
		t->last = when > t->last ? when : t->last;
		return;
	}
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 64;
		c->at = realloc(c->at, c->cap * sizeof *c->at);
		if (!c->at)
			abort();
	}
	t = &c->at[c->n++];
	*t = (struct tally){.n = 1, .first = when, .last = when};
	snprintf(t->key, sizeof t->key, "%s", key);
}

static const struct tally *find(const struct counted *c, const char *key)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->at[i].key, key) == 0)
			return &c->at[i];
	return NULL;
}

static const void *all(void *context, const char *provider, const char *source, const char *channel)
{
	(void)provider;
	(void)source;
	(void)channel;
	return context;
}

static bool any(const void *group, uint16_t id)
{
	(void)group;
	(void)id;
	return true;
}

static const char *provider_of(const struct evtx_event *e)
{
	return *e->source ? e->source : e->provider;
}

/* As the table has them: named fields, then those that are empty, without what is binary. */
static void put_values(const struct evtx_event *e, char *out, size_t n)
{
	size_t at = 0;

	out[0] = 0;
	for (int empty = 0; empty < 2; empty++)
		for (size_t i = 0; i < e->n_fields; i++) {
			const struct evtx_field *f = &e->fields[i];
			char text[1200];
			bool is_empty = !evtx_value_text(&f->value, text, sizeof text);

			if (is_empty != empty || strcmp(f->name, "Binary") == 0 ||
			    (is_empty && !*f->name))
				continue;
			at += (size_t)snprintf(out + at, n - at, "%s%s%s%s", at ? " | " : "",
			                       f->name, *f->name ? "=" : "", text);
			at = at < n ? at : n - 1;
		}
}

static void text_of(const struct evtx_event *e, const char *field, char *out, size_t n)
{
	struct evtx_value v = evtx_field(e, field);

	evtx_value_text(&v, out, n);
}

static void put_logon(struct log_read *r, const struct evtx_event *e)
{
	static const char *const fields[] = {"LogonType",        "Status",         "SubStatus",
	                                     "TargetDomainName", "TargetUserName", "IpAddress",
	                                     "IpPort",           "WorkstationName"};
	char key[1400], text[WORD_MAX], *type = text;
	size_t at;

	text_of(e, "LogonType", text, sizeof text);
	if ((e->id == 4624 && strcmp(type, "10") != 0 && strcmp(type, "7") != 0) ||
	    (e->id == 4625 && strcmp(type, "3") != 0 && strcmp(type, "7") != 0 &&
	     strcmp(type, "10") != 0))
		return;
	at = (size_t)snprintf(key, sizeof key, "%d", e->id);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		text_of(e, fields[i], text, sizeof text);
		at += (size_t)snprintf(key + at, sizeof key - at, "|%s", text);
	}
	count(&r->logons, key, e->when_us);
}

static void take(void *context, const void *group, const struct evtx_event *e)
{
	struct log_read *r = context;
	char key[1400], values[1200];

	(void)group;
	snprintf(key, sizeof key, "%s|%s|%d", e->channel, provider_of(e), e->id);
	count(&r->kinds, key, e->when_us);
	if (strcmp(e->channel, "Security") == 0) {
		if (e->id == 4624 || e->id == 4625)
			put_logon(r, e);
		return;
	}
	put_values(e, values, sizeof values);
	snprintf(key, sizeof key, "%s|%d|%s", provider_of(e), e->id, values);
	/* System and Application hold too much that nobody asks about. */
	if (strstr(e->provider, "TerminalServices") || strstr(e->provider, "RdpCoreTS") ||
	    strcmp(e->provider, "Schannel") == 0 || strcmp(e->source, "Schannel") == 0 ||
	    strcmp(e->source, "TermService") == 0)
		count(&r->values, key, e->when_us);
}

static void read_bytes(struct log_read *r, const uint8_t *bytes, size_t n, size_t piece)
{
	struct evtx_sink sink = {.context = r, .group = all, .wants = any, .event = take};
	struct evtx *x = evtx_new(&sink);
	size_t used = 0, end = 0;

	*r = (struct log_read){.arena = {0}};
	r->complaints.arena = &r->arena;
	evtx_begin(x, &r->complaints);
	do {
		end = n - end > piece ? end + piece : n;
		used += evtx_take(x, bytes + used, end - used, end == n);
	} while (end < n);
	assert_int_equal(used, n);
	r->counts = evtx_end(x);
	evtx_free(x);
}

static void forget(struct log_read *r)
{
	free(r->kinds.at);
	free(r->values.at);
	free(r->logons.at);
	arena_fini(&r->arena);
}

/* --- real logs against what is known of them --- */

struct known {
	struct table files, events, values, logons;
};

static int load_known(void **state)
{
	struct known *k = calloc(1, sizeof *k);

	*state = k;
	if (k && table_load("truth/evtx-files.tsv", &k->files) &&
	    table_load("truth/evtx-events.tsv", &k->events) &&
	    table_load("truth/evtx-values.tsv", &k->values) &&
	    table_load("truth/evtx-logons.tsv", &k->logons))
		return 0;
	free(k);
	*state = NULL;
	return 0;
}

static int drop_known(void **state)
{
	struct known *k = *state;

	if (k) {
		table_free(&k->files);
		table_free(&k->events);
		table_free(&k->values);
		table_free(&k->logons);
	}
	free(k);
	return 0;
}

static bool is_damaged(const char *file)
{
	return strstr(file, "damaged-bad") != NULL;
}

/* Times in the tables end in milliseconds that are cut, not rounded. */
static bool is_time(int64_t us, const char *text)
{
	char full[64];
	int64_t known;

	snprintf(full, sizeof full, "%sZ", text);
	return moment_parse(full, &known) && us / 1000 == known / 1000;
}

static void check_kinds(const struct table *t, const char *file, const struct log_read *r)
{
	size_t total = 0;

	for (size_t i = 0; i < t->n_rows; i++) {
		char *const *row = t->rows[i];
		const struct tally *got;
		char key[1400];

		if (strcmp(row[0], file) != 0)
			continue;
		snprintf(key, sizeof key, "%s|%s|%s", row[1], row[2], row[3]);
		got = find(&r->kinds, key);
		if (!got || (got->n != (size_t)atol(row[4]) && !is_damaged(file)))
			fail_msg("%s: %s: %zu, not %s", file, key, got ? got->n : 0, row[4]);
		total += (size_t)atol(row[4]);
	}
	assert_true(total + r->counts.unreadable == r->counts.records || is_damaged(file));
}

static void check_values(const struct table *t, const char *file, const struct log_read *r)
{
	for (size_t i = 0; i < t->n_rows; i++) {
		char *const *row = t->rows[i];
		const struct tally *got;
		char key[1400];

		if (strcmp(row[0], file) != 0 ||
		    (!strstr(row[1], "TerminalServices") && !strstr(row[1], "RdpCoreTS") &&
		     strcmp(row[1], "Schannel") != 0 && strcmp(row[1], "TermService") != 0))
			continue;
		snprintf(key, sizeof key, "%s|%s|%s", row[1], row[2], row[6] ? row[6] : "");
		got = find(&r->values, key);
		if (!got)
			fail_msg("%s: nothing has %s", file, key);
		else if (got->n != (size_t)atol(row[3]) || !is_time(got->first, row[4]) ||
		         !is_time(got->last, row[5]))
			fail_msg("%s: %s: %zu, not %s, or another time", file, key, got->n, row[3]);
	}
}

static void check_logons(const struct table *t, const char *file, const struct log_read *r)
{
	size_t n = 0, known = 0;

	for (size_t i = 0; i < t->n_rows; i++) {
		char *const *row = t->rows[i];
		char key[1400];

		if (strcmp(row[0], file) != 0 ||
		    (strcmp(row[2], "4624") != 0 && strcmp(row[2], "4625") != 0))
			continue;
		known++;
		snprintf(key, sizeof key, "%s|%s|%s|%s|%s|%s|%s|%s|%s", row[2], row[3], row[4],
		         row[5], row[6], row[7], row[8], row[9], row[10]);
		if (!find(&r->logons, key))
			fail_msg("%s: no logon %s", file, key);
	}
	for (size_t i = 0; i < r->logons.n; i++)
		n += r->logons.at[i].n;
	assert_int_equal(n, known);
}

static void check_file(const struct known *k, char *const *row)
{
	struct log_bytes log;
	struct log_read r;
	const char *file = row[0];

	if (!log_load(file, &log)) {
		fail_msg("%s cannot be read", file);
		return;
	}
	read_bytes(&r, log.bytes, log.n, 1 << 20);
	print_message("# %s: %llu records, %llu unreadable, %zu complaints%s%s\n", file,
	              (unsigned long long)r.counts.records, (unsigned long long)r.counts.unreadable,
	              r.complaints.n, r.complaints.n ? ": " : "",
	              r.complaints.n ? r.complaints.kept[0].says : "");
	if (is_damaged(file)) {
		assert_true(r.counts.records >= (uint64_t)atol(row[5]));
		assert_true(r.counts.records - r.counts.unreadable >= (uint64_t)atol(row[6]));
		assert_true(r.complaints.n > 0);
	} else {
		assert_int_equal(r.counts.records, atol(row[5]));
		assert_int_equal(r.counts.unreadable, 0);
		assert_int_equal(r.counts.chunks, atol(row[3]));
	}
	check_kinds(&k->events, file, &r);
	check_values(&k->values, file, &r);
	check_logons(&k->logons, file, &r);
	forget(&r);
	log_free(&log);
}

static void real_logs_hold_what_is_known(void **state)
{
	const struct known *k = *state;

	assert_non_null(k);
	for (size_t i = 0; k && i < k->files.n_rows; i++)
		check_file(k, k->files.rows[i]);
}

/* --- logs of our own making --- */

#define RDPCORE  "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define ACTIVITY "{F420DD64-0102-0304-0506-0708090A0B0C}"
#define NOON     1700000000000000

static struct evtx_maker *maker(void)
{
	static struct evtx_maker m;

	memset(&m, 0, sizeof m);
	m.computer = "HOST7";
	return &m;
}

/* n events, of which each has its number as a value. */
static struct buf log_of(size_t n, bool has_no_template)
{
	struct evtx_maker *m = maker();

	m->has_no_template = has_no_template;
	for (size_t i = 0; i < n; i++) {
		char number[24];

		snprintf(number, sizeof number, "%zu", i);
		evtx_make_event(m, RDPCORE, RDPCORE "/Operational", 131, NOON + (int64_t)i,
		                ACTIVITY, "ConnType", "TCP", "ClientIP", "192.0.2.9:50123",
		                "Number", number, NULL);
	}
	return evtx_make_end(m);
}

static void read_log(struct log_read *r, const struct buf *log)
{
	read_bytes(r, (const uint8_t *)log->bytes, log->n, log->n);
}

static size_t distinct(const struct log_read *r)
{
	return r->values.n;
}

static void expect_log(struct buf *log, size_t n_records, size_t n_complaints)
{
	struct log_read r;

	read_log(&r, log);
	assert_int_equal(r.counts.records - r.counts.unreadable, n_records);
	assert_int_equal(distinct(&r), n_records);
	assert_int_equal(r.complaints.n, n_complaints);
	forget(&r);
	buf_fini(log);
}

static void what_was_written_is_read(void **state)
{
	(void)state;
	struct evtx_maker *m = maker();
	struct buf log;
	struct log_read r;

	for (int way = 0; way < 4; way++) {
		m->has_user_data = way == 1;
		m->has_no_template = way == 2;
		m->says_provider_itself = way == 3;
		m->source = way == 3 ? "TermService" : NULL;
		evtx_make_event(m, RDPCORE, "System", 7, NOON, ACTIVITY, "Text",
		                "us\xc3\xa9r <&> \xf0\x9f\x98\x80", "Code", "0x80090304", "Number",
		                "#4000000000", "Empty", "", NULL);
	}
	log = evtx_make_end(m);
	read_log(&r, &log);
	assert_int_equal(r.complaints.n, 0);
	assert_int_equal(find(&r.kinds, "System|" RDPCORE "|7")->n, 3);
	assert_int_equal(find(&r.kinds, "System|TermService|7")->n, 1);
	assert_int_equal(find(&r.values, RDPCORE
	                      "|7|Text=us\xc3\xa9r <&> \xf0\x9f\x98\x80 | Code=0x80090304 | "
	                      "Number=4000000000 | Empty=")
	                     ->n,
	                 3);
	forget(&r);
	buf_fini(&log);
}

static void every_type_has_a_text(void **state)
{
	(void)state;
	static const struct {
		uint8_t type;
		const char *bytes;
		uint32_t n;
		const char *text;
		int64_t number; /* -1: it is none */
	} cases[] = {
	    {EVTX_NULL, "", 0, "", -1},
	    {EVTX_STRING, "%\0%\0\x31\0\x30\0", 8, "%%10", 10},
	    {EVTX_STRING, "a\0\0\0b\0", 6, "a", -1},
	    {EVTX_STRING, "\x00\xd8", 2, "\xef\xbf\xbd", -1},
	    {EVTX_ANSI, "ab\xff", 3, "ab\xef\xbf\xbd", -1},
	    {EVTX_INT8, "\xff", 1, "-1", -1},
	    {EVTX_UINT8, "\xff", 1, "255", 255},
	    {EVTX_INT16, "\xfe\xff", 2, "-2", -2},
	    {EVTX_UINT16, "\x01\x02", 2, "513", 513},
	    {EVTX_INT32, "\xfd\xff\xff\xff", 4, "-3", -3},
	    {EVTX_UINT32, "\xff\xff\xff\xff", 4, "4294967295", 4294967295},
	    {EVTX_INT64, "\xfc\xff\xff\xff\xff\xff\xff\xff", 8, "-4", -4},
	    {EVTX_UINT64, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, "18446744073709551615", -1},
	    {EVTX_REAL32, "\0\0\xc0\x3f", 4, "1.5", -1},
	    {EVTX_REAL64, "\0\0\0\0\0\0\x04\x40", 8, "2.5", -1},
	    {EVTX_BOOL, "\x02\0\0\0", 4, "true", 2},
	    {EVTX_BOOL, "\0\0\0\0", 4, "false", 0},
	    {EVTX_BINARY, "\x01\xab", 2, "01AB", -1},
	    {EVTX_GUID, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10", 16,
	     "{04030201-0605-0807-090A-0B0C0D0E0F10}", -1},
	    {EVTX_SIZE, "\x10\0\0\0", 4, "0x10", 16},
	    {EVTX_FILETIME, "\0\x80\x3e\xd5\xde\xb1\x9d\x01", 8, "1970-01-01T00:00:00Z", -1},
	    {EVTX_SYSTEMTIME, "\xe4\x07\x09\0\x06\0\x13\0\x03\0\x14\0\x19\0\0\0", 16,
	     "2020-09-19T03:20:25Z", -1},
	    {EVTX_SID, "\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x2b\x02\0\0", 16, "S-1-5-32-555", -1},
	    {EVTX_SID, "\x01\x0f\0\0\0\0\0\x05", 8, "?", -1},
	    {EVTX_HEX32, "\x04\x03\x09\x80", 4, "0x80090304", 0x80090304},
	    {EVTX_HEX64, "\xe7\x03\0\0\0\0\0\0", 8, "0x3e7", 0x3e7},
	    {EVTX_HEX32, "\x04\x03", 2, "?", -1},
	    {EVTX_ARRAY | EVTX_UINT16, "\x01\0\x02\0\x03", 5, "1, 2", -1},
	    {EVTX_ARRAY | EVTX_STRING, "a\0\0\0b\0\0\0", 8, "a, b", -1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct evtx_value v = {.type = cases[i].type,
		                       .n = cases[i].n,
		                       .bytes = (const uint8_t *)cases[i].bytes};
		char text[64];
		int64_t number = -1;

		assert_int_equal(evtx_value_text(&v, text, sizeof text), strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
		if (!evtx_value_number(&v, &number))
			number = -1;
		assert_int_equal(number, cases[i].number);
		for (size_t room = 1; room < sizeof text; room++) {
			char *little = malloc(room);

			assert_non_null(little);
			assert_true(evtx_value_text(&v, little, room) < room);
			free(little);
		}
	}
}

static void records_without_template_say_the_same(void **state)
{
	(void)state;
	struct buf log = log_of(500, true);

	expect_log(&log, 500, 0);
	log = log_of(3000, false);
	expect_log(&log, 3000, 0);
}

static void pieces_may_have_any_size(void **state)
{
	(void)state;
	struct buf log = log_of(2000, false);
	static const size_t pieces[] = {1, 4095, 65536, 70000, 1 << 20};

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct log_read r;

		if (pieces[i] < 4095)
			continue;
		read_bytes(&r, (const uint8_t *)log.bytes, log.n, pieces[i]);
		assert_int_equal(r.counts.records, 2000);
		assert_int_equal(r.complaints.n, 0);
		forget(&r);
	}
	buf_fini(&log);
}

#define HEAD 4096u

static void set_u32(struct buf *log, size_t at, uint32_t v)
{
	for (size_t i = 0; i < 4; i++)
		log->bytes[at + i] = (char)(v >> i * 8);
}

/* A log copied from a running computer: little of what its head says is true. */
static void the_head_is_not_believed(void **state)
{
	(void)state;
	struct buf log = log_of(1500, false);

	log.bytes[120] = 1;
	log.bytes[42] = 1;
	memset(log.bytes + 16, 0, 16);
	expect_log(&log, 1500, 1); /* its checksum */
	log = log_of(1500, false);
	memmove(log.bytes, log.bytes + HEAD, log.n - HEAD);
	log.n -= HEAD;
	expect_log(&log, 1500, 1); /* it is missing */
}

static void a_chunk_without_signature_is_searched(void **state)
{
	(void)state;
	struct buf log = log_of(300, false);

	memset(log.bytes + HEAD, 0, 8);
	expect_log(&log, 300, 1);
	log = log_of(300, false);
	memset(log.bytes + HEAD, 'x', 600);
	{
		struct log_read r;

		read_log(&r, &log);
		/* The first record and with it the template is gone: said of each, none is
		 * invented. */
		assert_int_equal(r.counts.records, r.counts.unreadable);
		assert_true(r.counts.records > 200 && r.complaints.n > 200);
		assert_true(strstr(r.complaints.kept[0].says, "signature") != NULL);
		forget(&r);
		buf_fini(&log);
	}
}

static size_t record_place(const struct buf *log, size_t which)
{
	size_t at = HEAD + 512;

	while (which--) {
		const uint8_t *p = (const uint8_t *)log->bytes + at + 4;

		at += (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16;
	}
	return at;
}

static void what_follows_a_damaged_record_is_read(void **state)
{
	(void)state;
	struct buf log = log_of(100, false);

	log.n = HEAD + 65536;
	set_u32(&log, record_place(&log, 40) + 4, 0x7fffffff);
	expect_log(&log, 99, 2); /* the place, and the checksum */
	log = log_of(100, false);
	/* A value of impossible length: the record says so, with its number. */
	{
		struct log_read r;
		size_t at = record_place(&log, 40) + 24 + 4 + 10;

		log.bytes[at] = (char)0xff;
		log.bytes[at + 1] = (char)0xff;
		read_log(&r, &log);
		assert_int_equal(r.counts.records, 100);
		assert_int_equal(r.counts.unreadable, 1);
		assert_true(strstr(r.complaints.kept[1].says, "record 41") != NULL);
		forget(&r);
		buf_fini(&log);
	}
}

/* Deleted records lie behind the end that the chunk states. */
static void slack_is_not_counted(void **state)
{
	(void)state;
	struct buf log = log_of(100, false);

	set_u32(&log, HEAD + 48, (uint32_t)(record_place(&log, 90) - HEAD));
	log.bytes[120] = 4; /* no checksums */
	expect_log(&log, 90, 0);
}

static void a_cut_file_gives_what_it_has(void **state)
{
	(void)state;
	struct buf log = log_of(100, false);

	log.n = record_place(&log, 50) + 10;
	expect_log(&log, 50, 1);
	log = log_of(0, false);
	expect_log(&log, 0, 0);
	log = log_of(1, false);
	log.n = 100;
	expect_log(&log, 0, 1);
}

static void read_abused(const uint8_t *bytes, size_t n)
{
	static struct evtx *x;
	static struct log_read r;
	struct evtx_sink sink = {.context = &r, .group = all, .wants = any, .event = take};

	if (!x)
		x = evtx_new(&sink);
	if (!bytes) {
		evtx_free(x);
		x = NULL;
		return;
	}
	r = (struct log_read){.arena = {0}};
	r.complaints.arena = &r.arena;
	evtx_begin(x, &r.complaints);
	assert_int_equal(evtx_take(x, bytes, n, true), n);
	assert_true(evtx_end(x).records <= n / 28);
	forget(&r);
}

/* One chunk cut behind its records: it stands for a file, as one may begin with a chunk. */
static void abuse_of(bool has_no_template)
{
	struct buf log = log_of(2, has_no_template);
	size_t end = record_place(&log, 2);

	abuse(log.bytes + HEAD, end - HEAD, read_abused);
	read_abused(NULL, 0);
	buf_fini(&log);
}

static void nothing_breaks_it(void **state)
{
	(void)state;
	abuse_of(false);
	abuse_of(true);
}

/* Every record points to a template of its own that overlaps the others: work stays bounded. */
static void hostile_templates_are_bounded(void **state)
{
	(void)state;
	struct buf log = log_of(200, false);
	struct log_read r;

	for (size_t i = 0; i < 150; i++) {
		size_t at = record_place(&log, i) + 24 + 4 + 6;

		set_u32(&log, at, (uint32_t)(600 + i));
	}
	set_u32(&log, HEAD + 620, 60000);
	read_log(&r, &log);
	assert_true(r.counts.unreadable >= 100);
	assert_true(r.counts.records == 200);
	forget(&r);
	buf_fini(&log);
}

static bool only_140(const void *group, uint16_t id)
{
	(void)group;
	return id == 140;
}

static const void *only_rdpcore(void *context, const char *provider, const char *source,
                                const char *channel)
{
	assert_string_equal(source, "");
	assert_true(*channel);
	return strcmp(provider, RDPCORE) == 0 ? context : NULL;
}

static void what_nobody_wants_is_left_out(void **state)
{
	(void)state;
	struct evtx_maker *m = maker();
	struct log_read r = {.arena = {0}};
	struct evtx_sink sink = {
	    .context = &r, .group = only_rdpcore, .wants = only_140, .event = take};
	struct evtx *x = evtx_new(&sink);
	struct buf log;

	for (int i = 0; i < 30; i++) {
		m->says_provider_itself = i % 2;
		evtx_make_event(m, RDPCORE, "A", 139 + (unsigned)(i % 3), NOON, NULL, "V", "1",
		                NULL);
		evtx_make_event(m, "Other", "B", 140, NOON, NULL, "V", "1", NULL);
	}
	log = evtx_make_end(m);
	r.complaints.arena = &r.arena;
	evtx_begin(x, &r.complaints);
	evtx_take(x, (const uint8_t *)log.bytes, log.n, true);
	r.counts = evtx_end(x);
	assert_int_equal(r.counts.filtered, 50);
	assert_int_equal(r.kinds.n, 1);
	assert_int_equal(r.kinds.at[0].n, 10);
	evtx_free(x);
	forget(&r);
	buf_fini(&log);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest made[] = {
	    cmocka_unit_test(every_type_has_a_text),
	    cmocka_unit_test(what_was_written_is_read),
	    cmocka_unit_test(records_without_template_say_the_same),
	    cmocka_unit_test(pieces_may_have_any_size),
	    cmocka_unit_test(the_head_is_not_believed),
	    cmocka_unit_test(a_chunk_without_signature_is_searched),
	    cmocka_unit_test(what_follows_a_damaged_record_is_read),
	    cmocka_unit_test(slack_is_not_counted),
	    cmocka_unit_test(a_cut_file_gives_what_it_has),
	    cmocka_unit_test(what_nobody_wants_is_left_out),
	    cmocka_unit_test(hostile_templates_are_bounded),
	    cmocka_unit_test(nothing_breaks_it),
	};
	const struct CMUnitTest real[] = {
	    cmocka_unit_test_setup_teardown(real_logs_hold_what_is_known, load_known, drop_known),
	};

	if (argc > 1 && strcmp(argv[1], "real") == 0)
		return logs_are_there() ? RUN(real) : 0;
	return RUN(made);
}
