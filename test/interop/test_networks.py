#!/usr/bin/env python3
"""The networks of network.py do what their names say, measured with sockets of our own.

    test_networks.py [PROGRAM] [--only PATTERN]

A small server behind the network tells a known text, echoes datagrams and says whom it saw; a client
in the other namespace measures. PROGRAM is not used: this is about what stands between. Writes TAP
version 12; without namespaces all is skipped. Only the standard library is used.
"""
import argparse
import concurrent.futures
import contextlib
import errno
import fnmatch
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import network
import servers

TEXT_N = 100_000
LIMIT_S = 20

COMMON = f'''
import json, socket, sys, threading, time
TEXT = bytes(i * 7 % 251 for i in range({TEXT_N}))
'''

# "tN": N bytes of the text; "w": who are you to me; UDP: back it goes.
SERVER_SIDE = COMMON + '''
def one(s, peer):
    try:
        while word := s.recv(100):
            s.sendall(peer[0].encode() if word == b"w" else TEXT[:int(word[1:])])
    except OSError:
        pass
def datagrams():
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(("0.0.0.0", 3389))
    while True:
        u.sendto(*u.recvfrom(2000))
threading.Thread(target=datagrams, daemon=True).start()
for family, at in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    l = socket.socket(family)
    l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        l.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    l.bind((at, 3389))
    l.listen(16)
    def accept(l=l):
        while True:
            s, peer = l.accept()
            threading.Thread(target=one, args=(s, peer), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
print("ready", flush=True)
time.sleep(120)
'''

# What the client measures; it prints one JSON object.
CLIENT_SIDE = COMMON + '''
def take(s, n, patience):
    got, how = b"", "all"
    s.settimeout(patience)
    try:
        while len(got) < n:
            more = s.recv(65536)
            if not more:
                how = "fin"
                break
            got += more
    except TimeoutError:
        how = "silence"
    except ConnectionResetError:
        how = "rst"
    return got, how
def connected(at, patience=4):
    began = time.monotonic()
    s = socket.create_connection((at, 3389), timeout=patience)
    return s, time.monotonic() - began
def text(at, n=1000, patience=3):
    s, _ = connected(at)
    s.sendall(b"t%d" % n)
    began = time.monotonic()
    got, how = take(s, n, patience)
    wrong = [i for i in range(len(got)) if got[i] != TEXT[i]]
    return {"n": len(got), "how": how, "wrong": wrong[:5], "took": time.monotonic() - began}
def refusal(at):
    try:
        connected(at, 2)
        return {"errno": 0}
    except TimeoutError:
        return {"errno": "silence"}
    except OSError as e:
        return {"errno": e.errno}
def trips(at, n=20):
    s, took = connected(at)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = []
    for _ in range(n):
        began = time.monotonic()
        s.sendall(b"t1")
        take(s, 1, 3)
        times.append(time.monotonic() - began)
    return {"connect": took, "least": min(times), "most": max(times)}
def datagrams(at, n=200):
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.settimeout(0.7)
    got = 0
    for i in range(n):
        u.sendto(b"%d" % i, (at, 3389))
        time.sleep(0.002)
    try:
        while u.recv(100):
            got += 1
    except OSError:
        pass
    return {"got": got}
def who(at):
    s, _ = connected(at)
    s.sendall(b"w")
    return {"seen": s.recv(100).decode()}
def rest(at, seconds):
    s, _ = connected(at)
    s.sendall(b"t10")
    before = len(take(s, 10, 2)[0])
    time.sleep(seconds)
    s.sendall(b"t10")
    return {"before": before, "after": len(take(s, 10, 1.5)[0])}
print(json.dumps(eval(sys.argv[1])), flush=True)
'''

V4, V6 = f'"{network.SERVER}"', f'"{network.SERVER6}"'
LATE = f'text({V4}, 20000, 8)'


def between(least, most):
    return lambda seen: least <= seen <= most


