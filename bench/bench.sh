#!/bin/sh
# Figures of a build folder, each beside a peer in the same run, one line each:
#
#   name value ratio budget ok|MISSED
set -eu
build=$1
program=$build/rdpwhy
here=$(dirname "$0")

# line NAME VALUE UNIT RATIO MOST
line() {
	awk -v name="$1" -v value="$2" -v unit="$3" -v ratio="$4" -v most="$5" 'BEGIN {
		printf "%s %s%s %s <=%s%s %s\n", name, value, unit, ratio, most, unit,
			value <= most ? "ok" : "MISSED" }'
}

# Beside a program that does nothing.
hyperfine -N --warmup 20 --runs 300 --export-json "$build/start.json" \
	"$program explain 0x904/0x7" /bin/true >/dev/null 2>&1
python3 - "$build/start.json" >"$build/start.txt" <<'EOP'
import json, sys
ours, peer = (r["median"] * 1000 for r in json.load(open(sys.argv[1]))["results"])
print(f"{ours:.2f} {ours / peer:.2f}")
EOP
read -r ours ratio <"$build/start.txt"
line 'explain-0x904/0x7,/true' "$ours" ms "$ratio" 10

"$build/bench/bench_infer"

cp "$program" "$build/rdpwhy.stripped"
strip "$build/rdpwhy.stripped"
line program,stripped "$(wc -c <"$build/rdpwhy.stripped")" B - 3000000
line answer,explain "$("$program" explain 0x904/0x7 | wc -c)" B - 100000

python3 "$here/captures.py" "$build"
python3 "$here/live.py" "$build"
python3 "$here/events.py" "$build"

# An offline volume made of the shared hives and logs, where they are.
shared=$here/../../shared/data
if [ -d "$shared/hives" ]; then
	root=$build/volume
	config=$root/Windows/System32/config
	logs=$root/Windows/System32/winevt/Logs
	rm -rf "$root"
	mkdir -p "$config" "$logs" "$root/Users/one"
	xz -dc "$shared/hives/SYSTEM-win10-1903-dirty-no-logs.xz" >"$config/SYSTEM"
	xz -dc "$shared/hives/NTUSER-dirty.DAT.xz" >"$root/Users/one/NTUSER.DAT"
	cp "$shared"/evtx/szechuan-dc/*.evtx "$logs"
	xz -dc "$shared/evtx/szechuan-dc/System.evtx.xz" >"$logs/System.evtx"
	hyperfine -N -i --warmup 1 --runs 5 --export-json "$build/volume.json" \
		"$program host --root $root --json" >/dev/null 2>&1
	line host,offline-volume "$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["results"][0]["median"])' "$build/volume.json")" s - 2
	rm -rf "$root"
fi

# rdpwhy.exe under Wine, beside the smallest thing that Windows itself starts.
exe=$here/../build/windows/rdpwhy.exe
if [ -f "$exe" ] && command -v /usr/lib/wine/wine64 >/dev/null; then
	run=$here/../tools/windows-run
	RDPWHY_WINEPREFIX=$(cd "$(dirname "$exe")" && pwd)/wine
	export RDPWHY_WINEPREFIX
	hyperfine -N --warmup 5 --runs 40 --export-json "$build/windows.json" \
		"$run $exe explain 0x904/0x7" "$run cmd /c ver" >/dev/null 2>&1
	line windows,explain-beyond-cmd-ver "$(python3 -c 'import json, sys
ours, peer = (r["median"] * 1000 for r in json.load(open(sys.argv[1]))["results"])
print(f"{ours - peer:.1f}")' "$build/windows.json")" ms - 50
	x86_64-w64-mingw32-strip -o "$build/rdpwhy.exe" "$exe"
	line windows,stripped "$(wc -c <"$build/rdpwhy.exe")" B - 8000000
fi
