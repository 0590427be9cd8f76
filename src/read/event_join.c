#include "read/event_join.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define SECOND_US       ((int64_t)1000000)
#define WINDOW_US       (60 * SECOND_US)
#define BACK_MAX        64   /* connections looked back at for one event */
#define SESSIONS_MAX    4096 /* the same when a session is asked for */
#define MANY_PER_MINUTE 20

/* A connection while it is put together. */
struct joined {
	const char *computer, *client, *account, *server;
	const char *file;
	uint64_t first_record, last_record;
	int64_t began_us, last_us, ended_us, udp_lost_us;
	const char *ended;
	enum side side;
	enum stage_id reached;
	uint32_t did;
	int session;
	uint16_t port, once; /* once: id of the event that it began with */
	bool has_activity;
	uint8_t activity[16];
	struct findings found;
};

struct join {
	struct joining *in;
	struct joined *at;
	size_t n, cap;
	uint32_t *by_activity; /* index + 1; 0: free */
	size_t n_slots;
};

/* --- finding the connection that an event belongs to --- */

/* All sessions at the console share one id. */
static bool is_shared_activity(const uint8_t id[16])
{
	static const uint8_t console[8] = {0x00, 0x50, 0xa5, 0x61, 0xe5, 0x55, 0x17, 0x10};

	return memcmp(id, console, sizeof console) == 0;
}

static bool has_own_activity(const struct kept_note *n)
{
	return n->has_activity && !is_shared_activity(n->activity) &&
	       strcmp(n->row->provider, "Microsoft-Windows-Security-Auditing") != 0;
}

static size_t slot_of(const struct join *j, const uint8_t id[16])
{
	uint64_t h = 1469598103934665603u;

	for (int i = 0; i < 16; i++)
		h = (h ^ id[i]) * 1099511628211u;
	return (size_t)(h >> 20) & (j->n_slots - 1);
}

/* The newest connection of that id; ids come again after months. */
static struct joined *by_activity(struct join *j, const struct kept_note *n)
{
	for (size_t s = slot_of(j, n->activity); j->by_activity[s];
	     s = (s + 1) & (j->n_slots - 1)) {
		struct joined *a = &j->at[j->by_activity[s] - 1];

		if (memcmp(a->activity, n->activity, 16) == 0 && a->computer == n->computer &&
		    a->side == n->row->side)
			return a;
	}
	return NULL;
}

static void note_activity(struct join *j, struct joined *a, const struct kept_note *n)
{
	size_t s = slot_of(j, n->activity);

	if (a->has_activity)
		return;
	a->has_activity = true;
	memcpy(a->activity, n->activity, 16);
	while (j->by_activity[s])
		s = (s + 1) & (j->n_slots - 1);
	j->by_activity[s] = (uint32_t)(a - j->at) + 1;
}

static bool may_differ(const char *a, const char *b)
{
	return *a && *b && !text_same(a, b);
}

static bool is_late(const struct joined *a, const struct kept_note *n)
{
	int64_t window = n->row->window_s ? n->row->window_s * SECOND_US : WINDOW_US;

	/* What has ended is followed by little. */
	if ((a->did & DID_TERMINATE) && !(a->did & (DID_PASS | DID_LOG_ON)))
		window = window < 2 * SECOND_US ? window : 2 * SECOND_US;
	return n->when_us > a->last_us + window;
}

/* What connections of one computer can have but once. */
static bool has_it_already(const struct joined *a, const struct kept_note *n)
{
	if (n->row->is_once && (a->did & n->did))
		return true;
	return n->row->is_once && a->once == n->id;
}

static bool fits(const struct joined *a, const struct kept_note *n)
{
	if (a->computer != n->computer || a->side != n->row->side || has_it_already(a, n))
		return false;
	/* Both have an id of their own, and it is not the same one. */
	if (has_own_activity(n) && a->has_activity)
		return false;
	if (may_differ(a->client, n->client) || may_differ(a->account, n->account))
		return false;
	if (n->session >= 0 && a->session >= 0 && a->session != n->session)
		return false;
	if (n->finding == F_LOG_ACCOUNT_LOCKED && !*a->account)
		return false;
	return n->row->by_session || !is_late(a, n);
}

