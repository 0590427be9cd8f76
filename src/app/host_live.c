/*
 * host_live - diagnose the computer that the program runs on. Its interfaces are asked and its logs
 * exported in threads of their own while the registry is read; then its port is called, and what
 * was learnt is concluded together, as it is of a bundle. Nothing is changed.
 */
#include <stdlib.h>
#include <string.h>

#include "app/bundle.h"
#include "app/hives.h"
#include "app/host.h"
#include "app/output.h"
#include "base/text.h"
#include "os/work.h"
#include "read/answers_file.h"
#include "read/reg_record.h"

#define ASK_WITHIN_US  2300000LL /* of three seconds that the whole may take */
#define WAIT_UP_TO_US  2450000LL
#define CALL_WITHIN_US 700000LL
#define LOG_BYTES_MAX  ((size_t)256 << 20)
#define FIRST_BUILD    10240 /* Windows 10; Server 2016 is 14393 */
#define TITLE          "this computer"
#define WORDS_MAX      1024

/* Lives on by itself when it is left behind. */
struct ask_work {
	const struct computer_ops *ops;
	struct computer_question question;
	char certificate[128];
	struct arena arena;
	struct answers answers;
	struct work *work;
};

struct live_look {
	struct host_look look;
	const struct computer_ops *ops;
	struct reg_source *registry; /* or the recorder over it */
	struct bundle *bundle;       /* NULL: none is written */
	struct ask_work *ask;
	bool is_ask_ours; /* it is over, and its memory is to be freed */
	struct host_logs *logs;
	struct answers answers; /* as asked, and which logs could not be */
	int64_t until_us;
};

/* --- the question --- */

#define LISTENER "Control\\Terminal Server\\WinStations\\RDP-Tcp"

static bool listener_value(struct reg_source *registry, const char *name, struct reg_value *out)
{
	static const char *const keys[] = {
	    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\" LISTENER,
	    "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\" LISTENER};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (registry->ops->value(registry, keys[i], name, out) == REG_FOUND)
			return true;
	return false;
}

static uint16_t port_of(struct reg_source *registry)
{
	struct reg_value v;

	if (!listener_value(registry, "PortNumber", &v) || v.n < 4 || v.bytes[2] || v.bytes[3])
		return 0;
	return (uint16_t)(v.bytes[0] | v.bytes[1] << 8);
}

static bool has_certificate(struct reg_source *registry, char *out, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	struct reg_value v;

	if (!listener_value(registry, "SSLCertificateSHA1Hash", &v) || !v.n || 2 * v.n >= n)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		out[2 * i] = digits[v.bytes[i] >> 4];
		out[2 * i + 1] = digits[v.bytes[i] & 15];
	}
	out[2 * v.n] = '\0';
	return true;
}

/* Digits of a text in UTF-16; 0: there are none. */
static int build_of(struct reg_source *registry)
{
	struct reg_value v;
	int build = 0;

	if (registry->ops->value(registry,
	                         "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\"
	                         "CurrentVersion",
	                         "CurrentBuildNumber", &v) != REG_FOUND)
		return 0;
	for (size_t i = 0; i + 1 < v.n && i < 12; i += 2) {
		if (v.bytes[i] < '0' || v.bytes[i] > '9' || v.bytes[i + 1])
			break;
		build = build * 10 + v.bytes[i] - '0';
	}
	return build;
}

static void say_when_old(const struct live_look *l)
{
	int build = build_of(l->registry);

	if (build && build < FIRST_BUILD)
		output_message(
		    "this is Windows of build %d, older than Windows 10 and Server 2016; "
		    "what it does not know is left out",
		    build);
}

/* --- asking --- */

/* What a client is asked about is no part of it. */
#define TOPICS_OF_HOST                                                                             \
	((((uint64_t)1 << TOPIC_COUNT) - 1) & ~((uint64_t)1 << TOPIC_CREDENTIAL) &                 \
	 ~((uint64_t)1 << TOPIC_CACHED_NAME))

static void ask(void *context)
{
	struct ask_work *w = context;

	w->ops->ask(w->ops->context, &w->answers, TOPICS_OF_HOST, &w->question, ASK_WITHIN_US);
}

static void begin_asking(struct live_look *l)
{
	struct ask_work *w = calloc(1, sizeof *w);

	l->until_us = os_monotonic_us() + WAIT_UP_TO_US;
	l->logs = host_logs_begin(l->ops, l->look.e->started_us);
	if (!w)
		return;
	w->ops = l->ops;
	w->question.port = port_of(l->registry);
	if (has_certificate(l->registry, w->certificate, sizeof w->certificate))
		w->question.certificate = w->certificate;
	w->answers.arena = &w->arena;
	w->work = work_start(ask, w);
	if (!w->work)
		ask(w);
	l->ask = w;
}

static void take_answers(struct live_look *l)
{
	struct answers late = {.arena = l->look.e->arena};

	l->is_ask_ours = l->ask && (!l->ask->work || work_wait(l->ask->work, l->until_us));
	if (l->is_ask_ours) {
		l->answers = l->ask->answers;
		return;
	}
	for (int i = 0; i < TOPIC_COUNT; i++)
		if (TOPICS_OF_HOST >> i & 1)
			answers_could_not(&late, (enum topic)i, ANSWER_TOO_LATE, 0, NULL);
	l->answers = late;
}

