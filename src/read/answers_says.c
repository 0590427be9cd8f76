#include <string.h>

#include "base/text.h"
#include "read/answers_inside.h"
#include "read/lists.h"

#define US_PER_S       INT64_C(1000000)
#define JUST_BOOTED_US (10 * 60 * US_PER_S)

/* --- telling --- */

static void say(struct telling *t, enum finding_id id, enum finding_state state, int64_t number,
                const char *text, const char *where)
{
	struct finding f = finding_of(id, ORIGIN_HOST);

	f.state = state;
	f.number = number;
	f.text = text;
	f.where = where;
	findings_add(&t->own, &f);
}

void say_fact(struct telling *t, enum finding_id id, const char *where)
{
	say(t, id, FINDING_SEEN, 0, NULL, where);
}

void say_number(struct telling *t, enum finding_id id, int64_t number, const char *where)
{
	say(t, id, FINDING_SEEN, number, NULL, where);
}

void say_text(struct telling *t, enum finding_id id, const char *text, const char *where)
{
	say(t, id, FINDING_SEEN, 0, text, where);
}

void say_absent(struct telling *t, enum finding_id id, const char *where)
{
	say(t, id, FINDING_ABSENT, 0, NULL, where);
}

void say_whether(struct telling *t, enum finding_id id, bool is_so, const char *where)
{
	say(t, id, is_so ? FINDING_SEEN : FINDING_ABSENT, 0, NULL, where);
}

bool is_said(const struct telling *t, enum finding_id id, enum finding_state state)
{
	return findings_first(&t->own, id, state) != NULL;
}

bool was_found(const struct telling *t, enum finding_id id, enum finding_state state)
{
	return findings_first(t->before, id, state) != NULL;
}

/* --- asking --- */

size_t rows_of(const struct telling *t, enum topic topic)
{
	size_t n = 0;

	for (size_t at = 0; answers_next(t->a, topic, &at);)
		n++;
	return n;
}

bool is_answered(const struct telling *t, enum topic topic)
{
	const struct answer *problem = answers_problem(t->a, topic);

	return rows_of(t, topic) || (problem && problem->status == ANSWER_NOTHING);
}

static bool is_gap(const struct answer *row)
{
	return row->status != ANSWER_ROW && row->status != ANSWER_NOTHING &&
	       row->status != ANSWER_MISSING && row->status != ANSWER_UNSUPPORTED;
}

const struct answer *gap_of(const struct telling *t, enum topic topic)
{
	for (size_t i = 0; i < t->a->n; i++)
		if (t->a->rows[i]->topic == topic && is_gap(t->a->rows[i]))
			return t->a->rows[i];
	return NULL;
}

const struct answer *problem_of(const struct telling *t, enum topic topic, const char *thing)
{
	for (size_t i = 0; i < t->a->n; i++) {
		const struct answer *row = t->a->rows[i];

		if (row->topic == topic && row->status != ANSWER_ROW && row->says &&
		    text_same(row->says, thing))
			return row;
	}
	return NULL;
}

const char *text_or_empty(const struct answer *row, const char *column)
{
	const char *text = answer_text(row, column);

	return text ? text : "";
}

bool list_holds(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (list += strspn(list, ", "); *list; list += strspn(list, ", ")) {
		size_t k = strcspn(list, ",");
		char one[128];

		if (k == n && k < sizeof one) {
			memcpy(one, list, k);
			one[k] = '\0';
			if (text_same(one, word))
				return true;
		}
		list += k;
	}
	return false;
}

/* --- the computer --- */

static const struct answer *computer_of(const struct answers *a)
{
	size_t at = 0;

	return answers_next(a, TOPIC_COMPUTER, &at);
}

const char *answers_computer(const struct answers *a)
{
	const struct answer *row = computer_of(a);

	return row ? answer_text(row, "name") : NULL;
}

/* Names are the same when their first labels are; digits and colons are an address. */
static bool is_name(const char *host)
{
	return host[strspn(host, "0123456789.")] && !strchr(host, ':');
}

