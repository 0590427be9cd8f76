/*
 * host_files - what files of a Windows volume tell beside its registry and its logs.
 */
#include <stdlib.h>
#include <string.h>

#include "app/host.h"
#include "base/text.h"
#include "read/rights.h"

#define KEYS        "ProgramData/Microsoft/Crypto/RSA/MachineKeys"
#define KEY_PREFIX  "f686aace6942fb7f7ceb231212eef4a4"
#define SYSTEM32    "Windows/System32"
#define USERS       "Users"
#define USERS_MAX   1024
#define LIBRARY_MAX ((size_t)16 << 20)
#define FULL_BELOW  ((int64_t)64 << 20)
#define SMALL_BELOW ((int64_t)4 << 30)

static bool is_there(struct host_look *l, const char *path)
{
	struct volume_about about;
	enum volume_answer answer = volume_look(l->volume, path, &about);

	if (volume_says(answer))
		host_warn(l, path, volume_says(answer));
	buf_fini(&about.rights);
	return answer == VOLUME_FOUND;
}

/* --- keys --- */

/* NULL: NETWORK SERVICE may read it, or the file system does not show rights. */
static const char *denial(const struct volume_about *about)
{
	struct rights rights;
	struct flaw flaw = {0};

	if (!about->n_bytes)
		return "the key file is empty";
	if (!about->rights.n)
		return NULL;
	if (!rights_read(about->rights.bytes, about->rights.n, &rights, &flaw))
		return "the rights of the key file cannot be read";
	return rights_deny_key(&rights);
}

static void look_at_key(struct host_look *l, const char *path, enum finding_id denied,
                        enum finding_id missing, const char *missing_text)
{
	struct volume_about about;
	enum volume_answer answer = volume_look(l->volume, path, &about);
	const char *why = answer == VOLUME_FOUND ? denial(&about) : NULL;

	if (volume_says(answer))
		host_warn(l, path, volume_says(answer));
	if (answer == VOLUME_ABSENT)
		host_tell(l, missing, FINDING_SEEN, missing_text, path);
	else if (why)
		host_tell(l, denied, FINDING_SEEN, why, path);
	else if (answer == VOLUME_FOUND && about.rights.n)
		host_tell(l, denied, FINDING_ABSENT, NULL, path);
	buf_fini(&about.rights);
}

static void look_at_keys(struct host_look *l, const struct settings_host *known)
{
	struct volume_about about;
	enum volume_answer answer;

	if (!is_there(l, "ProgramData/Microsoft/Crypto"))
		return;
	answer = volume_look(l->volume, KEYS, &about);
	buf_fini(&about.rights);
	if (answer == VOLUME_ABSENT || (answer == VOLUME_FOUND && !about.n_names))
		host_tell(l, F_HOST_MACHINEKEYS_EMPTIED, FINDING_SEEN, NULL, KEYS);
	if (answer != VOLUME_FOUND || !known->machine_guid)
		return;
	if (known->is_key_expected)
		look_at_key(
		    l, arena_printf(l->e->arena, KEYS "/" KEY_PREFIX "_%s", known->machine_guid),
		    F_HOST_KEY_DENIED, F_HOST_KEY_MISSING, NULL);
	if (known->chosen_key)
		look_at_key(l,
		            arena_printf(l->e->arena, KEYS "/%s_%s", known->chosen_key,
		                         known->machine_guid),
		            F_HOST_CUSTOM_KEY_DENIED, F_HOST_CERTIFICATE_MISSING,
		            "the key file of the chosen certificate is missing");
}

/* --- files of Windows --- */

static const struct {
	const char *path;
	int since, until; /* builds; until 0: still there */
} system_files[] = {
    {SYSTEM32 "/termsrv.dll", 0, 0},
    {SYSTEM32 "/rdpcorets.dll", 9200, 0},
    {SYSTEM32 "/drivers/rdpbus.sys", 0, 0},
    {SYSTEM32 "/drivers/rdpdr.sys", 0, 0},
    {SYSTEM32 "/drivers/rdpvideominiport.sys", 9200, 0},
    {SYSTEM32 "/drivers/termdd.sys", 0, 9199},
    {SYSTEM32 "/drivers/tssecsrv.sys", 0, 9199},
    {SYSTEM32 "/drivers/rdpwd.sys", 0, 9199},
};

/* VS_FIXEDFILEINFO of a library begins with this; the build stands 14 bytes behind. */
static int build_of_library(const struct buf *library)
{
	static const char mark[] = "\xBD\x04\xEF\xFE\x00\x00\x01\x00";
	const char *p = library->bytes, *end = library->bytes + library->n;

	for (; (p = memchr(p, mark[0], (size_t)(end - p))) && end - p >= 16; p++)
		if (memcmp(p, mark, 8) == 0)
			return (uint8_t)p[14] | (uint8_t)p[15] << 8;
	return 0;
}

/* Smaller releases of Windows raise the build number and keep the files. */
#define SAME_FILES 100

