/*
 * answers_scenes - what a healthy Windows host answers about itself, and the same with one fault
 * each, beside the cause that is to be named.
 */
#ifndef TEST_UNIT_ANSWERS_SCENES_H
#define TEST_UNIT_ANSWERS_SCENES_H

#include <stddef.h>

#include "finding/finding.h"

/* Rows of a healthy Windows 10, without the head; @DER@ stands for a certificate. */
extern const char *const healthy_answers[];
extern const size_t n_healthy_answers;

#define CHANGES_MAX 6

struct answers_scene {
	const char *name, *cause;         /* NULL: none is named */
	const char *drop[CHANGES_MAX];    /* rows in which one of these stands are left out */
	const char *add[CHANGES_MAX];     /* rows that come instead */
	struct finding before[4];         /* what the registry said; up to F_NONE */
	int days_from, days_to, key_bits; /* of the certificate; 0: healthy */
	const char *usage;
};

extern const struct answers_scene answers_scenes[];
extern const size_t n_answers_scenes;

#endif
