/*
 * infer - from findings to a verdict: a pure function of findings and the catalogue.
 *
 * Input   a set of findings; what the client showed is among them as client.* findings
 * Output  a diagnosis whose arrays live in the arena; it points into a sorted copy of the
 *         findings and into the catalogue, and invents nothing
 * Method  doc/diagnosis.md: naive Bayes over the catalogue, healthy and "not in the
 *         catalogue", with evidence classes, groups, refinements, sets and ceilings
 * Errors  none; no findings give an untested verdict
 * Owns    nothing; same findings in any order, same diagnosis
 */
#ifndef WHY_INFER_H
#define WHY_INFER_H

#include "why/cause.h"
#include "why/checks.h"
#include "why/code_class.h"

struct arena;
struct posterior;

enum verdict_state { VERDICT_CAUSE, VERDICT_HEALTHY, VERDICT_UNCERTAIN, VERDICT_UNTESTED };

enum verdict_reason {
	REASON_NONE,
	REASON_CODE_ONLY,      /* a code and nothing measured */
	REASON_NOT_REPRODUCED, /* a failure code, and everything tested passes */
	REASON_INTERMITTENT,   /* some of the repeated tries failed */
	REASON_SEVERAL,        /* several causes stay possible */
	REASON_WARNING_ONLY,   /* connects, with something that may block other clients */
	REASON_UNEXPLAINED,    /* something blocks that no row describes */
	REASON_NOT_FAR_ENOUGH, /* nothing wrong seen, but not everything testable was tested */
	REASON_LOCAL,          /* a local reason stopped the measurement */
	REASON_NO_EVIDENCE,
	REASON_COUNT
};

/* Unused: this connection has not got it, such as TLS with standard security; skipped in reports.
 */
enum stage_status {
	STAGE_PASS,
	STAGE_WARN,
	STAGE_FAIL,
	STAGE_SKIPPED,
	STAGE_UNUSED,
	STAGE_NOT_TESTED
};

/* A reason for or against a cause. */
struct argument {
	const struct finding *finding; /* NULL: the code and the cause do not fit */
	const char *says;
	int strength;    /* enum strength or its negative, after aging */
	bool was_absent; /* looked for and not there */
	bool is_aged;    /* undated or stale, so it counts as weak */
};

struct candidate {
	const struct cause *cause;
	double p; /* of the cause with its refinements */
	const struct argument *arguments_for, *arguments_against;
	size_t n_for, n_against;
	bool is_impossible_by_code; /* the client's code cannot come from it */
};

struct side {
	enum whose whose;
	double p;
};

struct offered_fix {
	const struct fix *fix;
	const struct cause *cause;
};

struct stage_result {
	enum stage_id id;
	enum stage_status status;
	const char *reason; /* for skipped and not tested */
	const struct finding **findings;
	size_t n_findings;
};

#define NOT_TESTED_MAX 48

struct diagnosis {
	const struct findings *findings;
	enum code_class code_class;

	enum verdict_state state;
	enum verdict_reason reason;
	const struct cause *cause; /* named; NULL unless state is cause or local */
	const struct cause *const *set, *const *also;
	const double *p_set, *p_also;
	size_t n_set, n_also; /* set: empty or at least two, the cause first */
	enum whose whose;     /* WHOSE_OPEN: no side holds enough */
	struct side sides[WHOSE_COUNT];
	size_t n_sides;
	double confidence; /* of what the verdict says; 0 when untested */
	double p_healthy;  /* or of not reproduced, when the client showed a failure */
	double p_unknown;
	const char *text, *tell;
	const char *not_tested[NOT_TESTED_MAX];
	size_t n_not_tested;

	const struct candidate *causes; /* most probable first */
	size_t n_causes;
	struct stage_result *stages;
	size_t n_stages;
	const struct offered_check *checks;
	size_t n_checks;
	const struct offered_fix *fixes;
	size_t n_fixes;
	const struct posterior *posterior; /* what decided; for infer_gain */
	const struct posterior *shown;     /* what is printed */
};

/* now_us dates evidence when neither a code nor a finding is dated; 0: no date known. */
struct diagnosis infer(const struct findings *given, int64_t now_us, struct arena *arena);

/*
 * What asking for these findings could still tell, in bits: 0 when all are known. Never more
 * than what is open.
 */
double infer_gain(const struct diagnosis *d, const enum finding_id *ids, size_t n);

const char *verdict_state_name(enum verdict_state state);
const char *verdict_reason_name(enum verdict_reason reason);
const char *stage_status_name(enum stage_status status);

#endif
