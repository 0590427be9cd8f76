/*
 * gen_docs - prints what is made from the program's tables, so that none of it can differ
 * from the program: the man page, the completions of three shells, the pages of doc/.
 *
 * Input   one word: man, bash, zsh, fish, findings, causes, advice, lab or answers
 * Output  that text, to standard output
 */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/options.h"
#include "app/output.h"
#include "base/answers.h"
#include "base/bytes.h"
#include "base/status.h"
#include "finding/finding.h"
#include "lab/coverage.h"
#include "lab/faults.h"
#include "why/cause.h"
#include "why/remedy.h"
#include "why/strength.h"

#define LINE_MOST 92 /* of shell words */
#define ROFF_MOST 76

/* --- the command line, as words ------------------------------------------------------------- */

static bool takes_files(const struct command *c)
{
	return strncmp(c->operands, "FILE", 4) == 0;
}

static bool takes_ids(const struct command *c)
{
	return strncmp(c->operands, "WHAT", 4) == 0;
}

static int all_commands(void)
{
	int bits = 0;

	for (size_t i = 0; command_at(i); i++)
		bits |= command_at(i)->bit;
	return bits;
}

/* True when an option applies to each of some commands. */
static bool serves(const struct option *o, int commands)
{
	return (o->commands & commands) == commands;
}

/* A list like "auto|always|never" with something else between its words. */
static void put_choices(struct buf *out, const char *choices, const char *between)
{
	for (; *choices; choices++) {
		if (*choices == '|')
			buf_puts(out, between);
		else
			buf_putc(out, *choices);
	}
}

/* --- what `explain` knows by an id ------------------------------------------------------------ */

enum kind { KIND_LIST, KIND_CAUSE, KIND_FINDING, KIND_FIX, KIND_CLAIM, KIND_FAMILY, KIND_COUNT };

static const struct {
	const char *one, *many;
} kinds[KIND_COUNT] = {
    [KIND_LIST] = {"list", "lists"},          [KIND_CAUSE] = {"cause", "causes"},
    [KIND_FINDING] = {"finding", "findings"}, [KIND_FIX] = {"fix", "fixes"},
    [KIND_CLAIM] = {"claim", "claims"},       [KIND_FAMILY] = {"code family", "families"},
};

struct id {
	enum kind kind;
	const char *name, *says;
};

#define IDS_MAX 4096

struct ids {
	struct id at[IDS_MAX];
	size_t n;
};

static void add_id(struct ids *ids, enum kind kind, const char *name, const char *says)
{
	assert(ids->n < IDS_MAX);
	ids->at[ids->n++] = (struct id){.kind = kind, .name = name, .says = says};
}

static bool has_id(const struct ids *ids, const char *name)
{
	for (size_t i = 0; i < ids->n; i++)
		if (strcmp(ids->at[i].name, name) == 0)
			return true;
	return false;
}

static void add_fixes(struct ids *ids)
{
	for (size_t i = 0; i < cause_count(); i++) {
		const struct fix *const *fixes = cause_at(i)->fixes;

		for (size_t k = 0; k < FIXES_MAX && fixes[k]; k++)
			if (!has_id(ids, fixes[k]->id))
				add_id(ids, KIND_FIX, fixes[k]->id, fixes[k]->title);
	}
}

static const struct ids *all_ids(void)
{
	static struct ids ids;

	if (ids.n)
		return &ids;
	add_id(&ids, KIND_LIST, "causes", "every cause");
	add_id(&ids, KIND_LIST, "findings", "every finding");
	add_id(&ids, KIND_LIST, "advice", "every judged claim");
	for (size_t i = 0; i < cause_count(); i++)
		add_id(&ids, KIND_CAUSE, cause_at(i)->id, cause_at(i)->title);
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++)
		add_id(&ids, KIND_FINDING, finding_defs[id].name, finding_defs[id].means);
	add_fixes(&ids);
	for (size_t i = 0; i < remedy_count(); i++)
		add_id(&ids, KIND_CLAIM, remedy_at(i)->id, remedy_at(i)->claim);
	for (enum code_family f = CODE_NONE + 1; f < CODE_FAMILY_COUNT; f++)
		add_id(&ids, KIND_FAMILY, code_table(f).id, code_table(f).title);
	return &ids;
}

/* --- roff ------------------------------------------------------------------------------------- */

static bool is_line_start(const struct buf *out)
{
	return !out->n || out->bytes[out->n - 1] == '\n';
}

/* A character that roff would take for something else, or NULL. */
static const char *roff_escape(char c)
{
	switch (c) {
	case '\\':
		return "\\e";
	case '"':
		return "\\(dq";
	case '`':
		return "\\(ga";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	default:
		return NULL;
	}
}

/* Sentences begin a line, and lines are short. */
static bool is_break(const struct buf *out, const char *blank)
{
	size_t column = 0;

	while (column < out->n && out->bytes[out->n - 1 - column] != '\n')
		column++;
	return column && (blank[-1] == '.' || column + strcspn(blank + 1, " \n") > ROFF_MOST);
}

/*
 * Text, or with is_literal what somebody types. A hyphen is typed as it stands when its
 * word begins with it, as in --json and -2146893044; between letters it is a hyphen.
 */
static void put_roff(struct buf *out, const char *text, bool is_literal)
{
	bool is_word_start = true, is_typed = is_literal;

	for (const char *s = text; *s; s++) {
		if (is_word_start)
			is_typed = is_literal || *s == '-';
		if (is_line_start(out) && (*s == '.' || *s == '\''))
			buf_puts(out, "\\&");
		if (*s == ' ' && !is_literal && s > text && is_break(out, s))
			buf_putc(out, '\n');
		else if (*s == '-' && is_typed)
			buf_puts(out, "\\-");
		else if (*s == '\'' && is_literal)
			buf_puts(out, "\\(aq");
		else if (roff_escape(*s))
			buf_puts(out, roff_escape(*s));
		else
			buf_putc(out, *s);
		is_word_start = strchr(" \t\n(", *s) != NULL;
	}
}

