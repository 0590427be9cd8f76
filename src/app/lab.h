/*
 * lab - scenarios by the name that somebody typed.
 */
#ifndef APP_LAB_H
#define APP_LAB_H

#include "lab/faults.h"

/* NULL after a message of this command. */
const struct scenario *scenario_named(const char *command, const char *given);

#endif
