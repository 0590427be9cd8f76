#include "read/event_sift.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* --- values --- */

static struct evtx_value field(const struct evtx_event *e, const char *name)
{
	return name[0] == '#' ? evtx_unnamed(e, (size_t)(name[1] - '0')) : evtx_field(e, name);
}

static void put_text(const struct evtx_event *e, const char *name, char out[NOTE_TEXT_MAX])
{
	struct evtx_value v;

	out[0] = 0;
	if (!name)
		return;
	v = field(e, name);
	evtx_value_text(&v, out, NOTE_TEXT_MAX);
	if (strcmp(out, "-") == 0)
		out[0] = 0;
}

static bool put_number(const struct evtx_event *e, const char *name, int64_t *out)
{
	struct evtx_value v = field(e, name);

	return evtx_value_number(&v, out);
}

static int64_t number_or(const struct evtx_event *e, const char *name, int64_t otherwise)
{
	int64_t n;

	return put_number(e, name, &n) ? n : otherwise;
}

/* "DOMAIN\user" and "user@domain" name the same person as "user" does. */
static void trim_account(char account[NOTE_TEXT_MAX])
{
	char *slash = strrchr(account, '\\'), *at;

	if (slash)
		memmove(account, slash + 1, strlen(slash + 1) + 1);
	at = strchr(account, '@');
	if (at && at != account)
		*at = 0;
}

/* An address is known by its characters: the word for "local" is translated. */
static bool is_address(const char *s)
{
	size_t marks = 0;

	for (const char *p = s; *p && *p != '%'; p++) {
		if (text_hex_digit(*p) < 0 && *p != '.' && *p != ':')
			return false;
		marks += *p == '.' || *p == ':';
	}
	return marks >= 2;
}

bool address_is_loopback(const char *s)
{
	return strncmp(s, "127.", 4) == 0 || strcmp(s, "::1") == 0;
}

/* "192.0.2.7:50112", "[2001:db8::7]:50112", "fe80::7%3", "192.0.2.7" */
static void split_address(struct event_note *note)
{
	char *s = note->client, *end = NULL, *zone;
	unsigned port = 0;

	if (*s == '[') {
		memmove(s, s + 1, strlen(s));
		end = strchr(s, ']');
		if (end && end[1] == ':')
			sscanf(end + 2, "%5u", &port);
	} else if (strchr(s, ':') && strchr(s, ':') == strrchr(s, ':')) {
		end = strchr(s, ':');
		sscanf(end + 1, "%5u", &port);
	}
	if (end)
		*end = 0;
	zone = strchr(s, '%');
	if (zone)
		*zone = 0;
	if (strncmp(s, "::ffff:", 7) == 0 && strchr(s, '.'))
		memmove(s, s + 7, strlen(s + 7) + 1);
	note->port = port <= 65535 ? (uint16_t)port : 0;
}

/* --- what needs a second look --- */

bool sift_arrived(struct event_note *note, const struct evtx_event *e)
{
	char type[NOTE_TEXT_MAX];

	put_text(e, "ConnType", type);
	return strcmp(type, "UDP") != 0 && is_address(note->client);
}

bool sift_transport(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	if (strncmp(note->text, "UDP", 3) != 0)
		note->did = 0;
	note->text[0] = 0;
	return true;
}

/* 64, the peer is gone, follows nearly every refused logon: the client hangs up. */
bool sift_read_failed(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	if (note->number == 64)
		note->finding = F_NONE;
	return true;
}

bool sift_remote(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	return is_address(note->client);
}

/* Left by another session: only then somebody took it over. */
bool sift_taken_over(struct event_note *note, const struct evtx_event *e)
{
	return number_or(e, "Source", note->session) != note->session;
}

static const struct {
	int reason;
	const char *says;
} leavings[] = {
    {0, "disconnected"},
    {1, "disconnected by an administrator"},
    {2, "logged off by an administrator"},
    {3, "ended by the idle time limit"},
    {4, "ended by the time limit of the session"},
    {5, "taken over by another connection"},
    {6, "the host was out of memory"},
    {7, "denied by the host"},
    {9, "denied for lack of rights"},
    {11, "disconnected by the user"},
    {12, "logged off by the user"},
};

bool sift_left(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	for (size_t i = 0; i < sizeof leavings / sizeof *leavings; i++)
		if (leavings[i].reason == note->number)
			note->ended = leavings[i].says;
	if (note->number == 5)
		note->finding = F_LOG_TAKEN_OVER;
	else if (note->number == 3 || note->number == 4)
		note->finding = F_LOG_TIME_LIMIT;
	note->number = 40;
	return true;
}

enum { LOGON_NETWORK = 3, LOGON_UNLOCK = 7, LOGON_REMOTE = 10 };