static void put_font(struct buf *out, char font, const char *text)
{
	buf_printf(out, "\\f%c", font);
	put_roff(out, text, true);
	buf_puts(out, "\\fR");
}

/* "A[/B]" or "FILE...": the capitals stand for something else. */
static void put_placeholder(struct buf *out, const char *text)
{
	while (*text) {
		size_t n = 0;
		char word[64];

		while (isupper((unsigned char)text[n]) && n < sizeof word - 1)
			n++;
		memcpy(word, text, n);
		word[n] = '\0';
		if (n)
			put_font(out, 'I', word);
		text += n;
		for (; *text && !isupper((unsigned char)*text); text++)
			put_roff(out, (char[]){*text, '\0'}, true);
	}
}

/* Indented lines as in --help; an empty one separates paragraphs. */
static void put_paragraphs(struct buf *out, const char *text)
{
	while (*text) {
		size_t n;
		char line[256];

		text += strspn(text, " ");
		n = strcspn(text, "\n");
		assert(n < sizeof line);
		memcpy(line, text, n);
		line[n] = '\0';
		if (n)
			put_roff(out, line, false);
		else
			buf_puts(out, ".PP");
		buf_putc(out, '\n');
		text += n + (text[n] == '\n');
	}
}

static void put_example(struct buf *out, const char *says, const char *command)
{
	put_roff(out, says, false);
	buf_puts(out, ":\n.PP\n.RS 4\n.nf\n");
	put_roff(out, command, true);
	buf_puts(out, "\n.fi\n.RE\n");
}

/* --- the man page ------------------------------------------------------------------------------
 */

static void man_head(struct buf *out)
{
	buf_printf(out, ".\\\" Generated by gen_docs man from the tables of the program.\n"
	                ".TH RDPWHY 1 \"\" \"rdpwhy ");
	put_roff(out, program_version, true);
	buf_puts(out, "\" \"User Commands\"\n.SH NAME\n"
	              "rdpwhy \\- tell why a Remote Desktop connection fails\n.SH SYNOPSIS\n");
	for (size_t i = 0; command_at(i); i++) {
		put_font(out, 'B', "rdpwhy ");
		put_font(out, 'B', command_at(i)->name);
		buf_puts(out, " [\\fIOPTION\\fR]... ");
		put_placeholder(out, command_at(i)->operands);
		buf_puts(out, "\n.br\n");
	}
	buf_puts(out, "\\fBrdpwhy\\fR [\\fICOMMAND\\fR] \\fB\\-\\-help\\fR\n.br\n"
	              "\\fBrdpwhy \\-\\-version\\fR\n");
}

static void man_description(struct buf *out)
{
	buf_puts(out, ".SH DESCRIPTION\n"
	              "rdpwhy tells why a Remote Desktop connection fails, whose side it is on,\n"
	              "how sure it is, and what to do about it.\n"
	              "Causes are weighed by what was seen, what was looked for and not found,\n"
	              "and what nobody looked for; these three are kept apart.\n"
	              "It works from evidence that it is given and connects to nothing.\n.PP\n");
	buf_printf(out,
	           "This version knows %zu causes, %d kinds of finding and %zu pieces of\n"
	           "widely repeated advice, each with its verdict.\n",
	           cause_count(), F_COUNT - 1, remedy_count());
}

static void man_commands(struct buf *out)
{
	buf_puts(out, ".SH COMMANDS\n");
	for (size_t i = 0; command_at(i); i++) {
		const struct command *c = command_at(i);

		buf_printf(out, ".SS \"%s ", c->name);
		put_placeholder(out, c->operands);
		buf_puts(out, "\"\n");
		put_roff(out, c->says, false);
		buf_puts(out, ".\n.PP\n");
		put_paragraphs(out, c->details);
	}
}

static void man_option(struct buf *out, const struct option *o)
{
	buf_puts(out, ".TP\n");
	if (o->letter)
		buf_printf(out, "\\fB\\-%c\\fR, ", o->letter);
	buf_puts(out, "\\fB\\-\\-");
	put_roff(out, o->name, true);
	buf_puts(out, "\\fR");
	if (o->argument) {
		buf_putc(out, ' ');
		put_placeholder(out, o->argument);
	}
	buf_putc(out, '\n');
	put_roff(out, o->says, false);
	buf_puts(out, ".\n");
}

static void man_options(struct buf *out)
{
	buf_puts(out, ".SH OPTIONS\n"
	              "An argument may follow its option as the next word or behind an equals\n"
	              "sign; behind\n\\fB\\-\\-\\fR\nnothing is an option.\n"
	              "A minus and a digit begin a number and no option.\n");
	for (size_t i = 0; command_at(i); i++) {
		const struct command *c = command_at(i);

		buf_printf(out, ".SS \"Options of %s\"\n", c->name);
		for (size_t k = 0; option_at(k); k++)
			if (serves(option_at(k), c->bit))
				man_option(out, option_at(k));
	}
}

static void man_exit_status(struct buf *out)
{
	static const struct {
		int status;
		const char *says;
	} rows[] = {
	    {EXIT_NOTHING_WRONG,
	     "explain: known; check and read: nothing wrong found; lab: ended as "
	     "asked; demo: the answer is what was planted"},
	    {EXIT_CAUSE_NAMED, "check and read: a cause is named"},
	    {EXIT_UNCERTAIN, "explain: unknown; check and read: not certain"},
	    {EXIT_UNTESTED, "check and read: not tested"},
	    {EXIT_USAGE, "the command line or what it names cannot be used"},
	    {EXIT_OUR_FAULT, "a fault of ours; demo: the answer is not what was planted"},
	};

	buf_puts(out, ".SH EXIT STATUS\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_printf(out, ".TP\n%d\n", rows[i].status);
		put_roff(out, rows[i].says, false);
		buf_puts(out, ".\n");
	}
}

