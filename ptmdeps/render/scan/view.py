"""What of a scan to show, and the files it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from ptmdeps.identity import Location
from ptmdeps.scan.references import Reference, ScanResult, Scope

if TYPE_CHECKING:
    from ptmdeps.lockfile.model import LockedModel, Lockfile

ALL_SCOPES: tuple[Scope, ...] = ("main", "test", "example", "doc")
_LARGEST_SOURCE = 20_000_000
_KEPT = 32


class _Scoped(Protocol):
    @property
    def scope(self) -> Scope: ...


_Outcome = TypeVar("_Outcome", bound=_Scoped)


class Sources:
    """Lines of the scanned files, read again from disk; a file that cannot be read has empty lines."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines: dict[str, list[str]] = {}

    def line(self, location: Location) -> str:
        """The line of a place, decoded as Python would decode its file."""
        if location.path not in self._lines:
            if len(self._lines) == _KEPT:
                self._lines.clear()
            self._lines[location.path] = self._read(location.path)
        lines = self._lines[location.path]
        return lines[location.line - 1] if 0 < location.line <= len(lines) else ""

    def _read(self, path: str) -> list[str]:
        from ptmdeps.fixing.source import CannotPin, PythonSource

        file = self._root / path
        try:
            if not file.is_file() or file.is_symlink() or file.stat().st_size > _LARGEST_SOURCE:
                return []
            data = file.read_bytes()
        except OSError:
            return []
        try:
            return PythonSource.read(data).text.split("\n")
        except CannotPin:
            return data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What of a scan to show, and how.

    Attributes:
        scopes: the kinds of code whose loads are shown; the others are counted.
        unresolved_only: whether to show nothing but loads whose model cannot be known.
        explain: whether to show where each value was found.
        soft: whether to list places that only look like loads.
        quiet: whether to list loads that ask for nothing: local files, and models that callers outside name.
        lockfile: what the project pins; ``None`` where it has no lock.
        sources: the scanned files; ``None`` where they are not at hand.
        color: whether text is coloured.
    """

    scopes: tuple[Scope, ...] = ALL_SCOPES
    unresolved_only: bool = False
    explain: bool = False
    soft: bool = False
    quiet: bool = False
    lockfile: Lockfile | None = None
    sources: Sources | None = None
    color: bool = False

    def shown(self, result: ScanResult) -> ScanResult:
        """The part of a result that is in these scopes."""
        return ScanResult(
            references=self._in_scopes(result.references),
            unresolved=self._in_scopes(result.unresolved),
            local=self._in_scopes(result.local),
        )

    def locked(self, found: Reference) -> LockedModel | None:
        """What the lock pins a reference to."""
        if self.lockfile is None:
            return None
        from ptmdeps.fixing import locked

        return locked(found, self.lockfile)

    def line(self, location: Location) -> str:
        """The source line of a place; empty where it is not known."""
        return self.sources.line(location) if self.sources else ""

    def _in_scopes(self, outcomes: Iterable[_Outcome]) -> tuple[_Outcome, ...]:
        return tuple(outcome for outcome in outcomes if outcome.scope in self.scopes)