# What is measured across which network, and what it has to be: a value, or a test of one.
ROWS = (
    ('none', f'text({V4})', {'n': 1000, 'how': 'all', 'wrong': []}),
    ('none', f'datagrams({V4})', {'got': 200}),
    ('link-none', f'text({V4}, 50000)', {'n': 50000, 'how': 'all', 'wrong': []}),
    ('link-none', f'trips({V4})', {'most': between(0, 0.08)}),
    ('filtered', f'refusal({V4})', {'errno': 'silence'}),
    ('filtered', f'refusal({V6})', {'errno': 'silence'}),
    ('synack-lost', f'refusal({V4})', {'errno': 'silence'}),
    ('host-firewall-drop', f'refusal({V4})', {'errno': 'silence'}),
    ('refused-by-firewall', f'refusal({V4})', {'errno': errno.ECONNREFUSED}),
    ('refused-by-firewall', f'refusal({V6})', {'errno': errno.ECONNREFUSED}),
    ('icmp-port', f'refusal({V4})', {'errno': errno.ECONNREFUSED}),
    ('icmp-host', f'refusal({V4})', {'errno': errno.EHOSTUNREACH}),
    ('icmp-host', f'refusal({V6})', {'errno': errno.EHOSTUNREACH}),
    ('icmp-net', f'refusal({V4})', {'errno': errno.ENETUNREACH}),
    ('icmp-net', f'refusal({V6})', {'errno': errno.ENETUNREACH}),
    ('icmp-admin', f'refusal({V4})', {'errno': errno.EHOSTUNREACH}),
    ('icmp-admin', f'refusal({V6})', {'errno': errno.EACCES}),
    ('icmp-host-prohibited', f'refusal({V4})', {'errno': errno.EHOSTUNREACH}),
    ('icmp-net-prohibited', f'refusal({V4})', {'errno': errno.ENETUNREACH}),
    ('icmp-protocol', f'refusal({V4})', {'errno': errno.ENOPROTOOPT}),
    ('host-off', f'refusal("{network.NOBODY}")', {'errno': lambda seen: seen in ('silence', errno.EHOSTUNREACH)}),
    ('nat-forward', f'who("{network.ROUTER}")', {'seen': network.CLIENT}),
    ('nat-masquerade', f'who({V4})', {'seen': '10.77.2.1'}),
    ('nat-wrong-port', f'refusal("{network.ROUTER}")', {'errno': errno.ECONNREFUSED}),
    ('udp-blocked', f'datagrams({V4}, 20)', {'got': 0}),
    ('udp-blocked', f'text({V4})', {'n': 1000, 'how': 'all'}),
    ('mtu-told', f'text({V4}, 50000)', {'n': 50000, 'how': 'all'}),
    ('mtu-black-hole', f'text({V4}, 50000)', {'n': 0, 'how': 'silence'}),
    ('mtu-black-hole', f'text({V4}, 500)', {'n': 500, 'how': 'all'}),
    ('middlebox-reset-at-byte', f'text({V4})', {'n': between(0, 300), 'how': 'rst', 'wrong': []}),
    ('middlebox-fin-at-byte', f'text({V4})', {'n': 300, 'how': 'fin', 'wrong': []}),
    ('middlebox-fin-at-byte', f'text({V4}, 300)', {'n': 300, 'how': 'all', 'wrong': []}),
    ('dies-at-byte', f'text({V4})', {'n': 300, 'how': 'silence', 'wrong': []}),
    ('altered-at-byte', f'text({V4})', {'n': 1000, 'how': 'all', 'wrong': [700]}),
    ('dies-by-drop', f'trips({V4}, 3)', {'most': between(0, 3.1)}),
    ('link-delay-600', f'trips({V4}, 2)', {'connect': between(0.6, 0.7), 'least': between(0.6, 0.7)}),
    ('link-jitter-100', f'trips({V4})', {'least': between(0.02, 0.2), 'most': between(0.06, 0.35)}),
    ('link-duplicates', f'datagrams({V4}, 100)', {'got': between(155, 240)}),
    ('link-loss-30', f'datagrams({V4})', {'got': between(70, 130)}),
    ('link-rate-64', LATE, {'n': 20000, 'how': 'all', 'took': between(2.2, 8)}),
    ('slow-link', LATE, {'n': 20000, 'how': 'all', 'took': between(2.0, 8)}),
    ('idle-cut', f'rest({V4}, 0.5)', {'before': 10, 'after': 10}),
    ('idle-cut', f'rest({V4}, 4)', {'before': 10, 'after': 0}),
)


@contextlib.contextmanager
def standing(net):
    process = subprocess.Popen(['ip', 'netns', 'exec', net.server, sys.executable, '-c', SERVER_SIDE],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    try:
        if process.stdout.readline() != b'ready\n':
            raise servers.Failed('the server of the test does not start')
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def measure(name, what, folder):
    fault = network.FAULTS[name]
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        net = stack.enter_context(network.Network())
        stack.enter_context(standing(net))
        if fault.delay_ms or fault.link:
            stack.enter_context(network.DelayLink(net, folder, fault.delay_ms, fault.link))
        fault.apply(net)
        done = subprocess.run(net.from_client([sys.executable, '-c', CLIENT_SIDE, what]), capture_output=True,
                              timeout=LIMIT_S, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else {'error': done.stderr.decode()[-300:]}


def differences(expected, seen):
    for key, value in expected.items():
        good = key in seen and (value(seen[key]) if callable(value) else value == seen[key])
        if not good:
            yield f'{key}: {"not what was expected" if callable(value) else f"expected {value}"}; seen {seen}'


def attempt(row, folder):
    """Lines that tell what went wrong, and why it was skipped."""
    try:
        return list(differences(row[2], measure(row[0], row[1], folder))), ''
    except servers.Missing as e:
        return [], f' # SKIP {e}'
    except (OSError, ValueError, servers.Failed, subprocess.SubprocessError) as e:
        return [f'{type(e).__name__}: {e} {getattr(e, "stderr", b"") or b""!r}'], ''


def stop(number, _):
    raise SystemExit(128 + number)


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('program', nargs='?')
    parser.add_argument('--only', default='*', metavar='PATTERN', help='names of networks')
    wish = parser.parse_args(argv[1:])
    rows = [row for row in ROWS if fnmatch.fnmatch(row[0], wish.only)]
    signal.signal(signal.SIGTERM, stop)  # so that namespaces go with us
    print(f'1..{len(rows)}', flush=True)
    if not network.available():
        for n, row in enumerate(rows, 1):
            print(f'ok {n} - {row[0]}: {row[1]} # SKIP no network namespaces here')
        return 0
    failed = 0
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix='rdpwhy-networks-')))
        stack.callback(network.leave_no_trace)
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            tried = list(pool.map(lambda i: attempt(rows[i], folder / str(i)), range(len(rows))))
        for n, (wrong, skip) in enumerate(tried, 1):
            row = rows[n - 1]
            if wrong:  # alone, at the second try: times are late on a busy machine
                wrong, skip = attempt(row, folder / f'{n}-again')
            failed += bool(wrong)
            print(f'{"not ok" if wrong else "ok"} {n} - {row[0]}: {row[1]}{skip}', flush=True)
            for line in wrong:
                print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
