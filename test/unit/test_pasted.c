/*
 * Each file of the folder beside its expectation: what was recognised, at which line, and every
 * finding with its value. PASTED_REWRITE=1 writes the expectations anew; the diff is the review.
 */
#include "harness.h"

#include "abuse.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/bytes.h"
#include "base/moment.h"
#include "read/pasted.h"

#define SAMPLES_MAX 400
#define NOW         "2026-11-20T12:00:00Z"

struct reading {
	struct arena arena;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints;
	struct pasted pasted;
	size_t known;
};

static void read_all(struct reading *r, const void *bytes, size_t n)
{
	*r = (struct reading){.complaints = {.unit = "line"}};
	r->found.arena = r->attempts.arena = r->complaints.arena = &r->arena;

	struct evidence ev = {.arena = &r->arena,
	                      .name = "paste.txt",
	                      .found = &r->found,
	                      .attempts = &r->attempts,
	                      .complaints = &r->complaints};

	assert_true(moment_parse(NOW, &r->pasted.now_us));
	r->known = pasted_take(bytes, n, &r->pasted, &ev);
}

static char *names[SAMPLES_MAX];
static size_t n_names;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_samples(void)
{
	DIR *d = opendir(PASTED_FOLDER);
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);

		if (n < 5 || strcmp(e->d_name + n - 4, ".txt") != 0)
			continue;
		assert_true(n_names < SAMPLES_MAX);
		names[n_names] = calloc(n + 1, 1);
		assert_non_null(names[n_names]);
		memcpy(names[n_names++], e->d_name, n - 4);
	}
	closedir(d);
	qsort(names, n_names, sizeof *names, by_name);
}

static struct buf file_of(const char *name, const char *ending)
{
	struct buf path = {0}, out = {0};
	char piece[4096];
	size_t n;
	FILE *f;

	buf_printf(&path, "%s/%s.%s", PASTED_FOLDER, name, ending);
	f = fopen(path.bytes, "rb");
	if (!f)
		fail_msg("%s: cannot be opened", path.bytes);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_put(&out, piece, n);
	fclose(f);
	buf_fini(&path);
	return out;
}

static void write_expectation(const char *name, const struct buf *text)
{
	struct buf path = {0};
	FILE *f;

	buf_printf(&path, "%s/%s.expect", PASTED_FOLDER, name);
	f = fopen(path.bytes, "wb");
	assert_non_null(f);
	fwrite(text->bytes, 1, text->n, f);
	fclose(f);
	buf_fini(&path);
}

struct listing {
	struct buf *out;
	struct reg_source *source;
	char path[1024];
};

static bool put_value(void *context, const struct reg_value *v)
{
	struct listing *l = context;

	buf_printf(l->out, "value %s, %s, type %u:", l->path, *v->name ? v->name : "(default)",
	           (unsigned)v->type);
	for (size_t i = 0; i < v->n && i < 24; i++)
		buf_printf(l->out, " %02x", v->bytes[i]);
	buf_putc(l->out, '\n');
	return true;
}

static bool put_key(void *context, const char *name)
{
	struct listing *l = context;
	size_t n = strlen(l->path);

	snprintf(l->path + n, sizeof l->path - n, "\\%s", name);
	l->source->ops->values(l->source, l->path, put_value, l);
	l->source->ops->subkeys(l->source, l->path, put_key, l);
	l->path[n] = 0;
	return true;
}

static void put_registry(struct buf *out, struct reg_source *source)
{
	static const char *const roots[] = {"HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"};

	for (size_t i = 0; i < 2; i++) {
		struct listing l = {.out = out, .source = source};

		snprintf(l.path, sizeof l.path, "%s", roots[i]);
		source->ops->subkeys(source, l.path, put_key, &l);
	}
}

static void put_finding(struct buf *out, const struct finding *f)
{
	char value[256], when[MOMENT_TEXT_MAX];

	finding_value_text(f, value, sizeof value);
	buf_printf(out, "%s %s", f->state == FINDING_SEEN ? "seen" : "absent",
	           finding_defs[f->id].name);
	if (f->state == FINDING_SEEN && *value)
		buf_printf(out, " = %s", value);
	if (f->when_us) {
		moment_text(f->when_us, when);
		buf_printf(out, " at %s", when);
	}
	assert_non_null(f->where);
	buf_printf(out, ", %s\n", f->where + strlen("paste.txt "));
}

