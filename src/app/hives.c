#include "app/hives.h"

#include "os/hive.h"
#include "read/hive_log.h"

#define IS_OLD "not closed cleanly and no log to replay; its values may be old"

struct settings *hives_settings(struct files *f)
{
	if (!f->settings)
		f->settings = settings_new(f->arena, ORIGIN_HIVE);
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
