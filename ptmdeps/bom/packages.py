"""The Python distributions of the project's lock file, for the bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ptmdeps.bom.components import Package
from ptmdeps.distributions.sources import PinFile

_SHA256 = "sha256:"


def packages_of(sources: Iterable[PinFile]) -> tuple[Package, ...]:
    """The pinned distributions of the first file that has all of them, else of the first that pins any; by name.

    Files that only give ranges of versions pin nothing. Of a distribution that a file states twice (for two platforms
    that both are this one), the first counts.
    """
    found = sorted(sources, key=lambda source: not source.whole)
    return next((packages for source in found if (packages := tuple(_of_file(source)))), ())


def _of_file(source: PinFile) -> Iterator[Package]:
    for name, stated in sorted(source.stated.items()):
        pinned = next((one for one in stated if one.version is not None), None)
        if pinned is not None:
            only = pinned.hashes if len(pinned.hashes) == 1 and pinned.hashes[0].startswith(_SHA256) else ()
            yield Package(
                name=name,
                version=str(pinned.version),
                place=source.path,
                line=pinned.line,
                hashes=tuple(("SHA-256", one.removeprefix(_SHA256)) for one in only),
            )
