#include "os/wide_windows.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

#include "base/text.h"

char *utf8_of_units(struct arena *arena, const wchar_t *wide, size_t n)
{
	size_t n_bytes = n * sizeof *wide, n_out = 0;
	char *out = arena_new(arena, n * 3 + 1); /* a pair of units takes four bytes */

	for (size_t at = 0; at < n_bytes;) {
		uint32_t c = utf16_next((const uint8_t *)wide, n_bytes, false, &at);

		n_out += utf8_put(c ? c : 0xFFFD, out + n_out);
	}
	return out;
}

char *utf8_of(struct arena *arena, const wchar_t *wide)
{
	return wide ? utf8_of_units(arena, wide, wcslen(wide)) : NULL;
}

wchar_t *wide_of(struct arena *arena, const char *utf8)
{
	int n = utf8 ? MultiByteToWideChar(CP_UTF8, 0, utf8, -1, NULL, 0) : 0;
	wchar_t *wide = utf8 ? arena_new(arena, ((size_t)n + 1) * sizeof *wide) : NULL;

	if (n)
		MultiByteToWideChar(CP_UTF8, 0, utf8, -1, wide, n);
	return wide;
}
