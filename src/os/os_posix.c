#include <dirent.h>
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

#include "os/os_inside.h"

static _Thread_local int last_error; /* logs are opened side by side */

const char *os_why(void)
{
	return strerror(last_error);
}

void os_fail(void)
{
	last_error = errno;
}

static enum status failed(enum status status)
{
	os_fail();
	return status;
}

/* They are what was typed already. */
void os_arguments(int *argc, char ***argv)
{
	(void)argc, (void)argv;
}

struct os_file {
	int fd;
	bool is_borrowed; /* standard input */
};

/* Nothing ever ends that is read from a device. */
static bool is_readable_kind(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	errno = S_ISDIR(st.st_mode) ? EISDIR : ENODEV;
	return S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode);
}

struct os_file *os_open(const char *path)
{
	bool is_input = strcmp(path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct os_file *file;

	if (fd < 0 || (!is_input && !is_readable_kind(fd)) || !(file = malloc(sizeof *file))) {
		last_error = errno;
		if (fd > STDIN_FILENO)
			close(fd);
		return NULL;
	}
	*file = (struct os_file){.fd = fd, .is_borrowed = is_input};
	return file;
}

struct os_file *os_file_of(int fd)
{
	struct os_file *file = malloc(sizeof *file);

	if (file)
		*file = (struct os_file){.fd = fd};
	else
		close(fd);
	return file;
}

void os_close(struct os_file *file)
{
	if (!file->is_borrowed)
		close(file->fd);
	free(file);
}

int64_t os_read(struct os_file *file, void *bytes, size_t n)
{
	for (;;) {
		ssize_t got = read(file->fd, bytes, n);

		if (got >= 0)
			return got;
		if (errno != EINTR)
			return failed(STATUS_CANNOT_READ);
	}
}

void os_fail_too_large(void)
{
	last_error = EFBIG;
}

FILE *os_create(const char *path)
{
	FILE *file = fopen(path, "wb");

	if (!file)
		os_fail();
	return file;
}

bool os_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool os_is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_no_folder(DIR *folder, const char *name)
{
	struct stat st;

	return fstatat(dirfd(folder), name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

bool os_list_folder(const char *path, struct arena *arena, const char *const **names, size_t *n)
{
	DIR *folder = opendir(path);
	const char **list = NULL;
	size_t cap = 0;
	struct dirent *entry;

	*n = 0;
	*names = NULL;
	if (!folder) {
		last_error = errno;
		return false;
	}
	while ((entry = readdir(folder))) {
		if (!is_no_folder(folder, entry->d_name))
			continue;
		if (*n == cap) {
			const char **wider = arena_new(arena, (cap * 2 + 16) * sizeof *wider);

			if (*n)
				memcpy(wider, list, *n * sizeof *wider);
			list = wider;
			cap = cap * 2 + 16;
		}
		list[(*n)++] = arena_copy(arena, entry->d_name, strlen(entry->d_name));
	}
	closedir(folder);
	if (*n)
		qsort(list, *n, sizeof *list, compare_names);
	*names = list;
	return true;
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

bool os_each_root(os_root *each, void *context)
{
	(void)each, (void)context;
	return false;
}
