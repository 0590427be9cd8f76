#!/usr/bin/env python3
"""The program against real RDP servers, against listeners that fail, and across broken networks.

    test_interop.py PROGRAM [--only NAME]... [--list] [--write] [--keep] [--verbose]

Each case starts one server behind three network namespaces, runs `PROGRAM HOST:3389 --json` in the
client's and compares what it says with expected.json, one entry a case:

    why       the reason for what is not obvious
    verdict   the verdict's state, or a list of those that are right
    causes    the causes that it names, together
    first     the causes of which any may stand first, by what was broken and not by what came out;
              null: there is none in the catalogue, and nothing may be named or be half probable
    must      findings that have to be there, as lines that begin so; from what the server was
              measured to do, not from what the program said
    findings  all of them; times, ports and the like by presence only
    maybe     names of findings that are there in some runs only
    loose     why the findings differ from run to run, and are not written
    seconds   how long the program may take

What an entry does not hold is not compared. --write puts the findings that were seen into it, for
a person to review, and leaves the rest. Writes TAP version 12; what is not installed is skipped.
Only the standard library is used.
"""
import argparse
import concurrent.futures
import contextlib
import fnmatch
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import network
import servers

LIMIT_S = 15
SUSPECTED = 0.5
AT_ONCE = 3  # cases side by side; most of a case's time is waiting
EXPECTED = pathlib.Path(__file__).with_name('expected.json')
EXIT_OF = {'healthy': 0, 'cause': 1, 'uncertain': 2, 'untested': 3}
SANITIZERS = ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS', 'MSAN_OPTIONS')

# Findings whose value differs from run to run, or from machine to machine.
VARY = {'path.rtt', 'path.loss', 'nla.slow', 'clock.offset', 'tls.stalls', 'tcp.slow_accept',
        'path.outages', 'name.slow', 'cert.thumbprint', 'cert.days_left'}
# There in some runs only: the reverse name is asked beside the rest and not waited for.
MAYBE = {'name.reverse'}
# Looked for where an answer came late, as it does on a busy computer; not found, it says no more.
MAYBE_ABSENT = {'path.late_answers'}

# A client's first words, sent to see whether the server still answers after the program has left.
REQUEST = bytes.fromhex('030000130ee00000000000010008000b000000')
STILL_THERE = f'''
import socket, sys
s = socket.create_connection((sys.argv[1], 3389), timeout=3)
s.sendall({REQUEST!r})
sys.exit(0 if s.recv(19) else 1)
'''


class Failure(Exception):
    pass


class Skip(Exception):
    pass


# --- cases ---


class Case:
    def __init__(self, name, target, code=None):
        self.name, self.target, self.alive, self.code = name, target, False, code

    def servers(self, net, folder, certificates):
        """What to start, in order."""
        raise NotImplementedError

    def spoil(self, net):
        """Breaks the network, after the servers have started."""


class RealCase(Case):
    """One real server in one configuration."""

    def __init__(self, name, kind, how, code=None):
        super().__init__(name, f'{network.HOST}:3389', code)
        self.kind, self.how, self.alive = kind, how, True

    def servers(self, net, folder, certificates):
        yield self.kind(servers.Inside(net.server), folder / self.name, certificates, network.SERVER,
                        3389, **self.how)


class ListenerCase(Case):
    """One listener that fails."""

    def __init__(self, fault, code=None):
        super().__init__(f'listener-{fault}', f'{network.HOST}:3389', code)
        self.fault = fault

    def servers(self, net, folder, certificates):
        yield servers.Listener(self.fault, servers.Inside(net.server), folder / self.name,
                               certificates, network.SERVER, 3389)


class NetworkCase(Case):
    """A server that works, behind a network that does not."""

    def __init__(self, name, fault, code=None):
        super().__init__(f'network-{name}', fault.target, code)
        self.fault = fault

    def servers(self, net, folder, certificates):
        place = servers.Inside(net.server)
        if self.fault.server:
            kind, how = servers.REAL[self.fault.server]
            both = f'{network.SERVER} {network.SERVER6}' if kind is servers.Xrdp else network.SERVER
            yield kind(place, folder / self.name, certificates, both, self.fault.port, **how)
        if self.fault.delay_ms or self.fault.link:
            yield network.DelayLink(net, folder / f'{self.name}-link', self.fault.delay_ms, self.fault.link)
        if self.fault.dns:
            yield network.Dnsmasq(place, folder / f'{self.name}-dns')

    def spoil(self, net):
        self.fault.apply(net)


