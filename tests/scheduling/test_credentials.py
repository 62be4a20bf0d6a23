"""Secrets that a service manager hands over: its files show rights of a group, and are guarded all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthrough.secrets import Secret, SecretError


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    """A secret as systemd shows it under an access list, and Kubernetes with ``fsGroup``: 0440."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    path = folder / "jira"
    path.write_text("s3cret\n", encoding="utf-8")
    path.chmod(0o440)
    return path


def test_a_file_of_the_service_manager_is_read(handed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = f"file:{handed}"
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SecretError, match="open to others"):
        Secret(secret).resolve()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed.parent))
    assert Secret(secret).resolve() == "s3cret"


def test_kubernetes_lays_them_behind_links(
    handed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = tmp_path / "mount"
    mount.mkdir()
    (mount / "..data").symlink_to(handed.parent)
    (mount / "jira").symlink_to("..data/jira")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(mount))
    assert Secret(f"file:{mount / 'jira'}").resolve() == "s3cret"


@pytest.mark.parametrize("mode", [0o444, 0o460, 0o640 | 0o020, 0o441])
def test_what_others_can_read_or_a_group_can_write_is_refused_there_too(
    mode: int, handed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed.parent))
    handed.chmod(mode)
    with pytest.raises(SecretError, match="open to others"):
        Secret(f"file:{handed}").resolve()


@pytest.mark.parametrize("folder", ["", ".", "relative", "/"])
def test_only_that_folder_is_believed(folder: str, handed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(handed.parent)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", folder)
    with pytest.raises(SecretError, match="open to others"):
        Secret(f"file:{handed}").resolve()
