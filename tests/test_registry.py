from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Protocol

import pytest

from followthrough import registry


class Install(Protocol):
    def __call__(self, name: str, module: str, *, connectors: str = "", commands: str = "") -> None: ...


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package with entry points as pip does: a .dist-info folder on sys.path."""
    monkeypatch.syspath_prepend(tmp_path)
    loaded = set(sys.modules)

    def install(name: str, module: str, *, connectors: str = "", commands: str = "") -> None:
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        points = f"[followthrough.connectors]\n{connectors}\n[followthrough.commands]\n{commands}\n"
        (info / "entry_points.txt").write_text(points)
        (tmp_path / f"{name}.py").write_text(module)

    yield install
    for module in set(sys.modules) - loaded:
        if str(getattr(sys.modules[module], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[module]


def test_names_import_nothing(install: Install) -> None:
    install(
        "ft_zoo",
        "raise RuntimeError('imported')",
        connectors="zoo = ft_zoo:plugin",
        commands="zoo = ft_zoo:app",
    )
    assert "zoo" in registry.names()
    assert registry.names() == sorted(registry.names())
    assert "zoo" in registry.command_groups()
    assert "ft_zoo" not in sys.modules


def test_load_gives_the_plugin(install: Install) -> None:
    install("ft_zoo", "class plugin: name = 'zoo'", connectors="zoo = ft_zoo:plugin")
    assert registry.load("zoo").name == "zoo"


def test_command_group_is_imported_when_called(install: Install) -> None:
    install("ft_zoo", "app = 'the app'", commands="zoo = ft_zoo:app")
    load = registry.command_groups()["zoo"]
    assert "ft_zoo" not in sys.modules
    assert load() == "the app"


def test_unknown_name_is_told_the_nearest_and_the_known(install: Install) -> None:
    install("ft_zoo", "", connectors="zoological = ft_zoo:plugin\naquarium = ft_zoo:plugin")
    with pytest.raises(registry.UnknownConnector) as caught:
        registry.load("Zoologicl")
    said = str(caught.value)
    assert said.startswith(
        'There is no connector "Zoologicl". Did you mean "zoological"? Installed: aquarium, '
    )
    with pytest.raises(registry.UnknownConnector) as caught:
        registry.load("xyzzyx")
    assert "Did you mean" not in str(caught.value)
    assert "aquarium" in str(caught.value)


def test_nothing_installed_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_found", lambda group: {})
    assert registry.names() == []
    with pytest.raises(registry.UnknownConnector, match="none is installed"):
        registry.load("local")


@pytest.mark.parametrize("module", ["import no_such_library", "raise RuntimeError('boo')", "other = 1", "}{"])
def test_connector_that_cannot_be_imported_names_its_package(install: Install, module: str) -> None:
    install("ft_zoo", module, connectors="zoo = ft_zoo:plugin", commands="zoo = ft_zoo:plugin")
    for load in (lambda: registry.load("zoo"), registry.command_groups()["zoo"]):
        with pytest.raises(
            registry.BrokenConnector, match=r"zoo is installed \(ft_zoo 1\.0\) but cannot be imported"
        ):
            load()


def test_two_packages_with_one_name_are_an_error_for_that_name_only(install: Install) -> None:
    install("ft_a", "class plugin: name = 'zoo'", connectors="zoo = ft_a:plugin\nfine = ft_a:plugin")
    install("ft_b", "", connectors="zoo = ft_b:plugin")
    assert registry.names().count("zoo") == 1
    with pytest.raises(registry.BrokenConnector, match=r"Two installed packages offer zoo.*ft_a.*ft_b"):
        registry.load("zoo")
    assert registry.load("fine").name == "zoo"


def test_built_in_connector_comes_through_the_same_doors() -> None:
    try:
        metadata.distribution("followthrough")
    except metadata.PackageNotFoundError:
        pytest.skip("followthrough is on the path, but not installed")
    assert "local" in registry.names()
    assert registry.load("local").name == "local"
    assert callable(registry.command_groups()["local"]())


def test_importing_the_registry_is_cheap() -> None:
    code = (
        "import sys, followthrough.registry;"
        "print(sorted({'importlib.metadata', 'difflib', 'pydantic', 'httpx', 'typer'} & set(sys.modules)))"
    )
    # -S: site may import importlib.metadata by itself, for editable installs.
    path = f"import sys; sys.path[:] = {sys.path!r};"
    done = subprocess.run(
        [sys.executable, "-S", "-c", path + code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
