"""The project as a whole: its files as modules, how they import each other, and where words are used."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ptmdeps.scan.dependencies import Dependencies, Inside, is_folder
from ptmdeps.scan.files import is_python, scope_of
from ptmdeps.scan.fingerprints import read_bytes
from ptmdeps.scan.lexical import is_called
from ptmdeps.scan.looked import Looked
from ptmdeps.scan.parts import AROUND, Parts
from ptmdeps.scan.source import Module, Source, read_source
from ptmdeps.scan.words import Words, words_in

if TYPE_CHECKING:
    from ptmdeps.scan.defaults import Defaults

_KEPT_SOURCE = 3_000_000
"""Bytes of source that was parsed whose trees are kept at a time: these take fifteen times the memory of their text."""

_KEPT_TEXT = 24_000_000
"""Bytes of source that are kept while a scan runs, to look for words in."""

_SHARED_TEXT = 40_000_000
"""Bytes of source that all processes of a scan have in common, to look for words in."""

_PACKAGING = ("pyproject.toml", "setup.cfg", "setup.py")
_PACKAGING_SIZE = 200_000
_DISTRIBUTION = re.compile(
    rb"""name[ \t]*=[ \t]*["']([A-Za-z0-9][\w.-]*)|^name[ \t]*=[ \t]*([A-Za-z0-9][\w.-]*)""", re.MULTILINE
)
_LIBRARY_FOLDERS = ("src", "lib", "python")


