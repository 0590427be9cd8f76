#include "read/event_joined.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

int64_t join_logs_end(const struct joining *in, const char *computer)
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
	return a->ended_us || join_logs_end(j->in, a->computer) > a->last_us + seconds * SECOND_US;
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
	if (o->is_loopback && address_is_loopback(a->client))
		return true;
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
	const char *place = join_place(j, a->file, a->first_record);

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
/* Successes are few: they are gathered once, in the order of the connections. */
struct successes {
	size_t *at, n;
};

#define RECOVERIES_MAX 1024 /* looked at for one failure */

static struct successes successes_of(struct join *j)
{
	struct successes s = {.at = arena_new(j->in->arena, (j->n + 1) * sizeof *s.at)};

	for (size_t i = 0; i < j->n; i++)
		if (is_success(&j->at[i]))
			s.at[s.n++] = i;
	return s;
}

/* The first success behind a connection, by halving. */
static size_t first_behind(const struct successes *s, size_t which)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->at[middle] <= which)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_recovered(const struct join *j, size_t which, const struct successes *s)
{
	const struct joined *a = &j->at[which];

	for (size_t i = first_behind(s, which), n = 0; i < s->n && n < RECOVERIES_MAX; i++, n++) {
		const struct joined *b = &j->at[s->at[i]];

		if (b->computer != a->computer || b->began_us - a->began_us > RECOVERS_WITHIN_US)
			return false;
		if (is_of_same_person(a, b))
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
	f.where = join_place(j, a->file, a->last_record);
	f.when_us = a->udp_lost_us;
	findings_add(&a->found, &f);
}

static void put_activity(const struct joined *a, char text[GUID_TEXT_MAX])
{
	text[0] = 0;
	if (a->has_activity)
		guid_text(a->activity, text);
}

static void put_attempt(struct join *j, size_t which, const struct successes *s)
{
	struct joined *a = &j->at[which];
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
	out.is_recovered = e.is_failure && is_recovered(j, which, s);
	out.found = a->found;
	if (e.absent)
		add_absent(&out, e.absent, out.where, a->last_us);
	attempts_add(j->in->ev->attempts, &out);
}

/* Only so many are kept, the newest: the others are not even made. */
static int compare_times(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return a < b ? -1 : a > b;
}

static int64_t moment_of(const struct joined *a)
{
	return a->ended_us ? a->ended_us : a->began_us;
}

static int64_t oldest_kept(struct join *j)
{
	int64_t *times;

	if (j->n <= ATTEMPTS_MAX)
		return INT64_MIN;
	times = arena_new(j->in->arena, j->n * sizeof *times);
	for (size_t i = 0; i < j->n; i++)
		times[i] = moment_of(&j->at[i]);
	qsort(times, j->n, sizeof *times, compare_times);
	return times[j->n - ATTEMPTS_MAX];
}

void join_put_attempts(struct join *j)
{
	struct successes s = successes_of(j);
	int64_t oldest = oldest_kept(j);
	size_t n = 0;

	for (size_t i = 0; i < j->n; i++) {
		if (moment_of(&j->at[i]) < oldest || n == ATTEMPTS_MAX) {
			j->in->ev->attempts->n_left_out++;
			continue;
		}
		put_attempt(j, i, &s);
		n++;
	}
}
