#include "read/pasted.h"

#include <string.h>

#include "base/bytes.h"
#include "read/pasted_rows.h"

/*
 * Every recogniser sees every section: text without prompts may hold several outputs, and none
 * of the shapes is that of another.
 */
static const struct {
	const char *name;
	recogniser *read;
} rows[] = {
    {"qwinsta", pasted_qwinsta},
    {"query user", pasted_quser},
    {"sc query", pasted_sc},
    {"sc", pasted_sc_error},
    {"Get-Service", pasted_get_service},
    {"tasklist", pasted_tasklist},
    {"netstat", pasted_netstat},
    {"ipconfig /all", pasted_ipconfig},
    {"ipconfig /displaydns", pasted_displaydns},
    {"netsh interface portproxy", pasted_portproxy},
    {"netsh int ipv4 show dynamicport", pasted_dynamicport},
    {"netsh int ipv4 show subinterfaces", pasted_subinterfaces},
    {"Get-NetConnectionProfile", pasted_profile},
    {"Test-NetConnection", pasted_test_connection},
    {"ping", pasted_ping},
    {"tracert", pasted_tracert},
    {"nslookup", pasted_nslookup},
    {"Resolve-DnsName", pasted_resolve},
    {"Get-NetFirewallRule", pasted_firewall_rule},
    {"Get-NetFirewallRule table", pasted_firewall_table},
    {"Get-NetFirewallPortFilter", pasted_port_filter},
    {"netsh advfirewall firewall show rule", pasted_netsh_rule},
    {"netsh advfirewall show profiles", pasted_netsh_profiles},
    {"nltest", pasted_nltest},
    {"Test-ComputerSecureChannel", pasted_secure_channel},
    {"w32tm /query /status", pasted_w32tm_status},
    {"w32tm /stripchart", pasted_stripchart},
    {"cmdkey /list", pasted_cmdkey},
    {"klist", pasted_klist},
    {"whoami", pasted_whoami},
    {"secedit /export", pasted_secedit},
    {"net user", pasted_net_user},
    {"net localgroup", pasted_net_localgroup},
    {"dsregcmd /status", pasted_dsregcmd},
    {"gpresult", pasted_gpresult},
    {"systeminfo", pasted_systeminfo},
    {"ver", pasted_ver},
    {"reg query", pasted_reg_query},
    {"Get-ItemProperty", pasted_item_property},
    {"certutil -store", pasted_certutil},
    {"openssl s_client", pasted_openssl},
    {"sslscan", pasted_sslscan},
    {"FreeRDP log", pasted_freerdp},
    {"rdesktop", pasted_rdesktop},
    {"nmap", pasted_nmap},
    {"event as XML", pasted_event_xml},
    {"event as text", pasted_event_text},
    {"CredSSP dialog", pasted_oracle},
};

/* --- findings --- */

struct finding pasted_at(struct pasting *p, enum finding_id id, size_t line)
{
	struct finding f = finding_of(id, ORIGIN_FILE);

	f.where = arena_printf(p->ev->arena, "%s line %zu (%s)", p->ev->name, line, p->row);
	return f;
}

void pasted_fact(struct pasting *p, enum finding_id id, size_t line)
{
	struct finding f = pasted_at(p, id, line);

	findings_add(p->ev->found, &f);
}

void pasted_absent(struct pasting *p, enum finding_id id, size_t line)
{
	struct finding f = pasted_at(p, id, line);

	f.state = FINDING_ABSENT;
	findings_add(p->ev->found, &f);
}

void pasted_number(struct pasting *p, enum finding_id id, size_t line, int64_t number)
{
	struct finding f = pasted_at(p, id, line);

	f.number = number;
	findings_add(p->ev->found, &f);
}

void pasted_text(struct pasting *p, enum finding_id id, size_t line, const char *text)
{
	struct finding f = pasted_at(p, id, line);

	f.text = text;
	findings_add(p->ev->found, &f);
}

void pasted_word(struct pasting *p, enum finding_id id, size_t line, struct word text)
{
	pasted_text(p, id, line, word_copy(text, p->ev->arena));
}

struct service_seen *pasted_service(struct pasting *p, struct word name, size_t line)
{
	for (size_t i = 0; i < p->n_services; i++)
		if (word_is(name, p->services[i].name))
			return &p->services[i];
	if (p->n_services == SERVICES_MAX)
		return NULL;

	struct service_seen *s = &p->services[p->n_services++];

	*s = (struct service_seen){
	    .name = word_copy(name, p->ev->arena), .row = p->row, .line = line};
	return s;
}

/* --- objects of PowerShell --- */

static bool is_property_name(struct word w)
{
	if (!w.n || w.n > 64)
		return false;
	for (size_t i = 0; i < w.n; i++) {
		char c = w.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-'))
			return false;
	}
	return true;
}

