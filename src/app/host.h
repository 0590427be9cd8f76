/*
 * host - what the command `host` shares with the part of it that looks at files.
 */
#ifndef APP_HOST_H
#define APP_HOST_H

#include "app/dossier.h"
#include "os/volume.h"
#include "read/settings.h"

struct host_look {
	struct dossier *e;
	struct volume *volume;
	struct options options; /* as given, but for the host in the logs that it turns out to be */
	const char *root;       /* as shown */
};

/* A line about one file of the volume. */
void host_warn(struct host_look *l, const char *path, const char *says);

/* A fact that the volume itself shows; text: NULL for a bare fact. */
void host_tell(struct host_look *l, enum finding_id id, enum finding_state state, const char *text,
               const char *path);

/* Keys, system files, profiles, servicing; behind the conclusion about the registry. */
void host_files(struct host_look *l, const struct settings_host *known);

#endif
