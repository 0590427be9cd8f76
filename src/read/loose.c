#include "read/loose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

#define LOOSE_MAX 256 /* no connection says more than this of use */

static void *allocated(void *p)
{
	if (!p) {
		fputs("rdpwhy: out of memory\n", stderr);
		exit(EXIT_OUR_FAULT);
	}
	return p;
}

char *loose_text(const char *s)
{
	char *copy;

	if (!s)
		return NULL;
	copy = allocated(malloc(strlen(s) + 1));
	return memcpy(copy, s, strlen(s) + 1);
}

void loose_add(struct loose *set, const struct finding *f)
{
	struct finding *to;

	if (set->n == LOOSE_MAX)
		return;
	if (set->n == set->cap) {
		set->cap = set->cap ? set->cap * 2 : 8;
		set->at = allocated(realloc(set->at, set->cap * sizeof *set->at));
	}
	to = &set->at[set->n++];
	*to = *f;
	to->text = loose_text(f->text);
	to->group = loose_text(f->group);
	to->where = loose_text(f->where);
}

const struct finding *loose_find(const struct loose *set, enum finding_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id && set->at[i].state == FINDING_SEEN)
			return &set->at[i];
	return NULL;
}

static void free_text(const char *s)
{
	union {
		const char *borrowed;
		void *owned;
	} u = {.borrowed = s};

	free(u.owned);
}

void loose_free(struct loose *set)
{
	for (size_t i = 0; i < set->n; i++) {
		free_text(set->at[i].text);
		free_text(set->at[i].group);
		free_text(set->at[i].where);
	}
	free(set->at);
	*set = (struct loose){0};
}
