/*
 * lab_list - what can be played, shown: the scenarios, one of them, and how each cause of the
 * catalogue is reproduced.
 *
 * Output  pages and JSON into a buffer of the caller
 */
#ifndef APP_LAB_LIST_H
#define APP_LAB_LIST_H

#include "base/json.h"
#include "lab/faults.h"
#include "report/page.h"
#include "why/cause.h"

void lab_list_text(struct page *p);
void lab_list_json(struct buf *out);

void lab_describe_text(struct page *p, const struct scenario *s);
void lab_describe_json(struct json *j, const struct scenario *s);

/* Every cause, and who plays it. */
void lab_causes_text(struct page *p);

/* Behind what `explain` tells of a cause. */
void lab_cause_text(struct page *p, const struct cause *cause);
void lab_cause_json(struct json *j, const struct cause *cause);

#endif
