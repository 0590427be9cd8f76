"""Real RDP servers and listeners that fail, each in a chosen configuration.

Every server is a context manager: entering starts it and waits until the kernel lists its port
(never by connecting, which some servers do not survive), leaving stops what was started, by
process group. Only the standard library is used. Servers come from the packages xrdp,
freerdp2-shadow-x11 (with xvfb and winpr-utils), weston and gnome-remote-desktop (with mutter,
pipewire and wireplumber).

    servers.py listen FAULT ADDRESS PORT CERT KEY     one failing listener, until it is killed
"""
import contextlib
import itertools
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

START_LIMIT_S = 20
STOP_LIMIT_S = 3
HOST_NAME = 'rdphost'
DOMAIN = 'rdp.test'
NOBODY = 65534
DISPLAYS = itertools.count(1000 + os.getpid() % 500 * 100)


class Missing(Exception):
    """A program that a configuration needs is not installed; the text says which package."""


class Failed(Exception):
    """A server did not start."""


def need(**package_of):
    """Finds programs: need(xrdp='xrdp', Xvfb='xvfb')."""
    for program, package in package_of.items():
        if not find(program):
            raise Missing(f'{package} is not installed')


def find(program):
    extra = '/usr/sbin:/sbin:/usr/libexec:/usr/bin:/bin'
    return shutil.which(program, path=os.environ.get('PATH', '') + ':' + extra)


# --- where a server runs ---


class Here:
    """This computer's own network."""
    name = 'here'

    def argv(self, argv):
        return list(argv)


class Inside:
    """A network namespace; the host calls itself HOST_NAME there."""

    def __init__(self, namespace, host_name=HOST_NAME):
        self.name, self.host_name = namespace, host_name

    def argv(self, argv):
        return ['ip', 'netns', 'exec', self.name, 'unshare', '--uts', 'sh', '-c',
                f'hostname {self.host_name}; exec "$@"', 'sh', *argv]


def listens(place, port):
    argv = ['ss', '-Hltn', f'sport = :{port}']
    if isinstance(place, Inside):
        argv = ['ip', 'netns', 'exec', place.name, *argv]
    return bool(subprocess.run(argv, capture_output=True, check=False).stdout.strip())