/* --- logs --- */

static bool read_all(struct os_file *file, struct buf *out)
{
	static char piece[256 * 1024];
	int64_t got = 0;

	while (out->n < LOG_BYTES_MAX && (got = os_read(file, piece, sizeof piece)) > 0)
		buf_put(out, piece, (size_t)got);
	return got == 0;
}

static void bundle_log(struct live_look *l, const struct host_log *log, struct buf *bytes)
{
	const char *name = arena_printf(l->look.e->arena, "logs/%s", log->file);

	bundle_add(l->bundle, name, log->channel, false, bytes);
}

/* Later answers about it name the channel as the problem; where one does, it is said. */
static bool is_said(const struct answers *a, const char *channel)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->rows[i]->topic == TOPIC_LOG && a->rows[i]->status != ANSWER_ROW &&
		    a->rows[i]->says && strcmp(a->rows[i]->says, channel) == 0)
			return true;
	return false;
}

/* A role that is not installed has no channel, and an empty one holds nothing. */
static void note_missing(struct live_look *l, const struct host_log *log)
{
	if (log->status == ANSWER_MISSING || log->status == ANSWER_NOTHING ||
	    log->status == ANSWER_ROW || is_said(&l->answers, log->channel))
		return;
	answers_could_not(&l->answers, TOPIC_LOG, log->status, log->error, log->channel);
}

static void take_log(struct live_look *l, const struct host_log *log)
{
	struct dossier *e = l->look.e;
	struct complaints complaints = {.arena = e->arena, .unit = "byte"};
	struct evidence ev = {.arena = e->arena,
	                      .name = log->file,
	                      .found = &e->findings,
	                      .attempts = &e->files.attempts,
	                      .complaints = &complaints};
	struct buf bytes = {0};

	if (l->bundle) {
		if (!read_all(log->bytes, &bytes))
			complain_of_all(&complaints, "not read as a whole: %s", os_why());
		files_take_log_bytes(&e->files, bytes.bytes, bytes.n, &ev);
		bundle_log(l, log, &bytes);
	} else {
		files_take_log(&e->files, log->bytes, &ev);
	}
	os_close(log->bytes);
	files_warn_of(&e->files, log->file, &complaints);
}

static void take_logs(struct live_look *l)
{
	struct host_log log;

	while (host_logs_next(l->logs, l->until_us, l->look.e->arena, &log)) {
		if (log.bytes)
			take_log(l, &log);
		else
			note_missing(l, &log);
	}
}

/* --- registry and files --- */

static void take_registry(struct live_look *l)
{
	struct dossier *e = l->look.e;
	struct complaints complaints = {.arena = e->arena, .unit = "key"};
	struct evidence ev = {.arena = e->arena,
	                      .name = "registry",
	                      .found = &e->findings,
	                      .attempts = &e->files.attempts,
	                      .complaints = &complaints};

	settings_set_role(hives_settings(&e->files), SETTINGS_OF_HOST);
	hives_take_roots(&e->files, l->registry, &ev);
	files_warn_of(&e->files, "the registry of this computer", &complaints);
}

static void take_files(struct live_look *l)
{
	const char *drive = l->ops->drive ? l->ops->drive(l->ops->context) : NULL;

	if (!drive || !l->look.e->files.known)
		return;
	l->look.root = drive;
	l->look.volume = volume_open(drive);
	if (!l->look.volume) {
		host_warn(&l->look, "", os_why());
		return;
	}
	host_files(&l->look, l->look.e->files.known);
	volume_close(l->look.volume);
}

static bool is_seen(const struct live_look *l, enum finding_id id)
{
	const struct findings *all = &l->look.e->findings;

	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].id == id && all->at[i].state == FINDING_SEEN)
			return true;
	return false;
}

static void call_itself(struct live_look *l)
{
	struct findings found = {.arena = l->look.e->arena};
	const struct settings_host *known = l->look.e->files.known;
	int port = known && known->port ? known->port : 3389;

	/* A listener of one adapter does not answer here, and nothing is wrong with that. */
	if (!l->ops->call || is_seen(l, F_HOST_BOUND_TO_ADAPTER))
		return;
	l->ops->call(l->ops->context, (uint16_t)port, CALL_WITHIN_US, &found);
	for (size_t i = 0; i < found.n; i++)
		findings_add(&l->look.e->findings, &found.at[i]);
}

/* --- what could not be looked at --- */

static const char *words_of(struct arena *arena, enum topic topic)
{
	const struct topic_def *def = topic_def(topic);
	char *words;

	if (def->needs && strcmp(def->needs, "everything") != 0)
		return def->needs;
	words = arena_copy(arena, def->name, strlen(def->name));
	for (char *p = words; *p; p++)
		if (*p == '_')
			*p = ' ';
	return words;
}

