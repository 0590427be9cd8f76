#include <stdio.h>
#include <string.h>

#include "app/files_inside.h"
#include "app/hives.h"
#include "app/ports.h"
#include "base/text.h"
#include "os/os.h"
#include "read/answers_file.h"
#include "read/answers_says.h"
#include "read/certificate_file.h"
#include "read/dialog.h"
#include "read/events.h"
#include "read/findings_file.h"
#include "read/hive_log.h"
#include "read/pasted.h"
#include "read/rdp_file.h"
#include "read/recording.h"
#include "read/reg_export.h"
#include "read/settings.h"
#include "read/tls_secrets.h"

#define HEAD_BYTES      ((size_t)64 * 1024)
#define PIECE_BYTES     ((size_t)1024 * 1024)
#define LEFT_OVER_MAX   ((size_t)64 * 1024 * 1024)
#define TEXT_BYTES_MAX  ((size_t)64 * 1024 * 1024)
#define FOLDER_WORDS    3 /* names that are said of the files that nobody knows */
#define MAGIC_BYTES_MAX 8
#define DIALOG_LIKELY   256

/* --- reading --- */

static const uint8_t *bytes_of(const struct input *in)
{
	return (const uint8_t *)(in->bytes.bytes ? in->bytes.bytes : "");
}

static void read_piece(struct input *in)
{
	static char piece[PIECE_BYTES];
	const char *why = NULL;
	int64_t got = in->read(in->from, piece, sizeof piece, &why);

	if (got > 0)
		buf_put(&in->bytes, piece, (size_t)got);
	else
		in->is_at_end = true;
	if (got < 0)
		complain(in->ev.complaints, in->n_before + in->bytes.n, "%s", why);
}

static int64_t read_opened(void *from, void *bytes, size_t n, const char **why)
{
	int64_t got = os_read(from, bytes, n);

	if (got < 0)
		*why = os_why();
	return got;
}

static void fill(struct input *in, size_t n)
{
	while (!in->is_at_end && in->bytes.n < n)
		read_piece(in);
}

bool input_whole(struct input *in, size_t n_most)
{
	fill(in, n_most + 1);
	if (in->bytes.n > n_most)
		complain_of_all(&in->complaints, "longer than %zu MiB", n_most / 1024 / 1024);
	return in->bytes.n <= n_most;
}

static void use_up(struct input *in, size_t n)
{
	in->n_before += n;
	in->bytes.n -= n;
	memmove(in->bytes.bytes, in->bytes.bytes + n, in->bytes.n);
}

typedef size_t take_piece(void *reader, const uint8_t *bytes, size_t n, bool is_last);

static void stream(struct input *in, take_piece *take, void *reader)
{
	for (;;) {
		size_t used = take(reader, bytes_of(in), in->bytes.n, in->is_at_end);

		if (in->is_at_end)
			return;
		if (used)
			use_up(in, used);
		else if (in->bytes.n > LEFT_OVER_MAX)
			in->is_at_end = true;
		if (!in->is_at_end)
			read_piece(in);
	}
}

/* --- the kinds --- */

static size_t take_recording(void *reader, const uint8_t *bytes, size_t n, bool is_last)
{
	return recording_take(reader, bytes, n, is_last);
}

static bool read_recording(struct files *f, struct input *in)
{
	struct recording_plan plan = {
	    .profile = f->profile, .secrets = f->secrets, .port = f->port};
	struct recording *r = recording_new(&in->ev, &plan);

	stream(in, take_recording, r);
	recording_end(r);
	return true;
}

static size_t take_events(void *reader, const uint8_t *bytes, size_t n, bool is_last)
{
	return events_take(reader, bytes, n, is_last);
}

static bool read_events(struct files *f, struct input *in)
{
	if (!f->events)
		f->events = events_new(f->arena);
	events_begin(f->events, &in->ev);
	stream(in, take_events, f->events);
	events_end(f->events);
	return true;
}

