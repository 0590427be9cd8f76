#include "report/page.h"

#include <string.h>

#include "base/text.h"

static const char *const codes[] = {
    [INK_PLAIN] = "\033[0m", [INK_BOLD] = "\033[1m",     [INK_GOOD] = "\033[32m",
    [INK_BAD] = "\033[31m",  [INK_CAUTION] = "\033[33m", [INK_FAINT] = "\033[2m",
};

void page_ink(struct page *p, enum ink ink)
{
	if (p->has_color && ink != p->ink)
		buf_puts(p->out, codes[ink]);
	p->ink = ink;
}

/* Each line ends without ink, so that a line alone does not colour what follows it. */
static void end_line(struct page *p)
{
	enum ink ink = p->ink;

	page_ink(p, INK_PLAIN);
	buf_putc(p->out, '\n');
	p->ink = ink;
}

static void resume_ink(struct page *p)
{
	enum ink ink = p->ink;

	p->ink = INK_PLAIN;
	page_ink(p, ink);
}

const char *page_mark(const struct page *p, const char *mark, const char *ascii)
{
	return p->is_ascii ? ascii : mark;
}

/* Text of ours is ASCII but for outside words; those become ? where they must. */
static void put(struct page *p, const char *s, size_t n)
{
	const char *end = s + n;

	if (!p->is_ascii) {
		buf_put(p->out, s, n);
		return;
	}
	while (s < end) {
		uint32_t c = utf8_next(&s);

		buf_putc(p->out, c < 0x80 ? (char)c : '?');
	}
}

static void indent_to(struct page *p, int column)
{
	for (int i = 0; i < column; i++)
		buf_putc(p->out, ' ');
}

void page_blank(struct page *p)
{
	buf_putc(p->out, '\n');
}

void page_put(struct page *p, const char *s)
{
	put(p, s, strlen(s));
}

void page_line(struct page *p, const char *s)
{
	put(p, s, strlen(s));
	buf_putc(p->out, '\n');
}

void page_title(struct page *p, const char *title, const char *rest)
{
	page_ink(p, INK_BOLD);
	page_put(p, title);
	page_ink(p, INK_PLAIN);
	page_line(p, rest);
}

static int columns_of(const char *s, size_t n)
{
	char word[256];

	if (n >= sizeof word)
		return (int)n;
	memcpy(word, s, n);
	word[n] = '\0';
	return (int)text_columns(word);
}

/* Wraps at blanks; the cursor stands at column at, further lines begin at column indent. */
static void wrap(struct page *p, int at, int indent, const char *text)
{
	bool is_first = true;

	while (*text) {
		text += strspn(text, " ");

		size_t n = strcspn(text, " \n");
		int columns = columns_of(text, n);

		if (!is_first && at + 1 + columns > p->width) {
			end_line(p);
			indent_to(p, indent);
			resume_ink(p);
			at = indent;
			is_first = true;
		}
		if (!is_first) {
			buf_putc(p->out, ' ');
			at++;
		}
		put(p, text, n);
		at += columns;
		is_first = n == 0;
		text += n;
		if (*text == '\n') {
			text++;
			end_line(p);
			indent_to(p, indent);
			resume_ink(p);
			at = indent;
			is_first = true;
		}
	}
	end_line(p);
	p->ink = INK_PLAIN;
}

void page_heading(struct page *p, const char *s)
{
	page_blank(p);
	page_ink(p, INK_BOLD);
	wrap(p, 0, 0, s);
	page_ink(p, INK_PLAIN);
}

#define NARROW 60

static bool is_narrow(const struct page *p)
{
	return p->width < NARROW;
}

void page_text(struct page *p, int indent, const char *text)
{
	if (is_narrow(p) && indent > 6)
		indent = 6;
	indent_to(p, indent);
	wrap(p, indent, indent, text);
}

static void put_label(struct page *p, const char *label, enum ink ink)
{
	page_ink(p, ink);
	put(p, label, strlen(label));
	page_ink(p, INK_PLAIN);
}

void page_item(struct page *p, int indent, const char *label, enum ink ink, int text_at,
               const char *text)
{
	if (is_narrow(p) && indent > 4)
		indent = 4;

	int at = indent + (int)text_columns(label);

	if (is_narrow(p) && text_at > indent + 4) {
		/* The label gets a line of its own. */
		if (at > indent) {
			indent_to(p, indent);
			put_label(p, label, ink);
			buf_putc(p->out, '\n');
		}
		page_text(p, indent + 4, text);
		return;
	}
	indent_to(p, indent);
	put_label(p, label, ink);
	do
		buf_putc(p->out, ' ');
	while (++at < text_at);
	wrap(p, at, text_at, text);
}

void page_command(struct page *p, int indent, const char *command)
{
	if (is_narrow(p) && indent > 4)
		indent = 4;
	indent_to(p, indent);
	page_ink(p, INK_BOLD);
	put(p, command, strlen(command));
	page_ink(p, INK_PLAIN);
	buf_putc(p->out, '\n');
}
