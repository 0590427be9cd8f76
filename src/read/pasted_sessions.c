/*
 * pasted_sessions - sessions, services and processes: qwinsta, query user, sc, Get-Service,
 * tasklist. Session names, service names and constants are the same in every language.
 */
#include <string.h>

#include "base/arena.h"
#include "read/pasted_rows.h"

#define LISTENER_ID_LEAST 65536 /* sessions that listen are numbered from here on */
#define EMPTY_COLUMN      10    /* blanks in front, when the session has no name */

/* --- qwinsta --- */

struct session_line {
	struct word name; /* empty: none */
	bool has_user;
	uint64_t id;
};

/* "[>]name [user] id state": the last number that a word follows is the id. */
static bool session_of(const struct line *l, struct session_line *out)
{
	struct words w = line_words(l);
	size_t at = WORDS_MAX, first = 0;

	for (size_t i = 0; i + 1 < w.n && i < 6; i++) {
		uint64_t ignored;

		if (word_number(w.at[i], &out->id) && !word_number(w.at[i + 1], &ignored))
			at = i;
	}
	if (at == WORDS_MAX || !word_number(w.at[at], &out->id) || out->id > 200000)
		return false;
	out->name = (struct word){"", 0};
	if (l->indent < EMPTY_COLUMN && at > 0) {
		out->name = w.at[0];
		if (*out->name.p == '>')
			out->name = (struct word){out->name.p + 1, out->name.n - 1};
		first = 1;
	}
	out->has_user = at > first;
	return true;
}

static bool is_known_session(const struct session_line *s)
{
	return (word_is(s->name, "services") && s->id == 0) || word_is(s->name, "console") ||
	       word_begins(s->name, "rdp-tcp") || word_begins(s->name, "rdp-sxs");
}

static bool is_listener(const struct session_line *s)
{
	return s->id >= LISTENER_ID_LEAST && word_begins(s->name, "rdp-tcp");
}

static void take_session(struct pasting *p, const struct session_line *s, size_t line)
{
	p->has_listener |= is_listener(s);
	p->sessions_are_all |= word_is(s->name, "services");
	if (word_is(s->name, "console")) {
		if (s->has_user)
			pasted_fact(p, F_HOST_CONSOLE_IN_USE, line);
		else
			pasted_absent(p, F_HOST_CONSOLE_IN_USE, line);
	}
	if (!s->name.n && !s->has_user && s->id && s->id < LISTENER_ID_LEAST)
		pasted_fact(p, F_HOST_SESSION_STUCK, line);
}

static size_t read_sessions(struct pasting *p, const struct line *lines, size_t n)
{
	struct session_line s;
	size_t known = 0, first = 0;
	bool is_sure = false;

	for (size_t i = 0; i < n; i++) {
		if (!session_of(&lines[i], &s) || !is_known_session(&s))
			continue;
		known++;
		is_sure |= is_listener(&s);
		first = first ? first : lines[i].number;
	}
	if (known < 2 && !is_sure)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (session_of(&lines[i], &s))
			take_session(p, &s, lines[i].number);
	p->has_sessions = true;
	p->sessions_line = first;
	return first;
}

size_t pasted_qwinsta(struct pasting *p, const struct section *s)
{
	size_t found = 0, from = 0;

	for (size_t i = 0; i <= s->n; i++) {
		if (i < s->n && s->lines[i].n)
			continue;

		size_t line = i > from ? read_sessions(p, s->lines + from, i - from) : 0;

		found = found ? found : line;
		from = i + 1;
	}
	return found;
}

/* --- query user --- */

/* ".", "12", "3:40", "1+03:22", or a word for none. */
static bool is_idle_time(struct word w)
{
	size_t marks = 0;

	for (size_t i = 0; i < w.n; i++) {
		bool is_digit = w.p[i] >= '0' && w.p[i] <= '9';

		if (!is_digit && !strchr(".:+", w.p[i]))
			return !marks && w.n <= 24;
		marks++;
	}
	return w.n > 0;
}

