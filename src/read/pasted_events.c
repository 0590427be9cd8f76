/*
 * pasted_events - single events of Windows' logs as XML and as text, from wevtutil, Get-WinEvent
 * and the Event Viewer's copy.
 *
 * Provider, number and field names are the same in every language; of a translated message only
 * its numbers are used.
 */
#include <string.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/moment.h"
#include "base/text.h"
#include "read/pasted_rows.h"

#define FIELDS_MAX   32
#define TAG_MAX      ((size_t)2048)
#define CONTENT_MAX  ((size_t)4096)
#define EVENTS_MAX   ((size_t)2000)
#define PROVIDER_MAX 200

enum takes { A_FACT, A_HEX, A_NUMBER, ITS_ID, A_SERVICE, A_LOGON, A_BLOCKED_PORT, A_CODE };

/* Which event says what. `field` is where the value stands in the XML. */
static const struct event_row {
	const char *provider; /* part of its name, or of its older name */
	uint16_t first, last;
	enum finding_id id;
	enum takes takes;
	const char *field;
} events[] = {
    {"Schannel", 36870, 36870, F_LOG_KEY_ACCESS_FAILED, A_HEX, "ErrorCode"},
    {"Schannel", 36871, 36871, F_LOG_TLS_CREDENTIAL_FAILED, A_NUMBER, "ErrorState"},
    {"Schannel", 36874, 36874, F_LOG_NO_COMMON_CIPHER, A_FACT, NULL},
    {"Schannel", 36887, 36887, F_LOG_ALERT_RECEIVED, A_NUMBER, "AlertDesc"},
    {"Schannel", 36888, 36888, F_LOG_ALERT_SENT, A_NUMBER, "AlertDesc"},
    {"RdpCoreTS", 131, 131, F_LOG_PACKET_ARRIVED, A_FACT, NULL},
    {"RdpCoreTS", 139, 139, F_LOG_SECURITY_FAILED, A_HEX, "ResultCode"},
    {"RdpCoreTS", 140, 140, F_LOG_WRONG_CREDENTIALS, A_FACT, NULL},
    {"RemoteConnectionManager", 260, 260, F_LOG_LISTENER_FAILED, A_FACT, NULL},
    {"RemoteConnectionManager", 261, 261, F_LOG_LISTENER_TOOK, A_FACT, NULL},
    {"RemoteConnectionManager", 1003, 1004, F_LOG_LICENSE_CLIENT_INVALID, A_FACT, NULL},
    {"RemoteConnectionManager", 1006, 1006, F_LOG_INCOMPLETE_CONNECTIONS, A_FACT, NULL},
    {"RemoteConnectionManager", 1011, 1011, F_LOG_LICENSE_CLIENT_INVALID, A_FACT, NULL},
    {"RemoteConnectionManager", 1012, 1012, F_LOG_INCOMPLETE_CONNECTIONS, A_FACT, NULL},
    {"RemoteConnectionManager", 1028, 1028, F_LOG_LICENSE_CLIENT_INVALID, A_FACT, NULL},
    {"RemoteConnectionManager", 1035, 1036, F_LOG_LISTENER_FAILED, A_FACT, NULL},
    {"RemoteConnectionManager", 1043, 1043, F_LOG_LICENSE_SERVER_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 1046, 1046, F_LOG_PROFILE_STORE_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 1050, 1050, F_LOG_SETTING_CORRECTED, A_FACT, NULL},
    {"RemoteConnectionManager", 1051, 1051, F_LOG_CERT_CHOSEN_MISSING, A_FACT, NULL},
    {"RemoteConnectionManager", 1053, 1053, F_LOG_CERT_CHOSEN_EXPIRED, A_FACT, NULL},
    {"RemoteConnectionManager", 1054, 1054, F_LOG_CERT_CHOSEN_USAGE, A_FACT, NULL},
    {"RemoteConnectionManager", 1055, 1055, F_LOG_CERT_CHOSEN_KEY_DENIED, A_FACT, NULL},
    {"RemoteConnectionManager", 1056, 1056, F_LOG_CERT_CREATED, A_FACT, NULL},
    {"RemoteConnectionManager", 1057, 1057, F_LOG_CERT_CREATE_FAILED, A_HEX, NULL},
    {"RemoteConnectionManager", 1058, 1058, F_LOG_CERT_REPLACE_FAILED, A_HEX, NULL},
    {"RemoteConnectionManager", 1059, 1059, F_LOG_CERT_CHOICE_RESET, A_FACT, NULL},
    {"RemoteConnectionManager", 1060, 1060, F_LOG_PROFILE_STORE_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 1062, 1062, F_LOG_CERT_TEMPLATE_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 1064, 1065, F_LOG_CERT_TEMPLATE_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 1067, 1067, F_LOG_SPN_FAILED, A_FACT, NULL},
    {"RemoteConnectionManager", 1068, 1068, F_LOG_LICENSE_MODE_UNSET, A_FACT, NULL},
    {"RemoteConnectionManager", 1069, 1069, F_LOG_GRACE_EXPIRED, A_FACT, NULL},
    {"RemoteConnectionManager", 1070, 1071, F_LOG_DRAIN, A_FACT, NULL},
    {"RemoteConnectionManager", 1128, 1128, F_LOG_GRACE_EXPIRED, A_FACT, NULL},
    {"RemoteConnectionManager", 1130, 1133, F_LOG_LICENSE_SERVER_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 1149, 1149, F_LOG_NLA_PASSED, A_FACT, NULL},
    {"RemoteConnectionManager", 1151, 1151, F_LOG_LOCAL_USER_DECLINED, A_FACT, NULL},
    {"RemoteConnectionManager", 20493, 20496, F_LOG_PROFILE_STORE_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 20497, 20497, F_LOG_LICENSE_SERVER_FAILED, ITS_ID, NULL},
    {"RemoteConnectionManager", 20498, 20498, F_LOG_TERMSERVICE_SLOW, A_FACT, NULL},
    {"RemoteConnectionManager", 20501, 20502, F_LOG_TERMSERVICE_SLOW, A_FACT, NULL},
    {"RemoteConnectionManager", 20515, 20519, F_LOG_TIME_LIMIT, ITS_ID, NULL},
    {"LocalSessionManager", 21, 21, F_LOG_SESSION_LOGON, A_FACT, NULL},
    {"LocalSessionManager", 22, 22, F_LOG_SHELL_STARTED, A_FACT, NULL},
    {"LocalSessionManager", 34, 34, F_LOG_SETUP_RUNNING, A_FACT, NULL},
    {"LocalSessionManager", 36, 37, F_LOG_SESSION_FAILED, A_FACT, NULL},
    {"LocalSessionManager", 43, 45, F_LOG_TERMSERVICE_SLOW, A_FACT, NULL},
    {"LocalSessionManager", 48, 53, F_LOG_TERMSERVICE_SLOW, A_FACT, NULL},
    {"TerminalServices-ClientActiveXCore", 1026, 1026, F_CLIENT_CODE, A_CODE, "Value"},
    {"Service Control Manager", 7000, 7001, F_LOG_SERVICE_FAILED, A_SERVICE, NULL},
    {"Service Control Manager", 7009, 7009, F_LOG_SERVICE_FAILED, A_SERVICE, NULL},
    {"Service Control Manager", 7022, 7024, F_LOG_SERVICE_FAILED, A_SERVICE, NULL},
    {"Service Control Manager", 7031, 7034, F_LOG_SERVICE_FAILED, A_SERVICE, NULL},
    {"NETLOGON", 3210, 3210, F_LOG_TRUST_FAILED, A_FACT, NULL},
    {"NETLOGON", 5719, 5719, F_LOG_DC_UNREACHABLE, A_FACT, NULL},
    {"NETLOGON", 5721, 5722, F_LOG_TRUST_FAILED, A_FACT, NULL},
    {"GroupPolicy", 1129, 1129, F_LOG_DC_UNREACHABLE, A_FACT, NULL},
    {"Tcpip", 4227, 4227, F_LOG_PORTS_EXHAUSTED, A_FACT, NULL},
    {"Tcpip", 4231, 4231, F_LOG_PORTS_EXHAUSTED, A_FACT, NULL},
    {"Time-Service", 36, 36, F_LOG_TIME_UNSYNCED, A_FACT, NULL},
    {"Time-Service", 47, 47, F_LOG_TIME_UNSYNCED, A_FACT, NULL},
    {"Time-Service", 50, 50, F_LOG_TIME_UNSYNCED, A_FACT, NULL},
    {"Time-Service", 129, 129, F_LOG_TIME_UNSYNCED, A_FACT, NULL},
    {"Time-Service", 134, 134, F_LOG_TIME_UNSYNCED, A_FACT, NULL},
    {"LsaSrv", 6167, 6167, F_LOG_DUPLICATE_SID, A_FACT, NULL},
    {"Security-Auditing", 4625, 4625, F_LOG_LOGON_FAILURE, A_LOGON, "SubStatus"},
    {"Security-Auditing", 4740, 4740, F_LOG_ACCOUNT_LOCKED, A_FACT, NULL},
    {"Security-Auditing", 5152, 5152, F_LOG_FIREWALL_DROPPED, A_BLOCKED_PORT, "DestPort"},
    {"Security-Auditing", 5157, 5157, F_LOG_FIREWALL_DROPPED, A_BLOCKED_PORT, "DestPort"},
    {"User Profile", 1500, 1542, F_LOG_PROFILE_FAILED, ITS_ID, NULL},
};

