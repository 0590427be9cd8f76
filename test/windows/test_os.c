/*
 * Files, paths, pipes, clocks and volumes of Windows keep what os.h and volume.h promise: names of
 * any length and letters, a reader that is gone, folders and devices that are no files.
 */
#include "harness.h"

#include <winsock2.h>

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "os/volume.h"
#include "os/windows_inside.h"

static char folder[1024]; /* of the test, in UTF-8, with backslashes */

static const char *below(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s\\%s", folder, name);
	return path;
}

static void make_folder(const char *name)
{
	wchar_t *path = windows_path(below(name));

	assert_true(CreateDirectoryW(path, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
	free(path);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = os_create(below(name));

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* --- text and paths --- */

static void text_is_cut_between_characters(void **state)
{
	(void)state;
	char out[5];

	windows_narrow_into(L"ab\x20AC", out, sizeof out);
	assert_string_equal(out, "ab");
	windows_narrow_into(L"a\x20AC", out, sizeof out);
	assert_string_equal(out, "a\xE2\x82\xAC");
	windows_narrow_into(L"", out, sizeof out);
	assert_string_equal(out, "");
}

static void long_paths_get_their_prefix(void **state)
{
	(void)state;
	char text[600];
	wchar_t *path = windows_path("C:/x/y");

	assert_true(wcscmp(path, L"C:/x/y") == 0);
	free(path);
	snprintf(text, sizeof text, "C:/%0300d/../y%0200d", 1, 2);
	path = windows_path(text);
	assert_true(wcsncmp(path, L"\\\\?\\C:\\y0", 9) == 0);
	free(path);
	snprintf(text, sizeof text, "\\\\server\\share\\%0300d", 1);
	path = windows_path(text);
	assert_true(wcsncmp(path, L"\\\\?\\UNC\\server\\share\\0", 22) == 0);
	free(path);
}

/* --- files --- */

static void a_file_of_any_name_is_written_and_read(void **state)
{
	(void)state;
	char name[700];
	struct buf got = {0};
	struct arena arena = {0};
	const char *const *names;
	size_t n;

	snprintf(name, sizeof name, "%0200d", 1);
	make_folder(name);
	assert_true(os_is_folder(below(name)));
	snprintf(name, sizeof name, "%0200d\\%0200d-\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80.txt", 1,
	         2);
	write_file(name, "text\n");
	assert_true(os_is_regular(below(name)));
	assert_false(os_is_folder(below(name)));
	assert_int_equal(os_read_all(below(name), 100, &got), STATUS_OK);
	assert_int_equal(got.n, 5);
	buf_fini(&got);
	assert_int_equal(os_read_all(below(name), 3, &got), STATUS_TOO_LARGE);
	buf_fini(&got);
	name[200] = '\0';
	assert_true(os_list_folder(below(name), &arena, &names, &n));
	assert_int_equal(n, 1);
	assert_string_equal(names[0], name + 201);
	arena_fini(&arena);
}

static void what_is_no_file_is_not_opened(void **state)
{
	(void)state;
	assert_null(os_open(folder));
	assert_null(os_open("NUL"));
	assert_null(os_open(below("none")));
	assert_true(*os_why());
	assert_null(strpbrk(os_why(), "\r\n"));
	assert_true(os_why()[strlen(os_why()) - 1] != '.');
	assert_false(os_is_regular(folder));
	assert_false(os_is_regular("NUL"));
}

static void a_reader_that_is_gone_is_told(void **state)
{
	(void)state;
	HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE), reader, writer;
	enum status status;

	assert_true(CreatePipe(&reader, &writer, NULL, 0));
	SetStdHandle(STD_OUTPUT_HANDLE, writer);
	assert_int_equal(os_write_all(1, "x", 1), STATUS_OK);
	CloseHandle(reader);
	status = os_write_all(1, "x", 1);
	SetStdHandle(STD_OUTPUT_HANDLE, out);
	CloseHandle(writer);
	assert_int_equal(status, STATUS_READER_GONE);
}

static void clocks_go_on(void **state)
{
	(void)state;
	int64_t now = os_monotonic_us(), wall = os_now_us();

	Sleep(20);
	assert_true(os_monotonic_us() - now >= 10000 && os_monotonic_us() - now < 5000000);
	assert_true(os_now_us() - wall >= 10000);
	assert_true(wall > 1577836800000000); /* 2020 */
}

/* --- volumes --- */

static void a_volume_shows_what_is_beneath_it_only(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		enum volume_answer answer;
	} rows[] = {
	    {"Windows/a.txt", VOLUME_FOUND},
	    {"wINDOWS/A.TXT", VOLUME_FOUND},
	    {"Windows//./a.txt", VOLUME_FOUND},
	    {"Windows/none", VOLUME_ABSENT},
	    {"none/a.txt", VOLUME_ABSENT},
	    {"Windows/a.txt/b", VOLUME_ABSENT},
	    {"../a.txt", VOLUME_LEADS_OUT},
	    {"Windows/../../a", VOLUME_LEADS_OUT},
	    {"Windows/a.txt::$DATA", VOLUME_ABSENT},
	    {"Windows\\a.txt", VOLUME_ABSENT},
	    {"C:/Windows", VOLUME_ABSENT},
	    {"Windows", VOLUME_NO_FILE},
	    {"", VOLUME_NO_FILE},
	};
	struct volume *v;

	make_folder("Windows");
	write_file("Windows\\a.txt", "inside");
	write_file("Windows\\\xC3\xA9", "");
	v = volume_open(folder);
	assert_non_null(v);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf got = {0};

		assert_int_equal(volume_read(v, rows[i].path, 100, &got), rows[i].answer);
		assert_int_equal(got.n, rows[i].answer == VOLUME_FOUND ? 6 : 0);
		buf_fini(&got);
	}
	volume_close(v);
	assert_null(volume_open(below("Windows\\a.txt")));
	assert_null(volume_open(below("none")));
}

