/* Any bytes as answers of a computer; what was read is judged, inferred from and written again. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "read/answers_file.h"
#include "read/answers_says.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct findings set = {.arena = &arena};
	struct complaints complaints = {.arena = &arena};
	struct evidence ev = {
	    .arena = &arena, .name = "fuzz", .found = &set, .complaints = &complaints};
	struct answers answers = {.arena = &arena}, again = {.arena = &arena};
	struct answers_head head, head_again;
	struct run_frame frame = {.version = "0", .input = "fuzz", .options = ""};
	struct buf out = {0}, file = {0};

	answers_file_recognises(bytes, n);
	answers_file_read((const char *)bytes, n, &answers, &head, &complaints);
	answers_tell(&answers, NULL, head.when_us, &ev);
	answers_tell_client(&answers, "host", &ev);

	struct diagnosis d = infer(&set, 0, &arena);

	assert(isfinite(d.confidence) && d.confidence >= 0 && d.confidence <= 1 + 1e-9);
	report_json(&out, &d, &frame);
	answers_file_write(&file, &answers, &head);
	answers_file_read(file.bytes, file.n, &again, &head_again, &complaints);
	assert(again.n == answers.n);
	buf_fini(&file);
	buf_fini(&out);
	arena_fini(&arena);
	return 0;
}
