#include "harness.h"

#include <stdio.h>
#include <stdlib.h>

#include "evtx_make.h"
#include "read/event_rows.h"
#include "read/events.h"
#include "real_logs.h"
#include "verdict.h"

#define RDPCORE   "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS"
#define RCM       "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define LSM       "Microsoft-Windows-TerminalServices-LocalSessionManager"
#define RDPCLIENT "Microsoft-Windows-TerminalServices-ClientActiveXCore"
#define GATEWAY   "Microsoft-Windows-TerminalServices-Gateway"
#define SECURITY  "Microsoft-Windows-Security-Auditing"
#define PROFILES  "Microsoft-Windows-User Profiles Service"
#define TIME      "Microsoft-Windows-Time-Service"
#define POLICY    "Microsoft-Windows-GroupPolicy"
#define SCM       "Service Control Manager"

#define A "{F420DD64-0102-0304-0506-0708090A0B0C}"
#define B "{F420AAAA-0102-0304-0506-0708090A0B0C}"
#define C "{F420BBBB-0102-0304-0506-0708090A0B0C}"

#define NOON   1700000000000000
#define SECOND 1000000

/* Logs, what is read from them, and what comes of it. */
struct scene {
	struct evtx_maker rdpcore, rcm, lsm, security, system, client, gateway;
	int64_t now;
	struct arena arena;
	struct findings found;
	struct attempts attempts;
	struct complaints complaints;
};

static struct scene *scene(void)
{
	struct scene *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->now = NOON;
	s->rdpcore.computer = s->rcm.computer = s->lsm.computer = s->security.computer =
	    s->system.computer = s->gateway.computer = "HOST7";
	s->client.computer = "LAPTOP3";
	s->rcm.has_user_data = s->lsm.has_user_data = s->gateway.has_user_data = true;
	return s;
}

static void leave(struct scene *s)
{
	arena_fini(&s->arena);
	free(s);
}

/* Every event is a tenth of a second behind the one before it. */
#define EVENT(s, log, provider, channel, id, activity, ...)                                        \
	evtx_make_event(&(s)->log, provider, channel, id, (s)->now += SECOND / 10, activity,       \
	                __VA_ARGS__)

#define CORE(s, id, activity, ...)                                                                 \
	EVENT(s, rdpcore, RDPCORE, RDPCORE "/Operational", id, activity, __VA_ARGS__)
#define MANAGER(s, id, activity, ...)                                                              \
	EVENT(s, rcm, RCM, RCM "/Operational", id, activity, __VA_ARGS__)
#define SESSION(s, id, activity, ...)                                                              \
	EVENT(s, lsm, LSM, LSM "/Operational", id, activity, __VA_ARGS__)
#define SECURED(s, id, ...)          EVENT(s, security, SECURITY, "Security", id, NULL, __VA_ARGS__)
#define SYSTEM(s, provider, id, ...) EVENT(s, system, provider, "System", id, NULL, __VA_ARGS__)
#define CLIENTS(s, id, activity, ...)                                                              \
	EVENT(s, client, RDPCLIENT, RDPCLIENT "/Operational", id, activity, __VA_ARGS__)

static void read_one(struct events *e, struct evidence *ev, const char *name, struct buf log)
{
	if (log.n > 4096) {
		ev->name = name;
		events_begin(e, ev);
		assert_int_equal(events_take(e, (const uint8_t *)log.bytes, log.n, true), log.n);
		events_end(e);
	}
	buf_fini(&log);
}

static struct evidence evidence_of(struct scene *s)
{
	s->found.arena = s->attempts.arena = s->complaints.arena = &s->arena;
	return (struct evidence){.arena = &s->arena,
	                         .found = &s->found,
	                         .attempts = &s->attempts,
	                         .complaints = &s->complaints};
}

static void conclude(struct scene *s)
{
	struct evidence ev = evidence_of(s);
	struct events *e = events_new(&s->arena);

	read_one(e, &ev, "System.evtx", evtx_make_end(&s->system));
	read_one(e, &ev, "Security.evtx", evtx_make_end(&s->security));
	read_one(e, &ev, "LSM.evtx", evtx_make_end(&s->lsm));
	read_one(e, &ev, "RCM.evtx", evtx_make_end(&s->rcm));
	read_one(e, &ev, "RdpCoreTS.evtx", evtx_make_end(&s->rdpcore));
	read_one(e, &ev, "RDPClient.evtx", evtx_make_end(&s->client));
	read_one(e, &ev, "Gateway.evtx", evtx_make_end(&s->gateway));
	ev.name = NULL;
	events_conclude(e, &ev);
	attempts_sort(&s->attempts);
}

static const struct finding *found(const struct findings *set, enum finding_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id && set->at[i].state == FINDING_SEEN)
			return &set->at[i];
	return NULL;
}

static bool has_number(const struct findings *set, enum finding_id id, int64_t number)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id && set->at[i].number == number)
			return true;
	return false;
}

static bool is_absent(const struct findings *set, enum finding_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i].id == id && set->at[i].state == FINDING_ABSENT)
			return true;
	return false;
}

/* A connection that reaches the host, up to the point at which credentials are asked for. */
static void arrives(struct scene *s, const char *activity, const char *client)
{
	CORE(s, 131, activity, "ConnType", "TCP", "ClientIP", client, NULL);
	MANAGER(s, 261, activity, "listenerName", "RDP-Tcp", NULL);
	CORE(s, 65, activity, "ConnectionName", "RDP-Tcp#1", NULL);
	CORE(s, 141, activity, "InstanceID", "#1", NULL);
}

