"""Which edits of a file concern somebody who asked it for some names, or looked into a function."""

from __future__ import annotations

import pytest

from ptmdeps.scan.dependencies import Inside
from ptmdeps.scan.differences import difference_of, line_of_parts
from ptmdeps.scan.parts import Parts
from ptmdeps.scan.source import read_source

_TEXT = "What is long enough is parsed on its own. " * 5
SOURCE = f'''\
from .a import first, \\
    second
from .b import third

NAME = "acme/name"
# about it
if third:
    OTHER = NAME
else:
    OTHER = "acme/other"
LIST = [
"acme/one",
]


@register(
    "key"
)
def short():
    return NAME


def long():
    """{_TEXT}"""
    return NAME


LAST = 1
LAST = 2
'''


def parts_of(text: str) -> Parts:
    module = read_source("a.py", text.encode()).parse()
    assert module is not None
    assert module.parts is not None
    return module.parts


def concerns(new: str, names: set[str], *, into: bool = False) -> bool:
    """Whether an edit that makes ``new`` of the source concerns who asked for names, and looked ``into`` ``long``."""
    parts = parts_of(SOURCE)
    nodes = frozenset(digest for place, digest in parts.nodes.items() if into and place >= 0)
    inside = Inside(nodes=nodes, names=frozenset(names), around=parts.around(names, nodes))
    difference = difference_of("a.py", new.encode(), line_of_parts(parts))
    return difference is None or difference.concerns(inside)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ('"acme/name"', '"acme/new"', "NAME"),
        ("second", "fourth", "first"),
        ("if third", "if first", "OTHER"),
        ("else:\n    OTHER", "elif first:\n    OTHER", "OTHER"),
        ('"acme/one"', '"acme/two"', "LIST"),
        ('"key"', '"other"', "short"),
        ("LAST = 1\nLAST = 2", "LAST = 2\nLAST = 1", "LAST"),
        ("LAST = 1\n", "LAST = 1\nLAST = 1\n", "LAST"),
        ("def long", "def longer", "long"),
        ("from .b import third\n", "from .b import third\nfrom .c import *\n", "*"),
        ("LAST = 2", "LAST = (", "NAME"),
        ("LAST = 2", "\N{FULLWIDTH LATIN CAPITAL LETTER N}AME = 2", "NAME"),
    ],
)
def test_what_is_asked_for(old: str, new: str, name: str) -> None:
    assert old in SOURCE
    assert not concerns(SOURCE, {name})
    assert concerns(SOURCE.replace(old, new), {name})


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ('"acme/name"', '"acme/new"', "LIST"),
        ("from .b import third\n", "from .b import third\nfrom .c import fourth\n", "NAME"),
        ("# about it\n", "\n# of it\n\n", "NAME"),
        ("return NAME\n\n\nLAST", "return OTHER\n\n\nLAST", "NAME"),
        ("LAST = 1\nLAST = 2", "LAST = 2\nLAST = 1", "OTHER"),
        ("def short", "def shorter", "OTHER"),
    ],
)
def test_what_nobody_asked_for(old: str, new: str, name: str) -> None:
    assert old in SOURCE
    assert not concerns(SOURCE.replace(old, new), {name})


def test_what_was_looked_into_and_where_it_stands() -> None:
    block = SOURCE[SOURCE.index("def long") : SOURCE.index("LAST")]
    moved = block + SOURCE.replace(block, "")
    assert not concerns(SOURCE, {"NAME"}, into=True)
    assert concerns(SOURCE.replace("return NAME\n\n\nLAST", "return OTHER\n\n\nLAST"), set(), into=True)
    assert concerns(moved, {"NAME"}, into=True)
    assert not concerns(moved, {"LIST"})


def test_lines_move_with_their_statements() -> None:
    new = SOURCE.replace("from .b", "import os\nfrom .b").replace("LAST = 1", "LAST = 1\nLAST = 1\nNEW = 1")
    difference = difference_of("a.py", new.encode(), line_of_parts(parts_of(SOURCE)))
    assert difference is not None
    old_lines, new_lines = SOURCE.splitlines(), new.splitlines()
    moved = {line: difference.line(line) for line in range(1, len(old_lines) + 1)}
    assert moved[1] == 1
    assert moved[3] == 4
    assert all(line is None or old_lines[old - 1] == new_lines[line - 1] for old, line in moved.items())
