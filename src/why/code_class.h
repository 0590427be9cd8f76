/*
 * code_class - what kind of failure a client's code speaks of, and what it cannot mean.
 *
 * Source  the meaning that each code's own documentation gives; the suspects behind a
 *         class are in priors
 * Owns    nothing
 */
#ifndef WHY_CODE_CLASS_H
#define WHY_CODE_CLASS_H

#include "finding/finding.h"

enum code_class {
	CLASS_NONE, /* no code, or one that says nothing */
	CLASS_NAME,
	CLASS_CONNECT,
	CLASS_CLOSED,
	CLASS_SECURITY,
	CLASS_CERTIFICATE,
	CLASS_AUTHENTICATION,
	CLASS_LICENCE,
	CLASS_SESSION,
	CLASS_GATEWAY,
	CLASS_CLIENT,
	CLASS_NORMAL_END,
	CLASS_COUNT
};

#define CLASS_CANNOT_MAX 6
#define CLASS_STAGES_MAX 7

/* One row of the table "where it stops" of a class. */
struct stage_suspects {
	const char *last;     /* the last good answer of the other side */
	const char *suspects; /* most probable first */
};

struct class_def {
	const char *id;    /* "closed" */
	const char *says;  /* what codes of this class have in common, one sentence */
	const char *needs; /* what must have been so for the code to appear, without a full stop */
	const char *cannot[CLASS_CANNOT_MAX];
	struct stage_suspects stages[CLASS_STAGES_MAX];
};

const struct class_def *code_class_def(enum code_class c);

enum code_class code_class_of(enum code_family family, uint32_t value);

/* The class of what the client showed, by all client.* codes in a set. */
enum code_class code_class_of_findings(const struct findings *set);

/* True for classes that say that something failed. */
bool code_class_is_failure(enum code_class c);

/* What is known of one pair beyond its two halves, or NULL. */
struct pair_note {
	uint32_t disconnect, extended;
	const char *says;
	const char *source;
};
const struct pair_note *pair_note(uint32_t disconnect, uint32_t extended);

#endif