static bool is_logon_time(const struct words *w, size_t i)
{
	struct date date;

	return i + 1 < w->n && word_date(w->at[i], &date) && word_holds(w->at[i + 1], ":");
}

/* "[>]user [session] id state idle date time": is it such a line, and where is the id? */
static size_t user_line_id(const struct words *w)
{
	uint64_t id;

	for (size_t i = 1; i + 4 < w->n && i < 4; i++) {
		if (!word_number(w->at[i], &id) || id >= LISTENER_ID_LEAST)
			continue;
		if (is_idle_time(w->at[i + 2]) && is_logon_time(w, i + 3))
			return i;
	}
	return 0;
}

size_t pasted_quser(struct pasting *p, const struct section *s)
{
	size_t first = 0;
	bool is_console = false;

	for (size_t i = 0; i < s->n; i++) {
		struct words w = line_words(&s->lines[i]);
		size_t id = user_line_id(&w);

		if (!id || w.n > 9)
			continue;
		/* Without a header above it is as likely a line of some log. */
		if (!first && (i == 0 || !s->lines[i - 1].n) && *s->lines[i].text != '>')
			continue;
		first = first ? first : s->lines[i].number;
		is_console |= id == 2 && word_is(w.at[1], "console");
	}
	if (is_console)
		pasted_fact(p, F_HOST_CONSOLE_IN_USE, first);
	return first;
}

/* --- services --- */

static const char *const states[] = {"",        "STOPPED",          "START_PENDING", "STOP_PENDING",
                                     "RUNNING", "CONTINUE_PENDING", "PAUSE_PENDING", "PAUSED"};
static const char *const starts[] = {"BOOT_START", "SYSTEM_START", "AUTO_START", "DEMAND_START",
                                     "DISABLED"};

static unsigned index_of(struct word w, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word_is(w, names[i]))
			return (unsigned)i;
	return (unsigned)n;
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct service_field {
	enum { FIELD_NONE, FIELD_STATE, FIELD_START, FIELD_EXIT, FIELD_PID } kind;
	uint64_t value;
};

/* "STATE : 4  RUNNING": the word of the key is translated, number and constant are not. */
static struct service_field field_of(struct word key, struct word value)
{
	struct line l = {.text = value.p, .n = value.n};
	struct words w = line_words(&l);
	struct service_field f = {FIELD_NONE, 0};

	if (!w.n || !word_number(w.at[0], &f.value))
		return f;
	if (w.n == 1) {
		f.kind = word_is(key, "PID") ? FIELD_PID : FIELD_NONE;
		return f;
	}
	if (f.value < COUNT(states) && index_of(w.at[1], states, COUNT(states)) == f.value)
		f.kind = FIELD_STATE;
	else if (f.value < COUNT(starts) && index_of(w.at[1], starts, COUNT(starts)) == f.value)
		f.kind = FIELD_START;
	else if (w.n == 2 && word_begins(w.at[1], "(0x"))
		f.kind = FIELD_EXIT;
	return f;
}

static void set_field(struct pasting *p, struct service_seen *s, struct service_field f)
{
	if (f.kind == FIELD_PID) {
		if (word_is(word_of(s->name), "TermService"))
			p->termservice_pid = f.value;
	} else if (f.kind == FIELD_STATE) {
		s->state = (unsigned)f.value;
		s->has_exit_code = false;
	} else if (f.kind == FIELD_START) {
		s->start = (unsigned)f.value;
	} else if (s->state && !s->has_exit_code) { /* the first is the one of Windows */
		s->exit_code = f.value;
		s->has_exit_code = true;
	}
}