static bool is_same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "."), m = strcspn(b, ".");

	for (size_t i = 0; i < n && i < m; i++)
		if ((a[i] | 0x20) != (b[i] | 0x20))
			return false;
	return n && n == m;
}

/* "192.0.2.17/24,2001:db8::1/64" */
static bool has_address(const char *list, const char *address)
{
	size_t n = strlen(address);

	for (list += strspn(list, ", "); *list; list += strspn(list, ", ")) {
		size_t k = strcspn(list, ",/%");

		if (k == n && memcmp(list, address, n) == 0)
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

bool answers_are_of(const struct answers *a, const char *host)
{
	const char *name = answers_computer(a);
	const struct answer *row;

	if (is_name(host))
		return name && is_same_name(name, host);
	for (size_t at = 0; (row = answers_next(a, TOPIC_ADAPTER, &at));)
		if (has_address(text_or_empty(row, "addresses"), host))
			return true;
	return false;
}

static struct facts facts_of(const struct telling *t)
{
	const struct answer *row = computer_of(t->a);
	struct facts f = {.is_elevated = true, .build = t->known->build};
	int64_t booted, now;

	f.is_remote_off = was_found(t, F_HOST_RDP_OFF, FINDING_SEEN) ||
	                  was_found(t, F_HOST_LISTENER_OFF, FINDING_SEEN);
	f.is_remote_on = !f.is_remote_off && was_found(t, F_HOST_RDP_OFF, FINDING_ABSENT);
	if (!row)
		return f;
	f.is_stand_in = answer_text(row, "stand_in") && *answer_text(row, "stand_in");
	f.is_elevated = answer_number(row, "is_elevated", 1) != 0;
	f.is_domain_member = text_same(text_or_empty(row, "join"), "domain");
	f.is_server = text_words_found("Server", text_or_empty(row, "product")) > 0;
	if (answer_number(row, "build", 0) > 0 && answer_number(row, "build", 0) < 1000000)
		f.build = (int)answer_number(row, "build", 0);
	booted = answer_number(row, "booted", 0);
	now = answer_number(row, "now", t->now_us);
	f.is_just_booted = booted > 0 && now >= booted && now - booted < JUST_BOOTED_US;
	return f;
}

/* Home and its variants have no Remote Desktop host. */
static void say_edition(struct telling *t, const char *product)
{
	static const char *const hosts[] = {"Pro", "Enterprise", "Education", "Server"};

	if (text_words_found("Home Starter", product)) {
		say_text(t, F_HOST_EDITION_CANNOT_HOST, product, "computer");
		return;
	}
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		if (text_words_found(hosts[i], product)) {
			say_absent(t, F_HOST_EDITION_CANNOT_HOST, "computer");
			return;
		}
}

static void say_updates_of_build(struct telling *t, int ubr)
{
	enum credssp_update update = credssp_update_of(t->facts.build, ubr);
	const char *where = arena_printf(t->arena, "computer build %d.%d", t->facts.build, ubr);
	const struct regression *r;

	if (update != CREDSSP_NOT_KNOWN)
		say_whether(t, F_HOST_UNPATCHED_CREDSSP, update == CREDSSP_LACKING, where);
	for (size_t i = 0; (r = regression_at(i)); i++)
		if (!r->is_of_client && regression_is_in(r, t->facts.build, ubr))
			say_text(t, F_HOST_UPDATE_REGRESSION,
			         arena_printf(t->arena, "%s, %s", r->kb, r->says), where);
}

static void say_identity(struct telling *t)
{
	const struct answer *row = computer_of(t->a);
	const char *name, *domain, *product;
	int64_t ubr;

	if (!row || t->facts.is_stand_in)
		return;
	name = answer_text(row, "name");
	domain = text_or_empty(row, "domain");
	product = text_or_empty(row, "product");
	ubr = answer_number(row, "revision", -1);
	ubr = ubr >= 0 && ubr < 1000000 ? ubr : -1;
	if (name && *name)
		say_text(t, F_HOST_COMPUTER,
		         t->facts.is_domain_member && *domain && !strchr(name, '.')
		             ? arena_printf(t->arena, "%s.%s", name, domain)
		             : name,
		         "computer");
	if (t->facts.build)
		say_text(
		    t, F_HOST_BUILD,
		    ubr < 0 ? arena_printf(t->arena, "%d %s", t->facts.build, product)
		            : arena_printf(t->arena, "%d.%d %s", t->facts.build, (int)ubr, product),
		    "computer");
	if (!was_found(t, F_HOST_EDITION_CANNOT_HOST, FINDING_SEEN) &&
	    !was_found(t, F_HOST_EDITION_CANNOT_HOST, FINDING_ABSENT))
		say_edition(t, product);
	if (t->facts.build)
		say_updates_of_build(t, (int)ubr);
}

/* --- what could not be asked --- */

static const char *const topic_words[TOPIC_COUNT] = {
    [TOPIC_COMPUTER] = "the computer itself",
    [TOPIC_SERVICE] = "services",
    [TOPIC_LISTENER] = "listening ports",
    [TOPIC_TCP_STATE] = "states of connections",
    [TOPIC_PORT_RANGE] = "ephemeral ports",
    [TOPIC_CERTIFICATE] = "certificates and their keys",
    [TOPIC_FIREWALL_PROFILE] = "firewall profiles",
    [TOPIC_FIREWALL_RULE] = "firewall rules",
    [TOPIC_NETWORK] = "kinds of networks",
    [TOPIC_ADAPTER] = "network adapters",
    [TOPIC_SESSION] = "sessions",
    [TOPIC_GROUP_MEMBER] = "members of groups",
    [TOPIC_RIGHT] = "user rights",
    [TOPIC_LICENSING] = "licensing",
    [TOPIC_TLS_SUITE] = "TLS suites",
    [TOPIC_DOMAIN] = "the domain",
    [TOPIC_TIME] = "the time service",
    [TOPIC_VOLUME] = "disk space",
    [TOPIC_MEMORY] = "memory",
    [TOPIC_UPDATE] = "updates",
    [TOPIC_POLICY_ORIGIN] = "where policies come from",
    [TOPIC_LOG] = "event logs",
    [TOPIC_CREDENTIAL] = "stored credentials",
    [TOPIC_CACHED_NAME] = "remembered names",
};

static const char *const status_words[ANSWER_STATUS_COUNT] = {
    [ANSWER_NO_RIGHTS] = "needs an administrator",
    [ANSWER_MISSING] = "not there on this computer",
    [ANSWER_UNSUPPORTED] = "not known to this system",
    [ANSWER_TOO_LATE] = "no answer in time",
    [ANSWER_FAILED] = "failed",
};

static const char *reason_of(struct telling *t, const struct answer *problem)
{
	const char *words = status_words[problem->status];

	/* That a right is missing is all that its error says. */
	return problem->error && problem->status != ANSWER_NO_RIGHTS
	           ? arena_printf(t->arena, "%s, error 0x%X", words, (unsigned)problem->error)
	           : words;
}

static void say_gaps(struct telling *t)
{
	for (int i = 0; i < TOPIC_COUNT; i++) {
		const struct answer *problem = gap_of(t, (enum topic)i);

		if (problem)
			say_text(t, F_HOST_NOT_LOOKED,
			         arena_printf(t->arena, "%s%s (%s)",
			                      rows_of(t, (enum topic)i) ? "some of " : "",
			                      topic_words[i], reason_of(t, problem)),
			         problem->says && *problem->says
			             ? arena_printf(t->arena, "%s: %s",
			                            topic_def((enum topic)i)->name, problem->says)
			             : topic_def((enum topic)i)->name);
	}
}

/* --- what the registry let suppose, and an answer knows --- */

static bool is_certificate_fact(enum finding_id id)
{
	return id >= F_CERT_EXPIRED && id <= F_CERT_MALFORMED;
}

/* Also where the answer is that it is not so. */
static bool is_settled_live(const struct telling *t, enum finding_id id)
{
	static const enum finding_id states[] = {F_HOST_TERMSERVICE,
	                                         F_HOST_PORT,
	                                         F_HOST_FIREWALL_BLOCKS,
	                                         F_HOST_FIREWALL_PROFILE_LIMITED,
	                                         F_HOST_FIREWALL_REMOTE_LIMITED,
	                                         F_HOST_NETWORK_CATEGORY,
	                                         F_HOST_BOUND_TO_ADAPTER,
	                                         F_HOST_LICENSING_MODE,
	                                         F_HOST_RDS_ROLE,
	                                         F_HOST_KEY_DENIED,
	                                         F_HOST_KEY_MISSING,
	                                         F_HOST_CUSTOM_KEY_DENIED,
	                                         F_HOST_CERTIFICATE_MISSING,
	                                         F_HOST_NO_USABLE_SUITE,
	                                         F_HOST_DNS_PUBLIC,
	                                         F_HOST_BUILD,
	                                         F_HOST_COMPUTER,
	                                         F_HOST_UNPATCHED_CREDSSP,
	                                         F_ACCOUNT_RIGHT_DENIED,
	                                         F_HOST_DISK_FULL};

	if (is_certificate_fact(id))
		return is_said(t, F_CERT_THUMBPRINT, FINDING_SEEN);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (states[i] == id)
			return is_said(t, id, FINDING_SEEN) || is_said(t, id, FINDING_ABSENT);
	return false;
}

/* Drivers are services too, and may not have been asked for. */
static bool is_service_listed(const struct telling *t, const char *name)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(t->a, TOPIC_SERVICE, &at));)
		if (text_same(text_or_empty(row, "name"), name) && answer_has(row, "state"))
			return true;
	return false;
}

