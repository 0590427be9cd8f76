/*
 * Every scenario of the lab, probed in virtual time: what is found, and the verdict. The table
 * test/lab/findings.txt must equal; RDPWHY_REWRITE=1 (./dev goldens) writes it, and its
 * difference is part of the review.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "os/os.h"
#include "probe_run.h"
#include "report/report.h"

#ifndef LAB_FOLDER
#error LAB_FOLDER is not set
#endif

#define TABLE       LAB_FOLDER "/findings.txt"
#define ADDRESS     "192.0.2.7"
#define STALL_US    5000000
#define NLA_US      8000000
#define TABLE_BYTES (4 * 1024 * 1024)

static void probe(struct probe_run *r, const struct scenario *s)
{
	static const char *const addresses[] = {ADDRESS};

	probe_run_init(r, RUN_HOST);
	probe_run_name(r, addresses, 1);
	probe_run_play(r, s, ADDRESS);
	probe_run_go(r);
}

static void over(struct probe_run *r)
{
	probe_run_fini(r);
	assert_int_equal(net_fake_live(), 0);
}

/* --- the table --- */

/* Keys are new in each run, and so is what is computed from them. */
static bool is_stable(enum finding_id id)
{
	return id != F_CERT_THUMBPRINT;
}

static void put_finding(struct buf *out, const struct finding *f)
{
	char value[160], shown[400];

	finding_value_text(f, value, sizeof value);
	text_harmless(value, shown, sizeof shown);
	buf_printf(out, "  %s%s%s%s%s\n", f->state == FINDING_SEEN ? "" : "not ",
	           finding_defs[f->id].name, is_stable(f->id) && *shown ? " " : "",
	           is_stable(f->id) ? shown : "",
	           f->effect == EFFECT_NONE        ? ""
	           : f->effect == EFFECT_MAY_BLOCK ? " (may block)"
	                                           : " (blocks)");
}

static const char *top_cause(const struct diagnosis *d)
{
	if (d->cause)
		return d->cause->id;
	return d->n_causes ? d->causes[0].cause->id : "-";
}

static void put_scenario(struct buf *out, const struct scenario *s, struct probe_run *r)
{
	struct findings sorted = findings_sorted(&r->found, &r->arena);
	struct net_address at = run_address(ADDRESS);

	buf_printf(out, "%s: %s, %s; %zu connections, %d.%d s\n", s->id,
	           verdict_state_name(r->d.state),
	           r->d.state == VERDICT_HEALTHY ? "-" : top_cause(&r->d),
	           net_fake_traffic(r->net, &at).n_up, (int)(r->took_us / 1000000),
	           (int)(r->took_us / 100000 % 10));
	for (size_t i = 0; i < sorted.n; i++)
		put_finding(out, &sorted.at[i]);
	buf_putc(out, '\n');
}

static void write_table(const struct buf *table)
{
	FILE *f = fopen(TABLE, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(table->bytes, 1, table->n, f), table->n);
	assert_int_equal(fclose(f), 0);
}

static const char *line_end(const char *s)
{
	return s + strcspn(s, "\n");
}

/* The first line that differs, with the block in which it stands. */
static void tell_difference(const char *was, const char *is)
{
	const char *block = was;

	while (*was && *is) {
		size_t n = (size_t)(line_end(was) - was), m = (size_t)(line_end(is) - is);

		if (*was != ' ' && n)
			block = was;
		if (n != m || memcmp(was, is, n) != 0)
			break;
		was += n + (was[n] == '\n');
		is += m + (is[m] == '\n');
	}
	print_message("# %s: in %.*s\n# was: %.*s\n# is:  %.*s\n", TABLE,
	              (int)(line_end(block) - block), block, (int)(line_end(was) - was), was,
	              (int)(line_end(is) - is), is);
}

static void findings_equal_the_table(void **state)
{
	(void)state;
	struct buf table = {0}, known = {0};
	const char *rewrite = getenv("RDPWHY_REWRITE");
	bool is_equal;

	for (size_t i = 0; scenario_at(i); i++) {
		struct probe_run r;

		probe(&r, scenario_at(i));
		put_scenario(&table, scenario_at(i), &r);
		over(&r);
	}
	if (rewrite && *rewrite)
		write_table(&table);
	assert_int_equal(os_read_all(TABLE, TABLE_BYTES, &known), 0);
	is_equal = known.n == table.n && memcmp(known.bytes, table.bytes, table.n) == 0;
	if (!is_equal)
		tell_difference(known.bytes, table.bytes);
	buf_fini(&table);
	buf_fini(&known);
	assert_true(is_equal);
}

