#!/usr/bin/env python3
"""`rdpwhy.exe host` under Wine, in a prefix that is made to look like a host of Remote Desktop and
is then given one fault at a time.

    test_host.py RDPWHY.EXE BUILD_FOLDER

Wine's own service of that name is made to run, its settings are those of Windows 10, and a host of
the lab owns the port. All of it lives in a network namespace, because the port is 3389.
"""
import base64
import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import wine
from wine import expect

TS = r'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Terminal Server'
LISTENER = TS + r'\WinStations\RDP-Tcp'
SERVICES = r'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services'
SOFTWARE = r'HKEY_LOCAL_MACHINE\SOFTWARE'
POLICY = SOFTWARE + r'\Policies\Microsoft\Windows NT\Terminal Services'
STORE = SOFTWARE + r'\Microsoft\SystemCertificates\Remote Desktop\Certificates'
FIREWALL = SERVICES + r'\SharedAccess\Parameters\FirewallPolicy'
NT = SOFTWARE + r'\Microsoft\Windows NT\CurrentVersion'

RULE = (r'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort={}|App=%SystemRoot%\system32\svchost.exe|'
        r'Svc=termservice|Name=@FirewallAPI.dll,-28775|')

# What Windows 10 sets, as far as it is looked at.
HEALTHY = {
    TS: {'fDenyTSConnections': 0, 'fSingleSessionPerUser': 1},
    TS + r'\Wds\rdpwd': {'StartupPrograms': 'rdpclip'},
    TS + r'\RCM\Licensing Core': {'LicensingMode': 1},
    LISTENER: {'fEnableWinStation': 1, 'fLogonDisabled': 0, 'PortNumber': 3389, 'LanAdapter': 0,
               'MaxInstanceCount': 0xffffffff, 'UserAuthentication': 1, 'SecurityLayer': 2,
               'MinEncryptionLevel': 2, 'fAllowSecProtocolNegotiation': 1, 'SelectTransport': 2,
               'fPromptForPassword': 0, 'fInheritMaxIdleTime': 1,
               'LoadableProtocol_Object': '{5828227c-20cf-4408-b73f-73ab70b8849f}',
               'WdName': 'Microsoft RDP 8.0', 'WdPrefix': 'RDP', 'PdName': 'tcp', 'PdDLL': 'tdtcp',
               'CfgDll': 'RDPCFGEX.DLL', 'WdFlag': 0x36},
    SERVICES + r'\TermService': {'Start': 3, 'ObjectName': r'NT Authority\NetworkService',
                                 'ImagePath': r'%SystemRoot%\System32\svchost.exe -k NetworkService'},
    SERVICES + r'\TermService\Parameters': {'ServiceDll': r'%SystemRoot%\System32\termsrv.dll'},
    FIREWALL + r'\FirewallRules': {
        'RemoteDesktop-UserMode-In-TCP': RULE.format(3389)},
    r'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName': {'ComputerName': 'PC-17'},
    NT: {'CurrentBuildNumber': '19045', 'CurrentBuild': '19045', 'EditionID': 'Professional'},
    NT + r'\Winlogon': {'Shell': 'explorer.exe'},
}
FILES = ('termsrv.dll', 'rdpcorets.dll', 'drivers/rdpbus.sys', 'drivers/rdpdr.sys',
         'drivers/rdpvideominiport.sys')

# CN=PC-17, self-made, valid in the first half of 2024.
EXPIRED = base64.b64decode('''
MIIDFjCCAf6gAwIBAgIUVSyDD//K8xUNQi75mzy6FMVZgRIwDQYJKoZIhvcNAQELBQAwEDEOMAwGA1UEAwwFUEMt
MTcwHhcNMjQwMTEwMDAwMDAwWhcNMjQwNzEwMDAwMDAwWjAQMQ4wDAYDVQQDDAVQQy0xNzCCASIwDQYJKoZIhvcN
AQEBBQADggEPADCCAQoCggEBAJPEquI1cq5+eBclBApgiLVU3dRPsmL1HRQfNXddoBaSQUXD08mNHzZLFGPMvnlH
CtpNYShxVXy+t9Ot41X5w+aiMoCk4ERJpP43UsmwmRQ5dNYbV8+URcwvWgNATUuRNRRM6MiPl3QD+aXCZH0Rgd0j
ZR/Fmri5Qq6w/+aDAkplqYyOQ/6WTZE5epNAz+Rdfugh7BlzAqAK/3sIsp6TePf3wO5iqwG0d7sNffNQaR18u+5+
w49C8ShyT+0YitDVu2pfQKOuZjtiZCgjCBMPo2fdxC0uUQIZ7bpTCHKm7zFOMVYIRbAXYCrpaJXhlthJoF/gcG+w
SGIsLzxtMN+W/U0CAwEAAaNoMGYwHQYDVR0OBBYEFBe1p6H4yoPq1JT/N783ysCbW2ZtMB8GA1UdIwQYMBaAFBe1
p6H4yoPq1JT/N783ysCbW2ZtMA8GA1UdEwEB/wQFMAMBAf8wEwYDVR0lBAwwCgYIKwYBBQUHAwEwDQYJKoZIhvcN
AQELBQADggEBAECbwj0u8h5LZgxZHYxv9khnwVnvqfxFCdKmOlNECC8y2sxcrqrfV0n6Jv4duP6kGY2VAWQHA+I3
cmQ5o8nzBkUzVJKRQtyS9sOOFa0gjC/uyCAUydGJt+bcHot2/DUzrTVynukESSL37w4yF5yLhJauHTsg/6Fni9fl
UyFLVI6b0gmBzuZDS4pfen/8KTTw8H+yNUOB4USwYltAOn55pHcAr3cO/5WDfvlxE/fqL8YNNq77Ylc/8F1EaLzl
zxh0nLkrMpXES0On/H1qRI3gL+88rTeNiNdlpzKpqop7pIeEUdfyhkM152l3T+6d9dDfgTWkKWIFcsJ+Ox8iN4zr
CG0=''')
THUMBPRINT = hashlib.sha1(EXPIRED).digest()