struct event {
	size_t line;
	struct word provider, source; /* the older name of some providers */
	uint64_t id;
	int64_t when_us;
	struct {
		struct word name, value;
	} fields[FIELDS_MAX];
	size_t n_fields;
	struct word message; /* of a text: everything behind the head */
};

static bool field_of(const struct event *e, const char *name, struct word *value)
{
	for (size_t i = 0; name && i < e->n_fields; i++)
		if (word_is(e->fields[i].name, name)) {
			*value = e->fields[i].value;
			return true;
		}
	return false;
}

/* The status of an event: its field, else the first 0x... anywhere in it. */
static bool hex_of(const struct event *e, const char *name, uint64_t *number)
{
	struct word value;

	if (field_of(e, name, &value) && (word_hex(value, number) || word_number(value, number)))
		return true;
	for (size_t i = 0; i < e->n_fields; i++)
		if (word_hex(e->fields[i].value, number))
			return true;
	return word_find_hex(e->message, number);
}

static bool number_of(const struct event *e, const char *name, uint64_t *number)
{
	struct word value;

	if (field_of(e, name, &value))
		return word_number(value, number) || word_hex(value, number);
	return word_find_number(e->message, number);
}

static void add(struct pasting *p, const struct event *e, enum finding_id id, int64_t number,
                const char *text)
{
	struct finding f = pasted_at(p, id, e->line);

	f.number = number;
	f.text = text;
	f.when_us = e->when_us;
	findings_add(p->ev->found, &f);
}