#define DIGITS_OF(number) #number
#define DIGITS(number)    DIGITS_OF(number)
#define LEAST             DIGITS(PAGE_WIDTH_LEAST)
#define MOST              DIGITS(PAGE_WIDTH_MOST)
#define USUAL             DIGITS(PAGE_WIDTH_USUAL)

static void man_environment(struct buf *out)
{
	static const struct {
		const char *name, *says;
	} rows[] = {
	    {"NO_COLOR", "when not empty, no colours; --color wins over it."},
	    {"CLICOLOR_FORCE", "when neither empty nor 0, colours also where standard output is no "
	                       "terminal; NO_COLOR and --color win over it."},
	    {"TERM", "dumb is a terminal without colours."},
	    {"COLUMNS", "width of the page where standard output is no terminal, between " LEAST
	                " and " MOST "; without it " USUAL "."},
	    {"LC_ALL, LC_CTYPE, LANG", "the first one that is not empty decides: characters beyond "
	                               "ASCII are written only when it names UTF-8."},
	};

	buf_puts(out, ".SH ENVIRONMENT\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_puts(out, ".TP\n");
		put_font(out, 'B', rows[i].name);
		buf_putc(out, '\n');
		put_roff(out, rows[i].says, false);
		buf_putc(out, '\n');
	}
	buf_puts(out, ".SH FILES\nNone: rdpwhy reads only what it is given and writes no file.\n");
}

static void man_examples(struct buf *out)
{
	buf_puts(out, ".SH EXAMPLES\n");
	for (size_t i = 0; command_at(i); i++) {
		put_example(out, command_at(i)->says, command_at(i)->example);
		buf_puts(out, ".PP\n");
	}
	put_example(out, "the text of a dialog, saved or pasted", "rdpwhy explain - <dialog.txt");
	buf_puts(out, ".PP\n");
	put_example(out, "one cause with its evidence, its fixes and their risk",
	            "rdpwhy explain machinekeys-inaccessible");
	buf_puts(out, ".PP\n");
	put_example(out, "whether a piece of advice is any good",
	            "rdpwhy explain rename MachineKeys");
}

static void make_man(struct buf *out)
{
	man_head(out);
	man_description(out);
	man_commands(out);
	man_options(out);
	man_exit_status(out);
	man_environment(out);
	man_examples(out);
	buf_puts(out, ".SH SEE ALSO\n.BR openssl\\-s_client (1),\n.BR tshark (1),\n"
	              ".BR xfreerdp (1)\n");
}

/* --- words for shells --------------------------------------------------------------------------
 */

/* Within single quotes of bash and zsh; these of `also` get a backslash. */
static void put_quoted(struct buf *out, const char *text, const char *also)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_puts(out, "'\\''");
		else if (strchr(also, *text))
			buf_printf(out, "\\%c", *text);
		else
			buf_putc(out, *text);
	}
}

static void put_option_names(struct buf *out, int commands)
{
	for (size_t i = 0; option_at(i); i++) {
		const struct option *o = option_at(i);

		if (!serves(o, commands))
			continue;
		if (o->letter)
			buf_printf(out, "-%c ", o->letter);
		buf_printf(out, "--%s ", o->name);
	}
	out->bytes[--out->n] = '\0';
}

/* --- bash ------------------------------------------------------------------------------------- */

static void bash_ids(struct buf *out)
{
	const struct ids *ids = all_ids();
	size_t column = LINE_MOST;

	buf_puts(out, "_rdpwhy_ids='");
	for (size_t i = 0; i < ids->n; i++) {
		size_t n = strlen(ids->at[i].name) + 1;
		bool is_new_line = column + n > LINE_MOST;

		column = is_new_line ? n : column + n;
		buf_putc(out, is_new_line ? '\n' : ' ');
		buf_puts(out, ids->at[i].name);
	}
	buf_puts(out, "\n'\n\n");
}

/* Walks over the words before the cursor: the command, and what may follow it. */
static void bash_walk(struct buf *out)
{
	buf_puts(out, "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	              "\t\tword=${COMP_WORDS[i]}\n"
	              "\t\t[[ -z $is_operand_only ]] || word=operand\n"
	              "\t\tcase $word in\n");
	for (size_t i = 0; option_at(i); i++)
		if (option_at(i)->argument)
			buf_printf(out,
			           "\t\t--%s)\n"
			           "\t\t\t[[ ${COMP_WORDS[i + 1]} != = ]] || ((i++))\n"
			           "\t\t\t((i++))\n"
			           "\t\t\t;;\n",
			           option_at(i)->name);
	buf_puts(out, "\t\t--) is_operand_only=1 ;;\n"
	              "\t\t-[!0-9]*) ;;\n"
	              "\t\t*)\n"
	              "\t\t\tif [[ -z $command ]]; then\n"
	              "\t\t\t\tcommand=${COMP_WORDS[i]}\n"
	              "\t\t\telse\n"
	              "\t\t\t\t((n_operands++))\n"
	              "\t\t\tfi\n"
	              "\t\t\t;;\n"
	              "\t\tesac\n"
	              "\tdone\n");
}

static void bash_arguments(struct buf *out)
{
	buf_puts(out, "\t# Readline splits --color=always at the equals sign.\n"
	              "\tif [[ $cur == --*=* ]]; then\n"
	              "\t\toption=${cur%%=*} prefix=${cur%%=*}= cur=${cur#*=}\n"
	              "\telif [[ $cur == = ]]; then\n"
	              "\t\tcur=\n"
	              "\telif [[ $option == = ]]; then\n"
	              "\t\toption=${COMP_WORDS[COMP_CWORD - 2]}\n"
	              "\tfi\n"
	              "\tcase $is_operand_only$option in\n");
	for (size_t i = 0; option_at(i); i++) {
		const struct option *o = option_at(i);

		if (!o->argument)
			continue;
		buf_printf(out, "\t--%s)\n", o->name);
		if (o->choices) {
			buf_puts(out, "\t\t_rdpwhy_offer -P \"$prefix\" -W '");
			put_choices(out, o->choices, " ");
			buf_puts(out, "' -- \"$cur\"\n");
		}
		buf_puts(out, "\t\treturn\n\t\t;;\n");
	}
	buf_puts(out, "\tesac\n");
}

