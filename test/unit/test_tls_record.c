#include "abuse.h"
#include "harness.h"

#include "base/bytes.h"
#include "wire/tls_record.h"

static void record_lengths(void **state)
{
	(void)state;
	static const uint8_t alert[] = {21, 3, 3, 0, 2, 2, 40};

	for (size_t n = 0; n < TLS_RECORD_HEADER; n++)
		assert_int_equal(tls_record_length(alert, n), 0);
	assert_int_equal(tls_record_length(alert, sizeof alert), 7);
	assert_true(tls_record_length((const uint8_t *)"HTTP/", 1) == TLS_NOT_A_RECORD);
	assert_true(tls_record_length((const uint8_t *)"\x16\x02", 2) == TLS_NOT_A_RECORD);
	assert_true(tls_record_length((const uint8_t *)"\x16\x03\x03\xFF\xFF", 5) ==
	            TLS_NOT_A_RECORD);
}

static void sslv2_hello_is_known(void **state)
{
	(void)state;
	/* length 0x2E, client-hello, version 3.1 */
	static const uint8_t v2[] = {0x80, 0x2E, 1, 3, 1};

	assert_int_equal(tls_sslv2_length(v2, sizeof v2), 0x30);
	assert_int_equal(tls_sslv2_length(v2, 4), 0);
	assert_true(tls_sslv2_length((const uint8_t *)"\x16\x03\x01\0\x05", 5) == TLS_NOT_A_RECORD);
	assert_true(tls_sslv2_length((const uint8_t *)"\x80\x2E\x04\0\x02", 5) == TLS_NOT_A_RECORD);
}

static struct tls_client_hello sample_hello(void)
{
	return (struct tls_client_hello){
	    .legacy_version = 0x0303,
	    .suites = {.at = {0x1302, 0xC030}, .n = 2},
	    .server_name = (const uint8_t *)"host.example",
	    .n_server_name = 12,
	    .groups = {.at = {0x1D, 0x17}, .n = 2},
	    .signatures = {.at = {0x0804, 0x0401}, .n = 2},
	    .versions = {.at = {0x0304, 0x0303}, .n = 2},
	    .has_key_share = true,
	    .share_group = 0x1D,
	    .share = (const uint8_t *)"01234567890123456789012345678901",
	    .n_share = 32,
	};
}

static void client_hello_round_trip(void **state)
{
	(void)state;
	struct buf out = {0};
	struct flaw flaw;
	struct tls_client_hello hello = sample_hello(), again;

	tls_put_client_hello(&out, &hello);
	assert_int_equal(tls_handshake_length((const uint8_t *)out.bytes, out.n), out.n);

	struct cur c = cur_over(out.bytes, out.n, &flaw);

	assert_true(tls_read_client_hello(&c, &again));
	assert_int_equal(cur_left(&c), 0);
	assert_int_equal(again.legacy_version, 0x0303);
	assert_int_equal(again.suites.n, 2);
	assert_int_equal(again.suites.at[1], 0xC030);
	assert_int_equal(again.n_server_name, 12);
	assert_memory_equal(again.server_name, "host.example", 12);
	assert_int_equal(again.groups.at[1], 0x17);
	assert_int_equal(again.signatures.at[0], 0x0804);
	assert_int_equal(again.versions.at[0], 0x0304);
	assert_true(again.has_key_share && again.share_group == 0x1D && again.n_share == 32);
	buf_fini(&out);
}

