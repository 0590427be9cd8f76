#!/usr/bin/env python3
"""Figures of reading event logs, beside evtxexport over the same records; one line each:

    name value ratio budget ok|MISSED

    events.py BUILD_FOLDER

The logs are made of real ones, which lie in the folder that SHARED_DATA names (../shared/data beside
the project without it). Both programs are timed by the processor time that they take, the least of
three: what else the computer does does not count. evtxexport gets a smaller log of the same kind.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get('SHARED_DATA', ROOT.parent / 'shared' / 'data'))
LARGE, SMALL = 1_000_000_000, 24_000_000
LEAST_SPEED, LEAST_RATIO = 400, 20
SEEDS = {'events-system-1g': 'System.evtx.xz', 'events-security-1g': 'Security.evtx'}


def skip(name, why):
    print(f'{name} - - - skipped: {why}', flush=True)


def processor_time(argv):
    with open(os.devnull, 'wb') as nothing:
        child = subprocess.Popen(argv, stdout=nothing, stderr=nothing)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        raise SystemExit(f'{argv[0]}: status {status}')
    return usage.ru_utime + usage.ru_stime


def speed(argv, log, times=3):
    """Megabytes of the log in a second."""
    return log.stat().st_size / 1e6 / min(processor_time([*argv, log]) for _ in range(times))


def make(seed, log, size):
    subprocess.run([sys.executable, ROOT / 'bench' / 'make_evtx.py', seed, log, str(size)], check=True,
                   stdout=subprocess.DEVNULL)


def measure(name, seed, build, folder):
    large, small = folder / f'{name}.evtx', folder / f'{name}-small.evtx'
    make(seed, large, LARGE)
    make(seed, small, SMALL)
    ours = speed([build / 'bench' / 'read_events'], large)
    is_met = ours >= LEAST_SPEED
    print(f'{name} {ours:.0f}MB/s - >={LEAST_SPEED}MB/s {"ok" if is_met else "MISSED"}', flush=True)
    large.unlink()
    if not shutil.which('evtxexport'):
        skip(f'{name}/evtxexport', 'evtxexport is not installed')
        return
    peer = speed(['evtxexport'], small, times=1)
    ratio = ours / peer
    print(f'{name}/evtxexport {ours:.0f}MB/s {ratio:.1f} >={LEAST_RATIO} {"ok" if ratio >= LEAST_RATIO else "MISSED"}',
          flush=True)


def main(build):
    for name, file in SEEDS.items():
        seed = DATA / 'evtx' / 'szechuan-dc' / file
        if not seed.exists():
            skip(name, f'no real logs in {DATA}')
            continue
        with tempfile.TemporaryDirectory(prefix='rdpwhy-events-') as folder:
            measure(name, seed, build, pathlib.Path(folder))


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]).resolve())
