/*
 * pasted_client - what clients and scanners print: mstsc's oracle message, FreeRDP (and Remmina,
 * which uses it), rdesktop, nmap's RDP scripts. These programs are not translated.
 */
#include <string.h>

#include "base/arena.h"
#include "read/pasted_rows.h"

/* --- mstsc: the page that its message about the encryption oracle leads to --- */

size_t pasted_oracle(struct pasting *p, const struct section *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!line_holds(l, "go.microsoft.com/fwlink/") || !line_holds(l, "linkid=866660"))
			continue;
		pasted_fact(p, F_CLIENT_ORACLE_MESSAGE, l->number);
		return l->number;
	}
	return 0;
}

/* --- FreeRDP --- */

static bool is_name_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* A word in capitals that begins so, and is no part of a longer one. */
static struct word name_in(const struct line *l, const char *prefix)
{
	const char *at = l->text;

	while ((at = strstr(at, prefix)) != NULL) {
		size_t n = 0;

		if (at > l->text && is_name_letter(at[-1])) {
			at++;
			continue;
		}
		while (is_name_letter(at[n]))
			n++;
		return (struct word){at, n};
	}
	return (struct word){"", 0};
}

static bool code_of_name(struct word name, enum code_family wanted, uint32_t *value)
{
	char text[80] = {0};
	enum code_family family = CODE_NONE;
	const struct code *code;

	if (!name.n || name.n >= sizeof text)
		return false;
	memcpy(text, name.p, name.n);
	code = code_by_name(text, &family);
	if (!code || family != wanted)
		return false;
	*value = code->value;
	return true;
}

/* The newest of each: a log may hold several tries. */
struct freerdp_log {
	size_t first;
	struct {
		bool is_seen;
		uint32_t value;
		size_t line;
	} error, errinfo, status, refusal, selected;
};

static const char *const refusals[] = {
    "SSL_REQUIRED_BY_SERVER",
    "SSL_NOT_ALLOWED_BY_SERVER",
    "SSL_CERT_NOT_ON_SERVER",
    "HYBRID_REQUIRED_BY_SERVER",
    "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
};

#define NEWEST(what, number, at)                                                                   \
	do {                                                                                       \
		(what).is_seen = true;                                                             \
		(what).value = (number);                                                           \
		(what).line = (at);                                                                \
	} while (0)

/* "ERRCONNECT_LOGON_FAILURE [0x00020014]": by its name, else by its number. */
static void take_freerdp_error(struct freerdp_log *log, const struct line *l)
{
	struct word name = name_in(l, "ERRCONNECT_"), number;
	uint32_t value;
	uint64_t hex;

	if (!name.n || word_is(name, "ERRCONNECT_NONE"))
		return;
	if (code_of_name(name, CODE_FREERDP, &value)) {
		NEWEST(log->error, value, l->number);
		return;
	}
	number = (struct word){name.p, l->n - (size_t)(name.p - l->text)};
	if (word_find_hex(number, &hex) && hex <= UINT32_MAX &&
	    code_find(CODE_FREERDP, (uint32_t)hex))
		NEWEST(log->error, (uint32_t)hex, l->number);
}

/* Older versions write the status without 0x. */
static bool status_in(const struct line *l, uint64_t *status)
{
	struct word whole = {l->text, l->n};
	const char *at = strstr(l->text, "NTSTATUS: ");
	char hex[12] = "0x";

	if (!at)
		return false;
	if (word_find_hex((struct word){at, l->n - (size_t)(at - l->text)}, status))
		return *status <= UINT32_MAX;
	at += strlen("NTSTATUS: ");
	if ((size_t)(whole.p + whole.n - at) < 8)
		return false;
	memcpy(hex + 2, at, 8);
	return word_hex(word_of(hex), status);
}

static void take_freerdp_line(struct freerdp_log *log, const struct line *l)
{
	uint64_t number;
	uint32_t value;

	take_freerdp_error(log, l);
	if (code_of_name(name_in(l, "ERRINFO_"), CODE_ERRINFO, &value) && value)
		NEWEST(log->errinfo, value, l->number);
	if (line_holds(l, "SPNEGO ") && status_in(l, &number) && number)
		NEWEST(log->status, (uint32_t)number, l->number);
	if (!line_holds(l, "com.freerdp.core.nego"))
		return;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
		if (code_of_name(name_in(l, refusals[i]), CODE_NEG_FAILURE, &value))
			NEWEST(log->refusal, value, l->number);
	if (line_holds(l, "selected_protocol: ")) {
		const char *at = strstr(l->text, "selected_protocol: ");

		if (at && word_find_number(word_of(at), &number) && number < 32)
			NEWEST(log->selected, (uint32_t)number, l->number);
	}
}

