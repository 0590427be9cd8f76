/*
 * Any bytes as a key log, and a session opened with it: what stands behind the first empty line
 * are its records, those of the host marked by the highest bit of their first byte.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "read/tls_secrets.h"
#include "wire/tls_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static size_t log_length(const uint8_t *bytes, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (bytes[i - 1] == '\n' && bytes[i] == '\n')
			return i + 1;
	return n;
}

static void open_records(const struct tls_secrets *secrets, uint8_t *bytes, size_t n)
{
	struct tls_opener *o = tls_opener_new(secrets);
	struct buf data = {0}, handshake = {0}, alerts = {0};
	struct tls_inside inside = {&data, &handshake, &alerts};

	for (size_t length; n; bytes += length, n -= length) {
		enum direction dir = *bytes & 0x80 ? S2C : C2S;

		*bytes &= 0x7F;
		length = tls_record_length(bytes, n);
		if (!length || length > n)
			break;
		tls_opener_open(o, dir, bytes, length, &inside);
	}
	tls_opener_certificate(o, &data);
	tls_opener_free(o);
	buf_fini(&data);
	buf_fini(&handshake);
	buf_fini(&alerts);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct tls_secrets *secrets = tls_secrets_new();
	size_t n_log = log_length(bytes, n);
	uint8_t *rest = malloc(n - n_log + 1);

	if (!secrets || !rest)
		abort();
	if (n > n_log)
		memcpy(rest, bytes + n_log, n - n_log);
	tls_secrets_recognises(bytes, n_log);
	assert(tls_secrets_read(secrets, bytes, n_log, NULL) <= n_log / 70);
	open_records(secrets, rest, n - n_log);
	free(rest);
	tls_secrets_free(secrets);
	return 0;
}
