"""rdpwhy.exe under Wine, for the tests of this folder: a prefix, runs, answers, TAP.

The prefix is that of RDPWHY_WINEPREFIX; tools/windows-run makes it where it is new. Only the
standard library is used.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RUN = SOURCE / 'tools' / 'windows-run'
LIMIT_S = 60
FIRST_LIMIT_S = 300  # a new prefix takes its time
SLOW_S = 10
EXIT_OF = {'healthy': 0, 'cause': 1, 'uncertain': 2, 'untested': 3}


class Failure(Exception):
    pass


class Skip(Exception):
    pass


def why_not():
    """Why nothing can be run here; None: it can."""
    extra = ':/usr/lib/wine'
    if any(shutil.which(name, path=os.environ.get('PATH', '') + extra) for name in ('wine64', 'wine')):
        return None
    return 'Wine is not installed'


def windows_path(path):
    """A file of this computer as programs under Wine see it."""
    return 'Z:' + os.path.abspath(path).replace('/', '\\')


class Answer:
    def __init__(self, argv, status, out, err):
        self.argv, self.status, self.out, self.err = argv, status, out, err

    @property
    def text(self):
        return self.out.decode('utf-8')

    @property
    def said(self):
        return self.err.decode('utf-8')

    def json(self):
        try:
            return json.loads(self.text)
        except ValueError as e:
            raise Failure(f'standard output is no JSON: {e}\n{self}') from None

    def __str__(self):
        return (f'command: {self.argv}\nexit status: {self.status}\n'
                f'stdout ({len(self.out)} bytes): {self.out[:700]!r}\n'
                f'stderr ({len(self.err)} bytes): {self.err[:700]!r}')


class Program:
    """A program of this computer, or the .exe through tools/windows-run."""

    def __init__(self, path, scratch):
        self.path, self.scratch = os.path.abspath(path), str(scratch)
        self.is_exe = self.path.endswith('.exe')
        self.start = [str(RUN), self.path] if self.is_exe else [self.path]

    def env(self, **extra):
        env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': self.scratch, 'LC_ALL': 'C.UTF-8'}
        env.update({k: os.environ[k] for k in ('RDPWHY_WINEPREFIX', 'WINEDEBUG') if k in os.environ})
        env.update(extra)
        return env

    def run(self, *args, stdin=b'', limit=LIMIT_S, env=None):
        argv = [*self.start, *map(str, args)]
        try:
            p = subprocess.run(argv, input=stdin, capture_output=True, timeout=limit, check=False,
                               cwd=self.scratch, env=self.env(**(env or {})))
        except subprocess.TimeoutExpired:
            raise Failure(f'no answer within {limit} s: {argv}') from None
        return Answer(argv, p.returncode, p.stdout, p.stderr)


def linux_program(build):
    """The same program for this computer, from a build folder beside that of the .exe."""
    for name in ('gcc', 'release', 'sanitized'):
        path = pathlib.Path(build).parent / name / 'rdpwhy'
        if os.access(path, os.X_OK):
            return path
    raise Skip('no build for this system beside that for Windows')


def expect(holds, says, answer=None):
    if not holds:
        raise Failure(says if answer is None else f'{says}\n{answer}')


# --- TAP ---


def skip_all(why):
    print(f'1..0 # SKIP {why}')
    return 0


def told(number, name, f, *args):
    """Runs one test, prints its line, and says whether it passed."""
    began = time.monotonic()
    try:
        notes = f(*args) or []
        took = time.monotonic() - began
        print(f'ok {number} - {name}')
        if took > SLOW_S:
            print(f'# {took:.1f} s')
    except Skip as e:
        notes = []
        print(f'ok {number} - {name} # SKIP {e}')
    except Exception as e:  # whatever it is, the other tests go on
        said = str(e) if isinstance(e, Failure) else f'{type(e).__name__}: {e}'
        print(f'not ok {number} - {name}')
        print('\n'.join('# ' + line for line in said.splitlines()))
        return False
    print(''.join(f'# {line}\n' for line in notes), end='')
    return True


def prepare(build):
    """A prefix below the build folder, where nobody names another."""
    os.environ.setdefault('RDPWHY_WINEPREFIX', os.path.join(os.path.abspath(build), 'wine'))
    sys.stdout.reconfigure(encoding='utf-8', errors='backslashreplace', line_buffering=True)
