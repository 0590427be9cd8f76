#!/usr/bin/env python3
"""How often the program is right, how sure it claims to be, and how often it is sure and wrong.

    accuracy.py BUILD [--seed N] [--variants N] [--quick] [--write DOC] [--no-peers] [--no-servers]

Plays the mixture of bench/accuracy_cases.c and bench/accuracy_others.c (BUILD/bench/accuracy, in
virtual time), scores each view, runs nmap, sslscan and xfreerdp on the scenarios that can be played
over loopback, and the real servers and namespaces of test/interop. Prints the table; --write puts
accuracy.md, accuracy.svg and accuracy.json into the folder DOC. --quick plays the mixture only and
exits with 1 when a figure of safety is missed. Only the standard library is used.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import accuracy_page
import accuracy_peers

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINS = 10
PLANTED = '@'  # stands for the planted cause, with all that cannot be told from it

# The order in which two articles about 0x904/0x7 give their advice, as causes; each cause once.
FOLK = {
    'folk article A': ['rdp-certificate-expired', 'host-firewall-blocks', 'machinekeys-inaccessible',
                       'nla-required-client-lacks', 'dns-wrong-host', 'pending-reboot-or-servicing',
                       'security-layer-mismatch', 'udp-blocked-no-fallback', 'packet-loss',
                       'credssp-encryption-oracle', 'vpn-unstable'],
    'folk article B': ['client-cached-credentials', 'restricted-admin-disabled', 'tls-version-mismatch',
                       'security-layer-mismatch', 'tcp-port-filtered', 'stuck-session',
                       'network-profile-public', 'termservice-hung', 'nat-or-gateway-misroute',
                       'dns-wrong-host', 'termservice-stopped', 'credssp-encryption-oracle',
                       'nla-required-client-lacks', 'licensing-grace-expired',
                       'antivirus-or-tls-interception', 'pending-reboot-or-servicing',
                       'machinekeys-inaccessible', 'user-profile-corrupt', 'rdp-file-corrupt',
                       'packet-loss'],
}


# --- what was played ---


def lines_of(argv):
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


class Tables:
    """The rows of the C tables, and the catalogue's families."""

    def __init__(self, program):
        rows = lines_of([program, '--tables'])
        self.by = {kind: {r['id']: r for r in rows if r['table'] == kind}
                   for kind in ('way', 'sound', 'strange', 'cause', 'strength')}

    def family(self, cause):
        row = self.by['cause'].get(cause)
        return row['family'] if row else cause

    def sets(self):
        return {i: w for i, w in self.by['way'].items() if len(w['set']) > 1}


# --- one run, scored ---


def truth_class(run):
    return {'fault': PLANTED, 'sound': 'healthy', 'strange': 'unknown'}[run['kind']]


def classes(run):
    """Probabilities over the families, healthy and unknown; what cannot be told apart is one class."""
    p = dict(run['families'])
    if run['kind'] == 'fault':
        p[PLANTED] = sum(p.pop(f, 0) for f in set(run['truth'][0]['families']))
    elif run.get('looks'):
        p['looks'] = sum(p.pop(f, 0) for f in set(run['looks']))
    p['healthy'], p['unknown'] = run['healthy'], run['unknown']
    return p


def brier(run):
    right = truth_class(run)
    return sum((p - (k == right)) ** 2 for k, p in classes(run).items())


def places(run, tables, fault=0):
    """The causes in the program's order, each family once."""
    truth = run['truth'][fault]
    known = set(truth['set']) | set(truth['families'])
    is_exact = run['view'].startswith('findings')  # there a closer description can be told
    order = []
    for cause in run['ranked']:
        place = cause if is_exact else tables.family(cause)
        if cause in truth['set'] or not is_exact and (cause in known or place in known):
            place = PLANTED
        if place not in order:
            order.append(place)
    return order


def is_within(run, tables, n, fault=0):
    return run['state'] != 'healthy' and PLANTED in places(run, tables, fault)[:n]


