#!/usr/bin/env python3
"""Large captures for measuring, made from small ones.

    make_capture.py flows OUT [COPIES]   COPIES (260) of a base, interleaved, each with addresses of
                                         its own: more than a million connections in 1 GB
    make_capture.py large OUT [MB]       full packets of a few connections, some of them sessions

The base of `flows` is made of real captures where they lie beside the tree (../shared/data), and of
packets that are made here where they do not.
"""
import pathlib
import random
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CAPTURES = ROOT.parent / 'shared' / 'data' / 'captures'
NAMES = ('rdp-neg-failure-then-standard rdp-nla-probe-then-session rdp-tls-then-client-reset '
         'rdp-standard-full rdp-standard-cut-at-licensing rdp-tls-only-full rdp-midstream-tls-a '
         'rdpeudp-no-answer rdpeudp2-ok tcp-3389-no-answer-scan tcp-3389-refused-connect-scan '
         'krb5-errors').split()
START = 1700000000
HALF = 500000
SYN, FIN, RST, PSH, ACK = 2, 1, 4, 8, 16


# --- reading ---


def packets_of_pcap(data):
    order = '<' if data[:4] == b'\xd4\xc3\xb2\xa1' else '>'
    at = 24
    while at + 16 <= len(data):
        s, us, n, _ = struct.unpack_from(order + 'IIII', data, at)
        if at + 16 + n > len(data):
            return
        yield s * 1000000 + us, data[at + 16:at + 16 + n]
        at += 16 + n


def packets_of_pcapng(data):
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from('<II', data, at)
        if kind == 6:
            high, low, n = struct.unpack_from('<III', data, at + 12)
            yield (high << 32) + low, data[at + 28:at + 28 + n]
        at += length


def packets_of(path):
    data = path.read_bytes()
    is_ng = data[:4] == b'\x0a\x0d\x0d\x0a'
    return list(packets_of_pcapng(data) if is_ng else packets_of_pcap(data))


# --- making ---


def tcp(source, target, ports, numbers, flags, body=b''):
    header = struct.pack('>HHIIBBHHH', *ports, *numbers, 5 << 4, flags, 65535, 0, 0)
    ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 40 + len(body), 0, 0x4000, 64, 6, 0, source, target)
    return bytes(12) + b'\x08\x00' + ip + header + body


class Connection:
    def __init__(self, out, us, client, host, ports):
        self.out, self.us, self.ends, self.ports = out, us, (client, host), ports
        self.seq = [1000, 2000]

    def say(self, side, flags, body=b'', wait=2000):
        self.us += wait
        self.out.append((self.us, tcp(self.ends[side], self.ends[1 - side], self.ports[::1 - 2 * side],
                                      (self.seq[side], self.seq[1 - side]), flags, body)))
        self.seq[side] += len(body) + (flags & (SYN | FIN) != 0)

    def open(self):
        self.say(0, SYN)
        self.say(1, SYN | ACK)
        self.say(0, ACK)


REQUEST = bytes.fromhex('030000130ee000000000000100080001000000')
FAILURE = bytes.fromhex('030000130ed000001234000300080002000000')
CONFIRM = bytes.fromhex('030000130ed000001234000200080001000000')


def sealed(n):
    return b'\x17\x03\x03' + struct.pack('>H', n) + bytes(n)


def made():
    """Scans, refusals and sessions, in the proportions of the real ones."""
    out, client = [], bytes([10, 0, 0, 1])
    for i in range(2000):
        host, ports = bytes([10, 1, i >> 8, i & 255]), (40000 + i, 1 + i % 1024)
        a = Connection(out, START * 1000000 + i * 5000, client, host, ports)
        a.say(0, SYN)
        if i % 2:
            a.say(1, RST | ACK)
    for i in range(2000):
        a = Connection(out, START * 1000000 + i * 5000, client, bytes([10, 2, 0, 1]), (20000 + i, i + 1))
        a.open()
        a.say(0, RST)
    for i in range(4):
        a = Connection(out, START * 1000000 + i * 90000, client, bytes([10, 3, 0, i]), (50000, 3389))
        a.open()
        a.say(0, PSH | ACK, REQUEST)
        a.say(1, PSH | ACK, CONFIRM if i else FAILURE)
        for _ in range(1200 if i else 0):
            a.say(0, PSH | ACK, sealed(60), 8000)
            a.say(1, PSH | ACK, sealed(300 if i > 1 else 1100), 8000)
        a.say(0, FIN | ACK)
    return out


def base():
    if not CAPTURES.is_dir():
        return made()
    out = []
    for name in NAMES:
        packets = packets_of(next(CAPTURES.glob(name + '.*')))
        start = packets[0][0]
        out += [(us - start + START * 1000000, p) for us, p in packets]
    return out


# --- writing ---

HEADER = struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1)


def record(us, packet):
    return struct.pack('<IIII', us // 1000000, us % 1000000, len(packet), len(packet)) + packet


def slices(packets):
    """By half seconds: bytes, where the times and where the addresses stand in them."""
    out = {}
    for us, packet in sorted(packets, key=lambda p: p[0]):
        data, times, addresses = out.setdefault((us - START * 1000000) // HALF, (bytearray(), [], []))
        times.append((len(data), us))
        if packet[12:14] == b'\x08\x00':
            addresses.append(len(data) + 16 + 26)
        data += record(us, packet)
    return out


def copied(part, k):
    """Each copy lies half a second behind the one before and lives in a network of its own."""
    data = bytearray(part[0])
    for at, us in part[1]:
        struct.pack_into('<II', data, at, (us + k * HALF) // 1000000, (us + k * HALF) % 1000000)
    for at in part[2]:
        data[at] ^= k & 255
        data[at + 4] ^= k & 255
        data[at + 1] ^= k >> 8
        data[at + 5] ^= k >> 8
    return data


def make_flows(path, copies):
    parts = slices(base())
    with open(path, 'wb') as out:
        out.write(HEADER)
        for step in range(max(parts) + copies):
            for k in range(copies):
                if step - k in parts:
                    out.write(copied(parts[step - k], k))


def make_large(path, megabytes):
    packets, random_bytes = [], random.Random(1).randbytes(16384)
    stream = b''.join(b'\x17\x03\x03\x40\x00' + random_bytes for _ in range(64))
    a = Connection(packets, START * 1000000, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]), (50000, 3389))
    b = Connection(packets, START * 1000000, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 3]), (50001, 443))
    a.open()
    b.open()
    a.say(0, PSH | ACK, REQUEST)
    a.say(1, PSH | ACK, CONFIRM)
    with open(path, 'wb') as out:
        out.write(HEADER)
        for i in range(megabytes * 1000000 // 2 // 1514):
            at = i * 1460 % (len(stream))
            piece = (stream + stream[:1460])[at:at + 1460] if at + 1460 > len(stream) else stream[at:at + 1460]
            a.say(1, ACK, piece, 20)
            b.say(1, ACK, piece, 20)
            if i % 1000 == 0:
                out.write(b''.join(record(*p) for p in packets))
                packets.clear()
        out.write(b''.join(record(*p) for p in packets))


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ('flows', 'large'):
        sys.exit(__doc__)
    if sys.argv[1] == 'flows':
        make_flows(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 260)
    else:
        make_large(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1000)


if __name__ == '__main__':
    main()
