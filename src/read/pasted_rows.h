/*
 * pasted_rows - what the recognisers of pasted text share, and their names. Internal to pasted*.c.
 *
 * A recogniser is given one section: what was typed, and the lines behind it up to the next
 * prompt; without prompts, the whole text. It looks for lines of its own shape, takes what it
 * needs and returns the number of the first such line, or 0 when there is none.
 */
#ifndef READ_PASTED_ROWS_H
#define READ_PASTED_ROWS_H

#include "read/paste.h"
#include "read/pasted.h"

#define RDP_PORT 3389

struct section {
	const struct line *lines;
	size_t n;
	const char *command; /* what was typed before it; "": no prompt is seen */
	size_t command_line;
};

/* What several outputs of one text say together; see pasted_conclude.c. */
struct service_seen {
	const char *name, *row;
	size_t line;
	unsigned state, start; /* as the service controller numbers them; 0: not said */
	uint64_t exit_code;
	bool has_exit_code;
};

struct listener_seen {
	const char *address;
	const char *program, *component; /* netstat -b; NULL: not said */
	uint64_t port, pid;              /* pid 0: not said */
	size_t line;
};

struct task_seen {
	const char *program, *services; /* tasklist /svc; NULL: not said */
	uint64_t pid;
};

#define SERVICES_MAX  64
#define LISTENERS_MAX 512
#define TASKS_MAX     1024
#define PILE_LEAST    20 /* connections that nobody takes: more than a busy host ever has */

struct pasting {
	struct evidence *ev;
	struct pasted *pasted;
	const char *row; /* the recogniser at work, as shown */

	struct service_seen services[SERVICES_MAX];
	size_t n_services;

	struct task_seen tasks[TASKS_MAX];
	size_t n_tasks, tasks_line;
	bool tasks_are_all; /* every process is listed, with its services */
	uint64_t termservice_pid;

	struct listener_seen listeners[LISTENERS_MAX];
	size_t n_listeners, n_sockets, sockets_line;
	uint8_t ports_in_use[65536 / 8]; /* of connections, a bit each */
	size_t n_piled, piled_line;      /* connections to the RDP port that were not taken */
	uint64_t first_port, n_ports;    /* netsh show dynamicport; 0: not said */

	bool has_sessions, has_listener, sessions_are_all;
	size_t sessions_line;

	struct pasted_registry *registry;
	bool has_rdp_port, has_deny;
	uint64_t rdp_port, deny;
};

typedef size_t recogniser(struct pasting *p, const struct section *s);

/* A finding at this line; the caller fills its value and adds it. */
struct finding pasted_at(struct pasting *p, enum finding_id id, size_t line);
void pasted_fact(struct pasting *p, enum finding_id id, size_t line);
void pasted_absent(struct pasting *p, enum finding_id id, size_t line);
void pasted_number(struct pasting *p, enum finding_id id, size_t line, int64_t number);
void pasted_text(struct pasting *p, enum finding_id id, size_t line, const char *text);
void pasted_word(struct pasting *p, enum finding_id id, size_t line, struct word text);

struct service_seen *pasted_service(struct pasting *p, struct word name, size_t line);

/* An object as Format-List of PowerShell writes it; its property names are never translated. */
#define PROPERTIES_MAX 160

struct properties {
	struct {
		struct word key, value;
		size_t line;
	} at[PROPERTIES_MAX];
	size_t n;
};

/* The next object at or behind line *i of the section; false: none. */
bool properties_next(const struct section *s, size_t *i, struct properties *out);
bool properties_get(const struct properties *o, const char *key, struct word *value);
size_t properties_line(const struct properties *o, const char *key);

/* Registry values out of several outputs; `type` as in reg query. */
struct pasted_registry *pasted_registry_of(struct pasting *p);
void pasted_registry_key(struct pasting *p, struct word path, size_t line);
void pasted_registry_value(struct pasting *p, struct word name, uint32_t type, struct word data,
                           size_t line);
void pasted_registry_whole(struct pasting *p); /* all values of the newest key were shown */
void pasted_registry_close(struct pasting *p);

/* What several outputs say together, behind the last one. */
void pasted_conclude(struct pasting *p);

recogniser pasted_qwinsta, pasted_quser, pasted_sc, pasted_sc_error, pasted_get_service,
    pasted_tasklist;
recogniser pasted_netstat, pasted_ipconfig, pasted_displaydns, pasted_portproxy, pasted_dynamicport,
    pasted_subinterfaces, pasted_profile, pasted_test_connection, pasted_ping, pasted_tracert,
    pasted_nslookup, pasted_resolve;
recogniser pasted_firewall_rule, pasted_firewall_table, pasted_port_filter, pasted_netsh_rule,
    pasted_netsh_profiles;
recogniser pasted_nltest, pasted_secure_channel, pasted_w32tm_status, pasted_stripchart,
    pasted_cmdkey, pasted_klist, pasted_whoami, pasted_secedit, pasted_net_user,
    pasted_net_localgroup, pasted_dsregcmd, pasted_gpresult, pasted_systeminfo, pasted_ver;
recogniser pasted_reg_query, pasted_item_property;
recogniser pasted_certutil, pasted_openssl, pasted_sslscan;
recogniser pasted_oracle, pasted_freerdp, pasted_rdesktop, pasted_nmap;
recogniser pasted_event_xml, pasted_event_text;

#endif
