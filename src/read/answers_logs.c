/*
 * answers_logs - logs that keep nothing, and the policies behind settings of Remote Desktop.
 */
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"

/* Those that are asked first about a connection that failed. */
static bool is_important(const char *channel)
{
	static const char *const channels[] = {
	    "System",
	    "Security",
	    "Application",
	    "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational",
	    "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
	    "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"};

	for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
		if (text_same(channel, channels[i]))
			return true;
	return false;
}

/* That an event is not there says something only where it would have been written. */
static void look_at_logs(struct telling *t)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_LOG, &at));) {
		const char *channel = text_or_empty(row, "channel");

		if (is_important(channel) && answer_has(row, "is_enabled") &&
		    !answer_number(row, "is_enabled", 1))
			say_text(t, F_HOST_NOT_LOOKED, "past events (a log is switched off)",
			         arena_printf(t->arena, "log %s", channel));
	}
}

static bool is_of_remote_desktop(const char *key)
{
	static const char *const endings[] = {"\\Windows NT\\Terminal Services",
	                                      "\\Terminal Server"};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (text_ends_in(key, endings[i]))
			return true;
	return false;
}

static void look_at_policies(struct telling *t)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_POLICY_ORIGIN, &at));) {
		const char *gpo = text_or_empty(row, "gpo");

		/* the policy that comes first is the one that counts */
		if (*gpo && answer_number(row, "precedence", 1) == 1 &&
		    is_of_remote_desktop(text_or_empty(row, "key")))
			say_text(
			    t, F_HOST_POLICY_ORIGIN,
			    arena_printf(t->arena, "%s by %s", text_or_empty(row, "value"), gpo),
			    arena_printf(t->arena, "policy %s", text_or_empty(row, "key")));
	}
}

void answers_logs(struct telling *t)
{
	look_at_logs(t);
	look_at_policies(t);
}