/* Firewall findings stand together: those of the registry go as one. */
static bool is_firewall(enum finding_id id)
{
	return id == F_HOST_FIREWALL_BLOCKS || id == F_HOST_FIREWALL_PROFILE_LIMITED ||
	       id == F_HOST_FIREWALL_REMOTE_LIMITED;
}

static bool is_replaced(const struct telling *t, const struct finding *f)
{
	if (f->origin != ORIGIN_HIVE && f->origin != ORIGIN_HOST)
		return false;
	if (is_firewall(f->id))
		return is_settled_live(t, F_HOST_FIREWALL_BLOCKS);
	if (f->id == F_HOST_SUPPORT_SERVICE)
		return f->text && is_service_listed(t, f->text);
	return is_settled_live(t, f->id);
}

static void hand_over(struct telling *t, struct findings *found)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->n; i++)
		if (!is_replaced(t, &found->at[i]))
			found->at[kept++] = found->at[i];
	found->n = kept;
	for (size_t i = 0; i < t->own.n; i++)
		findings_add(found, &t->own.at[i]);
}

/* --- all of it --- */

static struct telling telling_of(const struct answers *a, const struct settings_host *known,
                                 int64_t now_us, struct evidence *ev)
{
	static const struct settings_host nobody;
	struct telling t = {.a = a,
	                    .known = known ? known : &nobody,
	                    .has_known = known != NULL,
	                    .before = ev->found,
	                    .own = {.arena = ev->arena},
	                    .arena = ev->arena,
	                    .now_us = now_us};

	t.port = t.known->port ? t.known->port : USUAL_PORT;
	if (!t.now_us && computer_of(a))
		t.now_us = answer_number(computer_of(a), "now", 0);
	t.facts = facts_of(&t);
	return t;
}

void answers_tell(const struct answers *a, const struct settings_host *known, int64_t now_us,
                  struct evidence *ev)
{
	struct telling t = telling_of(a, known, now_us, ev);

	say_identity(&t);
	answers_services(&t);
	answers_sockets(&t);
	answers_network(&t);
	answers_firewall(&t);
	answers_certificates(&t);
	answers_sessions(&t);
	answers_accounts(&t);
	answers_domain(&t);
	answers_resources(&t);
	answers_logs(&t);
	say_gaps(&t);
	hand_over(&t, ev->found);
}

void answers_tell_client(const struct answers *a, const char *host, struct evidence *ev)
{
	struct telling t = telling_of(a, NULL, 0, ev);

	answers_client(&t, host);
	hand_over(&t, ev->found);
}