void files_take_log(struct files *f, struct os_file *file, const struct evidence *ev)
{
	struct input in = {.ev = *ev, .read = read_opened, .from = file};

	read_events(f, &in);
	buf_fini(&in.bytes);
	f->n_usable++;
}

/* Bytes that are there already. */
struct span {
	const char *p;
	size_t n;
};

static int64_t read_span(void *from, void *bytes, size_t n, const char **why)
{
	struct span *s = from;
	size_t take = n < s->n ? n : s->n;

	(void)why;
	if (take)
		memcpy(bytes, s->p, take);
	s->p += take;
	s->n -= take;
	return (int64_t)take;
}

void files_take_log_bytes(struct files *f, const void *bytes, size_t n, const struct evidence *ev)
{
	struct span span = {.p = bytes, .n = n};
	struct input in = {.ev = *ev, .read = read_span, .from = &span};

	read_events(f, &in);
	buf_fini(&in.bytes);
	f->n_usable++;
}

static void read_beside(const struct input *in, const char *ending, struct buf *log)
{
	const char *path = arena_printf(in->ev.arena, "%s%s", in->path, ending);

	if (os_read_all(path, HIVE_BYTES_MAX, log) < 0)
		buf_fini(log);
}

/* The logs of a hive lie beside it, under its name; before Windows Vista there was one. */
static void read_logs(const struct input *in, struct buf *logs)
{
	static const char *const endings[][HIVE_LOGS] = {{".LOG1", ".LOG2"}, {".log1", ".log2"}};

	for (size_t i = 0; i < HIVE_LOGS && in->beside; i++)
		for (size_t k = 0; k < 2 && !logs[i].n; k++)
			in->beside(in, endings[k][i], &logs[i]);
	if (!logs[0].n && !logs[1].n && in->beside)
		in->beside(in, ".LOG", &logs[0]);
}

static bool read_hive(struct files *f, struct input *in)
{
	struct buf logs[HIVE_LOGS] = {{0}};
	bool is_used;

	if (!input_whole(in, HIVE_BYTES_MAX))
		return false;
	read_logs(in, logs);
	is_used = hives_take(f, &in->bytes, logs, HIVE_UNKNOWN, &in->ev);
	for (size_t i = 0; i < HIVE_LOGS; i++)
		buf_fini(&logs[i]);
	return is_used;
}

static bool read_export(struct files *f, struct input *in)
{
	struct reg_source *source;
	bool is_used;

	if (!input_whole(in, TEXT_BYTES_MAX))
		return false;
	source = reg_export_open(in->bytes.bytes, in->bytes.n, &in->ev);
	if (!source)
		return false;
	is_used = hives_take_roots(f, source, &in->ev);
	if (!is_used)
		complain_of_all(&in->complaints, "no key of HKEY_LOCAL_MACHINE or "
		                                 "HKEY_CURRENT_USER that could matter");
	return is_used;
}

static bool read_secrets(struct files *f, struct input *in)
{
	if (!input_whole(in, TEXT_BYTES_MAX))
		return false;
	return tls_secrets_read(f->secrets, in->bytes.bytes, in->bytes.n, &in->complaints) > 0;
}

static bool read_rdp_file(struct files *f, struct input *in)
{
	struct rdp_file *file = arena_new(f->arena, sizeof *file);

	if (!input_whole(in, RDP_FILE_BYTES_MAX) ||
	    !rdp_file_read(in->bytes.bytes, in->bytes.n, f->now_us, &in->ev, file))
		return false;
	if (f->meant)
		rdp_file_compare(file, f->meant, f->port, &in->ev);
	return true;
}

static bool read_certificate(struct files *f, struct input *in)
{
	return input_whole(in, TEXT_BYTES_MAX) &&
	       certificate_file_read(in->bytes.bytes, in->bytes.n, f->profile, f->now_us, &in->ev);
}

struct file_answers {
	struct answers rows;
	struct answers_head head;
};

static bool keep_answers(struct files *f, const struct file_answers *answers)
{
	if (f->n_answers == FILES_ANSWERS_MAX)
		return false;
	f->answers[f->n_answers++] = answers;
	return true;
}

