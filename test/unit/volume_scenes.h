/*
 * volume_scenes - Windows volumes in which one thing is wrong each, as a table: for the tests, and
 * for the benchmark that says how often the diagnosis is right.
 */
#ifndef TEST_UNIT_VOLUME_SCENES_H
#define TEST_UNIT_VOLUME_SCENES_H

#include "volume_make.h"

struct volume_scene {
	const char *name;
	const char *cause; /* that stands first; NULL: nothing is wrong */
	struct volume_plan plan;
};

extern const struct volume_scene volume_scenes[];
extern const size_t n_volume_scenes;

#endif
