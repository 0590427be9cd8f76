/* In the place of the module that opens recorded sessions: it opens none. */
#include "read/tls_secrets.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"

struct tls_secrets {
	size_t n;
};

bool tls_secrets_recognises(const uint8_t *head, size_t n)
{
	(void)head;
	(void)n;
	return false;
}

struct tls_secrets *tls_secrets_new(void)
{
	struct tls_secrets *s = calloc(1, sizeof *s);

	if (!s) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	return s;
}

void tls_secrets_free(struct tls_secrets *s)
{
	free(s);
}

size_t tls_secrets_read(struct tls_secrets *s, const void *bytes, size_t n,
                        struct complaints *complaints)
{
	(void)s;
	(void)bytes;
	(void)n;
	(void)complaints;
	return 0;
}

struct tls_opener *tls_opener_new(const struct tls_secrets *s)
{
	(void)s;
	return NULL;
}

void tls_opener_free(struct tls_opener *o)
{
	(void)o;
}

bool tls_opener_record(struct tls_opener *o, enum direction dir, const uint8_t *record, size_t n,
                       struct buf *out)
{
	(void)o;
	(void)dir;
	(void)record;
	(void)n;
	(void)out;
	return false;
}
