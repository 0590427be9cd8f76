/*
 * What came of an ICMP echo, and how often that was told.
 */
#ifndef TEST_ECHOED_H
#define TEST_ECHOED_H

#include "os/net.h"

struct echo {
	int n;
	struct net_echo_answer answer;
};

static inline void echoed(void *context, const struct net_echo_answer *answer)
{
	struct echo *e = context;

	e->n++;
	e->answer = *answer;
}

#endif
