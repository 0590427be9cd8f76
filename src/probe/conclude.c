/*
 * conclude - what several connections say together. Each conclusion is drawn once, as soon as
 * the connections that it needs are over; a run that is stopped early draws fewer.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "probe/hosts.h"
#include "probe/inside.h"

static const char *where_of_main(const struct probe *p)
{
	return attempt_where(p->main);
}

/* By the beginning of its id: "hello-" are all four. */
static bool is_of(const struct made *made, const char *id)
{
	return made->measure && strncmp(made->measure->id, id, strlen(id)) == 0;
}

static bool is_over(const struct made *made)
{
	return attempt_state_of(made->attempt)->outcome != OUTCOME_OPEN;
}

/* How many connections of a measure were made, and whether all of them are over. */
struct tally {
	size_t n, n_over, n_good;
};

typedef bool is_good(const struct probe *p, const struct made *made);

/* Was told to wait longer and asked again; says nothing. */
static bool counts(const struct made *made, const char *id)
{
	return is_of(made, id) && made->keeping != MADE_VOID;
}

static struct tally tally_of(const struct probe *p, const char *id, is_good *good)
{
	struct tally t = {0};

	for (size_t i = 0; i < p->n_made; i++) {
		const struct made *made = &p->made[i];

		if (!counts(made, id))
			continue;
		t.n++;
		t.n_over += is_over(made);
		t.n_good += is_over(made) && good(p, made);
	}
	return t;
}

/* --- versions --- */

static uint16_t version_of(const struct made *made)
{
	return attempt_state_of(made->attempt)->facts.tls_version;
}

static bool has_version(const struct probe *p, const struct made *made)
{
	(void)p;
	return version_of(made) != 0;
}

static bool has_version_of_client(const struct probe *p, const struct made *made)
{
	const struct client_profile *c = p->options.profile;

	return version_of(made) >= c->tls_least && version_of(made) <= c->tls_most;
}

static enum finding_state state_of(bool is_seen)
{
	return is_seen ? FINDING_SEEN : FINDING_ABSENT;
}

/* True when the client's own hello was refused and not merely lost. */
static bool was_hello_refused(const struct probe *p)
{
	const struct attempt_state *s = attempt_state_of(p->main);

	return s->place == PLACE_HELLO && s->outcome != OUTCOME_SILENT &&
	       s->outcome != OUTCOME_OPEN && s->outcome != OUTCOME_DONE;
}

/* Silence refuses nothing: the answer may be lost on the way. */
static bool was_answered(const struct probe *p, const struct made *made)
{
	enum attempt_outcome outcome = attempt_state_of(made->attempt)->outcome;

	(void)p;
	return outcome == OUTCOME_DONE || outcome == OUTCOME_ENDED || outcome == OUTCOME_STOPPED;
}

#define HELLOS 4

static bool conclude_hellos(struct probe *p)
{
	struct tally any = tally_of(p, "hello-", has_version);
	struct tally fit = tally_of(p, "hello-", has_version_of_client);
	struct tally answered = tally_of(p, "hello-", was_answered);
	const char *where = where_of_main(p);

	if (any.n_over < HELLOS)
		return false;
	if (any.n_good || answered.n_good == HELLOS)
		probe_tell(p, F_TLS_NO_VERSION, state_of(!any.n_good), where);
	if (fit.n_good || (any.n_good && answered.n_good == HELLOS))
		probe_tell(p, F_TLS_VERSION_NOT_OF_CLIENT, state_of(!fit.n_good), where);
	if (fit.n_good && was_hello_refused(p))
		probe_tell(p, F_TLS_NO_COMMON_SUITE, FINDING_SEEN, where);
	return true;
}

/* --- repeats --- */

static bool is_like_main(const struct probe *p, const struct made *made)
{
	const struct attempt_state *first = attempt_state_of(p->main);
	const struct attempt_state *s = attempt_state_of(made->attempt);

	return s->outcome == first->outcome && s->place == first->place;
}

