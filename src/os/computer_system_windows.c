/*
 * The computer itself: its name, its Windows, its memory, and the volumes that Windows lives on.
 */
#include "os/computer_windows.h"
#include "os/windows_inside.h"

#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <lm.h>
#include <psapi.h>

#include "os/wide_windows.h"

#define TEXT_UNITS_MAX 1024
#define VERSION_KEY    L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"

static bool reg_text(const wchar_t *key, const wchar_t *name, wchar_t out[TEXT_UNITS_MAX])
{
	DWORD n = TEXT_UNITS_MAX * sizeof *out;

	/* what may be expanded is */
	return RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, out, &n) ==
	       ERROR_SUCCESS;
}

/* --- computer --- */

static void tell_name(struct answers *out, struct answer *row)
{
	wchar_t name[256];
	DWORD n = sizeof name / sizeof *name;

	if (GetComputerNameExW(ComputerNamePhysicalDnsHostname, name, &n))
		answer_set_text(out, row, "name", utf8_of(out->arena, name));
}

/* The name in DNS says more than that of NetBIOS. */
static void tell_domain(struct answers *out, struct answer *row)
{
	NETSETUP_JOIN_STATUS join = NetSetupUnknownStatus;
	wchar_t dns[256], *flat = NULL;
	DWORD n = sizeof dns / sizeof *dns;
	const wchar_t *name;
	uint32_t error = NetGetJoinInformation(NULL, &flat, &join);

	if (error) {
		computer_could_not(out, TOPIC_COMPUTER, error, "domain");
		return;
	}
	name = flat;
	if (join == NetSetupDomainName &&
	    GetComputerNameExW(ComputerNamePhysicalDnsDomain, dns, &n) && *dns)
		name = dns;
	if (join == NetSetupDomainName || join == NetSetupWorkgroupName) {
		answer_set_text(out, row, "domain", utf8_of(out->arena, name));
		answer_set_text(out, row, "join",
		                join == NetSetupDomainName ? "domain" : "workgroup");
	}
	NetApiBufferFree(flat);
}

/* GetVersionExW tells of the newest Windows that the manifest names. */
static void tell_build(struct answer *row)
{
	DWORD build = windows_build();

	if (build)
		answer_set_number(row, "build", build & 0xFFFF);
}

static void tell_product(struct answers *out, struct answer *row)
{
	wchar_t product[TEXT_UNITS_MAX];
	DWORD revision, n = sizeof revision;

	if (reg_text(VERSION_KEY, L"ProductName", product))
		answer_set_text(out, row, "product", utf8_of(out->arena, product));
	if (RegGetValueW(HKEY_LOCAL_MACHINE, VERSION_KEY, L"UBR", RRF_RT_REG_DWORD, NULL, &revision,
	                 &n) == ERROR_SUCCESS)
		answer_set_number(row, "revision", revision);
}

static void tell_times(struct answer *row)
{
	FILETIME file;
	int64_t now;

	GetSystemTimeAsFileTime(&file);
	now = computer_time_us((uint64_t)file.dwHighDateTime << 32 | file.dwLowDateTime);
	answer_set_number(row, "now", now);
	answer_set_number(row, "booted", now - (int64_t)GetTickCount64() * 1000);
}

void collect_computer(struct answers *out, const struct computer_question *question)
{
	struct answer *row = answers_row(out, TOPIC_COMPUTER);

	(void)question;
	tell_name(out, row);
	tell_domain(out, row);
	tell_build(row);
	tell_product(out, row);
	tell_times(row);
	answer_set_number(row, "is_elevated", computer_is_elevated());
	answer_set_text(out, row, "stand_in", computer_stand_in(out->arena));
	answer_set_text(out, row, "program", "rdpwhy " RDPWHY_VERSION);
}

/* --- memory --- */

