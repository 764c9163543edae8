#!/bin/sh
# Tells at the end of the tests which lines and branches they reached, package by package, and which of them were skipped.
set -eu
cd "$(dirname "$0")/../../.."

report=target/site/jacoco/jacoco.csv
if [ -f "$report" ]; then
    echo
    printf '%-42s %8s %8s %10s %10s\n' "reached by all tests" lines % branches %
    awk -F, '
        function share(hit, missed) { return hit + missed == 0 ? 100 : 100 * hit / (hit + missed) }
        function row(i) {
            return sprintf("%-42s %8d %8.1f %10d %10.1f", i, lines[i] + lost[i], share(lines[i], lost[i]), \
                branches[i] + missed[i], share(branches[i], missed[i]))
        }
        function add(i) { lines[i] += $9; lost[i] += $8; branches[i] += $7; missed[i] += $6 }
        NR > 1 { add($2); add("all"); packages[$2] = 1 }
        END {
            for (name in packages) print row(name) | "sort"
            close("sort")
            print row("all")
        }' "$report"
fi

echo
if cat target/skipped-*.txt >target/skipped.txt 2>/dev/null; then
    echo "Skipped (what may be, and why: src/test/skips.txt):"
    sort -u target/skipped.txt | sed 's/^/  /'
else
    echo "No test was skipped."
fi