size_t pasted_sc(struct pasting *p, const struct section *s)
{
	struct word key, value, name = {"", 0};
	size_t name_line = 0, first = 0;
	bool is_new = true;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct service_field f;

		is_new |= !l->n;
		if (!line_pair(l, &key, &value))
			continue;
		f = field_of(key, value);
		if (f.kind == FIELD_NONE) {
			if (is_new && value.n && value.n < 257 && !word_holds(value, " ")) {
				name = value;
				name_line = l->number;
			}
			is_new = false;
			continue;
		}
		if (!name.n || ((f.kind == FIELD_EXIT || f.kind == FIELD_PID) && !first))
			continue;

		struct service_seen *seen = pasted_service(p, name, name_line);

		if (seen)
			set_field(p, seen, f);
		first = first ? first : name_line;
	}
	return first;
}

/* What the service controller answers to "sc start NAME" and the like. */
static const struct {
	uint64_t error;
	unsigned state, start;
	bool is_exit;
} controller_errors[] = {
    {1053, 2, 0, false}, /* no answer in time */
    {1058, 0, 4, false}, /* disabled */
    {1060, 1, 0, false}, /* no such service */
    {1067, 1, 0, true},  /* the process ended unexpectedly */
    {1068, 1, 0, true},  /* a service that it needs */
    {1069, 1, 0, true},  /* its account cannot log on */
    {1056, 4, 0, false}, /* runs already */
};

static struct word named_service(const char *command)
{
	struct line l = {.text = command, .n = strlen(command)};
	struct words w = line_words(&l);

	if (w.n < 3 || !word_is_among(w.at[0], "sc|sc.exe"))
		return (struct word){"", 0};
	return w.at[w.n > 3 && word_begins(w.at[1], "\\\\") ? 3 : 2];
}

static void take_controller_error(struct pasting *p, struct word name, uint64_t error, size_t line)
{
	struct service_seen *seen = pasted_service(p, name, line);

	for (size_t i = 0; seen && i < COUNT(controller_errors); i++) {
		if (controller_errors[i].error != error)
			continue;
		if (controller_errors[i].state)
			seen->state = controller_errors[i].state;
		if (controller_errors[i].start)
			seen->start = controller_errors[i].start;
		seen->has_exit_code = controller_errors[i].is_exit;
		seen->exit_code = error;
	}
}

size_t pasted_sc_error(struct pasting *p, const struct section *s)
{
	struct word name = named_service(s->command);
	size_t first = 0;
	uint64_t error;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!line_begins(l, "[SC] ") ||
		    !word_find_number((struct word){l->text, l->n}, &error))
			continue;
		if (name.n)
			take_controller_error(p, name, error, l->number);
		first = first ? first : l->number;
	}
	return first;
}

/* .NET's names of the same states. */
static unsigned state_of(struct word w)
{
	static const char *const names[] = {
	    "",        "Stopped",         "StartPending", "StopPending",
	    "Running", "ContinuePending", "PausePending", "Paused"};
	unsigned i = w.n ? index_of(w, names, COUNT(names)) : 0;

	return i < COUNT(names) ? i : 0;
}

static size_t service_objects(struct pasting *p, const struct section *s)
{
	struct properties o;
	size_t first = 0;

	for (size_t i = 0; properties_next(s, &i, &o);) {
		struct word name, state, start = {"", 0};
		struct service_seen *seen;

		if (!properties_get(&o, "Name", &name) ||
		    (!properties_get(&o, "Status", &state) &&
		     !properties_get(&o, "State", &state)) ||
		    !state_of(state) || word_holds(name, " "))
			continue;
		seen = pasted_service(p, name, properties_line(&o, "Name"));
		if (!seen)
			continue;
		seen->state = state_of(state);
		if ((properties_get(&o, "StartType", &start) ||
		     properties_get(&o, "StartMode", &start)) &&
		    word_is(start, "Disabled"))
			seen->start = 4;
		first = first ? first : properties_line(&o, "Name");
	}
	return first;
}

size_t pasted_get_service(struct pasting *p, const struct section *s)
{
	size_t first = service_objects(p, s);
	bool is_table = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct words w;

		if (!l->n || line_rule(l, '-')) {
			is_table = l->n ? line_rule(l, '-') == 3
			                : is_table && i && s->lines[i - 1].n;
			continue;
		}
		w = line_words(l);
		if (!is_table || l->indent || w.n < 3 || !state_of(w.at[0]))
			continue;

		struct service_seen *seen = pasted_service(p, w.at[1], l->number);

		if (seen)
			seen->state = state_of(w.at[0]);
		first = first ? first : l->number;
	}
	return first;
}

