#include "read/event_joined.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define MANY_PER_MINUTE 20

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
	       join_logs_end(j->in, f->host) - f->last_us < 900 * SECOND_US;
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
	out.where = join_place(j, f->file, f->record);
	if (f->count > 1)
		out.where = arena_printf(j->in->arena, "%s, %llu times", out.where,
		                         (unsigned long long)f->count);
	out.when_us = f->last_us;
	findings_add(j->in->ev->found, &out);
}

/* --- floods --- */

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
	f.where = join_place(j, last->file, last->last_record);
	f.when_us = number ? last->began_us : last->ended_us;
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

/* --- sessions --- */

#define SHORT_US       (60 * SECOND_US)
#define AGAIN_LEAST    3
#define TOGETHER_LEAST 3

static bool is_short_return(const struct joined *a)
{
	return (a->did & DID_SHOW) && !(a->did & DID_LOG_ON) && a->session >= 0 && a->ended_us &&
	       a->ended_us - a->began_us < SHORT_US;
}

/* One session that is found again and lost again at once, three times running. */
static void judge_returns(struct join *j, size_t first, size_t end)
{
	size_t n = 0;
	const struct joined *last = NULL;

	for (size_t i = first; i < end; i++) {
		const struct joined *a = &j->at[i];

		if (!(a->did & (DID_SHOW | DID_LOG_ON)))
			continue;
		if (!is_short_return(a) || (last && last->session != a->session))
			n = 0;
		last = is_short_return(a) ? a : NULL;
		n += last != NULL;
		if (n == AGAIN_LEAST)
			put_flood(j, F_LOG_RECONNECTS_ONLY, a, 0);
	}
}

static int compare_ends(const void *left, const void *right)
{
	int64_t a = (*(struct joined *const *)left)->ended_us,
	        b = (*(struct joined *const *)right)->ended_us;

	return a < b ? -1 : a > b;
}

static bool is_loss(const struct joined *a)
{
	return (a->did & DID_SHOW) && a->ended_us && a->ended &&
	       strcmp(a->ended, "disconnected") == 0;
}

/* Sessions of several clients that end in the same second, and nobody ended them. */
static void judge_drops(struct join *j, size_t first, size_t end)
{
	const struct joined **lost = arena_new(j->in->arena, (end - first + 1) * sizeof *lost);
	size_t n = 0, begin_at = 0;

	for (size_t i = first; i < end; i++)
		if (is_loss(&j->at[i]))
			lost[n++] = &j->at[i];
	if (n)
		qsort(lost, n, sizeof *lost, compare_ends);
	for (size_t i = 0; i < n; i++) {
		while (lost[i]->ended_us - lost[begin_at]->ended_us > SECOND_US)
			begin_at++;
		if (i + 1 - begin_at == TOGETHER_LEAST) {
			put_flood(j, F_LOG_MANY_DROP, lost[i], 0);
			return;
		}
	}
}

/* --- all of it --- */

static void judge_computers(struct join *j)
{
	size_t first = 0;

	for (size_t i = 0; i < j->n; i++) {
		if (i + 1 < j->n && j->at[i + 1].computer == j->at[i].computer)
			continue;
		if (j->at[i].side == SIDE_HOST) {
			judge_flood(j, first, i + 1);
			judge_returns(j, first, i + 1);
			judge_drops(j, first, i + 1);
		}
		first = i + 1;
	}
}

void join_put_facts(struct join *j)
{
	for (size_t i = 0; i < j->in->n_facts; i++)
		put_fact(j, &j->in->facts[i]);
	judge_computers(j);
}