class Processes:
    """Started processes, each with a session of its own, all stopped at the end."""

    def __init__(self, place, folder):
        self.place, self.folder, self.started = place, pathlib.Path(folder), []
        self.port = None
        self.folder.mkdir(parents=True, exist_ok=True)

    def start(self, argv, env=None, **more):
        log = self.folder / f'{len(self.started)}.log'
        base = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': str(self.folder), 'LC_ALL': 'C.UTF-8'}
        with open(log, 'ab') as out:
            process = subprocess.Popen(self.place.argv(argv), stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=out, env={**base, **(env or {})}, cwd=self.folder,
                                       start_new_session=True, **more)
        self.started.append(process)
        return process

    def wait_for(self, port, limit=START_LIMIT_S):
        self.port = port
        end = time.monotonic() + limit
        while not listens(self.place, port):
            dead = [p for p in self.started if p.poll() is not None]
            if dead or time.monotonic() > end:
                raise Failed((f'{dead[0].args[0]} ended' if dead else 'the port stayed closed') +
                             '\n' + self.logs())
            time.sleep(0.03)

    def logs(self):
        return '\n'.join(f'{p.name}: {p.read_text(errors="replace")[-1500:]}'
                         for p in sorted(self.folder.glob('*.log')))

    def stop(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            for p in reversed(self.started):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(p.pid, number)
            end = time.monotonic() + STOP_LIMIT_S
            while any(p.poll() is None for p in self.started) and time.monotonic() < end:
                time.sleep(0.01)
        for p in self.started:
            p.wait()
        end = time.monotonic() + STOP_LIMIT_S
        while self.started and self.port and listens(self.place, self.port) and time.monotonic() < end:
            time.sleep(0.02)  # the kernel is still taking the processes down
        self.started = []


# --- certificates ---


class Certificates:
    """Makes each kind of certificate once, below a folder."""

    # kind: key, extensions beside subjectAltName, days shift by faketime, name
    SERVER = 'extendedKeyUsage=serverAuth'
    ALSO = ('both.test', 'a-only.test', 'aaaa-only.test', 'two.test', 'dead6.test', 'bound.test')  # of the name server
    KINDS = {
        'good': ('rsa:2048', SERVER, 0, f'{HOST_NAME}.{DOMAIN}'),
        'expired': ('rsa:2048', SERVER, -400, f'{HOST_NAME}.{DOMAIN}'),
        'not-yet-valid': ('rsa:2048', SERVER, 400, f'{HOST_NAME}.{DOMAIN}'),
        'wrong-name': ('rsa:2048', SERVER, 0, f'another.{DOMAIN}'),
        'p256': ('ec', SERVER, 0, f'{HOST_NAME}.{DOMAIN}'),
        'rsa1024': ('rsa:1024', SERVER, 0, f'{HOST_NAME}.{DOMAIN}'),
        'client-only': ('rsa:2048', 'extendedKeyUsage=clientAuth', 0, f'{HOST_NAME}.{DOMAIN}'),
        'self-signed': ('rsa:2048', SERVER, 0, f'{HOST_NAME}.{DOMAIN}'),
        'inspected': ('rsa:2048', SERVER, 0, f'{HOST_NAME}.{DOMAIN}'),
        'expired-wrong-name': ('rsa:2048', SERVER, -400, f'another.{DOMAIN}'),
    }
    INSPECTOR = '/C=US/O=Fortinet/OU=Certificate Authority/CN=FortiGate CA'

    def __init__(self, folder, addresses=()):
        self.folder, self.addresses = pathlib.Path(folder), addresses
        self.one_at_a_time = threading.Lock()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)

    def openssl(self, *argv, days=0):
        clock = ['faketime', f'{abs(days)} days' + (' ago' if days < 0 else '')] if days else []
        if clock:
            need(faketime='faketime')
        subprocess.run([*clock, 'openssl', *argv], check=True, capture_output=True,
                       cwd=self.folder, env={**os.environ, 'OPENSSL_CONF': '/dev/null'})

    def authority(self, name, subject):
        if not (self.folder / f'{name}.pem').exists():
            self.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', f'{name}.key', '-out',
                         f'{name}.pem', '-subj', subject, '-days', '3650',
                         days=-800 if find('faketime') else 0)
        return ['-CA', f'{name}.pem', '-CAkey', f'{name}.key', '-CAcreateserial']

    def get(self, kind):
        """Paths of certificate and key."""
        with self.one_at_a_time:
            return self.get_alone(kind)

    def get_alone(self, kind):
        cert, key = self.folder / f'{kind}.pem', self.folder / f'{kind}.key'
        if cert.exists():
            return cert, key
        how, extensions, shift, name = self.KINDS[kind]
        new_key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] if how == 'ec' else \
            ['-newkey', how]
        names = [f'DNS:{name}']
        if not kind.endswith('wrong-name'):
            names += [f'DNS:{n}' for n in (HOST_NAME, *self.ALSO)] + [f'IP:{a}' for a in self.addresses]
        ext = self.folder / f'{kind}.ext'
        ext.write_text(f'subjectAltName={",".join(names)}\n{extensions}\n')
        self.openssl('req', '-new', *new_key, '-nodes', '-keyout', key.name, '-out', f'{kind}.csr',
                     '-subj', f'/CN={name}')
        if kind == 'self-signed':
            by = ['-signkey', key.name]
        elif kind == 'inspected':
            by = self.authority('inspector', self.INSPECTOR)
        else:
            by = self.authority('ca', '/CN=Interop CA')
        self.openssl('x509', '-req', '-in', f'{kind}.csr', *by, '-days', '365', '-sha256',
                     '-extfile', ext.name, '-out', cert.name, days=shift)
        key.chmod(0o644)
        return cert, key


