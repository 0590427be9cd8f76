#include "stage/found.h"

struct finding found_new(const struct step *step, enum finding_id id)
{
	struct finding f = finding_of(id, step->origin);

	f.where = step->where;
	f.when_us = step->now_us;
	return f;
}

void found_fact(struct step *step, enum finding_id id)
{
	struct finding f = found_new(step, id);

	findings_add(step->found, &f);
}

void found_number(struct step *step, enum finding_id id, int64_t number)
{
	struct finding f = found_new(step, id);

	f.number = number;
	findings_add(step->found, &f);
}

void found_text(struct step *step, enum finding_id id, const char *text)
{
	struct finding f = found_new(step, id);

	f.text = text;
	findings_add(step->found, &f);
}

void found_absent(struct step *step, enum finding_id id)
{
	struct finding f = found_new(step, id);

	f.state = FINDING_ABSENT;
	findings_add(step->found, &f);
}

void found_flaw(struct step *step, enum finding_id id, const struct flaw *flaw, enum effect effect)
{
	struct finding f = found_new(step, id);
	struct buf text = {0};

	buf_printf(&text, "%s at byte %zu", flaw->what, flaw->at);
	f.text = text.bytes;
	f.effect = effect;
	findings_add(step->found, &f);
	buf_fini(&text);
}
