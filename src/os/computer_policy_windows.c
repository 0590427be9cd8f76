/*
 * Where the policies of this computer come from: the result of the last application of group
 * policy, setting by setting, with the name of the object that holds each.
 */
#include "os/computer_windows.h"
#include "os/wmi_windows.h"

#include <string.h>

#include "base/text.h"

#define NAMESPACE   L"ROOT\\RSOP\\Computer"
#define WITHIN_MS   1200
#define OBJECTS_MAX 256

/* Keys of policies that a reader of the registry looks at; what else is set is nobody's. */
static const char *const keys[] = {
    "Policies\\Microsoft\\Windows NT\\Terminal Services",
    "Policies\\Microsoft\\Windows\\CredentialsDelegation",
    "Policies\\Microsoft\\Cryptography\\Configuration\\SSL",
    "Policies\\Microsoft\\WindowsFirewall",
    "CurrentVersion\\Policies\\System",
};

struct origins {
	struct answers *a;
	struct {
		const char *id, *name;
	} objects[OBJECTS_MAX];
	size_t n_objects, n_settings;
};

static bool contains(const char *text, const char *part)
{
	size_t n = strlen(part), n_text = strlen(text);

	for (size_t i = 0; i + n <= n_text; i++)
		if (_strnicmp(text + i, part, n) == 0)
			return true;
	return false;
}

static bool is_of_interest(const char *key)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (contains(key, keys[i]))
			return true;
	return false;
}

static void take_object(void *context, IWbemClassObject *object)
{
	struct origins *o = context;
	const char *id = wmi_text(o->a->arena, object, L"id");
	const char *name = wmi_text(o->a->arena, object, L"name");

	if (!id || !name || o->n_objects == OBJECTS_MAX)
		return;
	o->objects[o->n_objects].id = id;
	o->objects[o->n_objects++].name = name;
}

/* The name that people know; the id when the object's row is not there. */
static const char *object_name(const struct origins *o, const char *id)
{
	for (size_t i = 0; id && i < o->n_objects; i++)
		if (text_same(o->objects[i].id, id))
			return o->objects[i].name;
	return id;
}

static void take_setting(void *context, IWbemClassObject *object)
{
	struct origins *o = context;
	const char *key = wmi_text(o->a->arena, object, L"registryKey");
	struct answer *row;
	int64_t precedence;

	if (!key || !is_of_interest(key))
		return;
	row = answers_row(o->a, TOPIC_POLICY_ORIGIN);
	answer_set_text(o->a, row, "key", key);
	answer_set_text(o->a, row, "value", wmi_text(o->a->arena, object, L"valueName"));
	answer_set_text(o->a, row, "gpo", object_name(o, wmi_text(o->a->arena, object, L"GPOID")));
	if (wmi_number(object, L"precedence", &precedence))
		answer_set_number(row, "precedence", precedence);
	o->n_settings++;
}

void collect_policy_origin(struct answers *a, const struct computer_question *q)
{
	struct origins *o = arena_new(a->arena, sizeof *o);
	struct wmi wmi;
	HRESULT hr = wmi_open(&wmi, NAMESPACE);

	(void)q;
	o->a = a;
	if (SUCCEEDED(hr))
		hr = wmi_each(&wmi, L"SELECT id, name FROM RSOP_GPO", WITHIN_MS, take_object, o);
	if (hr == S_OK)
		hr = wmi_each(&wmi,
		              L"SELECT registryKey, valueName, GPOID, precedence"
		              L" FROM RSOP_RegistryPolicySetting",
		              WITHIN_MS, take_setting, o);
	wmi_close(&wmi);
	if (hr != S_OK)
		computer_could_not(a, TOPIC_POLICY_ORIGIN, (uint32_t)hr,
		                   "RSOP_RegistryPolicySetting");
	else if (o->n_settings == 0)
		answers_could_not(a, TOPIC_POLICY_ORIGIN, ANSWER_NOTHING, 0,
		                  "no policy of Remote Desktop has been applied");
}
