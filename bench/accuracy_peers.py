"""What other tools make of the same scenarios, and the program against real servers.

The mapping from a tool's output to causes is ours, by hand, and generous: a tool is credited with
whatever an administrator who knows the protocol would read out of its lines, the most probable
first. What a tool does not look at it cannot be blamed for either; the table says so by its score.
"""
import concurrent.futures
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parent.parent
PORT = 3389
TOOL_S = 20
TOOLS = ('nmap', 'sslscan', 'xfreerdp')


def run(argv, env=None, most=TOOL_S):
    """Standard output and error of one run, however it ends."""
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors='replace', env=env, start_new_session=True)
    try:
        return process.communicate(timeout=most)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0] + '\n[no end]'


# --- what their lines mean ---


def is_past(text):
    try:
        return datetime.datetime.fromisoformat(text[:19]) < datetime.datetime.now()
    except ValueError:
        return False


def of_nmap(out):
    state = re.search(r'<state state="(\w+)"', out)
    if not state:  # it gave up on the host
        return ['termservice-hung', 'wrong-service-on-port', 'tcp-port-filtered']
    state = state.group(1)
    if state == 'filtered':
        return ['tcp-port-filtered', 'host-offline-or-asleep', 'host-firewall-blocks']
    if state == 'closed':
        return ['tcp-port-refused']
    scripts = dict(re.findall(r'<script id="([\w-]+)" output="([^"]*)"', out))
    ways, names, cert = (scripts.get(k, '') for k in ('rdp-enum-encryption', 'rdp-ntlm-info', 'ssl-cert'))
    after, before = (re.search(rf'Not valid {k}:\s*(\S+)', cert) for k in ('after', 'before'))
    if re.search('Forti|Zscaler|Kaspersky|Sophos', cert):
        return ['antivirus-or-tls-interception']
    if after and is_past(after.group(1)):
        return ['rdp-certificate-expired', 'clock-skew']
    if before and not is_past(before.group(1)):
        return ['clock-skew', 'rdp-certificate-untrusted-or-name-mismatch']
    clock = re.search(r'System_Time: (\S+?)(?:&|$)', names)
    if clock:
        with contextlib.suppress(ValueError):
            at = datetime.datetime.fromisoformat(clock.group(1).replace('+00:00', ''))
            if abs((at - datetime.datetime.utcnow()).total_seconds()) > 300:
                return ['clock-skew']
    if 'SUCCESS' in ways and not re.search('SSL: SUCCESS|NLA.*SUCCESS|RDSTLS: SUCCESS', ways):
        return ['security-layer-mismatch']
    if 'SUCCESS' not in ways and not names:
        return ['wrong-service-on-port', 'termservice-hung', 'nat-or-gateway-misroute']
    return ['healthy']


def of_sslscan(out):
    if 'refused' in out.lower():
        return ['tcp-port-refused']
    if 'Could not open a connection' in out or 'Could not connect' in out:
        return ['tcp-port-filtered', 'host-offline-or-asleep']
    enabled = set(re.findall(r'(TLSv1\.\d)\s+enabled', out))
    accepted = re.findall(r'(?:Preferred|Accepted)\s+(TLSv1\.\d)', out)
    after = re.search(r'Not valid after:\s*(.+)', out)
    before = re.search(r'Not valid before:\s*(.+)', out)
    with contextlib.suppress(ValueError, AttributeError):
        if datetime.datetime.strptime(after.group(1).strip(), '%b %d %H:%M:%S %Y GMT') < datetime.datetime.utcnow():
            return ['rdp-certificate-expired', 'clock-skew']
    with contextlib.suppress(ValueError, AttributeError):
        if datetime.datetime.strptime(before.group(1).strip(), '%b %d %H:%M:%S %Y GMT') > datetime.datetime.utcnow():
            return ['clock-skew', 'rdp-certificate-untrusted-or-name-mismatch']
    if re.search('Forti|Zscaler|Kaspersky|Sophos', out):
        return ['antivirus-or-tls-interception']
    if enabled and enabled <= {'TLSv1.0', 'TLSv1.1'}:
        return ['tls-version-mismatch']
    if not enabled and not accepted:
        return ['machinekeys-inaccessible', 'schannel-disabled', 'wrong-service-on-port']
    weak = re.search(r'RSA Key Strength:\s*(\d+)', out)
    if weak and int(weak.group(1)) < 1024:
        return ['rdp-certificate-untrusted-or-name-mismatch']
    return ['healthy']


