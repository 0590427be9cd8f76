/* Any bytes as a file of certificates. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "read/certificate_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct client_profile profile = {.rsa_bits_least = 1024};
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct complaints complaints = {.arena = &arena};
	struct evidence ev = {
	    .arena = &arena, .name = "x.pem", .found = &found, .complaints = &complaints};

	certificate_file_recognises(bytes, n);
	if (certificate_file_read(bytes, n, &profile, 1783000923000000, &ev))
		assert(found.n > 0 || complaints.n > 0);
	arena_fini(&arena);
	return 0;
}