/* Session numbers come again: what happens long after an end is no longer about it. */
static bool has_session(const struct joined *a, const struct kept_note *n)
{
	if (n->session < 0)
		return !(a->did & DID_LEAVE);
	return a->session == n->session && (!a->ended_us || n->when_us <= a->ended_us + WINDOW_US);
}

/* The newest that fits; one of the same client before one of which the client is not known. */
static struct joined *nearest(struct join *j, const struct kept_note *n)
{
	size_t most = n->row->by_session ? SESSIONS_MAX : BACK_MAX;
	struct joined *found = NULL;

	for (size_t i = j->n; i > 0 && j->n - i < most; i--) {
		struct joined *a = &j->at[i - 1];

		if (!fits(a, n) || (n->row->by_session && !has_session(a, n)))
			continue;
		if (!*n->client || *a->client)
			return a;
		if (!found)
			found = a;
	}
	return found;
}

static struct joined *begin(struct join *j, const struct kept_note *n)
{
	if (j->n == j->cap) {
		j->cap = j->cap ? j->cap * 2 : 64;
		j->at = realloc(j->at, j->cap * sizeof *j->at);
		if (!j->at)
			abort();
	}
	j->at[j->n] = (struct joined){.computer = n->computer,
	                              .client = "",
	                              .account = "",
	                              .server = "",
	                              .file = n->file,
	                              .first_record = n->record,
	                              .last_record = n->record,
	                              .began_us = n->when_us,
	                              .last_us = n->when_us,
	                              .side = n->row->side,
	                              .session = -1,
	                              .once = n->id,
	                              .found = {.arena = j->in->arena}};
	return &j->at[j->n++];
}

enum { LOGON_NETWORK = 3 };

static bool may_begin(const struct kept_note *n)
{
	return n->row->begins && n->logon_type != LOGON_NETWORK;
}

/* --- what an event adds to its connection --- */

static const char *place_text(struct join *j, const char *file, uint64_t record)
{
	return arena_printf(j->in->arena, "%s #%llu", *file ? file : "log",
	                    (unsigned long long)record);
}

static void add_finding(struct join *j, struct joined *a, enum finding_id id,
                        const struct kept_note *n, int64_t number)
{
	struct finding f = finding_of(id, ORIGIN_LOG);

	for (size_t i = 0; i < a->found.n; i++) {
		struct finding *old = &a->found.at[i];

		if (old->id == id && old->number == number) {
			old->when_us = n->when_us;
			return;
		}
	}
	f.number = number;
	f.where = place_text(j, n->file, n->record);
	f.when_us = n->when_us;
	findings_add(&a->found, &f);
}

static void set_text(const char **where, const char *s)
{
	if (!**where && *s)
		*where = s;
}

static void add_event(struct join *j, struct joined *a, const struct kept_note *n)
{
	if (has_own_activity(n))
		note_activity(j, a, n);
	set_text(&a->client, n->client);
	set_text(&a->account, n->account);
	if (n->row->side != SIDE_HOST)
		set_text(&a->server, n->text);
	if (!a->port)
		a->port = n->port;
	if (n->session >= 0)
		a->session = n->session;
	if (n->row->reached > a->reached)
		a->reached = n->row->reached;
	a->did |= n->did;
	if (n->file == a->file) {
		a->first_record = n->record < a->first_record ? n->record : a->first_record;
		a->last_record = n->record > a->last_record ? n->record : a->last_record;
	}
	a->last_us = n->when_us > a->last_us ? n->when_us : a->last_us;
	if (n->ended) {
		a->ended = n->ended;
		a->ended_us = n->when_us;
	}
	if (n->did & DID_TERMINATE && !a->ended_us)
		a->ended_us = n->when_us;
	if (n->finding == F_LOG_UDP_LOST) {
		a->udp_lost_us = n->when_us;
		return;
	}
	if (n->finding)
		add_finding(j, a, n->finding, n, n->number);
	if (n->row->side == SIDE_HOST && address_is_loopback(n->client))
		add_finding(j, a, F_LOG_ARRIVED_FROM_PROXY, n, 0);
	if (n->finding == F_LOG_LOGON_FAILURE && n->logon_type)
		add_finding(j, a, F_LOG_LOGON_FAILURE_TYPE, n, n->logon_type);
	if ((n->did & DID_SHOW) != 0)
		add_finding(j, a, F_SESSION_STARTED, n, 0);
}

