#include "harness.h"

#include "finding/codes.h"
#include "why/cause.h"

static void families_are_complete_and_in_order(void **state)
{
	(void)state;
	size_t n = 0;

	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++) {
		struct code_table t = code_table(f);

		assert_true(t.n > 0);
		assert_non_null(t.spec);
		n += t.n;
		for (size_t i = 0; i < t.n; i++) {
			const struct code *c = &t.rows[i];

			assert_non_null(c->means);
			assert_non_null(c->source);
			assert_true(strlen(c->means) > 3);
			assert_int_not_equal(c->means[strlen(c->means) - 1], '.');
			assert_true(c->stage < STAGE_COUNT);
			assert_true(i == 0 || t.rows[i - 1].value < c->value);
			assert_ptr_equal(code_find(f, c->value), c);
			/* Who says "unverified" in the source says it in the flag too. */
			if (strstr(c->source, "unverified"))
				assert_true(c->unverified);
		}
	}
	assert_true(n >= 643);
}

/* One number of each family, by the specification that names it. */
static void samples_of_every_family(void **state)
{
	(void)state;
	static const struct {
		enum code_family family;
		uint32_t value;
		const char *name;
	} samples[] = {
	    {CODE_DISCONNECT, 0x904, "disconnectReasonAtClientWinsockFDCLOSE"},
	    {CODE_DISCONNECT, 0x204, "disconnectReasonSocketConnectFailed"},
	    {CODE_DISCONNECT, 0xD07, "SSL_ERR_ACCOUNT_LOCKED_OUT"},
	    {CODE_EXTENDED, 0x7, "exDiscReasonServerDeniedConnection"},
	    {CODE_EXTENDED, 0x101, "exDiscReasonLicenseNoLicenseServer"},
	    {CODE_ERRINFO, 0x10D4, "ERRINFO_CONFIRMACTIVEWRONGSHAREID"},
	    {CODE_NEG_FAILURE, 5, "HYBRID_REQUIRED_BY_SERVER"},
	    {CODE_NEG_PROTOCOL, 2, "PROTOCOL_HYBRID"},
	    {CODE_LICENSE_ERROR, 6, "ERR_NO_LICENSE_SERVER"},
	    {CODE_LICENSE_STATE, 2, "ST_NO_TRANSITION"},
	    {CODE_STATUS, 0x8009030D, "SEC_E_UNKNOWN_CREDENTIALS"},
	    {CODE_STATUS, 0xC000006D, "STATUS_LOGON_FAILURE"},
	    {CODE_GATEWAY, 0x800759DA,
	     "E_PROXY_RAP_ACCESSDENIED"}, /* also the name of its Win32 form */
	    {CODE_LOGON_NOTIFY, 0xFFFFFFFF, "LOGON_MSG_CODE_ACCESS_DENIED"},
	    {CODE_EARLY_AUTH, 5, "AUTHZ_ACCESS_DENIED"},
	    {CODE_RDSTLS, 0x52E, "RDSTLS_RESULT_LOGON_FAILURE"},
	    {CODE_STATUS_INFO, 0x503, "TS_STATUS_VM_BOOTING"},
	    {CODE_TLS_ALERT, 40, "handshake_failure"},
	    {CODE_MCS_RESULT, 14, "rt-unspecified-failure"},
	    {CODE_MCS_DISCONNECT, 3, "rn-user-requested"},
	    {CODE_FREERDP, 0x20014, "ERRCONNECT_LOGON_FAILURE"},
	    {CODE_FREERDP_EXIT, 131, "XF_EXIT_CONN_FAILED"},
	    {CODE_WIN32, 10061, "WSAECONNREFUSED"},
	};

	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		const struct code *c = code_find(samples[i].family, samples[i].value);
		enum code_family family;

		assert_non_null(c);
		assert_string_equal(c->name, samples[i].name);
		assert_string_equal(code_by_name(samples[i].name, &family)->name, c->name);
		assert_int_equal(family, samples[i].family);
	}
	assert_non_null(code_find(CODE_FATAL, 0x64));
	assert_null(code_find(CODE_DISCONNECT, 0x905));
	assert_null(code_find(CODE_NONE, 0));
}

/* One number, several meanings: the families must not be mixed. */
static void one_number_means_different_things(void **state)
{
	(void)state;
	assert_string_equal(code_find(CODE_DISCONNECT, 0x104)->name,
	                    "disconnectReasonDNSLookupFailed");
	assert_string_equal(code_find(CODE_EXTENDED, 0x104)->name,
	                    "exDiscReasonLicenseHwidDoesntMatchLicense");
	assert_string_equal(code_find(CODE_NEG_FAILURE, 7)->name, "ENTRA_AUTH_REQUIRED_BY_SERVER");
	assert_true(code_find(CODE_NEG_FAILURE, 7)->unverified);
	assert_string_equal(code_find(CODE_LICENSE_ERROR, 7)->name, "STATUS_VALID_CLIENT");
}