/* The display name is translated; these are the ones of the Remote Desktop service. */
static const char
    display_names[] = "Remote Desktop Services|Remotedesktopdienste|Services Bureau à distance|"
                      "Servicios de Escritorio remoto|Службы удаленных рабочих столов|TermService";

/* The binary data of some events is the service's own name in UTF-16. */
static bool binary_names_termservice(const struct event *e)
{
	struct word binary;

	return field_of(e, "Binary", &binary) &&
	       word_begins(binary, "5400650072006D005300650072007600690063006500");
}

static bool message_names(const struct event *e)
{
	return word_holds(e->message, "Remote Desktop Services") ||
	       word_holds(e->message, "Remotedesktopdienste") ||
	       word_holds(e->message, "TermService");
}

static void add_service(struct pasting *p, const struct event *e)
{
	struct word name;

	if (binary_names_termservice(e) || message_names(e) ||
	    (field_of(e, "param1", &name) && word_is_among(name, display_names)))
		add(p, e, F_LOG_SERVICE_FAILED, 0, "TermService");
}

/* Logons over the network and over Remote Desktop only; a keyboard says nothing here. */
static void add_logon(struct pasting *p, const struct event *e)
{
	struct word type;
	uint64_t number, status;

	if (!field_of(e, "LogonType", &type) || !word_number(type, &number) ||
	    (number != 3 && number != 10) || !hex_of(e, "SubStatus", &status))
		return;
	if (!status && !hex_of(e, "Status", &status))
		return;
	add(p, e, F_LOG_LOGON_FAILURE, (int64_t)(status & UINT32_MAX), NULL);
	add(p, e, F_LOG_LOGON_FAILURE_TYPE, (int64_t)number, NULL);
}

