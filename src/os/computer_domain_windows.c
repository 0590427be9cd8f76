/*
 * The domain of this computer: whether a controller is found, whether the secure channel to it
 * stands, and how far its clock is from ours. Each may take long when the controller is away.
 */
#include "os/computer_windows.h"

#include <windows.h>

#include <dsgetdc.h>
#include <lm.h>
#include <lmremutl.h>
#include <wchar.h>

#include "os/computer_text_windows.h"
#include "os/within_windows.h"

#define FIND_MS    1500
#define CHANNEL_MS 600
#define CLOCK_MS   600
#define NAME_CHARS 256

/* --- the controller --- */

struct find_job {
	struct within_job job;
	DWORD error;
	wchar_t controller[NAME_CHARS], domain[NAME_CHARS], site[NAME_CHARS];
};

static void copy(wchar_t to[NAME_CHARS], const wchar_t *from)
{
	if (from)
		wcsncpy(to, from, NAME_CHARS - 1);
}

/* What is known already is good enough: a new search would disturb what is to be diagnosed. */
static void find(void *context)
{
	struct find_job *j = context;
	DOMAIN_CONTROLLER_INFOW *info = NULL;

	j->error = DsGetDcNameW(NULL, NULL, NULL, NULL, DS_RETURN_DNS_NAME, &info);
	if (j->error == NO_ERROR && info) {
		copy(j->controller, info->DomainControllerName);
		copy(j->domain, info->DomainName);
		copy(j->site, info->ClientSiteName);
	}
	if (info)
		NetApiBufferFree(info);
}

/* "\\dc1.example.com": the slashes are not part of its name. */
static const wchar_t *plain_name(const wchar_t *controller)
{
	return controller + wcsspn(controller, L"\\");
}

/* --- the secure channel --- */

typedef NET_API_STATUS(WINAPI *control_function)(const wchar_t *server, DWORD function, DWORD level,
                                                 BYTE *data, BYTE **out);

struct channel_job {
	struct within_job job;
	control_function control;
	DWORD error, channel_error;
	bool is_known;
	wchar_t domain[NAME_CHARS];
};

static void ask_channel(void *context)
{
	struct channel_job *j = context;
	NETLOGON_INFO_2 *info = NULL;
	wchar_t *domain = j->domain;

	/* the data is a pointer to the name of the trusted domain */
	j->error = j->control(NULL, NETLOGON_CONTROL_TC_QUERY, 2, (BYTE *)&domain, (BYTE **)&info);
	if (j->error == NERR_Success && info) {
		j->channel_error = info->netlog2_tc_connection_status;
		j->is_known = true;
	}
	if (info)
		NetApiBufferFree(info);
}

static void take_channel(struct answers *a, struct answer *row, const wchar_t *domain)
{
	struct channel_job *j = within_new(sizeof *j, ask_channel);

	if (!j)
		return;
	copy(j->domain, domain);
	j->control = (control_function)computer_find(L"netapi32.dll", "I_NetLogonControl2");
	if (!j->control) {
		answers_could_not(a, TOPIC_DOMAIN, ANSWER_UNSUPPORTED, 0, "I_NetLogonControl2");
	} else if (!within_run(j, CHANNEL_MS)) {
		answers_could_not(a, TOPIC_DOMAIN, ANSWER_TOO_LATE, 0, "the secure channel");
		return;
	} else if (j->is_known) {
		answer_set_number(row, "channel_error", j->channel_error);
	} else {
		computer_could_not(a, TOPIC_DOMAIN, j->error, "the secure channel");
	}
	within_free(j);
}

/* --- its clock --- */

struct clock_job {
	struct within_job job;
	DWORD error;
	bool is_known;
	int64_t offset_us;
	wchar_t controller[NAME_CHARS];
};

static int64_t now_us(void)
{
	FILETIME now;

	GetSystemTimeAsFileTime(&now);
	return computer_time_us((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
}

/* The answer is taken for the time in the middle between question and answer. */
static void ask_clock(void *context)
{
	struct clock_job *j = context;
	TIME_OF_DAY_INFO *info = NULL;
	int64_t before = now_us(), after;

	j->error = NetRemoteTOD(j->controller, (BYTE **)&info);
	after = now_us();
	if (j->error == NERR_Success && info) {
		int64_t theirs = (int64_t)info->tod_elapsedt * 1000000 +
		                 (int64_t)(info->tod_hunds % 100) * 10000;

		j->offset_us = before + (after - before) / 2 - theirs;
		j->is_known = true;
	}
	if (info)
		NetApiBufferFree(info);
}

static void take_clock(struct answers *a, struct answer *row, const wchar_t *controller)
{
	struct clock_job *j = within_new(sizeof *j, ask_clock);

	if (!j)
		return;
	copy(j->controller, controller);
	if (!within_run(j, CLOCK_MS)) {
		answers_could_not(a, TOPIC_DOMAIN, ANSWER_TOO_LATE, 0, "the controller's clock");
		return;
	}
	if (j->is_known)
		answer_set_number(row, "clock_offset_us", j->offset_us);
	else
		computer_could_not(a, TOPIC_DOMAIN, j->error, "the controller's clock");
	within_free(j);
}

/* --- all of it --- */

static void take_domain(struct answers *a, const wchar_t *name)
{
	struct answer *row = answers_row(a, TOPIC_DOMAIN);
	struct find_job *j = within_new(sizeof *j, find);

	computer_set(a, row, "name", name);
	if (!j)
		return;
	if (!within_run(j, FIND_MS)) {
		answers_could_not(a, TOPIC_DOMAIN, ANSWER_TOO_LATE, 0, "a domain controller");
		take_channel(a, row, name);
		return;
	}
	answer_set_number(row, "find_error", j->error);
	if (*j->domain)
		computer_set(a, row, "name", j->domain);
	computer_set(a, row, "controller", plain_name(j->controller));
	computer_set(a, row, "site", j->site);
	take_channel(a, row, name);
	if (*j->controller)
		take_clock(a, row, j->controller);
	within_free(j);
}

void collect_domain(struct answers *a, const struct computer_question *q)
{
	wchar_t *name = NULL;
	NETSETUP_JOIN_STATUS join = NetSetupUnknownStatus;
	NET_API_STATUS error = NetGetJoinInformation(NULL, &name, &join);

	(void)q;
	if (error != NERR_Success)
		computer_could_not(a, TOPIC_DOMAIN, error, "NetGetJoinInformation");
	else if (join == NetSetupDomainName)
		take_domain(a, name ? name : L"");
	else
		answers_could_not(a, TOPIC_DOMAIN, ANSWER_NOTHING, 0, "in no domain");
	if (name)
		NetApiBufferFree(name);
}