static void bash_options(struct buf *out)
{
	buf_puts(out, "\tif [[ $cur == -* && -z $is_operand_only ]]; then\n\t\tcase $command in\n");
	for (size_t i = 0; command_at(i); i++) {
		buf_printf(out, "\t\t%s) _rdpwhy_offer -W '", command_at(i)->name);
		put_option_names(out, command_at(i)->bit);
		buf_puts(out, "' -- \"$cur\" ;;\n");
	}
	buf_puts(out, "\t\t*) _rdpwhy_offer -W '");
	put_option_names(out, all_commands());
	buf_puts(out, "' -- \"$cur\" ;;\n\t\tesac\n\t\treturn\n\tfi\n");
}

static void bash_operands(struct buf *out)
{
	buf_puts(out, "\tcase $command in\n\t'') _rdpwhy_offer -W '");
	for (size_t i = 0; command_at(i); i++)
		buf_printf(out, "%s%s", i ? " " : "", command_at(i)->name);
	buf_puts(out, "' -- \"$cur\" ;;\n");
	for (size_t i = 0; command_at(i); i++) {
		const struct command *c = command_at(i);

		if (takes_ids(c))
			buf_printf(out,
			           "\t%s)\n"
			           "\t\t((n_operands)) || _rdpwhy_offer -W \"$_rdpwhy_ids\" -- "
			           "\"$cur\"\n"
			           "\t\t;;\n",
			           c->name);
		if (takes_files(c))
			buf_printf(out,
			           "\t%s)\n"
			           "\t\tcompopt -o filenames 2>/dev/null\n"
			           "\t\t_rdpwhy_offer -f -- \"$cur\"\n"
			           "\t\t;;\n",
			           c->name);
	}
	buf_puts(out, "\tesac\n");
}

static void make_bash(struct buf *out)
{
	buf_puts(out, "# bash completion of rdpwhy; generated by gen_docs bash.\n"
	              "# shellcheck shell=bash\n\n");
	bash_ids(out);
	buf_puts(out, "_rdpwhy_offer() {\n"
	              "\tlocal word\n\n"
	              "\twhile IFS= read -r word; do\n"
	              "\t\tCOMPREPLY+=(\"$word\")\n"
	              "\tdone < <(compgen \"$@\")\n"
	              "}\n\n"
	              "_rdpwhy() {\n"
	              "\tlocal cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}\n"
	              "\tlocal prefix='' command='' word='' is_operand_only='' n_operands=0 i\n\n"
	              "\tCOMPREPLY=()\n");
	bash_walk(out);
	bash_arguments(out);
	bash_options(out);
	bash_operands(out);
	buf_puts(out, "}\n\ncomplete -F _rdpwhy rdpwhy\n");
}

/* --- zsh -------------------------------------------------------------------------------------- */

#define ZSH_SPECIAL "[]:\\"

static void zsh_option(struct buf *out, const struct option *o)
{
	if (o->letter)
		buf_printf(out, "\t\t'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter,
		           o->name);
	else
		buf_printf(out, "\t\t'--%s%s[", o->name, o->argument ? "=" : "");
	put_quoted(out, o->says, ZSH_SPECIAL);
	buf_putc(out, ']');
	if (o->argument) {
		buf_putc(out, ':');
		put_quoted(out, o->argument, ZSH_SPECIAL);
		buf_putc(out, ':');
		if (o->choices) {
			buf_putc(out, '(');
			put_choices(out, o->choices, " ");
			buf_putc(out, ')');
		}
	}
	buf_puts(out, "'\n");
}

static void zsh_options(struct buf *out, int commands)
{
	buf_puts(out, "(\n");
	for (size_t i = 0; option_at(i); i++)
		if (serves(option_at(i), commands))
			zsh_option(out, option_at(i));
	buf_puts(out, "\t)\n");
}

static void zsh_kind(struct buf *out, const struct ids *ids, enum kind kind)
{
	buf_puts(out, "\tknown=(\n");
	for (size_t i = 0; i < ids->n; i++) {
		const struct id *id = &ids->at[i];

		if (id->kind != kind)
			continue;
		buf_puts(out, "\t\t'");
		put_quoted(out, id->name, ":\\");
		buf_putc(out, ':');
		put_quoted(out, id->says, "\\");
		buf_puts(out, "'\n");
	}
	buf_printf(out, "\t)\n\t_describe -t %s '%s' known && ret=0\n", kinds[kind].many,
	           kinds[kind].one);
}

static void zsh_ids(struct buf *out)
{
	const struct ids *ids = all_ids();

	buf_puts(out, "_rdpwhy_ids() {\n\tlocal -a known\n\tlocal ret=1\n\n");
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		zsh_kind(out, ids, kind);
	buf_puts(out, "\treturn ret\n}\n\n");
}

static void zsh_commands(struct buf *out)
{
	buf_puts(out, "_rdpwhy_commands() {\n\tlocal -a known\n\n\tknown=(\n");
	for (size_t i = 0; command_at(i); i++) {
		buf_printf(out, "\t\t'%s:", command_at(i)->name);
		put_quoted(out, command_at(i)->says, "\\");
		buf_puts(out, "'\n");
	}
	buf_puts(out, "\t)\n\t_describe -t commands command known\n}\n\n");
}

static void zsh_command(struct buf *out, const struct command *c)
{
	buf_printf(out, "_rdpwhy_%s() {\n\tlocal -a options\n\n\toptions=", c->name);
	zsh_options(out, c->bit);
	buf_puts(out, "\t_arguments -s -S $options");
	if (takes_ids(c))
		buf_puts(out, " '1:what:_rdpwhy_ids'");
	if (takes_files(c))
		buf_puts(out, " '*:file:_files'");
	buf_puts(out, "\n}\n\n");
}

