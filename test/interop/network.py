"""Three network namespaces, client - router - server, and the faults that a network can have.

The names of the namespaces carry the process id; they go at the end, whatever happened. Needs
root, ip and, for the faults, nft; the faults of name resolution need dnsmasq.

    client 10.77.1.2  fd77:1::2  --  router  --  server 10.77.2.2  fd77:2::2

FAULTS is the library of what can be wrong on the way, one row each; a row says for which causes of
the catalogue it stands. Try one with test_interop.py --only 'network-NAME' --verbose.
"""
import contextlib
import dataclasses
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import time

import servers

CLIENT, SERVER = '10.77.1.2', '10.77.2.2'
SERVER_TWO = '10.77.2.3'  # a second address of the server
ROUTER = '10.77.1.1'
CLIENT6, SERVER6 = 'fd77:1::2', 'fd77:2::2'
NOBODY, NOBODY6 = '10.77.2.9', 'fd77:2::9'  # in the server's network, and nobody has it
FAR = '10.99.0.5'  # private, and behind a tunnel that is not there
MAC = {'c0': '02:00:00:00:77:11', 'r0': '02:00:00:00:77:12', 's0': '02:00:00:00:77:21', 'r1': '02:00:00:00:77:22'}
HOST = f'{servers.HOST_NAME}.{servers.DOMAIN}'


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, **more)


def quietly(*argv):
    subprocess.run(argv, check=False, capture_output=True)


def available():
    """Whether namespaces with veth pairs can be made here."""
    name = f'rdpwhy-{os.getpid()}-x'
    try:
        run('ip', 'netns', 'add', name)
        run('ip', 'link', 'add', 'x0', 'netns', name, 'type', 'veth', 'peer', 'name', 'x1', 'netns', name)
        run('ip', 'netns', 'exec', name, 'unshare', '--uts', 'true')
        return True
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        with contextlib.suppress(OSError):
            quietly('ip', 'netns', 'del', name)


def leave_no_trace():
    with contextlib.suppress(OSError):
        pathlib.Path('/etc/netns').rmdir()


