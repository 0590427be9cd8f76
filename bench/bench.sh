#!/bin/sh
# Figures of a build folder, each beside a peer in the same run.
set -eu
build=$1
program=$build/rdpwhy

echo "start to the answer of explain 0x904/0x7, beside a program that does nothing (budget 10 ms)"
hyperfine -N --warmup 20 --runs 300 --export-json "$build/start.json" \
	"$program explain 0x904/0x7" /bin/true >/dev/null 2>&1
python3 - "$build/start.json" <<'EOF'
import json, sys
rows = json.load(open(sys.argv[1]))["results"]
ours, peer = (r["median"] * 1000 for r in rows)
print(f"  rdpwhy {ours:.2f} ms, /bin/true {peer:.2f} ms, ratio {ours / peer:.2f}")
EOF

echo "the inference"
"$build/bench/bench_infer" | sed 's/^/  /'

echo "sizes"
cp "$program" "$build/rdpwhy.stripped"
strip "$build/rdpwhy.stripped"
printf '  program %s bytes stripped (budget 3000000), answer %s bytes (budget 100000)\n' \
	"$(wc -c <"$build/rdpwhy.stripped")" "$("$program" explain 0x904/0x7 | wc -c)"
