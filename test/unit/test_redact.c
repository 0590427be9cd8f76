#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "read/findings_file.h"
#include "report/redact.h"

static struct findings set_with(struct arena *arena)
{
	return (struct findings){.arena = arena};
}

static void add(struct findings *set, enum finding_id id, const char *text, const char *where)
{
	struct finding f = finding_of(id, ORIGIN_PROBE);

	f.text = text;
	f.where = where;
	f.number = finding_defs[id].type == T_NUMBER ? 6 : 0;
	findings_add(set, &f);
}

static const char *alone(struct arena *arena, const char *text)
{
	return redact_text(redact_begin(arena), text);
}

static void words_are_replaced_or_stay(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} cases[] = {
	    /* addresses, in all their spellings */
	    {"tcp 192.0.2.7:3389", "tcp address-1:3389"},
	    {"tcp [2001:db8::7]:3389", "tcp [address-1]:3389"},
	    {"2001:db8::7 is 2001:0DB8:0:0::0007", "address-1 is address-1"},
	    {"::ffff:192.0.2.7 is 192.0.2.7", "address-1 is address-1"},
	    {"fe80::1%wg-acme, fe80::1", "address-1, address-1"},
	    {"refused (ICMP type 3 code 10) from 192.0.2.1", "refused (ICMP type 3 code 10) from "
	                                                     "address-1"},
	    {"192.0.2.7.", "address-1."},
	    /* what is everybody's */
	    {"tcp 127.0.0.1:3390, [::1]:3389, localhost",
	     "tcp 127.0.0.1:3390, [::1]:3389, localhost"},
	    {"event 36870: 0x8009030D in System.evtx #5021",
	     "event 36870: 0x8009030D in System.evtx "
	     "#5021"},
	    {"ClientHello TLS 1.2, 38 ms", "ClientHello TLS 1.2, 38 ms"},
	    {"rdpNegData.type", "rdpNegData.type"},
	    {"no entry for S-1-5-20", "no entry for S-1-5-20"},
	    {"FreeRDP 3.5.0", "FreeRDP 3.5.0"},
	    /* names, whole and cut short */
	    {"dns pc-17.corp.example", "dns host-1.domain-1"},
	    {"PC-17.corp.example, pc-17", "host-1.domain-1, host-1"},
	    {"pc-17.corp.example, pc-18.corp.example", "host-1.domain-1, host-2.domain-1"},
	    {"https://gw.acme.example:443/x", "https://host-1.domain-1:443/x"},
	    {"\\\\files\\zorgs", "\\\\host-1\\name-1"},
	    {"name M\xC3\xBCller-PC", "name host-1"},
	    {"name \xFF\xFE", "name host-1"},
	    /* accounts */
	    {"user anna", "user account-1"},
	    {"ACME\\anna", "domain-1\\account-1"},
	    {"anna@acme.example", "account-1@domain-1"},
	    {"C:\\Users\\anna\\Default.rdp", "C:\\Users\\account-1\\Default.rdp"},
	    {"/home/anna/report.json", "/home/account-1/report.json"},
	    {"S-1-5-21-1004-2003-3002-1105", "account-1"},
	    /* numbers that are somebody's */
	    {"serial 4711, serial number: 4712", "serial serial-1, serial number: serial-2"},
	    {"7d8f0a3b5c1e", "serial-1"},
	    {"aa:bb:cc:dd:ee:0f, AA-BB-CC-DD-EE-0F", "serial-1, serial-1"},
	    {"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "thumbprint-1"},
	    /* anything else */
	    {"Zorgblatt", "name-1"},
	    {"report of zorgblatt, ZORGBLATT", "report of name-1, name-1"},
	    {"zorgblatt.pcapng frame 48", "file-1.pcapng frame 48"},
	    {"", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};

		assert_string_equal(alone(&arena, cases[i].in), cases[i].out);
		arena_fini(&arena);
	}
}

