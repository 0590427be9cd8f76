#!/usr/bin/env python3
"""Draws the icon of rdpwhy.exe: a screen that asks why. Equal on every run and machine.

    icon.py FILE.ico            writes the icon
    icon.py FILE.ico --check    exit 1 when the file is not what this would write
    icon.py FILE.png SIZE       one picture of it

The drawing is on a grid of 16 by 16. A shape is a distance: below zero is inside.
"""
import math
import struct
import sys
import zlib

SIZES = (16, 24, 32, 48, 256)
AS_BITMAP = 32  # up to this size old shells want bitmaps; larger pictures are PNG
FINE = 6        # samples a pixel, each way

FRAME, SCREEN, STAND, MARK = (16, 58, 110), (31, 111, 205), (92, 104, 120), (255, 255, 255)


def rounded(x0, y0, x1, y1, r):
    def distance(x, y):
        dx = max(x0 + r - x, x - x1 + r, 0)
        dy = max(y0 + r - y, y - y1 + r, 0)
        return math.hypot(dx, dy) - r
    return distance


def line(x0, y0, x1, y1, width):
    def distance(x, y):
        n = (x1 - x0) ** 2 + (y1 - y0) ** 2
        t = min(1, max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / n))
        return math.hypot(x - x0 - t * (x1 - x0), y - y0 - t * (y1 - y0)) - width / 2
    return distance


def arc(cx, cy, r, first, last, width):
    """Degrees count clockwise from three o'clock, as the grid's y points down."""
    def distance(x, y):
        angle = math.degrees(math.atan2(y - cy, x - cx)) % 360
        if first <= angle <= last or first <= angle + 360 <= last:
            return abs(math.hypot(x - cx, y - cy) - r) - width / 2
        ends = [(cx + r * math.cos(math.radians(a)), cy + r * math.sin(math.radians(a)))
                for a in (first, last)]
        return min(math.hypot(x - ex, y - ey) for ex, ey in ends) - width / 2
    return distance


def shapes(size):
    """Lower layers first. Small pictures have a bolder mark and a thinner frame."""
    small = size <= 24
    width = 1.5 if small else 1.35
    edge = 0.75 if small else 0.6
    return [
        (STAND, rounded(6.6, 11, 9.4, 14, 0)),
        (STAND, rounded(4, 13.5, 12, 15, 0.5)),
        (FRAME, rounded(0.5, 1, 15.5, 12.5, 1.4)),
        (SCREEN, rounded(0.5 + edge, 1 + edge, 15.5 - edge, 12.5 - edge, 0.9)),
        (MARK, arc(8, 5.2, 1.9, 190, 410, width)),
        (MARK, line(8 + 1.9 * math.cos(math.radians(50)), 5.2 + 1.9 * math.sin(math.radians(50)),
                    8, 8, width)),
        (MARK, rounded(8 - 0.62 * width, 10.1 - 0.62 * width, 8 + 0.62 * width, 10.1 + 0.62 * width,
                       0.62 * width)),
    ]


def draw(size):
    """Rows of red, green, blue and opacity."""
    layers, scale = shapes(size), 16 / size
    rows = []
    for py in range(size):
        row = bytearray()
        for px in range(size):
            total, covered = [0, 0, 0], 0
            for k in range(FINE * FINE):
                x = (px + (k % FINE + 0.5) / FINE) * scale
                y = (py + (k // FINE + 0.5) / FINE) * scale
                for colour, inside in reversed(layers):
                    if inside(x, y) <= 0:
                        total = [t + c for t, c in zip(total, colour)]
                        covered += 1
                        break
            n = max(1, covered)
            row += bytes((t + n // 2) // n for t in total)
            row.append((covered * 255 + FINE * FINE // 2) // (FINE * FINE))
        rows.append(bytes(row))
    return rows


def png(size, rows):
    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))
    plain = b''.join(b'\0' + row for row in rows)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', size, size, 8, 6, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress(plain, 9)) + chunk(b'IEND', b''))


def bitmap(size, rows):
    """Bottom row first, blue before red, and a mask that only shells without opacity read."""
    head = struct.pack('<IiiHHIIiiII', 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    body, mask = b'', b''
    for row in reversed(rows):
        points = [row[i:i + 4] for i in range(0, len(row), 4)]
        body += b''.join(bytes((p[2], p[1], p[0], p[3])) for p in points)
        bits = ''.join('0' if p[3] > 127 else '1' for p in points).ljust((size + 31) // 32 * 32, '0')
        mask += int(bits, 2).to_bytes(len(bits) // 8, 'big')
    return head + body + mask


def icon():
    pictures = [(size, (bitmap if size <= AS_BITMAP else png)(size, draw(size))) for size in SIZES]
    at = 6 + 16 * len(pictures)
    table = struct.pack('<HHH', 0, 1, len(pictures))
    for size, picture in pictures:
        table += struct.pack('<BBBBHHII', size % 256, size % 256, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    return table + b''.join(picture for _, picture in pictures)


def main(argv):
    if len(argv) == 3 and argv[2] != '--check':
        size = int(argv[2])
        made = png(size, draw(size))
    elif len(argv) in (2, 3):
        made = icon()
    else:
        print(__doc__, file=sys.stderr)
        return 64
    if argv[2:] == ['--check']:
        with open(argv[1], 'rb') as f:
            return 0 if f.read() == made else 1
    with open(argv[1], 'wb') as f:
        f.write(made)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