static void make_zsh(struct buf *out)
{
	buf_puts(out,
	         "#compdef rdpwhy\n# zsh completion of rdpwhy; generated by gen_docs zsh.\n\n");
	zsh_ids(out);
	zsh_commands(out);
	for (size_t i = 0; command_at(i); i++)
		zsh_command(out, command_at(i));
	buf_puts(out, "_rdpwhy() {\n"
	              "\tlocal curcontext=$curcontext state line\n"
	              "\tlocal -a options\n"
	              "\ttypeset -A opt_args\n\n"
	              "\toptions=");
	zsh_options(out, all_commands());
	buf_puts(out, "\t_arguments -C -s $options '1:command:_rdpwhy_commands' "
	              "'*::argument:->argument' && return\n"
	              "\t[[ $state == argument ]] || return 1\n"
	              "\tcurcontext=${curcontext%:*}-$words[1]:\n"
	              "\tcase $words[1] in\n");
	for (size_t i = 0; command_at(i); i++)
		buf_printf(out, "\t%s) _rdpwhy_%s ;;\n", command_at(i)->name, command_at(i)->name);
	buf_puts(out, "\t*) return 1 ;;\n\tesac\n}\n\n_rdpwhy \"$@\"\n");
}

/* --- fish ------------------------------------------------------------------------------------- */

static void put_fish(struct buf *out, const char *text)
{
	buf_putc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
	buf_putc(out, '\'');
}

static void fish_ids(struct buf *out)
{
	const struct ids *ids = all_ids();

	buf_puts(out, "function __rdpwhy_ids\n\tprintf '%s\\t%s\\n'");
	for (size_t i = 0; i < ids->n; i++) {
		buf_puts(out, " \\\n\t\t");
		put_fish(out, ids->at[i].name);
		buf_putc(out, ' ');
		put_fish(out, ids->at[i].says);
	}
	buf_puts(out, "\nend\n\n");
}

static void fish_condition(struct buf *out, int commands)
{
	buf_puts(out, "complete -c rdpwhy");
	if ((commands & all_commands()) == all_commands())
		return;
	buf_puts(out, " -n '__fish_seen_subcommand_from");
	for (size_t i = 0; command_at(i); i++)
		if (command_at(i)->bit & commands)
			buf_printf(out, " %s", command_at(i)->name);
	buf_putc(out, '\'');
}

static void fish_option(struct buf *out, const struct option *o)
{
	fish_condition(out, o->commands);
	if (o->letter)
		buf_printf(out, " -s %c", o->letter);
	buf_printf(out, " -l %s", o->name);
	if (o->argument)
		buf_puts(out, " -x");
	if (o->choices) {
		buf_puts(out, " -a '");
		put_choices(out, o->choices, " ");
		buf_putc(out, '\'');
	}
	buf_puts(out, " -d ");
	put_fish(out, o->says);
	buf_putc(out, '\n');
}

static void fish_command(struct buf *out, const struct command *c)
{
	buf_printf(out, "complete -c rdpwhy -n __fish_use_subcommand -a %s -d ", c->name);
	put_fish(out, c->says);
	buf_putc(out, '\n');
	if (takes_ids(c))
		buf_printf(out,
		           "complete -c rdpwhy -n '__fish_seen_subcommand_from %s' -a "
		           "'(__rdpwhy_ids)'\n",
		           c->name);
	if (takes_files(c))
		buf_printf(out, "complete -c rdpwhy -n '__fish_seen_subcommand_from %s' -F\n",
		           c->name);
}

static void make_fish(struct buf *out)
{
	buf_puts(out, "# fish completion of rdpwhy; generated by gen_docs fish.\n\n");
	fish_ids(out);
	buf_puts(out, "complete -c rdpwhy -f\n");
	for (size_t i = 0; command_at(i); i++)
		fish_command(out, command_at(i));
	for (size_t i = 0; option_at(i); i++)
		fish_option(out, option_at(i));
}

/* --- markdown --------------------------------------------------------------------------------- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) != 0;
}

/* What Markdown would take for something else; a pipe ends a cell. */
static bool is_md_special(const char *text, const char *s)
{
	bool is_inside = s > text && is_word(s[-1]) && is_word(s[1]);

	if (*s == '\\')
		return !is_word(s[1]) && s[1] != ' ';
	return strchr("`*<>|~$#", *s) || (*s == '_' && !is_inside);
}