static void server_hello_tells_the_true_version(void **state)
{
	(void)state;
	static const struct tls_server_hello cases[] = {
	    {.version = 0x0301, .suite = 0x002F},
	    {.version = 0x0303, .suite = 0xC030},
	    {.version = 0x0304, .suite = 0x1302, .group = 0x1D},
	    {.version = 0x0304, .suite = 0x1301, .group = 0x17, .is_retry = true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = {0};
		struct flaw flaw;
		struct tls_server_hello again;

		tls_put_server_hello(&out, &cases[i]);

		struct cur c = cur_over(out.bytes, out.n, &flaw);

		assert_true(tls_read_server_hello(&c, &again));
		assert_int_equal(again.version, cases[i].version);
		assert_int_equal(again.suite, cases[i].suite);
		assert_int_equal(again.group, cases[i].group);
		assert_int_equal(again.is_retry, cases[i].is_retry);
		buf_fini(&out);
	}
}

/* Draft 16 had neither session id nor compression method: version, random, suite. */
static void server_hello_of_an_early_draft(void **state)
{
	(void)state;
	uint8_t bytes[4 + 2 + 32 + 2] = {2, 0, 0, 36, 0x7F, 0x10};
	struct flaw flaw;
	struct cur c = cur_over(bytes, sizeof bytes, &flaw);
	struct tls_server_hello hello;

	bytes[38] = 0x13;
	bytes[39] = 0x01;
	assert_true(tls_read_server_hello(&c, &hello));
	assert_int_equal(hello.version, 0x7F10);
	assert_int_equal(hello.suite, 0x1301);
}

static void certificates_are_views(void **state)
{
	(void)state;
	struct buf out = {0};
	struct flaw flaw;
	struct tls_certificates again, list = {.n = 2};

	list.at[0].der = (const uint8_t *)"\x30\x01leaf";
	list.at[0].n = 6;
	list.at[1].der = (const uint8_t *)"\x30\x01issuer";
	list.at[1].n = 8;
	tls_put_certificate(&out, &list);

	struct cur c = cur_over(out.bytes, out.n, &flaw);

	assert_true(tls_read_certificate(&c, &again));
	assert_int_equal(again.n, 2);
	assert_int_equal(again.at[1].n, 8);
	assert_memory_equal(again.at[0].der, "\x30\x01leaf", 6);
	buf_fini(&out);
}

/* RFC 8446 4.4.2: a context, and extensions behind each certificate. */
static const uint8_t certificate_1_3[] = {
    11, 0, 0, 22, 1, 7, 0, 0, 17, 0, 0, 3, 'o', 'w', 'n', 0, 2, 9, 9, 0, 0, 2, 'u', 'p', 0, 0,
};

static void certificates_of_1_3(void **state)
{
	(void)state;
	struct flaw flaw;
	struct cur c = cur_over(certificate_1_3, sizeof certificate_1_3, &flaw);
	struct tls_certificates list;

	assert_true(tls_read_certificate_1_3(&c, &list));
	assert_int_equal(list.n, 2);
	assert_int_equal(list.at[0].n, 3);
	assert_memory_equal(list.at[0].der, "own", 3);
	assert_memory_equal(list.at[1].der, "up", 2);
}

/* What the keys of a session are made with. */
static void random_and_mac_of_a_server_hello(void **state)
{
	(void)state;
	uint8_t bytes[4 + 2 + 32 + 1 + 2 + 1 + 2 + 4] = {2, 0, 0, 44, 3, 3, 0x55};
	struct flaw flaw;
	struct cur c = cur_over(bytes, sizeof bytes, &flaw);
	struct tls_server_hello hello;

	bytes[4 + 2 + 32 + 1 + 2 + 1 + 1] = 4;  /* extensions */
	bytes[4 + 2 + 32 + 1 + 2 + 1 + 3] = 22; /* encrypt_then_mac, empty */
	assert_true(tls_read_server_hello(&c, &hello));
	assert_true(hello.has_encrypt_then_mac);
	assert_ptr_equal(hello.random, bytes + 6);
}

static void warnings_are_no_failure(void **state)
{
	(void)state;
	static const struct {
		struct tls_alert alert;
		bool is_13, is_fatal;
	} cases[] = {
	    {{TLS_FATAL, 40}, false, true},   {{TLS_WARNING, 112}, false, false},
	    {{TLS_WARNING, 0}, true, false},  {{TLS_WARNING, 48}, true, true},
	    {{TLS_WARNING, 90}, true, false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(tls_alert_is_fatal(&cases[i].alert, cases[i].is_13),
		                 cases[i].is_fatal);
}

static void read_all(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct tls_record record;
	struct tls_client_hello client;
	struct tls_server_hello server;
	struct tls_certificates list;
	struct tls_alert alert;
	uint16_t group;

	tls_record_length(bytes, n);
	tls_handshake_length(bytes, n);
	tls_sslv2_length(bytes, n);
	tls_read_record(&c, &record);
	c = cur_over(bytes, n, &flaw);
	if (tls_read_client_hello(&c, &client))
		assert_true(client.suites.n <= TLS_LIST_MAX);
	c = cur_over(bytes, n, &flaw);
	tls_read_server_hello(&c, &server);
	c = cur_over(bytes, n, &flaw);
	if (tls_read_certificate(&c, &list))
		assert_true(list.n <= TLS_CERTIFICATES_MAX);
	c = cur_over(bytes, n, &flaw);
	if (tls_read_certificate_1_3(&c, &list))
		assert_true(list.n <= TLS_CERTIFICATES_MAX);
	c = cur_over(bytes, n, &flaw);
	tls_read_key_exchange_group(&c, &group);
	c = cur_over(bytes, n, &flaw);
	tls_read_alert(&c, &alert);
}

static void survives_abuse(void **state)
{
	(void)state;
	struct buf out = {0};
	struct tls_client_hello client = sample_hello();
	struct tls_server_hello server = {.version = 0x0304, .suite = 0x1302, .group = 0x1D};
	struct tls_certificates list = {.n = 1};

	abuse(certificate_1_3, sizeof certificate_1_3, read_all);
	tls_put_client_hello(&out, &client);
	abuse(out.bytes, out.n, read_all);
	out.n = 0;
	tls_put_server_hello(&out, &server);
	abuse(out.bytes, out.n, read_all);
	out.n = 0;
	list.at[0].der = (const uint8_t *)"\x30\x01x";
	list.at[0].n = 3;
	tls_put_certificate(&out, &list);
	abuse(out.bytes, out.n, read_all);
	abuse("\x0C\0\0\x05\x03\0\x17\x01\x02", 9, read_all);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(record_lengths),
	    cmocka_unit_test(sslv2_hello_is_known),
	    cmocka_unit_test(client_hello_round_trip),
	    cmocka_unit_test(server_hello_tells_the_true_version),
	    cmocka_unit_test(server_hello_of_an_early_draft),
	    cmocka_unit_test(certificates_are_views),
	    cmocka_unit_test(certificates_of_1_3),
	    cmocka_unit_test(random_and_mac_of_a_server_hello),
	    cmocka_unit_test(warnings_are_no_failure),
	    cmocka_unit_test(survives_abuse),
	};

	return RUN(tests);
}