/* `colon`: where it stands in the lines of this object; 0: in none yet. */
static bool property_of(const struct line *l, size_t *colon, struct word *key, struct word *value)
{
	size_t at;

	if (l->indent || !line_pair(l, key, value))
		return false;
	at = (size_t)(strchr(l->text + key->n, ':') - l->text);
	if (*colon && at == *colon)
		return true; /* also "PingReplyDetails (RTT)" */
	if (!is_property_name(*key) || l->text[key->n] != ' ')
		return false;
	*colon = at;
	return true;
}

bool properties_next(const struct section *s, size_t *i, struct properties *out)
{
	size_t colon = 0;

	out->n = 0;
	for (; *i < s->n; (*i)++) {
		const struct line *l = &s->lines[*i];
		struct word key, value;

		if (l->n && l->indent && out->n)
			continue; /* the rest of a wrapped value */
		if (!l->n || !property_of(l, &colon, &key, &value)) {
			if (out->n > 1)
				return true;
			out->n = colon = 0;
			continue;
		}
		if (out->n == PROPERTIES_MAX)
			continue;
		out->at[out->n].key = key;
		out->at[out->n].value = value;
		out->at[out->n++].line = l->number;
	}
	return out->n > 1;
}

static size_t property_index(const struct properties *o, const char *key)
{
	size_t i = 0;

	while (i < o->n && !word_is(o->at[i].key, key))
		i++;
	return i;
}

bool properties_get(const struct properties *o, const char *key, struct word *value)
{
	size_t i = property_index(o, key);

	if (i == o->n)
		return false;
	*value = o->at[i].value;
	return true;
}

size_t properties_line(const struct properties *o, const char *key)
{
	size_t i = property_index(o, key);

	return i < o->n ? o->at[i].line : 0;
}

/* --- sections --- */

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* "C:\Windows>", "PS C:\>", "PS HKLM:\>": what follows the first > was typed. */
static const char *behind_windows_prompt(const char *s)
{
	const char *from = s, *end;

	if (strncmp(s, "PS ", 3) == 0)
		from = s + 3;
	else if (strncmp(s, "PS>", 3) == 0)
		return s + 3;
	end = strchr(from, '>');
	if (!end || !is_letter(*from))
		return NULL;
	while (is_letter(*from))
		from++;
	if (from[0] != ':' || from[1] != '\\' || from > end)
		return NULL;
	return end + 1;
}

/* "$ nmap", "# nmap", "anna@pc:~$ nmap" */
static const char *behind_unix_prompt(const char *s)
{
	size_t n = strcspn(s, " \t");

	if (n > 64 || s[n] != ' ' || !s[n + 1] || s[n + 1] == ' ')
		return NULL;
	if (n == 1 && (*s == '$' || *s == '#' || *s == '%'))
		return s + 2;
	if (n > 3 && memchr(s, '@', n) && (s[n - 1] == '$' || s[n - 1] == '#'))
		return s + n + 1;
	return NULL;
}

static const char *behind_prompt(const struct line *l)
{
	const char *remote = l->text[0] == '[' ? strstr(l->text, "]: PS ") : NULL;
	const char *typed = behind_windows_prompt(remote ? remote + 3 : l->text);

	if (!typed)
		typed = behind_unix_prompt(l->text);
	while (typed && *typed == ' ')
		typed++;
	return typed;
}

static void note(struct pasting *p, size_t line)
{
	struct pasted *out = p->pasted;

	if (out->n_notes == PASTED_NOTES_MAX)
		return;
	out->notes[out->n_notes].what = p->row;
	out->notes[out->n_notes++].line = line;
}

#define DIALOG_LINES 60
#define DIALOG_SURE  0x100 /* smaller numbers stand at the end of lines of many texts */

/* "Error code: 0x904": nothing but a number behind the last colon. */
static bool is_code_line(const struct line *l, uint64_t *code)
{
	size_t n = l->n;

	while (n && l->text[n - 1] != ':')
		n--;
	return n > 1 && word_hex(word_trimmed((struct word){l->text + n, l->n - n}), code);
}

/* As many lines with codes one below the other as a dialog has; the first one's code. */
static size_t code_lines(const struct line *lines, size_t n, uint64_t *first)
{
	uint64_t code;
	size_t i = 0, k = 0;

	while (i < n && !is_code_line(&lines[i], first))
		i++;
	while (i + k < n && k < 2 && is_code_line(&lines[i + k], &code))
		k++;
	return k;
}

