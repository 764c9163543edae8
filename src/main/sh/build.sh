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

jar=$(runnable)
if [ -z "$jar" ] || [ -n "$(find pom.xml src/main -newer "$jar" -print 2>/dev/null | head -n 1)" ]; then
    echo "Building" >&2
    maven -q package -Dmaven.test.skip=true -DskipTests=true -Dspotless.check.skip=true >&2
    jar=$(runnable)
    touch "$jar"
fi
echo "$PWD/$jar"
