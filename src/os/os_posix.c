#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"

static int last_error;

const char *os_why(void)
{
	return strerror(last_error);
}

static enum status failed(enum status status)
{
	last_error = errno;
	return status;
}

static enum status read_from(int fd, size_t n_most, struct buf *out)
{
	char bytes[16 * 1024];

	for (;;) {
		ssize_t n = read(fd, bytes, sizeof bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(STATUS_CANNOT_READ);
		if (n == 0)
			return STATUS_OK;
		buf_put(out, bytes, (size_t)n);
		if (out->n > n_most) {
			last_error = EFBIG;
			return STATUS_TOO_LARGE;
		}
	}
}

enum status os_read_all(const char *path, size_t n_most, struct buf *out)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return read_from(STDIN_FILENO, n_most, out);

	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return failed(STATUS_CANNOT_OPEN);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		last_error = EISDIR;
		return STATUS_CANNOT_OPEN;
	}

	enum status status = read_from(fd, n_most, out);

	close(fd);
	return status;
}

bool os_is_terminal(int fd)
{
	return isatty(fd);
}

int os_terminal_columns(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* The locale's name decides, by the order of POSIX 8.2; no locale is loaded. */
bool os_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		const char *charset = value ? strchr(value, '.') : NULL;

		if (!value || !*value)
			continue;
		return charset && (strncasecmp(charset, ".utf-8", 6) == 0 ||
		                   strncasecmp(charset, ".utf8", 5) == 0);
	}
	return false;
}

enum status os_write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t written = write(fd, p, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return failed(errno == EPIPE ? STATUS_READER_GONE : STATUS_CANNOT_WRITE);
		p += written;
		n -= (size_t)written;
	}
	return STATUS_OK;
}

void os_ignore_broken_pipes(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGPIPE, &ignore, NULL);
}

static int64_t clock_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t os_now_us(void)
{
	return clock_us(CLOCK_REALTIME);
}

int64_t os_monotonic_us(void)
{
	return clock_us(CLOCK_MONOTONIC);
}
