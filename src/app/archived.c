/*
 * archived - a zip archive of evidence, and a bundle that `host` wrote: each member is known by
 * its content and given to its reader, as if it lay in a folder. Names are shown and never used
 * as paths.
 */
#include <string.h>

#include "app/bundle.h"
#include "app/files_inside.h"
#include "app/hives.h"
#include "base/text.h"
#include "os/archive.h"
#include "read/tls_secrets.h"

#define PACKED_MAX     ((size_t)1 << 30)
#define UNPACKED_MAX   ((uint64_t)4 << 30)
#define UNPACKED_USUAL ((uint64_t)256 << 20)
#define RATIO_MAX      200 /* of what is larger than usual */
#define HEAD_BYTES     4096

struct opened {
	struct files *f;
	struct archive *archive;
	const char *shown;
	uint64_t left; /* that may be unpacked */
	bool is_over;
	struct bundle_head bundle;
	bool *is_done;
	size_t n, n_used, n_encrypted;
	struct unknown_files unknown;
};

/* One member while it is read. */
struct member {
	struct opened *o;
	struct archive_member about;
	struct archive_stream *stream;
};

bool archived_recognises(const uint8_t *head, size_t n)
{
	return n >= 4 && (memcmp(head, "PK\003\004", 4) == 0 || memcmp(head, "PK\005\006", 4) == 0);
}

/* --- reading a member --- */

static int64_t read_member(void *from, void *bytes, size_t n, const char **why)
{
	struct member *m = from;
	int64_t got = archive_read(m->stream, bytes, n, why);

	if (got <= 0)
		return got;
	if ((uint64_t)got > m->o->left) {
		m->o->is_over = true;
		*why = "the archive unpacks to more than rdpwhy takes";
		return STATUS_TOO_LARGE;
	}
	m->o->left -= (uint64_t)got;
	return got;
}

/* False when the member is longer, or damaged. */
static bool read_whole(struct opened *o, size_t i, size_t n_most, struct buf *out)
{
	const char *why;
	struct member m = {.o = o, .stream = archive_stream(o->archive, i, &why)};
	char piece[16 * 1024];
	int64_t got = -1;

	if (!m.stream)
		return false;
	while (out->n <= n_most && (got = read_member(&m, piece, sizeof piece, &why)) > 0)
		buf_put(out, piece, (size_t)got);
	archive_stream_close(m.stream);
	return got == 0;
}

static void read_beside(const struct input *in, const char *ending, struct buf *out)
{
	const struct member *m = in->from;
	struct archive_member other;
	const char *asked = arena_printf(in->ev.arena, "%s%s", m->about.name, ending);

	for (size_t i = 0; i < m->o->n; i++) {
		if (!archive_look(m->o->archive, i, &other) || !text_same(other.name, asked))
			continue;
		if (!read_whole(m->o, i, HIVE_BYTES_MAX, out))
			buf_fini(out);
		return;
	}
}

static const char *shown_member(struct opened *o, const char *name)
{
	char shown[160];

	text_harmless(name, shown, sizeof shown);
	return arena_printf(o->f->arena, "%s: %s", o->shown, shown);
}

/* False: nothing of it could be used. */
static bool take_opened(struct opened *o, struct member *m)
{
	struct files *f = o->f;
	struct input in = input_of(f, input_name(f->arena, m->about.name));
	struct findings *found = f->found;
	bool is_used;

	in.read = read_member;
	in.from = m;
	in.beside = read_beside;
	in.is_member = true;
	if (f->is_gathered && strcmp(in.ev.name, "findings.jsonl") == 0)
		f->found = in.ev.found = &f->later;
	f->later.arena = f->arena;
	is_used = input_take(f, &in);
	f->found = found;
	buf_fini(&in.bytes);
	if (is_used)
		files_warn_of(f, shown_member(o, m->about.name), &in.complaints);
	return is_used;
}

