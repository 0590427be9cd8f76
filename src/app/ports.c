#include "app/ports.h"

#define RDP_PORT 3389

void ports_compare(struct findings *found, const char *host, uint16_t port)
{
	enum finding_id id = host ? F_HOST_PORT_DIFFERS : F_HOST_PORT_NOT_DEFAULT;
	int64_t dialled = host && port ? port : RDP_PORT;
	size_t n = found->n;

	if (findings_have(found, id)) /* by a saved report */
		return;
	for (size_t i = 0; i < n; i++) {
		const struct finding *port_set = &found->at[i];
		struct finding f = finding_of(id, port_set->origin);

		if (port_set->id != F_HOST_PORT || port_set->state != FINDING_SEEN)
			continue;
		f.number = port_set->number;
		f.where = port_set->where;
		f.when_us = port_set->when_us;
		f.state = f.number == dialled ? FINDING_ABSENT : FINDING_SEEN;
		findings_add(found, &f);
	}
}
