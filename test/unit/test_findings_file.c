#include "harness.h"

#include "base/bytes.h"
#include "base/moment.h"
#include "read/findings_file.h"
#include "report/report.h"

struct given {
	struct arena arena;
	struct findings set;
	struct findings_read got;
};

static void read_text(struct given *g, const char *text)
{
	*g = (struct given){0};
	g->set.arena = &g->arena;
	g->got = findings_file_read(text, strlen(text), &g->set);
}

static void one_line_one_finding(void **state)
{
	(void)state;
	struct given g;
	int64_t when;

	read_text(&g, "{\"name\":\"neg.failure_code\",\"value\":5,\"origin\":\"probe\","
	              "\"where\":\"tcp 192.0.2.7:3389\",\"when\":\"2026-11-02T09:14:03Z\","
	              "\"group\":\"g1\"}\n"
	              "\n# a remark\n"
	              "{\"name\":\"tcp.refused\",\"state\":\"absent\"}\r\n"
	              "{\"name\":\"neg.failure_code\",\"value\":\"HYBRID_REQUIRED_BY_SERVER\"}\n"
	              "{\"name\":\"neg.offered\",\"value\":\"0x3\"}\n"
	              "{\"name\":\"tls.closed_after_hello\",\"value\":\"rst\"}");
	assert_int_equal(g.got.n_complaints, 0);
	assert_int_equal(g.set.n, 5);
	assert_int_equal(g.set.at[0].number, 5);
	assert_int_equal(g.set.at[0].origin, ORIGIN_PROBE);
	assert_int_equal(g.set.at[0].effect, EFFECT_BLOCKS);
	assert_string_equal(g.set.at[0].group, "g1");
	assert_true(moment_parse("2026-11-02T09:14:03Z", &when));
	assert_true(g.set.at[0].when_us == when);
	assert_int_equal(g.set.at[1].state, FINDING_ABSENT);
	assert_int_equal(g.set.at[2].number, 5);
	assert_int_equal(g.set.at[3].number, 3);
	assert_string_equal(g.set.at[4].text, "rst");
	arena_fini(&g.arena);
}

