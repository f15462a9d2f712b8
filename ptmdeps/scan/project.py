"""The project as a whole: its files as modules, how they import each other, and where words are used."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from ptmdeps.scan.files import ProjectFile, scope_of
from ptmdeps.scan.source import Module, parse

_KEPT_SOURCE = 6_000_000
"""Bytes of source whose trees are kept at a time: a tree takes some fifteen times the memory of its text."""

_KEPT_TEXT = 100_000_000
"""Bytes of source that are kept while a scan runs, to look for words in."""

_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+)?import[ \t]+(\([^)]*\)|[^\n#;]*)", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_LIBRARY_FOLDERS = ("src", "lib", "python")


@dataclass(slots=True)
class Dependencies:
    """What else the result of one file depends on: files that were read, words and folders that were looked for."""

    paths: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    folders: dict[str, bool] = field(default_factory=dict)


class Project:
    """Files by path and by import name.

    ``dependencies`` collects what is looked at from now on; the scanner changes it for every file.
    """

    def __init__(self, root: Path, files: Iterable[ProjectFile]) -> None:
        self.root = root
        self.paths = frozenset(file.path for file in files)
        self.dependencies = Dependencies()
        self._modules: OrderedDict[str, Module | None] = OrderedDict()
        self._found: dict[tuple[str, str, int], str | None] = {}
        self._mentioning: dict[tuple[str, str, frozenset[str]], tuple[str, ...]] = {}
        self._uses: dict[tuple[str, bytes], bool] = {}
        self._kept = 0

    def read(self, path: str) -> bytes:
        """Return the bytes of a file; nothing if it has gone or may not be read."""
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return b""

    def text(self, path: str) -> bytes:
        """Return the bytes of a file to look for words in; what is found there may depend on them."""
        return self._texts.get(path) or self.read(path)

    def uses(self, path: str, pattern: re.Pattern[bytes]) -> bool:
        """Whether a pattern finds something in a file."""
        key = (path, pattern.pattern)
        if key not in self._uses:
            self._uses[key] = pattern.search(self.text(path)) is not None
        return self._uses[key]

    def module(self, path: str) -> Module | None:
        """Return a file's tree, ``None`` if it does not parse."""
        self.dependencies.paths.add(path)
        if path in self._modules:
            self._modules.move_to_end(path)
            return self._modules[path]
        module = self._modules[path] = parse(path, self.read(path))
        self._kept += len(module.data) if module else 0
        while self._kept > _KEPT_SOURCE and len(self._modules) > 1:
            _, old = self._modules.popitem(last=False)
            self._kept -= len(old.data) if old else 0
        return module

    def is_folder(self, text: str) -> bool:
        """Whether the project has a folder of that relative path."""
        known = self.dependencies.folders.get(text)
        if known is None:
            known = self.dependencies.folders[text] = is_folder(self.root, text)
        return known

    def find(self, importer: str, name: str, level: int = 0) -> str | None:
        """Return the path of the module that ``name`` means in the file ``importer``.

        ``level`` counts the leading dots of a relative import. An absolute name is looked for beside the importing
        file and in each folder above it, in ``src``, ``lib`` and ``python``, in the packages that hold the file, and
        last wherever just one file fits.
        """
        key = (importer, name, level)
        if key not in self._found:
            self._found[key] = self._find(*key)
        return self._found[key]

    def _find(self, importer: str, name: str, level: int) -> str | None:
        relative = name.replace(".", "/")
        folders = _with_parents(importer.rpartition("/")[0])
        if level:
            return self._file(folders[level - 1], relative) if level <= len(folders) else None
        # Inside a package the files beside come last: only a script that is run from there sees them.
        packages = [folder for folder in folders if f"{folder}/__init__.py" in self.paths]
        scripts = [folder for folder in folders if folder not in packages]
        for place in (*scripts, *_LIBRARY_FOLDERS, *packages):
            path = self._file(place, relative)
            if path is not None and path != importer:
                return path
        fitting = self._by_last_part.get(relative.rpartition("/")[2], ())
        ends = (f"/{relative}.py", f"/{relative}/__init__.py")
        found = [path for path in fitting if path.endswith(ends)]
        return found[0] if len(found) == 1 and "/" in relative else None

    def _file(self, folder: str, relative: str) -> str | None:
        base = "/".join(part for part in (folder, relative) if part)
        for path in (f"{base}.py", f"{base}/__init__.py") if base else ("__init__.py",):
            if path in self.paths:
                return path
        return None

    def mentioning(self, word: str, home: str, *, beside: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the files that can use ``word`` of the module ``home``: itself, and those that import it.

        ``beside`` are other words by which files get at it, such as the class of a method. A package that exports
        the word again is found by its own name. Files of tests are left out: what they give is made up.
        """
        self.dependencies.words.add(word)
        key = (word, home, beside)
        if key not in self._mentioning:
            self._mentioning[key] = self._mentions(*key)
        return self._mentioning[key]

    def _mentions(self, word: str, home: str, beside: frozenset[str]) -> tuple[str, ...]:
        names = {import_name(home).rpartition(".")[2], word, *beside}
        found = self._importing(names)
        again = {path.split("/")[-2] for path in found if path.endswith("/__init__.py")}
        if again - names:
            found |= self._importing(again)
        encoded = word.encode()
        return tuple(path for path in sorted(found | {home}) if encoded in self.text(path))

    def _importing(self, names: Iterable[str]) -> set[str]:
        """Return the files whose import statements have one of the words."""
        return {path for name in names for path in self._importers.get(name, ())}

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        """The content of the files that are no tests, as far as it may be kept."""
        texts: dict[str, bytes] = {}
        left = _KEPT_TEXT
        for path in sorted(self.paths):
            if left > 0 and scope_of(path) != "test":
                texts[path] = self.read(path)
                left -= len(texts[path])
        return texts

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """For each word of an import statement, the files that are no tests and have it."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            if scope_of(path) != "test":
                for word in words_of_imports(self.text(path)):
                    found.setdefault(word, []).append(path)
        return found

    @cached_property
    def _by_last_part(self) -> dict[str, tuple[str, ...]]:
        """Paths by the last part of their import names, sorted."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            found.setdefault(import_name(path).rpartition(".")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}


def _with_parents(folder: str) -> list[str]:
    """Return a folder and every folder above it, the project's own (an empty name) last."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]


def is_folder(root: Path, text: str) -> bool:
    """Whether ``text`` is the relative path of a folder under ``root``."""
    parts = PurePosixPath(text).parts
    if not parts or ".." in parts or text.startswith("/") or "\0" in text:
        return False
    try:
        return (root / text).is_dir()
    except (OSError, ValueError):
        return False


def import_name(path: str) -> str:
    """Return the dotted name under which a file can be imported from the project's folder."""
    name = path.removesuffix(".py").removesuffix(".pyi").removesuffix(".ipynb").removesuffix("/__init__")
    parts = name.split("/")
    return ".".join(parts[1:] if parts[0] in _LIBRARY_FOLDERS and len(parts) > 1 else parts)


def imports_in(data: bytes) -> Iterator[tuple[str, list[str]]]:
    """Yield for each import statement of Python source, without parsing it, the package and the other words."""
    if b"import" in data:
        for package, names in _IMPORT.findall(data):
            yield package.decode(errors="replace"), [word.decode(errors="replace") for word in _WORD.findall(names)]


def words_of_imports(data: bytes) -> frozenset[str]:
    """Return every word of the import statements of Python source, without parsing it."""
    found: set[str] = set()
    for package, names in imports_in(data):
        found.update(package.split("."), names)
    found.discard("")
    return frozenset(found)
