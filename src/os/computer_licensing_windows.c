/*
 * Licensing of a session host: the mode, the days of grace that are left, and the servers that
 * the computer was told of. Only the role Remote Desktop Session Host has any of it.
 */
#define COBJMACROS
#include "os/computer_windows.h"
#include "os/wmi_windows.h"

#define NAMESPACE   L"ROOT\\CIMV2\\TerminalServices"
#define WITHIN_MS   2500
#define APPLICATION 1 /* TerminalServerMode: the role is there; 0 is administration */

struct licensing {
	struct answers *a;
	struct wmi wmi;
	size_t n;
};

static void set_number(struct answer *row, const char *column, IWbemClassObject *object,
                       const wchar_t *name)
{
	int64_t number;

	if (wmi_number(object, name, &number))
		answer_set_number(row, column, number);
}

static void set_grace(struct licensing *l, struct answer *row, IWbemClassObject *object)
{
	IWbemClassObject *out = NULL;
	HRESULT hr = wmi_call(&l->wmi, object, L"GetGracePeriodDays", &out);

	if (FAILED(hr)) {
		computer_could_not(l->a, TOPIC_LICENSING, (uint32_t)hr, "GetGracePeriodDays");
		return;
	}
	set_number(row, "grace_days", out, L"DaysLeft");
	IWbemClassObject_Release(out);
}

static void set_servers(struct licensing *l, struct answer *row, IWbemClassObject *object)
{
	IWbemClassObject *out = NULL;
	HRESULT hr = wmi_call(&l->wmi, object, L"GetSpecifiedLicenseServerList", &out);

	if (FAILED(hr)) {
		computer_could_not(l->a, TOPIC_LICENSING, (uint32_t)hr,
		                   "GetSpecifiedLicenseServerList");
		return;
	}
	answer_set_text(l->a, row, "servers", wmi_text(l->a->arena, out, L"SpecifiedLSList"));
	IWbemClassObject_Release(out);
}

static void take(void *context, IWbemClassObject *object)
{
	struct licensing *l = context;
	struct answer *row = answers_row(l->a, TOPIC_LICENSING);
	int64_t mode = 0;
	bool is_session_host;

	l->n++;
	is_session_host = wmi_number(object, L"TerminalServerMode", &mode) && mode == APPLICATION;
	answer_set_number(row, "is_session_host", is_session_host);
	set_number(row, "mode", object, L"LicensingType");
	answer_set_text(l->a, row, "mode_name", wmi_text(l->a->arena, object, L"LicensingName"));
	if (!is_session_host) /* the methods fail without the role */
		return;
	set_grace(l, row, object);
	set_servers(l, row, object);
}

void collect_licensing(struct answers *a, const struct computer_question *q)
{
	struct licensing l = {.a = a};
	HRESULT hr = wmi_open(&l.wmi, NAMESPACE);

	(void)q;
	if (SUCCEEDED(hr))
		hr = wmi_each(&l.wmi, L"SELECT * FROM Win32_TerminalServiceSetting", WITHIN_MS,
		              take, &l);
	wmi_close(&l.wmi);
	if (hr != S_OK)
		computer_could_not(a, TOPIC_LICENSING, (uint32_t)hr,
		                   "Win32_TerminalServiceSetting");
}
