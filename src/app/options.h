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

struct buf;

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

#define OPERANDS_MAX 1024

/* What a command line asked for. */
struct options {
	const struct command *command;
	const char *operands[OPERANDS_MAX];
	size_t n_operands;
	const char *code;
	bool is_json, is_quiet, wants_help, wants_version;
	int verbosity;
	enum color_choice color;
};

/* Commands as bits, for the table of options. */
enum { FOR_EXPLAIN = 1, FOR_READ = 2, FOR_ALL = FOR_EXPLAIN | FOR_READ };

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
	const char *choices; /* words separated by |, for messages and completions */
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
