#!/usr/bin/env bash
# One night in GitHub Actions: lay the documents, run, put what was written on the rolling branch, open the pull
# request, say how it went. Ends with the code of the run; 75, which a later run finishes, is no failure here.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
settings=${FT_SETTINGS:-followthrough.toml}
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# This one has the secrets: nothing that a pull request brought may be read with them, whoever made the workflow.
case ${GITHUB_EVENT_NAME:-} in
    pull_request | pull_request_target | pull_request_review | issue_comment | workflow_run)
        echo "::error title=followthrough::The night does not run for a pull request. Use \`command: look\` there."
        exit 2 ;;
esac

tell() { [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s\n' "$1" >>"$GITHUB_OUTPUT"; }

# Words of documents go to the log: none of them may be taken for a command to the runner.
quietly() {
    local word
    word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "::stop-commands::$word"
    "$@" 2>&1 | tee "$said" || code=${PIPESTATUS[0]}
    echo "::$word::"
}

verdict() {
    case $1 in
        0) echo "Done." ;;
        3) echo "Something could not be read, written or filed; the rest is done." ;;
        4) echo "Somebody has to decide." ;;
        5) echo "A tracker refuses our credentials." ;;
        75) echo "Not all is done; the next run goes on." ;;
        *) echo "It ended with code $1." ;;
    esac
}

# Where the settings read documents from a branch, the run itself writes them to one.
own=$("${FT_PYTHON:-python3}" "$here/written_branch.py" "$settings")
FT_BRANCH=${own:-$FT_BRANCH}
export FT_BASE FT_BRANCH
at() { git ls-remote "${FT_REMOTE:-origin}" "refs/heads/$FT_BRANCH" | cut -f 1; }
if [ -n "$own" ]; then before=$(at); else "$here/rolling-branch.sh" prepare; fi

code=0
quietly followthrough --config "$settings" run --for "${FT_FOR:-1h}"

# What was written is kept whatever the code: a ticket whose link is lost would only be linked a night later.
if [ -z "$own" ]; then
    changed=$("$here/rolling-branch.sh" publish) || changed=lost
elif ! after=$(at); then
    changed=lost
elif [ -z "$after" ]; then
    changed=none
else
    changed=pushed
    [ "$after" != "$before" ] || changed=same
fi
tell "exit-code=$code"
tell "changed=$changed"

{
    printf '## followthrough\n\n%s\n\n' "$(verdict "$code")"
    sed 's/^/    /' "$said"  # four spaces: code, whatever the words of a document are
    printf '\n'
} >>"$summary"

case $changed in
    pushed | same)
        if [ "${FT_PULL_REQUEST:-true}" = true ]; then
            address=$("${FT_PYTHON:-python3}" "$here/pull_request.py") || address=
            tell "pull-request=$address"
            [ -z "$address" ] || printf 'The documents change in %s.\n' "$address" >>"$summary"
        fi ;;
    lost)
        echo "::error title=followthrough::What was written could not be pushed to $FT_BRANCH; the next run writes it again."
        [ "$code" -ne 0 ] || code=3 ;;
esac

case $code in
    0) ;;
    75) echo "::notice title=followthrough::$(verdict 75)"; exit 0 ;;
    *) echo "::error title=followthrough::$(verdict "$code") The summary of this job says more." ;;
esac
exit "$code"
