/*
 * answers_accounts - who may log on over the network and with Remote Desktop.
 *
 * Spec    Microsoft: account rights constants; [MS-LSAD] 2.2.1.2
 * Rules   which account is concerned is not known: a right counts when it is denied to nearly
 *         everybody, or when nobody holds it; members of groups are told where there are none
 */
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"
#include "read/lists.h"

static const struct {
	const char *right, *denied, *word;
} logons[] = {
    {"SeRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight", "remote-interactive"},
    {"SeNetworkLogonRight", "SeDenyNetworkLogonRight", "network"},
};

static bool is_of(const struct answer *row, const char *right)
{
	return text_same(text_or_empty(row, "right"), right);
}

/* Guests, which nobody signs in as; and local accounts, as the usual hardening denies them. */
static bool is_narrow(const char *sid)
{
	return text_same(sid, "S-1-5-32-546") || text_ends_in(sid, "-501") ||
	       text_same(sid, "S-1-5-113") || text_same(sid, "S-1-5-114");
}

struct holders {
	const struct answer *broad; /* a row for nearly everybody */
	size_t n, n_other;          /* all; those of whom nobody knows who is in them */
};

static struct holders holders_of(const struct telling *t, const char *right)
{
	struct holders h = {0};
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_RIGHT, &at));) {
		const char *sid = text_or_empty(row, "sid");

		if (!is_of(row, right))
			continue;
		h.n++;
		if (is_broad_sid(sid, t->facts.is_domain_member))
			h.broad = h.broad ? h.broad : row;
		else
			h.n_other += !is_narrow(sid);
	}
	return h;
}

static const char *where_of_right(struct telling *t, const char *right, const struct answer *row)
{
	return row ? arena_printf(t->arena, "right %s of %s", right, text_or_empty(row, "sid"))
	           : arena_printf(t->arena, "right %s", right);
}

/* Only Windows itself can say so: that no row is there may have other reasons. */
static bool is_held_by_nobody(const struct telling *t, const char *right)
{
	const struct answer *problem = problem_of(t, TOPIC_RIGHT, right);

	return problem && problem->status == ANSWER_NOTHING && !holders_of(t, right).n;
}

void answers_accounts(struct telling *t)
{
	bool is_unclear = false, is_denied = false;

	if (!rows_of(t, TOPIC_RIGHT) || t->facts.is_stand_in)
		return;
	for (size_t i = 0; i < sizeof logons / sizeof *logons; i++) {
		struct holders denied = holders_of(t, logons[i].denied);

		is_unclear |= denied.n_other > 0;
		if (denied.broad) {
			is_denied = true;
			say_text(t, F_ACCOUNT_RIGHT_DENIED, logons[i].word,
			         where_of_right(t, logons[i].denied, denied.broad));
		} else if (is_held_by_nobody(t, logons[i].right)) {
			is_denied = true;
			say_text(t, F_ACCOUNT_RIGHT_DENIED, logons[i].word,
			         where_of_right(t, logons[i].right, NULL));
		}
	}
	if (!is_denied && !is_unclear && !gap_of(t, TOPIC_RIGHT))
		say_absent(t, F_ACCOUNT_RIGHT_DENIED, "rights");
}
