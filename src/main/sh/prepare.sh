#!/bin/sh
# Installs the Debian packages that are missing: for running, and with "test" also for the tests.
# Asks nothing, and calls apt-get only when something is missing.
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/jdk.sh >/dev/null
if ! command -v mvn >/dev/null; then
    echo "Sandbar is built with Maven: install the package maven." >&2
    exit 1
fi

links_statically() {
    command -v cc >/dev/null && echo 'int main(void) { return 0; }' | cc -static -x c -o /dev/null - 2>/dev/null
}

# offered <package>: apt-get could install it.
offered() {
    command -v apt-cache >/dev/null && apt-cache show "$1" >/dev/null 2>&1
}

missing=""
command -v bwrap >/dev/null || missing="$missing bubblewrap"
command -v newuidmap >/dev/null || missing="$missing uidmap"
command -v make >/dev/null || missing="$missing make"
links_statically || missing="$missing gcc libc6-dev"
if [ "${1:-}" = test ]; then
    command -v node >/dev/null || missing="$missing nodejs"
    command -v npm >/dev/null || missing="$missing npm"
    command -v python3 >/dev/null || missing="$missing python3"
    command -v chromium >/dev/null || missing="$missing chromium"
    [ -n "$(src/main/sh/jdk.sh 17)" ] || ! offered openjdk-17-jdk-headless || missing="$missing openjdk-17-jdk-headless"
fi
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Sandbar needs these programs, by their Debian names:$missing. Install them with this system's package manager." >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null; then
        echo "Packages are missing and there is no sudo: as root, run apt-get install$missing" >&2
        exit 1
    fi
fi
echo "Installing$missing"
$as_root apt-get -qq update
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $missing >/dev/null </dev/null