/* --- tasklist --- */

static const char remote_tools
    [] = "TeamViewer_Service.exe|TeamViewer.exe|AnyDesk.exe|tvnserver.exe|winvnc.exe|winvnc4.exe|"
         "vncserver.exe|ScreenConnect.ClientService.exe|rustdesk.exe|LogMeIn.exe|rutserv.exe|"
         "parsecd.exe|SRService.exe|g2svc.exe|ROMServer.exe";

static struct word rest_from(const struct line *l, struct word w)
{
	return (struct word){w.p, l->n - (size_t)(w.p - l->text)};
}

static bool task_of(const struct line *l, struct task_seen *out, struct word *name,
                    struct word *rest)
{
	struct words w = line_words(l);

	for (size_t i = 1; i < w.n && i < 6; i++) {
		if (!word_number(w.at[i], &out->pid))
			continue;
		*name = (struct word){l->text, (size_t)(w.at[i].p - l->text)};
		*name = word_trimmed(*name);
		*rest = i + 1 < w.n ? rest_from(l, w.at[i + 1]) : (struct word){"", 0};
		return l->indent == 0;
	}
	return false;
}

struct task_reading {
	bool with_services;
	uint64_t newest; /* process to which a wrapped line belongs */
	bool has_kernel, has_program;
	size_t n;
	const char *tool;
	size_t tool_line;
};

static void take_task(struct pasting *p, struct task_reading *r, const struct line *l)
{
	struct task_seen task = {0};
	struct word name, rest = {l->text, l->n};

	if (task_of(l, &task, &name, &rest)) {
		r->newest = task.pid;
		r->has_kernel |= task.pid == 4;
		r->has_program |= word_ends(name, ".exe") || word_is(name, "System");
		r->n++;
		task.program = word_copy(name, p->ev->arena);
		task.services = r->with_services ? word_copy(rest, p->ev->arena) : NULL;
		if (p->n_tasks < TASKS_MAX)
			p->tasks[p->n_tasks++] = task;
		if (word_is_among(name, remote_tools) && !r->tool) {
			r->tool = task.program;
			r->tool_line = l->number;
		}
	} else if (!l->indent) {
		return;
	}
	if (r->with_services && word_holds(rest, "TermService"))
		p->termservice_pid = r->newest;
}

static size_t read_tasks(struct pasting *p, const struct line *lines, size_t n, size_t groups)
{
	struct task_reading r = {.with_services = groups == 3};
	uint64_t pid_before = p->termservice_pid;
	size_t tasks_before = p->n_tasks;

	for (size_t i = 0; i < n; i++)
		take_task(p, &r, &lines[i]);
	if (!r.has_program) { /* a table of something else */
		p->n_tasks = tasks_before;
		p->termservice_pid = pid_before;
		return 0;
	}
	p->tasks_line = lines[0].number;
	if (r.has_kernel && r.n >= 10 && r.with_services)
		p->tasks_are_all = true;
	if (r.tool)
		pasted_text(p, F_HOST_REMOTE_TOOL, r.tool_line, r.tool);
	else if (r.has_kernel && r.n >= 10)
		pasted_absent(p, F_HOST_REMOTE_TOOL, lines[0].number);
	return lines[0].number;
}

size_t pasted_tasklist(struct pasting *p, const struct section *s)
{
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		size_t groups = line_rule(&s->lines[i], '='), end = i + 1;

		if (groups != 3 && groups != 5)
			continue;
		while (end < s->n && s->lines[end].n)
			end++;
		if (end > i + 1) {
			size_t line = read_tasks(p, s->lines + i + 1, end - i - 1, groups);

			first = first ? first : line;
		}
		i = end - 1;
	}
	return first;
}
