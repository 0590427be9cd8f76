/*
 * options - the command line as one table: parsing, --help, the man page and the shell
 * completions are made from it.
 *
 * Errors  a wrong command line is one line with what was expected
 */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding/stages.h"

struct buf;
struct client_profile;

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

#define OPERANDS_MAX     1024
#define FROM_MAX         64
#define TIMEOUT_USUAL_US 10000000LL

/* What a command line asked for. */
struct options {
	const struct command *command;
	const char *operands[OPERANDS_MAX];
	size_t n_operands;
	const char *code;
	const char *from[FROM_MAX];
	size_t n_from;
	const struct client_profile *profile; /* NULL: the usual one */
	enum stage_id last_stage;             /* 0: as far as possible */
	int64_t timeout_us;                   /* of the whole run; 0: as the command likes */
	bool is_full;
	bool has_no_client; /* this computer's own settings are left out */
	const char *listen;  /* lab; NULL: not given */
	const char *capture; /* NULL: not given */
	const char *root;    /* host: where the volume is mounted */
	const char *bundle;  /* host: where it is written; NULL: not at all */
	const char *host;    /* read: of whom the evidence is asked */
	bool is_described;   /* lab */
	bool is_json, is_jsonl, is_md, is_redacted, is_quiet, wants_help, wants_version;
	int verbosity;
	enum color_choice color;
};

/* Commands as bits, for the table of options. */
enum {
	FOR_CHECK = 1,
	FOR_EXPLAIN = 2,
	FOR_READ = 4,
	FOR_LAB = 8,
	FOR_DEMO = 16,
	FOR_HOST = 32,
	FOR_EVIDENCE = FOR_CHECK | FOR_HOST | FOR_READ,
	FOR_DIAGNOSIS = FOR_EVIDENCE | FOR_DEMO,
	FOR_ALL = FOR_CHECK | FOR_EXPLAIN | FOR_HOST | FOR_READ | FOR_LAB | FOR_DEMO
};

struct command {
	const char *name, *operands, *says;
	int bit;
	const char *details; /* paragraphs for --help and the man page */
	const char *example;
	int (*run)(const struct options *options);
};

struct option {
	const char *name; /* without the dashes */
	char letter;      /* '\0': none */
	const char *argument, *says;
	int commands;
	bool (*take)(struct options *options, const char *argument);
	const char *choices;  /* words separated by |, for messages and completions */
	const char *expected; /* what else may stand there, for messages; NULL: the choices */
};

const struct command *command_at(size_t i); /* NULL behind the last */
const struct option *option_at(size_t i);   /* NULL behind the last */

/*
 * Fills *options; false after writing one line about what is wrong. Digits after a minus
 * are operands, since codes may be negative.
 */
bool options_parse(int argc, char **argv, struct options *options, struct buf *complaint);

/* Help of the program, or of one command. */
void options_help(struct buf *out, const struct command *command);

#endif