static bool read_answers(struct files *f, struct input *in)
{
	struct file_answers *answers = arena_new(f->arena, sizeof *answers);

	if (!input_whole(in, ANSWERS_BYTES_MAX))
		return false;
	answers->rows.arena = f->arena;
	if (!answers_file_read(in->bytes.bytes, in->bytes.n, &answers->rows, &answers->head,
	                       &in->complaints))
		return false;
	if (keep_answers(f, answers))
		return true;
	complain_of_all(&in->complaints, "more than %d files of answers", FILES_ANSWERS_MAX);
	return false;
}

void files_take_answers(struct files *f, const struct answers *rows, int64_t when_us)
{
	struct file_answers *answers = arena_new(f->arena, sizeof *answers);

	*answers = (struct file_answers){.rows = *rows, .head = {.when_us = when_us}};
	keep_answers(f, answers);
}

/* --- text: findings, reports, what was pasted --- */

static void hand_on(struct input *in, const struct findings_read *got)
{
	in->complaints.unit = got->is_report ? "finding" : "line";
	for (size_t i = 0; i < got->n_complaints; i++) {
		if (i >= COMPLAINTS_KEPT_MAX)
			in->complaints.n++;
		else if (got->complaints[i].line)
			complain(&in->complaints, got->complaints[i].line, "%s",
			         got->complaints[i].says);
		else
			complain_of_all(&in->complaints, "%s", got->complaints[i].says);
	}
}

/* A long text may hold a number of any meaning; a pair is one of a dialog. */
static bool read_dialog(struct files *f, struct input *in)
{
	struct dialog d;

	if (in->bytes.n > DIALOG_BYTES_MAX || memchr(in->bytes.bytes, 0, in->bytes.n))
		return false;
	d = dialog_read(in->bytes.bytes, in->bytes.n);
	return (d.kind == DIALOG_PAIR || (d.kind == DIALOG_CODE && in->bytes.n <= DIALOG_LIKELY)) &&
	       f->take_dialog(f->context, &d);
}

static bool read_pasted(struct files *f, struct input *in)
{
	struct pasted pasted = {.now_us = f->now_us};

	if (in->bytes.n > PASTED_BYTES_MAX ||
	    !pasted_take(in->bytes.bytes, in->bytes.n, &pasted, &in->ev))
		return false;
	if (pasted.registry)
		hives_take_roots(f, pasted.registry, &in->ev);
	if (pasted.has_dialog)
		f->take_dialog(f->context, &pasted.dialog);
	return true;
}