def answer(run, tables):
    """What the run says, as one label."""
    if run['state'] == 'healthy':
        return 'healthy'
    if run['kind'] == 'fault':
        order = places(run, tables)
        return run['id'] if order[:1] == [PLANTED] else (order or ['nothing'])[0]
    return run.get('cause') or 'uncertain'


def macro_f1(runs, tables):
    """Over the planted causes and healthy; a run of another kind is not asked."""
    pairs = [(r['id'] if r['kind'] == 'fault' else 'healthy', answer(r, tables))
             for r in runs if r['kind'] in ('fault', 'sound')]
    scores = []
    for label in {t for t, _ in pairs}:
        hit = sum(t == a == label for t, a in pairs)
        said, were = sum(a == label for _, a in pairs), sum(t == label for t, _ in pairs)
        scores.append(2 * hit / (said + were) if said + were else 0)
    return sum(scores) / len(scores) if scores else None


def bins_of(runs):
    """Per tenth of the claimed probability: runs, mean claim, share that is right."""
    bins = [[0, 0.0, 0] for _ in range(BINS)]
    for run in runs:
        p = classes(run)
        best = max(p, key=p.get)
        b = bins[min(BINS - 1, int(p[best] * BINS))]
        b[0] += 1
        b[1] += p[best]
        b[2] += best == truth_class(run)
    return bins


def calibration_error(bins):
    n = sum(b[0] for b in bins)
    return sum(abs(b[1] - b[2]) for b in bins) / n if n else None


def share(runs, good):
    return sum(map(good, runs)) / len(runs) if runs else None


def half_of(run):
    """Scenarios, not variants, are halved: a way with all its runs is on one side."""
    key = run['truth'][0]['way'] if run['truth'] else run['id']
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) & 1


def score(runs, tables):
    of = collections.defaultdict(list)
    for run in runs:
        of[run['kind']].append(run)
    fault, sound, strange = of['fault'], of['sound'], of['strange']
    asked = fault + sound + strange
    bins = bins_of(asked)
    broken = fault + of['two'] + strange
    return {
        'runs': len(runs), 'faults': len(fault), 'causes': len({r['id'] for r in fault}),
        'ids': sorted({r['id'] for r in fault}),
        'top1': share(fault, lambda r: is_within(r, tables, 1)),
        'top3': share(fault, lambda r: is_within(r, tables, 3)),
        'macro_f1': macro_f1(runs, tables) if fault else None,
        'stage': share(fault, lambda r: r.get('stage_said') in r['truth'][0]['stages']),
        'side': share(fault, lambda r: r['sides'][:1] and r['sides'][0] in r['truth'][0]['sides']),
        'brier': share(asked, brier), 'ece': calibration_error(bins), 'bins': bins,
        'named': share(fault, lambda r: bool(r.get('cause'))),
        'sure_and_wrong': sum(bool(r.get('cause')) and not is_within(r, tables, 1) for r in fault),
        'sound': len(sound), 'false_alarms': sum(bool(r.get('cause')) for r in sound),
        'found_healthy': sum(r['state'] == 'healthy' for r in sound),
        'broken': len(broken), 'healthy_of_broken': sum(r['state'] == 'healthy' for r in broken),
        'healthy_wrongly': [f'{r["id"]} ({r["truth"][0]["way"] if r["truth"] else "-"})' for r in broken
                            if r['state'] == 'healthy'],
        'strange': len(strange), 'abstained': sum(r['state'] == 'uncertain' for r in strange),
        'strange_kinds': len({r['id'] for r in strange}),
        'kinds_abstained': sum(all(r['state'] == 'uncertain' for r in strange if r['id'] == kind)
                               for kind in {r['id'] for r in strange}),
        'sets': len({r['truth'][0]['way'] for r in fault if len(r['truth'][0]['set']) > 1}),
        'in_sets': sum(len(r['truth'][0]['set']) > 1 for r in fault),
        'told': sum(r['truth'][0].get('told', False) for r in fault),
    }


