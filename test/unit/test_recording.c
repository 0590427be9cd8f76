/*
 * Real recordings against the truth that stands beside them.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "recording_run.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- the truth --- */

static const char *shared_data(void)
{
	const char *elsewhere = getenv("RDPWHY_SHARED_DATA");

	return elsewhere ? elsewhere : SHARED_DATA;
}

#define FIELDS_MAX 16

static bool load(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	char piece[65536];
	size_t n;

	*out = (struct buf){0};
	if (!file)
		return false;
	while ((n = fread(piece, 1, sizeof piece, file)) > 0)
		buf_put(out, piece, n);
	fclose(file);
	return true;
}

/* The next line of a table, cut in place into its fields; NULL at the end. */
static char *cut(char *at, char *fields[FIELDS_MAX], size_t *n)
{
	char *end = strchr(at, '\n');

	if (!*at)
		return NULL;
	if (end)
		*end = '\0';
	*n = 0;
	for (char *p = at; p && *n < FIELDS_MAX; *n += 1) {
		fields[*n] = p;
		p = strchr(p, '\t');
		if (p)
			*p++ = '\0';
	}
	return end ? end + 1 : at + strlen(at);
}

enum {
	FILE_NAME,
	PROTO,
	STREAM,
	FIRST_FRAME,
	CLIENT,
	SERVER,
	PACKETS,
	STAGE,
	EVENTS,
	C_PDUS,
	S_PDUS
};

static const struct {
	const char *words;
	enum stage_id stage;
} stages[] = {
    {"x224 negotiation failure", STAGE_NEGOTIATION},
    {"x224 confirmed", STAGE_NEGOTIATION},
    {"x224", STAGE_NEGOTIATION},
    {"mcs connect initial sent", STAGE_SETTINGS},
    {"mcs joined, security exchange / client info / licensing", STAGE_LICENSING},
    {"active session (standard security)", STAGE_SESSION},
    {"tls handshake complete, no application data", STAGE_TLS},
    {"tls application data (mid-stream, no handshake seen)", STAGE_SESSION},
    {"refused (RST)", STAGE_TCP},
    {"no answer to SYN", STAGE_TCP},
    {"udp: SYN never answered", STAGE_UDP},
    {"udp: both sides speak", STAGE_UDP},
};

/* What the table calls "tls application data" is told apart by the README. */
static enum stage_id stage_of(char *const fields[FIELDS_MAX])
{
	if (strcmp(fields[STAGE], "tls application data") == 0)
		return strcmp(fields[FILE_NAME], "rdp-nla-ex-cut.pcap") == 0 ||
		               (strcmp(fields[FILE_NAME], "rdp-nla-probe-then-session.pcap") == 0 &&
		                strcmp(fields[STREAM], "0") == 0)
		           ? STAGE_NLA
		           : STAGE_SESSION;
	for (size_t i = 0; i < COUNT(stages); i++)
		if (strcmp(stages[i].words, fields[STAGE]) == 0)
			return stages[i].stage;
	return STAGE_UNKNOWN; /* no RDP */
}

static void is_as_stated(const struct attempt *a, char *const fields[FIELDS_MAX])
{
	char where[200];
	const struct finding *rtt = find(a, F_PATH_RTT);

	snprintf(where, sizeof where, "%s frame %s", fields[FILE_NAME], fields[FIRST_FRAME]);
	assert_string_equal(a->where, where);
	assert_string_equal(a->client, fields[CLIENT]);
	assert_string_equal(a->host, fields[SERVER]);
	assert_int_equal(a->reached, stage_of(fields));
	assert_int_equal(is_seen(a, F_TCP_REFUSED), strcmp(fields[STAGE], "refused (RST)") == 0);
	assert_int_equal(is_seen(a, F_TCP_SILENT), strcmp(fields[STAGE], "no answer to SYN") == 0);
	assert_int_equal(is_seen(a, F_NEG_FAILURE_CODE),
	                 strstr(fields[S_PDUS], "NEG_FAILURE") != NULL);
	if (rtt)
		assert_true(rtt->number < 200);
}

static const struct attempt *by_frame(const struct got *got, const char *file, const char *frame)
{
	char where[200];

	snprintf(where, sizeof where, "%s frame %s", file, frame);
	for (size_t i = 0; i < got->attempts.n; i++)
		if (strcmp(got->attempts.at[i].where, where) == 0)
			return &got->attempts.at[i];
	return NULL;
}

static void read_real(const char *name, size_t piece, struct got *got)
{
	char path[600];
	struct buf file;

	snprintf(path, sizeof path, "%s/captures/%s", shared_data(), name);
	assert_true(load(path, &file));
	read_how(file.bytes, file.n, &(struct reading){.piece = piece, .name = name}, got);
	buf_fini(&file);
}

static bool has_truth(struct buf *table, const char *name)
{
	char path[600];

	snprintf(path, sizeof path, "%s/truth/%s", shared_data(), name);
	return load(path, table);
}

/* Every connection of the table is found where it is said to be, and no other. */
static void real_flows(void **state)
{
	(void)state;
	struct buf table;
	char *fields[FIELDS_MAX], *at;
	size_t n, n_flows = 0;

	if (!has_truth(&table, "capture-flows.tsv"))
		skip();
	at = cut(table.bytes, fields, &n); /* the head */
	while ((at = cut(at, fields, &n))) {
		struct got got;
		const struct attempt *a;

		read_real(fields[FILE_NAME], 0, &got);
		a = by_frame(&got, fields[FILE_NAME], fields[FIRST_FRAME]);
		if (!stage_of(fields)) {
			assert_null(a);
		} else {
			assert_non_null(a);
			is_as_stated(a, fields);
			n_flows++;
		}
		done(&got);
	}
	assert_int_equal(n_flows, 21);
	buf_fini(&table);
}

