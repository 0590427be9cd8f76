#include "lab/faults.h"

#include <string.h>

/* In the order of a connection. */
static const struct scenario_list *const groups[] = {&faults_hosts, &faults_wire, &faults_tls,
                                                     &faults_nla};

#define N_GROUPS (sizeof groups / sizeof *groups)

const struct scenario *scenario_at(size_t i)
{
	for (size_t k = 0; k < N_GROUPS; i -= groups[k++]->n)
		if (i < groups[k]->n)
			return &groups[k]->rows[i];
	return NULL;
}

const struct scenario *scenario_by_id(const char *id)
{
	for (size_t i = 0; scenario_at(i); i++)
		if (strcmp(scenario_at(i)->id, id) == 0)
			return scenario_at(i);
	return NULL;
}
