#!/bin/sh
# Runs everything on one JDK; where that isn't 17 also what shows that 17 alone is enough. Then tells what the tests reached.
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh test
. src/main/sh/env.sh
node=$(src/main/sh/node.sh)
suite=src/test/e2e
installed=$suite/node_modules/.package-lock.json
if stale "$suite/package-lock.json" "$installed"; then
    (cd "$suite" && npm ci --loglevel=error --no-audit --no-fund </dev/null)
    touch "$installed"
fi

echo "Testing on $JAVA_HOME"
rm -f target/jacoco.exec target/skipped-*.txt target/forbidden-*.txt
status=0
maven verify "-Dnode=$node" "$@" || status=$?
src/main/sh/reached.sh
[ "$status" = 0 ] || exit "$status"

MAVEN_OPTS=$given_maven_opts # without what only this JDK understands
[ "$JAVA_MAJOR" = 17 ] || exec src/main/sh/test-17.sh short
