#!/bin/sh
# Runs a measuring program from the test classes in a JVM of its own: tool.sh <main class> [arguments].
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh
. src/main/sh/env.sh
maven -q package -DskipTests -Dspotless.check.skip=true
jar=$(src/main/sh/build.sh)
classpath=target/tool.classpath
if stale pom.xml "$classpath"; then
    maven -q dependency:build-classpath -Dmdep.includeScope=test "-Dmdep.outputFile=$classpath"
fi
# shellcheck disable=SC2086 # a list of words
exec "$JAVA_HOME/bin/java" ${JAVA_OPTS:--Xmx1g} "-Dsandbar.jar=$jar" -cp "target/test-classes:target/classes:$(cat "$classpath")" "$@"
