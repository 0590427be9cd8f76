/*
 * explain - what is known of a code, gathered from codes, classes, suspects and advice.
 *
 * Input   the number, and the second one if there was one, in the readings that are possible
 * Output  meanings by family, the class, suspects in order, what the code decides by itself,
 *         advice that is wrong or dangerous for it, and what to measure next
 * Owns    nothing; arrays live in the arena
 */
#ifndef WHY_EXPLAIN_H
#define WHY_EXPLAIN_H

#include "why/checks.h"
#include "why/code_class.h"
#include "why/offers.h"
#include "why/priors.h"
#include "why/remedy.h"

struct arena;

struct code_question {
	enum code_family family; /* of the first number, where it is known; else CODE_NONE */
	uint32_t readings[2];    /* decimal before hexadecimal where digits have both */
	size_t n_readings;
	bool has_extended;
	uint32_t extended[2];
	size_t n_extended;
	bool has_status; /* an HRESULT or NTSTATUS in the message besides */
	uint32_t status;
	int64_t when_us;
};

struct meaning {
	enum code_family family;
	uint32_t value;
	const struct code *code;
};

struct explained_number {
	uint32_t value;
	const struct meaning *meanings; /* most likely family first */
	size_t n_meanings;
	const char *structure; /* what its bits say, of an unknown HRESULT or NTSTATUS; else NULL */
	enum code_family nearest; /* of an unknown number: the family that it would fit */
};

#define EXPLAINED_ADVICE_MAX 10

struct explained_code {
	struct explained_number numbers[2];
	size_t n_numbers;
	bool has_extended;
	struct explained_number extended;
	bool has_status;
	struct explained_number status;
	bool is_known;
	const struct pair_note *pair;
	enum code_class code_class;
	const struct cause *decides; /* the cause that the code names by itself; NULL: none */
	const char *decides_says;
	struct suspect_list suspects;
	const struct remedy *advice[EXPLAINED_ADVICE_MAX];
	size_t n_advice;
	struct offered_check checks[OFFERED_CHECKS_MAX];
	size_t n_checks;
	int64_t when_us;
};

struct explained_code explain_code(const struct code_question *question, struct arena *arena);

/*
 * What the client showed as findings, as --code gives them: each number in its most likely
 * family. False when no reading of the first number is known.
 */
bool code_findings(const struct code_question *question, struct findings *set);

#endif
