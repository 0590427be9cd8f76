#!/usr/bin/env python3
"""The program from outside: what people type, what they see, what scripts get.

    test_cli.py PATH_TO_RDPWHY SOURCE_DIR

Writes TAP version 12. Tests against the schemas of doc/ need python3-jsonschema and are skipped
without it; everything else needs only the standard library.
"""
import concurrent.futures
import contextlib
import datetime
import io
import json
import os
import pathlib
import random
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import zipfile

try:
    import jsonschema
except ImportError:
    jsonschema = None

LIMIT_S = 20
WORKERS = max(2, min(8, os.cpu_count() or 2))
SANITIZERS = ('ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS', 'MSAN_OPTIONS')
EXIT_OF = {'healthy': 0, 'cause': 1, 'uncertain': 2, 'untested': 3}
ESC = b'\x1b'
SPEC_OF_TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)')


class Failure(Exception):
    pass


class Skip(Exception):
    pass


class Answer:
    """What a run of the program left: exit status, standard output and error."""

    def __init__(self, argv, status, out, err):
        self.argv, self.status, self.out, self.err = argv, status, out, err

    @property
    def text(self):
        return self.out.decode('utf-8')

    @property
    def said(self):
        return self.err.decode('utf-8')

    @property
    def words(self):
        """The screen with every run of blanks and line ends as one blank."""
        return ' '.join(self.text.split())

    def json(self):
        try:
            return json.loads(self.text)
        except ValueError as e:
            fail(self, f'standard output is no JSON: {e}')

    def __str__(self):
        shown = ' '.join(repr(a if len(a) < 200 else a[:200] + b'...') for a in self.argv)
        return (f'command: {shown}\nexit status: {self.status}\n'
                f'stdout ({len(self.out)} bytes): {self.out[:700]!r}\n'
                f'stderr ({len(self.err)} bytes): {self.err[:700]!r}')


def fail(answer, says):
    raise Failure(f'{says}\n{answer}')


def expect(answer, holds, says):
    if not holds:
        fail(answer, says)


class Program:
    def __init__(self, path, source, scratch):
        self.path = os.path.abspath(path)
        self.source = pathlib.Path(source).resolve()
        self.scratch = pathlib.Path(scratch)
        self.schemas = {}

    def env(self, **extra):
        env = {'PATH': '/usr/bin:/bin', 'HOME': str(self.scratch), 'LC_ALL': 'C.UTF-8'}
        env.update({k: os.environ[k] for k in SANITIZERS if k in os.environ})
        env.update(extra)
        return {k: v for k, v in env.items() if v is not None}

    def run(self, *args, stdin=b'', env=None, cwd=None, statuses=(0, 1, 2, 3, 64)):
        argv = [a if isinstance(a, bytes) else os.fsencode(str(a)) for a in args]
        try:
            p = subprocess.run([os.fsencode(self.path), *argv], input=stdin, timeout=LIMIT_S,
                               capture_output=True, env=self.env(**(env or {})),
                               cwd=cwd or self.scratch, check=False)
        except subprocess.TimeoutExpired:
            raise Failure(f'no answer within {LIMIT_S} s: {argv!r}') from None
        answer = Answer([b'rdpwhy', *argv], p.returncode, p.stdout, p.stderr)
        expect(answer, p.returncode >= 0, 'it was killed by a signal')
        expect(answer, p.returncode in statuses, 'an exit status that is not documented')
        return answer

    def many(self, calls):
        """Answers to lists of arguments, in their order."""
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(lambda args: self.run(*args), calls))

    def file(self, name, content):
        path = self.scratch / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def golden(self, name):
        return self.source / 'test' / 'golden' / name / 'findings.jsonl'

    def goldens(self):
        return sorted((self.source / 'test' / 'golden').glob('*/findings.jsonl'))

    def validate(self, which, answers):
        """Every answer is what doc/WHICH.schema.json says."""
        if jsonschema is None:
            raise Skip('python3-jsonschema is not installed')
        if which not in self.schemas:
            path = self.source / 'doc' / f'{which}.schema.json'
            schema = json.loads(path.read_text(encoding='utf-8'))
            kind = jsonschema.validators.validator_for(schema)
            kind.check_schema(schema)
            self.schemas[which] = kind(schema)
        for answer in answers:
            for error in self.schemas[which].iter_errors(answer.json()):
                where = '/'.join(str(p) for p in error.absolute_path)
                fail(answer, f'{which}.schema.json, at /{where}: {error.message[:300]}')


TESTS = []


def test(name):
    def add(f):
        TESTS.append((name, f))
        return f
    return add


def one_line(answer):
    expect(answer, answer.said.endswith('\n') and answer.said.count('\n') == 1,
           'expected exactly one line on standard error')


def refused(answer, *patterns):
    expect(answer, answer.status == 64, 'expected exit status 64')
    expect(answer, not answer.out, 'expected nothing on standard output')
    one_line(answer)
    for pattern in patterns:
        expect(answer, re.search(pattern, answer.said), f'expected {pattern!r} in the message')


def succeeded(answer, status=0, quiet=True):
    expect(answer, answer.status == status, f'expected exit status {status}')
    expect(answer, answer.out, 'expected an answer on standard output')
    expect(answer, not quiet or not answer.err, 'expected nothing on standard error')


def holds_no_escape(answer, data=None):
    data = answer.out + answer.err if data is None else data
    bad = re.search('[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]',
                    data.decode('utf-8'))
    expect(answer, not bad, f'a control or direction mark reaches the reader: {bad and bad.group()!r}')


# --- explain: what it knows ---

ASKED = [  # what is asked, kind, families of which one must be among the readings, value
    ('0x904/0x7', 'disconnect_reason', 0x904),
    ('2308', 'disconnect_reason', 2308),
    ('904', 'disconnect_reason', 0x904),
    ('516', 'disconnect_reason', 516),
    ('C000006D', 'status', 0xC000006D),
    ('-2146893044', 'status', 0x8009030C),
    ('0x8009030D', 'status', 0x8009030D),
    ('HYBRID_REQUIRED_BY_SERVER', 'nego_failure', 5),
    ('TLS alert 40', 'tls_alert', 40),
    ('errinfo 0x10D4', 'errinfo', 0x10D4),
    ('xfreerdp exit 131', 'freerdp_exit', 131),
    ('0x300001B', 'gateway', 0x300001B),
    ('0x20014', 'freerdp_error', 0x20014),
    ('0x800759DA', 'gateway', 0x800759DA),
    ('extended 0x101', 'extended_reason', 0x101),
]
KINDS = [('0x904/0x7', 'code'), ('machinekeys-inaccessible', 'cause'), ('tls.completed', 'finding'),
         ('host-cert-renew', 'fix'), ('A7', 'advice'), ('turn off NLA', 'advice'),
         ('errinfo', 'family'), ('causes', 'list'), ('findings', 'list'), ('advice', 'list')]


def known_list(t):
    return t.run('explain', '--json').json()


def meanings(doc):
    return [m for n in doc['readings'] for m in n['meanings']]


def code_test(asked, family, value):
    @test(f'explain {asked}: means the {family} 0x{value:X}, on the screen and in JSON')
    def _(t):
        screen, answer = t.many([['explain', asked], ['explain', '--json', asked]])
        succeeded(screen)
        succeeded(answer)
        doc = answer.json()
        expect(answer, doc['kind'] == 'code' and doc['known'] is True, 'expected a known code')
        expect(answer, doc['asked'] == asked, 'asked is not what was asked')
        found = [m for m in meanings(doc) if (m['family'], m['value']) == (family, value)]
        expect(answer, found, f'expected the family {family}, value 0x{value:X}')
        for word in filter(None, (found[0]['name'], found[0]['means'], f'0x{value:X}')):
            expect(screen, ' '.join(word.split()) in screen.words,
                   f'expected {word!r} on the screen')


for row in ASKED:
    code_test(*row)


@test('explain of codes: the JSON is what explain.schema.json says')
def _(t):
    t.validate('explain', t.many([['explain', '--json', a] for a, _, _ in ASKED]))


@test('explain 904: both readings are shown, 904 and 0x904')
def _(t):
    doc = (answer := t.run('explain', '904', '--json')).json()
    expect(answer, [n['value'] for n in doc['readings']] == [904, 0x904], 'expected both readings')
    screen = t.run('explain', '904')
    for word in ('0x388 = 904', '0x904 = 2308'):
        expect(screen, word in screen.text, f'expected {word!r} on the screen')


@test('explain 0x904/0x7: meaning, what it cannot be, stages, suspects, bad advice, next command')
def _(t):
    answer, screen = t.many([['explain', '--json', '0x904/0x7'], ['explain', '0x904/0x7']])
    doc = answer.json()
    for key in ('readings', 'extended', 'pair', 'class', 'suspects', 'advice', 'next_checks'):
        expect(answer, doc.get(key), f'expected {key}')
    expect(answer, doc['decides'] is None, 'the pair alone must name no cause')
    expect(answer, doc['class']['cannot'] and doc['class']['by_stage'],
           'expected what it cannot mean and a table by stage')
    ranks = [s['rank'] for s in doc['suspects']]
    expect(answer, ranks == sorted(ranks) and ranks[0] == 1, 'expected suspects in their order')
    expect(answer, any(a['verdict'] in ('wrong', 'dangerous') for a in doc['advice']),
           'expected advice that is refuted')
    for c in doc['class']['cannot'] + [s['cause'] for s in doc['suspects']] + [
            c['command'] for c in doc['next_checks'] if c['command']]:
        expect(screen, ' '.join(c.split()) in screen.words, f'the screen lacks {c!r}')


@test('explain 0x904/0x7: the answer is under 100 KB, on the screen and in JSON')
def _(t):
    for answer in t.many([['explain', '0x904/0x7'], ['explain', '--json', '0x904/0x7']]):
        expect(answer, 1000 < len(answer.out) <= 100000, f'{len(answer.out)} bytes')


@test('explain: each kind of answer comes as a screen and as JSON of that kind')
def _(t):
    for asked, kind in KINDS:
        screen, answer = t.many([['explain', *asked.split()], ['explain', '--json', *asked.split()]])
        succeeded(screen)
        succeeded(answer)
        expect(answer, answer.json()['kind'] == kind, f'expected kind {kind}')
        expect(answer, answer.json()['schema'] == 'rdpwhy-explain/1', 'expected the schema')


@test('explain: each kind of answer is what explain.schema.json says')
def _(t):
    calls = [['explain', '--json', a] for a, _ in KINDS]
    calls += [['explain', '--json'], ['explain', '--json', 'zzzz'], ['explain', '--json', '0xDEAD'],
              ['explain', '--json', '0xDEADBEEF'], ['explain', '--json', 'dns-unresolvabel']]
    t.validate('explain', t.many(calls))


@test('explain without anything: says what can be asked, with every family')
def _(t):
    screen = t.run('explain')
    succeeded(screen)
    for family in known_list(t)['families']:
        expect(screen, family in screen.text, f'the overview lacks the family {family}')


@test('explain causes, findings, advice: the screen lists every one')
def _(t):
    doc = known_list(t)
    for word, key in (('causes', 'causes'), ('findings', 'findings'), ('advice', 'claims')):
        screen = t.run('explain', word)
        succeeded(screen)
        words = set(re.findall(r'[A-Za-z0-9][\w.-]*\w', screen.text))
        expect(screen, not set(doc[key]) - words, f'missing: {sorted(set(doc[key]) - words)[:5]}')


@test('explain --json: knows at least 111 causes, 278 findings, 74 claims and 20 families')
def _(t):
    doc = (answer := t.run('explain', '--json')).json()
    for key, least in (('causes', 111), ('findings', 278), ('claims', 74), ('families', 20)):
        expect(answer, len(doc[key]) >= least, f'only {len(doc[key])} {key}')
        expect(answer, len(set(doc[key])) == len(doc[key]), f'{key} with the same id twice')


def every_id(t):
    doc = known_list(t)
    return [i for key in ('causes', 'findings', 'claims') for i in doc[key]]


@test('explain ID: every cause, finding and claim that is listed has a screen')
def _(t):
    for answer in t.many([['explain', i] for i in every_id(t)]):
        succeeded(answer)
        holds_no_escape(answer)


@test('explain ID --json: every cause, finding and claim that is listed answers for itself')
def _(t):
    doc = known_list(t)
    for key, kind, field in (('causes', 'cause', 'id'), ('findings', 'finding', 'name')):
        for i, answer in zip(doc[key], t.many([['explain', '--json', i] for i in doc[key]])):
            succeeded(answer)
            expect(answer, (answer.json()['kind'], answer.json()[field]) == (kind, i),
                   f'expected the {kind} {i}')
    for i, answer in zip(doc['claims'], t.many([['explain', '--json', i] for i in doc['claims']])):
        succeeded(answer)
        expect(answer, [a['id'] for a in answer.json()['advice']] == [i], f'expected the claim {i}')


@test('explain ID --json: all of them are what explain.schema.json says')
def _(t):
    t.validate('explain', t.many([['explain', '--json', i] for i in every_id(t)]))


@test('explain FIX: every fix that a cause names can be explained')
def _(t):
    causes = t.many([['explain', '--json', i] for i in known_list(t)['causes']])
    fixes = sorted({f['id'] for c in causes for f in c.json()['fixes']})
    answers = t.many([['explain', '--json', f] for f in fixes])
    for f, answer in zip(fixes, answers):
        succeeded(answer)
        expect(answer, answer.json()['kind'] == 'fix' and answer.json()['fix']['id'] == f,
               f'expected the fix {f}')
    if jsonschema:
        t.validate('explain', answers)