/* What follows every connection that ends before a session. */
static void hangs_up(struct scene *s, const char *activity)
{
	CORE(s, 143, activity, "error", "#64", NULL);
	CORE(s, 226, activity, "StateTransition", "RDP_TCP", "ErrorCode", "0x80070040", NULL);
	CORE(s, 102, activity, NULL);
	CORE(s, 103, activity, "ReasonCode", "#14", NULL);
}

static void passes(struct scene *s, const char *activity, const char *user, const char *client)
{
	MANAGER(s, 1149, activity, "Param1", user, "Param2", "", "Param3", client, NULL);
	CORE(s, 66, activity, "ConnectionName", "RDP-Tcp#1", "SessionID", "#3", NULL);
}

static void gets_session(struct scene *s, const char *activity, const char *client)
{
	SESSION(s, 41, activity, "User", "DOM\\ann", "SessionID", "#3", NULL);
	SESSION(s, 21, activity, "User", "DOM\\ann", "SessionID", "#3", "Address", client, NULL);
	SESSION(s, 22, activity, "User", "DOM\\ann", "SessionID", "#3", "Address", client, NULL);
}

/* An hour of silence, after which nothing more belongs to what was before. */
static void later(struct scene *s)
{
	s->now += 3600LL * SECOND;
	SESSION(s, 32, NULL, "messageName", "Plugin", NULL);
	MANAGER(s, 1136, NULL, NULL);
}

static void earlier(struct scene *s)
{
	SESSION(s, 32, NULL, "messageName", "Plugin", NULL);
	MANAGER(s, 1136, NULL, NULL);
	s->now += 3600LL * SECOND;
}

/* --- every row --- */

/* Values that a row needs beside or instead of those that its columns name. */
static const struct {
	const char *provider;
	unsigned id;
	const char *pairs[12];
} special[] = {
    {RDPCORE, 131, {"ConnType", "TCP", "ClientIP", "192.0.2.9:50123"}},
    {RDPCORE, 135, {"TransportType", "UDP"}},
    {RDPCORE, 143, {"error", "#121"}},
    {LSM, 39, {"TargetSession", "#3", "Source", "#7"}},
    {LSM, 40, {"Session", "#3", "Reason", "#5"}},
    {SECURITY, 4624, {"LogonType", "#10", "IpAddress", "192.0.2.9", "TargetUserName", "ann"}},
    {SECURITY,
     4625,
     {"LogonType", "#10", "IpAddress", "192.0.2.9", "TargetUserName", "ann", "Status", "0xc000006d",
      "SubStatus", "0xc000006a"}},
    {SECURITY, 5152, {"DestPort", "3389", "ProcessId", "#4", "SourceAddress", "198.51.100.1"}},
    {SECURITY, 5157, {"DestPort", "3389", "ProcessID", "#4", "SourceAddress", "198.51.100.1"}},
    {"Schannel", 36870, {"Type", "server", "ErrorCode", "0x8009030d"}},
    {"Schannel", 36871, {"Type", "server", "ErrorState", "#10013"}},
    {"TermDD", 56, {"", "\\Device\\Termdd", "", "192.0.2.9", "Binary", "hex:0000B50000C0"}},
    {SCM, 7009, {"param1", "#30000", "param2", "Dienst", "Binary", "KeyIso"}},
    {SCM, 7011, {"param1", "#30000", "param2", "Dienst", "Binary", "KeyIso"}},
    {"Application Error",
     1000,
     {"", "svchost.exe", "", "10.0", "", "x", "", "termsrv.dll", "", "10.0"}},
};

static const char *const *special_pairs(const struct event_row *row, unsigned id)
{
	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		if (strcmp(special[i].provider, row->provider) == 0 && special[i].id == id)
			return special[i].pairs;
	return NULL;
}

static void add_pair(const char **pairs, size_t *n, const char *name, const char *value)
{
	if (!name)
		return;
	pairs[(*n)++] = *name == '#' ? "" : name;
	pairs[(*n)++] = value;
}

static void make_row(struct scene *s, const struct event_row *row, unsigned id,
                     const char *activity)
{
	const char *pairs[16] = {NULL};
	const char *const *given = special_pairs(row, id);
	struct evtx_maker *m = row->side == SIDE_CLIENT    ? &s->client
	                       : row->side == SIDE_GATEWAY ? &s->gateway
	                                                   : &s->system;
	size_t n = 0;

	if (!given) {
		add_pair(pairs, &n, row->number, "0x80090016");
		add_pair(pairs, &n, row->text,
		         strcmp(row->provider, SCM) == 0 ? "Dienst" : "host7");
		add_pair(pairs, &n, row->client, "192.0.2.9");
		add_pair(pairs, &n, row->account, "DOM\\ann");
		add_pair(pairs, &n, row->session, "#3");
		if (strcmp(row->provider, SCM) == 0)
			add_pair(pairs, &n, "Binary", "KeyIso/4");
	}
	evtx_make_event_of(m, row->provider, row->channel ? "X/Admin" : "System", id,
	                   s->now += SECOND / 10, activity, given ? given : pairs);
}

