#include "harness.h"

#include "os/within_windows.h"

#include <windows.h>

struct nap {
	struct within_job job;
	DWORD ms;
	volatile bool is_over;
};

static void sleep_in(void *context)
{
	struct nap *nap = context;

	Sleep(nap->ms);
	nap->is_over = true;
}

static void what_is_over_in_time_can_be_read(void **state)
{
	struct nap *nap = within_new(sizeof *nap, sleep_in);

	(void)state;
	assert_non_null(nap);
	assert_false(nap->is_over);
	nap->ms = 1;
	assert_true(within_run(nap, 10000));
	assert_true(nap->is_over);
	within_free(nap);
}

static void what_hangs_is_left_behind(void **state)
{
	struct nap *nap = within_new(sizeof *nap, sleep_in);
	ULONGLONG began = GetTickCount64();

	(void)state;
	assert_non_null(nap);
	nap->ms = 60000;
	assert_false(within_run(nap, 50));
	assert_true(GetTickCount64() - began < 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_over_in_time_can_be_read),
	    cmocka_unit_test(what_hangs_is_left_behind),
	};

	return RUN(tests);
}
