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
