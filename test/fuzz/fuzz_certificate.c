/* Any bytes as the certificate of a host. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "stage/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct client_profile profile = {.rsa_bits_least = 1024};
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct step step = {.found = &found, .now_us = 1783000923000000};

	certificate_findings(bytes, n, "pc-17.corp.example", &profile, &step);
	assert(found.n > 0);
	arena_fini(&arena);
	return 0;
}
