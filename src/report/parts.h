/*
 * parts - pieces that several pages share: fixes, checks, codes.
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "base/json.h"
#include "report/report.h"

/* "0x904 = 2308" */
void code_text(uint32_t value, char *out, size_t n);

/* Title, risk, minutes, steps and way back. */
void put_fix(struct page *p, int number, const struct fix *fix, const struct run_frame *frame);
void put_check(struct page *p, int number, const struct check *check,
               const struct run_frame *frame);

enum ink advice_ink(enum verdict_on_advice verdict);

void json_fix(struct json *j, const struct fix *fix, const struct cause *cause,
              const struct run_frame *frame);
void json_check(struct json *j, const struct offered_check *offer, const struct run_frame *frame);

/* "powershell", or NULL. */
const char *shell_id(enum shell shell);

void json_command(struct json *j, const char *key, const char *command,
                  const struct run_frame *frame);

/* "host" and so on, or null while open. */
void json_whose(struct json *j, const char *key, enum whose whose);

/* A moment as RFC 3339, or nothing when it is 0. */
void json_moment(struct json *j, const char *key, int64_t us);

#endif
