/*
 * answers_services - the services that Remote Desktop lives on, as they are now.
 *
 * Spec    Microsoft: SERVICE_STATUS_PROCESS; which of them Windows starts by itself and keeps
 *         running was read in the registries of Windows 7, 8.1 and 10: RpcSs, RpcEptMapper,
 *         DcomLaunch, LSM, CryptSvc and ProfSvc are automatic, the others are started when they
 *         are wanted, so that it is normal for them to rest
 */
#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"
#include "read/lists.h"

#define FIRST_OF_EIGHT 9200

/* Exit codes of Windows. */
enum { EXIT_NEVER_STARTED = 1077, EXIT_ABORTED = 1067, EXIT_SPECIFIC = 1066 };

/* Connections that nobody takes: more than a busy host ever has. */
#define PILE_LEAST 20

static const struct {
	const char *name;
	bool is_always_on;
	bool is_of_domain; /* needed by a member of a domain only */
	int since;
} support[] = {
    {.name = "RpcSs", .is_always_on = true},
    {.name = "RpcEptMapper", .is_always_on = true},
    {.name = "DcomLaunch", .is_always_on = true},
    {.name = "LSM", .is_always_on = true, .since = FIRST_OF_EIGHT},
    {.name = "CryptSvc", .is_always_on = true},
    {.name = "ProfSvc", .is_always_on = true},
    {.name = "Netlogon", .is_always_on = true, .is_of_domain = true},
    {.name = "SessionEnv"},
    {.name = "KeyIso"},
    {.name = "CertPropSvc"},
    {.name = "UmRdpService"},
    {.name = "RDPDR"},
    {.name = "rdpbus"},
    {.name = "RdpVideoMiniport"},
};

static const struct answer *service(const struct telling *t, const char *name)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_SERVICE, &at));)
		if (text_same(text_or_empty(row, "name"), name))
			return row;
	return NULL;
}

static bool is_state(const struct answer *row, const char *state)
{
	return text_same(text_or_empty(row, "state"), state);
}

static bool is_disabled(const struct answer *row)
{
	return text_same(text_or_empty(row, "start"), "disabled");
}

static bool ended_badly(const struct answer *row)
{
	int64_t code = answer_number(row, "exit", 0);

	return code && code != EXIT_NEVER_STARTED;
}

/* "service TermService, starts disabled, exit 1067" */
static const char *where_of_service(struct telling *t, const struct answer *row)
{
	const char *start = answer_text(row, "start");
	int64_t code = answer_number(row, "exit", 0);
	int64_t own = answer_number(row, "own_exit", 0);
	const char *where = arena_printf(t->arena, "service %s%s%s", text_or_empty(row, "name"),
	                                 start ? ", start " : "", start ? start : "");

	if (code && code != EXIT_NEVER_STARTED && !is_state(row, "running"))
		where = arena_printf(t->arena, "%s, exit %lld", where,
		                     (long long)(code == EXIT_SPECIFIC && own ? own : code));
	return where;
}

/* --- the service itself --- */

/* Connections to the port of RDP that the stack completed and nobody took up or closed. */
static int64_t piled_up(const struct telling *t)
{
	const struct answer *row;
	int64_t n = 0;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_TCP_STATE, &at));) {
		const char *state = text_or_empty(row, "state");
		int64_t count = answer_number(row, "count_of_port", 0);

		if ((text_same(state, "CLOSE_WAIT") || text_same(state, "SYN_RECEIVED") ||
		     text_same(state, "SYN_RCVD")) &&
		    count > 0 && count < 1000000)
			n += count;
	}
	return n;
}

static const char *termservice_word(const struct telling *t, const struct answer *row)
{
	if (is_state(row, "running"))
		return piled_up(t) >= PILE_LEAST ? "hung" : "running";
	if (is_state(row, "stopped")) {
		if (is_disabled(row))
			return "disabled";
		return answer_number(row, "exit", 0) == EXIT_ABORTED ? "crashed" : "stopped";
	}
	/* on its way, as it is for some time after a start of Windows; longer is too long */
	if (is_state(row, "starting") || is_state(row, "stopping") || is_state(row, "paused"))
		return t->facts.is_just_booted ? NULL : "hung";
	return NULL;
}

static void look_at_program(struct telling *t, const struct answer *row)
{
	const char *path = answer_text(row, "path"), *account = answer_text(row, "account");
	const char *where = arena_printf(t->arena, "%s path", where_of_service(t, row));

	if (path && *path && !text_words_found("svchost", path))
		say_text(t, F_HOST_TERMSRV_PATCHED, path, where);
	if (account && *account && !is_service_account(account, "NetworkService"))
		say_text(t, F_HOST_SERVICE_CHANGED, "TermService",
		         arena_printf(t->arena,
		                      "service TermService: %s, where Windows sets NetworkService",
		                      account));
}

/* Windows says that there is none; or its list has what no Windows is without, and not this. */
static bool is_missing(const struct telling *t, const char *name)
{
	const struct answer *problem = problem_of(t, TOPIC_SERVICE, name);

	return problem
	           ? problem->status == ANSWER_MISSING
	           : service(t, "RpcSs") && service(t, "DcomLaunch") && !gap_of(t, TOPIC_SERVICE);
}

static void look_at_termservice(struct telling *t)
{
	const struct answer *row = service(t, "TermService");
	const char *word;

	if (!row) {
		if (is_missing(t, "TermService") && !t->facts.is_stand_in &&
		    !is_said(t, F_HOST_EDITION_CANNOT_HOST, FINDING_SEEN))
			say_text(t, F_HOST_SERVICE_CHANGED, "TermService",
			         "service TermService: there is none");
		return;
	}
	word = termservice_word(t, row);
	if (word)
		say_text(t, F_HOST_TERMSERVICE, word, where_of_service(t, row));
	t->facts.termservice_runs = is_state(row, "running");
	t->facts.termservice_pid = answer_number(row, "pid", 0);
	if (!t->facts.is_stand_in)
		look_at_program(t, row);
}

/* --- the others --- */

static bool should_run(const struct telling *t, size_t i, const struct answer *row)
{
	const char *start = text_or_empty(row, "start");

	if (!support[i].is_always_on || t->facts.is_just_booted || text_same(start, "manual"))
		return false;
	return !support[i].is_of_domain || t->facts.is_domain_member;
}

static bool is_missed(const struct telling *t, size_t i, const struct answer *row)
{
	if (support[i].since && t->facts.build && t->facts.build < support[i].since)
		return false;
	if (support[i].is_of_domain && !t->facts.is_domain_member)
		return false;
	if (!answer_has(row, "state") || is_state(row, "running"))
		return false;
	if (is_disabled(row))
		return true;
	return is_state(row, "stopped") && (ended_badly(row) || should_run(t, i, row));
}

static void look_at_support(struct telling *t)
{
	for (size_t i = 0; i < sizeof support / sizeof *support; i++) {
		const struct answer *row = service(t, support[i].name);

		if (row && is_missed(t, i, row))
			say_text(t, F_HOST_SUPPORT_SERVICE, support[i].name,
			         where_of_service(t, row));
	}
}

/* Not all services are asked for: one that is not among them may be there. */
static void look_for_tools(struct telling *t)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_SERVICE, &at));) {
		const char *product = remote_tool_of(text_or_empty(row, "name"));

		if (product && is_state(row, "running"))
			say_text(t, F_HOST_REMOTE_TOOL, product, where_of_service(t, row));
	}
}

void answers_services(struct telling *t)
{
	look_at_termservice(t);
	if (t->facts.is_stand_in)
		return;
	look_at_support(t);
	look_for_tools(t);
}