# --- real servers ---


class Server:
    """One server in one configuration. Subclasses start it in begin()."""
    packages = {}

    def __init__(self, place, folder, certificates, address='127.0.0.1', port=3389, **how):
        self.place, self.folder = place, pathlib.Path(folder)
        self.certificates, self.address, self.port, self.how = certificates, address, port, how
        self.processes = None

    @classmethod
    def check(cls):
        need(ss='iproute2', openssl='openssl', **cls.packages)

    def begin(self):
        raise NotImplementedError

    def __enter__(self):
        self.check()
        self.processes = Processes(self.place, self.folder)
        try:
            if listens(self.place, self.port) and not isinstance(self.place, Here):
                raise Failed(f'port {self.port} is taken')
            self.begin()
            self.processes.wait_for(self.port)
        except BaseException:
            self.end()
            raise
        return self

    def end(self):
        self.processes.stop()

    def __exit__(self, *_):
        self.end()


def write_old_openssl(folder):
    """An openssl.cnf that allows what is long out of use."""
    conf = pathlib.Path(folder) / 'old.cnf'
    conf.write_text('openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n'
                    '[c]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n')
    return conf


class Xrdp(Server):
    """layer: negotiate, tls or rdp; cert: kind; protocols; key: good, missing, garbage, other."""
    packages = {'xrdp': 'xrdp'}

    def begin(self):
        how = {'layer': 'negotiate', 'cert': 'good', 'protocols': 'TLSv1.2, TLSv1.3', 'key': 'good',
               'old': False, **self.how}
        cert, key = self.certificates.get(how['cert'])
        if how['key'] == 'missing':
            key = self.folder / 'missing.key'
        elif how['key'] == 'garbage':
            key = self.folder / 'garbage.key'
            key.write_text('this is not a key\n')
        elif how['key'] == 'other':
            key = self.certificates.get('self-signed')[1]
        settings = {
            'port': ' '.join(f'tcp6://{{{a}}}:{self.port}' if ':' in a else f'tcp://{a}:{self.port}'
                             for a in self.address.split()),
            'security_layer': how['layer'], 'certificate': cert, 'key_file': key,
            'ssl_protocols': how['protocols'], 'LogFile': self.folder / 'xrdp.log',
            'EnableSyslog': 'false'}
        if how['old']:
            settings['tls_ciphers'] = 'ALL:@SECLEVEL=0'
        text = pathlib.Path('/etc/xrdp/xrdp.ini').read_text(encoding='utf-8')
        for name, value in settings.items():
            text, n = re.subn(rf'(?m)^#?{name}=.*$', f'{name}={value}', text, count=1)
            if not n:
                text = text.replace('[Globals]', f'[Globals]\n{name}={value}', 1)
        ini = self.folder / 'xrdp.ini'
        ini.write_text(text, encoding='utf-8')
        pathlib.Path('/run/xrdp/sockdir').mkdir(parents=True, exist_ok=True)
        env = {'OPENSSL_CONF': str(write_old_openssl(self.folder))} if how['old'] else {}
        self.processes.start(['xrdp', '-n', '-c', str(ini)], env)


