/*
 * answers_resources - space on the system's volume, memory, updates that break Remote Desktop.
 */
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"
#include "read/lists.h"

#define MIB         (INT64_C(1) << 20)
#define FULL_BELOW  (64 * MIB)
#define SMALL_BELOW (4096 * MIB) /* a volume so small may be meant to be full */

static const char *in_mib(struct telling *t, const char *what, int64_t part, int64_t whole)
{
	return arena_printf(t->arena, "%s: %lld of %lld MiB", what, (long long)(part / MIB),
	                    (long long)(whole / MIB));
}

/* The volume of Windows comes first. */
static void look_at_space(struct telling *t)
{
	size_t at = 0;
	const struct answer *row = answers_next(t->a, TOPIC_VOLUME, &at);
	int64_t total, left;

	if (!row || !answer_has(row, "free") || !answer_has(row, "total"))
		return;
	total = answer_number(row, "total", 0);
	left = answer_number(row, "free", 0);
	if (total > SMALL_BELOW && left >= 0)
		say_whether(
		    t, F_HOST_DISK_FULL, left < FULL_BELOW,
		    in_mib(t, arena_printf(t->arena, "volume %s free", text_or_empty(row, "path")),
		           left, total));
}

/* Windows promises no more memory than this; beyond 98 % programs fail in turn. */
static void look_at_memory(struct telling *t)
{
	size_t at = 0;
	const struct answer *row = answers_next(t->a, TOPIC_MEMORY, &at);
	int64_t limit, used;

	if (!row)
		return;
	limit = answer_number(row, "commit_limit", 0);
	used = answer_number(row, "commit_used", 0);
	if (limit >= 256 * MIB && used > 0 && used / 98 >= limit / 100)
		say_fact(t, F_HOST_DISK_FULL, in_mib(t, "memory committed", used, limit));
}

static void look_at_updates(struct telling *t)
{
	const struct answer *row;
	const struct regression *r;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_UPDATE, &at));)
		for (size_t i = 0; (r = regression_at(i)); i++)
			if (!r->is_of_client && text_same(text_or_empty(row, "id"), r->kb) &&
			    (!r->build || !t->facts.build))
				say_text(t, F_HOST_UPDATE_REGRESSION,
				         arena_printf(t->arena, "%s, %s", r->kb, r->says),
				         arena_printf(t->arena, "update %s", r->kb));
}

void answers_resources(struct telling *t)
{
	look_at_space(t);
	look_at_memory(t);
	look_at_updates(t);
}
