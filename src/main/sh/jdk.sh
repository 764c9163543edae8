#!/bin/sh
# Prints the home of the JDK to use: 25 where it is found, else the one that the machine has (17 or newer).
# With "other": the home of a second JDK to test on, nothing where there is none. JDK=/path decides it.
set -eu

major() {
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

homes() {
    [ -z "${JDK:-}" ] || echo "$JDK"
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

chosen=""
main=""
for home in $(homes); do
    [ -x "$home/bin/javac" ] || continue
    version=$(major "$home")
    [ "${version:-0}" -ge 17 ] || continue
    if [ -z "$main" ]; then
        main=$version
        chosen=$home
        [ "${1:-}" = other ] || break
        chosen=""
    elif [ "$version" != "$main" ]; then
        chosen=$home
        break
    fi
done

if [ -z "$main" ]; then
    echo "Sandbar needs a JDK, 17 or newer: install openjdk-17-jdk-headless, or default-jdk-headless where that is newer." >&2
    exit 1
fi
[ -z "$chosen" ] || echo "$chosen"