/* Each of these lines gives one complaint that names its line, and the last line is used. */
static void what_is_wrong_is_named_and_the_rest_is_used(void **state)
{
	(void)state;
	static const struct {
		const char *line, *says;
	} cases[] = {
	    {"{\"name\":\"tcp.refusd\"}", "the nearest known is tcp.refused"},
	    {"{\"name\":\"qqqqqqqqqqqqqqqq\"}", "explain findings"},
	    {"{\"nane\":\"tcp.refused\"}", "no \"name\""},
	    {"{\"name\":7}", "not a string"},
	    {"[1,2]", "not an object"},
	    {"7", "not JSON"},
	    {"{\"name\":\"tcp.refused\"", "not JSON"},
	    {"{\"name\":\"tcp.refused\",\"name\":\"tcp.silent\"}", "not JSON"},
	    {"{\"name\":\"cert.expired\"}", "no value; expected an integer number of days"},
	    {"{\"name\":\"cert.expired\",\"value\":\"12\"}", "a wrong value"},
	    {"{\"name\":\"cert.expired\",\"value\":1e300}", "a wrong value"},
	    {"{\"name\":\"neg.failure_code\",\"value\":-1}", "a wrong value"},
	    {"{\"name\":\"neg.failure_code\",\"value\":4294967296}", "a wrong value"},
	    {"{\"name\":\"neg.failure_code\",\"value\":\"0x1234567890\"}", "a wrong value"},
	    {"{\"name\":\"neg.failure_code\",\"value\":\"handshake_failure\"}", "a wrong value"},
	    {"{\"name\":\"tls.closed_after_hello\",\"value\":\"fin|rst\"}",
	     "expected one of: fin|rst"},
	    {"{\"name\":\"tcp.refused\",\"value\":false}", "a wrong value"},
	    {"{\"name\":\"nla.computer\",\"value\":7}", "expected a string"},
	    {"{\"name\":\"tcp.refused\\u0000\"}", "not JSON"},
	    {"\x01\x02\xFF", "not JSON"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf text = {0};
		struct given g;

		buf_printf(&text, "# one\n%s\n{\"name\":\"tcp.connected\"}\n", cases[i].line);
		read_text(&g, text.bytes);
		if (g.got.n_complaints < 1 || !strstr(g.got.complaints[0].says, cases[i].says) ||
		    g.got.complaints[0].line != 2)
			fail_msg("%s: %s", cases[i].line,
			         g.got.n_complaints ? g.got.complaints[0].says : "no complaint");
		assert_int_equal(g.set.at[g.set.n - 1].id, F_TCP_CONNECTED);
		assert_true(g.got.is_recognised);
		buf_fini(&text);
		arena_fini(&g.arena);
	}
}

/* A doubtful member is named and left out, the finding itself is kept. */
static void doubtful_members_are_left_out(void **state)
{
	(void)state;
	struct given g;

	read_text(&g, "{\"name\":\"tcp.refused\",\"origin\":\"space\",\"effect\":3,\"vlaue\":1,"
	              "\"when\":\"today\"}\n");
	assert_int_equal(g.got.n_complaints, 4);
	assert_int_equal(g.set.n, 1);
	assert_int_equal(g.set.at[0].origin, ORIGIN_USER);
	assert_int_equal(g.set.at[0].state, FINDING_SEEN);
	assert_int_equal(g.set.at[0].effect, EFFECT_BLOCKS);
	assert_true(g.set.at[0].when_us == 0);
	arena_fini(&g.arena);

	/* Whether it was seen or absent is not guessed. */
	read_text(&g, "{\"name\":\"tcp.refused\",\"state\":\"absnt\"}\n");
	assert_int_equal(g.got.n_complaints, 1);
	assert_int_equal(g.set.n, 0);
	arena_fini(&g.arena);
}

static void a_saved_report_gives_its_findings_only(void **state)
{
	(void)state;
	struct given first, again;
	struct buf json = {0};
	struct run_frame frame = {.version = "0", .input = "x", .options = ""};

	read_text(&first,
	          "{\"name\":\"tcp.connected\",\"origin\":\"probe\"}\n"
	          "{\"name\":\"neg.selected\",\"value\":2,\"origin\":\"probe\"}\n"
	          "{\"name\":\"tls.closed_after_hello\",\"value\":\"rst\",\"origin\":\"probe\"}\n"
	          "{\"name\":\"nla.computer\",\"value\":\"pc-17\",\"origin\":\"probe\"}\n"
	          "{\"name\":\"log.key_access_failed\",\"value\":\"0x8009030D\",\"origin\":\"log\","
	          "\"when\":\"2026-11-02T09:14:03.5Z\",\"where\":\"System.evtx #5021\"}\n"
	          "{\"name\":\"cert.expired\",\"state\":\"absent\",\"origin\":\"probe\"}\n");

	struct diagnosis d = infer(&first.set, 0, &first.arena);

	report_json(&json, &d, &frame);
	read_text(&again, json.bytes);
	assert_true(again.got.is_report);
	assert_int_equal(again.got.n_complaints, 0);
	assert_int_equal(again.set.n, first.set.n);

	struct findings sorted = findings_sorted(&first.set, &first.arena);

	for (size_t i = 0; i < first.set.n; i++) {
		assert_int_equal(again.set.at[i].id, sorted.at[i].id);
		assert_int_equal(again.set.at[i].state, sorted.at[i].state);
		assert_int_equal(again.set.at[i].number, sorted.at[i].number);
		assert_int_equal(again.set.at[i].origin, sorted.at[i].origin);
		assert_true(again.set.at[i].when_us == sorted.at[i].when_us);
	}

	struct diagnosis e = infer(&again.set, 0, &again.arena);

	assert_ptr_equal(e.cause, d.cause);
	assert_true(e.confidence - d.confidence < 1e-9 && d.confidence - e.confidence < 1e-9);
	buf_fini(&json);
	arena_fini(&first.arena);
	arena_fini(&again.arena);
}

static void limits_hold(void **state)
{
	(void)state;
	struct buf text = {0};
	struct given g;

	buf_puts(&text, "{\"name\":\"nla.computer\",\"value\":\"");
	for (size_t i = 0; i < FINDINGS_LINE_MAX; i++)
		buf_putc(&text, 'x');
	buf_puts(&text, "\"}\n{\"name\":\"tcp.connected\"}\n");
	read_text(&g, text.bytes);
	assert_int_equal(g.got.n_complaints, 1);
	assert_int_equal(g.set.n, 1);
	arena_fini(&g.arena);
	text.n = 0;
	for (int i = 0; i < 100; i++)
		buf_puts(&text, "{\n");
	read_text(&g, text.bytes);
	assert_int_equal(g.got.n_complaints, 100);
	assert_int_equal(g.set.n, 0);
	assert_false(g.got.is_recognised);
	arena_fini(&g.arena);
	buf_fini(&text);
}

static void cuts_and_flips_do_no_harm(void **state)
{
	(void)state;
	char text[] =
	    "{\"schema\":\"rdpwhy/1\",\"findings\":[{\"name\":\"neg.failure_code\",\"value\":5,"
	    "\"origin\":\"probe\"},{\"name\":\"tls.closed_after_hello\",\"value\":\"rst\"}]}\n"
	    "{\"name\":\"cert.expired\",\"value\":3,\"when\":\"2026-11-02T09:14:03Z\"}\n";
	size_t n = sizeof text - 1;

	for (size_t i = 0; i < n * 9; i++) {
		struct arena arena = {0};
		struct findings set = {.arena = &arena};

		if (i < n) {
			findings_file_read(text, i, &set);
		} else {
			size_t bit = i - n;

			text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
			findings_file_read(text, n, &set);
			text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
		}
		arena_fini(&arena);
	}
}

static void a_report_tells_from_where_it_asked(void **state)
{
	(void)state;
	static const char report[] =
	    "{\"schema\": \"rdpwhy/1\", \"run\": {\"vantage\": {\"source\": \"192.0.2.9\"}, "
	    "\"footprint\": {\"connections\": 2, \"ports\": [50123, 0, 70000, \"x\", 50124]}}, "
	    "\"findings\": []}";
	struct arena arena = {0};
	struct findings set = {.arena = &arena};
	struct findings_read got = findings_file_read(report, sizeof report - 1, &set);

	assert_true(got.is_report);
	assert_string_equal(got.source, "192.0.2.9");
	assert_int_equal(got.n_ports, 2);
	assert_int_equal(got.ports[0], 50123);
	assert_int_equal(got.ports[1], 50124);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_report_tells_from_where_it_asked),
	    cmocka_unit_test(one_line_one_finding),
	    cmocka_unit_test(what_is_wrong_is_named_and_the_rest_is_used),
	    cmocka_unit_test(doubtful_members_are_left_out),
	    cmocka_unit_test(a_saved_report_gives_its_findings_only),
	    cmocka_unit_test(limits_hold),
	    cmocka_unit_test(cuts_and_flips_do_no_harm),
	};

	return RUN(tests);
}