size_t pasted_freerdp(struct pasting *p, const struct section *s)
{
	struct freerdp_log log = {0};

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];

		if (!line_holds(l, "[com.freerdp.") && !line_holds(l, "[com.winpr.") &&
		    !(name_in(l, "ERRCONNECT_").n && line_holds(l, " [0x")))
			continue;
		log.first = log.first ? log.first : l->number;
		take_freerdp_line(&log, l);
	}
	if (!log.first)
		return 0;
	pasted_text(p, F_CLIENT_APP, log.first, "freerdp");
	if (log.error.is_seen)
		pasted_number(p, F_CLIENT_FREERDP, log.error.line, log.error.value);
	if (log.errinfo.is_seen)
		pasted_number(p, F_CLIENT_ERRINFO, log.errinfo.line, log.errinfo.value);
	if (log.status.is_seen)
		pasted_number(p, F_NLA_ERROR, log.status.line, log.status.value);
	/* A refusal is overcome when the client then asks for what the host wants. */
	if (log.refusal.is_seen && log.error.is_seen && log.refusal.line > log.selected.line)
		pasted_number(p, F_NEG_FAILURE_CODE, log.refusal.line, log.refusal.value);
	else if (log.selected.is_seen)
		pasted_number(p, F_NEG_SELECTED, log.selected.line, log.selected.value);
	return log.first;
}

/* --- rdesktop --- */

#define HYBRID_REQUIRED 5

/* `is_sure`: no other program says so. */
static const struct {
	const char *holds;
	enum finding_id id;
	int64_t number;
	bool is_absent, is_sure;
} rdesktop_lines[] = {
    {"CredSSP required by server", F_NEG_FAILURE_CODE, HYBRID_REQUIRED, false, true},
    {"Connection established using SSL", F_TLS_COMPLETED, 0, false, true},
    {"tcp_connect(), unable to connect to", F_TCP_CONNECTED, 0, true, true},
    {": unable to connect", F_TCP_CONNECTED, 0, true, false},
    {"tcp_connect(), getaddrinfo() failed: Name or", F_NAME_NOT_FOUND, 0, false, true},
    {"tcp_connect(), getaddrinfo() failed: No address", F_NAME_NOT_FOUND, 0, false, true},
    {"tcp_connect(), getaddrinfo() failed: Temporary", F_NAME_LOOKUP_FAILED, 0, false, true},
    {"getaddrinfo: Name or service not known", F_NAME_NOT_FOUND, 0, false, false},
    {"Protocol negotiation failed with reason", F_NONE, 0, false, true},
    {"rcp_recv(), connection closed by peer", F_NONE, 0, false, true},
    {"do you have correct Kerberos TGT", F_NONE, 0, false, true},
    {"Autoselecting keyboard map", F_NONE, 0, false, true},
    {"Autoselected keyboard map", F_NONE, 0, false, true},
    {"CredSSP: Initialize failed", F_NONE, 0, false, true},
};

#define RDESKTOP_LINES (sizeof rdesktop_lines / sizeof *rdesktop_lines)

static bool is_rdesktop_line(const struct line *l)
{
	return line_begins(l, "ERROR: ") || line_begins(l, "Failed to ") ||
	       line_begins(l, "Core(") || line_begins(l, "Protocol(") ||
	       line_begins(l, "Autoselect") || line_begins(l, "Connection estab");
}

static size_t rdesktop_row(const struct line *l)
{
	size_t row = 0;

	if (!is_rdesktop_line(l))
		return RDESKTOP_LINES;
	while (row < RDESKTOP_LINES && !line_holds(l, rdesktop_lines[row].holds))
		row++;
	return row;
}

static size_t first_sure_line(const struct section *s)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t row = rdesktop_row(&s->lines[i]);

		if (row < RDESKTOP_LINES && rdesktop_lines[row].is_sure)
			return s->lines[i].number;
	}
	return word_begins(word_of(s->command), "rdesktop ") ? s->command_line : 0;
}

static void take_rdesktop(struct pasting *p, size_t row, size_t line)
{
	if (rdesktop_lines[row].id == F_NONE)
		return;
	if (rdesktop_lines[row].is_absent)
		pasted_absent(p, rdesktop_lines[row].id, line);
	else
		pasted_number(p, rdesktop_lines[row].id, line, rdesktop_lines[row].number);
}

size_t pasted_rdesktop(struct pasting *p, const struct section *s)
{
	size_t first = first_sure_line(s);
	uint32_t taken = 0;

	for (size_t i = 0; first && i < s->n; i++) {
		size_t row = rdesktop_row(&s->lines[i]);

		if (row == RDESKTOP_LINES || taken & 1U << row)
			continue;
		taken |= 1U << row;
		take_rdesktop(p, row, s->lines[i].number);
	}
	if (first)
		pasted_text(p, F_CLIENT_APP, first, "rdesktop");
	return first;
}

/* --- nmap --- */

static const struct {
	const char *says;
	enum finding_id id;
} accepted[] = {
    {"CredSSP (NLA): SUCCESS", F_NEG_ACCEPTS_NLA},
    {"SSL: SUCCESS", F_NEG_ACCEPTS_TLS},
    {"Native RDP: SUCCESS", F_NEG_ACCEPTS_STANDARD},
};

