#include "app/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "base/bytes.h"
#include "base/text.h"
#include "stage/profile.h"

static bool take_code(struct options *o, const char *argument)
{
	o->code = argument;
	return true;
}

static bool take_from(struct options *o, const char *argument)
{
	if (o->n_from == FROM_MAX)
		return false;
	o->from[o->n_from++] = argument;
	return true;
}

/* Seconds, with up to three decimals. */
static bool take_timeout(struct options *o, const char *argument)
{
	char *end = NULL;
	double seconds;

	if (strspn(argument, "0123456789.") != strlen(argument))
		return false;
	seconds = strtod(argument, &end);
	if (end == argument || *end || seconds < 0.1 || seconds > 86400)
		return false;
	o->timeout_us = (int64_t)(seconds * 1000000);
	return true;
}

static bool take_client(struct options *o, const char *argument)
{
	o->profile = profile_by_id(argument);
	return o->profile != NULL;
}

static bool take_full(struct options *o, const char *argument)
{
	(void)argument;
	o->is_full = true;
	return true;
}

/* The stages that a probe goes through, in its order. */
static const enum stage_id probed[] = {STAGE_NAME, STAGE_TCP, STAGE_NEGOTIATION, STAGE_TLS,
                                       STAGE_NLA};
#define N_PROBED (sizeof probed / sizeof *probed)

/* A list like "tls,nla" as bits by place in the table; false when a word is no such stage. */
static bool stages_of(const char *list, unsigned *bits)
{
	for (*bits = 0; *list; list += *list == ',') {
		size_t n = strcspn(list, ","), i = 0;

		while (i < N_PROBED && (strlen(stage_name(probed[i])) != n ||
		                        memcmp(stage_name(probed[i]), list, n) != 0))
			i++;
		if (i == N_PROBED)
			return false;
		*bits |= 1u << i;
		list += n;
	}
	return *bits != 0;
}

static void end_at(struct options *o, enum stage_id last)
{
	if (o->last_stage == STAGE_UNKNOWN || last < o->last_stage)
		o->last_stage = last;
}

/* What lies before the last one is passed through all the same. */
static bool take_only(struct options *o, const char *argument)
{
	unsigned bits;
	size_t last = N_PROBED - 1;

	if (!stages_of(argument, &bits))
		return false;
	while (!(bits & 1u << last))
		last--;
	end_at(o, probed[last]);
	return true;
}

/* Nothing can be tested behind a stage that is left out. */
static bool take_skip(struct options *o, const char *argument)
{
	unsigned bits;
	size_t first = 0;

	if (!stages_of(argument, &bits) || bits & 1u)
		return false;
	while (!(bits & 1u << first))
		first++;
	end_at(o, probed[first - 1]);
	return true;
}

static bool take_json(struct options *o, const char *argument)
{
	(void)argument;
	o->is_json = true;
	return true;
}

static bool take_jsonl(struct options *o, const char *argument)
{
	(void)argument;
	o->is_jsonl = true;
	return true;
}

static bool take_host(struct options *o, const char *argument)
{
	o->host = argument;
	return true;
}

static bool take_md(struct options *o, const char *argument)
{
	(void)argument;
	o->is_md = true;
	return true;
}

