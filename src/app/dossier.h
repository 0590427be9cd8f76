/*
 * dossier - what is weighed in one run: the code, the files, what a probe adds; and the report
 * over all of it. Shared by the commands that diagnose.
 *
 * Errors  what cannot be used is one line on standard error, and a warning in the report
 * Owns    nothing: everything lives in the arena of the command
 */
#ifndef APP_DOSSIER_H
#define APP_DOSSIER_H

#include "app/options.h"
#include "base/arena.h"
#include "finding/finding.h"
#include "report/report.h"

#define WARNINGS_MAX 64

struct redactor;

struct dossier {
	const struct options *options;
	struct arena *arena;
	struct findings findings;
	struct code_question question;
	bool has_code;
	int64_t started_us;
	size_t n_usable; /* files that gave something */
	const char *warnings[WARNINGS_MAX];
	size_t n_warnings;         /* kept */
	struct redactor *redactor; /* NULL: nothing is hidden */
};

void dossier_begin(struct dossier *e, const struct options *options, struct arena *arena,
                   int64_t started_us);

/* The code that the client showed. False after a message when it is none; NULL: not given. */
bool dossier_take_this_code(struct dossier *e, const char *code);

/* False after a message when --code is no code; true without --code. */
bool dossier_take_code(struct dossier *e);

void dossier_read_file(struct dossier *e, const char *given);

/* The files of --from; false after a message when one of them cannot be used at all. */
bool dossier_take_from(struct dossier *e);

/*
 * Infers and writes the report as the options say; the exit status. The caller fills what it
 * knows of the frame: input, host, port, vantage, times.
 */
int dossier_report(struct dossier *e, struct run_frame *frame);

#endif