@test('explain CAUSE: no fix that weakens or destroys stands before a safer one')
def _(t):
    order = ['safe', 'caution', 'weakens-security', 'destructive']
    for answer in t.many([['explain', '--json', i] for i in known_list(t)['causes']]):
        risks = [order.index(f['risk']) for f in answer.json()['fixes']]
        if len(risks) > 1 and risks[0] >= 2:
            expect(answer, min(risks) >= 2, 'the first fix is riskier than a later one')


@test('explain CLAIM in its own words: finds that claim, or one judged the same')
def _(t):
    claims = [a for c in t.many([['explain', '--json', i] for i in known_list(t)['claims']])
              for a in c.json()['advice']]
    for claim, answer in zip(claims, t.many([['explain', '--json', c['claim']] for c in claims])):
        succeeded(answer)
        advice = answer.json().get('advice', [])
        expect(answer, any(a['id'] == claim['id'] or a['verdict'] == claim['verdict']
                           for a in advice),
               f'{claim["id"]} ({claim["verdict"]}) not among {[a["id"] for a in advice]}')


# --- explain: families, row by row ---


def families(t):
    ids = known_list(t)['families']
    return list(zip(ids, t.many([['explain', '--json', i] for i in ids])))


@test('explain FAMILY --json: every family lists its codes, in order, none twice')
def _(t):
    for i, answer in families(t):
        succeeded(answer)
        doc = answer.json()
        values = [c['value'] for c in doc['codes']]
        expect(answer, doc['kind'] == 'family' and doc['id'] == i and values, 'expected its codes')
        expect(answer, values == sorted(set(values)), 'expected ascending numbers')
        expect(answer, {c['family'] for c in doc['codes']} == {i}, 'a code of another family')


@test('explain FAMILY --json: each is what explain.schema.json says')
def _(t):
    t.validate('explain', [a for _, a in families(t)])


@test('explain FAMILY: all families together have as many codes as the source has rows')
def _(t):
    rows = sum(len(re.findall(r'^\s*\{\.value\s*=', f.read_text(encoding='utf-8'), re.M))
               for f in (t.source / 'src' / 'finding').glob('codes_*.c'))
    shown = sum(len(a.json()['codes']) for _, a in families(t))
    if shown != rows:
        raise Failure(f'{shown} codes are shown, the source has {rows} rows')


@test('explain FAMILY: the screen has a row for every code')
def _(t):
    for i, answer in families(t):
        screen = t.run('explain', i)
        succeeded(screen)
        shown = {int(v, 16) for v in re.findall(r'^\s*(0x[0-9A-F]+)\b', screen.text, re.M)}
        missing = {c['value'] for c in answer.json()['codes']} - shown
        expect(screen, not missing, f'the screen lacks {[hex(v) for v in sorted(missing)][:5]}')


@test('explain FAMILY NUMBER: every code of every family is known by family and number')
def _(t):
    rows = [c for _, a in families(t) for c in a.json()['codes']]
    answers = t.many([['explain', '--json', c['family'], f'0x{c["value"]:X}'] for c in rows])
    for c, answer in zip(rows, answers):
        succeeded(answer)
        expect(answer, any((m['family'], m['value'], m['means']) ==
                           (c['family'], c['value'], c['means']) for m in meanings(answer.json())),
               f'{c["family"]} 0x{c["value"]:X} is not among the meanings')
    if jsonschema:
        t.validate('explain', answers)


@test('explain NAME: every code that has a name is known by it')
def _(t):
    rows = [c for _, a in families(t) for c in a.json()['codes'] if c['name']]
    names = sorted({c['name'] for c in rows})
    for name, answer in zip(names, t.many([['explain', '--json', n] for n in names])):
        succeeded(answer)
        expect(answer, answer.json()['kind'] == 'code' and
               any(m['name'] == name for m in meanings(answer.json())), f'{name} is not found')


# --- explain: pasted dialogs ---

WHEN = '07/02/26 01:02:03 PM'
DIALOGS = {
    'English, whole window': (
        '[Window Title]\nRemote Desktop Connection\n\n[Content]\nThis computer can\'t connect to '
        'the remote computer.\n\nTry connecting again. If the problem continues, contact the owner '
        'of the remote computer or your network administrator.\n\n[^] Hide details  [OK]\n\n'
        f'[Expanded Information]\nError code: 0x904\nExtended error code: 0x7\n'
        f'Timestamp (UTC): {WHEN}\n'),
    'German': f'Fehlercode: 0x904\nErweiterter Fehlercode: 0x7\nZeitstempel (UTC): {WHEN}\n',
    'Chinese, full-width colons': f'错误代码：0x904\n扩展错误代码：0x7\n时间戳 (UTC)：{WHEN}\n',
    'Spanish': (f'Código de error: 0x904\nCódigo de error extendido: 0x7\n'
                f'Marca de tiempo (UTC): {WHEN}\n'),
    'Japanese on one line': f'エラー コード: 0x904 拡張エラー コード: 0x7 タイムスタンプ (UTC): {WHEN}',
    'Arabic with right-to-left marks': (
        f'\u200fرمز الخطأ: \u202a0x904\u202c\n\u200fرمز الخطأ الموسع: \u202a0x7\u202c\n'
        f'\u200fالطابع الزمني (UTC): \u202a{WHEN}\u202c\n'),
    'English with CRLF': f'Error code: 0x904\r\nExtended error code: 0x7\r\nTimestamp (UTC): {WHEN}\r\n',
    'English with Activity ID': (
        f'Error code: 0x904\nExtended error code: 0x7\nTimestamp (UTC): {WHEN}\n'
        'Activity ID: e1c08c6b-b08c-4c30-8d66-c7c1a2c90000\n'),
    'English with a byte order mark': (
        f'\ufeffError code: 0x904\nExtended error code: 0x7\nTimestamp (UTC): {WHEN}\n'),
}


def dialog_test(name, text):
    @test(f'explain of a pasted dialog, {name}: code, extended code and time are found')
    def _(t):
        raw = text.encode()
        answers = [t.run('explain', '--json', raw), t.run('explain', '--json', '-', stdin=raw),
                   t.run('explain', '--json', *raw.split())]
        for answer in answers:
            succeeded(answer)
            doc = answer.json()
            expect(answer, doc['kind'] == 'code', 'expected a code')
            expect(answer, [n['value'] for n in doc['readings']] == [0x904], 'expected 0x904')
            expect(answer, doc.get('extended', {}).get('value') == 7, 'expected the extended 0x7')
            expect(answer, doc.get('when') == '2026-07-02T13:02:03Z', 'expected the timestamp')
            expect(answer, SPEC_OF_TIME.fullmatch(doc['when']), 'expected RFC 3339')
        screen = t.run('explain', '-', stdin=raw)
        succeeded(screen)
        holds_no_escape(screen)
        expect(screen, 'disconnectReasonAtClientWinsockFDCLOSE' in screen.text,
               'expected the meaning on the screen')


for row in DIALOGS.items():
    dialog_test(*row)


@test('explain of pasted dialogs: the JSON is what explain.schema.json says')
def _(t):
    t.validate('explain', [t.run('explain', '--json', '-', stdin=d.encode())
                           for d in DIALOGS.values()])


@test('explain of two dialogs: the first is explained, a warning names the byte of the second')
def _(t):
    two = ('Fehlercode: 0x904\nErweiterter Fehlercode: 0x7\n\nÜbrigens danach:\n'
           'Fehlercode: 0x204\nErweiterter Fehlercode: 0x0\n').encode()
    for answer in (t.run('explain', '--json', '-', stdin=two), t.run('explain', '--json', two)):
        succeeded(answer, quiet=False)
        one_line(answer)
        expect(answer, f'byte {two.index(b"0x204")}' in answer.said,
               f'expected byte {two.index(b"0x204")} in the warning')
        expect(answer, answer.json()['readings'][0]['value'] == 0x904, 'expected the first dialog')


@test('explain of one dialog pasted twice: no warning')
def _(t):
    text = DIALOGS['German'].encode()
    succeeded(t.run('explain', '-', stdin=text + text))


# --- explain: what it does not know ---


@test('explain of a misspelt name: exit 2 and one line naming the nearest')
def _(t):
    for asked, nearest in (('dns-unresolvabel', 'dns-unresolvable'), ('errinf', 'errinfo'),
                           ('machinekeys-inaccesible', 'machinekeys-inaccessible'),
                           ('tls.reset_is_forein', 'tls.reset_is_foreign'),
                           ('HYBRID_REQUIRED_BY_SERVE', 'HYBRID_REQUIRED_BY_SERVER')):
        answer = t.run('explain', asked)
        expect(answer, answer.status == 2, 'expected exit status 2')
        one_line(answer)
        expect(answer, nearest in answer.said, f'expected {nearest} in the message')
        answer = t.run('explain', '--json', asked)
        expect(answer, answer.status == 2 and answer.json()['nearest'] == nearest,
               f'expected nearest {nearest} in JSON')


@test('explain of nonsense: exit 2 and one line that says what was expected')
def _(t):
    for asked in ('zzzzzzzz', '!!!!', 'qqqq wwww jjjj'):
        answer = t.run('explain', asked)
        expect(answer, answer.status == 2, 'expected exit status 2')
        one_line(answer)
        expect(answer, 'nearest' in answer.said or 'expected' in answer.said,
               'expected the nearest or what was expected')


@test('explain of a number in no table: exit 2 and the nearest family')
def _(t):
    for asked, family in (('0xDEAD', 'disconnect_reason'), ('0xDEADBEEF', 'status')):
        screen, answer = t.many([['explain', asked], ['explain', '--json', asked]])
        for a in (screen, answer):
            expect(a, a.status == 2, 'expected exit status 2')
        doc = answer.json()
        expect(answer, doc['known'] is False and doc['readings'][0]['nearest_family'] == family,
               f'expected the nearest family {family}')
        expect(screen, re.search(r'nearest', screen.words + screen.said), 'expected the nearest')


# --- explain: bad input ---


def bad_input_test(what, byte, argument=None, stdin=None):
    @test(f'explain of {what}: exit 64 and one line that names byte {byte}')
    def _(t):
        refused(t.run('explain', '-' if argument is None else argument, stdin=stdin or b''),
                rf'\bbyte {byte}\b')


bad_input_test('an empty argument', 0, argument='')
bad_input_test('blanks only', 0, argument=' \t ')
bad_input_test('empty standard input', 0, stdin=b'')
bad_input_test('a control character', 4, argument='0x90\x01')
bad_input_test('an escape sequence', 0, argument='\x1b]0;owned\x07')
bad_input_test('a C1 control character', 2, argument='0x\u009b31m')
bad_input_test('a NUL on standard input', 5, stdin=b'0x904\x00/0x7')
bad_input_test('70000 bytes as an argument', 65536, argument='a' * 70000)
bad_input_test('70000 bytes on standard input', 65536, stdin=b'a' * 70000)
bad_input_test('0x90x', 0, argument='0x90x')
bad_input_test('0x90x after a word', 12, argument='Error code: 0x90x')
bad_input_test('0x90x after a word that is no ASCII', 9, argument='Código: 0x90x')
bad_input_test('0x alone', 0, argument='0x')
bad_input_test('nine hexadecimal digits', 0, argument='0x123456789')
bad_input_test('a number beyond 32 bits', 12, argument='Error code: 99999999999')
bad_input_test('a negative number beyond 32 bits', 0, argument='-2147483649')


@test('explain of anything empty: exit 64 and one line that says what was expected')
def _(t):
    for answer in (t.run('explain', ''), t.run('explain', '  '), t.run('explain', '-'),
                   t.run('explain', '--json', '', '')):
        refused(answer, 'expected')


@test('explain of bytes that are no UTF-8: no crash, and a message that is UTF-8')
def _(t):
    for raw in (b'\xff\xfe', b'0x904\xff', b'\xc3', b'\xed\xa0\x80', b'\xf5\x80\x80\x80'):
        for answer in (t.run('explain', raw), t.run('explain', '--json', '-', stdin=raw)):
            holds_no_escape(answer)


# --- the command line ---


@test('rdpwhy alone: exit 64 and the help on standard error')
def _(t):
    answer = t.run()
    expect(answer, answer.status == 64 and not answer.out, 'expected 64 and no result')
    expect(answer, 'explain' in answer.said and 'read' in answer.said, 'expected the commands')


@test('rdpwhy --help and -h: exit 0, commands, options and exit status')
def _(t):
    for answer in t.many([['--help'], ['-h']]):
        succeeded(answer)
        for word in ('rdpwhy explain', 'rdpwhy read', '--json', '--color', '--version',
                     '--code', 'Exit status'):
            expect(answer, word in answer.text, f'expected {word}')
        wide = [line for line in answer.text.splitlines() if len(line) > 80]
        expect(answer, not wide, f'lines wider than the screen: {wide}')


@test('rdpwhy explain --help and read --help: exit 0, options of that command only')
def _(t):
    explain, read = t.many([['explain', '--help'], ['read', '--help']])
    for answer in (explain, read):
        succeeded(answer)
        expect(answer, 'Example' in answer.text and '--json' in answer.text, 'expected an example')
    expect(explain, '--code' not in explain.text, '--code is no option of explain')
    expect(read, '--code' in read.text and '--quiet' in read.text, 'expected the options of read')


@test('rdpwhy --version: one line with name and version')
def _(t):
    answer = t.run('--version')
    succeeded(answer)
    expect(answer, re.fullmatch(r'rdpwhy \d+\.\d+\.\d+\S*\n', answer.text), 'expected a version')


def usage_test(name, args, *patterns):
    @test(f'{name}: exit 64 and one line')
    def _(t):
        refused(t.run(*args), *patterns)


