/*
 * commands - the table of commands.
 */
#include "app/commands.h"

static const struct command commands[] = {
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
};

const struct command *command_at(size_t i)
{
	return i < sizeof commands / sizeof *commands ? &commands[i] : NULL;
}
