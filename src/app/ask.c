#include "app/ask.h"

#include <string.h>

#include "app/commands.h"
#include "app/connection_file.h"
#include "app/conversation.h"
#include "app/output.h"
#include "base/status.h"
#include "os/console.h"
#include "os/os.h"

#define STDERR 2

static void say(void *context, const char *text)
{
	(void)context;
	os_write_all(STDERR, text, strlen(text));
}

static bool hear(void *context, struct buf *line)
{
	(void)context;
	return console_line(line);
}

static bool has_more(void *context)
{
	(void)context;
	return console_has_more();
}

static void forget(void *context)
{
	(void)context;
	console_forget();
}

/* Dragging gives a whole path; a word alone is a host, whatever files lie here. */
static bool is_evidence(const char *what)
{
	return strpbrk(what, "/\\") && (os_is_regular(what) || os_is_folder(what));
}

/* Evidence is read; a single file that says how to connect is tried. */
static int answer_about(struct options *o)
{
	bool is_tried = o->n_operands == 1 &&
	                (is_connection_file(o->operands[0]) || !is_evidence(o->operands[0]));

	return is_tried ? run_check(o) : run_read(o);
}

static int answer(void *context, const char *what, const char *code)
{
	struct options o = *(const struct options *)context;

	o.operands[0] = what;
	o.n_operands = 1;
	o.code = code;
	return answer_about(&o);
}

static struct conversation conversation_as(struct options *o, bool closes)
{
	return (struct conversation){.context = o,
	                             .say = say,
	                             .hear = hear,
	                             .has_more = has_more,
	                             .forget = forget,
	                             .answer = answer,
	                             .closes = closes};
}

int run_ask(const struct options *options)
{
	struct options asked = *options;
	struct conversation c = conversation_as(&asked, console_is_ours());

	if (options->n_operands) {
		output_message("ask: it asks for everything; `rdpwhy HOST` diagnoses at once");
		return EXIT_USAGE;
	}
	return converse(&c, EXIT_NOTHING_WRONG);
}

/* --- started from a desktop --- */

bool is_started_by_click(int argc, char **argv)
{
	bool is_click = console_is_ours() && argc <= OPERANDS_MAX;

	for (int i = 1; i < argc && is_click; i++)
		is_click = is_evidence(argv[i]);
	return is_click;
}

int run_by_click(int argc, char **argv)
{
	struct options asked = {0}, dropped = {0};
	struct conversation c = conversation_as(&asked, true);

	if (argc < 2)
		return converse(&c, EXIT_NOTHING_WRONG);
	for (int i = 1; i < argc; i++)
		dropped.operands[dropped.n_operands++] = argv[i];
	return converse_on(&c, answer_about(&dropped));
}