static bool is_from_elsewhere(const struct event_note *note)
{
	return is_address(note->client) && !address_is_loopback(note->client);
}

/* A reconnection is an unlock with the client's address; one at the keyboard says 127.0.0.1. */
bool sift_logon(struct event_note *note, const struct evtx_event *e)
{
	note->logon_type = (int)number_or(e, "LogonType", 0);
	if (!is_address(note->client))
		note->client[0] = 0;
	return note->logon_type == LOGON_REMOTE ||
	       (note->logon_type == LOGON_UNLOCK && is_from_elsewhere(note));
}

/* Network logons fail in every service; joining keeps those that fall into a connection. */
bool sift_logon_failure(struct event_note *note, const struct evtx_event *e)
{
	int64_t detail = number_or(e, "SubStatus", 0);

	if (!sift_logon(note, e) && note->logon_type != LOGON_NETWORK)
		return false;
	note->has_number = put_number(e, "Status", &note->number) || detail;
	if (detail)
		note->number = detail;
	note->number = (int64_t)(uint32_t)note->number;
	return note->has_number;
}

/* RFC 4120 7.5.9 to NTSTATUS; 18, revoked, may be any of disabled, expired and locked out. */
static const struct {
	int64_t kerberos;
	uint32_t status;
} refusals[] = {{0x06, 0xc0000064}, {0x17, 0xc0000071}, {0x18, 0xc000006a}, {0x25, 0xc0000133}};

bool sift_kerberos(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	if (!is_address(note->client))
		note->client[0] = 0;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (refusals[i].kerberos != note->number)
			continue;
		note->number = refusals[i].status;
		return note->account[0] != 0;
	}
	return false;
}

bool sift_ntlm(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	note->number = (int64_t)(uint32_t)note->number;
	return note->number != 0 && note->account[0];
}

bool sift_lockout(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	return note->account[0] != 0;
}

/*
 * Stray packets of closed connections are dropped too, without a process; a rule that blocks
 * names the one that listens. 14592 is inbound.
 */
bool sift_dropped(struct event_note *note, const struct evtx_event *e)
{
	return number_or(e, "DestPort", 0) == 3389 && number_or(e, "Direction", 14592) == 14592 &&
	       number_or(e, "ProcessId", 0) + number_or(e, "ProcessID", 0) != 0 &&
	       is_address(note->client);
}

/* Services by the names of their keys: names that people see are translated. */
static const struct {
	const char *key, *shown;
} services[] = {
    {"TermService", "Remote Desktop Services"},
    {"UmRdpService", "Remote Desktop Services UserMode Port Redirector"},
    {"SessionEnv", "Remote Desktop Configuration"},
    {"CertPropSvc", "Certificate Propagation"},
    {"KeyIso", "CNG Key Isolation"},
    {"CryptSvc", "Cryptographic Services"},
    {"LSM", "Local Session Manager"},
    {"RpcSs", "Remote Procedure Call (RPC)"},
    {"RpcEptMapper", "RPC Endpoint Mapper"},
    {"DcomLaunch", "DCOM Server Process Launcher"},
    {"ProfSvc", "User Profile Service"},
    {"Netlogon", "Netlogon"},
    {"BFE", "Base Filtering Engine"},
    {"MpsSvc", "Windows Firewall"},
    {"TSGateway", "Remote Desktop Gateway"},
    {"Tssdis", "Remote Desktop Connection Broker"},
};

static const char *service_key(const char *name)
{
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (text_same(services[i].key, name) || text_same(services[i].shown, name))
			return services[i].key;
	return NULL;
}

/* The key's name stands in the binary part, "TermService" or "TermService/4", behind it a state. */
static const char *service_of(const struct evtx_event *e, const char *shown, int *state)
{
	struct evtx_value v = evtx_field(e, "Binary");
	char name[NOTE_TEXT_MAX] = "", *slash;
	const char *key;

	if (v.type == EVTX_BINARY)
		utf16_to_utf8(v.bytes, v.n, name, sizeof name);
	slash = strchr(name, '/');
	*state = slash ? slash[1] - '0' : 0;
	if (slash)
		*slash = 0;
	key = service_key(name);
	return key ? key : service_key(shown);
}

bool sift_service(struct event_note *note, const struct evtx_event *e)
{
	int state;
	const char *key = service_of(e, note->text, &state);

	if (!key)
		return false;
	if (strcmp(key, "TSGateway") == 0) {
		note->finding = F_LOG_GATEWAY_CRASHED;
		note->text[0] = 0;
	} else {
		snprintf(note->text, sizeof note->text, "%s", key);
	}
	return true;
}