static bool has_json_line(const struct input *in)
{
	const char *at = in->bytes.bytes, *end = at + in->bytes.n;

	if (in->bytes.n >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	for (; at && at < end; at = memchr(at, '\n', (size_t)(end - at))) {
		while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
			at++;
		if (at < end && *at == '{')
			return true;
	}
	return false;
}

/* What a probe of ours left in logs is told from a person's attempts by where it came from. */
static void learn_ours(struct files *f, const struct findings_read *got)
{
	const char **sources = arena_new(f->arena, (f->n_sources + 1) * sizeof *sources);
	uint16_t *ports = arena_new(f->arena, (f->n_ports + got->n_ports) * sizeof *ports);

	if (!got->source || !got->n_ports)
		return;
	if (f->n_sources)
		memcpy(sources, f->sources, f->n_sources * sizeof *sources);
	if (f->n_ports)
		memcpy(ports, f->ports, f->n_ports * sizeof *ports);
	sources[f->n_sources++] = got->source;
	memcpy(ports + f->n_ports, got->ports, got->n_ports * sizeof *ports);
	f->n_ports += got->n_ports;
	f->sources = sources;
	f->ports = ports;
}

static bool read_findings(struct files *f, struct input *in, struct findings_read *got)
{
	*got = findings_file_read(in->bytes.bytes, in->bytes.n, f->found);
	if (got->is_recognised || got->is_damaged_report)
		hand_on(in, got);
	if (got->is_report)
		learn_ours(f, got);
	return got->is_recognised || got->is_damaged_report;
}

static void complain_of_unknown(struct input *in, const struct findings_read *got)
{
	complain_of_all(&in->complaints,
	                "not recognised; expected a capture, an event log, a registry hive or "
	                "export, an .rdp file, a certificate, output of a command, findings as "
	                "JSON lines or a saved report%s%s",
	                got->n_complaints ? "; line 1: " : "",
	                got->n_complaints ? got->complaints[0].says : "");
}

/* Behind everything that has a sign of its own. */
static bool read_text(struct files *f, struct input *in)
{
	struct findings_read got = {0};
	struct complaints before = in->complaints;

	if (!input_whole(in, TEXT_BYTES_MAX))
		return false;
	if (has_json_line(in) && read_findings(f, in, &got))
		return got.is_recognised;
	in->complaints.unit = "line";
	if (read_pasted(f, in) || read_dialog(f, in))
		return true;
	in->complaints = before;
	complain_of_unknown(in, &got);
	return false;
}

/* --- which kind it is --- */

struct kind {
	bool (*recognises)(const uint8_t *head, size_t n);
	bool (*read)(struct files *f, struct input *in);
	const char *unit; /* of places in complaints */
};

static const struct kind kinds[] = {
    {.recognises = recording_recognises, .read = read_recording, .unit = "byte"},
    {.recognises = events_recognises, .read = read_events, .unit = "byte"},
    {.recognises = hive_recognises, .read = read_hive, .unit = "byte"},
    {.recognises = tls_secrets_recognises, .read = read_secrets, .unit = "line"},
    {.recognises = reg_export_recognises, .read = read_export, .unit = "line"},
    {.recognises = archived_recognises, .read = archived_read, .unit = "byte"},
    {.recognises = rdp_file_recognises, .read = read_rdp_file, .unit = "line"},
    {.recognises = answers_file_recognises, .read = read_answers, .unit = "line"},
    {.recognises = certificate_file_recognises, .read = read_certificate, .unit = "byte"},
};

/* Known, and not read: what to do instead. */
static const struct {
	char magic[MAGIC_BYTES_MAX];
	size_t n;
	const char *says;
} unread[] = {
    {.magic = "\x1f\x8b", .n = 2, .says = "compressed with gzip; unpack it first"},
    {.magic = "\xfd\x37zXZ", .n = 5, .says = "compressed with xz; unpack it first"},
    {.magic = "BZh", .n = 3, .says = "compressed with bzip2; unpack it first"},
    {.magic = "\x28\xb5\x2f\xfd", .n = 4, .says = "compressed with zstd; unpack it first"},
    {.magic = "7z\xbc\xaf\x27\x1c", .n = 6, .says = "a 7z archive; unpack it first"},
    {.magic = "MSCF", .n = 4, .says = "a cabinet archive; unpack it first"},
    {.magic = "\x89PNG", .n = 4, .says = "a picture; give the code that it shows with --code"},
    {.magic = "\xff\xd8\xff", .n = 3, .says = "a picture; give the code that it shows with --code"},
    {.magic = "GMBU", .n = 4, .says = "a Network Monitor capture; save it as pcapng"},
    {.magic = "LfLe", .n = 4, .says = "an event log of before Windows Vista; not read"},
    {.magic = "MZ", .n = 2, .says = "a program, no evidence"},
    {.magic = "%PDF", .n = 4, .says = "a PDF document; give its text"},
};

static const char *unread_words(const struct input *in)
{
	for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
		if (in->bytes.n >= unread[i].n &&
		    memcmp(in->bytes.bytes, unread[i].magic, unread[i].n) == 0)
			return unread[i].says;
	return NULL;
}

static const struct kind *kind_of(const struct input *in)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].recognises(bytes_of(in), in->bytes.n))
			return &kinds[i];
	return NULL;
}

static bool read_recognised(struct files *f, struct input *in)
{
	const struct kind *kind = kind_of(in);
	const char *no = kind ? NULL : unread_words(in);

	if (in->is_member && kind && kind->read == archived_read)
		no = "a zip archive inside another; unpack it first";
	if (no) {
		complain_of_all(&in->complaints, "%s", no);
		return false;
	}
	if (kind)
		in->complaints.unit = kind->unit;
	return (kind ? kind->read : read_text)(f, in);
}

