/* Any bytes as the text that somebody pasted. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "read/dialog.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct dialog d = dialog_read((const char *)bytes, n);

	assert(!d.flaw || d.flaw_at <= n);
	assert(d.kind == DIALOG_NOTHING || d.code.at < n);
	assert(!d.has_more || d.more_at < n);
	return 0;
}