/* Running is 4; the word for it is translated. */
bool sift_service_state(struct event_note *note, const struct evtx_event *e)
{
	int state;
	const char *key = service_of(e, note->text, &state);

	if (!key || state != 4)
		return false;
	snprintf(note->text, sizeof note->text, "%s", key);
	return true;
}

bool sift_crash(struct event_note *note, const struct evtx_event *e)
{
	static const char *const modules[] = {"termsrv.dll",       "rdpcorets.dll", "rdpbase.dll",
	                                      "rdpserverbase.dll", "dwm.exe",       "dwmcore.dll",
	                                      "winlogon.exe",      "csrss.exe",     "explorer.exe",
	                                      "logonui.exe",       "rdpclip.exe",   "aaedge.dll"};
	char program[NOTE_TEXT_MAX], module[NOTE_TEXT_MAX];
	bool is_named = evtx_field(e, "AppName").type != EVTX_NULL;

	put_text(e, is_named ? "AppName" : "#0", program);
	put_text(e, is_named ? "ModuleName" : "#3", module);
	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
		if (!text_same(modules[i], program) && !text_same(modules[i], module))
			continue;
		snprintf(note->text, sizeof note->text, "%s", modules[i]);
		if (strcmp(modules[i], "aaedge.dll") == 0)
			note->finding = F_LOG_GATEWAY_CRASHED;
		return true;
	}
	return false;
}

/* Whose credentials: those of Remote Desktop are used by svchost or, on its behalf, lsass. */
static bool is_remote_desktops(const struct evtx_event *e)
{
	char image[NOTE_TEXT_MAX];
	const char *name, *slash;

	put_text(e, "CallerProcessImageName", image);
	slash = strrchr(image, '\\');
	name = slash ? slash + 1 : image;
	return !*name || text_same(name, "svchost") || text_same(name, "svchost.exe") ||
	       text_same(name, "lsass") || text_same(name, "lsass.exe");
}

/* Programs that connect to others have credentials too; a host's are of the server kind. */
static bool is_clients(const struct evtx_event *e)
{
	char type[NOTE_TEXT_MAX];

	put_text(e, "Type", type);
	return text_same(type, "client");
}

bool sift_key_access(struct event_note *note, const struct evtx_event *e)
{
	if (is_clients(e))
		return false;
	if (!is_remote_desktops(e)) {
		note->finding = F_LOG_KEY_ACCESS_FAILED_OTHERS;
		note->has_number = false;
		note->number = 0;
	}
	note->number = (int64_t)(uint32_t)note->number;
	return true;
}

bool sift_credential(struct event_note *note, const struct evtx_event *e)
{
	(void)note;
	return !is_clients(e) && is_remote_desktops(e);
}

/* The status is the last four bytes of the binary part; the second value is the client. */
bool sift_termdd(struct event_note *note, const struct evtx_event *e)
{
	struct evtx_value v = evtx_field(e, "Binary");
	const uint8_t *p;

	if (!is_address(note->client))
		note->client[0] = 0;
	if (v.type != EVTX_BINARY || v.n < 4)
		return false;
	p = v.bytes + v.n - 4;
	note->number = (int64_t)((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	                         (uint32_t)p[3] << 24);
	note->has_number = true;
	return true;
}

bool sift_client_optional(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	if (!is_address(note->client))
		note->client[0] = 0;
	return true;
}

bool sift_status(struct event_note *note, const struct evtx_event *e)
{
	(void)e;
	note->number = (int64_t)(uint32_t)note->number;
	return note->has_number;
}

/* 1, 2 and 3 are ordinary ends. */
bool sift_client_end(struct event_note *note, const struct evtx_event *e)
{
	static const char *const ends[] = {"", "ended by this user", "ended from the host's side",
	                                   "ended by the host"};

	(void)e;
	note->number = (int64_t)(uint32_t)note->number;
	note->ended = "ended with an error code";
	if (note->number >= 1 && note->number <= 3)
		note->ended = ends[note->number];
	else
		note->did |= DID_FAIL;
	return note->has_number;
}

bool event_note_fill(struct event_note *note, const struct event_row *row,
                     const struct evtx_event *e)
{
	*note = (struct event_note){.row = row,
	                            .finding = row->finding,
	                            .did = row->did,
	                            .is_hosts = row->is_hosts,
	                            .ended = row->ended,
	                            .session = -1};
	if (row->number)
		note->has_number = put_number(e, row->number, &note->number);
	if (row->number_is_id)
		note->number = e->id;
	if (row->session)
		note->session = (int)number_or(e, row->session, -1);
	put_text(e, row->text, note->text);
	put_text(e, row->client, note->client);
	put_text(e, row->account, note->account);
	trim_account(note->account);
	split_address(note);
	return !row->sift || row->sift(note, e);
}
