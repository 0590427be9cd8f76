/*
 * dossier - what is weighed in one run: the code, the files, what a probe adds; and the report
 * over all of it. Shared by the commands that diagnose.
 *
 * Errors  what cannot be used is one line on standard error, and a warning in the report
 * Owns    what files hold open until dossier_end; the rest lives in the arena of the command
 */
#ifndef APP_DOSSIER_H
#define APP_DOSSIER_H

#include "app/files.h"
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
	struct files files;
	const char *warnings[WARNINGS_MAX];
	size_t n_warnings;         /* kept */
	struct redactor *redactor; /* NULL: nothing is hidden */
	/* Given what the report is made of; NULL: nobody asks. */
	void (*keep)(void *context, const struct diagnosis *d, const struct run_frame *frame);
	void *keep_context;
};

void dossier_begin(struct dossier *e, const struct options *options, struct arena *arena,
                   int64_t started_us);

/* The code that the client showed. False after a message when it is none; NULL: not given. */
bool dossier_take_this_code(struct dossier *e, const char *code);

/* False after a message when --code is no code; true without --code. */
bool dossier_take_code(struct dossier *e);

/* Reads files and concludes what they say together. */
void dossier_read_files(struct dossier *e, const char *const *paths, size_t n);

/* The files of --from; false after a message when one of them cannot be used at all. */
bool dossier_take_from(struct dossier *e);

/* Somebody else takes what the report is made of, once. */
void dossier_keep_report(struct dossier *e,
                         void (*keep)(void *context, const struct diagnosis *d,
                                      const struct run_frame *frame),
                         void *context);

/*
 * Infers and writes the report as the options say, with --jsonl one for each host in the
 * evidence; the exit status, the worst of several. The caller fills what it knows of the frame:
 * input, host, port, vantage, times.
 */
int dossier_report(struct dossier *e, struct run_frame *frame);

void dossier_end(struct dossier *e);

#endif
