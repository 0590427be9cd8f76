/*
 * real_logs - event logs of real computers and what is known to be in them, read where they lie.
 * Everything of these is skipped, with the reason, where they are absent. The variable
 * SHARED_DATA names another folder than the one that was built in.
 */
#ifndef TEST_UNIT_REAL_LOGS_H
#define TEST_UNIT_REAL_LOGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_bytes {
	uint8_t *bytes;
	size_t n;
};

/* False, and said, when there are none: a run that needs them is skipped as a whole. */
bool logs_are_there(void);

/* A file below the folder of real data, "evtx/...", unpacked when its name ends in .xz. */
bool log_load(const char *path, struct log_bytes *out);
void log_free(struct log_bytes *log);

/* Lines of a table, fields cut at tabs; the first line is left out. */
#define COLUMNS_MAX 16
struct table {
	char *text;
	size_t n_rows, cap;
	char *(*rows)[COLUMNS_MAX];
};

bool table_load(const char *path, struct table *out);
void table_free(struct table *t);

#endif
