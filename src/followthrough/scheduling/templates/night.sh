#!/bin/sh
# One night of followthrough over documents in git: fetch, run, commit, push.
# It ends with the exit code of the run; a commit holds what was written even if not everything could be done.
set -u
cd @@{root} || exit 1
if ! git config user.email >/dev/null; then
    export GIT_AUTHOR_NAME=followthrough GIT_AUTHOR_EMAIL=followthrough@localhost
    export GIT_COMMITTER_NAME=followthrough GIT_COMMITTER_EMAIL=followthrough@localhost
fi
git pull --quiet --rebase || exit 1
@@{command}
code=$?
git add --update .
git diff --cached --quiet || git commit --quiet --message "Status of action items" || exit 1
# Also what an earlier night could not push. When somebody has pushed meanwhile, theirs comes first.
git push --quiet 2>/dev/null || { git pull --quiet --rebase && git push --quiet; } || exit 1
exit $code
