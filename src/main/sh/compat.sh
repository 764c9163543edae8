#!/bin/sh
# Walks with every version of E2B's clients that npm has, against a service of its own: compat.sh [version]...
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh test
exec "$(src/main/sh/node.sh)" src/test/e2e/compat.mjs "$@"