static void prepare_row(struct scene *s, const struct event_row *row)
{
	if (row->is_hosts)
		return;
	if (row->side == SIDE_HOST) {
		arrives(s, A, "192.0.2.9:50123");
		passes(s, A, "ann", "192.0.2.9");
		if (row->by_session)
			gets_session(s, A, "192.0.2.9");
	} else if (row->side == SIDE_GATEWAY && !row->begins) {
		EVENT(s, gateway, GATEWAY, GATEWAY "/Operational", 200, C, "Username", "ann",
		      "IpAddress", "192.0.2.9", NULL);
	} else if (row->side == SIDE_CLIENT && row->id != 1024) {
		CLIENTS(s, 1024, B, "Name", "Server Name", "Value", "host7", NULL);
	}
}

static void check_row(const struct event_row *row, unsigned id)
{
	struct scene *s = scene();
	const char *activity = row->side == SIDE_CLIENT ? B : row->side == SIDE_GATEWAY ? C : A;
	const struct findings *set = &s->found;
	const struct finding *f;

	prepare_row(s, row);
	make_row(s, row, id, activity);
	if (row->finding == F_LOG_UDP_LOST) {
		s->now += 10LL * SECOND;
		CLIENTS(s, 1026, B, "Name", "Disconnect Reason", "Value", "#2308", NULL);
	}
	if (row->finding == F_LOG_TIME_UNSYNCED)
		later(s);
	conclude(s);
	if (!row->is_hosts) {
		if (s->attempts.n != 1)
			fail_msg("%s %u: %zu attempts", row->provider, id, s->attempts.n);
		set = &s->attempts.at[0].found;
	}
	f = found(set, row->finding);
	if (row->finding && !f)
		fail_msg("%s %u: no %s", row->provider, id, finding_defs[row->finding].name);
	if (f && row->number_is_id && !has_number(set, row->finding, id))
		fail_msg("%s %u: another number", row->provider, id);
	if (f && finding_defs[row->finding].type == T_TEXT)
		assert_true(f->text && *f->text);
	assert_int_equal(s->complaints.n, 0);
	leave(s);
}

static void every_row_gives_its_finding(void **state)
{
	(void)state;
	for (size_t i = 0; i < event_row_count(); i++) {
		const struct event_row *row = event_row_at(i);

		for (unsigned id = row->id; id <= (row->last_id ? row->last_id : row->id); id++)
			if (!row->is_cure && row->side != SIDE_DOMAIN)
				check_row(row, id);
	}
}

static void the_table_is_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < event_row_count(); i++) {
		const struct event_row *row = event_row_at(i);
		const void *group = event_rows_of(row->provider, "");

		/* Found by its provider, and by nobody else's number. */
		if (event_row(group, row->id) != row)
			fail_msg("%s %d stands twice, or apart", row->provider, row->id);
		assert_true(!row->is_cure || row->cures[0]);
		assert_true(!row->is_flood || row->is_hosts);
		assert_true(!row->last_id || row->last_id > row->id);
	}
	assert_ptr_equal(event_rows_of("TermService", ""), event_rows_of("x", RCM));
	assert_null(event_rows_of("", ""));
}

/* --- reference sequences --- */

static const struct attempt *only(struct scene *s)
{
	conclude(s);
	assert_int_equal(s->attempts.n, 1);
	return &s->attempts.at[0];
}

static void a_session_is_reached(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	arrives(s, A, "192.0.2.9:50123");
	passes(s, A, "ann", "192.0.2.9");
	SECURED(s, 4624, "LogonType", "#10", "TargetUserName", "ann", "IpAddress", "192.0.2.9",
	        NULL);
	gets_session(s, A, "192.0.2.9");
	s->now += 1800LL * SECOND;
	SESSION(s, 40, A, "Session", "#3", "Reason", "#11", NULL);
	SESSION(s, 24, A, "User", "DOM\\ann", "SessionID", "#3", "Address", "192.0.2.9", NULL);
	CORE(s, 102, A, NULL);
	a = only(s);
	assert_false(a->is_failure);
	assert_string_equal(a->host, "HOST7");
	assert_string_equal(a->client, "192.0.2.9");
	assert_string_equal(a->account, "ann");
	assert_string_equal(a->activity, A);
	assert_string_equal(a->ended, "disconnected by the user");
	assert_int_equal(a->reached, STAGE_SESSION);
	assert_int_equal(a->began_us, NOON + SECOND / 10);
	assert_string_equal(a->where, "RdpCoreTS.evtx #1-5");
	assert_non_null(found(&a->found, F_SESSION_STARTED));
	assert_non_null(found(&a->found, F_LOG_SHELL_STARTED));
	assert_string_equal(found(&a->found, F_LOG_NLA_PASSED)->where, "RCM.evtx #2");
	assert_int_equal(s->found.n, 0);
	assert_string_equal(verdict_of(&s->found, &a->found, &s->arena), "healthy");
	leave(s);
}

/* 226, 143 and 65 are there too, and prove nothing. */
static void a_wrong_password(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	earlier(s);
	arrives(s, A, "192.0.2.9:50123");
	CORE(s, 140, A, "IPString", "192.0.2.9", NULL);
	SECURED(s, 4625, "LogonType", "#3", "TargetUserName", "ann", "IpAddress", "-", "Status",
	        "0xc000006d", "SubStatus", "0xc000006a", NULL);
	hangs_up(s, A);
	later(s);
	a = only(s);
	assert_true(a->is_failure);
	assert_int_equal(a->reached, STAGE_NLA);
	assert_string_equal(a->account, "ann");
	assert_int_equal(found(&a->found, F_LOG_LOGON_FAILURE)->number, 0xc000006a);
	assert_int_equal(found(&a->found, F_LOG_LOGON_FAILURE_TYPE)->number, 3);
	assert_null(found(&a->found, F_LOG_READ_FAILED));
	assert_string_equal(verdict_of(&s->found, &a->found, &s->arena), "credentials-wrong");
	leave(s);
}

