"""From bytes to a syntax tree: encodings, notebooks, and files that cannot be parsed."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from pathlib import PurePosixPath

from ptmdeps.identity import Location
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.imports import words_of_imports
from ptmdeps.scan.layout import Layout
from ptmdeps.scan.lexical import Texts, bases_in, places_of
from ptmdeps.scan.looked import Looked
from ptmdeps.scan.notebooks import notebook_text
from ptmdeps.scan.outline import OutlinedText, first_line, parse_outline
from ptmdeps.scan.parts import Parts, parts_of
from ptmdeps.scan.symbols import Scopes

MAXIMUM_PARSED = 1_500_000
"""Bytes of Python above which a file is only searched as text: no person wrote it."""

_RENAMED = re.compile(
    rb"[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*(?:[^\W\d]\w*\.)*[^\W\d]\w*(?:\[[^\]\n]*\])?[ \t]*(?:#.*)?$", re.MULTILINE
)
_LINE_END = re.compile(rb"\n")
_ATTRIBUTE = re.compile(rb"\.(\w+)", re.ASCII)
_DEFINED = re.compile(rb"(?:def|class|async def) ([^\W\d]\w*)")


_location = lru_cache(maxsize=10_000)(Location)  # the same places are named over and over


class Source:
    r"""The Python of one file, not parsed.

    Attributes:
        path: POSIX path relative to the project.
        data: its Python as UTF-8 bytes or in the encoding it declares, lines ended by ``\\n``.
        scope: what kind of code it is.
    """

    def __init__(
        self,
        path: str,
        data: bytes,
        lines: tuple[int, ...] | None = None,
        *,
        imports: frozenset[str] | None = None,
    ) -> None:
        if imports is not None:
            self.imports = imports
        self.path = path
        self.data = data
        self.scope = scope_of(path)
        self._lines = lines

    @cached_property
    def is_package(self) -> bool:
        """Whether relative imports start at its own folder."""
        return PurePosixPath(self.path).stem == "__init__"

    @property
    def is_notebook(self) -> bool:
        """Whether its lines are those of the cells of a notebook, and not those of the file."""
        return self._lines is not None

    def location(self, node: ast.AST) -> Location:
        """Return the place of a node in the file, which for a notebook is the line of the .ipynb file."""
        return self.location_of_line(getattr(node, "lineno", 1))

    def location_of_line(self, line: int) -> Location:
        """Return the place of a line of the Python in the file."""
        if self._lines is not None:
            line = self._lines[min(line, len(self._lines)) - 1] if self._lines else 1
        return _location(self.path, line)

    def text_of_lines(self, first: int, end: int) -> bytes:
        """Return the lines from ``first`` on that stand before the line ``end``."""
        begins = self._line_begins
        return self.data[begins[first - 1] : begins[end - 1]] if first < end <= len(begins) else b""

    @cached_property
    def _line_begins(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.data))]

    def lines_at(self, places: Iterable[int]) -> list[int]:
        """Return the numbers of the lines of code of ascending places."""
        return self._texts.lines_of_code(places)

    def lines_with(self, pattern: re.Pattern[bytes], word: str = "") -> list[int]:  # noqa: ARG002 - see a module
        """Return the numbers of the lines of code that ``pattern`` hits, ascending; texts and comments are none."""
        return self._texts.lines_of_code(match.start() for match in pattern.finditer(self.data))

    def lines_with_words(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of the lines of code on which one of some words stands, ascending."""
        return self._texts.lines_of_code(
            sorted(place for word in words for place in places_of(self.data, word.encode()))
        )

    def lines_using(self, words: frozenset[str], alone: frozenset[str]) -> list[int]:
        """Return the lines of code on which a word stands behind a dot, or alone if it is one of those that may."""
        places = {place for word in alone for place in places_of(self.data, word.encode())}
        for word in words & self._attributes - alone:
            places.update(
                place for place in places_of(self.data, word.encode()) if self.data[place - 1 : place] == b"."
            )
        return self._texts.lines_of_code(sorted(places)) if places else []

    @cached_property
    def _attributes(self) -> frozenset[str]:
        """Every word that stands behind a dot: many are sought, and few are there."""
        return frozenset(name.decode() for name in set(_ATTRIBUTE.findall(self.data)))

    @cached_property
    def _texts(self) -> Texts:
        return Texts(self.data)

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self._texts)

    def classes_naming(self, names: frozenset[str]) -> frozenset[str]:
        """Return the classes that mention one of some names among their bases, found without parsing."""
        return frozenset(name for name, bases in self._bases.items() if not names.isdisjoint(bases))

    @cached_property
    def _bases(self) -> dict[str, frozenset[str]]:
        return bases_in(self.data)

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The functions and classes at the top of the file, found without parsing."""
        names = (_DEFINED.match(self.data, place) for place in self._layout.begins)
        return frozenset(_decoded(name[1] for name in names if name))

    def is_renamed(self, name: str) -> bool:
        """Whether somewhere a name is given a dotted name or a subscript and nothing else, found without parsing."""
        word = name.encode()
        lines = (self.data.rfind(b"\n", 0, place) + 1 for place in places_of(self.data, word))
        return any((match := _RENAMED.match(self.data, line)) and match[1] == word for line in lines)

    @cached_property
    def imports(self) -> frozenset[str]:
        """The words of its import statements."""
        return words_of_imports(self.data)

    def parse(self) -> Module | None:
        """Return the parsed file, or ``None`` if this Python cannot parse it.

        Its functions and classes are parsed when they are looked into, see ``outline``.
        """
        if len(self.data) > MAXIMUM_PARSED:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what the project's own strings escape is not our subject
                text = OutlinedText(self._texts, self._layout)
                tree = parse_outline(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
            return None
        return Module(self, text, tree)


class Module(Source):
    """One parsed file: its Python, what the parser made of it, and its symbol tables, made when asked for.

    What is looked at of it is noted in ``looked``.
    """

    def __init__(self, source: Source, text: OutlinedText, tree: ast.Module) -> None:
        self.__dict__.update(source.__dict__)  # with what the source has found out about itself already
        self.tree = tree
        self.scopes = Scopes(tree, text, has_named_expressions=b":=" in self.data)
        self._text = text
        self._is_outlined = not text.looked.entire

    @cached_property
    def parts(self) -> Parts | None:
        """What it consists of; ``None`` where it is all one."""
        if self.is_notebook or not self._is_outlined:
            return None
        return parts_of(self._texts, self._layout, {first_line(statement) for statement in self.tree.body})

    @property
    def looked(self) -> Looked:
        """What was looked at of it."""
        return self._text.looked

    @property
    def parsed(self) -> int:
        """How many bytes of it the parser saw."""
        return self._text.parsed

    def forget(self) -> None:
        """Let go of what holds on to itself, so that its tree is gone with the last who looks at it."""
        self._text.look_anew(Looked())

    def look_anew(self, looked: Looked) -> None:
        """Note from now on in ``looked`` what is looked at."""
        if self.looked is not looked:
            looked.entire |= self.is_notebook or not self._is_outlined
            self._text.look_anew(looked)

    def uses(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether a pattern finds something in all of the text."""
        self.looked.for_pattern(pattern)
        found = pattern.search(self.data) is not None
        self.looked.entire |= found  # nobody looks into what it was found in
        return found

    def lines_with(self, pattern: re.Pattern[bytes], word: str = "") -> list[int]:
        """Return the lines of code that a pattern hits, and note the question.

        ``word`` is one that stands in every statement with such a line, if there is one.
        """
        self.looked.for_pattern(pattern)
        if word:
            self.looked.names.add(word)
        else:
            self.looked.around = True
        return super().lines_with(pattern)

    def lines_with_words(self, words: Iterable[str]) -> list[int]:
        """Return the lines of code on which a word stands, and note the question."""
        words = set(words)
        self.looked.for_words(words)
        return super().lines_with_words(words)

    def lines_using(self, words: frozenset[str], alone: frozenset[str]) -> list[int]:
        """Return the lines of code on which a word is used, and note the question."""
        self.looked.for_words(words | alone)
        return super().lines_using(words, alone)

    def classes_naming(self, names: frozenset[str]) -> frozenset[str]:
        """Return the classes that derive from a name, and note the question."""
        self.looked.for_words(names)
        return super().classes_naming(names)


