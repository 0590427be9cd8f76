#!/usr/bin/env python3
"""Every host of the lab looks the same from Windows and from Linux, finding by finding.

    test_parity.py RDPWHY.EXE BUILD_FOLDER [--only PATTERN] [--verbose]

The lab runs on this computer, twice; the program for this computer asks the hosts of one, the .exe
under Wine those of the other, several hosts at a time. What differs is tried again alone, twice.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import subprocess
import sys
import tempfile
import time

import wine

AT_ONCE = 4
ALONE_TIMES = 2
LAB_S = 1200
RUN_S = 20    # twice the usual: a busy computer shall not cut a run short
CHECK_S = 40

# What may differ, and why. Everything else is compared by name, state, value and place.
MAY_DIFFER = {
    'name.source': 'which of the system\'s ways answered: they differ between systems',
    'name.reverse': 'the same for the way back',
    'cert.thumbprint': 'two labs make two keys',
    'path.rtt': 'a time; zero or one millisecond on loopback',
    'path.loss': 'the kernel\'s own count of what was sent again; Wine has none to give',
    'path.retransmitted': 'the same',
    'path.zero_window': 'the same',
}
# Nor is compared whether somebody looked and found nothing; that it was found is.
ABSENT_MAY_DIFFER = {'path.late_answers': 'looked for where an answer came late, as on a busy computer'}
STAGES_MAY_DIFFER = {
    'path': 'it rests on those counts',
    'client-config': 'what a Windows client tells of itself; here there is no such client',
}
# Verdicts that Windows is helped to by what it knows of the client; findings must be equal all the same.
NO_STORED = 'it sees that no credentials are stored, which speaks against client-cached-credentials'
VERDICT_MAY_DIFFER = {'nla-error-logon-failure': NO_STORED, 'nla-error-five-bytes': NO_STORED}
# Numbers that are times or come of them; only that they are there is compared.
TIMES = ('ms', 'seconds')


def shown(finding, host):
    """A finding as one line, without what may differ."""
    words = [finding['state'], finding['name']]
    if finding.get('unit') in TIMES:
        words.append('(a time)')
    elif 'value' in finding:
        words.append(json.dumps(finding['value'], sort_keys=True))
    if 'where' in finding:
        words.append('at ' + finding['where'])
    return ' '.join(words).replace(host, 'HOST')


def is_compared(finding):
    name = finding['name']
    return name not in MAY_DIFFER and not (finding['state'] == 'absent' and name in ABSENT_MAY_DIFFER)


def seen_in(report, host):
    verdict = report['verdict']
    return {
        'verdict': verdict['state'],
        'cause': verdict['cause'],
        'set': sorted(verdict['set']),
        'stages': {s['id']: s['status'] for s in report['stages'] if s['id'] not in STAGES_MAY_DIFFER},
        # What did not come through the probe is what Windows tells of the client itself.
        'findings': sorted(shown(f, host) for f in report['findings']
                           if is_compared(f) and f['origin'] == 'probe'),
    }


def differences(ours, other, scenario):
    parts = ['stages'] if scenario in VERDICT_MAY_DIFFER else ['verdict', 'cause', 'set', 'stages']
    said = [f'{what}: Linux {ours[what]}, Windows {other[what]}'
            for what in parts if ours[what] != other[what]]
    only_ours, only_other = list(ours['findings']), []
    for line in other['findings']:
        if line in only_ours:
            only_ours.remove(line)
        else:
            only_other.append(line)
    return (said + [f'only on Linux:   {line}' for line in only_ours] +
            [f'only on Windows: {line}' for line in only_other])


class Lab:
    """Hosts of the lab that only one program asks: some count their connections."""

    def __init__(self, linux, program, scenario='all'):
        self.program = program
        self.process = subprocess.Popen(
            [linux.path, 'lab', scenario, '--json', '--quiet', '--timeout', str(LAB_S)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=linux.env(), text=True)
        self.hosts = {at['scenario']: f'{at["address"]}:{at["port"]}'
                      for at in self.announced()['listening']}

    def announced(self):
        text = ''
        for line in self.process.stdout:
            text += line
            if line == '}\n':
                break
        return json.loads(text)

    def see(self, scenario):
        host = self.hosts[scenario]
        answer = self.program.run('check', host, '--json', '--timeout', RUN_S, limit=CHECK_S)
        report = answer.json()
        wine.expect(answer.status == wine.EXIT_OF[report['verdict']['state']],
                    'another exit status than that of the verdict', answer)
        return seen_in(report, host)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


class Pair:
    def __init__(self, exe, build, scratch):
        self.linux = wine.Program(wine.linux_program(build), scratch)
        self.exe = wine.Program(exe, scratch)

    def labs(self, scenario='all'):
        return Lab(self.linux, self.linux, scenario), Lab(self.linux, self.exe, scenario)

    def alone(self, scenario):
        ours, other = self.labs(scenario)
        with ours, other:
            return compare(ours, other, scenario)


def compare(ours, other, scenario):
    try:
        return differences(ours.see(scenario), other.see(scenario), scenario)
    except wine.Failure as e:
        return str(e).splitlines()


def compare_all(pair, pattern):
    """Names, and what differs of each."""
    ours, other = pair.labs()
    with ours, other, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        names = [name for name in ours.hosts if fnmatch.fnmatch(name, pattern)]
        return names, list(pool.map(lambda name: compare(ours, other, name), names))


def judge(pair, scenario, first):
    """Alone, when it differed beside others: a busy computer is late now and then."""
    if not first:
        return []
    for _ in range(ALONE_TIMES):
        again = pair.alone(scenario)
        if not again:
            return ['differed beside others, and not alone:'] + first
    raise wine.Failure('\n'.join(again))


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n')[0])
    parser.add_argument('exe')
    parser.add_argument('build')
    parser.add_argument('--only', default='*', metavar='PATTERN')
    wish = parser.parse_args(argv[1:])
    wine.prepare(wish.build)
    if wine.why_not():
        return wine.skip_all(wine.why_not())
    with tempfile.TemporaryDirectory(prefix='rdpwhy-parity-') as scratch:
        try:
            pair = Pair(wish.exe, wish.build, scratch)
        except wine.Skip as e:
            return wine.skip_all(str(e))
        began = time.monotonic()
        pair.exe.run('--version', limit=wine.FIRST_LIMIT_S)  # makes the prefix
        names, said = compare_all(pair, wish.only)
        print(f'1..{len(names)}')
        good = [wine.told(n, one[0], judge, pair, *one)
                for n, one in enumerate(zip(names, said), 1)]
        print(f'# {len(names)} hosts in {time.monotonic() - began:.0f} s')
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv))
