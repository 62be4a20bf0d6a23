#!/bin/sh
# The one branch that carries what followthrough writes into documents, from night to night, until it is merged.
#
#   rolling-branch.sh prepare   lays the newest documents, with what the branch holds beyond them
#   rolling-branch.sh publish   puts what has changed on the branch: one commit on top of the base, replaced each time
#
# FT_BASE is the branch that documents are merged into (main), FT_BRANCH the rolling one (followthrough/status),
# FT_REMOTE the remote (origin), FT_PUSH_OPTIONS a list of push options, FT_MESSAGE the commit's first line.
# publish prints one word: pushed, same (nothing new since the last time) or none (nothing to merge).
set -eu

base=${FT_BASE:-main}
branch=${FT_BRANCH:-followthrough/status}
remote=${FT_REMOTE:-origin}
message=${FT_MESSAGE:-Status of action items}
theirs=refs/remotes/$remote/$base
ours=refs/remotes/$remote/$branch

# Also a merge that commits nothing asks who is at work.
GIT_AUTHOR_NAME=${GIT_AUTHOR_NAME:-followthrough}
GIT_AUTHOR_EMAIL=${GIT_AUTHOR_EMAIL:-followthrough@localhost}
GIT_COMMITTER_NAME=${GIT_COMMITTER_NAME:-$GIT_AUTHOR_NAME}
GIT_COMMITTER_EMAIL=${GIT_COMMITTER_EMAIL:-$GIT_AUTHOR_EMAIL}
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL

say() { printf '%s\n' "$*" >&2; }

# What the remote holds now. Whether a branch is there is asked first: a fetch that fails says nothing about that.
fetch() {
    git fetch --quiet --no-tags "$remote" "+refs/heads/$base:$theirs"
    if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
        git fetch --quiet --no-tags --unshallow "$remote"
    fi
    there=0
    git ls-remote --exit-code --heads "$remote" "refs/heads/$branch" >/dev/null || there=$?
    case $there in
        0) git fetch --quiet --no-tags "$remote" "+refs/heads/$branch:$ours" ;;
        2) git update-ref -d "$ours" ;;
        *) say "The remote cannot be asked for its branches."; return 1 ;;
    esac
}

# Lays what a commit holds beyond the base over the work tree. Where both changed a line the base wins.
carry() {
    if git merge --quiet --squash -X ours "$1" >/dev/null 2>&1; then return 0; fi
    say "$2"
    git reset --quiet --hard "$theirs"
}

prepare() {
    fetch
    git checkout --quiet --force --detach "$theirs"
    git reset --quiet --hard
    if git rev-parse --quiet --verify "$ours" >/dev/null; then
        carry "$ours" "What lies on $branch does not fit any more; it is written again from $base."
    fi
}

# A name for what a commit changes, whatever it stands on.
patch_of() { git diff "$1" "$2" | git patch-id --stable | cut -d ' ' -f 1; }

# One commit with all of it, on top of the base.
commit() {
    git add --update . || return 1
    tree=$(git write-tree) && new=$(git commit-tree "$tree" -p "$theirs" -m "$message")
}

# Only if the branch is what it was when it was fetched; an empty $old means that there must be none.
push() {
    set --
    for option in ${FT_PUSH_OPTIONS:-}; do set -- "$@" --push-option "$option"; done
    git push --quiet "$@" --force-with-lease="refs/heads/$branch:$old" "$remote" "$what:refs/heads/$branch"
}

put() {
    old=$(git rev-parse --quiet --verify "$ours" || true)
    commit || return 1
    if git diff --quiet "$theirs" "$new"; then
        [ -n "$old" ] || { echo none; return 0; }
        what=
        push && echo none
        return
    fi
    if [ -n "$old" ] && [ "$(patch_of "$theirs" "$new")" = "$(patch_of "$(git merge-base "$theirs" "$old")" "$old")" ]; then
        echo same
        return 0
    fi
    what=$new
    push && echo pushed
}

publish() {
    if put; then return 0; fi
    say "Somebody pushed to $branch meanwhile; trying once more on top of that."
    mine=$new
    fetch
    git checkout --quiet --force --detach "$theirs"
    git reset --quiet --hard
    carry "$mine" "What was written does not fit any more; the next run writes it again."
    if git rev-parse --quiet --verify "$ours" >/dev/null; then
        git commit --quiet --allow-empty --message "$message"
        if ! git merge --quiet -X ours --message "$message" "$ours" >/dev/null 2>&1; then
            say "What was pushed there cannot be brought together with ours: merge or delete $branch."
            return 1
        fi
    fi
    put
}

case ${1:-} in
    prepare | publish) "$1" ;;
    *) say "usage: rolling-branch.sh prepare|publish"; exit 2 ;;
esac
