#include "os/archive.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

struct archive {
	zip_t *zip;
	size_t n;
};

struct archive_stream {
	zip_file_t *file;
};

/* --- reading --- */

#define END_BYTES   22
#define COMMENT_MAX 65535

static unsigned u16_at(const uint8_t *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

/*
 * libzip takes up the whole list of members at once. How many there are is said in the last record,
 * of which several may seem to stand there: the largest number counts. 0xFFFF stands for more.
 */
static unsigned members_stated(const uint8_t *bytes, size_t n)
{
	unsigned most = 0;
	size_t at = n > END_BYTES + COMMENT_MAX ? n - END_BYTES - COMMENT_MAX : 0;

	for (; at + END_BYTES <= n; at++) {
		unsigned stated;

		if (memcmp(bytes + at, "PK\005\006", 4) != 0)
			continue;
		stated = u16_at(bytes + at + 10);
		if (at >= 20 && memcmp(bytes + at - 20, "PK\006\007", 4) == 0)
			stated = 0xFFFF; /* another record, with larger numbers */
		most = stated > most ? stated : most;
	}
	return most;
}

/* The words of libzip, which are its own and constant. */
static const char *words_of(zip_error_t *error)
{
	switch (zip_error_code_zip(error)) {
	case ZIP_ER_MEMORY:
		return "no memory";
	case ZIP_ER_NOPASSWD:
	case ZIP_ER_WRONGPASSWD:
		return "encrypted";
	case ZIP_ER_COMPNOTSUPP:
		return "packed by a method that is not known here";
	case ZIP_ER_CRC:
		return "its checksum is wrong";
	case ZIP_ER_NOZIP:
		return "a zip archive that is cut off";
	default:
		return "a damaged zip archive";
	}
}

static struct archive *opened(zip_source_t *source, const char **why)
{
	struct archive *a = calloc(1, sizeof *a);
	zip_error_t error;
	zip_int64_t n;

	zip_error_init(&error);
	if (a)
		a->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (!a || !a->zip) {
		*why = a ? words_of(&error) : "no memory";
		zip_source_free(source);
		zip_error_fini(&error);
		free(a);
		return NULL;
	}
	zip_error_fini(&error);
	n = zip_get_num_entries(a->zip, 0);
	a->n = n > 0 ? (size_t)n : 0;
	return a;
}

struct archive *archive_open(const void *bytes, size_t n, const char **why)
{
	zip_source_t *source;

	if (members_stated(bytes, n) > ARCHIVE_MEMBERS_MAX) {
		*why = "a zip archive of more than 4096 members";
		return NULL;
	}
	source = zip_source_buffer_create(bytes, n, 0, NULL);
	if (source)
		return opened(source, why);
	*why = "no memory";
	return NULL;
}

void archive_close(struct archive *a)
{
	zip_discard(a->zip);
	free(a);
}

size_t archive_count(const struct archive *a)
{
	return a->n < ARCHIVE_MEMBERS_MAX ? a->n : ARCHIVE_MEMBERS_MAX;
}

bool archive_look(const struct archive *a, size_t i, struct archive_member *out)
{
	zip_stat_t stat;
	size_t n;

	zip_stat_init(&stat);
	if (zip_stat_index(a->zip, i, 0, &stat) < 0 || !(stat.valid & ZIP_STAT_NAME))
		return false;
	n = strlen(stat.name);
	*out = (struct archive_member){
	    .name = stat.name,
	    .n_bytes = stat.valid & ZIP_STAT_SIZE ? stat.size : 0,
	    .is_folder = n && (stat.name[n - 1] == '/' || stat.name[n - 1] == '\\'),
	    .is_encrypted = stat.valid & ZIP_STAT_ENCRYPTION_METHOD &&
	                    stat.encryption_method != ZIP_EM_NONE};
	return true;
}

struct archive_stream *archive_stream(struct archive *a, size_t i, const char **why)
{
	struct archive_stream *s = calloc(1, sizeof *s);

	if (s)
		s->file = zip_fopen_index(a->zip, i, 0);
	if (s && s->file)
		return s;
	*why = s ? words_of(zip_get_error(a->zip)) : "no memory";
	free(s);
	return NULL;
}

int64_t archive_read(struct archive_stream *s, void *bytes, size_t n, const char **why)
{
	zip_int64_t got = zip_fread(s->file, bytes, n);

	if (got >= 0)
		return got;
	*why = words_of(zip_file_get_error(s->file));
	return STATUS_CANNOT_READ;
}

void archive_stream_close(struct archive_stream *s)
{
	zip_fclose(s->file);
	free(s);
}

/* --- making --- */

struct archive_maker {
	zip_source_t *bytes;
	zip_t *zip;
};

struct archive_maker *archive_new(void)
{
	struct archive_maker *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->bytes = zip_source_buffer_create(NULL, 0, 0, NULL);
	if (m->bytes)
		m->zip = zip_open_from_source(m->bytes, ZIP_TRUNCATE, NULL);
	if (!m->zip) {
		if (m->bytes)
			zip_source_free(m->bytes);
		free(m);
		return NULL;
	}
	zip_source_keep(m->bytes); /* beyond zip_close */
	return m;
}

bool archive_add(struct archive_maker *m, const char *name, const void *bytes, size_t n)
{
	zip_source_t *source = zip_source_buffer(m->zip, n ? bytes : "", n, 0);

	if (source && zip_file_add(m->zip, name, source, ZIP_FL_ENC_UTF_8) >= 0)
		return true;
	if (source)
		zip_source_free(source);
	return false;
}

static bool take_all(zip_source_t *source, struct buf *out)
{
	char piece[16 * 1024];
	zip_int64_t got;

	if (zip_source_open(source) < 0)
		return false;
	while ((got = zip_source_read(source, piece, sizeof piece)) > 0)
		buf_put(out, piece, (size_t)got);
	zip_source_close(source);
	return got == 0;
}

bool archive_finish(struct archive_maker *m, struct buf *out, const char **why)
{
	if (zip_close(m->zip) < 0) {
		*why = words_of(zip_get_error(m->zip));
		return false;
	}
	m->zip = NULL;
	*why = "the archive cannot be put together";
	return take_all(m->bytes, out);
}

void archive_free(struct archive_maker *m)
{
	if (m->zip)
		zip_discard(m->zip);
	zip_source_free(m->bytes);
	free(m);
}