static void certificate_names_keep_their_shape(void **state)
{
	(void)state;
	static const struct {
		enum finding_id id;
		const char *in, *out;
	} cases[] = {
	    {F_CERT_SUBJECT, "CN=pc-17.corp.example", "CN=host-1.domain-1"},
	    {F_CERT_ISSUER, "CN=Zorg CA,O=Zorg\\, Inc.,C=DE",
	     "CN=name-1,O=organisation-1,C=name-2"},
	    {F_CERT_SUBJECT, "CN=localhost", "CN=localhost"},
	    {F_CERT_SUBJECT, "not a name=at all", "name-1"},
	    {F_CERT_NAME_MISMATCH, "*.corp.example", "*.domain-1"},
	    {F_CERT_INSPECTED, "Norton", "Norton"},
	    {F_CERT_INSPECTED, "Skyhigh Web Gateway (McAfee)", "Skyhigh Web Gateway (McAfee)"},
	    {F_CERT_KEY, "RSA 2048 bits", "RSA 2048 bits"},
	    {F_CERT_THUMBPRINT, "A94A8FE5", "thumbprint-1"},
	    {F_NLA_COMPUTER, "gateway", "host-1"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = {0};
		struct findings set = set_with(&arena);

		add(&set, cases[i].id, cases[i].in, NULL);
		set = redact_findings(redact_begin(&arena), &set);
		assert_string_equal(set.at[0].text, cases[i].out);
		arena_fini(&arena);
	}
}

/* A host that is called like a word of ours is known by the place in which it stands. */
static void known_names_win_over_the_vocabulary(void **state)
{
	(void)state;
	struct arena arena = {0};
	struct findings set = set_with(&arena);
	struct run_frame frame = {.input = "gateway:3389", .host = "gateway"};
	struct redactor *r = redact_begin(&arena);

	add(&set, F_NLA_COMPUTER, "server.corp.example", "tcp gateway:3389");
	redact_learn(r, &set, &frame);
	frame = redact_frame(r, &frame);
	assert_string_equal(frame.input, "host-1:3389");
	assert_string_equal(frame.host, "host-1");
	assert_string_equal(redact_text(r, "gateway and SERVER"), "host-1 and host-2");
	arena_fini(&arena);
}

static void equal_things_stay_equal_and_others_apart(void **state)
{
	(void)state;
	struct arena arena = {0};
	struct redactor *r = redact_begin(&arena);
	char text[64], words[200][64];

	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof text, "tcp 198.51.100.%d:3389", i);
		snprintf(words[i], sizeof words[i], "%s", redact_text(r, text));
		assert_string_equal(redact_text(r, text), words[i]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(words[i], words[k]);
	}
	arena_fini(&arena);
}

/* Redacting what was redacted keeps kinds and differences. */
static void a_redacted_text_can_be_redacted_again(void **state)
{
	(void)state;
	struct arena arena = {0};

	assert_string_equal(alone(&arena, "tcp address-7:3389, host-2.domain-1, account-4"),
	                    "tcp address-1:3389, host-1.domain-1, account-1");
	arena_fini(&arena);
}

/* --- no original in any output --- */

/* Each holds the letters zq, which no word of ours does. */
static const char *const hostile[] = {
    "zq-pc",
    "ZQ-PC.zqcorp.example",
    "zq",
    "Zq\xC3\xBCrich \xE6\x9D\xB1zq",
    "zq\xFF\xFEzq",
    "zq\033[31mzq\007\xE2\x80\xAEzq",
    "zq\nzq\r\n# zq",
    "`zq` [zq](http://zq.example) <b>zq</b> | zq",
    "$(zq); zq & zq",
    "zqdom\\zquser",
    "zq@zq.example",
    "C:\\Users\\zq anna\\zq.rdp",
    "\\\\zqserver\\zqshare$\\zq.pcapng",
    "/home/zq/zq.json",
    "CN=zq.example,O=Zq\\, Inc.,serialNumber=zq77",
    "CN=zq,zq,=zq,O=",
    "host zq, name zq: user zq's",
    "zq.evtx #5021",
    "TLS_ZQ_WITH_ZQ",
    "rdpNegData.zq",
    "zq-zq_zq.zq.zq...zq",
    "-zq.",
    "..zq--",
    "zqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzqzq",
    "0xzq",
    "1zq",
    "KB123456zq",
    "2026-07-02zq",
    "host-1zq",
    "zq:zq::zq",
    "2001:db8::zq",
    "192.0.2.7zq",
    "fe80::1%zq",
};

static bool holds_original(const char *s)
{
	for (; s[0] && s[1]; s++)
		if ((s[0] == 'z' || s[0] == 'Z') && (s[1] == 'q' || s[1] == 'Q'))
			return true;
	return false;
}

static void fill(struct findings *set, const char *value)
{
	static const char *const frames[] = {"%s", "tcp %s:3389", "dns %s", "System.evtx %s of %s"};
	size_t n = 0;

	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++) {
		struct buf where = {0};
		const char *frame = frames[n++ % (sizeof frames / sizeof *frames)];

		for (; *frame; frame++) {
			if (frame[0] == '%')
				buf_puts(&where, value), frame++;
			else
				buf_putc(&where, *frame);
		}

		struct finding f = finding_of(id, ORIGIN_PROBE);

		f.where = where.bytes;
		f.group = value;
		f.text = finding_defs[id].type == T_TEXT ? value : NULL;
		if (finding_defs[id].type != T_CHOICE)
			findings_add(set, &f);
		buf_fini(&where);
	}
}

