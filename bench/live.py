#!/usr/bin/env python3
"""Figures of live runs, each beside a peer or a bound; one line each:

    name value ratio budget ok|MISSED

    live.py BUILD_FOLDER [PART...]      parts: peers delay faults resolver many; all without one

Everything happens in network namespaces of its own, which go at the end. Beside a peer the least
times of alternating runs are compared; over distance medians, against silence the longest. What is
not installed, or not allowed, is named and skipped.
"""
import contextlib
import ctypes
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / 'test' / 'interop'))
import network  # noqa: E402
import servers  # noqa: E402

CLONE_NEWNET = 0x40000000
PORT = 3389
NEAR, FAR = '10.78.0.1', '10.78.0.2'
LIBC = ctypes.CDLL(None, use_errno=True)
NMAP = ['nmap', '-n', '-Pn', '-p', str(PORT), '--script', 'rdp-enum-encryption,rdp-ntlm-info,ssl-cert']


# --- lines ---


def line(name, value, ratio, budget, is_met):
    print(f'{name} {value} {ratio} {budget} {"ok" if is_met else "MISSED"}', flush=True)


def ratio_line(name, ours, peer, most):
    ratio = ours / peer
    line(name, f'{ours * 1000:.1f}ms', f'{ratio:.4f}', f'<={most:.4f}', ratio <= most)


def seconds_line(name, ours, most, peer=None):
    line(name, f'{ours:.3f}s', f'{ours / peer:.4f}' if peer else '-', f'<={most}s', ours <= most)


def skip(name, why):
    print(f'{name} - - - skipped: {why}', flush=True)


# --- places ---


@contextlib.contextmanager
def inside(namespace):
    """This process, and what it starts, lives in the namespace: nothing but the program is timed."""
    before = os.open('/proc/self/ns/net', os.O_RDONLY)
    there = os.open(f'/run/netns/{namespace}', os.O_RDONLY)
    try:
        if LIBC.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), 'setns')
        yield
    finally:
        LIBC.setns(before, CLONE_NEWNET)
        os.close(there)
        os.close(before)


@contextlib.contextmanager
def namespaces(*sides):
    names = [f'rdpwhy-{os.getpid()}-b{side}' for side in sides]
    try:
        for name in names:
            network.run('ip', 'netns', 'add', name)
            network.run('ip', '-n', name, 'link', 'set', 'lo', 'up')
        yield names
    finally:
        for name in names:
            network.quietly('ip', 'netns', 'del', name)


@contextlib.contextmanager
def process(argv, wait_for=None, **more):
    """One program until the end of the block; wait_for begins a line on its standard output."""
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more) as p:
        try:
            if wait_for and not p.stdout.readline().startswith(wait_for):
                raise servers.Failed(f'{argv[0]} does not start')
            yield p
        finally:
            p.kill()


# --- times ---


def once(argv, expected=None, env=None):
    began = time.perf_counter()
    ended = subprocess.run(argv, check=False, capture_output=True, env=env, timeout=120)
    took = time.perf_counter() - began
    if expected is not None and ended.returncode not in expected:
        raise servers.Failed(f'{" ".join(map(str, argv))}: status {ended.returncode}\n'
                             f'{ended.stdout[-800:]}{ended.stderr[-800:]}')
    return took


