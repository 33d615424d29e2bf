#!/usr/bin/env bash
# Check the content, or build the site and prove it: findings become annotations and a summary.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
statusgen=${STATUSGEN:-"$root/.venv/bin/statusgen"}
folder=${FOLDER:-content}
site=${OUTPUT:-public}
since=${SINCE:-}

tell() {
    echo "$1" >>"${GITHUB_OUTPUT:-/dev/null}"
}

finish() {
    tell "status=$1"
    exit "$1"
}

check() {
    local words=(check "$folder" --format github "${moment[@]}")
    # A push that makes a branch has only zeros before it: nothing to compare with.
    if [ -n "${since//0/}" ]; then
        words+=(--since "$since")
    fi
    "$statusgen" "${words[@]}" || finish $?
    "$statusgen" agenda "$folder" --format markdown "${moment[@]}" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
}

# The second build is made elsewhere, in another zone and order of hashing: the same bytes, or
# something that is not in the content has come into the site.
build() {
    "$statusgen" build "$folder" --output "$site" --format github "${moment[@]}" || finish $?
    local again
    again=$(mktemp -d)
    TZ=Pacific/Kiritimati LC_ALL=C PYTHONHASHSEED=1 \
        "$statusgen" build "$folder" --output "$again/site" --format json \
        "${moment[@]}" >/dev/null || finish $?
    if ! diff --recursive --brief "$site" "$again/site"; then
        echo "::error title=not-reproducible::Two builds of the same content differ."
        finish 1
    fi
    rm -rf "$again"
    tell "site=$site"
}

# One moment for all that runs here.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date +%s)}
moment=(${NOW:+--now "$NOW"})
case "${COMMAND:-check}" in
check) check ;;
build) build ;;
*)
    echo "::error::The command is check or build, not '${COMMAND}'."
    finish 2
    ;;
esac
finish 0
