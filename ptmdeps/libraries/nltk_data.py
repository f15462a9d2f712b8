"""NLTK: the index of ``nltk.download("punkt_tab")``.

The format is that of https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/index.xml, as ``nltk/downloader.py``
(3.10.4) reads it: packages with address, size, MD5 and, if the index has it, SHA-256, and collections of them. A
package is kept as ``<subdir>/<id>.zip`` in a folder of ``NLTK_DATA``, and unpacked beside it where ``unzip`` is ``1``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.parsers import expat

from ptmdeps.libraries.lists import broken, refuse_large, unknown, without_fault
from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.table import LONGEST_NAME, Entries, Entry
from ptmdeps.paths import printable

INDEX = "https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/index.xml"
"""The index that ``nltk.download`` asks (``Downloader.DEFAULT_URL``)."""

_WHAT = "the index of nltk_data"
_MAXIMUM_ELEMENTS = 50_000
_MAXIMUM_DEPTH = 8
_MAXIMUM_COLLECTIONS = 1_000
_PATH = ("nltk_data", "packages", "package")
_COLLECTION = ("nltk_data", "collections", "collection")
_SIZE = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package of the index.

    Attributes:
        name: its identifier, ``punkt_tab``.
        entry: the file, whose path is below a folder of ``NLTK_DATA``.
        size: bytes of the file; 0 where the index does not say.
        unpacked: whether NLTK unpacks it where it lies.
        license: as the index has it.
    """

    name: str
    entry: Entry
    size: int
    unpacked: bool
    license: str


@dataclass(frozen=True, slots=True)
class Index:
    """What an index lists: packages by name, and for each collection the names of what is in it."""

    packages: Mapping[str, Package]
    collections: Mapping[str, tuple[str, ...]]

    def find(self, name: str) -> tuple[Package, ...]:
        """Return a package, or those of a collection in the order of their names.

        Raises:
            UnknownName: the index has neither.
        """
        if name not in self.packages and name not in self.collections:
            raise unknown(name, _WHAT, (*self.packages, *self.collections))
        names: set[str] = set()
        seen: set[str] = set()
        pending = [name]
        while pending:
            one = pending.pop()
            if one in self.packages:
                names.add(one)
            elif one not in seen:
                seen.add(one)
                pending += self.collections.get(one, ())
        return tuple(self.packages[one] for one in sorted(names))


def entries_of(data: bytes, name: str) -> Entries:
    """Return the files behind a name of an index.

    Raises:
        UnsafeContent: the index is none.
        UnknownName: it has no such name.
    """
    return tuple(package.entry for package in index_in(data).find(name))


def index_in(data: bytes) -> Index:
    """Read an index.

    Raises:
        UnsafeContent: it is no index, declares a document type or entities, is too large or nested too deep, or names
            something that must not be followed.
    """
    refuse_large(data, _WHAT)
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise broken(_WHAT, printable(str(error))) from None
    if not reader.packages:
        raise broken(_WHAT, "it lists no packages")
    return Index(reader.packages, {name: tuple(members) for name, members in reader.collections.items()})


@dataclass(slots=True)
class _Reader:
    """Takes what the parser meets."""

    packages: dict[str, Package] = field(default_factory=dict)
    collections: dict[str, list[str]] = field(default_factory=dict)
    _path: list[str] = field(default_factory=list)
    _members: list[str] = field(default_factory=list)
    _elements: int = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """Note a package, a collection or a member of one."""
        self._elements += 1
        self._path.append(element)
        if self._elements > _MAXIMUM_ELEMENTS or len(self._path) > _MAXIMUM_DEPTH:
            raise broken(_WHAT, "it has too many elements or is nested too deep")
        path = tuple(self._path)
        if path == _PATH:
            package = _package(attributes)
            self.packages[package.name] = package
        elif path == _COLLECTION and len(self.collections) < _MAXIMUM_COLLECTIONS:
            self._members = self.collections.setdefault(attributes.get("id", "")[:LONGEST_NAME], [])
        elif path == (*_COLLECTION, "item"):
            self._members.append(attributes.get("ref", ""))

    def end(self, _: str) -> None:
        """Leave an element."""
        self._path.pop()

    def refuse(self, *_: object) -> None:
        """Refuse what an index never has, and attacks have."""
        raise broken(_WHAT, "it declares a document type or entities")


def _package(attributes: Mapping[str, str]) -> Package:
    name, address = attributes.get("id", ""), attributes.get("url", "")
    path = "/".join(filter(None, (attributes.get("subdir", ""), f"{name}{_suffix(address)}")))
    entry = at_address(address, reads="nltk", digest=next(_digests(attributes), ""), file=path)
    if not name or len(name) > LONGEST_NAME or "/" in name:
        raise broken(_WHAT, f"`{printable(name)}` is no name of a package")
    without_fault((entry,), _WHAT)
    size = attributes.get("size", "")
    return Package(
        name=name,
        entry=entry,
        size=int(size) if _SIZE.fullmatch(size) else 0,
        unpacked=attributes.get("unzip", "1") == "1",
        license=attributes.get("license", ""),
    )


def _suffix(address: str) -> str:
    try:
        return posixpath.splitext(urlsplit(address).path)[1]
    except ValueError:
        return ""


def _digests(attributes: Mapping[str, str]) -> Iterator[str]:
    """Yield what is known of the bytes, the strongest first."""
    for key, kind in (("sha256_checksum", "sha256"), ("checksum", "md5")):
        if value := attributes.get(key, ""):
            yield f"{kind}:{value}"
