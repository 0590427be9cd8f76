#include "os/work.h"

#include <stdlib.h>
#include <uv.h>

#include "os/computer.h"

struct work {
	void (*run)(void *context);
	void *context;
	uv_thread_t thread;
	uv_mutex_t lock;
	uv_cond_t changed;
	bool is_done;
};

static void in_thread(void *argument)
{
	struct work *w = argument;

	w->run(w->context);
	uv_mutex_lock(&w->lock);
	w->is_done = true;
	uv_cond_signal(&w->changed);
	uv_mutex_unlock(&w->lock);
}

struct work *work_start(void (*run)(void *context), void *context)
{
	struct work *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->run = run;
	w->context = context;
	if (uv_mutex_init(&w->lock) == 0) {
		if (uv_cond_init(&w->changed) == 0) {
			if (uv_thread_create(&w->thread, in_thread, w) == 0)
				return w;
			uv_cond_destroy(&w->changed);
		}
		uv_mutex_destroy(&w->lock);
	}
	free(w);
	return NULL;
}

static bool is_done_by(struct work *w, int64_t until_us)
{
	bool is_done;

	uv_mutex_lock(&w->lock);
	while (!w->is_done) {
		int64_t left_us = until_us - os_monotonic_us();

		if (left_us <= 0)
			break;
		uv_cond_timedwait(&w->changed, &w->lock, (uint64_t)left_us * 1000);
	}
	is_done = w->is_done;
	uv_mutex_unlock(&w->lock);
	return is_done;
}

bool work_wait(struct work *w, int64_t until_us)
{
	if (!is_done_by(w, until_us)) {
		computer_left_behind();
		return false;
	}
	uv_thread_join(&w->thread);
	uv_cond_destroy(&w->changed);
	uv_mutex_destroy(&w->lock);
	free(w);
	return true;
}
