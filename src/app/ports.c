#include "app/ports.h"

#define RDP_PORT 3389

static bool is_told(const struct findings *found, enum finding_id id)
{
	for (size_t i = 0; i < found->n; i++)
		if (found->at[i].id == id)
			return true;
	return false;
}

void ports_compare(struct findings *found, const char *host, uint16_t port)
{
	enum finding_id id = host ? F_HOST_PORT_DIFFERS : F_HOST_PORT_NOT_DEFAULT;
	int64_t dialled = host && port ? port : RDP_PORT;
	size_t n = found->n;

	if (is_told(found, id)) /* by a saved report */
		return;
	for (size_t i = 0; i < n; i++) {
		struct finding f = found->at[i];

		if (f.id != F_HOST_PORT || f.state != FINDING_SEEN)
			continue;
		f.id = id;
		f.effect = finding_defs[id].effect;
		f.visible = finding_defs[id].visible;
		f.state = f.number == dialled ? FINDING_ABSENT : FINDING_SEEN;
		findings_add(found, &f);
	}
}
