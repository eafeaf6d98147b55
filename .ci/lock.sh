#!/usr/bin/env bash
# Lock with hashes what the ranges allow: requirements.lock for a reproducible install, .ci/requirements.lock on top.
#
#   .ci/lock.sh             after a change of requirements.txt or .ci/requirements.txt: keeps what is locked already
#   .ci/lock.sh --upgrade   the newest versions within the ranges
#
# The ranges of requirements.txt stay what users install by; `pip install --require-hashes -r requirements.lock` repeats
# exactly what CI has tested, on any platform.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
UV='uv>=0.9,<1'
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT

python3 -m venv "$SCRATCH"
"$SCRATCH/bin/python" -m pip install -qq "$UV"

lock() {
    "$SCRATCH/bin/uv" pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate \
        --no-emit-index-url --no-emit-find-links --custom-compile-command .ci/lock.sh "$@"
}

lock "$@" requirements.txt --output-file requirements.lock
lock "$@" .ci/requirements.txt --constraint requirements.lock --output-file .ci/requirements.lock
