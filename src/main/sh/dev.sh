#!/bin/sh
# Compiles quickly (no format check, no tests) and runs from the classes.
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh
. src/main/sh/env.sh
maven -q compile -Dspotless.check.skip=true
classpath=target/dev.classpath
if stale pom.xml "$classpath"; then
    maven -q dependency:build-classpath -Dmdep.includeScope=runtime "-Dmdep.outputFile=$classpath"
fi
# shellcheck disable=SC2086 # a list of words
exec "$JAVA_HOME/bin/java" ${JAVA_OPTS:--Xmx512m -XX:TieredStopAtLevel=1} -cp "target/classes:$(cat "$classpath")" dev.sandbar.server.SandbarServer "$@"
