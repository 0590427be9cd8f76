/*
 * host_volume - diagnose the computer that refuses people from its disk: a Windows volume mounted
 * at a folder. Nothing on it is written.
 */
#include "app/host.h"

#include <string.h>

#include "app/hives.h"
#include "app/output.h"
#include "base/text.h"

#define LOGS_MAX 2048
#define CONFIG   "Windows/System32/config/"
#define LOGS     "Windows/System32/winevt/Logs"

static void warn_of(struct host_look *l, const char *path, const struct complaints *c)
{
	files_warn_of(&l->e->files, host_shown(l, path), c);
}

static struct evidence evidence_of(struct host_look *l, const char *name,
                                   struct complaints *complaints)
{
	return (struct evidence){.arena = l->e->arena,
	                         .name = name,
	                         .found = &l->e->findings,
	                         .attempts = &l->e->files.attempts,
	                         .complaints = complaints};
}

/* --- hives --- */

static bool read_whole(struct host_look *l, const char *path, struct buf *out)
{
	enum volume_answer answer = volume_read(l->volume, path, HIVE_BYTES_MAX, out);

	if (volume_says(answer))
		host_warn(l, path, volume_says(answer));
	return answer == VOLUME_FOUND && out->n;
}

static void read_logs(struct host_look *l, const char *path, struct buf *logs)
{
	for (int i = 0; i < HIVE_LOGS; i++)
		read_whole(l, arena_printf(l->e->arena, "%s.LOG%d", path, i + 1), &logs[i]);
	if (!logs[0].n && !logs[1].n) /* before Windows Vista there was one */
		read_whole(l, arena_printf(l->e->arena, "%s.LOG", path), &logs[0]);
}

static bool take_hive(struct host_look *l, const char *name, enum hive_kind kind)
{
	struct files *f = &l->e->files;
	const char *path = arena_printf(l->e->arena, CONFIG "%s", name);
	struct complaints complaints = {.arena = l->e->arena, .unit = "byte"};
	struct evidence ev = evidence_of(l, name, &complaints);
	struct buf hive = {0}, logs[HIVE_LOGS] = {{0}};
	bool is_used = false;

	if (read_whole(l, path, &hive)) {
		read_logs(l, path, logs);
		is_used = hives_take(f, &hive, logs, kind, &ev);
	}
	buf_fini(&hive);
	for (size_t i = 0; i < HIVE_LOGS; i++)
		buf_fini(&logs[i]);
	f->n_usable += is_used;
	warn_of(l, path, &complaints);
	return is_used;
}

static const struct {
	const char *name;
	enum hive_kind kind;
} hives[] = {{"SYSTEM", HIVE_SYSTEM},
             {"SOFTWARE", HIVE_SOFTWARE},
             {"SECURITY", HIVE_SECURITY},
             {"SAM", HIVE_SAM}};

static size_t take_hives(struct host_look *l)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof hives / sizeof *hives; i++)
		n += take_hive(l, hives[i].name, hives[i].kind);
	return n;
}

/* --- logs --- */

/* Channels that can matter, by the beginning of their names; kept ones begin with Archive-. */
static const char *const channels[] = {
    "System.",
    "Security.",
    "Application.",
    "Microsoft-Windows-TerminalServices-",
    "Microsoft-Windows-RemoteDesktopServices-",
    "Microsoft-Windows-Windows Firewall With Advanced Security%4Firewall",
    "Microsoft-Windows-NetworkProfile%4Operational",
    "Microsoft-Windows-User Profile Service%4Operational",
};

static bool is_channel_of_use(const char *name)
{
	const char *plain = strncmp(name, "Archive-", 8) == 0 ? name + 8 : name;

	if (!text_ends_in(name, ".evtx"))
		return false;
	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
		size_t n = strlen(channels[i]);
		char head[96];

		if (strlen(plain) < n)
			continue;
		memcpy(head, plain, n);
		head[n] = '\0';
		/* a kept log has its time where the ending of the live one stands */
		if (channels[i][n - 1] == '.' && head[n - 1] == '-')
			head[n - 1] = '.';
		if (text_same(head, channels[i]))
			return true;
	}
	return false;
}

static void take_log(struct host_look *l, const char *name)
{
	const char *path = arena_printf(l->e->arena, LOGS "/%s", name);
	struct complaints complaints = {.arena = l->e->arena, .unit = "byte"};
	char shown[160];
	struct evidence ev;
	struct os_file *file;
	enum volume_answer answer = volume_stream(l->volume, path, &file);

	if (volume_says(answer))
		host_warn(l, path, volume_says(answer));
	if (answer != VOLUME_FOUND)
		return;
	text_harmless(name, shown, sizeof shown);
	ev = evidence_of(l, arena_copy(l->e->arena, shown, strlen(shown)), &complaints);
	files_take_log(&l->e->files, file, &ev);
	os_close(file);
	warn_of(l, path, &complaints);
}

static void take_logs(struct host_look *l)
{
	const char **names = arena_new(l->e->arena, LOGS_MAX * sizeof *names);
	size_t n;

	if (volume_list(l->volume, LOGS, l->e->arena, names, LOGS_MAX, &n) != VOLUME_FOUND)
		return;
	for (size_t i = 0; i < n; i++)
		if (is_channel_of_use(names[i]))
			take_log(l, names[i]);
}

/* --- all of it --- */

/* Files beside the volume are weighed together with it: one conclusion over both. */
static bool conclude(struct host_look *l)
{
	if (l->e->options->n_from)
		return dossier_take_from(l->e);
	files_conclude(&l->e->files);
	return true;
}

static int diagnose(struct host_look *l)
{
	struct dossier *e = l->e;

	settings_set_role(hives_settings(&e->files), SETTINGS_OF_HOST);
	e->files.attempts.arena = e->arena;
	if (!take_hives(l)) {
		output_message("%s: no registry of Windows in it; expected Windows/System32/config/"
		               "SYSTEM below the folder",
		               l->root);
		return EXIT_USAGE;
	}
	take_logs(l);
	if (!conclude(l))
		return EXIT_USAGE;
	host_files(l, e->files.known);
	return host_report(e, &l->options, &(struct run_frame){.input = l->root});
}

static const char *shown_root(struct arena *arena, const char *path)
{
	char out[160];
	size_t n;

	text_harmless(path, out, sizeof out);
	n = strlen(out);
	while (n > 1 && strchr("/\\", out[n - 1]) && out[n - 2] != ':')
		n--;
	return arena_copy(arena, out, n);
}

int host_of_volume(const struct options *options)
{
	struct arena arena = {0};
	struct dossier e;
	struct host_look l = {.e = &e, .options = *options};
	int status = EXIT_USAGE;

	dossier_begin(&e, &l.options, &arena, os_now_us());
	l.root = shown_root(&arena, options->root);
	l.volume = volume_open(options->root);
	if (!l.volume)
		output_message("%s: %s", l.root, os_why());
	else if (dossier_take_code(&e))
		status = diagnose(&l);
	if (l.volume)
		volume_close(l.volume);
	dossier_end(&e);
	arena_fini(&arena);
	return status;
}
