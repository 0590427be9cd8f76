#include "app/questions.h"

#include "why/infer.h"

#define ASK_UNTIL_US    4200000LL /* a person waits; what takes longer is asked by --full */
#define GAIN_LEAST_BITS 0.05
#define OPEN_MOST       32

static const struct measure *first_that(const struct measure *const *open, size_t n,
                                        bool is_by_code)
{
	for (size_t i = 0; i < n; i++)
		if (open[i]->is_by_code == is_by_code)
			return open[i];
	return NULL;
}

static const struct measure *most_telling(const struct diagnosis *d,
                                          const struct measure *const *open, size_t n)
{
	const struct measure *best = NULL;
	double most = GAIN_LEAST_BITS;

	for (size_t i = 0; i < n; i++) {
		double gain = infer_gain(d, open[i]->gives, MEASURE_GIVES_MAX);

		if (gain <= most || open[i]->is_by_code)
			continue;
		most = gain;
		best = open[i];
	}
	return best;
}

const struct measure *question_next(const struct probe *p, const struct findings *found,
                                    const struct asking *asking)
{
	const struct measure *open[OPEN_MOST];
	size_t n = probe_open_measures(p, open, OPEN_MOST);
	struct diagnosis d;

	if (!n || (!asking->is_full && asking->spent_us > ASK_UNTIL_US))
		return NULL;
	if (asking->is_full && first_that(open, n, false))
		return first_that(open, n, false);
	d = infer(found, asking->started_us, found->arena);
	/* A code and a clean probe: does it come and go? */
	if (d.reason == REASON_NOT_REPRODUCED)
		return first_that(open, n, true);
	return d.state == VERDICT_HEALTHY ? NULL : most_telling(&d, open, n);
}
