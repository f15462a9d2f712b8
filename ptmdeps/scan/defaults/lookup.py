"""Which model a call loads that names none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.version import Version

from ptmdeps.identity import Location
from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.versions import Used, Versions
from ptmdeps.scan.defaults.source import SourceFact, defaults_in
from ptmdeps.scan.defaults.tables import Fact, Row, Table, row_of, table_of

Origin = Literal["installed", "locked", "shipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """The model that a library loads where none is named.

    Attributes:
        name: its name at ``hub``.
        ref: the commit that the library itself pins it to, mostly seven digits of it; ``None`` where it pins nothing.
        hub: where the name belongs.
        evidence: the line of the lock, or of the library's source in the project's virtual environment.
        origin: ``locked`` and ``installed`` are true of this project; ``shipped`` is what the library does in
            ``version``, because the project does not say which version it uses.
        distribution: what the library is called where it is installed from.
        version: of the library.
    """

    name: str
    ref: str | None
    hub: str
    evidence: Location | None
    origin: Origin
    distribution: str
    version: str

    def __str__(self) -> str:
        """Which version of which library chooses it, and how that is known: ``transformers 4.57.6 (uv.lock:12)``."""
        library = f"{self.distribution} {self.version}"
        return f"{library}, as shipped with ptmdeps" if self.origin == "shipped" else f"{library} ({self.evidence})"


@dataclass(frozen=True, slots=True)
class Missing:
    """Why no default can be given, in a sentence for people."""

    reason: str


class Defaults:
    """The default models of one project. Nothing is read before the first question, and nothing twice."""

    def __init__(self, root: Path) -> None:
        self._folder = Folder(root)
        self._versions = Versions(self._folder)
        self._answers: dict[tuple[str, str, str], Default | Missing] = {}
        self._sources: dict[tuple[str, str], dict[str, SourceFact]] = {}

    def of(self, call: str, argument: str, task: str | None, *, near: str = "") -> Default | Missing:
        """Return the model that a call loads where ``argument`` is not given.

        Args:
            call: dotted name as the catalogue has it, such as ``transformers.pipeline``.
            argument: the keyword that would name the model.
            task: what the argument named by ``chooses`` is; ``None`` where it is not given or not known.
            near: path of the file that makes the call: locks in its folder are believed before those above it.
        """
        row = row_of(call, argument)
        if row is None:
            return Missing(f"ptmdeps has no table of what `{call}` loads where `{argument}` is not given")
        key = (task or "") if row.chooses else ""
        if row.chooses and not key:
            return Missing(f"the default model of `{row.word}` depends on its `{row.chooses}`, which is not known")
        question = (row.call, key, near.rpartition("/")[0])
        if question not in self._answers:
            self._answers[question] = self._answer(row, key, near)
        return self._answers[question]

    def knows(self, call: str, argument: str) -> bool:
        """Whether there is a table of what a call loads where an argument is not given."""
        return row_of(call, argument) is not None

    def chooses(self, call: str, argument: str) -> str:
        """Return the argument that decides which default a call has; an empty text where it has only one."""
        row = row_of(call, argument)
        return row.chooses if row else ""

    def files(self) -> tuple[str, ...]:
        """Return every path that the answers so far depend on, there or not; a listing ends with ``/``."""
        return self._folder.asked()

    def _answer(self, row: Row, key: str, near: str) -> Default | Missing:
        locked = self._versions.locked(row.distribution, near=near)
        if locked and table_of(row).knows(locked.version, key):
            return _of_table(row, key, locked)
        installed = self._versions.installed(row.distribution, near=near)
        if installed and (locked is None or locked.version == installed.version):
            return self._of_source(row, key, installed) or _of_table(row, key, installed)
        if locked:
            return _of_table(row, key, locked)
        return self._of_newest(row, key, near)

    def _of_source(self, row: Row, key: str, used: Used) -> Default | Missing | None:
        """Return what the installed library itself says; ``None`` where it does not write it as literals."""
        found = self._read(row, used.packages)
        if not found:
            return None
        if key not in found:
            return _nothing(row, key, used.version)
        fact, written = found[key].fact, found[key].written
        return _default(row, fact, used.version, "installed", Location(written.path, written.line))

    def _read(self, row: Row, packages: str) -> dict[str, SourceFact]:
        question = (row.call, packages)
        if question not in self._sources:
            self._sources[question] = defaults_in(Modules(self._folder, packages), row)
        return self._sources[question]

    def _of_newest(self, row: Row, key: str, near: str) -> Default | Missing:
        """Return the default in the newest version that is known and that the project would allow."""
        table = table_of(row)
        allowed = self._versions.allowed(row.distribution, near=near)
        version = table.newest_within(allowed.specifier, key) if allowed else table.newest
        if allowed and version is None:
            known = f"{table.read[0]} to {table.newest}"
            return Missing(f"ptmdeps knows {row.distribution} {known}, of which `{allowed.specifier}` allows none")
        return _shipped(row, key, version or table.newest, allowed.location if allowed else None)


def _of_table(row: Row, key: str, used: Used) -> Default | Missing:
    """Return what the shipped table says about a version; about the newest one where it is newer than the table."""
    table = table_of(row)
    if used.version > table.newest:
        return _shipped(row, key, table.newest, used.location)
    if not table.knows(used.version, key):
        return Missing(
            f"ptmdeps does not know the default model of `{row.word}` in {row.distribution} {used.version};"
            f" it knows {table.read[0]} to {table.newest}"
        )
    fact = table.at(used.version, key)
    return (
        _default(row, fact, used.version, used.how, used.location) if fact else _nothing(row, key, used.version, table)
    )


def _shipped(row: Row, key: str, version: Version, evidence: Location | None) -> Default | Missing:
    table = table_of(row)
    fact = table.at(version, key)
    return _default(row, fact, version, "shipped", evidence) if fact else _nothing(row, key, version, table)


def _default(row: Row, fact: Fact, version: Version, origin: Origin, evidence: Location | None) -> Default:
    return Default(
        name=fact.name,
        ref=fact.ref,
        hub=row.hub,
        evidence=evidence,
        origin=origin,
        distribution=row.distribution,
        version=str(version),
    )


def _nothing(row: Row, key: str, version: Version, table: Table | None = None) -> Missing:
    """Say that a version has no default, and since when."""
    table = table or table_of(row)
    what = f"default model for the {row.chooses} `{key}`" if key else "default model"
    since = table.removed(version, key)
    then = f"; it was removed in {since}" if since and since != version else ""
    return Missing(f"`{row.word}` of {row.distribution} {version} has no {what}{then}")