class Network:
    """The three namespaces; as a context manager."""
    made = itertools.count(1)
    # No waiting for duplicate IPv6 addresses; packets of connections are counted for the rules. An echo
    # may be asked for by everybody, as systemd sets it, and a new namespace does not.
    KERNEL = ('for f in all default; do echo 0 >/proc/sys/net/ipv6/conf/$f/accept_dad; done; '
              'echo "0 2147483647" >/proc/sys/net/ipv4/ping_group_range')
    FORWARD = ('cd /proc/sys/net; echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding; '
               'echo 1 >netfilter/nf_conntrack_acct 2>/dev/null || :')

    def __init__(self):
        stem = f'rdpwhy-{os.getpid()}-{next(Network.made)}'
        self.client, self.router, self.server = (f'{stem}{side}' for side in 'crs')
        self.names = (self.client, self.router, self.server)
        self.etc = pathlib.Path('/etc/netns') / self.client

    def __enter__(self):
        try:
            self.make()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *_):
        self.remove()

    def make(self):
        for name in self.names:
            run('ip', 'netns', 'add', name)
            run('ip', 'netns', 'exec', name, 'sh', '-c', self.KERNEL)
            run('ip', '-n', name, 'link', 'set', 'lo', 'up')
        for near, a, far, b in ((self.client, 'c0', self.router, 'r0'),
                                (self.server, 's0', self.router, 'r1')):
            run('ip', 'link', 'add', a, 'address', MAC[a], 'netns', near, 'type', 'veth', 'peer', 'name', b,
                'address', MAC[b], 'netns', far)
        for name, device, v4, v6 in ((self.client, 'c0', CLIENT, CLIENT6),
                                     (self.router, 'r0', '10.77.1.1', 'fd77:1::1'),
                                     (self.router, 'r1', '10.77.2.1', 'fd77:2::1'),
                                     (self.server, 's0', SERVER, SERVER6)):
            run('ip', '-n', name, 'addr', 'add', f'{v4}/24', 'dev', device)
            run('ip', '-n', name, 'addr', 'add', f'{v6}/64', 'dev', device, 'nodad')
            run('ip', '-n', name, 'link', 'set', device, 'up')
        for name, n in ((self.client, 1), (self.server, 2)):
            run('ip', '-n', name, 'route', 'add', 'default', 'via', f'10.77.{n}.1')
            run('ip', '-n', name, '-6', 'route', 'add', 'default', 'via', f'fd77:{n}::1')
        # Asking for an IPv6 neighbour while the link comes up costs a second.
        for name, device, v6, mac in ((self.client, 'c0', 'fd77:1::1', MAC['r0']),
                                      (self.server, 's0', 'fd77:2::1', MAC['r1']),
                                      (self.router, 'r0', CLIENT6, MAC['c0']),
                                      (self.router, 'r1', SERVER6, MAC['s0'])):
            run('ip', '-n', name, '-6', 'neigh', 'replace', v6, 'lladdr', mac, 'dev', device,
                'nud', 'permanent')
        self.on_router('sh', '-c', self.FORWARD)
        self.names_by_file()
        self.wait_for_neighbours()

    def names_by_file(self, lines=(f'{SERVER} {HOST}',)):
        """The client knows these names, and asks nobody."""
        self.write_etc('hosts', '127.0.0.1 localhost', *lines)
        self.write_etc('resolv.conf', '# no name server')

    def names_by_server(self):
        """The client asks the server's address."""
        self.write_etc('hosts', '127.0.0.1 localhost')
        self.write_etc('resolv.conf', f'nameserver {SERVER}')

    def write_etc(self, name, *lines):
        self.etc.mkdir(parents=True, exist_ok=True)
        (self.etc / name).write_text(''.join(f'{line}\n' for line in lines))

    def wait_for_neighbours(self):
        """The first packet to an IPv6 address may be lost while its link comes up."""
        end = time.monotonic() + 3
        while time.monotonic() < end:
            shown = [run('ip', '-n', n, '-6', 'addr', 'show', 'tentative').stdout for n in self.names]
            if not any(shown):
                return
            time.sleep(0.02)

    def on_router(self, *argv, **more):
        return run('ip', 'netns', 'exec', self.router, *argv, **more)

    def rules(self, forward, output='', to='', behind=''):
        """Replaces the router's rules; `to` and `behind` change addresses before and after the way."""
        text = (f'table inet lab {{\n'
                f'chain mid {{ type filter hook forward priority 0; policy accept;\n{forward}\n}}\n'
                f'chain own {{ type filter hook output priority 0; policy accept;\n{output}\n}}\n}}\n')
        if to or behind:
            text += (f'table ip change {{\n'
                     f'chain to {{ type nat hook prerouting priority -100; policy accept;\n{to}\n}}\n'
                     f'chain behind {{ type nat hook postrouting priority 100; policy accept;\n{behind}\n}}\n}}\n')
        self.filter(self.router, text)

    def rules_of_host(self, arriving):
        """The server's own firewall."""
        self.filter(self.server, f'table inet lab {{\nchain arriving {{ type filter hook input priority 0; '
                                 f'policy accept;\n{arriving}\n}}\n}}\n')

    @staticmethod
    def filter(name, text):
        servers.need(nft='nftables')
        run('ip', 'netns', 'exec', name, 'nft', '-f', '-', input=f'flush ruleset\n{text}'.encode())

    def from_client(self, argv):
        return ['ip', 'netns', 'exec', self.client, *argv]

    def remove(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            for name in self.names:
                found = subprocess.run(['ip', 'netns', 'pids', name], capture_output=True, check=False)
                for pid in found.stdout.split():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), number)
            if number == signal.SIGTERM:
                time.sleep(0.02)
        for name in self.names:
            quietly('ip', 'netns', 'del', name)
        shutil.rmtree(self.etc, ignore_errors=True)