class FreerdpShadow(Server):
    """layer: nla, tls, rdp or tls-or-rdp; cert: kind; clock: hours by which its clock is off."""
    packages = {'freerdp-shadow-cli': 'freerdp2-shadow-x11', 'Xvfb': 'xvfb',
                'winpr-hash': 'winpr-utils'}

    def begin(self):
        layer = self.how.get('layer', 'nla')
        cert, key = self.certificates.get(self.how.get('cert', 'good'))
        shadow = self.folder / '.config' / 'freerdp' / 'shadow'
        shadow.mkdir(parents=True, exist_ok=True)
        shutil.copy(cert, shadow / 'shadow.crt')
        shutil.copy(key, shadow / 'shadow.key')
        read, write = os.pipe()
        # Without a number of its own, Xvfb takes the display of one in another namespace.
        self.processes.start(['Xvfb', f':{next(DISPLAYS)}', '-displayfd', str(write), '-screen', '0', '640x480x24',
                              '-nolisten', 'tcp', '-noreset'], pass_fds=(write,))
        os.close(write)
        with open(read, 'rb') as f:
            display = f.readline().strip().decode()
        if not display:
            raise Failed('Xvfb did not start\n' + self.processes.logs())
        login = ['-auth']
        if layer == 'nla':
            sam = self.folder / 'sam'
            line = subprocess.run(['winpr-hash', '-u', 'alice', '-p', 'Secret-77', '-f', 'sam'],
                                  check=True, capture_output=True).stdout
            sam.write_bytes(line)
            login = ['+auth', f'/sam-file:{sam}']
        secure = [] if layer == 'tls-or-rdp' else [f'/sec:{layer}']
        clock = []
        if self.how.get('clock'):
            need(faketime='faketime')
            clock = ['faketime', '-f', f'{self.how["clock"]:+d}h']
        self.processes.start([*clock, 'freerdp-shadow-cli', f'/port:{self.port}',
                              f'/bind-address:{self.address}', *secure, *login],
                             {'DISPLAY': f':{display}', 'XDG_CONFIG_HOME': str(self.folder / '.config')})


class Weston(Server):
    """layer: tls or rdp; cert: kind."""
    packages = {'weston': 'weston', 'ssh-keygen': 'openssh-client'}

    def begin(self):
        runtime = self.folder / 'runtime'
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.how.get('layer', 'tls') == 'tls':
            cert, key = self.certificates.get(self.how.get('cert', 'good'))
            secure = [f'--rdp-tls-cert={cert}', f'--rdp-tls-key={key}']
        else:
            key = self.folder / 'rdp4.key'
            if not key.exists():
                subprocess.run(['ssh-keygen', '-q', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '',
                                '-f', str(key)], check=True, capture_output=True)
            secure = [f'--rdp4-key={key}']
        # With its default shell weston ends when a client leaves early.
        self.processes.start(['weston', '--no-config', '--backend=rdp-backend.so',
                              '--shell=kiosk-shell.so', f'--address={self.address}',
                              f'--port={self.port}', *secure, '-Swl-1', f'--log={self.folder}/weston.log'],
                             {'XDG_RUNTIME_DIR': str(runtime)})


class Gnome(Server):
    """gnome-remote-desktop without a screen: NLA only. It listens on every address."""
    packages = {'gnome-remote-desktop-daemon': 'gnome-remote-desktop', 'mutter': 'mutter',
                'pipewire': 'pipewire', 'wireplumber': 'wireplumber', 'setpriv': 'util-linux',
                'dbus-run-session': 'dbus'}

    INNER = '''
pipewire & sleep .5
wireplumber & sleep .5
mutter --headless --wayland --no-x11 --virtual-monitor 640x480 & sleep 2
grdctl --headless rdp set-tls-cert "$1"
grdctl --headless rdp set-tls-key "$2"
grdctl --headless rdp set-credentials alice Secret-77
grdctl --headless rdp enable
exec /usr/libexec/gnome-remote-desktop-daemon --headless --rdp-port="$3"
'''

    def begin(self):
        if isinstance(self.place, Here):
            raise Failed('gnome-remote-desktop listens on every address: it runs in a namespace only')
        cert, key = self.certificates.get(self.how.get('cert', 'good'))
        home = self.folder / 'home'
        runtime = home / 'runtime'
        runtime.mkdir(parents=True, exist_ok=True)
        for path in (home, runtime):
            os.chown(path, NOBODY, NOBODY)
            path.chmod(0o700)
        for path in (self.folder, *self.folder.parents):
            if path.stat().st_uid == os.getuid() and not path.stat().st_mode & 0o001:
                path.chmod(path.stat().st_mode | 0o011)
        env = {'HOME': str(home), 'XDG_RUNTIME_DIR': str(runtime), 'GSETTINGS_BACKEND': 'keyfile',
               'LIBGL_ALWAYS_SOFTWARE': '1'}
        # In a process group, dbus and its children end together.
        self.processes.start(['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups',
                              'dbus-run-session', '--', 'bash', '-c', self.INNER, 'inner', str(cert),
                              str(key), str(self.port)], env)


