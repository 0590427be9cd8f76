#include "os/within_windows.h"

#include <windows.h>

#include <stdlib.h>

void *within_new(size_t n, void (*run)(void *job))
{
	struct within_job *job = calloc(1, n);

	if (job)
		job->run = run;
	return job;
}

static DWORD WINAPI work(void *context)
{
	struct within_job *job = context;

	job->run(job);
	return 0;
}

bool within_run(void *job, uint32_t ms)
{
	HANDLE thread = CreateThread(NULL, 0, work, job, 0, NULL);
	DWORD result;

	if (!thread)
		return false;
	result = WaitForSingleObject(thread, ms);
	CloseHandle(thread);
	return result == WAIT_OBJECT_0;
}

void within_free(void *job)
{
	free(job);
}
