"""However git is set up: bytes, modes and names of documents stay, and all that is people's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.sources.git.project import SETTINGS, Project, written
from tests.sources.git.staying import Place, stays


def configured(project: Project, **keys: str) -> None:
    for key, value in keys.items():
        project.git("config", "--add", key.replace("__", "."), value)


def converting(to: str) -> Place:
    def place(project: Project) -> None:
        project.clone(f"--config=core.autocrlf={to}", "--config=core.safecrlf=true")
        ends = (project.root / "pm/checkout.md").read_bytes().count(b"\r\n")
        assert (ends > 0) == (to == "true")

    place.__name__ = f"autocrlf_{to}"
    return place


def attributes(project: Project) -> None:
    """In the work tree other bytes lie than on the branch."""
    lines = "* text eol=crlf\npm/wide.md working-tree-encoding=UTF-16\npm/2026/queue.md -text\n"
    project.elsewhere({".gitattributes": lines})
    project.elsewhere({"pm/wide.md": written("Größe begrenzen", title="Weit").encode("utf-16")})
    project.elsewhere({".gitattributes": lines + "pm/*.md ident export-subst\npm/id.md filter=strange\n"})
    project.elsewhere({"pm/id.md": written("Print $Id$ at the start", title="Keywords")})
    project.titles += 2
    project.clone("--config=core.safecrlf=false")
    assert (project.root / "pm/wide.md").read_bytes().startswith(b"\xff\xfe")
    assert b"$Id: " in (project.root / "pm/id.md").read_bytes()
    configured(project, filter__strange__clean="/bin/false", filter__strange__smudge="/bin/false")


def large_files(project: Project) -> None:
    """Pictures in Git LFS, which is not installed."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    project.elsewhere({".gitattributes": "*.png filter=lfs diff=lfs merge=lfs -text\n", "pm/a.png": pointer})
    project.clone()
    configured(project, filter__lfs__process="/nowhere/git-lfs", filter__lfs__smudge="/bin/false")


def sparse(project: Project) -> None:
    project.elsewhere({"docs/readme.txt": "x\n"})
    project.clone("--sparse")
    project.git("sparse-checkout", "set", "--cone", "--sparse-index", "docs")
    assert not (project.root / "pm").exists()


def shallow(project: Project) -> None:
    project.elsewhere({"notes.txt": "x\n"})
    project.clone("--depth=1", "--single-branch")


def partial(what: str) -> Place:
    def place(project: Project) -> None:
        project.git("config", "uploadpack.allowFilter", "true", where=project.remote)
        project.git("config", "uploadpack.allowAnySHA1InWant", "true", where=project.remote)
        project.elsewhere({"pm/old.md": written("From long ago", title="Old")})
        project.elsewhere({"pm/old.md": None})
        project.clone(f"--filter={what}", "--no-checkout")
        project.git("checkout", "main", "--", "followthrough.toml")
        project.put({"followthrough.toml": SETTINGS})

    place.__name__ = f"partial_{what.replace(':', '_')}"
    return place


def narrow(project: Project) -> None:
    """A clone of another branch alone."""
    project.elsewhere({"notes.txt": "x\n"})
    desk = project.desk()
    project.git("push", "--quiet", "origin", "HEAD:refs/heads/only", where=desk)
    project.clone("--single-branch", "--branch=only")
    project.git("update-ref", "-d", "refs/heads/only", where=project.remote)


def split_index(project: Project) -> None:
    project.clone("--config=core.splitIndex=true", "--config=splitIndex.maxPercentChange=0")
    project.git("update-index", "--split-index")
    project.put({"pm/new.md": "new\n"})
    project.git("add", "pm/new.md")
    assert list((project.root / ".git").glob("sharedindex.*"))


def monitored(project: Project) -> None:
    project.clone("--config=core.untrackedCache=true", "--config=feature.manyFiles=true")
    project.git("update-index", "--untracked-cache")
    trap(project, "monitor")
    configured(project, core__fsmonitor=str(project.root / ".git/hooks/monitor"))


def unwatched(project: Project) -> None:
    project.clone()
    project.git("update-index", "--skip-worktree", "pm/checkout.md")
    project.git("update-index", "--assume-unchanged", "pm/2026/queue.md")
    project.put({"pm/checkout.md": written("Not to be seen"), "pm/2026/queue.md": "not to be seen\n"})


def below(project: Project) -> None:
    """The root is a folder of the repository, and another one holds documents of its own."""
    home = "team é [1]/post mortems"
    files = {"followthrough.toml": SETTINGS, "pm/a.md": written("Below the top", title="Below")}
    project.elsewhere({f"{home}/{name}": text for name, text in files.items()})
    project.clone()
    project.root /= home
    project.titles = 1


NAMES = (
    *("größe é.md", "e\u0301 apart.md", "with space .md", 'quo"te.md', "tab\there.md", "back\\slash.md"),
    *("new\nline.md", "-dash.md", "[star]*.md", "日本.md", "a;b&c$(d).md", "dot. .md", "'.md"),
)


def names(project: Project) -> None:
    texts = enumerate(written(f"Guard gate {at}", title=f"Gate {at}") for at in range(len(NAMES)))
    project.put({f"pm/{NAMES[at]}": text for at, text in texts}, project.desk())
    project.share()
    project.titles += len(NAMES)
    project.clone()


