/*
 * report - writers over a diagnosis: one screen, Markdown for tickets, or JSON for machines.
 *
 * Spec    doc/report.schema.json ("rdpwhy/1", additive), doc/explain.schema.json
 * Input   what was inferred, and the frame of the run; outside text of any kind
 * Output  into a buffer; a screen is for people and may change, JSON is an interface
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "finding/attempt.h"
#include "report/page.h"
#include "why/explain.h"
#include "why/infer.h"

#define REPORT_SCHEMA  "rdpwhy/1"
#define EXPLAIN_SCHEMA "rdpwhy-explain/1"
#define CLIENT_PROFILE "mstsc of a current Windows 11"

/* When a stage was gone through, for the address that the client would use first. */
struct stage_time {
	bool is_known;
	int64_t started_us, duration_us; /* since the run began */
};

/* From where was measured, and what the run left behind on the network. */
struct run_vantage {
	const char *interface, *source; /* NULL: nothing was measured */
	bool is_tunnel;
	const char *const *addresses; /* of the host, the one used first at the start */
	size_t n_addresses;
	size_t n_connections;
	size_t n_echoes;       /* ICMP echo requests */
	const uint16_t *ports; /* our own */
	size_t n_ports;
	struct stage_time times[STAGE_COUNT];
};

/* What a demo planted, to be compared with the answer. */
struct run_demo {
	const char *scenario, *says;
	const char *cause; /* id; NULL: nothing is wrong */
};

/* The frame of a run: what the diagnosis itself does not know. */
struct run_frame {
	const char *version;
	const char *input;   /* what was asked, as given: host or file names */
	const char *host;    /* fills {host} in commands; NULL: a placeholder stands there */
	int port;            /* 0: 3389 */
	const char *profile; /* of the client; NULL: CLIENT_PROFILE */
	const struct run_vantage *vantage; /* NULL: nothing was measured in this run */
	const char *options;               /* as given */
	const char *id;                    /* of this run, different for each */
	int64_t started_us;
	int64_t duration_us;
	const struct code_question *code; /* what the client showed; NULL: nothing given */
	const char *const *warnings;
	size_t n_warnings;
	bool is_redacted;
	const struct run_demo *demo; /* NULL: this is no demo */

	const struct attempts *attempts; /* in captures and logs; NULL: none were looked for */
	const struct attempt *chosen;    /* the one that the verdict is about; NULL: none */
	size_t n_hosts;                  /* distinct ones among them */
	bool is_one_line;                /* of JSON */
};

enum detail { DETAIL_QUIET, DETAIL_USUAL, DETAIL_FINDINGS };

void report_text(struct page *p, const struct diagnosis *d, const struct run_frame *frame,
                 enum detail detail);
void report_json(struct buf *out, const struct diagnosis *d, const struct run_frame *frame);
void report_md(struct buf *out, const struct diagnosis *d, const struct run_frame *frame,
               enum detail detail);

/* Findings as JSON lines, for read/findings_file.h. */
void report_findings(struct buf *out, const struct findings *set);

/* A command with its placeholders filled, where the values are fit for it. */
void report_command(struct buf *out, const char *command, const struct run_frame *frame);

void explain_code_text(struct page *p, const struct explained_code *e, const char *asked);
void explain_cause_text(struct page *p, const struct cause *cause);
void explain_finding_text(struct page *p, enum finding_id id);
void explain_advice_text(struct page *p, const struct remedy *const *advice, size_t n,
                         const char *asked);
void explain_fix_text(struct page *p, const struct fix *fix);
void explain_overview_text(struct page *p);
void explain_family_text(struct page *p, enum code_family family);
void explain_causes_text(struct page *p);
void explain_findings_text(struct page *p);
void explain_fixes_text(struct page *p);
void explain_all_advice_text(struct page *p);

void explain_code_json(struct buf *out, const struct explained_code *e, const char *asked);
/* What the caller knows of a cause besides, as further members; NULL: nothing. */
struct json;
typedef void explain_more(struct json *j, const struct cause *cause);
void explain_cause_json(struct buf *out, const struct cause *cause, const char *asked,
                        explain_more *more);
void explain_finding_json(struct buf *out, enum finding_id id, const char *asked);
void explain_advice_json(struct buf *out, const struct remedy *const *advice, size_t n,
                         const char *asked);
void explain_family_json(struct buf *out, enum code_family family, const char *asked);
void explain_fix_json(struct buf *out, const struct fix *fix, const char *asked);
void explain_list_json(struct buf *out, const char *asked); /* everything by id */
void explain_unknown_json(struct buf *out, const char *asked, const char *nearest);

#endif
