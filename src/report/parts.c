#include "report/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/moment.h"
#include "base/text.h"
#include "report/words.h"

void code_text(uint32_t value, char *out, size_t n)
{
	if (value < 10)
		snprintf(out, n, "0x%" PRIX32, value);
	else
		snprintf(out, n, "0x%" PRIX32 " = %" PRIu32, value, value);
}

static const char *const placeholders[] = {"{host}", "{port}", "{user}"};

static void put_placeholder(struct buf *out, size_t which, const struct run_frame *frame)
{
	if (which == 0 && frame && frame->host && text_fits_command(frame->host))
		buf_puts(out, frame->host);
	else if (which == 1)
		buf_printf(out, "%d", frame && frame->port ? frame->port : 3389);
	else
		buf_puts(out, which == 0 ? "<host>" : "<user>");
}

void report_command(struct buf *out, const char *command, const struct run_frame *frame)
{
	while (*command) {
		size_t which = 0, n = sizeof placeholders / sizeof *placeholders;

		while (which < n &&
		       strncmp(command, placeholders[which], strlen(placeholders[which])) != 0)
			which++;
		if (which < n) {
			put_placeholder(out, which, frame);
			command += strlen(placeholders[which]);
		} else {
			buf_putc(out, *command++);
		}
	}
}

static void put_command(struct page *p, int indent, const char *command,
                        const struct run_frame *frame)
{
	struct buf filled = {0};

	report_command(&filled, command, frame);
	page_command(p, indent, filled.bytes ? filled.bytes : "");
	buf_fini(&filled);
}

static void put_steps(struct page *p, const char *label, const struct fix_step *steps, size_t n,
                      const struct run_frame *frame)
{
	for (size_t i = 0; i < n && steps[i].says; i++) {
		char words[WORDS_MAX];

		step_words(&steps[i], words);
		page_item(p, 7, i ? "" : label, INK_FAINT, 14, words);
		if (steps[i].command)
			put_command(p, 16, steps[i].command, frame);
	}
}

static enum ink risk_ink(enum risk risk)
{
	return risk == RISK_SAFE ? INK_GOOD : risk == RISK_CAUTION ? INK_CAUTION : INK_BAD;
}

void put_fix(struct page *p, int number, const struct fix *fix, const struct run_frame *frame)
{
	char label[16], head[WORDS_MAX];

	snprintf(label, sizeof label, "%d", number);
	fix_words(fix, head);
	page_item(p, 2, label, risk_ink(fix->risk), 7, head);
	if (fix->condition)
		page_item(p, 7, "if", INK_FAINT, 14, fix->condition);
	if (fix->weakens)
		page_item(p, 7, "costs", INK_BAD, 14, fix->weakens);
	put_steps(p, "do", fix->steps, STEPS_MAX, frame);
	put_steps(p, "undo", fix->undo, UNDO_MAX, frame);
	if (fix->undo_says)
		page_item(p, 7, fix->undo[0].says ? "" : "undo", INK_FAINT, 14, fix->undo_says);
}

void put_check(struct page *p, int number, const struct check *check, const struct run_frame *frame)
{
	char label[16], head[WORDS_MAX];

	snprintf(label, sizeof label, "%d", number);
	check_words(check, head);
	page_item(p, 2, label, INK_PLAIN, 5, head);
	if (check->command)
		put_command(p, 7, check->command, frame);
}

enum ink advice_ink(enum verdict_on_advice verdict)
{
	static const enum ink inks[ADVICE_COUNT] = {
	    [ADVICE_SUPPORTED] = INK_GOOD,      [ADVICE_PARTLY] = INK_CAUTION,
	    [ADVICE_WRONG] = INK_BAD,           [ADVICE_DANGEROUS] = INK_BAD,
	    [ADVICE_NOT_CHECKABLE] = INK_FAINT,
	};

	return inks[verdict];
}

void json_command(struct json *j, const char *key, const char *command,
                  const struct run_frame *frame)
{
	struct buf filled = {0};

	if (command)
		report_command(&filled, command, frame);
	json_key_string(j, key, command ? filled.bytes : NULL);
	buf_fini(&filled);
}

void json_whose(struct json *j, const char *key, enum whose whose)
{
	json_key_string(j, key, whose == WHOSE_OPEN ? NULL : whose_name(whose));
}

void json_moment(struct json *j, const char *key, int64_t us)
{
	char text[MOMENT_TEXT_MAX];

	if (!us)
		return;
	moment_text(us, text);
	json_key_string(j, key, text);
}

const char *shell_id(enum shell shell)
{
	static const char *const ids[] = {
	    [NO_SHELL] = NULL, [POWERSHELL] = "powershell", [CMD] = "cmd", [SH] = "sh"};

	return ids[shell];
}

static void json_steps(struct json *j, const char *key, const struct fix_step *steps, size_t n,
                       const struct run_frame *frame)
{
	json_key(j, key);
	json_begin_array(j);
	for (size_t i = 0; i < n && steps[i].says; i++) {
		json_begin_object(j);
		json_key_string(j, "says", steps[i].says);
		json_command(j, "command", steps[i].command, frame);
		json_key_string(j, "shell", shell_id(steps[i].shell));
		json_end_object(j);
	}
	json_end_array(j);
}

void json_fix(struct json *j, const struct fix *fix, const struct cause *cause,
              const struct run_frame *frame)
{
	json_begin_object(j);
	json_key_string(j, "id", fix->id);
	if (cause)
		json_key_string(j, "cause", cause->id);
	json_key_string(j, "title", fix->title);
	json_key_string(j, "where", place_name(fix->where));
	json_key_string(j, "risk", risk_name(fix->risk));
	json_key_if_string(j, "weakens", fix->weakens);
	json_key_if_string(j, "condition", fix->condition);
	json_key_bool(j, "temporary", fix->temporary);
	json_key_string(j, "needs_restart", restart_name(fix->restart));
	json_key_integer(j, "minutes", fix->minutes);
	json_steps(j, "steps", fix->steps, STEPS_MAX, frame);
	json_steps(j, "undo", fix->undo, UNDO_MAX, frame);
	json_key_if_string(j, "undo_says", fix->undo_says);
	json_key_strings(j, "sources", fix->sources, sizeof fix->sources / sizeof *fix->sources);
	json_end_object(j);
}

void json_check(struct json *j, const struct offered_check *offer, const struct run_frame *frame)
{
	json_begin_object(j);
	json_key_string(j, "id", offer->check->id);
	json_key_string(j, "says", offer->check->says);
	json_command(j, "command", offer->check->command, frame);
	json_key_string(j, "where", place_name(offer->check->where));
	json_key_integer(j, "cost_minutes", offer->check->minutes);
	json_key_probability(j, "expected_gain_bits", offer->gain_bits);
	json_end_object(j);
}
