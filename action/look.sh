#!/usr/bin/env bash
# Looks at the postmortems of a pull request, offline: what would be filed, as notices beside the lines. Needs no
# secret and no right to write, so the words may come from anywhere.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
settings=${FT_SETTINGS:-followthrough.toml}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# GitHub checks out the merge: its first parent is what the pull request would change.
if ! git rev-parse --quiet --verify 'HEAD^1' >/dev/null; then
    echo "::error title=followthrough::Check out with \`fetch-depth: 2\`, so that the changes can be seen."
    exit 2
fi
git diff --name-only -z --diff-filter=ACMR 'HEAD^1' HEAD >"$work/changed"

followthrough --config "$settings" plan --offline --format json >"$work/plan.json"
"${FT_PYTHON:-python3}" "$here/annotate.py" "$work/plan.json" "$work/changed" "$(dirname "$settings")" \
    "$work/documents" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

# The postmortems among the changed files, held against the policy.
documents=()
while IFS= read -r -d '' path; do documents+=("$path"); done <"$work/documents"
code=0
if [ ${#documents[@]} -gt 0 ]; then
    followthrough --config "$settings" check --format github -- "${documents[@]}" || code=$?
fi
if [ "$code" -eq 6 ] && [ "${FT_FINDINGS:-warn}" != fail ]; then code=0; fi
exit "$code"
