/*
 * answers_inside - what the files of the module answers_says share.
 *
 * Owns    nothing: the arena of the evidence
 */
#ifndef READ_ANSWERS_INSIDE_H
#define READ_ANSWERS_INSIDE_H

#include "base/arena.h"
#include "read/answers_says.h"

#define USUAL_PORT 3389

/* What is known of the computer as such. */
struct facts {
	bool is_stand_in; /* no real Windows: what it lacks says nothing */
	bool is_elevated; /* asked with all rights; also when that is not said */
	bool is_domain_member;
	bool is_server;
	bool is_just_booted; /* services may be on their way */
	bool is_remote_off;  /* the registry: Remote Desktop is switched off */
	bool is_remote_on;   /* the registry says that it is on */
	bool termservice_runs;
	int64_t termservice_pid; /* 0: not known */
	int build;
};

struct telling {
	const struct answers *a;
	const struct settings_host *known; /* never NULL */
	bool has_known;
	const struct findings *before; /* what was found without the answers */
	struct findings own;
	struct arena *arena;
	struct facts facts;
	int64_t now_us;
	int port;
};

void say_fact(struct telling *t, enum finding_id id, const char *where);
void say_number(struct telling *t, enum finding_id id, int64_t number, const char *where);
void say_text(struct telling *t, enum finding_id id, const char *text, const char *where);
void say_absent(struct telling *t, enum finding_id id, const char *where);
void say_whether(struct telling *t, enum finding_id id, bool is_so, const char *where);

/* Whether such a finding was told by these answers; or by what was there before them. */
bool is_said(const struct telling *t, enum finding_id id, enum finding_state state);
bool was_found(const struct telling *t, enum finding_id id, enum finding_state state);

size_t rows_of(const struct telling *t, enum topic topic);

/* The topic was asked and gave rows, or the answer that there are none. */
bool is_answered(const struct telling *t, enum topic topic);

/* The first thing of a topic that could not be asked, other than what is simply not there. */
const struct answer *gap_of(const struct telling *t, enum topic topic);

/* What was said of one thing of a topic that gave no row; NULL: nothing. */
const struct answer *problem_of(const struct telling *t, enum topic topic, const char *thing);

/* A text of a row; "" when it is not known. */
const char *text_or_empty(const struct answer *row, const char *column);

/* The word in a list with commas, perhaps with blanks behind them. */
bool list_holds(const char *list, const char *word);

/* The subjects, in this order: later ones use what earlier ones learnt. */
void answers_services(struct telling *t);
void answers_sockets(struct telling *t);
void answers_network(struct telling *t);
void answers_firewall(struct telling *t);
void answers_certificates(struct telling *t);
void answers_sessions(struct telling *t);
void answers_accounts(struct telling *t);
void answers_domain(struct telling *t);
void answers_resources(struct telling *t);
void answers_logs(struct telling *t);
void answers_client(struct telling *t, const char *host);

#endif
