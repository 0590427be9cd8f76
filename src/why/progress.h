/*
 * progress - how far the connection came, stage by stage, by what was seen.
 *
 * Input   findings; which of them prove a passage is in their definitions
 * Output  one result per stage of the connection, then per kind of evidence that was read
 */
#ifndef WHY_PROGRESS_H
#define WHY_PROGRESS_H

#include "why/weigh.h"

struct progress {
	enum stage_id last_passed;   /* STAGE_UNKNOWN: none */
	bool has_observation;        /* anything but the client's code and local facts */
	bool has_contact;            /* seen of these, anything of the host beyond name and path */
	bool is_live;                /* a host was asked in this run; else all is of the past */
	bool is_complete;            /* passed what can be tested without credentials */
	const struct finding *local; /* what stopped us on this computer; NULL: nothing */
	struct stage_result *stages;
	size_t n_stages;
};

struct progress progress_of(const struct evidence_index *index, struct arena *arena);

#endif
