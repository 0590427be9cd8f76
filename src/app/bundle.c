#include "app/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "app/output.h"
#include "base/json.h"
#include "base/moment.h"
#include "base/text.h"
#include "os/archive.h"
#include "os/save.h"

#define MEMBERS_MAX   64
#define LACKS_MAX     256
#define OLD_BYTES_MAX ((size_t)1 << 30)
#define REPORT_WIDTH  80

struct bundle {
	struct arena arena;
	const char *path;
	char shown[160];
	bool is_redacted;
	struct {
		const char *name, *says;
		struct buf bytes;
	} members[MEMBERS_MAX];
	size_t n_members;
	struct {
		const char *what, *says;
		enum answer_status status;
		uint32_t error;
	} lacks[LACKS_MAX];
	size_t n_lacks;
};

/* --- where it may be written --- */

static bool is_a_bundle(struct bundle *b, const struct buf *file)
{
	const char *why;
	struct archive *a = archive_open(file->bytes, file->n, &why);
	struct bundle_head head = {0};

	for (size_t i = 0; a && i < archive_count(a) && !head.is_there; i++) {
		struct archive_member about;
		struct archive_stream *s;
		static char text[64 * 1024];
		int64_t got;

		if (!archive_look(a, i, &about) || strcmp(about.name, BUNDLE_MANIFEST) != 0 ||
		    !(s = archive_stream(a, i, &why)))
			continue;
		got = archive_read(s, text, sizeof text, &why);
		archive_stream_close(s);
		if (got > 0)
			bundle_head_read(text, (size_t)got, &b->arena, &head);
	}
	if (a)
		archive_close(a);
	return head.is_there;
}

static bool may_write(struct bundle *b)
{
	struct buf old = {0};
	enum status status = STATUS_CANNOT_OPEN;
	bool may;

	if (os_is_folder(b->path)) {
		output_message("--bundle %s: a folder; expected a file to write", b->shown);
		return false;
	}
	if (os_is_regular(b->path))
		status = os_read_all(b->path, OLD_BYTES_MAX, &old);
	may = status == STATUS_CANNOT_OPEN || (status == STATUS_OK && is_a_bundle(b, &old));
	buf_fini(&old);
	if (!may)
		output_message("--bundle %s: there is a file already that is no bundle of rdpwhy; "
		               "expected another name",
		               b->shown);
	return may;
}

struct bundle *bundle_begin(const char *path, bool is_redacted)
{
	struct bundle *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->path = path;
	b->is_redacted = is_redacted;
	text_harmless(path, b->shown, sizeof b->shown);
	if (may_write(b))
		return b;
	free(b);
	return NULL;
}

void bundle_end(struct bundle *b)
{
	for (size_t i = 0; i < b->n_members; i++)
		buf_fini(&b->members[i].bytes);
	arena_fini(&b->arena);
	free(b);
}

/* --- what it holds --- */

static const char *kept(struct bundle *b, const char *text)
{
	return text ? arena_copy(&b->arena, text, strlen(text)) : NULL;
}

void bundle_lacks(struct bundle *b, const char *what, enum answer_status status, uint32_t error,
                  const char *says)
{
	if (b->n_lacks == LACKS_MAX)
		return;
	b->lacks[b->n_lacks].what = kept(b, what);
	b->lacks[b->n_lacks].says = kept(b, says);
	b->lacks[b->n_lacks].status = status;
	b->lacks[b->n_lacks++].error = error;
}

void bundle_add(struct bundle *b, const char *name, const char *says, bool is_redacted,
                struct buf *bytes)
{
	if (b->is_redacted && !is_redacted)
		bundle_lacks(b, name, ANSWER_ROW, 0, "left out: it cannot be redacted");
	if ((b->is_redacted && !is_redacted) || b->n_members == MEMBERS_MAX) {
		buf_fini(bytes);
		return;
	}
	b->members[b->n_members].name = kept(b, name);
	b->members[b->n_members].says = says;
	b->members[b->n_members++].bytes = *bytes;
	*bytes = (struct buf){0};
}

