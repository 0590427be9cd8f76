/* Any bytes as a hive and its log: four bytes say where the log begins. */
#include <stddef.h>
#include <stdint.h>

#include "read/hive_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct complaints complaints = {.arena = &arena, .unit = "byte"};
	struct buf hive = {0}, log = {0};
	size_t n_hive;

	if (n < 4)
		return 0;
	n_hive = bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16;
	if (n_hive > n - 4)
		n_hive = n - 4;
	buf_put(&hive, bytes + 4, n_hive);
	buf_put(&log, bytes + 4 + n_hive, n - 4 - n_hive);
	hive_replay(&hive, &log, 1, &complaints);
	buf_fini(&hive);
	buf_fini(&log);
	arena_fini(&arena);
	return 0;
}