static bool conclude_again(struct probe *p)
{
	struct tally failed = tally_of(p, "again", is_like_main);
	struct tally clean = tally_of(p, "repeat", is_like_main);
	struct tally odd = tally_of(p, "odd", is_like_main);
	size_t n_clean = clean.n + odd.n, n_worse = n_clean - clean.n_good - odd.n_good;
	size_t n = failed.n + n_clean, n_over = failed.n_over + clean.n_over + odd.n_over;

	if (!n || n_over < n || p->next_job < p->n_jobs)
		return false;
	probe_tell_number(p, F_RUN_REPEATS, (int64_t)n, where_of_main(p));

	struct finding f = probe_found(p, F_RUN_REPRODUCED, where_of_main(p));

	f.number = (int64_t)(failed.n_good + n_worse);
	if (n_worse)
		f.effect = EFFECT_MAY_BLOCK; /* the first one passed, and a client may meet another
		                              */
	findings_add(p->found, &f);
	if (n_clean)
		probe_tell(p, F_TCP_SLOW_ACCEPT, state_of(n_worse), where_of_main(p));
	return true;
}

/* --- small segments --- */

static bool is_beyond_main(const struct probe *p, const struct made *made)
{
	const struct attempt_state *s = attempt_state_of(made->attempt);

	return s->outcome == OUTCOME_DONE || s->place > attempt_state_of(p->main)->place;
}

static bool is_to_main(const struct probe *p, const struct made *made)
{
	return attempt_state_of(made->attempt)->is_connected && probe_is_to_port(p, made);
}

/*
 * What is repeated into a silence that lasts is swallowed and not lost by chance: then only the
 * SYN counts, which got through.
 */
static bool needed_again(const struct attempt_state *s)
{
	return s->conn.syn_retransmits > 0 ||
	       (s->conn.retransmits > 0 && s->outcome != OUTCOME_SILENT);
}

/* On a path that loses packets of every size, what came through came through by chance. */
static bool is_path_lossy(const struct probe *p)
{
	for (size_t i = 0; i < p->n_made; i++)
		if (is_to_main(p, &p->made[i]) &&
		    needed_again(attempt_state_of(p->made[i].attempt)))
			return true;
	return false;
}

static bool conclude_small(struct probe *p)
{
	struct tally t = tally_of(p, "small-segments", is_beyond_main);

	if (!t.n || t.n_over < t.n || attempt_state_of(p->main)->outcome != OUTCOME_SILENT)
		return false;
	if (is_path_lossy(p))
		return true;
	probe_tell(p, F_PATH_SMALL_SEGMENTS_WORK, state_of(t.n_good), where_of_main(p));
	if (t.n_good)
		probe_tell(p, F_PATH_LARGE_PACKETS_LOST, FINDING_SEEN, where_of_main(p));
	return true;
}

/* --- other ports --- */

static bool is_port_answering(const struct probe *p, const struct made *made)
{
	const struct attempt_state *s = attempt_state_of(made->attempt);

	(void)p;
	return s->is_connected || (s->outcome == OUTCOME_FAILED && s->failure.kind == NET_REFUSED);
}

static bool speaks_rdp(const struct probe *p, const struct made *made)
{
	(void)p;
	return attempt_state_of(made->attempt)->facts.has_confirm;
}

static void tell_ports(struct probe *p, const char *id, is_good *good, enum finding_id finding)
{
	for (size_t i = 0; i < p->n_made; i++)
		if (counts(&p->made[i], id) && good(p, &p->made[i]))
			probe_tell_number(p, finding, attempt_plan_of(p->made[i].attempt)->to.port,
			                  attempt_where(p->made[i].attempt));
}

static bool conclude_ports(struct probe *p)
{
	struct tally t = tally_of(p, "other-ports", is_port_answering);

	if (!t.n || t.n_over < t.n)
		return false;
	tell_ports(p, "other-ports", is_port_answering, F_TCP_OTHER_PORT_OPEN);
	/* A port that answered after all has no silent neighbours to be compared with. */
	if (!t.n_good && !p->main)
		probe_tell(p, F_TCP_OTHER_PORTS_SILENT, FINDING_SEEN,
		           attempt_where(p->made[0].attempt));
	return true;
}

static bool conclude_rdp_ports(struct probe *p)
{
	struct tally t = tally_of(p, "other-rdp-ports", speaks_rdp);

	if (!t.n || t.n_over < t.n)
		return false;
	tell_ports(p, "other-rdp-ports", speaks_rdp, F_TCP_RDP_ON_PORT);
	return true;
}

/* --- the path --- */