static void real_counts(void **state)
{
	(void)state;
	struct buf table;
	char *fields[FIELDS_MAX], *at;
	size_t n;

	if (!has_truth(&table, "capture-files.tsv"))
		skip();
	at = cut(table.bytes, fields, &n);
	while ((at = cut(at, fields, &n))) {
		struct got whole, cut_up;

		read_real(fields[0], 0, &whole);
		assert_int_equal(whole.attempts.n, strtoul(fields[7], NULL, 10));
		read_real(fields[0], 4099, &cut_up);
		assert_int_equal(whole.attempts.n, cut_up.attempts.n);
		for (size_t i = 0; i < whole.attempts.n; i++)
			assert_int_equal(whole.attempts.at[i].found.n,
			                 cut_up.attempts.at[i].found.n);
		/* One of them is cut short in its last packet. */
		assert_int_equal(whole.complaints.n,
		                 strcmp(fields[0], "rdp-tls-only-full.pcap") == 0);
		done(&whole);
		done(&cut_up);
	}
	buf_fini(&table);
}

/* What the README says in words. */
static const struct {
	const char *file, *frame;
	bool is_failure, is_recovered, has_started, has_passed;
	const char *ended; /* begins so; NULL: still open */
} told[] = {
    {"rdp-neg-failure-then-standard.pcap", "1", true, true, false, false,
     "refused with SSL_NOT_ALLOWED_BY_SERVER, closed by the client"},
    {"rdp-neg-failure-then-standard.pcap", "9", false, false, true, false, "the person left"},
    {"rdp-nla-probe-then-session.pcap", "1", true, true, false, true, "closed by the client"},
    {"rdp-nla-probe-then-session.pcap", "20", false, false, true, true, "closed by the client"},
    {"rdp-tls-then-client-reset.pcap", "1", true, false, false, false, "reset by the client"},
    {"rdp-standard-mcs-initial-only.pcap", "1", false, false, false, false, NULL},
    {"rdp-nla-ex-cut.pcap", "1", false, false, false, true, NULL},
    {"rdp-standard-cut-at-licensing.pcap", "1", false, false, false, false, NULL},
    {"rdp-standard-full.pcap", "1", false, false, true, false, "the person left"},
    {"rdp-in-socks5.pcap", "1", false, false, false, false, NULL},
    {"rdp-tls-only-full.pcap", "1", false, false, true, false, "closed by the client"},
    {"rdp-midstream-tls-a.pcapng", "1", false, false, true, false, NULL},
    {"tcp-3389-refused-scan.pcapng", "17", true, false, false, false, "refused"},
    {"tcp-3389-no-answer-scan.pcap", "18", true, false, false, false, "no answer to the SYN"},
    {"rdpeudp-no-answer.pcap", "1", false, false, false, false, "no answer over UDP"},
    {"rdpeudp2-ok.pcap", "1", false, false, false, false, NULL},
};

static void real_endings(void **state)
{
	(void)state;
	struct buf table;

	if (!has_truth(&table, "capture-flows.tsv"))
		skip();
	buf_fini(&table);
	for (size_t i = 0; i < COUNT(told); i++) {
		struct got got;
		const struct attempt *a;

		read_real(told[i].file, 0, &got);
		a = by_frame(&got, told[i].file, told[i].frame);
		assert_non_null(a);
		assert_int_equal(a->is_failure, told[i].is_failure);
		assert_int_equal(a->is_recovered, told[i].is_recovered);
		assert_int_equal(is_seen(a, F_SESSION_STARTED), told[i].has_started);
		assert_int_equal(is_seen(a, F_NLA_CREDENTIALS_PASSED), told[i].has_passed);
		assert_false(is_seen(a, F_NLA_EARLY_AUTH));
		assert_false(is_seen(a, F_TLS_RESET_IS_FOREIGN) ||
		             is_seen(a, F_TCP_RESET_IS_FOREIGN));
		assert_int_equal(!a->ended, !told[i].ended);
		if (a->ended)
			assert_memory_equal(a->ended, told[i].ended, strlen(told[i].ended));
		done(&got);
	}
}

/* Without code 25, with which every logon begins. */
static void real_kerberos(void **state)
{
	(void)state;
	static const struct {
		int64_t code;
		size_t n;
	} stated[] = {{1, 2}, {6, 19}, {7, 2}, {13, 1}, {14, 2}, {18, 2}, {23, 2}, {31, 4}};
	struct buf table;
	struct got got;
	size_t n_all = 0;

	if (!has_truth(&table, "capture-flows.tsv"))
		skip();
	buf_fini(&table);
	read_real("krb5-errors.pcap", 0, &got);
	for (size_t i = 0; i < COUNT(stated); i++) {
		size_t n = 0;

		for (size_t k = 0; k < got.found.n; k++)
			n += got.found.at[k].number == stated[i].code;
		assert_int_equal(n, stated[i].n);
		n_all += n;
	}
	assert_int_equal(n_all, got.found.n);
	done(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_flows),
	    cmocka_unit_test(real_counts),
	    cmocka_unit_test(real_endings),
	    cmocka_unit_test(real_kerberos),
	};

	return RUN(tests);
}