XFREERDP = (  # the first line that fits
    ('DNS_NAME_NOT_FOUND|DNS_ERROR', ['dns-unresolvable']),
    ('PASSWORD_EXPIRED', ['password-expired']),
    ('ACCOUNT_LOCKED', ['account-locked']),
    ('ACCOUNT_DISABLED|ACCOUNT_EXPIRED', ['account-disabled-or-expired']),
    ('ACCOUNT_RESTRICTION', ['account-restriction-blank-password']),
    ('LOGON_TYPE_NOT_GRANTED', ['logon-right-denied']),
    ('HYBRID_REQUIRED', ['nla-required-client-lacks']),
    ('SSL_NOT_ALLOWED|SSL_REQUIRED|WITH_USER_AUTH', ['security-layer-mismatch']),
    ('SSL_CERT_NOT_ON_SERVER', ['rdp-certificate-binding-broken', 'machinekeys-inaccessible']),
    ('TLS_CONNECT_FAILED', ['tls-version-mismatch', 'machinekeys-inaccessible', 'cipher-mismatch']),
    ('SECURITY_NEGO_CONNECT_FAILED', ['security-layer-mismatch', 'wrong-service-on-port', 'termservice-hung']),
    ('CONNECT_TRANSPORT_FAILED|LOGON_TIMEOUT', ['wrong-service-on-port', 'ntlm-blocked-by-policy', 'nla-cannot-reach-dc']),
    ('CONNECT_FAILED.*refused|Connection refused', ['tcp-port-refused']),
    ('CONNECT_FAILED|no end', ['tcp-port-filtered', 'termservice-hung', 'host-offline-or-asleep']),
    ('LOGON_FAILURE|AUTHENTICATION_FAILED|exit status 0', ['healthy']),
)


def of_xfreerdp(out):
    for pattern, causes in XFREERDP:
        if re.search(pattern, out):
            return causes
    return ['wrong-service-on-port', 'tcp-port-refused']


MEANING = {'nmap': of_nmap, 'sslscan': of_sslscan, 'xfreerdp': of_xfreerdp}


def ask(tool, address, env):
    if tool == 'nmap':
        return run(['nmap', '-Pn', '-n', '-p', str(PORT), '--script', 'rdp-enum-encryption,+rdp-ntlm-info,+ssl-cert',
                    '--host-timeout', '15s', '-oX', '-', address])
    if tool == 'sslscan':
        return run(['sslscan', '--no-colour', '--rdp', '--timeout=3', '--connect-timeout=3', f'{address}:{PORT}'])
    return run(['xfreerdp', f'/v:{address}:{PORT}', '/u:alice', '/p:Secret-77', '/cert:ignore', '+auth-only',
                '/timeout:8000'], env, 12)


# --- the scenarios that can be played over loopback ---