# --- listeners that fail ---


def tpkt(body):
    return struct.pack('>BBH', 3, 0, len(body) + 4) + body


def confirm(block=b''):
    """An X.224 Connection Confirm with this negotiation block."""
    return tpkt(bytes([6 + len(block), 0xD0, 0, 0, 0x12, 0x34, 0]) + block)


def selected(protocol, flags=0):
    return confirm(struct.pack('<BBHI', 2, flags, 8, protocol))


def refused(code):
    return confirm(struct.pack('<BBHI', 3, 0, 8, code))


def offered(request):
    """requestedProtocols of a Connection Request, 0 without one."""
    return struct.unpack('<I', request[-4:])[0] if len(request) >= 19 else 0


def read_tpkt(s):
    data = b''
    while len(data) < 4 or len(data) < struct.unpack('>H', data[2:4])[0]:
        more = s.recv(4096)
        if not more:
            raise OSError('closed')
        data += more
    return data


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    s.close()


def hold(s):
    """Reads and says nothing until the peer leaves."""
    while s.recv(65536):
        pass


def strongest(mask):
    return 2 if mask & 2 else 1 if mask & 1 else 0


def until_hello(s):
    request = read_tpkt(s)
    s.sendall(selected(strongest(offered(request))))
    return s.recv(16384)


def start_tls(s, files):
    request = read_tpkt(s)
    s.sendall(selected(strongest(offered(request))))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context.wrap_socket(s, server_side=True)


def speak_drip(s, _):
    read_tpkt(s)
    for byte in selected(1) * 60:
        s.sendall(bytes([byte]))
        time.sleep(1)


def speak_drip_long(s, _):
    """A packet that announces 65535 bytes and comes one byte a second."""
    for byte in b'\x03\x00\xff\xff\x0e\xd0' + bytes(600):
        s.sendall(bytes([byte]))
        time.sleep(1)


def speak_random(s, _):
    read_tpkt(s)
    s.sendall(random.Random(7).randbytes(4096))
    hold(s)


def speak_flood(s, _):
    chunk = random.Random(8).randbytes(1 << 20)
    for _ in range(4096):
        s.sendall(chunk)


def speak_flood_tpkt(s, _):
    read_tpkt(s)
    chunk = selected(1) * 50000
    for _ in range(4096):
        s.sendall(chunk)


def speak_unrequested(s, _):
    mask = offered(read_tpkt(s))
    s.sendall(selected(next(bit for bit in (0x10, 8, 4, 2, 1) if not mask & bit)))
    hold(s)


def answer(data, then=hold):
    def speak(s, _):
        read_tpkt(s)
        s.sendall(data)
        then(s)
    return speak


def greet(data):
    def speak(s, _):
        s.sendall(data)
        hold(s)
    return speak


def after_any(data, then=socket.socket.close):
    """Something that waits for the client to speak first and does not understand it."""
    def speak(s, _):
        s.recv(4096)
        s.sendall(data)
        then(s)
    return speak


def at_hello(then, data=b''):
    def speak(s, _):
        until_hello(s)
        s.sendall(data)
        then(s)
    return speak


def in_tls(then):
    def speak(s, files):
        with start_tls(s, files) as tls:
            tls.recv(16384)
            then(tls)
    return speak


def reset_tls(tls):
    reset(socket.socket(fileno=tls.detach()))


# --- listeners with a memory, or with a mind of their own ---


TURNS = itertools.count()


def by_turns(*ways):
    """Each connection is treated in the next of these ways."""
    def speak(s, files):
        ways[next(TURNS) % len(ways)](s, files)
    return speak


