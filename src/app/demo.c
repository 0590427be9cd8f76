/*
 * demo - a failing host and its diagnosis in one process and one loop, over loopback: what was
 * planted, and whether the answer names it.
 */
#include "app/check.h"
#include "app/commands.h"
#include "app/lab.h"
#include "app/output.h"
#include "base/status.h"
#include "lab/server.h"
#include "os/net.h"

#define SCENARIO_USUAL "tls-hello-rst"
#define CODE_USUAL     "0x904/0x7" /* the message with which it all began */

static int diagnose(const struct options *o, struct net *net, const struct scenario *s)
{
	struct net_address at = {.bytes = {127, 0, 0, 1}};
	const char *error = "no event loop";
	struct lab *lab = net ? lab_start(net, s, &at, &error) : NULL;
	struct run_demo demo = {.scenario = s->id, .says = s->says, .cause = s->cause};
	int status;

	if (!lab) {
		output_message("demo: 127.0.0.1: %s", error);
		return EXIT_OUR_FAULT;
	}
	lab_address(lab, &at);
	status = check_planted(o, net, &at, o->code ? o->code : CODE_USUAL, &demo);
	lab_stop(lab);
	return status;
}

int run_demo(const struct options *o)
{
	const struct scenario *s;
	struct net *net;
	int status;

	if (o->n_operands > 1) {
		output_message("demo: more than one scenario; expected one");
		return EXIT_USAGE;
	}
	s = scenario_named("demo", o->n_operands ? o->operands[0] : SCENARIO_USUAL);
	if (!s)
		return EXIT_USAGE;
	net = net_new();
	status = diagnose(o, net, s);
	net_free(net);
	return status;
}