usage_test('an unknown option near a known one is suggested', ['read', '--jsom', 'f'], 'mean --json')
usage_test('an unknown option before the command', ['--colour', 'explain', '7'], 'mean --color')
usage_test('an option like none', ['explain', '--frobnicate', '7'], 'unknown option --frobnicate')
usage_test('an unknown letter', ['read', '-z', 'f'], 'unknown option -z')
usage_test('a misspelt command names the one that is meant', ['explian', '0x904'], 'explian', 'did you mean explain')
usage_test('two hosts', ['one', 'two'], 'more than one host', 'expected one HOST')
usage_test('an empty host', [''], 'the host is empty')
usage_test('port 0', ['pc-17:0'], 'no number from 1 to 65535')
usage_test('port 70000', ['pc-17:70000'], 'no number from 1 to 65535')
usage_test('a port that is no number', ['pc-17:rdp'], 'no number from 1 to 65535')
usage_test('an address in brackets that is none', ['[pc-17]:3389'], 'no IPv6 address in the brackets')
usage_test('a bracket that is not closed', ['[::1'], 'a bracket is not closed')
usage_test('a name that is too long', ['a' * 64 + '.example'], 'longer than 63')
usage_test('a name that is much too long', ['a.' * 5000], 'longer than 253')
usage_test('a time limit that is none', ['pc-17', '--timeout', 'soon'], 'expected 0.1 to')
usage_test('a client that nobody knows', ['pc-17', '--client', 'rdp9'], 'win11')
usage_test('a stage that is none', ['pc-17', '--only', 'tea'], 'negotiation')
usage_test('check without a host', ['check'], 'no host')
usage_test('what only a check can leave out', ['read', '--no-client', 'x'], 'does not apply')
usage_test('an option of read given to explain', ['explain', '--quiet', '7'], 'does not apply')
usage_test('--code given to explain', ['explain', '--code', '7', '7'], 'does not apply')
usage_test('an option of read given before explain', ['-q', 'explain', '7'], 'does not apply')
usage_test('--code without its argument', ['read', '--code'], '--code', 'needs an argument')
usage_test('--color without its argument', ['explain', '7', '--color'], 'needs an argument')
usage_test('--color with a wrong word', ['explain', '--color', 'blue', '7'], 'auto.always.never')
usage_test('--json with an argument', ['explain', '--json=1', '7'], 'takes no argument')
usage_test('read without a file', ['read'], 'no file', 'expected')

usage_test('--json and --md together', ['read', '--json', '--md', 'f'], '--json and --md', 'expected one')
usage_test('--md given to explain', ['explain', '--md', '7'], '--md does not apply')
usage_test('--redact given to lab', ['lab', '--redact'], '--redact does not apply')
usage_test('a saved report in place of a host', ['report.json'], 'rdpwhy read report.json')
usage_test('findings in place of a host', ['check', 'x.JSONL'], 'rdpwhy read x.JSONL')
usage_test('a path in place of a host', ['./some where'], 'looks like a file', 'rdpwhy read FILE')
usage_test('an .rdp file that is not there', ['office.rdp'], 'office.rdp', 'No such file')
usage_test('a hostile path in place of a host', ['/tmp/$(id)\x1b[31m'], 'rdpwhy read FILE')
usage_test('demo with an unknown scenario', ['demo', 'tls-hello-rts'], 'demo: ', 'mean tls-hello-rst')
usage_test('demo with two scenarios', ['demo', 'healthy', 'neg-fin'], 'expected one')
usage_test('demo with a code that is none', ['demo', '--code', 'hello'], '--code')


# --- lab: the host played ---

usage_test('lab with an unknown scenario', ['lab', 'tls-hello-rts'], 'mean tls-hello-rst')
usage_test('lab with a second scenario that is none', ['lab', 'healthy', 'neg-fni'], 'mean neg-fin')
usage_test('lab with a beginning that no scenario has', ['lab', 'none-*'], 'no scenario')
usage_test('lab --describe without a scenario', ['lab', '--describe'], '--describe')
usage_test('lab with more ports than there are', ['lab', 'all', '--listen', '127.0.0.1:65500'], '65535')
usage_test('lab with an address that is none', ['lab', 'healthy', '--listen', 'here:1'], '--listen',
           'ADDRESS:PORT')
usage_test('lab with an address of another computer',
           ['lab', 'healthy', '--listen', '192.0.2.1:3389'], '192.0.2.1:3389')
usage_test('lab with a time that is none', ['lab', 'healthy', '--timeout', '0'], '--timeout')
usage_test('lab with a capture that cannot be written',
           ['lab', 'healthy', '--capture', '/nowhere/x.pcap'], '--capture')
usage_test('check with a capture that cannot be written',
           ['127.0.0.1:9', '--capture', '/nowhere/x.pcapng'], '--capture /nowhere/x.pcapng', 'cannot')
usage_test('--capture given to read', ['read', '--capture', 'x', 'y'], 'does not apply')
usage_test('an option of lab given to read', ['read', '--listen', '127.0.0.1:1', 'f'],
           'does not apply')


@test('lab lists its scenarios by stage, and the same ones as JSON')
def _(t):
    screen, answer = t.many([['lab'], ['lab', '--json']])
    succeeded(screen)
    succeeded(answer)
    rows = answer.json()['scenarios']
    expect(answer, len(rows) > 80 and len({r['id'] for r in rows}) == len(rows), 'expected rows')
    for row in rows:
        expect(screen, f"  {row['id']} " in screen.text, f"expected {row['id']}")
        expect(answer, set(row) <= {'id', 'stage', 'says', 'cause', 'expect', 'host', 'tls', 'fault',
                                    'seen_first'}, 'an unknown member')
        expect(screen, row.get('cause', '') in screen.text, f"expected {row.get('cause')}")


@test('lab says how every cause is reproduced, and networks are those of the tests')
def _(t):
    screen, answer, lists = t.many([['lab', 'causes'], ['lab', '--json'], ['explain', 'causes', '--json']])
    causes = {c['id']: c['reproduced'] for c in answer.json()['causes']}
    ids = set(lists.json()['causes'])
    expect(answer, set(causes) == ids and all(causes.values()), 'expected every cause')
    expect(screen, all(f'{id}\n' in screen.text for id in causes), 'expected every cause')
    sys.path.insert(0, str(t.source / 'test' / 'interop'))
    import network
    named = {(id, how['with']) for id, hows in causes.items() for how in hows if how['by'] == 'network'}
    for cause, name in named:
        expect(answer, name in network.FAULTS, f'no network {name}')
        expect(answer, cause in network.FAULTS[name].stands_for, f'{name} does not stand for {cause}')
    held = {(cause, name) for name, fault in network.FAULTS.items() for cause in fault.stands_for}
    expect(answer, all(cause in causes for cause, _ in held), 'a network stands for no cause')


@test('lab --describe tells host, fault and cause, and plays nothing')
def _(t):
    screen, answer, two = t.many([['lab', '--describe', 'neg-silent'], ['lab', '--describe', 'neg-silent', '--json'],
                                  ['lab', '--describe', 'healthy', 'nla-clock*']])
    for words in ('termservice-hung', 'when a client connects', 'neg.silent', 'rdpwhy lab neg-silent'):
        expect(screen, words in screen.text, f'expected {words}')
    expect(answer, answer.json()['scenarios'][0]['cause'] == 'termservice-hung', 'expected the cause')
    expect(two, 'nla-clock-years' in two.text and 'none: nothing is wrong' in two.text, 'expected both')
    for row in t.run('lab', '--json').json()['scenarios']:
        expect(answer, row['host'] and row['tls'] and row['fault'] and '(null)' not in str(row), 'expected words')


@test('explain of a cause says how it is reproduced')
def _(t):
    screen, answer = t.many([['explain', 'termservice-hung'], ['explain', 'termservice-hung', '--json']])
    expect(screen, 'Reproduced by' in screen.text and 'neg-silent' in screen.text, 'expected a scenario')
    expect(answer, {'by': 'scenario', 'with': 'neg-silent'} in answer.json()['reproduced'], 'expected it in JSON')


def lab(t, *args):
    p = subprocess.Popen([t.path, 'lab', *args, '--timeout', str(LIMIT_S)], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=t.env(), cwd=t.scratch)
    said = p.stdout.readline().decode()
    where = re.fullmatch(r'listening on 127\.0\.0\.1:(\d+)\n', said)
    if not where:
        p.kill()
        raise Failure(f'expected where it listens, got {said!r}, {p.communicate()[1]!r}')
    return p, int(where[1])


REQUEST = bytes.fromhex('03000013 0ee00000 00000001 0008000b 000000')


def talk(port):
    with socket.create_connection(('127.0.0.1', port), LIMIT_S) as s:
        s.sendall(REQUEST)
        try:
            return s.recv(100)
        except ConnectionResetError:
            return 'reset'


@test('lab says where it listens, answers, and ends with exit 0 at Ctrl-C')
def _(t):
    for scenario, starts in (('healthy', b'\x03\x00\x00\x13\x0e\xd0'), ('neg-fin', b''),
                             ('neg-rst', 'reset'), ('service-http', b'HTTP/1.1 400')):
        p, port = lab(t, scenario)
        with p:
            got = talk(port)
            p.send_signal(signal.SIGINT)
            out, err = p.communicate(timeout=LIMIT_S)
        answer = Answer([b'rdpwhy', b'lab', scenario.encode()], p.returncode, out, err)
        expect(answer, got[:len(starts)] == starts if starts else got == b'', f'got {got!r}')
        expect(answer, p.returncode == 0 and scenario in answer.said, 'expected its name, and 0')


def lab_of_many(t, *args):
    p = subprocess.Popen([t.path, 'lab', *args, '--json', '--timeout', str(LIMIT_S)], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=t.env(), cwd=t.scratch)
    said = b''
    for line in iter(p.stdout.readline, b''):
        said += line
        if line == b'}\n':
            break
    return p, json.loads(said)['listening']


@test('lab all plays every scenario at a time, each at a port of its own, into one capture')
def _(t):
    everything = t.run('lab', '--json').json()['scenarios']
    p, rows = lab_of_many(t, 'all', '--capture', 'all.pcap')
    with p:
        got = {row['scenario']: talk(row['port']) for row in rows
               if row['scenario'] in ('healthy', 'neg-fin', 'neg-rst', 'service-http')}
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=LIMIT_S)
    answer = Answer([b'rdpwhy', b'lab', b'all'], p.returncode, out, err)
    expect(answer, [row['scenario'] for row in rows] == [s['id'] for s in everything], 'expected all')
    expect(answer, len({row['port'] for row in rows}) == len(rows), 'expected a port each')
    expect(answer, got['healthy'][:6] == b'\x03\x00\x00\x13\x0e\xd0' and got['neg-fin'] == b'' and
           got['neg-rst'] == 'reset' and got['service-http'][:8] == b'HTTP/1.1', f'got {got}')
    expect(answer, p.returncode == 0, 'expected 0')
    expect(answer, (t.scratch / 'all.pcap').read_bytes().count(REQUEST) == 4, 'expected four requests')


def free_ports_in_a_row(n):
    """Below the ports that the system hands out, where other tests take theirs."""
    for first in random.sample(range(20000, 30000, n), 100):
        try:
            with contextlib.ExitStack() as held:
                for port in range(first, first + n):
                    held.enter_context(socket.socket()).bind(('127.0.0.1', port))
            return first
        except OSError:
            continue
    raise AssertionError('no free ports')


@test('lab lets ports count up from the one given, and says which is taken')
def _(t):
    first = free_ports_in_a_row(64)
    p, rows = lab_of_many(t, 'healthy', 'neg-*', '--listen', f'127.0.0.1:{first}')
    with p:
        taken = t.run('lab', 'healthy', '--listen', f'127.0.0.1:{first + 1}', '--timeout', '1')
        p.send_signal(signal.SIGINT)
        p.communicate(timeout=LIMIT_S)
    expect(taken, [row['port'] for row in rows] == list(range(first, first + len(rows))), 'expected ports in a row')
    expect(taken, taken.status == 64 and str(first + 1) in taken.said, 'expected the port that is taken')


def stop(p):
    p.send_signal(signal.SIGINT)
    return p.communicate(timeout=LIMIT_S)


PCAPNG = b'\x0a\x0d\x0d\x0a'
DSB_OF_TLS = b'\x4b\x53\x4c\x54'


def dissect(t, path, shows, *more):
    """What tshark reads in a file, one line for each packet that a filter shows."""
    if not shutil.which('tshark', path=t.env()['PATH']):
        raise Skip('tshark is not installed')
    p = subprocess.run(['tshark', '-r', str(path), '-Y', shows, *more], capture_output=True,
                       timeout=3 * LIMIT_S, env=t.env(), check=False)
    if p.returncode:
        raise Failure(f'tshark: exit status {p.returncode}, {p.stderr!r}')
    return p.stdout.decode().splitlines()


def is_sound(t, path):
    return not dissect(t, path, '_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0',
                       '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE')


@test('lab --capture writes what travelled as pcapng')
def _(t):
    p, port = lab(t, 'neg-hybrid-required', '-q', '--capture', 'lab.pcapng')
    with p:
        talk(port)
        out, err = stop(p)
    answer = Answer([b'rdpwhy', b'lab'], p.returncode, out, err)
    bytes_ = (t.scratch / 'lab.pcapng').read_bytes()
    expect(answer, not err, 'expected no message')
    expect(answer, bytes_[:4] == PCAPNG and REQUEST in bytes_, 'expected the request')