static void put_md(struct buf *out, const char *text)
{
	for (const char *s = text; *s; s++) {
		if (is_md_special(text, s))
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
}

/* Text that the tables keep without a full stop. */
static void put_md_sentence(struct buf *out, const char *text)
{
	size_t n = strlen(text);

	put_md(out, text);
	if (n && !strchr(".?!", text[n - 1]))
		buf_putc(out, '.');
}

static void md_head(struct buf *out, const char *what, const char *title)
{
	buf_printf(out,
	           "Generated by `./dev docs`, which runs `gen_docs %s`; not to be edited by "
	           "hand.\n\n# %s\n\n",
	           what, title);
}

static void put_code_words(struct buf *out, const char *choices)
{
	buf_putc(out, '`');
	put_choices(out, choices, "`, `");
	buf_putc(out, '`');
}

/* --- doc/findings.md -------------------------------------------------------------------------- */

static size_t area_length(const struct finding_def *def)
{
	return strcspn(def->name, ".");
}

static bool is_same_area(const struct finding_def *a, const struct finding_def *b)
{
	size_t n = area_length(a);

	return n == area_length(b) && memcmp(a->name, b->name, n) == 0;
}

static void put_type(struct buf *out, const struct finding_def *def)
{
	buf_puts(out, finding_type_name(def->type));
	if (def->unit) {
		buf_puts(out, ": ");
		put_md(out, def->unit);
	}
	if (def->type == T_CODE)
		buf_printf(out, ": `%s`", code_table(def->family).id);
	if (def->choices) {
		buf_puts(out, ": ");
		put_code_words(out, def->choices);
	}
}

static void put_finding_row(struct buf *out, const struct finding_def *def)
{
	buf_printf(out, "| `%s` | ", def->name);
	put_type(out, def);
	buf_printf(out, " | %s | %s | ", effect_name(def->effect), visible_name(def->visible));
	put_md(out, def->means);
	buf_puts(out, " | ");
	put_md(out, def->spec);
	buf_puts(out, " |\n");
}

static void put_area(struct buf *out, enum finding_id first)
{
	const struct finding_def *of = &finding_defs[first];

	buf_printf(out, "\n## %.*s\n\n", (int)area_length(of), of->name);
	buf_puts(out, "| name | type | effect | visible | means | source |\n"
	              "|---|---|---|---|---|---|\n");
	for (enum finding_id id = first; id < F_COUNT; id++)
		if (is_same_area(of, &finding_defs[id]))
			put_finding_row(out, &finding_defs[id]);
}

static bool is_first_of_area(enum finding_id id)
{
	for (enum finding_id before = F_NONE + 1; before < id; before++)
		if (is_same_area(&finding_defs[before], &finding_defs[id]))
			return false;
	return true;
}

static void make_findings(struct buf *out)
{
	md_head(out, "findings", "Findings");
	buf_printf(out,
	           "What can be seen, %d kinds by area. A finding is a fact and never what it\n"
	           "means; which causes it speaks for is in [causes.md](causes.md).\n\n",
	           F_COUNT - 1);
	buf_puts(
	    out,
	    "- **type**: a fact has no value; a number has a unit; a code is a number of the\n"
	    "  family named; flags are a bit mask; a choice is one of the words listed.\n"
	    "- **effect**: how far it hinders a current client; `may-block` depends on the\n"
	    "  client's policy or on something not seen.\n"
	    "- **visible**: `wire` to everyone on the path, `tls` only with the secrets, `end`\n"
	    "  only at an end point.\n");
	for (enum finding_id id = F_NONE + 1; id < F_COUNT; id++)
		if (is_first_of_area(id))
			put_area(out, id);
}

/* --- doc/answers.md --------------------------------------------------------------------------- */

static void put_columns(struct buf *out, const struct topic_def *def)
{
	buf_puts(out, "| column | holds |\n|---|---|\n");
	for (size_t i = 0; def->columns[i].name; i++)
		buf_printf(out, "| `%s` | %s |\n", def->columns[i].name,
		           def->columns[i].is_number ? "number" : "text");
}

static void put_topic(struct buf *out, enum topic topic)
{
	const struct topic_def *def = topic_def(topic);

	buf_printf(out, "\n## %s\n\nAsked: ", def->name);
	put_md(out, def->asks);
	buf_puts(out, ". A plain user is ");
	if (def->needs) {
		buf_puts(out, "not told: ");
		put_md(out, def->needs);
		buf_puts(out, ".\n\n");
	} else {
		buf_puts(out, "told everything.\n\n");
	}
	put_columns(out, def);
}

static void put_statuses(struct buf *out)
{
	buf_puts(out, "\nWords of `could_not`:");
	for (int i = ANSWER_ROW + 1; i < ANSWER_STATUS_COUNT; i++)
		buf_printf(out, "%s `%s`", i > ANSWER_ROW + 1 ? "," : "",
		           answer_status_name((enum answer_status)i));
	buf_printf(
	    out, ".\nAt most %d rows are kept; files are read up to 64 MiB, lines up to 256 KiB.\n",
	    ANSWER_ROWS_MAX);
}

static void make_answers(struct buf *out)
{
	md_head(out, "answers", "Answers of a Windows computer");
	buf_printf(
	    out,
	    "A Windows computer is asked through its own interfaces, by %d topics. The same rows are\n"
	    "what `rdpwhy host` works with, what a bundle carries and what `rdpwhy read` takes from a\n"
	    "file. Nothing on the computer is changed by asking.\n\n",
	    TOPIC_COUNT);
	buf_puts(
	    out,
	    "The file has one JSON object a line, in UTF-8. The first line tells what it is, each\n"
	    "further one is a row of a topic, or says that something could not be asked:\n\n"
	    "```json\n"
	    "{\"rdpwhy\":\"answers/1\",\"when\":\"2026-11-02T09:14:03Z\",\"program\":\"rdpwhy 1.0\"}\n"
	    "{\"topic\":\"service\",\"name\":\"TermService\",\"state\":\"stopped\",\"start\":\"manual\"}\n"
	    "{\"topic\":\"right\",\"could_not\":\"no rights\",\"error\":5}\n"
	    "```\n\n"
	    "A cell that is not known is left out. Times are microseconds since 1970-01-01 UTC, sizes\n"
	    "bytes, truth values 0 and 1. Topics and columns that are not known are named once each\n"
	    "and left out; so is a cell of another type, with its line.\n");
	put_statuses(out);
	buf_puts(
	    out,
	    "\nWhere the registry lets suppose what an answer knows, the answer counts: a service that\n"
	    "runs now runs, whatever its start type is. What could not be asked is the finding\n"
	    "`host.not_looked`; it stands under `not tested` and is never a fault. Read beside the\n"
	    "diagnosis of another host (`--from`), the answers tell of the client.\n");
	for (int i = 0; i < TOPIC_COUNT; i++)
		put_topic(out, (enum topic)i);
}

/* --- doc/causes.md ---------------------------------------------------------------------------- */

static const struct {
	const struct cause_list *list;
	const char *title;
} groups[] = {
    {&causes_network, "Name, route, port"},
    {&causes_host, "Listener, services, host state"},
    {&causes_tls, "Certificate and TLS"},
    {&causes_identity, "Authentication, accounts, rights"},
    {&causes_session, "Sessions, licensing, profiles"},
    {&causes_path, "Network quality and transport"},
    {&causes_gateway, "Gateway, broker, cloud"},
    {&causes_client, "Client side"},
};

/* What is asked of the finding; nothing when it only has to be there. */
static void put_test(struct buf *out, const struct evidence_row *e)
{
	static const char *const words[] = {
	    [SEEN] = "",
	    [IS] = " is ",
	    [IS_NOT] = " is not ",
	    [HAS] = " has ",
	    [LACKS] = " lacks ",
	    [AT_LEAST] = " at least ",
	    [AT_MOST] = " at most ",
	    [BEYOND] = " beyond ±",
	};
	struct finding asked = {.id = e->finding, .number = e->value, .text = e->word};
	char value[256];

	buf_puts(out, words[e->test]);
	if (e->test == SEEN)
		return;
	finding_value_text(&asked, value, sizeof value);
	put_md(out, value);
}

static void put_evidence_row(struct buf *out, const struct evidence_row *e)
{
	buf_printf(out, "| %s | %s", e->strength > 0 ? "for" : "against",
	           strength_name(e->strength));
	if (e->at_most > 0)
		buf_printf(out, ", at most %.2f", e->at_most);
	buf_printf(out, " | `%s`", finding_defs[e->finding].name);
	put_test(out, e);
	buf_puts(out, " | ");
	put_md(out, e->says);
	buf_puts(out, " |\n");
}

static void put_evidence(struct buf *out, const struct cause *c)
{
	if (!c->evidence[0].finding)
		return;
	buf_puts(out, "\n| evidence | strength | finding | because |\n|---|---|---|---|\n");
	for (int against = 0; against < 2; against++)
		for (size_t i = 0; i < EVIDENCE_MAX && c->evidence[i].finding; i++)
			if ((c->evidence[i].strength < 0) == against)
				put_evidence_row(out, &c->evidence[i]);
}

static void put_fixes(struct buf *out, const struct cause *c)
{
	if (!c->fixes[0])
		return;
	buf_puts(out, "\n| fix | what it does | where | risk |\n|---|---|---|---|\n");
	for (size_t i = 0; i < FIXES_MAX && c->fixes[i]; i++) {
		const struct fix *f = c->fixes[i];

		buf_printf(out, "| `%s` | ", f->id);
		put_md(out, f->title);
		buf_printf(out, " | %s | %s", place_name(f->where), risk_name(f->risk));
		if (f->weakens) {
			buf_puts(out, ": ");
			put_md(out, f->weakens);
		}
		buf_puts(out, " |\n");
	}
}

static void put_cause(struct buf *out, const struct cause *c)
{
	buf_printf(out, "\n### %s\n\n", c->id);
	put_md(out, c->title);
	buf_printf(out, "\n\n- whose: %s\n- stage: %s\n",
	           c->whose == WHOSE_OPEN ? "open, settled by evidence" : whose_name(c->whose),
	           c->stage == STAGE_UNKNOWN ? "any" : stage_name(c->stage));
	if (c->refines)
		buf_printf(out, "- refines: [%s](#%s), whose evidence counts too\n", c->refines,
		           c->refines);
	if (c->waits) {
		buf_puts(out, "- not complete, waits for: ");
		put_md(out, c->waits);
		buf_putc(out, '\n');
	}
	put_evidence(out, c);
	put_fixes(out, c);
}

static void make_causes(struct buf *out)
{
	size_t n = 0;

	md_head(out, "causes", "Causes");
	buf_printf(
	    out,
	    "What can be wrong, %zu causes by group. `rdpwhy explain ID` says more of each,\n"
	    "and of each fix its steps and the way back; the findings are described in\n"
	    "[findings.md](findings.md). Strengths are classes and expert judgement, not\n"
	    "measured frequency.\n",
	    cause_count());
	for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
		buf_printf(out, "\n## %s\n", groups[g].title);
		for (size_t i = 0; i < groups[g].list->n; i++)
			put_cause(out, &groups[g].list->rows[i]);
		n += groups[g].list->n;
	}
	assert(n == cause_count());
}

