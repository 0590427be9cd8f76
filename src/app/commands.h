/*
 * commands - what each subcommand does. Each returns the program's exit status.
 */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/options.h"

int run_ask(const struct options *options);
int run_check(const struct options *options);
int run_demo(const struct options *options);
int run_explain(const struct options *options);
int run_host(const struct options *options);
int run_lab(const struct options *options);
int run_read(const struct options *options);

#endif
