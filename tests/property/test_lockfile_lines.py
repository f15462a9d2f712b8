"""The quick way through a lockfile gives the tables of the general one, or its error, whatever the text is."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.lockfile import Lockfile, dumps
from ptmdeps.lockfile import lines as quick
from tests.property.test_lockfile_mutations import BYTES, mutants
from tests.unit.lockfile.strategies import LOCKFILES

MANY = settings(max_examples=300, deadline=None)
LINE = '    { path = "a", size = 1, sha256 = "b" },'
PIECES = (
    "files = [",
    "]",
    LINE,
    '    { path = "a", size = 01, sha256 = "b" },',
    '    { path = "a", size = 1, sha256 = "b", format = "c" },',
    '    { path = "\\u0041", size = 1, sha256 = "b" },',
    f"{LINE} # said",
    f"x{LINE}",
    "[[model]]",
    "[model.x]",
    "[options]",
    'files = "0"',
    "x = '''",
    'y = """',
    "z = [",
    "",
    "[[requirement]]",
    "model = []",
    'model = ["a"]',
    "options = 1",
    "# said",
    "# \x01",
    "x = true",
    "x = 0",
    "x = 00",
    "x = []",
    'x = ["a", "b"]',
    'x = ["a" , "b"]',
    'x = { a = "b", a = "c" }',
    'x = { a = "b" }',
    "edges = [",
    '    { kind = "a", name = "b" },',
    "used-in = [",
    '    "a.py",',
    '    "a.py"',
    "x = 'y'",
    'x = "\t"',
)


def _outcome(read: object, text: str) -> object:
    assert callable(read)
    try:
        return read(text)
    except (ValueError, RecursionError) as error:
        return type(error), str(error)


@MANY
@given(LOCKFILES)
def test_lockfiles(lockfile: Lockfile) -> None:
    text = dumps(lockfile)
    assert quick.tables(text) == tomllib.loads(text)


@MANY
@given(mutants())
def test_accidents(content: bytes) -> None:
    text = content.decode(errors="replace")
    assert _outcome(quick.tables, text) == _outcome(tomllib.loads, text)


@MANY
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_lines_in_wrong_places(pieces: list[str]) -> None:
    text = "\n".join(pieces) + "\n"
    assert _outcome(quick.tables, text) == _outcome(tomllib.loads, text)


def test_golden_lockfiles_never_go_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    general = tomllib.loads
    slow: list[str] = []

    def loads(text: str) -> object:
        slow.append(text)
        return general(text)

    monkeypatch.setattr("tomllib.loads", loads)
    for content in BYTES:
        quick.tables(content.decode())
    assert [text for text in slow if "\n" in text] == []