static void look_at_termsrv(struct host_look *l, int build)
{
	struct buf library = {0};
	int its_build = 0;

	if (volume_read(l->volume, SYSTEM32 "/termsrv.dll", LIBRARY_MAX, &library) ==
	        VOLUME_FOUND &&
	    library.n)
		its_build = build_of_library(&library);
	buf_fini(&library);
	if (build && its_build && abs(build - its_build) > SAME_FILES)
		host_tell(l, F_HOST_TERMSRV_PATCHED, FINDING_SEEN,
		          arena_printf(l->e->arena, "termsrv.dll is of build %d, Windows of %d",
		                       its_build, build),
		          SYSTEM32 "/termsrv.dll");
}

/* What somebody copied from a disk is not a whole Windows: its core stands for the rest. */
static void look_at_system(struct host_look *l, int build)
{
	if (!is_there(l, SYSTEM32 "/kernel32.dll"))
		return;
	for (size_t i = 0; i < sizeof system_files / sizeof *system_files; i++) {
		const char *path = system_files[i].path;

		if (build < system_files[i].since ||
		    (system_files[i].until && (!build || build > system_files[i].until)))
			continue;
		if (!is_there(l, path))
			host_tell(l, F_HOST_FILE_MISSING, FINDING_SEEN, strrchr(path, '/') + 1,
			          path);
	}
	look_at_termsrv(l, build);
}

/* --- profiles --- */

static const char *flaw_of_profile(struct host_look *l, const char *path)
{
	struct volume_about about;
	struct os_file *file;
	char head[4] = "";
	enum volume_answer answer = volume_look(l->volume, path, &about);
	int64_t got;

	buf_fini(&about.rights);
	if (answer != VOLUME_FOUND || about.is_folder)
		return NULL;
	if (!about.n_bytes)
		return "NTUSER.DAT is empty";
	if (volume_stream(l->volume, path, &file) != VOLUME_FOUND)
		return NULL;
	got = os_read(file, head, sizeof head);
	os_close(file);
	return got == 4 && memcmp(head, "regf", 4) == 0 ? NULL : "NTUSER.DAT is no registry hive";
}

static void look_at_folders(struct host_look *l)
{
	const char **names = arena_new(l->e->arena, USERS_MAX * sizeof *names);
	size_t n;

	if (volume_list(l->volume, USERS, l->e->arena, names, USERS_MAX, &n) != VOLUME_FOUND)
		return;
	for (size_t i = 0; i < n; i++) {
		const char *path = arena_printf(l->e->arena, USERS "/%s/NTUSER.DAT", names[i]);
		const char *flaw = flaw_of_profile(l, path);

		if (flaw)
			host_tell(l, F_HOST_PROFILE_DAMAGED, FINDING_SEEN,
			          arena_printf(l->e->arena, "%s: %s", names[i], flaw), path);
	}
}

/* "C:\Users\x" or "%SystemDrive%\Users\x" as a path of the volume; NULL: on another one. */
static char *path_on_volume(struct arena *arena, const char *path)
{
	const char *first = strchr(path, '\\');
	char *out;

	if (!first || ((path[0] | 0x20) != 'c' && path[0] != '%'))
		return NULL;
	out = arena_copy(arena, first + 1, strlen(first + 1));
	for (char *p = out; *p; p++)
		if (*p == '\\')
			*p = '/';
	return out;
}

static const char *hive_of_profile(struct host_look *l, const struct settings_host *known, size_t i)
{
	const char *folder = path_on_volume(l->e->arena, known->profiles[i].path);

	return folder ? arena_printf(l->e->arena, "%s/NTUSER.DAT", folder) : NULL;
}

/* Of several people who signed on here some are gone for good; when nobody's profile is left,
 * something is wrong. */
static void look_at_listed(struct host_look *l, const struct settings_host *known)
{
	size_t n_missing = 0;

	if (!is_there(l, USERS))
		return;
	for (size_t i = 0; i < known->n_profiles; i++) {
		const char *path = hive_of_profile(l, known, i);

		n_missing += path && !is_there(l, path);
	}
	if (!n_missing || n_missing < known->n_profiles)
		return;
	host_tell(l, F_HOST_PROFILE_DAMAGED, FINDING_SEEN,
	          arena_printf(l->e->arena, "%s: NTUSER.DAT is missing", known->profiles[0].path),
	          hive_of_profile(l, known, 0));
}

/* --- the rest --- */

/* A small volume that is nearly full may be meant so. */
static void look_at_space(struct host_look *l)
{
	int64_t total, free_bytes;

	if (volume_space(l->volume, &total, &free_bytes) && total > SMALL_BELOW &&
	    free_bytes < FULL_BELOW)
		host_tell(l, F_HOST_DISK_FULL, FINDING_SEEN, NULL, l->root);
}

void host_files(struct host_look *l, const struct settings_host *known)
{
	look_at_keys(l, known);
	look_at_system(l, known->build);
	look_at_folders(l);
	look_at_listed(l, known);
	look_at_space(l);
	if (is_there(l, "Windows/WinSxS/pending.xml"))
		host_tell(l, F_HOST_PENDING_REBOOT, FINDING_SEEN, NULL,
		          "Windows/WinSxS/pending.xml");
}