def links(project: Project) -> None:
    """A document behind a symbolic link is the document that the link leads to."""
    desk = project.desk()
    (desk / "pm/link.md").symlink_to("2026/queue.md")
    (desk / "pm/linked").symlink_to("2026")
    project.put({"pm/real.md": written("Behind no link", title="Real")}, desk)
    project.share()
    project.titles += 1
    project.clone()


def executable(project: Project) -> None:
    (project.desk() / "pm/checkout.md").chmod(0o755)
    project.share()
    project.clone("--config=core.fileMode=false")
    assert project.git("ls-tree", "HEAD", "pm/checkout.md").startswith("100755")


def trap(project: Project, *hooks: str) -> None:
    """Hooks that leave a trace and fail."""
    for name in hooks:
        hook = project.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {project.root}/ran-{name}\nexit 1\n", encoding="utf-8")
        hook.chmod(0o755)


def guarded(project: Project) -> None:
    project.clone()
    trap(project, "pre-push", "reference-transaction", "pre-commit", "commit-msg", "post-index-change")
    trap(project, "prepare-commit-msg", "post-commit", "pre-auto-gc", "push-to-checkout")


def signing(project: Project) -> None:
    """Who signs, with a program that is not there, and has told git no name."""
    project.clone()
    for key in ("commit.gpgSign", "tag.gpgSign", "push.gpgSign", "user.useConfigOnly", "log.showSignature"):
        project.git("config", key, "true")
    configured(project, gpg__program="/nowhere", i18n__commitEncoding="latin1", color__ui="always")
    project.git("config", "--global", "--unset", "user.email")


def pushing(project: Project) -> None:
    project.clone()
    configured(project, push__default="nothing", push__followTags="true", push__autoSetupRemote="true")
    configured(project, remote__pushDefault="other", push__recurseSubmodules="only")
    configured(project, remote__other__url="/nowhere", remote__origin__push="+refs/heads/*:refs/heads/x/*")
    project.git("tag", "--annotate", "--message=v1", "v1")
    configured(project, fetch__prune="true", fetch__pruneTags="true", fetch__writeCommitGraph="true")
    configured(project, remote__origin__tagOpt="--tags", fetch__recurseSubmodules="true", gc__auto="1")
    configured(project, fetch__fsckObjects="true", protocol__version="0", core__logAllRefUpdates="always")


def mirror(project: Project) -> None:
    """A remote to which a plain push would bring every ref there is."""
    project.clone("--config=remote.origin.mirror=true")
    project.git("branch", "mine")


def renamed(project: Project) -> None:
    """Addresses that git makes others of."""
    project.clone()
    project.git("remote", "set-url", "origin", "acme:remote.git")
    configured(project, **{f"url__{project.folder.as_uri()}/__insteadOf": "acme:"})


def pushed_otherwise(project: Project) -> None:
    project.clone()
    project.git("remote", "set-url", "--push", "origin", "elsewhere:remote.git")
    project.git("config", f"url.{project.folder.as_uri()}/.insteadOf", "elsewhere:")


def environment(project: Project) -> None:
    """What a hook of another repository tells its children."""
    project.clone()
    other = project.folder / "other"
    project.git("init", "--quiet", str(other))
    git = str(other / ".git")
    project.environ |= {"GIT_DIR": git, "GIT_WORK_TREE": str(other), "GIT_INDEX_FILE": f"{git}/index"}
    project.environ |= {"GIT_OBJECT_DIRECTORY": f"{git}/objects", "GIT_PREFIX": "x/", "GIT_NAMESPACE": "n"}
    project.environ |= {"GIT_ICASE_PATHSPECS": "1", "GIT_TRACE": "1", "GIT_EDITOR": "/bin/false"}
    project.environ |= {"GIT_CEILING_DIRECTORIES": str(project.folder), "GIT_DEFAULT_HASH": "sha256"}


def apart(project: Project) -> None:
    """The repository lies elsewhere than its files, and borrows objects of another."""
    project.clone(name="lender")
    git = project.folder / "apart.git"
    project.clone(f"--separate-git-dir={git}", f"--reference={project.folder / 'lender'}")


def packed(project: Project) -> None:
    project.clone()
    project.git("gc", "--quiet")
    project.git("pack-refs", "--all")


def longer_hashes(project: Project) -> None:
    """SHA-256 instead of SHA-1."""
    project.clone_from_nothing("--object-format=sha256")
    project.remote = project.folder / "longer.git"
    project.git("clone", "--quiet", "--bare", str(project.root), str(project.remote))
    project.git("remote", "add", "origin", project.remote.as_uri())


def replaced(project: Project) -> None:
    """Somebody sees another commit in the place of the base; what is pushed stands on the true one."""
    project.clone()
    old = project.git("rev-parse", "HEAD")
    project.git("switch", "--quiet", "--create", "grafted")
    new = project.commit({"pm/checkout.md": written("Not the truth"), "secret.txt": "of mine alone\n"})
    project.git("switch", "--quiet", "main")
    project.git("replace", old, new)


PLACES: list[Place] = [
    *(converting("true"), converting("input"), converting("false"), attributes, large_files, sparse),
    *(shallow, partial("blob:none"), partial("tree:0"), narrow, split_index, monitored, unwatched, below),
    *(names, links, executable, guarded, signing, pushing, mirror, renamed, pushed_otherwise, environment),
    *(apart, packed, longer_hashes, replaced),
]


@pytest.mark.parametrize("place", PLACES)
def test_all_that_is_people_s_stays(place: Place, new_project: Callable[..., Project]) -> None:
    project = new_project()
    place(project)
    stays(project)
    assert not list(project.root.glob("ran-*"))
