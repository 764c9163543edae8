#!/bin/sh
# Prints the home of the JDK to use: 25 where it is found, else the one that the machine has (17 or newer).
# JDK=/path decides it: then no other one is looked for. With "17": the home of a JDK 17, nothing where there is none.
set -eu

major() {
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

homes() {
    if [ -n "${JDK:-}" ]; then
        echo "$JDK"
        return
    fi
    for home in /usr/lib/jvm/*; do
        [ "$(major "$home")" != 25 ] || echo "$home"
    done
    [ -z "${JAVA_HOME:-}" ] || echo "$JAVA_HOME"
    javac=$(command -v javac || true)
    [ -z "$javac" ] || dirname "$(dirname "$(readlink -f "$javac")")"
    for home in /usr/lib/jvm/*; do
        echo "$home"
    done
}

for home in $(homes); do
    [ -x "$home/bin/javac" ] || continue
    version=$(major "$home")
    [ "${version:-0}" -ge 17 ] || continue
    if [ -z "${1:-}" ] || [ "$version" = "$1" ]; then
        echo "$home"
        exit 0
    fi
done

[ -z "${1:-}" ] || exit 0
echo "Sandbar needs a JDK, 17 or newer: install openjdk-17-jdk-headless, or default-jdk-headless where that is newer." >&2
exit 1
