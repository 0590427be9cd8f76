#include "base/moment.h"

#include <inttypes.h>
#include <stdio.h>

#define US_PER_S  INT64_C(1000000)
#define LATEST_US (INT64_C(253402300800) * US_PER_S - 1) /* 9999-12-31T23:59:59.999999Z */
#define S_PER_DAY INT64_C(86400)

/* Days since 1970-01-01 of a day in the Gregorian calendar, counted from March. */
static int64_t days_from_civil(int64_t y, int m, int d)
{
	y -= m <= 2;

	int64_t era = y / 400, year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void civil_from_days(int64_t days, int *y, int *m, int *d)
{
	days += 719468;

	int64_t era = days / 146097, day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	                       day_of_era / 146096) /
	                      365;
	int64_t day_of_year = day_of_era -
	                      (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;

	*d = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	*m = (int)(month < 10 ? month + 3 : month - 9);
	*y = (int)(year_of_era + era * 400 + (*m <= 2));
}

bool moment_from_civil(const struct civil *c, int64_t *us)
{
	int y, m, d;

	if (c->year < 1970 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 ||
	    c->day > 31 || c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 ||
	    c->second < 0 || c->second > 60)
		return false;

	int64_t days = days_from_civil(c->year, c->month, c->day);

	civil_from_days(days, &y, &m, &d);
	if (d != c->day || m != c->month)
		return false;
	*us = (days * S_PER_DAY + c->hour * 3600 + c->minute * 60 + c->second) * US_PER_S;
	return true;
}

static bool digits(const char **s, int n, int *value)
{
	*value = 0;
	for (int i = 0; i < n; i++) {
		if (**s < '0' || **s > '9')
			return false;
		*value = *value * 10 + (*(*s)++ - '0');
	}
	return true;
}

static bool one(const char **s, const char *of)
{
	for (; *of; of++) {
		if (**s == *of) {
			(*s)++;
			return true;
		}
	}
	return false;
}

static int64_t fraction_us(const char **s)
{
	int64_t us = 0, scale = US_PER_S;

	for (; **s >= '0' && **s <= '9'; (*s)++) {
		scale /= 10;
		us += (**s - '0') * scale;
	}
	return us;
}

bool moment_parse(const char *s, int64_t *us)
{
	struct civil c;
	int64_t at, part = 0;
	int off_hour = 0, off_minute = 0;

	if (!digits(&s, 4, &c.year) || !one(&s, "-") || !digits(&s, 2, &c.month) || !one(&s, "-") ||
	    !digits(&s, 2, &c.day) || !one(&s, "Tt ") || !digits(&s, 2, &c.hour) || !one(&s, ":") ||
	    !digits(&s, 2, &c.minute) || !one(&s, ":") || !digits(&s, 2, &c.second))
		return false;
	if (one(&s, "."))
		part = fraction_us(&s);
	if (!one(&s, "Zz")) {
		int sign = *s == '-' ? 1 : -1;

		if (!one(&s, "+-") || !digits(&s, 2, &off_hour) || !one(&s, ":") ||
		    !digits(&s, 2, &off_minute))
			return false;
		off_hour *= sign;
		off_minute *= sign;
	}
	if (*s || off_hour > 23 || off_hour < -23 || off_minute > 59 || off_minute < -59 ||
	    !moment_from_civil(&c, &at))
		return false;
	at += part + (off_hour * 3600 + off_minute * 60) * US_PER_S;
	if (at < 0 || at > LATEST_US)
		return false;
	*us = at;
	return true;
}

void moment_text(int64_t us, char out[MOMENT_TEXT_MAX])
{
	int64_t s = us / US_PER_S, part = us % US_PER_S;
	int y, m, d;

	if (part < 0) {
		part += US_PER_S;
		s--;
	}

	int64_t days = s / S_PER_DAY, rest = s % S_PER_DAY;

	if (rest < 0) {
		rest += S_PER_DAY;
		days--;
	}
	civil_from_days(days, &y, &m, &d);
	if (y < 0 || y > 9999) {
		out[0] = '\0';
		return;
	}

	unsigned hour = (unsigned)(rest / 3600) % 24, minute = (unsigned)(rest / 60) % 60;
	unsigned second = (unsigned)rest % 60;

	if (part)
		snprintf(out, MOMENT_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ",
		         (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100, hour, minute,
		         second, (unsigned)part % 1000000);
	else
		snprintf(out, MOMENT_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ",
		         (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100, hour, minute,
		         second);
}