def _decoded(words: Iterable[bytes]) -> Iterator[str]:
    return (word.decode(errors="replace") for word in words)


def python_of(path: str, data: bytes) -> tuple[bytes, tuple[int, ...] | None]:
    """Return the Python of a file, and the line map if it is a notebook."""
    if not path.endswith(".ipynb"):
        return (data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data), None
    notebook = notebook_text(data)
    return (b"", None) if notebook is None else (notebook.text.encode("utf-8", "replace"), notebook.lines)


def read_source(path: str, data: bytes, *, imports: frozenset[str] | None = None) -> Source:
    """Return the Python of a file from its bytes; a notebook's cells one after the other.

    ``imports`` are the words of its import statements, where they are known already.
    """
    python, lines = python_of(path, data)
    return Source(path, python, lines, imports=imports)


def text_of(path: str, data: bytes) -> str:
    """Return a file as text as well as it can be read."""
    python, _ = python_of(path, data)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(python).readline)
        return python.decode(encoding, "replace").lstrip("\ufeff")
    except (SyntaxError, LookupError, ValueError):  # a codec may refuse to decode at all
        return python.decode("utf-8", "replace")


def has_line_between(numbers: list[int], first: int, last: int) -> bool:
    """Whether one of the ascending ``numbers`` lies in the closed interval."""
    index = bisect_left(numbers, first)
    return index < len(numbers) and numbers[index] <= last
