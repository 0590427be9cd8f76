/*
 * answers_sessions - sessions of the host, and the licences that more of them need.
 *
 * Spec    Microsoft: WTS_SESSION_INFO_1, WTS_CONNECTSTATE_CLASS; Win32_TerminalServiceSetting:
 *         LicensingType 1 for administration, 2 per device, 4 per user, 5 not configured;
 *         GetGracePeriodDays
 */
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"

#define LISTENER_LEAST  65536 /* sessions that listen are numbered from here on */
#define LEFT_OVER_AFTER 300   /* s; a session without a user is ended by then */
#define ADMINISTRATIVE  2     /* sessions that a server admits without the role */

enum { MODE_ADMINISTRATION = 1, MODE_UNSET = 5 };

static bool is_state(const struct answer *row, const char *state)
{
	return text_same(text_or_empty(row, "state"), state);
}

static bool is_of_listener(const struct answer *row)
{
	return is_state(row, "listen") || answer_number(row, "id", 0) >= LISTENER_LEAST;
}

/* Windows keeps listeners for purposes of its own too; RDP's are called so. */
static bool is_listener(const struct answer *row)
{
	char head[5] = "";
	const char *station = text_or_empty(row, "station");

	if (strlen(station) >= 4)
		memcpy(head, station, 4);
	return is_state(row, "listen") && text_same(head, "RDP-");
}

static const char *where_of_session(struct telling *t, const struct answer *row)
{
	const char *station = text_or_empty(row, "station");

	return arena_printf(t->arena, "session %d %s%s%s", (int)answer_number(row, "id", 0),
	                    station, *station ? " " : "", text_or_empty(row, "state"));
}

/* --- what single sessions show --- */

/* It neither works nor ends: it is going down, or nobody is left in it. */
static bool is_stuck(const struct answer *row)
{
	int64_t id = answer_number(row, "id", 0);

	if (id <= 0 || id >= LISTENER_LEAST)
		return false;
	if (is_state(row, "down") || is_state(row, "reset"))
		return true;
	return is_state(row, "disconnected") && !*text_or_empty(row, "user") &&
	       answer_number(row, "idle_seconds", 0) >= LEFT_OVER_AFTER;
}

static bool is_used_console(const struct answer *row)
{
	return text_same(text_or_empty(row, "station"), "console") && is_state(row, "active") &&
	       *text_or_empty(row, "user");
}

static bool counts(const struct answer *row)
{
	return *text_or_empty(row, "user") && !is_of_listener(row) &&
	       (is_state(row, "active") || is_state(row, "disconnected") ||
	        is_state(row, "connected"));
}

struct seen {
	size_t n_counted, n_remote;
	const struct answer *listener, *stuck, *console;
	bool has_services, has_console;
};

static struct seen look_through(const struct telling *t)
{
	const struct answer *row;
	struct seen s = {0};

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_SESSION, &at));) {
		bool is_console = text_same(text_or_empty(row, "station"), "console");

		s.listener = !s.listener && is_listener(row) ? row : s.listener;
		s.stuck = !s.stuck && is_stuck(row) ? row : s.stuck;
		s.console = !s.console && is_used_console(row) ? row : s.console;
		s.has_console |= is_console;
		s.has_services |= answer_has(row, "id") && !answer_number(row, "id", 1);
		s.n_counted += counts(row);
		s.n_remote += counts(row) && !is_console;
	}
	return s;
}

/* Not everybody is shown every session; what listens is seen by who may see all. */
static void look_at_listener(struct telling *t, const struct seen *s)
{
	bool is_whole = s->has_services && s->has_console && t->facts.is_elevated;

	if (s->listener) {
		const char *where = where_of_session(t, s->listener);

		say_absent(t, F_HOST_NO_LISTENER, where);
		say_absent(t, F_HOST_LISTENER_MISSING, where);
		return;
	}
	if (!is_whole || t->facts.is_stand_in || is_said(t, F_HOST_PORT_TAKEN, FINDING_ABSENT))
		return;
	say_fact(t, F_HOST_NO_LISTENER, "sessions");
	if (t->facts.is_remote_on && t->facts.termservice_runs)
		say_fact(t, F_HOST_LISTENER_MISSING, "sessions");
}

/* --- how many there may be --- */

static int64_t cap_of(const struct telling *t)
{
	for (size_t i = 0; i < t->before->n; i++) {
		const struct finding *f = &t->before->at[i];

		if (f->id == F_HOST_SESSION_CAP && f->state == FINDING_SEEN)
			return f->number;
	}
	return -1;
}

static bool is_session_host(const struct answer *licensing)
{
	return answer_number(licensing, "is_session_host", 0) != 0;
}

static void look_at_number(struct telling *t, const struct seen *s)
{
	size_t at = 0;
	const struct answer *licensing = answers_next(t->a, TOPIC_LICENSING, &at);
	int64_t cap = cap_of(t);
	bool is_administrative = t->facts.is_server && licensing && !is_session_host(licensing) &&
	                         answer_has(licensing, "is_session_host");
	const char *where = arena_printf(t->arena, "sessions: %zu of users", s->n_counted);

	if (cap >= 0)
		say_whether(t, F_HOST_SESSIONS_FULL, s->n_remote >= (size_t)cap, where);
	/* reached by the administrators who look for the fault: a limit, and no refusal yet */
	else if (is_administrative && s->n_counted >= ADMINISTRATIVE)
		say_number(t, F_HOST_SESSION_CAP, ADMINISTRATIVE, where);
}

static void look_at_sessions(struct telling *t)
{
	struct seen s = look_through(t);

	if (!rows_of(t, TOPIC_SESSION))
		return;
	look_at_listener(t, &s);
	if (s.console)
		say_fact(t, F_HOST_CONSOLE_IN_USE, where_of_session(t, s.console));
	else if (s.has_console)
		say_absent(t, F_HOST_CONSOLE_IN_USE, "session console");
	if (s.stuck)
		say_fact(t, F_HOST_SESSION_STUCK, where_of_session(t, s.stuck));
	else
		say_absent(t, F_HOST_SESSION_STUCK, "sessions");
	look_at_number(t, &s);
}

/* --- licensing --- */

/* The days of grace count only while nothing else gives licences. */
static void look_at_grace(struct telling *t, const struct answer *row)
{
	int64_t mode = answer_number(row, "mode", 0), days = answer_number(row, "grace_days", -1);
	bool has_none = mode == MODE_UNSET ||
	                (answer_has(row, "servers") && !*text_or_empty(row, "servers"));

	if (is_session_host(row) && has_none && days >= 0 && days < 10000)
		say_number(t, F_HOST_GRACE_DAYS, days, "licensing");
}

static void look_at_licensing(struct telling *t)
{
	size_t at = 0;
	const struct answer *row = answers_next(t->a, TOPIC_LICENSING, &at);
	int64_t mode;

	if (!row)
		return;
	mode = answer_number(row, "mode", -1);
	if (answer_has(row, "is_session_host"))
		say_whether(t, F_HOST_RDS_ROLE, is_session_host(row), "licensing");
	if (mode >= 0 && mode < 100)
		say_number(t, F_HOST_LICENSING_MODE, mode, "licensing");
	look_at_grace(t, row);
}

void answers_sessions(struct telling *t)
{
	look_at_sessions(t);
	look_at_licensing(t);
}