static void check_outputs(struct findings *set, struct run_frame *frame, struct arena *arena,
                          const char *value)
{
	struct redactor *r = redact_begin(arena);
	struct buf text = {0}, json = {0}, md = {0};
	struct page page = {.out = &text, .width = PAGE_WIDTH_USUAL};
	struct findings found;
	struct run_frame shown;
	struct diagnosis d;

	redact_learn(r, set, frame);
	shown = redact_frame(r, frame);
	found = redact_findings(r, set);
	d = infer(&found, 0, arena);
	report_text(&page, &d, &shown, DETAIL_FINDINGS);
	report_json(&json, &d, &shown);
	report_md(&md, &d, &shown, DETAIL_FINDINGS);
	if (holds_original(text.bytes) || holds_original(json.bytes) || holds_original(md.bytes))
		fail_msg("an original got through: %s", value);
	buf_fini(&text);
	buf_fini(&json);
	buf_fini(&md);
}

static void no_original_is_in_any_output(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct arena arena = {0};
		struct findings set = set_with(&arena);
		const char *const texts[] = {hostile[i], "192.0.2.7"};
		struct run_vantage vantage = {.interface = hostile[i],
		                              .source = hostile[i],
		                              .addresses = texts,
		                              .n_addresses = 2};
		struct run_frame frame = {.input = hostile[i],
		                          .host = hostile[i],
		                          .port = 3389,
		                          .vantage = &vantage,
		                          .version = "1",
		                          .options = "",
		                          .warnings = texts,
		                          .n_warnings = 2};

		fill(&set, hostile[i]);
		check_outputs(&set, &frame, &arena, hostile[i]);
		frame.vantage = NULL;
		frame.host = NULL;
		check_outputs(&set, &frame, &arena, hostile[i]);
		arena_fini(&arena);
	}
}

/* Any bytes: nothing is read behind the end, and the words come out again. */
static void any_bytes_are_safe(void **state)
{
	(void)state;
	static const char pieces[] = "zq.:-_\\/@=%, \xC3\xBC\xFF 0192afx[]\n";
	unsigned seed = 7;

	for (int i = 0; i < 3000; i++) {
		struct arena arena = {0};
		char text[48];
		size_t n = 0;

		while (n < sizeof text - 1) {
			seed = seed * 1103515245u + 12345u;
			text[n++] = pieces[(seed >> 16) % (sizeof pieces - 1)];
		}
		text[n] = '\0';
		/* a letter alone is nobody's; two of them are */
		assert_false(holds_original(alone(&arena, text)));
		arena_fini(&arena);
	}
}

/* --- read back --- */

static void a_redacted_report_gives_the_same_verdict(void **state)
{
	(void)state;
	struct arena arena = {0};
	struct findings set = set_with(&arena), found, again = set_with(&arena);
	struct run_frame frame = {.input = "pc-17", .host = "pc-17", .version = "1", .options = ""};
	struct redactor *r = redact_begin(&arena);
	struct buf json = {0};
	struct diagnosis before, d, after;

	add(&set, F_TCP_CONNECTED, NULL, "tcp 192.0.2.7:3389");
	add(&set, F_TLS_CLOSED_AFTER_HELLO, "rst", "tcp 192.0.2.7:3389");
	add(&set, F_NAME_REVERSE, "pc-17.corp.example", "name pc-17");
	before = infer(&set, 0, &arena);
	redact_learn(r, &set, &frame);
	frame = redact_frame(r, &frame);
	found = redact_findings(r, &set);
	d = infer(&found, 0, &arena);
	report_json(&json, &d, &frame);
	assert_int_equal(findings_file_read(json.bytes, json.n, &again).n_complaints, 0);
	after = infer(&again, 0, &arena);
	assert_int_equal(before.state, after.state);
	assert_ptr_equal(before.cause, after.cause);
	assert_int_equal(before.n_set, after.n_set);
	assert_true(before.confidence == after.confidence);
	buf_fini(&json);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_are_replaced_or_stay),
	    cmocka_unit_test(certificate_names_keep_their_shape),
	    cmocka_unit_test(known_names_win_over_the_vocabulary),
	    cmocka_unit_test(equal_things_stay_equal_and_others_apart),
	    cmocka_unit_test(a_redacted_text_can_be_redacted_again),
	    cmocka_unit_test(no_original_is_in_any_output),
	    cmocka_unit_test(any_bytes_are_safe),
	    cmocka_unit_test(a_redacted_report_gives_the_same_verdict),
	};

	return RUN(tests);
}
