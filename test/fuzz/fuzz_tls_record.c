/* Any bytes as a TLS record and as each handshake message. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/tls_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void messages(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct tls_client_hello client;
	struct tls_server_hello server;
	struct tls_certificates list;
	uint16_t group;

	if (tls_read_client_hello(&c, &client))
		assert(client.suites.n <= TLS_LIST_MAX && client.suites.n <= client.suites.n_all);
	c = cur_over(bytes, n, &flaw);
	tls_read_server_hello(&c, &server);
	c = cur_over(bytes, n, &flaw);
	if (tls_read_certificate(&c, &list))
		for (size_t i = 0; i < list.n; i++)
			assert(list.at[i].der >= bytes && list.at[i].n <= n);
	c = cur_over(bytes, n, &flaw);
	if (tls_read_certificate_1_3(&c, &list))
		for (size_t i = 0; i < list.n; i++)
			assert(list.at[i].der >= bytes && list.at[i].n <= n);
	c = cur_over(bytes, n, &flaw);
	tls_read_key_exchange_group(&c, &group);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct flaw flaw;
	struct cur c = cur_over(bytes, n, &flaw);
	struct tls_record record;
	struct tls_alert alert;

	tls_record_length(bytes, n);
	tls_sslv2_length(bytes, n);
	tls_handshake_length(bytes, n);
	messages(bytes, n);
	if (tls_read_record(&c, &record)) {
		messages(record.fragment.p, cur_left(&record.fragment));
		tls_read_alert(&record.fragment, &alert);
	}
	return 0;
}
