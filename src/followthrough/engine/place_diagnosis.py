"""What ``doctor`` says of places of documents that are asked over the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followthrough.connector import ConnectorError, RateLimited, Unauthorized
from followthrough.engine.exits import Exit
from followthrough.sources.interface import PlaceError
from followthrough.trust import Untrusted

if TYPE_CHECKING:
    from followthrough.engine.diagnosis import Diagnosis, Patient
    from followthrough.sources.confluence.source import ConfluenceSource
    from followthrough.sources.git.source import GitSource


def diagnosed(patient: Patient) -> Iterator[Diagnosis]:
    """Each Confluence of the settings, and the branch that documents are read from."""
    from followthrough.engine.diagnosis import LOGIN, Diagnosis

    for source in _places(patient):
        try:
            for one in source.check():
                code = Exit.CREDENTIALS if one.subject in LOGIN else Exit.PARTIAL
                yield Diagnosis(source.name, one.subject, one.ok, one.message, one.cure, code)
        except Untrusted:
            yield Diagnosis(source.name, "check", None, "Not asked: the settings file is not trusted.")
        except (ConnectorError, PlaceError) as error:
            yield Diagnosis(source.name, "check", False, str(error), "", _code(error))
        finally:
            source.close()


def _places(patient: Patient) -> Iterator[ConfluenceSource | GitSource]:
    settings = patient.settings
    if settings.confluences:
        from followthrough.sources.confluence.opening import opened

        yield from opened(settings, patient.root, patient.guard, patient.outside)
    if settings.git is not None:
        from followthrough.sources.git.source import GitSource

        yield GitSource(
            settings.git, patient.root, exclude=settings.exclude, reading=True, sleep=patient.outside.sleep
        )


def _code(error: ConnectorError | PlaceError) -> Exit:
    if isinstance(error, PlaceError):
        return Exit.CREDENTIALS if error.refused else Exit.LATER if error.later else Exit.PARTIAL
    if isinstance(error, Unauthorized):
        return Exit.CREDENTIALS
    return Exit.LATER if isinstance(error, RateLimited) else Exit.PARTIAL
