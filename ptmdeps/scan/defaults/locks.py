"""Where each kind of lock file says which version of a distribution is locked.

Machine-written TOML and conda files are read line by line and not by a parser: their writers put one fact on a line
(uv 0.9, poetry 2.2, pdm 2.26, PEP 751), a line number is needed, and a lock of a few megabytes takes a parser seconds.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

_MAXIMUM_TEXT = 4_000
"""Letters of a line or a requirement; Python converts no more than 4,300 digits to a number."""

_FACT = re.compile(r"""(name|version)\s*=\s*["']([^"']{1,200})["']""")
_CONDA = re.compile(r"""\s*-\s*["']?(?:[\w./-]+::)?([\w.-]+)\s*={1,2}\s*([\w.!+]+)""")
_OPTION_OR_COMMENT = re.compile(r"\s(?:#|--?[a-z])")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """What one line says about a distribution: any of the versions that ``specifier`` lets through."""

    specifier: SpecifierSet
    line: int

    @property
    def version(self) -> Version | None:
        """The one version that it lets through, if it is one."""
        for one in self.specifier:
            if one.operator in {"==", "==="}:
                return parsed(one.version)
        return None


Reader = Callable[[bytes, str], Iterator[Stated]]


def parsed(text: str) -> Version | None:
    """Return a version; ``None`` for what is none, such as ``4.30.*``."""
    if len(text) > _MAXIMUM_TEXT:
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None


def packages_of_toml(data: bytes, name: str) -> Iterator[Stated]:
    """Read ``uv.lock``, ``poetry.lock``, ``pdm.lock`` and ``pylock.toml``: tables with a name and a version."""
    inside = named = False
    for number, line in _lines(data):
        if line.startswith("["):
            inside, named = line.rstrip() in {"[[package]]", "[[packages]]"}, False
        elif inside and (fact := _FACT.match(line)):
            key, value = fact.groups()
            if key == "name":
                named = canonicalize_name(value) == name
            elif named:
                yield from _exactly(value, number)


def packages_of_pipfile(data: bytes, name: str) -> Iterator[Stated]:
    """Read ``Pipfile.lock``: JSON, in which each section holds distributions."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    for section in ("default", "develop"):
        packages = document.get(section) if isinstance(document, dict) else None
        for key, entry in packages.items() if isinstance(packages, dict) else ():
            pin = entry.get("version") if isinstance(entry, dict) else None
            if isinstance(pin, str) and canonicalize_name(key) == name:
                yield from _exactly(pin.removeprefix("=="), _line_of_pipfile(data, key))


def _line_of_pipfile(data: bytes, key: str) -> int:
    """Return the line of the version that follows a name; that of the name where the JSON is written otherwise."""
    start = max(data.find(json.dumps(key).encode()), 0)
    end = data.find(b"}", start)
    version = data.find(b'"version"', start, end)
    return data.count(b"\n", 0, version if version >= 0 else start) + 1


def requirements(data: bytes, name: str) -> Iterator[Stated]:
    """Read a requirements or constraints file of pip, in the encoding of its byte order mark."""
    start = _start_of_line(name)
    for number, line in _lines(data):
        if start.match(line):
            wanted = requirement(_OPTION_OR_COMMENT.split(line.rstrip().rstrip("\\"), maxsplit=1)[0], name)
            if wanted:
                yield Stated(wanted.specifier, number)


def requirement(text: str, name: str) -> Requirement | None:
    """Return a requirement if it is one, of the distribution ``name``."""
    if len(text) > _MAXIMUM_TEXT:
        return None
    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None
    return found if canonicalize_name(found.name) == name else None


def packages_of_conda(data: bytes, name: str) -> Iterator[Stated]:
    """Read an environment file of conda: ``- name=1.2``, and ``- name==1.2`` below ``pip:``."""
    for number, line in _lines(data):
        fact = _CONDA.match(line)
        if fact and canonicalize_name(fact[1]) == name:
            yield from _exactly(fact[2], number)


def spelled(name: str) -> str:
    """Return a regular expression for every spelling of a normalised name."""
    return "[-_.]+".join(map(re.escape, name.split("-")))


@lru_cache(maxsize=64)
def _start_of_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s*{spelled(name)}(?![\w.-])", re.IGNORECASE)


def specifiers(text: str) -> SpecifierSet | None:
    """Return what a text lets through; ``None`` for one that is no list of specifiers."""
    if len(text) > _MAXIMUM_TEXT:
        return None
    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def _exactly(text: str, line: int) -> Iterator[Stated]:
    specifier = specifiers(f"=={text}")
    if specifier is not None and (stated := Stated(specifier, line)).version:
        yield stated


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines that a person or a tool may have written, numbered, without holding all of them."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = io.StringIO(data[len(mark) :].decode(encoding, "replace"), newline=None)
            break
    else:
        text = io.StringIO(data.decode("utf-8", "replace"), newline=None)
    for number, line in enumerate(text, 1):
        if len(line) <= _MAXIMUM_TEXT:
            yield number, line


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