def later(seconds, then):
    def speak(s, files):
        time.sleep(seconds)
        then(s, files)
    return speak


def speak_tls(s, files):
    """A server that only does TLS, and then waits."""
    speak_tls_after(s, files, 0)


def speak_slowly(s, files):
    """A sound server that takes its time over the confirm."""
    speak_tls_after(s, files, 2.5)


def speak_tls_after(s, files, seconds):
    request = read_tpkt(s)
    time.sleep(seconds)
    if not offered(request) & 1:
        s.sendall(refused(1))
        return
    s.sendall(selected(1))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    with context.wrap_socket(s, server_side=True) as tls:
        hold(tls)


def speak_wants_certificate(version):
    """It asks the client for a certificate, and mstsc has none to give."""
    def speak(s, files):
        read_tpkt(s)
        s.sendall(selected(1))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = version
        context.load_cert_chain(*files)
        context.load_verify_locations(files[0])
        context.verify_mode = ssl.CERT_REQUIRED
        with context.wrap_socket(s, server_side=True) as tls:
            hold(tls)
    return speak


def speak_certificate_cut(s, files):
    """Something on the way that reads the certificate and resets the connection there."""
    request = read_tpkt(s)
    s.sendall(selected(strongest(offered(request))))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(*files)
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(into, out, server_side=True)
    into.write(s.recv(16384))
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    s.sendall(out.read()[:600])
    time.sleep(0.05)
    reset(s)


def speak_echo(s, _):
    while data := s.recv(4096):
        s.sendall(data)