static int compare_us(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Its SYN was never answered, where another's was. */
static bool is_swallowed(const struct probe *p, const struct made *made)
{
	return probe_is_to_port(p, made) && attempt_state_of(p->main)->is_connected &&
	       attempt_state_of(made->attempt)->outcome == OUTCOME_NO_SYN;
}

/* The SYN and its answer: nothing else is as free of the host's own thinking. */
static size_t round_trips(const struct probe *p, int64_t us[ATTEMPTS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_made; i++) {
		const struct attempt_state *s = attempt_state_of(p->made[i].attempt);

		if (is_to_main(p, &p->made[i]) && !s->conn.syn_retransmits)
			us[n++] = s->syn_rtt_us;
	}
	qsort(us, n, sizeof *us, compare_us);
	return n;
}

/* Too few to give a share mean nothing. */
#define LOSS_CONNECTS_LEAST 3

/* Told once, and told anew of all connections when more were made. */
static void put_loss(struct probe *p, const struct finding *f)
{
	if (p->n_weighed) {
		p->found->at[p->loss_at] = *f;
	} else {
		p->loss_at = p->found->n;
		findings_add(p->found, f);
	}
	p->n_weighed = p->n_made;
}

static bool conclude_loss(struct probe *p)
{
	struct finding f = probe_found(p, F_PATH_LOSS, where_of_main(p));
	size_t n = 0, n_again = 0;

	for (size_t i = 0; i < p->n_made; i++) {
		if (is_swallowed(p, &p->made[i])) {
			n++;
			n_again++;
		}
		if (!is_to_main(p, &p->made[i]))
			continue;
		n++;
		n_again += needed_again(attempt_state_of(p->made[i].attempt));
	}
	if (n >= LOSS_CONNECTS_LEAST && p->n_made > p->n_weighed) {
		f.number = (int64_t)(100 * n_again / n);
		f.state = state_of(n_again > 0);
		put_loss(p, &f);
	}
	return false; /* never for good: others may follow */
}

/* --- late answers --- */

/*
 * Where the host's packets are lost, our TCP repeats nothing. The host's does, after 200 ms at
 * the earliest (Linux; Windows after 300), and its answer is late by that. A host that is busy
 * is late by anything, and one that is slow is so every time.
 */
#define LATE_LEAST_US  180000LL
#define LATE_MOST_US   1500000LL /* beyond: it thinks; three losses running are rare */
#define ONCE_MOST_US   700000LL  /* of the only answer: two losses */
#define FAST_MOST_US   60000LL   /* beside two round trips: the host need not think there */
#define PROMPT_MOST_US 30000LL   /* behind the fastest */
#define LATE_TIMES     2
#define ANSWERS_LEAST  8 /* of two places, four connections each */
#define UNEVEN_ONE_OF  8 /* of so many, at most one is neither prompt nor late */

/* How long a connection waited in a place; -1: it did not, or not to the end. */
static int64_t stay_us(const struct made *made, enum journey_place place)
{
	const struct attempt_state *s = attempt_state_of(made->attempt);
	int64_t entered = s->entered_us[place], left = s->over_us;

	for (size_t next = place + 1; next <= PLACE_STOPPED; next++)
		if (s->entered_us[next] && s->entered_us[next] < left)
			left = s->entered_us[next];
	return entered && s->outcome == OUTCOME_DONE && s->facts.has_confirm ? left - entered : -1;
}

typedef bool is_asked(const struct probe *p, const struct made *made);

/* How long each of the connections waited in a place, the shortest first. */
static size_t stays(const struct probe *p, enum journey_place place, is_asked *asked,
                    int64_t us[ATTEMPTS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_made; i++) {
		int64_t stay = stay_us(&p->made[i], place);

		if (stay >= 0 && asked(p, &p->made[i]))
			us[n++] = stay;
	}
	qsort(us, n, sizeof *us, compare_us);
	return n;
}

/* As long as the longest place takes, the handshake of TLS 1.2. */
static int64_t two_trips_us(const struct probe *p)
{
	return 2 * attempt_state_of(p->main)->syn_rtt_us;
}

static bool is_late_alone(const struct probe *p, int64_t us)
{
	return us >= two_trips_us(p) + LATE_LEAST_US && us <= 2 * two_trips_us(p) + ONCE_MOST_US;
}

static bool has_late_answer(const struct probe *p, enum journey_place place)
{
	int64_t us[ATTEMPTS_MAX];
	size_t n = stays(p, place, is_to_main, us);

	if (n == 1)
		return is_late_alone(p, us[0]);
	for (size_t i = 1; i < n; i++)
		if (us[i] - us[0] >= LATE_LEAST_US && us[i] - us[0] <= LATE_MOST_US)
			return true;
	return false;
}

bool conclude_suspects_loss(const struct probe *p)
{
	if (attempt_state_of(p->main)->outcome != OUTCOME_DONE || is_path_lossy(p))
		return false;
	for (enum journey_place place = PLACE_NEGOTIATION; place < PLACE_DONE; place++)
		if (has_late_answer(p, place))
			return true;
	return false;
}

struct answers {
	size_t n, n_prompt, n_late;
};

static bool is_whole(const struct probe *p, const struct made *made)
{
	return made->attempt == p->main || is_of(made, "late");
}

/* The answers in one place, where the host can answer as fast as the way allows. */
static void weigh_place(const struct probe *p, enum journey_place place, struct answers *a)
{
	int64_t us[ATTEMPTS_MAX];
	size_t n = stays(p, place, is_whole, us);

	if (!n || us[0] > two_trips_us(p) + FAST_MOST_US)
		return;
	a->n += n;
	for (size_t i = 0; i < n; i++) {
		a->n_prompt += us[i] <= us[0] + PROMPT_MOST_US;
		a->n_late += us[i] >= us[0] + LATE_LEAST_US;
	}
}

static bool is_by_repeats(const struct answers *a)
{
	return a->n_late >= LATE_TIMES && a->n_prompt >= a->n_late &&
	       UNEVEN_ONE_OF * (a->n - a->n_prompt - a->n_late) <= a->n;
}

static bool conclude_late(struct probe *p)
{
	struct tally t = tally_of(p, "late", is_like_main);
	struct finding f = probe_found(p, F_PATH_LATE_ANSWERS, where_of_main(p));
	struct answers a = {0};

	if (!t.n || t.n_over < t.n || p->next_job < p->n_jobs)
		return false;
	for (enum journey_place place = PLACE_NEGOTIATION; place < PLACE_DONE; place++)
		weigh_place(p, place, &a);
	if (a.n < ANSWERS_LEAST)
		return true;
	f.state = state_of(is_by_repeats(&a));
	f.number = f.state == FINDING_SEEN ? (int64_t)(100 * a.n_late / a.n) : 0;
	findings_add(p->found, &f);
	return true;
}

/* The median of the system's figures. Ours hold how busy this computer was: of them, the least. */
static bool conclude_path(struct probe *p)
{
	int64_t us[ATTEMPTS_MAX];
	size_t n = round_trips(p, us);
	bool is_of_system = attempt_state_of(p->main)->conn.rtt_us > 0;

	if (n)
		probe_tell_number(p, F_PATH_RTT, (us[is_of_system ? n / 2 : 0] + 500) / 1000,
		                  where_of_main(p));
	return true;
}

/* --- what answers --- */

static bool conclude_kind(struct probe *p)
{
	const struct host_kind *kind = hosts_recognise(p);

	if (!attempt_state_of(p->main)->facts.has_confirm)
		return false;
	probe_tell_text(p, F_NEG_SERVER_KIND, kind ? kind->word : "unknown", where_of_main(p));
	return true;
}

/* Each draws its conclusion and says so, or waits for more connections to be over. */
static const struct {
	bool (*conclude)(struct probe *p);
	bool without_main; /* also where no connection came about */
} conclusions[] = {
    {.conclude = conclude_ports, .without_main = true},
    {.conclude = conclude_hellos},
    {.conclude = conclude_again},
    {.conclude = conclude_small},
    {.conclude = conclude_rdp_ports},
    {.conclude = conclude_kind},
    {.conclude = conclude_path},
    {.conclude = conclude_loss},
    {.conclude = conclude_late},
};

void conclude(struct probe *p)
{
	for (size_t i = 0; i < sizeof conclusions / sizeof *conclusions; i++) {
		unsigned bit = 1u << i;

		if (p->concluded & bit || (!p->main && !conclusions[i].without_main))
			continue;
		if (conclusions[i].conclude(p))
			p->concluded |= bit;
	}
}
