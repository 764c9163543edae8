#!/bin/sh
# Runs everything on one JDK, and all but the longest unit tests and the client suite again on a second one where there is one.
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh test
. src/main/sh/env.sh
node=$(src/main/sh/node.sh)
suite=src/test/e2e
installed=$suite/node_modules/.package-lock.json
if stale "$suite/package-lock.json" "$installed"; then
    (cd "$suite" && npm ci --silent --no-audit --no-fund </dev/null)
    touch "$installed"
fi

echo "Testing on $JAVA_HOME"
maven verify "-Dnode=$node" "$@"

other=$(src/main/sh/jdk.sh other)
[ -n "$other" ] || exit 0
use_jdk "$other"
echo "Testing on $JAVA_HOME"
maven surefire:test enforcer:enforce@unit-test-findings \
    failsafe:integration-test enforcer:enforce@integration-test-findings failsafe:verify \
    -DexcludedGroups=long -Dit.test=E2bClientIT "-Dnode=$node" "$@"
