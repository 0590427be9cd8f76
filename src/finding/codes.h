/*
 * codes - the numbers that clients, hosts and protocols show, with their spec names.
 *
 * One number means different things in different families, so a code is a number
 * and a family. The vocabulary only: what a code tells about a cause is in why/.
 *
 * Spec    each row names its source; a row that no primary source backs says so
 */
#ifndef FINDING_CODES_H
#define FINDING_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding/stages.h"

enum code_family {
	CODE_NONE,
	CODE_DISCONNECT, /* what mstsc shows as "Error code" */
	CODE_EXTENDED,   /* what mstsc shows as "Extended error code" */
	CODE_ERRINFO,
	CODE_NEG_FAILURE,
	CODE_NEG_PROTOCOL,
	CODE_LICENSE_ERROR,
	CODE_LICENSE_STATE,
	CODE_STATUS, /* HRESULT and NTSTATUS of SSPI, CredSSP and logon */
	CODE_GATEWAY,
	CODE_LOGON_NOTIFY,
	CODE_EARLY_AUTH,
	CODE_RDSTLS,
	CODE_STATUS_INFO,
	CODE_TLS_ALERT,
	CODE_MCS_RESULT,
	CODE_MCS_DISCONNECT,
	CODE_FATAL,
	CODE_FREERDP,
	CODE_FREERDP_EXIT,
	CODE_WIN32, /* Win32 and Winsock errors that RDP messages and events carry */
	CODE_FAMILY_COUNT
};

struct code {
	uint32_t value;
	const char *name;  /* as the source spells it; NULL: it gives none */
	const char *means; /* one line, without a full stop */
	enum stage_id stage;
	const char *source;
	bool unverified; /* no primary source was read that says this */
};

struct code_table {
	const char *id;    /* "disconnect_reason" */
	const char *title; /* "disconnect reason (mstsc: Error code)" */
	const char *spec;
	const struct code *rows;
	size_t n;
};

/* The table of a family, rows ascending by number; that of CODE_NONE is empty. */
struct code_table code_table(enum code_family family);

/* The row of a number in a family, or NULL. */
const struct code *code_find(enum code_family family, uint32_t value);

/* The row that carries a spec name in any family, or NULL; *family is set when found. */
const struct code *code_by_name(const char *name, enum code_family *family);

#endif
