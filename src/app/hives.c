#include "app/hives.h"

#include "os/hive.h"
#include "read/hive_log.h"

#define IS_OLD "not closed cleanly and no log to replay; its values may be old"

struct settings *hives_settings(struct files *f)
{
	if (f->settings)
		return f->settings;
	f->settings = settings_new(f->arena, f->is_gathered ? ORIGIN_HOST : ORIGIN_HIVE);
	if (f->is_gathered)
		settings_set_now(f->settings, f->now_us);
	return f->settings;
}

bool hives_keep(struct files *f, struct reg_source *source, struct complaints *complaints)
{
	if (f->n_hives == FILES_HIVES_MAX) {
		complain_of_all(complaints, "more than %d registry files", FILES_HIVES_MAX);
		source->ops->close(source);
		return false;
	}
	f->hives[f->n_hives++] = source;
	return true;
}

/* A damaged one is tried again without what lies behind the damage. */
static struct reg_source *open_hive(struct buf *hive, const struct buf *logs, struct evidence *ev)
{
	struct hive_state state = hive_replay(hive, logs, HIVE_LOGS, ev->complaints);
	const char *note = state.is_dirty && !state.n_applied ? IS_OLD : NULL;
	struct reg_source *source = hive_open(hive, ev->name, note);

	if (!source && hive_trim(hive, ev->complaints))
		source = hive_open(hive, ev->name, note);
	return source;
}

bool hives_take(struct files *f, struct buf *hive, const struct buf *logs, enum hive_kind kind,
                struct evidence *ev)
{
	struct reg_source *source;

	if (hive_is_log((const uint8_t *)hive->bytes, hive->n)) {
		complain_of_all(ev->complaints,
		                "a transaction log of a registry hive; it is read with its hive");
		return false;
	}
	source = open_hive(hive, logs, ev);
	if (!source) {
		complain_of_all(ev->complaints, "no registry hive whose root can be read");
		return false;
	}
	if (!hives_keep(f, source, ev->complaints))
		return false;
	kind = kind == HIVE_UNKNOWN ? hive_kind_of(source) : kind;
	settings_take(hives_settings(f), source, "", kind, ev);
	return kind != HIVE_UNKNOWN;
}

/* Where each hive stands in an export, and in the registry of a computer. */
static const struct {
	const char *prefix;
	enum hive_kind kind;
} roots[] = {
    {.prefix = "HKEY_LOCAL_MACHINE\\SYSTEM", .kind = HIVE_SYSTEM},
    {.prefix = "HKEY_LOCAL_MACHINE\\SOFTWARE", .kind = HIVE_SOFTWARE},
    {.prefix = "HKEY_LOCAL_MACHINE\\SECURITY", .kind = HIVE_SECURITY},
    {.prefix = "HKEY_LOCAL_MACHINE\\SAM", .kind = HIVE_SAM},
    {.prefix = "HKEY_CURRENT_USER", .kind = HIVE_USER},
};

static bool ends_at_once(void *context, const char *name)
{
	(void)context;
	(void)name;
	return false;
}

/* The programs of a person are no part of what the host is, and hashes lie in SAM: who may sign in
 * is asked of the interfaces of the computer. */
static bool is_asked_of_a_computer(enum hive_kind kind)
{
	return kind != HIVE_USER && kind != HIVE_SAM;
}

bool hives_take_roots(struct files *f, struct reg_source *source, struct evidence *ev)
{
	bool is_used = false;

	if (!hives_keep(f, source, ev->complaints))
		return false;
	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
		if (f->is_gathered && !is_asked_of_a_computer(roots[i].kind))
			continue;
		if (source->ops->subkeys(source, roots[i].prefix, ends_at_once, NULL) != REG_FOUND)
			continue;
		settings_take(hives_settings(f), source, roots[i].prefix, roots[i].kind, ev);
		is_used = true;
	}
	return is_used;
}