static void every_finding_is_defined(void **state)
{
	(void)state;
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++) {
		const struct finding_def *d = &finding_defs[id];

		if (!d->name || !d->means || !d->spec)
			fail_msg("finding %d is incomplete", (int)id);
		assert_int_equal(finding_by_name(d->name), id);
		assert_int_not_equal(d->means[strlen(d->means) - 1], '.');
		assert_int_equal(d->type == T_CODE, d->family != CODE_NONE);
		assert_int_equal(d->type == T_CHOICE, d->choices != NULL);
		assert_int_equal(d->type == T_NUMBER, d->unit != NULL);
		assert_true(d->stage > STAGE_UNKNOWN && d->stage < STAGE_COUNT);
	}
	assert_int_equal(finding_by_name("no.such"), F_NONE);
	assert_string_equal(finding_nearest_name("tls.completd"), "tls.completed");
}

/* A finding that no row of the catalogue reads is dead, but for the few that frame a run. */
static void every_finding_has_a_reader(void **state)
{
	(void)state;
	static const enum finding_id framing[] = {
	    F_RUN_REPEATS,       F_RUN_REPRODUCED,     F_LOCAL_NOT_PERMITTED,  F_RUN_INPUT_UNUSABLE,
	    F_RUN_STOPPED_EARLY, F_GATEWAY_NOT_TESTED, F_NEG_DIRECT_NOT_TESTED};
	static const char *const described[] = {
	    "name.source", "neg.flags", "neg.offered", "tls.version", "cert.weak_key",
	    "nla.computer", "nla.build", "nla.slow", "host.port", "cert.not_yet_valid",
	    "cert.self_signed", "log.logon_failure_type", "cert.subject", "cert.issuer", "cert.key",
	    "cert.signature", "cert.days_left", "cert.thumbprint", "cert.made_by_windows",
	    "cert.malformed", "nla.netbios_computer", "nla.domain", "nla.malformed", "name.reverse",
	    "tcp.other_address", "client.rdp_file_note", "client.rdp_file_signer",
	    "path.zero_window",
	    /* what connections that no client makes have shown */
	    "neg.standard_refused", "neg.tls_refused", "neg.nla_refused", "neg.aside_ended",
	    "tls.accepts_version", "tls.hello_refused", "tls.suite",
	    /* what a registry says of a computer, no fault by itself */
	    "host.build", "host.computer", "host.machine_sid", "host.setting", "host.setting_type",
	    "host.values_old", "host.policy_origin", "host.not_looked", "client.setting",
	    "client.known_host"};
	size_t unread = 0;

	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++) {
		bool is_read = false;

		for (size_t i = 0; i < cause_count() && !is_read; i++)
			for (size_t k = 0; k < EVIDENCE_MAX && cause_at(i)->evidence[k].finding;
			     k++)
				is_read |= cause_at(i)->evidence[k].finding == id;
		for (size_t i = 0; i < sizeof framing / sizeof *framing; i++)
			is_read |= framing[i] == id;
		for (size_t i = 0; i < sizeof described / sizeof *described; i++)
			is_read |= strcmp(described[i], finding_defs[id].name) == 0;
		if (!is_read) {
			print_message("# no cause reads %s\n", finding_defs[id].name);
			unread++;
		}
	}
	assert_int_equal(unread, 0);
}

static void choices_and_values_in_words(void **state)
{
	(void)state;
	struct finding f = seen(F_NEG_FAILURE_CODE, ORIGIN_PROBE, 5, NULL);
	char text[128];

	assert_int_equal(choice_index("fin|rst", "rst"), 1);
	assert_int_equal(choice_index("fin|rst", "rs"), -1);
	assert_int_equal(choice_index("fin|rst", ""), -1);
	finding_value_text(&f, text, sizeof text);
	assert_string_equal(text, "0x5 HYBRID_REQUIRED_BY_SERVER");
	f = seen(F_TLS_ALERT, ORIGIN_PROBE, 40, NULL);
	finding_value_text(&f, text, sizeof text);
	assert_string_equal(text, "40 handshake_failure");
	f = seen(F_CERT_EXPIRED, ORIGIN_PROBE, 12, NULL);
	finding_value_text(&f, text, sizeof text);
	assert_string_equal(text, "12 days");
	f = seen(F_NLA_COMPUTER, ORIGIN_PROBE, 0, "a\033b");
	finding_value_text(&f, text, sizeof text);
	assert_string_equal(text, "a\xEF\xBF\xBD"
	                          "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(families_are_complete_and_in_order),
	    cmocka_unit_test(samples_of_every_family),
	    cmocka_unit_test(one_number_means_different_things),
	    cmocka_unit_test(every_finding_is_defined),
	    cmocka_unit_test(every_finding_has_a_reader),
	    cmocka_unit_test(choices_and_values_in_words),
	};

	return RUN(tests);
}