static void take_row(struct pasting *p, const struct event *e, const struct event_row *row)
{
	uint64_t number = 0;

	switch (row->takes) {
	case A_FACT:
		add(p, e, row->id, 0, NULL);
		break;
	case ITS_ID:
		add(p, e, row->id, (int64_t)e->id, NULL);
		break;
	case A_HEX:
		if (hex_of(e, row->field, &number) && number <= UINT32_MAX)
			add(p, e, row->id, (int64_t)number, NULL);
		break;
	case A_NUMBER:
		if (number_of(e, row->field, &number) && number <= UINT32_MAX)
			add(p, e, row->id, (int64_t)number, NULL);
		break;
	case A_CODE:
		if (number_of(e, row->field, &number) && number <= UINT32_MAX &&
		    code_find(CODE_DISCONNECT, (uint32_t)number))
			add(p, e, row->id, (int64_t)number, NULL);
		break;
	case A_SERVICE:
		add_service(p, e);
		break;
	case A_LOGON:
		add_logon(p, e);
		break;
	case A_BLOCKED_PORT:
		if (number_of(e, row->field, &number) && number == RDP_PORT)
			add(p, e, row->id, 0, NULL);
		break;
	}
}

static void take_event(struct pasting *p, const struct event *e)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (e->id >= events[i].first && e->id <= events[i].last &&
		    (word_holds(e->provider, events[i].provider) ||
		     word_holds(e->source, events[i].provider)))
			take_row(p, e, &events[i]);
}

static int64_t moment_of(struct pasting *p, struct word w)
{
	int64_t us;

	/* Without its zone a time may be hours off. */
	if (!w.n || w.n > 40 || w.p[w.n - 1] != 'Z' ||
	    !moment_parse(word_copy(w, p->ev->arena), &us))
		return 0;
	return us;
}

/* --- XML --- */

struct xml {
	struct word text;
	size_t at;
	struct event event;
	bool is_open;
	size_t n_events;
};

static struct word attribute(struct word tag, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 1; i + n + 2 < tag.n; i++) {
		const char *q = tag.p + i + n, *end;

		if (memcmp(tag.p + i, name, n) != 0 || *q != '=' || (q[1] != '\'' && q[1] != '"') ||
		    (tag.p[i - 1] != ' ' && tag.p[i - 1] != '\n'))
			continue;
		end = memchr(q + 2, q[1], tag.n - (size_t)(q + 2 - tag.p));
		return end ? (struct word){q + 2, (size_t)(end - q - 2)} : (struct word){"", 0};
	}
	return (struct word){"", 0};
}