def with_code(name, code):
    """The case of this name, and the code that the client showed."""
    kind, _, rest = name.partition('-')
    if kind == 'listener':
        case = ListenerCase(rest, code)
    elif kind == 'network':
        case = NetworkCase(rest, network.FAULTS[rest], code)
    else:
        case = RealCase(name, *servers.REAL[name], code)
    case.name = f'{name}-code-{code.replace("/", "-")}'
    return case


CODES = (('xrdp-tls', '0x904/0x7'), ('shadow-nla', '0x904/0x7'), ('xrdp-expired', '0x904/0x7'),
         ('xrdp-tls-key-other', '0x904/0x7'), ('xrdp-wrong-name', '0x904/0x7'), ('xrdp-inspected', '0x904/0x7'),
         ('xrdp-expired', '0x1B07'), ('shadow-nla', '0xB09'), ('gnome-nla', '0xB09'), ('xrdp-tls10', '0x904/0x7'),
         ('shadow-nla-clock', '0x1707'), ('shadow-nla', '0x807'),
         ('listener-hello-rst', '0x904/0x7'), ('listener-hello-fin', '0x904/0x7'),
         ('listener-accept-fin', '0x904/0x7'), ('listener-banner-ssh', '0x904/0x7'),
         ('listener-turns-rst-first', '0x904/0x7'), ('listener-nla-v6', '0xC07'),
         ('network-filtered', '0x204'), ('network-refused-by-host', '0x204'), ('network-none', '0x204'),
         ('network-mtu-black-hole', '0x904/0x7'), ('network-dns-no-such-name', '0x104'), ('network-none', '0x104'))

CASES = [*(RealCase(name, *what) for name, what in servers.REAL.items()),
         *(ListenerCase(name) for name in servers.FAULTS),
         *(NetworkCase(name, fault) for name, fault in network.FAULTS.items()),
         *(with_code(*pair) for pair in CODES)]


# --- one run ---