static void what_proves_nothing_says_nothing(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	arrives(s, A, "192.0.2.9:50123");
	hangs_up(s, A);
	a = only(s);
	assert_true(a->is_failure);
	assert_string_equal(a->ended, "ended before authentication");
	assert_int_equal(a->found.n, 2);
	assert_non_null(found(&a->found, F_LOG_PACKET_ARRIVED));
	assert_non_null(found(&a->found, F_LOG_LISTENER_TOOK));
	leave(s);
}

static void a_later_success_of_the_same_client_cancels(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *last;

	earlier(s);
	arrives(s, A, "192.0.2.9:50123");
	SECURED(s, 4625, "LogonType", "#3", "TargetUserName", "ann", "Status", "0xc000006d", NULL);
	hangs_up(s, A);
	arrives(s, C, "198.51.100.77:1024");
	hangs_up(s, C);
	arrives(s, B, "192.0.2.9:50124");
	passes(s, B, "ann", "192.0.2.9");
	gets_session(s, B, "192.0.2.9");
	conclude(s);
	assert_int_equal(s->attempts.n, 3);
	assert_true(s->attempts.at[0].is_failure && s->attempts.at[0].is_recovered);
	assert_true(s->attempts.at[1].is_failure && !s->attempts.at[1].is_recovered);
	last = attempts_choose(&s->attempts, NULL, 0);
	assert_false(last->is_failure);
	assert_string_equal(verdict_of(&s->found, &last->found, &s->arena), "healthy");
	leave(s);
}

/* Passed, and then nothing: that counts only where the log of sessions reaches back. */
static void absence_counts_where_the_log_reaches(void **state)
{
	(void)state;
	for (int has_log = 0; has_log < 2; has_log++) {
		struct scene *s = scene();
		const struct attempt *a;

		if (has_log)
			earlier(s);
		arrives(s, A, "192.0.2.9:50123");
		passes(s, A, "ann", "192.0.2.9");
		if (has_log)
			later(s);
		a = only(s);
		assert_int_equal(a->is_failure, has_log);
		assert_int_equal(is_absent(&a->found, F_LOG_SESSION_LOGON), has_log);
		leave(s);
	}
}

static void rights_that_are_missing(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	arrives(s, A, "192.0.2.9:50123");
	passes(s, A, "ann", "192.0.2.9");
	SECURED(s, 4825, "AccountName", "ann", "AccountDomain", "DOM", "ClientAddress", "192.0.2.9",
	        NULL);
	a = only(s);
	assert_true(a->is_failure);
	assert_string_equal(a->ended, "the account may not use Remote Desktop");
	assert_string_equal(verdict_of(&s->found, &a->found, &s->arena),
	                    "not-in-remote-desktop-users");
	leave(s);
}

/* --- traps --- */

/* A service that fails to sign in over the network has nothing to do with Remote Desktop. */
static void network_logons_alone_are_no_attempts(void **state)
{
	(void)state;
	struct scene *s = scene();

	SECURED(s, 4625, "LogonType", "#3", "TargetUserName", "svc", "IpAddress", "192.0.2.3",
	        "Status", "0xc000006d", NULL);
	SECURED(s, 4624, "LogonType", "#7", "TargetUserName", "ann", "IpAddress", "127.0.0.1",
	        NULL);
	SECURED(s, 4740, "TargetUserName", "svc", NULL);
	SESSION(s, 21, NULL, "User", "DOM\\ann", "SessionID", "#1", "Address", "LOKAL", NULL);
	SESSION(s, 22, NULL, "User", "DOM\\ann", "SessionID", "#1", "Address", "LOCAL", NULL);
	SESSION(s, 34, NULL, NULL);
	CORE(s, 131, A, "ConnType", "UDP", "ClientIP", "[192.0.2.9]:50123", NULL);
	SYSTEM(s, PROFILES, 1530, "Detail", "1 user registry handles leaked", NULL);
	SYSTEM(s, POLICY, 1058, "x", "y", NULL);
	SYSTEM(s, POLICY, 1054, "x", "y", NULL);
	conclude(s);
	assert_int_equal(s->attempts.n, 0);
	assert_int_equal(s->found.n, 0);
	leave(s);
}

static void numbers_belong_to_their_provider(void **state)
{
	(void)state;
	struct scene *s = scene();

	s->system.source = "TermService";
	SYSTEM(s, RCM, 1057, "", "0x80090016", NULL);
	s->system.source = NULL;
	SYSTEM(s, "Microsoft-Windows-SomethingElse", 1057, "", "0x80090016", NULL);
	conclude(s);
	assert_int_equal(s->found.n, 1);
	assert_int_equal(found(&s->found, F_LOG_CERT_CREATE_FAILED)->number, 0x80090016);
	assert_string_equal(found(&s->found, F_LOG_CERT_CREATE_FAILED)->where, "System.evtx #1");
	leave(s);
}