/* One line for all topics that share a reason. */
static void warn_of_status(struct live_look *l, enum answer_status status, const char *says)
{
	struct files *f = &l->look.e->files;
	struct buf list = {0};

	for (int i = 0; i < TOPIC_COUNT; i++) {
		bool is_one = false;

		for (size_t k = 0; k < l->answers.n; k++)
			is_one |= l->answers.rows[k]->topic == (enum topic)i &&
			          l->answers.rows[k]->status == status;
		if (is_one && list.n < WORDS_MAX)
			buf_printf(&list, "%s%s", list.n ? ", " : "",
			           words_of(f->arena, (enum topic)i));
	}
	if (list.n)
		f->warn(f->context, arena_printf(f->arena, "%s: %s", says, list.bytes));
	buf_fini(&list);
}

static void warn_of_unknown(struct live_look *l)
{
	warn_of_status(l, ANSWER_NO_RIGHTS, "not looked at, since that needs an administrator");
	warn_of_status(l, ANSWER_TOO_LATE, "not looked at, since no answer came in time");
}

/* --- the bundle --- */

static void bundle_answers(struct live_look *l)
{
	struct answers_head head = {.when_us = l->look.e->started_us, .program = "rdpwhy"};
	struct buf out = {0};

	answers_file_write(&out, &l->answers, &head);
	bundle_add(l->bundle, "answers.jsonl", "what the interfaces of the computer answered",
	           false, &out);
	for (size_t i = 0; i < l->answers.n; i++) {
		const struct answer *row = l->answers.rows[i];

		if (row->status > ANSWER_NOTHING)
			bundle_lacks(l->bundle, topic_def(row->topic)->name, row->status,
			             row->error, row->says);
	}
}

static void bundle_findings(struct live_look *l, size_t since)
{
	const struct findings *all = &l->look.e->findings;
	struct findings own = {.arena = l->look.e->arena};
	struct buf out = {0};

	for (size_t i = since; i < all->n; i++)
		findings_add(&own, &all->at[i]);
	report_findings(&out, &own);
	if (!own.n)
		return;
	bundle_add(l->bundle, "findings.jsonl",
	           "what files of the computer showed, which are not in the bundle", false, &out);
}

static void keep_report(void *context, const struct diagnosis *d, const struct run_frame *frame)
{
	bundle_add_reports(context, d, frame);
}

static bool write_bundle(struct live_look *l, size_t since)
{
	const struct settings_host *known = l->look.e->files.known;
	struct buf registry = {0};

	reg_record_put(l->registry, &registry);
	bundle_add(l->bundle, "registry.reg", "the registry, as far as it was looked at", false,
	           &registry);
	bundle_answers(l);
	bundle_findings(l, since);
	return bundle_save(l->bundle, known ? known->computer : NULL, l->look.e->started_us);
}

/* --- all of it --- */

/* Files beside the computer are weighed together with it. */
static bool conclude(struct live_look *l)
{
	struct dossier *e = l->look.e;

	files_take_answers(&e->files, &l->answers, e->started_us);
	if (l->look.options.n_from)
		return dossier_take_from(e);
	files_conclude(&e->files);
	return true;
}

static int diagnose(struct live_look *l)
{
	struct dossier *e = l->look.e;
	size_t since;
	int status;

	begin_asking(l);
	take_registry(l);
	take_answers(l);
	take_logs(l);
	if (!conclude(l))
		return EXIT_USAGE;
	since = e->findings.n;
	take_files(l);
	call_itself(l);
	warn_of_unknown(l);
	if (l->bundle)
		dossier_keep_report(e, keep_report, l->bundle);
	status = host_report(e, &l->look.options, &(struct run_frame){.input = TITLE});
	return l->bundle && !write_bundle(l, since) ? EXIT_OUR_FAULT : status;
}

static bool begin(struct live_look *l, const struct options *options)
{
	struct reg_source *registry = l->ops->registry(l->ops->context);

	if (!registry) {
		output_message("host: this computer does not run Windows; give --root DIR or, from "
		               "one that does, a bundle: rdpwhy read FILE.zip");
		return false;
	}
	l->registry = options->bundle ? reg_record_over(registry, l->look.e->arena) : registry;
	say_when_old(l);
	return true;
}

static void end(struct live_look *l)
{
	if (l->logs)
		host_logs_end(l->logs);
	if (l->is_ask_ours) {
		arena_fini(&l->ask->arena);
		free(l->ask);
	}
	if (l->bundle)
		bundle_end(l->bundle);
}

int host_live(const struct options *options, const struct computer_ops *ops)
{
	struct arena arena = {0};
	struct dossier e;
	struct live_look l = {.look = {.e = &e, .options = *options, .root = TITLE}, .ops = ops};
	int status = EXIT_USAGE;

	dossier_begin(&e, &l.look.options, &arena, os_now_us());
	e.files.is_gathered = true;
	e.files.attempts.arena = &arena;
	if (options->bundle)
		l.bundle = bundle_begin(options->bundle, options->is_redacted);
	if ((l.bundle || !options->bundle) && begin(&l, options)) {
		if (dossier_take_code(&e))
			status = diagnose(&l);
	}
	dossier_end(&e);
	end(&l);
	arena_fini(&arena);
	return status;
}
