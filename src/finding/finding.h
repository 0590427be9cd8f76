/*
 * finding - a typed fact: what was seen, where, when and by whom. Never what it means.
 *
 * Three answers are kept apart: seen, absent (looked for, not there), and not looked
 * for (no finding at all). Most wrong diagnoses come from mixing the last two.
 *
 * Owns    a set copies every text it keeps into its arena; adding never overwrites
 * Units   times in microseconds since 1970-01-01 UTC, 0 when unknown; the unit of a
 *         value is part of its definition
 */
#ifndef FINDING_FINDING_H
#define FINDING_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding/codes.h"
#include "finding/finding_ids.h"
#include "finding/stages.h"

struct arena;

enum finding_type {
	T_FACT,   /* it is so, or it is not; no value */
	T_NUMBER, /* signed integer with a unit */
	T_CODE,   /* unsigned 32 bit, a number of a code family */
	T_FLAGS,  /* unsigned 32 bit, a bit mask */
	T_CHOICE, /* one word out of the definition's list */
	T_TEXT,   /* outside text, made harmless where it is shown */
};

enum finding_state { FINDING_SEEN, FINDING_ABSENT };

enum origin {
	ORIGIN_PROBE,
	ORIGIN_CAPTURE,
	ORIGIN_LOG,
	ORIGIN_HIVE,
	ORIGIN_HOST,
	ORIGIN_FILE,
	ORIGIN_USER,
	ORIGIN_COUNT
};

/* How far a finding hinders the client profile. */
enum effect {
	EFFECT_NONE,      /* odd but ordinary */
	EFFECT_MAY_BLOCK, /* depends on the client's policy or on something not seen */
	EFFECT_BLOCKS,    /* no such client gets past it */
	EFFECT_COUNT
};

/* Who can see it: everyone on the path, only with the secrets, only an end point. */
enum visible { VISIBLE_WIRE, VISIBLE_TLS, VISIBLE_END, VISIBLE_COUNT };

struct finding_def {
	const char *name;  /* an interface: added, never renamed */
	const char *means; /* one line, without a full stop */
	const char *spec;  /* specification and section, event, value or command */
	enum finding_type type;
	enum stage_id stage; /* where in the connection, or in which evidence */
	enum effect effect;
	enum visible visible;
	enum code_family family;   /* T_CODE */
	const char *unit;          /* T_NUMBER */
	const char *choices;       /* T_CHOICE: words separated by | */
	const char *group;         /* that of a finding which names none; NULL: its name */
	enum finding_id undone_by; /* a later one of these cancels it */
	bool passes;               /* seen: the connection got past its stage */
	bool is_odd;               /* seen: its stage is passed with something odd */
	enum stage_id proves;      /* seen in a log: the connection got past this stage */
	bool is_apart;             /* about a computer, and nothing of Remote Desktop by itself */
	const char *incomplete;    /* seen: this part of the way was not tested */
	bool local;                /* about this computer: nothing was learnt of the host */
	bool of_client; /* about the person\'s client: what our own probe does says nothing */
};

extern const struct finding_def finding_defs[F_COUNT];

struct finding {
	enum finding_id id;
	enum finding_state state;
	enum origin origin;
	enum effect effect;
	enum visible visible;
	int64_t number;    /* T_NUMBER, T_CODE, T_FLAGS */
	const char *text;  /* T_CHOICE, T_TEXT; else NULL */
	const char *group; /* findings of one group are one piece of evidence; NULL: the kind's */
	const char *where; /* "tcp 192.0.2.7:3389", "System.evtx #5021"; NULL: not said */
	int64_t when_us;
};

struct findings {
	struct arena *arena;
	struct finding *at;
	size_t n, cap;
};

/* A seen finding with the defaults of its definition, for the caller to complete. */
struct finding finding_of(enum finding_id id, enum origin origin);

/* Append a copy; the strings are copied too. */
void findings_add(struct findings *set, const struct finding *f);

/* The first of a kind in that state; NULL: none. */
const struct finding *findings_first(const struct findings *set, enum finding_id id,
                                     enum finding_state state);

/* Seen or absent: it was looked for. */
bool findings_have(const struct findings *set, enum finding_id id);

/*
 * A copy in an order that depends on the findings alone, by stage first; equal sets give equal
 * copies, in whatever order they were gathered. The texts are shared.
 */
struct findings findings_sorted(const struct findings *set, struct arena *arena);

/* The definition of a name, or F_NONE. */
enum finding_id finding_by_name(const char *name);

/* The defined name nearest to a misspelt one, or NULL when none is near. */
const char *finding_nearest_name(const char *name);

/* A number that the client itself showed, as in its dialog. */
bool finding_is_client_code(enum finding_id id);

const char *finding_type_name(enum finding_type type);
const char *origin_name(enum origin origin);
const char *effect_name(enum effect effect);
const char *visible_name(enum visible visible);

/* Index of a word in a list like "fin|rst", or -1. */
int choice_index(const char *choices, const char *word);

/* The value in words, into at most n bytes: "0x5 HYBRID_REQUIRED_BY_SERVER", "12 days", "rst". */
void finding_value_text(const struct finding *f, char *out, size_t n);

#endif
