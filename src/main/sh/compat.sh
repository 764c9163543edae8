#!/bin/sh
# Walks with every version of E2B's clients that npm has, and with MCP's, against a service of its own: compat.sh [version]...
set -eu
cd "$(dirname "$0")/../../.."

src/main/sh/prepare.sh test
. src/main/sh/env.sh
suite=src/test/e2e
installed=$suite/node_modules/.package-lock.json
if stale "$suite/package-lock.json" "$installed"; then
    (cd "$suite" && npm ci --silent --no-audit --no-fund </dev/null)
    touch "$installed"
fi
exec "$(src/main/sh/node.sh)" src/test/e2e/compat.mjs "$@"
