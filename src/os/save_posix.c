#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os_inside.h"
#include "os/save.h"

/* Ends a file that cannot be completed; errno is kept for os_why. */
static enum status give_up(const char *part, enum status status)
{
	os_fail();
	unlink(part);
	return status;
}

static enum status save_as(const char *part, const char *path, const void *bytes, size_t n)
{
	int fd;
	bool is_written;

	unlink(part); /* of a run that was ended */
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (fd < 0) {
		os_fail();
		return STATUS_CANNOT_OPEN;
	}
	is_written = os_write_all(fd, bytes, n) == STATUS_OK && fsync(fd) == 0;
	if (!is_written)
		give_up(part, STATUS_CANNOT_WRITE);
	if (close(fd) < 0 && is_written)
		return give_up(part, STATUS_CANNOT_WRITE);
	if (is_written && rename(part, path) < 0)
		return give_up(part, STATUS_CANNOT_WRITE);
	return is_written ? STATUS_OK : STATUS_CANNOT_WRITE;
}

enum status os_save(const char *path, const void *bytes, size_t n)
{
	size_t n_part = strlen(path) + sizeof ".part";
	char *part = malloc(n_part);
	enum status status;

	if (!part)
		return STATUS_CANNOT_OPEN;
	snprintf(part, n_part, "%s.part", path);
	status = save_as(part, path, bytes, n);
	free(part);
	return status;
}
