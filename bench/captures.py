#!/usr/bin/env python3
"""How fast captures are read, each line beside a bound; the last ones beside tshark:

    name value ratio budget ok|MISSED

    captures.py BUILD_FOLDER

CPU time of one process, the least of several runs from the page cache. tshark reads the first
TSHARK_MB of the same file, since it would need minutes for all of it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TSHARK_MB = 40
RUNS = 3
ROOM = 3 << 30
ANSWER = ['-Y', 'tcp.port == 3389 and (rdp or tls or tcp.flags.reset == 1 or tcp.flags.syn == 1)',
          '-T', 'fields', '-e', 'frame.number', '-e', 'tcp.stream', '-e', 'ip.src', '-e', 'ip.dst',
          '-e', 'rdp.neg_type', '-e', 'tls.record.content_type', '-e', 'tcp.flags']


def line(name, value, ratio, budget, is_met):
    print(f'{name} {value} {ratio} {budget} {"ok" if is_met else "MISSED"}', flush=True)


def skip(name, why):
    print(f'{name} - - - skipped: {why}', flush=True)


def run(command):
    """CPU seconds, what it printed, and the most memory that it held, in MB."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return used.ru_utime + used.ru_stime, out.read().decode(), used.ru_maxrss / 1024


def speed(command, path):
    """MB per CPU second, what it printed, MB of memory."""
    runs = [run(command) for _ in range(RUNS + 1)]  # the first brings the file into the page cache
    return os.path.getsize(path) / 1e6 / min(r[0] for r in runs[1:]), runs[0][1], runs[0][2]


def ours(build, folder):
    figures = {}
    for kind, least in (('flows', 500), ('large', 1000)):
        path = os.path.join(folder, kind + '.pcap')
        subprocess.run([sys.executable, str(HERE / 'make_capture.py'), kind, path], check=True)
        figures[kind], said, memory = speed([str(build / 'bench' / 'read_capture'), path], path)
        line(f'capture,{kind}', f'{figures[kind]:.0f}MB/s', '-', f'>={least}MB/s', figures[kind] >= least)
        found = re.search(r'(\d+) attempts, (\d+) failed', said)
        line(f'capture,{kind},memory', f'{memory:.0f}MB', '-', '<=200MB', memory <= 200)
        print(f'# {kind}: {found.group(0) if found else said}', flush=True)
    return figures


def beside_tshark(figures, folder):
    for kind in figures:
        sample = os.path.join(folder, 'sample.pcap')
        with open(os.path.join(folder, kind + '.pcap'), 'rb') as whole, open(sample, 'wb') as out:
            out.write(whole.read(TSHARK_MB * 1000000))
        seconds, _, _ = run(['tshark', '-n', '-r', sample] + ANSWER)
        peer = TSHARK_MB / seconds
        ratio = figures[kind] / peer
        line(f'capture,{kind},/tshark', f'{peer:.1f}MB/s', f'{ratio:.0f}', '>=50', ratio >= 50)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if shutil.disk_usage(tempfile.gettempdir()).free < ROOM:
        skip('capture', 'less than 3 GB free for what is read')
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = ours(pathlib.Path(sys.argv[1]), folder)
        if shutil.which('tshark'):
            beside_tshark(figures, folder)
        else:
            skip('capture,/tshark', 'tshark is not installed')


if __name__ == '__main__':
    main()
