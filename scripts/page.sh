#!/usr/bin/env bash
# What the tests of the HTML report need: Node, a Chromium, and the two packages of tests/page.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../tests/page"

missing() {
    printf 'page: %s is missing, which the tests of the HTML report need: %s\n' "$1" "$2" >&2
    exit 1
}
command -v node >/dev/null 2>&1 || missing Node 'https://nodejs.org, or apt install nodejs npm'
command -v npm >/dev/null 2>&1 || missing npm 'apt install npm'
if [ -z "${CHROMIUM:-}" ]; then
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
        command -v google-chrome >/dev/null 2>&1 ||
        missing Chromium 'apt install chromium, or name one in CHROMIUM'
fi
# The lock says which versions; nothing that a package would run while it is installed is run.
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    touch node_modules/.package-lock.json
fi
