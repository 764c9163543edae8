#!/bin/sh
# Puts faults into the classes of each package, one at a time, and counts those that its unit tests notice.
#   mutate.sh [package | package.Class]...    MINUTES=30 bounds each of them, MOST=10 the faults in each class (a sample)
#   WITHOUT='dev.sandbar.*RaceTests,dev.sandbar.*Crash*Tests' leaves out tests that take long
# Which faults may live, and why, stands in src/test/mutation-survivors.txt: "File.java method Mutator reason".
set -eu
cd "$(dirname "$0")/../../.."

[ $# -gt 0 ] || set -- async token event data store sandbox command session client
least=90
known=src/test/mutation-survivors.txt
reports=target/mutations
minutes=${MINUTES:-30}
sample=
[ -z "${MOST:-}" ] || sample="-Dfeatures=+CLASSLIMIT(limit[$MOST])"

src/main/sh/prepare.sh
. src/main/sh/env.sh
maven -q test-compile -Dspotless.check.skip=true
mkdir -p "$reports"

mutate() {
    package=${1%%.[A-Z]*}
    classes="dev.sandbar.$1.*"
    [ "$package" = "$1" ] || classes="dev.sandbar.$1*"
    rm -rf "${reports:?}/$1"
    timeout -k 20 "${minutes}m" mvn -B -Dstyle.color=never pitest:mutationCoverage "-DtargetClasses=$classes" \
        "-DtargetTests=dev.sandbar.$package.*Tests" "-DreportsDirectory=$reports/$1" \
        ${sample:+"$sample"} ${WITHOUT:+"-DexcludedTestClasses=$WITHOUT"} </dev/null >"$reports/$1.log" 2>&1
}

# One row of the table, and the survivors without a reason in a file; fails where too few were noticed.
count() {
    touch "$known"
    [ -s "$reports/$1/mutations.csv" ] || return 1
    awk -F, -v name="$1" -v least="$least" -v survivors="$reports/$1/survivors.txt" -v known="$known" '
        BEGIN {
            printf "" > survivors
            while ((getline line < known) > 0) { split(line, word, " "); reason[word[1] " " word[2] " " word[3]] = 1 }
        }
        { n = split($3, path, "."); sub(/Mutator$/, "", path[n]); fault = $1 " " $4 " " path[n]; all++ }
        $6 == "TIMED_OUT" || $6 == "MEMORY_ERROR" || $6 == "RUN_ERROR" { late++ }
        $6 != "SURVIVED" && $6 != "NO_COVERAGE" { killed++; next }
        fault in reason { known_ones++; next }
        { print fault, "line " $5, $6 >> survivors }
        END {
            percent = 100 * killed / all
            printf "%-32s %7d %7d %9d %7.1f %8d %8d\n", \
                name, all, killed, late, percent, known_ones, all - killed - known_ones
            exit percent < least
        }' "$reports/$1/mutations.csv"
}

table="$reports/table.txt"
printf '%-32s %7s %7s %9s %7s %8s %8s\n' package faults killed "by time" % reasoned others >"$table"
result=0
for part in "$@"; do
    echo "Putting faults into $part" >&2
    status=0
    mutate "$part" || status=$?
    if ! count "$part" >>"$table"; then
        result=1
    fi
    if [ "$status" = 124 ]; then
        echo "  $part was cut after $minutes minutes: its row counts what was done by then" >>"$table"
        result=1
    elif [ "$status" != 0 ]; then
        echo "  $part failed: see $reports/$part.log" >>"$table"
        result=1
    fi
done
cat "$table"
echo "Survivors: $reports/*/survivors.txt; those with a reason: $known"
exit "$result"