/* --- doc/advice.md ---------------------------------------------------------------------------- */

static void put_verdict_counts(struct buf *out)
{
	buf_puts(out, "| verdict | claims |\n|---|---|\n");
	for (enum verdict_on_advice v = 0; v < ADVICE_COUNT; v++) {
		size_t n = 0;

		for (size_t i = 0; i < remedy_count(); i++)
			n += remedy_at(i)->verdict == v;
		buf_printf(out, "| %s | %zu |\n", advice_name(v), n);
	}
}

static void put_advice(struct buf *out, const struct remedy *r)
{
	bool is_also_dangerous = r->dangerous && r->verdict != ADVICE_DANGEROUS;

	buf_printf(out, "\n## %s: %s%s\n\n> ", r->id, advice_name(r->verdict),
	           is_also_dangerous ? ", dangerous" : "");
	put_md(out, r->claim);
	buf_puts(out, "\n\n**Because** ");
	put_md_sentence(out, r->because);
	if (r->instead) {
		buf_printf(out, "\n\n**%s** ",
		           r->verdict == ADVICE_SUPPORTED ? "Better:" : "Instead:");
		put_md_sentence(out, r->instead);
	}
	if (r->causes[0])
		buf_puts(out, "\n\nAbout: ");
	for (size_t i = 0; i < sizeof r->causes / sizeof *r->causes && r->causes[i]; i++)
		buf_printf(out, "%s[%s](causes.md#%s)", i ? ", " : "", r->causes[i], r->causes[i]);
	buf_puts(out, "\n");
}

static void make_advice(struct buf *out)
{
	md_head(out, "advice", "Advice");
	buf_printf(
	    out,
	    "Widely repeated advice and assertions, judged: %zu claims. `rdpwhy explain ID`\n"
	    "names the sources of each verdict.\n\n",
	    remedy_count());
	put_verdict_counts(out);
	for (size_t i = 0; i < remedy_count(); i++)
		put_advice(out, remedy_at(i));
}

/* --- doc/lab.md ------------------------------------------------------------------------------- */

