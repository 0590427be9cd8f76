/*
 * inspectors - products that put themselves into TLS and issue certificates of their own.
 *
 * Source  each row names where its words come from
 * Owns    nothing: rows are static
 */
#ifndef STAGE_INSPECTORS_H
#define STAGE_INSPECTORS_H

/* Both are parts of a name, in any case; NULL: does not matter. Both must be there. */
struct inspector {
	const char *product;
	const char *organisation, *common_name;
	const char *source;
};

/* The product whose issuer has this O and CN; "" where the name lacks one. NULL: none known. */
const struct inspector *inspector_of(const char *organisation, const char *common_name);

#endif
