#include "app/this_client.h"

#include <string.h>

#include "base/text.h"
#include "os/computer.h"
#include "os/os.h"
#include "read/answers_says.h"
#include "read/rdp_file.h"
#include "read/settings.h"

#define ANSWERS_US    150000LL
#define LOG_BEFORE_US (THIS_CLIENT_US - 120000) /* behind that a log would come too late */
#define LOG_SINCE_US  3600000000LL              /* what was tried before belongs to another story */
#define CHANNEL       "Microsoft-Windows-TerminalServices-RDPClient/Operational"
#define SHELL_FOLDERS                                                                              \
	"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders"

struct this_client {
	struct dossier *e;
	const char *host;
	int64_t began_us;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints; /* nobody reads them */
};

static struct evidence evidence_of(struct this_client *t, const char *name)
{
	return (struct evidence){.arena = t->e->arena,
	                         .name = name,
	                         .found = &t->found,
	                         .attempts = &t->attempts,
	                         .complaints = &t->complaints};
}

/* --- the registry --- */

static const struct {
	const char *prefix;
	enum hive_kind kind;
} hives[] = {{"HKEY_LOCAL_MACHINE\\SYSTEM", HIVE_SYSTEM},
             {"HKEY_LOCAL_MACHINE\\SOFTWARE", HIVE_SOFTWARE},
             {"HKEY_CURRENT_USER", HIVE_USER}};

static void take_settings(struct this_client *t, struct reg_source *registry)
{
	struct settings *settings = settings_new(t->e->arena, ORIGIN_HOST);
	struct evidence ev = evidence_of(t, registry->name);

	settings_set_role(settings, SETTINGS_OF_CLIENT);
	for (size_t i = 0; i < sizeof hives / sizeof *hives; i++)
		settings_take(settings, registry, hives[i].prefix, hives[i].kind, &ev);
	settings_conclude(settings, &ev);
}

/* --- Default.rdp: what mstsc begins with when it is given no file --- */

/* What the file says of the host is that of the last connection, and not of this one. */
static bool is_of_default(enum finding_id id)
{
	return id == F_CLIENT_NLA_OFF || id == F_CLIENT_AUTHENTICATION_LEVEL ||
	       id == F_CLIENT_RDP_FILE_GATEWAY;
}

/* UTF-16 of a path as UTF-8, in the arena; NULL: none, or half a character. */
static const char *path_of(struct this_client *t, const struct reg_value *v)
{
	char *out = arena_new(t->e->arena, v->n * 2 + 1);
	size_t n = 0;

	for (size_t at = 0; at + 1 < v->n;) {
		uint32_t c = utf16_next(v->bytes, v->n, false, &at);

		if (!c)
			break;
		n += utf8_put(c, out + n);
	}
	return n ? out : NULL;
}

static const char *default_file(struct this_client *t, struct reg_source *registry)
{
	struct reg_value v;
	const char *folder = NULL;

	if (registry->ops->value(registry, SHELL_FOLDERS, "Personal", &v) == REG_FOUND &&
	    v.type == REG_TYPE_SZ && v.n < 4096)
		folder = path_of(t, &v);
	return folder ? arena_printf(t->e->arena, "%s\\Default.rdp", folder) : NULL;
}

static void take_default_file(struct this_client *t, struct reg_source *registry)
{
	const char *path = default_file(t, registry);
	struct evidence ev = evidence_of(t, "Default.rdp");
	struct findings of_file = {.arena = t->e->arena};
	bool has_level = findings_first(&t->found, F_CLIENT_AUTHENTICATION_LEVEL, FINDING_SEEN) !=
	                 NULL; /* by policy */
	struct rdp_file file;
	struct buf bytes = {0};

	ev.found = &of_file;
	if (path && os_read_all(path, RDP_FILE_BYTES_MAX, &bytes) >= 0 && bytes.n)
		rdp_file_read(bytes.bytes, bytes.n, 0, &ev, &file);
	buf_fini(&bytes);
	for (size_t i = 0; i < of_file.n; i++)
		if (is_of_default(of_file.at[i].id) &&
		    !(has_level && of_file.at[i].id == F_CLIENT_AUTHENTICATION_LEVEL))
			findings_add(&t->found, &of_file.at[i]);
}

/* --- what its interfaces answer --- */

