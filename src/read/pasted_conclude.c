/*
 * pasted_conclude - what several outputs of one text say together: a service's state and start
 * type, who owns a socket, whether a missing listener has an innocent reason.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "read/pasted_rows.h"

#define STATE_STOPPED  1
#define STATE_RUNNING  4
#define START_DISABLED 4
#define NEVER_STARTED  1077
#define CRASHED        1067

#define FIRST_DYNAMIC_PORT 49152
#define DYNAMIC_PORTS      16384
#define RPC_PORT           135

/* Services behind Remote Desktop, and whether Windows starts them by itself. */
static const struct {
	const char *name;
	bool is_always_on;
} support[] = {
    {"SessionEnv", false},   {"KeyIso", false},    {"CryptSvc", true}, {"CertPropSvc", false},
    {"UmRdpService", false}, {"LSM", true},        {"ProfSvc", true},  {"RpcSs", true},
    {"RpcEptMapper", true},  {"DcomLaunch", true},
};

static bool ended_badly(const struct service_seen *s)
{
	return s->has_exit_code && s->exit_code != 0 && s->exit_code != NEVER_STARTED;
}

static const char *termservice_word(const struct service_seen *s)
{
	if (s->state == STATE_RUNNING)
		return "running";
	if (s->start == START_DISABLED)
		return "disabled";
	if (s->state == STATE_STOPPED)
		return s->has_exit_code && s->exit_code == CRASHED ? "crashed" : "stopped";
	return s->state ? "hung" : NULL; /* on its way, when somebody looked */
}

static void conclude_service(struct pasting *p, const struct service_seen *s)
{
	p->row = s->row;
	if (text_same(s->name, "TermService")) {
		const char *word = termservice_word(s);

		if (word)
			pasted_text(p, F_HOST_TERMSERVICE, s->line, word);
		return;
	}
	for (size_t i = 0; i < sizeof support / sizeof *support; i++) {
		if (!text_same(s->name, support[i].name) || s->state == STATE_RUNNING)
			continue;
		if (s->start == START_DISABLED ||
		    (s->state == STATE_STOPPED && (ended_badly(s) || support[i].is_always_on)))
			pasted_text(p, F_HOST_SUPPORT_SERVICE, s->line, support[i].name);
	}
}

static const struct service_seen *termservice(const struct pasting *p)
{
	for (size_t i = 0; i < p->n_services; i++)
		if (text_same(p->services[i].name, "TermService"))
			return &p->services[i];
	return NULL;
}

static bool termservice_runs(const struct pasting *p)
{
	const struct service_seen *s = termservice(p);

	return p->termservice_pid || (s && s->state == STATE_RUNNING);
}

static void conclude_tasks(struct pasting *p)
{
	p->row = "tasklist";
	if (termservice(p))
		return;
	if (p->termservice_pid)
		pasted_text(p, F_HOST_TERMSERVICE, p->tasks_line, "running");
	else if (p->tasks_are_all)
		pasted_text(p, F_HOST_TERMSERVICE, p->tasks_line, "stopped");
}

static void conclude_sessions(struct pasting *p)
{
	p->row = "qwinsta";
	if (p->has_listener) {
		pasted_absent(p, F_HOST_NO_LISTENER, p->sessions_line);
		pasted_absent(p, F_HOST_LISTENER_MISSING, p->sessions_line);
	} else if (p->has_sessions && p->sessions_are_all) {
		pasted_fact(p, F_HOST_NO_LISTENER, p->sessions_line);
		if (p->has_deny && !p->deny && termservice_runs(p))
			pasted_fact(p, F_HOST_LISTENER_MISSING, p->sessions_line);
	}
}

/* --- sockets --- */

static bool is_everywhere(const char *address)
{
	return strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0 ||
	       strcmp(address, "*") == 0;
}

static const struct task_seen *task_of_pid(const struct pasting *p, uint64_t pid)
{
	for (size_t i = 0; i < p->n_tasks; i++)
		if (p->tasks[i].pid == pid)
			return &p->tasks[i];
	return NULL;
}

enum owner { OWNER_UNKNOWN, OWNER_TERMSERVICE, OWNER_OTHER };