/* A scanner's handshakes: one finding, dated by the last, and no blame when others come through. */
static void a_flood_is_said_once(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *last;

	for (int i = 0; i < 3000; i++) {
		SYSTEM(s, "Schannel", 36874, "Protocol", "TLS 1.2", NULL);
		SYSTEM(s, "Schannel", 36888, "AlertDesc", "#40", "ErrorState", "#1205", NULL);
	}
	arrives(s, A, "192.0.2.9:50123");
	passes(s, A, "ann", "192.0.2.9");
	gets_session(s, A, "192.0.2.9");
	conclude(s);
	assert_int_equal(s->found.n, 2);
	assert_string_equal(found(&s->found, F_LOG_NO_COMMON_CIPHER)->where,
	                    "System.evtx #5999, 3000 times");
	assert_int_equal(found(&s->found, F_LOG_ALERT_SENT)->number, 40);
	last = attempts_choose(&s->attempts, NULL, 0);
	assert_string_equal(verdict_of(&s->found, &last->found, &s->arena), "healthy");
	leave(s);
}

static void guessing_is_counted_once(void **state)
{
	(void)state;
	struct scene *s = scene();

	for (int i = 0; i < 60; i++) {
		char activity[48], client[48];

		snprintf(activity, sizeof activity, "{F4200000-0102-0304-0506-0708090A0B%02X}", i);
		snprintf(client, sizeof client, "198.51.100.%d:1024", i % 12);
		arrives(s, activity, client);
		SECURED(s, 4625, "LogonType", "#3", "TargetUserName", "admin", "Status",
		        "0xc000006d", NULL);
		hangs_up(s, activity);
	}
	conclude(s);
	assert_int_equal(s->attempts.n, 60);
	assert_int_equal(found(&s->found, F_LOG_MANY_SOURCES)->number, 12);
	assert_true(found(&s->found, F_LOG_MANY_REFUSALS)->number >= 50);
	assert_int_equal(s->found.n, 2);
	leave(s);
}

static void a_tunnel_is_a_proxy(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	SECURED(s, 4624, "LogonType", "#10", "TargetUserName", "ann", "IpAddress", "127.0.0.1",
	        NULL);
	a = only(s);
	assert_false(a->is_failure);
	assert_non_null(found(&a->found, F_LOG_ARRIVED_FROM_PROXY));
	leave(s);
}

static void what_is_over_is_not_said(void **state)
{
	(void)state;
	struct scene *s = scene();

	SYSTEM(s, SCM, 7031, "param1", "Remotedesktopdienste", "param2", "1", "Binary",
	       "TermService", NULL);
	SYSTEM(s, SCM, 7031, "param1", "Schluesselisolation", "param2", "1", "Binary", "KeyIso",
	       NULL);
	SYSTEM(s, SCM, 7031, "param1", "Druckwarteschlange", "param2", "1", "Binary", "Spooler",
	       NULL);
	SYSTEM(s, TIME, 134, "ErrorMessage", "x", NULL);
	SYSTEM(s, TIME, 35, "TimeSource", "x", NULL);
	SYSTEM(s, "NETLOGON", 5719, "", "DOM", NULL);
	SYSTEM(s, POLICY, 1502, "x", "y", NULL);
	SYSTEM(s, SCM, 7036, "param1", "Remotedesktopdienste", "param2", "laeuft", "Binary",
	       "TermService/4", NULL);
	conclude(s);
	assert_int_equal(s->found.n, 1);
	assert_string_equal(found(&s->found, F_LOG_SERVICE_FAILED)->text, "KeyIso");
	leave(s);
}

static void keys_of_other_programs_are_theirs(void **state)
{
	(void)state;
	struct scene *s = scene();

	SYSTEM(s, "Schannel", 36870, "CallerProcessImageName", "sqlservr.exe", "Type", "server",
	       "ErrorCode", "0x8009030d", NULL);
	SYSTEM(s, "Schannel", 36871, "CallerProcessImageName", "SearchApp.exe", "Type", "client",
	       "ErrorState", "#10013", NULL);
	conclude(s);
	assert_int_equal(s->found.n, 1);
	assert_non_null(found(&s->found, F_LOG_KEY_ACCESS_FAILED_OTHERS));
	leave(s);
}

static void consoles_share_an_activity(void **state)
{
	(void)state;
	static const char console[] = "{61A55000-55E5-1017-0000-000000000000}";
	struct scene *s = scene();
	const struct attempt *a;

	arrives(s, A, "192.0.2.9:50123");
	passes(s, A, "ann", "192.0.2.9");
	SESSION(s, 40, console, "Session", "#1", "Reason", "#5", NULL);
	SESSION(s, 25, A, "User", "DOM\\ann", "SessionID", "#1", "Address", "192.0.2.9", NULL);
	SESSION(s, 23, A, "User", "DOM\\ann", "SessionID", "#1", NULL);
	s->now += 600LL * SECOND;
	SESSION(s, 23, console, "User", "DOM\\bob", "SessionID", "#1", NULL);
	a = only(s);
	assert_null(found(&a->found, F_LOG_TAKEN_OVER));
	assert_string_equal(a->ended, "logged off");
	assert_true(a->ended_us < s->now - 300LL * SECOND);
	leave(s);
}

static void comes_back(struct scene *s, const char *activity, const char *session,
                       const char *client)
{
	char address[64];

	snprintf(address, sizeof address, "%s:50123", client);
	arrives(s, activity, address);
	SESSION(s, 25, activity, "User", "DOM\\ann", "SessionID", session, "Address", client, NULL);
}

static void is_lost(struct scene *s, const char *activity, const char *session)
{
	SESSION(s, 40, activity, "Session", session, "Reason", "#0", NULL);
}

