/*
 * work - a function that runs beside others, and is left behind when it takes too long.
 *
 * Owns    what a work that was left behind uses is never freed: nobody knows when it ends
 */
#ifndef OS_WORK_H
#define OS_WORK_H

#include <stdbool.h>
#include <stdint.h>

struct work;

/* NULL: no thread can be had. Nothing of the context may be touched until work_wait is over. */
struct work *work_start(void (*run)(void *context), void *context);

/* Until then (os_monotonic_us), or until it is done; false: it goes on, and is left behind. */
bool work_wait(struct work *w, int64_t until_us);

#endif
