/*
 * output - where results and messages go: results to standard output, messages to standard
 * error, one line each.
 */
#ifndef APP_OUTPUT_H
#define APP_OUTPUT_H

#include "app/options.h"
#include "base/format.h"
#include "read/dialog.h"
#include "report/report.h"

extern const char program_version[];

/* A page for standard output: its width, colours and characters. */
struct page output_page(struct buf *out, const struct options *options);

/* Writes the result; a reader that is gone is no failure of ours. */
int output_result(const struct buf *out, int exit_status);

/* "rdpwhy: ..." on standard error. */
void output_message(const char *format, ...) PRINTF_LIKE(1, 2);

/* The words with a blank between each two. */
const char *output_joined(const char *const *words, size_t n, struct arena *arena);

/* What a pasted text asks: its numbers in all their readings. */
struct code_question question_of(const struct dialog *dialog);

#endif
