"""The tests run against the installed wheel, and the wheel is that of this checkout."""

import importlib
import sys
import sysconfig
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
SITE_PACKAGES = Path(sysconfig.get_path("purelib")).resolve()
PACKAGES = [
    "src/followthrough",
    *sorted(f"connectors/{p.name}" for p in CHECKOUT.glob("connectors/followthrough_*")),
]


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_imported_from_site_packages(package: str) -> None:
    module = importlib.import_module(Path(package).name)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().parent == SITE_PACKAGES / Path(package).name


def test_checkout_is_not_on_the_path() -> None:
    roots = {CHECKOUT, CHECKOUT / "src", CHECKOUT / "connectors"}
    assert not roots & {Path(entry).resolve() for entry in sys.path}


@pytest.mark.parametrize("package", PACKAGES)
def test_wheel_holds_what_the_checkout_holds(package: str) -> None:
    stale = "the installed wheel is not this checkout's: run `make setup`"
    expected = contents(CHECKOUT / package)
    for source, target in included().items():
        if Path(target).parts[0] == Path(package).name:
            inside = Path(*Path(target).parts[1:])
            expected |= {f"{inside}/{name}": data for name, data in contents(CHECKOUT / source).items()}
    assert contents(SITE_PACKAGES / Path(package).name) == expected, stale


def included() -> dict[str, str]:
    """Folders from elsewhere in the checkout, and where the wheel has them."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    found: dict[str, str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return found


def test_version_is_the_distribution_s() -> None:
    assert importlib.import_module("followthrough").__version__ == metadata.version("followthrough")


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_typed(package: str) -> None:
    assert (SITE_PACKAGES / Path(package).name / "py.typed").is_file()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
    }
