#!/bin/sh
# Copies what git tracks, as it stands here, and lets the copy be built and tested from clean by JDK 17 alone: every test, or
# with "short" what shows that it builds and runs, which is the compiler, the unit tests but the longest, with few
# rounds of each race, and a first sandbox.
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh test
home=$(src/main/sh/jdk.sh 17)
if [ -z "$home" ]; then
    echo "NOT TESTED on JDK 17: it is not here, and no package openjdk-17-jdk-headless is offered." >&2
    [ "${1:-}" = short ] || exit 1
    exit 0
fi
copy=$PWD/target/jdk17

take() {
    rm -rf "$copy"
    mkdir -p "$copy"
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -z | tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$copy"
    else
        tar --exclude=./target --exclude=node_modules -cf - . | tar -xf - -C "$copy"
    fi
}

# Runs something in the copy, where no other JDK is known.
alone() {
    (cd "$copy" && env -u JAVA_HOME "JDK=$home" "PATH=$home/bin:$PATH" "$@")
}

take
echo "Testing a copy on $home alone"
if [ "${1:-}" = short ]; then
    # shellcheck disable=SC2016 # the inner shell's variables
    alone sh -c '. src/main/sh/env.sh; maven package -DexcludedGroups=long -Dsandbar.races=50 -Dcoverage.skip=true -Dspotless.check.skip=true'
    alone "$(src/main/sh/node.sh)" src/test/e2e/support/first-answers.mjs make run
else
    alone make test ARGS="$*"
fi
