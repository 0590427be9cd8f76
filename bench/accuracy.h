/*
 * accuracy - what the accuracy benchmark plays: a table of ways to fail, of causes that fail in
 * these ways, of hosts, and of runs in which nothing is wrong.
 *
 * A way is what the outside meets: bytes, closes, silence. Causes that fail in the same way
 * cannot be told apart by whoever meets only that; they form a set, and the table shows it,
 * since each of them is planted with the same way. What would tell them apart lies elsewhere
 * and is named.
 *
 * Owns    nothing: rows are static; a world is filled anew for each run
 */
#ifndef BENCH_ACCURACY_H
#define BENCH_ACCURACY_H

#include "lab/faults.h"
#include "net_fake.h"
#include "why/cause.h"

/* --- chance, from a seed --- */

struct luck {
	uint64_t state;
};

uint64_t luck_next(struct luck *l);
unsigned luck_below(struct luck *l, unsigned n);
int luck_between(struct luck *l, int least, int most);

/* --- hosts --- */

enum {
	HOST_WINDOWS_NEW = 1 << 0, /* TLS 1.3: Server 2022, 2025, Windows 11 */
	HOST_WINDOWS_MID = 1 << 1, /* TLS up to 1.2, CredSSP 6 */
	HOST_WINDOWS_OLD = 1 << 2, /* Windows 7, Server 2008 R2, with their last updates */
	HOST_OTHER = 1 << 3,       /* xrdp and the like: TLS or standard security, no NLA */
	HOST_WINDOWS = HOST_WINDOWS_NEW | HOST_WINDOWS_MID | HOST_WINDOWS_OLD,
	HOST_NLA = HOST_WINDOWS_NEW | HOST_WINDOWS_MID,
	HOST_ANY = HOST_WINDOWS | HOST_OTHER,
};

struct host_row {
	const char *id;
	unsigned kind;
	struct host_manner manner; /* names are given in each run */
	struct tls_limits tls;
	bool is_home; /* in no domain */
};

const struct host_row *host_at(size_t i); /* NULL behind the last */

/* --- a world: one host, the network to it, the client --- */

#define WORLD_PORTS 8
#define WORLD_TEXT  96

struct spoiler {
	fake_spoil *spoil;
	uint64_t seed;
	struct buf kept;
};

struct world {
	struct luck luck;
	const struct host_row *host;
	struct scenario scenario;
	bool has_no_host; /* nothing listens at the address */
	char computer[16], domain[48], fqdn[WORLD_TEXT], other_fqdn[WORLD_TEXT], other_nb[16];
	char address[48], address6[48], address_b[48];
	bool has_v6, has_b; /* the name has these addresses too; v6 stands first */

	enum { BY_FQDN, BY_SHORT_NAME, BY_ADDRESS } dialled;
	uint16_t port;       /* typed and listened at; 0: 3389 */
	uint16_t listens_at; /* another one; 0: that */
	const char *typed;   /* in place of the host's name; NULL: as dialled */
	enum net_lookup_result lookup;
	bool is_lookup_never, is_control_never, is_control_missing;

	struct fake_path path; /* to the host; .to is filled in */
	enum fake_way way6, way_b;
	struct {
		uint16_t port;
		enum fake_way way;
	} neighbours[WORLD_PORTS];
	size_t n_neighbours;

	struct net_state state;
	bool has_route;
	struct net_route route;

	const struct client_profile *profile;
	bool is_full;
	uint32_t code, extended;
	struct spoiler up, down;
};

/* --- the tables --- */

#define WAY_CODES 3

struct client_code {
	uint32_t code, extended;
};

struct way {
	const char *id;
	const char *says;
	enum stage_id stage; /* where it ends; 0: it does not end, and the catalogue says where */
	unsigned hosts;      /* which kinds of host can be so; 0: HOST_WINDOWS */
	bool in_domain;      /* only a member of a domain */
	const char *lab; /* scenario of the lab whose fault, certificate and answers are taken */
	void (*make)(struct world *w);       /* what else is so; may be NULL */
	struct client_code codes[WAY_CODES]; /* that a client shows; the first is the usual one */
	bool needs_code;   /* the way is a code and a host on which it must be so */
	const char *tells; /* where several causes fail so: what would tell them apart */
};

#define CAUSE_WAYS 11

struct planted_row {
	const char *cause;
	enum whose whose; /* WHOSE_OPEN: any that the catalogue allows */
	const char *ways[CAUSE_WAYS];
};

struct sound_row {
	const char *id, *says;
	unsigned hosts;
	const char *lab; /* NULL: the host's row alone */
	void (*make)(struct world *w);
	const char *looks; /* like this way, byte for byte; NULL: like none */
};

struct pair_row {
	const char *causes[2];
	const char *ways[2];
	unsigned hosts;
};

struct strange_row {
	const char *id, *says;
	enum stage_id stage;
	unsigned hosts;
	void (*make)(struct world *w);
};

const struct way *way_by_id(const char *id);
const struct way *way_at(size_t i); /* each NULL behind the last */
const struct planted_row *planted_at(size_t i);
const struct sound_row *sound_at(size_t i);
const struct pair_row *pair_at(size_t i);
const struct strange_row *strange_at(size_t i);

#endif