void bundle_add_reports(struct bundle *b, const struct diagnosis *d, const struct run_frame *frame)
{
	struct buf json = {0}, text = {0};
	struct page page = {.out = &text, .width = REPORT_WIDTH};

	report_json(&json, d, frame);
	report_text(&page, d, frame, DETAIL_USUAL);
	bundle_add(b, "report.json", "the diagnosis, as --json writes it", true, &json);
	bundle_add(b, "report.txt", "the diagnosis, for people", true, &text);
}

/* --- the file --- */

static void put_members(const struct bundle *b, struct json *j)
{
	json_key(j, "members");
	json_begin_array(j);
	for (size_t i = 0; i < b->n_members; i++) {
		json_begin_object(j);
		json_key_string(j, "name", b->members[i].name);
		json_key_integer(j, "bytes", (int64_t)b->members[i].bytes.n);
		json_key_string(j, "says", b->members[i].says);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_lacks(const struct bundle *b, struct json *j)
{
	json_key(j, "not_collected");
	json_begin_array(j);
	for (size_t i = 0; i < b->n_lacks; i++) {
		char says[256];

		json_begin_object(j);
		json_key_string(j, "what", b->lacks[i].what);
		if (b->lacks[i].status != ANSWER_ROW)
			json_key_string(j, "status", answer_status_name(b->lacks[i].status));
		if (b->lacks[i].error)
			json_key_integer(j, "error", b->lacks[i].error);
		/* The words of a system may name somebody; of a member they are ours. */
		if (b->lacks[i].says && (b->lacks[i].status == ANSWER_ROW || !b->is_redacted)) {
			text_harmless(b->lacks[i].says, says, sizeof says);
			json_key_string(j, "says", says);
		}
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_manifest(const struct bundle *b, const char *computer, int64_t made_us,
                         struct buf *out)
{
	struct json j = json_into(out, true);
	char made[MOMENT_TEXT_MAX], shown[160];

	moment_text(made_us, made);
	json_begin_object(&j);
	json_key_string(&j, "schema", BUNDLE_SCHEMA);
	json_key(&j, "tool");
	json_begin_object(&j);
	json_key_string(&j, "name", "rdpwhy");
	json_key_string(&j, "version", program_version);
	json_end_object(&j);
	if (computer && !b->is_redacted) {
		text_harmless(computer, shown, sizeof shown);
		json_key_string(&j, "computer", shown);
	}
	json_key_string(&j, "made", made);
	json_key_bool(&j, "redacted", b->is_redacted);
	put_members(b, &j);
	put_lacks(b, &j);
	json_end_object(&j);
	buf_putc(out, '\n');
}

static bool pack(const struct bundle *b, const struct buf *manifest, struct buf *out,
                 const char **why)
{
	struct archive_maker *m = archive_new();
	bool is_good = m && archive_add(m, BUNDLE_MANIFEST, manifest->bytes, manifest->n);

	*why = "no memory";
	for (size_t i = 0; i < b->n_members && is_good; i++)
		is_good = archive_add(m, b->members[i].name, b->members[i].bytes.bytes,
		                      b->members[i].bytes.n);
	is_good = is_good && archive_finish(m, out, why);
	if (m)
		archive_free(m);
	return is_good;
}

bool bundle_save(struct bundle *b, const char *computer, int64_t made_us)
{
	struct buf manifest = {0}, all = {0};
	const char *why;
	bool is_good;

	put_manifest(b, computer, made_us, &manifest);
	is_good = pack(b, &manifest, &all, &why);
	if (is_good && os_save(b->path, all.bytes, all.n) != STATUS_OK) {
		is_good = false;
		why = os_why();
	}
	if (is_good)
		output_message("%s: %zu files, %zu KiB; `rdpwhy read %s` diagnoses it anywhere",
		               b->shown, b->n_members + 1, (all.n + 1023) / 1024,
		               text_fits_command(b->path) ? b->path : "FILE");
	else
		output_message("--bundle %s: cannot be written: %s", b->shown, why);
	buf_fini(&manifest);
	buf_fini(&all);
	return is_good;
}
