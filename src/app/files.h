/*
 * files - the files of one run: known by their content, given to their readers, and concluded
 * together, since a log tells more beside a capture and a policy beside a setting.
 *
 * Input   files, folders (not their subfolders) and standard input, in any order
 * Output  findings of the host and the client as such, and attempts with findings of their own
 * Errors  each file that cannot be used is one line; what was readable of it is used
 * Owns    the readers that span files; files_end frees them
 */
#ifndef APP_FILES_H
#define APP_FILES_H

#include "base/answers.h"
#include "finding/attempt.h"
#include "read/evidence.h"

struct client_profile;
struct dialog;
struct events;
struct file_answers;
struct os_file;
struct reg_source;
struct settings;
struct settings_host;
struct tls_secrets;

#define FILES_HIVES_MAX   64
#define FILES_ANSWERS_MAX 16

struct files {
	struct arena *arena;
	struct findings *found;
	struct attempts attempts;
	const struct client_profile *profile;
	int64_t now_us;
	const char *meant; /* the host that is diagnosed; NULL: evidence alone */
	uint16_t port;     /* of it, besides 3389; 0: none */

	/* What could not be used, one line each; and the text of a dialog that somebody pasted. */
	void (*warn)(void *context, const char *says);
	bool (*take_dialog)(void *context, const struct dialog *dialog);
	void *context;

	size_t n_usable; /* files that gave something */
	struct tls_secrets *secrets;
	struct events *events;
	const char *const *sources; /* of our own probes, by saved reports; and their ports */
	const uint16_t *ports;
	size_t n_sources, n_ports;
	struct settings *settings;
	struct reg_source *hives[FILES_HIVES_MAX]; /* open until the conclusion */
	size_t n_hives;
	const struct file_answers *answers[FILES_ANSWERS_MAX]; /* of computers, recorded */
	size_t n_answers;
	/* What a live computer gathered, now or then: now_us is when. */
	bool is_gathered;
	struct findings later; /* of its files: what a conclusion does not replace */
	/* Behind the conclusion: what the settings know of their computer; NULL: there are none. */
	const struct settings_host *known;
};

/* Key logs among the files are read first, whatever their place. */
void files_read(struct files *f, const char *const *paths, size_t n);

/* An event log that somebody else has opened, and closes. */
void files_take_log(struct files *f, struct os_file *file, const struct evidence *ev);
void files_take_log_bytes(struct files *f, const void *bytes, size_t n, const struct evidence *ev);

/* What a computer answered; the rows stay where they are until the conclusion. */
void files_take_answers(struct files *f, const struct answers *rows, int64_t when_us);

/* Two names of one computer, with or without its domain. */
bool files_are_one_computer(struct arena *arena, const char *a, const char *b);

/* What was wrong with one file, a line each; shown is its path, harmless. */
void files_warn_of(struct files *f, const char *shown, const struct complaints *c);

/* What several files say together. */
void files_conclude(struct files *f);

void files_end(struct files *f);

#endif