static void take_note(struct join *j, const struct kept_note *n)
{
	struct joined *a;

	if (n->row->side == SIDE_DOMAIN)
		return;
	a = has_own_activity(n) ? by_activity(j, n) : NULL;

	if (!a)
		a = nearest(j, n);
	if (!a && may_begin(n))
		a = begin(j, n);
	if (a)
		add_event(j, a, n);
}

/* --- what a domain controller says of an account --- */

#define DOMAIN_WITHIN_US (10 * SECOND_US)
#define DOMAIN_WORK_MAX  (10u * 1000 * 1000)

static bool has_finding(const struct joined *a, enum finding_id id)
{
	for (size_t i = 0; i < a->found.n; i++)
		if (a->found.at[i].id == id)
			return true;
	return false;
}

/* A refused connection to another computer at that time, by the same account or client. */
static bool is_completed_by(const struct joined *a, const struct kept_note *n)
{
	int64_t apart = n->when_us - a->last_us;
	bool is_same = (*a->account && text_same(a->account, n->account)) ||
	               (*a->client && *n->client && text_same(a->client, n->client));

	return a->side == SIDE_HOST && is_same && apart >= -DOMAIN_WITHIN_US &&
	       apart <= DOMAIN_WITHIN_US && !may_differ(a->account, n->account) &&
	       !may_differ(a->client, n->client) &&
	       !(a->did & (DID_PASS | DID_LOG_ON | DID_SHOW)) &&
	       !has_finding(a, F_LOG_LOGON_FAILURE);
}

static void complete(struct join *j)
{
	size_t work = 0;

	for (size_t i = 0; i < j->in->n_notes && work < DOMAIN_WORK_MAX; i++) {
		const struct kept_note *n = &j->in->notes[i];

		if (n->row->side != SIDE_DOMAIN)
			continue;
		work += j->n;
		for (size_t k = 0; k < j->n; k++) {
			struct joined *a = &j->at[k];

			if (!is_completed_by(a, n))
				continue;
			add_finding(j, a, F_LOG_LOGON_FAILURE, n, n->number);
			set_text(&a->account, n->account);
			a->did |= DID_REFUSE;
			if (!a->ended)
				a->ended = "the domain controller refused the logon";
		}
	}
}

/* --- how it ended --- */

static bool is_among(const struct log_reach *r, const char *computer)
{
	for (size_t i = 0; i < r->n_computers; i++)
		if (r->computers[i] == computer)
			return true;
	return false;
}

/* True when that log tells of this moment. */
static bool reaches(const struct joining *in, const char *computer, const char *channel,
                    int64_t when)
{
	for (size_t i = 0; i < in->n_reaches; i++)
		if (strstr(in->reaches[i].channel, channel) && in->reaches[i].first_us <= when &&
		    is_among(&in->reaches[i], computer))
			return true;
	return false;
}

/* The last moment that any log of the computer tells of. */
static int64_t logs_end(const struct joining *in, const char *computer)
{
	int64_t last = 0;

	for (size_t i = 0; i < in->n_reaches; i++)
		if (in->reaches[i].last_us > last && is_among(&in->reaches[i], computer))
			last = in->reaches[i].last_us;
	return last;
}

struct ending {
	bool is_failure;
	const char *says;
	enum finding_id absent; /* looked for in a log that tells of it */
};

#define RCM_LOG "RemoteConnectionManager/Operational"
#define LSM_LOG "LocalSessionManager/Operational"

static bool is_settled(const struct join *j, const struct joined *a, int64_t seconds)
{
	return a->ended_us || logs_end(j->in, a->computer) > a->last_us + seconds * SECOND_US;
}

static struct ending ending_with_session(const struct join *j, const struct joined *a)
{
	if (!(a->did & DID_SHOW) && a->did & DID_LOG_ON &&
	    reaches(j->in, a->computer, LSM_LOG, a->began_us) && is_settled(j, a, 300))
		return (struct ending){true, a->ended ? a->ended : "logged on, no shell followed",
		                       F_LOG_SHELL_STARTED};
	return (struct ending){false, a->ended, F_NONE};
}

