/*
 * host_logs - event logs of this computer: one thread for each channel, since an export takes as
 * long as it takes.
 */
#include <stdlib.h>
#include <string.h>

#include "app/host.h"
#include "os/work.h"

#define DAY_US 86400000000LL

/* How far back: as far as says something of today, and as quickly as the log's size allows. */
static const struct channel {
	const char *name;
	int days;
} channels[] = {
    {"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational", 14},
    {"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Admin", 30},
    {"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational", 30},
    {"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Admin", 30},
    {"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", 30},
    {"Microsoft-Windows-TerminalServices-LocalSessionManager/Admin", 30},
    {"Microsoft-Windows-TerminalServices-Gateway/Operational", 14},
    {"Microsoft-Windows-TerminalServices-SessionBroker/Operational", 14},
    {"Microsoft-Windows-User Profile Service/Operational", 14},
    {"Microsoft-Windows-NetworkProfile/Operational", 14},
    {"Microsoft-Windows-Windows Firewall With Advanced Security/Firewall", 14},
    {"System", 30},
    {"Application", 14},
    {"Security", 3},
};
#define N_CHANNELS (sizeof channels / sizeof *channels)

/* Lives on by itself when it is left behind. */
struct export_work {
	const struct computer_ops *ops;
	const char *channel;
	int64_t since_us;
	struct os_file *bytes;
	enum answer_status status;
	uint32_t error;
	struct work *work;
};

struct host_logs {
	struct export_work *at[N_CHANNELS];
	size_t next;
};

static void export(void *context)
{
	struct export_work *w = context;

	w->bytes = w->ops->log(w->ops->context, w->channel, w->since_us, &w->status, &w->error);
}

struct host_logs *host_logs_begin(const struct computer_ops *ops, int64_t now_us)
{
	struct host_logs *logs = calloc(1, sizeof *logs);

	for (size_t i = 0; logs && i < N_CHANNELS; i++) {
		struct export_work *w = calloc(1, sizeof *w);

		if (!w)
			break;
		*w = (struct export_work){.ops = ops,
		                          .channel = channels[i].name,
		                          .since_us = now_us - channels[i].days * DAY_US};
		w->work = work_start(export, w);
		if (!w->work)
			export(w);
		logs->at[i] = w;
	}
	return logs;
}

/* As Windows names the file of a channel. */
static const char *file_of(struct arena *arena, const char *channel)
{
	const char *slash = strchr(channel, '/');

	if (!slash)
		return arena_printf(arena, "%s.evtx", channel);
	return arena_printf(arena, "%.*s%%4%s.evtx", (int)(slash - channel), channel, slash + 1);
}

bool host_logs_next(struct host_logs *logs, int64_t until_us, struct arena *arena,
                    struct host_log *out)
{
	struct export_work *w = logs && logs->next < N_CHANNELS ? logs->at[logs->next] : NULL;

	if (!w)
		return false;
	logs->at[logs->next++] = NULL;
	*out = (struct host_log){
	    .channel = w->channel, .file = file_of(arena, w->channel), .status = ANSWER_TOO_LATE};
	if (w->work && !work_wait(w->work, until_us))
		return true;
	out->bytes = w->bytes;
	out->status = w->bytes ? ANSWER_ROW : w->status;
	out->error = w->error;
	free(w);
	return true;
}

void host_logs_end(struct host_logs *logs)
{
	struct arena arena = {0};
	struct host_log log;

	while (host_logs_next(logs, 0, &arena, &log))
		if (log.bytes)
			os_close(log.bytes);
	arena_fini(&arena);
	free(logs);
}
