#!/usr/bin/env bash
# Set up statusgen from the lock of this action's own revision, with every hash checked.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)

make --no-print-directory -C "$root" .venv/ready
if [ -n "${VERSION:-}" ]; then
    "$root/.venv/bin/python" -m pip --disable-pip-version-check --no-input -qq install \
        --no-deps --force-reinstall -- "$VERSION"
fi
"$root/.venv/bin/statusgen" --version