class Project:
    """Files by path and by import name.

    ``words`` are those of each Python file, as far as they are known already.
    ``dependencies`` collects what is looked at from ``begin`` on.
    """

    def __init__(self, root: Path, paths: Iterable[str], words: Mapping[str, Words] | None = None) -> None:
        self.root = root
        every = frozenset(paths)
        self.paths = frozenset(path for path in every if is_python(path))
        self._packaging = tuple(sorted(path for path in every if path.rpartition("/")[2] in _PACKAGING))
        self.dependencies = Dependencies()
        self._looked: dict[str, Looked] = {}
        self._used: set[tuple[str, str]] = set()
        self._matching: set[str] = set()
        self._limited: set[str] = set()
        self._parts: dict[str, Parts | None] = {}
        self._words = words or {}
        self._sources: dict[str, Source] = {}
        self._modules: OrderedDict[str, Module | None] = OrderedDict()
        self._shared: dict[str, bytes] = {}
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._kept_texts = 0
        self._found: dict[tuple[str, str, int], str | None] = {}
        self._mentioning: dict[tuple[str, str, frozenset[str]], tuple[frozenset[str], tuple[str, ...]]] = {}
        self._calls: dict[tuple[str, str], bool] = {}
        self._holding: dict[tuple[str, str], bool] = {}
        self._kept_trees: dict[str, int] = {}

    @cached_property
    def defaults(self) -> Defaults:
        """What libraries load where the code names no model, by the versions that this project uses."""
        from ptmdeps.scan.defaults import Defaults  # few loads name no model, and tables are long

        return Defaults(self.root)

    def begin(self) -> None:
        """Begin to collect anew what is looked at."""
        self.dependencies = Dependencies()
        self._looked = {}
        self._used = set()
        self._matching = set()
        self._limited = set()

    def note_limit(self, paths: Iterable[str]) -> None:
        """Note that no more files were searched than those: if one of them is none any more, another one is."""
        self._limited.update(paths)

    def end(self, path: str) -> Dependencies:
        """Return everything that was looked at besides the file ``path``."""
        for other, looked in self._looked.items():
            module = self._modules[other]
            self._kept_trees[other] = module.parsed if module else 0
            if other == path or other in self.dependencies.paths:
                continue
            is_entire = looked.entire or (other in self._limited and other in self._matching)
            parts = None if is_entire else self.parts(other)
            if parts is None or not looked.places <= parts.nodes.keys():
                self.dependencies.paths.add(other)
                continue
            nodes = frozenset(parts.nodes[place] for place in (*looked.places, *((AROUND,) if looked.around else ())))
            names = frozenset[str]() if looked.around else frozenset(filter(_is_name, (*looked.names, *looked.words)))
            self.dependencies.inside[other] = Inside(
                nodes=nodes,
                names=names,
                around=parts.around(names, nodes),
                words=frozenset(looked.words),
                patterns=frozenset(looked.patterns),
                called=frozenset(word for path, word in self._used if path == other and other in self._limited),
            )
        return self.dependencies

    def parts(self, path: str) -> Parts | None:
        """Return what a file consists of; ``None`` where it is all one."""
        if path not in self._parts:
            module = self._modules.get(path)
            self._parts[path] = module.parts if module else None
        return self._parts[path]

    def read(self, path: str) -> bytes:
        """Return the bytes of a file; nothing if it has gone or may not be read."""
        return read_bytes(self.root / path)

    def text(self, path: str) -> bytes:
        """Return the bytes of a file to look for words in, kept for a while."""
        if path in self._shared:
            return self._shared[path]
        if path in self._texts:
            self._texts.move_to_end(path)
            return self._texts[path]
        data = self._texts[path] = self.read(path)
        self._kept_texts += len(data)
        while self._kept_texts > _KEPT_TEXT and len(self._texts) > 1:
            _, old = self._texts.popitem(last=False)
            self._kept_texts -= len(old)
        return data

    def uses(self, path: str, pattern: re.Pattern[bytes]) -> bool:
        """Whether a pattern finds something in a file."""
        found = pattern.search(self.text(path)) is not None
        if found:
            self._matching.add(path)
        return found

    def calls(self, path: str, word: str) -> bool:
        """Whether the text of a file says that a function or class of that name is called."""
        if path in self._looked:
            self._looked[path].for_words((word,))
        key = (path, word)
        if key not in self._calls:
            self._calls[key] = is_called(self.text(path), word.encode())
        if self._calls[key]:
            self._used.add(key)
        return self._calls[key]

    def deriving(self, name: str) -> tuple[str, ...]:
        """Return the files, without those of tests, that have a class which names another one among its bases."""
        self.dependencies.derived.add(name)
        return tuple(self._by_base.get(name, ()))

    @cached_property
    def _by_base(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            if scope_of(path) != "test":
                for word in self._words_of(path).bases:
                    found.setdefault(word, []).append(path)
        return found

    def index(self) -> tuple[object, ...]:
        """Make everything that is looked up in all files, before copies of this process are made.

        The texts that callers are looked for in are read once, too: the copies have them in common.
        """
        room = _SHARED_TEXT
        for path in sorted(self.paths):
            if room > 0 and scope_of(path) != "test":
                self._shared[path] = self.read(path)
                room -= len(self._shared[path])
        return self._importers, self._by_base, self._by_last_part

    def _words_of(self, path: str) -> Words:
        known = self._words.get(path)
        return words_in(self.read(path)) if known is None else known

    def source(self, path: str) -> Source:
        """Return the Python of a file, not parsed."""
        if path not in self._sources:
            known = self._words.get(path)
            self._sources[path] = read_source(path, self.text(path), imports=known.imports if known else None)
        return self._sources[path]

    def module(self, path: str) -> Module | None:
        """Return a file's tree, ``None`` if it does not parse."""
        looked = self._looked.setdefault(path, Looked())
        if path in self._modules:
            self._modules.move_to_end(path)
            module = self._modules[path]
        else:
            module = self._modules[path] = self.source(path).parse()
        if module is None:
            looked.entire = True
        else:
            module.look_anew(looked)
        return module

    def forget_trees(self) -> None:
        """Let go of the trees that were not asked for for longest, when they have become many."""
        self._sources.clear()
        kept = sum(self._kept_trees.values())
        while kept > _KEPT_SOURCE and self._modules:
            path, module = self._modules.popitem(last=False)
            kept -= self._kept_trees.pop(path, 0)
            if module is not None:
                module.forget()

    def is_distribution(self, package: str) -> bool:
        """Whether the project's packaging files give it the name of a package: it is that library itself."""
        self.dependencies.paths.update(self._packaging)
        self.dependencies.sought.update(name.partition(".")[0] for name in _PACKAGING)  # one more may come
        return any(_is_named_like(package, name) for name in self._distributions)

    @cached_property
    def _distributions(self) -> frozenset[str]:
        texts = (self.read(path)[:_PACKAGING_SIZE] for path in self._packaging)
        names = (quoted or plain for text in texts for quoted, plain in _DISTRIBUTION.findall(text))
        return frozenset(name.decode().lower().replace("-", "_") for name in names)

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
        self.dependencies.sought.update(name.split("."))
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

    def mentioning(self, word: str, home: str, *, beside: frozenset[str] = frozenset()) -> Iterator[str]:
        """Yield the files that can use ``word`` of the module ``home``: itself, and those that import it.

        ``beside`` are other words by which files get at it, such as the class of a method. A package that exports
        the word again is found by its own name. Files of tests are left out: what they give is made up.
        """
        key = (word, home, beside)
        if key not in self._mentioning:
            self._mentioning[key] = self._mentions(*key)
        names, paths = self._mentioning[key]
        self.dependencies.queries.add((word, names))
        return (path for path in paths if self._holds(path, word))

    def _mentions(self, word: str, home: str, beside: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        names = frozenset({import_name(home).rpartition(".")[2], word, *beside})
        found = self._importing(names)
        again = frozenset(path.split("/")[-2] for path in found if path.endswith("/__init__.py"))
        if again - names:
            found |= self._importing(again)
        return names | again, tuple(sorted(found | {home}))

    def _holds(self, path: str, word: str) -> bool:
        """Whether a word stands in the text of a file, found out once."""
        key = (path, word)
        if key not in self._holding:
            self._holding[key] = word.encode() in self.text(path)
        return self._holding[key]

    def _importing(self, names: Iterable[str]) -> set[str]:
        """Return the files whose import statements have one of the words."""
        return {path for name in names for path in self._importers.get(name, ())}

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        """For each word of an import statement, the files that are no tests and have it."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            if scope_of(path) != "test":
                for word in self._words_of(path).imports:
                    found.setdefault(word, []).append(path)
        return found

    @cached_property
    def _by_last_part(self) -> dict[str, tuple[str, ...]]:
        """Paths by the last part of their import names, sorted."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            found.setdefault(import_name(path).rpartition(".")[2], []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}


def _is_name(text: str) -> bool:
    """Whether a statement can give something of that name to a file, a star by a star; others are asked for by text."""
    return text.isidentifier() or text == "*"


def _is_named_like(package: str, distribution: str) -> bool:
    """Whether a distribution of that name brings a package: ``openai-whisper``, ``open_clip_torch``, ``timm``."""
    name = package.lower()
    return (
        distribution == name or distribution.startswith((f"{name}_", f"py{name}")) or distribution.endswith(f"_{name}")
    )


def _with_parents(folder: str) -> list[str]:
    """Return a folder and every folder above it, the project's own (an empty name) last."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]


def import_name(path: str) -> str:
    """Return the dotted name under which a file can be imported from the project's folder."""
    name = path.removesuffix(".py").removesuffix(".pyi").removesuffix(".ipynb").removesuffix("/__init__")
    parts = name.split("/")
    return ".".join(parts[1:] if parts[0] in _LIBRARY_FOLDERS and len(parts) > 1 else parts)
