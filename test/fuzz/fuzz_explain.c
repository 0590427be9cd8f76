/* Any text as what somebody asks to have explained: as numbers and as words of advice. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "read/dialog.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct buf out = {0};
	struct page page = {.out = &out, .width = n % 2 ? 40 : 80, .is_ascii = n % 3 == 0};
	const char *text = arena_copy(&arena, (const char *)bytes, n);
	const struct remedy *found[8];
	struct dialog d = dialog_read(text, strlen(text));
	struct code_question q = {.readings = {d.code.value},
	                          .n_readings = 1,
	                          .has_extended = d.kind == DIALOG_PAIR,
	                          .extended = {d.extended.value},
	                          .n_extended = d.kind == DIALOG_PAIR,
	                          .has_status = d.has_status,
	                          .status = d.status.value,
	                          .when_us = d.when_us};
	struct explained_code e = explain_code(&q, &arena);

	explain_code_text(&page, &e, text);
	explain_code_json(&out, &e, text);
	explain_advice_text(&page, found, remedies_for(text, found, 8), text);
	buf_fini(&out);
	arena_fini(&arena);
	return 0;
}