static bool next_tag(struct xml *x, struct word *tag, struct word *content)
{
	while (x->at < x->text.n) {
		const char *open = memchr(x->text.p + x->at, '<', x->text.n - x->at), *close, *next;
		size_t left;

		if (!open)
			return false;
		x->at = (size_t)(open + 1 - x->text.p);
		left = x->text.n - x->at;
		close = memchr(open + 1, '>', left < TAG_MAX ? left : TAG_MAX);
		if (!close)
			continue;
		*tag = (struct word){open + 1, (size_t)(close - open - 1)};
		left = x->text.n - (size_t)(close + 1 - x->text.p);
		next = memchr(close + 1, '<', left < CONTENT_MAX ? left : CONTENT_MAX);
		*content = next ? word_trimmed((struct word){close + 1, (size_t)(next - close - 1)})
		                : (struct word){"", 0};
		x->at = (size_t)(close + 1 - x->text.p);
		return true;
	}
	return false;
}

static struct word tag_name(struct word tag)
{
	size_t n = 0;

	while (n < tag.n && tag.p[n] != ' ' && tag.p[n] != '\n' && tag.p[n] != '/')
		n++;
	return (struct word){tag.p, n};
}

static void take_tag(struct pasting *p, struct xml *x, struct word tag, struct word content)
{
	struct word name = tag_name(tag), field;
	struct event *e = &x->event;

	if (word_is(name, "Provider")) {
		e->provider = attribute(tag, "Name");
		e->source = attribute(tag, "EventSourceName");
	} else if (word_is(name, "EventID")) {
		word_number(content, &e->id);
	} else if (word_is(name, "TimeCreated")) {
		e->when_us = moment_of(p, attribute(tag, "SystemTime"));
	} else if (content.n && e->n_fields < FIELDS_MAX) {
		field = word_is(name, "Data") ? attribute(tag, "Name") : name;
		e->fields[e->n_fields].name = field;
		e->fields[e->n_fields++].value = content;
	}
}

static bool is_event(const struct event *e)
{
	return e->id && e->provider.n;
}

static void take_xml(struct pasting *p, struct xml *x, size_t line)
{
	struct word tag, content;

	while (x->n_events < EVENTS_MAX && next_tag(x, &tag, &content)) {
		if (word_is(tag_name(tag), "Event")) {
			x->event = (struct event){.line = line};
			x->is_open = true;
		} else if (x->is_open && word_is(tag, "/Event")) {
			x->is_open = false;
			if (!is_event(&x->event))
				continue;
			x->n_events++;
			take_event(p, &x->event);
		} else if (x->is_open) {
			take_tag(p, x, tag, content);
		}
	}
	if (x->is_open && is_event(&x->event)) { /* the end was not copied */
		x->n_events++;
		take_event(p, &x->event);
	}
}

size_t pasted_event_xml(struct pasting *p, const struct section *s)
{
	struct buf text = {0};
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!first && line_holds(l, "<Event") &&
		    (line_holds(l, "schemas.microsoft.com/win/2004/08/events/event") ||
		     line_holds(l, "<Event>")))
			first = l->number;
		if (!first)
			continue;
		buf_put(&text, l->text, l->n);
		buf_putc(&text, '\n');
	}
	if (first) {
		struct xml x = {.text = {text.bytes, text.n}};

		take_xml(p, &x, first);
		first = x.n_events ? first : 0;
	}
	buf_fini(&text);
	return first;
}

/* --- text --- */

static struct word first_word(struct word w)
{
	struct line l = {.text = w.p, .n = w.n};
	struct words words = line_words(&l);

	return words.n ? words.at[0] : (struct word){"", 0};
}