def score_pairs(runs, tables):
    two = [r for r in runs if r['kind'] == 'two']
    named = lambda r, i: bool((set(r.get('also', [])) | {r.get('cause')}) & set(r['truth'][i]['set']))
    return {'runs': len(two),
            'first_is_one': sum(is_within(r, tables, 1) or is_within(r, tables, 1, 1) for r in two),
            'both_in_three': sum(all(is_within(r, tables, 3, i) or named(r, i) for i in (0, 1)) for r in two),
            'both_named': sum(named(r, 0) and named(r, 1) for r in two)}


# --- baselines without a measurement ---


def by_order(runs, tables, order):
    """One fixed order of causes for every run."""
    ranked = [dict(r, state='uncertain', ranked=order) for r in runs if r['kind'] == 'fault']
    return {'faults': len(ranked), 'top1': share(ranked, lambda r: is_within(r, tables, 1)),
            'top3': share(ranked, lambda r: is_within(r, tables, 3))}


def prior_order(tables):
    return [r['id'] for r in sorted(tables.by['cause'].values(), key=lambda r: -r['commonness'])
            if r['family'] == r['id']]


# --- the scenarios of test/golden ---


def read_files(program, tables, runs, files, view, more=lambda run: (), command=('read',)):
    """The same runs by what the program reads in a file each; runs without a file are left out."""
    def see(run, path):
        out = subprocess.run([program, *command, str(path), '--json', *more(run)], capture_output=True,
                             text=True, check=False).stdout
        d = json.loads(out)
        v = d['verdict']
        failed = [s['id'] for s in d['stages'] if s['status'] == 'fail']
        first = tables.by['cause'][d['causes'][0]['id']]['stage'] if d['causes'] else None
        return dict(run, view=view, state=v['state'], cause=v['cause'], also=v['also'],
                    ranked=v['set'] + [c['id'] for c in d['causes']],
                    families={c['id']: c['p'] for c in d['causes'] if tables.family(c['id']) == c['id']},
                    healthy=v.get('p_healthy') or 0, unknown=v.get('p_unknown') or 0,
                    sides=[s['whose'] or 'open' for s in v['sides']],
                    stage_said=failed[0] if failed else None if v['state'] == 'healthy' else first)
    pairs = [(run, path) for run, path in zip(runs, files) if path.exists()]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(see, *zip(*pairs)))


def truth_of(cause, tables):
    """A cause that was planted by itself, and not in one of several ways."""
    row = tables.by['cause'][cause]
    return {'cause': cause, 'set': [cause], 'families': [tables.family(cause)], 'way': cause,
            'stages': [row['stage']], 'sides': [row['whose']]}


def read_golden(program, tables):
    """Findings that a person wrote for each cause, as one reading; the file's name is the truth."""
    folders = [f for f in sorted((ROOT / 'test/golden').iterdir()) if f.name in tables.by['cause']]
    runs = [{'kind': 'fault', 'id': f.name, 'truth': [truth_of(f.name, tables)]} for f in folders]
    return read_files(program, tables, runs, [f / 'findings.jsonl' for f in folders], 'findings')


VOLUME_VARIANTS = 5
LOGS, HIVES = 'Windows/System32/winevt/Logs', 'Windows/System32/config'


def read_volumes(maker, program, tables, seed):
    """Windows volumes with one thing wrong each: the part in which it stands alone, and the whole."""
    with tempfile.TemporaryDirectory(prefix='rdpwhy-accuracy-') as folder:
        made = lines_of([maker, folder, str(seed), str(VOLUME_VARIANTS)])
        def score_of(some, view, below, command):
            runs = [{'kind': 'fault' if m['cause'] else 'sound', 'id': m['cause'] or m['name'],
                     'truth': [truth_of(m['cause'], tables)] if m['cause'] else []} for m in some]
            return score(read_files(program, tables, runs, [pathlib.Path(m['folder']) / below for m in some],
                                    view, command=command), tables)
        logged = [m for m in made if m['is_logged']]
        rest = [m for m in made if not m['is_logged']]
        return {'logs': score_of(logged, 'findings of logs', LOGS, ['read']),
                'hives': score_of(rest, 'findings of hives', HIVES, ['read']),
                'whole disks': score_of(made, 'findings of disks', '', ['host', '--root'])}