/* --- what the rows promise --- */

static bool is_as_expected(const struct finding *f, const struct expected *e)
{
	return f->id == e->finding && f->state == FINDING_SEEN &&
	       (!e->number || f->number == e->number) &&
	       (!e->text || (f->text && strcmp(f->text, e->text) == 0));
}

static bool is_kept(const struct scenario *s, const struct findings *found)
{
	if (!s->expect.finding)
		return true;
	for (size_t i = 0; i < found->n; i++)
		if (is_as_expected(&found->at[i], &s->expect))
			return true;
	return false;
}

static void every_promise_is_kept(void **state)
{
	(void)state;
	size_t n_broken = 0;

	for (size_t i = 0; scenario_at(i); i++) {
		struct probe_run r;

		probe(&r, scenario_at(i));
		if (!is_kept(scenario_at(i), &r.found)) {
			print_message("# %s: no %s\n", scenario_at(i)->id,
			              finding_defs[scenario_at(i)->expect.finding].name);
			n_broken++;
		}
		over(&r);
	}
	assert_int_equal(n_broken, 0);
}

/* --- time and consideration --- */

static void every_run_is_short_and_considerate(void **state)
{
	(void)state;
	struct net_address at = run_address(ADDRESS);
	size_t n_broken = 0;

	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);
		struct probe_run r;
		struct fake_traffic t;
		int64_t most = s->stage == STAGE_NLA || s->fault.delay_ms ? NLA_US : STALL_US;

		probe(&r, s);
		t = net_fake_traffic(r.net, &at);
		if (!r.was_idle || r.took_us > most || t.n_most > PROBE_AT_ONCE ||
		    t.n_all > PROBE_CONNECTIONS) {
			print_message("# %s: %d ms, %s, %zu connections, %zu at a time\n", s->id,
			              (int)(r.took_us / 1000), r.was_idle ? "idle" : "cut off",
			              t.n_all, t.n_most);
			n_broken++;
		}
		over(&r);
	}
	assert_int_equal(n_broken, 0);
}

/* --- reports --- */

static void assert_harmless(const struct buf *text, const char *id)
{
	for (size_t i = 0; i < text->n; i++) {
		unsigned char c = (unsigned char)text->bytes[i];

		if ((c < 0x20 && c != '\n') || c == 0x7f)
			fail_msg("%s: byte 0x%02x in the report", id, c);
		/* C1 controls and the marks of direction, in UTF-8 */
		if (c == 0xc2 && (unsigned char)text->bytes[i + 1] < 0xa0)
			fail_msg("%s: a C1 control in the report", id);
		if (c == 0xe2 && (unsigned char)text->bytes[i + 1] == 0x80 &&
		    (unsigned char)text->bytes[i + 2] >= 0xaa &&
		    (unsigned char)text->bytes[i + 2] <= 0xae)
			fail_msg("%s: a mark of direction in the report", id);
	}
}

static void reports_are_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; scenario_at(i); i++) {
		struct probe_run r;
		struct run_frame frame = {.version = "0",
		                          .input = RUN_HOST,
		                          .host = RUN_HOST,
		                          .id = "1",
		                          .options = "",
		                          .started_us = RUN_WALL_US};
		struct buf text = {0}, json = {0};
		struct page page = {.out = &text, .width = 80};

		probe(&r, scenario_at(i));
		report_text(&page, &r.d, &frame, DETAIL_FINDINGS);
		report_json(&json, &r.d, &frame);
		assert_harmless(&text, scenario_at(i)->id);
		assert_harmless(&json, scenario_at(i)->id);
		buf_fini(&text);
		buf_fini(&json);
		over(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(findings_equal_the_table),
	    cmocka_unit_test(every_promise_is_kept),
	    cmocka_unit_test(every_run_is_short_and_considerate),
	    cmocka_unit_test(reports_are_harmless),
	};

	return RUN(tests);
}
