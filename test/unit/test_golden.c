/*
 * Scenarios in test/golden: findings.jsonl as a probe or a reader would have written it, and
 * expect, what a fair expert says of it. One test a scenario.
 *
 *   state cause|healthy|uncertain|untested
 *   cause ID    named, or first where the state is uncertain
 *   also ID     named as a second fault
 *   whose SIDE  the side given
 *   set ID...   all of these are in the set
 *   not ID      is not named
 */
#include "harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "os/os.h"
#include "read/findings_file.h"
#include "why/infer.h"

#ifndef GOLDEN_FOLDER
#error GOLDEN_FOLDER is not set
#endif

struct scenario {
	char name[128];
	struct arena arena;
	struct findings set;
	struct diagnosis d;
};

static void read_into(const char *name, const char *file, struct buf *out)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s/%s", GOLDEN_FOLDER, name, file);
	if (os_read_all(path, FINDINGS_BYTES_MAX, out) < 0)
		fail_msg("%s: %s", path, os_why());
}

static bool is_listed(const struct cause *const *list, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i]->id, id) == 0)
			return true;
	return false;
}

/* Named alone, in a set, or beside another fault. */
static bool is_named(const struct diagnosis *d, const char *id)
{
	if (d->state != VERDICT_CAUSE)
		return false;
	return strcmp(d->cause->id, id) == 0 || is_listed(d->set, d->n_set, id) ||
	       is_listed(d->also, d->n_also, id);
}

static bool holds(const struct diagnosis *d, const char *what, const char *value)
{
	const char *first = d->cause ? d->cause->id : d->n_causes ? d->causes[0].cause->id : "";

	if (strcmp(what, "state") == 0)
		return strcmp(verdict_state_name(d->state), value) == 0;
	if (strcmp(what, "cause") == 0)
		return strcmp(first, value) == 0;
	if (strcmp(what, "also") == 0)
		return is_listed(d->also, d->n_also, value);
	if (strcmp(what, "whose") == 0)
		return strcmp(whose_name(d->whose), value) == 0;
	if (strcmp(what, "set") == 0)
		return is_listed(d->set, d->n_set, value);
	if (strcmp(what, "not") == 0)
		return !is_named(d, value);
	fail_msg("expect: unknown word %s", what);
	return false;
}

static void describe(const struct diagnosis *d)
{
	print_message("# got %s/%s, side %s\n", verdict_state_name(d->state),
	              verdict_reason_name(d->reason), whose_name(d->whose));
	for (size_t i = 0; i < d->n_causes && i < 4; i++) {
		print_message("#   %.3f %s\n", d->causes[i].p, d->causes[i].cause->id);
		for (size_t k = 0; k < d->causes[i].n_for; k++)
			print_message("#      + %s\n", d->causes[i].arguments_for[k].says);
		for (size_t k = 0; k < d->causes[i].n_against; k++)
			print_message("#      - %s\n", d->causes[i].arguments_against[k].says);
	}
	for (size_t i = 0; i < d->n_set; i++)
		print_message("#   set %s\n", d->set[i]->id);
	for (size_t i = 0; i < d->n_also; i++)
		print_message("#   also %s\n", d->also[i]->id);
	print_message("#   healthy %.3f unknown %.3f\n", d->p_healthy, d->p_unknown);
}

static size_t check_line(const struct scenario *s, char *line)
{
	char *what = strtok(line, " \t\r"), *value;
	size_t wrong = 0;

	while (what && (value = strtok(NULL, " \t\r")) != NULL) {
		if (holds(&s->d, what, value))
			continue;
		print_message("# %s: expected %s %s\n", s->name, what, value);
		wrong++;
	}
	return wrong;
}

static void run_scenario(void **state)
{
	struct scenario *s = *state;
	struct buf bytes = {0}, expect = {0};
	size_t wrong = 0;

	s->set.arena = &s->arena;
	read_into(s->name, "findings.jsonl", &bytes);
	read_into(s->name, "expect", &expect);

	struct findings_read got = findings_file_read(bytes.bytes, bytes.n, &s->set);

	for (size_t i = 0; i < got.n_complaints && i < COMPLAINTS_KEPT_MAX; i++)
		print_message("# %s: line %zu: %s\n", s->name, got.complaints[i].line,
		              got.complaints[i].says);
	assert_int_equal(got.n_complaints, 0);
	s->d = infer(&s->set, 0, &s->arena);
	for (char *line = expect.bytes, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		wrong += check_line(s, line);
	}
	if (wrong)
		describe(&s->d);
	buf_fini(&bytes);
	buf_fini(&expect);
	arena_fini(&s->arena);
	assert_int_equal(wrong, 0);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct scenario *)a)->name, ((const struct scenario *)b)->name);
}

int main(void)
{
	enum { MOST = 400 };
	static struct scenario scenarios[MOST];
	static struct CMUnitTest tests[MOST];
	DIR *folder = opendir(GOLDEN_FOLDER);
	struct dirent *entry;
	size_t n = 0;

	while (folder && (entry = readdir(folder)) != NULL && n < MOST)
		if (entry->d_name[0] != '.')
			snprintf(scenarios[n++].name, sizeof scenarios->name, "%.120s",
			         entry->d_name);
	if (folder)
		closedir(folder);
	if (!n) {
		fprintf(stderr, "no scenario in %s\n", GOLDEN_FOLDER);
		return 1;
	}
	qsort(scenarios, n, sizeof *scenarios, by_name);
	for (size_t i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){.name = scenarios[i].name,
		                               .test_func = run_scenario,
		                               .initial_state = &scenarios[i]};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("golden", tests, n, NULL, NULL);
}
