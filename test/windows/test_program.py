#!/usr/bin/env python3
"""rdpwhy.exe from outside, under Wine: what people type, see and get as exit status.

    test_program.py RDPWHY.EXE BUILD_FOLDER

Where the program for this computer is built beside it, both must say the same. Programs for xrdp's
test come from the packages that ./dev lists for interop.
"""
import lzma
import os
import pathlib
import re
import select
import socket
import subprocess
import sys
import tempfile
import time

import wine
from wine import Skip, expect

sys.path.insert(0, str(wine.SOURCE / 'test' / 'interop'))
import servers  # noqa: E402 (found by the line above)

SHARED = wine.SOURCE.parent / 'shared' / 'data'
GOLDENS = ('machinekeys-inaccessible', 'hard-healthy-nla', 'hard-904-7-alone', 'dns-unresolvable')
TESTS = []


def test(name):
    def add(f):
        TESTS.append((name, f))
        return f
    return add


class Bench:
    def __init__(self, exe, build, scratch):
        self.exe = wine.Program(exe, scratch)
        self.build, self.scratch = build, pathlib.Path(scratch)

    def run(self, *args, **how):
        return self.exe.run(*args, **how)

    def both(self, *args, **how):
        """Answers of the .exe and of the program for this computer; paths are translated."""
        linux = wine.Program(wine.linux_program(self.build), self.scratch)
        theirs = [wine.windows_path(a) if isinstance(a, pathlib.Path) else a for a in args]
        return self.exe.run(*theirs, **how), linux.run(*args, **how)

    def file(self, name, content):
        path = self.scratch / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


def golden(name):
    return wine.SOURCE / 'test' / 'golden' / name / 'findings.jsonl'


def same(ours, other, says='Windows and Linux say different things'):
    expect((ours.status, ours.out) == (other.status, other.out), f'{says}\n{ours}', other)


def closed_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def without_times(report, *paths):
    """What a report holds beside times, places of files, and what systems tell differently."""
    text = re.sub(r'"\d{4}-\d\d-\d\dT[0-9:.]+Z"', '"TIME"', report)
    text = re.sub(r'"id": "[0-9a-f-]*"', '"id": "RUN"', text)
    text = re.sub(r'"(duration|started)(_us)?": \d+', r'"\1": 0', text)
    for path in paths:
        for form in (wine.windows_path(path).replace('\\', '\\\\'), str(path)):
            text = text.replace(form, 'FILE')
    return text


# --- what it says ---


@test('--version: the version of the sources')
def _(t):
    version = re.search(r"version: '([^']*)'", (wine.SOURCE / 'meson.build').read_text()).group(1)
    answer = t.run('--version')
    expect(answer.text == f'rdpwhy {version}\n' and answer.status == 0, 'another version', answer)


for asked in (['explain', '0x904/0x7'], ['explain', '--json', '0x904/0x7'], ['explain', 'causes'],
              ['explain', 'machinekeys-inaccessible'], ['--help'], ['lab'], ['lab', 'causes', '--json']):
    @test(' '.join(asked) + ': byte for byte what it is elsewhere')
    def _(t, asked=asked):
        same(*t.both(*asked, env={'COLUMNS': '90'}))


@test('no arguments, not by a double click: the help on standard error, and 64')
def _(t):
    answer = t.run()
    expect(answer.status == 64 and not answer.out and 'Exit status' in answer.said, 'no help', answer)


@test('a dialog through standard input, in other letters')
def _(t):
    text = 'リモート デスクトップ接続\nエラー コード: 0x904\n拡張エラー コード: 0x7\n'
    same(*t.both('explain', '-', stdin=text.encode()))


@test('umlauts and other letters in arguments and names of files')
def _(t):
    folder = t.scratch / 'Größe 日本'
    folder.mkdir(exist_ok=True)
    path = folder / 'Straße-файл.jsonl'
    path.write_bytes(golden(GOLDENS[0]).read_bytes())
    exe, linux = t.both('read', '--json', path)
    expect('Straße-файл' in exe.text, 'the name is not shown as it is', exe)
    expect(without_times(exe.text, path) == without_times(linux.text, path), 'another report', exe)
    missing = t.run('read', wine.windows_path(folder / 'fehlt-ü.txt'))
    expect(missing.status == 64 and 'fehlt-ü.txt' in missing.said, 'expected the name', missing)


# --- evidence ---


@test('read of findings: the report is the same')
def _(t):
    for name in GOLDENS:
        exe, linux = t.both('read', '--json', golden(name))
        expect(without_times(exe.text, golden(name)) == without_times(linux.text, golden(name)),
               f'{name}: another report', exe)
        expect(exe.status == linux.status == wine.EXIT_OF[exe.json()['verdict']['state']],
               f'{name}: another exit status', exe)


