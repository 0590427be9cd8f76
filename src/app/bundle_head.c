/*
 * bundle_head - what a reader has to know of a bundle before its members. Apart from bundle.c,
 * since the names of jansson are those of base/json.h.
 */
#include <jansson.h>
#include <string.h>

#include "app/bundle.h"
#include "base/moment.h"

bool bundle_head_read(const char *bytes, size_t n, struct arena *arena, struct bundle_head *out)
{
	json_t *root = json_loadb(bytes ? bytes : "", n, JSON_REJECT_DUPLICATES, NULL);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	const char *computer = json_string_value(json_object_get(root, "computer"));
	const char *made = json_string_value(json_object_get(root, "made"));
	bool is_bundle = schema && strcmp(schema, BUNDLE_SCHEMA) == 0;

	if (is_bundle) {
		*out = (struct bundle_head){.is_there = true};
		out->is_redacted = json_is_true(json_object_get(root, "redacted"));
		if (computer)
			out->computer = arena_copy(arena, computer, strlen(computer));
		if (!made || !moment_parse(made, &out->made_us))
			out->made_us = 0;
	}
	json_decref(root);
	return is_bundle;
}

bool bundle_is_for_people(const struct bundle_head *head, const char *name)
{
	if (!head->is_there)
		return false;
	return strcmp(name, "report.txt") == 0 ||
	       (strcmp(name, "report.json") == 0 && !head->is_redacted);
}
