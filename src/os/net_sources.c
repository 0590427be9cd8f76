/* The three files that say where names come from. A file that is missing says nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "os/net_inside.h"

static const char blanks[] = " \t\r\n";

/* Calls for each line, without its comment, until it is answered with true. */
static bool each_line(const char *path, bool (*is_it)(char *line, void *context), void *context)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	bool found = false;

	if (!file)
		return false;
	while (!found && getline(&line, &cap, file) >= 0) {
		line[strcspn(line, "#")] = 0;
		found = is_it(line, context);
	}
	free(line);
	fclose(file);
	return found;
}

struct text_out {
	char *text;
	size_t cap;
};

static bool is_name_server(char *line, void *context)
{
	struct text_out *out = context;
	char *rest;
	const char *word = strtok_r(line, blanks, &rest);

	if (!word || strcmp(word, "nameserver") != 0 || !(word = strtok_r(NULL, blanks, &rest)))
		return false;
	snprintf(out->text, out->cap, "%s", word);
	return true;
}

bool net_first_name_server(const char *resolv_conf, char *out, size_t cap)
{
	struct text_out text = {out, cap};

	return each_line(resolv_conf, is_name_server, &text);
}

static bool is_switched(char *line, void *context)
{
	const char *wanted = context;
	char *rest;
	const char *word = strtok_r(line, blanks, &rest);

	if (!word || strcmp(word, "hosts:") != 0)
		return false;
	while ((word = strtok_r(NULL, blanks, &rest)))
		if (strncmp(word, wanted, strlen(wanted)) == 0)
			return true;
	return false;
}

bool net_switch_has(const char *nsswitch_conf, const char *word)
{
	char wanted[32];

	snprintf(wanted, sizeof wanted, "%s", word);
	return each_line(nsswitch_conf, is_switched, wanted);
}

static bool is_host(char *line, void *context)
{
	const char *wanted = context;
	char *rest;
	const char *word = strtok_r(line, blanks, &rest); /* the address */

	while (word && (word = strtok_r(NULL, blanks, &rest)))
		if (strcasecmp(word, wanted) == 0)
			return true;
	return false;
}

bool net_hosts_has(const char *hosts, const char *name)
{
	char wanted[1025];
	size_t n = (size_t)snprintf(wanted, sizeof wanted, "%s", name);

	if (n && n < sizeof wanted && wanted[n - 1] == '.')
		wanted[n - 1] = 0;
	return each_line(hosts, is_host, wanted);
}