def property_of(number, data):
    """One property of a certificate in the registry: its number, 1, its length, its bytes."""
    return b''.join(n.to_bytes(4, 'little') for n in (number, 1, len(data))) + data


EXPIRED_IN_STORE = {
    STORE + '\\' + THUMBPRINT.hex().upper(): {'Blob': property_of(3, THUMBPRINT) + property_of(32, EXPIRED)},
    TS + r'\WinStations': {'SelfSignedCertificate': THUMBPRINT},
}

# name: settings, whether the service runs, port that answers, cause, a finding with its value
FAULTS = {
    'the listener is switched off by policy':
        ({POLICY: {'fDenyTSConnections': 1}}, True, None, 'listener-disabled', ('host.rdp_off', 'policy')),
    'old security alone':
        ({LISTENER: {'SecurityLayer': 0, 'UserAuthentication': 0}}, True, 3389, 'security-layer-mismatch',
         ('host.security_layer', 0)),
    'the port is changed':
        ({LISTENER: {'PortNumber': 3390}, FIREWALL + r'\FirewallRules': {'other-port': RULE.format(3390)}}, True, 3390,
         'rdp-port-changed', ('host.port', 3390)),
    'the certificate has expired':
        (EXPIRED_IN_STORE, True, 3391, 'rdp-certificate-expired', ('cert.expired', None)),
    # The last one: Wine's service does not start again with the settings of Windows.
    'the service is disabled':
        ({SERVICES + r'\TermService': {'Start': 4}}, False, None, 'termservice-stopped',
         ('host.termservice', 'disabled')),
}


# --- the registry ---


def reg_value(value):
    if value is None:
        return '-'
    if isinstance(value, bytes):
        return 'hex:' + ','.join(f'{b:02x}' for b in value)
    if isinstance(value, int):
        return f'dword:{value:08x}'
    return '"' + value.replace('\\', '\\\\').replace('"', '\\"') + '"'


def reg_text(keys):
    lines = ['Windows Registry Editor Version 5.00', '']
    for key, values in keys.items():
        lines.append(f'[{key}]')
        lines += [f'"{name}"={reg_value(value)}' for name, value in values.items()] + ['']
    return '\r\n'.join(lines).encode('utf-16')


def undone(keys):
    """The same values as they are on the healthy one; what it lacks goes away."""
    return {key: {name: HEALTHY.get(key, {}).get(name) for name in values} for key, values in keys.items()}


