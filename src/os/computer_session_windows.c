/*
 * The sessions of this computer: who is logged on, from where, and for how long without a key.
 */
#include "os/computer_windows.h"

#include <windows.h>

#include <stdio.h>
#include <string.h>
#include <wtsapi32.h>

#include "os/computer_text_windows.h"
#include "os/wide_windows.h"

#define TICKS_A_SECOND 10000000
#define FAMILY_IP4     2
#define FAMILY_IP6     23

static const char *const states[] = {[WTSActive] = "active",
                                     [WTSConnected] = "connected",
                                     [WTSConnectQuery] = "connect query",
                                     [WTSShadow] = "shadow",
                                     [WTSDisconnected] = "disconnected",
                                     [WTSIdle] = "idle",
                                     [WTSListen] = "listen",
                                     [WTSReset] = "reset",
                                     [WTSDown] = "down",
                                     [WTSInit] = "init"};

/* What Windows tells of a session, or NULL when it is less than n bytes; freed by WTSFreeMemory. */
static void *asked(DWORD id, WTS_INFO_CLASS what, size_t n)
{
	wchar_t *bytes = NULL;
	DWORD n_bytes = 0;

	if (!WTSQuerySessionInformationW(WTS_CURRENT_SERVER_HANDLE, id, what, &bytes, &n_bytes) ||
	    !bytes)
		return NULL;
	if (n_bytes >= n)
		return bytes;
	WTSFreeMemory(bytes);
	return NULL;
}

static void set_text(struct answers *a, struct answer *row, const char *column, DWORD id,
                     WTS_INFO_CLASS what)
{
	wchar_t *text = asked(id, what, sizeof *text);

	if (!text)
		return;
	computer_set(a, row, column, text);
	WTSFreeMemory(text);
}

/* The structure has no room for an IPv6 address with its port; the text beside it has. */
static void set_address6(struct answers *a, struct answer *row, DWORD id)
{
	WTSCLIENTW *client = asked(id, WTSClientInfo, sizeof *client);
	const char *text;

	if (!client)
		return;
	client->ClientAddress[CLIENTADDRESS_LENGTH] = 0;
	text = utf8_of(a->arena, client->ClientAddress);
	if (client->ClientAddressFamily == FAMILY_IP6 && strchr(text, ':') &&
	    strspn(text, "0123456789abcdefABCDEF:.%") == strlen(text))
		answer_set_text(a, row, "address", text);
	WTSFreeMemory(client);
}

static void set_address(struct answers *a, struct answer *row, DWORD id)
{
	WTS_CLIENT_ADDRESS *address = asked(id, WTSClientAddress, sizeof *address);
	char text[20];

	if (!address)
		return;
	if (address->AddressFamily == FAMILY_IP4) {
		snprintf(text, sizeof text, "%u.%u.%u.%u", address->Address[2], address->Address[3],
		         address->Address[4], address->Address[5]);
		answer_set_text(a, row, "address", text);
	} else if (address->AddressFamily == FAMILY_IP6) {
		set_address6(a, row, id);
	}
	WTSFreeMemory(address);
}

static void set_idle(struct answer *row, DWORD id)
{
	WTSINFOW *info = asked(id, WTSSessionInfo, sizeof *info);

	if (!info)
		return;
	if (info->LastInputTime.QuadPart > 0 &&
	    info->CurrentTime.QuadPart >= info->LastInputTime.QuadPart)
		answer_set_number(row, "idle_seconds",
		                  (info->CurrentTime.QuadPart - info->LastInputTime.QuadPart) /
		                      TICKS_A_SECOND);
	WTSFreeMemory(info);
}

static void take_session(struct answers *a, const WTS_SESSION_INFOW *s)
{
	struct answer *row = answers_row(a, TOPIC_SESSION);

	answer_set_number(row, "id", s->SessionId);
	computer_set(a, row, "station", s->pWinStationName);
	if ((size_t)s->State < sizeof states / sizeof *states)
		answer_set_text(a, row, "state", states[s->State]);
	if (s->State == WTSListen) /* nobody is logged on to a listener */
		return;
	set_text(a, row, "user", s->SessionId, WTSUserName);
	set_text(a, row, "domain", s->SessionId, WTSDomainName);
	set_text(a, row, "client", s->SessionId, WTSClientName);
	set_address(a, row, s->SessionId);
	if (answer_has(row, "user"))
		set_idle(row, s->SessionId);
}

void collect_session(struct answers *a, const struct computer_question *q)
{
	WTS_SESSION_INFOW *sessions = NULL;
	DWORD n = 0;

	(void)q;
	if (!WTSEnumerateSessionsW(WTS_CURRENT_SERVER_HANDLE, 0, 1, &sessions, &n)) {
		computer_could_not(a, TOPIC_SESSION, GetLastError(), "the list of sessions");
		return;
	}
	for (DWORD i = 0; i < n; i++)
		take_session(a, &sessions[i]);
	if (n == 0) /* the services have one, always: who says otherwise is not Windows */
		answers_could_not(a, TOPIC_SESSION, ANSWER_UNSUPPORTED, 0, "the list of sessions");
	if (sessions)
		WTSFreeMemory(sessions);
}