def alternating(ours, peer, n_ours, n_peer):
    """The least of each: what else this computer does only adds. A few of ours before each of the
    peer's, so that both see the same machine."""
    mine, others = [], []
    for _ in range(n_peer):
        mine += [ours() for _ in range(n_ours // n_peer)]
        others.append(peer())
    return min(mine), min(others)


def started(stack, make, tries=3):
    """Numbers of X displays are shared by the whole computer, and two starters may meet."""
    for left in reversed(range(tries)):
        try:
            stack.enter_context(make())
            return
        except servers.Failed:
            if not left:
                raise


class Bench:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.program = build / 'rdpwhy'
        self.certificates = servers.Certificates(folder / 'certificates')

    def probe(self, target, *more, expected=(0, 1, 2)):
        return once([self.program, '-q', *more, target], expected)

    @contextlib.contextmanager
    def lab(self, scenario, address='127.0.0.1'):
        with process([self.program, 'lab', scenario, '--listen', f'{address}:{PORT}'], 'listening'):
            yield

    # --- a healthy host, beside nmap and xfreerdp ---

    def beside_nmap(self, name, target, most, expected=(0,)):
        if not servers.find('nmap'):
            skip(f'{name}/nmap', 'nmap is not installed')
            return
        ours, peer = alternating(lambda: self.probe(target, expected=expected),
                                 lambda: once([*NMAP, target], (0,)), 15, 3)
        ratio_line(f'{name}/nmap', ours, peer, most)

    def beside_xfreerdp(self, name, target, most):
        if not servers.find('xfreerdp'):
            skip(f'{name}/xfreerdp', 'freerdp2-x11 is not installed')
            return
        with display(self.folder) as env:
            argv = ['xfreerdp', f'/v:{target}:{PORT}', '/u:alice', '/p:Secret-77', '/cert:ignore',
                    '+auth-only']
            ours, peer = alternating(lambda: self.probe(target, expected=(0,)),
                                     lambda: once(argv, (0,), env), 25, 5)
        ratio_line(f'{name}/xfreerdp', ours, peer, most)

    def healthy(self, name, server, how):
        try:
            with namespaces('h') as (place,), inside(place), contextlib.ExitStack() as stack:
                started(stack, lambda: server(servers.Here(), self.folder / name, self.certificates, **how))
                self.beside_nmap(name, '127.0.0.1', 1 / 20)
                if server is servers.FreerdpShadow:
                    self.beside_xfreerdp(name, '127.0.0.1', 1 / 10)
        except servers.Missing as why:
            skip(name, why)

    def peers(self):
        self.healthy('xrdp', servers.Xrdp, {'layer': 'negotiate'})
        self.healthy('freerdp-shadow', servers.FreerdpShadow, {'layer': 'nla'})

    # --- distance ---

    @contextlib.contextmanager
    def link(self, near, far, rtt_ms):
        """Half of the round trip in each direction; 0: no link, both sides are `near`."""
        argv = [self.build / 'bench' / 'delay_link', near, 'd0', far, 'd0', str(rtt_ms / 2)]
        with process(argv, 'ready'):
            for name, address in ((near, NEAR), (far, FAR)):
                network.run('ip', '-n', name, 'addr', 'add', f'{address}/30', 'dev', 'd0')
                network.run('ip', '-n', name, 'link', 'set', 'd0', 'up')
            yield

    def over_link(self, rtt_ms, runs):
        with namespaces('n', 'f') as (near, far), self.link(near, far, rtt_ms):
            with inside(far):
                lab = self.lab('healthy', FAR)
                lab.__enter__()
            try:
                with inside(near):
                    self.probe(FAR, expected=(0,))
                    return statistics.median(self.probe(FAR, expected=(0,)) for _ in range(runs))
            finally:
                lab.__exit__(None, None, None)

    def delay(self):
        if not os.path.exists('/dev/net/tun'):
            skip('distance', 'there is no /dev/net/tun')
            return
        none = self.over_link(0, 11)
        for rtt in (20, 50, 100, 200):
            more = self.over_link(rtt, 5) - none
            line(f'T({rtt}ms)-T(0)', f'{more * 1000:.1f}ms', f'{more * 1000 / rtt:.2f}', '<=7.00',
                 more * 1000 <= 7 * rtt)

    # --- hosts that do not answer ---

    def dropped(self):
        with namespaces('d') as (place,), inside(place):
            if not servers.find('nft'):
                skip('dropped-port', 'nftables is not installed')
                return
            rules = (f'table ip bench {{\nchain way_in {{ type filter hook input priority 0;\n'
                     f'tcp dport {PORT} drop\n}}\n}}\n')
            network.run('nft', '-f', '-', input=rules.encode())
            seconds_line('dropped-port', max(self.probe('127.0.0.1') for _ in range(3)), 3.5)

    def faults(self):
        self.dropped()
        for scenario in ('neg-silent', 'neg-drip', 'tls-drip', 'tls-hello-silent', 'tls-stall'):
            with namespaces('s') as (place,), inside(place), self.lab(scenario):
                ours = max(self.probe('127.0.0.1') for _ in range(3))
                peer = None
                if scenario == 'neg-silent' and servers.find('nmap'):
                    peer = once([*NMAP, '127.0.0.1'])
                seconds_line(scenario + ('/nmap' if peer else ''), ours, 5, peer)

    # --- a resolver that is dead ---

    def resolver(self):
        with namespaces('r') as (place,):
            # Packets to the name server arrive at v1, which is not meant, and are dropped.
            network.run('ip', '-n', place, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1')
            network.run('ip', '-n', place, 'addr', 'add', f'{NEAR}/24', 'dev', 'v0')
            for device in ('v0', 'v1'):
                network.run('ip', '-n', place, 'link', 'set', device, 'up')
            network.run('ip', '-n', place, 'neigh', 'add', FAR, 'lladdr', '02:00:00:00:00:01',
                        'dev', 'v0', 'nud', 'permanent')
            etc = pathlib.Path('/etc/netns') / place
            etc.mkdir(parents=True)
            try:
                (etc / 'resolv.conf').write_text(f'nameserver {FAR}\n')
                inner = ['ip', 'netns', 'exec', place, str(self.program), '-q', '--timeout', '2']
                worst = max(once([*inner, 'host.example.test'], (0, 1, 2, 3)) for _ in range(3))
            finally:
                (etc / 'resolv.conf').unlink(missing_ok=True)
                etc.rmdir()
                with contextlib.suppress(OSError):
                    etc.parent.rmdir()
        seconds_line('dead-resolver,--timeout-2', worst, 2.2)

    # --- one process, many runs ---

    def many(self):
        for name, runs in (('many_runs_fake', 10000), ('many_runs', 1000)):  # in memory, and real
            with namespaces('m') as (place,):
                out = network.run('ip', 'netns', 'exec', place, 'sh', '-c',
                                  'mount --bind /dev/null /etc/resolv.conf && exec "$@"', 'sh',
                                  str(self.build / 'bench' / name), str(runs))
            for row in out.stdout.decode().splitlines():
                what, after, unit, ratio, budget, verdict = row.split()
                print(f'{what},{runs}-runs,{name} {after}{unit} {ratio} {budget} {verdict}', flush=True)


@contextlib.contextmanager
def display(folder):
    servers.need(Xvfb='xvfb')
    read, write = os.pipe()
    argv = ['Xvfb', '-displayfd', str(write), '-screen', '0', '640x480x24', '-nolisten', 'tcp']
    with process(argv, pass_fds=(write,)):
        os.close(write)
        with open(read, encoding='ascii') as f:
            yield {**os.environ, 'DISPLAY': f':{f.readline().strip()}', 'HOME': str(folder)}


PARTS = ('peers', 'delay', 'faults', 'resolver', 'many')


def main(build, *parts):
    if not network.available():
        skip('live', 'namespaces cannot be made here; they need root')
        return
    with tempfile.TemporaryDirectory(prefix='rdpwhy-bench-') as folder:
        bench = Bench(pathlib.Path(build).resolve(), pathlib.Path(folder))
        for part in parts or PARTS:
            try:
                getattr(bench, part)()
            except servers.Missing as why:
                skip(part, why)
            except (servers.Failed, subprocess.SubprocessError) as why:
                line(part, '-', '-', '-', False)
                print(why, file=sys.stderr, flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
