#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/moment.h"
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
	print_message("# skipped: no real logs in " SHARED_DATA "\n");
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

	if (!k)
		skip();
	for (size_t i = 0; k && i < k->files.n_rows; i++)
		check_file(k, k->files.rows[i]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest real[] = {
	    cmocka_unit_test_setup_teardown(real_logs_hold_what_is_known, load_known, drop_known),
	};

	(void)argc;
	(void)argv;
	return RUN(real);
}
