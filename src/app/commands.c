/*
 * commands - the table of commands.
 */
#include "app/commands.h"

static const struct command commands[] = {
    {
        .name = "check",
        .operands = "HOST[:PORT]",
        .says = "diagnose a live host; `rdpwhy HOST` is the same",
        .bit = FOR_CHECK,
        .details =
            "  Connects as a client would, without credentials, as far as one gets without them, and\n"
            "  tells what it met, stage by stage. HOST is a name, an IPv4 address or an IPv6 address,\n"
            "  the latter in brackets where a port follows. Nothing on the host is changed and\n"
            "  nobody is signed on; its log shows a few connections that were not completed.",
        .example = "rdpwhy pc-17.corp.example --code 0x904/0x7",
        .run = run_check,
    },
    {
        .name = "explain",
        .operands = "WHAT...",
        .says = "what a code, a cause, a finding or a piece of advice means, offline",
        .bit = FOR_EXPLAIN,
        .details =
            "  WHAT is a code (0x904, 0x904/0x7, 2308, C000006D, -2146893044), a name from a\n"
            "  specification, the whole text of an error dialog in any language, or - to read\n"
            "  that text from standard input; the id of a cause, finding or fix; or advice in\n"
            "  your own words. Without WHAT it lists what it knows. Digits without 0x are read\n"
            "  both ways.",
        .example = "rdpwhy explain 0x904/0x7",
        .run = run_explain,
    },
    {
        .name = "read",
        .operands = "FILE...",
        .says = "diagnose from evidence alone: findings as JSON lines, or a saved report",
        .bit = FOR_READ,
        .details =
            "  FILE holds findings, one JSON object a line, or is a report that --json wrote, of\n"
            "  which the findings count and the conclusions do not; - is standard input. A line\n"
            "  that cannot be used is named and the rest is used.",
        .example = "rdpwhy read --code 0x904/0x7 findings.jsonl",
        .run = run_read,
    },
    {
        .name = "lab",
        .operands = "[SCENARIO...]",
        .says = "play hosts, good ones and such with a fault, to try clients and rdpwhy on",
        .bit = FOR_LAB,
        .details =
            "  SCENARIO is the name of a row, a beginning with * behind it, or all; without it\n"
            "  they are listed with their causes, and `lab causes` lists how each cause of the\n"
            "  catalogue is reproduced. It listens on 127.0.0.1 unless --listen names another\n"
            "  address, says where on standard output, a port for each scenario, and serves\n"
            "  until Ctrl-C or --timeout. It answers as far as one gets without credentials:\n"
            "  nobody can sign in, and nothing that a client sends is kept. How far each client\n"
            "  came is said on standard error.",
        .example = "rdpwhy lab tls-hello-rst --listen 127.0.0.1:3390",
        .run = run_lab,
    },
    {
        .name = "demo",
        .operands = "[SCENARIO]",
        .says = "start a failing host inside, diagnose it, and show both",
        .bit = FOR_DEMO,
        .details =
            "  Plays a host of `rdpwhy lab` on 127.0.0.1, diagnoses it as `rdpwhy check` would with\n"
            "  --code 0x904/0x7 or the code given, and says what was planted, what the answer is,\n"
            "  and whether the answer names it. SCENARIO is tls-hello-rst where none is given.\n"
            "  Nothing leaves this computer, and no network is needed.",
        .example = "rdpwhy demo",
        .run = run_demo,
    },
};

const struct command *command_at(size_t i)
{
	return i < sizeof commands / sizeof *commands ? &commands[i] : NULL;
}