static void take_port(struct pasting *p, uint64_t port, const struct words *w, size_t line)
{
	bool is_rdp = w->n > 2 && word_is_among(w->at[2], "ms-wbt-server|ssl/ms-wbt-server");

	if (port != RDP_PORT) {
		if (is_rdp && word_is(w->at[1], "open"))
			pasted_number(p, F_TCP_RDP_ON_PORT, line, (int64_t)port);
	} else if (word_is(w->at[1], "open")) {
		pasted_fact(p, F_TCP_CONNECTED, line);
	} else if (word_is(w->at[1], "closed")) {
		pasted_fact(p, F_TCP_REFUSED, line);
	} else if (word_is(w->at[1], "filtered")) {
		/* Silence and a router's refusal look the same without --reason. */
		if (w->n > 3 && word_is(w->at[3], "no-response"))
			pasted_fact(p, F_TCP_SILENT, line);
		else
			pasted_absent(p, F_TCP_CONNECTED, line);
	}
}

/* "3389/tcp open  ms-wbt-server" */
static bool port_of(const struct words *w, uint64_t *port)
{
	const char *slash;

	if (w->n < 2 || !word_ends(w->at[0], "/tcp"))
		return false;
	slash = memchr(w->at[0].p, '/', w->at[0].n);
	return word_number((struct word){w->at[0].p, (size_t)(slash - w->at[0].p)}, port) &&
	       *port < 65536 && word_is_among(w->at[1], "open|closed|filtered|unfiltered");
}

/* A script's line without the frame in front: "|   ", "|_". */
static bool script_line(const struct line *l, struct word *out)
{
	size_t n = 1;

	if (!l->n || l->text[0] != '|')
		return false;
	while (n < l->n && (l->text[n] == '_' || l->text[n] == ' '))
		n++;
	*out = (struct word){l->text + n, l->n - n};
	return true;
}

static bool after(struct word w, const char *key, struct word *value)
{
	size_t n = strlen(key);

	if (!word_begins(w, key) || w.n <= n)
		return false;
	*value = word_trimmed((struct word){w.p + n, w.n - n});
	return value->n > 0;
}

/* "10.0.17763": the build is the last part. */
static bool build_of(struct word version, uint64_t *build)
{
	size_t n = version.n;

	while (n && version.p[n - 1] != '.')
		n--;
	return n && word_number((struct word){version.p + n, version.n - n}, build) &&
	       *build > 1000;
}

static void judge_end(struct pasting *p, struct word value, size_t line)
{
	int64_t left, day = INT64_C(86400000000);
	struct date date;

	if (!p->pasted->now_us || !word_date(value, &date) || !date.day_first)
		return;
	left = date.day_first - p->pasted->now_us;
	if (left <= -day)
		pasted_number(p, F_CERT_EXPIRED, line, -left / day);
	else if (left >= day)
		pasted_number(p, F_CERT_DAYS_LEFT, line, left / day);
}

static void take_script(struct pasting *p, struct word w, size_t line)
{
	struct word value;
	uint64_t build;

	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++)
		if (word_is(w, accepted[i].says))
			pasted_fact(p, accepted[i].id, line);
	if (word_begins(w, "rdp-ntlm-info:"))
		pasted_fact(p, F_NLA_CHALLENGE, line);
	else if (after(w, "DNS_Computer_Name:", &value))
		pasted_word(p, F_NLA_COMPUTER, line, value);
	else if (after(w, "NetBIOS_Computer_Name:", &value))
		pasted_word(p, F_NLA_NETBIOS_COMPUTER, line, value);
	else if (after(w, "DNS_Domain_Name:", &value))
		pasted_word(p, F_NLA_DOMAIN, line, value);
	else if (after(w, "Product_Version:", &value) && build_of(value, &build))
		pasted_number(p, F_NLA_BUILD, line, (int64_t)build);
	else if (after(w, "ssl-cert: Subject: commonName=", &value))
		pasted_text(p, F_CERT_SUBJECT, line,
		            arena_printf(p->ev->arena, "CN=%.*s",
		                         (int)(value.n < 200 ? value.n : 200), value.p));
	else if (after(w, "Not valid after:", &value))
		judge_end(p, value, line);
}

size_t pasted_nmap(struct pasting *p, const struct section *s)
{
	size_t first = 0;
	bool is_rdp = false;

	for (size_t i = 0; i < s->n; i++) {
		const struct line *l = &s->lines[i];
		struct words w = line_words(l);
		struct word script;
		uint64_t port;

		if (line_begins(l, "Nmap scan report for ")) {
			first = first ? first : l->number;
			is_rdp = false;
		} else if (port_of(&w, &port)) {
			first = first ? first : l->number;
			take_port(p, port, &w, l->number);
			is_rdp = port == RDP_PORT || (w.n > 2 && word_holds(w.at[2], "ms-wbt"));
		} else if (first && is_rdp && script_line(l, &script)) {
			take_script(p, script, l->number);
		}
	}
	return first;
}
