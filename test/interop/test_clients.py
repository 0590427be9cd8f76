#!/usr/bin/env python3
"""Real clients against `PROGRAM lab SCENARIO`: each gets as far as the scenario says.

    test_clients.py PROGRAM [--only PATTERN] [--list]

Without an account a client's end is where the lab ends: xfreerdp behind NLA's challenge or the
MCS request, rdesktop behind TLS. ROWS compares what a client says; clients.txt says for every
scenario how far each client comes, as the lab saw it. Writes TAP version 12; a client that is not
installed is skipped. Only the standard library is used; traffic stays on the loopback device.
"""
import argparse
import concurrent.futures
import contextlib
import dataclasses
import fnmatch
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers

LIMIT_S = 20
ENOUGH_S = 4  # a client that still waits then has come as far as it comes
AT_ONCE = 4
REACHES = pathlib.Path(__file__).with_name('clients.txt')
WORDS = ('nothing', 'request', 'hello', 'key', 'tls', 'token', 'credentials')

# Exit codes of xfreerdp 2, and what the log says of the last step.
XFREERDP_LOGON, XFREERDP_NEGOTIATION, XFREERDP_TLS, XFREERDP_TRANSPORT = 134, 133, 143, 147
RDESKTOP_REFUSED = 76


@dataclasses.dataclass(frozen=True)
class Row:
    """One client at one scenario."""
    client: str
    scenario: str
    says: str              # a pattern that its output has to hold
    exits: int | None      # None: it goes on past the scenario's end, and is stopped
    more: tuple = ()       # options of the client


NEGO = 'Protocol Security Negotiation Failure'
NLA_GOES_ON = 'CONNECTION_STATE_NLA|nla_recv'
TLS_UP = 'Connection established using SSL'
NO_TICKET = 'Failed to initialize NLA'

ROWS = (
    # The challenge comes, the password is wrong: NLA is as far as it gets.
    Row('xfreerdp', 'healthy', NLA_GOES_ON, XFREERDP_LOGON),
    Row('xfreerdp', 'healthy-nla-optional', NLA_GOES_ON, XFREERDP_LOGON),
    Row('xfreerdp', 'cert-expired', NLA_GOES_ON, XFREERDP_LOGON),
    # With /sec:tls a host that requires NLA refuses.
    Row('xfreerdp', 'healthy', 'HYBRID_REQUIRED_BY_SERVER', XFREERDP_NEGOTIATION, ('/sec:tls',)),
    # TLS is up, and the host leaves at the MCS request, which the lab does not answer.
    Row('xfreerdp', 'healthy-xrdp', 'BIO_read', XFREERDP_TRANSPORT),
    Row('xfreerdp', 'healthy-tls-only', 'BIO_read', XFREERDP_TRANSPORT),
    Row('xfreerdp', 'neg-hybrid-required', NEGO, XFREERDP_NEGOTIATION, ('/sec:tls',)),
    Row('xfreerdp', 'neg-ssl-required', NEGO, XFREERDP_NEGOTIATION),
    Row('xfreerdp', 'neg-no-certificate', 'SSL_CERT_NOT_ON_SERVER', XFREERDP_NEGOTIATION),
    Row('xfreerdp', 'tls-hello-rst', 'TLS_CONNECT_FAILED', XFREERDP_TLS),
    Row('xfreerdp', 'tls-hello-fin', 'TLS_CONNECT_FAILED', XFREERDP_TLS),
    Row('xfreerdp', 'tls-1.1-only', 'TLS_CONNECT_FAILED', XFREERDP_TLS),
    Row('xfreerdp', 'nla-rst', 'Connection reset by peer', XFREERDP_TRANSPORT),
    # rdesktop does NLA with a Kerberos ticket only; it goes on with TLS where the host lets it.
    Row('rdesktop', 'healthy', NO_TICKET, RDESKTOP_REFUSED),
    Row('rdesktop', 'healthy-xrdp', TLS_UP, None),
    Row('rdesktop', 'healthy-tls-only', TLS_UP, None),
    Row('rdesktop', 'healthy-nla-optional', TLS_UP, None),
    Row('rdesktop', 'cert-expired', NO_TICKET, RDESKTOP_REFUSED),
    Row('rdesktop', 'neg-hybrid-required', 'CredSSP required by server', RDESKTOP_REFUSED),
    Row('rdesktop', 'neg-ssl-required', 'SSL required by server', RDESKTOP_REFUSED),
    Row('rdesktop', 'neg-no-certificate', 'no valid authentication certificate', None),
    Row('rdesktop', 'neg-standard-only', 'SSL not allowed by server', None),
    Row('rdesktop', 'tls-hello-rst', 'TLS handshake failed', RDESKTOP_REFUSED),
    Row('rdesktop', 'tls-hello-fin', 'TLS handshake failed', RDESKTOP_REFUSED),
)
PACKAGES = {'xfreerdp': 'freerdp2-x11', 'rdesktop': 'rdesktop'}


