"""Where each kind of lock file says which versions of distributions are locked, for which platforms, with which hashes.

Machine-written TOML and conda files are read line by line and not by a parser: their writers put one fact on a line
(uv 0.9, poetry 2.2, pdm 2.26, PEP 751), a line number is needed, and a lock of a few megabytes takes a parser seconds.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from ptmdeps.inspect.requirements_file import MAXIMUM_LINE, Entry, entries, numbered_lines, parsed_requirement

_FACT = re.compile(r"""(name|version)\s*=\s*["']([^"']{1,200})["']""")
_HASH = re.compile(r"""\bhash\s*=\s*["'](sha256:[0-9a-f]{64})["']|\bsha256\s*=\s*["']([0-9a-f]{64})["']""")
_MARKER = re.compile(r"(?:markers?|resolution-markers)\s*=\s*")
_CONDA = re.compile(r"""\s*-\s*["']?(?:[\w./-]+::)?([\w.-]+)\s*={1,2}\s*([\w.!+]+)""")
_WHEEL = re.compile(
    r"(?:.*/)?(?P<file>[^/?#@\s]+\.whl)(?:\?[^#\s]*)?(?:#(?:\S*&)?sha256=(?P<sha256>[0-9a-f]{64})\S*|#\S*)?"
)
_MAXIMUM_MARKERS = 200
"""Lines of one list of markers."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What one line says about a distribution: any of the versions that ``specifier`` lets through.

    Attributes:
        specifier: the versions.
        line: where it says so, from 1.
        name: of the distribution, normalised.
        markers: environments (PEP 508) for which it says so: any of them; every environment where there is none.
        hashes: ``sha256:…`` of the files that may be installed.
    """

    specifier: SpecifierSet
    line: int
    name: str = ""
    markers: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()

    @property
    def version(self) -> Version | None:
        """The one version that it lets through, if it is one."""
        for one in self.specifier:
            if one.operator in {"==", "==="}:
                return parsed(one.version)
        return None


Reader = Callable[[bytes, str | None], Iterator[Stated]]
"""Yields what a file states of one distribution (by its normalised name), or of every one."""


def parsed(text: str) -> Version | None:
    """Return a version; ``None`` for what is none, such as ``4.30.*``."""
    if len(text) > MAXIMUM_LINE:
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None


@dataclass(slots=True)
class _Package:
    """One table of a TOML lock while its lines go by."""

    name: str = ""
    version: str = ""
    line: int = 0
    hashes: list[str] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)

    def stated(self) -> Iterator[Stated]:
        for one in _exactly(self.version, self.line) if self.name and self.version else ():
            yield Stated(one.specifier, self.line, self.name, _markers_in(self.markers), tuple(self.hashes))


def packages_of_toml(data: bytes, name: str | None) -> Iterator[Stated]:
    """Read ``uv.lock``, ``poetry.lock``, ``pdm.lock`` and ``pylock.toml``: tables with a name and a version."""
    package: _Package | None = None
    own = listing = False
    for number, line in numbered_lines(data):
        if line.startswith("["):
            header = line.rstrip()
            if header in {"[[package]]", "[[packages]]"}:
                yield from package.stated() if package else ()
                package, own = _Package(), True
            elif not header.lstrip("[").startswith(("package.", "packages.")):
                yield from package.stated() if package else ()
                package = None
            else:
                own = False
            listing = False
        elif package is not None:
            listing = _read_fact(package, number, line, name, own=own, listing=listing)
    yield from package.stated() if package else ()


def _read_fact(package: _Package, number: int, line: str, name: str | None, *, own: bool, listing: bool) -> bool:
    """Take what a line says about a package; returns whether the next line goes on with a list of markers."""
    if own and (fact := _FACT.match(line)):
        key, value = fact.groups()
        if key == "name":
            canonical = canonicalize_name(value)
            package.name = canonical if name in {None, canonical} else ""
        else:
            package.version, package.line = value, number
        return False
    if not package.name:
        return False
    if listing or (own and _MARKER.match(line)):
        if len(package.markers) < _MAXIMUM_MARKERS:
            package.markers.append(line)
        return not line.rstrip().endswith("]") if listing else line.rstrip().endswith("[")
    package.hashes += (one or f"sha256:{other}" for one, other in _HASH.findall(line))
    return False


def _markers_in(lines: list[str]) -> tuple[str, ...]:
    """Return the texts of ``marker = …``, poetry's table of groups, or uv's list; none for what is no TOML."""
    try:
        values = tomllib.loads("".join(lines)).values()
    except (ValueError, RecursionError):
        return ()
    found: list[object] = []
    for value in values:
        found += value if isinstance(value, list) else value.values() if isinstance(value, dict) else [value]
    return tuple(one for one in found if isinstance(one, str))


