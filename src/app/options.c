#include "app/options.h"

#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "base/bytes.h"
#include "base/text.h"

static bool take_code(struct options *o, const char *argument)
{
	o->code = argument;
	return true;
}

static bool take_json(struct options *o, const char *argument)
{
	(void)argument;
	o->is_json = true;
	return true;
}

static bool take_color(struct options *o, const char *argument)
{
	if (strcmp(argument, "auto") == 0)
		o->color = COLOR_AUTO;
	else if (strcmp(argument, "always") == 0)
		o->color = COLOR_ALWAYS;
	else if (strcmp(argument, "never") == 0)
		o->color = COLOR_NEVER;
	else
		return false;
	return true;
}

static bool take_quiet(struct options *o, const char *argument)
{
	(void)argument;
	o->is_quiet = true;
	return true;
}

static bool take_verbose(struct options *o, const char *argument)
{
	(void)argument;
	o->verbosity++;
	return true;
}

static bool take_help(struct options *o, const char *argument)
{
	(void)argument;
	o->wants_help = true;
	return true;
}

static bool take_version(struct options *o, const char *argument)
{
	(void)argument;
	o->wants_version = true;
	return true;
}

static const struct option table[] = {
    {.name = "code",
     .argument = "A[/B]",
     .says = "what the client showed: 0x904/0x7, 2308, or its dialog",
     .commands = FOR_READ,
     .take = take_code},
    {.name = "json",
     .says = "write JSON instead of a screen",
     .commands = FOR_ALL,
     .take = take_json},
    {.name = "color",
     .argument = "WHEN",
     .says = "auto, always or never; also NO_COLOR and CLICOLOR_FORCE",
     .commands = FOR_ALL,
     .take = take_color,
     .choices = "auto|always|never"},
    {.name = "quiet",
     .letter = 'q',
     .says = "the verdict only",
     .commands = FOR_READ,
     .take = take_quiet},
    {.name = "verbose",
     .letter = 'v',
     .says = "every finding with origin, place and time",
     .commands = FOR_READ,
     .take = take_verbose},
    {.name = "help", .letter = 'h', .says = "this text", .commands = FOR_ALL, .take = take_help},
    {.name = "version", .says = "the version", .commands = FOR_ALL, .take = take_version},
};

#define N_OPTIONS (sizeof table / sizeof *table)

const struct option *option_at(size_t i)
{
	return i < N_OPTIONS ? &table[i] : NULL;
}

/* --- parsing --- */

struct parser {
	int argc, at;
	char **argv;
	struct options *o;
	struct buf *complaint;
	bool is_operand_only;
	bool is_given[N_OPTIONS];
};

static const char *harmless(const char *s, char *out, size_t n)
{
	text_harmless(s, out, n);
	return out;
}

static bool refuse_unknown(struct parser *p, const char *given)
{
	char shown[80];
	struct nearest near = nearest_to(given);

	for (size_t i = 0; i < N_OPTIONS; i++)
		nearest_offer(&near, table[i].name);
	buf_printf(p->complaint, "unknown option --%s", harmless(given, shown, sizeof shown));
	if (near.word)
		buf_printf(p->complaint, "; did you mean --%s?", near.word);
	return false;
}

static bool apply(struct parser *p, const struct option *option, const char *argument)
{
	char shown[80];

	p->is_given[option - table] = true;
	if (option->argument && !argument) {
		if (p->at >= p->argc) {
			buf_printf(p->complaint, "--%s needs an argument: %s", option->name,
			           option->argument);
			return false;
		}
		argument = p->argv[p->at++];
	}
	if (!option->argument && argument) {
		buf_printf(p->complaint, "--%s takes no argument", option->name);
		return false;
	}
	if (option->take(p->o, argument))
		return true;
	buf_printf(p->complaint, "--%s %s; expected %s", option->name,
	           harmless(argument, shown, sizeof shown), option->choices);
	return false;
}

static bool take_long(struct parser *p, const char *given)
{
	size_t n = strcspn(given, "=");
	char name[64];

	for (size_t i = 0; i < N_OPTIONS; i++)
		if (strlen(table[i].name) == n && memcmp(table[i].name, given, n) == 0)
			return apply(p, &table[i], given[n] ? given + n + 1 : NULL);
	if (n >= sizeof name)
		n = sizeof name - 1;
	memcpy(name, given, n);
	name[n] = '\0';
	return refuse_unknown(p, name);
}

static const struct option *option_by_letter(char letter)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (table[i].letter == letter)
			return &table[i];
	return NULL;
}