static struct buf described(struct reading *r)
{
	struct buf out = {0};

	for (size_t i = 0; i < r->pasted.n_notes; i++)
		buf_printf(&out, "is %s, line %zu\n", r->pasted.notes[i].what,
		           r->pasted.notes[i].line);
	for (size_t i = 0; i < r->found.n; i++)
		put_finding(&out, &r->found.at[i]);
	if (r->pasted.has_dialog)
		buf_printf(&out, "dialog 0x%x 0x%x\n", (unsigned)r->pasted.dialog.code.value,
		           (unsigned)r->pasted.dialog.extended.value);
	if (r->pasted.registry)
		put_registry(&out, r->pasted.registry);
	for (size_t i = 0; i < r->complaints.n && i < COMPLAINTS_KEPT; i++)
		buf_printf(&out, "complaint: %s\n", r->complaints.kept[i].says);
	return out;
}

/* What must not be recognised is named so. */
static bool is_as_its_name_says(const char *name, const struct reading *r)
{
	if (strncmp(name, "not-", 4) != 0)
		return r->known > 0;
	return !r->known && !r->found.n && r->complaints.n == 1;
}

static void samples_give_what_is_expected(void **state)
{
	size_t differ = 0, known = 0, unknown = 0;

	(void)state;
	for (size_t i = 0; i < n_names; i++) {
		struct buf text = file_of(names[i], "txt"), want = {0}, got;
		struct reading r;

		read_all(&r, text.bytes ? text.bytes : "", text.n);
		got = described(&r);
		if (getenv("PASTED_REWRITE"))
			write_expectation(names[i], &got);
		want = file_of(names[i], "expect");
		if (want.n != got.n || (got.n && memcmp(want.bytes, got.bytes, got.n) != 0)) {
			print_message("%s: expected\n%sgot\n%s", names[i],
			              want.bytes ? want.bytes : "", got.bytes ? got.bytes : "");
			differ++;
		}
		if (!is_as_its_name_says(names[i], &r)) {
			print_message("%s: recognised, or not\n", names[i]);
			differ++;
		}
		known += r.known > 0;
		unknown += r.known == 0;
		arena_fini(&r.arena);
		buf_fini(&text);
		buf_fini(&want);
		buf_fini(&got);
	}
	assert_int_equal(differ, 0);
	assert_true(known >= 60);
	assert_true(unknown >= 15);
}

static void survives(const uint8_t *bytes, size_t n)
{
	struct reading r;

	read_all(&r, bytes, n);
	for (size_t i = 0; i < r.found.n; i++)
		assert_true(r.found.at[i].id > F_NONE && r.found.at[i].id < F_COUNT);
	arena_fini(&r.arena);
}

/* Every cut of every short sample, and every flipped bit of some. */
static void samples_survive_abuse(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_names; i++) {
		struct buf text = file_of(names[i], "txt");
		const uint8_t *b = (const uint8_t *)text.bytes;

		for (size_t k = 0; k < text.n && text.n < 2500; k++)
			abuse_once(b, k, SIZE_MAX, survives);
		for (size_t k = 0; k < text.n * 8 && text.n < 2500; k += i % 8 == 0 ? 1 : 61)
			abuse_once(b, text.n, k, survives);
		buf_fini(&text);
	}
}

static double seconds_for(const char *bytes, size_t n)
{
	struct reading r;
	clock_t began = clock();

	read_all(&r, bytes, n);
	arena_fini(&r.arena);
	return (double)(clock() - began) / CLOCKS_PER_SEC;
}

/* Four megabytes of what would cost most, were anything quadratic. */
static void long_input_takes_no_longer_than_its_length(void **state)
{
	static const char *const pieces[] = {
	    "a",
	    "<",
	    "<Event ",
	    "0x",
	    ": ",
	    "- ",
	    "=",
	    "*",
	    "\n",
	    "C:\\>\n",
	    "1 ",
	    "1.1.1.1:1 ",
	    "{1, ",
	    "HKEY_LOCAL_MACHINE\\a\n",
	    "\x1b",
	    "\xff",
	    "S-1-5 ",
	    "ERRINFO_X ",
	    "A : 1\nB : 2\n",
	    "  TCP 1.1.1.1:1 2.2.2.2:2 X 1\n",
	    "HKEY_LOCAL_MACHINE\\a\n    b    REG_DWORD    0x1\n",
	    "$ a\n",
	    "a: 1\nb: 2\n\n",
	    "=== === ===\na 1 b\n\n",
	};
	struct buf text = {0};
	double most = 0;

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		double took;

		text.n = 0;
		while (text.n < PASTED_BYTES_MAX)
			buf_puts(&text, pieces[i]);
		took = seconds_for(text.bytes, text.n);
		if (took > 3 || getenv("PASTED_TIMES"))
			print_message("%zu bytes of \"%s\": %.1f s\n", text.n, pieces[i], took);
		most = took > most ? took : most;
	}
	buf_fini(&text);
	assert_true(most < 30);
}

