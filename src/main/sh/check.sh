#!/bin/sh
# Format, compiler checks, architecture tests, and the shell scripts where shellcheck is installed.
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh
. src/main/sh/env.sh
if command -v shellcheck >/dev/null; then
    shellcheck -x src/main/sh/*.sh .ci/run
fi
maven -q test '-Dtest=*ArchitectureTests' -Dsurefire.failIfNoSpecifiedTests=false
