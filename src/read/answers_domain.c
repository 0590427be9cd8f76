/*
 * answers_domain - the host's domain, and its clock.
 *
 * Spec    winerror.h: 1311, 1355, 1722, 53, 1212 no controller; 1786 to 1790 no trust
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"

#define US_PER_S    INT64_C(1000000)
#define TOLERATED   300 /* s, by Kerberos */
#define OFFSET_MOST (INT64_C(100) * 366 * 86400)

enum { ERROR_ACCESS_DENIED_ = 5 };

static bool is_no_controller(int64_t error)
{
	static const int64_t errors[] = {1311, 1355, 1722, 53, 1212};

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i] == error)
			return true;
	return false;
}

static bool is_no_trust(const struct telling *t, int64_t error)
{
	return (error >= 1786 && error <= 1790) ||
	       (error == ERROR_ACCESS_DENIED_ && t->facts.is_elevated);
}

static const char *where_of_domain(struct telling *t, const struct answer *row)
{
	return arena_printf(t->arena, "domain %s", text_or_empty(row, "name"));
}

static void look_at_domain(struct telling *t, const struct answer *row)
{
	int64_t find = answer_number(row, "find_error", 0);
	int64_t channel = answer_number(row, "channel_error", 0);
	const char *where = where_of_domain(t, row);

	if (is_no_controller(find) || is_no_controller(channel))
		say_fact(t, F_HOST_DC_UNREACHABLE,
		         arena_printf(t->arena, "%s, error %d", where,
		                      (int)(is_no_controller(find) ? find : channel)));
	else if (answer_has(row, "find_error") && !find)
		say_absent(t, F_HOST_DC_UNREACHABLE, where);
	if (!answer_has(row, "channel_error"))
		return;
	if (is_no_trust(t, channel))
		say_fact(t, F_HOST_TRUST_BROKEN,
		         arena_printf(t->arena, "%s, error %d", where, (int)channel));
	else if (!channel)
		say_absent(t, F_HOST_TRUST_BROKEN, where);
}

/* Half a second is half a second to either side. */
static int64_t seconds_of(int64_t us)
{
	return (us + (us < 0 ? -US_PER_S / 2 : US_PER_S / 2)) / US_PER_S;
}

/* Against a clock that all of the domain follow; false: that is no difference of clocks. */
static bool say_offset(struct telling *t, int64_t us, const char *where)
{
	int64_t seconds;

	if (us > OFFSET_MOST * US_PER_S || us < -OFFSET_MOST * US_PER_S)
		return false;
	seconds = seconds_of(us);
	if (llabs((long long)seconds) < TOLERATED) {
		say_absent(t, F_CLOCK_OFFSET, where);
		return true;
	}
	say_number(t, F_CLOCK_OFFSET, seconds, where);
	say_text(t, F_CLOCK_WRONG_SIDE, "host", where);
	return true;
}

static bool look_at_domain_clock(struct telling *t, const struct answer *row)
{
	return answer_has(row, "clock_offset_us") &&
	       say_offset(t, answer_number(row, "clock_offset_us", 0),
	                  arena_printf(t->arena, "domain controller %s",
	                               text_or_empty(row, "controller")));
}

/* A clock that follows nothing but itself. */
static bool runs_freely(const char *source)
{
	return text_same(source, "Local CMOS Clock") ||
	       text_same(source, "Free-running System Clock") || text_same(source, "LOCL");
}

static void look_at_time(struct telling *t, bool has_offset)
{
	size_t at = 0;
	const struct answer *row = answers_next(t->a, TOPIC_TIME, &at);
	const char *source, *where;
	int64_t offset;

	if (!row || t->facts.is_stand_in)
		return;
	source = text_or_empty(row, "source");
	where = arena_printf(t->arena, "time source %s", source);
	if (answer_has(row, "is_synced") || runs_freely(source))
		say_whether(t, F_LOG_TIME_UNSYNCED,
		            !answer_number(row, "is_synced", 1) || runs_freely(source), where);
	/* what is small says nothing of the other side's clock */
	offset = answer_number(row, "offset_us", 0);
	if (!has_offset && (offset / US_PER_S >= TOLERATED || offset / US_PER_S <= -TOLERATED))
		say_offset(t, offset, where);
}

void answers_domain(struct telling *t)
{
	size_t at = 0;
	const struct answer *row = answers_next(t->a, TOPIC_DOMAIN, &at);

	if (row)
		look_at_domain(t, row);
	look_at_time(t, row && look_at_domain_clock(t, row));
}