static void values_not_shown_are_not_known(void **state)
{
	static const char
	    ts[] = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server";
	static const char
	    deny[] = "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server";
	static const char lsa[] = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa";
	struct buf text = {0};
	struct reading r;
	struct reg_value v;
	struct reg_source *s;

	(void)state;
	buf_printf(&text, "C:\\>reg query \"%s\"\r\n\r\n%s\r\n", ts, ts);
	buf_puts(&text, "    fDenyTSConnections    REG_DWORD    0x0\r\n");
	for (int i = 0; i < 20; i++)
		buf_printf(&text, "    Value%d    REG_DWORD    0x%x\r\n", i, (unsigned)i);
	buf_printf(&text, "\r\nC:\\>reg query %s /v LimitBlankPasswordUse\r\n%s\r\n", lsa, lsa);
	buf_puts(&text, "    LimitBlankPasswordUse    REG_DWORD    0x1\r\n");
	read_all(&r, text.bytes, text.n);
	s = r.pasted.registry;
	assert_non_null(s);
	assert_int_equal(s->ops->value(s, deny, "fdenytsconnections", &v), REG_FOUND);
	assert_int_equal(s->ops->value(s, deny, "TSEnabled", &v), REG_ABSENT);
	assert_int_equal(s->ops->value(s, lsa, "LimitBlankPasswordUse", &v), REG_FOUND);
	assert_int_equal(s->ops->value(s, lsa, "LmCompatibilityLevel", &v), REG_UNREADABLE);
	assert_int_equal(s->ops->value(s, "HKEY_LOCAL_MACHINE\\SOFTWARE\\X", "Y", &v),
	                 REG_UNREADABLE);
	arena_fini(&r.arena);
	buf_fini(&text);
}

/* The same text in each encoding gives the same findings. */
static void encodings_are_equal(void **state)
{
	static const char
	    text[] = " SITZUNGSNAME      BENUTZERNAME             ID  STATUS\r\n"
	             " services                                    0  Getr.\r\n"
	             ">console           anna                      1  Aktiv\r\n"
	             " rdp-tcp                                 65536  Abh\xC3\xB6ren\r\n";
	struct buf wide[2] = {{0}};
	struct reading plain, other;

	(void)state;
	read_all(&plain, text, sizeof text - 1);
	assert_int_equal(plain.found.n, 3);
	for (size_t k = 0; k < 2; k++) {
		buf_put(&wide[k], k ? "\xFE\xFF" : "\xFF\xFE", 2);
		for (size_t i = 0; i < sizeof text - 1; i++) {
			if (k)
				buf_putc(&wide[k], 0);
			buf_putc(&wide[k], text[i] & 0x7F);
			if (!k)
				buf_putc(&wide[k], 0);
		}
		for (size_t skip = 0; skip <= 2; skip += 2) { /* with its mark, and without */
			read_all(&other, wide[k].bytes + skip, wide[k].n - skip);
			assert_int_equal(other.known, 1);
			assert_int_equal(other.found.n, plain.found.n);
			for (size_t i = 0; i < plain.found.n; i++)
				assert_int_equal(other.found.at[i].id, plain.found.at[i].id);
			arena_fini(&other.arena);
		}
		buf_fini(&wide[k]);
	}
	arena_fini(&plain.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(samples_give_what_is_expected),
	    cmocka_unit_test(values_not_shown_are_not_known),
	    cmocka_unit_test(encodings_are_equal),
	    cmocka_unit_test(samples_survive_abuse),
	    cmocka_unit_test(long_input_takes_no_longer_than_its_length),
	};

	list_samples();
	return RUN(tests);
}
