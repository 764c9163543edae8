#!/bin/sh
# Builds the runnable jar when a source is newer than it, and prints its path.
set -eu
cd "$(dirname "$0")/../../.."
. src/main/sh/env.sh

runnable() {
    for jar in target/sandbar-*-exec.jar; do
        [ ! -f "$jar" ] || echo "$jar"
    done | tail -n 1
}

# The runnable jar has a fixed date, so that it can be built again bit by bit; the plain one beside it has its own.
jar=$(runnable)
if [ -z "$jar" ] || [ -n "$(find pom.xml src/main -newer "${jar%-exec.jar}.jar" -print 2>/dev/null | head -n 1)" ]; then
    echo "Building" >&2
    maven -q package -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip=true >&2
    jar=$(runnable)
fi
echo "$PWD/$jar"
