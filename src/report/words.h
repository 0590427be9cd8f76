/*
 * words - what the screen and the Markdown page both say of a diagnosis, before it is laid out.
 *
 * Output  words of ours, but for what is called outside: that was made harmless for a terminal,
 *         and the page makes it harmless for itself
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "base/moment.h"
#include "report/report.h"

#define WORDS_MAX   512
#define OUTSIDE_MAX 320

/* Whole percentages; nothing that was inferred is ever wholly sure. */
int percent(double p);

/* "host", or "either" where only evidence tells. */
const char *side_words(enum whose whose);

/* "cause found" */
const char *state_words(const struct diagnosis *d);

/* "host side", "97 % sure": what is known of the two, with something in front of each. */
void sure_words(const struct diagnosis *d, const char *before, char out[96]);

/* A cause of a set, or another one: "title (id, host side)". */
void cause_words(const struct cause *cause, char out[WORDS_MAX]);

#define SET_WORDS "One of these, which nothing seen so far separates:"

/* What is left beside the causes: "2 %  gone or elsewhere, ..."; false: nothing. */
bool rest_words(const struct diagnosis *d, char out[WORDS_MAX]);

/* The causes that are neither named nor argued, most probable first; their number. */
#define OTHERS_MAX 5
size_t other_causes(const struct diagnosis *d, const struct candidate *argued,
                    const struct candidate *out[OTHERS_MAX]);

/* The candidate whose reasons are shown; none where all are about equally improbable. */
const struct candidate *argued_candidate(const struct diagnosis *d);

struct argument_words {
	const char *says;
	char value[OUTSIDE_MAX], where[OUTSIDE_MAX]; /* outside; empty: none */
	const char *origin;                          /* NULL: of no finding */
	bool is_aged;
};
#define AGED_WORDS "old or undated, counts as weak"

void argument_words(const struct argument *a, struct argument_words *out);

/* A finding in one line of its own. */
struct finding_words {
	const char *name, *state, *origin, *effect; /* effect NULL: none */
	char value[OUTSIDE_MAX], where[OUTSIDE_MAX], when[MOMENT_TEXT_MAX];
};

void finding_words(const struct finding *f, struct finding_words *out);

/* An attempt in one line: when, "from to host as account", how it ended. */
struct attempt_words {
	char when[MOMENT_TEXT_MAX], who[3 * OUTSIDE_MAX], where[OUTSIDE_MAX]; /* outside */
	char how[160];
};

void attempt_words(const struct attempt *a, struct attempt_words *out);

/* The attempts worth a line, oldest first: the last ones of the host that the verdict is about. */
#define ATTEMPTS_SHOWN 50
size_t shown_attempts(const struct run_frame *frame, enum detail detail,
                      const struct attempt *out[ATTEMPTS_SHOWN]);

/* "12 attempts at 3 hosts; --host or --jsonl for the others"; false: one attempt. */
bool attempts_words(const struct run_frame *frame, char out[160]);

/* Codes that the client showed, each once. */
#define CODES_MAX 4
size_t client_codes(const struct diagnosis *d, const struct finding *out[CODES_MAX]);

/* Of the stages behind a failure the first one says it for all. */
size_t shown_stages(const struct diagnosis *d, const struct stage_result *out[STAGE_COUNT]);

/* " 4 ms", or nothing where no time was taken. */
void time_words(const struct run_frame *frame, enum stage_id id, char out[24]);

/* What a run that was ended early still waited for, outside; false: it was not. */
bool stopped_words(const struct diagnosis *d, char out[OUTSIDE_MAX]);

const char *fixes_title(const struct diagnosis *d);

/* "title, on the host side: caution, 2 minutes" */
void fix_words(const struct fix *fix, char out[WORDS_MAX]);

/* "say it (PowerShell):" */
void step_words(const struct fix_step *step, char out[WORDS_MAX]);

/* "host side, 2 min: what to do" */
void check_words(const struct check *check, char out[WORDS_MAX]);

/* How many of the next checks are worth offering. */
size_t n_offered_checks(const struct diagnosis *d);

/* --- the demo --- */

/* True when the verdict names what was planted, alone or in a set. */
bool is_planted_named(const struct diagnosis *d, const struct run_demo *demo);

/* "yes: ..." or "no: ..." */
void demo_words(const struct diagnosis *d, const struct run_demo *demo, char out[WORDS_MAX]);

#define REDACTED_WORDS                                                                             \
	"names, addresses, accounts and serial numbers are replaced; equal words stand for "       \
	"equal things"

#endif
