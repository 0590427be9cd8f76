/*
 * What is the same on every system.
 */
#include "os/os_inside.h"

enum status os_read_all(const char *path, size_t n_most, struct buf *out)
{
	char bytes[16 * 1024];
	struct os_file *file = os_open(path);
	int64_t got;

	if (!file)
		return STATUS_CANNOT_OPEN;
	while ((got = os_read(file, bytes, sizeof bytes)) > 0 && out->n <= n_most)
		buf_put(out, bytes, (size_t)got);
	os_close(file);
	if (got >= 0 && out->n > n_most) {
		os_fail_too_large();
		return STATUS_TOO_LARGE;
	}
	return got < 0 ? (enum status)got : STATUS_OK;
}