static void take_answers(struct this_client *t)
{
	static const enum topic topics[] = {TOPIC_COMPUTER, TOPIC_ADAPTER, TOPIC_CREDENTIAL};
	struct computer_question question = {.name = t->host};
	struct answers answers = {.arena = t->e->arena};
	struct evidence ev = evidence_of(t, "this computer");
	uint64_t bits = 0;

	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		bits |= UINT64_C(1) << topics[i];
	computer_ask(&answers, bits, &question, ANSWERS_US);
	answers_tell_client(&answers, t->host, &ev);
}

/* --- the log of the client --- */

static void nobody_warns(void *context, const char *says)
{
	(void)context;
	(void)says;
}

static void take_log(struct this_client *t)
{
	struct files files = {.arena = t->e->arena,
	                      .found = &t->found,
	                      .attempts = {.arena = t->e->arena},
	                      .profile = t->e->files.profile,
	                      .now_us = t->e->started_us,
	                      .warn = nobody_warns};
	struct evidence ev = evidence_of(t, "RDPClient");
	enum answer_status status;
	uint32_t error;
	struct os_file *log;

	if (os_monotonic_us() - t->began_us > LOG_BEFORE_US)
		return;
	log = computer_log(CHANNEL, t->e->started_us - LOG_SINCE_US, &status, &error);
	if (!log)
		return;
	ev.attempts = &files.attempts;
	files_take_log(&files, log, &ev);
	os_close(log);
	files_conclude(&files);
	attempts_sort(&files.attempts);
	t->attempts = files.attempts;
	files.attempts = (struct attempts){.arena = t->e->arena};
	files_end(&files);
}

/* --- what of it counts --- */

/* The last try, if it failed, when nothing else tells which one is meant. */
static const struct attempt *failed_try(const struct this_client *t)
{
	const struct attempt *last = attempts_choose(&t->attempts, t->host, 0);

	if (t->e->has_code || t->e->files.attempts.n || !last)
		return NULL;
	return last->is_failure && !last->is_recovered ? last : NULL;
}

static bool has_failure(const struct dossier *e)
{
	if (e->has_code || e->files.attempts.n)
		return true;
	for (size_t i = 0; i < e->findings.n; i++)
		if (e->findings.at[i].state == FINDING_SEEN &&
		    e->findings.at[i].effect == EFFECT_BLOCKS)
			return true;
	return false;
}

/* The same fact as one that is shown and weighs nothing. */
static struct finding plain(struct this_client *t, const struct finding *f)
{
	struct finding out = finding_of(F_CLIENT_SETTING, f->origin);
	char value[160];

	finding_value_text(f, value, sizeof value);
	out.text = arena_printf(t->e->arena, "%s%s%s", finding_defs[f->id].means,
	                        finding_defs[f->id].type == T_FACT ? "" : ": ",
	                        finding_defs[f->id].type == T_FACT ? "" : value);
	out.where = f->where;
	return out;
}

/* A host that was known before matters when it is this one: "host, as user". */
static bool is_about_another(const struct this_client *t, const struct finding *f)
{
	const char *text = f->text ? f->text : "";

	return f->id == F_CLIENT_KNOWN_HOST &&
	       !text_same(arena_copy(t->e->arena, text, strcspn(text, ",:")), t->host);
}

static void put(struct this_client *t)
{
	const struct attempt *try = failed_try(t);
	bool counts = try || has_failure(t->e);

	for (size_t i = 0; i < t->found.n; i++) {
		const struct finding *f = &t->found.at[i];
		struct finding shown;

		if (is_about_another(t, f))
			continue;
		if (counts || f->effect == EFFECT_NONE || f->state == FINDING_ABSENT) {
			findings_add(&t->e->findings, f);
			continue;
		}
		shown = plain(t, f);
		findings_add(&t->e->findings, &shown);
	}
	if (try)
		attempts_add(&t->e->files.attempts, try);
}

void this_client_take(struct dossier *e, const char *host, bool has_file)
{
	struct this_client t = {.e = e,
	                        .host = host,
	                        .began_us = os_monotonic_us(),
	                        .found = {.arena = e->arena},
	                        .attempts = {.arena = e->arena},
	                        .complaints = {.arena = e->arena, .unit = "byte"}};
	struct reg_source *registry;

	if (!computer_is_windows() || !host)
		return;
	registry = computer_registry();
	if (registry) {
		take_settings(&t, registry);
		if (!has_file)
			take_default_file(&t, registry);
		registry->ops->close(registry);
	}
	take_answers(&t);
	take_log(&t);
	put(&t);
	attempts_fini(&t.attempts);
}
