/*
 * cause - the shape of a catalogue row: what can be wrong, whose it is, what speaks for
 * and against it, what repairs it. Rows are data; what is done with them is in infer.
 *
 * Source  evidence strengths are classes, see why/strength.h; priors by code class are
 *         in why/priors.c; both are expert order and not measured frequency
 * Shape   arrays end at their first empty element
 * Owns    nothing: rows are static const and live as long as the program
 */
#ifndef WHY_CAUSE_H
#define WHY_CAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding/finding.h"

enum whose {
	WHOSE_OPEN, /* settled by evidence only, see evidence.whose */
	WHOSE_CLIENT,
	WHOSE_NETWORK,
	WHOSE_GATEWAY,
	WHOSE_HOST,
	WHOSE_IDENTITY, /* account, domain, directory */
	WHOSE_SERVICE,  /* broker, licence server, cloud */
	WHOSE_COUNT
};

/* How strongly a piece of evidence speaks; the negative of a class speaks against. */
enum strength {
	REFUTES = -5, /* seen: practically excludes the cause */
	NO_STRENGTH = 0,
	WEAK,
	MODERATE,
	STRONG,
	DECISIVE,
	CODE_DECIDES, /* a client code that names the cause by itself; at most 0.90 alone */
};

/* What is asked of a finding. */
enum test {
	SEEN,     /* it is there */
	IS,       /* its number is .value, or its text is .word */
	IS_NOT,   /* it is there with another value */
	HAS,      /* all bits of .value are set */
	LACKS,    /* no bit of .value is set */
	AT_LEAST, /* number >= .value */
	AT_MOST,  /* number <= .value */
	BEYOND,   /* |number| >= .value */
};

struct evidence_row {
	enum finding_id finding;
	enum test test;
	int64_t value;
	const char *word;
	int strength;     /* enum strength, or its negative */
	const char *says; /* the reason, in words that a reader will see */

	bool one_way;     /* not seen says nothing: sufficient, not necessary */
	bool blame_only;  /* speaks about the blame for this failure, not about whether
	                     the fault is there; left out when a second fault is sought */
	bool lifts;       /* removes the ceiling that another row of this cause sets */
	double at_most;   /* while this is seen, the cause is not blamed with more; 0: no limit */
	enum whose whose; /* when seen, the side is this one */
};

enum risk { RISK_SAFE, RISK_CAUTION, RISK_WEAKENS_SECURITY, RISK_DESTRUCTIVE, RISK_COUNT };

enum restart {
	RESTART_NONE,
	RESTART_SERVICE,
	RESTART_REBOOT,
	RESTART_SESSIONS_LOST,
	RESTART_COUNT
};

/* Where a step is carried out. */
enum place {
	ON_HOST,
	ON_CLIENT,
	ON_NETWORK, /* router, firewall, VPN, cloud rules */
	ON_GATEWAY,
	ON_DOMAIN, /* a domain controller or the directory */
	ON_BROKER, /* broker or licence server */
	PLACE_COUNT
};

/* In which shell a command is typed; NO_SHELL: no command, .says is the whole step. */
enum shell { NO_SHELL, POWERSHELL, CMD, SH };

/* {host}, {port} and {user} in a command are filled in, or become <host> and so on. */
struct fix_step {
	const char *says;
	const char *command;
	enum shell shell;
};

struct fix {
	const char *id;    /* "host-cert-renew": place and what it does */
	const char *title; /* imperative, without a full stop */
	enum place where;
	enum risk risk;
	const char *weakens; /* what is weakened or destroyed; required above RISK_CAUTION */
	bool temporary;      /* must be reverted */
	enum restart restart;
	int minutes;
	const char *condition; /* when this fix applies; NULL: whenever the cause does */
	struct fix_step steps[6];
	struct fix_step undo[4]; /* empty only when nothing can or need be undone ... */
	const char *undo_says;   /* ... and then this says why */
	const char *sources[4];
};

#define EVIDENCE_MAX 24
#define FIXES_MAX    7
#define SOURCES_MAX  6
#define STEPS_MAX    6
#define UNDO_MAX     4

struct cause {
	const char *id;
	const char *title;     /* one sentence, with a full stop: what is wrong */
	const char *explains;  /* a paragraph for somebody who does not know RDP */
	const char *separates; /* the observation that tells it from its look-alikes */
	const char *tell;      /* one sentence that a person can say to the other side */
	enum whose whose;
	const char *refines; /* id of the parent; NULL: none */
	enum stage_id stage; /* where it becomes visible first */
	struct evidence_row evidence[EVIDENCE_MAX];
	const struct fix *fixes[FIXES_MAX]; /* safest first */
	const char *sources[SOURCES_MAX];
	const char *waits; /* what the missing evidence rows wait for; NULL: nothing */
};

struct cause_list {
	const struct cause *rows;
	size_t n;
};

/* The groups of the catalogue; one file each. */
extern const struct cause_list causes_network;  /* name, route, port */
extern const struct cause_list causes_host;     /* listener, services, host state */
extern const struct cause_list causes_tls;      /* certificate and TLS */
extern const struct cause_list causes_identity; /* authentication, accounts, rights */
extern const struct cause_list causes_session;  /* sessions, licensing, profiles */
extern const struct cause_list causes_path;     /* network quality and transport */
extern const struct cause_list causes_gateway;  /* gateway, broker, cloud */
extern const struct cause_list causes_client;   /* client side */

/* All rows, in the order of the groups. */
size_t cause_count(void);
const struct cause *cause_at(size_t i);

/* The row of an id, or NULL; and its place for cause_at, or cause_count(). */
const struct cause *cause_by_id(const char *id);
size_t cause_index(const char *id);

/* A fix by its id, found through the rows that offer it; NULL when there is none. */
const struct fix *fix_by_id(const char *id);

/* The place of the first row that offers a fix, or cause_count(). */
size_t fix_first_cause(const struct fix *fix);

const char *whose_name(enum whose whose); /* "host", as in the report */
const char *risk_name(enum risk risk);
const char *restart_name(enum restart restart);
const char *place_name(enum place place);

#endif