/* Coming back to a session is ordinary; to lose it again at once, time after time, is not. */
static void a_session_that_is_stuck(void **state)
{
	(void)state;
	for (size_t times = 1; times < 5; times++) {
		struct scene *s = scene();
		static const char *const ids[] = {A, B, C,
		                                  "{F420CCCC-0102-0304-0506-0708090A0B0C}"};

		for (size_t i = 0; i < times; i++) {
			comes_back(s, ids[i], "#3", "192.0.2.9");
			is_lost(s, ids[i], "#3");
			s->now += 90LL * SECOND;
		}
		conclude(s);
		assert_int_equal(s->attempts.n, times);
		assert_int_equal(found(&s->found, F_LOG_RECONNECTS_ONLY) != NULL, times >= 3);
		assert_null(found(&s->found, F_LOG_MANY_DROP));
		leave(s);
	}
}

static void many_are_lost_at_once(void **state)
{
	(void)state;
	struct scene *s = scene();

	comes_back(s, A, "#3", "192.0.2.9");
	comes_back(s, B, "#4", "192.0.2.10");
	comes_back(s, C, "#5", "192.0.2.11");
	s->now += 900LL * SECOND;
	is_lost(s, A, "#3");
	is_lost(s, B, "#4");
	is_lost(s, C, "#5");
	conclude(s);
	assert_int_equal(s->attempts.n, 3);
	assert_non_null(found(&s->found, F_LOG_MANY_DROP));
	assert_int_equal(s->found.n, 1);
	leave(s);
}

/* --- client, gateway, probes of ours --- */

static void the_client_tells_its_side(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	CLIENTS(s, 1024, A, "Name", "Server Name", "Value", "host7.example", NULL);
	CLIENTS(s, 226, A, "StateTransitionName", "RDPClient_SSL", NULL);
	CLIENTS(s, 1026, A, "Name", "Disconnect Reason", "Value", "#2308", NULL);
	CLIENTS(s, 1024, B, "Name", "Server Name", "Value", "host7.example", NULL);
	CLIENTS(s, 1025, B, NULL);
	CLIENTS(s, 1027, B, "DomainName", "DOM", "SessionId", "#2", NULL);
	CLIENTS(s, 1105, B, NULL);
	CLIENTS(s, 1026, B, "Name", "Disconnect Reason", "Value", "#2", NULL);
	conclude(s);
	assert_int_equal(s->attempts.n, 2);
	a = &s->attempts.at[0];
	assert_true(a->is_failure && a->is_recovered);
	assert_string_equal(a->host, "host7.example");
	assert_string_equal(a->client, "LAPTOP3");
	assert_int_equal(found(&a->found, F_CLIENT_CODE)->number, 0x904);
	a = &s->attempts.at[1];
	assert_false(a->is_failure);
	assert_string_equal(a->ended, "ended from the host's side");
	assert_null(found(&a->found, F_LOG_UDP_LOST));
	leave(s);
}

static void a_gateway_tells_its_side(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	EVENT(s, gateway, GATEWAY, GATEWAY "/Operational", 200, A, "Username", "DOM\\ann",
	      "IpAddress", "192.0.2.9", "AuthType", "NTLM", "Resource", "", NULL);
	EVENT(s, gateway, GATEWAY, GATEWAY "/Operational", 300, A, "Username", "DOM\\ann",
	      "IpAddress", "192.0.2.9", "Resource", "host7.example", NULL);
	EVENT(s, gateway, GATEWAY, GATEWAY "/Operational", 304, A, "Username", "DOM\\ann",
	      "IpAddress", "192.0.2.9", "Resource", "host7.example", "ErrorCode", "#23002", NULL);
	a = only(s);
	assert_true(a->is_failure);
	assert_string_equal(a->host, "host7.example");
	assert_int_equal(a->reached, STAGE_GATEWAY);
	assert_string_equal(verdict_of(&s->found, &a->found, &s->arena),
	                    "rd-gateway-target-unreachable");
	leave(s);
}

/* The host only knows that it hung up; its domain controller knows why. */
static void a_domain_controller_completes(void **state)
{
	(void)state;
	struct scene *s = scene();
	const struct attempt *a;

	s->system.computer = "DC1";
	arrives(s, A, "192.0.2.9:50123");
	SYSTEM(s, SECURITY, 4771, "TargetUserName", "ann", "Status", "0x18", "IpAddress",
	       "::ffff:192.0.2.9", NULL);
	SYSTEM(s, SECURITY, 4776, "TargetUserName", "bob", "Status", "0xc0000234", NULL);
	hangs_up(s, A);
	a = only(s);
	assert_true(a->is_failure);
	assert_string_equal(a->account, "ann");
	assert_int_equal(found(&a->found, F_LOG_LOGON_FAILURE)->number, 0xc000006a);
	assert_string_equal(verdict_of(&s->found, &a->found, &s->arena), "credentials-wrong");
	leave(s);
}

static void our_own_probe_is_marked(void **state)
{
	(void)state;
	static const char *const addresses[] = {"192.0.2.200"};
	static const uint16_t ports[] = {40001};
	struct scene *s = scene();
	struct evidence ev = evidence_of(s);
	struct events *e;

	arrives(s, A, "192.0.2.200:40001");
	hangs_up(s, A);
	arrives(s, B, "192.0.2.200:40002");
	hangs_up(s, B);
	e = events_new(&s->arena);
	read_one(e, &ev, "RdpCoreTS.evtx", evtx_make_end(&s->rdpcore));
	events_ours(e, addresses, 1, ports, 1);
	ev.name = NULL;
	events_conclude(e, &ev);
	attempts_sort(&s->attempts);
	assert_int_equal(s->attempts.n, 2);
	assert_true(s->attempts.at[0].is_ours);
	assert_false(s->attempts.at[1].is_ours);
	buf_fini(&s->rcm.out);
	leave(s);
}