@test('lab --capture has the secrets of TLS in front of what they open')
def _(t):
    p, port = lab(t, 'healthy', '-q', '--capture', 'lab-tls.pcapng')
    with p:
        t.run(f'127.0.0.1:{port}')
        out, err = stop(p)
    answer = Answer([b'rdpwhy', b'lab'], p.returncode, out, err)
    path = t.scratch / 'lab-tls.pcapng'
    keys = (t.scratch / 'lab-tls.pcapng.keys').read_text()
    expect(answer, DSB_OF_TLS in path.read_bytes(), 'expected a block of secrets')
    expect(answer, 'SERVER_TRAFFIC_SECRET_0 ' in keys, 'expected the same secrets in a file')
    expect(answer, is_sound(t, path), 'expected packets without a flaw')
    expect(answer, dissect(t, path, 'ntlmssp.messagetype == 2'), 'expected what TLS held')


def record(t, scenario, name, *args):
    p, port = lab(t, scenario, '-q')
    with p:
        answer = t.run(f'127.0.0.1:{port}', '--capture', name, *args)
        stop(p)
    return answer, t.scratch / name


@test('check --capture records its run, and its report is the same')
def _(t):
    answer, path = record(t, 'healthy', 'run.pcapng', '--json')
    bytes_ = path.read_bytes()
    one_line(answer)
    expect(answer, 'run.pcapng holds the TLS secrets' in answer.said, 'expected a warning')
    expect(answer, answer.json()['verdict']['state'] == 'healthy', 'expected another verdict')
    expect(answer, bytes_[:4] == PCAPNG and REQUEST[:4] in bytes_, 'expected the request')
    expect(answer, DSB_OF_TLS in bytes_, 'expected a block of secrets')
    expect(answer, dissect(t, path, 'ntlmssp.messagetype == 2'), 'expected what TLS held')


@test('check --capture without the right to record packets makes up their headers, and says so')
def _(t):
    p, port = lab(t, 'healthy', '-q')
    argv = [t.path, f'127.0.0.1:{port}', '--capture', 'made.pcapng']
    if os.geteuid() == 0:
        argv = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--', *argv]
    with p:
        q = subprocess.run(argv, capture_output=True, timeout=LIMIT_S, cwd=t.scratch, env=t.env(),
                           check=False)
        stop(p)
    answer = Answer([os.fsencode(a) for a in argv], q.returncode, q.stdout, q.stderr)
    path = t.scratch / 'made.pcapng'
    one_line(answer)
    expect(answer, answer.status == 0 and 'made up' in answer.said, 'expected that it is said')
    expect(answer, b'all headers are made up' in path.read_bytes(), 'expected a comment')
    expect(answer, is_sound(t, path), 'expected packets without a flaw')
    expect(answer, dissect(t, path, 'ntlmssp.messagetype == 2'), 'expected what TLS held')


@test('check --capture of a port that refuses: a SYN and its RST')
def _(t):
    with socket.create_server(('127.0.0.1', 0)) as s:
        port = s.getsockname()[1]
    answer = t.run(f'127.0.0.1:{port}', '--capture', 'refused.pcapng')
    expect(answer, 'secrets' not in answer.said, 'expected no warning of secrets: there are none')
    path = t.scratch / 'refused.pcapng'
    expect(answer, dissect(t, path, f'tcp.dstport == {port} && tcp.flags.syn == 1'), 'no SYN')
    expect(answer, dissect(t, path, f'tcp.srcport == {port} && tcp.flags.reset == 1'), 'no RST')


@test('read of what check recorded of itself comes to the same verdict')
def _(t):
    for scenario in ('healthy', 'neg-rst', 'nla-clock-fast', 'tcp-refused-instead'):
        name = f'{scenario}.pcapng'
        if scenario == 'tcp-refused-instead':
            with socket.create_server(('127.0.0.1', 0)) as s:
                port = s.getsockname()[1]
            live = t.run(f'127.0.0.1:{port}', '--capture', name, '--json')
        else:
            live, _ = record(t, scenario, name, '--json')
        again = t.run('read', '--json', name)
        for part in ('state', 'cause'):
            expect(again, again.json()['verdict'].get(part) == live.json()['verdict'].get(part),
                   f'{scenario}: expected the {part} of the live run, '
                   f'{live.json()["verdict"].get(part)!r}')


@test('check --capture into a full disk: one line, and the diagnosis stands')
def _(t):
    if not os.path.exists('/dev/full'):
        raise Skip('there is no /dev/full')
    p, port = lab(t, 'healthy', '-q')
    with p:
        answer = t.run(f'127.0.0.1:{port}', '--capture', '/dev/full')
        stop(p)
    succeeded(answer, quiet=False)
    one_line(answer)
    expect(answer, '/dev/full' in answer.said and 'cannot be written' in answer.said, 'expected why')


@test('-- ends the options: explain -- -h asks about -h')
def _(t):
    expect(a := t.run('explain', '--', '-h'), a.status == 2, 'expected that -h is not known')


@test('hostile words on the command line are harmless in the message')
def _(t):
    nasty = '\x1b[31mred\x07\u202egnp'
    for args in ([nasty], ['--' + nasty], ['read', '--color=' + nasty], ['read', nasty],
                 ['read', '--code', nasty], ['explain', nasty], ['explain', 'zz\u202ezz'],
                 ['-\x1b'], ['explain', '--json', 'zz\u2066zz']):
        holds_no_escape(t.run(*args))


# --- read: files ---


@test('read of a missing file only: exit 64 and one line with the file')
def _(t):
    refused(t.run('read', 'nowhere.jsonl'), 'nowhere.jsonl')


@test('read of a missing file beside a good one: a warning, and the result of the good one')
def _(t):
    alone = t.run('read', '--json', t.golden('machinekeys-inaccessible')).json()
    answer = t.run('read', '--json', 'nowhere.jsonl', t.golden('machinekeys-inaccessible'))
    succeeded(answer, 1, quiet=False)
    one_line(answer)
    doc = answer.json()
    expect(answer, 'nowhere.jsonl' in answer.said, 'expected the file in the warning')
    expect(answer, any('nowhere.jsonl' in w for w in doc['warnings']), 'expected it in warnings')
    expect(answer, doc['verdict']['cause'] == alone['verdict']['cause'], 'another verdict')
    screen = t.run('read', 'nowhere.jsonl', t.golden('machinekeys-inaccessible'))
    expect(screen, 'left out' in screen.text, 'expected that the screen counts what is left out')


@test('read of a folder: exit 64 and one line with its name')
def _(t):
    (t.scratch / 'folder').mkdir(exist_ok=True)
    refused(t.run('read', 'folder'), 'folder', 'without files')


@test('read of an empty file: exit 64 and one line that says what was expected')
def _(t):
    t.file('empty', b'')
    refused(t.run('read', 'empty'), 'empty: ', 'expected')


@test('read of a binary file: exit 64 and one line, nothing of it raw on the terminal')
def _(t):
    t.file('binary', bytes(range(256)) * 40 + ESC + b'[31m\x00\xff')
    answer = t.run('read', 'binary')
    refused(answer, 'binary: ', 'not recognised', 'expected')
    holds_no_escape(answer)


@test('read of a program: exit 64 and one line')
def _(t):
    refused(t.run('read', t.path), 'not recognised')


@test('read of three bad files: exit 64 and one line for each')
def _(t):
    (t.scratch / 'folder').mkdir(exist_ok=True)
    t.file('empty', b'')
    answer = t.run('read', 'nowhere', 'folder', 'empty')
    expect(answer, answer.status == 64 and answer.said.count('\n') == 3, 'expected three lines')


BROKEN = '''# a comment
{"name": "tcp.connected", "origin": "probe", "where": "tcp 192.0.2.7:3389"}
{"name": "tcp.conected", "origin": "probe"}
{"name": "nla.version", "value": "six", "origin": "probe"}
{"name": "neg.selected", "value": "PROTOCOL_HYBRID", "origin": "probe"}
not JSON at all
{"name": "tls.completed", "origin": "space"}
{"name": 7}
[]
{"name": "nla.challenge", "when": "yesterday"}
{"name": "name.resolved"}
{"name": "nla.computer", "value": "srv1", "colour": "red"}
'''


@test('read of a findings file with faults: each is named with file and line, the rest is used')
def _(t):
    t.file('faults.jsonl', BROKEN)
    answer = t.run('read', '--json', 'faults.jsonl')
    expect(answer, answer.status in (0, 1, 2), 'expected a result')
    expect(answer, answer.said.isascii(), 'expected plain messages')
    named = re.findall(r'^rdpwhy: faults\.jsonl: line (\d+): ', answer.said, re.M)
    expect(answer, len(named) == answer.said.count('\n'), 'a message without file and line')
    lines = sorted({int(n) for n in named})
    expect(answer, lines == [3, 4, 6, 7, 8, 9, 10, 11, 12], f'faults named in lines {lines}')
    for word in ('nearest known is tcp.connected', 'expected an integer', 'not JSON',
                 'probe, capture, log', '"name" is not a string', '"when" is "yesterday"', '"colour"'):
        expect(answer, word in answer.said, f'expected {word!r} in the messages')
    doc = answer.json()
    used = sorted(f['name'] for f in doc['findings'])
    expect(answer, used == ['neg.selected', 'nla.challenge', 'nla.computer', 'tcp.connected',
                            'tls.completed'], f'used: {used}')
    expect(answer, len(doc['warnings']) == len(named), 'expected each in warnings too')
    screen = t.run('read', 'faults.jsonl')
    expect(screen, re.search(rf'left out\s+{len(named)} things', screen.text),
           f'expected {len(named)} left out')


PORT_3390 = (
    'Windows Registry Editor Version 5.00\n'
    '[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Control\\Terminal Server\\WinStations\\RDP-Tcp]\n'
    '"PortNumber"=dword:00000d3e\n')


@test('a host that is set to another port: held against what is dialled, where that is known')
def _(t):
    t.file('host.reg', PORT_3390)

    def told(*args):
        findings = t.run(*args, '--json').json()['findings']
        return {f['name']: f['state'] for f in findings if f['name'].startswith('host.port_')}

    expect_equal = [
        (told('read', 'host.reg'), {'host.port_not_default': 'seen'}),
        (told('127.0.0.1:3390', '--from', 'host.reg'), {'host.port_differs': 'absent'}),
        (told('127.0.0.1:3389', '--from', 'host.reg'), {'host.port_differs': 'seen'}),
    ]
    for got, wanted in expect_equal:
        expect(t.run('--version'), got == wanted, f'expected {wanted}, not {got}')


ANSWERS = '''{"rdpwhy":"answers/1","when":"2026-11-02T09:14:03Z","program":"rdpwhy 1.0"}
{"topic":"computer","name":"PC-17","join":"workgroup","product":"Windows 10 Pro","is_elevated":1}
{"topic":"service","name":"TermService","state":"stopped","start":"disabled"}
{"topic":"service","name":"TermService","colour":"red"}
{"topic":"credential","target":"TERMSRV/srv1"}
{"topic":"right","could_not":"no rights","error":5}
'''


@test('read of what a computer answered: named by its first line, told as its host, gaps included')
def _(t):
    t.file('answers.jsonl', ANSWERS)
    answer = t.run('read', '--json', 'answers.jsonl')
    expect(answer, answer.status == 1, 'expected a named cause')
    expect(answer, answer.said == 'rdpwhy: answers.jsonl: line 4: unknown column service.colour; '
                                  'it is left out\n', 'expected one complaint')
    doc = answer.json()
    expect(answer, doc['verdict']['cause'] == 'termservice-stopped', 'expected the stopped service')
    expect(answer, 'user rights (needs an administrator)' in doc['verdict']['not_tested'],
           'expected what could not be asked')
    used = {f['name']: f for f in doc['findings']}
    expect(answer, used['host.termservice']['origin'] == 'host', 'expected a fact of the host')
    expect(answer, 'client.saved_credentials' not in used, 'expected nothing of a client')


@test('read of a file with many faults: at most 20 are shown, the rest is counted')
def _(t):
    t.file('many.jsonl', '{"name": "tcp.connected"}\n' + '{"name": "no.such"}\n' * 100)
    answer = t.run('read', 'many.jsonl')
    expect(answer, answer.said.count('\n') == 21, 'expected 20 lines and one that counts')
    expect(answer, '80 more' in answer.said, 'expected that 80 more are counted')


@test('read of a file without any finding that is known: untested, exit 3')
def _(t):
    t.file('unknown.jsonl', '{"name": "no.such.finding"}\n')
    answer = t.run('read', '--json', 'unknown.jsonl')
    succeeded(answer, 3, quiet=False)
    verdict = answer.json()['verdict']
    expect(answer, (verdict['state'], verdict['reason']) == ('untested', 'no-evidence'),
           'expected untested, no-evidence')


@test('read -: findings on standard input, with byte order mark and CRLF')
def _(t):
    raw = t.golden('machinekeys-inaccessible').read_bytes()
    answer = t.run('read', '--json', '-', stdin=b'\xef\xbb\xbf' + raw.replace(b'\n', b'\r\n'))
    succeeded(answer, 1)
    expect(answer, answer.json()['verdict']['cause'] == 'machinekeys-inaccessible', 'another cause')


@test('read of two files: their findings count together')
def _(t):
    lines = t.golden('machinekeys-inaccessible').read_text(encoding='utf-8').splitlines(True)
    t.file('half1.jsonl', ''.join(lines[::2]))
    t.file('half2.jsonl', ''.join(lines[1::2]))
    answer = t.run('read', '--json', 'half1.jsonl', 'half2.jsonl')
    expect(answer, answer.json()['verdict']['cause'] == 'machinekeys-inaccessible', 'another cause')


# --- read: verdicts ---


@test('read: exit 0 nothing wrong, 1 a cause, 2 not certain, 3 not tested')
def _(t):
    for name, status, word in (('hard-healthy-nla', 0, 'nothing wrong'),
                               ('machinekeys-inaccessible', 1, 'cause found'),
                               ('hard-904-7-alone', 2, 'not certain'),
                               ('hard-no-route', 3, 'not tested')):
        answer = t.run('read', t.golden(name))
        succeeded(answer, status)
        expect(answer, word in answer.text, f'expected {word!r} on the screen')