class Dnsmasq(servers.Server):
    """Answers for the names below; other names in .test do not exist, the rest is refused."""
    packages = {'dnsmasq': 'dnsmasq-base'}
    NAMES = {'both.test': (SERVER, SERVER6), 'a-only.test': (SERVER,), 'aaaa-only.test': (SERVER6,),
             'wrong.test': (NOBODY,), 'two.test': (NOBODY, SERVER), 'dead6.test': (SERVER, NOBODY6),
             'bound.test': (SERVER_TWO, SERVER), 'other.test': (SERVER,),
             'example.com': ('192.0.2.80',)}  # what the program asks to see whether names resolve at all

    def __init__(self, place, folder):
        super().__init__(place, folder, None, SERVER, 53)

    def begin(self):
        several = ('two.test', 'bound.test')
        known = [f'--host-record={name},{",".join(v)}' for name, v in self.NAMES.items() if name not in several]
        known += [f'--host-record={name},{a}' for name in several for a in self.NAMES[name]]
        self.processes.start(['dnsmasq', '--no-daemon', '--no-resolv', '--no-hosts', '--bind-interfaces',
                              '--conf-file=/dev/null', '--user=root', '--pid-file=',
                              f'--listen-address={SERVER}', '--local=/test/', *known])


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong between client and server, and what the client dials."""
    rules: str = ''                  # on what the router forwards
    output: str = ''                 # on what the router says itself
    setup: tuple = ()                # commands; {c} {r} {s} are the namespaces
    target: str = f'{HOST}:3389'
    dns: bool = False                # names come from dnsmasq
    server: str = 'xrdp-tls'         # of servers.REAL, what runs on the host; '' for nothing
    port: int = 3389                 # where it listens
    delay_ms: float = 0              # one way, by a link of its own
    link: tuple = ()                 # what else that link does: words of test/tools/delay_link.c
    to: str = ''                     # nat on the router, before the way is chosen
    behind: str = ''                 # nat on the router, as packets leave
    host: str = ''                   # rules of the host's own firewall
    hosts: tuple = ()                # lines of the client's hosts file, in place of the usual one
    stands_for: tuple = ()           # causes of the catalogue that are so reproduced

    def apply(self, net):
        if self.rules or self.output or self.to or self.behind:
            net.rules(self.rules, self.output, self.to, self.behind)
        if self.host:
            net.rules_of_host(self.host)
        if self.hosts:
            net.names_by_file(self.hosts)
        for line in self.setup:
            run(*line.format(c=net.client, r=net.router, s=net.server).split())
        if self.dns:
            net.names_by_server()


class DelayLink(servers.Server):
    """A slow or faulty link between client and router, in place of the fast one. Compiled here."""
    packages = {'cc': 'a C compiler'}
    SOURCE = pathlib.Path(__file__).parent.parent / 'tools' / 'delay_link.c'

    def __init__(self, net, folder, delay_ms, more=()):
        super().__init__(servers.Here(), folder, None)
        self.net, self.words = net, (str(delay_ms), *more)

    def __enter__(self):
        self.check()
        if not os.path.exists('/dev/net/tun'):
            raise servers.Missing('there is no /dev/net/tun')
        self.processes = servers.Processes(self.place, self.folder)
        try:
            self.begin()
        except BaseException:
            self.end()
            raise
        return self

    def begin(self):
        program, net = self.folder / 'delay_link', self.net
        run('cc', '-O1', '-D_GNU_SOURCE', '-o', str(program), str(self.SOURCE))
        self.processes.start([str(program), net.client, 'd0', net.router, 'd0', *self.words])
        end = time.monotonic() + 5
        while 'ready' not in self.processes.logs():
            if time.monotonic() > end:
                raise servers.Failed(self.processes.logs())
            time.sleep(0.02)
        for name, near, far in ((net.client, 2, 1), (net.router, 1, 2)):
            run('ip', '-n', name, 'addr', 'add', f'10.77.3.{near}/24', 'dev', 'd0')
            run('ip', '-n', name, 'link', 'set', 'd0', 'up')
        run('ip', '-n', net.client, 'route', 'replace', 'default', 'via', '10.77.3.1')


PORT = 'tcp dport 3389'
NEW = f'{PORT} ct state new'
FAULTS = {
    'none': Fault(),
    'by-address': Fault(target=f'{SERVER}:3389'),
    'by-address6': Fault(target=f'[{SERVER6}]:3389'),
    'filtered': Fault(f'{PORT} drop', stands_for=('tcp-port-filtered',)),
    'refused-by-firewall': Fault(f'{PORT} reject with tcp reset', stands_for=('tcp-port-refused',)),
    'refused-by-host': Fault(server='', stands_for=('tcp-port-refused',)),
    'icmp-port': Fault(f'{PORT} reject with icmpx port-unreachable', stands_for=('tcp-port-filtered',)),
    'icmp-admin': Fault(f'{PORT} reject with icmpx admin-prohibited', stands_for=('tcp-port-filtered',)),
    'icmp-host': Fault(f'{PORT} reject with icmpx host-unreachable'),
    'icmp-net': Fault(f'{PORT} reject with icmpx no-route'),
    'host-off': Fault(target=f'{NOBODY}:3389', stands_for=('host-offline-or-asleep',)),
    'synack-lost': Fault('tcp sport 3389 tcp flags & (syn|ack) == (syn|ack) drop',
                         stands_for=('tcp-port-filtered',)),
    'dies-by-drop': Fault(f'{PORT} ct state established ct packets > 8 drop', server='shadow-nla'),
    'dies-by-reset': Fault(f'{PORT} ct state established ct packets > 8 reject with tcp reset',
                           server='shadow-nla'),
    'rate-limit-drop': Fault(f'{NEW} limit rate over 1/minute burst 2 packets drop'),
    'rate-limit-reset': Fault(f'{NEW} limit rate over 1/minute burst 2 packets reject with tcp reset',
                              stands_for=('rdp-bruteforce-overload',)),
    'answers-lost': Fault('tcp sport 3389 ct state established ct packets > 3 drop', server='shadow-nla'),
    'hello-reset-shadow': Fault(f'{PORT} @ih,0,8 0x16 reject with tcp reset', server='shadow-nla'),
    'hello-reset-weston': Fault(f'{PORT} @ih,0,8 0x16 reject with tcp reset', server='weston-tls'),
    'mtu-black-hole-shadow': Fault(output='icmp type destination-unreachable drop\nicmpv6 type packet-too-big drop',
                                   setup=('ip -n {r} link set r0 mtu 900',), server='shadow-nla',
                                   stands_for=('mtu-black-hole',)),
    'delay-100': Fault(delay_ms=50),
    'expired-v6-refused': Fault(f'ip6 daddr {SERVER6} {PORT} reject with tcp reset', target='both.test:3389',
                                dns=True, server='xrdp-expired-wrong-name'),
    'all-but-echo': Fault(f'ip daddr {SERVER} meta l4proto tcp drop', stands_for=('tcp-port-filtered',)),
    'all-dropped': Fault(f'ip daddr {SERVER} drop'),
    'loss-20': Fault('numgen random mod 100 < 20 drop', stands_for=('packet-loss',)),
    'hello-swallowed': Fault(f'{PORT} @ih,0,8 0x16 drop', stands_for=('antivirus-or-tls-interception',)),
    'hello-reset': Fault(f'{PORT} @ih,0,8 0x16 reject with tcp reset', stands_for=('ips-resets-connection',)),
    'big-packets-lost': Fault('meta length > 1000 drop', stands_for=('mtu-black-hole',)),
    'mtu-black-hole': Fault(output='icmp type destination-unreachable drop\nicmpv6 type packet-too-big drop',
                            setup=('ip -n {r} link set r0 mtu 1000',), stands_for=('mtu-black-hole',)),
    'mtu-told': Fault(setup=('ip -n {r} link set r0 mtu 1280',)),
    'slow-link': Fault(setup=('ip netns exec {r} tc qdisc add dev r0 root tbf rate 64kbit burst 2kb latency 400ms',),
                       stands_for=('low-bandwidth',)),
    'udp-blocked': Fault('meta l4proto udp drop', stands_for=('udp-blocked-no-fallback',)),
    'dns-dead': Fault('meta l4proto { tcp, udp } th dport 53 drop', target='both.test:3389', dns=True,
                      stands_for=('dns-unresolvable',)),
    'dns-rejecting': Fault('meta l4proto { tcp, udp } th dport 53 reject', target='both.test:3389', dns=True,
                           stands_for=('dns-unresolvable',)),
    'dns-no-such-name': Fault(target='missing.test:3389', dns=True, stands_for=('dns-unresolvable',)),
    'dns-refused': Fault(target='somewhere.invalid:3389', dns=True, stands_for=('dns-unresolvable',)),
    'dns-both': Fault(target='both.test:3389', dns=True),
    'dns-a-only': Fault(target='a-only.test:3389', dns=True),
    'dns-aaaa-only': Fault(target='aaaa-only.test:3389', dns=True),
    'dns-wrong-address': Fault(target='wrong.test:3389', dns=True, stands_for=('dns-wrong-host',)),
    'dns-two-addresses-one-dead': Fault(target='two.test:3389', dns=True),
    'v6-dead': Fault(f'ip6 daddr {SERVER6} {PORT} drop', target='both.test:3389', dns=True,
                     stands_for=('ipv6-path-broken',)),
    'v6-host-gone': Fault(target='dead6.test:3389', dns=True, stands_for=('ipv6-path-broken',)),
    'v6-refused': Fault(f'ip6 daddr {SERVER6} {PORT} reject with tcp reset', target='both.test:3389', dns=True,
                        stands_for=('ipv6-path-broken',)),
    'no-name-server': Fault(setup=('cp /dev/null /etc/netns/{c}/hosts',), stands_for=('client-offline',)),
    'no-route': Fault(setup=('ip -n {c} route del default', 'ip -n {c} -6 route del default'),
                      stands_for=('client-offline',)),
    'link-down': Fault(setup=('ip -n {c} link set c0 down',), stands_for=('client-offline',)),
    'private-no-tunnel': Fault(f'ip daddr {FAR} drop', setup=(f'ip -n {{r}} route add {FAR} via {SERVER}',),
                               target=f'{FAR}:3389', stands_for=('vpn-not-connected',)),
    'private-no-tunnel-told': Fault(target=f'{FAR}:3389', stands_for=('vpn-not-connected',)),

    # Refusals of every kind, and over IPv6.
    'icmp-host-prohibited': Fault(f'{PORT} reject with icmp type host-prohibited', stands_for=('tcp-port-filtered',)),
    'icmp-net-prohibited': Fault(f'{PORT} reject with icmp type net-prohibited', stands_for=('tcp-port-filtered',)),
    'icmp-protocol': Fault(f'{PORT} reject with icmp type prot-unreachable', stands_for=('tcp-port-filtered',)),
    'filtered6': Fault(f'{PORT} drop', target=f'[{SERVER6}]:3389', stands_for=('tcp-port-filtered',)),
    'refused-by-firewall6': Fault(f'{PORT} reject with tcp reset', target=f'[{SERVER6}]:3389',
                                  stands_for=('tcp-port-refused',)),
    'icmp-port6': Fault(f'{PORT} reject with icmpx port-unreachable', target=f'[{SERVER6}]:3389',
                        stands_for=('tcp-port-filtered',)),
    'icmp-admin6': Fault(f'{PORT} reject with icmpx admin-prohibited', target=f'[{SERVER6}]:3389',
                         stands_for=('tcp-port-filtered',)),
    'icmp-host6': Fault(f'{PORT} reject with icmpx host-unreachable', target=f'[{SERVER6}]:3389',
                        stands_for=('host-offline-or-asleep',)),
    'icmp-net6': Fault(f'{PORT} reject with icmpx no-route', target=f'[{SERVER6}]:3389',
                       stands_for=('host-offline-or-asleep',)),
    'host-firewall-drop': Fault(host=f'{PORT} drop', stands_for=('host-firewall-blocks', 'tcp-port-filtered')),
    'host-firewall-other-network': Fault(host=f'ip saddr != 10.77.2.0/24 {PORT} drop',
                                         stands_for=('network-profile-public', 'host-firewall-blocks')),

    # The host listens elsewhere, or the client goes elsewhere.
    'port-changed': Fault(port=3390, stands_for=('rdp-port-changed', 'tcp-port-refused')),
    'bound-to-one-address': Fault(setup=(f'ip -n {{s}} addr add {SERVER_TWO}/24 dev s0',), target='bound.test:3389',
                                  dns=True, stands_for=('listener-bound-to-one-adapter',)),
    'other-address-only': Fault(setup=(f'ip -n {{s}} addr add {SERVER_TWO}/24 dev s0',), target=f'{SERVER_TWO}:3389',
                                stands_for=('listener-bound-to-one-adapter',)),
    'dns-other-host': Fault(target='other.test:3389', dns=True, server='xrdp-wrong-name',
                            stands_for=('dns-wrong-host',)),
    'hosts-file-stale': Fault(hosts=(f'{NOBODY} {HOST}',), stands_for=('dns-stale-cache', 'dns-wrong-host')),
    'to-itself': Fault(hosts=(f'{CLIENT} {HOST}',), stands_for=('client-targets-itself',)),
    'tunnel-down': Fault(setup=('ip -n {c} tuntap add dev tun0 mode tun',
                                'ip -n {c} addr add 10.99.0.2/24 dev tun0'),
                         target=f'{FAR}:3389', stands_for=('vpn-not-connected',)),

    # Address translation.
    'nat-forward': Fault(target=f'{ROUTER}:3389', to=f'ip daddr {ROUTER} {PORT} dnat to {SERVER}'),
    'nat-masquerade': Fault(behind='oifname "r1" masquerade'),
    'nat-to-nobody': Fault(target=f'{ROUTER}:3389', to=f'ip daddr {ROUTER} {PORT} dnat to {NOBODY}',
                           stands_for=('nat-or-gateway-misroute', 'host-offline-or-asleep')),
    'nat-wrong-port': Fault(target=f'{ROUTER}:3389', to=f'ip daddr {ROUTER} {PORT} dnat to {SERVER}:3390',
                            stands_for=('nat-or-gateway-misroute', 'tcp-port-refused')),
    'nat-other-host': Fault(hosts=(f'{ROUTER} {HOST}',), to=f'ip daddr {ROUTER} {PORT} dnat to {SERVER}',
                            server='xrdp-wrong-name', stands_for=('nat-or-gateway-misroute',)),

    # Devices that count bytes: of what the host sends, after a confirm of 19 bytes.
    'middlebox-reset-at-byte': Fault(link=('reset-at=300',), stands_for=('ips-resets-connection',)),
    'middlebox-reset-at-hello': Fault(link=('reset-at=19',), stands_for=('ips-resets-connection',)),
    'middlebox-fin-at-byte': Fault(link=('fin-at=300',), stands_for=('ips-resets-connection',)),
    'dies-at-byte': Fault(link=('stop-at=300',), stands_for=('ips-resets-connection',)),
    'altered-at-byte': Fault(link=('alter-at=700',), stands_for=('stream-altered-in-path',)),
    'altered-in-header': Fault(link=('alter-at=150',), stands_for=('stream-altered-in-path',)),

    # The quality of the path.
    'link-none': Fault(link=('jitter=0',)),
    'link-loss-30': Fault(link=('30',), stands_for=('packet-loss',)),
    'link-delay-600': Fault(delay_ms=300, stands_for=('high-latency',)),
    'link-jitter-100': Fault(delay_ms=10, link=('jitter=100',)),
    'link-duplicates': Fault(delay_ms=5, link=('duplicate=40',)),
    'link-rate-64': Fault(link=('0', '64'), stands_for=('low-bandwidth',)),
    'link-outages': Fault(link=('outage-every=1200', 'outage-for=900'), stands_for=('vpn-unstable', 'packet-loss')),
    'idle-cut': Fault('ct state invalid drop\nct state established accept',
                      setup=('ip netns exec {r} sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=2',
                             'ip netns exec {r} sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0'),
                      stands_for=('idle-timeout-by-middlebox',)),
}