class Bench:
    def __init__(self, program, scratch, keep):
        self.keep = keep
        self.program, self.scratch = os.path.abspath(program), pathlib.Path(scratch)
        self.scratch.chmod(0o755)
        self.certificates = servers.Certificates(self.scratch / 'certificates',
                                                 (network.SERVER, network.SERVER6))

    def see(self, case):
        """The program's report of one case."""
        with contextlib.ExitStack() as stack:
            net = stack.enter_context(network.Network())
            try:
                for server in case.servers(net, self.scratch, self.certificates):
                    stack.enter_context(server)
                case.spoil(net)
            except servers.Missing as e:
                raise Skip(str(e)) from None
            except servers.Failed as e:
                raise Failure(f'the server of this case does not start: {e}') from None
            report = self.run(net, case)
            if case.alive:
                self.expect_alive(net)
            return report

    def run(self, net, case):
        env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': str(self.scratch), 'LC_ALL': 'C.UTF-8'}
        env.update({k: os.environ[k] for k in SANITIZERS if k in os.environ})
        code = ['--code', case.code] if case.code else []
        argv = net.from_client([self.program, case.target, *code, '--json'])
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=env, cwd=self.scratch,
                                   start_new_session=True)
        began = time.monotonic()
        try:
            out, err = process.communicate(timeout=LIMIT_S)
            took = time.monotonic() - began
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise Failure(f'no answer within {LIMIT_S} s\nstderr: {err[-1500:]!r}') from None
        try:
            report = json.loads(out)
            expected = EXIT_OF[report['verdict']['state']]
        except (ValueError, KeyError, TypeError) as e:
            raise Failure(f'exit status {process.returncode}, and no report on standard output: {e}\n'
                          f'stdout: {out[:700]!r}\nstderr: {err[-1500:]!r}') from None
        if process.returncode != expected:
            raise Failure(f'exit status {process.returncode} with the verdict '
                          f'{report["verdict"]["state"]}\nstderr: {err[-1500:]!r}')
        if err:
            raise Failure(f'on standard error: {err[-1500:]!r}')
        report['took'] = took
        if self.keep:
            (self.scratch / case.name).mkdir(exist_ok=True)
            (self.scratch / case.name / 'report.json').write_bytes(out)
        return report

    @staticmethod
    def expect_alive(net):
        argv = net.from_client([sys.executable, '-c', STILL_THERE, network.SERVER])
        try:
            done = subprocess.run(argv, capture_output=True, timeout=10, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            done = False
        if not done:
            raise Failure('after the program left, the server does not answer any more')


# --- what is compared ---


def shown_finding(finding, usual):
    """One line: [absent] name [value] [at place]."""
    words = ['absent'] if finding['state'] == 'absent' else []
    words.append(finding['name'])
    if finding['name'] in VARY or finding.get('unit') in ('ms', 'seconds', 'percent', 'bytes'):
        words += ['~'] if 'value' in finding else []
    elif 'value' in finding:
        words.append(str(finding['value']))
    where = re.sub(r'\d+ ms', '~ ms', finding.get('where', ''))
    if where and not any(address in where for address in usual):
        words.append(f'at {where}')
    return ' '.join(words)


def is_absent_for_once(finding):
    return finding['state'] == 'absent' and finding['name'] in MAYBE_ABSENT


def seen_in(report):
    verdict = report['verdict']
    usual = [network.SERVER, network.HOST, *report.get('target', {}).get('addresses', [])[:1]]
    causes = verdict.get('set') or ([verdict['cause']] if verdict.get('cause') else [])
    ranked = [(cause['id'], cause['p']) for cause in report['causes']] or [(None, 0)]
    return {'verdict': verdict['state'], 'first': causes[0] if causes else ranked[0][0],
            'p': ranked[0][1], 'causes': sorted(causes), 'took': round(report['took'], 1),
            'findings': sorted({shown_finding(f, usual) for f in report['findings']
                                if f['name'] not in MAYBE and not is_absent_for_once(f)})}


def name_of(line):
    words = line.split()
    return words[1] if words[0] == 'absent' else words[0]


def misplaced(first, seen):
    if first is None and (seen['causes'] or seen['p'] >= SUSPECTED):
        return [f'nothing is to be named or suspected, and first is {seen["first"]} with {seen["p"]}']
    if first is not None and seen['first'] not in first:
        return [f'first: expected one of {first}, seen {seen["first"]} with {seen["p"]}']
    return []


def differences(expected, seen):
    """Lines that tell what is not as expected."""
    said = []
    states = expected.get('verdict', list(EXIT_OF))
    if seen['verdict'] not in ([states] if isinstance(states, str) else states):
        said.append(f'verdict: expected {states}, seen {seen["verdict"]}')
    if 'causes' in expected and sorted(expected['causes']) != seen['causes']:
        said.append(f'causes: expected {expected["causes"]}, seen {seen["causes"]}')
    if 'first' in expected:
        said += misplaced(expected['first'], seen)
    if seen['took'] > expected.get('seconds', LIMIT_S):
        said.append(f'it took {seen["took"]} s, and {expected["seconds"]} are allowed')
    said += [f'must be there: {line}' for line in expected.get('must', ())
             if not any(f'{found} '.startswith(f'{line} ') for found in seen['findings'])]
    if 'findings' in expected:
        maybe = MAYBE | set(expected.get('maybe', ()))
        wanted = {line for line in expected['findings'] if name_of(line) not in maybe}
        found = {line for line in seen['findings'] if name_of(line) not in maybe}
        said += [f'missing:  {line}' for line in sorted(wanted - found)]
        said += [f'too much: {line}' for line in sorted(found - wanted)]
    return said


def judge(case, bench, table, write, notes):
    report = bench.see(case)
    seen = seen_in(report)
    notes += json.dumps(seen, indent=1).splitlines()
    if write and 'loose' not in table.get(case.name, ()):
        table.setdefault(case.name, {'why': ''})['findings'] = seen['findings']
    if case.name not in table:
        raise Failure('expected.json has no entry for this case; --write makes one for review')
    said = differences(table[case.name], seen)
    if said:
        why = table[case.name].get('why')
        raise Failure('\n'.join(said + ([f'why it is expected: {why}'] if why else []) +
                                [f'the verdict says: {report["verdict"].get("text", "")}']))


def try_case(case, bench, table, write):
    """What to print after the number: is it good, its name or reason to skip, lines of comment."""
    notes = []
    try:
        judge(case, bench, table, write, notes)
        return True, case.name, [], notes
    except Skip as e:
        return True, f'{case.name} # SKIP {e}', [], notes
    except Failure as e:
        return False, case.name, str(e).splitlines(), notes
    except (OSError, subprocess.SubprocessError) as e:  # a fault of the test or the machine
        return False, case.name, [f'{type(e).__name__}: {e} {getattr(e, "stderr", b"") or b""!r}'], notes


def try_again(case, first, bench, table, write):
    """Alone: real servers beside others on a busy machine are late now and then."""
    good, name, said, notes = try_case(case, bench, table, write)
    again = ['alone, at the second try:' if not good else 'good alone, at the second try; the first:']
    return good, name, again + (said if not good else first), notes


def try_all(cases, bench, table, wish):
    """Runs the cases, some side by side, and prints them in order. Says how many failed."""
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(wish.jobs) as pool:
        tried = list(pool.map(lambda case: try_case(case, bench, table, wish.write), cases))
    for n, (good, name, said, notes) in enumerate(tried, 1):
        if not good:
            good, name, said, notes = try_again(cases[n - 1], said, bench, table, wish.write)
        failed += not good
        print(f'{"ok" if good else "not ok"} {n} - {name}')
        for line in said + (notes if wish.verbose else []):
            print(f'# {line}')
    return failed


def write_table(table):
    order = [case.name for case in CASES]
    rows = {name: table[name] for name in order if name in table}
    EXPECTED.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')


def stop(number, _):
    raise SystemExit(128 + number)


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n')[0])
    parser.add_argument('program', nargs='?')
    parser.add_argument('--only', action='append', metavar='NAME', help='a shell pattern')
    parser.add_argument('--list', action='store_true', help='the names of the cases')
    parser.add_argument('--write', action='store_true', help='put what is seen into expected.json')
    parser.add_argument('--keep', action='store_true', help="keep the servers' files and logs")
    parser.add_argument('--jobs', type=int, default=AT_ONCE, help='cases side by side')
    parser.add_argument('--verbose', action='store_true', help='show what is seen')
    wish = parser.parse_args(argv[1:])
    cases = [c for c in CASES if not wish.only or any(fnmatch.fnmatch(c.name, o) for o in wish.only)]
    if wish.list:
        print(*(c.name for c in cases), sep='\n')
        return 0
    if not wish.program or not os.access(wish.program, os.X_OK) or not cases:
        parser.print_usage(sys.stderr)
        return 64
    sys.stdout.reconfigure(encoding='utf-8', errors='backslashreplace', line_buffering=True)
    signal.signal(signal.SIGTERM, stop)  # so that namespaces and servers go with us
    signal.signal(signal.SIGHUP, stop)
    table = json.loads(EXPECTED.read_text(encoding='utf-8')) if EXPECTED.exists() else {}
    print(f'1..{len(cases)}')
    if not network.available():
        for n, case in enumerate(cases, 1):
            print(f'ok {n} - {case.name} # SKIP no network namespaces here')
        return 0
    with contextlib.ExitStack() as stack:
        if wish.keep:
            scratch = tempfile.mkdtemp(prefix='rdpwhy-interop-')
            print(f'# files stay in {scratch}')
        else:
            scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix='rdpwhy-interop-'))
        stack.callback(network.leave_no_trace)
        bench = Bench(wish.program, os.path.realpath(scratch), wish.keep)
        failed = try_all(cases, bench, table, wish)
    if wish.write:
        write_table(table)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
