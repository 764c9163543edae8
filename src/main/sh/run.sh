#!/bin/sh
# Builds and starts the service. The runnable jar is laid out under target/run, with an archive of its loaded classes
# that is made at the first start; both are keyed by the jar and the JDK. JAVA_OPTS replaces the default options.
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh
. src/main/sh/env.sh
jar=$(src/main/sh/build.sh)
java=$JAVA_HOME/bin/java

key=$({ echo "$JAVA_HOME"; cat "$JAVA_HOME/release" "$jar"; } | cksum | cut -d ' ' -f 1)
layout=$PWD/target/run/$key
app=$layout/$(basename "$jar")

# One small heap and one collector without threads of its own: measured to start soonest and to hold the least memory.
# A service without memory ends at once: half-alive it would hold its port and answer nothing.
options="${JAVA_OPTS:--Xmx512m -XX:+UseSerialGC} -XX:+ExitOnOutOfMemoryError"
[ "$JAVA_MAJOR" -lt 24 ] || options="$options --enable-native-access=ALL-UNNAMED"

extract() {
    mkdir -p target/run
    rm -rf "$layout.new"
    "$java" -Djarmode=tools -jar "$jar" extract --destination "$layout.new" >/dev/null
    rm -rf "$layout"
    mv "$layout.new" "$layout"
}

# A start that ends before the port opens; without the archive the service only starts more slowly.
archive() {
    scratch=$(mktemp -d)
    # shellcheck disable=SC2086 # a list of words
    SANDBAR_DATA=$scratch SANDBAR_PORT=0 timeout 180 "$java" $options "$1" -Dspring.context.exit=onRefresh -jar "$app" \
        >"$layout/archive.log" 2>&1 </dev/null || true
    rm -rf "$scratch"
}

# Layouts of earlier builds go, unless a service still runs from them.
prune() {
    for old in target/run/*/; do
        [ "$old" != "target/run/$key/" ] || continue
        pid=$(cat "$old/pid" 2>/dev/null || true)
        if [ -z "$pid" ] || [ ! -d "/proc/$pid" ]; then
            rm -rf "$old"
        fi
    done
}

[ -f "$app" ] || extract
prune
if [ "$JAVA_MAJOR" -ge 25 ]; then
    [ -f "$layout/archive.log" ] || archive "-XX:AOTCacheOutput=$layout/app.aot"
    [ ! -f "$layout/app.aot" ] || options="$options -XX:AOTCache=$layout/app.aot -Xlog:aot=off,cds=off"
else
    [ -f "$layout/archive.log" ] || archive "-XX:ArchiveClassesAtExit=$layout/app.jsa"
    [ ! -f "$layout/app.jsa" ] || options="$options -XX:SharedArchiveFile=$layout/app.jsa -Xlog:cds=off"
fi
echo $$ >"$layout/pid"
# shellcheck disable=SC2086 # a list of words
exec src/main/sh/keep.sh "$java" $options -jar "$app" "$@"