static struct ending ending_before_session(const struct join *j, const struct joined *a)
{
	if (a->did & (DID_DENY | DID_DECLINE | DID_REFUSE | DID_FAIL))
		return (struct ending){true, a->ended, F_NONE};
	if (a->did & DID_PASS) {
		if (!reaches(j->in, a->computer, LSM_LOG, a->began_us) || !is_settled(j, a, 180))
			return (struct ending){false, a->ended, F_NONE};
		return (struct ending){true,
		                       a->ended ? a->ended : "authenticated, no session followed",
		                       F_LOG_SESSION_LOGON};
	}
	if (a->did & DID_FAIL_SECURITY)
		return (struct ending){true, a->ended, F_NONE};
	if (a->did & DID_TERMINATE)
		return (struct ending){
		    !(a->did & DID_CHANNELS),
		    a->did & DID_CHANNELS ? "disconnected" : "ended before authentication", F_NONE};
	if (a->did & DID_TAKE && reaches(j->in, a->computer, RCM_LOG, a->began_us) &&
	    is_settled(j, a, 60))
		return (struct ending){true, "no authentication followed", F_LOG_NLA_PASSED};
	if (a->did & DID_ARRIVE && !(a->did & (DID_TAKE | DID_CHANNELS)) &&
	    reaches(j->in, a->computer, RCM_LOG, a->began_us) && is_settled(j, a, 60))
		return (struct ending){true, "arrived, and the listener did not take it over",
		                       F_LOG_LISTENER_TOOK};
	return (struct ending){false, a->ended, F_NONE};
}

static struct ending ending_of(const struct join *j, const struct joined *a)
{
	if (a->side == SIDE_GATEWAY)
		return (struct ending){(a->did & DID_FAIL) != 0 && !(a->did & DID_CONNECT),
		                       a->ended, F_NONE};
	if (a->side == SIDE_CLIENT)
		return (struct ending){(a->did & (DID_FAIL | DID_REFUSE)) != 0 &&
		                           !(a->did & (DID_SHOW | DID_LOG_ON)),
		                       a->ended, F_NONE};
	if (a->did & (DID_LOG_ON | DID_SHOW))
		return ending_with_session(j, a);
	return ending_before_session(j, a);
}

/* --- attempts --- */