@contextlib.contextmanager
def display():
    """A display for xfreerdp, which wants one even where it shows nothing."""
    if not shutil.which('Xvfb'):
        yield None
        return
    number = 70 + os.getpid() % 20
    server = subprocess.Popen(['Xvfb', f':{number}', '-screen', '0', '640x480x24'], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        yield dict(os.environ, DISPLAY=f':{number}', LC_ALL='C.UTF-8')
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def played(program, scenario, address):
    lab = subprocess.Popen([program, 'lab', scenario, '--listen', f'{address}:{PORT}'], stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    try:
        lab.stdout.readline()
        time.sleep(0.2)
        yield
    finally:
        lab.terminate()
        lab.wait()


def scenarios(tables):
    """The lab's scenario, the causes that all look so, and their families."""
    found = [(w['lab'], w['set'], w['families']) for w in tables.by['way'].values() if w.get('lab')]
    alone = {'cert-expired': 'rdp-certificate-expired', 'nla-clock-fast': 'clock-skew',
             'cert-not-yet-valid': 'clock-skew', 'tls-1.0-only': 'tls-version-mismatch',
             'tls-1.1-only': 'tls-version-mismatch', 'nla-version-2': 'credssp-encryption-oracle',
             'nla-error-no-logon-servers': 'nla-cannot-reach-dc', 'nla-error-trust': 'domain-trust-broken',
             'cert-rsa-768': 'rdp-certificate-untrusted-or-name-mismatch'}
    have = {lab for lab, _, _ in found}
    found += [(lab, [c], [tables.family(c)]) for lab, c in alone.items() if lab not in have]
    return found + [(lab, ['healthy'], ['healthy']) for lab in
                    ('healthy', 'healthy-2025', 'healthy-tls-1.2', 'healthy-2016', 'healthy-nla-optional')]


def of_program(program, address):
    d = json.loads(run([program, address, '--json']))
    if d['verdict']['state'] == 'healthy':
        return ['healthy']
    return d['verdict']['set'] + [c['id'] for c in d['causes']]


def hits(order, known, tables, n):
    seen = []
    for cause in order:
        place = '@' if cause in known or tables.family(cause) in known else tables.family(cause)
        if place not in seen:
            seen.append(place)
    return '@' in seen[:n]


def measure(program, tables):
    have = [t for t in TOOLS if shutil.which(t)]
    rows = {t: [] for t in ['rdpwhy', *have]}
    with display() as env:
        def one(numbered):
            n, (lab, known, families) = numbered
            address = f'127.0.{100 + n // 200}.{2 + n % 200}'
            with played(program, lab, address):
                yield 'rdpwhy', of_program(program, address), {*known, *families}
                for tool in have:
                    if tool != 'xfreerdp' or env:
                        yield tool, MEANING[tool](ask(tool, address, env)), {*known, *families}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for answers in pool.map(lambda item: list(one(item)), enumerate(scenarios(tables))):
                for tool, order, known in answers:
                    rows[tool].append((order, known))
    out = {}
    for tool, pairs in rows.items():
        broken = [(o, k) for o, k in pairs if 'healthy' not in k]
        sound = [(o, k) for o, k in pairs if 'healthy' in k]
        out[tool] = {'scenarios': len(broken),
                     'top1': sum(hits(o, k, tables, 1) for o, k in broken) / len(broken) if broken else None,
                     'top3': sum(hits(o, k, tables, 3) for o, k in broken) / len(broken) if broken else None,
                     'healthy_of_broken': sum(o[:1] == ['healthy'] for o, _ in broken),
                     'sound': len(sound), 'false_alarms': sum(o[:1] != ['healthy'] for o, _ in sound)}
    return out | {t: None for t in TOOLS if t not in have}


# --- real servers and namespaces ---

# What each case of test/interop plants, where that is one cause and certain.
REAL = {
    'xrdp-expired': 'rdp-certificate-expired', 'xrdp-not-yet-valid': 'clock-skew',
    'xrdp-client-only': 'rdp-certificate-untrusted-or-name-mismatch', 'xrdp-tls10': 'tls-version-mismatch',
    'xrdp-tls11': 'tls-version-mismatch', 'xrdp-inspected': 'antivirus-or-tls-interception',
    'xrdp-tls-key-missing': 'machinekeys-inaccessible', 'shadow-nla-clock': 'clock-skew',
    'shadow-nla-expired': 'rdp-certificate-expired', 'shadow-rdp': 'security-layer-mismatch',
    'listener-banner-ssh': 'wrong-service-on-port', 'listener-banner-http': 'wrong-service-on-port',
    'listener-banner-vnc': 'wrong-service-on-port', 'listener-https': 'wrong-service-on-port',
    'network-filtered': 'tcp-port-filtered', 'network-icmp-admin': 'tcp-port-filtered',
    'network-refused-by-host': 'tcp-port-refused', 'network-icmp-host': 'host-offline-or-asleep',
    'network-host-off': 'host-offline-or-asleep', 'network-mtu-black-hole': 'mtu-black-hole',
    'network-big-packets-lost': 'mtu-black-hole', 'network-rate-limit-reset': 'ips-resets-connection',
    'network-hello-reset': 'ips-resets-connection', 'network-v6-dead': 'ipv6-path-broken',
    'network-v6-host-gone': 'ipv6-path-broken', 'network-dns-no-such-name': 'dns-unresolvable',
    'network-no-name-server': 'client-offline', 'network-no-route': 'client-offline',
    'network-link-down': 'client-offline', 'network-private-no-tunnel-told': 'vpn-not-connected',
    'network-tunnel-down': 'vpn-not-connected', 'network-to-itself': 'client-targets-itself',
    'network-dns-other-host': 'dns-wrong-host', 'network-altered-at-byte': 'stream-altered-in-path',
    'network-port-changed': 'rdp-port-changed', 'network-link-delay-600': 'healthy',
    'xrdp-tls': 'healthy', 'xrdp-rdp': 'healthy', 'shadow-nla': 'healthy', 'gnome-nla': 'healthy',
    'weston-tls': 'healthy', 'network-none': 'healthy',
}


def real_servers(program, tables):
    """Top one and three by the planted cause alone; what is not installed is left out."""
    sys.path.insert(0, str(ROOT / 'test/interop'))
    import test_interop
    import network
    if os.geteuid() or not network.available():
        return None
    cases = [c for c in test_interop.CASES if c.name in REAL]
    seen = {}
    with tempfile.TemporaryDirectory(prefix='rdpwhy-accuracy-') as scratch, contextlib.ExitStack() as stack:
        stack.callback(network.leave_no_trace)
        bench = test_interop.Bench(program, os.path.realpath(scratch), False)

        def see(case):
            try:
                return case.name, bench.see(case)
            except (test_interop.Skip, test_interop.Failure, OSError, subprocess.SubprocessError):
                return case.name, None
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            seen = {name: report for name, report in pool.map(see, cases) if report}
    rows = []
    for name, report in seen.items():
        order = report['verdict']['set'] + [c['id'] for c in report['causes']]
        if report['verdict']['state'] == 'healthy':
            order = ['healthy']
        known = {REAL[name], tables.family(REAL[name])}
        rows.append((name, REAL[name], order, hits(order, known, tables, 1), hits(order, known, tables, 3),
                     report['verdict']['state']))
    broken = [r for r in rows if r[1] != 'healthy']
    sound = [r for r in rows if r[1] == 'healthy']
    return {'cases': len(broken), 'top1': sum(r[3] for r in broken) / max(1, len(broken)),
            'top3': sum(r[4] for r in broken) / max(1, len(broken)),
            'healthy_of_broken': sum(r[5] == 'healthy' for r in broken), 'sound': len(sound),
            'false_alarms': sum(r[5] == 'cause' for r in sound),
            'found_healthy': sum(r[5] == 'healthy' for r in sound), 'left_out': len(REAL) - len(rows),
            'missed': [[r[0], r[1], (r[2] or ['nothing'])[0]] for r in broken if not r[3]]}