def read_recordings(player, program, tables, probe, wish):
    """A capture of the client's own connection in each run, and the code where the run has one."""
    def more(run):
        return ['--code', run['code']] if run['code'] else []
    with tempfile.TemporaryDirectory(prefix='rdpwhy-accuracy-') as folder:
        lines_of([player, '--seed', str(wish.seed), '--variants', str(wish.variants), '--recordings', folder])
        files = [pathlib.Path(folder) / f'{r["kind"]}-{r["id"]}-{r["variant"]}.pcap' for r in probe]
        return read_files(program, tables, probe, files, 'capture', more)


# --- the whole ---


def measure(wish):
    build = pathlib.Path(wish.build)
    player, program = str(build / 'bench/accuracy'), str((build / 'rdpwhy').resolve())
    tables = Tables(player)
    runs = lines_of([player, '--seed', str(wish.seed), '--variants', str(wish.variants)])
    probe = [r for r in runs if r['view'] == 'probe']
    for run in runs:
        run['first'] = run['kind'] == 'fault' and is_within(run, tables, 1)
    views = {view: score([r for r in runs if r['view'] == view], tables)
             for view in dict.fromkeys(r['view'] for r in runs)}
    result = {'seed': wish.seed, 'tables': tables, 'runs': runs, 'views': views,
              'halves': [score([r for r in probe if r['kind'] != 'two' and half_of(r) == h], tables)
                         for h in (0, 1)],
              'pairs': score_pairs(probe, tables),
              'orders': {'prior only': by_order(probe, tables, prior_order(tables)),
                         **{name: by_order(probe, tables, order) for name, order in FOLK.items()}},
              'peers': None, 'servers': None}
    if wish.quick:
        return result
    views['capture'] = score(read_recordings(player, program, tables, probe, wish), tables)
    views.update(read_volumes(str(build / 'bench/volumes'), program, tables, wish.seed))
    views['findings, by hand'] = score(read_golden(program, tables), tables)
    if not wish.no_peers:
        result['peers'] = accuracy_peers.measure(program, tables)
    if not wish.no_servers:
        result['servers'] = accuracy_peers.real_servers(program, tables)
    return result


def safety(view):
    """What must never be; lines about what is missed."""
    said = []
    if view['healthy_of_broken']:
        said.append(f'{view["healthy_of_broken"]} broken runs were said to be healthy')
    if view['false_alarms']:
        said.append(f'{view["false_alarms"]} healthy runs were given a cause')
    return said


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n')[0])
    parser.add_argument('build')
    parser.add_argument('--seed', type=int, default=20261121)
    parser.add_argument('--variants', type=int, default=40, help='runs for each cause')
    parser.add_argument('--quick', action='store_true', help='the mixture only')
    parser.add_argument('--write', metavar='DOC', help='a folder for the page, the plot and the figures')
    parser.add_argument('--no-peers', action='store_true', help='without nmap, sslscan and xfreerdp')
    parser.add_argument('--no-servers', action='store_true', help='without real servers and namespaces')
    wish = parser.parse_args(argv[1:])
    began = time.monotonic()
    result = measure(wish)
    result['took_s'] = round(time.monotonic() - began)
    print(accuracy_page.screen(result))
    if wish.write:
        accuracy_page.write(result, pathlib.Path(wish.write))
    missed = safety(result['views']['probe'])
    for line in missed:
        print(f'accuracy: {line}', file=sys.stderr)
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