@test('read of a capture made here, with its TLS secrets: the report is the same')
def _(t):
    linux = wine.Program(wine.linux_program(t.build), t.scratch)
    capture = t.scratch / 'made.pcapng'
    with Played(linux, 'healthy') as host:
        linux.run(host, '--capture', capture)
    exe, ours = t.both('read', '--json', capture)
    expect(without_times(exe.text, capture) == without_times(ours.text, capture), 'another report', exe)
    expect(exe.json()['verdict']['state'] == 'healthy', 'expected healthy', exe)


@test('--capture writes what can be read again')
def _(t):
    linux = wine.Program(wine.linux_program(t.build), t.scratch)
    capture = t.scratch / 'exe.pcapng'
    with Played(linux, 'healthy') as host:
        t.run(host, '--capture', wine.windows_path(capture))
    answer = linux.run('read', '--json', capture)
    expect(answer.json()['verdict']['state'] == 'healthy', 'expected healthy', answer)


@test('registry hives and event logs of real computers: the report is the same')
def _(t):
    if not (SHARED / 'hives').is_dir():
        raise Skip('no shared data here')
    for packed in (SHARED / 'hives' / 'SYSTEM-win10-1903-dirty-no-logs.xz',
                   SHARED / 'hives' / 'NTUSER-dirty.DAT.xz',
                   SHARED / 'evtx' / 'szechuan-dc' / 'System.evtx.xz'):
        path = t.file(packed.stem, lzma.decompress(packed.read_bytes()))
        exe, linux = t.both('read', '--json', path)
        expect(without_times(exe.text, path) == without_times(linux.text, path),
               f'{packed.name}: another report', exe)


@test('nothing that can be used: 64 and one line each')
def _(t):
    t.file('empty', b'')
    (t.scratch / 'folder').mkdir(exist_ok=True)
    for args in (['read', 'empty'], ['read', 'nowhere.evtx'], ['explain', ''], ['check'],
                 ['--nonsense'], ['host:99999'], ['lab', 'no-such-scenario']):
        answer = t.run(*args)
        expect(answer.status == 64 and not answer.out and answer.said.count('\n') == 1,
               f'{args}: expected 64 and one line', answer)


# --- live ---


class Played:
    """A host of the lab, played by a program."""

    def __init__(self, program, scenario):
        self.process = subprocess.Popen([*program.start, 'lab', scenario, '--quiet', '--timeout', '100'],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                        env=program.env())

    def __enter__(self):
        return self.process.stdout.readline().split()[2]

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


@test('demo: what was planted is named, and 0')
def _(t):
    answer = t.run('demo')
    expect(answer.status == 0 and 'Planted' in answer.text, 'the answer is not what was planted', answer)


@test('the lab of the .exe is seen by the program for this computer as its own is')
def _(t):
    linux = wine.Program(wine.linux_program(t.build), t.scratch)
    for scenario in ('healthy', 'tls-hello-rst', 'neg-fin'):
        seen = []
        for player in (t.exe, linux):
            with Played(player, scenario) as host:
                verdict = linux.run(host, '--json').json()['verdict']
                seen.append((verdict['state'], verdict['cause'], sorted(verdict['set'])))
        expect(seen[0] == seen[1], f'{scenario}: {seen}')


@test('a closed port: refused, and whose side it is on')
def _(t):
    exe, linux = t.both(f'127.0.0.1:{closed_port()}', '--json')
    expect(exe.status == linux.status == 1, 'expected a cause', exe)
    expect(exe.json()['verdict']['cause'] == linux.json()['verdict']['cause'], 'another cause', exe)


@test('names: one that resolves, and one that cannot')
def _(t):
    answer = t.run(f'localhost:{closed_port()}', '--json')
    names = {f['name']: f for f in answer.json()['findings']}
    expect(names['name.resolved']['state'] == 'seen', 'localhost does not resolve', answer)
    answer = t.run('no-such-host.invalid', '--json', '--timeout', '15')
    expect(answer.status in (1, 2, 3), 'no report', answer)
    expect('no-such-host.invalid' in answer.text, 'the name is missing', answer)


@test('xrdp on loopback: findings and verdict are those of the program for this computer')
def _(t):
    try:
        servers.Xrdp.check()
    except servers.Missing as e:
        raise Skip(str(e)) from None
    certificates = servers.Certificates(t.scratch / 'certificates', ('127.0.0.1',))
    t.scratch.chmod(0o755)
    for layer in ('negotiate', 'rdp'):
        port = closed_port()
        with servers.Xrdp(servers.Here(), t.scratch / f'xrdp-{layer}', certificates, '127.0.0.1', port,
                          layer=layer):
            exe, linux = t.both(f'127.0.0.1:{port}', '--json')
        said = [(r['verdict']['state'], r['verdict']['cause'],
                 sorted((f['name'], f['state'], str(f.get('value'))) for f in r['findings']
                        if f['origin'] == 'probe' and f.get('unit') not in ('ms', 'seconds') and
                        not f['name'].startswith(('path.', 'name.'))))
                for r in (exe.json(), linux.json())]
        expect(said[0] == said[1], f'{layer}: {sorted(set(said[0][2]) ^ set(said[1][2]))} {said[0][:2]}')