def packages_of_pipfile(data: bytes, name: str | None) -> Iterator[Stated]:
    """Read ``Pipfile.lock``: JSON, in which each section holds distributions."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    for section in ("default", "develop"):
        packages = document.get(section) if isinstance(document, dict) else None
        for key, entry in packages.items() if isinstance(packages, dict) else ():
            canonical = canonicalize_name(key)
            pin = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(pin, str) and name in {None, canonical}:
                for one in _exactly(pin.removeprefix("=="), _line_of_pipfile(data, key)):
                    yield Stated(one.specifier, one.line, canonical, *_conditions_of_pipfile(entry))


def _conditions_of_pipfile(entry: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    markers, hashes = entry.get("markers"), entry.get("hashes")
    named = hashes if isinstance(hashes, list) else []
    return (markers,) if isinstance(markers, str) else (), tuple(one for one in named if isinstance(one, str))


def _line_of_pipfile(data: bytes, key: str) -> int:
    """Return the line of the version that follows a name; that of the name where the JSON is written otherwise."""
    start = max(data.find(json.dumps(key).encode()), 0)
    end = data.find(b"}", start)
    version = data.find(b'"version"', start, end)
    return data.count(b"\n", 0, version if version >= 0 else start) + 1


def requirements(data: bytes, name: str | None) -> Iterator[Stated]:
    """Read a requirements or constraints file of pip, in the encoding of its byte order mark."""
    if name is not None and not _spelling(name).search(data):
        return
    for entry in entries(data):
        wanted = entry.requirement
        if wheel := _wheel_of(entry):
            if name in {None, wheel.name}:
                yield wheel
            continue
        if wanted is None or name not in {None, canonicalize_name(wanted.name)}:
            continue
        markers = (str(wanted.marker),) if wanted.marker else ()
        yield Stated(wanted.specifier, entry.line, canonicalize_name(wanted.name), markers, entry.hashes)


def _wheel_of(entry: Entry) -> Stated | None:
    """Return what a line pins that leads to a wheel (``name @ https://…/name-1.2-py3-none-any.whl``, or only that)."""
    wanted = entry.requirement
    match = _WHEEL.fullmatch((wanted.url or "") if wanted else entry.text)
    if match is None:
        return None
    try:
        name, version, _, _ = parse_wheel_filename(match["file"])
    except InvalidWheelFilename:
        return None
    markers = (str(wanted.marker),) if wanted and wanted.marker else ()
    hashes = (*entry.hashes, *([f"sha256:{match['sha256']}"] if match["sha256"] else []))
    return Stated(SpecifierSet(f"=={version}"), entry.line, name, markers, hashes)


def requirement(text: str, name: str) -> Requirement | None:
    """Return a requirement if it is one, of the distribution ``name``."""
    found = parsed_requirement(text)
    return found if found and canonicalize_name(found.name) == name else None


def packages_of_conda(data: bytes, name: str | None) -> Iterator[Stated]:
    """Read an environment file of conda: ``- name=1.2``, and ``- name==1.2`` below ``pip:``."""
    for number, line in numbered_lines(data):
        fact = _CONDA.match(line)
        if fact and name in {None, canonicalize_name(fact[1])}:
            yield from (Stated(one.specifier, number, canonicalize_name(fact[1])) for one in _exactly(fact[2], number))


def spelled(name: str) -> str:
    """Return a regular expression for every spelling of a normalised name."""
    return "[-_.]+".join(map(re.escape, name.split("-")))


@lru_cache(maxsize=64)
def _spelling(name: str) -> re.Pattern[bytes]:
    """Letters of the name in their order: with zeros between them in files of UTF-16."""
    parts = (rb"\x00?".join(re.escape(letter.encode()) for letter in part) for part in name.split("-"))
    return re.compile(rb"\x00?(?:[-_.]\x00?)+".join(parts), re.IGNORECASE)


def specifiers(text: str) -> SpecifierSet | None:
    """Return what a text lets through; ``None`` for one that is no list of specifiers."""
    if len(text) > MAXIMUM_LINE:
        return None
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _exactly(text: str, line: int) -> Iterator[Stated]:
    specifier = specifiers(f"=={text}")
    if specifier is not None and (stated := Stated(specifier, line)).version:
        yield stated


LOCKS: tuple[tuple[str, Reader], ...] = (
    ("uv.lock", packages_of_toml),
    ("poetry.lock", packages_of_toml),
    ("pdm.lock", packages_of_toml),
    ("pylock.toml", packages_of_toml),
    ("pylock.*.toml", packages_of_toml),
    ("Pipfile.lock", packages_of_pipfile),
    ("requirements.txt", requirements),
    ("requirements*.txt", requirements),
    ("constraints*.txt", requirements),
    ("requirements/*.txt", requirements),
    ("environment.yml", packages_of_conda),
    ("environment.yaml", packages_of_conda),
)
"""Patterns of file names and how to read such a file; what stands first is believed first."""
