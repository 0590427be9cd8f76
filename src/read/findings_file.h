/*
 * findings_file - findings from JSON lines, or out of a saved report.
 *
 * Spec    doc/findings-file.md; RFC 8259; one object a line, blank lines and lines that
 *         begin with # are skipped
 * Input   up to FINDINGS_BYTES_MAX bytes, any bytes are safe
 * Output  findings are appended to the set; of a report its findings only, never its
 *         conclusions
 * Errors  what cannot be used is a complaint with its line, and the rest is used
 */
#ifndef READ_FINDINGS_FILE_H
#define READ_FINDINGS_FILE_H

#include "finding/finding.h"

#define FINDINGS_BYTES_MAX  ((size_t)64 * 1024 * 1024)
#define FINDINGS_LINE_MAX   ((size_t)64 * 1024)
#define FINDINGS_COUNT_MAX  ((size_t)100 * 1000)
#define COMPLAINTS_KEPT_MAX 20

struct complaint {
	size_t line;      /* 1 is the first; 0: the whole file */
	const char *says; /* what, and what was expected */
};

#define FOOTPRINT_PORTS_MAX 64

struct findings_read {
	bool is_recognised; /* it is JSON lines or a report at all */
	bool is_report;
	bool is_damaged_report; /* it begins like one of ours and ends too early */
	size_t n_findings;

	/* From where the run of a report asked, in the arena of the set; for readers of logs. */
	const char *source; /* NULL: not said */
	uint16_t ports[FOOTPRINT_PORTS_MAX];
	size_t n_ports;
	size_t n_complaints; /* all of them; the first COMPLAINTS_KEPT_MAX are kept */
	struct complaint complaints[COMPLAINTS_KEPT_MAX];
};

struct findings_read findings_file_read(const char *bytes, size_t n, struct findings *set);

#endif