/* Log, source, date and number stand one below the other, whatever they are called. */
static bool head_at(struct pasting *p, const struct section *s, size_t i, struct event *e)
{
	struct word key, value[4];
	struct date date;

	*e = (struct event){.line = s->lines[i].number};
	if (i + 3 >= s->n)
		return false;
	for (size_t k = 0; k < 4; k++)
		if (!line_pair(&s->lines[i + k], &key, &value[k]) || !value[k].n)
			return false;
	if (!word_number(value[3], &e->id) || e->id > 65535 || value[1].n > PROVIDER_MAX ||
	    !word_date(first_word(value[2]), &date))
		return false;
	e->provider = value[1];
	e->when_us = moment_of(p, value[2]);
	return true;
}

#define MESSAGE_LINES 40
#define MESSAGE_BYTES ((size_t)8192)

/* Behind the pair that is empty: the message, up to the next event. */
static struct word message_behind(struct pasting *p, const struct section *s, size_t i)
{
	struct buf text = {0};
	struct word out = {"", 0}, key, value;
	bool is_inside = false;

	for (size_t end = i + MESSAGE_LINES; i < s->n && i < end; i++) {
		const struct line *l = &s->lines[i];

		if (line_begins(l, "Event[") || text.n > MESSAGE_BYTES)
			break;
		if (is_inside) {
			buf_put(&text, l->text, l->n);
			buf_putc(&text, '\n');
		} else if (line_pair(l, &key, &value)) {
			/* "N/A" and a user may be missing before it, so the last one counts. */
			is_inside = !value.n && i + 1 < s->n &&
			            !line_pair(&s->lines[i + 1], &key, &value);
		}
	}
	if (text.n)
		out = (struct word){arena_copy(p->ev->arena, text.bytes, text.n), text.n};
	buf_fini(&text);
	return out;
}

static size_t read_heads(struct pasting *p, const struct section *s)
{
	size_t first = 0, n = 0;

	for (size_t i = 0; i + 3 < s->n && n < EVENTS_MAX; i++) {
		struct event e;

		if (!head_at(p, s, i, &e))
			continue;
		n++;
		first = first ? first : e.line;
		e.message = message_behind(p, s, i + 4);
		take_event(p, &e);
		i += 3;
	}
	return first;
}

/* Get-WinEvent | Format-List */
static size_t read_objects(struct pasting *p, const struct section *s)
{
	struct properties o;
	size_t first = 0;

	for (size_t i = 0; properties_next(s, &i, &o);) {
		struct event e = {0};
		struct word id;

		if (!properties_get(&o, "ProviderName", &e.provider) ||
		    !properties_get(&o, "Id", &id) || !word_number(id, &e.id))
			continue;
		properties_get(&o, "Message", &e.message);
		e.line = properties_line(&o, "Id");
		first = first ? first : e.line;
		take_event(p, &e);
	}
	return first;
}

/* A row of the table of Get-WinEvent: date, time, number, level, message. */
static bool table_row(const struct line *l, struct event *e)
{
	struct words w = line_words(l);
	struct date date;

	if (w.n < 4 || !word_date(w.at[0], &date))
		return false;
	for (size_t i = 2; i < w.n && i < 5; i++) {
		if (!word_number(w.at[i], &e->id))
			continue;
		e->message = (struct word){w.at[i].p + w.at[i].n,
		                           l->n - (size_t)(w.at[i].p + w.at[i].n - l->text)};
		return e->id < 65536;
	}
	return false;
}

static size_t read_table(struct pasting *p, const struct section *s)
{
	struct word provider = {"", 0}, key, value;
	size_t first = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct event e = {.line = l->number};

		if (line_pair(l, &key, &value) && word_is(key, "ProviderName")) {
			provider = value;
		} else if (provider.n && table_row(l, &e)) {
			e.provider = provider;
			first = first ? first : l->number;
			take_event(p, &e);
		}
	}
	return first;
}

size_t pasted_event_text(struct pasting *p, const struct section *s)
{
	size_t heads = read_heads(p, s), objects = read_objects(p, s), table = 0;

	if (!objects)
		table = read_table(p, s);
	return heads ? heads : objects ? objects : table;
}