void collect_memory(struct answers *out, const struct computer_question *question)
{
	MEMORYSTATUSEX memory = {.dwLength = sizeof memory};
	PERFORMANCE_INFORMATION p = {.cb = sizeof p};
	struct answer *row;

	(void)question;
	if (!GlobalMemoryStatusEx(&memory)) {
		computer_could_not(out, TOPIC_MEMORY, GetLastError(), NULL);
		return;
	}
	row = answers_row(out, TOPIC_MEMORY);
	answer_set_number(row, "physical", (int64_t)memory.ullTotalPhys);
	answer_set_number(row, "physical_free", (int64_t)memory.ullAvailPhys);
	if (!GetPerformanceInfo(&p, sizeof p)) {
		computer_could_not(out, TOPIC_MEMORY, GetLastError(), "commit");
		return;
	}
	answer_set_number(row, "commit_limit", (int64_t)(p.CommitLimit * p.PageSize));
	answer_set_number(row, "commit_used", (int64_t)(p.CommitTotal * p.PageSize));
	answer_set_number(row, "paged_pool", (int64_t)(p.KernelPaged * p.PageSize));
	answer_set_number(row, "nonpaged_pool", (int64_t)(p.KernelNonpaged * p.PageSize));
	answer_set_number(row, "handles", p.HandleCount);
	answer_set_number(row, "processes", p.ProcessCount);
}

/* --- volumes --- */

#define VOLUMES_MAX 16

struct volumes {
	struct answers *out;
	wchar_t roots[VOLUMES_MAX][MAX_PATH];
	size_t n;
};

static void tell_volume(struct answers *out, const wchar_t *root)
{
	ULARGE_INTEGER total, free;
	const char *path = utf8_of(out->arena, root);
	struct answer *row;

	if (!GetDiskFreeSpaceExW(root, NULL, &total, &free)) {
		computer_could_not(out, TOPIC_VOLUME, GetLastError(), path);
		return;
	}
	row = answers_row(out, TOPIC_VOLUME);
	answer_set_text(out, row, "path", path);
	answer_set_number(row, "total", (int64_t)total.QuadPart);
	answer_set_number(row, "free", (int64_t)free.QuadPart);
}

/* The volume that a path lies on, once. */
static void take_path(struct volumes *v, const wchar_t *path)
{
	wchar_t root[MAX_PATH];

	if (v->n == VOLUMES_MAX || !GetVolumePathNameW(path, root, MAX_PATH))
		return;
	for (size_t i = 0; i < v->n; i++)
		if (_wcsicmp(v->roots[i], root) == 0)
			return;
	wcscpy(v->roots[v->n++], root);
	tell_volume(v->out, root);
}

/* "\??\D:\pagefile.sys": those in use, where PagingFiles says which are wished for. */
static void take_page_files(struct volumes *v)
{
	static const wchar_t
	    key[] = L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management";
	wchar_t paths[TEXT_UNITS_MAX + 2] = {0};
	DWORD n = TEXT_UNITS_MAX * sizeof *paths;

	if (RegGetValueW(HKEY_LOCAL_MACHINE, key, L"ExistingPageFiles", RRF_RT_REG_MULTI_SZ, NULL,
	                 paths, &n) != ERROR_SUCCESS)
		return;
	for (const wchar_t *p = paths; *p; p += wcslen(p) + 1)
		take_path(v, p + (wcsncmp(p, L"\\??\\", 4) == 0 ? 4 : 0));
}

void collect_volume(struct answers *out, const struct computer_question *question)
{
	static const wchar_t
	    profiles[] = L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList";
	struct volumes v = {.out = out};
	wchar_t path[TEXT_UNITS_MAX];

	(void)question;
	if (GetSystemWindowsDirectoryW(path, MAX_PATH))
		take_path(&v, path);
	else
		computer_could_not(out, TOPIC_VOLUME, GetLastError(), "Windows");
	if (reg_text(profiles, L"ProfilesDirectory", path))
		take_path(&v, path);
	take_page_files(&v);
}
