/*
 * faults - the table of scenarios: which host is played, and what goes wrong with its bytes.
 *
 * A row is data. The host of a scenario answers as its manner says, through the same stages
 * that the probe uses, and its TLS is a real one; a fault takes the place of one answer, or
 * befalls the bytes at one offset of what is sent.
 *
 * Spec    in each row's cause and finding
 * Owns    nothing: rows are static
 */
#ifndef LAB_FAULTS_H
#define LAB_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#include "finding/finding.h"
#include "lab/certificates.h"
#include "stage/stage.h"

/* When a fault happens; it happens once in a connection. */
enum moment {
	NEVER,
	ON_ACCEPT,      /* before a byte was heard */
	AT_REQUEST,     /* the first bytes of the client are there */
	AT_HELLO,       /* the ClientHello is there */
	AT_CLIENTS_KEY, /* the client's answer to our certificate is there; TLS 1.2 and older */
	AT_TOKEN,       /* the first bytes inside TLS are there */
	AT_BYTE,        /* fault.after bytes have been sent on TCP */
};

/* What happens then. */
enum act {
	GO_ON, /* the answer that was due is given after all */
	FIN,
	RST,
	SILENCE, /* nothing is sent, and nothing heard, any more */
	DRIP,    /* one byte a second from here on */
	ALTER,   /* the next byte is inverted */
	FLOOD,   /* as many bytes as the peer takes */
};

struct fault {
	enum moment when;
	size_t after;     /* AT_BYTE */
	int delay_ms;     /* before anything else happens */
	const char *send; /* in place of the answer; inside TLS when that is up */
	size_t n_send;
	enum act then;
	size_t every;  /* of the connections only each so many-th, beginning with the first */
	size_t spares; /* the first so many connections */
};

/* The limits of the host's TLS; zero: the library's. */
struct tls_limits {
	uint16_t least, most;
	const uint16_t *suites;
	bool wants_client_certificate;
};

/* What a client notes of it first; F_NONE: nothing that only this connection shows. */
struct expected {
	enum finding_id finding;
	int64_t number;   /* 0: not compared */
	const char *text; /* NULL: not compared */
};

struct scenario {
	const char *id;   /* kebab-case, begins with its stage */
	const char *says; /* one line */
	enum stage_id stage;
	const char *cause; /* one in the catalogue that looks so; NULL: nothing is wrong */
	struct host_manner host;
	enum certificate_kind certificate;
	struct tls_limits tls;
	struct fault fault;
	struct expected expect;
};

struct scenario_list {
	const struct scenario *rows;
	size_t n;
};

/* The groups of the table; one file each. */
extern const struct scenario_list faults_hosts; /* nothing is wrong; whom they mimic */
extern const struct scenario_list faults_wire;  /* before TLS */
extern const struct scenario_list faults_tls;   /* handshake and certificates */
extern const struct scenario_list faults_nla;   /* CredSSP up to the challenge */

/* All rows, in the order of the groups. */
const struct scenario *scenario_at(size_t i); /* NULL behind the last */
const struct scenario *scenario_by_id(const char *id);

#endif