/* --- one file --- */

const char *files_shown(struct arena *arena, const char *path)
{
	char out[160];

	if (strcmp(path, "-") == 0)
		return "standard input";
	text_harmless(path, out, sizeof out);
	return arena_copy(arena, out, strlen(out));
}

const char *input_name(struct arena *arena, const char *path)
{
	const char *name = text_base_name(path);

	return files_shown(arena, *name ? name : path);
}

void files_warn_of(struct files *f, const char *shown, const struct complaints *c)
{
	size_t kept = c->n < COMPLAINTS_KEPT ? c->n : COMPLAINTS_KEPT;

	for (size_t i = 0; i < kept; i++) {
		if (c->kept[i].has_place)
			f->warn(f->context,
			        arena_printf(f->arena, "%s: %s %llu: %s", shown, c->unit,
			                     (unsigned long long)c->kept[i].at, c->kept[i].says));
		else
			f->warn(f->context,
			        arena_printf(f->arena, "%s: %s", shown, c->kept[i].says));
	}
	if (c->n > kept)
		f->warn(f->context, arena_printf(f->arena, "%s: and %zu more", shown, c->n - kept));
}

/* What was given and could not be used is a fact of the run. */
static void note_unusable(struct files *f, const char *path)
{
	struct finding finding = finding_of(F_RUN_INPUT_UNUSABLE, ORIGIN_FILE);

	finding.text = files_shown(f->arena, path);
	findings_add(f->found, &finding);
}

struct input input_of(struct files *f, const char *name)
{
	return (struct input){
	    .ev = {.arena = f->arena, .name = name, .found = f->found, .attempts = &f->attempts},
	    .complaints = {.arena = f->arena, .unit = "byte"}};
}

bool input_take(struct files *f, struct input *in)
{
	bool is_used = false;

	in->ev.complaints = &in->complaints;
	fill(in, HEAD_BYTES);
	if (in->bytes.n)
		is_used = read_recognised(f, in);
	else if (!in->complaints.n)
		complain_of_all(&in->complaints, "empty; expected evidence, for example findings, "
		                                 "one JSON object a line");
	return is_used;
}

static bool read_file(struct files *f, const char *path, bool is_in_folder)
{
	struct input in = input_of(f, input_name(f->arena, path));
	struct os_file *file = os_open(path);
	bool is_used = false;

	in.path = path;
	in.beside = read_beside;
	if (file) {
		in.read = read_opened;
		in.from = file;
		is_used = input_take(f, &in);
		os_close(file);
		buf_fini(&in.bytes);
	} else {
		complain_of_all(&in.complaints, "%s", os_why());
	}
	f->n_usable += is_used;
	if (is_used || !is_in_folder)
		files_warn_of(f, files_shown(f->arena, path), &in.complaints);
	if (!is_used && !is_in_folder)
		note_unusable(f, path);
	return is_used;
}

/* --- folders --- */

/* Files that nobody knows lie in every folder: one line names the first of them. */
void unknown_add(struct unknown_files *u, const char *name)
{
	if (u->n++ < FOLDER_WORDS)
		buf_printf(&u->names, "%s%s", u->n > 1 ? ", " : "", name);
}

void unknown_say(struct files *f, struct unknown_files *u, const char *shown, size_t n_all,
                 const char *what)
{
	if (u->n)
		f->warn(f->context,
		        arena_printf(f->arena, "%s: %zu of %zu %s are no evidence: %s%s", shown,
		                     u->n, n_all, what, u->names.bytes,
		                     u->n > FOLDER_WORDS ? " ..." : ""));
	buf_fini(&u->names);
}

