/* Any bytes as a zip archive of evidence, each member given to its reader. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "app/files.h"
#include "app/files_inside.h"
#include "stage/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void say_nothing(void *context, const char *says)
{
	(void)context;
	(void)says;
}

static bool take_no_dialog(void *context, const struct dialog *dialog)
{
	(void)context;
	(void)dialog;
	return true;
}

struct given {
	const uint8_t *p;
	size_t n;
};

static int64_t read_given(void *from, void *bytes, size_t n, const char **why)
{
	struct given *g = from;
	size_t take = n < g->n ? n : g->n;

	(void)why;
	memcpy(bytes, g->p, take);
	g->p += take;
	g->n -= take;
	return (int64_t)take;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena arena = {0};
	struct findings found = {.arena = &arena};
	struct files f = {.arena = &arena,
	                  .found = &found,
	                  .profile = profile_at(0),
	                  .now_us = 1700000000000000,
	                  .warn = say_nothing,
	                  .take_dialog = take_no_dialog};
	struct given given = {.p = bytes, .n = n};
	struct input in = input_of(&f, "x.zip");

	f.attempts.arena = &arena;
	files_read(&f, NULL, 0);
	in.read = read_given;
	in.from = &given;
	if (n >= 4 && archived_recognises(bytes, n))
		input_take(&f, &in);
	buf_fini(&in.bytes);
	files_conclude(&f);
	files_end(&f);
	arena_fini(&arena);
	return 0;
}
