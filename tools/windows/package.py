#!/usr/bin/env python3
"""Makes the folder and the .zip that people get, out of rdpwhy.exe.

    package.py RDPWHY.EXE LIBRARIES VERSION FOLDER

RDPWHY.EXE is stripped. LIBRARIES is what tools/windows-libraries made. FOLDER is made anew, and
FOLDER.zip beside it: equal input and SOURCE_DATE_EPOCH give equal bytes.
"""
import os
import pathlib
import re
import shutil
import sys
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
# Of Debian's packages, which own words of the authors go with: in the zip, here.
OF_PACKAGES = {
    'zlib': '/usr/share/doc/libz-mingw-w64-dev/copyright',
    'mingw-w64': '/usr/share/doc/mingw-w64-x86-64-dev/copyright',
    'gcc': '/usr/share/doc/gcc-mingw-w64-x86-64-win32/copyright',
    'GPL-3': '/usr/share/common-licenses/GPL-3',
}
FOR_TESTS = {'cmocka'}
LICENCES = {
    'openssl': 'Apache License 2.0', 'jansson': 'MIT', 'libuv': 'MIT',
    'libidn2': 'LGPL-3.0-or-later or GPL-2.0-or-later; tables: Unicode',
    'hivex': 'LGPL-2.1', 'libzip': 'BSD, three clauses',
}
OF_SYSTEM = (('zlib', 'zlib'), ('mingw-w64 runtime', 'public domain, ZPL-2.1 and others'),
             ('gcc runtime', 'GPL-3.0 with the GCC Runtime Library Exception 3.1'))


def die(says):
    print(f'package.py: {says}', file=sys.stderr)
    sys.exit(70)


def as_windows_text(path):
    """Editors of Windows before 2018 know no other line end."""
    return path.read_text(encoding='utf-8').replace('\n', '\r\n').encode()


def sources():
    """Name, file and hash of each source, out of the table of tools/windows-libraries."""
    text = (SOURCE / 'tools' / 'windows-libraries').read_text(encoding='utf-8')
    return re.findall(r'^(\w+) debian\S* \S+ (\S+) ([0-9a-f]{64})$', text, re.MULTILINE)


def table():
    lines = []
    for name, file, digest in sources():
        if name in FOR_TESTS:
            continue
        if name not in LICENCES:
            die(f'the licence of {name} is not in the table')
        lines += [f'  {name}: {LICENCES[name]}', f'    {file}', f'    SHA-256 {digest}', '']
    for name, licence in OF_SYSTEM:
        lines += [f'  {name}: {licence}', '    from Debian\'s package', '']
    return '\n'.join(lines)


def write_text(template, to, version):
    text = (HERE / template).read_text(encoding='utf-8')
    text = text.replace('@VERSION@', version).replace('@TABLE@', table())
    to.write_bytes(text.replace('\n', '\r\n').encode())


def write_licences(libraries, folder):
    for name in sorted(LICENCES):
        found = sorted((libraries / 'licences' / name).glob('*'))
        if not found:
            die(f'no licence of {name} in {libraries}')
        for path in found:
            (folder / f'{name}-{path.stem if path.suffix == ".txt" else path.name}.txt').write_bytes(
                as_windows_text(path))
    for name, path in OF_PACKAGES.items():
        if not os.path.exists(path):
            die(f'{path} is missing; it goes with the program')
        (folder / f'{name}.txt').write_bytes(as_windows_text(pathlib.Path(path)))


def write_zip(folder):
    """In order of names, with one time for all and no traces of whoever made it."""
    when = time.gmtime(max(315532800, int(os.environ.get('SOURCE_DATE_EPOCH', '0'))))[:6]
    with zipfile.ZipFile(f'{folder}.zip', 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for path in sorted(p for p in folder.rglob('*') if p.is_file()):
            entry = zipfile.ZipInfo(f'{folder.name}/{path.relative_to(folder).as_posix()}', when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            entry.external_attr = 0
            out.writestr(entry, path.read_bytes())


def main(argv):
    if len(argv) != 5:
        print(__doc__, file=sys.stderr)
        return 64
    exe, libraries, version, folder = pathlib.Path(argv[1]), pathlib.Path(argv[2]), argv[3], pathlib.Path(argv[4])
    shutil.rmtree(folder, ignore_errors=True)
    (folder / 'licences').mkdir(parents=True)
    shutil.copyfile(exe, folder / 'rdpwhy.exe')
    write_text('README.txt', folder / 'README.txt', version)
    write_text('NOTICE.txt', folder / 'NOTICE.txt', version)
    (folder / 'LICENSE.txt').write_bytes(as_windows_text(SOURCE / 'LICENSE'))
    write_licences(libraries, folder / 'licences')
    write_zip(folder)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