@test('read: a healthy verdict always says what was not tested')
def _(t):
    doc = (answer := t.run('read', '--json', t.golden('hard-healthy-nla'))).json()
    expect(answer, 'credentials' in doc['verdict']['not_tested'], 'expected credentials')
    screen = t.run('read', t.golden('hard-healthy-nla'))
    expect(screen, re.search(r'not tested\s+credentials', screen.text), 'expected it on the screen')


@test('read: the last thing on the screen is what to tell the other side')
def _(t):
    doc = t.run('read', '--json', t.golden('machinekeys-inaccessible')).json()
    screen = t.run('read', t.golden('machinekeys-inaccessible'))
    expect(screen, screen.words.endswith(' '.join(doc['verdict']['tell'].split())),
           'the screen does not end with verdict.tell')


@test('read -q: the verdict only; -v: every finding; between them the usual screen')
def _(t):
    path = t.golden('machinekeys-inaccessible')
    quiet, long_quiet, usual, verbose, very = t.many(
        [['read', '-q', path], ['read', '--quiet', path], ['read', path], ['read', '-v', path],
         ['read', '-vv', path]])
    doc = t.run('read', '--json', path).json()
    for answer in (quiet, usual, verbose, very):
        succeeded(answer, 1)
        expect(answer, ' '.join(doc['verdict']['text'].split()) in answer.words,
               'expected the verdict in words')
    expect(quiet, quiet.out == long_quiet.out and len(quiet.text.splitlines()) <= 6,
           'expected the verdict only')
    expect(usual, len(quiet.out) < len(usual.out) < len(verbose.out), 'expected more each time')
    for f in doc['findings']:
        expect(verbose, f['name'] in verbose.text, f'-v lacks {f["name"]}')


@test('read --code alone: uncertain, exit 2, the code on the screen and in JSON')
def _(t):
    screen, answer = t.many([['read', '--code', '0x904/0x7'],
                             ['read', '--json', '--code', '0x904/0x7']])
    succeeded(screen, 2)
    succeeded(answer, 2)
    doc = answer.json()
    expect(answer, doc['verdict']['reason'] == 'code-only', 'expected reason code-only')
    expect(answer, (doc['client_code']['disconnect'], doc['client_code']['extended']) == (0x904, 7),
           'expected the code in client_code')
    expect(screen, '0x904' in screen.text and '0x7' in screen.text, 'expected the code')


@test('read --code with a pasted dialog: its time is kept as client_code.when')
def _(t):
    answer = t.run('read', '--json', '--code', DIALOGS['German'])
    expect(answer, answer.json()['client_code'].get('when') == '2026-07-02T13:02:03Z',
           'expected the time of the dialog')


@test('read: without --code there is no client_code')
def _(t):
    doc = (answer := t.run('read', '--json', t.golden('hard-healthy-nla'))).json()
    expect(answer, 'client_code' not in doc, 'client_code without a code given')


@test('read --code with a failure code and a clean probe: never healthy')
def _(t):
    answer = t.run('read', '--json', '--code', '0x904/0x7', t.golden('hard-healthy-nla'))
    verdict = answer.json()['verdict']
    expect(answer, verdict['state'] != 'healthy' and 'p_not_reproduced' in verdict,
           'expected p_not_reproduced in place of p_healthy, and not healthy')


@test('read --code with two codes: exit 64 and one line')
def _(t):
    for code in ('0x904/0x7 0x204/0x0', 'Error code: 0x904\nExtended error code: 0x7\n'
                 'Error code: 0x204\nExtended error code: 0x0\n'):
        refused(t.run('read', '--code', code, t.golden('hard-healthy-nla')), '--code', r'byte \d+')


@test('read --code without a code in it: exit 64 and one line')
def _(t):
    for code in ('', 'hello', '0x90x', '0x123456789', '0x904\x01'):
        refused(t.run('read', '--code', code, t.golden('hard-healthy-nla')), '--code',
                'expected|at most')


def golden_reports(t):
    return list(zip(t.goldens(), t.many([['read', '--json', g] for g in t.goldens()])))


@test('read --json of every golden scenario: the JSON is what report.schema.json says')
def _(t):
    reports = golden_reports(t)
    if len(reports) < 40:
        raise Failure(f'only {len(reports)} scenarios in test/golden')
    t.validate('report', [a for _, a in reports])
    t.validate('report', t.many([['read', '--json', '--code', '0x904/0x7', g]
                                 for g in t.goldens()[:40]]))


@test('read --json of every golden scenario: the exit status is that of the verdict')
def _(t):
    for _, answer in golden_reports(t):
        state = answer.json()['verdict']['state']
        expect(answer, answer.status == EXIT_OF[state], f'{state} with exit {answer.status}')


@test('read of every golden scenario: the screen has the same exit status and the same words')
def _(t):
    reports = golden_reports(t)
    for (_, answer), screen in zip(reports, t.many([['read', g] for g, _ in reports])):
        expect(screen, screen.status == answer.status, 'screen and JSON differ in exit status')
        doc = answer.json()
        titles = {c['id']: c['title'] for c in doc['causes']}
        for words in [titles[i] for i in doc['verdict']['set']] or [doc['verdict']['text']]:
            expect(screen, ' '.join(words.split()) in screen.words, f'the screen lacks {words!r}')


@test('read --json of every golden scenario: the state that its file expect demands')
def _(t):
    for path, answer in golden_reports(t):
        wanted = re.search(r'^state (\S+)', (path.parent / 'expect').read_text(encoding='utf-8'),
                           re.M)
        if wanted:
            expect(answer, answer.json()['verdict']['state'] == wanted.group(1),
                   f'expected {wanted.group(1)}')


@test('read --json: the parts of a report agree with each other')
def _(t):
    for _, answer in golden_reports(t):
        doc = answer.json()
        v, ids = doc['verdict'], [c['id'] for c in doc['causes']]
        expect(answer, [f['id'] for f in doc['findings']] == list(range(len(doc['findings']))),
               'ids of findings are not their places')
        for stage in doc['stages']:
            expect(answer, all(i < len(doc['findings']) for i in stage['findings']),
                   'a stage refers to a finding that is not there')
        for cause in doc['causes']:
            for a in cause['for'] + cause['against']:
                if 'finding' in a:
                    expect(answer, doc['findings'][a['finding']]['name'] == a['name'],
                           'an argument refers to another finding')
        if v['cause']:
            expect(answer, v['cause'] in ids, 'the named cause is not among the causes')
        expect(answer, set(v['set']) <= set(ids), 'the set is not among the causes')
        expect(answer, sum(s['p'] for s in v['sides']) <= 1.001, 'the sides exceed 1')
        if v['state'] == 'healthy':
            expect(answer, v['not_tested'] and v['cause'] is None, 'healthy without not_tested')
        if v['state'] == 'cause':
            expect(answer, v['confidence'] >= 0.8, 'a cause below 0.80')
            expect(answer, v['tell'], 'a cause without a sentence to tell')
        expect(answer, {f['cause'] for f in doc['fixes']} <= set(known_ids(t)), 'an unknown cause')


def known_ids(t, cache={}):
    if 'ids' not in cache:
        cache['ids'] = known_list(t)['causes']
    return cache['ids']


@test('read --json: causes come most probable first, next to the parent that they refine')
def _(t):
    for _, answer in golden_reports(t):
        roots = [c['p'] for c in answer.json()['causes'] if not c['refines']]
        expect(answer, roots == sorted(roots, reverse=True), f'probabilities in order: {roots}')


@test('read --json: run has id, start, duration and options, as DESIGN section 2 lists them')
def _(t):
    doc = (answer := t.run('read', '--json', t.golden('hard-healthy-nla'))).json()
    missing = [k for k in ('id', 'started', 'duration_us', 'options') if k not in doc['run']]
    expect(answer, not missing, f'run lacks {missing}')
    started = datetime.datetime.strptime(doc['run']['started'][:19], '%Y-%m-%dT%H:%M:%S')
    expect(answer, doc['run']['started'].endswith('Z'), 'run.started is not UTC')
    age = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - started
    expect(answer, abs(age.total_seconds()) < 120, 'run.started is not now')


def same_verdict(t, first, name):
    saved = t.file(name, first.out)
    again = t.run('read', '--json', saved)
    a, b = first.json()['verdict'], again.json()['verdict']
    for key in ('state', 'cause', 'confidence', 'set'):
        expect(again, a[key] == b[key], f'{key} was {a[key]!r}, from the saved report {b[key]!r}')
    expect(again, again.status == first.status, f'exit status was {first.status}')


@test('read of a saved report: the same verdict, cause and confidence, for every scenario')
def _(t):
    for path, answer in golden_reports(t):
        same_verdict(t, answer, f'saved-{path.parent.name}.json')


@test('read of a saved report made with --code: the same verdict, cause and confidence')
def _(t):
    for name in ('machinekeys-inaccessible', 'hard-healthy-nla'):
        same_verdict(t, t.run('read', '--json', '--code', '0x904/0x7', t.golden(name)), 'coded.json')
    same_verdict(t, t.run('read', '--json', '--code', '0x904/0x7'), 'coded-alone.json')


@test('read of a saved report: its findings count, its conclusions do not')
def _(t):
    doc = t.run('read', '--json', t.golden('hard-healthy-nla')).json()
    doc['verdict'].update(state='cause', cause='disk-full-or-resource-exhaustion', confidence=1.0)
    doc['causes'] = []
    t.file('forged.json', json.dumps(doc))
    answer = t.run('read', '--json', 'forged.json')
    expect(answer, answer.json()['verdict']['state'] == 'healthy', 'the forged verdict was believed')


@test('read of a report of another version: a warning, and its findings are used')
def _(t):
    doc = t.run('read', '--json', t.golden('hard-healthy-nla')).json()
    doc['schema'] = 'rdpwhy/2'
    t.file('future.json', json.dumps(doc))
    answer = t.run('read', '--json', 'future.json')
    succeeded(answer, 0, quiet=False)
    expect(answer, 'rdpwhy/2' in answer.said, 'expected a warning about the version')


# --- what must not get out ---

SECRET = 'hunter2-do-not-show'


@test('no paths of the build, of home or of the working folder in any output')
def _(t):
    folder = t.scratch / 'private-folder'
    folder.mkdir(exist_ok=True)
    shutil.copy(t.golden('machinekeys-inaccessible'), folder / 'f.jsonl')
    env = {'HOME': '/home/private-home', 'USER': 'private-user', 'LOGNAME': 'private-user'}
    for args in (['explain', '0x904/0x7'], ['explain', '--json', '0x904/0x7'], ['--help'],
                 ['--version'], ['read', '-v', 'f.jsonl'], ['read', '--json', 'f.jsonl'],
                 ['read', 'missing'], ['explain', 'zzzz']):
        answer = t.run(*args, cwd=folder, env=env)
        both = answer.text + answer.said
        for leak in ('private-', str(t.scratch), str(t.source), os.path.dirname(t.path)):
            expect(answer, leak not in both, f'the output holds {leak!r}')


@test('nothing of the environment in any output')
def _(t):
    env = {'RDPWHY_PASSWORD': SECRET, 'PASSWORD': SECRET, 'SSH_AUTH_SOCK': SECRET}
    for args in (['read', '-v', t.golden('machinekeys-inaccessible')], ['explain', '0x904/0x7'],
                 ['read', '--json', t.golden('machinekeys-inaccessible')]):
        answer = t.run(*args, env=env)
        expect(answer, SECRET not in answer.text + answer.said, 'the output holds the secret')


@test('a password in a member that is not known is named, and not shown')
def _(t):
    t.file('password.jsonl', '{"name": "tcp.connected", "password": "%s"}\n'
           '{"name": "nla.version", "value": "%s"}\n' % (SECRET, SECRET))
    for args in (['read', '--json'], ['read', '-v']):
        answer = t.run(*args, 'password.jsonl')
        expect(answer, '"password"' in answer.said, 'expected the member in the warning')
        expect(answer, SECRET not in answer.text + answer.said, 'the output holds the password')


@test('a password in a line that is broken is not shown in message or report')
def _(t):
    short = 'hunter2-x'  # JSON parsers quote only short words near a fault
    for line in ('{"name": "nla.user", "password": "%s"', '{"name": "nla.user", "password" "%s"}',
                 '{"name": "nla.user" "%s"}', '"%s"'):
        t.file('broken.jsonl', '{"name": "tcp.connected"}\n' + line % short + '\n')
        answer = t.run('read', '--json', 'broken.jsonl')
        expect(answer, 'line 2' in answer.said, 'expected a warning')
        expect(answer, short not in answer.text + answer.said, 'the output holds the password')


HOSTILE = {
    'escape codes': '\x1b[2J\x1b]0;owned\x07\x1b[31mred',
    'C1 codes': 'a\u009b31mb\u0085c',
    'direction marks': 'pc\u202egnp.exe\u2066x\u2069\u200f',
    'line ends': 'pc\r\nall is well\nrdpwhy: nothing wrong',
    'a command': 'x; calc',
    'a command in another shell': '$(calc)`calc`|calc&calc',
    '64 KiB of text': 'A' * 65536 + '\x1b[31m',
}


def hostile_report(value):
    names = ('nla.computer', 'nla.version', 'tcp.connected')
    values = (value, 6, None)
    return json.dumps({'schema': 'rdpwhy/1', 'findings': [
        {'name': n, 'state': 'seen', 'origin': 'probe', 'where': value, 'group': value,
         **({} if v is None else {'value': v})} for n, v in zip(names, values)]})


