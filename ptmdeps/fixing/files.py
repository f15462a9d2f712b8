"""Whole files: what pinning makes of them, and writing that."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ptmdeps import atomic
from ptmdeps.fixing.calls import Calls, changes_of
from ptmdeps.fixing.notebook import NotebookSource
from ptmdeps.fixing.source import CannotPin, PythonSource, Splice
from ptmdeps.fixing.wishes import Skipped, Wish, wishes_of
from ptmdeps.lockfile import Lockfile
from ptmdeps.scan.loaders import Catalogue
from ptmdeps.scan.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedFile:
    """A file some of whose loads would ask for other commits: its bytes, and the wishes that come true."""

    path: str
    before: bytes
    after: bytes
    pinned: tuple[Wish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixes:
    """Everything that pinning in source would do."""

    files: tuple[FixedFile, ...]
    skipped: tuple[Skipped, ...]


def fixes(root: Path, references: Iterable[Reference], lockfile: Lockfile, catalogue: Catalogue) -> Fixes:
    """What writing the locked commits into the code under ``root`` would change. Nothing is written.

    A file is changed only if it still parses and means the same but for the commits; else its loads are skipped.
    """
    planned = tuple(wishes_of(references, lockfile))
    skipped = [item for item in planned if isinstance(item, Skipped)]
    wishes = sorted((item for item in planned if isinstance(item, Wish)), key=lambda wish: wish.location)
    files: list[FixedFile] = []
    for path, found in groupby(wishes, key=lambda wish: wish.location.path):
        fixed, left = _fixed(root, path, tuple(found), catalogue)
        skipped += left
        if fixed is not None:
            files.append(fixed)
    return Fixes(files=tuple(files), skipped=tuple(sorted(skipped)))


def write(root: Path, files: Iterable[FixedFile]) -> None:
    """Replace each file in one step, keeping its permissions.

    Raises:
        StoreError: a file cannot be written; those before it were.
    """
    for file in files:
        atomic.write(_inside(root, file.path), file.after)


def _fixed(
    root: Path, path: str, wishes: tuple[Wish, ...], catalogue: Catalogue
) -> tuple[FixedFile | None, list[Skipped]]:
    try:
        before = _inside(root, path).read_bytes()
        after, pinned, skipped = fixed_bytes(path, before, wishes, catalogue)
    except OSError:
        return None, _skipped(wishes, "its file cannot be read")
    except CannotPin as reason:
        return None, _skipped(wishes, str(reason))
    if after == before:
        return None, skipped
    return FixedFile(path=path, before=before, after=after, pinned=pinned), skipped


def _inside(root: Path, path: str) -> Path:
    """The real file, which must be in the project.

    Raises:
        CannotPin: a link leads out of the project.
    """
    real = (root / path).resolve()
    if not real.is_relative_to(root.resolve()):
        raise CannotPin("its file is a link out of the project")
    return real


def fixed_bytes(
    path: str, data: bytes, wishes: Iterable[Wish], catalogue: Catalogue
) -> tuple[bytes, tuple[Wish, ...], list[Skipped]]:
    """A file with its wishes met, which of them were, and the others.

    Raises:
        CannotPin: the file cannot be changed at all.
    """
    source = _source(path, data)
    tree = _tree(source.text)
    pinned: list[Wish] = []
    skipped: list[Skipped] = []
    splices: list[Splice] = []
    for call, found in _by_call(source, tree, wishes, skipped):
        try:
            changes = changes_of(source, call, found, catalogue.find(found[0].loader))
        except CannotPin as reason:
            skipped += _skipped(found, str(reason))
            continue
        for change in changes:
            splices += change.splices
            change.make()
        pinned += found if changes else ()
    after = source.spliced(splices) if splices else data
    if not is_same(_tree(_source(path, after).text), tree):
        raise CannotPin("the change would do more than pin it")
    return after, tuple(pinned), skipped


def _by_call(
    source: PythonSource | NotebookSource, tree: ast.Module, wishes: Iterable[Wish], skipped: list[Skipped]
) -> Iterator[tuple[ast.Call, tuple[Wish, ...]]]:
    """The calls to change with their wishes; what cannot be found is added to ``skipped``."""
    calls = Calls(tree)
    found: dict[int, tuple[ast.Call, list[Wish]]] = {}
    for wish in wishes:
        try:
            call = calls.find(tuple(source.python_lines(wish.location.line)), wish.column, wish.loader)
        except CannotPin as reason:
            skipped += _skipped((wish,), str(reason))
        else:
            found.setdefault(id(call), (call, []))[1].append(wish)
    for call, group in found.values():
        yield call, tuple(group)


def _skipped(wishes: Iterable[Wish], reason: str) -> list[Skipped]:
    return [Skipped(location=wish.location, name=wish.name, reason=reason) for wish in wishes]


def _source(path: str, data: bytes) -> PythonSource | NotebookSource:
    return NotebookSource.read(data) if path.endswith(".ipynb") else PythonSource.read(data)


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CannotPin("its file cannot be parsed") from error


def is_same(first: ast.Module, second: ast.Module) -> bool:
    """Whether two trees mean the same, wherever their nodes stand; without recursion, because trees may be deep."""
    pending: list[tuple[object, object]] = [(first, second)]
    while pending:
        one, other = pending.pop()
        if type(one) is not type(other):
            return False
        match one, other:
            case ast.AST(), ast.AST():
                pending.extend((getattr(one, name, None), getattr(other, name, None)) for name in one._fields)
            case list(), list():
                if len(one) != len(other):
                    return False
                pending.extend(zip(one, other, strict=True))
            case _ if one != other:
                return False
    return True