static void a_folder_of_a_volume_is_listed(void **state)
{
	(void)state;
	struct volume *v = volume_open(folder);
	struct volume_about about;
	struct arena arena = {0};
	const char *names[4];
	int64_t total, left;
	size_t n;

	assert_non_null(v);
	assert_int_equal(volume_list(v, "windows", &arena, names, 4, &n), VOLUME_FOUND);
	assert_int_equal(n, 2);
	assert_string_equal(names[0], "a.txt");
	assert_string_equal(names[1], "\xC3\xA9");
	assert_int_equal(volume_look(v, "Windows", &about), VOLUME_FOUND);
	assert_true(about.is_folder && about.n_names == 2);
	assert_int_equal(about.rights.n, 0); /* those of a copy say nothing of the host */
	assert_int_equal(volume_look(v, "Windows/a.txt", &about), VOLUME_FOUND);
	assert_true(!about.is_folder && about.n_bytes == 6);
	assert_false(volume_space(v, &total, &left));
	volume_close(v);
	arena_fini(&arena);
}

/* --- */

static int begin(void **state)
{
	wchar_t path[MAX_PATH + 1], name[64];

	(void)state;
	if (!GetTempPathW(MAX_PATH, path))
		return -1;
	swprintf(name, 64, L"rdpwhy-\x00E9-%lu", (unsigned long)GetCurrentProcessId());
	wcscat(path, name);
	windows_narrow_into(path, folder, sizeof folder);
	return CreateDirectoryW(path, NULL) ? 0 : -1;
}

static void remove_all(const wchar_t *path)
{
	static wchar_t below_it[8][2048];
	static size_t depth;
	wchar_t *next = below_it[depth++];
	WIN32_FIND_DATAW found;
	HANDLE handle;

	swprintf(next, 2048, L"%ls\\*", path);
	handle = FindFirstFileW(next, &found);
	do {
		swprintf(next, 2048, L"%ls\\%ls", path, found.cFileName);
		if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0)
			continue;
		if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
			remove_all(next);
		else
			DeleteFileW(next);
	} while (handle != INVALID_HANDLE_VALUE && FindNextFileW(handle, &found));
	FindClose(handle);
	RemoveDirectoryW(path);
	depth--;
}

static int end(void **state)
{
	char path[1100];
	wchar_t *wide;

	(void)state;
	snprintf(path, sizeof path, "\\\\?\\%s", folder);
	wide = windows_wide(path);
	remove_all(wide);
	free(wide);
	return os_is_folder(folder) ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_cut_between_characters),
	    cmocka_unit_test(long_paths_get_their_prefix),
	    cmocka_unit_test(a_file_of_any_name_is_written_and_read),
	    cmocka_unit_test(what_is_no_file_is_not_opened),
	    cmocka_unit_test(a_reader_that_is_gone_is_told),
	    cmocka_unit_test(clocks_go_on),
	    cmocka_unit_test(a_volume_shows_what_is_beneath_it_only),
	    cmocka_unit_test(a_folder_of_a_volume_is_listed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("os", tests, begin, end);
}
