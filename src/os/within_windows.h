/*
 * within - a call of the system that may hang, made in a thread of its own.
 *
 * Input   a job whose first member is struct within_job, made by within_new; what the call needs
 *         and gives back stands in it, and in no other place
 * Output  within_run: true, the call is over and the job may be read; false, it did not come back
 * Owns    a job that did not come back belongs to its thread: it may not be touched, and is freed
 *         by nobody
 */
#ifndef OS_WITHIN_WINDOWS_H
#define OS_WITHIN_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct within_job {
	void (*run)(void *job);
};

/* Zeroed; NULL: no memory. */
void *within_new(size_t n, void (*run)(void *job));
bool within_run(void *job, uint32_t ms);
void within_free(void *job); /* after true, or instead of within_run */

#endif
