/*
 * hives - registry hives of one run: replayed, opened, taken into the settings, and kept open
 * until all of them are there, since a policy of one is compared with a setting of another.
 */
#ifndef APP_HIVES_H
#define APP_HIVES_H

#include "app/files.h"
#include "base/bytes.h"
#include "base/registry.h"
#include "read/settings.h"

#define HIVE_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define HIVE_LOGS      2

/* What the settings of this run are gathered in. */
struct settings *hives_settings(struct files *f);

/* A source that the run keeps open from now on; false after a complaint: there are too many. */
bool hives_keep(struct files *f, struct reg_source *source, struct complaints *complaints);

/*
 * A hive with its logs (empty: not there); kind HIVE_UNKNOWN: by its keys. False after a complaint
 * when nothing of it can be used. hive is changed in place.
 */
bool hives_take(struct files *f, struct buf *hive, const struct buf *logs, enum hive_kind kind,
                struct evidence *ev);

/* Every hive that an export, a pasted text or the registry of a computer shows, which the run
 * keeps open; false: nothing that could matter. */
bool hives_take_roots(struct files *f, struct reg_source *source, struct evidence *ev);

#endif
