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
            "  the latter in brackets where a port follows; or an .rdp file, whose host is probed as\n"
            "  the file would have it connected. Nothing on the host is changed and nobody is signed\n"
            "  on; its log shows a few connections that were not completed.\n"
            "  --capture records the run: its packets, where one may record them, or made-up headers\n"
            "  around what travelled; the TLS secrets of its connections are inside.",
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
        .says = "diagnose from evidence alone: captures, event logs, hives, .rdp files ...",
        .bit = FOR_READ,
        .details =
            "  FILE is a capture (pcap, pcapng), an event log (.evtx), a registry hive or .reg export,\n"
            "  an .rdp file, a certificate, pasted output of a command or the text of an error dialog,\n"
            "  findings as JSON lines, or a report that --json wrote, of which the findings count and\n"
            "  the conclusions do not; a TLS key log opens what a capture holds. A folder stands for\n"
            "  the files in it, - for standard input. The kind is known by the content, never by the\n"
            "  name. A zip archive stands for the files in it; a bundle of `rdpwhy host` is judged as\n"
            "  of when it was made. All files are weighed together. Where they tell of several\n"
            "  attempts to connect, the verdict is about the last one, or the one nearest to the time\n"
            "  in the dialog that --code gives. What cannot be used is named and the rest is used.",
        .example = "rdpwhy read tuesday.pcapng System.evtx --code 0x904/0x7",
        .run = run_read,
    },
    {
        .name = "host",
        .operands = "[--root DIR]",
        .says = "diagnose this Windows computer, or one from its disk, mounted at a folder",
        .bit = FOR_HOST,
        .details =
            "  Without --root it asks the Windows computer that it runs on: its registry, services,\n"
            "  ports, firewall, certificates with the rights on their keys, accounts, sessions, logs\n"
            "  and files, and calls its own port. An administrator is told more; what was not looked\n"
            "  at is named. --bundle writes all of it into FILE, a zip archive that `rdpwhy read FILE`\n"
            "  diagnoses anywhere, with the same verdict; with --redact only what could be redacted.\n"
            "  With --root it reads the registry with its logs, the event logs, keys, profiles and the\n"
            "  state of updates below that folder, in any letter case. The volume may be mounted\n"
            "  read-only. No path leads out of it; a link that would is named and not followed.\n"
            "  Nothing is changed either way.",
        .example = "rdpwhy host --root /mnt/disk",
        .run = run_host,
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
