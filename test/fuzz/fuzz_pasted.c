/* Any bytes as the output of commands that somebody pasted. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "read/pasted.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static bool each_key(void *context, const char *name)
{
	struct reg_source *s = context;
	struct reg_value v;

	s->ops->value(s, "HKEY_LOCAL_MACHINE\\SYSTEM", name, &v);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct attempts attempts = {.arena = &arena};
	struct complaints complaints = {.arena = &arena, .unit = "line"};
	struct pasted pasted = {.now_us = INT64_C(1795176000000000)};
	struct evidence ev = {.arena = &arena,
	                      .name = "paste.txt",
	                      .found = &found,
	                      .attempts = &attempts,
	                      .complaints = &complaints};
	size_t known = pasted_take(bytes, n, &pasted, &ev);
	char value[256];

	assert(known || !found.n || pasted.registry);
	for (size_t i = 0; i < found.n; i++)
		finding_value_text(&found.at[i], value, sizeof value);
	if (pasted.registry)
		pasted.registry->ops->subkeys(pasted.registry, "HKEY_LOCAL_MACHINE\\SYSTEM",
		                              each_key, pasted.registry);
	arena_fini(&arena);
	return 0;
}
