/* Zip archives: what is put in comes out, and damaged ones are survived. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "abuse.h"
#include "os/archive.h"

static const char text[] = "{\"a\": 1}\n";

static void make(struct buf *out)
{
	struct archive_maker *m = archive_new();
	static char long_one[3000];
	const char *why = NULL;

	assert_non_null(m);
	assert_true(archive_add(m, "a.json", text, sizeof text - 1));
	assert_true(archive_add(m, "logs/b", long_one, sizeof long_one));
	assert_true(archive_add(m, "empty", NULL, 0));
	assert_true(archive_finish(m, out, &why));
	archive_free(m);
}

/* All members, whatever they are; how many bytes came out. */
static size_t read_all(const void *bytes, size_t n, size_t *n_members)
{
	const char *why = NULL;
	struct archive *a = archive_open(bytes, n, &why);
	size_t n_bytes = 0;

	*n_members = 0;
	assert_true(a || why);
	for (size_t i = 0; a && i < archive_count(a); i++) {
		struct archive_member about;
		struct archive_stream *s = NULL;
		char piece[512];
		int64_t got;

		if (archive_look(a, i, &about))
			s = archive_stream(a, i, &why);
		while (s && n_bytes < 1 << 20 &&
		       (got = archive_read(s, piece, sizeof piece, &why)) > 0)
			n_bytes += (size_t)got;
		if (s)
			archive_stream_close(s);
		*n_members += s != NULL;
	}
	if (a)
		archive_close(a);
	return n_bytes;
}

static void what_goes_in_comes_out(void **state)
{
	(void)state;
	struct buf file = {0};
	struct archive *a;
	struct archive_member about;
	struct archive_stream *s;
	char got[64];
	const char *why = NULL;

	make(&file);
	a = archive_open(file.bytes, file.n, &why);
	assert_non_null(a);
	assert_int_equal(archive_count(a), 3);
	assert_true(archive_look(a, 1, &about));
	assert_string_equal(about.name, "logs/b");
	assert_int_equal(about.n_bytes, 3000);
	assert_false(about.is_folder || about.is_encrypted);
	s = archive_stream(a, 0, &why);
	assert_non_null(s);
	assert_int_equal(archive_read(s, got, sizeof got, &why), sizeof text - 1);
	assert_memory_equal(got, text, sizeof text - 1);
	assert_int_equal(archive_read(s, got, sizeof got, &why), 0);
	archive_stream_close(s);
	archive_close(a);
	buf_fini(&file);
}

static void read_hostile(const uint8_t *bytes, size_t n)
{
	size_t n_members;

	read_all(bytes, n, &n_members);
}

static void any_damage_is_survived(void **state)
{
	(void)state;
	struct buf file = {0};

	make(&file);
	abuse(file.bytes, file.n, read_hostile);
	buf_fini(&file);
}

/* The last record may promise more members than anybody wants to list. */
static void too_many_members_are_refused(void **state)
{
	(void)state;
	struct buf file = {0};
	const char *why = NULL;

	make(&file);
	file.bytes[file.n - 12] = (char)0xFF;
	file.bytes[file.n - 11] = (char)0xFF;
	assert_null(archive_open(file.bytes, file.n, &why));
	assert_string_equal(why, "a zip archive of more than 4096 members");
	buf_fini(&file);
}

static void a_wrong_checksum_is_told(void **state)
{
	(void)state;
	struct buf file = {0};
	struct archive *a;
	struct archive_stream *s;
	const char *why = NULL;
	char got[64];
	int64_t n = 0;

	make(&file);
	for (size_t i = 0; i + 8 < file.n; i++) /* of the list, and of the member itself */
		if (memcmp(file.bytes + i, "PK\001\002", 4) == 0 ||
		    memcmp(file.bytes + i, "PK\003\004", 4) == 0)
			file.bytes[i + (file.bytes[i + 2] == 1 ? 16 : 14)] ^= 1;
	a = archive_open(file.bytes, file.n, &why);
	assert_non_null(a);
	s = archive_stream(a, 0, &why);
	assert_non_null(s);
	while ((n = archive_read(s, got, sizeof got, &why)) > 0)
		;
	assert_true(n < 0);
	assert_string_equal(why, "its checksum is wrong");
	archive_stream_close(s);
	archive_close(a);
	buf_fini(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_goes_in_comes_out),
	    cmocka_unit_test(any_damage_is_survived),
	    cmocka_unit_test(too_many_members_are_refused),
	    cmocka_unit_test(a_wrong_checksum_is_told),
	};

	return RUN(tests);
}