def argv_of(row, port):
    host = f'127.0.0.1:{port}'
    if row.client == 'xfreerdp':
        return ['xfreerdp', f'/v:{host}', '/u:alice', '/p:wrong', '/cert:ignore', '+auth-only', *row.more]
    return ['rdesktop', '-u', 'alice', '-p', 'wrong', *row.more, host]


# --- processes ---


@contextlib.contextmanager
def running(argv, **more):
    process = subprocess.Popen(argv, start_new_session=True, **more)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def screen():
    """An X display of its own."""
    read, write = os.pipe()
    with running(['Xvfb', f':{next(servers.DISPLAYS)}', '-displayfd', str(write), '-screen', '0', '640x480x24',
                  '-nolisten', 'tcp', '-noreset'], pass_fds=(write,), stdin=subprocess.DEVNULL,
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        os.close(write)
        with open(read, 'rb') as f:
            yield f':{f.readline().strip().decode()}'


@contextlib.contextmanager
def lab(program, scenario):
    """The port at which the scenario plays."""
    with running([program, 'lab', scenario, '-q', '--timeout', '60'], stdin=subprocess.DEVNULL,
                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        line = process.stdout.readline().decode()
        found = re.search(r':(\d+)\s*$', line)
        if not found:
            raise RuntimeError(f'the lab does not say where it listens: {line!r}')
        yield int(found[1])


def read_until(process, pattern):
    """All that is said, until the pattern is there and the rest would not matter."""
    said = ''
    for line in iter(process.stdout.readline, b''):
        said += line.decode(errors='replace')
        if pattern and re.search(pattern, said):
            break
    return said


def run(program, row, environment):
    """What the client said and its exit status; None when it had to be stopped."""
    with lab(program, row.scenario) as port:
        with running(argv_of(row, port), env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                     stderr=subprocess.STDOUT) as client:
            stop = threading.Timer(LIMIT_S, lambda: os.killpg(client.pid, signal.SIGKILL))
            stop.start()
            try:
                with contextlib.suppress(OSError):
                    client.stdin.write(b'yes\n' * 4)  # is this certificate to be trusted?
                    client.stdin.close()
                said = read_until(client, None if row.exits is not None else row.says)
                return said, client.wait() if row.exits is not None else None
            finally:
                stop.cancel()


def judge(row, said, exits):
    """Lines that tell what is not as expected."""
    wrong = []
    if exits != row.exits:
        wrong.append(f'exit status: expected {row.exits}, seen {exits}')
    if not re.search(row.says, said):
        wrong.append(f'it does not say: {row.says}')
    return wrong + [f'  {line}' for line in said.splitlines()[-12:]] if wrong else []


def attempt(row, program, environment):
    """Lines that tell what went wrong; raises Missing."""
    servers.need(Xvfb='xvfb', **{row.client: PACKAGES[row.client]})
    try:
        return judge(row, *run(program, row, environment))
    except (OSError, RuntimeError) as e:
        return [f'{type(e).__name__}: {e}']


# --- how far each client comes with each scenario ---


def expected_reaches():
    """Words by client and scenario; the file's head names the clients."""
    lines = [line.split('#')[0].split() for line in REACHES.read_text(encoding='utf-8').splitlines()]
    head, *rows = [line for line in lines if line]
    return {(client, row[0]): row[i] for row in rows for i, client in enumerate(head[1:], 1)}


class Stage:
    """The lab with many scenarios, and what it says of who came."""

    def __init__(self, program, scenarios):
        self.process = subprocess.Popen([program, 'lab', *scenarios, '--json', '--timeout', '600'],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        start_new_session=True)
        said = b''
        for line in iter(self.process.stdout.readline, b''):
            said += line
            if line == b'}\n':
                break
        self.ports = {row['scenario']: row['port'] for row in json.loads(said)['listening']}
        self.heard = b''
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        self.heard = self.process.stderr.read()

    def end(self):
        """The furthest that anybody came, by scenario."""
        self.process.send_signal(signal.SIGINT)
        self.reader.join()
        self.process.wait()
        self.process.stdout.close()
        furthest = {}
        for scenario, word in re.findall(rb'rdpwhy: (\S+): \S+ came to: (\w+)', self.heard):
            place = WORDS.index(word.decode())
            furthest[scenario.decode()] = max(place, furthest.get(scenario.decode(), 0))
        return {scenario: WORDS[place] for scenario, place in furthest.items()}


def visit(client, scenario, port, environment):
    argv = argv_of(Row(client, scenario, '', None), port)
    with running(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL) as process:
        with contextlib.suppress(OSError):
            process.stdin.write(b'yes\n' * 4)
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENOUGH_S)


def reaches(program, client, scenarios, environment, at_once=AT_ONCE):
    stage = Stage(program, scenarios)
    try:
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            list(pool.map(lambda s: visit(client, s, stage.ports[s], environment), scenarios))
    finally:
        seen = stage.end()
    return seen


def try_reaches(program, client, scenarios, environment):
    """What is wrong, by scenario; who is late among others is tried again alone."""
    expected = expected_reaches()

    def differing(names, seen):
        return [s for s in names if seen.get(s, 'nothing') not in expected.get((client, s), '').split('|')]

    seen = reaches(program, client, scenarios, environment)
    for scenario in differing(scenarios, seen):
        seen.update(reaches(program, client, [scenario], environment, 1))
    return {s: f'expected {expected.get((client, s))}, came to {seen.get(s, "nothing")}'
            for s in differing(scenarios, seen)}


def scenarios_of(program):
    out = subprocess.run([program, 'lab', '--json'], check=True, capture_output=True).stdout
    return [row['id'] for row in json.loads(out)['scenarios']]


def print_reaches(program, pattern, n, environment):
    """Prints a line a scenario and client from number n on; says how many failed."""
    failed = 0
    for client, package in PACKAGES.items():
        names = [s for s in scenarios_of(program) if fnmatch.fnmatch(f'{client} comes {s}', pattern)]
        wrong, skip = {}, ''
        try:
            servers.need(Xvfb='xvfb', **{client: package})
            wrong = try_reaches(program, client, names, environment) if names else {}
        except servers.Missing as e:
            skip = f' # SKIP {e}'
        for scenario in names:
            bad = scenario in wrong
            failed += bad
            print(f'{"not ok" if bad else "ok"} {n} - {client} comes {scenario}{skip}', flush=True)
            if bad:
                print(f'# {wrong[scenario]}')
            n += 1
    return failed


def count_reaches(program, pattern):
    names = scenarios_of(program)
    return sum(fnmatch.fnmatch(f'{client} comes {s}', pattern) for client in PACKAGES for s in names)


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('program', nargs='?')
    parser.add_argument('--only', default='*', metavar='PATTERN', help='of the names that --list shows')
    parser.add_argument('--list', action='store_true')
    wish = parser.parse_args(argv[1:])
    rows = [(' '.join((row.client, row.scenario, *row.more)), row) for row in ROWS]
    rows = [(name, row) for name, row in rows if fnmatch.fnmatch(name, wish.only)]
    if wish.list:
        print(*(name for name, _ in rows), sep='\n')
        return 0
    if not wish.program or not os.access(wish.program, os.X_OK):
        parser.print_usage(sys.stderr)
        return 64
    failed = 0
    program = os.path.abspath(wish.program)
    print(f'1..{len(rows) + count_reaches(program, wish.only)}', flush=True)
    with contextlib.ExitStack() as stack:
        home = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix='rdpwhy-clients-')))
        environment = {'PATH': '/usr/bin:/bin', 'HOME': str(home), 'LC_ALL': 'C.UTF-8'}
        if servers.find('Xvfb'):
            environment['DISPLAY'] = stack.enter_context(screen())
        for n, (name, row) in enumerate(rows, 1):
            try:
                wrong, skip = attempt(row, program, environment), ''
            except servers.Missing as e:
                wrong, skip = [], f' # SKIP {e}'
            failed += bool(wrong)
            print(f'{"not ok" if wrong else "ok"} {n} - {name}{skip}', flush=True)
            for line in wrong:
                print(f'# {line}')
        failed += print_reaches(program, wish.only, len(rows) + 1, environment)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
