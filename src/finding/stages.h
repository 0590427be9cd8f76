/*
 * stages - the names of the stages of a connection, in the order of the connection,
 * and of the places in which evidence lies. Both are ids of the report.
 *
 * Spec    [MS-RDPBCGR] 1.3.1.1 for the order
 */
#ifndef FINDING_STAGES_H
#define FINDING_STAGES_H

enum stage_id {
	STAGE_UNKNOWN, /* not tied to one stage */
	STAGE_NAME,
	STAGE_PATH,
	STAGE_TCP,
	STAGE_NEGOTIATION,
	STAGE_TLS,
	STAGE_NLA,
	STAGE_SETTINGS,
	STAGE_LICENSING,
	STAGE_SESSION,
	STAGE_UDP,
	STAGE_GATEWAY,
	STAGE_CAPTURE, /* from here on: where evidence was read */
	STAGE_HOST_LOG,
	STAGE_HOST_CONFIG,
	STAGE_CLIENT_CONFIG,
	STAGE_COUNT
};

/* "name", "path" ... as in the report; never NULL. */
const char *stage_name(enum stage_id id);

/* One line on what happens there. */
const char *stage_says(enum stage_id id);

#endif