def hostile_test(what, value):
    @test(f'read: a computer name with {what} from the host never reaches the terminal raw')
    def _(t):
        t.file('hostile.json', hostile_report(value))
        t.file('hostile.jsonl', json.dumps({'name': 'nla.computer', 'value': value}) + '\n' +
               '{"name": "tcp.connected"}\n')
        for path in ('hostile.json', 'hostile.jsonl'):
            for args in (['read', '-v'], ['read', '-q'], ['read', '--json'],
                         ['read', '-v', '--color', 'always']):
                answer = t.run(*args, path)
                raw = re.sub(rb'\x1b\[[0-9]*m', b'', answer.out) if 'always' in args else answer.out
                holds_no_escape(answer, raw + answer.err)
                expect(answer, max(map(len, answer.text.split())) <= 1200, 'text was not shortened')
                expect(answer, b'\nall is well' not in answer.out, 'a line end got through')
        answer = t.run('read', '--json', 'hostile.json')
        doc = answer.json()
        commands = [s['command'] for f in doc['fixes'] for s in f['steps'] + f['undo']]
        commands += [c['command'] for c in doc['next_checks']]
        expect(answer, not any('calc' in c for c in commands if c), 'it stands in a command')
        for f in doc['findings']:
            for key in ('value', 'where', 'group'):
                expect(answer, len(str(f.get(key, ''))) <= 256 + 3, f'{key} was not shortened')


for row in HOSTILE.items():
    hostile_test(*row)


@test('read: hostile values are valid against report.schema.json')
def _(t):
    answers = []
    for value in HOSTILE.values():
        t.file('hostile.json', hostile_report(value))
        answers.append(t.run('read', '--json', 'hostile.json'))
    t.validate('report', answers)


@test('read: a line with a NUL in a text is named, and the rest is used')
def _(t):
    t.file('nul.jsonl', b'{"name": "tcp.connected"}\n{"name": "nla.computer", "value": "a\\u0000b"}\n'
           b'{"name": "nla.computer", "value": "a\x00b"}\n{"name": "tls.completed"}\n')
    answer = t.run('read', '--json', 'nul.jsonl')
    holds_no_escape(answer)
    expect(answer, 'line 2: ' in answer.said and 'line 3: ' in answer.said, 'expected both lines')
    expect(answer, sorted(f['name'] for f in answer.json()['findings']) ==
           ['tcp.connected', 'tls.completed'], 'expected the rest')


@test('read: a hostile file name is harmless on the screen and in messages')
def _(t):
    name = b'x\x1b[31m\xe2\x80\xaegnp\xff.jsonl'
    (t.scratch / os.fsdecode(name)).write_bytes(b'{"name": "tcp.connected"}\n{"name": "no.such"}\n')
    for args in (['read', name], ['read', '--json', name], ['read', '-v', name],
                 ['read', name + b'.missing']):
        holds_no_escape(t.run(*args))


# --- demo: a failing host inside ---


@test('demo: what was planted, the answer of check with its code, and that it names it; exit 0')
def _(t):
    screen, quiet, verbose = t.many([['demo'], ['demo', '-q'], ['demo', 'tls-hello-rst', '-v']])
    for answer in (screen, quiet, verbose):
        succeeded(answer)
        expect(answer, answer.words.startswith('Planted tls-hello-rst: ') and
               'cause machinekeys-inaccessible' in answer.words, 'expected what was planted')
        expect(answer, 'Named yes: machinekeys-inaccessible' in answer.words, 'expected the comparison')
        expect(answer, 'private key' in answer.text, 'expected the answer')
    expect(screen, '0x904 ' in screen.text and 'Tell them' in screen.text, 'expected the report')
    expect(verbose, 'tls.closed_after_hello' in verbose.text, 'expected the findings')
    expect(quiet, len(quiet.text.splitlines()) < 20, 'expected little')


@test('demo --json is a report with a demo in it, and --md a page')
def _(t):
    answer, page = t.many([['demo', '--json'], ['demo', '--md']])
    succeeded(answer)
    succeeded(page)
    doc = answer.json()
    expect(answer, doc['demo'] == {'scenario': 'tls-hello-rst', 'says': doc['demo']['says'],
                                   'cause': 'machinekeys-inaccessible', 'named': True}, 'another demo')
    expect(answer, 'machinekeys-inaccessible' in doc['verdict']['set'], 'expected it in the set')
    expect(answer, doc['client_code']['disconnect'] == 0x904, 'expected the code')
    expect(page, '**Named:** yes: machinekeys-inaccessible' in page.text, 'expected the comparison')
    t.validate('report', [answer])


@test('demo: exit 70 when the answer does not name what was planted, and it says so')
def _(t):
    answer = t.run('demo', 'cert-expired', '--code', '0x904/0x7', statuses=(70,))
    expect(answer, 'Named no: rdp-certificate-expired' in answer.words, 'expected no')
    answer = t.run('demo', 'healthy', '--json')
    succeeded(answer)
    demo, verdict = answer.json()['demo'], answer.json()['verdict']
    expect(answer, demo['cause'] is None and demo['named'] and verdict['reason'] == 'not-reproduced',
           'expected that nothing is found where nothing was planted')


# --- Markdown ---


def without_code(markdown):
    """The page without its fenced blocks and code spans, by the rules of CommonMark."""
    out, fence = [], None
    for line in markdown.split('\n'):
        mark = re.match(r' {0,3}(`{3,})([^`]*)$', line)
        if fence:
            fence = None if mark and len(mark[1]) >= len(fence) and not mark[2] else fence
        elif mark:
            fence = mark[1]
        else:
            out.append(re.sub(r'(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)', '', line))
    if fence:
        raise Failure('a fence is not closed')
    return '\n'.join(out)


@test('--md of every golden scenario: verdict, fixes with undo, and what to tell')
def _(t):
    pages = t.many([['read', '--md', g] for g in t.goldens()])
    docs = [a.json() for a in t.many([['read', '--json', g] for g in t.goldens()])]
    for page, doc in zip(pages, docs):
        verdict = doc['verdict']
        succeeded(page, EXIT_OF[verdict['state']])
        text = without_code(page.text)
        plain = ' '.join(re.sub(r'\\(.)', r'\1', text).split())
        plain = plain.replace('&lt;', '<').replace('&gt;', '>').replace('&amp;', '&')
        expect(page, page.text.startswith('# `'), 'expected a headline')
        expect(page, plain.endswith('## Tell them > ' + ' '.join(verdict['tell'].split())),
               'expected the sentence to tell at the end')
        for fix in doc['fixes']:
            expect(page, ' '.join(fix['title'].split()) in plain, f"expected the fix {fix['id']}")
            for step in fix['steps'] + fix['undo']:
                expect(page, not step['command'] or step['command'].split('\n')[0] in page.text,
                       f"expected the command of {fix['id']}")
        for word in verdict['not_tested']:
            expect(page, word in plain, f'expected {word} as not tested')
        expect(page, not re.search(r'<|(?<!\\)\]\(', text), 'HTML, or a link')


HOSTILE_MARKDOWN = {
    'backticks': '`zq` ``zq`` ```zq',
    'a backtick at the end': 'zq`',
    'HTML': '<script>zq</script><img src=x onerror=zq>',
    'a link': '[zq](http://zq.example/) https://zq.example www.zq.example',
    'a table': 'zq | zq\n|---|---|\n| zq | zq |',
    'a heading': '\n# zq\nzq\n===',
    'a list': '\n- zq\n1. zq\n> zq',
    'a fence': '\n```\nzq\n~~~\nzq',
    'a mention': '@zq zq@zq.example #1 GH-1',
    'a backslash at the end': 'zq\\',
    'blanks': '  zq  ',
    'nothing but backticks': '````',
}


def shape(page):
    """Headings, table rows and quotations: what outside text must not make."""
    return [line for line in page.split('\n') if line.startswith(('#', '|', '>'))]


def markdown_test(what, value):
    @test(f'--md: {what} from outside stays in a code span')
    def _(t):
        t.file('md.json', hostile_report(value))
        answer = t.run('read', '--md', '-v', 'md.json')
        t.file('md.json', hostile_report('pc-17'))
        harmless = t.run('read', '--md', '-v', 'md.json')
        holds_no_escape(answer)
        rest = without_code(answer.text)
        expect(answer, 'zq' not in rest and '<' not in rest and '`' not in rest,
               'it got out of the code span')
        expect(answer, shape(rest) == shape(without_code(harmless.text)), 'another page')


for row in HOSTILE_MARKDOWN.items():
    markdown_test(*row)


# --- redacted ---


def same_answer(answer, a, b):
    for key in ('state', 'cause', 'set', 'also', 'whose', 'confidence', 'reason', 'tell'):
        expect(answer, a['verdict'][key] == b['verdict'][key], f'another {key}')


@test('--redact of every golden scenario: valid, the same verdict, and again when read back')
def _(t):
    goldens = t.goldens()
    clear = [a.json() for a in t.many([['read', '--json', g] for g in goldens])]
    hidden = t.many([['read', '--json', '--redact', g] for g in goldens])
    saved = [t.file(f'redacted-{i}.json', a.out) for i, a in enumerate(hidden)]
    back = t.many([['read', '--json', f] for f in saved])
    again = t.many([['read', '--json', '--redact', f] for f in saved])
    originals = r'192\.0\.2\.|198\.51\.100\.|corp\.example|srv\d\d'
    for doc, answer, read, twice in zip(clear, hidden, back, again):
        same_answer(answer, doc, answer.json())
        same_answer(read, answer.json(), read.json())
        same_answer(twice, answer.json(), twice.json())
        expect(answer, answer.json()['run']['redacted'] is True, 'expected that it says so')
        expect(answer, not re.search(originals, answer.text), 'an original got through')
    t.validate('report', hidden)


SECRETS = [
    {'name': 'tcp.prohibited', 'value': 'refused (ICMP type 3 code 10) from 203.0.113.77',
     'where': 'tcp zqpc:3389'},
    {'name': 'nla.computer', 'value': 'ZQPC.zqcorp.example', 'where': 'tcp [2001:db8:77::1]:3389'},
    {'name': 'cert.subject', 'value': 'CN=zqpc.zqcorp.example,O=Zq GmbH,serialNumber=4711477'},
    {'name': 'cert.thumbprint', 'value': 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3'},
    {'name': 'tls.completed', 'where': 'C:\\Users\\zqanna\\zq.rdp', 'group': 'zq'},
    {'name': 'zq.unknown', 'value': 1},
    {'name': 'tcp.connected', 'zqmember': 1,
     'where': 'dns ZQPC of ZQCORP\\zqanna, zqanna@zqcorp.example, localhost, 127.0.0.1:3389'},
]


@test('--redact: no original on the screen, in JSON, in Markdown or in a message')
def _(t):
    (t.scratch / 'zqfolder').mkdir(exist_ok=True)
    t.file('zqfolder/zq.jsonl', ''.join(json.dumps(s) + '\n' for s in SECRETS))
    files = ['zqfolder/zq.jsonl', 'zqfolder/zqnot-there']
    for args in ([], ['-v'], ['-q'], ['--json'], ['--md'], ['--md', '-v'], ['--code', '0x904/0x7']):
        answer = t.run('read', '--redact', *args, *files)
        shown = (answer.text + answer.said).lower()
        for original in ('zq', '203.0.113', '2001:db8', 'a94a8fe5', '4711477'):
            expect(answer, original not in shown, f'{original} got through')
        expect(answer, answer.said.count('\n') == 3 and 'line 6' in answer.said, 'expected messages')
    answer = t.run('read', '--redact', '--json', files[0])
    found = {f['name']: f for f in answer.json()['findings']}
    name = found['nla.computer']['value']
    expect(answer, re.fullmatch(r'host-\d+\.domain-\d+', name), 'expected a host with its domain')
    expect(answer, found['cert.subject']['value'].startswith(f'CN={name},'), 'another word for it')
    host, domain = name.split('.')
    where = found['tcp.connected']['where']
    expect(answer, found['tcp.prohibited']['where'] == f'tcp {host}:3389', 'another host')
    expect(answer, where.startswith(f'dns {host} of ') and
           where.endswith(f'@{domain}, localhost, 127.0.0.1:3389'), 'other words in a longer text')


@test('--redact of a live run: the same verdict, without the name of the host')
def _(t):
    p, port = lab(t, 'tls-hello-rst', '-q')
    with p:
        args = [f'127.0.0.1:{port}', '--code', '0x904/0x7', '--json']
        clear, hidden = t.run(*args), t.run(*args, '--redact')
        named = t.run(f'zq.invalid:{port}', '--redact', '--json')
        p.send_signal(signal.SIGINT)
        p.communicate(timeout=LIMIT_S)
    expect(hidden, clear.json()['verdict']['set'] == hidden.json()['verdict']['set'], 'another set')
    expect(hidden, hidden.json()['target']['input'] == f'127.0.0.1:{port}', 'loopback stays')
    expect(named, 'zq' not in named.text and named.json()['target']['host'] == 'host-1.domain-1',
           'the name got through')


# --- colour, width and characters ---


def has_color(answer):
    return ESC in answer.out


@test('colour: none into a pipe, none with NO_COLOR, codes with CLICOLOR_FORCE=1')
def _(t):
    for args in (['explain', '0x904/0x7'], ['read', t.golden('machinekeys-inaccessible')]):
        for env, wanted in (({}, False), ({'NO_COLOR': '1'}, False), ({'CLICOLOR_FORCE': '1'}, True),
                            ({'CLICOLOR_FORCE': '0'}, False), ({'CLICOLOR_FORCE': ''}, False),
                            ({'NO_COLOR': '1', 'CLICOLOR_FORCE': '1'}, False),
                            ({'NO_COLOR': '', 'CLICOLOR_FORCE': '1'}, True)):
            answer = t.run(*args, env=env)
            expect(answer, has_color(answer) == wanted, f'{env}: expected colour {wanted}')


@test('colour: --color always and never win over the environment')
def _(t):
    for args in (['explain', '0x904/0x7'], ['read', t.golden('machinekeys-inaccessible')]):
        for word, env, wanted in (('always', {}, True), ('always', {'NO_COLOR': '1'}, True),
                                  ('never', {}, False), ('never', {'CLICOLOR_FORCE': '1'}, False),
                                  ('auto', {}, False)):
            answer = t.run(*args, '--color', word, env=env)
            expect(answer, has_color(answer) == wanted, f'--color {word} {env}: wanted {wanted}')
            answer = t.run(*args, f'--color={word}', env=env)
            expect(answer, has_color(answer) == wanted, f'--color={word} {env}: wanted {wanted}')


@test('colour: it changes no word, is off at the end, and never gets into JSON')
def _(t):
    for args in (['explain', '0x904/0x7'], ['read', t.golden('machinekeys-inaccessible')]):
        plain, colored = t.many([args, [*args, '--color', 'always']])
        expect(colored, re.sub(rb'\x1b\[[0-9;]*m', b'', colored.out) == plain.out,
               'other words than without colour')
        codes = re.findall(rb'\x1b\[([0-9;]*)m', colored.out)
        expect(colored, codes[-1] in (b'', b'0'), 'colour stays on after the end')
        answer = t.run(*args, '--json', '--color', 'always')
        expect(answer, not has_color(answer), 'escape codes in JSON')


def on_terminal(t, args, env):
    """What a terminal of 80 columns gets."""
    try:
        import fcntl
        import pty
        import struct
        import termios
        leader, follower = pty.openpty()
    except (ImportError, OSError) as e:
        raise Skip('no pseudo-terminal here') from e
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack('HHHH', 24, env.pop('width', 80), 0, 0))
    out = b''
    with subprocess.Popen([t.path, *args], stdin=subprocess.DEVNULL, stdout=follower,
                          stderr=subprocess.PIPE, env=t.env(**env), cwd=t.scratch) as p:
        os.close(follower)
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break
            if not piece:
                break
            out += piece
        err = p.stderr.read()
        status = p.wait(LIMIT_S)
    os.close(leader)
    return Answer([b'rdpwhy', *map(os.fsencode, args)], status, out.replace(b'\r\n', b'\n'), err)


