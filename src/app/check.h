/*
 * check - a live diagnosis from beginning to report, for commands that bring a host along.
 *
 * Output  the report on standard output, as the options say
 * Errors  the exit status of a diagnosis; with a demo 0 when what was planted is named, else 70
 */
#ifndef APP_CHECK_H
#define APP_CHECK_H

#include "app/options.h"

struct net;
struct net_address;
struct run_demo;

/* As `rdpwhy check ADDRESS --code CODE`, in a loop that serves the host as well. */
int check_planted(const struct options *options, struct net *net, const struct net_address *at,
                  const char *code, const struct run_demo *demo);

#endif