static bool is_ours(const struct joining *in, const struct joined *a)
{
	const struct ours *o = in->ours;
	bool is_address = false;

	if (!o || a->did & (DID_PASS | DID_LOG_ON | DID_SHOW | DID_REFUSE) || !*a->client)
		return false;
	for (size_t i = 0; i < o->n_addresses; i++)
		is_address |= text_same(o->addresses[i], a->client);
	for (size_t i = 0; is_address && i < o->n_ports; i++)
		if (o->ports[i] == a->port)
			return true;
	return false;
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

static const char *where_of(struct join *j, const struct joined *a)
{
	const char *place = place_text(j, a->file, a->first_record);

	if (a->last_record == a->first_record)
		return place;
	return arena_printf(j->in->arena, "%s-%llu", place, (unsigned long long)a->last_record);
}

/* A failure of the same client or account that a success follows within this time. */
#define RECOVERS_WITHIN_US (600 * SECOND_US)

static bool is_success(const struct joined *a)
{
	return (a->did & DID_SHOW) != 0 || (a->side == SIDE_HOST && (a->did & DID_LOG_ON) != 0);
}

static bool is_of_same_person(const struct joined *a, const struct joined *b)
{
	if (a->side != b->side || a->computer != b->computer)
		return false;
	if (a->side == SIDE_CLIENT)
		return *a->server && text_same(a->server, b->server);
	if (*a->client && *b->client)
		return text_same(a->client, b->client);
	return *a->account && text_same(a->account, b->account);
}

/* Successes are few: they are gathered once, newest last. */
struct successes {
	size_t *at, n;
};

static struct successes successes_of(struct join *j)
{
	struct successes s = {.at = arena_new(j->in->arena, (j->n + 1) * sizeof *s.at)};

	for (size_t i = 0; i < j->n; i++)
		if (is_success(&j->at[i]))
			s.at[s.n++] = i;
	return s;
}

static bool is_recovered(const struct join *j, const struct joined *a, const struct successes *s)
{
	for (size_t i = s->n; i > 0; i--) {
		const struct joined *b = &j->at[s->at[i - 1]];

		if (b->began_us < a->began_us)
			break;
		if (b->began_us - a->began_us <= RECOVERS_WITHIN_US && is_of_same_person(a, b))
			return true;
	}
	return false;
}

static void add_absent(struct attempt *out, enum finding_id id, const char *where, int64_t when_us)
{
	struct finding f = finding_of(id, ORIGIN_LOG);

	f.state = FINDING_ABSENT;
	f.where = where;
	f.when_us = when_us;
	findings_add(&out->found, &f);
}

/* UDP that ends with everything else was not lost. */
static void judge_udp(struct join *j, struct joined *a)
{
	struct finding f = finding_of(F_LOG_UDP_LOST, ORIGIN_LOG);

	if (!a->udp_lost_us || !a->ended_us || a->ended_us - a->udp_lost_us < 2 * SECOND_US)
		return;
	f.where = place_text(j, a->file, a->last_record);
	f.when_us = a->udp_lost_us;
	findings_add(&a->found, &f);
}

static void put_activity(const struct joined *a, char text[GUID_TEXT_MAX])
{
	text[0] = 0;
	if (a->has_activity)
		guid_text(a->activity, text);
}

static void put_attempt(struct join *j, struct joined *a, const struct successes *s)
{
	struct ending e = ending_of(j, a);
	char activity[GUID_TEXT_MAX];
	bool is_local = a->side == SIDE_CLIENT;
	struct attempt out = {.origin = ORIGIN_LOG,
	                      .host = or_null(a->side == SIDE_HOST ? a->computer : a->server),
	                      .client = or_null(is_local ? a->computer : a->client),
	                      .account = or_null(a->account),
	                      .where = where_of(j, a),
	                      .began_us = a->began_us,
	                      .ended_us = a->ended_us    ? a->ended_us
	                                  : e.is_failure ? a->last_us
	                                                 : 0,
	                      .reached = a->reached,
	                      .ended = e.says,
	                      .is_failure = e.is_failure,
	                      .is_ours = is_ours(j->in, a)};

	judge_udp(j, a);
	put_activity(a, activity);
	out.activity = or_null(activity);
	out.is_recovered = e.is_failure && is_recovered(j, a, s);
	out.found = a->found;
	if (e.absent)
		add_absent(&out, e.absent, out.where, a->last_us);
	attempts_add(j->in->ev->attempts, &out);
}

/* --- about computers --- */

/* Within one log the order of its records, since clocks are set back. */
static bool is_before(const struct host_fact *a, const struct host_fact *b)
{
	return a->file == b->file ? a->record < b->record : a->last_us < b->last_us;
}

/* A computer that was renamed goes on in the same log. */
static const struct host_fact *cure_of(const struct joining *in, const struct host_fact *f)
{
	for (size_t i = 0; i < in->n_facts; i++) {
		const struct host_fact *c = &in->facts[i];

		if (c->number == CURE && c->finding == f->finding &&
		    (c->host == f->host || c->file == f->file) &&
		    (!*c->text || c->text == f->text) && !is_before(c, f))
			return c;
	}
	return NULL;
}

/* A service that takes connections has come back; one that was let through is not kept out. */
static bool is_disproved(const struct join *j, const struct host_fact *f)
{
	bool is_service = f->finding == F_LOG_SERVICE_FAILED && strcmp(f->text, "TermService") == 0;
	bool is_dropped = f->finding == F_LOG_FIREWALL_DROPPED;

	for (size_t i = j->n; (is_service || is_dropped) && i > 0; i--) {
		const struct joined *a = &j->at[i - 1];

		if (a->side != SIDE_HOST || a->computer != f->host || a->last_us < f->last_us)
			continue;
		if (is_service || text_same(a->client, f->client))
			return true;
	}
	return false;
}

/* A clock that found no server for some minutes, at start-up or before the end, is no news. */
static bool is_momentary(const struct join *j, const struct host_fact *f)
{
	return f->finding == F_LOG_TIME_UNSYNCED && f->last_us - f->since_us < 3600 * SECOND_US &&
	       logs_end(j->in, f->host) - f->last_us < 900 * SECOND_US;
}

static void put_fact(struct join *j, const struct host_fact *f)
{
	struct finding out = finding_of(f->finding, ORIGIN_LOG);

	if (f->number == CURE || cure_of(j->in, f) || is_disproved(j, f) || is_momentary(j, f))
		return;
	if (finding_defs[f->finding].type == T_TEXT)
		out.text = f->text;
	else if (finding_defs[f->finding].type != T_FACT)
		out.number = f->number;
	out.where = place_text(j, f->file, f->record);
	if (f->count > 1)
		out.where = arena_printf(j->in->arena, "%s, %llu times", out.where,
		                         (unsigned long long)f->count);
	out.when_us = f->last_us;
	findings_add(j->in->ev->found, &out);
}

/* --- floods --- */

struct minute {
	size_t first, n, n_refused;
};

static bool is_refusal(const struct joined *a)
{
	return (a->did & DID_REFUSE) != 0 && !(a->did & (DID_LOG_ON | DID_SHOW));
}

static size_t clients_of(const struct join *j, size_t first, size_t n)
{
	const char *met[256];
	size_t n_met = 0;

	for (size_t i = first; i < first + n && n_met < 256; i++) {
		size_t k = 0;

		if (!*j->at[i].client)
			continue;
		while (k < n_met && met[k] != j->at[i].client)
			k++;
		if (k == n_met)
			met[n_met++] = j->at[i].client;
	}
	return n_met;
}

static void put_flood(struct join *j, enum finding_id id, const struct joined *last, size_t number)
{
	struct finding f = finding_of(id, ORIGIN_LOG);

	f.number = (int64_t)number;
	f.where = place_text(j, last->file, last->last_record);
	f.when_us = last->began_us;
	if (id == F_LOG_MANY_SOURCES && number < 10)
		f.effect = EFFECT_NONE;
	findings_add(j->in->ev->found, &f);
}

/* The fullest minute of one computer; connections of one stand together, in order of time. */
static void judge_flood(struct join *j, size_t first, size_t end)
{
	size_t begin_at = first, n_refused = 0, most = 0, most_at = 0, most_refused = 0,
	       refused_at = 0;

	for (size_t i = first; i < end; i++) {
		n_refused += is_refusal(&j->at[i]);
		while (j->at[i].began_us - j->at[begin_at].began_us > 60 * SECOND_US)
			n_refused -= is_refusal(&j->at[begin_at++]);
		if (i + 1 - begin_at > most) {
			most = i + 1 - begin_at;
			most_at = begin_at;
		}
		if (n_refused > most_refused) {
			most_refused = n_refused;
			refused_at = i;
		}
	}
	if (most >= MANY_PER_MINUTE) {
		size_t n = clients_of(j, most_at, most);

		if (n)
			put_flood(j, F_LOG_MANY_SOURCES, &j->at[most_at + most - 1], n);
	}
	if (most_refused >= MANY_PER_MINUTE)
		put_flood(j, F_LOG_MANY_REFUSALS, &j->at[refused_at], most_refused);
}

static void judge_floods(struct join *j)
{
	size_t first = 0;

	for (size_t i = 0; i < j->n; i++) {
		bool is_last = i + 1 == j->n || j->at[i + 1].computer != j->at[i].computer;

		if (!is_last)
			continue;
		if (j->at[i].side == SIDE_HOST)
			judge_flood(j, first, i + 1);
		first = i + 1;
	}
}

/* --- all of it --- */

/* A computer's notes stand together, in order of time; the same in whatever order logs came. */
static int compare_notes(const void *left, const void *right)
{
	const struct kept_note *a = left, *b = right;
	int by = strcmp(a->computer, b->computer);

	if (by)
		return by;
	if (a->when_us != b->when_us)
		return a->when_us < b->when_us ? -1 : 1;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	by = strcmp(a->file, b->file);
	if (by)
		return by;
	return a->record < b->record ? -1 : a->record > b->record;
}

static void free_join(struct join *j)
{
	free(j->at);
	free(j->by_activity);
}

void event_join(struct joining *in)
{
	struct join j = {.in = in, .n_slots = 1024};
	struct successes successes;

	while (j.n_slots < in->n_notes * 2)
		j.n_slots *= 2;
	j.by_activity = calloc(j.n_slots, sizeof *j.by_activity);
	if (!j.by_activity)
		abort();
	if (in->n_notes)
		qsort(in->notes, in->n_notes, sizeof *in->notes, compare_notes);
	for (size_t i = 0; i < in->n_notes; i++)
		take_note(&j, &in->notes[i]);
	complete(&j);
	successes = successes_of(&j);
	for (size_t i = 0; i < j.n; i++)
		put_attempt(&j, &j.at[i], &successes);
	for (size_t i = 0; i < in->n_facts; i++)
		put_fact(&j, &in->facts[i]);
	judge_floods(&j);
	free_join(&j);
}