static void take_member(struct opened *o, size_t i)
{
	struct member m = {.o = o};
	const char *why = NULL;
	bool is_used = false;

	if (o->is_done[i] || !archive_look(o->archive, i, &m.about) || m.about.is_folder)
		return;
	o->is_done[i] = true;
	if (bundle_is_for_people(&o->bundle, m.about.name))
		return;
	o->n_encrypted += m.about.is_encrypted;
	if (!m.about.is_encrypted)
		m.stream = archive_stream(o->archive, i, &why);
	if (m.stream) {
		is_used = take_opened(o, &m);
		archive_stream_close(m.stream);
	}
	o->n_used += is_used;
	if (!is_used && !m.about.is_encrypted)
		unknown_add(&o->unknown, input_name(o->f->arena, m.about.name));
}

/* --- what goes before the others --- */

static bool is_manifest(const char *name)
{
	const char *slash = strrchr(name, '/');

	return strcmp(slash ? slash + 1 : name, BUNDLE_MANIFEST) == 0;
}

/* A bundle is judged as of when it was made. Beside a diagnosis of another host it tells of the
 * computer that a person connects from. */
static void mind_bundle(struct opened *o)
{
	struct files *f = o->f;
	const char *computer = o->bundle.computer;
	bool is_other = f->meant && computer &&
	                !files_are_one_computer(f->arena, f->meant, computer);

	if (o->bundle.made_us && !f->meant)
		f->now_us = o->bundle.made_us;
	if (is_other)
		settings_set_role(hives_settings(f), SETTINGS_OF_CLIENT);
	else
		f->is_gathered = !o->bundle.is_redacted;
}

static void take_manifest(struct opened *o)
{
	for (size_t i = 0; i < o->n && !o->bundle.is_there; i++) {
		struct archive_member about;
		struct buf text = {0};

		if (archive_look(o->archive, i, &about) && is_manifest(about.name) &&
		    read_whole(o, i, BUNDLE_MANIFEST_BYTES_MAX, &text) &&
		    bundle_head_read(text.bytes, text.n, o->f->arena, &o->bundle)) {
			o->is_done[i] = true;
			mind_bundle(o);
		}
		buf_fini(&text);
	}
}

static bool is_key_log(struct opened *o, size_t i)
{
	const char *why;
	struct archive_stream *s = archive_stream(o->archive, i, &why);
	uint8_t head[HEAD_BYTES];
	int64_t n;

	if (!s)
		return false;
	n = archive_read(s, head, sizeof head, &why);
	archive_stream_close(s);
	return n > 0 && tls_secrets_recognises(head, (size_t)n);
}

static void take_members(struct opened *o)
{
	take_manifest(o);
	for (size_t i = 0; i < o->n; i++)
		if (is_key_log(o, i))
			take_member(o, i);
	for (size_t i = 0; i < o->n && !o->is_over; i++)
		take_member(o, i);
}

/* --- all of it --- */

static void say_what_was_left(struct opened *o, struct input *in)
{
	unknown_say(o->f, &o->unknown, o->shown, o->n, "members");
	if (o->n_encrypted)
		complain_of_all(&in->complaints,
		                "%zu of %zu members are encrypted; unpack it first", o->n_encrypted,
		                o->n);
	if (o->is_over)
		complain_of_all(&in->complaints,
		                "unpacks to more than %d times its size; the rest is not read",
		                RATIO_MAX);
	if (!o->n)
		complain_of_all(&in->complaints, "a zip archive without members");
}

static uint64_t allowance(size_t n_packed)
{
	uint64_t n = (uint64_t)n_packed * RATIO_MAX;

	n = n < UNPACKED_USUAL ? UNPACKED_USUAL : n;
	return n > UNPACKED_MAX ? UNPACKED_MAX : n;
}

bool archived_read(struct files *f, struct input *in)
{
	struct opened o = {.f = f, .shown = in->ev.name};
	const char *why = NULL;

	if (!input_whole(in, PACKED_MAX))
		return false;
	o.left = allowance(in->bytes.n);
	o.archive = archive_open(in->bytes.bytes, in->bytes.n, &why);
	if (!o.archive) {
		complain_of_all(&in->complaints, "%s", why);
		return false;
	}
	o.n = archive_count(o.archive);
	o.is_done = arena_new(f->arena, (o.n + 1) * sizeof *o.is_done);
	take_members(&o);
	say_what_was_left(&o, in);
	archive_close(o.archive);
	return o.n_used > 0;
}