static void logs_may_come_in_any_order(void **state)
{
	(void)state;
	char texts[2][2000];

	for (int order = 0; order < 2; order++) {
		struct scene *s = scene();
		struct evidence ev = evidence_of(s);
		struct events *e = events_new(&s->arena);
		size_t at = 0;

		arrives(s, A, "192.0.2.9:50123");
		hangs_up(s, A);
		arrives(s, B, "192.0.2.9:50124");
		passes(s, B, "ann", "192.0.2.9");
		read_one(e, &ev, order ? "a" : "b", evtx_make_end(order ? &s->rcm : &s->rdpcore));
		read_one(e, &ev, order ? "b" : "a", evtx_make_end(order ? &s->rdpcore : &s->rcm));
		ev.name = NULL;
		events_conclude(e, &ev);
		attempts_sort(&s->attempts);
		for (size_t i = 0; i < s->attempts.n; i++)
			at += (size_t)snprintf(texts[order] + at, sizeof texts[order] - at,
			                       "%s %s %zu\n", s->attempts.at[i].where,
			                       s->attempts.at[i].ended ? s->attempts.at[i].ended
			                                               : "",
			                       s->attempts.at[i].found.n);
		leave(s);
	}
	assert_string_equal(texts[0], texts[1]);
}

/* --- real logs --- */

static void read_real(struct scene *s, const char *const *files)
{
	struct evidence ev = evidence_of(s);
	struct events *e = events_new(&s->arena);
	struct log_bytes log;
	bool is_there = true;

	for (; *files && is_there; files++) {
		is_there = log_load(*files, &log);
		if (!is_there)
			break;
		ev.name = strrchr(*files, '/') + 1;
		events_begin(e, &ev);
		events_take(e, log.bytes, log.n, true);
		events_end(e);
		log_free(&log);
	}
	ev.name = NULL;
	events_conclude(e, &ev);
	attempts_sort(&s->attempts);
	assert_true(is_there);
}

#define SZECHUAN  "evtx/szechuan-dc/"
#define LOG(name) SZECHUAN "Microsoft-Windows-" name ".evtx"

static size_t count_of(const struct scene *s, bool (*is_so)(const struct attempt *a))
{
	size_t n = 0;

	for (size_t i = 0; i < s->attempts.n; i++)
		n += is_so(&s->attempts.at[i]);
	return n;
}

static bool is_arrived(const struct attempt *a)
{
	return found(&a->found, F_LOG_PACKET_ARRIVED) != NULL;
}

static bool is_taken(const struct attempt *a)
{
	return found(&a->found, F_LOG_LISTENER_TOOK) != NULL;
}

static bool is_wrong_password(const struct attempt *a)
{
	const struct finding *f = found(&a->found, F_LOG_LOGON_FAILURE);

	return f && f->number == 0xc000006a && a->is_failure;
}

static bool is_passed(const struct attempt *a)
{
	return found(&a->found, F_LOG_NLA_PASSED) != NULL;
}

static bool is_good(const struct attempt *a)
{
	return found(&a->found, F_SESSION_STARTED) != NULL && !a->is_failure;
}

static bool is_security(const struct attempt *a)
{
	return found(&a->found, F_LOG_SECURITY_FAILED) != NULL;
}

/* Guessing from one address and then the right password: the host works. */
static void guessing_then_success(void **state)
{
	(void)state;
	static const char *const files[] = {
	    LOG("RemoteDesktopServices-RdpCoreTS%4Operational"),
	    LOG("TerminalServices-LocalSessionManager%4Operational"),
	    LOG("TerminalServices-RemoteConnectionManager%4Operational"),
	    LOG("TerminalServices-RemoteConnectionManager%4Admin"),
	    LOG("TerminalServices-RDPClient%4Operational"),
	    SZECHUAN "Security.evtx",
	    SZECHUAN "System.evtx.xz",
	    SZECHUAN "Application.evtx",
	    NULL};
	struct scene *s = scene();
	const struct attempt *last;

	read_real(s, files);
	assert_int_equal(s->complaints.n, 0);
	assert_int_equal(count_of(s, is_arrived), 346);
	assert_int_equal(count_of(s, is_taken), 1938);
	assert_int_equal(count_of(s, is_wrong_password), 95);
	assert_int_equal(count_of(s, is_passed), 4);
	assert_int_equal(count_of(s, is_good), 2);
	assert_int_equal(count_of(s, is_security), 247);
	assert_int_equal(s->attempts.n, 1939); /* one of them as client */
	last = attempts_choose(&s->attempts, NULL, 0);
	assert_true(is_good(last));
	assert_int_equal(found(&s->found, F_LOG_MANY_SOURCES)->number, 1);
	assert_int_equal(found(&s->found, F_LOG_MANY_REFUSALS)->number, 95);
	assert_non_null(strstr(found(&s->found, F_LOG_NO_COMMON_CIPHER)->where, "29205 times"));
	assert_null(found(&s->found, F_LOG_SERVICE_FAILED));
	assert_string_equal(verdict_of(&s->found, &last->found, &s->arena), "healthy");
	leave(s);
}

