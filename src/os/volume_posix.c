#include "os/volume.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "os/os_inside.h"

#define PATH_BYTES  1024
#define NAMES_MAX   100000
#define RIGHTS_MOST 65536

struct volume {
	int root;
	bool has_openat2;
};

static enum volume_answer answer_of_errno(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return VOLUME_ABSENT;
	case EXDEV:
	case ELOOP:
		return VOLUME_LEADS_OUT;
	case ENXIO:
	case ENODEV:
		return VOLUME_NO_FILE;
	default:
		os_fail();
		return VOLUME_FAILED;
	}
}

struct volume *volume_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct volume *v = fd < 0 ? NULL : malloc(sizeof *v);

	if (!v) {
		os_fail();
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	*v = (struct volume){.root = fd, .has_openat2 = true};
	return v;
}

void volume_close(struct volume *v)
{
	close(v->root);
	free(v);
}

/* --- opening beneath the root --- */

/* Without openat2: part by part, and no link at all. */
static int open_by_parts(int root, const char *path, int flags)
{
	char part[256];
	int at = dup(root);

	while (at >= 0) {
		size_t n = strcspn(path, "/");
		bool is_last = !path[n];
		int next;

		if (n >= sizeof part || (n == 2 && memcmp(path, "..", 2) == 0)) {
			errno = n >= sizeof part ? ENAMETOOLONG : EXDEV;
			next = -1;
		} else {
			memcpy(part, path, n);
			part[n] = '\0';
			next = openat(at, n ? part : ".",
			              (is_last ? flags : O_RDONLY | O_DIRECTORY) | O_NOFOLLOW |
			                  O_CLOEXEC);
		}

		int error = errno;

		close(at);
		errno = error;
		if (is_last)
			return next;
		at = next;
		path += n + 1;
	}
	return -1;
}

