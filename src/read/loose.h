/*
 * loose - findings and attempts outside an arena, so that those of one connection can be freed
 * when a recording holds more connections than are kept.
 *
 * Owns    copies of every text; loose_free frees them
 */
#ifndef READ_LOOSE_H
#define READ_LOOSE_H

#include "finding/attempt.h"

struct loose {
	struct finding *at;
	size_t n, cap;
};

char *loose_text(const char *s); /* NULL stays NULL */
void loose_add(struct loose *set, const struct finding *f);
const struct finding *loose_find(const struct loose *set, enum finding_id id);
void loose_free(struct loose *set);

#endif
