"""The files of a repository: which module is which file, their trees, and what ``os.path`` sees of them."""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections.abc import Iterable

from ptmdeps.hubconf.limits import MAX_FILE, MAX_SOURCE
from ptmdeps.hubconf.model import Source
from ptmdeps.paths import printable

ROOT = "$REPOSITORY"
"""Stands for the folder of the repository in paths that its code computes."""


class Repository:
    """Reads each file once; ``problems`` collects what could not be read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.files = frozenset(source.paths)
        self.folders = frozenset(folder for path in self.files for folder in _folders(path)) | {""}
        self.problems: list[str] = []
        self._texts: dict[str, str | None] = {}
        self._trees: dict[str, ast.Module | None] = {}
        self._parsed = 0

    def text(self, path: str) -> str | None:
        """Return the text of a file; nothing if there is none, or too much of it."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def tree(self, path: str) -> ast.Module | None:
        """Return the parsed text of a module; nothing, and a problem, if it is no Python of today."""
        if path not in self._trees:
            self._trees[path] = self._parse(path)
        return self._trees[path]

    def trees(self) -> list[ast.Module]:
        """Return the modules that were parsed so far."""
        return [tree for tree in self._trees.values() if tree is not None]

    def module(self, name: str, roots: Iterable[str]) -> str | None:
        """Return the file of a module, or its folder with ``/`` at the end if it has no ``__init__.py``."""
        inside = name.replace(".", "/")
        for root in roots:
            path = posixpath.join(root, inside)
            for candidate in (f"{path}/__init__.py", f"{path}.py"):
                if candidate in self.files:
                    return candidate
        folders = (posixpath.join(root, inside) for root in roots)
        return next((f"{folder}/" for folder in folders if folder in self.folders), None)

    def inside(self, path: str) -> str | None:
        """Return the path inside the repository that a path of its code means; nothing for one outside."""
        clean = posixpath.normpath(path)
        if clean == ROOT:
            return ""
        if clean.startswith(f"{ROOT}/"):
            return clean[len(ROOT) + 1 :]
        return None

    def children(self, folder: str) -> list[str]:
        """Return the names in a folder of the repository, sorted."""
        start = f"{folder}/" if folder else ""
        below = (path[len(start) :] for path in self.files if path.startswith(start))
        return sorted({rest.partition("/")[0] for rest in below})

    def segment(self, path: str, node: ast.AST) -> str:
        """Return the source text of an expression on one line, fit to print."""
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if not first or not last:
            return ""
        lines = (self._texts.get(path) or "").splitlines()[first - 1 : min(last, first + 4)]
        if not lines:
            return ""
        encoded = [line.encode() for line in lines]
        if last - first < len(encoded):
            encoded[-1] = encoded[-1][: getattr(node, "end_col_offset", None)]
        encoded[0] = encoded[0][getattr(node, "col_offset", 0) :]
        return printable(" ".join(b" ".join(encoded).decode(errors="replace").split()))

    def _read(self, path: str) -> str | None:
        if path not in self.files:
            return None
        try:
            data = self._source.read(path)
        except (FileNotFoundError, KeyError):
            self.problems.append(f"{printable(path)}: it is listed and cannot be read")
            return None
        if len(data) > MAX_FILE:
            self.problems.append(f"{printable(path)}: it is longer than {MAX_FILE} bytes")
            return None
        return data.decode("utf-8-sig", errors="replace")

    def _parse(self, path: str) -> ast.Module | None:
        text = self.text(path)
        if text is None:
            return None
        self._parsed += len(text)
        if self._parsed > MAX_SOURCE:
            self.problems.append(f"{printable(path)}: the repository has too much Python to read")
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self.problems.append(f"{printable(path)}: it is no Python that can be parsed")
                return None


def _folders(path: str) -> Iterable[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
