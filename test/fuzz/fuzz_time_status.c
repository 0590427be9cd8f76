/* Any bytes as the output of w32tm. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "os/time_status.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct time_status t = time_status_read((const char *)bytes, n);

	assert(strlen(t.source) < TIME_SOURCE_MAX);
	assert(!t.has_age || t.age_us >= 0);
	return 0;
}
