#!/bin/sh
# Prints the path of a Node binary of 20.18.1 or newer: the machine's, or that of npm's own package "node" under target/.
set -eu
cd "$(dirname "$0")/../../.."
least=20.18.1
pinned=22.22.0

new_enough() {
    version=$("$1" --version 2>/dev/null | sed 's/^v//')
    [ -n "$version" ] && [ "$(printf '%s\n%s\n' "$least" "$version" | sort -V | head -n 1)" = "$least" ]
}

node=$(command -v node || true)
if [ -z "$node" ] || ! new_enough "$node"; then
    node=$PWD/target/node/node_modules/node/bin/node
    if ! new_enough "$node"; then
        mkdir -p target/node
        npm install --silent --no-save --no-audit --no-fund --prefix target/node "node@$pinned" >&2
    fi
fi
if ! new_enough "$node"; then
    echo "The client tests need Node $least or newer." >&2
    exit 1
fi
echo "$node"
