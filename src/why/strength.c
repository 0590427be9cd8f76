#include "why/strength.h"

#include <assert.h>

static const struct {
	struct likelihood likelihood;
	const char *name;
} classes[] = {
    [WEAK] = {.likelihood = {.given_cause = 0.4, .given_other = 0.2}, .name = "weak"},
    [MODERATE] = {.likelihood = {.given_cause = 0.6, .given_other = 0.07}, .name = "moderate"},
    [STRONG] = {.likelihood = {.given_cause = 0.8, .given_other = 0.04}, .name = "strong"},
    [DECISIVE] = {.likelihood = {.given_cause = 0.99, .given_other = 0.0005}, .name = "decisive"},
    [CODE_DECIDES] = {.likelihood = {.given_cause = 0.99, .given_other = 0.0005},
                      .name = "the code itself"},
};

bool strength_is_class(int strength)
{
	return strength == REFUTES || (strength >= -STRONG && strength < 0) ||
	       (strength >= WEAK && strength <= CODE_DECIDES);
}

struct likelihood strength_likelihood(int strength)
{
	assert(strength_is_class(strength));
	if (strength == REFUTES)
		return (struct likelihood){.given_cause = 0.002, .given_other = 0.5};
	if (strength > 0)
		return classes[strength].likelihood;

	struct likelihood l = classes[-strength].likelihood;

	return (struct likelihood){.given_cause = l.given_other, .given_other = l.given_cause};
}

const char *strength_name(int strength)
{
	if (strength == REFUTES)
		return "refutes";
	return classes[strength > 0 ? strength : -strength].name;
}
