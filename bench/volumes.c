/*
 * volumes - Windows volumes with one thing wrong each, made in a folder for accuracy.py.
 *
 *     volumes FOLDER
 *
 * Output  one JSON object a line: name, folder, cause (null: nothing is wrong), and whether the
 *         fault stands in event logs or in hives and files
 * Errors  exit 70 when a volume cannot be made
 */
#include <stdio.h>
#include <sys/stat.h>

#include "volume_scenes.h"

static bool make(const struct volume_scene *s, const char *folder)
{
	if (mkdir(folder, 0700) < 0 || !volume_make(folder, &s->plan))
		return false;
	printf("{\"name\": \"%s\", \"folder\": \"%s\", \"cause\": %s%s%s, \"is_logged\": %s}\n",
	       s->name, folder, s->cause ? "\"" : "", s->cause ? s->cause : "null",
	       s->cause ? "\"" : "", s->plan.events[0].log ? "true" : "false");
	return true;
}

int main(int n, char **words)
{
	char folder[512];

	if (n != 2) {
		fputs("usage: volumes FOLDER\n", stderr);
		return 64;
	}
	for (size_t i = 0; i < n_volume_scenes; i++) {
		snprintf(folder, sizeof folder, "%s/%zu", words[1], i);
		if (!make(&volume_scenes[i], folder))
			return 70;
	}
	return 0;
}
