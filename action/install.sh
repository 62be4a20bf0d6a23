#!/usr/bin/env bash
# Installs this checkout of followthrough, with the dependencies it is tested with, into a folder of the job.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=${RUNNER_TEMP:-/tmp}/followthrough
"${FT_PYTHON:-python3}" -m venv --clear "$place"
"$place/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$checkout/requirements/run.txt"
"$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$checkout"
echo "$place/bin" >>"$GITHUB_PATH"
"$place/bin/followthrough" --version