def speak_https(s, files):
    """A forward that ends at a web server: it takes the first bytes for a broken ClientHello."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    context.wrap_socket(s, server_side=True)


def der(tag, *parts):
    body = b''.join(parts)
    n = len(body)
    size = bytes([n]) if n < 128 else b'\x82' + struct.pack('>H', n)
    return bytes([tag]) + size + body


def challenge():
    """An NTLM CHALLENGE of a member of a domain, with the present time."""
    def pair(number, data):
        return struct.pack('<HH', number, len(data)) + data
    wide = {1: 'RDPHOST', 2: 'RDP', 3: 'rdphost.rdp.test', 4: 'rdp.test'}
    pairs = b''.join(pair(n, wide[n].encode('utf-16-le')) for n in (2, 1, 4, 3))
    pairs += pair(7, struct.pack('<Q', int((time.time() + 11644473600) * 10**7))) + pair(0, b'')
    name = 'RDP'.encode('utf-16-le')
    return (b'NTLMSSP\0' + struct.pack('<IHHII', 2, len(name), len(name), 56, 0xE2898235) + b'\1' * 8 +
            bytes(8) + struct.pack('<HHI', len(pairs), len(pairs), 56 + len(name)) +
            bytes.fromhex('0a0063450000000f') + name + pairs)


def ts_request(version, token=b'', error=None):
    parts = [der(0xA0, der(2, bytes([version])))]
    if token:
        parts.append(der(0xA1, der(0x30, der(0x30, der(0xA0, der(4, token))))))
    if error is not None:
        parts.append(der(0xA4, der(2, struct.pack('>I', error))))
    return der(0x30, *parts)


def speak_nla(answer_of, then=hold):
    def speak(s, files):
        request = read_tpkt(s)
        if not offered(request) & 2:
            s.sendall(refused(5))
            return
        s.sendall(selected(2, 0x1F))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        with context.wrap_socket(s, server_side=True) as tls:
            if tls.recv(16384):
                tls.sendall(answer_of())
                then(tls)
    return speak


HTTP_407 = (b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n'
            b'Content-Length: 0\r\nConnection: close\r\n\r\n')
MYSQL = (b'\x4a\x00\x00\x00\x0a8.0.36\x00' + bytes(range(1, 60)) + b'\x00caching_sha2\x00')
HTTP_400 = (b'HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\n'
            b'Content-Length: 0\r\nConnection: close\r\n\r\n')
SMB_ERROR = b'\x00\x00\x00\x23\xffSMB\x72\x01\x00\x00\x00\x88' + bytes(23)

FAULTS = {
    'accept-fin': lambda s, _: s.close(),
    'accept-rst': lambda s, _: reset(s),
    'silent': lambda s, _: hold(s),
    'request-fin': answer(b'', socket.socket.close),
    'request-rst': answer(b'', reset),
    'banner-ssh': greet(b'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'),
    'banner-smtp': greet(b'220 mail.rdp.test ESMTP Postfix\r\n'),
    'banner-vnc': greet(b'RFB 003.008\n'),
    'banner-http': after_any(HTTP_400),
    'banner-tls': after_any(b'\x15\x03\x01\x00\x02\x02\x46'),
    'banner-smb': after_any(SMB_ERROR),
    'drip': speak_drip,
    'drip-long': speak_drip_long,
    'random': speak_random,
    'flood': speak_flood,
    'flood-tpkt': speak_flood_tpkt,
    **{f'failure-{code}': answer(refused(code)) for code in range(1, 8)},
    'failure-99': answer(refused(99)),
    'failure-trailing': answer(refused(5) + b'trailing bytes', socket.socket.close),
    'unrequested': speak_unrequested,
    'confirm-bare': answer(confirm()),
    'confirm-two-bits': answer(selected(3)),
    'confirm-huge-li': answer(b'\x03\x00\x00\x13\xff\xd0\x00\x00\x00\x00\x00\x02\x00\x08\x00\x01\x00\x00\x00'),
    'confirm-half': answer(selected(1)[:9]),
    'confirm-half-fin': answer(selected(1)[:9], socket.socket.close),
    'tpkt-too-short': answer(b'\x03\x00\x00\x02'),
    'hello-silent': at_hello(hold),
    'hello-fin': at_hello(socket.socket.close),
    'hello-rst': at_hello(reset),
    'hello-alert40': at_hello(socket.socket.close, b'\x15\x03\x03\x00\x02\x02\x28'),
    'hello-alert70': at_hello(socket.socket.close, b'\x15\x03\x01\x00\x02\x02\x46'),
    'hello-alert80': at_hello(socket.socket.close, b'\x15\x03\x03\x00\x02\x02\x50'),
    'hello-plain-text': at_hello(socket.socket.close, HTTP_400),
    'hello-half': at_hello(hold, b'\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03' + bytes(20)),
    'tls-silent': in_tls(hold),
    'tls-fin': in_tls(lambda tls: None),
    'tls-rst': in_tls(reset_tls),
    'turns-silent': by_turns(speak_tls, lambda s, _: hold(s)),
    'turns-fin': by_turns(speak_tls, lambda s, _: s.close()),
    'turns-rst-first': by_turns(lambda s, _: reset(s), speak_tls),
    'proxy-407': after_any(HTTP_407),
    'backend-gone': later(1, lambda s, _: reset(s)),
    'backend-late-fin': later(3, lambda s, _: s.close()),
    'https': speak_https,
    'echo': speak_echo,
    'mysql': greet(MYSQL),
    'postgres': after_any(b'N', hold),
    'slow-confirm': speak_slowly,
    'confirm-fin': answer(selected(1), socket.socket.close),
    'client-certificate-12': speak_wants_certificate(ssl.TLSVersion.TLSv1_2),
    'client-certificate-13': speak_wants_certificate(ssl.TLSVersion.TLSv1_3),
    'certificate-cut': speak_certificate_cut,
    'hello-alert112': at_hello(socket.socket.close, b'\x15\x03\x03\x00\x02\x02\x70'),
    'nla-v4': speak_nla(lambda: ts_request(4, challenge())),
    'nla-v6': speak_nla(lambda: ts_request(6, challenge())),
    'nla-error-unsupported': speak_nla(lambda: ts_request(6, error=0x80090302), lambda tls: None),
    'nla-error-logon': speak_nla(lambda: ts_request(6, error=0xC000005E), lambda tls: None),
    'nla-garbage': speak_nla(lambda: b'\x30\x03\x02\x01', lambda tls: None),
}


class Listener(Server):
    """A listener that fails in one way, in a process of its own."""

    def __init__(self, fault, place, folder, certificates, address='127.0.0.1', port=3389):
        super().__init__(place, folder, certificates, address, port)
        self.fault = fault

    def begin(self):
        cert, key = self.certificates.get('good')
        self.processes.start([sys.executable, os.path.abspath(__file__), 'listen', self.fault,
                              self.address, str(self.port), str(cert), str(key)])


def serve(fault, address, port, files):
    speak = FAULTS[fault]

    def one(s):
        with contextlib.suppress(OSError), s:
            s.settimeout(600)
            speak(s, files)

    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    with socket.create_server((address, port), family=family, backlog=64) as listener:
        while True:
            s, _ = listener.accept()
            threading.Thread(target=one, args=(s,), daemon=True).start()


# --- the table ---

REAL = {
    'xrdp-negotiate': (Xrdp, {}),
    'xrdp-tls': (Xrdp, {'layer': 'tls'}),
    'xrdp-rdp': (Xrdp, {'layer': 'rdp'}),
    'xrdp-tls-key-missing': (Xrdp, {'layer': 'tls', 'key': 'missing'}),
    'xrdp-tls-key-garbage': (Xrdp, {'layer': 'tls', 'key': 'garbage'}),
    'xrdp-tls-key-other': (Xrdp, {'layer': 'tls', 'key': 'other'}),
    'xrdp-negotiate-key-missing': (Xrdp, {'layer': 'negotiate', 'key': 'missing'}),
    'xrdp-expired': (Xrdp, {'cert': 'expired'}),
    'xrdp-not-yet-valid': (Xrdp, {'cert': 'not-yet-valid'}),
    'xrdp-wrong-name': (Xrdp, {'cert': 'wrong-name'}),
    'xrdp-self-signed': (Xrdp, {'cert': 'self-signed'}),
    'xrdp-client-only': (Xrdp, {'cert': 'client-only'}),
    'xrdp-rsa1024': (Xrdp, {'cert': 'rsa1024', 'old': True}),
    'xrdp-p256': (Xrdp, {'cert': 'p256'}),
    'xrdp-tls12': (Xrdp, {'protocols': 'TLSv1.2'}),
    'xrdp-tls13': (Xrdp, {'protocols': 'TLSv1.3'}),
    'xrdp-tls10': (Xrdp, {'protocols': 'TLSv1', 'old': True}),
    'xrdp-tls11': (Xrdp, {'protocols': 'TLSv1.1', 'old': True}),
    'xrdp-inspected': (Xrdp, {'cert': 'inspected'}),
    'xrdp-expired-wrong-name': (Xrdp, {'cert': 'expired-wrong-name'}),
    'shadow-nla-clock': (FreerdpShadow, {'layer': 'nla', 'clock': 2}),
    'shadow-nla-expired': (FreerdpShadow, {'layer': 'nla', 'cert': 'expired'}),
    'shadow-nla': (FreerdpShadow, {'layer': 'nla'}),
    'shadow-tls': (FreerdpShadow, {'layer': 'tls'}),
    'shadow-rdp': (FreerdpShadow, {'layer': 'rdp'}),
    'shadow-tls-or-rdp': (FreerdpShadow, {'layer': 'tls-or-rdp'}),
    'weston-tls': (Weston, {'layer': 'tls'}),
    'weston-rdp': (Weston, {'layer': 'rdp'}),
    'gnome-nla': (Gnome, {}),
}


if __name__ == '__main__':
    if len(sys.argv) != 7 or sys.argv[1] != 'listen' or sys.argv[2] not in FAULTS:
        print(__doc__, file=sys.stderr)
        sys.exit(64)
    serve(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:7])