static enum owner owner_of(const struct pasting *p, const struct listener_seen *l,
                           const char **program)
{
	const struct task_seen *t = l->pid ? task_of_pid(p, l->pid) : NULL;

	*program = l->program ? l->program : t ? t->program : NULL;
	if ((l->component && text_same(l->component, "TermService")) ||
	    (l->pid && l->pid == p->termservice_pid))
		return OWNER_TERMSERVICE;
	if (!*program)
		return OWNER_UNKNOWN;
	if (!text_same(*program, "svchost.exe"))
		return OWNER_OTHER;
	/* A svchost.exe is another service's only when its services are known. */
	return l->component || (t && t->services) ? OWNER_OTHER : OWNER_UNKNOWN;
}

static void conclude_owner(struct pasting *p, const struct listener_seen *l)
{
	const char *program;
	enum owner owner = owner_of(p, l, &program);

	if (owner == OWNER_TERMSERVICE)
		pasted_absent(p, F_HOST_PORT_TAKEN, l->line);
	else if (owner == OWNER_OTHER)
		pasted_text(
		    p, F_HOST_PORT_TAKEN, l->line,
		    l->pid ? arena_printf(p->ev->arena, "%s, process %u", program, (unsigned)l->pid)
		           : program);
}

/* The port that TermService listens on; high ones belong to RPC. */
static const struct listener_seen *moved_listener(const struct pasting *p)
{
	const char *program;

	for (size_t i = 0; i < p->n_listeners; i++)
		if (p->listeners[i].port < FIRST_DYNAMIC_PORT &&
		    owner_of(p, &p->listeners[i], &program) == OWNER_TERMSERVICE)
			return &p->listeners[i];
	return NULL;
}

static void conclude_closed(struct pasting *p, uint64_t port)
{
	const struct listener_seen *moved = moved_listener(p);
	bool is_all = p->n_listeners >= 6;

	for (size_t i = 0; i < p->n_listeners; i++)
		is_all |= p->listeners[i].port == RPC_PORT;
	if (moved)
		pasted_number(p, F_HOST_PORT, moved->line, (int64_t)moved->port);
	else if (is_all)
		pasted_number(p, F_HOST_PORT_CLOSED, p->sockets_line, (int64_t)port);
}

static void conclude_ports_in_use(struct pasting *p)
{
	uint64_t first = p->n_ports ? p->first_port : FIRST_DYNAMIC_PORT;
	uint64_t n = p->n_ports ? p->n_ports : DYNAMIC_PORTS, used = 0;

	for (uint64_t port = first; port < first + n && port < 65536; port++)
		used += p->ports_in_use[port / 8] >> port % 8 & 1;
	if (used * 100 >= n * 95)
		pasted_fact(p, F_HOST_PORTS_EXHAUSTED, p->sockets_line);
	else if (p->n_sockets >= 10)
		pasted_absent(p, F_HOST_PORTS_EXHAUSTED, p->sockets_line);
}

static void conclude_sockets(struct pasting *p)
{
	uint64_t port = p->has_rdp_port ? p->rdp_port : RDP_PORT;
	const struct listener_seen *on = NULL;
	bool is_open_to_all = false;

	p->row = "netstat";
	for (size_t i = 0; i < p->n_listeners; i++) {
		if (p->listeners[i].port != port)
			continue;
		if (!on)
			on = &p->listeners[i];
		is_open_to_all |= is_everywhere(p->listeners[i].address);
	}
	if (on) {
		pasted_absent(p, F_HOST_PORT_CLOSED, on->line);
		if (is_open_to_all)
			pasted_absent(p, F_HOST_BOUND_TO_ADAPTER, on->line);
		else
			pasted_fact(p, F_HOST_BOUND_TO_ADAPTER, on->line);
		conclude_owner(p, on);
	} else {
		conclude_closed(p, port);
	}
	if (p->n_piled >= PILE_LEAST)
		pasted_text(p, F_HOST_TERMSERVICE, p->piled_line, "hung");
	conclude_ports_in_use(p);
}

void pasted_conclude(struct pasting *p)
{
	for (size_t i = 0; i < p->n_services; i++)
		conclude_service(p, &p->services[i]);
	if (p->n_tasks)
		conclude_tasks(p);
	if (p->has_sessions)
		conclude_sessions(p);
	if (p->n_sockets)
		conclude_sockets(p);
}
