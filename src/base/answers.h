/*
 * answers - what the interfaces of a Windows computer answer when they are asked: rows of named
 * cells by topic, the same live, from a bundle and in a test.
 *
 * Spec    the table in answers.c: each topic with the interface that is asked and its columns
 * Shape   a row is one service, one listener, one rule ...; a cell that is not known is not there
 * Units   times in microseconds since 1970-01-01 UTC, sizes in bytes; truth values are 0 and 1
 * Errors  what could not be asked is an answer too: a row with a status and why
 * Owns    nothing: rows and texts live in the arena
 */
#ifndef BASE_ANSWERS_H
#define BASE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum topic {
	TOPIC_COMPUTER,
	TOPIC_SERVICE,
	TOPIC_LISTENER,
	TOPIC_TCP_STATE,
	TOPIC_PORT_RANGE,
	TOPIC_CERTIFICATE,
	TOPIC_FIREWALL_PROFILE,
	TOPIC_FIREWALL_RULE,
	TOPIC_NETWORK,
	TOPIC_ADAPTER,
	TOPIC_SESSION,
	TOPIC_GROUP_MEMBER,
	TOPIC_RIGHT,
	TOPIC_LICENSING,
	TOPIC_TLS_SUITE,
	TOPIC_DOMAIN,
	TOPIC_TIME,
	TOPIC_VOLUME,
	TOPIC_MEMORY,
	TOPIC_UPDATE,
	TOPIC_POLICY_ORIGIN,
	TOPIC_LOG,
	TOPIC_CREDENTIAL,
	TOPIC_CACHED_NAME,
	TOPIC_COUNT
};

enum answer_status {
	ANSWER_ROW,         /* a row of cells */
	ANSWER_NOTHING,     /* asked, and there is none */
	ANSWER_NO_RIGHTS,   /* needs an administrator */
	ANSWER_MISSING,     /* the interface, service or store is not there */
	ANSWER_UNSUPPORTED, /* this system does not know the question */
	ANSWER_TOO_LATE,    /* no answer within the time that there was */
	ANSWER_FAILED,      /* for another reason: error, says */
	ANSWER_STATUS_COUNT
};

#define ANSWER_COLUMNS_MAX 16
#define ANSWER_ROWS_MAX    20000

/* One of text and number, or neither. */
struct answer_cell {
	const char *text; /* UTF-8, as the system gave it: hostile until it is shown harmless */
	int64_t number;
	bool is_known;
};

struct answer {
	enum topic topic;
	enum answer_status status;
	uint32_t error;   /* of the system; 0: none */
	const char *says; /* in words; NULL: none */
	struct answer_cell cells[ANSWER_COLUMNS_MAX];
};

struct answers {
	struct arena *arena;
	struct answer **rows;
	size_t n, cap;
};

struct topic_column {
	const char *name;
	bool is_number;
};

struct topic_def {
	const char *name;  /* "service" */
	const char *asks;  /* the interface that is asked, for the documentation */
	const char *needs; /* what a plain user is not told; NULL: told everything */
	struct topic_column columns[ANSWER_COLUMNS_MAX + 1]; /* up to one without a name */
};

const struct topic_def *topic_def(enum topic topic);
bool topic_by_name(const char *name, enum topic *out);
const char *answer_status_name(enum answer_status status); /* "no rights" */
bool answer_status_by_name(const char *name, enum answer_status *out);

/* A new row; never NULL. Beyond ANSWER_ROWS_MAX it is not kept. */
struct answer *answers_row(struct answers *a, enum topic topic);

/* That a topic, or one thing of it that `says` names, could not be asked. */
void answers_could_not(struct answers *a, enum topic topic, enum answer_status status,
                       uint32_t error, const char *says);

/* Cells; the column must be one of the topic's, of that kind (assert). Text is copied; NULL: not
 * known. */
void answer_set_text(struct answers *a, struct answer *row, const char *column, const char *text);
void answer_set_number(struct answer *row, const char *column, int64_t number);

/* NULL, or fallback: not known. */
const char *answer_text(const struct answer *row, const char *column);
int64_t answer_number(const struct answer *row, const char *column, int64_t fallback);
bool answer_has(const struct answer *row, const char *column);

/* The next row of a topic with cells; at begins at 0. NULL: no more. */
const struct answer *answers_next(const struct answers *a, enum topic topic, size_t *at);

/* Why a topic gave nothing: the first of its rows that is no ANSWER_ROW; NULL: it was never asked,
 * or it gave rows only. */
const struct answer *answers_problem(const struct answers *a, enum topic topic);

#endif