static int open_beneath(struct volume *v, const char *path, int flags)
{
	struct open_how how = {.flags = (unsigned long long)flags | O_CLOEXEC,
	                       .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	int fd;

	if (!*path)
		path = ".";
	if (v->has_openat2) {
		fd = (int)syscall(SYS_openat2, v->root, path, &how, sizeof how);
		if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
			return fd;
		v->has_openat2 = false;
	}
	return open_by_parts(v->root, path, flags);
}

/* --- names in any letter case --- */

static bool find_name(DIR *folder, const char *asked, char *out, size_t n)
{
	struct dirent *entry;

	for (size_t i = 0; i < NAMES_MAX && (entry = readdir(folder)); i++) {
		size_t length = strlen(entry->d_name);

		if (length >= n || strcasecmp(entry->d_name, asked) != 0)
			continue;
		memcpy(out, entry->d_name, length + 1);
		return true;
	}
	return false;
}

/* The folder's own spelling of one name; the given one when it is there as given. */
static bool spell(struct volume *v, const char *folder, char *name, size_t n)
{
	int fd = open_beneath(v, folder, O_RDONLY | O_DIRECTORY);
	DIR *listing;
	bool is_there;

	if (fd < 0)
		return false;
	if (faccessat(fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		close(fd);
		return true;
	}
	listing = fdopendir(fd);
	if (!listing) {
		close(fd);
		return false;
	}
	is_there = find_name(listing, name, name, n);
	closedir(listing);
	if (!is_there)
		errno = ENOENT;
	return is_there;
}

static bool true_path(struct volume *v, const char *path, char *out)
{
	size_t used = 0;

	out[0] = '\0';
	while (*path) {
		size_t n = strcspn(path, "/");
		char name[256];

		if (n >= sizeof name || used + n + 2 > PATH_BYTES) {
			errno = ENAMETOOLONG;
			return false;
		}
		memcpy(name, path, n);
		name[n] = '\0';
		path += n + (path[n] == '/');
		if (!n)
			continue;
		if (!spell(v, out, name, sizeof name))
			return false;
		if (used)
			out[used++] = '/';
		memcpy(out + used, name, strlen(name) + 1);
		used += strlen(name);
	}
	return true;
}

/* A path is looked at before it is opened: opening a device may do something. */
static enum volume_answer open_path(struct volume *v, const char *path, bool wants_folder, int *out,
                                    struct stat *st)
{
	char spelt[PATH_BYTES];
	int fd;

	if (!true_path(v, path, spelt))
		return answer_of_errno();
	fd = open_beneath(v, spelt, O_PATH);
	if (fd < 0)
		return answer_of_errno();
	if (fstat(fd, st) < 0 || (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode)) ||
	    (S_ISDIR(st->st_mode) && !wants_folder)) {
		close(fd);
		return VOLUME_NO_FILE;
	}
	close(fd);
	fd = open_beneath(v, spelt, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return answer_of_errno();
	if (fstat(fd, st) < 0 || (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode))) {
		close(fd);
		return VOLUME_NO_FILE;
	}
	*out = fd;
	return VOLUME_FOUND;
}

/* --- reading --- */

enum volume_answer volume_stream(struct volume *v, const char *path, struct os_file **out)
{
	struct stat st;
	int fd;
	enum volume_answer answer = open_path(v, path, false, &fd, &st);

	if (answer == VOLUME_FOUND && !(*out = os_file_of(fd)))
		answer = VOLUME_FAILED;
	return answer;
}

/* The drivers for NTFS show the descriptor under these names: ntfs-3g, ntfs3. */
static void read_rights(int fd, struct buf *out)
{
	static const char *const names[] = {"system.ntfs_acl", "system.ntfs_security"};
	static char bytes[RIGHTS_MOST];

	for (size_t i = 0; i < sizeof names / sizeof *names && !out->n; i++) {
		ssize_t n = fgetxattr(fd, names[i], bytes, sizeof bytes);

		if (n > 0)
			buf_put(out, bytes, (size_t)n);
	}
}

static size_t count_names(int fd)
{
	DIR *folder = fdopendir(dup(fd));
	size_t n = 0;
	struct dirent *entry;

	while (folder && n < NAMES_MAX && (entry = readdir(folder)))
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (folder)
		closedir(folder);
	return n;
}

enum volume_answer volume_look(struct volume *v, const char *path, struct volume_about *about)
{
	struct stat st;
	int fd;
	enum volume_answer answer = open_path(v, path, true, &fd, &st);

	*about = (struct volume_about){0};
	if (answer != VOLUME_FOUND)
		return answer;
	about->is_folder = S_ISDIR(st.st_mode);
	about->n_bytes = (int64_t)st.st_size;
	if (about->is_folder)
		about->n_names = count_names(fd);
	read_rights(fd, &about->rights);
	close(fd);
	return VOLUME_FOUND;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum volume_answer volume_list(struct volume *v, const char *path, struct arena *arena,
                               const char **names, size_t n_most, size_t *n)
{
	struct stat st;
	int fd;
	enum volume_answer answer = open_path(v, path, true, &fd, &st);
	DIR *folder;
	struct dirent *entry;

	*n = 0;
	if (answer != VOLUME_FOUND)
		return answer;
	folder = fdopendir(fd);
	if (!folder) {
		answer = answer_of_errno();
		close(fd);
		return answer;
	}
	while (*n < n_most && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			names[(*n)++] = arena_copy(arena, entry->d_name, strlen(entry->d_name));
	closedir(folder);
	if (*n)
		qsort(names, *n, sizeof *names, compare_names);
	return VOLUME_FOUND;
}

bool volume_space(const struct volume *v, int64_t *total, int64_t *free_bytes)
{
	struct stat here, above;
	struct statvfs fs;

	if (fstat(v->root, &here) < 0 || fstatat(v->root, "..", &above, 0) < 0 ||
	    here.st_dev == above.st_dev || fstatvfs(v->root, &fs) < 0)
		return false;
	*total = (int64_t)fs.f_blocks * (int64_t)fs.f_frsize;
	*free_bytes = (int64_t)fs.f_bfree * (int64_t)fs.f_frsize;
	return true;
}
