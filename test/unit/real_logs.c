#include "real_logs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool slurp(FILE *f, struct log_bytes *out)
{
	size_t cap = 1 << 20, got;

	*out = (struct log_bytes){.bytes = malloc(cap)};
	while (out->bytes && (got = fread(out->bytes + out->n, 1, cap - out->n - 1, f)) > 0) {
		out->n += got;
		if (cap - out->n < 2)
			out->bytes = realloc(out->bytes, cap *= 2);
	}
	if (!out->bytes)
		abort();
	out->bytes[out->n] = 0;
	return out->n > 0;
}

bool log_load(const char *path, struct log_bytes *out)
{
	const char *elsewhere = getenv("SHARED_DATA");
	char full[1024], command[1100];
	size_t n = strlen(path);
	bool is_packed = n > 3 && strcmp(path + n - 3, ".xz") == 0, is_there;
	FILE *f;

	snprintf(full, sizeof full, "%s/%s", elsewhere ? elsewhere : SHARED_DATA, path);
	snprintf(command, sizeof command, "xz -dc '%s'", full);
	f = fopen(full, "rb");
	if (!f)
		return false;
	if (is_packed) {
		fclose(f);
		f = popen(command, "r");
		if (!f)
			return false;
	}
	is_there = slurp(f, out);
	if (is_packed)
		pclose(f);
	else
		fclose(f);
	if (!is_there)
		log_free(out);
	return is_there;
}

bool logs_are_there(void)
{
	struct log_bytes table;

	if (log_load("truth/evtx-files.tsv", &table)) {
		log_free(&table);
		return true;
	}
	puts("1..0 # SKIP ../shared/data is not here");
	return false;
}

void log_free(struct log_bytes *log)
{
	free(log->bytes);
	*log = (struct log_bytes){0};
}

static void add_row(struct table *t, char *line)
{
	if (t->n_rows == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 256;
		t->rows = realloc(t->rows, t->cap * sizeof *t->rows);
		if (!t->rows)
			abort();
	}
	memset(t->rows[t->n_rows], 0, sizeof t->rows[0]);
	for (size_t i = 0; i < COLUMNS_MAX && line; i++) {
		t->rows[t->n_rows][i] = line;
		line = strchr(line, '\t');
		if (line)
			*line++ = 0;
	}
	t->n_rows++;
}

bool table_load(const char *path, struct table *out)
{
	struct log_bytes file;
	char *line, *next;

	*out = (struct table){0};
	if (!log_load(path, &file))
		return false;
	out->text = (char *)file.bytes;
	line = strchr(out->text, '\n');
	for (line = line ? line + 1 : NULL; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		add_row(out, line);
	}
	return out->n_rows > 0;
}

void table_free(struct table *t)
{
	free(t->text);
	free(t->rows);
	*t = (struct table){0};
}
