#include "read/event_join.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/event_joined.h"

#define BACK_MAX     64   /* connections looked back at for one event */
#define SESSIONS_MAX 4096 /* the same when a session is asked for */
#define FINDINGS_MAX 64   /* of one connection */

enum { LOGON_NETWORK = 3 };

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
	/* Who was let in signs in over the network no more. */
	if (n->logon_type == LOGON_NETWORK && a->did & (DID_PASS | DID_LOG_ON | DID_SHOW))
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

static bool may_begin(const struct kept_note *n)
{
	return n->row->begins && n->logon_type != LOGON_NETWORK;
}

/* --- what an event adds to its connection --- */

const char *join_place(const struct join *j, const char *file, uint64_t record)
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
	if (a->found.n >= FINDINGS_MAX)
		return;
	f.number = number;
	f.where = join_place(j, n->file, n->record);
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
	       !findings_have(&a->found, F_LOG_LOGON_FAILURE);
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
	join_put_attempts(&j);
	join_put_facts(&j);
	free_join(&j);
}
