"""A connector as other people install one, with a token, and a home that is the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PLUGIN = '''\
"""A tracker that asks for a token and notes every time it is asked something."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from followthrough.connector import Check, Features, Finding, NotFound, RateLimited, Unauthorized, Unreachable
from followthrough.testing.memory import MemoryConnector, MemoryTracker

ERRORS = {
    "unauthorized": Unauthorized("Token of bot refused (401).", hint="Make a new one."),
    "gone": NotFound("There is no project OPS.", hint="Check `project`."),
    "down": Unreachable("remote.example does not answer.", hint="Try again later."),
    "patience": RateLimited("Come back later.", retry_after=timedelta(minutes=1)),
}


class Remote(MemoryConnector):
    def __init__(self, settings, outside):
        super().__init__(MemoryTracker(outside.now, prefix="OPS", features=Features(settle=timedelta(minutes=10))))
        self.settings = settings

    def _read(self, method):
        with Path(os.environ["FT_ASKED"]).open("a") as file:
            file.write(f"{method} {self.settings.token.resolve()}\\n")
        if self.settings.answer in ERRORS:
            raise ERRORS[self.settings.answer]
        super()._read(method)

    def check(self):
        check = super().check()
        if self.settings.answer == "public":
            return replace(check, public=True)
        if self.settings.answer == "findings":
            return replace(check, findings=(
                Finding("login", True, "bot is logged in."),
                Finding("fields", False, "Labels is not on the create screen.", "Ask a project admin to add it."),
                Finding("workflow", None, "The workflow cannot be seen."),
            ))
        if self.settings.answer == "token":
            return replace(check, findings=(Finding("token", False, "The token ends tomorrow.", "Make one."),))
        return check


class RemotePlugin:
    name = "remote"

    def settings_model(self):
        from pydantic import BaseModel, ConfigDict
        from followthrough.http import Secret

        class Settings(BaseModel):
            model_config = ConfigDict(extra="forbid", frozen=True)
            url: str = "https://remote.example"
            project: str = "OPS"
            token: Secret
            answer: str = ""

        return Settings

    def reference(self, settings, text, /):
        return None

    def connect(self, settings, outside, /):
        return Remote(settings, outside)

    def suggest(self, seen, /):
        names = [name for name in seen.variables if "GITLAB" in name]
        if not names:
            return None
        return {"project": seen.path, "token": f"env:{names[0]}"}


plugin = RemotePlugin()
'''


@pytest.fixture
def remote(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH that holds the connector ``remote``, installed as pip does it."""
    folder = tmp_path_factory.mktemp("plugin")
    info = folder / "ft_remote-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ft_remote\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[followthrough.connectors]\nremote = ft_remote:plugin\n")
    (folder / "ft_remote.py").write_text(PLUGIN)
    return folder


@pytest.fixture
def shop(shop: Any, remote: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A scratch folder with a home of its own, the connector ``remote``, and no token but where a test says so."""
    home = tmp_path_factory.mktemp("home")
    tokens = ("TOKEN", "_PAT", "_KEY")
    kept = {name: value for name, value in shop.environ.items() if not name.endswith(tokens)}
    shop.environ = {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "PYTHONPATH": str(remote),
        "FT_ASKED": str(home / "asked"),
    }
    shop.home = home
    return shop


@pytest.fixture
def asked(shop: Any) -> Callable[[], list[str]]:
    """What the connector ``remote`` was asked, each with the token it used."""

    def read() -> list[str]:
        path = shop.home / "asked"
        return path.read_text().splitlines() if path.exists() else []

    return read


@pytest.fixture
def doctor(shop: Any) -> Callable[..., tuple[int, dict[tuple[str, str], dict[str, Any]]]]:
    """The exit code and the findings of a diagnosis, by area and subject."""

    def run(*arguments: str) -> tuple[int, dict[tuple[str, str], dict[str, Any]]]:
        result = shop.run(*arguments, "doctor", "--format", "json")
        assert "Traceback" not in result.err, result.err
        record = json.loads(result.out)
        assert record["schema"] == "followthrough.doctor/1"
        assert record["exit"] == result.code
        return result.code, {(one["area"], one["subject"]): one for one in record["findings"]}

    return run


@pytest.fixture
def dated() -> Callable[..., str]:
    """A postmortem of a day, with as many measures as wanted."""

    def write(day: str | None, measures: int = 2) -> str:
        date = f"- Date: {day}\n" if day else ""
        items = "".join(f"- [ ] Add alert number {number}\n" for number in range(measures))
        head = (
            f"# Checkout down\n\n{date}- Impact: nobody could pay.\n- Severity: sev2\n\n## Action items\n\n"
        )
        return f"{head}{items}\n## Timeline\n\n- 09:12 noticed\n"

    return write