@test('colour: on a terminal yes, but not with NO_COLOR, TERM=dumb or --color never')
def _(t):
    for args, env, wanted in ((['explain', '0x7'], {'TERM': 'xterm'}, True),
                              (['explain', '0x7'], {'TERM': 'xterm', 'NO_COLOR': '1'}, False),
                              (['explain', '0x7'], {'TERM': 'dumb'}, False),
                              (['explain', '0x7', '--color', 'never'], {'TERM': 'xterm'}, False)):
        answer = on_terminal(t, args, env)
        expect(answer, has_color(answer) == wanted, f'{env}: expected colour {wanted}')


def unbreakable(line, commands):
    """A command, or one word behind an indent and perhaps a label such as a number."""
    bare = line.strip()
    return bare in commands or re.fullmatch(r'(?:(?:\d+|→|->|-)\s+)?\S+', bare)


def too_wide(answer, width, commands):
    return [line for line in answer.text.splitlines()
            if len(line) > width and not unbreakable(line, commands)]


def width_test(width):
    @test(f'COLUMNS={width}: no line of explain 0x904/0x7 is wider, but for commands')
    def _(t):
        doc = t.run('explain', '--json', '0x904/0x7').json()
        commands = {c['command'] for c in doc['next_checks'] if c['command']}
        answer = t.run('explain', '0x904/0x7', env={'COLUMNS': str(width)})
        succeeded(answer)
        wide = too_wide(answer, width, commands)
        expect(answer, not wide, f'lines wider than {width}: {wide[:5]}')

    @test(f'COLUMNS={width}: no line of a diagnosis is wider, but for commands')
    def _(t):
        os.makedirs(t.scratch / 'w', exist_ok=True)
        for name in ('machinekeys-inaccessible', 'hard-healthy-nla', 'hard-904-7-alone'):
            shutil.copy(t.golden(name), t.scratch / 'w' / 'f')
            doc = t.run('read', '--json', 'f', cwd=t.scratch / 'w').json()
            commands = {s['command'] for f in doc['fixes'] for s in f['steps'] + f['undo']}
            commands |= {c['command'] for c in doc['next_checks']}
            answer = t.run('read', '-v', 'f', cwd=t.scratch / 'w', env={'COLUMNS': str(width)})
            wide = too_wide(answer, width, commands)
            expect(answer, not wide, f'lines wider than {width}: {wide[:5]}')


for columns in (40, 60, 80, 100):
    width_test(columns)


@test('the width of the terminal counts, before COLUMNS')
def _(t):
    answer = on_terminal(t, ['explain', '0x904/0x7', '--color', 'never'],
                         {'TERM': 'xterm', 'width': 60, 'COLUMNS': '100'})
    piped = t.run('explain', '0x904/0x7', env={'COLUMNS': '60'})
    expect(answer, answer.out == piped.out, 'not the screen of 60 columns')


@test('COLUMNS that make no sense: the usual screen, or the narrowest')
def _(t):
    usual = t.run('explain', '0x904/0x7', env={'COLUMNS': '80'})
    for value in ('', '0', '-5', 'wide', '99999999999999999999', '1'):
        answer = t.run('explain', '0x904/0x7', env={'COLUMNS': value})
        succeeded(answer)
        if value in ('', '0', '-5', 'wide'):
            expect(answer, answer.out == usual.out, f'COLUMNS={value!r} changes the screen')


@test('LC_ALL=C: the screen is pure ASCII')
def _(t):
    t.file('names.jsonl', '{"name": "nla.computer", "value": "büro-机"}\n{"name": "tcp.connected"}\n')
    calls = [['explain', '0x904/0x7'], ['explain', 'causes'], ['explain', 'advice'], ['explain'],
             ['explain', 'errinfo'], ['read', '-v', 'names.jsonl'], ['--help']]
    calls += [['read', '-v', t.golden(n)] for n in ('hard-healthy-nla', 'machinekeys-inaccessible',
                                                    'hard-904-7-alone', 'hard-no-route')]
    for args in calls:
        answer = t.run(*args, env={'LC_ALL': 'C'})
        expect(answer, answer.text.isascii(), 'a character that is no ASCII')


@test('LC_ALL=C: every cause, finding and claim is pure ASCII on the screen')
def _(t):
    ids = every_id(t)
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for answer in pool.map(lambda i: t.run('explain', i, env={'LC_ALL': 'C'}), ids):
            expect(answer, answer.out.isascii(), 'a character that is no ASCII')


@test('a UTF-8 locale by any of LC_ALL, LC_CTYPE, LANG gives marks; no locale gives ASCII')
def _(t):
    path = t.golden('hard-healthy-nla')
    for env, wanted in (({'LC_ALL': 'en_US.utf8'}, True),
                        ({'LC_ALL': None, 'LC_CTYPE': 'de_DE.UTF-8', 'LANG': 'C'}, True),
                        ({'LC_ALL': '', 'LANG': 'C.UTF-8'}, True), ({'LC_ALL': None}, False),
                        ({'LC_ALL': 'POSIX', 'LANG': 'C.UTF-8'}, False)):
        answer = t.run('read', path, env=env)
        expect(answer, ('✓' in answer.text) == wanted, f'{env}: expected marks {wanted}')


@test('JSON is UTF-8 in every locale, and the same but for time')
def _(t):
    t.file('names.jsonl', '{"name": "nla.computer", "value": "büro-机"}\n{"name": "tcp.connected"}\n')
    for locale in ('C', 'C.UTF-8', 'de_DE.UTF-8'):
        answer = t.run('read', '--json', 'names.jsonl', env={'LC_ALL': locale})
        expect(answer, [f['value'] for f in answer.json()['findings'] if 'value' in f] ==
               ['büro-机'], 'the name was changed')


@test('a full disk: exit 70 and one line')
def _(t):
    if not os.path.exists('/dev/full'):
        raise Skip('/dev/full does not exist')
    with open('/dev/full', 'wb') as full:
        p = subprocess.run([t.path, 'explain', '0x904'], stdout=full, stderr=subprocess.PIPE,
                           env=t.env(), timeout=LIMIT_S, check=False)
    answer = Answer([b'rdpwhy'], p.returncode, b'', p.stderr)
    expect(answer, p.returncode == 70 and b'standard output' in p.stderr, 'the loss is not said')


@test('a large file of nonsense is left quickly, with one line')
def _(t):
    t.file('nonsense', 'x\n' * 2000000)
    answer = t.run('read', 'nonsense')
    expect(answer, answer.status == 64 and answer.err.count(b'\n') == 1, 'expected 64 and a line')


@test('a saved report that was cut: the place of the damage')
def _(t):
    whole = t.run('read', '--json', t.golden('drain-mode'))
    t.file('cut.json', whole.out[:3000])
    answer = t.run('read', 'cut.json')
    expect(answer, answer.status == 64 and b'damaged' in answer.err, 'expected the damage')


@test('options before the command are checked against it too')
def _(t):
    answer = t.run('--code', '0x904', 'explain', '0x7')
    expect(answer, answer.status == 64 and b'--code' in answer.err, 'the option was dropped')


@test('colour ends with every line')
def _(t):
    answer = t.run('explain', '--color', 'always', '0x904/0x7')
    for line in answer.text.splitlines():
        inks = re.findall(r'\x1b\[(\d+)m', line)
        expect(answer, not inks or inks[-1] == '0', f'still coloured: {line!r}')


# --- pipes ---


def closed_pipe_test(name, args):
    @test(f'{name} into a pipe that is closed: ends quietly')
    def _(t):
        argv = [a if isinstance(a, str) else str(a(t)) for a in args]
        reader, writer = os.pipe()
        os.close(reader)
        with open(writer, 'wb') as closed:
            p = subprocess.run([t.path, *argv], stdin=subprocess.DEVNULL, stdout=closed,
                               stderr=subprocess.PIPE, env=t.env(), timeout=LIMIT_S, check=False,
                               cwd=t.scratch)
        answer = Answer([b'rdpwhy', *map(os.fsencode, argv)], p.returncode, b'', p.stderr)
        expect(answer, p.returncode >= 0, 'it was killed by a signal')
        expect(answer, p.returncode == t.run(*argv).status, 'another exit status than usual')
        expect(answer, not p.stderr, 'it said something')


closed_pipe_test('explain 0x904/0x7', ['explain', '0x904/0x7'])
closed_pipe_test('explain --json', ['explain', '--json', '0x904/0x7'])
closed_pipe_test('explain findings', ['explain', 'findings'])
closed_pipe_test('read -v', ['read', '-v', lambda t: t.golden('machinekeys-inaccessible')])
closed_pipe_test('read --json', ['read', '--json', lambda t: t.golden('machinekeys-inaccessible')])
closed_pipe_test('--help', ['--help'])


@test('explain --json status | head -1: ends quietly after the first line')
def _(t):
    with subprocess.Popen([t.path, 'explain', '--json', 'status'], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=t.env()) as p:
        first = p.stdout.readline()
        p.stdout.close()
        said = p.stderr.read()
        status = p.wait(LIMIT_S)
    answer = Answer([b'rdpwhy'], status, first, said)
    expect(answer, first and status == 0 and not said, 'expected a quiet end with exit status 0')


# --- connection files in place of a host ---


def connection_file(t, name, *lines, encoding='utf-16'):
    return t.file(name, '\r\n'.join([*lines, '']).encode(encoding)).name


def names_of(answer, state='seen'):
    return {f['name'] for f in answer.json()['findings'] if f['state'] == state}


class TlsServer(threading.Thread):
    """A web server that does TLS and no more, with a certificate made here."""

    def __init__(self, t):
        super().__init__(daemon=True)
        pem = t.scratch / 'gateway.pem'
        if not shutil.which('openssl'):
            raise Skip('openssl is not installed')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=gateway', '-days', '9',
                        '-out', pem, '-keyout', pem], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                with self.context.wrap_socket(self.listener.accept()[0], server_side=True) as s:
                    s.recv(100)
            except ssl.SSLError:
                pass
            except OSError:
                return


def closed_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def refused_file_test(name, content, *patterns):
    @test(f'a connection file that is no use: {name}')
    def _(t):
        t.file('useless.rdp', content)
        refused(t.run('useless.rdp'), 'useless.rdp', *patterns)


refused_file_test('empty', b'', 'empty; expected lines name:type:value')
refused_file_test('other text', b'hello\n', 'line 1: fewer than two colons')
refused_file_test('no computer in it', b'username:s:ada\r\n', 'names no computer', 'rdpwhy read')
refused_file_test('a web address', b'full address:s:https://pc\r\n', 'names no computer')
refused_file_test('a very large one', b'x' * 1100000, 'useless.rdp')

# --- ask ---


@test('ask: host and code by a pipe, the answers one after the other, the status of the last')
def _(t):
    port = closed_port()
    typed = f'127.0.0.1:{port}\n0x904/0x7\n{t.golden("host-firewall-blocks")}\n\n\n'
    answer = t.run('ask', '-q', stdin=typed.encode(), statuses=(0, 1, 2, 3))
    expect(answer, f'127.0.0.1:{port}' in answer.text, 'the host is not answered about')
    expect(answer, answer.text.count('cause found') == 2, 'two answers were expected')
    expect(answer, 'Computer: ' in answer.said and 'Enter alone ends.' in answer.said, 'no question')
    expect(answer, answer.status == t.run('read', '-q', t.golden('host-firewall-blocks')).status,
           'another status than that of the last')