static const char lab_intro[] =
    "`rdpwhy lab SCENARIO` plays a host: a good one, or one with a fault. It serves tests, the\n"
    "trying of clients, and whoever wants to see what a failure looks like. It answers as far as one\n"
    "gets without credentials; rows for what lies behind the sign-in come with the stages that will\n"
    "be built for it.\n\n"
    "    rdpwhy lab                                  the scenarios and their causes\n"
    "    rdpwhy lab causes                           how every cause is reproduced\n"
    "    rdpwhy lab --describe neg-silent            what one does\n"
    "    rdpwhy lab neg-silent --listen 127.0.0.1:3390\n"
    "    rdpwhy lab all --listen 127.0.0.1:20000     each at a port of its own, counting up\n"
    "    rdpwhy lab 'nla-*' --capture lab.pcapng     with what travels, and the TLS secrets\n\n"
    "One process plays at most 256 scenarios, each for at most 64 connections at a time of at most\n"
    "120 seconds; many scenarios share about 512 connections.\n\n"
    "## A row\n\n"
    "Rows are data, in `src/lab/faults_*.c`; the struct is in `src/lab/faults.h`.\n\n"
    "| field | what it says |\n|---|---|\n"
    "| `id`, `says` | the name, which begins with what fails, and one line |\n"
    "| `stage` | where the fault shows |\n"
    "| `cause` | a cause of the catalogue that looks so; none: nothing is wrong |\n"
    "| `host` | which protocols it takes, flags, CredSSP version and error, names, build, clock |\n"
    "| `certificate`, `tls` | what it shows; versions, suites, whether it wants the client's |\n"
    "| `fault` | when (on accept, at the request, hello, key, token, or behind byte N), what is sent "
    "in place of the answer, after which delay, and then: go on, FIN, RST, silence, drip, an "
    "altered byte, a flood; of which connections |\n"
    "| `expect` | the finding that a client notes first |\n\n"
    "To add one: write the row with the finding that a fair expert expects, before looking;\n"
    "`./dev goldens` writes what the whole probe finds into `test/lab/findings.txt`; read the\n"
    "difference. Say in `test/interop/clients.txt` how far real clients get.\n\n"
    "Several causes look alike from outside. The row names one; the ranking names the set.\n";

static void put_scenarios_of(struct buf *out, enum stage_id stage)
{
	bool has_title = false;

	for (size_t i = 0; scenario_at(i); i++) {
		const struct scenario *s = scenario_at(i);

		if (s->stage != stage)
			continue;
		if (!has_title)
			buf_printf(out, "\n### %s\n\n| scenario | plays | cause |\n|---|---|---|\n",
			           stage_name(stage));
		has_title = true;
		buf_printf(out, "| `%s` | ", s->id);
		put_md(out, s->says);
		if (s->cause)
			buf_printf(out, " | [%s](causes.md#%s) |\n", s->cause, s->cause);
		else
			buf_puts(out, " | |\n");
	}
}

static void put_player(struct buf *out, const char *by, const char *with, enum finding_id finding)
{
	buf_printf(out, "%s", by);
	if (with) {
		buf_puts(out, " ");
		put_md(out, with);
	}
	if (finding)
		buf_printf(out, " [%s](findings.md)", finding_defs[finding].name);
	buf_puts(out, "; ");
}

static void put_coverage(struct buf *out, const struct cause *cause)
{
	size_t start;

	buf_printf(out, "| [%s](causes.md#%s) | ", cause->id, cause->id);
	start = out->n;
	for (size_t i = 0; scenario_at(i); i++)
		if (scenario_at(i)->cause && strcmp(scenario_at(i)->cause, cause->id) == 0)
			buf_printf(out, "`%s`, ", scenario_at(i)->id);
	if (out->n > start) {
		out->n -= 2;
		buf_puts(out, "; ");
	}
	for (const struct coverage *c = coverage_next(cause->id, NULL); c;
	     c = coverage_next(cause->id, c))
		put_player(out, player_name(c->by), c->with, c->finding);
	out->n -= 2;
	buf_puts(out, " |\n");
}

static void make_lab(struct buf *out)
{
	md_head(out, "lab", "The lab");
	buf_puts(out, lab_intro);
	buf_puts(out, "\n## Scenarios\n");
	for (enum stage_id stage = 0; stage < STAGE_COUNT; stage++)
		put_scenarios_of(out, stage);
	buf_puts(out, "\n## How each cause is reproduced\n\n"
	              "Scenarios stand first. What else a row says:\n\n| by | |\n|---|---|\n");
	for (enum player by = 0; by < PLAYER_COUNT; by++)
		buf_printf(out, "| %s | %s |\n", player_name(by), player_says(by));
	buf_puts(out, "\n| cause | reproduced by |\n|---|---|\n");
	for (size_t i = 0; i < cause_count(); i++)
		put_coverage(out, cause_at(i));
}

/* --- the program ------------------------------------------------------------------------------ */

static const struct {
	const char *what;
	void (*make)(struct buf *out);
} documents[] = {
    {"man", make_man},         {"bash", make_bash},         {"zsh", make_zsh},
    {"fish", make_fish},       {"findings", make_findings}, {"causes", make_causes},
    {"answers", make_answers}, {"advice", make_advice},     {"lab", make_lab},
};

static int print_document(void (*make)(struct buf *out))
{
	struct buf out = {0};
	size_t written;

	make(&out);
	written = fwrite(out.bytes, 1, out.n, stdout);
	buf_fini(&out);
	/* A text cut short must not pass for the whole. */
	return written && !ferror(stdout) && fflush(stdout) == 0 ? 0 : EXIT_OUR_FAULT;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof documents / sizeof *documents; i++)
		if (strcmp(documents[i].what, argv[1]) == 0)
			return print_document(documents[i].make);
	fputs("gen_docs: expected one of", stderr);
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
		fprintf(stderr, "%s %s", i ? "," : "", documents[i].what);
	fputc('\n', stderr);
	return EXIT_USAGE;
}