static bool take_redact(struct options *o, const char *argument)
{
	(void)argument;
	o->is_redacted = true;
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

static bool take_listen(struct options *o, const char *argument)
{
	o->listen = argument;
	return true;
}

static bool take_capture(struct options *o, const char *argument)
{
	o->capture = argument;
	return true;
}

static bool take_root(struct options *o, const char *argument)
{
	o->root = argument;
	return true;
}

static bool take_bundle(struct options *o, const char *argument)
{
	o->bundle = argument;
	return true;
}

static bool take_describe(struct options *o, const char *argument)
{
	(void)argument;
	o->is_described = true;
	return true;
}

static bool take_no_client(struct options *o, const char *argument)
{
	(void)argument;
	o->has_no_client = true;
	return true;
}

static const struct option table[] = {
    {.name = "root",
     .argument = "DIR",
     .says = "where the Windows volume is mounted",
     .commands = FOR_HOST,
     .take = take_root},
    {.name = "bundle",
     .argument = "FILE",
     .says = "also write what was collected, for `rdpwhy read FILE`",
     .commands = FOR_HOST,
     .take = take_bundle},
    {.name = "code",
     .argument = "A[/B]",
     .says = "what the client showed: 0x904/0x7, 2308, or its dialog",
     .commands = FOR_DIAGNOSIS,
     .take = take_code},
    {.name = "from",
     .argument = "FILE",
     .says = "further evidence to weigh; may be repeated",
     .commands = FOR_CHECK | FOR_HOST,
     .take = take_from,
     .expected = "at most 64 files"},
    {.name = "timeout",
     .argument = "SECONDS",
     .says = "at most so long; check: 10, lab: until Ctrl-C",
     .commands = FOR_CHECK | FOR_LAB,
     .take = take_timeout,
     .expected = "0.1 to 86400"},
    {.name = "client",
     .argument = "PROFILE",
     .says = "the client for which the host is judged (win11)",
     .commands = FOR_CHECK,
     .take = take_client,
     .choices = "win11|win10|server2016|win7|freerdp"},
    {.name = "no-client",
     .says = "leave out what this computer's own settings say (Windows)",
     .commands = FOR_CHECK,
     .take = take_no_client},
    {.name = "only",
     .argument = "STAGE,...",
     .says = "end behind the last of these stages",
     .commands = FOR_CHECK,
     .take = take_only,
     .expected = "a list of name, tcp, negotiation, tls, nla"},
    {.name = "skip",
     .argument = "STAGE,...",
     .says = "end before the first of these stages",
     .commands = FOR_CHECK,
     .take = take_skip,
     .expected = "a list of tcp, negotiation, tls, nla"},
    {.name = "full",
     .says = "every measure, whether the verdict needs it or not",
     .commands = FOR_CHECK,
     .take = take_full},
    {.name = "describe",
     .says = "say what the scenarios do, and play none",
     .commands = FOR_LAB,
     .take = take_describe},
    {.name = "listen",
     .argument = "ADDRESS:PORT",
     .says = "where to listen, and up; 127.0.0.1, free ports",
     .commands = FOR_LAB,
     .take = take_listen},
    {.name = "capture",
     .argument = "FILE",
     .says = "write what travels as pcapng, TLS secrets inside",
     .commands = FOR_CHECK | FOR_LAB,
     .take = take_capture},
    {.name = "json",
     .says = "write JSON instead of a screen",
     .commands = FOR_ALL,
     .take = take_json},
    {.name = "jsonl",
     .says = "one JSON report a line, of read one for each host",
     .commands = FOR_EVIDENCE,
     .take = take_jsonl},
    {.name = "host",
     .argument = "HOST",
     .says = "of several hosts in the evidence, this one",
     .commands = FOR_HOST | FOR_READ,
     .take = take_host},
    {.name = "md",
     .says = "write Markdown instead, for tickets and wikis",
     .commands = FOR_DIAGNOSIS,
     .take = take_md},
    {.name = "redact",
     .says = "put host-1, address-1 ... in place of names and addresses",
     .commands = FOR_EVIDENCE,
     .take = take_redact},
    {.name = "color",
     .argument = "WHEN",
     .says = "auto, always or never; also NO_COLOR and CLICOLOR_FORCE",
     .commands = FOR_ALL,
     .take = take_color,
     .choices = "auto|always|never"},
    {.name = "quiet",
     .letter = 'q',
     .says = "the verdict only; of lab, no message",
     .commands = FOR_DIAGNOSIS | FOR_LAB,
     .take = take_quiet},
    {.name = "verbose",
     .letter = 'v',
     .says = "every finding with origin, place and time",
     .commands = FOR_DIAGNOSIS,
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
	           harmless(argument, shown, sizeof shown),
	           option->expected ? option->expected : option->choices);
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

/* The first word that is no command is the host of `check`. */
static bool take_operand(struct parser *p, const char *given)
{
	if (!p->o->command) {
		p->o->command = command_by_name(given);
		if (p->o->command)
			return true;
		p->o->command = command_by_name("check");
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

static bool is_one_format(const struct parser *p)
{
	const char *const given[] = {p->o->is_json ? "--json" : NULL,
	                             p->o->is_jsonl ? "--jsonl" : NULL,
	                             p->o->is_md ? "--md" : NULL};
	const char *first = NULL;
	bool is_one = true;

	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		if (first && given[i] && is_one) {
			buf_printf(p->complaint, "%s and %s together; expected one of them", first,
			           given[i]);
			is_one = false;
		}
		first = first ? first : given[i];
	}
	return is_one;
}

bool options_parse(int argc, char **argv, struct options *options, struct buf *complaint)
{
	struct parser p = {
	    .argc = argc, .argv = argv, .at = 1, .o = options, .complaint = complaint};

	while (p.at < argc)
		if (!take_next(&p))
			return false;
	return do_options_apply(&p) && is_one_format(&p);
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
	         "  check, read  0 nothing wrong found in what was tested, 1 a cause is named,\n"
	         "               2 something is wrong and the cause is not certain, 3 not tested\n"
	         "  host         as read\n"
	         "  explain      0 known, 2 unknown\n"
	         "  demo         0 the answer is what was planted\n"
	         "  lab          0 ended as asked\n"
	         "  all          64 usage, 70 a fault of ours, 130 interrupted\n");
}