class Computer:
    def __init__(self, exe, build, scratch):
        self.exe, self.scratch = wine.Program(exe, scratch), pathlib.Path(scratch)
        self.lab = str(wine.linux_program(build))
        self.prefix = pathlib.Path(os.environ['RDPWHY_WINEPREFIX'])

    def tool(self, *args, limit=wine.LIMIT_S):
        """A program of Wine's own."""
        return subprocess.run([str(wine.RUN), *args], capture_output=True, timeout=limit, check=False,
                              env=self.exe.env())

    def write(self, keys):
        path = self.scratch / 'keys.reg'
        path.write_bytes(reg_text(keys))
        done = self.tool('reg', 'import', wine.windows_path(path))
        expect(done.returncode == 0, f'reg import: {done.stderr!r}')

    def make(self):
        shutil.rmtree(self.prefix, ignore_errors=True)
        self.tool('cmd', '/c', 'ver', limit=wine.FIRST_LIMIT_S)  # makes the prefix
        drive = self.prefix / 'drive_c'
        for name in FILES:
            path = drive / 'windows' / 'system32' / name
            if not path.exists():
                path.write_bytes(b'MZ')
        for user in (drive / 'users').iterdir():
            (user / 'NTUSER.DAT').write_bytes(b'regf')
        self.tool('net', 'start', 'TermService')
        self.write(HEALTHY)

    @contextlib.contextmanager
    def answering_at(self, port):
        if port is None:
            yield
            return
        with subprocess.Popen([self.lab, 'lab', 'healthy', '--listen', f'0.0.0.0:{port}', '--timeout', '60'],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as host:
            try:
                host.stdout.readline()  # says where it listens
                yield
            finally:
                host.terminate()

    def start_again(self):
        """As after a restart of the computer: the services are as the registry has them."""
        for server in ('wineserver', '/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver'):
            if shutil.which(server):
                subprocess.run([server, '-k'], env={**self.exe.env(), 'WINEPREFIX': str(self.prefix)},
                               capture_output=True, check=False)
                return
        raise wine.Skip('no wineserver to be found')

    @contextlib.contextmanager
    def with_fault(self, keys, runs):
        self.write(keys)
        if not runs:
            self.start_again()
        try:
            yield
        finally:
            self.write(undone(keys))

    def diagnosed(self, *options):
        return self.exe.run('host', '--json', *options)


# --- tests ---


def sound(t):
    with t.answering_at(3389):
        answer = t.diagnosed()
    expect(answer.json()['verdict']['cause'] is None, 'a cause is named where nothing is wrong', answer)
    expect(answer.json()['target']['host'] == 'PC-17', 'another name', answer)


def faulty(t, name):
    keys, runs, port, cause, (finding, value) = FAULTS[name]
    with t.with_fault(keys, runs), t.answering_at(port):
        answer = t.diagnosed()
    report = answer.json()
    expect(report['verdict']['cause'] == cause, f"expected {cause}, not {report['verdict']['cause']}", answer)
    seen = [f for f in report['findings'] if f['name'] == finding and f['state'] == 'seen']
    expect(any(value is None or f['value'] == value for f in seen), f'expected {finding} {value}: {seen}')


def expired_and_works(t):
    """TLS completes on the host itself, so expiry explains no closed socket by itself."""
    with t.with_fault(EXPIRED_IN_STORE, True), t.answering_at(3389):
        answer = t.diagnosed()
    report = answer.json()
    expect(report['verdict']['cause'] is None, 'the cause is named', answer)
    expect(report['causes'][0]['id'] == 'rdp-certificate-expired', 'another stands first', answer)


def bundled(t):
    """What is written there and read here says the same."""
    keys = FAULTS['the port is changed'][0]
    path = t.scratch / 'bundle.zip'
    with t.with_fault(keys, True), t.answering_at(3390):
        live = t.diagnosed('--bundle', wine.windows_path(path)).json()
    here = wine.Program(t.lab, t.scratch).run('read', '--json', path).json()
    expect(live['verdict']['cause'] == here['verdict']['cause'] == 'rdp-port-changed',
           f"{live['verdict']['cause']} there, {here['verdict']['cause']} here")
    names = [{(f['name'], f['state'], str(f.get('value'))) for f in r['findings']} for r in (live, here)]
    expect(names[0] == names[1], f'only there: {names[0] - names[1]}, only here: {names[1] - names[0]}')


def in_time(t):
    """Not a measurement: nothing waits for what does not come."""
    began = time.monotonic()
    t.diagnosed()
    expect(time.monotonic() - began < wine.LIMIT_S / 2, 'something hangs')


TESTS = [('a sound host: no cause is named', sound),
         ('with nothing at the port: an end', in_time),
         ('a bundle read elsewhere says what was said where it was made', bundled),
         ('an expired certificate with which TLS works: first, and not certain', expired_and_works),
         *((f'{name}: {row[3]}', lambda t, name=name: faulty(t, name)) for name, row in FAULTS.items())]


# --- a network of its own ---

MARK = 'RDPWHY_IN_NAMESPACE'


def enter_namespace():
    """Runs this program again in one; False: there is none to be had."""
    for how in (['-n'], ['-r', '-n']):
        if subprocess.run(['unshare', *how, 'true'], capture_output=True, check=False).returncode == 0:
            os.environ[MARK] = '1'
            script = 'ip link set lo up; exec "$@"'
            os.execvp('unshare', ['unshare', *how, 'sh', '-c', script, 'sh', sys.executable, *sys.argv])
    return False


def main(argv):
    if len(argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    if wine.why_not():
        return wine.skip_all(wine.why_not())
    if MARK not in os.environ and not enter_namespace():
        return wine.skip_all('no network namespaces here')
    os.environ['RDPWHY_WINEPREFIX'] = os.path.join(os.path.abspath(argv[2]), 'wine-host')
    wine.prepare(argv[2])
    print(f'1..{len(TESTS)}')
    with tempfile.TemporaryDirectory(prefix='rdpwhy-host-') as scratch:
        t = Computer(argv[1], argv[2], os.path.realpath(scratch))
        t.make()
        good = [wine.told(n, name, f, t) for n, (name, f) in enumerate(TESTS, 1)]
    return 0 if all(good) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv))
