#!/bin/sh
# The pages of doc/ are what gen_docs prints, and its other texts are well formed.
#
#   test_docs.sh GEN_DOCS DOC_FOLDER
# shellcheck disable=SC2317,SC2329 # passes calls what it is given
set -u
gen_docs=$1
folder=$2
made=$(mktemp -d) || exit 70
trap 'rm -rf "$made"' EXIT
n=0
failed=0

passes() { # what it is, then the command that must succeed
	n=$((n + 1))
	says=$1
	shift
	if "$@" >"$made/said" 2>&1; then
		echo "ok $n - $says"
	else
		failed=1
		echo "not ok $n - $says"
		sed 's/^/# /' "$made/said"
	fi
}

skips() { # what it is, why not
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# Leaves a text of gen_docs for the checks that follow.
make_text() {
	"$gen_docs" "$1" >"$made/$1"
}

is_current() {
	make_text "$1" && cmp "$made/$1" "$folder/$1.md" && return
	echo "doc/$1.md is not what gen_docs prints: run ./dev docs and commit it"
	return 1
}

man_is_clean() {
	mandoc -T lint -W error "$made/man"
}

echo 1..11
passes "doc/findings.md is what gen_docs prints" is_current findings
passes "doc/causes.md is what gen_docs prints" is_current causes
passes "doc/advice.md is what gen_docs prints" is_current advice
passes "doc/lab.md is what gen_docs prints" is_current lab
passes "doc/answers.md is what gen_docs prints" is_current answers

passes "the man page is printed" make_text man
if command -v mandoc >/dev/null 2>&1; then
	passes "mandoc finds no error in the man page" man_is_clean
else
	skips "mandoc finds no error in the man page" "mandoc is not installed"
fi

for shell in bash zsh fish; do
	passes "the $shell completion is printed" make_text "$shell"
done
if command -v bash >/dev/null 2>&1; then
	passes "bash can read its completion" bash -n "$made/bash"
else
	skips "bash can read its completion" "bash is not installed"
fi
exit "$failed"
