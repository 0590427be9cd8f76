/*
 * remedy - widely repeated advice, judged. A claim is found by its words.
 *
 * Source  the verdicts rest on Microsoft's documentation, the protocol specifications and
 *         our own measurements; each row names them
 * Owns    nothing: rows are static const
 */
#ifndef WHY_REMEDY_H
#define WHY_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

enum verdict_on_advice {
	ADVICE_SUPPORTED,
	ADVICE_PARTLY,
	ADVICE_WRONG,
	ADVICE_DANGEROUS,
	ADVICE_NOT_CHECKABLE,
	ADVICE_COUNT
};

struct remedy {
	const char *id;    /* "A7": article and number of the claim, an interface */
	const char *claim; /* what is asserted or advised, in our words */
	enum verdict_on_advice verdict;
	bool dangerous;        /* dangerous besides what the verdict says */
	const char *because;   /* the reason, without a full stop */
	const char *instead;   /* what to do in its place; NULL: nothing is better */
	const char *causes[6]; /* ids of the catalogue; the first is the nearest */
	const char *sources[4];
	/*
	 * Words by which people ask for it: groups separated by blanks must all be found,
	 * alternatives within a group are separated by |, and each is the beginning of a word:
	 * "renam|delet|rebuild machinekeys|rsa". Several phrasings: several entries.
	 */
	const char *words[4];
	bool never_offered; /* no fix of ours does it, and this row says why */
};

size_t remedy_count(void);
const struct remedy *remedy_at(size_t i);
const struct remedy *remedy_by_id(const char *id);

const char *advice_name(enum verdict_on_advice verdict);

/*
 * The claims that fit what somebody asked, best first, at most n of them. A claim fits when
 * one of its phrasings is found whole; more and longer words found rank higher.
 */
size_t remedies_for(const char *asked, const struct remedy **found, size_t n);

#endif