static void read_folder(struct files *f, const char *path)
{
	const char *const *names;
	struct unknown_files unknown = {0};
	size_t n;

	bool is_listed = os_list_folder(path, f->arena, &names, &n);

	if (!is_listed || !n) {
		f->warn(f->context,
		        arena_printf(f->arena, "%s: %s", files_shown(f->arena, path),
		                     is_listed ? "a folder without files; subfolders are not read"
		                               : os_why()));
		note_unusable(f, path);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const char *file = arena_printf(f->arena, "%s%s%s", path, text_separator(path),
		                                names[i]);

		if (!read_file(f, file, true))
			unknown_add(&unknown, input_name(f->arena, file));
	}
	unknown_say(f, &unknown, files_shown(f->arena, path), n, "files");
	if (unknown.n == n)
		note_unusable(f, path);
}

/* --- all of them --- */

/* A file can be looked at twice, a pipe cannot. */
static bool is_key_log(const char *path)
{
	static uint8_t head[HEAD_BYTES];
	struct os_file *file = os_is_regular(path) ? os_open(path) : NULL;
	int64_t n = file ? os_read(file, head, sizeof head) : 0;

	if (file)
		os_close(file);
	return n > 0 && tls_secrets_recognises(head, (size_t)n);
}

void files_read(struct files *f, const char *const *paths, size_t n)
{
	bool *is_read = arena_new(f->arena, (n + 1) * sizeof *is_read);

	if (!f->secrets)
		f->secrets = tls_secrets_new();
	f->attempts.arena = f->arena;
	for (size_t i = 0; i < n; i++) {
		is_read[i] = n > 1 && is_key_log(paths[i]);
		if (is_read[i])
			read_file(f, paths[i], false);
	}
	for (size_t i = 0; i < n; i++) {
		if (is_read[i])
			continue;
		if (os_is_folder(paths[i]))
			read_folder(f, paths[i]);
		else
			read_file(f, paths[i], false);
	}
}

bool files_are_one_computer(struct arena *arena, const char *a, const char *b)
{
	return text_same(arena_copy(arena, a, strcspn(a, ".")),
	                 arena_copy(arena, b, strcspn(b, ".")));
}

/* Beside a diagnosis of another host they are those of the person's own computer. */
static void conclude_answers(struct files *f, struct evidence *ev)
{
	const struct settings_host *known = f->settings ? settings_host(f->settings) : NULL;

	for (size_t i = 0; i < f->n_answers; i++) {
		const struct file_answers *one = f->answers[i];

		if (f->meant && !f->is_gathered && !answers_are_of(&one->rows, f->meant))
			answers_tell_client(&one->rows, f->meant, ev);
		else
			answers_tell(&one->rows, known,
			             one->head.when_us ? one->head.when_us : f->now_us, ev);
	}
	f->n_answers = 0;
}

void files_conclude(struct files *f)
{
	struct complaints complaints = {.arena = f->arena};
	struct evidence ev = {.arena = f->arena,
	                      .name = "all files",
	                      .found = f->found,
	                      .attempts = &f->attempts,
	                      .complaints = &complaints};

	if (f->events) {
		events_ours(f->events, f->sources, f->n_sources, f->ports, f->n_ports);
		if (f->is_gathered)
			events_loopback_is_ours(f->events);
		events_conclude(f->events, &ev);
	}
	if (f->settings) {
		settings_conclude(f->settings, &ev);
		f->known = settings_host(f->settings);
	}
	conclude_answers(f, &ev);
	f->events = NULL;
	f->settings = NULL;
	for (size_t i = 0; i < f->later.n; i++)
		findings_add(f->found, &f->later.at[i]);
	f->later.n = 0;
	for (size_t i = 0; i < f->n_hives; i++)
		f->hives[i]->ops->close(f->hives[i]);
	f->n_hives = 0;
	attempts_sort(&f->attempts);
	ports_compare(f->found, f->meant, f->port);
	for (size_t i = 0; i < complaints.n && i < COMPLAINTS_KEPT; i++)
		f->warn(f->context, complaints.kept[i].says);
}

void files_end(struct files *f)
{
	if (f->secrets)
		tls_secrets_free(f->secrets);
	f->secrets = NULL;
	attempts_fini(&f->attempts);
}