static bool take_letters(struct parser *p, const char *letters)
{
	for (; *letters; letters++) {
		const struct option *option = option_by_letter(*letters);
		char letter[2] = {*letters, '\0'}, shown[16];

		if (!option) {
			buf_printf(p->complaint, "unknown option -%s; `rdpwhy --help` lists them",
			           harmless(letter, shown, sizeof shown));
			return false;
		}
		if (!apply(p, option, NULL))
			return false;
	}
	return true;
}

static const struct command *command_by_name(const char *name)
{
	for (size_t i = 0; command_at(i); i++)
		if (strcmp(command_at(i)->name, name) == 0)
			return command_at(i);
	return NULL;
}

static bool refuse_command(struct parser *p, const char *given)
{
	char shown[80];

	buf_printf(p->complaint, "%s is not a command; this version knows",
	           harmless(given, shown, sizeof shown));
	for (size_t i = 0; command_at(i); i++)
		buf_printf(p->complaint, "%s %s", i ? "," : "", command_at(i)->name);
	return false;
}

static bool take_operand(struct parser *p, const char *given)
{
	if (!p->o->command) {
		p->o->command = command_by_name(given);
		return p->o->command || refuse_command(p, given);
	}
	if (p->o->n_operands == OPERANDS_MAX) {
		buf_printf(p->complaint, "more than %d arguments", OPERANDS_MAX);
		return false;
	}
	p->o->operands[p->o->n_operands++] = given;
	return true;
}

static bool is_negative_number(const char *s)
{
	return s[0] == '-' && s[1] >= '0' && s[1] <= '9';
}

static bool are_letters_known(const char *letters)
{
	for (; *letters; letters++)
		if (!option_by_letter(*letters))
			return false;
	return true;
}

/* "explain Restart-Service termserv -Force": words of a command that somebody asks about. */
static bool is_word_of_question(const struct parser *p, const char *given)
{
	return p->o->command && p->o->command->bit == FOR_EXPLAIN && p->o->n_operands &&
	       given[1] != '-' && !are_letters_known(given + 1);
}

static bool take_next(struct parser *p)
{
	const char *given = p->argv[p->at++];

	if (p->is_operand_only || given[0] != '-' || !given[1] || is_negative_number(given) ||
	    is_word_of_question(p, given))
		return take_operand(p, given);
	if (strcmp(given, "--") == 0) {
		p->is_operand_only = true;
		return true;
	}
	return given[1] == '-' ? take_long(p, given + 2) : take_letters(p, given + 1);
}

/* Options may stand before the command, so this is known only at the end. */
static bool do_options_apply(const struct parser *p)
{
	const struct command *command = p->o->command;

	for (size_t i = 0; command && i < N_OPTIONS; i++) {
		if (!p->is_given[i] || table[i].commands & command->bit)
			continue;
		buf_printf(p->complaint, "--%s does not apply to %s", table[i].name, command->name);
		return false;
	}
	return true;
}

bool options_parse(int argc, char **argv, struct options *options, struct buf *complaint)
{
	struct parser p = {
	    .argc = argc, .argv = argv, .at = 1, .o = options, .complaint = complaint};

	while (p.at < argc)
		if (!take_next(&p))
			return false;
	return do_options_apply(&p);
}

/* --- help --- */

static void help_option(struct buf *out, const struct option *option)
{
	char left[64];
	int n = 0;

	left[0] = '\0';
	if (option->letter)
		n = snprintf(left, sizeof left, "-%c, ", option->letter);
	snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", option->name,
	         option->argument ? " " : "", option->argument ? option->argument : "");
	buf_printf(out, "  %-18s %s\n", left, option->says);
}

static void help_options(struct buf *out, int commands)
{
	buf_puts(out, "\nOptions\n");
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (table[i].commands & commands)
			help_option(out, &table[i]);
}

static void help_command(struct buf *out, const struct command *c)
{
	buf_printf(out, "rdpwhy %s %s\n\n  %s\n\n%s\n", c->name, c->operands, c->says, c->details);
	help_options(out, c->bit);
	buf_printf(out, "\nExample\n  %s\n", c->example);
}

void options_help(struct buf *out, const struct command *command)
{
	if (command) {
		help_command(out, command);
		return;
	}
	buf_puts(out, "rdpwhy tells why a Remote Desktop connection fails, whose side it is on,\n"
	              "how sure it is, and what to do about it.\n\nCommands\n");
	for (size_t i = 0; command_at(i); i++) {
		const struct command *c = command_at(i);

		buf_printf(out, "  rdpwhy %s %s\n      %s\n", c->name, c->operands, c->says);
	}
	help_options(out, FOR_ALL);
	buf_puts(out,
	         "\nExit status\n"
	         "  explain  0 known, 2 unknown\n"
	         "  read     0 nothing wrong found, 1 a cause named, 2 not certain, 3 not tested\n"
	         "  all      64 usage, 70 a fault of ours\n");
}
