#include "app/conversation.h"

#include <string.h>

#include "read/dialog.h"

#define BLANKS " \t\r\n"

static const char *ended(struct buf *text)
{
	buf_putc(text, '\0');
	text->n--;
	return text->bytes;
}

/* Without blanks around it, and without the quotes of a path that was dragged here. */
static void trim(struct buf *line)
{
	char *first = line->bytes;
	size_t n = line->n;

	while (n && strchr(BLANKS, first[n - 1]))
		n--;
	while (n && strchr(BLANKS, *first))
		first++, n--;
	if (n >= 2 && strchr("\"'", *first) && first[n - 1] == *first)
		first++, n -= 2;
	if (n)
		memmove(line->bytes, first, n);
	line->n = n;
}

static bool is_blank(const char *line)
{
	return line[strspn(line, BLANKS)] == '\0';
}

/* --- the code --- */

/* 0x904/0x7 stands for itself; words may have more lines behind them. */
static bool is_whole(const char *line)
{
	struct dialog d = dialog_read(line, strlen(line));

	return d.kind != DIALOG_NOTHING && !d.is_prose && !d.flaw;
}

/* A blank line ends a text, unless it is one in the middle of what was pasted. */
static void hear_text(const struct conversation *c, struct buf *text)
{
	bool is_over = false;

	while (!is_over && text->n <= DIALOG_BYTES_MAX) {
		struct buf line = {0};
		bool is_heard = c->hear(c->context, &line);
		const char *shown = ended(&line);

		if (is_heard)
			buf_printf(text, "%s\n", shown);
		is_over = !is_heard ||
		          (!c->has_more(c->context) && (is_blank(shown) || is_whole(shown)));
		buf_fini(&line);
	}
	c->forget(c->context);
}

/* What can be used of the text; NULL: nothing. */
static const char *code_in(const struct conversation *c, struct buf *text)
{
	struct dialog d = dialog_read(ended(text), text->n);

	if (is_blank(text->bytes) || !text->n)
		return NULL;
	if (d.flaw || d.kind == DIALOG_NOTHING) {
		c->say(c->context, "There is no code in that; it is left out.\n");
		return NULL;
	}
	if (d.has_more)
		text->bytes[d.more_at] = '\0';
	return text->bytes;
}

static int ask_code(const struct conversation *c, const char *what)
{
	struct buf text = {0};
	int status;

	c->say(
	    c->context,
	    "\nWhat does the client say? Its code, such as 0x904/0x7, or the whole message, pasted;\n"
	    "behind a message, and where there is none, Enter alone.\n"
	    "Code: ");
	hear_text(c, &text);
	c->say(c->context, "\n");
	status = c->answer(c->context, what, code_in(c, &text));
	buf_fini(&text);
	return status;
}

/* --- the host --- */

/* False: Enter alone, or the end of the input. */
static bool ask_host(const struct conversation *c, struct buf *what)
{
	c->say(c->context, "Computer: ");
	if (!c->hear(c->context, what))
		c->say(c->context, "\n");
	trim(what);
	return *ended(what) != '\0';
}

static bool ask(const struct conversation *c, int *status)
{
	struct buf what = {0};
	bool is_asked = ask_host(c, &what);

	if (is_asked)
		*status = ask_code(c, what.bytes);
	buf_fini(&what);
	return is_asked;
}

int converse_on(const struct conversation *c, int status)
{
	do {
		c->say(c->context, "\nAnother computer? Enter alone ");
		c->say(c->context, c->closes ? "closes this window.\n" : "ends.\n");
	} while (ask(c, &status));
	return status;
}

int converse(const struct conversation *c, int status)
{
	c->say(c->context,
	       "rdpwhy tells why a Remote Desktop connection fails.\n"
	       "\n"
	       "Which computer cannot be reached? Its name or address, with :PORT where that "
	       "is not\n"
	       "3389; or drag a .rdp file here.\n");
	return ask(c, &status) ? converse_on(c, status) : status;
}
