/*
 * harness - cmocka and the few helpers that tests share. Each test program prints TAP.
 */
#ifndef TEST_UNIT_HARNESS_H
#define TEST_UNIT_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "finding/finding.h"

#define RUN(tests)                                                                                 \
	(cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests((tests), NULL, NULL))

/* A finding that is seen, with a number or a word where its type has one. */
static inline struct finding seen(enum finding_id id, enum origin origin, int64_t number,
                                  const char *text)
{
	struct finding f = finding_of(id, origin);

	f.number = number;
	f.text = text;
	return f;
}

#define ADD(set, ...)                                                                              \
	do {                                                                                       \
		struct finding added_ = seen(__VA_ARGS__);                                         \
		findings_add((set), &added_);                                                      \
	} while (0)

static inline void add_absent(struct findings *set, enum finding_id id, enum origin origin)
{
	struct finding f = finding_of(id, origin);

	f.state = FINDING_ABSENT;
	findings_add(set, &f);
}

#endif
