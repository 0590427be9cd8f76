/* Any bytes as a file of findings; what was read is inferred from and reported. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "read/findings_file.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct findings set = {.arena = &arena};
	struct findings_read got = findings_file_read((const char *)bytes, n, &set);
	struct diagnosis d = infer(&set, 0, &arena);
	struct run_frame frame = {.version = "0", .input = "fuzz", .options = ""};
	struct buf out = {0};
	struct page page = {.out = &out, .width = 80};

	assert(got.n_findings == set.n);
	assert(isfinite(d.confidence) && d.confidence >= 0 && d.confidence <= 1 + 1e-9);
	report_json(&out, &d, &frame);
	report_text(&page, &d, &frame, DETAIL_FINDINGS);
	buf_fini(&out);
	arena_fini(&arena);
	return 0;
}
