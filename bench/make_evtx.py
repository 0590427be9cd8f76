#!/usr/bin/env python3
"""A large event log out of a small one: its chunks again and again, numbered on, checksums right.

    make_evtx.py SEED.evtx[.xz] OUT.evtx [BYTES]      1,000,000,000 bytes without a number
"""
import lzma
import pathlib
import struct
import sys
import zlib

HEAD, CHUNK = 4096, 65536


def chunks_of(seed):
    opened = lzma.open if seed.suffix == '.xz' else open
    with opened(seed, 'rb') as file:
        data = file.read()
    chunks = [data[at:at + CHUNK] for at in range(HEAD, len(data), CHUNK)]
    return bytearray(data[:HEAD]), [c for c in chunks if len(c) == CHUNK and c[:8] == b'ElfChnk\0']


def places_of(chunk):
    """Where the records of a chunk begin, and where the last one ends."""
    at, end, places = 512, struct.unpack_from('<I', chunk, 48)[0], []
    while at + 28 <= end and chunk[at:at + 4] == b'**\0\0':
        places.append(at)
        at += struct.unpack_from('<I', chunk, at + 4)[0]
    return places, end


def numbered(chunk, places, end, first):
    out = bytearray(chunk)
    for i, at in enumerate(places):
        struct.pack_into('<Q', out, at + 8, first + i)
    last = first + len(places) - 1
    struct.pack_into('<4Q', out, 8, first, last, first, last)
    struct.pack_into('<I', out, 52, zlib.crc32(out[512:end]))
    struct.pack_into('<I', out, 124, zlib.crc32(out[128:512], zlib.crc32(out[:120])))
    return out


def main(argv):
    seed, target = pathlib.Path(argv[1]), pathlib.Path(argv[2])
    size = int(argv[3]) if len(argv) > 3 else 1_000_000_000
    head, chunks = chunks_of(seed)
    chunks = [(c, *places_of(c)) for c in chunks]
    chunks = [c for c in chunks if c[1]]
    if not chunks:
        sys.exit(f'{seed}: no chunk with records')
    n, number = -(-(size - HEAD) // CHUNK), 1
    with open(target, 'wb') as out:
        out.write(head)
        for i in range(n):
            chunk, places, end = chunks[i % len(chunks)]
            out.write(numbered(chunk, places, end, number))
            number += len(places)
        struct.pack_into('<QQ', head, 16, n - 1, number)
        struct.pack_into('<H', head, 42, n & 0xffff)
        struct.pack_into('<I', head, 120, 0)
        struct.pack_into('<I', head, 124, zlib.crc32(head[:120]))
        out.seek(0)
        out.write(head)
    print(f'{target}: {HEAD + n * CHUNK} bytes, {n} chunks, {number - 1} records')


if __name__ == '__main__':
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    main(sys.argv)
