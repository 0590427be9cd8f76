/* Any bytes as a .rdp file. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "read/rdp_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct complaints complaints = {.arena = &arena};
	struct evidence ev = {
	    .arena = &arena, .name = "x.rdp", .found = &found, .complaints = &complaints};
	struct rdp_file file;

	rdp_file_recognises(bytes, n);
	if (rdp_file_read(bytes, n, 1783000923000000, &ev, &file))
		rdp_file_compare(&file, "pc-17.corp.example", 3389, &ev);
	else
		assert(complaints.n > 0);
	arena_fini(&arena);
	return 0;
}
