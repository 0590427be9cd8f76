/*
 * page - text laid out for a terminal: wrapped, indented, with or without colour.
 *
 * Input   words of ours, and outside text that was made harmless before
 * Output  into a buffer; no line is wider than the page, except words that do not fit and
 *         commands, which are never broken
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <stdbool.h>

#include "base/bytes.h"

enum ink { INK_PLAIN, INK_BOLD, INK_GOOD, INK_BAD, INK_CAUTION, INK_FAINT };

struct page {
	struct buf *out;
	int width;
	bool has_color;
	bool is_ascii; /* no character beyond ASCII may be written */
	enum ink ink;  /* in force; set by page_ink */
};

#define PAGE_WIDTH_LEAST 40
#define PAGE_WIDTH_MOST  100
#define PAGE_WIDTH_USUAL 80

void page_put(struct page *p, const char *s); /* without an end of line */
void page_line(struct page *p, const char *s);
void page_title(struct page *p, const char *title, const char *rest); /* bold, then plain */
void page_blank(struct page *p);
void page_heading(struct page *p, const char *s);

/* A label in its own ink at column indent, the text wrapped at column text_at behind it. */
void page_item(struct page *p, int indent, const char *label, enum ink ink, int text_at,
               const char *text);

/* Wrapped text, all lines at column indent. */
void page_text(struct page *p, int indent, const char *text);

/* A command on a line of its own, unbroken. */
void page_command(struct page *p, int indent, const char *command);

void page_ink(struct page *p, enum ink ink); /* INK_PLAIN ends it */

/* A mark with its plain spelling where only ASCII is possible. */
const char *page_mark(const struct page *p, const char *mark, const char *ascii);

#endif