def typed_on_terminal(t, args, turns):
    """Everything on the screen where, at each of some words, something is typed."""
    try:
        import pty
        leader, follower = pty.openpty()
    except (ImportError, OSError) as e:
        raise Skip('no pseudo-terminal here') from e
    seen, at = b'', 0
    with subprocess.Popen([t.path, *args], stdin=follower, stdout=follower, stderr=follower,
                          env=t.env(), cwd=t.scratch, start_new_session=True) as p:
        os.close(follower)
        while select.select([leader], [], [], LIMIT_S)[0]:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
            if turns and turns[0][0].encode() in seen[at:]:
                at = len(seen)
                os.write(leader, turns.pop(0)[1].encode())
        if p.poll() is None and turns:
            p.kill()
        status = p.wait(LIMIT_S)
    os.close(leader)
    return Answer([b'rdpwhy', *map(os.fsencode, args)], status, seen.replace(b'\r\n', b'\n'), b'')


@test('ask: nothing typed ends it with 0; an argument is refused')
def _(t):
    for typed in (b'', b'\n', b'  \n'):
        answer = t.run('ask', stdin=typed)
        expect(answer, answer.status == 0 and not answer.out, 'expected 0, and no report')
    refused(t.run('ask', 'pc-17'), 'ask: it asks for everything', 'rdpwhy HOST')


@test('ask in a terminal: a message is pasted with all its blank lines, and the next question waits')
def _(t):
    pasted = ('[Window Title]\nRemote Desktop Connection\n\n[Content]\nIt ended.\n\n'
              '[Expanded Information]\nError code: 0x904\nExtended error code: 0x7\n'
              'Press Ctrl+C to copy.\n\n[^] Hide details  [OK]')
    said = typed_on_terminal(t, ['ask', '--color', 'never'], [
        ('Computer: ', f'127.0.0.1:{closed_port()}\n'), ('Code: ', pasted + '\n\n'),
        ('Computer: ', '\n')])
    for words in ('0x904', '0x7', 'Enter alone ends.'):
        expect(said, words in said.text, f'no {words!r}')
    expect(said, said.text.count('Code: ') == 1, 'what was pasted was taken for a host')


@test('a connection file is probed as the file says: host, port, and what it finds')
def _(t):
    p, port = lab(t, 'healthy', '-q')
    with p:
        text = connection_file(t, 'a.rdp', f'full address:s:127.0.0.1:{port}',
                               'authentication level:i:2', 'audiomode:i:7')
        other = connection_file(t, 'b.rdp', 'full address:s:127.0.0.1', f'server port:i:{port}',
                                encoding='ascii')
        answer, second = t.many([['--json', text], ['--json', other]])
        screen = t.run(text)
        p.terminate()
        p.communicate()
    doc = answer.json()
    t.validate('report', [answer, second])
    expect(answer, doc['target']['host'] == '127.0.0.1' and doc['target']['port'] == port,
           'expected the target of the file')
    expect(answer, doc['verdict']['state'] == 'healthy', 'expected a healthy host')
    expect(answer, {'client.authentication_level', 'client.rdp_file_note'} <= names_of(answer),
           'expected findings of the file')
    expect(answer, 'client.rdp_file_signature' in names_of(answer, 'absent'), 'it is not signed')
    expect(second, second.json()['verdict']['state'] == 'healthy', 'expected the port of the file')
    expect(screen, screen.status == 0 and screen.text.startswith('a.rdp'), 'expected its name')


@test('CredSSP is off in the file: the host is asked without it, and refuses')
def _(t):
    p, port = lab(t, 'neg-hybrid-required', '-q')
    with p:
        name = connection_file(t, 'nla.rdp', f'full address:s:127.0.0.1:{port}',
                               'enablecredsspsupport:i:0')
        answer = t.run('--json', name)
        p.terminate()
        p.communicate()
    doc = answer.json()
    expect(answer, doc['verdict']['cause'] == 'nla-required-client-lacks', 'expected that cause')
    offered = [f['value'] for f in doc['findings'] if f['name'] == 'neg.offered']
    expect(answer, '0x1' in str(offered) or 1 in offered, 'expected an offer of TLS alone')


@test('a client that does not negotiate: what was not tested is said, and nothing is healthy')
def _(t):
    p, port = lab(t, 'healthy', '-q')
    with p:
        name = connection_file(t, 'direct.rdp', f'full address:s:127.0.0.1:{port}',
                               'negotiate security layer:i:0', 'enablecredsspsupport:i:1')
        answer = t.run('--json', name)
        p.terminate()
        p.communicate()
    doc = answer.json()
    expect(answer, doc['verdict']['state'] == 'uncertain', 'expected no healthy verdict')
    expect(answer, 'connection without negotiation' in doc['verdict']['not_tested'],
           'expected what was not tested')


@test('a gateway in the file: it is asked, and the direct way does not decide')
def _(t):
    host, port = lab(t, 'healthy', '-q')
    gateway, closed = TlsServer(t), closed_port()
    with host, gateway.listener:
        def through(name, port, gateway_port, how):
            return connection_file(t, name, f'full address:s:127.0.0.1:{port}',
                                   f'gatewayhostname:s:127.0.0.1:{gateway_port}',
                                   f'gatewayusagemethod:i:{how}')
        good, gone, inside, fallback, unused = t.many([
            ['--json', through('g1.rdp', port, gateway.port, 1)],
            ['--json', through('g2.rdp', port, closed, 1)],
            ['--json', through('g3.rdp', closed, gateway.port, 1)],
            ['--json', through('g4.rdp', closed, gateway.port, 2)],
            ['--json', through('g5.rdp', port, closed, 2)]])
        host.terminate()
        host.communicate()
    t.validate('report', [good, gone, inside, fallback, unused])
    for answer in (good, inside, fallback):
        expect(answer, {'gateway.answers', 'gateway.not_tested'} <= names_of(answer),
               'expected that the gateway was asked, and what was not')
        expect(answer, answer.json()['verdict']['state'] != 'healthy', 'it cannot be healthy')
        expect(answer, 'gateway' in answer.json()['verdict']['not_tested'], 'expected the gateway')
    for answer in (inside, fallback):
        expect(answer, not any(n.startswith(('tcp.', 'name.')) for n in names_of(answer)),
               'the direct way was not left out')
    expect(gone, gone.json()['verdict']['cause'] == 'rd-gateway-unreachable', 'expected the gateway')
    expect(unused, unused.json()['verdict']['state'] == 'healthy', 'the direct way works')
    expect(unused, not any(n.startswith('gateway.') for n in names_of(unused)), 'it was asked')


@test('read of a connection file alone: its findings, and no secret of it')
def _(t):
    name = connection_file(t, 'secret.rdp', 'full address:s:pc 17', 'password 51:b:C0FFEE99',
                           'gatewayaccesstoken:s:C0FFEE99', 'username:s:ada')
    answer = t.run('read', '--json', name)
    expect(answer, 'client.rdp_file_invalid' in names_of(answer), 'a blank stands in the name')
    expect(answer, answer.json()['verdict']['cause'] == 'rdp-file-corrupt', 'expected that cause')
    for answer in (answer, t.run('read', '-v', name), t.run('read', '--md', '-v', name)):
        expect(answer, b'C0FFEE99' not in answer.out + answer.err, 'a secret is shown')


@test('--redact of a connection file: no name of it')
def _(t):
    name = connection_file(t, 'zqoffice.rdp', 'full address:s:zqhost.zqcorp.test',
                           'gatewayhostname:s:zqgate.zqcorp.test', 'gatewayusagemethod:i:1',
                           'username:s:ZQCORP\\zqanna', 'domain:s:ZQOTHER', 'zqname:s:zqvalue',
                           'full address:s:zqsecond')
    for answer in t.many([['--redact', '--json', '--timeout', '2', name],
                          ['--redact', '-v', '--timeout', '2', name]]):
        expect(answer, b'zq' not in answer.out.lower() + answer.err.lower(), 'a name is shown')


@test('hostile text in a connection file is harmless')
def _(t):
    name = connection_file(t, 'nasty.rdp', 'full address:s:p\x1b[31mc', 'a\u202egnp:s:x',
                           'b\x07:i:1', encoding='utf-8')
    for answer in t.many([['read', '-v', name], ['read', '--json', name], [name]]):
        holds_no_escape(answer)


# --- zip archives ---

OFF = b'{"name": "host.rdp_off", "value": "local", "origin": "host"}\n'


def zipped(t, name, members, change=None):
    """A zip archive of pairs of name and content; change: what is done to its bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for member, content in members:
            z.writestr(member, content)
    return t.file(name, change(bytearray(out.getvalue())) if change else out.getvalue())


@test('a zip archive stands for the files in it, in folders or not')
def _(t):
    plain = t.file('off.jsonl', OFF)
    packed = zipped(t, 'off.zip', [('a/b/off.jsonl', OFF), ('notes.xyz', b'\x00\x01'), ('c/', b'')])
    as_file, as_zip, piped = t.many([['read', '--json', plain], ['read', '--json', packed],
                                     ['check', '127.0.0.1', '--json', '--only', 'name', '--from', packed]])
    expect(as_zip, as_zip.status == as_file.status, 'expected the same exit status')
    expect(as_zip, as_zip.json()['causes'][0]['id'] == 'listener-disabled', 'expected the cause')
    expect(as_zip, 'off.zip: 1 of 3 members are no evidence: notes.xyz' in as_zip.said, 'expected its name')
    expect(piped, 'host.rdp_off' in names_of(piped), 'expected the finding with --from')


@test('an archive of nothing, of archives, of encrypted members or of none is refused in one line')
def _(t):
    def encrypt(data):
        for sign, at in ((b'PK\x03\x04', 6), (b'PK\x01\x02', 8)):
            place = data.find(sign)
            data[place + at] |= 1
        return bytes(data)

    inner = zipped(t, 'inner.zip', [('off.jsonl', OFF)]).read_bytes()
    for name, members, change, words in (
            ('useless.zip', [('a.bin', b'\x00\x01')], None, '1 of 1 members are no evidence: a.bin'),
            ('nested.zip', [('inner.zip', inner)], None, '1 of 1 members are no evidence: inner.zip'),
            ('secret.zip', [('off.jsonl', OFF)], encrypt, '1 of 1 members are encrypted; unpack it first'),
            ('empty.zip', [], None, 'a zip archive without members')):
        refused(t.run('read', zipped(t, name, members, change)), re.escape(words))


@test('an archive that unpacks to far more than it is, is read to its limit')
def _(t):
    bomb = zipped(t, 'bomb.zip', [('off.jsonl', OFF)] + [(f'{i}.txt', b'\n' * (60 << 20)) for i in range(6)])
    answer = t.run('read', '--json', bomb)
    expect(answer, 'unpacks to more than 200 times its size; the rest is not read' in answer.said,
           'expected the limit')
    expect(answer, 'host.rdp_off' in names_of(answer), 'expected what was read before')


@test('names of members are shown harmless and lead nowhere')
def _(t):
    names = ['../../evil.jsonl', '/etc/passwd', 'C:\\x.jsonl', 'a\x1b[31mb.jsonl', 'a\u202eb.jsonl']
    archive = zipped(t, 'names.zip', [(n, OFF + b'rubbish\n') for n in names])
    answer = t.run('read', '-v', archive)
    holds_no_escape(answer)
    expect(answer, not (t.scratch.parent.parent / 'evil.jsonl').exists(), 'a file was written')
    expect(answer, answer.status == 1, 'expected the cause')


@test('an archive that is cut or flipped anywhere is survived')
def _(t):
    whole = zipped(t, 'whole.zip', [('off.jsonl', OFF), ('b.txt', b'0x904/0x7')]).read_bytes()
    chance = random.Random(4)
    files = []
    for i in range(60):
        data = bytearray(whole)
        if i % 2:
            del data[chance.randrange(4, len(data)):]
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        files.append(t.file(f'damaged-{i}.zip', bytes(data)))
    t.many([['read', '--json', f] for f in files])


@test('host on a computer that does not run Windows says what was expected')
def _(t):
    refused(t.run('host'), 'this computer does not run Windows; give --root DIR', 'rdpwhy read FILE.zip')
    refused(t.run('host', '--bundle', 'x.zip', '--root', '.'), '--bundle and --root together')
    refused(t.run('host', 'pc-17'), 'host: takes no operand')
    refused(t.run('host', '--bundle', '.'), 'a folder; expected a file to write')


# --- TAP ---


def run_test(t, f):
    try:
        f(t)
    except Skip as e:
        return True, str(e), ''
    except Failure as e:
        return False, '', str(e)
    except Exception as e:  # a fault of the test, or output that is quite unlike what is promised
        return False, '', f'{type(e).__name__}: {e}'
    return True, '', ''


def main(argv):
    if len(argv) != 3 or not os.access(argv[1], os.X_OK):
        print('usage: test_cli.py PATH_TO_RDPWHY SOURCE_DIR', file=sys.stderr)
        return 64
    sys.stdout.reconfigure(encoding='utf-8', errors='backslashreplace', line_buffering=True)
    failed = 0
    print(f'1..{len(TESTS)}')
    with tempfile.TemporaryDirectory(prefix='rdpwhy-cli-') as scratch:
        t = Program(argv[1], argv[2], os.path.realpath(scratch))
        for n, (name, f) in enumerate(TESTS, 1):
            passed, skipped, says = run_test(t, f)
            failed += not passed
            name = name.replace('#', 'no.')
            print(f'{"ok" if passed else "not ok"} {n} - {name}' +
                  (f' # SKIP {skipped}' if skipped else ''))
            for line in says.splitlines():
                print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
