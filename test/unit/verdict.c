#include "verdict.h"

#include "base/arena.h"
#include "why/infer.h"

const char *verdict_of(const struct findings *general, const struct findings *of_attempt,
                       struct arena *arena)
{
	struct findings all = {.arena = arena};
	struct diagnosis d;

	for (size_t i = 0; i < general->n; i++)
		findings_add(&all, &general->at[i]);
	for (size_t i = 0; i < of_attempt->n; i++)
		findings_add(&all, &of_attempt->at[i]);
	d = infer(&all, 0, arena);
	return d.cause ? d.cause->id : verdict_state_name(d.state);
}