/* Only what names a code that clients show. */
static size_t take_dialog(struct pasting *p, const struct line *lines, size_t n, bool is_alone)
{
	struct buf text = {0};
	struct dialog d = {0};
	uint64_t first = 0;
	size_t shown;

	for (size_t i = 0; i < n; i++) {
		buf_put(&text, lines[i].text, lines[i].n);
		buf_putc(&text, '\n');
	}
	if (text.n < DIALOG_BYTES_MAX / 8)
		d = dialog_read(text.bytes, text.n);
	buf_fini(&text);
	shown = code_lines(lines, n, &first);
	if (d.flaw || !shown || d.code.value != first ||
	    !code_find(CODE_DISCONNECT, d.code.value) || (d.kind == DIALOG_PAIR) != (shown == 2))
		return 0;
	if (d.code.value < DIALOG_SURE && (shown < 2 || !is_alone))
		return 0;
	if (shown < 2 && (!is_alone || d.has_more))
		return 0;
	p->pasted->has_dialog = true;
	p->pasted->dialog = d;
	while (n > 1 && !lines->n) {
		lines++;
		n--;
	}
	p->pasted->dialog_line = lines->number;
	return lines->number;
}

/* "(Code: 0x80080005).": a status in brackets at the end of a line. */
static bool is_status_line(const struct line *l)
{
	struct word end = {l->text, l->n}, inside;
	uint64_t code;

	if (end.n && end.p[end.n - 1] == '.')
		end.n--;
	if (!word_ends(end, ")"))
		return false;
	while (end.n && *end.p != '(') {
		end.p++;
		end.n--;
	}
	if (!word_between(end, ':', ')', &inside))
		return false;
	return word_hex(word_trimmed(inside), &code) && code >= 0x80000000 && code <= UINT32_MAX &&
	       code_find(CODE_STATUS, (uint32_t)code);
}

#define STATUS_LINES 15

/* A dialog without code numbers, but with a status; short, and nothing else in the section. */
static size_t take_status_dialog(struct pasting *p, const struct section *s)
{
	size_t at = s->n, n = 0;
	struct dialog d;

	for (size_t i = 0; i < s->n; i++) {
		n += s->lines[i].n > 0;
		if (at == s->n && is_status_line(&s->lines[i]))
			at = i;
	}
	if (at == s->n || n > STATUS_LINES)
		return 0;
	d = dialog_read(s->lines[at].text, s->lines[at].n);
	if (d.flaw || d.kind == DIALOG_NOTHING)
		return 0;
	p->pasted->has_dialog = true;
	p->pasted->dialog = d;
	p->pasted->dialog_line = s->lines[at].number;
	return p->pasted->dialog_line;
}

/* Between other outputs a dialog is a few lines with both of its numbers. */
static size_t find_dialog(struct pasting *p, const struct section *s, bool is_alone)
{
	size_t line, from = 0;

	if (p->pasted->has_dialog || !s->n)
		return 0;
	if (is_alone && s->n <= DIALOG_LINES) {
		line = take_dialog(p, s->lines, s->n, true);
		if (!line)
			line = take_status_dialog(p, s);
		if (line)
			return line;
	}
	for (size_t i = 0; i <= s->n; i++) {
		if (i < s->n && s->lines[i].n)
			continue;
		line = i - from >= 2 && i - from <= 12
		           ? take_dialog(p, s->lines + from, i - from, false)
		           : 0;
		if (line)
			return line;
		from = i + 1;
	}
	return 0;
}

static size_t read_section(struct pasting *p, const struct section *s)
{
	size_t known = 0, line;

	if (!s->n && !*s->command)
		return 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		p->row = rows[i].name;
		line = rows[i].read(p, s);
		if (!line)
			continue;
		note(p, line);
		known++;
	}
	p->row = "error dialog";
	line = find_dialog(p, s, !known);
	if (line) {
		note(p, line);
		known++;
	}
	return known;
}

static size_t read_sections(struct pasting *p, const struct paste *text)
{
	struct section s = {.lines = text->lines, .command = ""};
	size_t known = 0;

	for (size_t i = 0; i < text->n; i++) {
		const char *typed = behind_prompt(&text->lines[i]);

		if (!typed) {
			s.n++;
			continue;
		}
		known += read_section(p, &s);
		s = (struct section){.lines = &text->lines[i + 1],
		                     .command = typed,
		                     .command_line = text->lines[i].number};
	}
	return known + read_section(p, &s);
}

/* --- the whole --- */

size_t pasted_take(const void *bytes, size_t n, struct pasted *pasted, struct evidence *ev)
{
	struct pasting *p = arena_new(ev->arena, sizeof *p);
	struct paste text = paste_lines(bytes, n < PASTED_BYTES_MAX ? n : PASTED_BYTES_MAX,
	                                ev->arena);
	size_t known;

	p->ev = ev;
	p->pasted = pasted;
	if (text.flaw) {
		complain_of_all(ev->complaints, "%s; expected text", text.flaw);
		return 0;
	}
	known = read_sections(p, &text);
	pasted_conclude(p);
	pasted_registry_close(p);
	if (!known)
		complain_of_all(ev->complaints,
		                "not recognised; expected the output of a command, for example "
		                "qwinsta, netstat -abno or sc query TermService");
	if (text.is_cut || n > PASTED_BYTES_MAX)
		complain(ev->complaints, text.n, "the text is too long; the rest is left out");
	return known;
}
