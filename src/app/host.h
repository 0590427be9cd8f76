/*
 * host - what the command `host` is made of: two ways in, the disk of a computer and the computer
 * itself, and one conclusion.
 */
#ifndef APP_HOST_H
#define APP_HOST_H

#include "app/dossier.h"
#include "os/computer.h"
#include "os/volume.h"
#include "read/settings.h"

struct host_look {
	struct dossier *e;
	struct volume *volume;
	struct options options; /* as given, but for the host in the logs that it turns out to be */
	const char *root;       /* as shown */
};

/* A path of the volume as shown. */
const char *host_shown(const struct host_look *l, const char *path);

/* A line about one file of the volume. */
void host_warn(struct host_look *l, const char *path, const char *says);

/* A fact that the volume itself shows; text: NULL for a bare fact. */
void host_tell(struct host_look *l, enum finding_id id, enum finding_state state, const char *text,
               const char *path);

/* Keys, system files, profiles, servicing; behind the conclusion about the registry. */
void host_files(struct host_look *l, const struct settings_host *known);

/* Behind files_conclude: the report, about the computer that the settings are of. */
int host_report(struct dossier *e, struct options *options, struct run_frame *frame);

/* --- the computer that the program runs on --- */

/* os/computer.h, or what a test makes up in its place. Called from several threads at once. */
struct computer_ops {
	struct reg_source *(*registry)(void *context); /* NULL: no Windows here */
	void (*ask)(void *context, struct answers *out, uint64_t topics,
	            const struct computer_question *question, int64_t within_us);
	struct os_file *(*log)(void *context, const char *channel, int64_t since_us,
	                       enum answer_status *status, uint32_t *error);
	const char *(*drive)(void *context); /* NULL: no files are looked at */
	/* Whether its own port answers it; NULL: not tried. */
	void (*call)(void *context, uint16_t port, int64_t within_us, struct findings *found);
	void *context;
};

extern const struct computer_ops computer_this;

/* host_call.c: `call` over the loopback interface. */
void host_call(void *context, uint16_t port, int64_t within_us, struct findings *found);

/* The two ways in; exit statuses. */
int host_of_volume(const struct options *options);
int host_live(const struct options *options, const struct computer_ops *ops);

/* host_logs.c: the channels that can matter, each exported beside the others. */
struct host_logs;
struct host_logs *host_logs_begin(const struct computer_ops *ops, int64_t now_us);

struct host_log {
	const char *channel, *file; /* "System", "System.evtx" */
	struct os_file *bytes;      /* NULL: status tells why; else the caller closes it */
	enum answer_status status;
	uint32_t error;
};

/* The next one, waited for until then (os_monotonic_us); false: there is no further one. */
bool host_logs_next(struct host_logs *logs, int64_t until_us, struct arena *arena,
                    struct host_log *out);
void host_logs_end(struct host_logs *logs);

#endif
