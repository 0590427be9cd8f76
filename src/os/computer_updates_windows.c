/*
 * The updates that are installed: from the interface that knows the numbers of all of them, or,
 * where that is slow or broken, from the names of the packages in the registry, which leave out
 * the number of the cumulative one.
 */
#include "os/computer_windows.h"

#include <stdlib.h>
#include <string.h>

#include "base/moment.h"
#include "base/text.h"
#include "os/wmi_windows.h"

#define UPDATES_MS  2500
#define UPDATES_MAX 2000
#define INSTALLED   0x70 /* CurrentState; 0x50 is superseded, 0x20 staged */
#define PACKAGES                                                                                   \
	"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\"                       \
	"Component Based Servicing\\Packages"
#define PREFIX "Package_for_"

/* --- by the interface --- */

static void take_update(void *context, IWbemClassObject *object)
{
	struct answers *out = context;
	const char *id = wmi_text(out->arena, object, L"HotFixID");
	struct answer *row;

	if (!id || out->n >= UPDATES_MAX)
		return;
	row = answers_row(out, TOPIC_UPDATE);
	answer_set_text(out, row, "id", id);
	answer_set_text(out, row, "installed", wmi_text(out->arena, object, L"InstalledOn"));
	answer_set_text(out, row, "kind", wmi_text(out->arena, object, L"Description"));
}

static HRESULT by_interface(struct answers *out)
{
	struct wmi wmi;
	HRESULT hr = wmi_open(&wmi, L"ROOT\\CIMV2");

	if (FAILED(hr))
		return hr;
	hr = wmi_each(&wmi,
	              L"SELECT HotFixID, InstalledOn, Description FROM Win32_QuickFixEngineering",
	              UPDATES_MS, take_update, out);
	wmi_close(&wmi);
	return hr;
}

/* --- by the registry --- */

struct packages {
	struct answers *out;
	struct reg_source *registry;
};

static bool number_at(struct reg_source *registry, const char *key, const char *name, uint32_t *out)
{
	struct reg_value v;

	if (registry->ops->value(registry, key, name, &v) != REG_FOUND ||
	    v.type != REG_TYPE_DWORD || v.n != 4)
		return false;
	memcpy(out, v.bytes, 4);
	return true;
}

static bool is_there(const struct answers *out, const char *id)
{
	const struct answer *row;

	for (size_t at = 0; (row = answers_next(out, TOPIC_UPDATE, &at));)
		if (strcmp(answer_text(row, "id"), id) == 0)
			return true;
	return false;
}

static const char *installed_text(struct packages *p, const char *key)
{
	uint32_t high, low;
	char text[MOMENT_TEXT_MAX];
	int64_t us;

	if (!number_at(p->registry, key, "InstallTimeHigh", &high) ||
	    !number_at(p->registry, key, "InstallTimeLow", &low))
		return NULL;
	us = computer_time_us((uint64_t)high << 32 | low);
	if (!us)
		return NULL;
	moment_text(us, text);
	return arena_copy(p->out->arena, text, strlen(text));
}

/* "Package_for_KB5000000~31bf3856ad364e35~amd64~~10.0.1.2", several of some updates. */
static bool take_package(void *context, const char *name)
{
	struct packages *p = context;
	struct arena *arena = p->out->arena;
	const char *key = arena_printf(arena, PACKAGES "\\%s", name);
	const char *id = name + strlen(PREFIX);
	uint32_t state;
	struct answer *row;

	if (strncmp(name, PREFIX "KB", strlen(PREFIX) + 2) != 0 ||
	    !number_at(p->registry, key, "CurrentState", &state) || state != INSTALLED)
		return true;
	id = arena_copy(arena, id, 2 + strspn(id + 2, "0123456789"));
	if (is_there(p->out, id))
		return true;
	row = answers_row(p->out, TOPIC_UPDATE);
	answer_set_text(p->out, row, "id", id);
	answer_set_text(p->out, row, "installed", installed_text(p, key));
	return p->out->n < UPDATES_MAX;
}

static void by_registry(struct answers *out)
{
	struct packages p = {.out = out, .registry = computer_registry()};

	if (!p.registry)
		return;
	p.registry->ops->subkeys(p.registry, PACKAGES, take_package, &p);
	p.registry->ops->close(p.registry);
}

void collect_update(struct answers *out, const struct computer_question *question)
{
	HRESULT hr = by_interface(out);

	(void)question;
	if (hr == S_OK)
		return;
	computer_could_not(out, TOPIC_UPDATE, (uint32_t)hr, "Win32_QuickFixEngineering");
	by_registry(out);
}
