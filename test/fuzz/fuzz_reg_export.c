/* Any bytes as an export, and what it says of a host and of a client. */
#include <stddef.h>
#include <stdint.h>

#include "read/reg_export.h"
#include "read/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char *const prefixes[HIVE_KIND_COUNT] = {
	    [HIVE_SYSTEM] = "HKEY_LOCAL_MACHINE\\SYSTEM",
	    [HIVE_SOFTWARE] = "HKEY_LOCAL_MACHINE\\SOFTWARE",
	    [HIVE_SECURITY] = "HKEY_LOCAL_MACHINE\\SECURITY",
	    [HIVE_SAM] = "HKEY_LOCAL_MACHINE\\SAM",
	    [HIVE_USER] = "HKEY_CURRENT_USER"};
	struct arena arena = {0};
	struct complaints complaints = {.arena = &arena, .unit = "byte"};
	struct findings found = {.arena = &arena};
	struct evidence ev = {
	    .arena = &arena, .name = "x", .found = &found, .complaints = &complaints};
	struct reg_source *source = reg_export_open(bytes, n, &ev);

	for (enum settings_role role = SETTINGS_OF_HOST; source && role <= SETTINGS_OF_CLIENT;
	     role++) {
		struct settings *s = settings_new(&arena, ORIGIN_HIVE);

		settings_set_role(s, role);
		for (enum hive_kind kind = HIVE_SYSTEM; kind < HIVE_KIND_COUNT; kind++)
			settings_take(s, source, prefixes[kind], kind, &ev);
		settings_conclude(s, &ev);
	}
	if (source)
		source->ops->close(source);
	arena_fini(&arena);
	return 0;
}