# --- pipes and consoles ---


@test('a reader that leaves: the end, without a word')
def _(t):
    argv = [*t.exe.start, 'explain', '--json', 'causes']
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=t.exe.env(),
                          cwd=t.scratch) as p:
        p.stdout.read(100)
        p.stdout.close()
        status, said = p.wait(wine.LIMIT_S), p.stderr.read()
    expect(status in (0, 2) and not said, f'exit status {status}, {said!r}')


@test('ask through a pipe: a question, an answer, and the status of the last')
def _(t):
    answer = t.run('ask', '-q', stdin=f'127.0.0.1:{closed_port()}\r\n0x904/0x7\r\n\r\n'.encode())
    expect(answer.status == 1 and 'cause found' in answer.text, 'expected a cause', answer)
    expect('Computer: ' in answer.said and 'Enter alone ends.' in answer.said, 'no question', answer)


def typed_in_console(t, args, turns):
    """Everything that a console shows where, at each of some words, something is typed."""
    try:
        import pty
        leader, follower = pty.openpty()
    except (ImportError, OSError) as e:
        raise Skip('no pseudo-terminal here') from e
    seen, at, end = b'', 0, time.monotonic() + wine.LIMIT_S
    with subprocess.Popen([*t.exe.start, *args], stdin=follower, stdout=follower, stderr=follower,
                          env=t.exe.env(TERM='xterm'), cwd=t.scratch, start_new_session=True) as p:
        os.close(follower)
        while time.monotonic() < end and select.select([leader], [], [], wine.LIMIT_S)[0]:
            try:
                seen += os.read(leader, 65536)
            except OSError:  # the last one has left it
                break
            if turns and turns[0][0].encode() in seen[at:]:
                at = len(seen)
                time.sleep(0.3)  # Wine takes the terminal over when it begins to read
                os.write(leader, turns.pop(0)[1].encode())
        if p.poll() is None:
            p.kill()
    os.close(leader)
    expect(not turns, f'it stopped asking: {seen!r}')
    # Wine draws the window: blanks become moves of the cursor, line ends have an end of their own.
    return re.sub(r'(\x1b\[[0-9?;]*[A-Za-z]|\s)+', ' ', seen.decode('utf-8', 'replace'))


PASTED = 'It ended.\r\rError code: 0x904\rExtended error code: 0x7\r\r[OK]\r\r'


@test('ask in a console: a pasted message with blank lines in it, and the next question')
def _(t):
    seen = typed_in_console(t, ['ask', '-q', '--color', 'never'], [
        ('Computer:', f'127.0.0.1:{closed_port()}\r'), ('Code:', PASTED), ('Computer:', '\r')])
    expect("The client's code and the measurement" in seen, f'no answer: {seen}')
    expect(seen.count('Code:') == 1, f'what was pasted was taken for a host: {seen}')


@test('a window of its own and no arguments, as by a double click: it asks, answers and stays')
def _(t):
    seen = typed_in_console(t, [], [
        ('Computer:', f'127.0.0.1:{closed_port()}\r'), ('Code:', '0x904/0x7\r'), ('Computer:', '\r')])
    expect('nothing listens' in seen, f'no answer: {seen}')
    expect('Enter alone closes this window.' in seen, f'it does not stay: {seen}')


@test('a file dropped on it: its answer, and then it asks')
def _(t):
    path = t.file('dropped.rdp', f'full address:s:127.0.0.1:{closed_port()}\r\n')
    seen = typed_in_console(t, [wine.windows_path(path)], [('Computer:', '\r')])
    expect('nothing listens' in seen, f'no answer: {seen}')
    seen = typed_in_console(t, [wine.windows_path(golden(GOLDENS[0]))], [('Computer:', '\r')])
    expect('private key' in seen, f'no answer: {seen}')


@test('with a command in a window of its own: it ends, as a scheduled task wants it')
def _(t):
    seen = typed_in_console(t, ['explain', '0x904/0x7'], [])
    expect('0x904/0x7' in seen and 'Computer:' not in seen, f'another answer: {seen}')


# --- TAP ---


def main(argv):
    if len(argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    wine.prepare(argv[2])
    if wine.why_not():
        return wine.skip_all(wine.why_not())
    print(f'1..{len(TESTS)}')
    with tempfile.TemporaryDirectory(prefix='rdpwhy-windows-') as scratch:
        t = Bench(argv[1], argv[2], os.path.realpath(scratch))
        t.run('--version', limit=wine.FIRST_LIMIT_S)  # makes the prefix
        good = [wine.told(n, name, f, t) for n, (name, f) in enumerate(TESTS, 1)]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv))