static void healthy_hosts_give_nothing(void **state)
{
	(void)state;
	static const char *const hosts[][6] = {
	    {"evtx/server2022-no-rdp/"
	     "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx",
	     "evtx/server2022-no-rdp/System.evtx", "evtx/server2022-no-rdp/Application.evtx",
	     "evtx/server2022-no-rdp/Security.evtx"},
	    {"evtx/win11-no-rdp/"
	     "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx",
	     "evtx/win11-no-rdp/System.evtx"},
	    {"evtx/artemis-win10/System.evtx", "evtx/artemis-win10/Application.evtx"},
	};

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct scene *s = scene();

		read_real(s, hosts[i]);
		assert_int_equal(s->attempts.n, 0);
		if (s->found.n)
			fail_msg("%s: %s", hosts[i][0], finding_defs[s->found.at[0].id].name);
		leave(s);
	}
}

static void one_good_logon(void **state)
{
	(void)state;
	static const char *const files[] = {
	    "evtx/velociraptor-rdpauth/RDPAuth_LocalSessionManager.evtx",
	    "evtx/velociraptor-rdpauth/RDPAuth_RemoteConnectionManager.evtx",
	    "evtx/velociraptor-rdpauth/RDPAuth_Security.evtx",
	    "evtx/velociraptor-rdpauth/RDPAuth_System.evtx", NULL};
	struct scene *s = scene();

	read_real(s, files);
	assert_int_equal(s->attempts.n, 1);
	assert_true(is_good(&s->attempts.at[0]));
	assert_string_equal(s->attempts.at[0].account, "vagrant");
	assert_string_equal(verdict_of(&s->found, &s->attempts.at[0].found, &s->arena), "healthy");
	leave(s);
}

static void samples(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		size_t n, n_failures, n_hosts;
		enum finding_id last;
	} known[] = {
	    {"evtx/samples/forwarded-rdpcorets-131.evtx", 154, 0, 11, F_LOG_PACKET_ARRIVED},
	    {"evtx/samples/rcm-1149-tunnel.evtx", 25, 13, 2, F_LOG_ARRIVED_FROM_PROXY},
	    {"evtx/samples/security-4624-lt10-loopback.evtx", 1, 0, 1, F_LOG_ARRIVED_FROM_PROXY},
	    {"evtx/samples/security-4625-lt10-badpassword.evtx", 1, 1, 1, F_LOG_LOGON_FAILURE},
	    {"evtx/samples/security-4625-lt10-restriction.evtx", 2, 2, 1, F_LOG_LOGON_FAILURE},
	    {"evtx/samples/security-4825-rdp-denied.evtx", 2, 2, 1, F_ACCOUNT_NOT_PERMITTED},
	    {"evtx/samples/rdpcorets-bluekeep-scan.evtx", 12, 5, 1, F_LOG_PACKET_ARRIVED},
	    {"evtx/samples/damaged-bad-chunk-magic.evtx", 0, 0, 0, F_NONE},
	    {"evtx/samples/damaged-no-crc.evtx", 0, 0, 0, F_NONE},
	    {"evtx/samples/irregular-bool-values.evtx", 0, 0, 0, F_NONE},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		const char *const files[] = {known[i].file, NULL};
		struct scene *s = scene();
		const char *hosts[20];
		size_t n_failures = 0;

		read_real(s, files);
		for (size_t k = 0; k < s->attempts.n; k++)
			n_failures += s->attempts.at[k].is_failure;
		assert_int_equal(s->attempts.n, known[i].n);
		assert_int_equal(n_failures, known[i].n_failures);
		assert_int_equal(attempts_hosts(&s->attempts, hosts, 20), known[i].n_hosts);
		if (known[i].last)
			assert_non_null(
			    found(&attempts_choose(&s->attempts, NULL, 0)->found, known[i].last));
		leave(s);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest made[] = {
	    cmocka_unit_test(the_table_is_in_order),
	    cmocka_unit_test(every_row_gives_its_finding),
	    cmocka_unit_test(a_session_is_reached),
	    cmocka_unit_test(a_wrong_password),
	    cmocka_unit_test(what_proves_nothing_says_nothing),
	    cmocka_unit_test(a_later_success_of_the_same_client_cancels),
	    cmocka_unit_test(absence_counts_where_the_log_reaches),
	    cmocka_unit_test(rights_that_are_missing),
	    cmocka_unit_test(network_logons_alone_are_no_attempts),
	    cmocka_unit_test(numbers_belong_to_their_provider),
	    cmocka_unit_test(a_flood_is_said_once),
	    cmocka_unit_test(guessing_is_counted_once),
	    cmocka_unit_test(a_tunnel_is_a_proxy),
	    cmocka_unit_test(what_is_over_is_not_said),
	    cmocka_unit_test(keys_of_other_programs_are_theirs),
	    cmocka_unit_test(consoles_share_an_activity),
	    cmocka_unit_test(a_session_that_is_stuck),
	    cmocka_unit_test(many_are_lost_at_once),
	    cmocka_unit_test(the_client_tells_its_side),
	    cmocka_unit_test(a_gateway_tells_its_side),
	    cmocka_unit_test(a_domain_controller_completes),
	    cmocka_unit_test(our_own_probe_is_marked),
	    cmocka_unit_test(logs_may_come_in_any_order),
	};
	const struct CMUnitTest real[] = {
	    cmocka_unit_test(guessing_then_success),
	    cmocka_unit_test(healthy_hosts_give_nothing),
	    cmocka_unit_test(one_good_logon),
	    cmocka_unit_test(samples),
	};

	if (argc > 1 && strcmp(argv[1], "real") == 0)
		return logs_are_there() ? RUN(real) : 0;
	return RUN(made);
}
