#include "why/cause.h"

#include <assert.h>
#include <string.h>

static const struct cause_list *const groups[] = {
    &causes_network, &causes_host, &causes_tls,     &causes_identity,
    &causes_session, &causes_path, &causes_gateway, &causes_client,
};

#define N_GROUPS (sizeof groups / sizeof *groups)

static const char *const whose_names[WHOSE_COUNT] = {
    [WHOSE_OPEN] = "open",       [WHOSE_CLIENT] = "client", [WHOSE_NETWORK] = "network",
    [WHOSE_GATEWAY] = "gateway", [WHOSE_HOST] = "host",     [WHOSE_IDENTITY] = "identity",
    [WHOSE_SERVICE] = "service",
};
static const char *const risk_names[RISK_COUNT] = {
    [RISK_SAFE] = "safe",
    [RISK_CAUTION] = "caution",
    [RISK_WEAKENS_SECURITY] = "weakens-security",
    [RISK_DESTRUCTIVE] = "destructive",
};
static const char *const restart_names[RESTART_COUNT] = {
    [RESTART_NONE] = "none",
    [RESTART_SERVICE] = "service",
    [RESTART_REBOOT] = "reboot",
    [RESTART_SESSIONS_LOST] = "session-loss",
};
static const char *const place_names[PLACE_COUNT] = {
    [ON_HOST] = "host",       [ON_CLIENT] = "client", [ON_NETWORK] = "network",
    [ON_GATEWAY] = "gateway", [ON_DOMAIN] = "domain", [ON_BROKER] = "broker",
};

size_t cause_count(void)
{
	size_t n = 0;

	for (size_t g = 0; g < N_GROUPS; g++)
		n += groups[g]->n;
	return n;
}

const struct cause *cause_at(size_t i)
{
	for (size_t g = 0; g < N_GROUPS; g++) {
		if (i < groups[g]->n)
			return &groups[g]->rows[i];
		i -= groups[g]->n;
	}
	assert(!"cause_at: no such row");
	return NULL;
}

size_t cause_index(const char *id)
{
	size_t n = cause_count(), i = 0;

	while (i < n && strcmp(cause_at(i)->id, id) != 0)
		i++;
	return i;
}

const struct cause *cause_by_id(const char *id)
{
	size_t i = cause_index(id);

	return i < cause_count() ? cause_at(i) : NULL;
}

const struct fix *fix_by_id(const char *id)
{
	for (size_t i = 0; i < cause_count(); i++) {
		const struct fix *const *fixes = cause_at(i)->fixes;

		for (size_t k = 0; k < FIXES_MAX && fixes[k]; k++)
			if (strcmp(fixes[k]->id, id) == 0)
				return fixes[k];
	}
	return NULL;
}

size_t fix_first_cause(const struct fix *fix)
{
	size_t n = cause_count(), i = 0;

	for (; i < n; i++)
		for (size_t k = 0; k < FIXES_MAX && cause_at(i)->fixes[k]; k++)
			if (cause_at(i)->fixes[k] == fix)
				return i;
	return n;
}

const char *whose_name(enum whose whose)
{
	return whose_names[whose];
}

const char *risk_name(enum risk risk)
{
	return risk_names[risk];
}

const char *restart_name(enum restart restart)
{
	return restart_names[restart];
}

const char *place_name(enum place place)
{
	return place_names[place];
}
